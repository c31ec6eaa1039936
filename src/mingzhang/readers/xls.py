"""Reads workbooks of old Excel and WPS (xls, et): every worksheet, each cell as it is printed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xlrd  # type: ignore[import-untyped]
from xlrd.biffh import error_text_from_code  # type: ignore[import-untyped]

from mingzhang.documents import Document, UnreadableError
from mingzhang.readers.number_formats import BUILTIN, format_number, format_text
from mingzhang.readers.sheets import Budget, Sheet, Value, assemble, clean

_LOCKED = "文件有密码保护，请先去除密码再检查。"
_DAMAGED = "工作簿已损坏或不是Excel工作簿，请用Excel或WPS打开并另存为xlsx后再检查。"
_TOO_LARGE = "文件过大，未读取；请另存为xlsx并拆分后再检查。"
_MACROS = "工作簿含有宏；宏没有运行，表中是保存时的内容。"

_MOST_BYTES = 50_000_000
_MOST_WORK = 1_000_000_000
"""Bytes of the file times sheets: every sheet may claim to be the whole file."""

_MOST_MERGES = 100_000
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")
_NUMBERED_DATES = (*range(14, 23), *range(27, 37), *range(45, 59))
_NOTHING = Value("")


def read(path: Path, data: bytes, sha256: str) -> Document:
    """The workbook ``data`` as a document; ``path`` and ``sha256`` only name it.

    Raises :class:`UnreadableError` if it is damaged, protected by a password or no workbook.
    """
    if len(data) > _MOST_BYTES:
        raise UnreadableError(_TOO_LARGE)
    if _ENCRYPTED_STREAM in data:
        raise UnreadableError(_LOCKED)
    budget = Budget()
    try:
        with open(os.devnull, "w", encoding="utf-8") as log:
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=log
            )
            if book.nsheets * len(data) > _MOST_WORK:
                raise UnreadableError(_TOO_LARGE)
            sheets = [_sheet(book, number, budget) for number in range(book.nsheets)]
    except UnreadableError:
        raise
    except Exception as error:  # xlrd fails on a damaged file with whatever goes wrong first
        raise UnreadableError(_LOCKED if "encrypted" in str(error) else _DAMAGED) from error
    return assemble(path, sha256, "xls", sheets, budget, [_MACROS] if _MACRO_STREAM in data else [])


def numbers(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The stored numbers of a workbook that :func:`read` reads, by the sheet's name, row and column."""
    with open(os.devnull, "w", encoding="utf-8") as log:
        book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=log)
        found = {}
        for source in map(book.sheet_by_index, range(book.nsheets)):
            found[clean(source.name)] = {
                (row, column): repr(source.cell_value(row, column))
                for row in range(source.nrows)
                for column in range(source.row_len(row))
                if source.cell_type(row, column) == xlrd.XL_CELL_NUMBER
            }
        return found


def _sheet(book: Any, number: int, budget: Budget) -> Sheet:
    source = book.sheet_by_index(number)
    sheet = Sheet(clean(source.name), source.visibility != 0)
    sheet.hidden_rows = {row for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = [range(c, c + 1) for c, info in source.colinfo_map.items() if info.hidden]
    sheet.merges = [
        (top, left, bottom - 1, right - 1)
        for top, bottom, left, right in source.merged_cells[:_MOST_MERGES]
        if top < bottom and left < right
    ]
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            if sheet.cut is not None:
                break
            sheet.put(row, column, _value(book, source, row, column), budget)
    book.unload_sheet(number)
    return sheet


def _value(book: Any, source: Any, row: int, column: int) -> Value:
    kind, stored = source.cell_type(row, column), source.cell_value(row, column)
    if kind == xlrd.XL_CELL_EMPTY:
        return _NOTHING
    style = book.xf_list[source.cell_xf_index(row, column)]
    ruled = _is_ruled(style.border)
    match kind:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            text = format_number(stored, _code(book, style.format_key), book.datemode == 1)
        case xlrd.XL_CELL_BOOLEAN:
            text = "TRUE" if stored else "FALSE"
        case xlrd.XL_CELL_ERROR:
            text = error_text_from_code.get(stored, "#VALUE!")
        case xlrd.XL_CELL_TEXT:
            text = format_text(stored, _code(book, style.format_key))
        case _:
            text = ""
    return Value(text, ruled)


def _code(book: Any, key: int) -> str:
    """The format with the number ``key``; dates that only have a number print as in a Chinese Excel."""
    if key in _NUMBERED_DATES and key in BUILTIN:
        return BUILTIN[key]
    known = book.format_map.get(key)
    return str(known.format_str) if known is not None else BUILTIN.get(key, "General")


def _is_ruled(border: Any) -> bool:
    sides = border.left_line_style or border.right_line_style
    return bool(sides or (border.top_line_style and border.bottom_line_style))
