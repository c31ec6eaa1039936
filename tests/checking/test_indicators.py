"""The registration form and the score sheet of one evaluation state the same of one indicator."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import recognise
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import Key
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import load

RULE = "sheets.indicator_differs"
SHEET, FORM = "department_score_sheet", "registration"
NAMES = {
    "整理档案数量": "output/quantity",
    "查阅服务覆盖面": "benefit/social",
    "查阅群众满意度": "satisfaction/served",
}
OF_FORM = {"output": "output/output_all", "benefit": "benefit/benefit_all", "satisfaction": "benefit/served"}


def told(sheet: dict[str, tuple[str, str]], form: dict[str, tuple[str, str]]) -> list[Finding]:
    """What is told of a sheet and a registration form with these targets and results by indicator."""
    cells: dict[Key, str] = {}
    for address, values in ((FORM, form), (SHEET, sheet)):
        for name, (target, actual) in values.items():
            place = NAMES[name]
            row = f"{OF_FORM[place.partition('/')[0]] if address == FORM else place}/{name}"
            cells |= {(address, row, "level3"): name, (address, row, "target"): target}
            cells[address, row, "actual"] = actual
    standards = load().standards("hunan-2022")
    document = Document("", "", "composed", compose_sheets(cells, standards, 2022))
    read = recognise(document, 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    return list(PROCEDURES[RULE](Submission(read.facts, readings, standards, 2022), standards.checks[RULE]))


USUAL = {"整理档案数量": ("≥500卷", "520卷"), "查阅服务覆盖面": ("95%", "服务查阅群众1200人次、单位30家")}


def test_the_same_values_are_right() -> None:
    assert told(USUAL, USUAL) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("整理档案数量", ("500卷", "520 卷")),
        ("整理档案数量", ("0.05万卷", "0.052万卷")),
        ("整理档案数量", ("≥500卷", "全年整理档案520卷，其中文书档案300卷")),
        ("查阅服务覆盖面", ("95.0%", "服务群众0.12万人次、单位30家")),
        ("查阅服务覆盖面", ("不断提升", "单位30家")),
        ("查阅服务覆盖面", ("≥95%", "大幅提升")),
    ],
)
def test_other_words_are_no_other_value(name: str, values: tuple[str, str]) -> None:
    assert told(USUAL, USUAL | {name: values}) == []


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("整理档案数量", ("≥600卷", "520卷"), "目标值在《{0}》为“≥600卷”，在《{1}》为“≥500卷”"),
        ("整理档案数量", ("≥500卷", "250卷"), "完成值在《{0}》为“250卷”，在《{1}》为“520卷”"),
        ("查阅服务覆盖面", ("98%", "服务查阅群众1200人次、单位30家"), "为“98%”"),
        ("查阅服务覆盖面", ("95%", "服务查阅群众1200人次、单位13家"), "单位13家”，在"),
    ],
)
def test_another_value_is_told_with_both_places(name: str, values: tuple[str, str], said: str) -> None:
    (found,) = told(USUAL, USUAL | {name: values})
    assert said.format("部门整体支出绩效自评登记表", "部门整体支出绩效自评表") in found.message
    assert [place.role for place in found.locations] == ["subject", "compared"]
    assert found.severity == "warning"
    assert "≠" in (found.explanation or "")


def test_sheets_of_projects_have_their_own_values() -> None:
    first, second = (score_sheet("project_score_sheet", name, Decimal(10)) for name in ("甲项目", "乙项目"))
    second = {("project_score_sheet#2", *key[1:]): text for key, text in second.items()}
    target = next(key for key in second if key[2] == "target")
    second[target] = "90%"
    standards = load().standards("hunan-2022")
    document = Document("", "", "composed", compose_sheets(first | second, standards, 2022))
    read = recognise(document, 0, standards)
    submission = Submission(read.facts, {r.address: r for r in read.sheets}, standards, 2022)
    with pytest.raises(NotEvaluatedError, match="没有两张表"):
        list(PROCEDURES[RULE](submission, standards.checks[RULE]))


GOALS = {("department_goals", "output/quantity/整理档案数量", "level3"): "整理档案数量"}


@pytest.mark.parametrize(
    ("approved", "reason", "wrong"),
    [("≥500卷", "", False), ("≥600卷", "", True), ("≥600卷", "经批准，年中目标值调整为500卷", False)],
)
def test_targets_are_those_approved_with_the_budget(approved: str, reason: str, wrong: bool) -> None:
    row = "output/quantity/整理档案数量"
    cells: dict[Key, str] = {**GOALS, ("department_goals", row, "target"): approved}
    cells |= {(SHEET, row, "level3"): "整理档案数量", (SHEET, row, "target"): "≥500卷"}
    cells |= {(SHEET, row, "actual"): "520卷", (SHEET, row, "reason"): reason}
    standards = load().standards("cn-2022")
    document = Document("", "", "composed", compose_sheets(cells, standards, 2022))
    read = recognise(document, 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    assert readings.keys() == {"department_goals", SHEET}
    found = list(PROCEDURES[RULE](Submission(read.facts, readings, standards, 2022), standards.checks[RULE]))
    assert bool(found) == wrong
    assert all("部门整体支出绩效目标表" in one.message for one in found)


@pytest.mark.parametrize(
    ("name", "count"), [("档案数字化数量", 1), ("接待查阅人次", 1), ("查阅服务覆盖面", 0)]
)
def test_two_indicators_of_one_name(clean: Path, tmp_path: Path, name: str, count: int) -> None:
    """Under one heading they are told as such, and their points are not taken for one figure."""
    head, sheet, rest = clean.read_text("utf-8").partition("年度预算申请（万元）")
    assert name in rest
    changed = tmp_path / clean.name
    changed.write_text(head + sheet + rest.replace(name, "整理档案数量", 1), "utf-8")
    [submission] = api.check([changed]).submissions
    found = [one for one in submission.findings if one.severity != "rounding"]
    assert [one.rule for one in found] == ["indicators.named_twice"] * count
    for one in found:
        assert "2项指标都叫“整理档案数量”，指标名称重复" in one.message
        assert len(one.locations) == 2
