"""Sums and means on intervals: exact, and as narrow as the printed figures allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from mingzhang.money import Interval, Number


def total(values: Iterable[Interval]) -> Interval:
    """The sum of figures, each anywhere in its interval."""
    low: Number = 0
    high: Number = 0
    for value in values:
        low, high = low + value.low, high + value.high
    return Interval(low, high)


def mean(parts: Sequence[tuple[Interval, Interval]]) -> Interval:
    """The weighted mean of (weight, value) pairs, every weight and value anywhere in its interval.

    Weights are not negative and one is positive. Each end is the least that any choice gives: raising a
    weight lowers the mean where the value is below it, so the lowest values take their highest weights.
    """
    low = _least([(weight, value.low) for weight, value in parts])
    high = -_least([(weight, -value.high) for weight, value in parts])
    return Interval(low, high)


def ratio(part: Interval, whole: Interval) -> Interval:
    """``part`` over ``whole``, both not negative and ``whole`` positive; the two are independent."""
    return Interval(Fraction(part.low) / Fraction(whole.high), Fraction(part.high) / Fraction(whole.low))


def _least(parts: Sequence[tuple[Interval, Number]]) -> Fraction:
    above: Number = sum(weight.low * value for weight, value in parts)
    below: Number = sum(weight.low for weight, _ in parts)
    for weight, value in sorted(parts, key=lambda part: part[1]):
        if value * below >= above:
            break
        wider = weight.high - weight.low
        above, below = above + value * wider, below + wider
    return Fraction(above) / Fraction(below)
