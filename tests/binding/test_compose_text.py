"""Reports and notices composed from figures are recognised again; what is missing is a visible gap."""

from __future__ import annotations

import pytest

from mingzhang.binding.compose_text import Composed, Material, compose_text, numeral
from mingzhang.binding.narrative import read_text
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet, Key
from mingzhang.outlines import Block, Due, Node, Outline, OutlineFile, Outlines, guards, pieces
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

NAMES = {
    "entity": "青禾市档案馆",
    "year": "2022",
    "scope": "部门",
    "project": "档案数字化",
    "addressees": "馆内各科室",
    "date": "2023年3月10日",
    "grade": "优",
}
FIGURES: dict[Key, str] = {
    ("expenditure_by_function", "total", "total"): "514.85",
    ("expenditure_by_function", "total", "basic"): "318.54",
    ("expenditure_by_function", "total", "project"): "196.31",
    ("general_budget_expenditure", "total", "total"): "492.97",
    ("general_budget_expenditure", "total", "basic"): "318.54",
    ("basic_expenditure_by_economic", "personnel", "amount"): "218.65",
    ("basic_expenditure_by_economic", "public", "amount"): "99.89",
    ("fund_budget", "total", "total"): "16.50",
    ("report.projects", "档案数字化项目", "budget"): "117.79",
    ("report.projects", "档案数字化项目", "final"): "110.00",
    ("report.projects", "库房维修项目", "budget"): "78.52",
    ("report.projects", "库房维修项目", "final"): "78.52",
    ("report.conclusion", "self_score", "count"): "96.5",
    ("special_report.money", "funds", "initial_budget"): "100.00",
    ("special_report.money", "funds", "added"): "17.79",
    ("special_report.money", "funds", "final"): "110.00",
    ("special_report.conclusion", "self_score", "count"): "95",
}
OVERALL = ("explanation.overall", "grand_total", "change")


def compose(name: str, standards: Standards, **changes: object) -> Composed:
    outline = standards.outlines.outlines[name]
    texts = dict.fromkeys(standards.outlines.texts, "按计划完成。")
    material = Material(FIGURES, NAMES, texts, {}, {})._replace(**changes)
    return compose_text(outline, material, standards)


def read(composed: Composed, title: str, standards: Standards) -> dict[Key, list[str]]:
    """The figures of the text by address; the title stands before it."""
    facts = FactSet()
    blocks = [Paragraph(title, Place()), *composed.blocks]
    read_text(Document("", "", "composed", blocks), 0, standards, 2022, facts)
    found: dict[Key, list[str]] = {}
    for key, printed in zip(facts.keys, facts.printed):
        found.setdefault(key, []).append(printed)
    return found


@pytest.mark.parametrize(
    ("name", "title", "least"),
    [
        ("report", "2022年度青禾市档案馆整体支出绩效自评报告", 14),
        ("report.management", "2022年度青禾市档案馆整体支出绩效自评报告", 14),
        ("special_report", "2022年度档案数字化专项资金绩效自评报告", 5),
        ("notice", "关于开展2022年度绩效自评工作的通知", 3),
    ],
)
def test_reports_and_notices_both_ways(name: str, title: str, least: int, standards: Standards) -> None:
    composed = compose(name, standards)
    assert not composed.gaps
    found = read(composed, title, standards)
    assert {key: text for key, text in composed.stated.items() if text not in found.get(key, ())} == {}
    assert len(composed.stated) >= least


def test_every_project_has_a_paragraph_of_its_own(standards: Standards) -> None:
    texts = {"use/档案数字化项目": "馆藏档案的整理和扫描。"}
    said = [b.text for b in compose("report", standards, texts=texts).blocks if isinstance(b, Paragraph)]
    assert (
        "“档案数字化项目”预算金额117.79万元，实际支出110.00万元，预算执行率93.39%，结余结转7.79万元，"
        "主要用于馆藏档案的整理和扫描。"
    ) in said
    assert "“库房维修项目”预算金额78.52万元，实际支出78.52万元，预算执行率100.00%，结余结转0.00万元。" in said


def test_a_missing_figure_is_a_visible_gap(standards: Standards) -> None:
    figures = {key: text for key, text in FIGURES.items() if key[2] != "added"}
    composed = compose("special_report", standards, figures=figures)
    [gap] = [gap for gap in composed.gaps if gap.kind == "figure"]
    assert gap.key == ("special_report.money", "funds", "carried")
    assert "结余资金【待填写：" in gap.sentence
    [block] = [b for b in composed.blocks if isinstance(b, Paragraph) and b.text == gap.sentence]
    assert block.role == "gap"


