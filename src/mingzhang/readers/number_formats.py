"""Number formats of spreadsheets: the text that a stored number prints as, as Excel prints it.

A format code is compiled once into its sections (positive; negative; zero; text, or sections
with conditions). A stored number is a binary fraction of which Excel shows fifteen digits; it is
rounded as a decimal, half away from zero, so that no trace of binary arithmetic is ever printed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

_WHOLE_DATE = 'yyyy"年"m"月"d"日"'
_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_CLOCK, _CLOCK_SECONDS = '上午/下午h"时"mm"分"', '上午/下午h"时"mm"分"ss"秒"'
_ACCOUNTING = '_ {0}* #,##0{1}_ ;_ {0}* -#,##0{1}_ ;_ {0}* "-"{2}_ ;_ @_ '

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;"¥"-#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: _MONTH, 28: _DAY, 29: _DAY, 30: "m-d-yy", 31: _WHOLE_DATE, 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: _CLOCK, 35: _CLOCK_SECONDS, 36: _MONTH,
    37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)",
    41: _ACCOUNTING.format("", "", ""), 42: _ACCOUNTING.format('"¥"', "", ""),
    43: _ACCOUNTING.format("", ".00", "??"), 44: _ACCOUNTING.format('"¥"', ".00", "??"),
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: _MONTH, 51: _DAY, 52: _MONTH, 53: _DAY, 54: _DAY,
    55: _CLOCK, 56: _CLOCK_SECONDS, 57: _MONTH, 58: _DAY,
}  # fmt: skip
"""The formats that a file names only by number, as a Chinese Excel shows them."""

_MAX_CODE = 300
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?) | [\\!](?P<escaped>.) | (?P<pad>_.) | (?P<fill>\*.)
    | (?P<elapsed>\[(?:h+|m+|s+)\]) | (?P<bracket>\[[^\]]*\])
    | (?P<general>General|G/通用格式) | (?P<half>AM/PM|A/P|上午/下午) | (?P<exponent>E[+-])
    | (?P<date>y+|m+|d+|h+|s+|e+|a{3,4}) | (?P<digit>[0\#?]) | (?P<mark>[.,%/@;]) | (?P<literal>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]", re.ASCII)
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_SCIENTIFIC = re.compile(r"([0#?]*)(?:\.([0#?]*))?E([+-])([0#?]+)", re.IGNORECASE)
_SYSTEM = {"[$-F800]": _WHOLE_DATE, "[$-F400]": "h:mm:ss"}
"""The date and the time that print as the reader's system prints them."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_LAST_DAY = 2958465
_DAY_SECONDS = 86400
_SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)


class _Token(NamedTuple):
    kind: str
    text: str


