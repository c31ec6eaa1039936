"""``mingzhang score``: documents, data files, templates, schemes of an overlay; nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from command import run
from mingzhang import api
from mingzhang.plans.files import DAMAGED
from mingzhang.plans.files import DATA as IS_DATA

SCHEME = """\
edition: cn-2022
schemes:
  - id: qinghe_points
    title: 青禾市绩效评价指标
    reference: 示例
    of: [indicator_score_table]
    grades: [{grade: 优, least: 90}, {grade: 差, least: 0}]
    indicators:
      - id: control
        label: [三公经费控制率]
        within: [过程, 预算管理]
        weight: 60
        inputs:
          spent: {label: 实际支出, is: ["three_public[final, total]"]}
          planned: {label: 预算安排, is: ["three_public[budget, total]"]}
        formula: ratio(spent, planned)
        rule: {kind: deduction, beyond: 100, points: 1}
      - id: rules
        label: [管理制度健全性]
        within: [过程, 预算管理]
        weight: 40
        rule: {kind: checklist, items: [{says: 有制度, points: 10}, {says: 得到执行, points: 30}]}
"""
DATA = """\
format: mingzhang.score/1
scheme: qinghe_points
unit: 青禾市图书馆
year: 2022
indicators:
  control: {spent: 1.02, planned: 1.00}
  rules: {met_1: 是, met_2: 否}
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    (folder / "indicators").mkdir(parents=True)
    (folder / "indicators" / "qinghe.yaml").write_text(SCHEME, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "评分数据.yaml"
    path.write_text(DATA, encoding="utf-8")
    return path


def test_a_document_is_scored_beside_what_it_prints(clean: Path) -> None:
    code, out, err = run("score", clean)
    assert (code, err) == (0, "")
    assert "部门整体支出绩效自评表  department_sheet" in out
    assert "产出指标（50分）：3项指标得分合计48；分值合计50" in out
    assert "总分：98；所写得分98，一致" in out
    assert "相差" not in out


def test_sheets_of_projects_are_told_by_their_names(clean: Path) -> None:
    places = [line for line in run("score", clean)[1].splitlines() if "《项目支出绩效自评表" in line]
    assert len(places) == 2
    assert all("》“" in line for line in places)
    assert "《项目支出绩效自评表（第2张）》“" in places[1]


def test_only_the_scheme_asked_for(clean: Path) -> None:
    code, out, _ = run("score", clean, "--scheme", "fund_sheet")
    assert code == 0
    assert out.count("总分：") == 1
    code, out, err = run("score", clean, "--scheme", "nothing")
    assert (code, out) == (2, "")
    assert "没有指标体系“nothing”，可用：department_framework" in err


def test_a_scheme_of_an_overlay_scores_a_data_file(overlay: Path, data: Path) -> None:
    code, out, _ = run("score", data, "--standards", overlay)
    assert code == 0
    assert "1. 三公经费控制率（60分）：得58分\n        算式：1.02万元÷1.00万元×100%＝102.00%" in out
    assert "2. 管理制度健全性（40分）：得10分" in out
    assert "总分：68" in out
    assert "等级：差" in out
    code, _, err = run("score", data)
    assert code == 2
    assert "没有指标体系“qinghe_points”" in err


def test_the_filled_table_is_read_and_scored_again(overlay: Path, data: Path, tmp_path: Path) -> None:
    table = tmp_path / "评价指标表.xlsx"
    assert run("score", data, "--standards", overlay, "--format", "xlsx", "-o", table)[0] == 0
    printed = {(f.label, f.key[2]): f.printed for f in api.read(table, standards=overlay)}
    assert printed["三公经费控制率", "score"] == "58"
    assert printed["管理制度健全性", "score"] == "10"
    assert printed["总分", "score"] == "68"
    assert printed["三公经费控制率", "actual"] == "102.00%"
    code, out, _ = run("score", table, "--standards", overlay, "--scheme", "qinghe_points")
    assert code == 0
    assert "所写各项得分合计68，与所写总分一致" in out


def test_json_has_its_format_and_says_what_agrees(clean: Path, overlay: Path, data: Path) -> None:
    _, out, _ = run("score", clean, data, "--standards", overlay, "--format", "json")
    report = json.loads(out)
    assert report["schema"] == "mingzhang.scores/1"
    first = report["submissions"][0]["evaluations"][0]
    assert first["scheme"] == "department_sheet"
    assert first["printed"]["agrees"] is True
    assert first["total"]["low"] <= "98.0000" <= first["total"]["high"]
    (plan,) = report["plans"]
    assert plan["indicators"][0]["score"] == {"low": "58.0000", "high": "58.0000"}
    assert plan["grade"] == "差"


def test_a_document_without_scores_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("青禾市图书馆2022年度部门决算\n没有表格。\n", encoding="utf-8")
    code, out, _ = run("score", path)
    assert code == 0
    assert "没有可评分的自评表或指标得分" in out
    assert run("score", path, "--format", "xlsx", "-o", tmp_path / "a.xlsx")[0] == 0


def test_a_sheet_whose_scores_are_wrong(samples: Path, tmp_path: Path) -> None:
    text = (samples / "clean" / "决算公开.txt").read_text(encoding="utf-8")
    path = tmp_path / "a.txt"
    head, mark, rest = text.rpartition("总分")
    path.write_text(head + mark + rest.replace("98", "99", 1), encoding="utf-8")
    _, out, _ = run("score", path)
    assert "总分：97.98～98；所写得分99，相差1" in out or "所写得分99，相差1" in out
    out_file = tmp_path / "核对.xlsx"
    assert run("score", path, "--format", "xlsx", "-o", out_file)[0] == 0
    assert out_file.exists()


def test_the_schemes_are_listed(overlay: Path) -> None:
    code, out, _ = run("score", "list", "--standards", overlay, "--edition", "cn-2022")
    assert code == 0
    assert "qinghe_points\tcn-2022\t青禾市绩效评价指标\t2项指标\t示例\n" in out
    assert "department_points" not in out
    assert "department_points" in run("score", "list")[1]


@pytest.mark.parametrize("format", ["xlsx", "yaml"])
def test_a_template_is_written_and_can_be_scored(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"模板.{format}"
    arguments = ("score", "template", "--scheme", "department_points", "-o", path)
    assert run(*arguments, "--format", format)[0] == 0
    written = path.read_bytes()
    assert run(*arguments)[0] == 0
    assert (path.read_bytes()[:2] == b"PK", written[:2] == b"PK") == (format == "xlsx",) * 2
    code, _, err = run("score", path)
    assert code == 2
    assert "没有填写单位名称" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("template",), "请用 --scheme"),
        (("template", "--scheme", "department_points"), "请用 -o"),
        (("template", "--scheme", "department_points", "--format", "json"), "只能是 xlsx 或 yaml"),
        (("template", "--scheme", "nothing", "--format", "yaml"), "没有指标体系“nothing”"),
        (("template", "--scheme", "fund_sheet", "--format", "xlsx", "-o", "a.yaml"), "与 --format xlsx 不符"),
        (("list", "--format", "xlsx"), "请用 -o"),
        (("a.txt", "--format", "yaml"), "只用于 score template"),
        (("a.txt", "-o", "nowhere/a.json"), "文件夹“nowhere”不存在"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run("score", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_nothing_is_written_where_something_is_wrong(overlay: Path, data: Path, tmp_path: Path) -> None:
    data.write_text(DATA.replace("1.02", "很多"), encoding="utf-8")
    output = tmp_path / "a.xlsx"
    code, out, err = run("score", data, "--standards", overlay, "--format", "xlsx", "-o", output)
    assert (code, out) == (2, "")
    assert "indicators.control.spent（第6行）：“实际支出”应填数字" in err
    assert not output.exists()


def test_an_unreadable_file_is_named(tmp_path: Path, clean: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 broken")
    for format in ("text", "json"):
        code, out, err = run("score", path, clean, "--format", format)
        assert code == 2
        assert "无法读取" in out + err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight: 40", "weight: 30", "权重之和为90，应为100"),
        ("points: 30}]", "points: 20}]", "指标“rules”各项条件的分数之和为30，应等于权重40"),
        ("ratio(spent, planned)", "ratio(spent, nothing)", "指标“control”的公式用到“nothing”"),
        ("three_public[final, total]", "nowhere[final, total]", "所指的表“nowhere”不存在"),
        ("spent: {label", "points: {label", "的“points”不能用作inputs的名称"),
        ("label: 实际支出,", "label: 实际支出, least: 5, most: 1,", "most不应小于least"),
        ("beyond: 100, points: 1", "beyond: 100, points: 1, side: left", "side只能是above、below、both"),
        ("kind: deduction", "kind: magic", "qinghe.yaml"),
    ],
)
def test_validate_says_what_is_wrong_in_a_scheme(old: str, new: str, told: str, overlay: Path) -> None:
    path = overlay / "indicators" / "qinghe.yaml"
    assert run("standards", "validate", overlay)[0] == 0
    path.write_text(SCHEME.replace(old, new), encoding="utf-8")
    code, _, err = run("standards", "validate", overlay)
    assert code == 2
    assert told in err
    assert "qinghe" in err


def test_the_list_of_schemes_as_json(tmp_path: Path) -> None:
    code, out, _ = run("score", "list", "--format", "json")
    listed = json.loads(out)
    assert (code, listed["schema"]) == (0, "mingzhang.schemes/1")
    ids = [line.partition("\t")[0] for line in run("score", "list")[1].splitlines()]
    assert [scheme["id"] for scheme in listed["schemes"]] == ids
    assert run("score", "list", "--format", "xlsx", "-o", tmp_path / "a.xlsx")[0] == 2


@pytest.mark.parametrize("format", ["yaml", "xlsx"])
def test_a_data_file_that_is_rolled_up_is_named(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(api.score_template("project_sheet", format))
    code, out, err = run("rollup", path)
    assert (code, out) == (2, "")
    assert "这是评分数据，不是自评表，没有汇总；请用 mingzhang score 评分" in err


def test_a_scheme_without_points_gives_no_total(tmp_path: Path) -> None:
    path = tmp_path / "模板.yaml"
    assert run("score", "template", "--scheme", "department_framework", "-o", path)[0] == 0
    blank = path.read_text(encoding="utf-8")
    assert "方案没有写明分值，所以只算出各项指标的值" in blank
    assert "points:" not in blank
    path.write_text(blank.replace("unit:", "unit: 青禾市图书馆").replace("year:", "year: 2022"), "utf-8")
    out = run("score", path)[1]
    assert "总分：未评价（方案没有写明分值）" in out
    assert "等级：未评价（方案没有写明分值）" in out
    report = json.loads(run("score", path, "--format", "json")[1])
    assert report["plans"][0]["total"] is None


def test_indicators_of_one_name_are_refused(overlay: Path, data: Path) -> None:
    scheme = overlay / "indicators" / "qinghe.yaml"
    scheme.write_text(SCHEME.replace("[管理制度健全性]", "[三公经费控制率]"), encoding="utf-8")
    code, _, err = run("standards", "validate", overlay)
    assert code == 2
    assert run("score", data, "--standards", overlay)[0] == 2
    assert "指标“control”和“rules”同在“过程/预算管理”之下，又都叫“三公经费控制率”" in err


def test_a_data_file_that_is_checked_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(api.score_template("department_points", "xlsx"))
    code, out, err = run("check", path)
    assert (code, err) == (0, "")
    assert out.count("注意") == 1
    assert IS_DATA in out.replace("\n", "")
    assert IS_DATA in run("score", tmp_path)[1].replace("\n", "")


@pytest.mark.parametrize("harm", ["sheet", "mark"])
def test_a_damaged_data_file_is_told(harm: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(api.score_template("project_sheet", "xlsx"))
    book = openpyxl.load_workbook(path)
    if harm == "sheet":
        del book["填写"]
    else:
        book["填写"]["A1"] = None
    book.save(path)
    for command in ("score", "check"):
        assert DAMAGED in run(command, path)[1].replace("\n", "")


def test_the_filled_sheet_names_the_unit_and_counts(tmp_path: Path) -> None:
    path, out_file = tmp_path / "a.xlsx", tmp_path / "自评表.xlsx"
    path.write_bytes(api.score_template("project_sheet", "xlsx"))
    book = openpyxl.load_workbook(path)
    rows = {cell.value: cell.row for cell in book["填写"]["A"] if cell.value}
    for key, value in {"unit": "青禾市图书馆", "year": 2022}.items():
        book["填写"].cell(rows[key], 4, value)
    book.save(path)
    code, _, err = run("score", path, "-o", out_file)
    assert code == 0, err
    cells = [cell.value for row in openpyxl.load_workbook(out_file).active for cell in row]
    assert cells[cells.index("实施单位") + 1] == "青禾市图书馆"
