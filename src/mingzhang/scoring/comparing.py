"""Results held against targets: met, missed, exceeded by 30 % or more, or not evaluated, on intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.scoring.targets import (
    ABOUT_EVENLY,
    ACHIEVED,
    Actual,
    Deadline,
    Quality,
    Quantity,
    Sentence,
    Span,
    Target,
    exactly,
)

MET, MISSED, EXCEEDED, NOT_EVALUATED = "met", "missed", "exceeded", "not_evaluated"
MORE, LESS, UNKNOWN = "more", "less", "unknown"
"""Which way a bare figure is the better."""

BEYOND = Fraction(13, 10)
"""A target exceeded by 30 % or more needs a reason."""


class Comparison(NamedTuple):
    """What came of a comparison: ``ratio`` is result to target where both are figures."""

    status: str
    reason: str = ""
    ratio: Span | None = None
    tier: str = ""


def compare(target: Target, actual: Actual, better: str = MORE) -> Comparison:
    """Whether the result meets the target; ``better`` says which way a bare figure is the better.

    Of several candidates each alone and their sum have to come to the same.
    """
    if not actual.candidates:
        return Comparison(NOT_EVALUATED, actual.reason)
    if isinstance(target, Quality | Sentence):
        tier = actual.candidates[0].tier
        return Comparison(MET if tier == ACHIEVED else MISSED, tier=tier)
    spans = [candidate.span for candidate in actual.candidates]
    if isinstance(target, Deadline):
        return _agreed([_by(target, span) for span in spans])
    if len(spans) > 1 and target.amount.unit != "%":
        spans.append(_sum(spans))
    found = _agreed([_against(target, span, better) for span in spans])
    if found.status in (MISSED, EXCEEDED) and any(c.approximate for c in actual.candidates):
        return Comparison(NOT_EVALUATED, "完成值是约数，只能参考", found.ratio)
    return found


def _sum(spans: Iterable[Span]) -> Span:
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for span in spans:
        low = None if low is None or span.low is None else low + span.low
        high = None if high is None or span.high is None else high + span.high
    return Span(low, high)


def _agreed(found: Sequence[Comparison]) -> Comparison:
    """What several candidates come to; met where all of them meet the target, if not by as much."""
    statuses = {one.status for one in found}
    if len(found) == 1 or len(statuses) == 1:
        ratios = [one.ratio for one in found if one.ratio is not None]
        lows, highs = [r.low for r in ratios], [r.high for r in ratios]
        low = None if None in lows else min((x for x in lows if x is not None), default=None)
        high = None if None in highs else max((x for x in highs if x is not None), default=None)
        return found[0]._replace(ratio=Span(low, high) if ratios else None)
    if statuses == {MET, EXCEEDED}:
        return Comparison(MET)
    return Comparison(NOT_EVALUATED, "完成值中有几个数，不能确定是哪一个")


def _by(target: Deadline, span: Span) -> Comparison:
    day = target.day.toordinal()
    if span.high is not None and span.high <= day:
        return Comparison(MET)
    if span.low is not None and span.low > day:
        return Comparison(MISSED)
    return Comparison(NOT_EVALUATED, "完成的日期不够具体")


def _against(target: Quantity, span: Span, better: str) -> Comparison:
    limit = exactly(target.amount)
    ratio = Span(*(None if end is None else end / limit for end in span)) if limit > 0 else None
    unsure = Comparison(NOT_EVALUATED, "完成值是概数，或者四舍五入后与目标值相同", ratio)
    if target.most is not None:
        return _within(target, span, ratio, unsure)
    sign = target.sign
    if sign == "~":
        return Comparison(NOT_EVALUATED, "目标值是约数，只能参考", ratio)
    if sign in ("", "="):
        sign = _direction(limit, span, better if not sign else MORE)
    if not sign:
        return Comparison(NOT_EVALUATED, "不能确定目标值是上限还是下限", ratio)
    printed, possible = _holds(sign, span, limit)
    if not possible:
        return Comparison(MISSED, ratio=ratio)
    if not printed:
        return unsure
    far = sign in (">=", ">") and ratio is not None and ratio.low is not None and ratio.low >= BEYOND
    return Comparison(EXCEEDED if far else MET, ratio=ratio)


def _direction(limit: Fraction, span: Span, better: str) -> str:
    """The comparator that a bare figure stands for; empty where it may be either."""
    if limit == 0 or better == LESS:
        return "<="
    if better == MORE or _centre(span) == limit:
        return ">="
    return ""


def _within(target: Quantity, span: Span, ratio: Span | None, unsure: Comparison) -> Comparison:
    assert target.most is not None
    least, most = exactly(target.amount), exactly(target.most)
    if span.high is not None and span.high < least:
        return Comparison(MISSED, ratio=ratio)
    if span.low is None or _centre(span) < least:
        return unsure
    if target.sign == ABOUT_EVENLY and span.low > most:
        return Comparison(NOT_EVALUATED, "完成值高于目标值允许的偏差，不能确定是否更好", ratio)
    beyond = most > 0 and span.low >= most * BEYOND
    return Comparison(EXCEEDED if beyond else MET, ratio=ratio)


def _centre(span: Span) -> Fraction:
    """The printed value of a span."""
    ends = [end for end in span if end is not None]
    return sum(ends, Fraction(0)) / len(ends) if ends else Fraction(0)


def _holds(sign: str, span: Span, limit: Fraction) -> tuple[bool, bool]:
    """Whether the printed value meets the limit, and whether any possible value does."""
    centre, (low, high) = _centre(span), span
    if sign == ">=":
        return low is not None and centre >= limit, high is None or high >= limit
    if sign == ">":
        return low is not None and centre > limit, high is None or high > limit
    if sign == "<=":
        return high is not None and centre <= limit, low is None or low <= limit
    return high is not None and centre < limit, low is None or low < limit
