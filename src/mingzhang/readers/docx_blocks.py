"""The blocks of one part of a Word file: paragraphs, and tables on their grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml.etree import _Element

from mingzhang.documents import Block, Cell, Paragraph, Table
from mingzhang.provenance import Place, Segment
from mingzhang.readers.docx_numbering import VAL, Marker, Numbering, Style, Styles, W, is_on, number
from mingzhang.readers.docx_text import PARAGRAPH, TABLE, Item, Texts, flat, joined

MOST_COLUMNS = 256
"""Cells that begin further right are not read: Word itself stops at 63 columns."""
_CHUNK = f"{W}altChunk"
_BLOCKS = {PARAGRAPH, TABLE, _CHUNK}
_ROW = {f"{W}tr"}
_CELL = {f"{W}tc"}
_REMOVED = {f"{W}del", f"{W}moveFrom"}
_NUMBERS = f"{W}numPr"
_OUTLINE = f"{W}outlineLvl"
_STYLE = f"{W}pStyle"
_MARK = f"{W}rPr"
_VANISH = f"{W}vanish"
_PROPERTIES = f"{W}pPr"
_ROW_PROPERTIES = f"{W}trPr"
_CELL_PROPERTIES = f"{W}tcPr"
_CELL_REMOVED = f"{W}cellDel"
_SPAN = f"{W}gridSpan"
_DOWN = f"{W}vMerge"
_RIGHT = f"{W}hMerge"


class _Line(NamedTuple):
    """A printed paragraph before it has a place."""

    items: list[Item]
    level: int = 0
    marker: Marker = Marker("", "")


class _Format:
    """What the properties of a paragraph say."""

    __slots__ = ("hidden", "joins", "numbers", "outline", "style")

    def __init__(self, paragraph: _Element, styles: Styles) -> None:
        self.numbers: _Element | None = None
        self.joins = self.hidden = False
        outline: int | None = None
        style_id = styles.default
        properties = _leading(paragraph, _PROPERTIES)
        for element in properties if properties is not None else ():
            tag = element.tag
            if tag == _STYLE:
                style_id = element.get(VAL, "")
            elif tag == _NUMBERS:
                self.numbers = element
            elif tag == _OUTLINE:
                outline = number(element)
            elif tag == _MARK:
                for mark in element:
                    tag = mark.tag
                    if tag in _REMOVED:
                        self.joins = True
                    elif tag == _VANISH:
                        self.hidden = is_on(mark)
        self.style: Style = styles[style_id]
        self.outline = self.style.outline if outline is None else outline


@dataclass(slots=True)
class _Region:
    """A cell whose last row is not known yet."""

    row: int
    column: int
    colspan: int
    text: str
    segments: tuple[Segment, ...]
    rowspan: int = 1


class _Frame(NamedTuple):
    """The extent of a cell as its properties say; a merge is "", "restart" or "continue"."""

    span: int = 1
    down: str = ""
    right: str = ""
    removed: bool = False


_PLAIN = _Frame()


class Story:
    """The blocks of one part.

    ``references`` are the foot and end notes it refers to, with the ordinal of the body block;
    ``chunks`` counts the foreign files it takes in, ``too_wide`` says that columns were left out.
    """

    def __init__(self, part: str, root: _Element, styles: Styles, numbering: Numbering) -> None:
        self.blocks: list[Block] = []
        self.references: dict[tuple[str, str], int] = {}
        self.chunks = 0
        self.too_wide = False
        self._part = part
        self._root = root
        self._styles = styles
        self._numbering = numbering
        self._texts = Texts(root, styles)

    def read_body(self) -> None:
        """Read the body, each block with its ordinal."""
        body = self._root.find(f"{W}body")
        for ordinal, block in enumerate(self._flow(body) if body is not None else (), 1):
            self._add(block, Place(paragraph=ordinal))
            for reference in self._texts.references:
                self.references.setdefault(reference, ordinal)
            self._texts.references.clear()

    def read_notes(self, kind: str, references: dict[tuple[str, str], int]) -> None:
        """Read foot or end notes without their separators, placed where the body refers to them."""
        for note in self._root:
            if note.get(f"{W}type", "normal") == "normal":
                place = Place(paragraph=references.get((kind, note.get(f"{W}id", ""))))
                for block in self._flow(note):
                    self._add(block, place)

    def read_all(self) -> None:
        """Read a header or footer."""
        for block in self._flow(self._root):
            self._add(block, Place())

    def _add(self, block: _Line | _Element, place: Place) -> None:
        """Add a block, and after it the text boxes and nested tables that it holds."""
        if isinstance(block, _Line):
            text, segments = joined(block.items, self._part, place)
            if text.strip() or block.marker.text:
                self.blocks.append(Paragraph(text, place, block.level, block.marker.text, segments))
        else:
            cells = self._cells(block, place)
            if cells:
                self.blocks.append(Table(cells, place))
        later, self._texts.later = self._texts.later, []
        for element in later:
            for inner in (element,) if element.tag == TABLE else self._flow(element):
                self._add(inner, place)

    def _flow(self, container: _Element) -> Iterator[_Line | _Element]:
        """The paragraphs and tables of a container; a removed paragraph mark joins two paragraphs."""
        items: list[Item] = []
        for block in flat(container, _BLOCKS):
            if block.tag == PARAGRAPH:
                format_ = _Format(block, self._styles)
                items += self._texts.items(block, format_.style.hidden)
                if not format_.joins:
                    yield self._line(items, format_)
                    items = []
                continue
            if items:
                yield _Line(items)
                items = []
            if block.tag == TABLE:
                yield block
            else:
                self.chunks += 1
        if items:
            yield _Line(items)

    def _line(self, items: list[Item], format_: _Format) -> _Line:
        level = format_.outline + 1 if format_.outline is not None and format_.outline < 9 else 0
        numbered = format_.numbers is not None or format_.style.list_id is not None
        if not numbered or (format_.hidden and not items):
            return _Line(items, level)
        return _Line(items, level, self._numbering.marker(format_.numbers, format_.style))

    # --- tables -------------------------------------------------------------------------------

    def _cells(self, table: _Element, place: Place) -> tuple[Cell, ...]:
        """The cells of a table; those merged downwards end where no row goes on with them."""
        regions: list[_Region] = []
        above: dict[int, _Region] = {}
        number_of_row = 0
        for row in flat(table, _ROW):
            properties = next(row.iterchildren(_ROW_PROPERTIES), None)
            if properties is not None and any(child.tag in _REMOVED for child in properties):
                continue
            before = properties.find(f"{W}gridBefore") if properties is not None else None
            column = number(before, 0, MOST_COLUMNS) or 0
            above = self._row(row, number_of_row, column, above, regions, place)
            number_of_row += 1
        return tuple(
            Cell(
                region.text,
                region.row,
                region.column,
                _place(region, place),
                region.rowspan,
                region.colspan,
                region.segments,
            )
            for region in regions
        )

    def _row(
        self,
        row: _Element,
        row_number: int,
        column: int,
        above: dict[int, _Region],
        regions: list[_Region],
        place: Place,
    ) -> dict[int, _Region]:
        """Add the cells of a row to ``regions``; the merged ones by column, for the next row."""
        merged: dict[int, _Region] = {}
        last: _Region | None = None
        for cell in flat(row, _CELL):
            frame = _frame(cell)
            if frame.removed:
                continue
            if column >= MOST_COLUMNS:
                self.too_wide = True
                break
            region = above.get(column) if frame.down == "continue" else None
            if frame.right == "continue" and last is not None:
                if last.row == row_number:
                    last.colspan += frame.span
            elif region is not None and (region.colspan == frame.span or frame.right):
                region.rowspan += 1
                merged[column] = last = region
            else:
                last = _Region(row_number, column, frame.span, *self._text(cell, place))
                regions.append(last)
                if frame.down:
                    merged[column] = last
            column += frame.span
        return merged

    def _text(self, cell: _Element, place: Place) -> tuple[str, tuple[Segment, ...]]:
        """The paragraphs of a cell without blank ones at its ends; its tables are left for later."""
        items: list[Item] = []
        blank = 0
        for block in self._flow(cell):
            if not isinstance(block, _Line):
                self._texts.later.append(block)
                continue
            if block.items or block.marker.text:
                items += [("\n", -1, 0)] * blank
                blank = 0
            if block.marker.text:
                items.append((block.marker.text + (block.marker.suffix if block.items else ""), -1, 0))
            items += block.items
            blank += bool(items)
        return joined(items, self._part, place)


def _place(region: _Region, table: Place) -> Place:
    """Where a cell stands: at its first text node, so that no other cell of the table has its place."""
    for _, place in region.segments:
        if place.node is not None:
            return place._replace(offset=None)
    return table


def _leading(element: _Element, tag: str) -> _Element | None:
    """The properties of an element, which stand before all else."""
    first = element[0] if len(element) else None
    return first if first is not None and first.tag == tag else None


def _frame(cell: _Element) -> _Frame:
    properties = _leading(cell, _CELL_PROPERTIES)
    if properties is None:
        return _PLAIN
    span, down, right, removed = 1, "", "", False
    for element in properties:
        tag = element.tag
        if tag == _SPAN:
            span = number(element, 1, MOST_COLUMNS) or 1
        elif tag == _DOWN:
            down = element.get(VAL, "continue")
        elif tag == _RIGHT:
            right = element.get(VAL, "continue")
        elif tag == _CELL_REMOVED:
            removed = True
    return _Frame(span, down, right, removed)
