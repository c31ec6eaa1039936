"""Comments and fills in copies of workbooks: nothing is lost, everything is at its cell."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from marked import copy_of, parts, told
from mingzhang import api
from mingzhang.readers import office
from mingzhang.readers.package import open_package
from mingzhang.readers.xlsx import Book

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)


@pytest.fixture
def book(samples: Path) -> Path:
    return samples / "flawed" / "决算公开.xlsx"


def notes_by_cell(path: Path) -> dict[tuple[str, str], str]:
    found = {}
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    found[sheet.title, cell.coordinate] = cell.comment.text
    return found


def test_every_place_has_its_comment(book: Path, tmp_path: Path) -> None:
    report, copy = copy_of(book, tmp_path)
    found = notes_by_cell(copy)
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in told(report):
        for number, location in enumerate(finding.locations):
            cell = location.place.sheet or "", location.place.cell or ""
            wanted[cell].add(finding.id)
            if number == 0:
                assert f"编号：{finding.id}" in found[cell]
                assert finding.message in found[cell]
    assert found.keys() == wanted.keys()
    assert all(id_ in found[cell] for cell, ids in wanted.items() for id_ in ids)


def test_the_cells_are_filled_and_print_the_same(book: Path, tmp_path: Path) -> None:
    report, copy = copy_of(book, tmp_path)
    before, after = openpyxl.load_workbook(book), openpyxl.load_workbook(copy)
    filled: set[tuple[str, str]] = set()
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                other: Any = after[sheet.title][cell.coordinate]
                for name in ("value", "number_format", "font", "border", "alignment"):
                    assert repr(getattr(cell, name)) == repr(getattr(other, name))
                if repr(cell.fill) != repr(other.fill):
                    filled.add((sheet.title, cell.coordinate))
    assert filled == notes_by_cell(copy).keys()
    error = next(f for f in told(report) if f.severity == "error").locations[0].place
    assert after[error.sheet or ""][error.cell or ""].fill.fgColor.rgb == "FFFFC7CE"


def test_the_copy_has_the_same_findings_and_is_always_the_same(book: Path, tmp_path: Path) -> None:
    report, copy = copy_of(book, tmp_path / "甲")
    assert [f.id for f in api.check(copy).findings] == [f.id for f in report.findings]
    assert copy_of(book, tmp_path / "乙")[1].read_bytes() == copy.read_bytes()


@needs_office
def test_libreoffice_sees_every_comment(book: Path, tmp_path: Path) -> None:
    _, copy = copy_of(book, tmp_path)
    flat = office.convert(copy.read_bytes(), ".xlsx", "fods").decode()
    assert flat.count("<office:annotation ") == len(notes_by_cell(copy)) > 30


@pytest.fixture
def rich(book: Path, tmp_path: Path) -> Path:
    """The flawed workbook with what a library that rewrites it would lose or shift, and comments."""
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["财政拨款收入支出决算总表"]
    sheet["A1"].comment = Comment("旧批注", "张三")
    sheet["G14"].comment = Comment("此格旧批注", "张三")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=6, max_row=12))
    sheet.add_chart(chart, "K3")
    sheet.conditional_formatting.add("C6:C20", CellIsRule("greaterThan", ["100"], fill=PatternFill("solid")))
    sheet.add_data_validation(DataValidation(type="whole", sqref="C6"))
    path = tmp_path / "决算公开.xlsm"
    workbook.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0macro")
        archive.writestr("xl/printerSettings/printerSettings1.bin", b"\0printer")
    return path


def test_nothing_is_lost(rich: Path, tmp_path: Path) -> None:
    _, copy = copy_of(rich, tmp_path / "out")
    assert copy.name == "决算公开（标注）.xlsm"
    before, after = parts(rich), parts(copy)
    assert before.keys() <= after.keys()
    changed = {name for name in before if before[name] != after[name]}
    kinds = ("xl/worksheets/", "xl/styles.xml", "xl/comments/", "xl/drawings/comments", "[Content_Types].xml")
    assert [name for name in changed if not name.startswith(kinds) and not name.endswith(".rels")] == []
    assert {"xl/charts/chart1.xml", "xl/vbaProject.bin", "xl/workbook.xml"} <= before.keys() - changed
    sheet = openpyxl.load_workbook(copy, keep_vba=True)["财政拨款收入支出决算总表"]
    assert len(sheet.conditional_formatting) == 1
    assert len(sheet.data_validations.dataValidation) == 1


def test_comments_that_are_there_stay(rich: Path, tmp_path: Path) -> None:
    report, copy = copy_of(rich, tmp_path / "out")
    found = notes_by_cell(copy)
    sheet = "财政拨款收入支出决算总表"
    assert found[sheet, "A1"] == "旧批注"
    assert found[sheet, "G14"].startswith("此格旧批注\n明账：【错误】")
    assert [f.id for f in api.check(copy).findings] == [f.id for f in report.findings]


@needs_office
def test_libreoffice_sees_old_and_new_comments(rich: Path, tmp_path: Path) -> None:
    _, copy = copy_of(rich, tmp_path / "out")
    flat = office.convert(copy.read_bytes(), ".xlsm", "fods").decode()
    assert flat.count("<office:annotation ") == len(notes_by_cell(copy))
    assert "旧批注" in flat


def test_a_conversation_keeps_its_cell(book: Path, tmp_path: Path) -> None:
    """Excel shows no other comment where a conversation is: the note goes beside it."""
    sheet = "财政拨款收入支出决算总表"
    part = next(part for name, part, _ in Book(open_package(book.read_bytes())).sheets if name == sheet)
    path = tmp_path / "决算公开.xlsx"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    shutil.copy(book, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            part.replace("sheets/", "sheets/_rels/") + ".rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{kind}" Target="../threadedComments/a.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/threadedComments/a.xml", '<ThreadedComments><threadedComment ref="G14"/></ThreadedComments>'
        )
    found = notes_by_cell(copy_of(path, tmp_path / "out")[1])
    assert (sheet, "G14") not in found
    assert "【错误】" in found[sheet, "H14"]


def test_cells_without_references_are_counted(book: Path, tmp_path: Path) -> None:
    """A sheet may leave the addresses of its cells out."""
    path = tmp_path / "决算公开.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts(book).items():
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb'<(row|c) r="[A-Z0-9]+"', rb"<\1", content)
            archive.writestr(name, content)
    plain = api.check(path, keep_documents=True)
    (made,) = api.annotate(plain, tmp_path / "out")
    assert made.path is not None
    found = notes_by_cell(made.path)
    for finding in told(plain):
        place = finding.locations[0].place
        assert finding.id in found[place.sheet or "", place.cell or ""]
    assert zipfile.ZipFile(io.BytesIO(made.path.read_bytes())).testzip() is None
