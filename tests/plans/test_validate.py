"""Bad data files: every fault is told at its cell or key, and nothing is scored."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.plans.plan import PlanError

EDITION = "hunan-2022"
HEAD = "format: mingzhang.score/1\nscheme: {scheme}\nunit: 青禾市图书馆\nyear: 2022\nindicators:\n"


def put(folder: Path, body: str, scheme: str = "department_points") -> Path:
    path = folder / "评分数据.yaml"
    path.write_text(HEAD.format(scheme=scheme) + body, encoding="utf-8")
    return path


def faults(path: Path, **more: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        api.score(path, **more)  # type: ignore[arg-type]
    assert str(path) in str(caught.value)
    assert all(fault in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


@pytest.mark.parametrize(
    ("indicator", "value", "told"),
    [
        ("public_expense_control_rate", "spent: 很多", "“实际支出公用经费总额”应填数字，现为“很多”"),
        ("public_expense_control_rate", "spent: -3.5", "“实际支出公用经费总额”不能是负数，现为-3.5"),
        ("public_expense_control_rate", "spent: 1000000000000", "过大，请检查单位"),
        ("staff_control_rate", "posts: 17.5", "“编制数”应填整数，现为17.5"),
        ("satisfaction", "rate: 101", "“满意度”不能大于100，现为101"),
        ("goals_reasonable", "points: 4", "“得分”不能超过分值3，现为4"),
        ("goals_reasonable", "points: 2", "评分需要写明理由"),
        ("administrative_effect", "tier: 很好", "不能填“很好”，可以填：效果好、效果一般、没有效果或不明显"),
        ("administrative_effect", "{tier: 效果好, share: 70}", "达成的比例70%不在“效果好”的100%至100%之内"),
        ("management_rules", "met_1: 有", "不能填“有”，可以填：是、否"),
        ("management_rules", "met_9: 是", "没有这一项"),
        ("staff_control_rate", "applies: 不适用", "没有这一项"),
        ("nothing", "x: 1", "没有这一项"),
    ],
)
def test_a_fault_is_told_at_its_key(indicator: str, value: str, told: str, tmp_path: Path) -> None:
    body = f"  {indicator}: {value}\n" if value.startswith("{") else f"  {indicator}:\n    {value}\n"
    (fault,) = faults(put(tmp_path, body))
    assert told in fault
    key = value.strip("{}").split(", ")[-1].split(":")[0]
    line = 6 if value.startswith("{") else 7
    if "理由" in told:
        assert fault.startswith("goals_reasonable.reason：")
    else:
        assert fault.startswith(f"indicators.{indicator}.{key}（第{line}行）：")


def test_what_does_not_apply_has_no_figures(tmp_path: Path) -> None:
    path = put(tmp_path, "  procurement_rate: {applies: 不适用, planned: 0, bought: 5}\n")
    (fault,) = faults(path)
    assert fault.startswith("indicators.procurement_rate.bought（第6行）：“")
    assert fault.endswith("答“不适用”，却填了5；请删去，或改答“适用”。")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = put(tmp_path, "  satisfaction: {rate: 300}\n  staff_control_rate: {posts: 无}\n")
    assert len(faults(path)) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.format(scheme="nothing"), "没有指标体系“nothing”，可用：department_framework"),
        ("format: mingzhang.score/1\n", "没有写明指标体系"),
        (HEAD.format(scheme="department_points").replace("2022", "今年"), "年度应填四位数字"),
        (HEAD.format(scheme="department_points").replace("青禾市图书馆", ""), "没有填写单位名称"),
        (HEAD.format(scheme="department_points") + "edition: mars-2030\n", "没有格式版本“mars-2030”"),
    ],
)
def test_a_wrong_head_is_told(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    assert told in "\n".join(faults(path))


def test_another_scheme_than_the_one_asked_for(tmp_path: Path) -> None:
    (fault,) = faults(put(tmp_path, ""), scheme="department_deductions")
    assert "数据属于指标体系“department_points”，不是“department_deductions”" in fault


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "不是有效的YAML"),
        ("a: &x 1\nb: *x\n", "不是有效的YAML"),
        ("format: other/1\n", "不是评分数据"),
        ("- 1\n", "不是评分数据"),
        ("format: mingzhang.score/1\nformat: mingzhang.score/1\n", "写了两次"),
        ("format: mingzhang.score/1\nindicators: [1]\n", "写法不对"),
        ("x: " + "{a: " * 50 + "1" + "}" * 50, "写法不对"),
        ("format: mingzhang.score/1\nx: " + "9" * 5_000_000, "超过4MB"),
    ],
)
def test_what_is_no_data_file(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=told):
        api.score(path)
    path.write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(UnreadableError):
        api.score(path)


def changed(folder: Path, **values: object) -> Path:
    """The workbook with values at keys (a dot is written as two underscores)."""
    book = openpyxl.load_workbook(io.BytesIO(api.score_template("department_points")))
    sheet = book["填写"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for name, value in {"unit": "青禾市图书馆", "year": 2022, **values}.items():
        cell = sheet.cell(rows[name.replace("__", ".")], 4)
        if isinstance(value, tuple):
            cell.value, cell.number_format = value
        else:
            cell.value = value  # type: ignore[assignment]
    path = folder / "评分数据.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("staff_control_rate__posts", "17", "应填数字"),  # a text, which no formula counts
        ("staff_control_rate__posts", "十七", "应填数字，现为“十七”"),
        ("satisfaction__rate", (0.95, "0%"), "请按百分数填写数字，95%填95"),
        ("satisfaction__rate", 0.1234567, "小数超过6位"),
        ("satisfaction__rate", "=1/0", "应填数字，现为“没有结果的公式”"),
        ("public_expense_control_rate__spent", -1, "不能是负数"),
        ("goals_reasonable__points", 3.5, "不能超过分值3"),
    ],
)
def test_a_fault_is_told_at_its_cell(key: str, value: object, told: str, tmp_path: Path) -> None:
    path = changed(tmp_path, **{key: value})
    book = openpyxl.load_workbook(path)["填写"]
    row = next(r for r in range(1, book.max_row + 1) if book.cell(r, 1).value == key.replace("__", "."))
    found = faults(path)
    assert found[0].startswith(f"工作表“填写”D{row}：")
    assert told in found[0]


def test_a_number_is_the_one_that_was_typed(tmp_path: Path) -> None:
    path = changed(
        tmp_path, three_public_control_rate__spent=0.1 + 0.2, three_public_control_rate__planned=0.3
    )
    (plan,) = api.score(path).plans
    one = next(each for each in plan.scored.scores if each.indicator.id == "three_public_control_rate")
    assert one.worked == "0.3万元÷0.3万元×100%＝100.00%"


def test_a_key_that_stands_twice_is_told_with_both_cells(tmp_path: Path) -> None:
    path = changed(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["填写"]
    first = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "satisfaction.rate")
    last = sheet.max_row + 1
    sheet.cell(last, 1).value, sheet.cell(last, 4).value = "satisfaction.rate", 50
    book.save(path)
    with pytest.raises(UnreadableError) as caught:
        api.score(path)
    assert f"工作表“填写”D{first}和工作表“填写”D{last}是同一项" in str(caught.value)
    assert "请删去一行" in str(caught.value)


def test_data_of_another_scheme_is_told_once(tmp_path: Path) -> None:
    (fault,) = faults(changed(tmp_path, scheme="project_sheet"))
    assert "项数据不是指标体系“project_sheet”的" in fault


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"goals_reasonable__points": 2, "goals_reasonable__reason": "长" * 2001}, "超过2000个字"),
        ({"public_expense_control_rate__spent": 10**18}, "数字过大，请检查单位"),
    ],
)
def test_a_value_too_long_is_told_as_such(values: dict[str, object], told: str, tmp_path: Path) -> None:
    (fault,) = faults(changed(tmp_path, **values))
    assert told in fault
