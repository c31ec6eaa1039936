"""Schemes scored from facts and answers: what is known gives points, what is not is not evaluated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mingzhang.money import Interval, parse
from mingzhang.schemes import (
    Checklist,
    Deduction,
    Grade,
    Indicator,
    Input,
    Item,
    Manual,
    Proportion,
    Rule,
    Scheme,
    Stated,
    Tier,
    Tiers,
)
from mingzhang.scoring.rules import exact
from mingzhang.scoring.score import Answer, Figure, Known, score, worded

RATE = {"spent": Input("实际支出"), "planned": Input("预算安排")}
GRADES = (Grade("优", Decimal(90)), Grade("良", Decimal(80)), Grade("差", Decimal(0)))


def indicator(id_: str, weight: int | None, rule: Rule, **more: object) -> Indicator:
    return Indicator(id_, (id_,), ("过程",), rule, None if weight is None else Decimal(weight), **more)  # type: ignore[arg-type]


SCHEME = Scheme(
    "test",
    "示例",
    "示例",
    grades=GRADES,
    indicators=(
        indicator(
            "control", 40, Deduction(Decimal(100), Decimal(2)), inputs=RATE, formula="ratio(spent, planned)"
        ),
        indicator("rules", 30, Checklist((Item("有制度", Decimal(10)), Item("执行", Decimal(20))))),
        indicator(
            "effect", 20, Tiers((Tier("好", Decimal(80), Decimal(100)), Tier("差", Decimal(0), Decimal(60))))
        ),
        indicator("other", 10, Manual()),
    ),
)


def known(spent: str | None = "102.00", planned: str = "100.00", **answers: Answer) -> Known:
    found = Known(answers=dict(answers))
    for name, printed in (("spent", spent), ("planned", planned)):
        amount = parse(printed, "万元") if printed is not None else None
        if amount is not None and printed is not None:
            found.figures["control", name] = Figure(amount, printed)
    return found


ANSWERS = {
    "rules": Answer(met=frozenset({0, 1})),
    "effect": Answer(judgement=Interval(exact(Decimal(90)), exact(Decimal(90)))),
    "other": Answer(points=Decimal(9), reason="按实际情况评定"),
}


def test_every_indicator_scored() -> None:
    scored = score(SCHEME, known(**ANSWERS))
    control, rules, effect, other = scored.scores
    assert control.worked == "102.00万元÷100.00万元×100%＝102.00%"
    assert control.points == Interval(exact(Decimal(36)), exact(Decimal(38)))  # 102.00 may be 101.99
    assert rules.points == Interval(exact(Decimal(30)), exact(Decimal(30)))
    assert effect.points == Interval(exact(Decimal(18)), exact(Decimal(18)))
    assert other.reason == "按实际情况评定"
    assert scored.complete
    assert scored.total == Interval(exact(Decimal(93)), exact(Decimal(95)))
    assert scored.grade == "优"


def test_unknown_is_not_zero() -> None:
    scored = score(SCHEME, known(spent=None, **ANSWERS))
    assert scored.scores[0].status == "not_evaluated"
    assert scored.scores[0].points is None
    assert scored.scores[0].reason == "没有“实际支出”"
    assert scored.total == Interval(exact(Decimal(57)), exact(Decimal(97)))
    assert scored.grade == ""
    assert not scored.complete


@pytest.mark.parametrize(
    ("without", "status", "total"),
    [
        ("full", "scored", Decimal(97)),
        ("redistribute", "not_applicable", Decimal(95)),
        ("", "not_evaluated", None),
    ],
)
def test_nothing_to_measure(without: str, status: str, total: Decimal | None) -> None:
    first = SCHEME.indicators[0]
    changed = Indicator(
        first.id, first.label, first.within, first.rule, first.weight, RATE, first.formula, without=without
    )
    scheme = Scheme("test", "示例", "示例", indicators=(changed, *SCHEME.indicators[1:]))
    scored = score(scheme, known(spent="0.00", planned="0.00", **ANSWERS))
    assert scored.scores[0].status == status
    if total is not None:
        assert scored.total == Interval(exact(total), exact(total))


def test_something_of_nothing_is_no_rate() -> None:
    """5 of exactly 0 is not a matter that does not apply."""
    for formula, spent, planned, status in (
        ("ratio(spent, planned)", "5.00", "0.00", "not_evaluated"),
        ("ratio(spent, planned)", "0.00", "0.00", "scored"),
        ("growth(planned, spent)", "5.00", "5.00", "not_evaluated"),
        ("growth(planned, spent)", "5.00", "0.00", "scored"),
        ("share(spent, planned)", "0.00", "0.00", "scored"),
    ):
        own = indicator("control", 100, Proportion(), inputs=RATE, formula=formula, without="full")
        found = known(spent=spent, planned=planned)
        found.figures = {key: figure._replace(exact=True) for key, figure in found.figures.items()}
        scored = score(Scheme("test", "示例", "示例", indicators=(own,)), found)
        assert scored.scores[0].status == status, formula


def test_without_points_there_is_no_total() -> None:
    scheme = Scheme("test", "示例", "示例", grades=GRADES, indicators=(indicator("甲", None, Manual()),))
    scored = score(scheme, Known(answers={"甲": Answer(points=Decimal(2), reason="好")}))
    assert scored.scores[0].reason == "方案没有写明分值"
    assert (scored.total, scored.grade) == (None, "")


def test_deductions_are_taken_off_the_whole() -> None:
    scheme = Scheme(
        "test",
        "示例",
        "示例",
        style="deduction",
        indicators=(indicator("甲", None, Stated()), indicator("乙", None, Stated())),
    )
    answers = {"甲": Answer(points=Decimal(2)), "乙": Answer(points=Decimal(0))}
    scored = score(scheme, Known(answers=answers))
    assert scored.total == Interval(exact(Decimal(98)), exact(Decimal(98)))


def test_a_formula_may_use_another_indicator() -> None:
    scheme = Scheme(
        "test",
        "示例",
        "示例",
        indicators=(
            indicator("double", 50, Proportion(), formula="control + control_two"),
            indicator("control", 25, Proportion(), inputs=RATE, formula="ratio(spent, planned)"),
            indicator(
                "control_two", 25, Proportion(), inputs={"spent": Input("又一项", unit="%")}, formula="spent"
            ),
        ),
    )
    found = known(spent="20.00")
    found.figures["control_two", "spent"] = Figure(parse("10%", "%"), "10%")  # type: ignore[arg-type]
    double = score(scheme, found).scores[0]
    assert double.value is not None
    assert double.value.low <= exact(Decimal(30)) <= double.value.high


def test_formula_in_words() -> None:
    assert worded(SCHEME.indicators[0]) == "实际支出÷预算安排×100%"


def mixed(formula: str, **units: str) -> Scheme:
    """A scheme of one formula over inputs of these units."""
    inputs = {name: Input(name, unit=unit) for name, unit in units.items()}
    own = indicator("a", 100, Proportion(), inputs=inputs, formula=formula)
    return Scheme("x", "示例", "示例", indicators=(own,))


def test_money_and_counts_of_one_kind_go_together() -> None:
    for scheme in (
        mixed("share(one, two)", one="元", two="亿元"),
        mixed("ratio(one, two)", one="个", two="项"),
        mixed("one - two", one="%", two="个百分点"),
        mixed("100 - ratio(one, two)", one="吨", two="吨"),
    ):
        assert list(scheme.faults(())) == []


@pytest.mark.parametrize(
    ("scheme", "fault"),
    [
        (Scheme("x", "示例", "示例", indicators=(indicator("a", 90, Manual()),)), "权重之和为90，应为100"),
        (
            Scheme(
                "x",
                "示例",
                "示例",
                indicators=(
                    indicator("a", 50, Manual(), formula="b"),
                    indicator("b", 50, Manual(), formula="a"),
                ),
            ),
            "公式互相引用：a→b→a",
        ),
        (
            Scheme("x", "示例", "示例", indicators=(indicator("a", 100, Manual(), formula="ratio(c, d)"),)),
            "公式用到“c”",
        ),
        (
            Scheme(
                "x",
                "示例",
                "示例",
                indicators=(indicator("a", 100, Manual(), inputs={"c": Input("甲", ("nothing[a, b]",))}),),
            ),
            "所指的表“nothing”不存在",
        ),
        (
            Scheme(
                "x", "示例", "示例", indicators=(indicator("a", 100, Checklist((Item("甲", Decimal(3)),))),)
            ),
            "应等于权重100",
        ),
        (
            Scheme(
                "x",
                "示例",
                "示例",
                indicators=(
                    indicator("a", 50, Manual()),
                    Indicator("b", ("乙", "“a”"), ("过程",), Manual(), Decimal(50)),
                ),
            ),
            "指标“a”和“b”同在“过程”之下，又都叫“a”",
        ),
        (mixed("one + two", one="元", two="斤两"), "把金额、个数相加减，单位不能换算；请统一inputs的unit"),
        (mixed("ratio(one, two)", one="万元", two="人"), "用金额与个数相比"),
        (mixed("one", one="元"), "算出的是金额，unit却是“%”"),
        (mixed("one - two", one="吨", two="公斤"), "把以“吨”计的数、以“公斤”计的数相加减"),
        (
            Scheme("x", "示例", "示例", grades=GRADES[:2], indicators=(indicator("a", 100, Manual()),)),
            "最后一级从0分起",
        ),
    ],
)
def test_faults_say_what_is_wrong_where(scheme: Scheme, fault: str) -> None:
    assert any(fault in found for found in scheme.faults({"base_data"}))
    assert not list(SCHEME.faults({"base_data"}))
