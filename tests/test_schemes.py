"""What is wrong with a scheme of one's own, told to its author."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mingzhang.schemes import (
    Deduction,
    Grade,
    Indicator,
    Input,
    Manual,
    Proportion,
    Scheme,
    Step,
    Steps,
    Tier,
    Tiers,
)

FIGURE = {"c": Input("比率", ("base_data[staff, rate]",), unit="%")}


def told(indicator: Indicator, grades: tuple[Grade, ...] = ()) -> list[str]:
    """The faults of a scheme of one indicator."""
    return list(Scheme("own", "示例", "示例", grades=grades, indicators=(indicator,)).faults({"base_data"}))


def indicator(rule: object, formula: str = "c") -> Indicator:
    return Indicator("a", ("甲",), ("一", "二"), rule, Decimal(100), inputs=FIGURE, formula=formula)  # type: ignore[arg-type]


def steps(*conditions: str) -> Steps:
    return Steps(tuple(Step(when, Decimal(10)) for when in conditions))


@pytest.mark.parametrize(
    ("conditions", "unreachable"),
    [
        ((">= 80", ">= 90"), ">= 90"),
        ((">= 80", "> 80"), "> 80"),
        (("<= 10", "< 5"), "< 5"),
        ((">= 80", "= 100"), "= 100"),
        ((">= 90", ">= 80"), ""),
        (("> 80", ">= 80"), ""),
        (("= 100", ">= 80", "< 10"), ""),
    ],
)
def test_a_step_that_no_value_reaches(conditions: tuple[str, ...], unreachable: str) -> None:
    found = told(indicator(steps(*conditions)))
    assert [f"“{unreachable}”" in one and "永远不会用到" in one for one in found] == [True] * bool(
        unreachable
    )


@pytest.mark.parametrize(
    ("rule", "formula", "said"),
    [
        (Proportion(), "", "没有公式"),
        (Deduction(Decimal(100), Decimal(1)), "", "没有公式"),
        (Tiers(()), "c", "档次（tiers）是空的"),
        (Manual(), "c * / 2", "公式“c * / 2”写错"),
    ],
)
def test_rules_that_cannot_work(rule: object, formula: str, said: str) -> None:
    (found,) = told(indicator(rule, formula))
    assert said in found
    assert "input[" not in found


def test_a_grade_above_all_points() -> None:
    grades = (Grade("优", Decimal(120)), Grade("差", Decimal(0)))
    (found,) = told(indicator(Manual()), grades)
    assert "从120分起，超过总分100" in found


def test_right_rules_have_no_faults() -> None:
    half = Tiers((Tier("好", Decimal(50), Decimal(100)), Tier("差", Decimal(0), Decimal(50))))
    for rule in (Proportion(), half, steps(">= 90", ">= 80")):
        assert told(indicator(rule)) == []
