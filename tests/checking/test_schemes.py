"""A report's scores and grade held against the scheme that it follows."""

from __future__ import annotations

import pytest

from mingzhang.binding.compose import paragraph
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Block, Document
from mingzhang.expressions import NotEvaluatedError
from mingzhang.taxonomy import Standards, load

HEAD = ["部门整体支出绩效自评报告", "七、综合评价情况及评价结论"]
STATED = {
    "staff_control_rate": "编制人数为20人，实际在职人员为21人，在职人员控制率为105.00%，",
    "three_public_control_rate": "“三公经费”实际支出数为8.00万元，“三公经费”年初预算数为10.00万元，",
    "public_expense_control_rate": "公用经费支出103.50万元，年初预算安排公用经费为100.00万元，",
}


@pytest.fixture(scope="module")
def standards() -> Standards:
    return load().standards("hunan-2022")


def report(standards: Standards, scores: dict[str, str], scheme: str = "department_points") -> list[str]:
    """A report that prints every indicator with its weight, and full marks but for ``scores``."""
    lines = [*HEAD]
    for i in standards.schemes[scheme].indicators:
        score = scores.get(i.id, str(i.weight))
        lines.append(f"{i.label[0]}（{i.weight}分）：{STATED.get(i.id, '')}该项指标得{score}分。")
    return lines


def told(standards: Standards, rule: str, lines: list[str]) -> list[Finding]:
    blocks: list[Block] = [paragraph(line) for line in lines]
    document = Document("", "", "composed", blocks)
    read = recognise(document, 0, standards)
    read_text(document, 0, standards, 2022, read.facts)
    return list(PROCEDURES[rule](Submission(read.facts, {}, standards, 2022), standards.checks[rule]))


def test_scores_as_the_scheme_gives_them(standards: Standards) -> None:
    right = {"staff_control_rate": "0.5", "public_expense_control_rate": "5"}
    assert told(standards, "scores.scheme_differs", report(standards, right)) == []


def test_scores_from_steps_of_memory_are_a_notice(standards: Standards) -> None:
    lines = report(standards, {"staff_control_rate": "2", "public_expense_control_rate": "5"})
    (found,) = told(standards, "scores.scheme_differs", lines)
    assert found.severity == "notice"
    assert "在职人员控制率写2分，应为0.50分，21人÷20人×100%＝105.00%" in found.message
    assert [value.printed for value in found.values] == ["2分"]
    assert "每满1个百分点扣0.5分" in (found.explanation or "")


def test_other_weights_are_another_scheme(standards: Standards) -> None:
    lines = [line.replace("（3分）", "（6分）") for line in report(standards, {"staff_control_rate": "2"})]
    lines = [line for line in lines if "公用经费" not in line]
    assert told(standards, "scores.scheme_differs", lines) == []


def test_a_report_of_another_scheme_is_not_evaluated(standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError):
        told(
            standards,
            "scores.scheme_differs",
            [*HEAD, "①绩效目标合理性（40分）：根据评价标准该项得满分40分。"],
        )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("部门整体支出绩效评价得分为93.2分，绩效评价等级为“优”。", False),
        ("绩效自评得分为85分，评价等级为良好。", False),
        ("绩效自评得分为85分，评价等级为优秀。", True),
        ("绩效自评得分为59.5分，自评等级为“中”。", True),
    ],
)
def test_the_grade_follows_the_score(said: str, wrong: bool, standards: Standards) -> None:
    found = told(standards, "scores.grade_differs", [*HEAD, said])
    assert bool(found) == wrong
    for one in found:
        assert one.locations[0].quote in said
        assert "应为" in one.message
