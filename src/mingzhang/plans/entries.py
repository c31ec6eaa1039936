"""What a data file has to say of a scheme: one list, to write templates and to read files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from mingzhang.money import ROUNDED
from mingzhang.schemes import (
    APPLIES,
    MET,
    POINTS,
    REASON,
    SHARE,
    TIER,
    Checklist,
    Indicator,
    Manual,
    NotStated,
    Scheme,
    Stated,
    Tiers,
)

FORMAT = "mingzhang.score/1"
FIGURE, CHOICE, TEXT = "figure", "choice", "text"
YES, NO = "是", "否"
APPLICABLE, NOT_APPLICABLE = "适用", "不适用"
LARGEST = Decimal(10) ** 12
"""No entered figure is as large as this; so a workbook keeps every digit of it."""

SCHEME, EDITION, UNIT, YEAR = "scheme", "edition", "unit", "year"


class Entry(NamedTuple):
    """One thing to fill in: a figure between ``least`` and ``most``, a choice, or a text.

    ``whole`` figures count, so that they have no decimals.
    """

    indicator: str
    name: str
    label: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    whole: bool = False

    @property
    def key(self) -> str:
        """Its address in a data file."""
        return f"{self.indicator}.{self.name}"


def entries(scheme: Scheme) -> Iterator[Entry]:
    """Everything that the scheme's indicators ask for, in order."""
    for indicator in scheme.indicators:
        yield from entries_of(indicator, scheme)


def entries_of(indicator: Indicator, scheme: Scheme) -> Iterator[Entry]:
    """What one indicator asks for."""
    own, rule, weight = indicator.id, indicator.rule, indicator.weight
    if indicator.without:
        yield Entry(own, APPLIES, "是否适用", CHOICE, choices=(APPLICABLE, NOT_APPLICABLE))
    for name, needed in indicator.inputs.items():
        whole = bool(needed.unit) and needed.unit not in ROUNDED
        yield Entry(
            own, name, needed.label, FIGURE, needed.unit, least=needed.least, most=needed.most, whole=whole
        )
    if isinstance(rule, Checklist):
        for number, item in enumerate(rule.items, 1):
            yield Entry(own, MET.format(number), f"{item.says}（{item.points}分）", CHOICE, choices=(YES, NO))
    elif isinstance(rule, Tiers):
        yield Entry(own, TIER, "达成的档次", CHOICE, choices=tuple(tier.says for tier in rule.tiers))
        yield Entry(own, SHARE, "或：达成的比例", FIGURE, "%", most=Decimal(100))
    elif pointed(indicator):
        label, most = ("扣分", scheme.total) if isinstance(rule, Stated) else ("得分", weight)
        yield Entry(own, POINTS, label, FIGURE, "分", most=most)
        yield Entry(own, REASON, "理由", TEXT)


def pointed(indicator: Indicator) -> bool:
    """Whether the evaluator states the points."""
    rule = indicator.rule
    if isinstance(rule, Stated):
        return True
    if indicator.weight is None or isinstance(rule, Checklist | Tiers):
        return False
    return isinstance(rule, Manual | NotStated) or not indicator.formula
