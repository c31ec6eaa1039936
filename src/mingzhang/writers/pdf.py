"""Writes PDF: paragraphs that flow and fully ruled tables, as published documents look.

Pages break by one rule. The *caption* of a table is the run of at most four short paragraphs
right before it (title, 部门, 公开表号, 单位) that are neither notes nor sentences; each caption
starts a new page together with its table. Notes right after a table stay on its page. A table of
more than eight columns stands on landscape pages; the text after it goes on with a portrait page.

The font is the predefined CID font STSong-Light, which viewers provide, so nothing is embedded.
Output is deterministic: the same document gives the same bytes.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Any
from xml.sax.saxutils import escape

from mingzhang.documents import Block, Cell, Document, Paragraph, Picture, Table, squash

_FONT = "STSong-Light"
_MARGIN = 50.0
_PADDING = 3.0
_TEXT_SIZE = 10.5
_TABLE_SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
_LEADING = 1.25
_LANDSCAPE_FROM = 9
_CAPTION_PARAGRAPHS = 4
_CAPTION_LENGTH = 60

_NOTE = re.compile(r"(注|备注|说明|附注)(\d|[一二三四五六七八九十])?[:.、]|\d\.")
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_LINE_END = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[(（“‘《〔【]*(?:[!-'*-~]+|.)[，。、；：？！）”’》〕】)]*", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_Measure = Callable[[str, float], float]


def write(document: Document) -> bytes:
    """The document as a PDF file."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Spacer

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))

    def template(name: str, size: tuple[float, float]) -> PageTemplate:
        frame = Frame(_MARGIN, _MARGIN, size[0] - 2 * _MARGIN, size[1] - 2 * _MARGIN, 0, 0, 0, 0)
        return PageTemplate(name, [frame], pagesize=size)

    story = _Story(A4, lambda text, size: float(pdfmetrics.stringWidth(text, _FONT, size)))
    for section in _sections(document.blocks):
        story.add(section)
    buffer = io.BytesIO()
    pages = BaseDocTemplate(buffer, pagesize=A4, invariant=1, title="", author="")
    templates = [template("portrait", A4), template("landscape", landscape(A4))]
    pages.addPageTemplates(sorted(templates, key=lambda page: bool(page.id != story.first_page)))
    pages.build(story.flowables or [Spacer(1, 1)])
    return buffer.getvalue()


# --- page breaks ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Section:
    """Blocks that start on a new page: text, or a table with its caption and notes."""

    caption: list[Paragraph] = field(default_factory=list)
    table: Table | None = None
    notes: list[Paragraph] = field(default_factory=list)
    text: list[Paragraph] = field(default_factory=list)


def _sections(blocks: list[Block]) -> Iterator[_Section]:
    """The blocks cut by the rule in the docstring of this module."""
    section = _Section()
    for block in blocks:
        if isinstance(block, Picture):
            block = Paragraph(block.text, block.place)
        if isinstance(block, Table):
            caption = _take_caption(section.text)
            if section.table is not None or section.text:
                yield section
            section = _Section(caption, block)
        elif section.table is not None and not section.text and _is_note(block):
            section.notes.append(block)
        else:
            section.text.append(block)
    yield section


def _take_caption(text: list[Paragraph]) -> list[Paragraph]:
    """Removes the caption of the following table from the end of ``text``."""
    start = len(text)
    while start > 0 and len(text) - start < _CAPTION_PARAGRAPHS and _is_caption(text[start - 1]):
        start -= 1
    caption = text[start:]
    del text[start:]
    return caption


def _is_caption(paragraph: Paragraph) -> bool:
    text = squash(paragraph.text)
    return len(text) <= _CAPTION_LENGTH and not text.endswith(("。", "；", ";")) and not _NOTE.match(text)


def _is_note(paragraph: Paragraph) -> bool:
    return _NOTE.match(squash(paragraph.text)) is not None


