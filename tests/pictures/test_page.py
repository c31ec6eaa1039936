"""The page is a drawing that any program reads: well-formed, passive, named, the same each time."""

from __future__ import annotations

from fractions import Fraction

from lxml import etree

from drawn import money, outside, overlapping
from mingzhang.pictures.bars import Bar, BarRow, Bars
from mingzhang.pictures.drawing import Box, Line, Text, svg
from mingzhang.pictures.page import HEIGHT, WIDTH, Page, Panel
from mingzhang.pictures.treemap import Group, Leaf, Treemap

SVG = "{http://www.w3.org/2000/svg}"
BARS = Bars((BarRow("支出", (Bar("本年", money(12345)), Bar("上年", money(9900), now=False))),))
MAP = Treemap((Group("教育支出", (Leaf("小学教育", money(12345)),)),), "没有支出。")


def page(title: str = "青禾市档案服务中心2022年度部门决算一页概览", sentence: str = "支出增加。") -> Page:
    panels = ((5, Panel("收入与支出", sentence, BARS)), (7, Panel("用途", sentence, MAP)))
    absent = ((1, Panel("三公", "", None, "没有。")),)
    return Page(title, "金额取自公开表。", ((40, panels), (40, absent)), "完")


def test_the_drawing_is_well_formed_and_passive() -> None:
    root = etree.fromstring(page(sentence="<script>&“三公”\x00</script>").svg().encode())
    assert root.tag == f"{SVG}svg"
    names = {etree.QName(element).localname for element in root.iter()}
    assert names <= {"svg", "title", "desc", "text", "rect", "line", "circle"}
    assert not [a for element in root.iter() for a in element.attrib if a.startswith("on") or "href" in a]


def test_the_drawing_is_named_and_says_its_figures() -> None:
    root = etree.fromstring(page().svg().encode())
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == page().title
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text is not None
    assert "本年123.45万元，上年99.00万元" in root[1].text


def test_the_same_page_gives_the_same_drawing() -> None:
    assert page().svg() == page().svg()


def test_long_titles_and_sentences_stay_on_the_page() -> None:
    sentence = "支出合计为100000000.00万元，主要原因是工作安排有调整；" * 40
    drawn = page("名称有四十个汉字" * 12, sentence).marks()
    assert not outside(drawn, Box(0, 0, WIDTH, HEIGHT))
    assert not overlapping(drawn)
    assert any(isinstance(mark, Text) and mark.text.endswith("（见情况说明）") for mark in drawn)


def test_lengths_are_written_in_hundredths() -> None:
    drawn = svg([Line((Fraction(1, 3), -1), (Fraction(5, 2), Fraction(-1, 1000)))], 10, 10, "", "")
    assert 'x1="0.33" y1="-1" x2="2.5" y2="0"' in drawn
