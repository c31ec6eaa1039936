"""Figures in running text: what is an amount, a rate, a count, and what is none of them.

Years, dates, ordinals, document numbers, names and thresholds hold digits too; telling them apart
here keeps every later stage from taking one for a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mingzhang import money
from mingzhang.documents import fold
from mingzhang.money import Amount

MONEY, RATE, COUNT, POINTS, BARE = "money", "rate", "count", "points", "bare"
CLAIMABLE = (MONEY, RATE, COUNT, POINTS)
"""The kinds of figures that ought to become facts; a bare number may or may not be one."""

_NUMBER = re.compile(
    r"(?<![\dA-Za-z])(?<!\d[.,])[-+]?(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?(?![.\d]*\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d\s*(?:年|度|-|/|\.\d\d?\.)")
_DATE = re.compile(r"\s*(?:年|月(?!均)|日|号|时(?!间)|点(?!多)|:\d\d|-\s*\d+\s*[月日年])")
_ORDINAL_LEFT = re.compile(r"(?:第|附件|附表|表|图|公开|编号|文号|电话|邮编|邮政编码|热线|No\.?)[:\s]*$")
_ORDINAL_RIGHT = re.compile(r"\s*[、.)](?!\d)")
_LINE_START = re.compile(r"(?:^|[\n。;:])\s*(?:附件)?[:\s]*\(?$")
_BRACKETED = re.compile(r"\((\d{1,2})\)")
_UNITS_OF_MONEY = ("百万元", "千万元", "亿元", "万元", "千元", "元")
_THRESHOLD = re.compile(r"[<>≤≥≦≧×*÷]\s*$")
_RANGE_LEFT = re.compile(r"\d%?分?\s*(?:\(含\))?\s*[-~～至]\s*$")
_RANGE_RIGHT = re.compile(r"\s*(?:\(含\))?\s*(?:[-~～至]\s*\d|[以之]内|\(含\))")
_OR_MORE = re.compile(r"\s*(?:\(含\))?\s*及?以[上下]")
_LIMIT_LEFT = re.compile(r"(?:不[低高]于|不[超少]过?于?|不[大小]于|至少|上限为?|下限为?)\s*$")
_PER_LEFT = re.compile(r"(?:每[一-鿿]{1,6}|[人户亩车班生]均|(?<!持)平均)[^,。;:()\d]{0,10}$")
_PER_RIGHT = re.compile(r"(?:\s*/\s*[一-鿿]{1,3}){1,3}")
_PER_REACH = 20
_NAMES = re.compile(r"《[^《》]{0,80}》|〔[^〔〕]{0,12}〕|【[^【】]{0,12}】|\[[^\[\]]{0,12}\]")
_QUOTED = re.compile(r"“[^“”]{1,24}”")
_APPROXIMATE_LEFT = re.compile(r"((?<![签合条预制节公履解租])约|(?<![最附临])近|超过|超|逾|突破)\s*$")
_APPROXIMATE_RIGHT = re.compile(r"\s*(余|多|来|左右)")
_SIGNED_AFTER = "(=＝: ,为达至率额值幅数度长降加少\ue001"
_COMMA = "\ue001"
"""Stands for a full-width comma, which parts figures and never groups their digits."""
_LONG = 7
"""Digits from which on a number without unit is an identifier."""


class Figure(NamedTuple):
    """A number in a text: ``start`` to ``end`` are the digits, ``stop`` is after its unit.

    ``bound`` is ``over`` for figures that are bounded below only (余, 多, 超), ``about`` for
    approximate ones (约, 近), else empty. ``per`` amounts are those of one unit: a rate of subsidy, a mean.
    """

    start: int
    end: int
    stop: int
    kind: str
    amount: Amount
    unit: str
    bound: str = ""
    per: bool = False


def figures(text: str, units: Sequence[str]) -> Iterator[Figure]:
    """The amounts, rates, counts, points and bare numbers of ``text``, left to right.

    ``units`` are the measure words of counts. Digits that are no figures are left out.
    """
    folded = fold(text.replace("，", _COMMA))
    skipped = _skipped(text)
    measure_words = _measure_words(tuple(units))
    for match in _NUMBER.finditer(folded):
        start, end = match.span()
        if skipped and any(low <= start < high for low, high in skipped):
            continue
        found = _figure(folded, start, end, measure_words)
        if found is not None:
            yield found


def _skipped(text: str) -> list[tuple[int, int]]:
    """Titles, document numbers and short quoted names: digits in them are part of a name."""
    found = [match.span() for match in _NAMES.finditer(text)]
    found += [m.span() for m in _QUOTED.finditer(text) if any(c.isdigit() for c in m.group())]
    return found


def _figure(text: str, start: int, end: int, measure_words: re.Pattern[str]) -> Figure | None:
    if text[start] in "+-" and start and text[start - 1] not in _SIGNED_AFTER:
        start += 1
    digits = text[start:end]
    left = text[max(0, start - 12) : start]
    if _is_part_of_name(text, start, end, left):
        return None
    amount, after, unit, kind = _measured(text, start, end, measure_words)
    if amount is None or _is_bound(text, left, after, kind):
        return None
    if kind == BARE and ((len(digits) >= _LONG and "." not in digits) or _glued(text, start, end)):
        return None
    bound = _bound(text, left, end, after)
    one = _PER_RIGHT.match(text, after) if kind == MONEY else None
    per = kind == MONEY and bool(one or _PER_LEFT.search(text, max(0, start - _PER_REACH), start))
    return Figure(start, end, one.end() if one else after, kind, amount, unit, bound, per)


def _is_bound(text: str, left: str, after: int, kind: str) -> bool:
    """Whether the figure is an end of a range or a threshold: part of a rule, no observation."""
    if _RANGE_LEFT.search(left) or _LIMIT_LEFT.search(left) or _RANGE_RIGHT.match(text, after):
        return True
    return kind != COUNT and bool(_OR_MORE.match(text, after))


def _is_part_of_name(text: str, start: int, end: int, left: str) -> bool:
    digits = text[start:end]
    if _YEAR.match(text, start) or _DATE.match(text, end):
        return True
    if _ORDINAL_LEFT.search(left) or _THRESHOLD.search(left):
        return True
    if digits.isdigit() and len(digits) < 3 and _ORDINAL_RIGHT.match(text, end):
        return bool(_LINE_START.search(text[max(0, start - 12) : start])) or bool(
            _BRACKETED.match(text, start - 1) if start else None
        )
    if text.startswith("分", end) and text[start - 1 : start] in ("时", ":"):
        return True
    following = text[end : end + 1]
    return bool(following) and (following.isascii() and following.isalpha() and following != "m")


def _measured(
    text: str, start: int, end: int, measure_words: re.Pattern[str]
) -> tuple[Amount | None, int, str, str]:
    """The figure with its unit: amount, end of the unit, printed unit, kind."""
    digits = text[start:end]
    position = end
    approximate = _APPROXIMATE_RIGHT.match(text, position)
    if approximate:
        position = approximate.end()
    while position < len(text) and text[position] == " ":
        position += 1
    rest = text[position : position + 8]
    for unit in _UNITS_OF_MONEY:
        if rest.startswith(unit):
            return _money(digits, unit), position + len(unit), unit, MONEY
    if rest.startswith("%"):
        return money.parse(digits, "%"), position + 1, "%", RATE
    if rest.startswith("个百分点"):
        return money.parse(digits, "%"), position + 4, "个百分点", RATE
    scale = rest[0] if rest[:1] in ("万", "亿") else ""
    match = measure_words.match(text, position + len(scale))
    if match:
        unit = scale + match.group(0)
        kind = POINTS if unit == "分" else COUNT
        if kind == POINTS and text[match.end() : match.end() + 1] in tuple("钟别析为管类项解布支局"):
            return money.parse(digits, ""), end, "", BARE
        return money.parse(digits, unit), match.end(), unit, kind
    if scale:
        return money.parse(digits, scale + "元"), position + 1, scale, MONEY
    return money.parse(digits, ""), end, "", BARE


def _money(digits: str, unit: str) -> Amount | None:
    if unit in money.MONEY:
        return money.parse(digits, unit)
    amount = money.parse(digits, "万元")
    if amount is None:
        return None
    factor = {"百万元": 100, "千万元": 1000}[unit]
    return Amount(amount.mantissa * factor, amount.decimals, "万元")


def _glued(text: str, start: int, end: int) -> bool:
    """Whether the number is joined to letters or signs, as in 3+3+2 or A4."""
    return text[start - 1 : start] in tuple("+/#.") or text[end : end + 1] in tuple("+/#")


def _bound(text: str, left: str, end: int, stop: int) -> str:
    right = _APPROXIMATE_RIGHT.match(text, end)
    if right:
        return "about" if right.group(1) == "左右" else "over"
    if text[stop : stop + 2] == "左右":
        return "about"
    if text[stop : stop + 2] == "以上":
        return "over"
    before = _APPROXIMATE_LEFT.search(left)
    if before:
        return "about" if before.group(1) in ("约", "近") else "over"
    return ""


@lru_cache(maxsize=16)
def _measure_words(units: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted({fold(unit) for unit in units}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
