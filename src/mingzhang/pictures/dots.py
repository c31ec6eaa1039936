"""Dots on a common scale, a row for each name, with the figures in columns beside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.pictures.drawing import BLUE, GREY, INK, PAPER, VERMILION, Box, Disc, Line, Mark, Text
from mingzhang.pictures.letters import measured, wrapped
from mingzhang.pictures.values import Figure, Length, added, percentage

_SIZES: tuple[Length, ...] = (Fraction(15, 2), 7, Fraction(13, 2), 6, Fraction(11, 2))
_SMALLER = 3
"""Sizes that are tried before rows are left out."""
_TRACK: Length = 44
"""Points at least for the dots."""
_GAP: Length = 8
_INDENT: Length = 8
_RADIUS = Fraction(23, 10)
_PITCH = Fraction(13, 10)
_AIR = Fraction(9, 2)
"""Points between rows."""
_WIDEST = (Fraction(44, 100), Fraction(30, 100))
"""The part of the width that names may take, rather less than smaller type for all."""

_STYLES = {
    1: ((BLUE, BLUE),),
    2: ((PAPER, VERMILION), (BLUE, BLUE)),
    3: (("#B4BFC7", "#8A97A1"), (PAPER, VERMILION), (BLUE, BLUE)),
}
"""Fill and stroke of the dots by their number: what was before, what was planned, what is."""
_UNKNOWN = "—"


class Dot(NamedTuple):
    """A figure; ``share`` is its place between 0 and 1 where the scale is not that of the figures."""

    figure: Figure
    share: Fraction | None = None


class DotRow(NamedTuple):
    """A name with a dot for each column, None where it is not known."""

    label: str
    dots: tuple[Dot | None, ...]
    inset: bool = False


class Dots(NamedTuple):
    """Rows under ``heads``; ``rate`` heads a further column: the last figure in per cent of the one before.

    ``brief`` are the rows for where there is no room for all; of these the smallest are gathered. The first
    row is that of the whole where ``whole`` is set: it is drawn, but never gathered.
    """

    heads: tuple[str, ...]
    rows: tuple[DotRow, ...]
    brief: tuple[DotRow, ...] = ()
    rate: str = ""
    unit: str = ""
    whole: bool = False

    def says(self) -> Iterator[str]:
        """The figures in words."""
        for row in self.rows:
            told = [f"{head}{dot.figure.text}" for head, dot in zip(self.heads, row.dots) if dot is not None]
            if self.rate:
                told.append(f"{self.rate}{_rate(row)}")
            yield f"{row.label}：{'，'.join(told)}。"

    def draw(self, box: Box) -> list[Mark]:
        """The marks, all within ``box``; rows for which there is no room are gathered in one."""
        for smaller in range(_SMALLER):
            drawing = _Drawn(self, self.rows, box, _SIZES[smaller:])
            if drawing.high <= box.height:
                return drawing.marks()
        first = 1 if self.whole else 0
        rows = list(self.brief or self.rows)
        if not _scored(rows):
            rows[first:] = sorted(rows[first:], key=_weight, reverse=True)
        head, listed = rows[:first], rows[first:]
        kept = len(listed)
        kind = "类" if self.brief and not _scored(rows) else "项"
        while (drawing := _Drawn(self, [*head, *_kept(listed, kept, kind)], box)).high > box.height and kept:
            kept -= 1
        return drawing.marks()


class _Drawn:
    """Rows laid out in a box: the size of type, the columns, the height they need."""

    def __init__(
        self, dots: Dots, rows: Sequence[DotRow], box: Box, sizes: Sequence[Length] = _SIZES
    ) -> None:
        self.dots, self.rows, self.box = dots, rows, box
        self.heads = [*dots.heads, *([dots.rate] if dots.rate else [])]
        self.texts = [_texts(dots, row) for row in rows]
        indents = [_INDENT if row.inset else 0 for row in rows]
        for size, widest in itertools.product(sizes, _WIDEST):
            self.size = size
            self.columns = [
                max(measured(text, size) for text in column) + _GAP
                for column in zip([_headed(dots, n) for n in range(len(self.heads))], *self.texts)
            ]
            wanted = max(measured(row.label, size) + indent for row, indent in zip(rows, indents))
            self.named = min(wanted, box.width * widest)
            self.track = box.width - self.named - sum(self.columns) - 2 * _GAP
            if self.track >= _TRACK:
                break
        self.labels = [
            wrapped(row.label, self.named - indent, self.size) for row, indent in zip(rows, indents)
        ]
        self.heights = [max(len(label), 1) * self.size * _PITCH + _AIR for label in self.labels]
        self.high = self.size * _PITCH + _AIR + sum(self.heights)

    def marks(self) -> list[Mark]:
        """Heads, then names, lines, dots and figures row by row."""
        box, size = self.box, self.size
        edges: list[Length] = []
        right = box.right
        for width in reversed(self.columns):
            edges.insert(0, right)
            right -= width
        base = box.y + size
        marks: list[Mark] = []
        if self.dots.unit:
            marks.append(Text(box.x, base, self.dots.unit, size, GREY))
        styles = _STYLES[len(self.dots.heads)]
        for number, edge in enumerate(edges):
            head = _headed(self.dots, number)
            marks.append(Text(edge, base, head.lstrip(), size, GREY, "end"))
            if number < len(styles):
                wide = measured(head.lstrip(), size)
                marks.append(Disc(edge - wide - 4, base - size * Fraction(36, 100), 2, *styles[number]))
        top = box.y + size * _PITCH + _AIR
        marks.append(Line((box.x, top - _AIR / 2), (box.right, top - _AIR / 2)))
        scale = self._scale()
        spare = max(Fraction(0), min(2 * _AIR, (box.height - self.high) / max(len(self.rows), 1)))
        top += spare / 2
        for row, label, texts, high in zip(self.rows, self.labels, self.texts, self.heights):
            marks += self._row(row, label, texts, edges, top, scale)
            top += high + spare
        return marks

    def _row(
        self,
        row: DotRow,
        label: Sequence[str],
        texts: Sequence[str],
        edges: Sequence[Length],
        top: Length,
        scale: tuple[Length, Fraction],
    ) -> list[Mark]:
        size = self.size
        base = top + size
        x = self.box.x + (_INDENT if row.inset else 0)
        fill = GREY if row.inset else INK
        marks: list[Mark] = [
            Text(x, base + n * size * _PITCH, line, size, fill) for n, line in enumerate(label)
        ]
        marks += [Text(edge, base, text, size, fill, "end") for edge, text in zip(edges, texts)]
        y = base - size * Fraction(36, 100)
        start = self.box.x + self.named + _GAP
        marks.append(Line((start, y), (start + self.track, y), "#E4E9ED"))
        zero, unit = scale
        places = [None if dot is None else zero + _value(dot) * unit for dot in row.dots]
        known = [place for place in places if place is not None]
        if len(known) > 1:
            marks.append(Line((min(known), y), (max(known), y), "#8A97A1", 1))
        styles = _STYLES[len(self.dots.heads)]
        for number, place in enumerate(places):
            if place is not None:
                radius = _RADIUS + Fraction(4, 5) * (len(places) - 1 - number)
                marks.append(Disc(place, y, radius, *styles[number]))
        return marks

    def _scale(self) -> tuple[Length, Fraction]:
        """Where zero lies, and points by unit."""
        values = [_value(dot) for row in self.rows for dot in row.dots if dot is not None]
        low, high = min([Fraction(0), *values]), max([Fraction(0), *values])
        if _scored(self.rows):
            high = max(high, Fraction(1))
        start = self.box.x + self.named + _GAP + 4
        unit = Fraction(self.track - 8) / ((high - low) or 1)
        return start - low * unit, unit


def _headed(dots: Dots, number: int) -> str:
    """The head of a column, with room for its dot."""
    return f"    {dots.heads[number]}" if number < len(dots.heads) else dots.rate


def _texts(dots: Dots, row: DotRow) -> list[str]:
    bare = [
        _UNKNOWN if dot is None else dot.figure.bare if dots.unit else dot.figure.text for dot in row.dots
    ]
    return [*bare, *([_rate(row)] if dots.rate else [])]


def _rate(row: DotRow) -> str:
    """The last figure in per cent of the one before."""
    before, last = row.dots[-2:]
    if before is None or last is None:
        return _UNKNOWN
    rate = percentage(last.figure, before.figure)
    return "无法计算" if rate is None else rate.text


def _value(dot: Dot) -> Fraction:
    return Fraction(dot.figure.exact) if dot.share is None else dot.share


def _scored(rows: Sequence[DotRow]) -> bool:
    """Whether the dots are scores and rates, which are neither ranked nor added."""
    return any(dot is not None and dot.share is not None for row in rows for dot in row.dots)


def _weight(row: DotRow) -> Fraction:
    return max((abs(_value(dot)) for dot in row.dots if dot is not None), default=Fraction(0))


def _kept(rows: Sequence[DotRow], count: int, kind: str) -> Iterator[DotRow]:
    """The first ``count`` rows, the rest gathered in one where their figures can be added."""
    yield from rows[:count]
    rest = rows[count:]
    if not rest:
        return
    columns = list(zip(*(row.dots for row in rest)))
    scored = _scored(rest)
    joined: list[Dot | None] = []
    for column in columns:
        known = [dot.figure for dot in column if dot is not None]
        joined.append(Dot(added(known)) if not scored and len(known) == len(rest) else None)
    yield DotRow(f"其他{len(rest)}{kind}", tuple(joined))
