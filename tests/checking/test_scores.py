"""Score sheets of the self-evaluation: scores that are recomputed, goals that are the project's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from mingzhang import samples
from mingzhang.binding.compose import paragraph
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Block, Cell, Document, Table
from mingzhang.expressions import NotEvaluatedError
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import Standards, load

SHEET = "project_score_sheet"
REPORT = [
    "部门整体支出绩效自评报告",
    "七、综合评价情况及评价结论",
    "①绩效目标合理性（40分）：绩效目标符合规划，根据评价标准该项得满分40分。",
    "②在职人员控制率（60分）：根据评价标准该项指标得58分。",
    "本单位2022年度部门整体支出绩效评价得分为98分，绩效评价等级为“优”。",
]


@pytest.fixture(scope="module")
def standards() -> Standards:
    return load().standards(samples.EDITION)


def told(standards: Standards, rule: str, blocks: list[Block]) -> list[Finding]:
    document = Document("", "", "composed", blocks)
    read = recognise(document, 0, standards)
    read_text(document, 0, standards, samples.YEAR, read.facts)
    readings = {reading.address: reading for reading in read.readings + read.sheets}
    submission = Submission(read.facts, readings, standards, samples.YEAR)
    return list(PROCEDURES[rule](submission, standards.checks[rule]))


def execution(standards: Standards, *sheets: Mapping[str, str]) -> list[Finding]:
    """What is said of sheets of 10.00万元 each, with the row of their money changed."""
    cells = {}
    for number, changes in enumerate(sheets, 1):
        form = SHEET if number == 1 else f"{SHEET}#{number}"
        cells |= score_sheet(form, f"第{number}个项目", Decimal("10.00"))
        cells |= {(form, "funds", column): printed for column, printed in changes.items()}
    return told(standards, "scores.execution_differs", compose_sheets(cells, standards, samples.YEAR))


def test_a_score_is_the_rate_of_the_points(standards: Standards) -> None:
    assert execution(standards, {"rate": "53.00%", "score": "5.3"}, {"rate": "27.82%", "score": "2.78"}) == []


def test_a_wrong_score_is_told_at_its_cell(standards: Standards) -> None:
    (found,) = execution(standards, {"final": "0.53", "rate": "5.3%", "score": "0.05"})
    assert found.locations[0].quote == "0.05"
    assert "按执行率5.3%乘以分值10分计算应为0.53分" in found.message


@pytest.mark.parametrize(
    ("rate", "score", "wrong"),
    [
        ("27.80%", "2.78", []),
        ("72.80%", "7.28", ["72.80%"]),  # the score follows from the wrong rate
        ("72.80%", "2.78", ["72.80%"]),
        ("27.80%", "7.28", ["7.28"]),
        ("72.80%", "5.00", ["72.80%", "5.00"]),
        ("28%", "2.78", []),
        ("28%", "2.8", []),
    ],
)
def test_a_wrong_rate_and_a_wrong_score_are_one_finding_each(
    standards: Standards, rate: str, score: str, wrong: list[str]
) -> None:
    cells = score_sheet(SHEET, "档案项目", Decimal("10.00"))
    cells |= {(SHEET, "funds", "final"): "2.78", (SHEET, "fiscal", "final"): "2.78"}
    cells |= {(SHEET, "funds", "rate"): rate, (SHEET, "funds", "score"): score}
    cells[SHEET, "total", "score"] = f"{Decimal(cells[SHEET, 'total', 'score']) - 10 + Decimal(score)}"
    read = recognise(Document("", "", "", compose_sheets(cells, standards, samples.YEAR)), 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    found = check_submission(Submission(read.facts, readings, standards, samples.YEAR)).findings
    told = [f for f in found if f.severity != "rounding"]
    assert sorted(f.locations[0].quote for f in told) == sorted(wrong), [f.message for f in found]


def test_a_score_is_held_against_the_amounts_where_no_rate_is_printed(standards: Standards) -> None:
    assert execution(standards, {"final": "2.78", "rate": "", "score": "2.78"}) == []
    (found,) = execution(standards, {"final": "2.78", "rate": "", "score": "3.00"})
    assert "按全年执行数2.78除以全年预算数10.00乘以分值10分计算应为2.78分" in found.message
    (found,) = execution(standards, {"final": "", "budget": "", "rate": "27.80%", "score": "3.00"})
    assert "按执行率27.80%乘以分值10分计算应为2.78分" in found.message


def test_a_score_is_rounded_as_the_others_are(standards: Standards) -> None:
    assert execution(standards, {"rate": "1.64%", "score": "0"}) == []
    assert (
        len(execution(standards, {"rate": "1.64%", "score": "0"}, {"rate": "27.82%", "score": "2.78"})) == 1
    )


def test_no_score_is_above_its_points_and_none_follows_from_nothing(standards: Standards) -> None:
    assert execution(standards, {"rate": "120.00%", "score": "10"}) == []
    with pytest.raises(NotEvaluatedError, match="没有写明执行率"):
        execution(standards, {"budget": "0", "final": "0", "rate": "0%", "score": "10"})


def test_a_score_that_follows_from_its_rate_is_not_the_wrong_one(standards: Standards) -> None:
    cells = score_sheet(SHEET, "档案项目", Decimal("10.00"))
    cells |= {(SHEET, "funds", "final"): "2.78", (SHEET, "fiscal", "final"): "2.78"}
    cells |= {(SHEET, "funds", "rate"): "27.80%", (SHEET, "funds", "score"): "2.78"}
    cells[SHEET, "total", "score"] = "90.87"
    document = Document("", "", "composed", compose_sheets(cells, standards, samples.YEAR))
    read = recognise(document, 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    (found,) = check_submission(Submission(read.facts, readings, standards, samples.YEAR)).findings
    assert found.locations[0].quote == "90.87"
    assert found.suggestions[0].replacement == "90.78"


def test_a_total_is_the_sum_of_its_indicators(standards: Standards) -> None:
    assert told(standards, "scores.total_differs", [*map(paragraph, REPORT)]) == []


def test_a_total_of_another_sheet_is_told(standards: Standards) -> None:
    wrong = [text.replace("得分为98分", "得分为93.22分") for text in REPORT]
    (found,) = told(standards, "scores.total_differs", [*map(paragraph, wrong)])
    assert found.locations[0].quote == "93.22分"
    assert "2项指标的得分合计为98分，所写的总得分为93.22分" in found.message


def test_indicators_that_are_not_all_are_not_added_up(standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError, match="满分100分"):
        told(standards, "scores.total_differs", [paragraph(text) for text in REPORT if "②" not in text])


GOAL, OTHER = (
    "完成馆藏档案的整理和数字化，为群众提供查阅服务。",
    "完成库房的维修改造，保证馆藏档案的安全和完整。",
)


def goals(standards: Standards, rule: str, **sheets: tuple[str, str]) -> list[Finding]:
    """What is said of sheets with a project's name and its goal, either of which may be empty."""
    cells = {}
    for form, (name, goal) in sheets.items():
        address = form.replace("_2", "#2")
        cells |= score_sheet(address, name, Decimal("10.00")) if name else {}
        cells[address, "goals", "expected"] = goal
    return told(standards, rule, compose_sheets(cells, standards, samples.YEAR))


