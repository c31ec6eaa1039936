"""Every relation and every other check of every edition is evaluated on some composed document."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mingzhang import samples
from mingzhang.binding.annexes import announced
from mingzhang.binding.compose import paragraph
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.outcome import NOT_EVALUATED, Submission, confront
from mingzhang.documents import Document
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import Standards, load

TEN = Decimal("10.00")
STATED = {("funds", "final"): "10.00", ("basic", "stated"): "6.00", ("project", "stated"): "4.00"}
OTHERS = {
    **score_sheet("insurance_score_sheet", "社会保险基金预算支出", TEN),
    ("insurance_score_sheet", "goals", "expected"): "按时足额发放待遇。",
    ("insurance_score_sheet", "implementer", "value"): "云川省青禾市档案服务中心",
    **{("department_score_sheet", *cell): printed for cell, printed in STATED.items()},
}
"""Sheets that no sample has: of social insurance, and with amounts stated inside cells."""

SHEET = {"initial": "10.00", "budget": "15.00", "final": "12.00"}
NATURES = {
    "basic": {"initial": "6.00", "budget": "11.00", "final": "8.00"},
    "project": {"initial": "4.00", "budget": "4.00", "final": "4.00"},
}
PROJECTS = {"initial": "4.00", "income": "4.00", "final": "4.00", "carry_in": "0.00", "carry_out": "0.00"}
REPORT = {
    **{
        ("department_score_sheet", row, stage): SHEET[stage]
        for row in ("funds", "general")
        for stage in SHEET
    },
    ("department_score_sheet", "funds", "rate"): "80.00%",
    **{
        ("department_score_sheet", nature, stage): printed
        for nature, stages in NATURES.items()
        for stage, printed in stages.items()
    },
    **{
        ("basic_by_economic", row, stage): printed
        for row in ("basic_total", "personnel", "personnel_wages")
        for stage, printed in {"initial": "6.00", "final": "8.00", "increase": "2.00"}.items()
    },
    **{
        ("project_balances", row, column): PROJECTS[column]
        for row in ("projects/甲", "all")
        for column in PROJECTS
    },
}
TEXT = [
    "部门整体支出绩效自评报告",
    "二、一般公共预算支出情况",
    "（二）项目支出情况",
    "本部门2022年度一般公共预算财政拨款项目支出年初预算数为4.00万元，实际支出数4.00万元。",
    "七、综合评价情况及评价结论",
    "①预算控制率（5分）：本单位上年结转和结余2.00万元，2022年预算追加3.00万元，年初预算为10.00万元，得5分。",
]
"""What the text of a report says of its own sheets."""

SCORES = [
    "部门整体支出绩效自评报告",
    "七、综合评价情况及评价结论",
    "①绩效目标合理性（40分）：绩效目标符合规划，根据评价标准该项得满分40分。",
    "②在职人员控制率（60分）：根据评价标准该项指标得58分。",
    "根据《部门整体支出绩效评价指标表》，部门整体支出绩效评价得分为98分，绩效评价等级为“优”。",
]
"""A report whose indicators make 100 points, with a table that it says is attached."""

RECEPTIONS = [
    "青禾市档案馆2022年度部门决算",
    "第三部分 2022年度部门决算情况说明",
    "七、“三公”经费支出决算情况说明",
    "2、公务接待费支出决算为2.63万元，全年共接待来访团组58个、来宾413人次。",
    "2022年度青禾市档案馆整体支出绩效自评报告",
    "六、资金使用及绩效情况",
    "1.完成查档接待21批次160人次。",
    "截至12月31日，共接待查档群众340批次、1500人次。",
    "2.完成业务接待37批次253人次，预算执行率＝（188.75/250）×100%＝75.5%。",
]
"""A count and its parts, and a calculation written out."""

BUDGETS = [
    "青禾市档案馆2022年度部门决算",
    "第三部分 2022年度部门决算情况说明",
    "二、收入决算情况说明",
    "本年收入合计40.00万元，其中：一般公共预算财政拨款收入30.00万元，占75%；其他收入10.00万元，占25%。",
    "七、“三公”经费支出决算情况说明",
    "其中：公务用车运行维护费3.00万元，占75%；公务接待费1.00万元，占25%。",
]
"""Income by budgets, and vehicles of which none was bought."""

CONTENTS = [
    "青禾市档案馆2022年度部门决算",
    "目录",
    "第一部分 青禾市档案馆概况",
    "第二部分 2022年度部门决算表",
    "第三部分 2022年度部门决算情况说明",
    "第一部分 青禾市档案馆概况",
    "第二部分 2022年度部门决算表",
    "第三部分 2022年度部门决算情况说明",
]
"""Contents with the headings that they list."""

INDICATOR = {"level3": "整理档案数量", "target": "≥500卷", "actual": "520卷"}
REGISTRATION = {
    **{("department_score_sheet", "output/quantity/整理档案数量", c): text for c, text in INDICATOR.items()},
    **{("registration", "output/output_all/整理档案数量", c): text for c, text in INDICATOR.items()},
} | {
    ("registration", f"{section}/甲单位", column): printed
    for section, cells in {
        "incomes": {"income_total": "15.00", "carried": "2.00", "public_money": "13.00"},
        "expenditures": {
            "expenditure_total": "12.00",
            "basic": "8.00",
            "personnel": "5.00",
            "public": "3.00",
            "project": "4.00",
        },
        "three_public": {"three_public_total": "2.00", "reception": "0.50", "running": "1.50"},
        "assets": {"assets_total": "9.00", "used": "7.00", "leased": "2.00"},
    }.items()
    for column, printed in cells.items()
}
"""A form of one province: its rows are institutions."""

UNITS = [samples.SAMPLE, samples.SAMPLE._replace(carry=(0, 0), fund=(), capital=samples.SAMPLE.capital)]


ENTITY = "云川省青禾市档案服务中心"
"""A unit whose name has the names of two places, so that one of them can be left out."""

SEVERAL_FILES = {"sheets.copies_differ"}
"""Checks that one file never gives work to: tests/checking/test_sheet_copies.py."""

EDITIONS = ("hunan-2022", "shanghai-2024")


def _scheme(standards: Standards) -> list[str]:
    """A report that gives full marks by the edition's own scheme."""
    indicators = [i for s in standards.schemes.values() for i in s.indicators if i.weight is not None]
    return [*SCORES[:2], *(f"{i.label[0]}（{i.weight}分）：该项指标得{i.weight}分。" for i in indicators)]


