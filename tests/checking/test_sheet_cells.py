"""Cells of score sheets that somebody forgot, rates that cannot be, grades beside other totals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from grids import dumped
from mingzhang import samples
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

STANDARDS = load().standards("cn-2022")
FORM = "project_score_sheet"
FIRST, SECOND = (f"output/quantity/{name}" for name in ("整理档案数量", "档案数字化数量"))
SATISFIED = "satisfaction/served/查阅群众满意度"
BLANK = "sheets.cells_blank"


def sheet(changes: Mapping[tuple[str, str], str], form: str = FORM, name: str = "档案项目") -> dict[Key, str]:
    signed = {(form, "head", "value"): "张三"}
    changed = {(form, *key): text for key, text in changes.items()}
    return score_sheet(form, name, Decimal("10.00")) | signed | changed


def told(rule: str, *sheets: Mapping[Key, str], dump: bool = False) -> list[Finding]:
    cells = {key: text for one in sheets for key, text in one.items()}
    document = Document("", "", "composed", compose_sheets(cells, STANDARDS, samples.YEAR))
    read = recognise(dumped(document, covered=False) if dump else document, 0, STANDARDS)
    readings = {reading.address: reading for reading in read.sheets}
    submission = Submission(read.facts, readings, STANDARDS, samples.YEAR)
    return [one for one in PROCEDURES[rule](submission, STANDARDS.checks[rule]) if isinstance(one, Finding)]


def test_a_whole_sheet_is_right_and_a_blank_one_is_not_scored() -> None:
    assert told(BLANK, sheet({})) == []
    blank = {(row, column): "" for _, row, column in sheet({}) if column in ("actual", "score")}
    assert told(BLANK, sheet(blank)) == []


@pytest.mark.parametrize(
    ("row", "column", "text", "said"),
    [
        (FIRST, "actual", "", "“整理档案数量”的实际完成值"),
        (FIRST, "score", "", "“整理档案数量”的得分"),
        ("total", "score", "", "“总分”的得分"),
        ("funds", "score", "", "“年度资金总额”的得分"),
        (FIRST, "actual", "暂未统计", "“整理档案数量”的实际完成值（写着“暂未统计”）"),
        (FIRST, "actual", "无法统计数据。", "（写着“无法统计数据。”）"),
    ],
)
def test_what_was_left_out_is_named(row: str, column: str, text: str, said: str) -> None:
    (found,) = told(BLANK, sheet({(row, column): text}))
    assert said in found.message


def test_a_sheet_is_told_once() -> None:
    (found,) = told(BLANK, sheet({(FIRST, "score"): "", (SECOND, "score"): "", ("total", "score"): ""}))
    assert len(found.locations) == 3
    assert "没有填写“整理档案数量”的得分、“档案数字化数量”的得分、“总分”的得分：" in found.message


@pytest.mark.parametrize(
    "changes", [{(FIRST, "actual"): "", (FIRST, "score"): "0"}, {(FIRST, "actual"): "12"}]
)
def test_no_result_without_points_is_right(changes: Mapping[tuple[str, str], str]) -> None:
    assert told(BLANK, sheet(changes)) == []


def test_a_cell_that_a_dump_does_not_print_is_not_blank() -> None:
    whole = sheet({(FIRST, "reason"): ""})
    assert told(BLANK, whole, dump=True) == []


def test_one_sheet_unsigned_among_signed_ones() -> None:
    rule, other = "sheets.signature_blank", f"{FORM}#2"
    unsigned = sheet({("head", "value"): ""}, other, "库房项目")
    (found,) = told(rule, sheet({}), unsigned)
    assert "《项目支出绩效自评表》（第2张）" in found.message.replace("（第2张）》", "》（第2张）")
    assert told(rule, sheet({}), sheet({}, other, "库房项目")) == []
    with pytest.raises(NotEvaluatedError):
        told(rule, sheet({("head", "value"): ""}), unsigned)


@pytest.mark.parametrize(
    ("row", "actual", "count"),
    [
        (SATISFIED, "105%", 1),
        (SATISFIED, "100%", 0),
        ("output/quality/验收合格率", "120%", 1),
        ("output/quality/任务完成率", "120%", 0),
    ],
)
def test_a_part_is_no_more_than_the_whole(row: str, actual: str, count: int) -> None:
    changes = {(row, column): "95%" for column in ("target",)} | {(row, "actual"): actual}
    changes |= {(row, "level3"): row.rpartition("/")[2]}
    assert len(told("indicators.rate_above_whole", sheet(changes))) == count


@pytest.mark.parametrize("row", ["grade", "grade_below"])
@pytest.mark.parametrize(("grade", "count"), [("差", 1), ("良好", 1), ("优", 0), ("优秀", 0), ("合格", 0)])
def test_the_grade_of_a_sheet_is_held_against_its_total(row: str, grade: str, count: int) -> None:
    found = told("scores.grade_differs", sheet({(row, "value"): grade}))
    assert len(found) == count
    assert all("总分为98分，应为“优”" in one.message for one in found)