def test_a_missing_text_is_a_visible_gap_unless_optional(standards: Standards) -> None:
    composed = compose("notice", standards, texts={"notice_basis": "有关规定。"})
    missing = {gap.key[1] for gap in composed.gaps}
    assert "notice_purpose" in missing
    assert "notice_basis" not in missing
    assert "remarks" not in {gap.key[1] for gap in compose("report", standards, texts={}).gaps}


@pytest.mark.parametrize(
    ("now", "before", "due", "wanted"),
    [
        ("110.00", "100.00", Due(), True),
        ("110.00", "110.00", Due(), False),
        ("110.00", "100.00", Due(amount="20", rate="0"), False),
        ("110.00", "100.00", Due(amount="5", rate="20"), False),
        ("130.00", "100.00", Due(amount="20", rate="20"), True),
        ("1.00", "0.00", Due(amount="20", rate="20"), True),
        ("0.00", "1.00", Due(amount="20", rate="20"), True),
    ],
)
def test_a_reason_is_due_from_the_threshold_on(
    now: str, before: str, due: Due, wanted: bool, standards: Standards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standards.outlines, "due", due)
    figures = {
        ("income_expenditure", "total_in", "amount"): now,
        ("last.income_expenditure", "total_in", "amount"): before,
    }
    composed = compose("disclosure", standards, figures=figures)
    assert (OVERALL in {gap.key for gap in composed.gaps}) == wanted
    given = compose("disclosure", standards, figures=figures, reasons={OVERALL: "新增项目。"})
    said = "".join(block.text for block in given.blocks if isinstance(block, Paragraph))
    assert OVERALL not in {gap.key for gap in given.gaps}
    assert ("主要原因是新增项目。" in said) == (now != before)


def test_nothing_is_said_of_a_year_that_is_not_known(standards: Standards) -> None:
    figures = {("income_expenditure", "total_in", "amount"): "10.00"}
    said = "".join(
        b.text for b in compose("disclosure", standards, figures=figures).blocks if isinstance(b, Paragraph)
    )
    assert "2022年度收、支总计均为10.00万元。" in said
    assert "与上年相比" not in said


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_numerals(number: int, said: str) -> None:
    assert numeral(number) == said


def outlines(*body: str | Block) -> Outlines:
    return Outlines(iter([OutlineFile("x", outlines=(Outline("o", "题目", "依据", body=body),))]))


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("{a.final", "花括号不成对"),
        ("{a b}", "不是栏目名称"),
        (Block(section="nowhere"), "章节“nowhere”不存在"),
        (Block(put="nothing"), "“nothing”不能放入"),
        (Block(free="unknown"), "没有文字“unknown”的说明"),
        (Block(say=Node(frame="unknown")), "没有句式“unknown”"),
        (Block(say=Node(text="unknown")), "没有文字“unknown”的说明"),
        (Block(when="a.final is b.final"), "写法有误"),
        (Block(when="a.final ="), "写法有误"),
        (Block(values={"a.final": "form[a"}), "form[a"),
        (Block(each="r in a[类]; s in b[类]"), "只能对一个变量重复"),
        (Block(body=("{",)), "花括号不成对"),
    ],
)
def test_faults_of_an_outline(block: str | Block, fault: str) -> None:
    [said] = outlines(block).faults({})
    assert said.startswith("提纲“o”：")
    assert fault in said


def test_frames_must_not_lead_back_to_themselves() -> None:
    frames = {"one": Node(choice=(Node(frame="other"),)), "other": Node(frame="one"), "third": "。"}
    said = list(Outlines(iter([OutlineFile("x", frames=frames)])).faults({}))
    assert said == ["句式“one”用到它自己。", "句式“other”用到它自己。"]


def test_a_formula_that_leads_back_to_itself_is_unknown(standards: Standards) -> None:
    circular = replace_formulas(standards, change="final - prior", prior="final - change")
    figures = {("income_expenditure", "total_in", "amount"): "10.00"}
    composed = compose("disclosure", circular, figures=figures)
    assert OVERALL not in composed.stated


def replace_formulas(standards: Standards, **formulas: str) -> Standards:
    import copy

    changed = copy.copy(standards)
    changed.__dict__["outlines"] = copy.copy(standards.outlines)
    changed.outlines.formulas = {**standards.outlines.formulas, **formulas}
    return changed


def test_patterns_are_bounded_in_form() -> None:
    assert pieces("a{b.c}d") == (("a", "b.c"), ("d", ""))
    assert guards("a.final = 0; b.prior unknown") == (("a.final", "=", "0"), ("b.prior", "unknown", ""))
