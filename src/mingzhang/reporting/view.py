"""One document as a part of the HTML report: its text with the places marked, its pages as pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from mingzhang.checking.finding import SEVERITIES, Location
from mingzhang.documents import Block, Cell, Document, Paragraph, Table
from mingzhang.reporting.marks import Box, Finder, Spot
from mingzhang.reporting.model import Checkup
from mingzhang.reporting.pages import Picture, pages_of
from mingzhang.reporting.private import covered, hidden
from mingzhang.reporting.wording import Line, printable

_NUMBER = re.compile(r"\s*[-+]?[0-9][0-9,]*(\.[0-9]+)?%?\s*")
_BASE64 = 0.74
"""Bytes of a picture by the characters that it takes in the page."""

_FRAME = 250
"""Bytes at most of what stands around a picture, and of a box on it."""

Mark = tuple[int, int, str, int]
"""Start and end of marked characters, the finding's place, the number of its severity."""


class View:
    """A document and the places of findings in it; ``spots`` are by finding and place."""

    def __init__(self, number: int, file: Checkup, finder: Finder) -> None:
        self.number, self.file, self.finder = number, file, finder
        self.spots: dict[str, Spot] = {}
        self.pictures: dict[int, Picture] = {}
        self._marks: dict[tuple[int, int], list[Mark]] = {}
        self._boxes: dict[int, list[tuple[Box, str, int]]] = {}
        self._worst: dict[int, int] = {}

    def mark(self, key: str, line: Line, location: Location) -> None:
        """Mark a place of a finding, where the document has it."""
        spot = self.finder.spot(location)
        if spot is None:
            return
        rank = SEVERITIES.index(line.finding.severity)
        self.spots[key] = spot
        self._marks.setdefault((spot.block, spot.cell), []).append((spot.start, spot.end, key, rank))
        for box in spot.boxes:
            self._boxes.setdefault(box[0], []).append((box, key, rank))
            self._worst[box[0]] = min(rank, self._worst.get(box[0], rank))

    def wanted(self) -> list[int]:
        """The pages worth a picture, those of the gravest findings first."""
        return sorted(self._boxes, key=lambda page: (self._worst[page], page))

    def frames(self) -> int:
        """How many boxes and pages pictures would take."""
        return sum(map(len, self._boxes.values())) + len(self._boxes)

    def picture(self, budget: int) -> int:
        """Take pictures of these pages within ``budget`` bytes; gives the bytes that they take."""
        with pages_of(self.file) as pages:
            if pages is not None:
                covers = hidden(self.finder.blocks)
                self.pictures = pages.pictures(self.wanted(), int(budget * _BASE64), covers)
        return int(sum(len(picture.data) for picture in self.pictures.values()) / _BASE64)

    # the page

    def html(self) -> Iterator[str]:
        """The document, page by page."""
        name = _text(self.file.path)
        yield f'<section class="document" aria-label="{name}"><h2>{name}</h2>\n'
        for page, title, blocks in self._pages():
            picture = self.pictures.get(page) if page is not None else None
            yield f'<section class="page{" pictured" if picture else ""}">'
            yield f"<h3>{_text(title)}</h3>" if title else ""
            if picture is not None and page is not None:
                yield from self._look(page, picture)
            yield '<div class="words">'
            for number, block in blocks:
                yield self._paragraph(number, block) if isinstance(block, Paragraph) else ""
                yield from self._table(number, block) if isinstance(block, Table) else ()
            yield "</div></section>\n"
        yield "</section>\n"

    def _pages(self) -> Iterator[tuple[int | None, str, list[tuple[int, Block]]]]:
        """The blocks by page or sheet; headers and footers only where something in them is marked."""
        document = self.file.document
        assert document is not None
        own = len(document.blocks)
        marked = {block for block, _ in self._marks}
        groups: dict[tuple[int | None, str | None], list[tuple[int, Block]]] = {}
        for known in range(1, (document.pages or 0) + 1) if _paged(document) else ():
            groups[known, None] = []
        for number, block in enumerate(self.finder.blocks):
            if number < own or number in marked:
                groups.setdefault((block.place.page, block.place.sheet), []).append((number, block))
        for (page, sheet), blocks in groups.items():
            title = f"第{page}页" if page is not None else f"工作表“{sheet}”" if sheet is not None else ""
            yield page, title, blocks

    def _look(self, page: int, picture: Picture) -> Iterator[str]:
        width, height = round(picture.width, 1), round(picture.height, 1)
        data = base64.b64encode(picture.data).decode()
        yield (
            f'<figure class="look"><img alt="第{page}页原样" width="{width:.0f}" height="{height:.0f}" '
            f'src="data:{picture.kind};base64,{data}"><svg viewBox="0 0 {width} {height}">'
        )
        for (_, (x0, top, x1, bottom)), key, rank in self._boxes.get(page, ()):
            size = f'width="{max(x1 - x0, 2):.1f}" height="{max(bottom - top, 2):.1f}"'
            look = SEVERITIES[rank][0]
            yield f'<rect class="{look}" data-m="{key}" x="{x0:.1f}" y="{top:.1f}" {size}/>'
        yield "</svg></figure>"

    def _paragraph(self, number: int, block: Paragraph) -> str:
        head = " class=head" if block.level else ""
        marker = _text(block.marker)
        return f"<p{head}>{marker}{_marked(covered(block.text), self._marks.get((number, -1), []))}</p>"

    def _table(self, number: int, table: Table) -> Iterator[str]:
        """The rows; places that no cell covers are filled, so that the others keep theirs."""
        free: dict[int, int] = {}
        indices = {id(cell): index for index, cell in enumerate(table.cells)}
        yield "<table>"
        for row, cells in enumerate(table.rows()):
            yield "<tr>"
            column = 0
            for cell in sorted(cells, key=lambda cell: cell.column):
                while column < cell.column:
                    yield "<td></td>" if free.get(column, 0) <= row else ""
                    column += 1
                yield self._cell(cell, self._marks.get((number, indices[id(cell)]), []))
                for taken in range(cell.column, cell.column + cell.colspan):
                    free[taken] = row + cell.rowspan
                column = max(column, cell.column + cell.colspan)
            yield "</tr>"
        yield "</table>"

    def _cell(self, cell: Cell, marks: Sequence[Mark]) -> str:
        """A cell; what marks all of its text marks the cell."""
        whole = [mark for mark in marks if mark[0] <= 0 and mark[1] >= len(cell.text)]
        parts = [mark for mark in marks if mark not in whole]
        spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        looks = ["num"] if _NUMBER.fullmatch(cell.text) else []
        if whole:
            looks += ["m", _look(whole)]
            spans += f' data-m="{_keys(whole)}"'
        look = f' class="{" ".join(looks)}"' if looks else ""
        return f"<td{look}{spans}>{_marked(covered(cell.text), parts)}</td>"


