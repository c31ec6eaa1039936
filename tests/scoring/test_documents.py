"""Documents scored: the sheet from its own indicators, the section by the scheme that is printed there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mingzhang.facts import Fact, FactSet, FormReading
from mingzhang.money import Amount, Interval, parse
from mingzhang.provenance import Place
from mingzhang.schemes import Block, Grade, Indicator, Manual, Scheme
from mingzhang.scoring.documents import difference, evaluations
from mingzhang.scoring.printed import followed, printed
from mingzhang.scoring.rules import exact

GRADES = (Grade("优", Decimal(90)), Grade("差", Decimal(0)))
BLOCKS = (
    Block("预算执行率", "funds", Decimal(10)),
    Block("产出指标", "output", Decimal(50)),
    Block("效益指标", "benefit", Decimal(40)),
)
SHEET = Scheme("sheet", "自评表", "示例", of=("score_sheet",), grades=GRADES, blocks=BLOCKS)


def manual(id_: str, weight: int | None) -> Indicator:
    return Indicator(id_, (id_,), ("投入",), Manual(), None if weight is None else Decimal(weight))


POINTS = Scheme("points", "百分制", "示例", of=("report",), indicators=(manual("甲", 60), manual("乙", 40)))
OTHER = Scheme("other", "另一百分制", "示例", of=("report",), indicators=(manual("甲", 70), manual("乙", 30)))


def add(facts: FactSet, row: str, column: str, text: str, unit: str, concept: str, **own: str) -> None:
    form = own.pop("form", "score_sheet")
    amount = parse(text, unit)
    assert amount is not None
    facts.add(Fact((form, row, column), concept, own, amount, text, 0, Place(line=1), row, column))


def sheet(final: str = "96.00", score: str = "9.6", total: str = "97.6", output: str = "50") -> FactSet:
    facts = FactSet()
    for column, text in (("budget", "100.00"), ("final", final)):
        add(facts, "funds", column, text, "万元", "funds")
    add(facts, "funds", "weight", "10", "分", "funds.weight")
    add(facts, "funds", "score", score, "分", "funds.score")
    for block, weight, given in (("output", "50", output), ("benefit", "40", "38")):
        row = f"{block}/x/{block}项"
        add(facts, row, "weight", weight, "分", "indicator.weight", block=block, indicator=block)
        add(facts, row, "score", given, "分", "indicator.score", block=block, indicator=block)
    add(facts, "total", "score", total, "分", "indicator.score", scope="total")
    return facts


def read(facts: FactSet, *schemes: Scheme):  # type: ignore[no-untyped-def]
    return evaluations(schemes, facts, {"score_sheet": FormReading("score_sheet", 0, Place())})


def test_a_sheet_is_recomputed_from_its_own_indicators() -> None:
    (one,) = read(sheet(), SHEET, POINTS)
    assert one.sheet is not None
    execution, output, benefit = one.sheet.blocks
    assert execution.points is not None
    assert execution.points.low < exact(Decimal("9.6")) < execution.points.high
    assert (output.points, benefit.points) == (
        Interval(exact(Decimal(50)), exact(Decimal(50))),
        Interval(exact(Decimal(38)), exact(Decimal(38))),
    )
    assert one.sheet.total is not None
    assert one.sheet.total.low < exact(Decimal("97.6")) < one.sheet.total.high
    assert one.sheet.grade == "优"
    assert one.scheme is SHEET


def test_what_is_unknown_is_not_zero() -> None:
    facts = sheet()
    row = "output/x/又一项"
    add(facts, row, "weight", "5", "分", "indicator.weight", block="output", indicator="又一项")
    (one,) = read(facts, SHEET)
    assert one.sheet is not None
    assert one.sheet.total is None
    assert one.sheet.grade == ""
    assert one.sheet.blocks[1].reason == "“output/x/又一项”没有得分"
    (one,) = read(sheet(final="0.00"), SHEET)
    assert one.sheet.blocks[0].points.low == 0
    empty = FactSet()
    add(empty, "output", "weight", "50", "分", "indicator.weight", block="output")
    assert read(empty, SHEET) == []


def test_the_points_of_a_block_left_out_go_to_the_others() -> None:
    facts = FactSet()
    for column, text in (("budget", "100.00"), ("final", "100.00")):
        add(facts, "funds", column, text, "万元", "funds")
    add(facts, "funds", "weight", "10", "分", "funds.weight")
    add(facts, "funds", "score", "10", "分", "funds.score")
    for column, concept, text in (
        ("weight", "indicator.weight", "90"),
        ("score", "indicator.score", "88"),
    ):
        add(facts, "output/x/一项", column, text, "分", concept, block="output", indicator="一项")
    (one,) = read(facts, SHEET)
    _, output, benefit = one.sheet.blocks
    assert output.shared
    assert benefit.reason == "本表没有这一类，分值由其他指标分担"
    assert one.sheet.total is not None
    assert one.sheet.total.low <= exact(Decimal(98)) <= one.sheet.total.high


def test_a_sheet_without_a_budget_has_no_rate() -> None:
    facts = sheet()
    number = facts.index["score_sheet", "funds", "budget"]
    facts.intervals[number] = Interval(0, 0)
    (one,) = read(facts, SHEET)
    assert "基数为零" in one.sheet.blocks[0].reason


def stated(weights: tuple[str | None, str | None]) -> FactSet:
    facts = FactSet()
    for name, weight, score in zip("甲乙", weights, ("55", "38")):
        if weight is not None:
            add(
                facts,
                name,
                "weight",
                weight,
                "分",
                "indicator",
                form="report",
                indicator=name,
                measure="weight",
            )
        add(facts, name, "score", score, "分", "indicator", form="report", indicator=name, measure="score")
    add(facts, "self_score", "count", "95", "分", "evaluation.score", form="report")
    return facts


@pytest.mark.parametrize(
    ("weights", "expected"), [(("60", "40"), "points"), (("70", "30"), "other"), (("1", "2"), None)]
)
def test_the_scheme_whose_weights_are_printed_scores_a_section(
    weights: tuple[str, str], expected: str | None
) -> None:
    found = read(stated(weights), SHEET, POINTS, OTHER)
    assert [one.scheme.id for one in found] == ([expected] if expected else [])
    if found:
        (one,) = found
        assert one.stated == Interval(exact(Decimal(93)), exact(Decimal(93)))
        assert one.scored.total == Interval(0, exact(Decimal(100)))
        assert one.place.total is not None


def test_two_scoring_systems_of_one_document_are_kept_apart() -> None:
    facts = stated(("60", "40"))
    for fact in sheet():
        facts.add(fact)
    by_scheme = {one.scheme.id: one for one in read(facts, SHEET, POINTS)}
    assert set(by_scheme) == {"sheet", "points"}
    assert facts.printed[by_scheme["points"].place.total] == "95"
    assert facts.printed[by_scheme["sheet"].place.total] == "97.6"


@pytest.mark.parametrize(
    ("given", "low", "high", "off"),
    [
        ("3.22", "3.2203", "3.2204", None),
        ("3.2", "3.2203", "3.2204", None),
        ("3", "3.2203", "3.2204", ("-0.2204", "-0.2203")),
        ("92.87", "92.78", "92.79", ("0.08", "0.09")),
        ("36", "36", "38", None),
        ("35", "36", "36", ("-1", "-1")),
    ],
)
def test_a_printed_score_may_be_rounded_and_not_more(
    given: str, low: str, high: str, off: tuple[str, str] | None
) -> None:
    amount = parse(given, "分")
    assert isinstance(amount, Amount)
    expected = None if off is None else Interval(*(exact(Decimal(end)) for end in off))
    assert difference(amount, Interval(exact(Decimal(low)), exact(Decimal(high)))) == expected


NAMED = Scheme(
    "named",
    "百分制",
    "示例",
    of=("report",),
    indicators=(
        Indicator("甲", ("甲", "甲项"), ("投入",), Manual(), Decimal(60)),
        *(manual(id_, weight) for id_, weight in (("乙", 20), ("丙", 20))),
    ),
)


def said(facts: FactSet, name: str, measure: str, text: str, document: int = 0) -> int:
    """A weight or score that running text of a document states; gives the number of the fact."""
    own = {"indicator": name, "measure": measure}
    key = ("report", name, measure)
    amount = parse(text, "分")
    assert amount is not None
    return facts.add(Fact(key, "indicator", own, amount, text, document, Place(line=1), name, measure))


def test_weight_and_score_of_two_spellings_are_one_indicator() -> None:
    facts = FactSet()
    weight, score = said(facts, "甲", "weight", "60"), said(facts, "甲项", "score", "55")
    for name in "乙丙":
        said(facts, name, "weight", "20")
        said(facts, name, "score", "19")
    (place,) = printed(facts, {}).values()
    assert (place.of(NAMED)["甲"].weight, place.of(NAMED)["甲"].score) == (weight, score)
    (one,) = evaluations([NAMED], facts, {})
    assert one.stated == Interval(exact(Decimal(93)), exact(Decimal(93)))


def test_a_scheme_is_followed_over_files_and_without_copies() -> None:
    facts = FactSet()
    weight, score = said(facts, "甲", "weight", "60"), said(facts, "甲", "score", "55", document=1)
    copy = said(facts, "乙", "score", "9")
    facts.copied.add(copy)
    assert followed(NAMED, printed(facts, {}), {}, facts.copied) == {}  # one of three indicators
    other = said(facts, "乙", "score", "19", document=1)
    assert len(printed(facts, {})) == 2  # each file is an evaluation of its own
    rows = followed(NAMED, printed(facts, {}), {}, facts.copied)
    assert (rows["甲"].weight, rows["甲"].score, rows["乙"].score) == (weight, score, other)
    unweighted = FactSet()
    for name in "甲乙丙":
        said(unweighted, name, "score", "9")
    assert followed(NAMED, printed(unweighted, {}), {}, unweighted.copied) == {}


def test_execution_is_scored_by_the_printed_rate_where_an_amount_is_missing() -> None:
    facts = FactSet()
    for fact in sheet():
        if fact.key[2] != "budget":
            facts.add(fact)
    assert read(facts, SHEET)[0].sheet.blocks[0].reason == "没有全年预算数"
    add(facts, "funds", "rate", "96.00", "%", "funds.rate")
    points = read(facts, SHEET)[0].sheet.blocks[0].points
    assert points.low < exact(Decimal("9.6")) < points.high
