"""Printed figures: what is one, what it stands for, and how it is printed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.money import (
    MAX_DECIMALS,
    MONEY,
    SCALE,
    Amount,
    Interval,
    format_amount,
    in_unit,
    parse,
    step,
    to_the_cent,
)

UNITS = st.sampled_from(list(MONEY))
DECIMALS = st.integers(0, MAX_DECIMALS)


@pytest.mark.parametrize(
    ("text", "mantissa", "decimals"),
    [
        ("0", 0, 0),
        ("0.00", 0, 2),
        ("-0.00", 0, 2),
        ("007.50", 750, 2),
        ("1234.56", 123456, 2),
        ("1,234.56", 123456, 2),
        ("12,345,678.9", 123456789, 1),
        ("１，２３４．５６", 123456, 2),
        ("１２３", 123, 0),
        ("＋1.5", 15, 1),
        ("-1.5", -15, 1),
        ("－1.5", -15, 1),
        ("−1.5", -15, 1),
        ("–1.5", -15, 1),
        ("(1,234.50)", -123450, 2),
        ("（12.3）", -123, 1),
        ("( 12.3 )", -123, 1),
        ("(-12.3)", 123, 1),
        ("98.5%", 985, 1),
        ("98.5 %", 985, 1),
        ("９８．５％", 985, 1),
        ("1 234.56", 123456, 2),
        ("1,234 .56", 123456, 2),
        ("\u3000 12.30\xa0", 1230, 2),
        ("5.", 5, 0),
        ("0.123456", 123456, 6),
        ("9" * 18, 10**18 - 1, 0),
    ],
)
def test_figures(text: str, mantissa: int, decimals: int) -> None:
    assert parse(text, "万元") == Amount(mantissa, decimals, "万元")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "--", "/", ".", ",", "()", "（）", "%", "+", ".5", "1,23", "12,34", "1,2345", "1234,5",
        ",123", "1,,234", "1,234,", "1.2.3", "1e3", "--1", "+-1", "1-", "(1", "1)", "1%%", "%1", "1/2", "无",
        "约12.3", "12.3万元", "12.3元", "0x10", "NaN", "inf", "²", "一百", "12\t3", "1.2345678", "9" * 19,
    ],
)  # fmt: skip
def test_everything_else_is_no_figure(text: str) -> None:
    assert parse(text, "万元") is None


@pytest.mark.parametrize("text", ["١٢", "१२.5"])
def test_digits_of_other_scripts_are_no_figure(text: str) -> None:
    assert parse(text, "万元") is None


@given(st.text(alphabet="0123456789.,-+()% １２，．（）万x", max_size=12))
def test_parse_agrees_with_decimal_or_refuses(text: str) -> None:
    amount = parse(text, "元")
    if amount is None:
        return
    digits = "".join(c for c in text if c.isdecimal() or c in ".．").replace("．", ".")
    assert abs(amount.value) == Decimal(digits)
    assert amount.decimals == len(digits.rpartition(".")[2]) if "." in digits else amount.decimals == 0


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0, "万元", 2, "0.00"),
        (5 * SCALE, "元", 0, "5"),
        (-5 * SCALE, "元", 2, "-5.00"),
        (12_345 * SCALE, "万元", 2, "1.23"),
        (12_350 * SCALE, "万元", 2, "1.24"),
        (-12_350 * SCALE, "万元", 2, "-1.24"),
        (49 * SCALE, "万元", 2, "0.00"),
        (-49 * SCALE, "万元", 2, "0.00"),
        (50 * SCALE, "万元", 2, "0.01"),
        (Fraction(SCALE, 3), "元", 4, "0.3333"),
        (Fraction(50 * SCALE, 3), "%", 2, "16.67"),
        (10**12 * SCALE, "亿元", 1, "10000.0"),
    ],
)
def test_format(value: int | Fraction, unit: str, decimals: int, text: str) -> None:
    assert format_amount(value, unit, decimals) == text


@given(st.integers(-(10**15), 10**15), DECIMALS, UNITS)
def test_what_is_printed_reads_back(mantissa: int, decimals: int, unit: str) -> None:
    amount = Amount(mantissa, decimals, unit)
    text = format_amount(amount.centre, unit, decimals)
    assert parse(text, unit) == amount
    separated = f"{amount.value:,.{decimals}f}"
    assert parse(separated, unit) == amount
    assert parse(separated.replace(",", "，").replace(".", "．"), unit) == amount


@given(st.integers(-(10**15), 10**15), DECIMALS, UNITS)
def test_interval_is_half_a_last_digit_to_either_side(mantissa: int, decimals: int, unit: str) -> None:
    amount = Amount(mantissa, decimals, unit)
    low, high = amount.interval
    assert isinstance(low, int)
    assert isinstance(high, int)
    half = Fraction(SCALE * MONEY[unit], 2 * 10**decimals)
    assert (amount.centre - low, high - amount.centre) == (half, half)
    assert Fraction(amount.centre, SCALE) == Fraction(amount.base_value)


@given(st.fractions(-(10**9), 10**9), DECIMALS, UNITS)
def test_a_value_lies_in_the_interval_of_its_print(yuan: Fraction, decimals: int, unit: str) -> None:
    value = yuan * SCALE
    amount = parse(format_amount(value, unit, decimals), unit)
    assert amount is not None
    assert amount.interval.low <= value <= amount.interval.high


def test_rounded_print_of_yuan_meets_the_yuan() -> None:
    exact, rounded = parse("1234567.89", "元"), parse("123.46", "万元")
    far = parse("123.47", "万元")
    assert exact
    assert rounded
    assert far
    assert exact.interval.meets(rounded.interval)
    assert not exact.interval.meets(far.interval)
    assert Interval(0, 5).meets(Interval(5, 9))
    assert step("万元", 2) == 100 * SCALE


@pytest.mark.parametrize(
    ("stored", "unit", "text"),
    [
        ("1234567.8", "元", "123.45678"),
        ("0.30000000000000004", "元", "0.00003"),
        ("123.456789012", "万元", "123.456789"),
        ("12", "万元", "12.00"),
        ("-1.005", "元", "-0.000101"),
        ("1.5", "亿元", "15000.00"),
    ],
)
def test_stored_money_is_taken_to_the_cent(stored: str, unit: str, text: str) -> None:
    assert in_unit(to_the_cent(Decimal(stored), unit), "万元") == text
