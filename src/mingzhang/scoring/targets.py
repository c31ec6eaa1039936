"""Targets of indicators (年度指标值) and what their results (实际完成值) may state.

A target is a quantity with a comparator, a day, a quality that is judged in tiers, or a sentence that
nothing can be held against. A result is often prose with several numbers: those with the target's unit
are candidates, and all of them are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mingzhang import money
from mingzhang.documents import squash
from mingzhang.figures import BARE, MONEY, figures
from mingzhang.measures import BOUNDS, COMPARATORS
from mingzhang.money import Amount
from mingzhang.scoring.denials import denies
from mingzhang.scoring.numerals import arabic

ABOUT_EVENLY = "±"
_LONGEST, _SHORT, _NOUN = 60, 14, 30
_COMPARATOR = "|".join(sorted(map(re.escape, COMPARATORS), key=len, reverse=True))
_BOUND = "|".join(sorted(map(re.escape, BOUNDS), key=len, reverse=True))
_NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?P<noun>[^\d,。;]*?)(?P<sign>{_COMPARATOR})?(?P<number>{_NUMBER})(?P<loose>余|多)?"
    rf"(?P<unit>[^\d,。;\-~～至]*?)"
    rf"(?:(?:-|~|～|至|—)(?P<most>{_NUMBER})(?P<unit2>[^\d,。;]*?))?(?P<bound>{_BOUND}|左右)?(?P<after>)[。;]?"
)
_TOLERANCE = re.compile(
    rf"(?P<noun>[^\d,。;±]*?)(?P<number>{_NUMBER})(?P<unit>[^\d,。;±]*?)"
    rf"(?:±|\+/-)(?P<by>{_NUMBER})(?P<unit2>[^\d,。;]*?)[。;]?"
)
_POINTS_OF_RATE = "个百分点"
_EACH = re.compile(r"每(?!年)(?:半年|[一-鿿])|[人户亩]均|平均|/(?!年)")
_YEARLY = re.compile(r"(?<=[一-鿿])/年")
_PERCENT = re.compile(r"(?<=\d)(?:百分比|个百分比)")
_YEARS = re.compile(r"20\d\d年度?(?!\d)")
_MONTH = r"(?P<month>1[0-2]|0?[1-9])(?:月份?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]|底|末)?)"
_DAY = re.compile(
    rf"(?:(?P<iso>20\d\d)[-./](?P<month2>1[0-2]|0?[1-9])[-./](?P<day2>3[01]|[12]\d|0?[1-9])"
    rf"|(?:(?P<year>20\d\d)年|[本当今]年)?{_MONTH}"
    r"|(?:(?P<year2>20\d\d)|[本当今])?年度?(?:底|末|内)"
    r"|(?P<year3>20\d\d)年度?)(?P<before>之?以?前|内|止)?"
)
_ABOUT_DAY = re.compile(
    r"[≤<]?(?:于|在|截至|至|到|按时|如期|预计|确保)*|(?:,|全部|如期|按时|及时|已|均)*(?:完成|办结|竣工|完工|验收|支付|发放)*(?:率|任务|工作)?[。;]?"
)
_IN_TIME = re.compile(r"(?:已|均|全部|全年)*(?:按时|按期|如期|及时|提前)(?:全部)?(?:完成|办结|到位)?[。;]?")
ACHIEVED, PARTLY, NOT_ACHIEVED = "达成", "部分达成", "未达成"
"""The three tiers of a quality."""

_DONE = r"(?:达成|完成|达到|实现|达标)(?:了|预期|年度|年初|既定|全部|绩效)*(?:目标|指标|任务|效果|要求)?"
_END = r"(?:[,并且]*(?:具有一定效果|效果较差))?[。;]?"
_TIERS = {
    NOT_ACHIEVED: re.compile(rf"(?:未|没有|没能|未能)(?:按时|如期|全部)?{_DONE}{_END}"),
    PARTLY: re.compile(f"部分{_DONE}{_END}"),
    ACHIEVED: re.compile(f"(?:全部|基本|已|均|全面|或|按时|按期|如期)*{_DONE}{_END}"),
}
_LIMITS = {ACHIEVED: 80, PARTLY: 60, NOT_ACHIEVED: 0}
_FAR = Fraction(20)
"""So many times a rate or an amount of money another, and it is in another unit."""
_PARTS = re.compile(r"其中|包括")
_CHANGES = re.compile(r"(?:增长|增加|提高|提升|上升|下降|减少|降低|同比|占|较上年|比上年)[^\d,。;]{0,6}$")
_FAMILIES = (
    frozenset({"人", "名", "位", "人次"}),
    frozenset({"次", "批次", "批", "场", "场次", "期"}),
    frozenset({"个", "项", "件"}),
    frozenset({"台", "套", "台套", "台(套)", "台/套"}),
)


class Words(NamedTuple):
    """What targets are told by: measure words, and words of qualities."""

    units: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()


class Span(NamedTuple):
    """The values that a figure may stand for, in the unit's base; None where it is bounded on one side."""

    low: Fraction | None
    high: Fraction | None