_POINT, _COMMA, _PERCENT = _Token("mark", "."), _Token("mark", ","), _Token("mark", "%")


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format: ``whole`` and ``part`` are the tokens about the decimal ``point``.

    ``places`` is the number of decimals, ``scale`` the power of ten that % and trailing commas
    multiply by; ``grouped`` says that thousands are separated. ``plain`` is the specification with
    which Python itself prints the same, the literals before and after beside it, if there is one.
    """

    kind: str
    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None
    whole: tuple[_Token, ...] = ()
    part: tuple[_Token, ...] = ()
    point: bool = False
    places: int = 0
    scale: int = 0
    grouped: bool = False
    plain: tuple[str, str, str] | None = None


@lru_cache(maxsize=8192)
def format_number(stored: float, code: str, epoch_1904: bool = False) -> str:
    """The number ``stored`` as the format ``code`` prints it, without the padding at its sides."""
    if not isfinite(stored):
        return "#NUM!"
    value = Decimal(repr(stored))
    if len(value.as_tuple().digits) > 15:
        value = _SHOWN.plus(value)
    section, signed = _pick(value, _compiled(code))
    if section.kind == "date" and value < 0:
        return _general(value)
    try:
        text = _RENDER[section.kind](abs(value), section, epoch_1904)
    except DecimalException:
        return _general(value)
    sign = "-" if value < 0 and signed else ""
    return (sign + text).strip(" ")


def format_text(text: str, code: str) -> str:
    """A text as ``code`` prints it: as it is, unless the format has a section for texts."""
    sections = _compiled(code)
    tokens = sections[-1].tokens
    if (sections[-1].kind != "text" and len(sections) < 4) or tokens == (("mark", "@"),):
        return text
    return "".join(text if token == ("mark", "@") else _literal(token) for token in tokens).strip(" ")


def _pick(value: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """The section that prints ``value``, and whether a minus sign goes before it."""
    numeric = [section for section in sections if section.kind != "text"][:3] or [_GENERAL]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None:
                return section, True
            sign, limit = section.condition
            if _COMPARE[sign](value, limit):
                return section, not (sign in ("<", "<=") and limit <= 0)
        return _GENERAL, True
    if value < 0 and len(numeric) > 1:
        return numeric[1], False
    return (numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]), True


# ── compiling ─────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1024)
def _compiled(code: str) -> tuple[_Section, ...]:
    if len(code) > _MAX_CODE:
        return (_GENERAL,)
    for prefix, replacement in _SYSTEM.items():
        if code.upper().startswith(prefix):
            code = replacement
    parts: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        token = _Token(match.lastgroup or "literal", match.group())
        if token == ("mark", ";"):
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_section(part) for part in parts)


def _section(tokens: list[_Token]) -> _Section:
    condition = None
    body: list[_Token] = []
    for token in tokens:
        if token.kind == "bracket" and (match := _CONDITION.fullmatch(token.text)):
            condition = (match.group(1), Decimal(match.group(2)))
        elif token.kind != "fill":
            body.append(token)
    kinds = {token.kind for token in body}
    marks = {token.text for token in body if token.kind == "mark"}
    if "@" in marks:
        return _Section("text", tuple(body))
    if "general" in kinds:
        return _Section("general", tuple(body), condition)
    if kinds & {"date", "elapsed", "half"}:
        return _Section("date", tuple(body), condition)
    if "digit" in kinds and ("/" in marks or "exponent" in kinds):
        return _Section("fraction" if "/" in marks else "scientific", tuple(body), condition)
    return _number_section(tuple(body), condition)


def _number_section(body: tuple[_Token, ...], condition: tuple[str, Decimal] | None) -> _Section:
    digits = [index for index, token in enumerate(body) if token.kind == "digit"]
    point = body.index(_POINT) if _POINT in body else len(body)
    first, last = (digits[0], digits[-1]) if digits else (len(body), -1)
    last_whole = max((index for index in digits if index < point), default=-1)
    scale, grouped = 0, False
    whole: list[_Token] = []
    part: list[_Token] = []
    for index, token in enumerate(body):
        if token == _COMMA and first < index:
            if index < last_whole:
                grouped = True
            elif index > last or index < point:
                scale -= 3
        elif index != point:
            scale += 2 * (token == _PERCENT)
            (whole if index < point else part).append(token)
    places = sum(token.kind == "digit" for token in part)
    plain = _plain(whole, part, grouped, point < len(body))
    return _Section(
        "number", body, condition, tuple(whole), tuple(part), point < len(body), places, scale, grouped, plain
    )


def _plain(
    whole: list[_Token], part: list[_Token], grouped: bool, point: bool
) -> tuple[str, str, str] | None:
    """(before, specification, after) where Python's own formatting prints the section."""
    shape, tail = ("".join(t.text if t.kind == "digit" else " " for t in tokens) for tokens in (whole, part))
    match = re.fullmatch(r"( *)#*0( *)", shape)
    places = len(tail) - len(tail.lstrip("0"))
    if match is None or tail[places:].strip() or (point and (match.group(2) or not places)):
        return None
    before = "".join(map(_literal, whole[: match.end(1)]))
    after = "".join(map(_literal, (*whole[match.start(2) :], *part[places:])))
    return before, f"{',' if grouped else ''}.{places}f", after


def _literal(token: _Token) -> str:
    """What a token that holds no digit prints."""
    match token.kind:
        case "quoted":
            return token.text.strip('"')
        case "escaped":
            return token.text[1:]
        case "pad":
            return " "
        case "bracket":
            currency = _CURRENCY.fullmatch(token.text)
            return currency.group(1) if currency else ""
        case _:
            return token.text


