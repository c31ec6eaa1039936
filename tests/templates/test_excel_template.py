"""An Excel template keeps its formats; figures are numbers, and what is below repeated rows goes down."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from made import parts, saved
from mingzhang import api
from mingzhang.binding.disclosure import Contents
from mingzhang.binding.recognise import recognise
from mingzhang.documents import UnreadableError
from mingzhang.readers import office, read_document
from mingzhang.taxonomy import Standards

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)
OWN = "支出决算表"


def workbook(write: Callable[[Any, Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表 三"
    write(book, sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def rows_of(sheet: Any) -> None:
    """A title, a repeated row and a total below it, with what refers to them."""
    sheet["A1"] = "{{单位名称}}支出决算表"
    sheet.merge_cells("A1:C1")
    sheet["C2"] = "单位：万元"
    for column, text in enumerate(("科目编码", "科目名称", "本年支出合计"), 1):
        sheet.cell(3, column, text)
        sheet.cell(4, column, f"{{{{行:{OWN}/{text}}}}}").font = Font(name="仿宋", bold=True)
    sheet["C4"].number_format = "#,##0.00"
    sheet["A5"], sheet["C5"] = "合计", f"{{{{数:{OWN}/合计/本年支出合计}}}}"
    sheet.merge_cells("A5:B5")
    sheet["A6"] = "制表：张三"
    sheet.print_area = "A1:C6"
    sheet.print_title_rows = "1:3"


def filled(data: bytes, project: Path, folder: Path) -> bytes:
    path = saved(folder, data, "模板.xlsx")
    done = api.compose(project, template=path, output=folder / "out", as_draft=True)
    return done.files[0].read_bytes()


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_rows_are_repeated_and_all_below_goes_down(project: Path, unit: Contents, tmp_path: Path) -> None:
    sheet = opened(filled(workbook(lambda book, own: rows_of(own)), project, tmp_path))
    codes = sorted(
        code for form, code, column in unit.figures if form == "expenditure_by_function"
        and column == "total" and code.isdecimal()
    )  # fmt: skip
    more = len(codes) - 1
    assert sheet["A1"].value == f"{unit.entity}支出决算表"
    assert [sheet.cell(4 + n, 1).value for n in range(len(codes))] == codes
    for number, code in enumerate(codes):
        cell = sheet.cell(4 + number, 3)
        assert f"{cell.value:.2f}" == unit.figures["expenditure_by_function", code, "total"]
        assert (cell.number_format, cell.font.name, cell.font.b) == ("#,##0.00", "仿宋", True)
    assert sheet.cell(5 + more, 1).value == "合计"
    assert f"{sheet.cell(5 + more, 3).value:.2f}" == unit.figures["expenditure_by_function", "total", "total"]
    assert sheet.cell(6 + more, 1).value == "制表：张三"
    assert sorted(map(str, sheet.merged_cells.ranges)) == sorted(["A1:C1", f"A{5 + more}:B{5 + more}"])
    assert sheet.print_area == f"'表 三'!$A$1:$C${6 + more}"
    assert sheet.print_title_rows == "$1:$3"


def test_only_the_sheet_and_the_names_change(project: Path, tmp_path: Path) -> None:
    data = workbook(lambda book, own: rows_of(own))
    new, old = parts(filled(data, project, tmp_path)), parts(data)
    assert list(new) == list(old)
    assert {name for name in old if old[name] != new[name]} == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert filled(data, project, tmp_path / "again") == filled(data, project, tmp_path / "more")


def test_cells_become_numbers_and_rates_follow_the_format(project: Path, tmp_path: Path) -> None:
    share = "{{数:收入决算情况说明/财政拨款收入/占比}}"

    def write(book: Any, sheet: Any) -> None:
        sheet["A1"] = "{{数:explanation.overall/grand_total/final}}"
        sheet["A2"], sheet["A3"], sheet["A4"] = share, share, f"占{share}"
        sheet["A3"].number_format = "0.00%"
        sheet.oddHeader.center.text = "{{单位名称}}"

    sheet = opened(filled(workbook(write), project, tmp_path))
    assert isinstance(sheet["A1"].value, float)
    assert sheet["A2"].value.endswith("%")
    assert f"{sheet['A3'].value:.4f}" == f"{float(sheet['A2'].value[:-1]) / 100:.4f}"
    assert sheet["A4"].value == f"占{sheet['A2'].value}"
    assert sheet.oddHeader.center.text == "青禾市档案服务中心"


def test_a_whole_table_is_read_back(
    project: Path, unit: Contents, standards: Standards, tmp_path: Path
) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet["A1"], sheet["A2"], sheet["A3"] = OWN, "部门：{{单位名称}}", "单位：万元"
        sheet["A4"], sheet["A5"] = f"{{{{表:{OWN}}}}}", "{{年度}}年"

    data = filled(workbook(write), project, tmp_path)
    path = saved(tmp_path, data, "表.xlsx")
    facts = recognise(read_document(path), 0, standards).facts
    found = {fact.key: fact.printed for fact in facts}
    own = {key: text for key, text in unit.figures.items() if key[0] == "expenditure_by_function"}
    assert {key: f"{float(text.replace(',', '')):.2f}" for key, text in found.items()} == own
    sheet = opened(data)
    assert sheet.cell(sheet.max_row, 1).value == "2022年"


def test_what_cannot_be_kept_right_is_refused(project: Path, tmp_path: Path) -> None:
    def formula(book: Any, sheet: Any) -> None:
        rows_of(sheet)
        sheet["D5"] = "=SUM(C4:C4)"

    def elsewhere(book: Any, sheet: Any) -> None:
        rows_of(sheet)
        book.create_sheet("汇总")["A1"] = "='表 三'!C5"

    def blocked(book: Any, sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = f"{{{{表:{OWN}}}}}", "挡住"

    def nameless(book: Any, sheet: Any) -> None:
        sheet["A1"] = "没有占位"

    for number, (write, message) in enumerate(
        (
            (formula, "D5有公式"),
            (elsewhere, "“汇总”A1有公式"),
            (blocked, "B1有内容"),
            (nameless, "没有占位名称"),
        )
    ):
        with pytest.raises(UnreadableError, match=message):
            filled(workbook(write), project, tmp_path / str(number))
        path = tmp_path / str(number) / "模板.xlsx"
        for given in (None, project):
            (told,) = api.check_template(path, project=given).faults
            assert re.search(message, told)


def test_placeholders_in_the_names_of_sheets_are_told(tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        rows_of(sheet)
        sheet.title = "｛｛年度｝｝"

    (told,) = api.check_template(saved(tmp_path, workbook(write), "模板.xlsx")).faults
    assert "工作表的名称“｛｛年度｝｝”" in told


def test_formulas_forget_their_results(project: Path, tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet["A1"] = f"{{{{数:{OWN}/合计/本年支出合计}}}}"
        sheet["A2"] = "=A1*2"

    data = filled(workbook(write), project, tmp_path)
    assert openpyxl.load_workbook(io.BytesIO(data)).calculation.fullCalcOnLoad
    assert opened(data)["A2"].value == "=A1*2"


def test_a_draft_says_so_in_the_page_header(unfinished: Path, tmp_path: Path) -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet["A1"] = "{{文字:部门职责}}"

    sheet = opened(filled(workbook(write), unfinished, tmp_path))
    assert sheet["A1"].value == "【待填写：部门职责】"
    assert "草稿" in sheet.oddHeader.center.text


@needs_office
def test_libreoffice_opens_the_result(project: Path, tmp_path: Path) -> None:
    data = filled(workbook(lambda book, own: rows_of(own)), project, tmp_path)
    assert opened(office.convert(data, ".xlsx", "xlsx"))["A3"].value == "科目编码"
