from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from grids import cell, document, printed, said, shown
from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Cell, Document, Table
from mingzhang.provenance import Place
from mingzhang.readers import xlsx as reader
from mingzhang.taxonomy import Standards
from mingzhang.writers import xlsx


def table(*rows: list[str]) -> Table:
    cells = (cell(text, r, c) for r, texts in enumerate(rows) for c, text in enumerate(texts))
    return Table(tuple(cells), Place())


def reread(source: Document) -> Document:
    return reader.read(Path("a.xlsx"), xlsx.write(source), "")


def sheets(source: Document) -> list[str]:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write(source))).sheetnames


TITLE = said("收入表", "caption")
BODY = table(["项目", "决算数"], ["甲", "1.50"])


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_samples_read_back_the_same(name: str, standards: Standards) -> None:
    sample = samples.SAMPLES[name]
    source = samples.document(sample.unit, standards, sample.changes, sample.entity)
    back = reread(source)
    assert shown(back) == shown(printed(source))
    facts, expected = (recognise(each, 0, standards).facts for each in (back, source))
    assert [(f.key, f.printed, f.amount) for f in facts] == [(f.key, f.printed, f.amount) for f in expected]
    assert back.notes == []


def test_the_same_document_gives_the_same_bytes() -> None:
    assert xlsx.write(document(TITLE, BODY)) == xlsx.write(document(TITLE, BODY))


FIGURES = [
    ("12.30", 12.3, "0.00"), ("1,234.50", 1234.5, "#,##0.00"), ("-0.5", -0.5, "0.0"),
    ("12.34%", 0.1234, "0.00%"), ("100%", 1, "0%"), ("1,234", 1234, "#,##0"), ("0.00", 0, "0.00"),
]  # fmt: skip
TEXTS = ["2010101", "7", "-0.00", "05.1", "12.", "1,23.0", "(1.00)", "１.5", "=1+1", "1234567890123456.5",
         "-", "https://example.org", "甲\n乙", " 1.0", "_x0041_"]  # fmt: skip


def test_figures_are_numbers_and_all_else_is_text() -> None:
    rows = [[text, text] for text in [*(text for text, _, _ in FIGURES), *TEXTS]]
    source = document(TITLE, table(["项目", "决算数"], *rows))
    assert shown(reread(source)) == shown(source)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.write(source)))["收入表"]
    stored = [(sheet.cell(3 + n, 1).value, sheet.cell(3 + n, 1).number_format) for n in range(len(FIGURES))]
    assert stored == [(value, code) for _, value, code in FIGURES]
    assert all(isinstance(sheet.cell(3 + n, 1).value, str) for n in range(len(FIGURES), len(rows)))


def test_merged_and_overlapping_cells() -> None:
    merged = Table(
        (cell("项目", 0, 0, 2), cell("支出", 0, 1, 1, 2), cell("基本", 1, 1), cell("项目", 1, 2),
         cell("1.50", 2, 0, 1, 2), cell("", 2, 2)),
        Place(),
    )  # fmt: skip
    source = document(TITLE, merged)
    assert shown(reread(source)) == shown(source)
    crossed = Table((cell("甲", 0, 0, 2, 2), cell("乙", 1, 1, 2, 2), cell("丙", 0, 2)), Place())
    assert next(reread(document(TITLE, crossed)).tables()).cells[0].text == "甲"


def test_text_between_tables_keeps_its_place() -> None:
    source = document(
        "某局2022年度部门决算", said("收入决算表", "caption"), said("公开02表", "label"), BODY,
        said("注：本表无数据。", "note"), "第二部分", said("公开03表", "label"),
        said("支出决算表（草）", "caption"), said("单位：万元", "label"), BODY, "第三部分",
        "很长的说明。" * 20,
    )  # fmt: skip
    assert shown(reread(source)) == shown(source)
    assert sheets(source) == ["文字", "收入决算表", "文字(2)", "支出决算表（草）", "文字(3)"]


