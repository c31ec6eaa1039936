"""The workbook of a system taken into a project: layouts, units, places, what is wrong with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from exports import Change, system_name, workbook, yuan
from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.facts import Key
from mingzhang.projects.folder import read_project
from mingzhang.projects.import_list import import_csv, import_json, lines
from mingzhang.projects.imports import BACKUP, Imported, read_import, write_import
from mingzhang.projects.project import FIGURES
from mingzhang.samples import EDITION, ENTITY, SAMPLE, YEAR, figures
from mingzhang.taxonomy import Standards, load

INCOME = "公开02表 收入决算表"
SPENT = "公开03表 支出决算表"


@pytest.fixture(scope="module")
def printed(standards: Standards) -> dict[Key, str]:
    """The figures of the sample in 万元."""
    return figures(SAMPLE, standards)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "项目"
    api.new_project(folder, ENTITY, YEAR, edition=EDITION)
    return folder


def of_project(folder: Path) -> dict[Key, str]:
    """The figures of the project's tables."""
    read, standards = read_project(folder, load())
    return {key: text for key, text in read.contents.figures.items() if key[0] in standards.forms}


LAYOUTS: dict[str, dict[str, Any]] = {
    "in yuan": {},
    "in ten thousand yuan": {"unit": "万元"},
    "named by the system": {"names": system_name},
    "by number alone": {"names": lambda form: system_name(form).split()[0], "titles": False},
    "three code columns": {"split": True},
    "formats that hide decimals": {"number_format": "#,##0"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_every_figure(
    layout: str, printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    options = LAYOUTS[layout]
    given = printed if options.get("unit") == "万元" else yuan(printed, standards)
    path = workbook(tmp_path / "导出.xlsx", given, standards, **options)
    before = path.read_bytes()
    done = api.import_workbook(path, project)
    assert done.figures == printed == of_project(project)
    assert not [*done.leftovers, *done.missing, *done.findings, *done.completed]
    assert path.read_bytes() == before


def test_sheets_in_any_order_among_others(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    def change(book: Workbook) -> None:
        cover = book.create_sheet("封面", 0)
        cover["A1"] = f"{YEAR}年度部门决算报表"
        detail = book.create_sheet("Z05 支出决算明细表", 3)
        for row in (["单位：元", None], ["科目编码", "工资福利支出"], ["2010301", 12.5]):
            detail.append(row)

    path = workbook(
        tmp_path / "导出.xlsx",
        yuan(printed, standards),
        standards,
        order=sorted(standards.forms),
        change=change,
    )
    done = api.import_workbook(path, project)
    assert done.figures == printed
    assert [left.where for left in done.leftovers] == ["工作表“封面”", "工作表“Z05 支出决算明细表”"]
    assert done.leftovers[1].figures == 1


def test_the_fen_is_kept(standards: Standards, project: Path, tmp_path: Path) -> None:
    given = figures(SAMPLE, standards)  # its hundredths of 万元 read as 分
    path = workbook(tmp_path / "导出.xlsx", given, standards)
    done = api.import_workbook(path, project)
    key = ("expenditure_by_function", "2010301", "basic")
    assert given[key] == "223.47"
    assert of_project(project)[key] == done.figures[key] == "0.022347"
    shown = load_workbook(project / FIGURES)["支出决算表"]
    assert 0.022347 in [cell.value for row in shown.iter_rows() for cell in row]


def test_stated_columns_of_the_budget_stay_out(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    """The system's summary has columns of the budget, which the published one has not."""

    def change(book: Workbook) -> None:
        sheet = book["Z01 收入支出决算总表"]
        head = next(cell.row for cell in sheet["A"] if cell.value == "项目")
        sheet.cell(head, 7, "全年预算数")
        sheet.cell(head + 1, 7, 12.34)
        sheet.cell(head, 8, "备查数")
        sheet.cell(head + 1, 8, 5.67)

    path = workbook(
        tmp_path / "导出.xlsx", yuan(printed, standards), standards, names=system_name, change=change
    )
    done = api.import_workbook(path, project)
    assert done.figures == printed
    told = [f"{left.where}{left.reason}" for left in done.leftovers]
    assert any("全年预算数" in each and "不印这一栏" in each for each in told)
    assert any("备查数" in each and "没有这一栏" in each for each in told)


def at(book: Workbook, name: str, code: str) -> tuple[Any, int]:
    """The sheet and the row of a code, or of a label in the first column."""
    sheet = book[name]
    return sheet, next(cell.row for cell in sheet["A"] if cell.value == code)


def without_totals(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "合计")
    sheet.cell(row, 3).value = None
    sheet, row = at(book, INCOME, "合计")
    sheet.cell(row, 3).value = "=SUM(D9:I9)"


def test_totals_that_are_missing_are_added_up(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards, change=without_totals)
    done = api.import_workbook(path, project)
    totals = {(form, "total", "total") for form in ("expenditure_by_function", "income_by_function")}
    assert set(done.completed) == totals
    assert all(done.completed[key] == printed[key] for key in totals)
    assert of_project(project) == printed


def differing_total(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "合计")
    sheet.cell(row, 3).value += 0.01


def test_a_total_that_differs_is_told_with_both_values(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    given = yuan(printed, standards)
    path = workbook(tmp_path / "导出.xlsx", given, standards, change=differing_total)
    done = api.import_workbook(path, project)
    total = ("expenditure_by_function", "total", "total")
    messages = "\n".join(found.message for found in done.findings).replace(",", "")
    assert given[total] in messages
    assert f"{float(given[total]) + 0.01:.2f}" in messages
    assert done.figures[total] == "514.850001"  # as it stands


def words(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "2010301")
    sheet.cell(row, 4).value = "约二百万"


def twice(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "2080505")
    sheet.cell(row, 1).value = "2010301"


def unknown_code(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "2080505")
    sheet.cell(row, 1).value = "2989898"


def other_name(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "2010301")
    sheet.cell(row, 2).value = "机关服务"


def no_result(book: Workbook) -> None:
    sheet, row = at(book, SPENT, "2010301")
    sheet.cell(row, 4).value = "=1+1"


def other_unit(book: Workbook) -> None:
    for sheet in book:
        for cell in sheet["A"]:
            if str(cell.value).startswith("部门："):
                cell.value = "部门：青禾市图书馆"


def without_unit(book: Workbook) -> None:
    for sheet in book:
        for cell in sheet["A"]:
            if str(cell.value).startswith("单位："):
                cell.value = None


def missing(book: Workbook) -> None:
    del book[SPENT]


def other_copy(book: Workbook) -> None:
    copied = book.copy_worksheet(book[SPENT])
    copied.title = "支出决算表（汇总）"
    next(row for row in copied.iter_rows() if row[0].value == "2010301")[3].value = 1.23


FAULTS: dict[str, tuple[Change, tuple[str, ...]]] = {
    "words": (words, ("工作表“公开03表 支出决算表”D", "约二百万", "不是数字")),
    "code twice": (twice, ("2010301出现两次", "合并或删去")),
    "unknown code": (unknown_code, ("工作表“公开03表 支出决算表”A", "2989898", "不在")),
    "name of another code": (other_name, ("编码2010301的名称是“行政运行”，B", "写的是“机关服务”")),
    "no result": (no_result, ("工作表“公开03表 支出决算表”D", "没有保存计算结果")),
    "other unit": (other_unit, ("青禾市图书馆", ENTITY, "unit.yaml")),
    "no unit of money": (without_unit, ("没有写金额单位", "单位：元")),
    "missing": (missing, ("没有找到《支出决算表》", "--partial")),
    "two alike": (other_copy, ("支出决算表（汇总）", "数字不同")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told_and_nothing_written(
    fault: str, printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    change, wanted = FAULTS[fault]
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards, change=change)
    before = (project / FIGURES).read_bytes()
    with pytest.raises(UnreadableError) as error:
        api.import_workbook(path, project)
    assert all(part in str(error.value) for part in wanted), error.value
    assert (project / FIGURES).read_bytes() == before
    assert not (project / BACKUP).exists()


def test_another_year(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards, year=YEAR - 1)
    with pytest.raises(UnreadableError, match=f"{YEAR - 1}年，项目的年度是{YEAR}年"):
        api.import_workbook(path, project)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"words"])
def test_files_that_are_no_workbook(content: bytes, project: Path, tmp_path: Path) -> None:
    path = tmp_path / "导出.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=r"导出\.xlsx"):
        api.import_workbook(path, project)


def test_only_some_tables(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    whole = workbook(tmp_path / "全.xlsx", yuan(printed, standards), standards)
    api.import_workbook(whole, project)
    some = workbook(tmp_path / "缺.xlsx", yuan(printed, standards), standards, change=missing)
    done = api.import_workbook(some, project, partial=True)
    assert done.missing == ["支出决算表"]
    assert of_project(project) == printed


def test_other_figures_are_replaced_only_on_demand(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards)
    api.import_workbook(path, project)
    other = workbook(tmp_path / "另.xlsx", yuan(printed, standards), standards, change=differing_total)
    before = (project / FIGURES).read_bytes()
    with pytest.raises(UnreadableError, match=r"1个与导入的不同.*--replace"):
        api.import_workbook(other, project)
    assert (project / FIGURES).read_bytes() == before
    api.import_workbook(other, project, replacing=True)
    kept = [project / BACKUP, project / f"{BACKUP}2"]  # the second import keeps the first one's copy
    assert kept[1].read_bytes() == before != (project / FIGURES).read_bytes()
    assert kept[0].read_bytes() != before


def test_the_lists_name_every_cell(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards, change=without_totals)
    done: Imported = read_import(path, project, load())
    listed = list(lines(done))
    assert [line.state for line in listed].count("导入") == len(printed) - 2
    assert [line.state for line in listed].count("算出") == 2
    sheets = load_workbook(path)
    for line in listed:
        if line.state == "导入":
            assert f"{sheets[line.sheet][line.cell].value:.2f}" == line.source_value
    report = json.loads(import_json(done))
    assert report["schema"] == "mingzhang.import/1"
    assert len(report["lines"]) == len(listed) == import_csv(done).decode("utf-8-sig").count("\r\n") - 1


def test_what_is_entered_beside_the_tables_stays(
    printed: Mapping[Key, str], standards: Standards, project: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "导出.xlsx", yuan(printed, standards), standards)
    api.import_workbook(path, project)
    book = load_workbook(project / FIGURES)
    sheet = book["补充数据"]
    row = next(c.row for c in sheet["A"] if c.value == "explanation.three_public/cars/held")
    sheet.cell(row, 4).value = 3
    book.save(project / FIGURES)
    done = read_import(path, project, load())
    write_import(done, replacing=False)
    read, _ = read_project(project, load())
    assert read.contents.figures["explanation.three_public", "cars", "held"].startswith("3")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_of_old_excel(standards: Standards, project: Path, tmp_path: Path) -> None:
    """Amounts to the 分 behind formats without decimals."""
    given = figures(SAMPLE, standards)
    source = workbook(tmp_path / "导出.xlsx", given, standards, number_format="#,##0")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xls",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done = api.import_workbook(tmp_path / "导出.xls", project)
    assert done.figures["expenditure_by_function", "2010301", "basic"] == "0.022347"
    assert len(done.figures) == len(given)
