"""Ruled grids: from the ruling lines of a page to the cells of its tables.

Pure geometry in page coordinates (origin top left). Lines are snapped and merged, lines that
touch form one grid, and a cell is a largest rectangle that no line divides.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mingzhang.provenance import BBox

SNAP = 3.0
"""How far apart, in points of an A4 page, two edges may lie and still be one."""
_OVERHANG = 10.0  # lines that run this far beyond the outermost crossing line imply an open side
_SMALLEST = 8.0  # grids narrower or lower than this are drawings

Matrix = tuple[float, float, float, float, float, float]
"""An affine map as PDF writes it: a, b, c, d, e, f."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """The map that applies ``inner`` and then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def turn(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The image of a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def box_of(matrix: Matrix, x0: float, y0: float, x1: float, y1: float) -> BBox:
    """The image of a box, for maps that keep boxes upright."""
    a, b, c, d, e, f = matrix
    left, right = a * x0 + c * y0 + e, a * x1 + c * y1 + e
    top, bottom = b * x0 + d * y0 + f, b * x1 + d * y1 + f
    if left > right:
        left, right = right, left
    if top > bottom:
        top, bottom = bottom, top
    return left, top, right, bottom


Stroke = tuple[float, float, float]
"""A straight line as drawn, perhaps a piece of a longer one: at, start, end."""


class Ruling(NamedTuple):
    """A straight line: at ``at`` on one axis, from ``start`` to ``end`` on the other."""

    at: float
    start: float
    end: float


class Region(NamedTuple):
    """One cell of a grid; ``sides`` counts the sides that are really drawn."""

    row: int
    column: int
    rowspan: int
    colspan: int
    sides: int


@dataclass(slots=True)
class Grid:
    """One table frame: its column edges, row edges and cells in reading order."""

    xs: list[float]
    ys: list[float]
    regions: list[Region]
    owner: list[list[int]]

    def locate(self, x: float, y: float) -> int:
        """The index of the region that holds the point, or -1."""
        xs, ys = self.xs, self.ys
        if xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]:
            return self.owner[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
        return -1

    def bbox(self, region: Region) -> BBox:
        """The box of a region on the page."""
        row, column, rowspan, colspan, _ = region
        return (self.xs[column], self.ys[row], self.xs[column + colspan], self.ys[row + rowspan])

    @property
    def box(self) -> BBox:
        """The box of the whole grid."""
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def assemble(horizontal: Sequence[Stroke], vertical: Sequence[Stroke], unit: float = 1.0) -> list[Grid]:
    """The grids that the lines form, top to bottom; ``unit`` scales the tolerances to the page."""
    if not horizontal or not vertical:
        return []
    across, down = _merge(horizontal, SNAP * unit), _merge(vertical, SNAP * unit)
    grids = [_grid(h, v, unit) for h, v in _components(across, down, SNAP * unit)]
    found = [grid for grid in grids if grid is not None]
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _merge(strokes: Sequence[Stroke], snap: float) -> list[Ruling]:
    """Lines at nearly the same position share it; pieces that follow each other become one line."""
    groups: list[list[Stroke]] = []
    first = -math.inf
    for stroke in sorted(strokes):
        if stroke[0] - first <= snap:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
            first = stroke[0]
    return [line for group in groups for line in _pieces(group, snap)]


def _pieces(group: list[Stroke], snap: float) -> list[Ruling]:
    length = sum([end - start for _, start, end in group])
    at = sum([at * (end - start) for at, start, end in group]) / length
    spans = sorted([(start, end) for _, start, end in group])
    lines: list[Ruling] = []
    begin, stop = spans[0]
    for start, end in spans:
        if start > stop + snap:
            lines.append(Ruling(at, begin, stop))
            begin, stop = start, end
        elif end > stop:
            stop = end
    lines.append(Ruling(at, begin, stop))
    return lines


def _components(
    across: list[Ruling], down: list[Ruling], snap: float
) -> Iterable[tuple[list[Ruling], list[Ruling]]]:
    """The lines grouped by touching, each group as its horizontal and its vertical lines."""
    parent = list(range(len(across) + len(down)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = item = parent[parent[item]]
        return item

    for i, (y, left, right) in enumerate(across):
        for j, (x, top, bottom) in enumerate(down, len(across)):
            if left - snap <= x <= right + snap and top - snap <= y <= bottom + snap:
                parent[root(j)] = root(i)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for index, line in enumerate([*across, *down]):
        group = groups.setdefault(root(index), ([], []))
        group[index >= len(across)].append(line)
    return ((h, v) for h, v in groups.values() if h and v)


def _edges(lines: list[Ruling], crossing: list[Ruling], overhang: float) -> list[float]:
    """The distinct positions of ``lines``, with a side added where the crossing lines run on."""
    edges = sorted({line.at for line in lines})
    first, last = min(line.start for line in crossing), max(line.end for line in crossing)
    if first < edges[0] - overhang:
        edges.insert(0, first)
    if last > edges[-1] + overhang:
        edges.append(last)
    return edges


def _drawn(lines: list[Ruling], edges: list[float], crossing: list[float]) -> list[list[bool]]:
    """For each edge, whether it is drawn beside each band between the crossing edges."""
    middles = [(a + b) / 2 for a, b in pairwise(crossing)]
    drawn = [[False] * len(middles) for _ in edges]
    index = {edge: i for i, edge in enumerate(edges)}
    for at, start, end in lines:
        beside = drawn[index[at]]
        for band, middle in enumerate(middles):
            if start <= middle <= end:
                beside[band] = True
    return drawn


def _grid(across: list[Ruling], down: list[Ruling], unit: float) -> Grid | None:
    xs, ys = _edges(down, across, _OVERHANG * unit), _edges(across, down, _OVERHANG * unit)
    if xs[-1] - xs[0] < _SMALLEST * unit or ys[-1] - ys[0] < _SMALLEST * unit:
        return None
    vertical, horizontal = _drawn(down, xs, ys), _drawn(across, ys, xs)
    regions, owner = _regions(horizontal, vertical)
    return Grid(xs, ys, regions, owner) if len(regions) > 1 else None


def _regions(
    horizontal: list[list[bool]], vertical: list[list[bool]]
) -> tuple[list[Region], list[list[int]]]:
    """Largest undivided rectangles, row by row, and for each elementary box the one it is in."""
    height, width = len(horizontal) - 1, len(vertical) - 1
    owner = [[-1] * width for _ in range(height)]
    regions: list[Region] = []
    for row in range(height):
        for column in range(width):
            if owner[row][column] >= 0:
                continue
            right = column + 1
            while right < width and not vertical[right][row] and owner[row][right] < 0:
                right += 1
            bottom = row + 1
            while bottom < height and _continues(horizontal, vertical, bottom, column, right):
                bottom += 1
            for line in owner[row:bottom]:
                line[column:right] = [len(regions)] * (right - column)
            sides = horizontal[row][column] + horizontal[bottom][column]
            sides += vertical[column][row] + vertical[right][row]
            regions.append(Region(row, column, bottom - row, right - column, sides))
    return regions, owner


def _continues(
    horizontal: list[list[bool]], vertical: list[list[bool]], row: int, left: int, right: int
) -> bool:
    """Whether the rectangle above ``row`` between two columns goes on into that row."""
    if any(horizontal[row][left:right]) or any(vertical[x][row] for x in range(left + 1, right)):
        return False
    open_left = left > 0 and not vertical[left][row] and vertical[left][row - 1]
    open_right = right < len(vertical) - 1 and not vertical[right][row] and vertical[right][row - 1]
    return not open_left and not open_right


def same_columns(one: Sequence[float], two: Sequence[float], unit: float) -> bool:
    """Whether two grids have the same column edges, wherever they begin; one may lack some."""
    here, there = ([edge - edges[0] for edge in edges] for edges in (one, two))
    fewer, more = sorted((here, there), key=len)
    snap = SNAP * unit
    if abs(here[-1] - there[-1]) > snap:
        return False
    return all(min(abs(edge - other) for other in more) <= snap for edge in fewer)
