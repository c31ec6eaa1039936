"""What points a scoring rule gives, on intervals: a rounded figure gives all the points that it may mean."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from mingzhang.documents import quoted
from mingzhang.money import SCALE, Interval, Number
from mingzhang.schemes import (
    Checklist,
    Condition,
    Deduction,
    Manual,
    NotStated,
    Proportion,
    Rule,
    Stated,
    Steps,
    Tier,
    Tiers,
    condition,
)

_HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    "=": lambda value, limit: value == limit,
}


def exact(value: Decimal) -> Fraction:
    """``value`` in ``SCALE``-ths, as intervals have it."""
    return Fraction(value) * SCALE


def points(rule: Rule, weight: Decimal, value: Interval) -> Interval | None:
    """The points of ``rule`` for a figure, from 0 to ``weight``; None where the rule goes by no figure.

    The interval holds the points of every value within ``value``: 分 in ``SCALE``-ths.
    """
    most = exact(weight)
    if isinstance(rule, Condition | Steps):
        return _stepped(rule, most, value)
    if isinstance(rule, Deduction):
        near, far = _beyond(rule, value)
        return Interval(_clamp(most - _taken(rule, far), most), _clamp(most - _taken(rule, near), most))
    if isinstance(rule, Proportion):
        least = exact(rule.least)
        ends = [_clamp(most * _part(Fraction(end), rule), most) if end >= least else 0 for end in value]
        return Interval(*ends)
    return None


def checked(rule: Checklist, met: Collection[int]) -> Interval:
    """The points of the conditions of a check list that are met, by their numbers from 0 on."""
    total = exact(sum((item.points for n, item in enumerate(rule.items) if n in met), Decimal(0)))
    return Interval(total, total)


def judged(rule: Tiers, weight: Decimal, judgement: str | Interval) -> Interval:
    """The points of a stated judgement, or of a stated percentage; raises ValueError for an unknown one."""
    if isinstance(judgement, str):
        tier = next((tier for tier in rule.tiers if tier.says == judgement), None)
        if tier is None:
            known = "、".join(tier.says for tier in rule.tiers)
            raise ValueError(f"没有{quoted(judgement)}这一档，可以填：{known}。")
        judgement = Interval(exact(tier.least), exact(tier.most))
    most, whole = exact(weight), exact(Decimal(100))
    low, high = (_clamp(most * Fraction(end) / whole, most) for end in judgement)
    return Interval(low, high)


def said(rule: Rule, unit: str) -> str:
    """The rule in words; ``unit`` is that of the figure it goes by."""
    if isinstance(rule, Condition):
        missed = f"，否则得{rule.otherwise}分" if rule.otherwise else "，否则不得分"
        return f"{_when(rule.when, unit)}得满分{missed}"
    if isinstance(rule, Steps):
        steps = "，".join(f"{_when(step.when, unit)}得{step.points}分" for step in rule.steps)
        return f"{steps}，其他得{rule.otherwise}分"
    if isinstance(rule, Deduction):
        sides = {"above": "高于", "below": "低于", "both": "偏离"}
        counts = {"whole": "每满", "started": "每（不足的按一档）", "proportional": "每（按比例）"}
        step = f"{rule.per}{'个百分点' if unit == '%' else unit}"
        limit = f"{rule.beyond}{unit}"
        return f"{sides[rule.side]}{limit}的，{counts[rule.count]}{step}扣{rule.points}分，扣完为止"
    if isinstance(rule, Proportion):
        least = f"，低于{rule.least}{unit}不得分" if rule.least else ""
        return f"得分＝实际值÷{rule.full}{unit}×分值，最高得满分{least}"
    if isinstance(rule, Checklist):
        return "；".join(f"{item.says}得{item.points}分" for item in rule.items)
    if isinstance(rule, Tiers):
        return "；".join(f"{tier.says}得分值的{_share(tier)}" for tier in rule.tiers)
    return _OTHERS[type(rule)]


_OTHERS: dict[type[Rule], str] = {
    Stated: "按评价人写明的扣分",
    Manual: "由评价人评分并说明理由",
    NotStated: "方案没有写明评分标准",
}
_SAID = {">=": "不低于", "<=": "不高于", ">": "高于", "<": "低于", "=": "等于"}


def _share(tier: Tier) -> str:
    return f"{tier.most}%" if tier.most == tier.least else f"{tier.most}%至{tier.least}%"


def _when(text: str, unit: str) -> str:
    sign, limit = condition(text)
    return f"{_SAID[sign]}{limit}{unit}"


def _stepped(rule: Condition | Steps, most: Fraction, value: Interval) -> Interval:
    """Points of a rule that only changes at its limits: tried at every limit and between them."""
    if isinstance(rule, Condition):
        steps = [(condition(rule.when), most)]
    else:
        steps = [(condition(step.when), exact(step.points)) for step in rule.steps]
    limits = {exact(limit) for (_, limit), _ in steps}
    tried = sorted({Fraction(end) for end in value} | {x for x in limits if value.low < x < value.high})
    tried += [(a + b) / 2 for a, b in pairwise(tried)]

    def given(figure: Fraction) -> Fraction:
        for (sign, limit), granted in steps:
            if _HOLDS[sign](figure, exact(limit)):
                return granted
        return exact(rule.otherwise)

    found = [given(figure) for figure in tried]
    return Interval(min(found), max(found))


def _beyond(rule: Deduction, value: Interval) -> tuple[Fraction, Fraction]:
    """How far a figure is beyond the limit, at least and at most."""
    limit = exact(rule.beyond)
    over, under = Fraction(value.low) - limit, limit - Fraction(value.high)
    far_over, far_under = Fraction(value.high) - limit, limit - Fraction(value.low)
    if rule.side == "above":
        return max(over, Fraction(0)), max(far_over, Fraction(0))
    if rule.side == "below":
        return max(under, Fraction(0)), max(far_under, Fraction(0))
    return max(over, under, Fraction(0)), max(far_over, far_under)


def _taken(rule: Deduction, distance: Fraction) -> Fraction:
    """What is taken off at this distance from the limit."""
    steps = distance / exact(rule.per)
    if rule.count == "whole":
        steps = Fraction(steps.numerator // steps.denominator)
    elif rule.count == "started":
        steps = Fraction(-(-steps.numerator // steps.denominator))
    return exact(rule.points) * steps


def _part(value: Fraction, rule: Proportion) -> Fraction:
    return value / exact(rule.full)


def _clamp(value: Fraction, most: Fraction) -> Number:
    return max(Fraction(0), min(value, most))
