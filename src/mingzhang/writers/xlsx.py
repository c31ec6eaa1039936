"""Writes an Excel workbook: a sheet for each table, its heading above and its notes below it.

Figures are numbers whose format shows the decimals that were printed, sums are formulas; whole numbers
are figures where the head of their column says so (分值, 编制数), codes and line numbers stay texts.
Paragraphs that belong to no table stand on sheets named 文字, in their place among the others, so that
reading the workbook gives the blocks in the same order. The same document gives the same bytes.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import OverlappingRange  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from mingzhang.documents import Block, Cell, Document, Paragraph, Picture, Table
from mingzhang.writers import layout

_TEXTS = "文字"
_CREATED = datetime(2000, 1, 1)
_NAME_LENGTH = 31
_HEADER_LENGTH = 200
_LONGEST = 32_767
_DIGITS = 15
"""The digits that a number in a workbook keeps."""

_WIDTHS = 8, 40
_LINE = 16
_TEXT_WIDTH = 100
_ILLEGAL = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
_FIGURE = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.(\d+))?(%?)", re.ASCII)
_COUNTED = re.compile(r".*(?:数|分|值|权重|金额|人次|批次)(?:[（(][^（）()]*[）)])?")
"""How the head of a column of figures ends."""
_NUMBERED = "栏次"
"""The label of a row that numbers the columns."""
_STYLES: dict[str, dict[str, object]] = {
    "caption": {"bold": True, "font_size": 14, "align": "center"},
    "cover": {"bold": True, "font_size": 16, "align": "center"},
    "gap": {"bg_color": "#FFE14D"},
}
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
        book.calc_on_load = False  # every formula has its result; else a zero could be one not worked out
        book.set_properties({"created": _CREATED, "title": document.title, "author": document.author})
        printer = _Printer(book, document.banner.replace("&", "&&"))
        for page in list(_pages(document)) or [_Page()]:
            printer.print(page)
    return output.getvalue()


# ── what goes on which sheet ──────────────────────────────────────────────────────────────────


def _pages(document: Document) -> Iterator[_Page]:
    texts: list[Paragraph] = []
    for group in layout.groups(layout.printed_blocks(document)):
        above = _texts(group.above)
        if group.table is None:
            texts += above + _texts([] if group.block is None else [group.block])
            continue
        if texts:
            yield _Page(texts)
            texts = []
        yield _Page(above, group.table, _texts(group.below))
    if texts:
        yield _Page(texts)


def _texts(blocks: Sequence[Block]) -> list[Paragraph]:
    """The blocks as paragraphs, blank ones left out; a picture is its text."""
    texts = [Paragraph(b.text, b.place) if isinstance(b, Picture) else b for b in blocks]
    return [text for text in texts if isinstance(text, Paragraph) and text.text.strip()]


# ── printing ──────────────────────────────────────────────────────────────────────────────────


class _Printer:
    """Prints pages on the sheets of a workbook."""

    def __init__(self, book: Any, banner: str) -> None:
        self.book, self.banner = book, banner
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def print(self, page: _Page) -> None:
        """Print one page on a new sheet."""
        sheet = self.book.add_worksheet(self._name(page))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C— &P —")
        if self.banner:
            sheet.set_header(f"&C{self.banner[:_HEADER_LENGTH]}")
        if page.table is None:
            sheet.set_column(0, 0, _TEXT_WIDTH, self._format())
            self._paragraphs(sheet, 0, page.heading, [_TEXT_WIDTH])
            return
        table = page.table
        widths = _widths(table)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if layout.is_wide(table):
            sheet.set_landscape()
        row = self._paragraphs(sheet, 0, page.heading, widths)
        if heads := layout.heads(table):
            sheet.freeze_panes(row + heads, 0)
            sheet.repeat_rows(row, row + heads - 1)
        counted = _counted(table)
        figures = {(c.row, c.column): _figure(c.text, (c.row, c.column) in counted) for c in table.cells}
        for cell in table.cells:
            self._cell(sheet, row, cell, figures[cell.row, cell.column], _formula(cell, figures, row))
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{row + 1 + len(table.cells)}"})
        self._paragraphs(sheet, row + layout.height(table), page.notes, widths)

    def _name(self, page: _Page) -> str:
        """A name for the page's sheet that no other sheet has."""
        title = next((p.text for p in page.heading if p.role == "caption"), "")
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
            text = layout.marked(paragraph)
            title = paragraph.role == "caption"
            style = self._format(**_STYLES.get(paragraph.role, {}))
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

    def _cell(self, sheet: Any, first: int, cell: Cell, figure: _Figure, formula: str) -> None:
        row, column = first + cell.row, cell.column
        merged = cell.rowspan > 1 or cell.colspan > 1
        style = {"border": 1, **({"align": "center"} if merged and figure is None else {})}
        number_format = {} if figure is None else {"num_format": figure[1]}
        ruled = self._format(**style, **number_format)
        if merged:
            # cells of a source that lie over each other stay single cells
            with contextlib.suppress(OverlappingRange):
                sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", ruled)
        if cell.unknown:
            sheet.write_formula(row, column, "=NA()", ruled, "#N/A")
        elif figure is not None and formula:
            sheet.write_formula(row, column, formula, ruled, figure[0])
        elif figure is not None:
            sheet.write_number(row, column, figure[0], ruled)
        elif cell.text:
            sheet.write_string(row, column, cell.text[:_LONGEST], ruled)
        else:
            sheet.write_blank(row, column, None, ruled)


