"""The roll-up as a workbook: 汇总, 来源 and 问题. Texts are written as texts, never as formulas or links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.reporting.rolled import COLUMNS, SEVERITY, cells_of, entries
from mingzhang.reporting.wording import printable
from mingzhang.scoring.rollup import Rollup

_CREATED = datetime(2000, 1, 1)
_LONGEST = 32_767
_ROWS = 200_000
"""Places listed; a workbook of more is no longer handy."""
_FIGURES = frozenset({0, 6, 8, 9, 13})
_WIDTHS = (6, 30, 24, 14, 30, 14, 16, 8, 16, 16, 22, 8, 60, 8)
_SOURCES = (("序号", 6), ("单位", 30), ("项目", 26), ("文件", 40), ("位置", 20), ("填写的", 18))
_PROBLEMS = (("级别", 8), ("问题", 100), ("文件", 40), ("位置", 20))


def rolled_xlsx(result: Rollup) -> bytes:
    """The workbook; 来源 names a figure by its number in 汇总."""
    output = BytesIO()
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, plain) as book:
        book.set_properties({"created": _CREATED, "title": "绩效自评汇总"})
        head = book.add_format({"font_name": "宋体", "font_size": 10, "bold": True, "bg_color": "#D9E1F2"})
        cell = book.add_format({"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True})
        figures = (cells_of(result, n, entry) for n, entry in enumerate(entries(result), 1))
        _write(book, "汇总", list(zip(COLUMNS, _WIDTHS)), figures, head, cell, _FIGURES)
        _write(book, "来源", _SOURCES, _sources(result), head, cell, frozenset({0}))
        problems = ([SEVERITY[p.severity], p.message, p.file, p.place] for p in result.problems)
        unread = (["无法读取", why, path, ""] for path, why in result.unreadable)
        _write(book, "问题", _PROBLEMS, [*problems, *unread], head, cell, frozenset())
    return output.getvalue()


def _sources(result: Rollup) -> Iterator[Sequence[str]]:
    """A row for each cell of each figure, as many as a sheet takes."""
    written = 0
    for number, entry in enumerate(entries(result), 1):
        for cell in entry.figure.cells:
            if written == _ROWS:
                yield str(number), "其余来源太多，没有列出，请用 --format json 查看", "", "", "", ""
                return
            source = result.sheets.source(cell)
            where = source.place.describe()
            yield str(number), source.unit, source.project, source.file, where, source.printed
            written += 1


def _write(
    book: Any,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    head: Any,
    cell: Any,
    figures: frozenset[int],
) -> None:
    sheet = book.add_worksheet(name)
    for number, (title, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, head)
    sheet.freeze_panes(1, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    last = 0
    for last, row in enumerate(rows, 1):
        for number, text in enumerate(row):
            if number in figures and text.lstrip("-").replace(".", "", 1).isdecimal():
                sheet.write_number(last, number, float(text), cell)  # a workbook knows no other numbers
            elif text:
                sheet.write_string(last, number, printable(text)[:_LONGEST], cell)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
