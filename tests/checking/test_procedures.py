"""Each check that is not a relation: a document that breaks it once, and the clean one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mingzhang import samples
from mingzhang.binding.annexes import announced
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Block, Document, Paragraph, Table
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards, load

Change = Callable[[list[Block]], list[Block]]


def checked(standards: Standards, *changes: Change) -> Checked:
    document = samples.document(samples.SAMPLE, standards)
    for change in changes:
        document.blocks = change(document.blocks)
    return check_blocks(standards, document.blocks)


def check_blocks(standards: Standards, blocks: list[Block]) -> Checked:
    document = Document("", "", "composed", blocks)
    found = recognise(document, 0, standards)
    read_text(document, 0, standards, samples.YEAR, found.facts)
    announced(document, 0, standards, found.facts)
    readings = {reading.form: reading for reading in found.readings}
    return check_submission(Submission(found.facts, readings, standards, samples.YEAR))


def section(blocks: list[Block], title: str) -> tuple[int, int]:
    """The heading, table and note of the form with ``title``."""
    start = next(n for n, b in enumerate(blocks) if isinstance(b, Paragraph) and b.text == title)
    table = next(n for n in range(start, len(blocks)) if isinstance(blocks[n], Table))
    end = table + 1
    if end < len(blocks) and isinstance(note := blocks[end], Paragraph) and note.text.startswith("说明"):
        end += 1
    return start, end


def drop(title: str) -> Change:
    def change(blocks: list[Block]) -> list[Block]:
        start, end = section(blocks, title)
        return blocks[:start] + blocks[end:]

    return change


def heading(title: str, old: str, new: str | None) -> Change:
    """Replace the heading line ``old`` of one table (None: leave it out)."""

    def change(blocks: list[Block]) -> list[Block]:
        start, end = section(blocks, title)
        assert any(isinstance(b, Paragraph) and b.text == old for b in blocks[start:end])
        part = [
            Paragraph(new, b.place) if isinstance(b, Paragraph) and b.text == old and new is not None else b
            for b in blocks[start:end]
            if new is not None or not (isinstance(b, Paragraph) and b.text == old)
        ]
        return blocks[:start] + part + blocks[end:]

    return change


def cells(title: str, old: str, new: str, times: int = 1) -> Change:
    """Replace the text of the cells of one table that print ``old``, from its last rows up."""

    def change(blocks: list[Block]) -> list[Block]:
        _, end = section(blocks, title)
        number = next(n for n in range(end - 1, -1, -1) if isinstance(blocks[n], Table))
        table = blocks[number]
        assert isinstance(table, Table)
        which = [n for n, cell in enumerate(table.cells) if cell.text == old][-times:]
        assert which, f"{old} is not printed"
        changed = [c._replace(text=new) if n in which else c for n, c in enumerate(table.cells)]
        return [*blocks[:number], replace(table, cells=tuple(changed)), *blocks[number + 1 :]]

    return change


def row_dropped(title: str, code: str) -> Change:
    """The row of one code is not printed in one table."""

    def change(blocks: list[Block]) -> list[Block]:
        _, end = section(blocks, title)
        table = blocks[end - 1]
        assert isinstance(table, Table)
        (gone,) = (cell.row for cell in table.cells if cell.text == code)
        kept = tuple(c._replace(row=c.row - (c.row > gone)) for c in table.cells if c.row != gone)
        return [*blocks[: end - 1], replace(table, cells=kept), *blocks[end:]]

    return change


def emptied(title: str) -> Change:
    """A table whose figures are all blank."""

    def change(blocks: list[Block]) -> list[Block]:
        _, end = section(blocks, title)
        table = blocks[end - 1]
        assert isinstance(table, Table)
        kept = tuple(c._replace(text="") if "." in c.text else c for c in table.cells)
        return [*blocks[: end - 1], replace(table, cells=kept), *blocks[end:]]

    return change


def said(text: str) -> Change:
    """A paragraph at the end."""
    return lambda blocks: [*blocks, Paragraph(text, Place())]


def reworded(old: str, new: str) -> Change:
    """Other words in the running text."""
    return lambda blocks: [
        Paragraph(b.text.replace(old, new), b.place) if isinstance(b, Paragraph) else b for b in blocks
    ]


def without(start: str) -> Change:
    """Without the item paragraph that begins with ``start``."""

    def change(blocks: list[Block]) -> list[Block]:
        gone = [
            b for b in blocks if isinstance(b, Paragraph) and b.text.startswith(start) and "（项）" in b.text
        ]
        assert len(gone) == 1
        return [b for b in blocks if b is not gone[0]]

    return change


ENTITY = f"部门：{samples.ENTITY}"
INCOME, EXPENDITURE, GENERAL = "收入决算表", "支出决算表", "一般公共预算财政拨款支出决算表"
THREE = "财政拨款“三公”经费支出决算表"
NAME = "机关事业单位基本养老保险缴费支出"

RAISING: dict[str, tuple[list[Change], str]] = {
    "tables.missing": ([drop(THREE)], "缺少《财政拨款“三公”经费支出决算表》"),
    "tables.empty_without_statement": ([emptied(THREE)], "《财政拨款“三公”经费支出决算表》没有任何数据"),
    "tables.number_differs": ([heading(INCOME, "公开02表", "公开03表")], "印为“公开03表”，应为“公开02表”"),
    "tables.title_missing": ([heading(INCOME, INCOME, None)], "按栏目判断此表为《收入决算表》"),
    "tables.money_unit_missing": ([heading(INCOME, "单位：万元", None)], "《收入决算表》没有标明金额单位"),
    "tables.entity_blank": (
        [heading(INCOME, ENTITY, "部门："), heading(EXPENDITURE, ENTITY, "部门：")],
        "2张表的表头“部门：”后没有填写名称",
    ),
    "tables.entity_replaced": (
        [
            heading(INCOME, "公开02表", "部门：公开02表"),
            heading(INCOME, ENTITY, f"单位名称：{samples.ENTITY}"),
        ],
        "表头印为“部门：公开02表”",
    ),
    "tables.entity_differs": (
        [heading(INCOME, ENTITY, "部门：青禾市图书馆")],
        "《收入决算表》的部门为“青禾市图书馆”",
    ),
    "tables.decimals_differ": (
        [cells(INCOME, "7.42", "7.4")],
        "《收入决算表》中7.4的小数位数与本表其他数字（2位）不同",
    ),
    "tables.figure_unreadable": ([cells(INCOME, "7.42", "7,42")], "金额栏印为“7,42”"),
    "codes.unknown": (
        [cells(t, "2101101", "2101177") for t in (INCOME, EXPENDITURE, GENERAL)],
        "科目编码“2101177 行政单位医疗”不在已知",
    ),
    "codes.name_differs": (
        [cells(t, NAME, "机关养老金支出") for t in (INCOME, EXPENDITURE)],
        f"科目2080505的名称印为“机关养老金支出”，政府收支分类科目为“{NAME}”",
    ),
    "codes.name_differs_between_tables": (
        [
            *(cells(t, "2101101", "2101177") for t in (INCOME, EXPENDITURE, GENERAL)),
            cells(EXPENDITURE, "行政单位医疗", "离休医疗"),
        ],
        "科目2101177在《收入决算表》为“行政单位医疗”，在《支出决算表》为“离休医疗”",
    ),
    "codes.parent_missing": ([cells(GENERAL, "20805", "20899")], "列有2080505"),
    "codes.children_missing": (
        [row_dropped(INCOME, "2101101")],
        "《收入决算表》的21011行政事业单位医疗有金额，但没有列出其下的项级科目",
    ),
    "statements.direction_differs": (
        [said("公务接待费支出预算为4.50万元，支出决算为2.63万元，决算数与预算数持平。")],
        "前者小于后者，却写为“持平”",
    ),
    "statements.nature_differs": (
        [reworded("16.50万元，全部为项目支出", "16.50万元，全部为基本支出")],
        "写“全部为基本支出”，《政府性基金预算财政拨款收入支出决算表》“合计”“项目支出”栏为16.50万元",
    ),
    "statements.reason_missing": (
        [reworded("58.44%，决算数小于预算数的主要原因是厉行节约。", "58.44%，决算数小于预算数。")],
        "写“决算数小于预算数”，没有说明原因",
    ),
    "statements.unit_slip": (
        [said("年中追加预算13.57元。"), said("本年共追加预算13.57万元。")],
        "印为13.57元，别处同一数字的单位是万元",
    ),
    "statements.listed_without_amount": (
        [reworded("办公费、邮电费、差旅费", "咨询费、邮电费、差旅费")],
        "正文列为基本支出主要内容的咨询费在表中没有数",
    ),
    "statements.item_not_in_table": (
        [reworded("行政单位医疗（项）", "离休人员医疗（项）")],
        "正文说明的“离休人员医疗（项）”在表中没有，金额7.42万元与表中的“2101101 行政单位医疗”相同",
    ),
    "statements.items_missing": ([without("1、")], "正文没有说明表中的2010301 行政运行"),
    "annexes.missing": (
        [said("根据《部门整体支出绩效评价指标表》，自评综合评分为98分。")],
        "文中说附有《部门整体支出绩效评价指标表》，所给的文件中没有",
    ),
}  # fmt: skip


OF_TEXT = {
    rule
    for file in (Path(__file__).parent / "cases").glob("*.yaml")
    for rule in yaml.safe_load(file.read_text(encoding="utf-8"))
} | {"sheets.indicator_differs"}
"""Checks of the running text, and of forms against forms; their cases are in the modules beside this one."""

OF_SCORES = {
    *("scores.execution_differs", "scores.total_differs", "scores.above_weight"),
    *("scores.scheme_differs", "scores.grade_differs"),
    *("sheets.goal_without_funds", "sheets.goal_copied", "sheets.project_twice", "sheets.funds_negative"),
    *("sheets.points_not_whole", "sheets.copies_differ"),
    *("sheets.label_of_another", "sheets.blank", "sheets.figure_unreadable"),
    *("sheets.cells_blank", "sheets.signature_blank", "sheets.year_differs", "sheets.money_unit_differs"),
    *("sheets.entity_differs", "sheets.dated_too_early", "indicators.rate_above_whole"),
    *("indicators.deviation_unexplained", "indicators.deduction_unexplained"),
    *("indicators.missed_with_full_score", "indicators.target_missing"),
    *("indicators.target_unmeasurable", "indicators.results_equal_targets", "indicators.named_twice"),
}
"""Checks of forms and reports of the self-evaluation; their cases are in the modules beside this one."""


def test_every_check_has_its_case() -> None:
    known = load()
    checks = {check for edition in known.editions for check in known.standards(edition).checks}
    assert not set(RAISING) & OF_TEXT
    assert not (set(RAISING) | OF_TEXT) & OF_SCORES
    assert set(RAISING) | OF_TEXT | OF_SCORES == checks == set(PROCEDURES)


def test_the_clean_document_raises_none(standards: Standards) -> None:
    result = checked(standards)
    assert [finding for finding in result.findings if finding.severity != "rounding"] == []
    expected = dict.fromkeys(RAISING, "passed") | {"annexes.missing": "not_evaluated"}
    assert {c.rule: c.status for c in result.checks if c.rule not in OF_TEXT | OF_SCORES} == expected


@pytest.mark.parametrize("rule", RAISING)
def test_raised_exactly_once(rule: str, standards: Standards) -> None:
    changes, message = RAISING[rule]
    result = checked(standards, *changes)
    (found,) = [finding for finding in result.findings if finding.rule == rule]
    assert message in found.message
    assert found.severity == standards.checks[rule].severity
    assert found.explanation == standards.checks[rule].says
    assert found.locations
    assert found.id
    assert {c.rule: c.status for c in result.checks}[rule] == "failed"


def stated(title: str) -> Change:
    """The sentence under an empty table that says why."""

    def change(blocks: list[Block]) -> list[Block]:
        _, end = section(blocks, title)
        return [*blocks[:end], Paragraph("说明：本表无数据。", Place()), *blocks[end:]]

    return change


ALSO_RIGHT: dict[str, list[Change]] = {
    "tables.empty_without_statement": [
        emptied(THREE),
        stated(THREE),
    ],
    "tables.number_differs": [heading(INCOME, "公开02表", "公开 02 表")],
    "tables.title_missing": [heading(INCOME, INCOME, "二、收入决算表")],
    "tables.money_unit_missing": [heading(INCOME, "单位：万元", "金额单位:万元")],
    "tables.entity_differs": [heading(INCOME, ENTITY, "部门：青禾市 档案服务中心")],
    "tables.entity_blank": [heading(INCOME, ENTITY, None)],
    "tables.decimals_differ": [cells(INCOME, "0.00", "0", times=3)],
    "tables.figure_unreadable": [cells(INCOME, "7.42", "７．４２")],
    "codes.name_differs": [cells(INCOME, NAME, "机关事业单位基本养老保险\n缴费支出")],
    "codes.unknown": [cells(INCOME, "2101101", "２１０１１０１")],
}


@pytest.mark.parametrize("rule", ALSO_RIGHT)
def test_not_raised_by_another_way_of_printing(rule: str, standards: Standards) -> None:
    assert rule not in {finding.rule for finding in checked(standards, *ALSO_RIGHT[rule]).findings}


def test_two_tables_are_no_disclosure_and_none_is_not_evaluated(standards: Standards) -> None:
    blocks = samples.document(samples.SAMPLE, standards).blocks
    first, second = section(blocks, INCOME), section(blocks, EXPENDITURE)
    two = check_blocks(standards, blocks[first[0] : first[1]] + blocks[second[0] : second[1]])
    assert two.findings == []
    none = check_blocks(standards, blocks[:1])
    assert none.findings == []
    of_tables = {check.status for check in none.checks if check.rule not in OF_TEXT | OF_SCORES}
    assert of_tables == {"not_evaluated"}


def test_a_template_that_nobody_filled_in_is_told_once(standards: Standards) -> None:
    titles = [form.title for form in standards.forms.values()]
    result = checked(standards, *(emptied(title) for title in titles))
    (found,) = [finding for finding in result.findings if finding.rule == "tables.empty_without_statement"]
    assert "各张决算表都没有任何数据" in found.message
    assert len(found.locations) == len(titles)
