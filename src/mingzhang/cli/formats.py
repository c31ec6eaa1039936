"""Which format a report is written in: the one asked for, else the one that its file is named for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from mingzhang.cli.output import fail

Format = TypeVar("Format", bound=StrEnum)

_OF = {
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".parquet": "parquet",
}
"""Formats by the ending of the file."""
_PLAIN = ".txt"
_OTHERS = (".doc", ".docx", ".et", ".ofd", ".pdf", ".wps", ".xls", ".xlsm", ".yaml", ".yml", ".zip")
"""Endings of files that no report is."""
_BINARY = ("xlsx", "parquet")
_CHECKLIST = "checklist"
"""A format with endings of its own."""


def chosen(given: Format | None, output: Path | None, default: Format) -> Format:
    """``given``, or what the ending of ``output`` says, or ``default``; ends where the two contradict."""
    formats = {one.value: one for one in type(default)}
    ending = output.suffix.lower() if output is not None else ""
    named = _OF.get(ending)
    if output is None or (given is not None and given.value == _CHECKLIST):
        return given or default
    if given is None and named in formats:
        return formats[named]
    wrong = given is not None and (
        named not in (None, given.value) or (ending == _PLAIN and given.value in _BINARY)
    )
    if wrong or ending in _OTHERS or (given is None and named is not None):
        endings = [_PLAIN, *(end for end, name in _OF.items() if name in formats)]
        lists = "；检查表用 --format checklist" if _CHECKLIST in formats else ""
        asked = f"与 --format {given.value} 不符" if given is not None else "不是这个命令能写的格式"
        fail(f"“{output.name}”的扩展名{asked}：-o 的文件名可以{'、'.join(endings)}结尾{lists}。")
    return given or default