# ── printing ──────────────────────────────────────────────────────────────────────────────────


def _rounded(value: Decimal, places: int) -> Decimal:
    """``value`` with so many decimals, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def _general(value: Decimal) -> str:
    """``value`` in at most eleven characters beside its sign."""
    size = abs(value)
    sign = "-" if value < 0 else ""
    if not size:
        return "0"
    exponent = size.adjusted()
    if -9 <= exponent <= 10:
        text = f"{_rounded(size, max(9 - max(exponent, 0), 0) if exponent >= -4 else 12):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        if len(text) <= 11:
            return sign + text
    mantissa, exponent = _scientific_parts(size, 1, 5)
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{sign}{mantissa}E{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _scientific_parts(size: Decimal, digits: int, places: int) -> tuple[str, int]:
    """Mantissa of up to so many digits before the point, and an exponent that is a multiple of it."""
    exponent = size.adjusted() // digits * digits if size else 0
    mantissa = f"{_rounded(size.scaleb(-exponent, _WIDE), places):f}"
    if len(mantissa.partition(".")[0]) > digits:
        exponent += digits
        mantissa = f"{_rounded(size.scaleb(-exponent, _WIDE), places):f}"
    return mantissa, exponent


def _print_general(value: Decimal, section: _Section, epoch_1904: bool) -> str:
    size = _general(value)
    return "".join(size if token.kind == "general" else _literal(token) for token in section.tokens)


def _print_number(value: Decimal, section: _Section, epoch_1904: bool) -> str:
    rounded = _rounded(value.scaleb(section.scale, _WIDE), section.places)
    if section.plain is not None:
        before, specification, after = section.plain
        return f"{before}{rounded:{specification}}{after}"
    whole, _, part = f"{rounded:f}".partition(".")
    point = "." if section.point else ""
    return _whole_digits(whole.lstrip("0"), section) + point + _part_digits(part, section.part)


def _whole_digits(digits: str, section: _Section) -> str:
    """The digits before the point in their places, from the right; the first place takes the rest."""
    places = sum(token.kind == "digit" for token in section.whole)
    printed: list[str] = []
    count = 0

    def put(digit: str) -> None:
        nonlocal count
        if section.grouped and count and count % 3 == 0 and digit != " ":
            printed.append(",")
        printed.append(digit)
        count += 1

    for token in reversed(section.whole):
        if token.kind != "digit":
            printed.append(_literal(token)[::-1])
            continue
        places -= 1
        if digits:
            for digit in reversed(digits if places == 0 else digits[-1]):
                put(digit)
            digits = digits[:-1]
        elif token.text != "#":
            put("0" if token.text == "0" else " ")
    return "".join(printed)[::-1]


def _part_digits(digits: str, tokens: tuple[_Token, ...]) -> str:
    """The digits after the point in their places; ``#`` and ``?`` do not print zeros at the end."""
    printed: list[str] = []
    left = digits
    for token in tokens:
        if token.kind != "digit":
            printed.append(_literal(token))
            continue
        if token.text == "0" or left.strip("0"):
            printed.append(left[:1])
        elif token.text == "?":
            printed.append(" ")
        left = left[1:]
    return "".join(printed)


def _print_scientific(value: Decimal, section: _Section, epoch_1904: bool) -> str:
    match = _SCIENTIFIC.search("".join(token.text for token in section.tokens))
    if match is None:
        return _general(value)
    whole, part, sign, width = match.groups(default="")
    mantissa, exponent = _scientific_parts(value, len(whole) or 1, len(part))
    shown = "-" if exponent < 0 else sign.strip("-")
    return f"{mantissa}E{shown}{abs(exponent):0{len(width)}d}"


