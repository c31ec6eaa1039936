"""Plain values of indicators, such as 12个, 95% and 1.2万人次: what can be added, averaged, or neither.

Only values that are one figure are read here; anything else is a reason. What resolves targets and results
in prose can take the place of :func:`plain` (``reads`` of :func:`mingzhang.scoring.rollup.rollup`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mingzhang.documents import fold
from mingzhang.money import MONEY, ROUNDED, SCALE, Interval, Number, parse

ABSOLUTE, RELATIVE, LEVEL, DURATION = "absolute", "relative", "level", "duration"
EXACTLY = "="

WORDS = "是文字，不是数值"
"""Why a text without any digit is no figure."""

_LONGEST = 40
_SIGNS = {
    "≥": "≥", "≧": "≥", ">=": "≥", "不低于": "≥", "不少于": "≥", "至少": "≥", "大于等于": "≥",
    "≤": "≤", "≦": "≤", "<=": "≤", "不超过": "≤", "不高于": "≤", "不多于": "≤", "不大于": "≤",
    "小于等于": "≤",
    ">": "＞", "＞": "＞", "大于": "＞", "高于": "＞", "<": "＜", "＜": "＜", "小于": "＜", "低于": "＜",
    "=": EXACTLY, "＝": EXACTLY,
}  # fmt: skip
_LOOSE = re.compile(r"约|近|余|多(?!样)|左右|超过|几|上下")
_BOUND = re.compile(r"(.*\d.*?)(?:及|\(含\))?(以上|以内|以下)[。;]?")
_PLAIN = re.compile(
    rf"({'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})?\s*"
    r"([-+]?\d[\d, ]*(?:\.\d+)?)\s*([%‰]|[万亿]?[一-鿿㎡A-Za-z²³]{0,8}(?:/[一-鿿]{1,4})?)[。;]?"
)
_DATE = re.compile(r"20\d\d\s*[年./-]|\d{1,2}月\d{1,2}日|\d{1,2}月底?前?$")
_TIMES = {"万": 10_000, "亿": 100_000_000}
_Sizes = tuple[str, dict[str, Number]]
_WEIGHTS: _Sizes = (
    "公斤",
    {"公斤": 1, "千克": 1, "kg": 1, "吨": 1000, "克": Fraction(1, 1000), "斤": Fraction(1, 2)},
)
_LENGTHS: _Sizes = ("米", {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000})
_AREAS: _Sizes = (
    "平方米",
    {"平方米": 1, "㎡": 1, "m²": 1, "m2": 1, "公顷": 10_000, "亩": Fraction(2000, 3), "平方公里": 1_000_000},
)
_VOLUMES: _Sizes = ("立方米", {"立方米": 1, "m³": 1, "方": 1})
_SIZES: dict[str, tuple[str, Number]] = (
    {
        unit: (base, size)
        for base, sizes in (_WEIGHTS, _LENGTHS, _AREAS, _VOLUMES)
        for unit, size in sizes.items()
    }
    | {unit: ("元", size) for unit, size in MONEY.items()}
    | {"%": ("%", 1), "‰": ("%", Fraction(1, 10))}
)
_RATES = frozenset({"%", "‰", "倍", "分", "个百分点"})
_LEVELS = frozenset({"级", "星", "星级", "等", "度", "℃", "名次"})
_DURATIONS = frozenset(
    {"年", "个月", "月", "周", "天", "日", "个工作日", "工作日", "小时", "个小时", "分钟", "秒"}
)


class Measured(NamedTuple):
    """One figure with its unit: ``centre`` as printed and ``interval``, in ``SCALE``-ths of ``base``.

    ``size`` is the printed ``unit`` in units of ``base``; values of one base can be added.
    """

    sign: str
    centre: Number
    interval: Interval
    unit: str
    base: str
    size: Number
    decimals: int
    kind: str


def plain(text: str, unit: str = "") -> Measured | str:
    """The figure that ``text`` consists of, or why it is none; ``unit`` counts where it prints none."""
    if not re.search(r"\d", text):
        return WORDS
    return _plain(fold(text).strip(), unit) if len(text) <= _LONGEST else "不是单个数值"


@lru_cache(maxsize=20_000)
def _plain(text: str, unit: str) -> Measured | str:
    if _DATE.search(text):
        return "是日期，不能汇总"
    bounded = _BOUND.fullmatch(text)
    if bounded is not None:
        text = ("≥" if bounded[2] == "以上" else "≤") + bounded[1]
    match = _PLAIN.fullmatch(text)
    if _LOOSE.search(text) and (match is None or not match[1]):
        return "是约数，不能汇总"
    if match is None:
        return "不是单个数值"
    sign, number, printed = match.groups()
    return _measured(_SIGNS.get(sign or "", EXACTLY), number, printed or unit) or "不是单个数值"


def _measured(sign: str, number: str, unit: str) -> Measured | None:
    times = _TIMES.get(unit[:1], 1) if unit not in _SIZES else 1
    bare = unit[1:] if times > 1 else unit
    amount = parse(number, bare)
    if amount is None:
        return None
    base, size = _SIZES.get(bare, (bare, 1))
    size *= times
    rounded = times > 1 or bare in ROUNDED or bare in _SIZES or "/" in bare or amount.decimals > 0
    step = SCALE // int(10**amount.decimals) * size
    half = (step // 2 if isinstance(step, int) else step / 2) if rounded else 0
    centre = amount.mantissa * step
    return Measured(
        sign, centre, Interval(centre - half, centre + half), unit, base, size, amount.decimals, _kind(bare)
    )


def _kind(unit: str) -> str:
    if unit in _RATES or "/" in unit:
        return RELATIVE
    if unit in _LEVELS:
        return LEVEL
    return DURATION if unit in _DURATIONS else ABSOLUTE
