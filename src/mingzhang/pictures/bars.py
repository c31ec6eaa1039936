"""Bars to one scale from a common zero, each with what it is and its amount beside it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from mingzhang.pictures.drawing import BLUE, FAINT, GREY, INK, Box, Line, Mark, Rectangle, Text, lines
from mingzhang.pictures.letters import measured, wrapped
from mingzhang.pictures.values import Figure, Length

_STYLES = {"now": BLUE, "before": "#B4BFC7"}
_SIZES: tuple[Length, ...] = (8, 7, 6, 5)
_TIGHTEST = Fraction(11, 10)
_GAP: Length = 4
_LEAST = Fraction(1, 2)
"""Points: what is not zero can be seen."""
_SHORTEST: Length = 40
"""Points at least for the bars."""


class Bar(NamedTuple):
    """An amount with what it is: of now or of before."""

    tag: str
    figure: Figure
    now: bool = True


class BarRow(NamedTuple):
    """Bars to be compared, under one name."""

    label: str
    bars: tuple[Bar, ...]


class Bars(NamedTuple):
    """The rows, all drawn to one scale."""

    rows: tuple[BarRow, ...]

    def says(self) -> Iterator[str]:
        """The figures in words."""
        for row in self.rows:
            yield f"{row.label}：" + "，".join(f"{bar.tag}{bar.figure.text}" for bar in row.bars) + "。"

    def draw(self, box: Box) -> list[Mark]:
        """The marks, all within ``box``."""
        bars = [bar for row in self.rows for bar in row.bars]
        size, labels, count = self._fitted(box)
        wide = max(measured(self._beside_text(bar), size) for bar in bars)
        room = box.width - wide - _GAP - 2 * _LEAST
        values = [Fraction(bar.figure.exact) for bar in bars]
        low, high = min([Fraction(0), *values]), max([Fraction(0), *values])
        scale = Fraction(room) / ((high - low) or 1)
        zero = box.x + _LEAST - low * scale
        pitch = min(size * Fraction(3, 2), Fraction(box.height) / count)
        marks: list[Mark] = []
        top: Length = box.y
        for row, label in zip(self.rows, labels):
            marks += lines(label, box.x, top, size, pitch, GREY)
            top += pitch * len(label)
            start = top
            for bar in row.bars:
                marks += self._bar(bar, zero, scale, Box(box.x, top, box.width, pitch), size)
                top += pitch
            marks.append(Line((zero, start), (zero, top), FAINT))
            top += pitch / 2
        return marks

    def _bar(self, bar: Bar, zero: Length, scale: Fraction, band: Box, size: Length) -> list[Mark]:
        long = abs(Fraction(bar.figure.exact)) * scale
        long = max(long, _LEAST) if bar.figure.exact else Fraction(0)
        start = zero if bar.figure.exact >= 0 else zero - long
        inset = band.height * Fraction(3, 20)
        drawn = Box(start, band.y + inset, long, band.height - 2 * inset)
        style = _STYLES["now" if bar.now else "before"]
        base = band.y + Fraction(band.height) / 2 + size * Fraction(34, 100)
        text = Text(
            max(start + long, zero) + _GAP, base, self._beside_text(bar), size, INK if bar.now else GREY
        )
        return [Rectangle(drawn, style), text] if long else [text]

    def _fitted(self, box: Box) -> tuple[Length, list[list[str]], Fraction]:
        """The size of type in which all has room, the labels in lines, and the lines that all of it takes."""
        texts = [self._beside_text(bar) for row in self.rows for bar in row.bars]
        for size in _SIZES:
            labels = [wrapped(row.label, box.width, size) for row in self.rows]
            count = Fraction(sum(map(len, labels)) + len(texts)) + Fraction(len(self.rows) - 1, 2)
            wide = max(measured(text, size) for text in texts)
            if box.width - wide - _GAP >= _SHORTEST and count * size * _TIGHTEST <= box.height:
                break
        return size, labels, count

    @staticmethod
    def _beside_text(bar: Bar) -> str:
        return f"{bar.tag} {bar.figure.text}"
