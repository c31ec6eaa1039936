"""The year, unit of money, unit and date above and below a score sheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from mingzhang import samples
from mingzhang.binding.compose import paragraph
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document, Paragraph
from mingzhang.expressions import NotEvaluatedError
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import load

STANDARDS = load().standards("cn-2022")
PROJECT, DEPARTMENT = "project_score_sheet", "department_score_sheet"
OWN, OTHER = "青禾市档案馆", "红林市图书馆"


def told(
    rule: str,
    changes: Mapping[tuple[str, str], str] | None = None,
    printed: tuple[str, str] = ("", ""),
    *texts: str,
    entity: str | None = OWN,
) -> list[Finding]:
    """What is said of a project's sheet and the department's with cells changed, or a line of their heads."""
    cells = score_sheet(PROJECT, "档案项目", Decimal("10.00")) | score_sheet(DEPARTMENT, "", Decimal("10.00"))
    cells |= {(form, row, "value"): text for (form, row), text in (changes or {}).items()}
    blocks = [*map(paragraph, texts), *compose_sheets(cells, STANDARDS, samples.YEAR)]
    if printed[0]:
        at = next(n for n, b in enumerate(blocks) if isinstance(b, Paragraph) and b.text == printed[0])
        blocks[at] = paragraph(printed[1], "label")
    document = Document("", "", "composed", blocks)
    read = recognise(document, 0, STANDARDS)
    read_text(document, 0, STANDARDS, samples.YEAR, read.facts)
    readings = {reading.address: reading for reading in read.sheets}
    submission = Submission(read.facts, readings, STANDARDS, samples.YEAR, entity=entity)
    return [one for one in PROCEDURES[rule](submission, STANDARDS.checks[rule]) if isinstance(one, Finding)]


def test_the_year_of_one_sheet_is_another() -> None:
    rule = "sheets.year_differs"
    assert told(rule) == []
    (found,) = told(rule, None, ("（2022年度）", "（2021年度）"))
    assert "年度印为“（2021年度）”，应为2022年度" in found.message
    assert found.suggestions[0].replacement == "（2022年度）"


def test_the_unit_of_money_above_a_sheet_is_another() -> None:
    rule = "sheets.money_unit_differs"
    assert told(rule) == []
    (found,) = told(rule, None, ("单位：万元", "单位：元"))
    assert "上方印为“单位：元”，表内的资金栏印为“万元”" in found.message


@pytest.mark.parametrize("row", [(DEPARTMENT, "name"), (PROJECT, "implementer")])
def test_a_sheet_of_another_unit(row: tuple[str, str]) -> None:
    rule = "sheets.entity_differs"
    (found,) = told(rule, {row: OTHER})
    assert f"为“{OTHER}”，本单位是“{OWN}”" in found.message
    assert told(rule, {row: OTHER}, ("", ""), f"纳入编制范围的有{OWN}和{OTHER}。") == []
    for akin in (OWN, "青禾档案馆", f"{OWN}办公室", "局机关", "各乡镇"):
        assert told(rule, {row: akin}) == []
    with pytest.raises(NotEvaluatedError):
        told(rule, {row: OTHER}, entity=None)


@pytest.mark.parametrize(
    ("day", "count"),
    [("2022年4月12日", 1), ("2022.4.12", 1), ("2022年12月30日", 0), ("2023年4月12日", 0), ("4月12日", 0)],
)
def test_a_sheet_cannot_be_filled_in_before_the_year_is_over(day: str, count: int) -> None:
    changes = {(PROJECT, "date"): day, (DEPARTMENT, "date"): day}
    if day.startswith("4"):
        with pytest.raises(NotEvaluatedError):
            told("sheets.dated_too_early", changes)
        return
    found = told("sheets.dated_too_early", changes)
    assert len(found) == count
    assert all(len(one.locations) == 2 for one in found)
