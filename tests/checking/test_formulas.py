"""One defect, one finding: a result that a relation has found wrong is not told again."""

from __future__ import annotations

from mingzhang import samples
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.documents import Document, Paragraph
from mingzhang.provenance import Place
from mingzhang.taxonomy import load

RULE = "statements.result_differs"


HEAD = ["2022年度青禾市档案馆整体支出绩效自评报告", "三、项目支出情况"]


def told(*lines: str) -> list[Finding]:
    """What is said of the formulas of a report, by any rule."""
    standards = load().standards(samples.EDITION)
    blocks = [Paragraph(line, Place(paragraph=n)) for n, line in enumerate([*HEAD, *lines], 1)]
    document = Document("", "", "composed", list(blocks))
    found = recognise(document, 0, standards)
    read_text(document, 0, standards, samples.YEAR, found.facts)
    result = check_submission(Submission(found.facts, {}, standards, samples.YEAR))
    return [f for f in result.findings if RULE in (f.rule, *f.also)]


def test_a_rate_that_a_relation_finds_wrong_is_told_once() -> None:
    spent = "“档案数字化项目”预算金额250.00万元，实际支出188.75万元"
    (found,) = told(f"{spent}，预算执行率为188.75/250.00×100%=76.50%。")
    assert found.rule == "statement.execution_follows"
    (found,) = told("该项预算执行率为188.75/250.00×100%=76.50%。")
    assert found.rule == RULE
    assert told(f"{spent}，预算执行率为188.75/250.00×100%=75.50%。") == []


def test_the_same_formula_is_told_once_at_all_its_places() -> None:
    line = "执行率=188.75/250.00×100%=76.50%。"
    (found,) = told(f"本年{line}", f"全年{line}")
    assert [place.role for place in found.locations] == [
        "subject",
        "operand",
        "operand",
        "operand",
        "subject",
    ]
    assert [value.printed for value in found.values] == ["76.50%", "188.75", "250.00", "100%"]
    assert found.expected is not None
    assert found.expected.printed == "75.50"


def test_a_result_that_is_cut_off_is_a_warning() -> None:
    (found,) = told("控制率=2人/3人×100%=66.66%。")
    assert found.severity == "warning"
    (found,) = told("控制率=2人/3人×100%=66.76%。")
    assert found.severity == "error"
