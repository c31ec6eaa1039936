"""Reports and notices composed from figures are recognised again; what is missing is a visible gap."""

from __future__ import annotations

import pytest

from mingzhang.binding.compose_text import Composed, Material, compose_text, numeral
from mingzhang.binding.narrative import read_text
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet, Key
from mingzhang.outlines import GIVEN, Block, Due, Node, Outline, OutlineFile, Outlines, guards, pieces
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

NAMES = {
    "entity": "青禾市档案馆",
    "year": "2022",
    "scope": "部门",
    "project": "档案数字化",
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
    ("general_budget_expenditure", "total", "project"): "174.43",
    ("fund_budget", "total", "total"): "16.50",
    ("capital_budget", "total", "total"): "0.00",
    ("report.social", "social_expenditure", "final"): "0.00",
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
        "“档案数字化项目”预算金额117.79万元，实际支出110.00万元，预算执行率93.39%，结转和结余7.79万元，"
        "主要用于馆藏档案的整理和扫描。"
    ) in said
    assert (
        "“库房维修项目”预算金额78.52万元，实际支出78.52万元，预算执行率100.00%，结转和结余0.00万元。" in said
    )


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


def said_in(section: str, figures: dict[Key, str], standards: Standards) -> str:
    """What the disclosure says below the heading ``section``."""
    blocks = [b for b in compose("disclosure", standards, figures=figures).blocks if isinstance(b, Paragraph)]
    start = next(n for n, block in enumerate(blocks) if block.level and section in block.text)
    end = next(n for n in range(start + 1, len(blocks)) if 0 < blocks[n].level <= blocks[start].level)
    return "".join(block.text for block in blocks[start + 1 : end])


THREE_PUBLIC = "“三公”经费支出决算情况说明"


@pytest.mark.parametrize(
    ("cells", "zero", "unknown"),
    [
        ({("final", "reception"): "1.20"}, (), ("abroad.final", "three_public.final", "abroad.budget")),
        ({("final", "reception"): "1.20", ("final", "total"): "1.20"}, ("abroad.final",), ("abroad.budget",)),
        ({("final", "reception"): "1.20", ("final", "total"): "3.20"}, (), ("abroad.final",)),
        (
            {("final", "reception"): "1.20", ("budget", "total"): "0.00"},
            ("abroad.budget",),
            ("abroad.final",),
        ),
        ({("final", "reception"): "0.00"}, ("three_public.final", "abroad.budget"), ()),
    ],
)
def test_a_blank_cell_is_zero_only_where_the_total_tells(
    cells: dict[tuple[str, str], str], zero: tuple[str, ...], unknown: tuple[str, ...], standards: Standards
) -> None:
    figures = {("three_public", *cell): text for cell, text in cells.items()}
    composed = compose("disclosure", standards, figures=figures)
    section = "explanation.three_public"
    gaps = {f"{row}.{measure}" for where, row, measure in (g.key for g in composed.gaps) if where == section}
    stated = {
        f"{row}.{measure}": text
        for (where, row, measure), text in composed.stated.items()
        if where == section
    }
    assert set(unknown) <= gaps
    assert {name: stated.get(name) for name in zero} == dict.fromkeys(zero, "0.00万元")


def test_nothing_is_compared_with_what_is_unknown(standards: Standards) -> None:
    figures = {
        ("three_public", "final", "total"): "5.00",
        ("last.three_public", "final", "abroad"): "3.00",
        ("explanation.operation", "operation", "initial_budget"): "2.00",
        ("general_budget_expenditure", "2010101", "total"): "9.00",
    }
    said = said_in(THREE_PUBLIC, figures, standards)
    assert "支出预算为【待填写：三公经费预算数】，支出决算为5.00万元，完成预算的【待填写" in said
    for section in (THREE_PUBLIC, "机关运行经费", "支出决算具体情况"):
        said = said_in(section, figures, standards)
        assert "【待填写" in said
        assert [word for word in ("小于", "减少", "下降") if word in said] == []


