"""Writes an Excel workbook: a sheet for each table, its heading above and its notes below it.

Figures are numbers whose format shows the decimals that were printed; codes and line numbers stay
texts. Paragraphs that belong to no table stand on sheets named 文字, in their place among the
others, so that reading the workbook gives the blocks in the same order. The same document gives
the same bytes.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import OverlappingRange  # type: ignore[import-untyped]

from mingzhang.documents import Cell, Document, Paragraph, Picture, Table, squash

_TEXTS = "文字"
_CREATED = datetime(2000, 1, 1)
_HEADING_PARAGRAPHS = 6
_NOTE_PARAGRAPHS = 4
_TITLE_LENGTH = 60
_NAME_LENGTH = 31
_LONGEST = 32_767
_DIGITS = 15
"""The digits that a number in a workbook keeps."""

_WIDTHS = 8, 40
_LINE = 16
_TEXT_WIDTH = 100
_NUMBER = re.compile(r"公开\d+表|财决\w*表")
_LABEL = re.compile(r"公开\d+表|财决\w*表|(?:部门|单位)(?:名称)?:")
_NOTE = re.compile(r"(?:注|备注|说明|附注)(?:\d|[一二三四五六七八九十])?[:.、]|\d+[.、]本表|本表")
_BRACKETS = re.compile(r"\([^()]*\)$")
_ILLEGAL = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
_FIGURE = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.(\d+))?(%?)", re.ASCII)
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}


@dataclass(slots=True)
class _Page:
    """One sheet: paragraphs above the table, the table, paragraphs below it; without a table only texts."""

    heading: list[Paragraph] = field(default_factory=list)
    table: Table | None = None
    notes: list[Paragraph] = field(default_factory=list)


def write(document: Document) -> bytes:
    """The document as an xlsx workbook."""
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        printer = _Printer(book)
        for page in list(_pages(document)) or [_Page()]:
            printer.print(page)
    return output.getvalue()


# ── what goes on which sheet ──────────────────────────────────────────────────────────────────


def _pages(document: Document) -> Iterator[_Page]:
    page = _Page()
    between: list[Paragraph] = []
    for block in document.blocks:
        if isinstance(block, Picture):
            block = Paragraph(block.text, block.place)
        if isinstance(block, Paragraph):
            if block.text.strip():
                between.append(block)
            continue
        start = _heading_start(between)
        yield from _parted(page, between[:start])
        page, between = _Page(between[start:], block), []
    yield from _parted(page, between)


def _parted(page: _Page, texts: list[Paragraph]) -> Iterator[_Page]:
    """The page with those of the ``texts`` that are its notes, then the others on a page of their own."""
    count = 0
    if page.table is not None:
        while count < min(len(texts), _NOTE_PARAGRAPHS) and _NOTE.match(squash(texts[count].text)):
            count += 1
        page.notes = texts[:count]
        yield page
    if texts[count:]:
        yield _Page(texts[count:])


def _heading_start(texts: Sequence[Paragraph]) -> int:
    """Where among the paragraphs before a table its heading begins: title, number, unit."""
    start = len(texts)
    lowest = max(0, start - _HEADING_PARAGRAPHS)
    while start > lowest and _is_label(texts[start - 1].text):
        start -= 1
    title = next((n for n in range(len(texts) - 1, lowest - 1, -1) if _is_title(texts[n].text)), start)
    if title > lowest and title < len(texts) and _NUMBER.fullmatch(squash(texts[title - 1].text)):
        title -= 1
    return min(start, title)


def _is_title(text: str) -> bool:
    plain = _BRACKETS.sub("", _NUMBER.sub("", squash(text)))
    return 2 < len(plain) <= _TITLE_LENGTH and plain.endswith("表")


def _is_label(text: str) -> bool:
    return len(text) <= _TITLE_LENGTH and _LABEL.search(squash(text)) is not None


# ── printing ──────────────────────────────────────────────────────────────────────────────────


class _Printer:
    """Prints pages on the sheets of a workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def print(self, page: _Page) -> None:
        """Print one page on a new sheet."""
        sheet = self.book.add_worksheet(self._name(page))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if page.table is None:
            sheet.set_column(0, 0, _TEXT_WIDTH, self._format())
            self._paragraphs(sheet, 0, page.heading, [_TEXT_WIDTH])
            return
        widths = _widths(page.table)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if len(widths) > 6:
            sheet.set_landscape()
        row = self._paragraphs(sheet, 0, page.heading, widths)
        for cell in page.table.cells:
            self._cell(sheet, row, cell)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{row + 1 + len(page.table.cells)}"})
        row += max((cell.row + cell.rowspan for cell in page.table.cells), default=0)
        self._paragraphs(sheet, row, page.notes, widths)

    def _name(self, page: _Page) -> str:
        """A name for the page's sheet that no other sheet has."""
        title = next((p.text for p in reversed(page.heading) if _is_title(p.text)), "")
        if page.table is None:
            title = _TEXTS
        plain = _ILLEGAL.sub(" ", title).strip().strip("'")
        base = plain[:_NAME_LENGTH].strip() or f"表{len(self.names) + 1}"
        name, copy = base, 1
        while name.lower() in self.names:
            copy += 1
            suffix = f"({copy})"
            name = base[: _NAME_LENGTH - len(suffix)] + suffix
        self.names.add(name.lower())
        return name

    def _format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(_FONT | properties)
        return self.formats[key]

    def _paragraphs(self, sheet: Any, row: int, paragraphs: list[Paragraph], widths: list[float]) -> int:
        """Print each paragraph on a row over the full width; the number of the next row."""
        for paragraph in paragraphs:
            text = paragraph.marker + paragraph.text
            title = len(widths) > 1 and _is_title(text)
            style = self._format(bold=True, font_size=14, align="center") if title else self._format()
            for start in range(0, len(text), _LONGEST):
                part = text[start : start + _LONGEST]
                if len(widths) > 1:
                    sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
                sheet.write_string(row, 0, part, style)
                lines = sum(_width(line) // sum(widths) + 1 for line in part.split("\n"))
                if title or lines > 1:
                    sheet.set_row(row, min(_LINE * lines * (1.5 if title else 1), 400))
                row += 1
        return row

    def _cell(self, sheet: Any, first: int, cell: Cell) -> None:
        row, column = first + cell.row, cell.column
        merged = cell.rowspan > 1 or cell.colspan > 1
        figure = _figure(cell.text)
        style = {"border": 1, **({"align": "center"} if merged and figure is None else {})}
        number_format = {} if figure is None else {"num_format": figure[1]}
        ruled = self._format(**style, **number_format)
        if merged:
            # cells of a source that lie over each other stay single cells
            with contextlib.suppress(OverlappingRange):
                sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", ruled)
        if cell.unknown:
            sheet.write_formula(row, column, "=NA()", ruled, "#N/A")
        elif figure is not None:
            sheet.write_number(row, column, figure[0], ruled)
        elif cell.text:
            sheet.write_string(row, column, cell.text[:_LONGEST], ruled)
        else:
            sheet.write_blank(row, column, None, ruled)


def _figure(text: str) -> tuple[float, str] | None:
    """The number and the format that print as ``text``; None where it has to stay a text."""
    match = _FIGURE.fullmatch(text)
    if match is None or text.isdecimal() or sum(map(str.isdigit, text)) > _DIGITS:
        return None
    sign, whole, part, percent = match.groups(default="")
    if not (part or percent or "," in whole):
        return None
    value = Decimal(f"{sign}{whole.replace(',', '')}.{part or 0}") / (100 if percent else 1)
    if sign and not value:
        return None
    code = ("#,##0" if "," in whole else "0") + (f".{'0' * len(part)}" if part else "") + percent
    return float(value), code


def _widths(table: Table) -> list[float]:
    """The width of each column by its longest text."""
    low, high = _WIDTHS
    count = max((cell.column + cell.colspan for cell in table.cells), default=1)
    widths: list[float] = [low] * count
    for cell in table.cells:
        if cell.colspan == 1:
            longest = max(map(_width, cell.text.split("\n")))
            widths[cell.column] = max(widths[cell.column], min(longest + 2, high))
    return widths


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
