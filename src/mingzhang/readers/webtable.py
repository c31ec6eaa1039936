"""Tables of web pages: lines of text in cells, cells on a grid, grids told from page layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MOST_COLUMNS = 512
_HONEST_SPAN = 200  # wider merged cells mean "the whole row"


@dataclass(slots=True)
class Line:
    """A line of text with the nodes its characters come from: start, node and offset of each."""

    text: str
    nodes: list[tuple[int, int, int]]
    level: int
    marker: str
    linked: int
    serial: int


@dataclass(slots=True)
class Box:
    """A cell of a table: its spans as stated, its lines and the tables in it."""

    rowspan: int
    colspan: int
    items: list[Line | Grid] = field(default_factory=list)
    row: int = 0
    column: int = 0

    def lines(self) -> list[Line]:
        """The lines of the cell itself, without those of the tables in it."""
        return [item for item in self.items if isinstance(item, Line)]


class Grid(NamedTuple):
    """The cells of a table on its grid."""

    boxes: list[Box]


@dataclass(slots=True)
class Rows:
    """A table while it is read: its rows, each with the number of its row group."""

    bordered: bool
    rows: list[tuple[int, list[Box]]] = field(default_factory=list)
    foot: list[tuple[int, list[Box]]] = field(default_factory=list)
    group: int = 0
    in_foot: bool = False
    in_cell: bool = False

    def begin_group(self, foot: bool) -> None:
        """Begin a head, body or foot; merged cells end with it, feet come last wherever they stand."""
        self.group += 1
        self.in_foot = foot

    def begin_row(self) -> None:
        """Begin a row."""
        (self.foot if self.in_foot else self.rows).append((self.group, []))

    def begin_cell(self, box: Box) -> None:
        """Begin a cell of the open row."""
        rows = self.foot if self.in_foot else self.rows
        if not rows:
            self.begin_row()
        rows[-1][1].append(box)
        self.in_cell = True

    def is_layout(self) -> bool:
        """Whether the table only arranges the page: it has no grid of texts of its own."""
        gridded = nested = False
        longest = 0
        for _, row in [*self.rows, *self.foot]:
            texts = 0
            for box in row:
                lines = len(box.lines())
                inner = lines < len(box.items)
                nested = nested or inner
                texts += bool(lines) and not inner
                longest = max(longest, lines)
            if texts > 1 and gridded:
                return False
            gridded = gridded or texts > 1
        if nested:
            return True
        return not self.bordered and (longest > 4 or sum(len(row) for _, row in self.rows) == 1)


def arranged(rows: list[tuple[int, list[Box]]], room: int) -> tuple[list[Box], int]:
    """The cells with their places on the grid, merged no further than the table and ``room`` go."""
    last = {group: index for index, (group, _) in enumerate(rows)}
    sums = [sum(box.colspan for box in row if box.colspan <= _HONEST_SPAN) for _, row in rows]
    widest = max(1, *sums) if sums else 1
    free: list[int] = []  # for each column the row from which on it is free
    boxes: list[Box] = []
    for index, (group, row) in enumerate(rows):
        column = 0
        for box in row:
            while column < len(free) and free[column] > index:
                column += 1
            if column >= MOST_COLUMNS:
                break
            below = last[group] + 1 - index
            box.rowspan = min(box.rowspan or below, below)
            columns = widest if box.colspan > _HONEST_SPAN else box.colspan
            box.colspan = min(columns, MOST_COLUMNS - column)
            room -= box.rowspan * box.colspan
            if room < 0:
                box.rowspan = box.colspan = 1
            box.row, box.column = index, column
            free.extend([0] * (column + box.colspan - len(free)))
            free[column : column + box.colspan] = [index + box.rowspan] * box.colspan
            column += box.colspan
            boxes.append(box)
    return boxes, room
