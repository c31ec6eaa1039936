"""Chinese numerals as counts and rates print them, put into digits: 两次, 十二个, 百分之九十五."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二两三四五六七八九十百千万]"
_PERCENT = re.compile(rf"百分之({_NUMERAL}+)(?:点([零〇一二三四五六七八九]+))?")
_MONTH = re.compile(r"(?<![一-鿿])(十[一二]?|[一二三四五六七八九])(?=月)")
_LONGEST = 12


def arabic(text: str, units: Sequence[str]) -> str:
    """``text`` with the numerals before one of ``units``, before months and in percentages put into digits.

    Ordinals stay as they are, and so do numerals that are part of a word.
    """
    if not re.search(_NUMERAL, text):
        return text
    text = _PERCENT.sub(_percent, text)
    text = _MONTH.sub(lambda match: str(value(match[1])), text)
    return _counted(tuple(units)).sub(_count, text)


def value(numeral: str) -> int | None:
    """The number that a numeral stands for; None where it stands for none."""
    total = section = digit = 0
    spoken = False
    for char in numeral[:_LONGEST]:
        if char in _DIGITS:
            if spoken and digit:
                return None
            digit, spoken = _DIGITS[char], True
        elif char in _TENS:
            section += (digit or (0 if section else 1)) * _TENS[char]
            digit, spoken = 0, False
        elif total:
            return None
        else:
            total, section, digit, spoken = (section + digit) * 10_000, 0, 0, False
    return total + section + digit if len(numeral) <= _LONGEST else None


@lru_cache(maxsize=16)
def _counted(units: tuple[str, ...]) -> re.Pattern[str]:
    after = "|".join(sorted(map(re.escape, units), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<![第\d统一零〇二两三四五六七八九十百千万])(?!百分点)({_NUMERAL}+)(?={after})")


def _count(match: re.Match[str]) -> str:
    number = value(match[1])
    return match[0] if number is None or match[1].startswith("万") else str(number)


def _percent(match: re.Match[str]) -> str:
    number = value(match[1])
    if number is None:
        return match[0]
    decimals = "".join(str(_DIGITS[char]) for char in match[2] or "")
    return f"{number}.{decimals}%" if decimals else f"{number}%"