def submissions(standards: Standards) -> Iterator[Submission]:
    """The samples and what no sample has, each composed and read back."""
    documents = [samples.document(unit, standards) for unit in UNITS]
    national = samples.document(samples.SAMPLE, load().standards(samples.EDITION))
    composed = [
        compose_sheets(OTHERS, standards, samples.YEAR),
        [*map(paragraph, TEXT), *compose_sheets(REPORT, standards, samples.YEAR)],
        [*map(paragraph, SCORES)],
        [*map(paragraph, RECEPTIONS)],
        [*map(paragraph, _scheme(standards))],
        [*map(paragraph, BUDGETS)],
        [*map(paragraph, CONTENTS)],
        [*national.paragraphs()],  # sentences that a place's own outline does not have
    ]
    if "registration" in standards.sheets:
        composed.append(compose_sheets(REGISTRATION, standards, samples.YEAR))
    for document in documents + [Document("", "", "composed", blocks) for blocks in composed]:
        read = recognise(document, 0, standards)
        read_text(document, 0, standards, samples.YEAR, read.facts)
        announced(document, 0, standards, read.facts)
        readings = {reading.address: reading for reading in read.readings + read.sheets}
        yield Submission(read.facts, readings, standards, samples.YEAR, entity=ENTITY)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_relation_is_evaluated(edition: str) -> None:
    standards = load().standards(edition)
    evaluated = set()
    for submission in submissions(standards):
        outcomes = list(confront(submission))
        assert not [o.relation.id for o in outcomes if o.status == "failed"]
        evaluated |= {o.relation.id for o in outcomes if o.status != NOT_EVALUATED}
    assert {relation.id for relation in standards.relations} == evaluated


def test_every_check_is_evaluated() -> None:
    """In one edition at least: some checks are of forms that only one of them has."""
    due, evaluated = set(), set()
    for edition in EDITIONS:
        standards = load().standards(edition)
        due |= set(standards.checks)
        for submission in submissions(standards):
            outcomes = check_submission(submission).checks
            evaluated |= {outcome.rule for outcome in outcomes if outcome.status != NOT_EVALUATED}
    assert due - SEVERAL_FILES == evaluated
