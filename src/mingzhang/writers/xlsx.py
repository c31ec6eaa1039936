"""Writes an Excel workbook: a sheet for each table, its heading above and its notes below it.

Figures are numbers whose format shows the decimals that were printed, sums are formulas; whole numbers
are figures where the head of their column says so (分值, 编制数), codes and line numbers stay texts.
Paragraphs that belong to no table stand on sheets named by their heading, one for each part, in their place
among the others, so that reading the workbook gives the blocks in the same order. Rows are as high as their
texts need and each sheet is printed one page wide. The same document gives the same bytes.
"""

from __future__ import annotations

import contextlib
import math
import re
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

_TEXTS, _COVER = "文字", "封面"
_CREATED = datetime(2000, 1, 1)
_NAME_LENGTH = 31
_HEADER_LENGTH = 200
_LONGEST = 32_767
_DIGITS = 15
"""The digits that a number in a workbook keeps."""

_WIDTHS = 8, 40
_LINE, _HIGHEST = 16, 400
_BETWEEN = 3
_TEXT_WIDTH = 72
"""Of a sheet of texts: as a portrait page holds in a broad font too, for a single column is not scaled."""

_SPARE = 2
"""What a column is broader than its longest text."""

_ILLEGAL = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
_FIGURE = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.(\d+))?(%?)", re.ASCII)
_COUNTED = re.compile(r".*(?:数|分|值|权重|金额|人次|批次)(?:[（(][^（）()]*[）)])?")
"""How the head of a column of figures ends."""
_NUMBERED = "栏次"
"""The label of a row that numbers the columns."""
_STYLES: dict[str, dict[str, object]] = {
    "caption": {"bold": True, "font_size": 14, "align": "center"},
    "cover": {"bold": True, "font_size": 16, "align": "center"},
    "heading": {"bold": True},
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
            more = above + _texts([] if group.block is None else [group.block])
            if texts and any(text.level == 1 for text in more):
                yield _Page(texts)
                texts = []
            texts += more
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


def _title(page: _Page) -> str:
    """What a page is called: its table's title, or the first of its highest headings."""
    if page.table is not None:
        return next((p.text for p in page.heading if p.role == "caption"), "")
    if any(p.role == "cover" for p in page.heading):
        return _COVER
    headings = [p for p in page.heading if p.level]
    return layout.marked(min(headings, key=lambda p: p.level)) if headings else _TEXTS


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
        heads = layout.heads(table)
        if heads:
            sheet.freeze_panes(row + heads, 0)
            sheet.repeat_rows(row, row + heads - 1)
        counted = _counted(table)
        figures = {(c.row, c.column): _figure(c.text, (c.row, c.column) in counted) for c in table.cells}
        for number, high in _heights(table, widths).items():
            sheet.set_row(row + number, high)
        for cell in table.cells:
            formula = _formula(cell, figures, row)
            self._cell(sheet, row, cell, figures[cell.row, cell.column], formula, cell.row < heads)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{row + 1 + len(table.cells)}"})
        self._paragraphs(sheet, row + layout.height(table), page.notes, widths)

    def _name(self, page: _Page) -> str:
        """A name for the page's sheet that no other sheet has."""
        plain = _ILLEGAL.sub(" ", _title(page)).strip().strip("'")
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
        for paragraph, beside, split in _rows(paragraphs, widths):
            if beside is not None:
                self._over(sheet, row, split, len(widths), beside.text, self._style(beside))
            text, style = layout.marked(paragraph), self._style(paragraph)
            for start in range(0, len(text), _LONGEST):
                part = text[start : start + _LONGEST]
                self._over(sheet, row, 0, split, part, style)
                high = _LINE * (1.5 if paragraph.role in ("caption", "cover") else 1)
                sheet.set_row(row, min(high * _lines(part, sum(widths[:split])) + _BETWEEN, _HIGHEST))
                row += 1
        return row

    def _style(self, paragraph: Paragraph) -> Any:
        heading = "heading" if paragraph.level else ""
        sides = {"align": layout.side(paragraph)} if paragraph.role == "label" else {}
        return self._format(**_STYLES.get(paragraph.role or heading, {}), **sides)

    def _over(self, sheet: Any, row: int, first: int, end: int, text: str, style: Any) -> None:
        """A text over the columns before ``end``."""
        if end - first > 1:
            sheet.merge_range(row, first, row, end - 1, "", style)
        sheet.write_string(row, first, text, style)

    def _cell(self, sheet: Any, first: int, cell: Cell, figure: _Figure, formula: str, head: bool) -> None:
        row, column = first + cell.row, cell.column
        merged = cell.rowspan > 1 or cell.colspan > 1
        style = {"border": 1, **({"align": "center"} if (merged or head) and figure is None else {})}
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


def _rows(
    paragraphs: Sequence[Paragraph], widths: Sequence[float]
) -> Iterator[tuple[Paragraph, Paragraph | None, int]]:
    """What stands on each row, with the label to the right of it and the column where this begins."""
    for paragraph, beside in layout.lined(paragraphs):
        assert isinstance(paragraph, Paragraph)
        split = len(widths)
        while beside is not None and split and sum(widths[split:]) < layout.letters(beside.text) + 1:
            split -= 1
        if beside is not None and not split:
            yield paragraph, None, len(widths)
            paragraph, beside, split = beside, None, len(widths)
        yield paragraph, beside, split


def _heights(table: Table, widths: Sequence[float]) -> dict[int, float]:
    """The heights of the rows that need more than a line; a merged cell's last row has what is lacking."""
    lines = dict.fromkeys(range(layout.height(table)), 1)
    for cell in sorted(table.cells, key=lambda cell: cell.rowspan):
        own = range(cell.row, cell.row + cell.rowspan)
        need = _lines(cell.text[:_LONGEST], sum(widths[cell.column : cell.column + cell.colspan]))
        lines[own[-1]] += max(need - sum(lines[row] for row in own), 0)
    return {row: min(_LINE * count, _HIGHEST) for row, count in lines.items() if count > 1}


def _lines(text: str, width: float) -> int:
    """The lines that a text takes in a cell."""
    return sum(max(math.ceil(layout.letters(line) / (width - _SPARE)), 1) for line in layout.lines_of(text))


def _widths(table: Table) -> list[float]:
    """The width of each column by its longest text."""
    low, high = _WIDTHS
    widths: list[float] = [low] * max(layout.width(table), 1)
    for cell in table.cells:
        if cell.colspan == 1:
            longest = max(map(layout.letters, layout.lines_of(cell.text)))
            widths[cell.column] = max(widths[cell.column], min(longest + _SPARE, high))
    return widths
