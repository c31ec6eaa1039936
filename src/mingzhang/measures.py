"""Measures as indicators print them: a figure with a comparator and a unit, such as ≥5个 or 126.25万元.

What a measure is worth in the base of its unit tells which can be added, averaged, or neither.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mingzhang import money
from mingzhang.documents import fold
from mingzhang.money import MONEY, ROUNDED, SCALE, Amount, Interval, Number

COMPARATORS = {
    "≥": ">=", "≧": ">=", ">=": ">=", "不低于": ">=", "不少于": ">=", "不小于": ">=", "至少": ">=",
    "不得低于": ">=", "不得少于": ">=", "达到": ">=", "大于等于": ">=",
    "＞": ">", ">": ">", "大于": ">", "超过": ">", "高于": ">", "多于": ">",
    "≤": "<=", "≦": "<=", "<=": "<=", "不超过": "<=", "不高于": "<=", "不多于": "<=", "不大于": "<=",
    "不得超过": "<=", "不得高于": "<=", "至多": "<=", "控制在": "<=", "小于等于": "<=",
    "＜": "<", "<": "<", "小于": "<", "低于": "<", "少于": "<",
    "⩾": ">=", "﹥": ">", "⩽": "<=", "﹤": "<", "﹦": "=", "＝": "=", "=": "=", "约": "~", "近": "~",
}  # fmt: skip
"""What is printed before a figure, and how it bounds the value."""
BOUNDS = {
    "以上": ">=", "及以上": ">=", "(含)以上": ">=", "以内": "<=", "(含)以内": "<=", "之内": "<=",
    "以下": "<=", "及以下": "<=", "(含)以下": "<=", "余": ">=", "多": ">=",
}  # fmt: skip
"""What is printed after one."""
EXACTLY, _ABOUT = "=", "~"
_MEASURE = re.compile(
    rf"({'|'.join(sorted(map(re.escape, COMPARATORS), key=len, reverse=True))})?\s*"
    r"([-+]?\d[\d, ]*(?:\.\d+)?)\s*(余|多)?\s*"
    r"([一-鿿㎡%‰A-Za-z²³/·]{0,8}?)\s*((?:及|\(含\))?以上|(?:\(含\))?以内|之内|(?:及|\(含\))?以下)?[。;]?"
)
_FRACTION = re.compile(r"0\.(\d{2,6})|1(?:\.0+)?")
_LONGEST = 40
_YEARS = re.compile(r"20\d\d")
_LOOSE = re.compile(r"约|近|余|多(?!样)|左右|超过|几|上下")
_DATE = re.compile(r"20\d\d\s*[年./-]|\d{1,2}月\d{1,2}日|\d{1,2}月底?前?$")

ABSOLUTE, RELATIVE, LEVEL, DURATION = "absolute", "relative", "level", "duration"
"""Kinds of measures: added, averaged, neither, neither where it is a time limit."""

WORDS = "是文字，不是数值"
"""Why a text without any digit is no figure."""
_NO_FIGURE = "不是单个数值"
_ROUGH = "是约数，不能汇总"
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


class Measure(NamedTuple):
    """A figure with its unit and how it bounds the value, ``=`` where nothing is printed.

    ``loose`` says that it is approximate: 约100, 100余.
    """

    amount: Amount
    comparator: str
    loose: bool = False


class Measured(NamedTuple):
    """What a measure is worth: ``centre`` as printed and ``interval``, in ``SCALE``-ths of ``base``.

    ``size`` is the printed ``unit`` in units of ``base``; values of one base can be added.
    """

    comparator: str
    centre: Number
    interval: Interval
    unit: str
    base: str
    size: Number
    decimals: int
    kind: str


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
    return Measure(amount, comparator, bool(loose) or comparator == _ABOUT)


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


def plain(text: str, unit: str = "") -> Measured | str:
    """What the measure that ``text`` consists of is worth, or why it is none; ``unit`` as for ``parse``."""
    if not re.search(r"\d", text):
        return WORDS
    return _plain(fold(text).strip(), unit) if len(text) <= _LONGEST else _NO_FIGURE


@lru_cache(maxsize=20_000)
def _plain(text: str, unit: str) -> Measured | str:
    if _DATE.search(text):
        return "是日期，不能汇总"
    measure = parse(text, unit)
    if measure is None:
        return _ROUGH if _LOOSE.search(text) else _NO_FIGURE
    return _ROUGH if measure.loose else _measured(measure)


def _measured(measure: Measure) -> Measured:
    amount, unit = measure.amount, measure.amount.unit
    times = _TIMES.get(unit[:1], 1) if unit not in _SIZES else 1
    bare = unit[1:] if times > 1 else unit
    base, size = _SIZES.get(bare, (bare, 1))
    size *= times
    rounded = times > 1 or bare in ROUNDED or bare in _SIZES or "/" in bare or amount.decimals > 0
    step = SCALE // int(10**amount.decimals) * size
    half = (step // 2 if isinstance(step, int) else step / 2) if rounded else 0
    centre = amount.mantissa * step
    interval = Interval(centre - half, centre + half)
    return Measured(measure.comparator, centre, interval, unit, base, size, amount.decimals, _kind(bare))


def _kind(unit: str) -> str:
    if unit in _RATES or "/" in unit:
        return RELATIVE
    if unit in _LEVELS:
        return LEVEL
    return DURATION if unit in _DURATIONS else ABSOLUTE
