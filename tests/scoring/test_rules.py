"""Every scoring rule: bounded by the weight, monotone where it says so, exact on intervals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.money import SCALE, Interval
from mingzhang.schemes import (
    Checklist,
    Condition,
    Deduction,
    Item,
    Manual,
    NotStated,
    Proportion,
    Rule,
    Stated,
    Step,
    Steps,
    Tier,
    Tiers,
)
from mingzhang.scoring.rules import checked, exact, judged, points

HUNDREDTHS = st.integers(-50_000, 50_000)
WEIGHTS = st.integers(0, 100).map(Decimal)
NUMBERS = st.integers(-300, 300).map(lambda n: Decimal(n) / 2)
POSITIVE = st.integers(1, 40).map(lambda n: Decimal(n) / 2)
SIGNS = st.sampled_from([">=", "<=", ">", "<", "="])


@st.composite
def deductions(draw: st.DrawFn, sides: tuple[str, ...] = ("above", "below", "both")) -> Deduction:
    return Deduction(
        draw(NUMBERS),
        draw(POSITIVE),
        draw(POSITIVE),
        draw(st.sampled_from(sides)),
        draw(st.sampled_from(["whole", "started", "proportional"])),
    )


@st.composite
def rules_and_weights(draw: st.DrawFn) -> tuple[Rule, Decimal]:
    weight = draw(WEIGHTS)
    part = st.integers(0, int(weight)).map(Decimal)
    when = st.builds(lambda sign, limit: f"{sign} {limit}", SIGNS, NUMBERS)
    rule = draw(
        st.one_of(
            deductions(),
            st.builds(Condition, when, part),
            st.builds(Steps, st.lists(st.builds(Step, when, part), min_size=1).map(tuple), part),
            st.builds(Proportion, st.just(Decimal(100)), st.integers(0, 99).map(Decimal)),
        )
    )
    return rule, weight


def at(value: int) -> Interval:
    """A figure without any uncertainty, in hundredths."""
    return Interval(Fraction(value * SCALE, 100), Fraction(value * SCALE, 100))


def given_points(rule: Rule, weight: Decimal, value: Interval) -> Interval:
    found = points(rule, weight, value)
    assert found is not None
    return found


@given(rules_and_weights(), HUNDREDTHS)
def test_points_are_bounded_by_the_weight(case: tuple[Rule, Decimal], value: int) -> None:
    low, high = given_points(*case, at(value))
    assert 0 <= low == high <= exact(case[1])


@given(rules_and_weights(), HUNDREDTHS, st.integers(0, 4_000), st.integers(0, 4_000))
def test_the_interval_holds_the_exact_score(
    case: tuple[Rule, Decimal], value: int, left: int, right: int
) -> None:
    around = Interval(at(value - left).low, at(value + right).high)
    low, high = given_points(*case, around)
    assert low <= given_points(*case, at(value)).low <= high


@given(rules_and_weights(), HUNDREDTHS, st.integers(0, 4_000))
def test_the_ends_of_the_interval_are_reached(case: tuple[Rule, Decimal], value: int, right: int) -> None:
    """Tried at many values within, none gives less or more."""
    around = Interval(at(value).low, at(value + right).high)
    low, high = given_points(*case, around)
    tried = [given_points(*case, at(value + right * n // 40)).low for n in range(41)]
    assert low <= min(tried)
    assert max(tried) <= high


@given(deductions(("above",)), WEIGHTS, HUNDREDTHS, st.integers(0, 9_000))
def test_more_beyond_the_limit_never_gives_more(
    rule: Deduction, weight: Decimal, value: int, more: int
) -> None:
    assert given_points(rule, weight, at(value + more)).low <= given_points(rule, weight, at(value)).low
    if value <= rule.beyond * 100:
        assert given_points(rule, weight, at(value)).low == exact(weight)


@given(deductions(("both",)), WEIGHTS, st.integers(0, 20_000))
def test_two_sides_are_symmetric(rule: Deduction, weight: Decimal, distance: int) -> None:
    limit = int(rule.beyond * 100)
    assert given_points(rule, weight, at(limit + distance)) == given_points(
        rule, weight, at(limit - distance)
    )


@given(WEIGHTS, HUNDREDTHS, st.integers(0, 9_000))
def test_a_higher_rate_never_gives_less(weight: Decimal, value: int, more: int) -> None:
    rule = Proportion()
    assert given_points(rule, weight, at(value)).low <= given_points(rule, weight, at(value + more)).low


@pytest.mark.parametrize(
    ("rule", "weight", "value", "given_"),
    [
        (Proportion(), 10, 27_82, "2.782"),
        (Proportion(), 10, 138_06, "10"),
        (Proportion(least=Decimal(60)), 10, 59_99, "0"),
        (Deduction(Decimal(100), Decimal("0.5")), 3, 102_90, "2"),
        (Deduction(Decimal(100), Decimal("0.5"), count="started"), 3, 102_10, "1.5"),
        (Deduction(Decimal(100), Decimal("0.5"), count="proportional"), 3, 102_50, "1.75"),
        (Deduction(Decimal(100), Decimal(2), Decimal(5), "both"), 5, 89_99, "1"),
        (Deduction(Decimal(100), Decimal(2), Decimal(5), "below"), 5, 138_06, "5"),
        (
            Steps((Step("= 0", Decimal(5)), Step("<= 10", Decimal(4)), Step("<= 20", Decimal(3)))),
            5,
            10_00,
            "4",
        ),
        (Steps((Step("= 0", Decimal(5)), Step("<= 10", Decimal(4)))), 5, 10_01, "0"),
        (Condition(">= 95"), 6, 95_00, "6"),
        (Condition(">= 95", Decimal(2)), 6, 94_99, "2"),
    ],
)
def test_points(rule: Rule, weight: int, value: int, given_: str) -> None:
    right = exact(Decimal(given_))
    assert given_points(rule, Decimal(weight), at(value)) == Interval(right, right)


def test_a_rounded_figure_on_a_limit_gives_both_scores() -> None:
    steps = Steps((Step(">= 95", Decimal(6)), Step(">= 85", Decimal(4))))
    around = Interval(at(94_50).low, at(95_50).high)
    assert points(steps, Decimal(6), around) == Interval(exact(Decimal(4)), exact(Decimal(6)))


def test_check_lists_and_judgements() -> None:
    rule = Checklist((Item("有制度", Decimal(2)), Item("执行", Decimal(3))))
    assert checked(rule, {1}) == Interval(exact(Decimal(3)), exact(Decimal(3)))
    tiers = Tiers((Tier("达成", Decimal(80), Decimal(100)), Tier("未达成", Decimal(0), Decimal(60))))
    assert judged(tiers, Decimal(10), "达成") == Interval(exact(Decimal(8)), exact(Decimal(10)))
    assert judged(tiers, Decimal(10), at(9_000)) == Interval(exact(Decimal(9)), exact(Decimal(9)))
    with pytest.raises(ValueError, match="没有“优秀”这一档，可以填：达成、未达成"):
        judged(tiers, Decimal(10), "优秀")


@pytest.mark.parametrize("rule", [Stated(), Manual(), NotStated(), Checklist(()), Tiers(())])
def test_rules_without_a_figure_give_none(rule: Rule) -> None:
    assert points(rule, Decimal(5), at(100)) is None
