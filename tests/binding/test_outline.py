"""Parts and sections of a document, told by its titles and headings."""

from __future__ import annotations

import pytest

from mingzhang.binding.outline import Outline
from mingzhang.documents import Paragraph
from mingzhang.facts import FactSet
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards


def walk(lines: list[str], standards: Standards) -> tuple[Outline, list[str], FactSet]:
    """The section that every line stands in."""
    outline, sections, facts = Outline(standards.narratives), [], FactSet()
    for number, line in enumerate(lines, 1):
        outline.enter(Paragraph(line, Place(line=number)), facts, 0)
        sections.append(outline.section.id if outline.section else outline.part.id if outline.part else "")
    return outline, sections, facts


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("一、收入支出决算总体情况说明", "explanation.overall"),
        ("二、2022年度收入决算情况", "explanation.income"),
        ("（三）支出决算情况说明", "explanation.expenditure"),
        ("四、财政拨款收入支出决算总体情况说明", "explanation.fiscal"),
        ("四、关于2022年度财政拨款收支决算总体情况说明", "explanation.fiscal"),
        ("五、一般公共预算财政拨款支出决算情况说明", "explanation.general"),
        ("（二）一般公共预算财政拨款支出决算结构情况", "explanation.structure"),
        ("（三）一般公共预算财政拨款支出决算具体情况", "explanation.items"),
        ("六、一般公共预算财政拨款基本支出决算情况说明", "explanation.basic"),
        ("七、“三公”经费财政拨款支出决算情况说明", "explanation.three_public"),
        ("八、政府性基金预算财政拨款支出决算情况", "explanation.fund"),
        ("九、国有资本经营预算财政拨款支出决算情况说明", "explanation.capital"),
        ("（一）机关运行经费支出情况", "explanation.operation"),
        ("（二）政府采购支出情况说明", "explanation.procurement"),
        ("（三）国有资产占有使用情况", "explanation.assets"),
        ("（四）预算绩效管理情况", "explanation.performance"),
    ],
)
def test_headings_open_sections(heading: str, section: str, standards: Standards) -> None:
    _, sections, _ = walk(["第三部分 2022年度部门决算情况说明", heading], standards)
    assert sections[-1] == section


def test_parts_and_their_titles(standards: Standards) -> None:
    _, sections, _ = walk(
        [
            "第一部分 某局概况",
            "第二部分 2022年度部门决算表",
            "第三部分 部门决算情况说明",
            "第四部分 名词解释",
        ],
        standards,
    )
    assert sections == ["overview", "tables", "explanation", "glossary"]


def test_a_contents_page_opens_nothing_and_its_entries_are_kept(standards: Standards) -> None:
    lines = ["目 录", "第一部分 某局概况……1", "一、主要职责 …… 2", "第一部分 某局概况", "一、主要职责"]
    outline, sections, facts = walk(lines, standards)
    assert sections == ["contents", "contents", "contents", "overview", "overview.duties"]
    assert [t.place.line for t in facts.texts if t.concept == "contents"] == [2, 3]
    assert not outline.silent


def test_headings_inside_a_report_do_not_leave_it(standards: Standards) -> None:
    lines = [
        "2022年度部门整体支出绩效自评报告",
        "一、部门基本情况",
        "（一）收入支出决算总体情况",
        "二、三公经费",
    ]
    _, sections, _ = walk(lines, standards)
    assert sections == ["report", "report.overview", "report.overview", "report.three_public"]


def test_special_reports_have_sections_of_their_own(standards: Standards) -> None:
    _, sections, _ = walk(["某专项资金绩效自评报告", "一、项目概况", "二、资金使用情况"], standards)
    assert sections == ["special_report", "special_report.overview", "special_report.money"]


@pytest.mark.parametrize(
    "line",
    [
        "三公经费支出情况如下所述，主要是公务接待费，其余没有发生。具体如下。",
        "（1）机关运行经费",
        "①政府采购支出情况",
        "本部门政府采购支出情况良好，执行较好；",
    ],
)
def test_sentences_and_deep_items_are_no_headings(line: str, standards: Standards) -> None:
    _, sections, facts = walk(["第三部分 部门决算情况说明", line], standards)
    assert sections[-1] == "explanation"
    assert [t.text for t in facts.texts if t.concept == "heading"] == ["第三部分 部门决算情况说明"]


def test_terms_of_the_glossary(standards: Standards) -> None:
    outline, _, facts = walk(["第四部分 名词解释", "一、财政拨款收入：指从财政部门取得的资金。"], standards)
    assert [t.key[1] for t in facts.texts if t.concept == "term"] == ["财政拨款收入"]
    assert outline.silent
