"""What the charts draw: figures with how they are printed, lengths on the page."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.money import SCALE, Number, format_amount

Length = int | Fraction
"""A length or coordinate in points, exact; only the written drawing rounds."""


class Figure(NamedTuple):
    """A figure to draw: exact, in ``SCALE``-ths of the base unit, with unit and decimals as printed."""

    exact: Number
    unit: str
    decimals: int

    @property
    def bare(self) -> str:
        """As printed, without its unit."""
        return format_amount(self.exact, self.unit, self.decimals)

    @property
    def text(self) -> str:
        """As printed, with its unit."""
        return f"{self.bare}{self.unit}"


def added(figures: Sequence[Figure]) -> Figure:
    """The sum of one or more figures of one unit."""
    first = figures[0]
    return first._replace(
        exact=sum(figure.exact for figure in figures), decimals=max(figure.decimals for figure in figures)
    )


def percentage(part: Figure, whole: Figure) -> Figure | None:
    """``part`` in per cent of ``whole``; None of nothing."""
    if not whole.exact:
        return None
    return Figure(Fraction(part.exact) * 100 * SCALE / whole.exact, "%", 2)
