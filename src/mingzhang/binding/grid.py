"""A printed table as rows of cells, header apart from body, whatever the source format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mingzhang.documents import Cell, Table, squash
from mingzhang.provenance import Place

_FIGURE = re.compile(r"[-+(]?[\d,]+(?:\.\d*)?[)%]?|-+|—+|/")
_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_CODED_NAME = re.compile(r"(\d{3}(?:\d{2}){0,2})(?=[^\d.,%:年月日])\D{2,}")


@dataclass(frozen=True)
class Grid:
    """The cells of a table by row; on a certain grid every row has the full width.

    Positions that a merged cell covers hold None. ``width`` is the longest row.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    certain: bool
    place: Place

    @classmethod
    def of(cls, table: Table) -> Grid:
        """The grid of ``table``; columns that no cell starts in are dropped."""
        if not table.certain_grid:
            return cls(tuple(tuple(row) for row in table.rows()), False, table.place)
        used = sorted({cell.column for cell in table.cells})
        slot = {column: index for index, column in enumerate(used)}
        rows: list[tuple[Cell | None, ...]] = []
        for cells in table.rows():
            line: list[Cell | None] = [None] * len(used)
            for cell in cells:
                line[slot[cell.column]] = cell
            rows.append(tuple(line))
        return cls(tuple(rows), True, table.place)

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The squashed texts by row; a covered position is empty."""
        return tuple(tuple(squash(cell.text) if cell else "" for cell in row) for row in self.rows)

    @cached_property
    def lead(self) -> int:
        """How many columns precede the figures of coded rows: the code's and the name's."""
        lead = 2
        for texts in self.texts:
            if len(texts) == self.width and is_code(texts[0]):
                names = [i for i, text in enumerate(texts) if text and not _FIGURE.fullmatch(text)]
                lead = max(lead, names[-1] + 1 if names else 0)
        return lead

    def header_paths(self, rows: Iterable[int]) -> list[list[str]]:
        """For each column the squashed header texts above it, top down, spans respected."""
        paths: list[list[str]] = [[] for _ in range(self.width)]
        columns = sorted({cell.column for row in self.rows for cell in row if cell})
        for index in rows:
            for cell in self.rows[index]:
                if cell is None or not cell.text.strip():
                    continue
                for position, column in enumerate(columns):
                    if cell.column <= column < cell.column + cell.colspan:
                        paths[position].append(squash(cell.text))
        return paths


def is_code(text: str) -> bool:
    """Whether ``text`` is a classification code of 3, 5 or 7 digits."""
    return _CODE.fullmatch(text) is not None


def leading_code(text: str) -> str | None:
    """The classification code that ``text`` is or begins with, before a name."""
    match = _CODED_NAME.fullmatch(text) if text[:3].isdecimal() else None
    return match.group(1) if match else text if is_code(text) else None


def is_counting(texts: Iterable[str]) -> bool:
    """Whether the texts that are not blank are 1, 2, 3, … — a row of column numbers (栏次)."""
    numbers = [text for text in texts if text and text != "栏次"]
    return len(numbers) > 1 and numbers == [str(n + 1) for n in range(len(numbers))]


def numbered_columns(texts: tuple[str, ...]) -> list[int]:
    """Positions, counted from the row's end, of the column numbers 1, 2, 3, …"""
    return [index - len(texts) for index, text in enumerate(texts) if text.isdecimal()]
