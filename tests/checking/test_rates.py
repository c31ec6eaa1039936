"""Rates and observations in running text: one finding each, at the figure that is wrong."""

from __future__ import annotations

import pytest

from mingzhang.binding.narrative import read_text
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

HEADING = "七、财政拨款“三公”经费支出决算情况说明"
EXPENDITURE = "三、支出决算情况说明"


def checked(standards: Standards, *lines: str) -> Checked:
    paragraphs = [Paragraph(line, Place(paragraph=n)) for n, line in enumerate(lines, 1)]
    facts = FactSet()
    read_text(Document("", "", "docx", list(paragraphs)), 0, standards, 2022, facts)
    return check_submission(Submission(facts, {}, standards, 2022))


def errors(result: Checked) -> list[tuple[str, str, str | None]]:
    """Rule, quote and what is proposed, of each error."""
    return [
        (f.rule, f.locations[0].quote, f.suggestions[0].replacement if f.suggestions else None)
        for f in result.findings
        if f.severity == "error"
    ]


def test_right_rates_give_nothing(standards: Standards) -> None:
    result = checked(
        standards,
        HEADING,
        "公务接待费支出预算为20.00万元，支出决算为15.00万元，完成预算的75%，与上年相比减少5.00万元，下降25%。",
    )
    assert errors(result) == []
    passed = {o.relation.id for o in result.outcomes if o.status == "passed"}
    assert {"statement.completion_follows", "statement.change_rate_follows"} <= passed


@pytest.mark.parametrize(
    ("sentence", "wrong", "right"),
    [
        ("支出预算为20.00万元，支出决算为15.00万元，完成预算的57%。", "57%", "75.00"),
        ("支出决算为15.00万元，与上年相比减少5.00万元，下降33.33%。", "33.33%", "25.00"),
        ("支出决算为15.00万元，与上年相比增加5.00万元，增长25%。", "25%", "50.00"),
        ("年初预算为20.00万元，支出决算为15.00万元，完成年初预算的133.33%。", "133.33%", "75.00"),
    ],
)
def test_a_wrong_rate(sentence: str, wrong: str, right: str, standards: Standards) -> None:
    (found,) = errors(checked(standards, HEADING, f"公务接待费{sentence}"))
    assert found[1:] == (wrong, right)


@pytest.mark.parametrize("rate", ["0%", "100%"])
def test_no_rate_has_a_base_of_zero(rate: str, standards: Standards) -> None:
    result = checked(standards, HEADING, f"公务接待费支出预算为0万元，支出决算为5.00万元，完成预算的{rate}。")
    (found,) = [f for f in result.findings if f.severity == "error"]
    assert "无法计算" in found.message
    assert found.locations[0].quote == rate


def test_nothing_of_nothing_may_be_any_rate(standards: Standards) -> None:
    for ending in ("，完成预算的0%", "，完成预算的100%", "，无法计算完成百分比", ""):
        sentence = f"公务接待费支出预算为0万元，支出决算为0万元{ending}。"
        assert errors(checked(standards, HEADING, sentence)) == []


def test_a_wrong_share_is_one_finding_with_the_sum_of_shares(standards: Standards) -> None:
    sentence = "本年支出合计200.00万元，其中：基本支出150.00万元，占75%；项目支出50.00万元，占52%。"
    result = checked(standards, EXPENDITURE, sentence)
    (found,) = [f for f in result.findings if f.severity == "error"]
    assert (found.rule, found.locations[0].quote) == ("statement.share_follows", "52%")
    assert "expenditure.shares_add_up" in found.also


@pytest.mark.parametrize(("total", "told"), [("25.12", False), ("25.16", True)])
def test_shares_of_rounded_amounts_need_not_make_exactly_100(
    total: str, told: bool, standards: Standards
) -> None:
    """10.43 and 14.70 of 25.12 are 41.52 % and 58.52 %: the amounts are rounded too."""
    shares = [f"{part / float(total):.2%}" for part in (10.43, 14.70)]
    sentence = (
        f"“三公”经费支出决算为{total}万元，其中：公务接待费支出决算10.43万元，占{shares[0]}，"
        f"因公出国（境）费支出决算0.00万元，占0.00%，公务用车购置及运行维护费支出决算14.70万元，占{shares[1]}。"
    )
    found = [f for f in checked(standards, HEADING, sentence).findings if f.severity == "error"]
    assert bool(found) == told


def test_an_amount_that_differs_from_its_other_mention(standards: Standards) -> None:
    result = checked(
        standards,
        EXPENDITURE,
        "本年支出合计200.00万元，其中：基本支出150.00万元，占75%；项目支出50.00万元，占25%。",
        "2022年度本部门整体支出绩效自评报告",
        "二、部门整体支出情况",
        "2022年度支出合计200.00万元，其中：基本支出105.00万元，项目支出50.00万元。",
    )
    (found,) = [f for f in result.findings if f.severity == "error"]
    assert found.locations[0].quote == "105.00万元"
    assert found.suggestions[0].replacement == "150.00"


def warnings(result: Checked) -> list[tuple[str, str]]:
    return [(f.rule, f.message[-12:]) for f in result.findings if f.severity == "warning"]


@pytest.mark.parametrize(("carried", "told"), [("11.25", False), ("11.28", True)])
def test_whole_amounts_in_a_sentence_of_finer_ones_mean_what_they_say(
    carried: str, told: bool, standards: Standards
) -> None:
    """60万元 is 60.00 beside 48.75, though as an interval of its digits it would allow more."""
    sentence = f"“培训项目”预算金额60万元，实际支出48.75万元，结余结转{carried}万元。"
    result = checked(standards, "2022年度本部门整体支出绩效自评报告", "二、项目支出情况", sentence)
    assert errors(result) == []
    assert [rule for rule, _ in warnings(result)] == ["statement.carried_follows"] * told


def test_amounts_rounded_alike_may_differ_in_the_last_digit(standards: Standards) -> None:
    sentence = "“培训项目”预算金额60.00万元，实际支出48.75万元，结余结转11.26万元。"
    result = checked(standards, "2022年度本部门整体支出绩效自评报告", "二、项目支出情况", sentence)
    assert (errors(result), warnings(result)) == ([], [])


def test_a_rate_of_the_wrong_direction_is_told_with_its_words(standards: Standards) -> None:
    sentence = "支出决算为15.00万元，与上年相比减少5.00万元，增长25%。"
    result = checked(standards, HEADING, f"公务接待费{sentence}")
    (found,) = [f for f in result.findings if f.severity == "error"]
    assert found.suggestions[0].text == "改为-25.00%，或写明“下降25.00%”"
    assert found.suggestions[0].replacement is None
