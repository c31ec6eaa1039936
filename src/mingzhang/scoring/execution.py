"""The rate of execution and its score, on intervals: from the amounts where they are known, else the rate."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from mingzhang.expressions import NotEvaluatedError, ratio
from mingzhang.facts import FactSet
from mingzhang.money import SCALE, Interval

FUNDS = "funds"
"""The row of a sheet's money; also the block that it is scored as."""

_WHOLE = Fraction(100 * SCALE)


class Execution(NamedTuple):
    """The row of a sheet's money, by the numbers of its facts."""

    budget: int | None
    final: int | None
    rate: int | None
    weight: int | None
    score: int | None

    @classmethod
    def of(cls, facts: FactSet, address: str) -> Execution:
        """What the sheet at ``address`` prints."""
        return cls(*(facts.index.get((address, FUNDS, column)) for column in cls._fields))

    def worked(self, facts: FactSet) -> Interval:
        """The rate that the amounts give; the printed one where an amount is missing.

        Raises NotEvaluatedError where neither is known, or there is no budget to execute.
        """
        if self.budget is not None and self.final is not None:
            return ratio(facts.intervals[self.final], facts.intervals[self.budget])
        if self.rate is None:
            raise NotEvaluatedError(f"没有{'全年预算数' if self.budget is None else '全年执行数'}")
        if self.budget is not None and not facts.mantissas[self.budget]:
            raise NotEvaluatedError("全年预算数为0，没有执行率")
        return facts.intervals[self.rate]


def points(rate: Interval, weight: Interval) -> Interval:
    """The score for a rate of execution: the rate of the points, at most all of them, at least none."""
    low, high = (
        max(min(Fraction(end), _WHOLE), Fraction(0)) * most / _WHOLE for end, most in zip(rate, weight)
    )
    return Interval(low, high)