def pictures(views: Sequence[View], budget: int) -> None:
    """Take pictures of pages within ``budget`` bytes, shared among the documents by their pages."""
    budget -= _FRAME * sum(map(View.frames, views))
    views = [view for view in views if view.file.format == "pdf" and view.wanted()]
    pages = sum(len(view.wanted()) for view in views)
    for view in views if budget > 0 else ():
        share = budget * len(view.wanted()) // pages
        budget -= view.picture(share)
        pages -= len(view.wanted())


def _paged(document: Document) -> bool:
    return document.pages is not None and any(block.place.page is not None for block in document.blocks)


def _marked(text: str, marks: Sequence[Mark]) -> str:
    """The text escaped, with the marked parts in elements; parts that overlap are cut at each border."""
    if not marks:
        return _text(text)
    cuts = sorted({0, len(text), *(edge for start, end, *_ in marks for edge in (start, end))})
    parts = []
    for low, high in pairwise(cuts):
        over = [mark for mark in marks if mark[0] <= low and mark[1] >= high]
        piece = _text(text[low:high])
        parts.append(f'<mark class="{_look(over)}" data-m="{_keys(over)}">{piece}</mark>' if over else piece)
    return "".join(parts)


def _look(marks: Sequence[Mark]) -> str:
    return SEVERITIES[min(rank for *_, rank in marks)][0]


def _keys(marks: Sequence[Mark]) -> str:
    return " ".join(key for _, _, key, _ in marks)


def _text(text: str) -> str:
    return escape(printable(text))