def test_names_of_sheets() -> None:
    long = "一般公共预算财政拨款" * 3 + "基本支出决算明细表"
    titles = [said(text, "caption") for text in ("a/b:[表", "A b 表", long, long)]
    assert sheets(document(BODY, *(block for title in titles for block in (title, BODY)))) == [
        "表1", "a b  表", "A b 表", long[:31], long[:28] + "(2)",
    ]  # fmt: skip
    assert sheets(document(TITLE, BODY, TITLE, BODY)) == ["收入表", "收入表(2)"]
    assert shown(reread(document(BODY, BODY))) == shown(document(BODY, BODY))


def test_empty_and_overlong_texts() -> None:
    assert sheets(document()) == ["文字"]
    texts = shown(reread(document("甲" * 40_000, "", " ")))
    assert [len(str(text)) for text in texts] == [32_767, 7_233]


def test_a_value_never_calculated_does_not_become_blank() -> None:
    unknown = Table((cell("甲", 0, 0), Cell("", 0, 1, Place(), unknown=True)), Place())
    assert next(reread(document(TITLE, unknown)).tables()).cells[1].text == "#N/A"


def test_whole_numbers_below_a_head_of_figures_are_numbers() -> None:
    rows = [
        ["行次", "科目编码", "分值", "编制数（人）", "得分"],
        ["栏次", "1", "2", "3", "4"],
        ["1", "2010101", "20", "12", "16.67"],
        ["2", "2010102", "15", "0", "15"],
        ["年度", "2022", "讲座", "无", "2022年"],
        ["3", "2010103", "010", "5", "7"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(document(TITLE, table(*rows)))))
    values = [list(row) for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert values[1] == rows[1]
    assert values[2] == ["1", "2010101", 20, 12, 16.67]
    assert values[3] == ["2", "2010102", 15, 0, 15]
    assert values[4] == rows[4]
    assert values[5] == ["3", "2010103", "010", "5", "7"]
    source = document(TITLE, table(*rows))
    assert shown(reread(source)) == shown(printed(source))


def test_sheets_of_texts_are_named_by_their_part() -> None:
    part = [said("第一部分 概况", level=1), "单位职责。"]
    source = document(
        said("某馆", "cover"), said("目录", "contents"), *part, TITLE, BODY,
        "前文。", said("二、绩效", level=2), said("1．项目", level=3), TITLE, BODY,
        said("第二部分 说明[一]", level=1), "说明。",
    )  # fmt: skip
    assert sheets(source) == ["封面", "第一部分 概况", "收入表", "二、绩效", "收入表(2)", "第二部分 说明 一"]
    assert shown(reread(source)) == shown(printed(source))


def test_labels_stand_where_official_tables_have_them() -> None:
    labels = "公开01表", "部门：某某市档案服务中心", "单位：万元"
    wide = table(["项目", "决算数"], ["甲", "100,000,000.00"])
    source = document(TITLE, *(said(text, "label") for text in labels), wide)
    assert shown(reread(source)) == shown(source)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.write(source))).active
    assert (sheet["A2"].value, sheet["A2"].alignment.horizontal) == (labels[0], "right")
    assert (sheet["A3"].value, sheet["A3"].alignment.horizontal) == (labels[1], "left")
    assert (sheet["B3"].value, sheet["B3"].alignment.horizontal) == (labels[2], "right")
    narrow = document(TITLE, *(said(text, "label") for text in labels), table(["项目"], ["甲"]))
    assert [row[0] for row in openpyxl.load_workbook(io.BytesIO(xlsx.write(narrow))).active.values] == [
        "收入表", *labels, "项目", "甲",
    ]  # fmt: skip


def test_rows_are_as_high_as_their_texts() -> None:
    long = "档案" * 60
    source = document(long, "短。", TITLE, table(["项目", "备注"], ["甲", long], ["乙", "无"]))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(source)))
    texts, sheet = book.worksheets
    assert texts.row_dimensions[1].height > 3 * texts.row_dimensions[2].height
    assert sheet.row_dimensions[3].height > 90
    assert sheet.row_dimensions[4].height is None
    for own in book.worksheets:
        assert own.sheet_properties.pageSetUpPr.fitToPage
        assert (own.page_setup.fitToWidth, own.page_setup.fitToHeight) == (None, 0)
        assert own.column_dimensions["A"].width <= 73
