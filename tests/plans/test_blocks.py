"""Schemes of blocks in data files: the workbook shows what the tool computes; faults at their cell."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.plans.plan import PlanError
from mingzhang.readers import office
from mingzhang.reporting.score_model import ScoredPlan

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)
SCHEMES = ("department_sheet", "project_sheet", "fund_sheet", "capital_sheet", "insurance_sheet")
DATA = """\
format: mingzhang.score/1
scheme: project_sheet
unit: 青禾市图书馆
year: 2022
indicators:
  project: {name: 档案数字化项目}
  funds: {initial: 90, budget: 100.00, final: 96.00}
  output_1: {part: 数量指标, name: 整理档案数量, target: ≥5个, actual: 6个, weight: 30, score: 30}
  output_2: {part: 质量指标, name: 合格率, target: 100%, actual: 98%, weight: 20, score: 18, reason: 返工}
  benefit_1: {name: 档案利用, target: 提升, actual: 提升, weight: 30, score: 30}
  satisfaction_1: {name: 满意度, target: 95%, actual: 96%, weight: 10, score: 10}
"""


def chosen(chance: random.Random) -> dict[str, Any]:
    """Funds and indicators whose points add up."""
    found: dict[str, Any] = {"project.name": "档案数字化项目"}
    found["funds.budget"] = chance.choice([0, round(chance.uniform(1, 500), 2)])
    found["funds.final"] = round(chance.uniform(0, 500), 2)
    for block, points in (("output", 50), ("benefit", 30), ("satisfaction", 10)):
        count = chance.randint(0 if chance.random() < 0.2 else 1, 5)
        for number in range(1, count + 1):
            own = f"{block}_{number}"
            weight = points - (points // count) * (count - 1) if number == count else points // count
            found |= {f"{own}.name": f"指标{number}", f"{own}.target": "≥5个", f"{own}.weight": weight}
            if chance.random() < 0.95:
                found[f"{own}.score"] = round(chance.uniform(0, weight), 1)
    return found


def filled(name: str, values: dict[str, Any]) -> bytes:
    """The workbook with the values in its cells."""
    book = openpyxl.load_workbook(io.BytesIO(api.score_template(name)))
    sheet = book["填写"]
    columns: list[Any] = []
    for row in range(1, sheet.max_row + 1):
        key = str(sheet.cell(row, 1).value)
        if key == "columns":
            columns = ["part", "name", "target", "actual", "weight", "score", "reason"]
            continue
        names = [f"{key}.{column}" for column in columns] or [key]
        for column, own in enumerate(names, 4):
            value = {"unit": "青禾市图书馆", "year": 2022, **values}.get(own)
            if value is not None:
                sheet.cell(row, column).value = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def scored(path: Path) -> ScoredPlan:
    (plan,) = api.score(path).plans
    return plan


@needs_office
@pytest.mark.parametrize("seed", range(4))
def test_the_workbook_shows_what_the_tool_computes(seed: int, tmp_path: Path) -> None:
    name = SCHEMES[seed % len(SCHEMES)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(name, chosen(random.Random(seed))))
    sheet = scored(path).evaluation.sheet
    assert sheet is not None
    data = office.convert(path.read_bytes(), ".xlsx", "xlsx")
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["评分"]
    for row, one in enumerate(sheet.blocks, 4):
        value = shown.cell(row, 4).value
        if one.points is None:
            assert value == "未评价", (one, value)
        else:
            assert value == pytest.approx(float(one.points.low) / 1e8, abs=1e-6)
        assert not shown.cell(row, 5).value
    total, grade = shown.cell(8, 4).value, shown.cell(9, 4).value
    if sheet.total is None:
        assert (total, grade) == ("未评价", "未评价")
    else:
        assert total == pytest.approx(float(sheet.total.low) / 1e8, abs=1e-6)
        assert grade == sheet.grade


@pytest.mark.parametrize("name", SCHEMES)
def test_every_sheet_has_a_template_that_is_locked_but_for_its_cells(name: str) -> None:
    data = api.score_template(name)
    assert data == api.score_template(name)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(sheet.protection.sheet for sheet in book)
    open_cells = {c.coordinate for row in book["填写"].iter_rows() for c in row if not c.protection.locked}
    assert len(open_cells) == 3 * 10 * 7 + (5 if name == "department_sheet" else 6)
    assert all(c.data_type != "f" for row in book["填写"].iter_rows() for c in row)
    assert api.score_template(name, "yaml").decode().count("score:") == 30


def test_yaml_and_workbook_give_the_same_and_the_filled_sheet_is_read_again(tmp_path: Path) -> None:
    values = chosen(random.Random(5)) | {"funds.budget": 100, "funds.final": 30.5}
    one, other = tmp_path / "a.xlsx", tmp_path / "a.yaml"
    one.write_bytes(filled("project_sheet", values))
    lines = ["format: mingzhang.score/1", "scheme: project_sheet", "unit: 青禾市图书馆", "year: 2022"]
    lines += ["indicators:"]
    for own in dict.fromkeys(key.split(".")[0] for key in values):
        lines.append(f"  {own}:")
        lines += [f'    {k.split(".")[1]}: "{v}"' for k, v in values.items() if k.split(".")[0] == own]
    other.write_text("\n".join(lines), encoding="utf-8")
    first, second = scored(one), scored(other)
    assert first.cells == second.cells
    assert first.evaluation.sheet == second.evaluation.sheet

    from mingzhang.reporting.scores_xlsx import scores_xlsx

    other.write_text(DATA, encoding="utf-8")
    report = api.score(other)
    table = tmp_path / "自评表.xlsx"
    table.write_bytes(scores_xlsx(report))
    (evaluation,) = api.score(table).submissions[0].evaluations
    assert evaluation.sheet is not None
    assert evaluation.sheet.grade == "优"
    printed = {f.key[1:]: f.printed for f in api.read(table)}
    assert printed["funds", "score"] == "9.6"
    assert printed["funds", "budget"] == "100.00"
    assert printed["total", "score"] == "97.6"
    assert printed["output/quality/合格率", "score"] == "18"
    assert not [f for f in api.check(table).findings if f.severity in ("error", "warning")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "weight: 20, score: 18",
            "weight: 15, score: 10",
            "output_2.weight（第9行）：“产出指标”各项分值合计为45，应为50",
        ),
        (
            "weight: 30, score: 30}\n  output_2",
            "weight: 30, score: 31}\n  output_2",
            "不能超过分值30，现为31",
        ),
        ("name: 合格率, ", "", "没有填写三级指标的名称"),
        ("target: 95%, ", "", "指标“满意度”没有填写年度指标值"),
        ("weight: 10, ", "", "指标“满意度”没有填写分值"),
        ("part: 质量指标, name: 合格率", "part: 数量指标, name: 整理档案数量", "重复"),
        ("part: 质量指标", "part: 甲指标", "可以填：数量指标、质量指标、时效指标、成本指标"),
        ("budget: 100.00", "budget: -1", "“全年预算数”不能是负数，现为-1"),
        ("final: 96.00", "final: 很多", "“全年执行数”应填数字，现为“很多”"),
        ("output_1:", "output_11:", "没有这一项"),
    ],
)
def test_a_fault_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(DATA.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        api.score(path)
    assert told in str(caught.value)


def test_a_fault_is_told_at_its_cell(tmp_path: Path) -> None:
    values = chosen(random.Random(5)) | {"funds.budget": "很多", "satisfaction_10.score": 3}
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled("project_sheet", values))
    with pytest.raises(PlanError) as caught:
        api.score(path)
    assert "工作表“填写”D8：“全年预算数”应填数字，现为“很多”。" in caught.value.faults
    assert any(fault.startswith("工作表“填写”E") and "名称" in fault for fault in caught.value.faults)


def test_texts_of_the_workbook_are_taken_as_they_print(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    values = chosen(random.Random(3)) | {"output_1.name": "整理", "output_1.weight": 50, "output_1.score": 50}
    values = {k: v for k, v in values.items() if not k.startswith("output") or k.startswith("output_1.")}
    path.write_bytes(filled("project_sheet", values))
    book = openpyxl.load_workbook(path)
    sheet = book["填写"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "output_1")
    target, actual = sheet.cell(row, 6), sheet.cell(row, 7)
    target.value, target.number_format = 44926, "yyyy-mm-dd"
    actual.value, actual.number_format = 0.95, "0%"
    book.save(path)
    cells = {column: text for (at, column), text in scored(path).cells.items() if at.endswith("/整理")}
    assert (cells["target"], cells["actual"]) == ("2022-12-31", "95%")

    sheet.cell(row, 5).value = "=A1"
    sheet.cell(row, 8).value = "50"
    book.save(path)
    with pytest.raises(PlanError) as caught:
        api.score(path)
    assert any("“三级指标”是没有保存结果的公式" in fault for fault in caught.value.faults)
    assert any("现为文字“50”，请把单元格改为数值格式" in fault for fault in caught.value.faults)


def test_the_workbook_is_known_by_its_first_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled("project_sheet", chosen(random.Random(3))))
    book = openpyxl.load_workbook(path)
    book["填写"].title = "自评"
    book.save(path)
    assert scored(path).unit == "青禾市图书馆"

    (submission,) = api.score(tmp_path).submissions
    assert any("评分数据" in note and "直接给出" in note for note in submission.notes)

    book["自评"]["A1"].value = "mingzhang.score/0"
    book.save(path)
    with pytest.raises(UnreadableError, match=r"格式是“mingzhang.score/0”，应为“mingzhang.score/1”"):
        api.score(path)