class Quantity(NamedTuple):
    """A figure to reach: ``sign`` is >=, >, =, <=, <, ~, ± of a tolerance, or empty where none is printed.

    ``most`` is the upper end of a range, ``noun`` the words before the figure.
    """

    sign: str
    amount: Amount
    most: Amount | None = None
    noun: str = ""


class Deadline(NamedTuple):
    """The last day on which something has to be done; ``dated`` says whether the year is printed."""

    day: date
    dated: bool


class Quality(NamedTuple):
    """Words of a quality."""

    text: str


class Sentence(NamedTuple):
    """Words that nothing can be held against, with the reason."""

    text: str
    reason: str


Target = Quantity | Deadline | Quality | Sentence


class Candidate(NamedTuple):
    """What a result may state: a span of values, of days as ordinals, or a tier."""

    span: Span
    printed: str
    approximate: bool = False
    tier: str = ""


class Actual(NamedTuple):
    """A result: its candidates, all of which may be the one; ``reason`` says why there are none."""

    text: str
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""


# ── targets ───────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def parse_target(text: str, words: Words, year: int | None = None) -> Target:
    """What ``text`` asks for; never raises. ``year`` is meant where a day is printed without one."""
    plain = _plain(text, words)
    if not plain:
        return Sentence(text, "没有写目标值")
    deadline = _deadline(plain, year)
    if deadline is not None:
        return deadline
    if len(plain) <= _LONGEST:
        quantity = _tolerance(plain, words.units) or _quantity(plain, words.units)
        if quantity is not None:
            return quantity
    if len(_digits(plain)) > 1:
        return Sentence(text, "目标值中有几个数")
    if not _digits(plain) and len(plain) <= _SHORT and any(word in plain for word in words.qualities):
        return Quality(text)
    return Sentence(text, "目标值不是可以核对的数、日期或程度")


def _plain(text: str, words: Words) -> str:
    """The text without white space, its figures in digits."""
    return _PERCENT.sub("%", _YEARLY.sub("", arabic(squash(text), words.units)))


def _digits(plain: str) -> list[str]:
    return re.findall(_NUMBER, _YEARS.sub("", plain))


def _quantity(plain: str, units: Sequence[str]) -> Quantity | None:
    match = _QUANTITY.fullmatch(_YEARS.sub("", plain))
    if match is None or len(match["noun"]) > _NOUN or match["noun"].endswith("第"):
        return None
    most = match["most"]
    unit, rest = _unit((match["unit2"] if most else match["unit"]) or match["unit"], units)
    if unit in ("年", "月", "日", "号") and rest:
        return None
    amount = money.parse(match["number"], unit)
    upper = money.parse(most, unit) if most else None
    if amount is None or (most and (upper is None or upper.value < amount.value)):
        return None
    bound, loose = match["bound"], match["loose"]
    sign = COMPARATORS.get(match["sign"] or "", "")
    if not sign and (bound or loose):
        sign = "~" if bound == "左右" else BOUNDS[bound or loose]
    return Quantity(sign, amount, upper, match["noun"] + rest)


def _tolerance(plain: str, units: Sequence[str]) -> Quantity | None:
    """95%±2% as the range that it allows; the unit may be printed once, and be points of a rate."""
    match = _TOLERANCE.fullmatch(plain)
    if match is None or len(match["noun"]) > _NOUN:
        return None
    unit, by = (_unit(match[group].replace(_POINTS_OF_RATE, "%"), units)[0] for group in ("unit", "unit2"))
    if unit and by and unit != by:
        return None
    middle, slack = (money.parse(match[group], unit or by) for group in ("number", "by"))
    if middle is None or slack is None or slack.mantissa < 0:
        return None
    decimals = max(middle.decimals, slack.decimals)
    centre, half = (one.mantissa * 10 ** (decimals - one.decimals) for one in (middle, slack))
    low, high = (Amount(end, decimals, unit or by) for end in (centre - half, centre + half))
    return Quantity(ABOUT_EVENLY, low, high, match["noun"])


