"""A figure of the department's sheet: what it comes to, how, and from which cells."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.money import Interval, Number, format_amount

SUM, MEAN, RATE = "sum", "mean", "rate"
"""Added, averaged by funds, recomputed from the sums."""

_FINEST = 6
SAID = {SUM: "相加", MEAN: "按全年预算数加权平均", RATE: "按合计重算"}


class Figure(NamedTuple):
    """``centre`` is worked out from the figures as printed, ``base`` is all that it may be.

    Both are in ``SCALE``-ths of the base unit, of which ``unit`` is ``size``; both are None where the
    figure was not evaluated, with the ``reason``. ``cells`` are the numbers of the cells it comes from;
    ``clash`` says that their units of measure do not go together.
    """

    base: Interval | None
    centre: Number | None
    size: Number
    unit: str
    decimals: int
    how: str
    cells: Sequence[int]
    reason: str = ""
    clash: bool = False
    sign: str = ""

    @classmethod
    def of(
        cls,
        base: Interval,
        centre: Number,
        size: Number,
        unit: str,
        decimals: int,
        how: str,
        cells: Sequence[int],
    ) -> Figure:
        """A figure that was evaluated."""
        return cls(base, centre, size, unit, decimals, how, cells)

    @property
    def value(self) -> Fraction | None:
        """The figure in ``SCALE``-ths of its unit."""
        return Fraction(self.centre) / Fraction(self.size) if self.centre is not None else None

    @property
    def printed(self) -> str:
        """The figure as printed, without its unit; empty where there is none."""
        return "" if self.value is None else self.sign + format_amount(self.value, "", self.decimals)

    @property
    def ends(self) -> tuple[str, str]:
        """The ends of the interval with two more decimals than are printed."""
        if self.base is None:
            return "", ""
        size = Fraction(self.size)
        low, high = (format_amount(Fraction(end) / size, "", self.decimals + 2) for end in self.base)
        return low, high

    def said(self) -> str:
        """What it comes to, in words."""
        return f"{SAID[self.how]}为{self.printed}{self.unit}"


def unknown(reason: str, cells: Sequence[int], *, clash: bool = False) -> Figure:
    """A figure that was not evaluated."""
    return Figure(None, None, 1, "", 0, "", cells, reason, clash)


def finer(size: Number, whole: Number) -> int:
    """How many more decimals, or fewer, units of size ``whole`` need than those of ``size``; at most six."""
    more = 0
    while size < whole and more < _FINEST:
        size, more = size * 10, more + 1
    while size >= whole * 10:
        whole, more = whole * 10, more - 1
    return more
