from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from grids import document, spans
from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Cell, Document, Paragraph, Table
from mingzhang.provenance import Place
from mingzhang.readers import html as reader
from mingzhang.taxonomy import Standards
from mingzhang.writers import html


def paragraph(text: str, level: int = 0, marker: str = "") -> Paragraph:
    return Paragraph(text, Place(), level, marker)


def reread(source: Document) -> Document:
    return reader.read(Path("甲.html"), html.write(source), "")


def test_texts_levels_and_numbers_come_back() -> None:
    source = [
        paragraph("决算公开", 1),
        paragraph("部门概况", 2, "一、"),
        paragraph("  缩进　和\t制表  符 "),
        paragraph("<b>不是标签</b> & “引号” &nbsp;"),
        paragraph("第七级", 7),
    ]
    back = list(reread(document(*source)).paragraphs())
    assert [p.text for p in back] == [p.text for p in source]
    assert [(p.level, p.marker) for p in back] == [(1, ""), (2, "一、"), (0, ""), (0, ""), (0, "")]


def test_grids_come_back() -> None:
    cells = [(0, 0, 2, 1, "项目"), (0, 1, 1, 2, "本年\n支出"), (1, 1, 1, 1, "小计"), (1, 2, 1, 1, ""),
             (2, 0, 1, 1, "合计"), (2, 1, 1, 1, "1,295.05"), (2, 2, 3, 1, "")]  # fmt: skip
    table = Table(tuple(Cell(text, r, c, Place(), down, right) for r, c, down, right, text in cells), Place())
    (back,) = reread(document(table)).blocks
    assert isinstance(back, Table)
    assert spans(back) == cells


def test_gaps_are_filled() -> None:
    table = Table((Cell("甲", 0, 2, Place()), Cell("乙", 1, 0, Place()), Cell("丙", 1, 2, Place())), Place())
    (back,) = reread(document(table)).blocks
    assert isinstance(back, Table)
    assert [span for span in spans(back) if span[4]] == [
        (0, 2, 1, 1, "甲"),
        (1, 0, 1, 1, "乙"),
        (1, 2, 1, 1, "丙"),
    ]


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_the_samples_read_back_fact_for_fact(name: str, standards: Standards) -> None:
    sample = samples.SAMPLES[name]
    source = samples.document(sample.unit, standards, sample.changes, sample.entity)
    back = reread(source)
    kept = [b.text for b in source.paragraphs() if b.role not in ("break", "contents")]
    assert [b.text for b in back.paragraphs()] == kept
    assert [spans(table) for table in back.tables()] == [spans(table) for table in source.tables()]
    facts = recognise(back, 0, standards).facts
    assert {f.key: f.printed for f in facts} == {
        f.key: f.printed for f in recognise(source, 0, standards).facts
    }
    assert html.write(source) == html.write(source)


def test_the_page_is_complete_and_escaped() -> None:
    evil = "</title><script>alert(1)</script><p onclick='x'>\0\ud800"
    cell = Cell(evil, 0, 0, Place())
    page = html.write(document(paragraph(evil, 1, '"><script>'), Table((cell,), Place()))).decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">')
    assert page.endswith("</body>\n</html>\n")
    tree = parser.document_fromstring(page.encode())
    assert tree.xpath("//script | //@onclick | //@src | //@href | //link") == []
    assert tree.xpath("string(//title)").startswith("</title><script>")
    assert "\0" not in page


def test_an_empty_document_is_a_page() -> None:
    page = html.write(document(Table((), Place()))).decode()
    assert "<title>决算公开</title>" in page
    assert "<table" not in page


@given(st.lists(st.text(st.sampled_from("甲乙3.5% \t　\xa0<&>\"'“"), min_size=1, max_size=12), max_size=6))
def test_any_text_comes_back(texts: list[str]) -> None:
    source = document(paragraph("决算"), *(paragraph(text) for text in texts))
    kept = ["决算", *(text for text in texts if text.strip())]
    assert [p.text for p in reread(source).paragraphs()] == kept


def test_labels_stand_where_official_tables_have_them() -> None:
    texts = "收入表", "公开01表", "部门：某某市档案馆", "单位：万元"
    roles = "caption", "label", "label", "label"
    above = [Paragraph(text, Place(), role=role) for text, role in zip(texts, roles)]
    source = document(*above, Table((Cell("甲", 0, 0, Place()), Cell("1", 0, 1, Place())), Place()))
    page = parser.fromstring(html.write(source))
    assert page.xpath("//p[@class='label right']/text()") == ["公开01表", "单位：万元"]
    assert page.xpath("//div[@class='line']/p/text()") == ["部门：某某市档案馆", "单位：万元"]
    assert [p.text for p in reread(source).paragraphs()] == list(texts)
