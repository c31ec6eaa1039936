"""A draft in Word, Excel, HTML and text: what each format has for headings, sums, gaps and banners."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from lxml import etree
from lxml import html as parser

from drafts import BANNER, MARKUP, ROWS, SHOWN, amount, draft
from grids import NOWHERE, cell, document, in_word, printed, said, shown
from mingzhang.documents import Cell, Document, Paragraph, Table
from mingzhang.readers import docx as docx_reader
from mingzhang.readers import office
from mingzhang.readers import xlsx as xlsx_reader
from mingzhang.writers import docx, html, layout, pdf, txt, xlsx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)


@pytest.mark.parametrize("writer", [docx, html, txt, xlsx])
def test_the_same_draft_gives_the_same_bytes(writer: object) -> None:
    first, second = (writer.write(draft()) for _ in range(2))  # type: ignore[attr-defined]
    assert first == second
    assert b"<dcterms:modified" not in first


# --- layout -----------------------------------------------------------------------------------


def kinds(source: Document) -> list[tuple[bool, str]]:
    """The sections: turned or not, and a letter for each block."""

    def letter(block: object) -> str:
        if isinstance(block, Table):
            return "T"
        return "|" if isinstance(block, Paragraph) and block.role == "break" else "p"

    return [(s.landscape, "".join(map(letter, s.blocks))) for s in layout.sections(source)]


WIDE = Table(tuple(cell("甲", 0, n) for n in range(9)), NOWHERE)
NARROW = Table((cell("甲", 0, 0), cell("乙", 0, 1)), NOWHERE)


def test_sections_turn_with_a_table_and_what_belongs_to_it() -> None:
    caption, label, note = said("表", "caption"), said("单位：元", "label"), said("注", "note")
    turn = said("", "break")
    assert kinds(document("甲", turn, caption, label, WIDE, note, "乙")) == [
        (False, "p"), (True, "ppTp"), (False, "p"),
    ]  # fmt: skip
    assert kinds(document(turn, caption, NARROW, note, turn, turn, caption, NARROW)) == [(False, "pTp|pT")]
    assert kinds(document(caption, WIDE, turn, caption, WIDE, turn)) == [(True, "pT|pT")]
    assert kinds(document(said("封面", "cover"), said("目录", "contents"), "甲")) == [(False, "p|p|p")]
    assert kinds(document(caption, label)) == [(False, "pp")]
    assert kinds(document(turn, turn)) == []


def test_header_rows_end_where_merged_cells_do() -> None:
    cells = (cell("甲", 0, 0, 3), cell("乙", 0, 1), cell("丙", 1, 1), cell("丁", 2, 1))
    assert layout.heads(Table(cells, NOWHERE, heads=1)) == 0
    assert layout.heads(Table(cells[1:], NOWHERE, heads=2)) == 2
    assert layout.heads(Table(cells[1:], NOWHERE, heads=3)) == 0


def test_codes_stand_to_the_left_and_figures_to_the_right() -> None:
    cells = (cell("科目编码", 0, 0), cell("人数", 0, 1), cell("2010301", 1, 0), cell("284", 1, 1))
    source = replace(document(Table(cells, NOWHERE, heads=1)), title="表")
    sides = [side.get(f"{W}val") for side in part("word/document.xml", source).iter(f"{W}jc")]
    assert sides[-1:] == ["right"]
    assert sides.count("right") == 1
    assert [cell.get("class") for cell in page(source).xpath("//tbody/tr/*")] == [None, "n"]
    read = pypdfium2.PdfDocument(pdf.write(source))[0].get_textpage()
    left, right = (read.search(text).get_next()[0] for text in ("2010301", "284"))
    head = read.search("科目编码").get_next()[0]
    assert read.get_charbox(left)[0] <= read.get_charbox(head)[0] < read.get_charbox(right)[0]


# --- Word -------------------------------------------------------------------------------------


def part(name: str, source: Document | None = None) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(docx.write(source or draft()))) as archive:
        return etree.fromstring(archive.read(name))


def test_word_reads_back_what_was_composed() -> None:
    back = docx_reader.read(Path("a.docx"), docx.write(draft()), "")
    assert shown(back) == shown(in_word(draft()))
    levels = {p.text: p.level for p in back.paragraphs() if p.level}
    assert levels == {
        "第一部分 某某市档案馆概况": 1, "一、部门职责": 2, "（一）主要工作": 3, "支出决算表": 2,
        "第二部分 情况说明": 1,
    }  # fmt: skip
    assert {p.text for p in back.furniture} == {BANNER, "— 1 —"}


def test_the_contents_are_a_field_whose_entries_lead_to_the_headings() -> None:
    body = part("word/document.xml")
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    links = [(link.get(f"{W}anchor"), "".join(link.itertext())) for link in body.iter(f"{W}hyperlink")]
    assert [text for _, text in links] == [p.text for p in layout.contents(draft())]
    assert {anchor for anchor, _ in links} <= marks
    chars = [char.get(f"{W}fldCharType") for char in body.iter(f"{W}fldChar")]
    assert chars == ["begin", "separate", "end"]
    assert "TOC" in "".join(body.itertext(f"{W}instrText"))
    assert all(link.find(f".//{W}tab") is not None for link in body.iter(f"{W}hyperlink"))
    levels = (
        s for s in part("word/styles.xml").iter(f"{W}style") if s.get(f"{W}styleId") in ("TOC1", "TOC2")
    )
    leaders = [(tab.get(f"{W}val"), tab.get(f"{W}leader")) for s in levels for tab in s.iter(f"{W}tab")]
    assert leaders == [("right", "dot")] * 2
    assert part("word/settings.xml").find(f"{W}updateFields").get(f"{W}val") == "true"
    assert part("word/settings.xml", document("甲")).find(f"{W}updateFields") is None


def test_word_repeats_header_rows_and_cuts_none() -> None:
    rows = list(part("word/document.xml").iter(f"{W}tr"))
    assert sum(row.find(f".//{W}tblHeader") is not None for row in rows) == 4
    assert all(row.find(f".//{W}cantSplit") is not None for row in rows)
    assert len(rows) == 2 * (ROWS + 2)


def test_word_has_numbers_banner_title_and_gaps() -> None:
    first = next(part("word/document.xml").iter(f"{W}sectPr"))
    assert [child.tag.removeprefix(W) for child in first][:3] == ["headerReference"] * 2 + ["footerReference"]
    assert first.find(f"{W}titlePg") is not None
    assert BANNER in "".join(part("word/header1.xml").itertext())
    assert " PAGE " in "".join(part("word/footer1.xml").itertext())
    core = part("docProps/core.xml")
    assert [child.text for child in core] == [draft().title, draft().author, "zh-CN"]
    marked = [r for r in part("word/document.xml").iter(f"{W}r") if r.find(f".//{W}highlight") is not None]
    assert ["".join(run.itertext()) for run in marked] == ["（此处填写内设机构）"]
    plain = next(part("word/document.xml", document("甲")).iter(f"{W}sectPr"))
    assert [child.tag.removeprefix(W) for child in plain] == ["footerReference", "pgSz", "pgMar"]


def test_every_relation_of_the_package_leads_to_a_part() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.write(draft()))) as archive:
        names = set(archive.namelist())
    types = part("[Content_Types].xml")
    named = {str(each.get("PartName"))[1:] for each in types if each.get("PartName")}
    assert named <= names
    links = {f"word/{each.get('Target')}" for each in part("word/_rels/document.xml.rels")}
    assert links <= named


def test_official_fonts_have_stand_ins() -> None:
    fonts = part("word/fontTable.xml")
    others = {font.get(f"{W}name"): str(font[0].get(f"{W}val")) for font in fonts}
    assert "FangSong" in others["仿宋"].split(",")
    assert set(others) == {"仿宋", "黑体", "宋体"}


@needs_office
def test_libreoffice_lays_it_out_whole() -> None:
    laid = pypdfium2.PdfDocument(office.convert(docx.write(draft()), ".docx", "pdf"))
    texts = [page.get_textpage().get_text_range() for page in laid]
    assert all(BANNER in text for text in texts)
    assert all(f"— {number} —" in text for number, text in enumerate(texts[1:], 2))
    wide = [text for page, text in zip(laid, texts) if page.get_width() > page.get_height()]
    assert all("科目编码" in text for text in wide)
    whole = "".join("".join(texts).split())
    assert all(amount(row, column) in whole for row in range(2, ROWS + 2) for column in range(3, 10))


# --- Excel ------------------------------------------------------------------------------------


def book(source: Document, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write(source)), data_only=values)


def test_a_workbook_adds_up_by_formulas_that_show_what_is_printed() -> None:
    sheet, values = (book(draft(), values=each)["收入决算表"] for each in (False, True))
    assert sheet["C5"].value == "=SUM(D5:J5)"
    assert float(values["C5"].value) == pytest.approx(sum(values.cell(5, n).value for n in range(4, 11)))
    assert sheet["C5"].number_format == "#,##0.00"
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert BANNER in (sheet.oddHeader.center.text or "")
    properties = book(draft()).properties
    assert (properties.title, properties.creator) == (draft().title, draft().author)


SUMS = [
    (((1, 0, 1), (2, 0, 1), (4, 0, -1)), "6.30", "=SUM(A3:A4)-SUM(A6)"),
    (((1, 0, 1), (3, 0, 1)), "1.10", "=SUM(A3,A5)"),
    (((1, 0, 1), (2, 0, 1)), "9.99", None),  # not what is printed
    (((3, 0, 1),), "0.00", None),  # a blank alone
    (((5, 0, 1), (1, 0, 1)), "8.10", "=SUM(A7,A3)"),
]


@pytest.mark.parametrize(("parts", "text", "formula"), SUMS)
def test_only_what_adds_up_becomes_a_formula(parts: tuple, text: str, formula: str | None) -> None:
    column = ["决算数", "1.10", "7.20", "", "2.00", "7"]
    cells = [cell(each, row, 0) for row, each in enumerate(column)]
    cells.append(Cell(text, 6, 0, NOWHERE, parts=parts))
    source = document(said("收入表", "caption"), Table(tuple(cells), NOWHERE))
    assert book(source)["收入表"]["A8"].value == (formula or float(text))
    back = xlsx_reader.read(Path("a.xlsx"), xlsx.write(source), "")
    assert [each.text for table in back.tables() for each in table.cells] == [each.text for each in cells]


def test_a_workbook_reads_back_what_was_composed() -> None:
    back = xlsx_reader.read(Path("a.xlsx"), xlsx.write(draft()), "")
    assert shown(back) == shown(printed(draft()))


# --- HTML and text ----------------------------------------------------------------------------


def page(source: Document) -> parser.HtmlElement:
    return parser.document_fromstring(html.write(source))


def test_a_page_has_landmarks_captions_and_scopes() -> None:
    tree = page(draft())
    assert tree.get("lang") == "zh-CN"
    assert tree.xpath("string(//title)") == draft().title
    assert tree.xpath("string(//body/header)") == BANNER
    assert len(tree.xpath("//main")) == 1
    links = tree.xpath("//nav//a")
    assert [link.text_content() for link in links] == [p.text for p in layout.contents(draft())]
    assert [tree.get_element_by_id(link.get("href")[1:]).text_content() for link in links] == [
        link.text_content() for link in links
    ]
    captions = [caption.text_content().split() for caption in tree.xpath("//table/caption")]
    assert captions == [["支出决算表", "公开03表", "单位：元"], ["收入决算表", "单位：元"]]
    assert tree.xpath("//*[@role='region']/@aria-label") == ["支出决算表", "收入决算表"]
    assert [th.get("scope") for th in tree.xpath("(//thead)[1]//th")] == ["colgroup", *["col"] * 6]
    named = tree.xpath("(//tbody)[1]/tr/th[@scope='row']")
    assert len(named) == ROWS
    assert named[0].text_content().startswith("某某区")
    assert [mark.text for mark in tree.xpath("//mark")] == ["（此处填写内设机构）"]
    assert "break-before: page" in tree.xpath("string(//style)")


def test_a_drawing_says_its_figures_and_does_nothing() -> None:
    tree = page(draft())
    (svg,) = tree.xpath("//*[local-name()='svg']")
    said_by = [tree.get_element_by_id(name).text_content() for name in svg.get("aria-labelledby").split()]
    assert (svg.get("role"), said_by) == ("img", ["图1", SHOWN])
    assert tree.xpath("//script | //@onclick") == []
    assert len(tree.xpath("//*[local-name()='rect']")) == 1


def test_text_lists_the_contents_and_says_the_pictures() -> None:
    lines = txt.write(draft()).decode().splitlines()
    assert lines[0] == BANNER
    start = lines.index("目录")
    listed = [line for line in lines[start : start + 9] if line][1:]
    assert listed == [p.text for p in layout.contents(draft())]
    assert SHOWN in lines
    assert MARKUP in lines
