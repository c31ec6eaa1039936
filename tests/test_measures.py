"""What measures are worth, and the reason where a text is none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from mingzhang.measures import ABSOLUTE, DURATION, LEVEL, RELATIVE, Measured, plain
from mingzhang.money import SCALE


@pytest.mark.parametrize(
    ("text", "sign", "value", "base", "kind"),
    [
        ("12个", "=", "12", "个", ABSOLUTE),
        ("340批次", "=", "340", "批次", ABSOLUTE),
        ("≥95%", ">=", "95", "%", RELATIVE),
        ("９５％", "=", "95", "%", RELATIVE),
        ("不低于90%", ">=", "90", "%", RELATIVE),
        ("95%以上", ">=", "95", "%", RELATIVE),
        ("10天以内", "<=", "10", "天", DURATION),
        ("5‰", "=", "0.5", "%", RELATIVE),
        ("1.2万人次", "=", "12000", "人次", ABSOLUTE),
        ("1,234.5万元", "=", "12345000", "元", ABSOLUTE),
        ("3吨", "=", "3000", "公斤", ABSOLUTE),
        ("2公顷", "=", "20000", "平方米", ABSOLUTE),
        ("12元/人", "=", "12", "元/人", RELATIVE),
        ("3级", "=", "3", "级", LEVEL),
        ("12", "=", "12", "", ABSOLUTE),
        ("大于等于12个", ">=", "12", "个", ABSOLUTE),
        ("小于等于12个", "<=", "12", "个", ABSOLUTE),
        ("超过12个", ">", "12", "个", ABSOLUTE),
        ("90%(含)以上", ">=", "90", "%", RELATIVE),
        ("达到90％", ">=", "90", "%", RELATIVE),
    ],
)
def test_figures(text: str, sign: str, value: str, base: str, kind: str) -> None:
    found = plain(text)
    assert isinstance(found, Measured), found
    assert (found.comparator, found.base, found.kind) == (sign, base, kind)
    assert Fraction(found.centre) == Fraction(Decimal(value)) * SCALE
    assert found.interval.low <= found.centre <= found.interval.high


def test_counts_are_exact_and_measures_are_rounded() -> None:
    for text, half in (("12个", 0), ("95%", "0.5"), ("1.2万人", 500), ("3吨", 500), ("0.10万元", 50)):
        found = plain(text)
        assert isinstance(found, Measured)
        assert found.interval.high - found.centre == Fraction(Decimal(half)) * SCALE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3000余卷", "约数"),
        ("约200人", "约数"),
        ("100多家", "约数"),
        ("2022年12月31日前", "日期"),
        ("2022.12", "日期"),
        ("12月底", "日期"),
        ("明显提升", "文字"),
        ("接待12人，培训30人", "不是单个数值"),
        ("12、15个", "不是单个数值"),
        ("1,23个", "不是单个数值"),
        ("效果好" * 30, "文字"),
        ("接待12人" * 30, "不是单个数值"),
    ],
)
def test_what_is_no_figure_has_a_reason(text: str, why: str) -> None:
    found = plain(text)
    assert isinstance(found, str)
    assert why in found


def test_a_bare_figure_takes_the_unit_given() -> None:
    found = plain("12", "吨")
    assert isinstance(found, Measured)
    assert (found.unit, found.base, found.size) == ("吨", "公斤", 1000)
