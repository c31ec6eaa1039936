"""The reviewer's list as a workbook: a sheet for each submission, pictures beside the problems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.reporting.checklist import HEADS, NO, REMARK, TITLE, Checklist, Entry
from mingzhang.reporting.wording import printable

_CREATED = datetime(2000, 1, 1)
_WIDTHS = (6, 30, 13, 70, 62)
_PICTURE = 430
"""The width of a picture in pixels, within the last column."""

_ROW, _LINE, _LETTERS, _TITLE = 20, 17, 32, 15
_LONGEST = 32_767
_ILLEGAL = re.compile(r"[\x00-\x1f\[\]:*?/\\']")


def write(lists: Sequence[Checklist]) -> bytes:
    """The workbook; the same lists give the same bytes."""
    output = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, plain) as book:
        book.set_properties({"created": _CREATED, "title": TITLE})
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True, "border": 1}
        looks = {
            "title": book.add_format({"font_name": "黑体", "font_size": 16, "align": "center"}),
            "line": book.add_format({"font_name": "宋体", "font_size": 10, "text_wrap": True}),
            "head": book.add_format(base | {"bold": True, "align": "center", "bg_color": "#D9E1F2"}),
            "cell": book.add_format(base),
            "middle": book.add_format(base | {"align": "center"}),
            "no": book.add_format(base | {"align": "center", "bold": True, "font_color": "#C00000"}),
        }
        for number, checklist in enumerate(lists, 1):
            _sheet(book, number, checklist, looks)
        if not lists:
            book.add_worksheet(TITLE)
    return output.getvalue()


def _sheet(book: Any, number: int, checklist: Checklist, looks: dict[str, Any]) -> None:
    name = f"{number} {_ILLEGAL.sub('', printable(checklist.head.split('，')[0]))}"[:31]
    sheet = book.add_worksheet(name)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, TITLE, looks["title"])
    sheet.merge_range(1, 0, 1, len(HEADS) - 1, "", looks["line"])
    sheet.write_string(1, 0, printable(checklist.head), looks["line"])
    for column, head in enumerate(HEADS):
        sheet.write_string(2, column, head, looks["head"])
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    row = 3
    for index, entry in enumerate(checklist.entries, 1):
        row = _entry(sheet, row, index, entry, looks)
    sheet.write_string(row, 0, REMARK)


def _entry(sheet: Any, row: int, index: int, entry: Entry, looks: dict[str, Any]) -> int:
    """Write an entry from ``row`` on; gives the row after it."""
    count = max(len(entry.problems), 1)
    answer = looks["no" if entry.answer == NO else "middle"]
    fixed = ((str(index), looks["middle"]), (entry.title, looks["cell"]), (entry.answer, answer))
    for column, (text, look) in enumerate(fixed):
        if count > 1:
            sheet.merge_range(row, column, row + count - 1, column, "", look)
        sheet.write_string(row, column, text, look)
    if not entry.problems:
        sheet.write_string(row, 3, entry.note, looks["cell"])
        sheet.write_blank(row, 4, None, looks["cell"])
        sheet.set_row(row, _ROW if len(entry.title) < _TITLE else 2 * _ROW)
    for number, problem in enumerate(entry.problems, 1):
        text = f"{number}．{problem.text}"[:_LONGEST]
        sheet.write_string(row, 3, text, looks["cell"])
        sheet.write_blank(row, 4, None, looks["cell"])
        height = max(_ROW, _LINE * (len(text) // _LETTERS + 1))
        if problem.picture is not None:
            width, high = Image.open(BytesIO(problem.picture)).size
            scale = min(1.0, _PICTURE / width)
            height = max(height, int(high * scale * 0.75) + 8)
            place = {"x_scale": scale, "y_scale": scale, "x_offset": 4, "y_offset": 4, "object_position": 1}
            options = {**place, "image_data": BytesIO(problem.picture), "description": problem.text[:200]}
            sheet.insert_image(row, 4, f"{index}-{number}.png", options)
        sheet.set_row(row, min(height, 409))
        row += 1
    return row + (not entry.problems)
