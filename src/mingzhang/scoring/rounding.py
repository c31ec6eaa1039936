"""Points of a joined sheet rounded so that what is printed adds up, and none is above its weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.money import SCALE, Number, format_amount
from mingzhang.scoring.figures import SUM, Figure
from mingzhang.scoring.joining import BLOCK, TOTAL, JoinedRow
from mingzhang.scoring.sheets import FUNDS, INDICATOR

WEIGHT, SCORE = "weight", "score"

At = tuple[str, str, str, str]
"""A figure of a joined sheet: kind, block and key of its row, its column."""


class _Column(NamedTuple):
    """The figures of a column that add up: of the indicators, of execution if it has any, of the total."""

    parts: list[Figure]
    execution: Figure | None
    total: Figure

    @property
    def every(self) -> list[Figure]:
        """All of them."""
        return [*self.parts, self.total, *([self.execution] if self.execution else [])]


def at(row: JoinedRow, column: str) -> At:
    """The figure of ``row`` in ``column``."""
    return row.kind, row.block, row.key, column


def certain(figure: Figure, most: int) -> int:
    """How many decimals, up to ``most``, are certain: all that it may be is within half the last digit.

    A sum has those of its parts: it is what the printed figures add up to.
    """
    if figure.how == SUM or figure.base is None or figure.centre is None:
        return most
    off = Fraction(max(figure.centre - figure.base.low, figure.base.high - figure.centre))
    fine = (d for d in range(most, 0, -1) if off * 2 * 10**d <= Fraction(figure.size) * SCALE)
    return next(fine, 0)


def points(rows: Sequence[JoinedRow]) -> dict[At, str]:
    """Weights and scores as printed, by their place; nothing of a column that is not known throughout.

    The points that are lost are rounded, not the scores: who has all points has them in print too.
    """
    weights, scores = _column(rows, WEIGHT), _column(rows, SCORE)
    known = [column for column in (weights, scores) if column is not None]
    if not known:
        return {}
    every = [figure for column in known for figure in column.every]
    finest = max(_needed(column) for column in known)
    decimals = min(certain(figure, finest) for figure in every)
    digit = SCALE // 10**decimals
    given = _rounded(weights, digit) if weights else None
    found = _printed(rows, WEIGHT, given, weights, decimals)
    if scores is None:
        return found
    if weights is None or given is None:
        return found | _printed(rows, SCORE, _rounded(scores, digit), scores, decimals)
    lost = [_centre(w) - _centre(s) for w, s in zip(weights.parts, scores.parts)]
    whole = sum(given) - (_digits(scores.total, digit) - _digits(scores.execution, digit))
    taken = _apportioned([Fraction(one) / digit for one in lost], whole)
    left = [w - t for w, t in zip(given, taken)] if taken is not None else None
    return found | _printed(rows, SCORE, left, scores, decimals)


def _column(rows: Sequence[JoinedRow], column: str) -> _Column | None:
    """The column, where all of its figures are known."""
    parts = [row.figures.get(column) for row in rows if row.kind == INDICATOR]
    total = next((row.figures.get(column) for row in rows if row.kind == TOTAL), None)
    funds = next((row.figures.get(column) for row in rows if row.kind == FUNDS and row.key == FUNDS), None)
    known = [part for part in parts if part is not None and not part.reason]
    if not known or len(known) < len(parts) or total is None or total.reason or (funds and funds.reason):
        return None
    return _Column(known, funds, total)


def _needed(column: _Column) -> int:
    """The decimals that the points have: as printed of indicators, as worked out of execution."""
    decimals = max(figure.decimals for figure in column.parts)
    if column.execution is None:
        return decimals
    own = format_amount(_centre(column.execution), "", column.execution.decimals)
    return max(decimals, len(own.rstrip("0").partition(".")[2]))


def _centre(figure: Figure) -> Number:
    assert figure.centre is not None
    return figure.centre


def _digits(figure: Figure | None, digit: int) -> int:
    """A figure in units of the last digit."""
    return int(Fraction(_centre(figure)) / digit + Fraction(1, 2)) if figure is not None else 0


def _rounded(column: _Column, digit: int) -> list[int] | None:
    """The points of the indicators in units of the last digit, which with execution give the total."""
    whole = _digits(column.total, digit) - _digits(column.execution, digit)
    return _apportioned([Fraction(_centre(part)) / digit for part in column.parts], whole)


def _apportioned(values: Sequence[Fraction], whole: int) -> list[int] | None:
    """``values`` rounded so that they give ``whole``: those with the largest rests are rounded up.

    None where that takes more than rounding: the values do not add up.
    """
    given = [value.numerator // value.denominator for value in values]
    rests = sorted(range(len(values)), key=lambda n: given[n] - values[n])
    up = whole - sum(given)
    if not 0 <= up <= sum(values[n] > given[n] for n in rests):
        return None
    for n in rests[:up]:
        given[n] += 1
    return given


def _printed(
    rows: Sequence[JoinedRow], column: str, given: Iterable[int] | None, known: _Column | None, decimals: int
) -> dict[At, str]:
    if given is None or known is None:
        return {}
    digit = SCALE // 10**decimals
    found: dict[At, str] = {}
    blocks: dict[str, int] = {}
    for row, value in zip((row for row in rows if row.kind == INDICATOR), given):
        found[at(row, column)] = _text(value * digit, decimals)
        blocks[row.block] = blocks.get(row.block, 0) + value * digit
    for row in rows:
        if row.kind == BLOCK and row.key in blocks:
            found[at(row, column)] = _text(blocks[row.key], decimals)
        elif row.kind == TOTAL:
            found[at(row, column)] = _text(_digits(known.total, digit) * digit, decimals)
        elif (row.kind, row.key) == (FUNDS, FUNDS) and known.execution is not None:
            found[at(row, column)] = _text(_digits(known.execution, digit) * digit, decimals)
    return found


def _text(value: int, decimals: int) -> str:
    """Points as printed; whole ones without decimals."""
    return format_amount(value, "", 0 if value % SCALE == 0 else decimals)
