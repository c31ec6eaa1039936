"""One score sheet in two files: figures that differ are told, whatever else the files hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from mingzhang import api, samples
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.checking.finding import Finding
from mingzhang.documents import Document
from mingzhang.facts import Key
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import load
from mingzhang.writers import write

RULE = "sheets.copies_differ"
PROJECT, DEPARTMENT = "project_score_sheet", "department_score_sheet"
UNIT = "青禾市图书馆"
FIRST = "output/quantity/整理档案数量"


def sheet(
    folder: Path, name: str, form: str, project: str, changes: Mapping[tuple[str, str], str], unit: str = UNIT
) -> Path:
    """A file with one sheet."""
    cells: dict[Key, str] = score_sheet(form, project, Decimal("10.00"))
    cells[form, "implementer" if form == PROJECT else "name", "value"] = unit
    cells |= {(form, *at): text for at, text in changes.items()}
    standards = load().standards("cn-2022")
    path = folder / f"{name}.xlsx"
    write(Document("", "", "composed", compose_sheets(cells, standards, samples.YEAR)), path)
    return path


def told(*files: Path) -> list[Finding]:
    submissions = api.check(list(files)).submissions
    return [one for report in submissions for one in report.findings if one.rule == RULE]


WRONG = {(FIRST, "score"): "12", ("total", "score"): "94"}


@pytest.mark.parametrize("form", [PROJECT, DEPARTMENT])
def test_the_figures_that_differ_are_named(tmp_path: Path, form: str) -> None:
    one = sheet(tmp_path, "甲", form, "档案项目", {})
    assert told(one, sheet(tmp_path, "乙", form, "档案项目", {})) == []
    [found] = told(one, sheet(tmp_path, "丙", form, "档案项目", WRONG))
    assert "在两个文件中有2个数字不同（“整理档案数量得分”为16和12，“总分得分”为98和94）" in found.message
    assert {place.document for place in found.locations} == {0, 1}


def test_sheets_of_two_projects_are_two_sheets(tmp_path: Path) -> None:
    one = sheet(tmp_path, "甲", PROJECT, "档案项目", {})
    assert told(one, sheet(tmp_path, "乙", PROJECT, "库房项目", WRONG)) == []


def test_sheets_of_two_units_are_two_sheets(tmp_path: Path) -> None:
    one = sheet(tmp_path, "甲", DEPARTMENT, "", {})
    assert told(one, sheet(tmp_path, "乙", DEPARTMENT, "", WRONG, "青禾市档案馆")) == []
