"""Whether the units of a formula's parts go together: money converts exactly, other units not at all."""

from __future__ import annotations

from collections.abc import Callable

from mingzhang.expressions import Call, Reference, Sum
from mingzhang.money import MONEY, ROUNDED

_RATES = ("%", "个百分点")
_MONEY, _RATE, _COUNT = "金额", "比率", "个数"

UnitOf = Callable[[str], str]
"""The name of an input → its unit."""


class DimensionError(ValueError):
    """Units that cannot be added, divided or stated as asked; the message is for the formula's author."""


def check(terms: Sum, unit_of: UnitOf, unit: str) -> None:
    """Raise DimensionError where ``terms`` mix units that do not convert, or do not give ``unit``."""
    found = _of_sum(terms, unit_of)
    if found not in (None, _dimension(unit)):
        raise DimensionError(f"算出的是{_said(found)}，unit却是“{unit}”")


def _of_sum(terms: Sum, unit_of: UnitOf) -> str | None:
    """What the terms have in common; None where all are bare numbers."""
    found = [_of_operand(term.operand, unit_of) for term in terms]
    known = list(dict.fromkeys(dimension for dimension in found if dimension is not None))
    if len(known) > 1:
        raise DimensionError(f"把{'、'.join(map(_said, known))}相加减，单位不能换算")
    return known[0] if known else None


def _of_operand(operand: Reference | Call | int, unit_of: UnitOf) -> str | None:
    if isinstance(operand, Reference):
        return _dimension(unit_of(operand.rows[0].name))
    if isinstance(operand, Call):
        one, other = (_of_sum(argument, unit_of) for argument in operand.arguments)
        if None not in (one, other) and one != other:
            raise DimensionError(f"用{_said(one)}与{_said(other)}相比，单位不能换算")
        return _RATE
    return None


def _dimension(unit: str) -> str:
    """What converts into each other: money, rates, counts of whatever; a measured quantity only itself."""
    if unit in MONEY:
        return _MONEY
    if unit in _RATES:
        return _RATE
    return unit if unit in ROUNDED else _COUNT


def _said(dimension: str | None) -> str:
    return dimension if dimension in (_MONEY, _RATE, _COUNT) else f"以“{dimension}”计的数"
