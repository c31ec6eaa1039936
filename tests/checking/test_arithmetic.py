"""Written calculations: what holds is never refuted, what does not is."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.checking.arithmetic import wrong

UNITS = ("人", "次", "份")
amounts = st.decimals(min_value="0.01", max_value="99999.99", places=2)
CENT = Decimal("0.01")


def refuted(text: str) -> list[tuple[str, str, float]]:
    return [
        (
            text[slip.left.start : slip.left.end],
            text[slip.right.start : slip.right.end],
            round(float(slip.value), 4),
        )
        for slip in wrong(text, UNITS)
    ]


@given(amounts, amounts, st.sampled_from(["", "万元"]), st.booleans())
def test_sums(one: Decimal, other: Decimal, unit: str, full: bool) -> None:
    plus = "＋" if full else "+"
    formula = f"合计{one}{unit}{plus}支出{other}{unit}"
    assert refuted(f"{formula}={one + other}万元。") == []
    assert len(refuted(f"{formula}={one + other + CENT * 3}万元。")) == 1


@given(amounts, amounts)
def test_ratios(part: Decimal, whole: Decimal) -> None:
    rate = (part / whole * 100).quantize(CENT, ROUND_HALF_UP)
    assert refuted(f"占比＝（{part}÷{whole}）×100%＝{rate}%") == []
    assert refuted(f"占比＝{part}万元/{whole}万元＝{rate}%") == []


@given(st.integers(1, 400), st.integers(1, 400))
def test_ratios_of_counts_are_exact(part: int, whole: int) -> None:
    rate = (Decimal(part) / whole * 100).quantize(CENT, ROUND_HALF_UP)
    assert refuted(f"控制率={part}人/{whole}人×100%={rate}%") == []
    wrong_rate = rate + CENT * 2
    assert len(refuted(f"控制率={part}人/{whole}人×100%={wrong_rate}%")) == 1


@given(amounts, amounts)
def test_a_figure_named_twice_widens_nothing(now: Decimal, before: Decimal) -> None:
    rate = ((now - before) / before * 100).quantize(CENT, ROUND_HALF_UP)
    assert refuted(f"变动率=（{now}-{before}）/{before}×100%={rate}%") == []


@given(st.text(alphabet="0123456789.,+-×÷/()（）=＝%万元人为约余年月日 共", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    refuted(text)


@pytest.mark.parametrize(
    "text", ["(" * 9000 + "=1", "1+" * 9000 + "1=2", "1+1=" * 9000, "合计" * 9000 + "1+1=3"]
)
def test_bounded(text: str) -> None:
    refuted(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("率=（188.75/250）×100%=0.765×100%=76.5%", ("（188.75/250）×100%", "0.765×100%", 75.5)),
        ("（共5份）12.30+4.50=17.80", ("12.30+4.50", "17.80", 16.8)),
        ("得分=100-2-3=94分", ("100-2-3", "94分", 95.0)),
        ("支出=-2.50万元+5.00万元=3.50万元", ("-2.50万元+5.00万元", "3.50万元", 2.5)),
    ],
)
def test_the_result_is_told(text: str, right: tuple[str, str, float]) -> None:
    assert refuted(text) == [right]
