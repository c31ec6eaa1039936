"""The pages of a document with fixed pages → its blocks: for PDF and every other such format.

Page numbers and running heads go to the furniture, a table that goes on on the next page becomes
one, and the lines between tables become paragraphs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from mingzhang.documents import Block, Cell, Paragraph, Table, squash
from mingzhang.readers.flow import Flow, Line, begins_item, is_title
from mingzhang.readers.grid import same_columns

_A4_HEIGHT = 842.0
_MARGIN = 0.1  # of the page height: where running heads and page numbers stand
_FAR_MARGIN = 0.15  # where page numbers with marks, or in a series, may still stand
_FEW = 3  # pages with the same text at the same height have a running head
_SAME_HEIGHT = 3.0
_NUMBER = re.compile(
    r"[-—–―‐·.~～]*(?:第)?(?:\d{1,4}|[ivxIVX]{1,5})(?:页)?(?:[/,]?共?\d{1,4}页?)?[-—–―‐·.~～]*"
)
_COUNTER = re.compile(r"[第共]\d{1,4}页|[-—–―]\d{1,4}[-—–―]")
_LAST_NUMBER = re.compile(r"\s\d{1,4}$")
_LONGEST_NUMBER = 40  # characters, blanks among them
_LONGEST_HEAD = 100
_HEADS = 3  # cells with text: fewer make a title, or a label with its value, no header
_MOST_HEADS = 4  # lines of running heads, or feet, on one page


_HeadKey = tuple[str, int]
"""The text of a running head and how far down the page it stands."""


class Framed(NamedTuple):
    """A table on a page with its column edges."""

    table: Table
    edges: list[float]


@dataclass(slots=True)
class Page:
    """One page: its size and what stands on it, from top to bottom."""

    number: int
    width: float
    height: float
    items: list[Line | Framed] = field(default_factory=list)

    @property
    def unit(self) -> float:
        """By how much the page is larger than A4."""
        return max(self.width, self.height) / _A4_HEIGHT


def assemble(pages: Sequence[Page]) -> tuple[list[Block], list[Paragraph]]:
    """The blocks and the furniture of the pages; the furniture leaves the pages' items."""
    furniture = _take_furniture(pages)
    stream = _Continued()
    for page in pages:
        stream.add(page)
    lines = [item for item in stream.items if isinstance(item, Line)]
    flow = Flow(lines, {page.number: page.width for page in pages})
    blocks: list[Block] = []
    for is_line, group in groupby(stream.items, key=lambda item: isinstance(item, Line)):
        if is_line:
            blocks += flow.paragraphs(item for item in group if isinstance(item, Line))
        else:
            blocks += [item.table for item in group if isinstance(item, Framed)]
    return blocks, furniture


# --- furniture --------------------------------------------------------------------------------


def _take_furniture(pages: Sequence[Page]) -> list[Paragraph]:
    """Remove page numbers and running heads from the pages, from outside inwards, and return them."""
    series = _series(pages)
    numbered: set[tuple[int, int]] = set()
    taken: list[Line] = []
    for _ in range(_MOST_HEADS):
        heads = _running_heads(pages)
        found = [line for page in pages for line in _strip(page, heads, series, numbered)]
        if not found:
            break
        taken += found
    taken.sort(key=lambda line: (line.place.page or 0, line.box[1]))
    return [Paragraph(line.text.strip(), line.place) for line in taken]


def _strip(
    page: Page, heads: set[_HeadKey], series: set[int], numbered: set[tuple[int, int]]
) -> Iterator[Line]:
    """Take the first and the last line off a page if they are furniture; one page number at each end."""
    for end in (0, -1):
        if not page.items or not isinstance(line := page.items[end], Line):
            continue
        is_number = (page.number, end) not in numbered and _is_number(line, page, series)
        if is_number:
            numbered.add((page.number, end))
        if is_number or _head_key(line, page) in heads:
            del page.items[end]
            yield line


def _outermost(page: Page) -> list[Line]:
    ends = page.items[:1] + page.items[1:][-1:]
    return [item for item in ends if isinstance(item, Line)]


def _depth(line: Line, page: Page) -> float:
    """How far the middle of a line stands from the nearer of top and foot, in page heights."""
    middle = (line.box[1] + line.box[3]) / 2 / max(page.height, 1.0)
    return min(middle, 1 - middle)


def _head_key(line: Line, page: Page) -> _HeadKey:
    """What a running head has in common on all its pages; of other lines nothing."""
    if _depth(line, page) >= _MARGIN or len(line.text) > _LONGEST_HEAD:
        return "", 0
    if begins_item(line.text) or ":" in line.text or "：" in line.text:
        return "", 0
    text = _LAST_NUMBER.sub("", line.text.rstrip()) if line.spaced else line.text
    return _COUNTER.sub("", squash(text)), round(line.box[3] / (_SAME_HEIGHT * page.unit))


