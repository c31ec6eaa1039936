"""``--help``: Chinese throughout, and nothing of an explanation cut off."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer

from command import run
from mingzhang.cli.main import app

_ENGLISH = re.compile(r"\b(?:Usage|Options?|Arguments?|Commands?|Show|exit|required|default|[A-Z_]{3,})\b")
_FORMATS = {"PDF", "JSON", "YAML"}


def every(command: Any, path: str = "mingzhang") -> list[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    return [(path, command), *(pair for name in below for pair in every(below[name], f"{path} {name}"))]


COMMANDS = every(typer.main.get_command(app))


@pytest.mark.parametrize("command", [command for _, command in COMMANDS], ids=[name for name, _ in COMMANDS])
def test_every_command_explains_itself(command: Any) -> None:
    context = command.make_context("mingzhang", [], resilient_parsing=True)
    text = command.get_help(context)
    assert set(_ENGLISH.findall(text)) <= _FORMATS
    plain = "".join(text.split())
    for parameter in command.params:
        assert "".join((parameter.help or "").split()) in plain
        assert all(option in text for option in parameter.opts if option.startswith("-"))


def test_a_terminal_of_any_width_shows_the_whole() -> None:
    wide, narrow = (run("check", "--help", COLUMNS=columns) for columns in ("200", "20"))
    assert wide[0] == narrow[0] == 0
    assert wide[1] != narrow[1]
    assert "".join(wide[1].split()) == "".join(narrow[1].split())
    assert wide[1].startswith("用法：mingzhang check [选项] 路径...")
    assert "（不写则为error）" in wide[1]
    assert "（必填）" in wide[1]


def test_without_a_command_the_help_is_shown() -> None:
    assert run()[2].startswith("用法：mingzhang [选项] 命令 [参数]...")