_Figure = tuple[float, str, Decimal] | None


def _formula(cell: Cell, figures: Mapping[tuple[int, int], _Figure], first: int) -> str:
    """The sum of the cell's parts as a formula, where it gives exactly what is printed."""
    own = figures[cell.row, cell.column]
    parts = [(sign, figures.get((row, column))) for row, column, sign in cell.parts]
    total = sum((sign * part[2] for sign, part in parts if part is not None), Decimal(0))
    if own is None or not any(part for _, part in parts) or total != own[2]:
        return ""
    added, taken = (
        _sum([(first + row, column) for row, column, sign in cell.parts if sign == wanted])
        for wanted in (1, -1)
    )
    return f"={added or '0'}" + (f"-{taken}" if taken else "")


def _sum(cells: list[tuple[int, int]]) -> str:
    """SUM over the cells, those that follow each other downwards or to the right as ranges."""
    ranges: list[list[tuple[int, int]]] = []
    for row, column in cells:
        last = ranges[-1] if ranges else []
        steps = [(row - r, column - c) for r, c in last[-2:]]
        if steps in ([(1, 0)], [(0, 1)], [(2, 0), (1, 0)], [(0, 2), (0, 1)]):
            last.append((row, column))
        else:
            ranges.append([(row, column)])
    names = [
        xl_rowcol_to_cell(*each[0]) + (f":{xl_rowcol_to_cell(*each[-1])}" if len(each) > 1 else "")
        for each in ranges
    ]
    return f"SUM({','.join(names)})" if names else ""


def _counted(table: Table) -> set[tuple[int, int]]:
    """Where whole numbers stand below a head of figures; a row that numbers the columns holds none."""
    numbered = {cell.row for cell in table.cells if "".join(cell.text.split()) == _NUMBERED}
    heads: dict[int, bool] = {}
    found: set[tuple[int, int]] = set()
    for cell in sorted(table.cells, key=lambda cell: cell.row):
        text = "".join(cell.text.split())
        if cell.row in numbered:
            continue
        if _FIGURE.fullmatch(text) is None and text:
            counts = _COUNTED.fullmatch(text) is not None
            heads |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), counts)
        elif heads.get(cell.column):
            found.add((cell.row, cell.column))
    return found


def _figure(text: str, counted: bool) -> _Figure:
    """The number, the format that prints it as ``text``, and its exact value; None where it stays a text.

    A whole number without a separator is one only where things are ``counted``.
    """
    match = _FIGURE.fullmatch(text)
    if match is None or (text.isdecimal() and not counted) or sum(map(str.isdigit, text)) > _DIGITS:
        return None
    sign, whole, part, percent = match.groups(default="")
    if not (part or percent or "," in whole or counted):
        return None
    value = Decimal(f"{sign}{whole.replace(',', '')}.{part or 0}") / (100 if percent else 1)
    if sign and not value:
        return None
    code = ("#,##0" if "," in whole else "0") + (f".{'0' * len(part)}" if part else "") + percent
    return float(value), code, value


def _widths(table: Table) -> list[float]:
    """The width of each column by its longest text."""
    low, high = _WIDTHS
    widths: list[float] = [low] * max(layout.width(table), 1)
    for cell in table.cells:
        if cell.colspan == 1:
            longest = max(map(_width, cell.text.split("\n")))
            widths[cell.column] = max(widths[cell.column], min(longest + 2, high))
    return widths


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
