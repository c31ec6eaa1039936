"""What is wrong with a command line, in Chinese: the words of the library that parses it, translated."""

from __future__ import annotations

import re
from typing import NoReturn

import typer

from mingzhang.cli.help import program

USAGE_ERRORS: type[Exception] = typer.BadParameter.__mro__[1]
"""The library's base of all errors of usage, which ``typer.BadParameter`` is one of."""

_QUOTED = re.compile(r"'([^']*)'")
_ALIKE = re.compile(r"(?:Did you mean|Possible options:)\s*([^?)]+)")
_MOST = re.compile(r"(less|greater) than or equal to (\S+)|not in the range (\d+)<=x<=(\d+)")
_ENDS = {"less": "不能大于", "greater": "不能小于"}


def ended(error: Exception) -> NoReturn:
    """Say what is wrong and end with the library's exit code; a command without anything shows its help."""
    context = getattr(error, "ctx", None)
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    code = getattr(error, "exit_code", 2)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(text, err=True, nl=bool(text))
        raise SystemExit(code)
    typer.echo(f"{said(text, _help(error))}用 {program(context)} --help 查看用法。", err=True)
    raise SystemExit(code)


def said(text: str, about: str = "") -> str:
    """The library's message in Chinese; ``about`` is the help of the option or argument."""
    names = _QUOTED.findall(text)
    first = names[0] if names else ""
    alike = _ALIKE.search(text)
    instead = (
        f"，是否想用{'或'.join(p.strip(chr(39)) for p in alike[1].strip().split(', '))}" if alike else ""
    )
    told = f"（{about.rstrip('。')}）" if about else ""
    if text.startswith("No such command"):
        return f"没有命令“{first}”{instead}。"
    if text.startswith("No such option"):
        name = text.partition(":")[2].split()[:1]
        return f"没有选项“{name[0] if name else first}”{instead}。"
    if text.startswith("Missing"):
        kind = "选项" if text.startswith("Missing option") else "参数"
        return f"缺少{kind}{first}{told}。"
    if "requires an argument" in text:
        return f"选项“{first}”后面缺少值。"
    if "unexpected extra argument" in text:
        extra = text.partition("(")[2].rpartition(")")[0].removeprefix("s) (")
        return f"多出了参数：{extra}。"
    if text.startswith("Invalid value"):
        return f"选项“{first}”的值不对{told}：{_value(text, names)}。" if first else "有一个值不对。"
    return "命令的写法不对。"


def _value(text: str, names: list[str]) -> str:
    limits = _MOST.search(text)
    if "is not one of" in text:
        given, *known = names[1:]
        return f"没有“{given}”，可用：{'、'.join(known)}"
    if "valid integer" in text:
        return "应为整数"
    if limits is not None and limits[1]:
        return f"{_ENDS[limits[1]]}{limits[2]}"
    if limits is not None:
        return f"应在{limits[3]}至{limits[4]}之间"
    if "does not exist" in text:
        return f"“{names[-1]}”不存在，请检查路径"
    return "请核对"


def _help(error: Exception) -> str:
    return getattr(getattr(error, "param", None), "help", None) or ""
