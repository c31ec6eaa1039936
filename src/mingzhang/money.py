"""Figures as printed: the one number parser and the one formatter.

A printed figure is an integer mantissa, a count of decimals and a unit. It stands for a closed
interval of half a last digit to either side, held exactly as integers in ``SCALE``-ths of the
unit's base (yuan for money, one percent point for rates, one for counts).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

SCALE = 10**8
"""Interval end points are integers in this fraction of the base unit."""

MONEY = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
"""Money units by their size in yuan."""

ROUNDED = frozenset(MONEY) | {
    "%", "个百分点", "倍", "亩", "公里", "千米", "米", "平方米", "平方公里", "㎡", "m²", "m2",
    "公顷", "立方米", "吨", "公斤", "千克", "小时",
}  # fmt: skip
"""Units of measured quantities, which are printed rounded; other units count, and counts are exact."""

MAX_DECIMALS = 6
_MAX_DIGITS = 18

Number = int | Fraction


class Interval(NamedTuple):
    """A closed interval; end points are integers or exact fractions in ``SCALE``-ths of the base unit."""

    low: Number
    high: Number

    def meets(self, other: Interval) -> bool:
        """Whether the two intervals share a point."""
        return self.low <= other.high and other.low <= self.high


class Amount(NamedTuple):
    """A printed figure: ``mantissa`` × 10^-``decimals`` in ``unit``."""

    mantissa: int
    decimals: int
    unit: str

    @property
    def value(self) -> Decimal:
        """The printed value in its own unit."""
        return Decimal(self.mantissa).scaleb(-self.decimals)

    @property
    def base_value(self) -> Decimal:
        """The printed value in the base unit: yuan for money, the unit itself otherwise."""
        return self.value * MONEY.get(self.unit, 1)

    @property
    def centre(self) -> int:
        """The printed value in ``SCALE``-ths of the base unit."""
        return self.mantissa * step(self.unit, self.decimals)

    @property
    def interval(self) -> Interval:
        """The values that print like this: half a unit of the last digit to either side; a count itself."""
        half = slack(self.unit, self.decimals)
        return Interval(self.centre - half, self.centre + half)


@lru_cache(maxsize=256)
def slack(unit: str, decimals: int) -> int:
    """What a figure may differ from its print: half of the last digit, nothing for a count."""
    return step(unit, decimals) // 2 if not unit or unit in ROUNDED else 0


@lru_cache(maxsize=256)
def step(unit: str, decimals: int) -> int:
    """The size of the last printed digit, in ``SCALE``-ths of the base unit."""
    return SCALE * MONEY.get(unit, 1) // int(10**decimals)


_CENTS = {"元": 2, "千元": 5, "万元": 6, "亿元": 10}
"""Decimals at which a unit of money reaches the 分."""


def to_the_cent(stored: Decimal, unit: str) -> Amount:
    """A stored sum of money to the 分, with no more decimals than it needs beyond the two that are printed.

    What is finer is no money but what binary fractions leave of it.
    """
    scaled = stored.scaleb(_CENTS[unit]).to_integral_value(ROUND_HALF_UP)
    mantissa, decimals = int(scaled), _CENTS[unit]
    while decimals > 2 and mantissa % 10 == 0:
        mantissa, decimals = mantissa // 10, decimals - 1
    return Amount(mantissa, decimals, unit)


@lru_cache(maxsize=8192)
def in_unit(amount: Amount, unit: str) -> str:
    """A sum of money as text in another unit of money, exactly: with the decimals it needs, at least two."""
    value = Decimal(amount.mantissa).scaleb(-amount.decimals) * MONEY[amount.unit] / MONEY[unit]
    exact = to_the_cent(value, unit)
    return format_amount(exact.centre, unit, exact.decimals)


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−–—＋％（）\u3000\xa0", "0123456789.,----+%()  ")
_FIGURE = re.compile(r"([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)
_SPACED = re.compile(r"(?<=[\d.,]) +(?=[\d.,])")


@lru_cache(maxsize=8192)
def parse(text: str, unit: str) -> Amount | None:
    """The figure that ``text`` consists of, or None where it is anything else.

    Accepts thousands separators, full-width digits, a sign or accounting brackets, a percent
    sign, and spaces that a text dump put between digits. Never guesses: ``1,23`` is no figure.
    """
    plain = (text if text.isascii() else text.translate(_FULL_WIDTH)).strip()
    if " " in plain:
        plain = _SPACED.sub("", plain)
    negative = plain.startswith("(") and plain.endswith(")") and len(plain) > 2
    if negative:
        plain = plain[1:-1].strip()
    match = _FIGURE.fullmatch(plain.removesuffix("%").rstrip())
    if match is None:
        return None
    sign, whole, fraction = match.group(1), match.group(2).replace(",", ""), match.group(3) or ""
    if len(fraction) > MAX_DECIMALS or len(whole) > _MAX_DIGITS:
        return None
    mantissa = int(whole + fraction)
    return Amount(-mantissa if negative != (sign == "-") else mantissa, len(fraction), unit)


def rounded(value: Number, unit: str, decimals: int) -> int:
    """``value`` as a reader sees it: rounded half away from zero to ``decimals`` of ``unit``."""
    size = step(unit, decimals)
    whole = value.denominator * size
    digits = (abs(value.numerator) * 2 + whole) // (whole * 2)
    return -digits * size if value < 0 else digits * size


def format_amount(value: Number, unit: str, decimals: int) -> str:
    """``value`` (``SCALE``-ths of the base unit) as printed in ``unit``, rounded."""
    seen = rounded(value, unit, decimals)
    text = str(abs(seen) // step(unit, decimals)).rjust(decimals + 1, "0")
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    return f"-{text}" if seen < 0 else text