def _print_fraction(value: Decimal, section: _Section, epoch_1904: bool) -> str:
    pattern = "".join(token.text for token in section.tokens)
    before, _, after = pattern.partition("/")
    fixed = re.match(r"\s*([1-9]\d*)", after)
    size = Fraction(value)
    if fixed:
        bottom = min(int(fixed.group(1)), 10**6)
        top = int(size * bottom + Fraction(1, 2))
    else:
        near = size.limit_denominator(10 ** min(max(sum(after.count(c) for c in "0#?"), 1), 6) - 1)
        top, bottom = near.numerator, near.denominator
    if not re.search(r"[0#?]\s+[0#?]", before):
        return f"{top}/{bottom}"
    whole, top = divmod(top, bottom)
    return (f"{whole} {top}/{bottom}" if whole else f"{top}/{bottom}") if top else str(whole)


def _print_date(value: Decimal, section: _Section, epoch_1904: bool) -> str:
    tokens = section.tokens
    point = tokens.index(_POINT) if _POINT in tokens else len(tokens)
    decimals = min(sum(token.kind == "digit" for token in tokens[point:]), 3)
    seconds = value * _DAY_SECONDS
    ticks = int(_rounded(seconds, decimals).scaleb(decimals))
    total, fraction = divmod(ticks, 10**decimals)
    days, clock = divmod(total, _DAY_SECONDS)
    serial = days + (1462 if epoch_1904 else 0)
    if serial > _LAST_DAY:
        return _general(value)
    if serial in (0, 60):  # days of Excel's calendar that never were
        year, month, day = 1900, serial // 60 + 1, serial // 60 * 29
    else:
        real = date(1899, 12, 30 + (serial < 60)) + timedelta(days=serial)
        year, month, day = real.year, real.month, real.day
    half = any(token.kind == "half" for token in tokens)
    moment = _Moment(year, month, day, (serial - 1) % 7, total, clock, half)
    return "".join(_date_texts(tokens, moment, str(fraction).rjust(decimals, "0")))


class _Moment(NamedTuple):
    year: int
    month: int
    day: int
    weekday: int
    total: int
    clock: int
    half: bool


def _date_texts(tokens: tuple[_Token, ...], moment: _Moment, fraction: str) -> Iterator[str]:
    timed = [token.text.strip("[]").lower()[0] for token in tokens if token.kind in ("date", "elapsed")]
    order = 0
    for token in tokens:
        if token.kind == "date":
            before = timed[order - 1] if order else ""
            after = timed[order + 1] if order + 1 < len(timed) else ""
            order += 1
            minutes = len(token.text) <= 2 and (before == "h" or after == "s")
            yield _date_part(token.text.lower(), minutes, moment)
        elif token.kind == "elapsed":
            order += 1
            letter = token.text[1].lower()
            elapsed = moment.total // {"h": 3600, "m": 60, "s": 1}[letter]
            yield str(elapsed).rjust(len(token.text) - 2, "0")
        elif token.kind == "half":
            morning, afternoon = token.text.split("/")
            yield morning if moment.clock < _DAY_SECONDS // 2 else afternoon
        elif token.kind == "digit":
            yield fraction[:1]
            fraction = fraction[1:]
        else:
            yield _literal(token)


def _date_part(text: str, minutes: bool, moment: _Moment) -> str:
    hour = moment.clock // 3600
    letter, width = text[0], len(text)
    if letter in "ye":
        return f"{moment.year % 100:02d}" if letter == "y" and width <= 2 else str(moment.year)
    if letter == "a":
        return ("星期" if width == 4 else "") + "日一二三四五六"[moment.weekday]
    if letter == "m" and not minutes and width > 2:
        name = _MONTHS[moment.month - 1]
        return name if width == 4 else name[: 1 if width == 5 else 3]
    if letter == "d" and width > 2:
        return _WEEKDAYS[moment.weekday][: 3 if width == 3 else None]
    number = {
        "m": moment.clock // 60 % 60 if minutes else moment.month,
        "d": moment.day,
        "h": (hour - 1) % 12 + 1 if moment.half else hour,
        "s": moment.clock % 60,
    }[letter]
    return str(number).rjust(min(width, 2), "0")


_GENERAL = _Section("general", (_Token("general", "General"),))
_RENDER: dict[str, Callable[[Decimal, _Section, bool], str]] = {
    "general": _print_general,
    "number": _print_number,
    "scientific": _print_scientific,
    "fraction": _print_fraction,
    "date": _print_date,
}
