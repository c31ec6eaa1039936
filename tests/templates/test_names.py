"""Names are ids or labels; an unknown one is told with the nearest that there is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mingzhang.binding.disclosure import Contents
from mingzhang.documents import Paragraph
from mingzhang.taxonomy import Standards
from mingzhang.templates.answers import Answers, Put
from mingzhang.templates.names import CHAPTER, FIGURE, TABLE, Catalogue, Name, NameFault

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalogue(standards: Standards) -> Catalogue:
    return Catalogue(standards, 2022)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("单位名称", "名称:entity"),
        ("名称：年度", "名称:year"),
        ("部门职责", "文字:duties"),
        ("文字:duties", "文字:duties"),
        ("表:支出决算表", "表:expenditure_by_function"),
        ("表:部门整体支出绩效自评表", "表:department_score_sheet"),
        ("行:支出决算表/科目编码", "行:expenditure_by_function/code"),
        ("章节:收入决算情况说明", "章节:收入决算情况说明"),
        ("章节:explanation.income", "章节:explanation.income"),
        ("章节:单位决算情况说明", "章节:部门决算情况说明"),
        ("数:支出决算表/合计/基本支出", "数:expenditure_by_function/total/basic"),
        ("数:支出决算表/2010301/基本支出", "数:expenditure_by_function/2010301/basic"),
        ("数:上年支出决算表/合计/基本支出", "数:last.expenditure_by_function/total/basic"),
        ("last.expenditure_by_function/total/basic", "数:last.expenditure_by_function/total/basic"),
        ("explanation.overall/grand_total/change", "数:explanation.overall/grand_total/change"),
        ("收入支出决算总体情况说明/grand_total/增减额", "数:explanation.overall/grand_total/change"),
        ("句:与上年相比/explanation.overall/grand_total", "句:than_before/explanation.overall/grand_total"),
    ],
)
def test_a_name_is_an_id_or_a_label(text: str, name: str, catalogue: Catalogue) -> None:
    assert catalogue.find(text).text == name


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("单位名", "单位名称"),
        ("表:支出结算表", "表:支出决算表"),
        ("数:支出决算表/合计/基本支岀", "数:支出决算表/合计/基本支出"),
        (
            "数:total_in/amount",
            "数:income_expenditure/total_in/amount”（《收入支出决算总表》“总计”“决算数”）",
        ),
        ("章节:收入情况说明", "章节:收入决算情况说明"),
        ("文字:部门职能", "文字:部门职责"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(text: str, nearest: str, catalogue: Catalogue) -> None:
    with pytest.raises(NameFault, match=f"是否想写.*“{nearest}"):
        catalogue.find(text)


def test_an_ambiguous_name_is_told_with_its_meanings(catalogue: Catalogue) -> None:
    with pytest.raises(NameFault, match=r"有几种意思.*total_in.*total_out"):
        catalogue.find("数:收入支出决算总表/总计/决算数")


def test_every_listed_name_is_found_and_answered(unit: Contents, standards: Standards) -> None:
    answers = Answers(unit, standards)
    listed = [name for name, _ in answers.catalogue.listed()]
    assert len(listed) > 500
    for name in listed:
        written = answers.catalogue.written(name)
        assert answers.catalogue.find(name.text) == answers.catalogue.find(written) == name
        assert name.kind == FIGURE or not any(letter.isascii() and letter.isalpha() for letter in written)
        answers.of(name)


def test_a_section_is_put_without_its_heading(unit: Contents, standards: Standards) -> None:
    answers = Answers(unit, standards)
    (block,) = answers.of(Name(CHAPTER, ("explanation.income",))).blocks
    assert block.text.startswith("2022年度收入合计")
    assert not answers.gaps


def test_what_nobody_filled_in_is_a_gap_and_no_zero(unit: Contents, standards: Standards) -> None:
    without = ("basic_expenditure_by_economic", "fund_budget", "capital_budget")
    figures = {key: text for key, text in unit.figures.items() if key[0] not in without}
    answers = Answers(replace(unit, figures=figures), standards)
    answers.of(Name(FIGURE, ("basic_expenditure_by_economic", "public", "amount")))
    table = answers.of(Name(TABLE, ("basic_expenditure_by_economic",)))
    assert isinstance(table, Put)
    note = table.blocks[-1]
    assert isinstance(note, Paragraph)
    assert "【待填写：《一般公共预算财政拨款基本支出决算明细表》" in note.text
    assert {gap.kind for gap in answers.gaps.values()} == {"figure", "table"}


def test_the_names_that_the_readme_shows(catalogue: Catalogue) -> None:
    shown = re.findall(r"\{\{([^{}]+)\}\}", (ROOT / "README.zh-CN.md").read_text(encoding="utf-8"))
    assert len(shown) > 8
    for text in shown:
        catalogue.find(text)