class _Story:
    """The flowables of the document in order."""

    def __init__(self, page: tuple[float, float], measure: _Measure) -> None:
        from reportlab.lib.enums import TA_CENTER
        from reportlab.lib.styles import ParagraphStyle

        self.flowables: list[Any] = []
        self.first_page = "portrait"
        self._page = page
        self._measure = measure
        self._text_style = ParagraphStyle(
            "text", fontName=_FONT, fontSize=_TEXT_SIZE, leading=_TEXT_SIZE * 1.5, wordWrap="CJK"
        )
        self._prose_style = ParagraphStyle("prose", self._text_style, firstLineIndent=2 * _TEXT_SIZE)
        self._title_style = ParagraphStyle(
            "title", self._text_style, fontSize=14, leading=22, alignment=TA_CENTER
        )

    def add(self, section: _Section) -> None:
        """Adds one section, its table on a new page."""
        if section.table is not None:
            wide = _width(section.table) >= _LANDSCAPE_FROM
            self._turn_page("landscape" if wide else "portrait")
            self._paragraphs(section.caption)
            self._add_table(section.table, wide)
            self._paragraphs(section.notes)
            if wide and section.text:
                self._turn_page("portrait")
        self._paragraphs(section.text)

    def _turn_page(self, name: str) -> None:
        from reportlab.platypus import NextPageTemplate, PageBreak

        if not self.flowables:
            self.first_page = name
            return
        self.flowables.append(NextPageTemplate(name))
        self.flowables.append(PageBreak())

    def _paragraphs(self, paragraphs: list[Paragraph]) -> None:
        from reportlab.platypus import Paragraph as Flowing

        for paragraph in paragraphs:
            is_title = squash(paragraph.text).endswith("表") and _is_caption(paragraph)
            style = self._title_style if is_title else self._text_style
            if not _is_caption(paragraph):
                style = self._prose_style
            text = escape(_UNPRINTABLE.sub("", paragraph.text))
            self.flowables.append(Flowing("<br/>".join(_LINE_END.split(text)), style))

    def _add_table(self, table: Table, wide: bool) -> None:
        if table.cells:
            width, height = (extent - 2 * _MARGIN for extent in self._page)
            if wide:
                width, height = height, width
            self.flowables.append(_ruled(_Layout(table, width, height, self._measure)))


# --- tables -----------------------------------------------------------------------------------