def _unit(printed: str, units: Sequence[str]) -> tuple[str, str]:
    """The unit that ``printed`` begins with, and what follows it; 万 and 亿 alone are of money."""
    if printed in ("万", "亿"):
        return f"{printed}元", ""
    known = [unit for unit in (*money.MONEY, "%", *units) if printed.startswith(unit)]
    scaled = [f"{s}{unit}" for s in "万亿" for unit in units if printed.startswith(f"{s}{unit}")]
    unit = max(known + scaled, key=len, default=printed)
    return unit, printed[len(unit) :]


def _deadline(plain: str, year: int | None) -> Deadline | None:
    match = _DAY.search(plain)
    if match is None:
        return None
    rest = (plain[: match.start()], plain[match.end() :])
    if not all(_ABOUT_DAY.fullmatch(part) for part in rest):
        return None
    days = _days(match, year)
    return Deadline(days[1], days[2]) if days is not None else None


def _days(match: re.Match[str], year: int | None) -> tuple[date, date, bool] | None:
    """The first and last day that is meant by a printed day, month or year, and whether it names a year."""
    printed = match["iso"] or match["year"] or match["year2"] or match["year3"]
    of = int(printed) if printed else year
    if of is None:
        return None
    month = int(match["month"] or match["month2"] or 0)
    day = int(match["day"] or match["day2"] or 0)
    try:
        if day:
            first = last = date(of, month, day)
        elif month:
            first = date(of, month, 1)
            last = date(of + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        else:
            first, last = date(of, 1, 1), date(of, 12, 31)
    except ValueError:
        return None
    return first, last, bool(printed)


# ── results ───────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def parse_actual(text: str, target: Target, words: Words) -> Actual:
    """What ``text`` may state of ``target``; never raises."""
    plain = _plain(text, words)
    if not plain.strip("-/—"):
        return Actual(text, reason="没有写完成值")
    if isinstance(target, Quantity):
        same = _each(target.noun + target.amount.unit) == _each(plain)
        found = _stated(plain, target, words) if same or target.amount.unit == "%" else []
        reason = "完成值中没有与目标值单位相同的数" if same else "目标值和完成值只有一个是单位数量"
        whole = _quantity(plain, words.units)
        if not found and whole is not None and _is_share(whole.amount, target.amount):
            reason = "目标值和完成值可能一个是百分数，一个是小数"
    elif isinstance(target, Deadline):
        found = _dated(plain, target)
        reason = "完成值中没有日期"
    elif isinstance(target, Quality):
        found = _judged(plain, target)
        reason = "完成值没有写明达成的程度"
    else:
        found = _judged(plain, target) if not _digits(squash(target.text)) else []
        reason = target.reason
    return Actual(text, tuple(found), "" if found else reason)


def _stated(plain: str, target: Quantity, words: Words) -> list[Candidate]:
    """The figures of the target's kind: the one that the text consists of, or those of its prose."""
    whole = _quantity(plain, words.units)
    if whole is not None and not whole.noun and whole.most is None:
        amount, unit = whole.amount, target.amount.unit
        if _is_share(amount, target.amount):
            return []
        if amount.unit and unit:
            return [_candidate(amount, whole.sign)] if _alike(amount.unit, unit, True) else []
        same = amount.unit == unit or _alike_size(amount, target.amount)
        return [_candidate(amount._replace(unit=unit or amount.unit), whole.sign)] if same else []
    listed = [f for f in figures(plain, words.units) if f.kind != BARE and f.unit != "个百分点"]
    change = bool(_CHANGES.search(target.noun))
    usable = [f for f in listed if change or not _CHANGES.search(plain[max(0, f.start - 10) : f.start])]
    for loosely in (False, True):
        alike = [f for f in usable if _alike(f.amount.unit, target.amount.unit, loosely)]
        alike = [f for n, f in enumerate(alike) if not n or not _is_part(plain, alike[n - 1].stop, f.start)]
        if alike:
            signs = {"over": ">=", "about": "~"}
            return [_candidate(f.amount, signs.get(f.bound, "")) for f in alike]
    return []


def _alike_size(one: Amount, other: Amount) -> bool:
    """Whether one of two figures that lacks its unit may have the other's: 0.98 is no percentage of 95 %."""
    counts = not {one.unit, other.unit} & {"%", *money.MONEY}
    return counts or (other.value > 0 and 1 / _FAR < Fraction(one.value) / Fraction(other.value) < _FAR)


def _is_share(one: Amount, other: Amount) -> bool:
    """Whether one of two figures is a share of one and the other may be per cent: 0.95 and 90."""
    if one.unit and other.unit:
        return False
    small, large = sorted((one, other), key=lambda amount: amount.value)
    share = 0 < small.value <= 1 and small.decimals > 0 and not small.unit and 1 < large.value <= 100
    return share and Fraction(large.value) >= _FAR * Fraction(small.value)


def _each(plain: str) -> set[str]:
    """What figures are of: each month, each person."""
    return set(_EACH.findall(plain))


def _is_part(plain: str, stop: int, start: int) -> bool:
    """Whether a figure is a part of the one before it in the same sentence."""
    between = plain[stop:start]
    return "。" not in between and bool(_PARTS.search(between))


def _alike(unit: str, other: str, loosely: bool) -> bool:
    one, two = _kind(unit)[0], _kind(other)[0]
    return one == two or (loosely and any(one in family and two in family for family in _FAMILIES))


def _kind(unit: str) -> tuple[str, int]:
    """What a unit measures, and how much of its base it is."""
    if unit in money.MONEY:
        return MONEY, money.MONEY[unit]
    if len(unit) > 1 and unit[0] in "万亿":
        return unit[1:], 10**4 if unit[0] == "万" else 10**8
    return unit, 1


def exactly(amount: Amount) -> Fraction:
    """The printed value in the base of its unit."""
    return Fraction(amount.value) * _kind(amount.unit)[1]


def _candidate(amount: Amount, sign: str) -> Candidate:
    """A printed figure as what it may stand for: all that rounds to it, or all beyond it."""
    value, (kind, size) = exactly(amount), _kind(amount.unit)
    rounded = money.slack(amount.unit, amount.decimals) or size > 1
    half = Fraction(size, 2 * 10**amount.decimals) if rounded and kind else Fraction(0)
    low, high = value - half, value + half
    if sign in (">=", ">"):
        return Candidate(Span(value, None), _shown(amount))
    if sign in ("<=", "<"):
        return Candidate(Span(None, value), _shown(amount))
    return Candidate(Span(low, high), _shown(amount), sign == "~")


def _shown(amount: Amount) -> str:
    return f"{amount.value}{amount.unit}"


def _dated(plain: str, target: Deadline) -> list[Candidate]:
    if _IN_TIME.fullmatch(plain):
        return [Candidate(Span(None, Fraction(target.day.toordinal())), plain)]
    found = []
    for match in _DAY.finditer(plain):
        days = _days(match, target.day.year)
        if days is None:
            continue
        first, last = (Fraction(day.toordinal()) for day in days[:2])
        whole_year = not (match["month"] or match["month2"])
        found.append(Candidate(Span(None if match["before"] or whole_year else first, last), match[0]))
    return found


def _judged(plain: str, target: Quality | Sentence) -> list[Candidate]:
    """The tier that a result states, in words or, of a quality, as a percentage."""
    if isinstance(target, Quality) and plain == squash(target.text):
        return [Candidate(Span(None, None), plain, tier=ACHIEVED)]
    if denies(plain, squash(target.text)):
        return [Candidate(Span(None, None), plain, tier=NOT_ACHIEVED)]
    rated = isinstance(target, Quality) and plain.endswith("%")
    percent = money.parse(plain, "%") if rated else None
    if percent is not None:
        tier = next((tier for tier, least in _LIMITS.items() if percent.value >= least), NOT_ACHIEVED)
        return [Candidate(Span(None, None), plain, tier=tier)]
    tier = next((tier for tier, pattern in _TIERS.items() if pattern.fullmatch(plain)), "")
    return [Candidate(Span(None, None), plain, tier=tier)] if tier else []
