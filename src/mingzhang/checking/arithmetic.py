"""Written calculations worked out on intervals: whether a result follows from what stands before it.

A figure stands for what prints like it; a figure named twice is one figure. Figures without a unit
are numbers or amounts, whichever makes both sides agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.checking.calculations import DOWN, LESS, WORD, Side, Stated, Token, Tree, chains, side_of
from mingzhang.money import MONEY, Amount

_CONSTANTS = frozenset({"10", "100", "1000", "10000"})
_CORNERS = 10
_WHOLE = Amount(100, 0, "%")

Bounds = tuple[Fraction, Fraction]


class Wrong(NamedTuple):
    """A calculation whose result does not follow: the right side ought to be ``value`` in its unit."""

    left: Side
    right: Side
    value: Fraction


def wrong(text: str, units: Sequence[str], stated: Stated = lambda _: None) -> Iterator[Wrong]:
    """The first side of each chain of ``text`` that does not follow from the side before it."""
    for chain in chains(text, tuple(units)):
        unsigned = bool(DOWN.search("".join(token.text for token in chain[0] if token.kind == WORD)))
        for left, right in itertools.pairwise(chain):
            one, other = side_of(left, last=True, stated=stated), side_of(right, last=False, stated=stated)
            if one is None or other is None or not (one.calculates or other.calculates):
                continue
            value = _refuted(one, other, unsigned=unsigned)
            if value is not None:
                yield Wrong(one, other, value)
                break


class _Scale(NamedTuple):
    """What a figure without a unit is here: ``bare`` of money, or a number."""

    bare: int | None


def _refuted(left: Side, right: Side, *, unsigned: bool) -> Fraction | None:
    """What the right side ought to be in the unit of its result, where no reading makes both sides meet.

    ``unsigned`` says that words call the result a decrease, which may be printed without its sign.
    """
    proposed: list[Fraction] = []
    for scale in _scales(left, right):
        ours, theirs = _worked(left, scale), _worked(right, scale)
        if ours is None or theirs is None:
            continue
        ((low, high), power), ((least, most), due) = ours, theirs
        unit = _result_unit(right, scale)
        loose = unsigned or any(t.text.startswith(LESS) for t in right.figures)
        signs = (1, -1) if loose else (1,)
        for factor in [f * sign for f in _factors(left, power, due, unit) for sign in signs]:
            ends = sorted((low * factor, high * factor))
            if ends[0] <= most and least <= ends[1]:
                return None
            proposed.append((low + high) / 2 * factor / unit)
    result = right.figures[-1].amount
    assert result is not None
    printed = Fraction(result.mantissa, 10**result.decimals)
    return min(proposed, key=lambda value: abs(abs(value) - abs(printed)), default=None)


def _factors(left: Side, power: int, due: int, unit: Fraction) -> list[Fraction]:
    """By what the left side may be multiplied to stand for the right: units left out, percent or not."""
    if power == due == 0:
        return [Fraction(1), Fraction(100), Fraction(1, 100)]
    if power == due == 1:
        return [Fraction(1)]
    bare = all(t.amount is not None and not t.amount.unit for t in left.figures)
    return [unit, Fraction(1)] if (power, due) == (0, 1) and bare else []


def _scales(left: Side, right: Side) -> Iterator[_Scale]:
    figures = [t.amount for t in (*left.figures, *right.figures) if t.amount is not None]
    yield _Scale(None)
    if any(not amount.unit for amount in figures):
        for unit in dict.fromkeys(a.unit for a in figures if a.unit in MONEY):
            yield _Scale(MONEY[unit])


def _result_unit(right: Side, scale: _Scale) -> Fraction:
    """The size of the unit that the result is printed in."""
    amount = right.figures[-1].amount
    assert amount is not None
    if amount.unit in MONEY:
        return Fraction(MONEY[amount.unit])
    if amount.unit in ("%", "个百分点"):
        return Fraction(1, 100)
    return Fraction(scale.bare or 1) if not amount.unit else Fraction(1)


def _worked(side: Side, scale: _Scale) -> tuple[Bounds, int] | None:
    """What a side may be, in base units, and whether it is money (1) or a number (0)."""
    figures = {(t.amount, t.text.startswith(LESS)) for t in side.figures}
    bounds = {figure: _bounds(figure[0], figure[1], side) for figure in figures if figure[0] is not None}
    twice = len(figures) < len(side.figures)
    try:
        power = _power(side.tree, scale)
        if not twice:
            return _evaluated(side.tree, bounds, scale), power
        wide = [figure for figure, (low, high) in bounds.items() if low != high]
        if len(wide) > _CORNERS:
            return None
        corners = []
        for ends in itertools.product((0, 1), repeat=len(wide)):
            chosen = dict(zip(wide, ends))
            at = {f: (b[chosen.get(f, 0)],) * 2 for f, b in bounds.items()}
            corners.append(_evaluated(side.tree, at, scale)[0])
    except (ZeroDivisionError, ValueError):
        return None
    return (min(corners), max(corners)), power


def _bounds(amount: Amount, down: bool, side: Side) -> Bounds:
    """The values that print like this; whole figures beside ones with decimals are meant as written."""
    value = Fraction(amount.mantissa, 10**amount.decimals)
    half = Fraction(1, 2 * 10**amount.decimals)
    if not amount.decimals:
        coarse = all(t.amount is None or not t.amount.decimals for t in side.figures)
        counted = amount.unit not in MONEY and (side.calculates or amount.unit not in ("", "%", "个百分点"))
        if amount == _WHOLE or counted or not coarse:
            half = Fraction(0)
    value = -value if down else value
    return value - half, value + half


def _size(amount: Amount, text: str, scale: _Scale) -> tuple[Fraction, int]:
    """The size of a figure's unit, and whether it is money."""
    if amount.unit in MONEY:
        return Fraction(MONEY[amount.unit]), 1
    if amount.unit in ("%", "个百分点"):
        return Fraction(1, 100), 0
    if not amount.unit and scale.bare is not None and text not in _CONSTANTS:
        return Fraction(scale.bare), 1
    return Fraction(1), 0


def _power(tree: Tree, scale: _Scale) -> int:
    """1 for an amount of money, 0 for a number; ValueError for what is neither."""
    if isinstance(tree, Token):
        return _size(tree.amount, tree.text, scale)[1] if tree.amount is not None else 0
    operator, left, right = tree
    one, other = _power(left, scale), _power(right, scale)
    if operator in "+-":
        signed = isinstance(left, Token) and left.amount is None
        if one != other and not signed:
            raise ValueError
        return other
    return one + other if operator == "*" else one - other


def _evaluated(tree: Tree, bounds: dict[tuple[Amount | None, bool], Bounds], scale: _Scale) -> Bounds:
    if isinstance(tree, Token):
        if tree.amount is None:
            return Fraction(0), Fraction(0)
        low, high = bounds[tree.amount, tree.text.startswith(LESS)]
        size = _size(tree.amount, tree.text, scale)[0]
        return low * size, high * size
    operator, left, right = tree
    (a, b), (c, d) = _evaluated(left, bounds, scale), _evaluated(right, bounds, scale)
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "/":
        if c <= 0 <= d:
            raise ZeroDivisionError
        c, d = 1 / d, 1 / c
    ends = (a * c, a * d, b * c, b * d)
    return min(ends), max(ends)