def _width(table: Table) -> int:
    return max((cell.column + cell.colspan for cell in table.cells), default=0)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cell, or a part of one, on the rows as they are drawn."""

    cell: Cell
    text: str
    start: tuple[int, int]
    end: tuple[int, int]


class _Layout:
    """Font size, column widths and wrapped texts of one table.

    A page cannot hold a row, or rows that merged cells chain together, higher than itself. Such a row
    is drawn as several rows, each nearly a page high so that no two stand on one page; every merged
    cell is cut where such a chain comes to half a page.
    """

    def __init__(self, table: Table, width: float, height: float, measure: _Measure) -> None:
        self.cells = table.cells
        self.columns = _width(table)
        self.rows = max(cell.row + cell.rowspan for cell in table.cells)
        self._measure = cache(measure)
        for self.size in _TABLE_SIZES:
            least = self._demand(self._least)
            if sum(least) <= width:
                break
        self.widths = _share(width, least, self._demand(self._longest_line))

        lines = height / (self.size * _LEADING)
        self._row_lines, self._chain_lines = max(1, int(lines * 0.9)), max(1, int(lines / 2))
        self._wrapped = [self._lines(cell) for cell in self.cells]
        self.lines = self._drawn_rows()
        self._cuts = sorted(self._chains_cut())
        self.pieces = [piece for number in range(len(self.cells)) for piece in self._pieces(number)]

    def _drawn_rows(self) -> list[int]:
        """The lines of each drawn row; fills the first drawn row of each row of the table."""
        need = [1] * self.rows
        for cell, lines in zip(self.cells, self._wrapped):
            if cell.rowspan == 1:
                need[cell.row] = max(need[cell.row], len(lines))
        self._first = [0]
        drawn: list[int] = []
        for lines_of_row in need:
            while lines_of_row > self._row_lines:
                drawn.append(self._row_lines)
                lines_of_row -= self._row_lines
            drawn.append(lines_of_row)
            self._first.append(len(drawn))
        return drawn

    def _chains_cut(self) -> Iterator[int]:
        """The drawn rows before which merged cells are cut: where the fewest cells go on."""
        height = [0, *accumulate(self.lines)]
        crossing = [0] * len(height)
        for cell in self.cells:
            for row in range(self._first[cell.row] + 1, self._first[cell.row + cell.rowspan]):
                crossing[row] += 1
        start = 0
        for stop in (row for row in range(1, len(height)) if not crossing[row]):
            while height[stop] - height[start] > self._chain_lines and stop > start + 1:
                last = max(bisect_right(height, height[start] + self._chain_lines) - 1, start + 1)
                start = min(range(start + 1, min(last, stop - 1) + 1), key=lambda row: (crossing[row], -row))
                yield start
            start = stop

    def _pieces(self, number: int) -> Iterator[_Piece]:
        """Cell ``number`` in the parts that it is cut into; a label stands whole in the first."""
        cell, lines = self.cells[number], self._wrapped[number]
        whole = cell.rowspan > 1 and len(lines) <= self._chain_lines / 2
        last = cell.column + cell.colspan - 1
        row, stop = self._first[cell.row], self._first[cell.row + cell.rowspan]
        for end in (*self._cuts[bisect_right(self._cuts, row) : bisect_left(self._cuts, stop)], stop):
            take = len(lines) if end == stop or whole else sum(self.lines[row:end])
            yield _Piece(cell, "\n".join(lines[:take]), (cell.column, row), (last, end - 1))
            lines, row = lines[take:], end

    def _lines(self, cell: Cell) -> list[str]:
        """The text of ``cell``, wrapped to the width it spans."""
        width = sum(self.widths[cell.column : cell.column + cell.colspan]) - 2 * _PADDING
        return [wrapped for line in _printed_lines(cell) for wrapped in self._wrap(line, width)]

    def _demand(self, extent: Callable[[Cell], float]) -> list[float]:
        """For each column the greatest ``extent`` of its cells that span one column."""
        demand = [self.size + 2 * _PADDING] * self.columns
        for cell in self.cells:
            if cell.colspan == 1:
                demand[cell.column] = max(demand[cell.column], extent(cell) + 2 * _PADDING)
        return demand

    def _least(self, cell: Cell) -> float:
        """The width of the longest token, or of four characters if the text is that long."""
        tokens = max((self._measure(t, self.size) for t in _TOKEN.findall(cell.text)), default=0.0)
        return max(tokens, min(self._longest_line(cell), 4 * self.size))

    def _longest_line(self, cell: Cell) -> float:
        return max(self._measure(line, self.size) for line in _printed_lines(cell))

    def _wrap(self, line: str, width: float) -> list[str]:
        """Cuts ``line`` between tokens; a token wider than ``width`` is cut anywhere.

        The last line gets two tokens where they fit, for a lone character is easily overlooked.
        """
        lines: list[list[str]] = [[]]
        used = 0.0
        for token in _TOKEN.findall(line):
            whole = self._measure(token, self.size) <= width
            for piece in [token] if whole else list(token):
                extent = self._measure(piece, self.size)
                if lines[-1] and used + extent > width + 0.01:
                    lines.append([])
                    used = 0.0
                lines[-1].append(piece)
                used += extent
        lone = len(lines) > 1 and len(lines[-1]) == 1 and len(lines[-2]) > 2
        if lone and used + self._measure(lines[-2][-1], self.size) <= width + 0.01:
            lines[-1].insert(0, lines[-2].pop())
        return [pieces[0] + " " if _is_lone(pieces) else "".join(pieces) for pieces in lines]


def _is_lone(pieces: list[str]) -> bool:
    """Whether a line is one Chinese character, which PDFium overlooks if drawn alone."""
    return len(pieces) == 1 and len(pieces[0]) == 1 and pieces[0] > "\x7f"


def _printed_lines(cell: Cell) -> list[str]:
    return _LINE_END.split(_UNPRINTABLE.sub("", cell.text.replace("\t", " ")))


def _share(width: float, least: list[float], wanted: list[float]) -> list[float]:
    """Divides ``width`` among columns: what each needs at least, the rest as each wants more."""
    rest = width - sum(least)
    if rest <= 0:
        return [width * need / sum(least) for need in least]
    more = [want - need for need, want in zip(least, wanted)]
    if sum(more) <= rest:
        return [want * width / sum(wanted) for want in wanted]
    return [need + rest * extra / sum(more) for need, extra in zip(least, more)]


def _ruled(layout: _Layout) -> Any:
    """The table as a flowable: ruled grid, spans, numbers to the right."""
    from reportlab.lib import colors
    from reportlab.platypus import Table as RuledTable

    grid = [[""] * layout.columns for _ in layout.lines]
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), _FONT, layout.size, layout.size * _LEADING),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    for piece in layout.pieces:
        column, row = piece.start
        grid[row][column] = piece.text
        if piece.start != piece.end:
            style.append(("SPAN", piece.start, piece.end))
        if piece.cell.colspan > 1 or piece.cell.rowspan > 1:
            style.append(("ALIGN", piece.start, piece.end, "CENTER"))
        elif _NUMBER.fullmatch(piece.cell.text.strip()):
            style.append(("ALIGN", piece.start, piece.end, "RIGHT"))
    return RuledTable(grid, colWidths=layout.widths, repeatRows=0, style=style)
