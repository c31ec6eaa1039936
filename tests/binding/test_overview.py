"""The overview of whole disclosures, at random and at the extremes: true, legible, on one page."""

from __future__ import annotations

import random
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from lxml import etree
from msgspec import structs

from contents import EXTREMES, contents
from drawn import covered, outside, overlapping
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.overview import overview, page
from mingzhang.documents import Document, Picture
from mingzhang.money import parse
from mingzhang.outlines import LAST, Block
from mingzhang.pictures.drawing import Box
from mingzhang.pictures.page import HEIGHT, WIDTH
from mingzhang.samples import SAMPLE
from mingzhang.samples import document as sample
from mingzhang.taxonomy import Standards
from mingzhang.writers import html, pdf
from units import PROJECT, WHOLE, sheet

SHEET = Box(0, 0, WIDTH, HEIGHT)


def drawn(source: Contents, standards: Standards) -> tuple[Document, Picture]:
    document, _ = disclosure(source, standards)
    found = overview(document, source.figures, source.printed_names, standards)
    (picture,) = found.blocks
    assert isinstance(picture, Picture)
    return found, picture


def changed(source: Contents, **figures: str) -> Contents:
    """With figures of the summary table replaced."""
    new = {("income_expenditure", row, "amount"): text for row, text in figures.items()}
    return replace(source, figures={**source.figures, **new})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 10**9), extreme=some.sampled_from(EXTREMES))
def test_labels_lie_within_the_page_and_apart(seed: int, extreme: str, standards: Standards) -> None:
    source = contents(random.Random(seed), standards, extreme)
    document, _ = disclosure(source, standards)
    marks = page(document, source.figures, source.printed_names, standards).marks()
    assert not outside(marks, SHEET)
    assert not overlapping(marks)
    assert not covered(marks)


@pytest.mark.parametrize("extreme", EXTREMES)
def test_it_takes_one_page_whatever_the_unit(extreme: str, standards: Standards) -> None:
    document, picture = drawn(contents(random.Random(5), standards, extreme), standards)
    assert picture.whole
    file = pypdfium2.PdfDocument(pdf.write(document))
    assert len(file) == 1
    assert "一页概览" in file[0].get_textpage().get_text_range()
    assert pdf.write(document) == pdf.write(document)


@pytest.mark.parametrize("extreme", EXTREMES)
def test_the_words_hold_every_figure(extreme: str, standards: Standards) -> None:
    source = contents(random.Random(6), standards, extreme)
    _, picture = drawn(source, standards)
    for (form, row, column), text in source.figures.items():
        amount = parse(text, "万元")
        if amount is None or not amount.mantissa:
            continue
        leaf = form in ("expenditure_by_function", "general_budget_expenditure") and len(row) == 7
        if (leaf and column == "total") or form in ("three_public", f"{LAST}three_public"):
            assert column == "vehicles" or f"{text}万元" in picture.text, (form, row, column)
        if form == "explanation.items":
            assert f"年初预算{text}万元" in picture.text


def test_sentences_are_those_of_the_disclosure(standards: Standards) -> None:
    source = contents(random.Random(8), standards)
    document, _ = disclosure(source, standards)
    page_ = page(document, source.figures, source.printed_names, standards)
    printed = "".join(paragraph.text for paragraph in document.paragraphs())
    said = [panel.sentence for _, row in page_.rows for _, panel in row if panel.sentence]
    assert len(said) >= 4
    for sentence in said:
        for part in filter(None, sentence.split("差异最大的一项：")):
            assert part.removesuffix("。") in printed


def test_without_last_year_there_is_one_year(standards: Standards) -> None:
    _, picture = drawn(contents(random.Random(5), standards, "no prior year"), standards)
    assert "上年决算" not in picture.text
    assert "，上年" not in picture.text


def test_amounts_up_to_a_trillion_yuan_and_below_zero_are_drawn(standards: Standards) -> None:
    source = changed(contents(random.Random(5), standards), income="100000000.00", expenditure="-12345678.90")
    document, picture = drawn(source, standards)
    assert "本年收入合计：本年100000000.00万元。" in picture.text
    assert "本年支出合计：本年-12345678.90万元。" in picture.text
    marks = page(document, source.figures, source.printed_names, standards).marks()
    assert not outside(marks, SHEET)
    assert not overlapping(marks)


def test_scores_of_units_blocks_and_projects_are_drawn(standards: Standards) -> None:
    source = contents(random.Random(5), standards)
    sheets = {**sheet(WHOLE, source.entity, "10", "9"), **sheet(PROJECT, "档案整理项目", "10", "9")}
    document, picture = drawn(replace(source, figures={**source.figures, **sheets}), standards)
    assert "部门整体支出：执行率90%，得分94分。" in picture.text
    assert "产出指标：得分48分。" in picture.text
    assert "档案整理项目：执行率90%，得分94分。" in picture.text
    assert len(pypdfium2.PdfDocument(pdf.write(document))) == 1


def test_rates_without_a_sign_are_rates_and_words_are_no_figures(standards: Standards) -> None:
    source = contents(random.Random(5), standards)
    sheets = sheet(WHOLE, source.entity, "10", "9")
    sheets[WHOLE, "funds", "rate"], sheets[WHOLE, "total", "score"] = "90.00", "优秀"
    _, picture = drawn(replace(source, figures={**source.figures, **sheets}), standards)
    assert "部门整体支出：执行率90.00%。" in picture.text


def test_last_years_figures_follow_from_the_changes_that_a_document_states(standards: Standards) -> None:
    document = sample(SAMPLE, standards)
    figures = {("income_expenditure", "total_in", "amount"): "528.95"}
    names = {"entity": "青禾市档案服务中心", "year": "2022", "scope": "部门"}
    (picture,) = overview(document, figures, names, standards).blocks
    assert isinstance(picture, Picture)
    assert "与上年相比，增加8.46万元" in picture.text
    assert "收、支总计：本年528.95万元，上年520.49万元。" in picture.text
    assert "上年数由本年数和情况说明所写的增减额得出" in picture.text


def test_the_web_page_has_the_drawing_with_its_words_and_no_script(standards: Standards) -> None:
    document, picture = drawn(contents(random.Random(5), standards), standards)
    root = etree.fromstring(html.write(document), etree.HTMLParser())
    (figure,) = root.iter("figure")
    assert "sheet" in (figure.get("class") or "")
    drawing = figure[0]
    named = (drawing.get("aria-labelledby") or "").split()
    said = {element.get("id"): element.text for element in drawing}
    assert [said[name] for name in named] == [document.title, picture.text]
    assert not list(root.iter("script"))


def test_an_outline_can_place_it(standards: Standards) -> None:
    outlines = standards.outlines
    whole = outlines.outlines["disclosure"]
    source = contents(random.Random(5), standards)
    plain, _ = disclosure(source, standards)
    kept = dict(outlines.outlines)
    outlines.outlines["disclosure"] = structs.replace(whole, body=(Block(put="overview"), *whole.body))
    try:
        document, _ = disclosure(source, standards)
    finally:
        outlines.outlines.update(kept)
    assert isinstance(document.blocks[0], Picture)
    assert document.blocks[1:] == plain.blocks
