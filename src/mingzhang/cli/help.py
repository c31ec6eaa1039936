"""``--help`` in Chinese: usage, arguments, options and commands, each explanation whole on its lines."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

_Function = TypeVar("_Function", bound=Callable[..., Any])

_WIDTHS = 60, 100
_INDENT, _BESIDE = 2, 30
"""What stands before a name, and the column where explanations begin; a longer name has its own line."""

_PIECE = re.compile(r" |[（“《]*(?:[!-~]+|.)[，。；：、）”》]*")
_TYPES = {"path": "路径", "str": "文字", "int": "整数", "int range": "整数", "float": "数", "bool": ""}
_PLACES = {
    "FILE": "文件", "DIR": "文件夹", "PATH": "路径", "PROJECT": "项目", "FOLDER": "文件夹", "SOURCE": "来源",
    "WORKBOOK": "工作簿", "RULE_ID": "规则编号", "DIRECTORY": "文件夹", "NAME": "名称", "YEAR": "年度",
    "ID": "编号",
}  # fmt: skip
_WORD = re.compile("[A-Z_]+")
_HELP = "显示这份说明。"


def program(context: Any) -> str:
    """The program and the commands that were named."""
    names: list[str] = []
    while (parent := getattr(context, "parent", None)) is not None:
        names.insert(0, str(getattr(context, "info_name", "")))
        context = parent
    return " ".join(["mingzhang", *names])


class Command(TyperCommand):
    """A command that explains itself in Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the explanation."""
        formatter.write("\n".join(_lines(self, ctx)))


class Group(TyperGroup):
    """Commands that explain themselves in Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the explanation."""
        formatter.write("\n".join(_lines(self, ctx)))


class App(typer.Typer):
    """Commands of which each explains itself in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=Group, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[_Function], _Function]:
        """Register a command."""
        return super().command(name, cls=Command, **options)


def _lines(command: Any, context: Any) -> Iterator[str]:
    parameters = [each for each in command.get_params(context) if not getattr(each, "hidden", False)]
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name == "option"]
    below = [(name, command.get_command(context, name)) for name in getattr(command, "commands", {})]
    places = [label if each.required else f"[{label}]" for each in arguments for label in [_label(each)]]
    words = [program(context), "[选项]", *places, *(["命令 [参数]..."] if below else [])]
    yield f"用法：{' '.join(words)}"
    yield ""
    yield from _wrapped(" ".join((command.help or "").split()), 0)
    yield from _section("参数", [(_label(each), _explained(each, context)) for each in arguments])
    yield from _section("选项", [(_spelt(each, context), _explained(each, context)) for each in options])
    yield from _section("命令", [(name, " ".join((each.help or "").split())) for name, each in below])


def _label(argument: Any) -> str:
    label = _chinese(argument.metavar or argument.name.upper())
    return label if argument.nargs == 1 or label.endswith("...") else f"{label}..."


def _chinese(metavar: str) -> str:
    return _WORD.sub(lambda match: _PLACES.get(match[0], match[0]), metavar)


def _spelt(option: Any, context: Any) -> str:
    """The spellings of an option and what has to follow it."""
    kind = ""
    if not option.is_flag and option.name != "help":
        shown = option.display_type(context).strip("<>")
        kind = _chinese(option.metavar or "") or _TYPES.get(shown, shown)
    return " ".join(filter(None, [", ".join([*option.opts, *option.secondary_opts]), kind]))


def _explained(parameter: Any, context: Any) -> str:
    if parameter.name == "help":
        return _HELP
    default = parameter.get_default(context, call=False)
    default = default.value if isinstance(default, Enum) else default
    told = "（必填）" if parameter.required else f"（不写则为{default}）" if default else ""
    return f"{parameter.help or ''}{told}"


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A title and a row for each name with its explanation beside it, or below it where the name is long."""
    if not rows:
        return
    yield ""
    yield f"{title}："
    for name, text in rows:
        start = " " * _INDENT + name
        room = _BESIDE - _width(start)
        lines = list(_wrapped(text, _BESIDE))
        if room < 1:
            yield start
        elif lines:
            lines[0] = start + " " * room + lines[0].lstrip()
        else:
            lines = [start]
        yield from lines


def _wrapped(text: str, indent: int) -> Iterator[str]:
    """The text in lines that the terminal holds; nothing is cut off."""
    low, high = _WIDTHS
    room = min(max(shutil.get_terminal_size().columns, low), high) - indent
    line = ""
    for piece in _PIECE.findall(text):
        if line and _width(line + piece) > room:
            yield " " * indent + line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line:
        yield " " * indent + line


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