def test_a_total_of_known_parts_is_said(standards: Standards) -> None:
    parts = {"abroad": "0.00", "purchase": "0.00", "running": "2.00", "reception": "1.20"}
    figures = {("three_public", "final", column): text for column, text in parts.items()}
    assert "支出决算为3.20万元" in said_in(THREE_PUBLIC, figures, standards)


FISCAL = "fiscal_income_expenditure"


@pytest.mark.parametrize(
    ("figures", "none"),
    [
        ({}, False),
        ({(FISCAL, "general", "amount"): "5.00"}, True),
        ({(FISCAL, "fund", "amount"): "5.00"}, False),
        ({(FISCAL, "carry_in_fund", "amount"): "5.00"}, False),
        ({("fund_budget", "total", "total"): "0.00"}, True),
    ],
)
def test_a_blank_table_means_none_only_where_the_others_tell(
    figures: dict[Key, str], none: bool, standards: Standards
) -> None:
    said = said_in("政府性基金预算", figures, standards)
    assert ("2022年度本部门无政府性基金收支。" in said) == none
    assert ("【待填写：" in said) != none


@pytest.mark.parametrize("name", ["disclosure", "report", "report.management"])
def test_no_section_is_left_without_a_word(name: str, standards: Standards) -> None:
    composed = compose(name, standards, figures={}, put={name: [Paragraph("表", Place())] for name in GIVEN})
    blocks = [b for b in composed.blocks if isinstance(b, Paragraph)]
    bare = [
        one.text
        for one, after in zip(blocks, [*blocks[1:], None])
        if one.level and (after is None or 0 < after.level <= one.level)
    ]
    assert [text for text in bare if "名词解释" not in text] == []
    assert "无一般公共预算" not in "".join(block.text for block in blocks)


def test_what_was_budgeted_and_not_spent_is_said(standards: Standards) -> None:
    items = {"2010101": ("10.00", "9.00"), "2010103": ("0.00", ""), "2080505": ("4.00", "")}
    figures = {("explanation.items", code, "initial_budget"): budget for code, (budget, _) in items.items()}
    figures |= {
        ("general_budget_expenditure", code, "total"): spent for code, (_, spent) in items.items() if spent
    }
    figures["general_budget_expenditure", "total", "total"] = "9.00"
    said = said_in("支出决算具体情况", figures, standards)
    assert "年初预算数为14.00万元，支出决算数为9.00万元，完成年初预算的64.29%" in said
    assert "年初预算为4.00万元，支出决算为0.00万元，完成年初预算的0.00%，决算数小于年初预算数" in said
    assert said.index("行政运行") < said.index("机关事业单位基本养老保险缴费支出")


def test_the_report_on_the_general_budget_has_its_figures(standards: Standards) -> None:
    said = "".join(b.text for b in compose("report", standards).blocks if isinstance(b, Paragraph))
    assert (
        "一般公共预算财政拨款支出492.97万元，其中：一般公共预算财政拨款基本支出318.54万元，"
        "一般公共预算财政拨款项目支出174.43万元。"
    ) in said
    assert "514.85" not in said
    assert "196.31" not in said


def test_a_notice_says_to_whom_and_when(standards: Standards) -> None:
    texts = dict.fromkeys(standards.outlines.texts, "按计划完成。")
    sent = {**texts, "notice_addressees": "馆内各科室：", "notice_date": "2023年3月10日"}
    said = [b.text for b in compose("notice", standards, texts=sent).blocks if isinstance(b, Paragraph)]
    assert (said[0], said[-2:]) == ("馆内各科室：", ["青禾市档案馆", "2023年3月10日"])
    unsent = compose("notice", standards, texts={**texts, "notice_addressees": "", "notice_date": ""})
    assert [gap.key[1] for gap in unsent.gaps] == ["notice_addressees", "notice_date"]
    first, last = unsent.blocks[0], unsent.blocks[-1]
    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert (first.text, last.text) == ("【待填写：通知的主送单位】：", "【待填写：通知的发文日期】")


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
