"""A template filled in: the workbook shows what the tool computes, and YAML says the same."""

from __future__ import annotations

import io
import os
import random
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mingzhang import api
from mingzhang.money import SCALE, Interval
from mingzhang.plans.entries import CHOICE, FIGURE, Entry, entries
from mingzhang.plans.template import workbook
from mingzhang.plans.template_yaml import text
from mingzhang.readers import office
from mingzhang.reporting.score_model import ScoredPlan
from mingzhang.schemes import Scheme
from mingzhang.scoring.score import NOT_APPLICABLE, NOT_EVALUATED

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)
EDITION = "hunan-2022"
ALL_RULES = Path(__file__).with_name("every_rule.yaml")


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlay")
    (folder / "indicators").mkdir()
    shutil.copy(ALL_RULES, folder / "indicators")
    return folder


def chosen(scheme: Scheme, chance: random.Random) -> dict[str, Any]:
    """Something for most entries."""
    found: dict[str, Any] = {}
    for entry in entries(scheme):
        if chance.random() < 0.06 or (entry.name == "share" and chance.random() < 0.5):
            continue
        found[entry.key] = _value(entry, chance)
    for indicator in scheme.indicators:
        if found.get(f"{indicator.id}.applies") == "不适用":
            found = {k: v for k, v in found.items() if k.partition(".")[0] != indicator.id}
            found[f"{indicator.id}.applies"] = "不适用"
        if f"{indicator.id}.share" in found:
            found.pop(f"{indicator.id}.tier", None)
        if f"{indicator.id}.points" in found:
            found[f"{indicator.id}.reason"] = "按实际情况"
    return found


def _value(entry: Entry, chance: random.Random) -> Any:
    if entry.kind == CHOICE:
        return chance.choice(entry.choices)
    if entry.kind != FIGURE:
        return "按实际情况"
    most = int(entry.most) if entry.most is not None else 60
    if chance.random() < 0.1:
        return 0
    whole = entry.whole or chance.random() < 0.4
    return chance.randint(0, most) if whole else round(chance.uniform(0, most), chance.randint(1, 3))


def filled(scheme: Scheme, values: dict[str, Any]) -> bytes:
    """The workbook with the values in its cells, as a person fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(scheme, EDITION)))
    sheet = book["填写"]
    for row in range(1, sheet.max_row + 1):
        key = sheet.cell(row, 1).value
        value = {"unit": "青禾市图书馆", "year": 2022, **values}.get(str(key))
        if value is not None:
            cell = sheet.cell(row, 4)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else "n"
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def as_yaml(scheme: Scheme, values: dict[str, Any]) -> str:
    """The YAML template with the values after its keys."""
    own, lines = "", []
    for line in text(scheme, EDITION).decode().split("\n"):
        key = line.split(":")[0]
        if line.startswith("  ") and not line.startswith("   ") and "#" not in line:
            own = key.strip()
        path = f"{own}.{key.strip()}" if line.startswith("    ") else key
        value = {"unit": "青禾市图书馆", "year": 2022, **values}.get(path)
        lines.append(line if value is None else f'{key}: "{value}"')
    return "\n".join(lines)


def near(shown: object, points: Interval) -> bool:
    """Whether a cell shows these points: a number, or both ends as a text."""
    low, high = (float(Fraction(end, SCALE)) for end in points)
    if isinstance(shown, str):
        one, other = shown.split("～")
        return abs(float(one) - low) < 0.0051 and abs(float(other) - high) < 0.0051
    return high - low < 1e-6 and isinstance(shown, (int, float)) and abs(shown - low) < 1e-6


def compare(data: bytes, plan: ScoredPlan) -> None:
    """Every score, the total and the grade of the recalculated workbook are the tool's."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data), data_only=True)["评分"].iter_rows(min_row=4))
    for cells, one in zip(rows, plan.scored.scores):
        shown = cells[7].value
        told = (one.indicator.id, shown, one)
        if one.status == NOT_EVALUATED:
            assert shown == "未评价", told
        elif one.status == NOT_APPLICABLE:
            assert shown == "不适用", told
        else:
            assert one.points is not None
            assert near(shown, one.points), told
    total, grade = rows[len(plan.scored.scores)][7].value, rows[len(plan.scored.scores) + 1][7].value
    assert near(total, plan.scored.total), (total, plan.scored.total)
    if plan.scored.scheme.grades:
        assert grade == (plan.scored.grade or "不能确定")


@needs_office
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["every_rule", "taken_off", "department_points"])
def test_the_workbook_shows_what_the_tool_computes(
    name: str, seed: int, overlay: Path, tmp_path: Path
) -> None:
    scheme = api.schemes(EDITION, standards=overlay)[name][1]
    path = tmp_path / "评分数据.xlsx"
    path.write_bytes(filled(scheme, chosen(scheme, random.Random(seed))))
    (plan,) = api.score(path, standards=overlay).plans
    compare(office.convert(path.read_bytes(), ".xlsx", "xlsx"), plan)


@pytest.mark.parametrize("name", ["every_rule", "taken_off", "department_points", "department_deductions"])
def test_yaml_and_workbook_give_the_same(name: str, overlay: Path, tmp_path: Path) -> None:
    scheme = api.schemes(EDITION, standards=overlay)[name][1]
    for seed in range(5):
        values = chosen(scheme, random.Random(seed))
        one, other = tmp_path / "a.xlsx", tmp_path / "a.yaml"
        one.write_bytes(filled(scheme, values))
        other.write_text(as_yaml(scheme, values), encoding="utf-8")
        first, second = api.score([one, other], standards=overlay).plans
        assert first.scored == second.scored
        assert (first.unit, first.year) == (second.unit, second.year) == ("青禾市图书馆", 2022)


def test_the_blank_template_is_a_valid_start(tmp_path: Path) -> None:
    scheme = api.schemes(EDITION)["department_points"][1]
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(scheme, {}))
    (plan,) = api.score(path).plans
    assert all(one.status == NOT_EVALUATED for one in plan.scored.scores)
    assert plan.scored.total == Interval(0, Decimal(100) * SCALE)
    shown = openpyxl.load_workbook(io.BytesIO(workbook(scheme, EDITION)), data_only=True)["评分"]
    assert {shown.cell(row, 8).value for row in range(4, 22)} == {
        "未评价"
    }  # what is shown before Excel counts
    assert shown.cell(22, 8).value == "0.00～100.00"


def test_only_the_cells_to_fill_in_are_open_and_no_text_is_a_formula(overlay: Path) -> None:
    scheme = api.schemes(EDITION, standards=overlay)["every_rule"][1]
    data = workbook(scheme, EDITION)
    assert data == workbook(scheme, EDITION)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(sheet.protection.sheet for sheet in book)
    keys = {entry.key for entry in entries(scheme)} | {"unit", "year"}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                expected = sheet.title == "填写" and cell.column == 4 and row[0].value in keys
                assert (not cell.protection.locked) == expected, cell.coordinate
                formula = sheet.title == "评分" and cell.column >= 7
                assert cell.data_type != "f" or formula, cell.coordinate
    lists = [rule for rule in book["填写"].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 6