def test_each_project_has_its_own_goal(standards: Standards) -> None:
    rule = "sheets.goal_copied"
    one = {"department_score_sheet": ("", GOAL), "project_score_sheet": ("档案项目", GOAL)}
    assert goals(standards, rule, **one) == []
    assert goals(standards, rule, **one, project_score_sheet_2=("档案项目", GOAL)) == []
    assert (
        goals(
            standards, rule, project_score_sheet=("档案项目", GOAL), project_score_sheet_2=("库房项目", OTHER)
        )
        == []
    )
    (found,) = goals(standards, rule, **one, project_score_sheet_2=("库房项目", OTHER))
    assert "项目“档案项目”的目标与《部门整体支出绩效自评表》的一字不差" in found.message
    (found,) = goals(
        standards, rule, project_score_sheet=("档案项目", GOAL), project_score_sheet_2=("库房项目", GOAL)
    )
    assert "项目“库房项目”的目标与项目“档案项目”的一字不差" in found.message
    assert found.locations[0].quote == GOAL


def test_a_sheet_without_money_has_no_goal(standards: Standards) -> None:
    rule = "sheets.goal_without_funds"
    assert goals(standards, rule, fund_score_sheet=("库房项目", GOAL)) == []
    (found,) = goals(standards, rule, project_score_sheet=("档案项目", OTHER), fund_score_sheet=("", GOAL))
    assert "《政府性基金预算支出绩效自评表》没有名称和资金，却写有" in found.message


def test_without_goals_nothing_is_evaluated(standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError, match="没有写明年度总体目标"):
        told(standards, "sheets.goal_copied", [*map(paragraph, REPORT)])


def test_a_goal_that_says_there_is_none_is_none(standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError, match="没有写明年度总体目标"):
        goals(standards, "sheets.goal_without_funds", project_score_sheet=("", "无此项目"))


def test_a_sheet_prints_its_own_labels(standards: Standards) -> None:
    rule = "sheets.label_of_another"
    blocks = compose_sheets(score_sheet("capital_score_sheet", "档案项目", Decimal("10.00")), standards, 2022)
    assert told(standards, rule, blocks) == []
    note = paragraph("说明：每个一级社会保险基金预算支出填写一张社会保险基金预算支出绩效自评表。")
    (found,) = told(standards, rule, [*_relabelled(blocks, "社会保险基金预算支出名称"), note])
    assert found.message.startswith(
        "《国有资本经营预算支出绩效自评表》的“社会保险基金预算支出名称”是《社会保险基金预算支出绩效自评表》的栏目"
    )
    assert found.suggestions[0].text == "改为“国有资本经营预算支出名称”"
    assert told(standards, rule, _relabelled(blocks, "项目名称")) == [], "what any sheet may print"
    with pytest.raises(NotEvaluatedError, match="没有项目、基金等自评表"):
        told(standards, rule, [paragraph("说明")])


def _relabelled(blocks: Sequence[Block], label: str) -> list[Block]:
    """The blocks with another label for the name of what the money is for."""

    def cell(known: Cell) -> Cell:
        return known._replace(text=label) if known.text.endswith("名称") else known

    return [replace(b, cells=tuple(map(cell, b.cells))) if isinstance(b, Table) else b for b in blocks]


def test_rates_and_points_left_blank_are_no_zero(standards: Standards) -> None:
    cells = score_sheet(SHEET, "档案项目", Decimal("10.00"))
    for key in ((SHEET, "funds", "rate"), (SHEET, "funds", "score"), (SHEET, "total", "score")):
        cells[key] = ""
    blocks = compose_sheets(cells, standards, samples.YEAR)
    document = Document("", "", "composed", blocks)
    read = recognise(document, 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    checked = check_submission(Submission(read.facts, readings, standards, samples.YEAR))
    assert [f.rule for f in checked.findings if f.severity == "error"] == []
