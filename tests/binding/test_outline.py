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


FIRST_CITY = [
    ("一、部门基本情况", "report.overview"),
    ("二、一般公共预算支出情况", "report.use"),
    ("（一）基本支出情况", "report.basic"),
    ("（二）项目支出情况", "report.projects"),
    ("三、政府性基金预算支出情况", "report.fund"),
    ("四、国有资本经营预算支出情况", "report.capital"),
    ("五、社会保险基金预算支出情况", "report.social"),
    ("六、部门整体支出绩效情况", "report.performance"),
    ("（一）重点工作完成质量及进度", "report.performance"),
    ("（二）我单位整体支出成本预算控制、节约情况", "report.cost"),
    ("（三）整体支出的有效性及可持续性分析", "report.performance"),
    ("七、综合评价情况及评价结论", "report.conclusion"),
    ("八、主要经验做法、存在的问题及原因分析", "report.problems"),
    ("九、有关建议", "report.measures"),
    ("十、绩效自评结果拟应用和公开情况", "report.publication"),
]
SECOND_CITY = [
    ("一、基本情况", "report.overview"),
    ("二、一般公共预算支出情况", "report.use"),
    ("（一）基本支出情况", "report.basic"),
    ("（二）项目支出情况", "report.projects"),
    ("三、政府性基金预算支出情况", "report.fund"),
    ("四、国有资本经营预算支出情况", "report.capital"),
    ("五、社会保险基金预算支出情况", "report.social"),
    ("六、部门整体支出绩效情况", "report.performance"),
    ("七、存在的问题及原因分析", "report.problems"),
    ("八、下一步改进措施", "report.measures"),
    ("九、部门整体支出绩效自评结果拟应用和公开情况", "report.publication"),
    ("十、其他需要说明的情况", "report.other"),
]
THIRD_CITY = [
    ("一、部门概况", "report.overview"),
    ("（二）部门整体支出规模、使用方向和主要内容、涉及范围", "report.money"),
    ("二、部门整体支出管理及使用情况", "report.use"),
    ("（一）基本支出", "report.basic"),
    ("（二）专项支出", "report.projects"),
    ("三、部门专项组织实施情况", "report.implementation"),
    ("四、资产管理情况", "report.assets"),
    ("五、部门整体支出绩效情况", "report.performance"),
    ("六、综合评价结论", "report.conclusion"),
    ("七、存在的主要问题", "report.problems"),
    ("八、改进措施和有关建议", "report.measures"),
]
SPECIAL_FUNDS = [
    ("一、项目基本情况", "special_report.overview"),
    ("（一）项目概况", "special_report.overview"),
    ("1、项目单位基本情况", "special_report.overview"),
    ("2、项目立项依据", "special_report.overview"),
    ("3、项目性质、用途和主要内容、涉及范围", "special_report.overview"),
    ("（二）项目绩效目标", "special_report.goals"),
    ("1、项目绩效总目标和阶段性目标", "special_report.goals"),
    ("2、项目预期生态效益、社会效益、经济效益", "special_report.goals"),
    ("二、绩效评价工作情况", "special_report.work"),
    ("三、绩效评价指标分析情况", "special_report.performance"),
    ("（一）项目资金情况分析", "special_report.money"),
    ("1、项目资金到位情况分析", "special_report.money"),
    ("2、项目资金使用情况分析", "special_report.money"),
    ("3、项目资金管理情况分析", "special_report.money"),
    ("（二）项目实施情况分析", "special_report.implementation"),
    ("1、项目组织情况分析", "special_report.implementation"),
    ("2、项目管理情况分析", "special_report.implementation"),
    ("（三）项目绩效情况分析", "special_report.performance"),
    ("1、项目的经济性分析", "special_report.performance"),
    ("2、项目的效率性分析", "special_report.performance"),
    ("3、项目的有效性分析", "special_report.performance"),
    ("四、综合评价情况及评价结论", "special_report.conclusion"),
    ("五、绩效评价结果应用建议", "special_report.results"),
    ("六、主要经验及做法、存在的问题和建议", "special_report.problems"),
    ("七、其他需说明的问题", "special_report.other"),
]
NOTICE = [
    ("一、自评范围", "notice.scope"),
    ("二、自评主要依据", "notice.basis"),
    ("三、自评主要内容", "notice.content"),
    ("四、自评程序和步骤", "notice.steps"),
    ("五、自评工作要求", "notice.requirements"),
    ("六、报送时间", "notice.deadline"),
]
OTHER_NOTICE = [
    ("一、工作目标", "notice.purpose"),
    ("二、评价范围和对象", "notice.scope"),
    ("三、评价依据", "notice.basis"),
    ("四、评价内容和方法", "notice.content"),
    ("五、组织实施", "notice.steps"),
    ("六、工作要求", "notice.requirements"),
    ("七、报送要求", "notice.deadline"),
]


@pytest.mark.parametrize(
    ("title", "part", "outline"),
    [
        ("青禾市档案馆部门整体支出绩效自评报告", "report", FIRST_CITY),
        ("青禾市档案馆整体支出绩效自评报告", "report", SECOND_CITY),
        ("2022年度青禾市档案馆整体支出绩效评价报告", "report", THIRD_CITY),
        ("档案事业发展专项资金绩效自评报告", "special_report", SPECIAL_FUNDS),
        ("青禾市财政局关于开展2022年度部门整体支出绩效自评工作的通知", "notice", NOTICE),
        ("青禾市档案馆关于做好2022年度绩效自评工作的通知", "notice", OTHER_NOTICE),
    ],
)
def test_the_outlines_of_reports_and_notices(
    title: str, part: str, outline: list[tuple[str, str]], standards: Standards
) -> None:
    passage = "青禾市档案馆2022年完成了各项工作任务，资金按规定使用。"
    lines = [title, *(line for heading, _ in outline for line in (heading, passage))]
    walked, sections, facts = walk(lines, standards)
    assert walked.part is not None
    assert walked.part.id == part
    assert sections == [part, *(section for _, section in outline for _ in range(2))]
    noted = [(text.text, text.key[0]) for text in facts.texts if text.concept == "heading"]
    assert noted == [(title, part), *outline]