def _running_heads(pages: Sequence[Page]) -> set[_HeadKey]:
    """The keys of texts that stand at one height on enough pages; titles of tables do not count."""
    found: dict[_HeadKey, set[int]] = defaultdict(set)
    for page in pages:
        tables = any(isinstance(item, Framed) for item in page.items)
        for line in _outermost(page):
            text, high = _head_key(line, page)
            if text and not (tables and is_title(line.text)):
                found[text, high].add(page.number)
                found[text, high + 1].add(page.number)
    enough = max(2, min(_FEW, (len(pages) + 1) // 2))
    heads = {key for key, numbers in found.items() if len(numbers) >= enough}
    return heads | {(text, high - 1) for text, high in heads}


def _is_number(line: Line, page: Page, series: set[int]) -> bool:
    text = _short(line)
    depth = _depth(line, page)
    if depth >= _FAR_MARGIN or not _NUMBER.fullmatch(text):
        return False
    if depth < _MARGIN or not text.isdecimal():
        return True
    return int(text) - page.number in series


def _short(line: Line) -> str:
    """The squashed text of a line that is short enough for a page number."""
    return squash(line.text) if len(line.text) <= _LONGEST_NUMBER else ""


def _series(pages: Sequence[Page]) -> set[int]:
    """The differences of bare numbers at the head or foot from the pages', where pages share them."""
    found: dict[int, set[int]] = defaultdict(set)
    for page in pages:
        for line in _outermost(page):
            text = _short(line)
            if text.isdecimal() and len(text) <= 4:
                found[int(text) - page.number].add(page.number)
    return {shift for shift, numbers in found.items() if len(numbers) >= _FEW}


# --- tables over pages ------------------------------------------------------------------------


@dataclass(slots=True)
class _Continued:
    """The items of the pages so far; a table that ends a page may go on on the next.

    ``_open`` is the position of that table, ``_rows`` and ``_edges`` are its rows and columns,
    ``_tail`` the running feet below it, and ``_margins`` the texts in the margins of its page.
    """

    items: list[Line | Framed] = field(default_factory=list)
    _open: int = -1
    _rows: int = 0
    _edges: list[float] = field(default_factory=list)
    _tail: set[str] = field(default_factory=set)
    _margins: set[str] = field(default_factory=set)

    def add(self, page: Page) -> None:
        """Append the items of a page, joining its first table to the last of the page before."""
        placed = list(page.items)
        margins = {_margin_text(item, page) for item in placed}
        tables = [index for index, item in enumerate(placed) if isinstance(item, Framed)]
        continued = bool(tables) and self._goes_on(placed, tables[0], margins, page)
        if continued:
            first = placed.pop(tables[0])
            assert isinstance(first, Framed)
            self._join(first)
        position = len(self.items)
        self.items.extend(placed)
        if len(tables) > continued:
            last = placed[tables[-1] - continued]
            assert isinstance(last, Framed)
            self._open, self._edges = position + tables[-1] - continued, last.edges
            self._rows = _rows(last.table)
        elif not continued:
            self._open = -1
        below = placed[tables[-1] + 1 - continued :] if tables else []
        self._tail = {_margin_text(item, page) for item in below}
        self._margins = margins

    def _goes_on(self, placed: list[Line | Framed], first: int, margins: set[str], page: Page) -> bool:
        """Whether nothing but running heads and feet part a page's first table from the last one."""
        above = {_margin_text(item, page) for item in placed[:first]}
        if self._open < 0 or "" in above | self._tail:
            return False
        if not (above <= self._margins and self._tail <= margins):
            return False
        found = placed[first]
        return isinstance(found, Framed) and same_columns(found.edges, self._edges, page.unit)

    def _join(self, below: Framed) -> None:
        """Add the rows of a table to the open one, on the columns of both."""
        above = self.items[self._open]
        assert isinstance(above, Framed)
        shift = self._edges[0] - below.edges[0]
        moved = [edge + shift for edge in below.edges]
        edges = max(self._edges, moved, key=len)
        heads = _repeated(above.table, below.table)
        rest = Table(tuple(c for c in below.table.cells if c.row >= heads), below.table.place)
        down = self._rows - heads
        cells = [*_moved(above.table, self._edges, edges, 0), *_moved(rest, moved, edges, down)]
        self._rows += _rows(below.table) - heads
        self._edges = edges
        self.items[self._open] = Framed(Table(tuple(cells), above.table.place), edges)


def _margin_text(item: Line | Framed, page: Page) -> str:
    """The text of a line in the margin of its page; of any other item nothing."""
    return squash(item.text) if isinstance(item, Line) and _depth(item, page) < _MARGIN else ""


def _repeated(above: Table, below: Table) -> int:
    """How many header rows of a table its next part prints again, at least one row of it being left."""
    pairs = zip(above.rows(), below.rows()[:-1])
    alike = [n for n, rows in enumerate(pairs) if _printed(rows[0]) != _printed(rows[1])]
    count = alike[0] if alike else min(len(above.rows()), len(below.rows()) - 1)
    while any(cell.row < count < cell.row + cell.rowspan for cell in below.cells):
        count -= 1
    heads = sum(bool(cell.text.strip()) for cell in below.cells if cell.row == 0)
    return count if heads >= _HEADS else 0


def _printed(row: Sequence[Cell]) -> list[tuple[str, int, int, int]]:
    return [(squash(cell.text), cell.column, cell.rowspan, cell.colspan) for cell in row]


def _rows(table: Table) -> int:
    return max(cell.row + cell.rowspan for cell in table.cells)


def _moved(table: Table, before: list[float], after: list[float], down: int) -> Iterator[Cell]:
    """The cells of a table ``down`` rows further on, from the columns ``before`` to ``after``."""
    if before is after and not down:
        yield from table.cells
        return
    column = [min(range(len(after)), key=lambda i: abs(after[i] - edge)) for edge in before]
    for cell in table.cells:
        left, right = column[cell.column], column[cell.column + cell.colspan]
        yield cell._replace(row=cell.row + down, column=left, colspan=right - left)
