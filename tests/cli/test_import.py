"""``mingzhang import`` and ``archive`` as commands: what is told, written, and which code ends them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from command import run
from exports import workbook, yuan
from mingzhang import api
from mingzhang.projects.archive import closed, lock_in
from mingzhang.projects.imports import BACKUP
from mingzhang.samples import EDITION, ENTITY, SAMPLE, YEAR, figures
from mingzhang.taxonomy import Standards


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "项目"
    api.new_project(folder, ENTITY, YEAR, edition=EDITION)
    return folder


@pytest.fixture
def exported(standards: Standards, tmp_path: Path) -> Path:
    return workbook(tmp_path / "导出.xlsx", yuan(figures(SAMPLE, standards), standards), standards)


def test_an_import_tells_tables_and_cells(exported: Path, project: Path) -> None:
    code, out, err = run("import", exported, "--into", project, "--details")
    assert (code, err) == (0, "")
    assert "《支出决算表》：工作表“公开03表 支出决算表”" in out
    assert "单位元" in out
    assert "= 223.47万元，取自工作表“公开03表 支出决算表”D" in out
    assert f"“{BACKUP}”" in out


def test_an_import_as_a_list(exported: Path, project: Path, tmp_path: Path) -> None:
    listed = tmp_path / "来处.csv"
    assert run("import", exported, "--into", project, "--format", "csv", "-o", listed)[0] == 0
    with listed.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if row["编号"] == "expenditure_by_function/2010301/basic"]
    assert (row["数值"], row["原数"], row["工作表"]) == ("223.47", "2234700.00", "公开03表 支出决算表")


def test_a_row_that_finds_no_place_is_a_problem(exported: Path, project: Path) -> None:
    book = load_workbook(exported)
    sheet = book["公开06表 一般公共预算财政拨款基本支出决算明细表"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "30101")
    sheet.cell(row, 1).value, sheet.cell(row, 2).value = "自定", "本单位补助"
    book.save(exported)
    code, out, _ = run("import", exported, "--into", project)
    assert code == 1
    assert "没有这一行，1个数字" in out


def test_an_import_that_is_refused(exported: Path, project: Path, tmp_path: Path) -> None:
    assert run("import", exported, "--into", tmp_path / "没有")[0] == 2
    code, out, err = run("import", tmp_path / "没有.xlsx", "--into", project)
    assert (code, out) == (2, "")
    assert "没有.xlsx" in err
    assert not (project / BACKUP).exists()


def test_the_archive_is_listed_and_shown(standards: Standards, tmp_path: Path) -> None:
    archive = tmp_path / "归档"
    total = ("general_budget_expenditure", "total", "total")
    lock_in(archive, closed(ENTITY, "部门", YEAR, EDITION, {total: "400.00"}), None, standards)
    lock_in(archive, closed(ENTITY, "部门", YEAR, EDITION, {total: "410.00"}), "批复调整", standards)
    code, out, _ = run("archive", "list", "--archive", archive)
    assert code == 0
    assert f"{ENTITY}\t{YEAR}\t部门\t1个数字，更换过1次" in out
    code, out, _ = run("archive", "show", ENTITY, str(YEAR), "--archive", archive)
    assert code == 0
    assert "《一般公共预算财政拨款支出决算表》：合计小计\t410.00万元" in out
    assert "批复调整" in out
    code, _, err = run("archive", "show", ENTITY, str(YEAR - 1), "--archive", archive)
    assert code == 2
    assert "archive list" in err


def test_a_clean_disclosure_is_archived_once(clean: Path, tmp_path: Path) -> None:
    archive = tmp_path / "归档"
    code, out, err = run("archive", "add", clean, "--archive", archive)
    assert (code, err) == (0, "")
    assert f"已归档{ENTITY}{YEAR}年度" in out
    code, out, _ = run("archive", "add", clean, "--archive", archive)
    assert code == 0
    assert "没有改动" in out
    assert run("archive", "add", clean, "--archive", archive, "--replace")[0] == 2
    assert "没有指定归档文件夹" in run("archive", "add", clean)[2]
