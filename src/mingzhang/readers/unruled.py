"""Tables without ruling lines, told by the alignment of figures: a fallback, precision first.

Pure geometry for every reader with fixed pages. Running text never becomes a table: every cell is
free of sentence marks, rows follow each other closely, figures stand in at least two columns of
their own, and every such column is aligned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from mingzhang.documents import Cell, Table, squash
from mingzhang.provenance import BBox, Place
from mingzhang.readers.flow import Line, is_title
from mingzhang.readers.pages import Framed

PARTED = 1.0
"""The blank between two cells is wider than this many heights of the line."""
_FEWEST = 3  # rows, and columns
_MOST_COLUMNS = 60
_FILLED = 0.6  # of the body's cells
_APART = 3.0  # line heights from one row to the next
_HEAD_ROWS = 2  # above the first row that has all columns
_TOUCH = 0.25  # of a line's height: a piece that reaches less far into a column is not in it
_SAME_EDGE = 0.5  # of a line's height
_FIGURE = re.compile(r"[-+(]?\d[\d,]*(?:\.\d+)?[%)]?|[-—/]")
_SENTENCE = re.compile(r"[，。；！？、]")


class Piece(NamedTuple):
    """What stands between two wide blanks of a line."""

    text: str
    box: BBox


class Row(NamedTuple):
    """A printed line and its pieces, left to right."""

    line: Line
    pieces: list[Piece]


_Bands = list[tuple[float, float]]
"""From where to where the pieces of each column reach."""


class _Found(NamedTuple):
    framed: Framed
    rows: int
    bands: _Bands


def fold_in(rows: Sequence[Row]) -> list[Line | Framed]:
    """The lines of a page from the top, with those that form a table put together."""
    items: list[Line | Framed] = []
    start = 0
    while start < len(rows):
        end = max(_run(rows, start), start + 1)
        found = _table(rows, start, end)
        if found is None:
            items += [row.line for row in rows[start:end]]
        else:
            end = start + found.rows
            head = _head(rows, start, found.bands)
            if head < start and (whole := _table(rows, head, end)) is not None:
                del items[head - start :]
                found = whole
            items.append(found.framed)
        start = end
    return items


def _run(rows: Sequence[Row], start: int) -> int:
    """The end of the run of rows from ``start`` on that may be rows of one table."""
    end = start
    while (
        end < len(rows) and _is_row(rows[end], _FEWEST) and (end == start or _close(rows[end - 1], rows[end]))
    ):
        end += 1
    return end


def _is_row(row: Row, fewest: int) -> bool:
    return len(row.pieces) >= fewest and not any(_SENTENCE.search(piece.text) for piece in row.pieces)


def _close(above: Row, below: Row) -> bool:
    return below.line.box[1] - above.line.box[3] <= _APART * (above.line.box[3] - above.line.box[1])


def _figures(row: Row) -> int:
    """The figures in a row; a row that numbers the columns has none."""
    numbers = any(squash(piece.text) == "栏次" for piece in row.pieces[:2])
    return 0 if numbers else sum(map(_is_figure, row.pieces))


def _is_figure(piece: Piece) -> bool:
    return _FIGURE.fullmatch(squash(piece.text)) is not None


def _head(rows: Sequence[Row], start: int, bands: _Bands) -> int:
    """Where the table that begins with row ``start`` is headed: by rows above with fewer cells."""
    first = start
    while first > 0 and start - first < _HEAD_ROWS:
        above = rows[first - 1]
        if not _is_row(above, 2) or _figures(above) or is_title(above.line.text):
            break
        if not _close(above, rows[first]) or _spans(above, bands) is None:
            break
        first -= 1
    return first


def _table(rows: Sequence[Row], start: int, end: int) -> _Found | None:
    """The table that begins with row ``start``, unless anything speaks against it."""
    body = start
    while body < end and not _figures(rows[body]):
        body += 1
    stop = body
    while stop < end and _figures(rows[stop]):
        stop += 1
    if stop - start < _FEWEST or stop - body < 2:
        return None
    bands = _bands(rows[body:stop])
    if bands is None:
        return None
    edges = [bands[0][0], *((one[1] + two[0]) / 2 for one, two in pairwise(bands)), bands[-1][1]]
    cells: list[Cell] = []
    for number, row in enumerate(rows[start:stop]):
        spans = _spans(row, bands)
        if spans is None:
            return None
        cells += _cells(row, number, spans, edges, blanks=number >= body - start)
    box = (edges[0], rows[start].line.box[1], edges[-1], rows[stop - 1].line.box[3])
    place = rows[start].line.place._replace(bbox=box)
    return _Found(Framed(Table(tuple(cells), place), edges), stop - start, bands)


def _bands(body: Sequence[Row]) -> _Bands | None:
    """The columns that the pieces of the body stand in, if they look like those of a table."""
    bands: list[list[Piece]] = []
    reach = float("-inf")
    for piece in sorted((piece for row in body for piece in row.pieces), key=lambda piece: piece.box[0]):
        if piece.box[0] > reach:
            bands.append([])
        bands[-1].append(piece)
        reach = max(reach, piece.box[2])
    if not _FEWEST <= len(bands) <= _MOST_COLUMNS or any(len(band) > len(body) for band in bands):
        return None
    figures = [band for band in bands if all(map(_is_figure, band))]
    if len(figures) < 2 or not all(map(_aligned, figures)):
        return None
    if sum(map(len, bands)) < _FILLED * len(bands) * len(body):
        return None
    return [(min(p.box[0] for p in band), max(p.box[2] for p in band)) for band in bands]


def _aligned(pieces: Sequence[Piece]) -> bool:
    """Whether pieces share their left edge, their right edge or their middle."""
    near = _SAME_EDGE * min(piece.box[3] - piece.box[1] for piece in pieces)
    sides = zip(*((x0, x1, (x0 + x1) / 2) for x0, _, x1, _ in (piece.box for piece in pieces)))
    return any(max(side) - min(side) <= near for side in sides)


def _spans(row: Row, bands: _Bands) -> list[tuple[int, int]] | None:
    """First and last column of each piece of a row; none where two pieces share a column."""
    spans: list[tuple[int, int]] = []
    for _, (left, top, right, bottom) in row.pieces:
        least = _TOUCH * (bottom - top)
        touched = [n for n, (x0, x1) in enumerate(bands) if min(right, x1) - max(left, x0) > least]
        if not touched:
            touched = [min(range(len(bands)), key=lambda n: abs(sum(bands[n]) - left - right))]
        if spans and touched[0] <= spans[-1][1]:
            return None
        spans.append((touched[0], touched[-1]))
    return spans


def _cells(
    row: Row, number: int, spans: Sequence[tuple[int, int]], edges: Sequence[float], *, blanks: bool
) -> list[Cell]:
    """The cells of a row; where ``blanks``, columns without a piece have empty ones."""
    page = row.line.place.page
    cells = [
        Cell(piece.text, number, first, Place(page=page, bbox=piece.box), colspan=last - first + 1)
        for piece, (first, last) in zip(row.pieces, spans)
    ]
    if blanks:
        filled = {column for first, last in spans for column in range(first, last + 1)}
        top, bottom = row.line.box[1], row.line.box[3]
        cells += [
            Cell("", number, column, Place(page=page, bbox=(edges[column], top, edges[column + 1], bottom)))
            for column in range(len(edges) - 1)
            if column not in filled
        ]
        cells.sort(key=lambda cell: cell.column)
    return cells
