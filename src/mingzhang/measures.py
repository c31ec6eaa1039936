"""Measures as indicators print them: a figure with a comparator and a unit, such as ≥5个 or 126.25万元."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from mingzhang import money
from mingzhang.documents import fold
from mingzhang.money import Amount

COMPARATORS = {
    "≥": ">=", "≧": ">=", ">=": ">=", "不低于": ">=", "不少于": ">=", "不小于": ">=", "至少": ">=",
    "不得低于": ">=", "不得少于": ">=", "达到": ">=",
    "＞": ">", ">": ">", "大于": ">", "超过": ">", "高于": ">", "多于": ">",
    "≤": "<=", "≦": "<=", "<=": "<=", "不超过": "<=", "不高于": "<=", "不多于": "<=", "不大于": "<=",
    "不得超过": "<=", "不得高于": "<=", "至多": "<=", "控制在": "<=",
    "＜": "<", "<": "<", "小于": "<", "低于": "<", "少于": "<",
    "⩾": ">=", "﹥": ">", "⩽": "<=", "﹤": "<", "﹦": "=", "＝": "=", "=": "=", "约": "~", "近": "~",
}  # fmt: skip
"""What is printed before a figure, and how it bounds the value."""
BOUNDS = {
    "以上": ">=", "及以上": ">=", "以内": "<=", "之内": "<=", "以下": "<=", "及以下": "<=",
    "余": ">=", "多": ">=",
}  # fmt: skip
"""What is printed after one."""
_MEASURE = re.compile(
    rf"({'|'.join(sorted(map(re.escape, COMPARATORS), key=len, reverse=True))})?\s*"
    r"([-+]?\d[\d, ]*(?:\.\d+)?)\s*(余|多)?\s*"
    r"([一-鿿㎡%‰A-Za-z²³/·]{0,8}?)\s*(及以上|以上|以内|之内|及以下|以下)?[。;]?"
)
_FRACTION = re.compile(r"0\.(\d{2,6})|1(?:\.0+)?")
_LONGEST = 40
_YEARS = re.compile(r"20\d\d")


class Measure(NamedTuple):
    """A figure with its unit and how it bounds the value, ``=`` where nothing is printed."""

    amount: Amount
    comparator: str


def parse(text: str, unit: str = "") -> Measure | None:
    """The measure that ``text`` consists of; ``unit`` where it prints none. None for any other text."""
    return _parse(fold(text).strip(), unit) if len(text) <= _LONGEST else None


@lru_cache(maxsize=10_000)
def _parse(folded: str, unit: str) -> Measure | None:
    match = _MEASURE.fullmatch(folded)
    if match is None:
        return None
    sign, number, loose, printed, bound = match.groups()
    if printed.startswith(("年", "月", "日")) and _YEARS.fullmatch(number.strip()):
        return None
    amount = money.parse(number, printed or unit)
    if amount is None:
        return None
    comparator = COMPARATORS.get(sign or "") or BOUNDS.get(bound or loose or "", "=")
    return Measure(amount, comparator)


def fraction(text: str) -> Amount | None:
    """The percentage that a spreadsheet shows as a fraction where its cell has no format: 0.986, 1."""
    match = _FRACTION.fullmatch(fold(text).strip())
    if match is None:
        return None
    decimals = match[1]
    return Amount(int(decimals), len(decimals) - 2, "%") if decimals else Amount(100, 0, "%")


def figure(text: str, unit: str) -> Amount | None:
    """The figure of a cell of figures; a unit printed with it overrides ``unit``."""
    plain = text.replace("\n", "")
    amount = money.parse(plain, "%" if plain.rstrip(" \u3000").endswith(("%", "％")) else unit)
    if amount is not None:
        return amount
    measure = parse(plain, unit)
    return measure.amount if measure is not None and measure.comparator == "=" else None
