"""Word files as written: the reader finds every text, the grid and the figures again."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from grids import cell, document, in_word, said, table
from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Block, Cell, Document, Paragraph, Table
from mingzhang.provenance import Place
from mingzhang.readers.docx import read
from mingzhang.taxonomy import Standards
from mingzhang.writers.docx import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def reread(source: Document) -> Document:
    return read(Path("甲.docx"), write(source), "")


def shape(source: Document) -> list[object]:
    """What has to survive: texts, heading levels, the grid."""
    return [
        (block.text, block.level)
        if isinstance(block, Paragraph)
        else [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in block.cells]
        for block in source.blocks
    ]


def part(source: Document, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(write(source))) as archive:
        return etree.fromstring(archive.read(name))


MERGED = table(
    cell("项目", 0, 0, 2, 1), cell("本年支出", 0, 1, 1, 2), cell("小计", 1, 1), cell("基本\n支出", 1, 2),
    cell("合计", 2, 0), cell("1,295.05", 2, 1), cell("", 2, 2),
)  # fmt: skip
WIDE = table(*[cell(str(column), 0, column) for column in range(9)])


def test_texts_headings_and_grid_are_read_again() -> None:
    heading = Paragraph("一、收支情况", Place(), level=1)
    deep = Paragraph("（一）收入", Place(), level=12)
    source = document(heading, deep, "甲\t乙\n <丙>&“丁” ", MERGED, MERGED, "注：不含戊。", WIDE, "己")
    source.blocks[1] = Paragraph(deep.text, Place(), level=9)
    assert shape(reread(document(heading, deep))) == shape(document(*source.blocks[:2]))
    assert shape(reread(source)) == shape(source)


def test_markers_are_printed_before_the_text() -> None:
    blocks = [Paragraph("甲", Place(), marker="一、"), Paragraph("2页", Place(), marker="1.")]
    assert [p.text for p in reread(document(*blocks)).paragraphs()] == ["一、甲", "1. 2页"]


def test_characters_that_xml_forbids_are_dropped() -> None:
    source = document("甲\x00\x0b\ud800乙\ufffe\r\n丙", table(cell("丁\x1f", 0, 0)))
    assert shape(reread(source)) == [("甲乙\n丙", 0), [("丁", 0, 0, 1, 1)]]


def test_short_rows_and_rows_under_merged_cells() -> None:
    ragged = table(
        cell("甲", 0, 0, 3, 1),
        cell("乙", 0, 1),
        cell("丙", 0, 2),
        cell("丁", 2, 2),
        cell("戊", 3, 1),
        cell("己", 3, 2),
        cell("庚", 4, 0),
    )
    read_again = shape(reread(document(ragged)))
    expected = shape(document(ragged))
    filled = ("", 2, 1, 1, 1)  # Word has no gap inside a row
    assert isinstance(expected[0], list)
    expected[0].insert(3, filled)
    assert read_again == expected


def test_overlapping_cells_lose_no_text() -> None:
    overlapping = table(cell("甲", 0, 0, 2, 2), cell("乙", 1, 1), cell("丙", 1, 2))
    (found,) = reread(document(overlapping)).tables()
    assert [cell.text for cell in found.cells] == ["甲", "乙", "丙"]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write(document("甲", MERGED, WIDE)) == write(document("甲", MERGED, WIDE))
    with zipfile.ZipFile(io.BytesIO(write(document()))) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            etree.fromstring(archive.read(name))


def test_wide_tables_stand_in_landscape_with_caption_and_notes() -> None:
    source = document(
        "甲说明了一切。", said("支出决算表", "caption"), said("单位：万元", "label"), WIDE,
        said("注：乙。", "note"), "丙", MERGED,
    )  # fmt: skip
    body = part(source)[0]
    sizes = [size.get(f"{W}orient") for size in body.iter(f"{W}pgSz")]
    assert sizes == [None, "landscape", None]
    sections: list[list[str]] = [[]]
    for block in body:
        sections[-1].append("".join(block.itertext())[:4])
        if block.find(f".//{W}sectPr") is not None:
            sections.append([])
    assert sections == [
        ["甲说明了", ""],
        ["支出决算", "单位：万", "0123", "注：乙。", ""],
        ["丙", "项目本年", "", ""],
    ]


def test_tables_in_a_row_stay_apart() -> None:
    body = part(document(MERGED, MERGED))[0]
    assert [str(block.tag).removeprefix(W) for block in body] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_fonts_are_named_and_numbers_stand_right() -> None:
    fonts = {fonts.get(f"{W}eastAsia") for fonts in part(document(), "word/styles.xml").iter(f"{W}rFonts")}
    assert fonts == {"仿宋", "宋体", "黑体"}
    sides: dict[str, list[str]] = {}
    for p in part(document(MERGED)).iter(f"{W}p"):
        if (turned := p.find(f".//{W}jc")) is not None:
            sides.setdefault(turned.get(f"{W}val", ""), []).append("".join(p.itertext()))
    assert sides == {"center": ["项目", "本年支出"], "right": ["1,295.05"]}


def test_word_opens_it_with_python_docx() -> None:
    docx = pytest.importorskip("docx")
    opened = docx.Document(io.BytesIO(write(document(Paragraph("甲", Place(), level=2), MERGED))))
    assert opened.paragraphs[0].style.name == "Heading 2"
    assert [cell.text for cell in opened.tables[0].rows[1].cells] == ["项目", "小计", "基本\n支出"]


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_samples_give_the_same_facts(name: str, standards: Standards) -> None:
    sample = samples.SAMPLES[name]
    source = samples.document(sample.unit, standards, sample.changes, sample.entity)
    again = reread(source)
    assert shape(again) == shape(in_word(source))
    facts = [recognise(each, 0, standards).facts for each in (source, again)]
    first, second = ([(fact.concept, fact.printed) for fact in each] for each in facts)
    assert first
    assert first == second


TEXT = st.text(st.sampled_from("甲乙 　\t<&\"'1,.%（）\n"), max_size=8)
LINE = TEXT.map(lambda text: re.sub(r"^\n+|\n+$", "", text))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A grid cut at random into merged cells."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 10))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) not in taken:
                high = draw(st.integers(1, min(2, rows - row)))
                wide = draw(st.integers(1, min(3, columns - column)))
                covered = {(row + r, column + c) for r in range(high) for c in range(wide)}
                if covered & taken:
                    high = wide = 1
                    covered = {(row, column)}
                taken |= covered
                cells.append(Cell(draw(LINE), row, column, Place(), high, wide))
    return Table(tuple(cells), Place())


PARAGRAPHS = st.builds(
    Paragraph, TEXT.filter(lambda text: bool(text.strip())), st.just(Place()), st.integers(0, 9)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARAGRAPHS | tables(), max_size=4))
def test_any_document_is_read_again(blocks: list[Block]) -> None:
    source = document("甲", *blocks)
    assert shape(reread(source)) == shape(source)


def test_labels_stand_where_official_tables_have_them() -> None:
    texts = "公开01表", "部门：某某市档案馆", "单位：万元"
    source = document(said("收入表", "caption"), *(said(text, "label") for text in texts), MERGED)
    _, number, line = list(part(source).iter(f"{W}p"))[:3]
    assert number.find(f".//{W}jc").get(f"{W}val") == "right"
    assert line.find(f".//{W}tabs/{W}tab").get(f"{W}val") == "right"
    assert [p.text for p in reread(source).paragraphs()][1:3] == [texts[0], f"{texts[1]}\t{texts[2]}"]


def test_a_table_that_just_does_not_fit_is_set_smaller() -> None:
    for rows, style in ((20, "TableText"), (32, "TableText8"), (60, "TableText")):
        cells = (cell(f"{column}{row}", row, column) for row in range(rows) for column in range(9))
        used = {s.get(f"{W}val") for s in part(document(Table(tuple(cells), Place()))).iter(f"{W}pStyle")}
        assert style in used
        assert used <= {style, "Separator"}
