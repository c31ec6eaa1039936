from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.documents import Cell, Document, Paragraph, Table, UnreadableError
from mingzhang.readers import sheets, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes) -> Document:
    return xlsx.read(Path("a.xlsx"), data, "0" * 64)


def made(fill: Callable[[Any], object], **options: object) -> bytes:
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True, **options}) as book:
        fill(book)
    return output.getvalue()


def patched(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The package with one part changed; a part that changes to nothing is left out."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for part in dict.fromkeys([*old.namelist(), name]):
            content = old.read(part) if part in old.namelist() else b""
            if part == name:
                content = change(content.decode()).encode()
            if content:
                new.writestr(part, content)
    return output.getvalue()


def rows(document: Document, number: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row] for row in list(document.tables())[number].rows()]


def paragraphs(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs()]


def plain(book: Any) -> None:
    """Two columns of texts and figures on a sheet 一."""
    sheet = book.add_worksheet("一")
    for row, (label, value) in enumerate([("项目", "决算数"), ("甲", 1.5), ("乙", 2)]):
        sheet.write(row, 0, label)
        sheet.write(row, 1, value)


PLAIN = made(plain)
BODY = [["项目", "决算数"], ["甲", "1.5"], ["乙", "2"]]


def test_cells_as_printed() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("收入决算表")
        two, date = book.add_format({"num_format": "0.00"}), book.add_format({"num_format": 31})
        sheet.write_row(0, 0, ["科目", "金额", "占比", "日期", "是", "公式"])
        sheet.write_string(1, 0, "2010101")
        sheet.write_number(1, 1, 12.3, two)
        sheet.write_number(1, 2, 0.1234, book.add_format({"num_format": 10}))
        sheet.write_datetime(1, 3, datetime(2022, 1, 1), date)
        sheet.write_boolean(1, 4, True)
        sheet.write_formula(1, 5, "=B2*2", two, 24.6)
        sheet.write_rich_string(2, 0, "一", book.add_format({"bold": True}), "般", "公共预算")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_string(2, 2, " 1,234.50 ")

    document = read(made(fill))
    assert rows(document) == [
        ["科目", "金额", "占比", "日期", "是", "公式"],
        ["2010101", "12.30", "12.34%", "2022年1月1日", "TRUE", "24.60"],
        ["一般公共预算", "#DIV/0!", " 1,234.50 ", "", "", ""],
    ]
    assert (document.path, document.sha256, document.format, document.notes) == (
        "a.xlsx", "0" * 64, "xlsx", [],
    )  # fmt: skip
    assert paragraphs(document) == ["收入决算表"]


def test_formulas_without_a_saved_result_are_unknown_and_counted() -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("收入决算表")
    for row in (["项目", "决算数"], ["甲", 1], ["合计", "=SUM(B2:B2)"]):
        sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    document = read(output.getvalue())
    cell = next(document.tables()).cells[-1]
    assert (cell.text, cell.unknown) == ("", True)
    (note,) = document.notes
    assert note.startswith("工作簿中有1个公式没有保存计算结果（工作表“收入决算表”B3），请用")


def test_a_zero_that_its_workbook_wants_calculated_is_unknown() -> None:
    def fill(book: Any) -> None:
        plain(book)
        book.get_worksheet_by_name("一").write_formula(3, 1, "=SUM(B2:B3)")

    data = made(fill)
    assert next(read(data).tables()).cells[-1].unknown
    settled = patched(data, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))
    cell = next(read(settled).tables()).cells[-1]
    assert (cell.text, cell.unknown) == ("0", False)


def test_sheets_in_order_with_their_states() -> None:
    def fill(book: Any) -> None:
        for name in ("收入决算表", "底稿", "支出决算表"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["项目", "甲"])
            sheet.write_column(0, 1, ["决算数", "乙"])
            if name == "底稿":
                sheet.very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=收入决算表!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)

    document = read(made(fill))
    assert paragraphs(document) == ["收入决算表", "底稿", "支出决算表"]
    assert document.notes == ["工作表“底稿”是隐藏的，也已读取；如不应公开，请删除后再发布。"]


def test_hidden_rows_and_columns_are_read_and_noted() -> None:
    def fill(book: Any) -> None:
        plain(book)
        sheet = book.get_worksheet_by_name("一")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(90, None, None, {"hidden": True})
        sheet.set_column(1, 5, None, None, {"hidden": True})

    document = read(made(fill))
    assert rows(document) == BODY
    assert document.notes == ["工作表“一”有1行、1列是隐藏的，也已读取。"]


def test_merged_cells_and_places() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("一")
        ruled = book.add_format({"border": 1})
        sheet.merge_range("B2:D2", "支出决算表")
        sheet.merge_range("B3:B4", "项目", ruled)
        sheet.merge_range("C3:D3", "本年支出", ruled)
        sheet.write_row(3, 2, ["基本", "项目"], ruled)
        sheet.write_row(4, 1, ["甲", "", "2.00"], ruled)

    title, table = read(made(fill)).blocks
    assert isinstance(title, Paragraph)
    assert isinstance(table, Table)
    assert (title.text, title.place.cell) == ("支出决算表", "B2")

    def seen(cell: Cell) -> tuple[object, ...]:
        return cell.text, cell.row, cell.column, cell.rowspan, cell.colspan, cell.place.cell

    assert [seen(cell) for cell in table.cells] == [
        ("项目", 0, 0, 2, 1, "B3"),
        ("本年支出", 0, 1, 1, 2, "C3"),
        ("基本", 1, 1, 1, 1, "C4"),
        ("项目", 1, 2, 1, 1, "D4"),
        ("甲", 2, 0, 1, 1, "B5"),
        ("", 2, 1, 1, 1, "C5"),
        ("2.00", 2, 2, 1, 1, "D5"),
    ]


def test_cells_without_addresses_with_prefixes_and_readings() -> None:
    body = (
        '<x:row><x:c t="inlineStr"><x:is><x:t>项</x:t><x:rPh sb="0" eb="1"><x:t>xiang</x:t></x:rPh>'
        "<x:r><x:t>_x000D_&#10;目_x005F_x0041__xD800_</x:t></x:r></x:is></x:c>"
        '<x:c t="str"><x:v>决算数</x:v></x:c></x:row>'
        "<x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2.50</x:v></x:c></x:row>"
        '<x:row><x:c><x:v>2</x:v></x:c><x:c t="str"><x:f>""</x:f><x:v></x:v></x:c></x:row>'
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<x:worksheet xmlns:x="{main}"><x:sheetData>{body}</x:sheetData></x:worksheet>'
    assert rows(read(patched(PLAIN, SHEET, lambda _: sheet))) == [
        ["项\n目_x0041__xD800_", "决算数"],
        ["1", "2.5"],
        ["2", ""],
    ]


def test_macros_and_links_are_noted() -> None:
    data = patched(PLAIN, "xl/vbaProject.bin", lambda _: "x")
    document = read(patched(data, "xl/externalLinks/externalLink1.xml", lambda _: "<a/>"))
    assert [note[:8] for note in document.notes] == ["工作簿含有宏；宏", "工作簿引用了其他"]


# ── bounds and damage ─────────────────────────────────────────────────────────────────────────


def test_a_stray_cell_and_a_claimed_extent_cost_nothing() -> None:
    def change(text: str) -> str:
        text = re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', text)
        stray = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
        return text.replace("</sheetData>", stray)

    document = read(patched(PLAIN, SHEET, change))
    assert rows(document) == BODY
    assert [(p.text, p.place.cell) for p in document.paragraphs()] == [("一", None), ("7", "XFD1048576")]


def test_merged_cells_over_everything() -> None:
    def change(text: str) -> str:
        refs = ["A1:XFD1048576", "D1:XFD9", *(f"A{n}:C{n}" for n in range(10, 20_000))]
        merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
        return text.replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")

    assert read(patched(PLAIN, SHEET, change)).blocks


def test_more_cells_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 1000)
    line = "".join(f"<c><v>{n}</v></c>" for n in range(100))
    more = f"<row>{line}</row>" * 20 + "</sheetData>"
    document = read(patched(PLAIN, SHEET, lambda text: text.replace("</sheetData>", more)))
    assert sum(len(table.cells) for table in document.tables()) <= 2000
    assert document.notes == ["工作簿内容过多，工作表“一”第13行起的内容没有读取，请拆分后再检查。"]


def test_more_elements_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_MOST_ELEMENTS", 1000)
    more = '<c s="0"/>' * 2000 + "</row></sheetData>"
    document = read(patched(PLAIN, SHEET, lambda text: text.replace("</row></sheetData>", more)))
    assert rows(document) == BODY
    assert len(document.notes) == 1


@pytest.mark.parametrize(
    ("part", "old", "new", "reason"),
    [
        (SHEET, 'r="A1"', 'r="A0"', "已损坏"),
        (SHEET, 'r="A1"', 'r="XFE1"', "已损坏"),
        (SHEET, 'r="A1"', 'r="A1048577"', "已损坏"),
        (SHEET, "<v>0</v>", "<v>99</v>", "已损坏"),
        (SHEET, "<v>0</v>", "<v>²</v>", "已损坏"),
        (SHEET, "</sheetData>", "", "已损坏"),
        (SHEET, "<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet', "已损坏"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "none.xml", "已损坏"),
        ("xl/_rels/workbook.xml.rels", "rId1", "rId9", "已损坏"),
        ("_rels/.rels", "xl/workbook.xml", "xl/workbook.bin", "xlsb"),
    ],
)
def test_damaged(part: str, old: str, new: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(patched(PLAIN, part, lambda text: text.replace(old, new)))


def test_numbers_that_are_none_stay_as_stored() -> None:
    odd = patched(PLAIN, SHEET, lambda text: text.replace("<v>1.5<", "<v>1.5x<"))
    odd = patched(odd, SHEET, lambda text: text.replace('"B3"><v>2<', '"B3"><v>nan<'))
    assert rows(read(odd)) == [BODY[0], ["甲", "1.5x"], ["乙", "#NUM!"]]


def test_empty() -> None:
    with pytest.raises(UnreadableError, match="空的"):
        read(made(lambda book: book.add_worksheet()))


def test_damaged_bytes_give_a_document_or_the_remedy() -> None:
    source = random.Random(2)
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(300):
        name = source.choice(sorted(parts))
        damaged = bytearray(parts[name])
        for _ in range(source.randint(1, 4)):
            damaged[source.randrange(len(damaged))] = source.choice(b"<>/=\" 09Ax'\x00\xff")
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as package:
            for part, content in (parts | {name: bytes(damaged)}).items():
                package.writestr(part, content)
        whole = output.getvalue()
        with contextlib.suppress(UnreadableError):
            read(whole)
        with contextlib.suppress(UnreadableError):
            read(whole[: source.randrange(len(whole))])
