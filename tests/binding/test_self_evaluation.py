"""The forms of the self-evaluation: recognised on certain grids and in dumps, composed and read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids import NOWHERE, document, drawn
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.documents import Document, Table, squash
from mingzhang.facts import Key
from mingzhang.measures import figure, parse
from mingzhang.readers import read_document
from mingzhang.taxonomy import Standards, StandardsError, load
from mingzhang.writers import write

EDITION = "hunan-2022"


def read(standards: Standards, *blocks: str | Table) -> Recognition:
    return recognise(document(*blocks), 0, standards)


def printed(result: Recognition) -> dict[Key, str]:
    figures = {fact.key: fact.printed for fact in result.facts}
    return {**{text.key: text.text for text in result.facts.texts}, **figures}


def row(result: Recognition, address: str, key: str) -> dict[str, str]:
    return {
        column: text for (form, at, column), text in printed(result).items() if (form, at) == (address, key)
    }


SHEET = "项目支出绩效自评表"

PROJECT = """
项目名称 | < | 档案库房改造 | < | < | < | < | < | <
主管部门 | < | 青禾市委办公室 | < | 实施单位 | < | 青禾市档案馆 | < | <
项目资金（万元） | | 年初预算数 | < | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | 80.00 | < | 100.00 | 90.00 | 10 | 90% | 9
^ | 其中：当年财政拨款 | 80.00 | < | 80.00 | 70.00 | —— | —— | ——
^ | 上年结转资金 | | < | 20.00 | 20.00 | —— | —— | ——
^ | 其他资金 | | < | | | —— | —— | ——
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 改造库房两间 | < | < | < | 已改造两间 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | 产出指标（50分） | 数量指标 | 改造库房数 | ≥2间 | 2间 | 25 | 25     |
^ | ^ | ^ | 整理档案卷数 | 3000余卷 | 1.2万卷 | 15 | 15 | 增加人手
^ | ^ | 时效指标 | 完工时间 | 2022年12月底前 | 2022年11月 | 10 | 10     |
^ | 效益指标（30分） | 社会效益指标 | 查档便利度 | 不断提升 | 明显提升 | 30 | 28 | 设施不足
^ | 满意度指标（10分） | 服务对象满意度指标 | 查档群众满意度 | ≥95% | 97% | 10 | 10     |
总分 | < | < | < | < | < | 100 | 97     |
"""


def check_project(result: Recognition, address: str = "project_score_sheet") -> None:
    assert row(result, address, "project") == {"value": "档案库房改造"}
    assert row(result, address, "implementer") == {"value": "青禾市档案馆"}
    assert row(result, address, "funds") == {
        "initial": "80.00", "budget": "100.00", "final": "90.00", "weight": "10", "rate": "90%", "score": "9",
    }  # fmt: skip
    assert row(result, address, "carried") == {"budget": "20.00", "final": "20.00"}
    assert row(result, address, "goals") == {"expected": "改造库房两间", "actual": "已改造两间"}
    assert row(result, address, "output") == {"weight": "50"}
    assert row(result, address, "output/quantity/整理档案卷数") == {
        "level3": "整理档案卷数", "target": "3000余卷", "actual": "1.2万卷", "weight": "15", "score": "15",
        "reason": "增加人手",
    }  # fmt: skip
    assert row(result, address, "output/time/完工时间")["actual"] == "2022年11月"
    assert row(result, address, "satisfaction/served/查档群众满意度")["target"] == "≥95%"
    assert row(result, address, "total") == {"weight": "100", "score": "97"}
    assert result.claimed == result.figures
    assert not result.unrecognised


def test_a_score_sheet_with_merged_cells(standards: Standards) -> None:
    result = read(standards, "附件4：州级预算部门" + SHEET, "（2022年度）", drawn(PROJECT))
    check_project(result)
    (sheet,) = result.sheets
    assert (sheet.lost, sheet.odd, sheet.empty, sheet.preprinted) == (0, [], False, 3)
    facts = {fact.key[1:]: fact for fact in result.facts}
    target = facts["output/quantity/改造库房数", "target"]
    assert (target.amount.value, target.amount.unit, target.dimensions["comparator"]) == (2, "间", ">=")
    assert target.dimensions == {
        "block": "output", "part": "quantity", "indicator": "改造库房数", "evaluation": "project",
        "project": "档案库房改造", "comparator": ">=",
    }  # fmt: skip
    assert facts["output/quantity/整理档案卷数", "target"].dimensions["comparator"] == ">="
    assert ("output/time/完工时间", "target") not in facts
    assert facts["funds", "rate"].amount.unit == "%"
    assert (facts["funds", "final"].concept, facts["funds", "final"].dimensions["stage"]) == (
        "funds",
        "final",
    )
    assert ("carried", "initial") in sheet.blanks


def test_the_same_sheet_as_word_dump(standards: Standards) -> None:
    lines = [
        [part.strip() for part in line.split("|") if part.strip() != "<"]
        for line in PROJECT.strip().split("\n")
    ]
    text = "\n".join("|".join("" if part == "^" else part for part in line) for line in lines)
    check_project(read(standards, SHEET, drawn(text, certain=False)))


def test_the_same_sheet_as_pdf_dump(standards: Standards) -> None:
    lines = [
        ["" if part.strip() in "<^" else part.strip() for part in line.split("|")]
        for line in PROJECT.strip().split("\n")
    ]
    check_project(read(standards, SHEET, drawn("\n".join("|".join(line) for line in lines), certain=False)))


def test_rows_that_a_dump_shifted_or_broke(standards: Standards) -> None:
    text = """
项目支出名称|读者服务|||||||
主管部门|青禾市文化局|||实施单位|青禾市图书馆|||
项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分|
|年度资金总额|5|6|6|10|100%|10|
绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因
|产出指标(50分)|数量指标|办证数|≥10个|12个
25|25|
|||讲座|5场|5场|25|25|
|||效益指标(30分)|经济效益指标|节约开支|100%|100%|30
社会效益指标||||||||
|生态效益指标|绿色办公|100%|100%|5|5
满意度指标(10分)|服务对象满意度指标|读者满意度|95%|96%|10|10
|总分|||||100|99
"""
    result = read(standards, SHEET, drawn(text, certain=False))
    form = "project_score_sheet"
    assert row(result, form, "output/quantity/办证数") == {
        "level3": "办证数", "target": "≥10个", "actual": "12个", "weight": "25", "score": "25",
    }  # fmt: skip
    assert row(result, form, "benefit/economic/节约开支") == {
        "level3": "节约开支", "target": "100%", "actual": "100%", "weight": "30",
    }  # fmt: skip
    assert row(result, form, "benefit/ecological/绿色办公")["score"] == "5"
    assert row(result, form, "satisfaction/served/读者满意度")["weight"] == "10"
    assert row(result, form, "total") == {"weight": "100", "score": "99"}
    assert result.claimed == result.figures


@pytest.mark.parametrize(
    "signed",
    ["填表人：李四　联系电话：000 | < | < | <", "填表人： | 李四 | 联系电话： | 000"],
)
def test_who_filled_in_the_sheet_may_stand_in_the_table(standards: Standards, signed: str) -> None:
    result = read(standards, SHEET, drawn(PROJECT + signed + " | <" * 5))
    check_project(result)
    assert row(result, "project_score_sheet", "preparer") == {"value": "李四"}
    assert row(result, "project_score_sheet", "telephone") == {"value": "000"}


def test_a_sheet_of_another_place(standards: Standards) -> None:
    text = """
项目名称 | 设备更新 | < | < | < | < | < | < | <
主管部门 | 青禾区文化局 | < | < | 实施单位 | < | 青禾区文化馆 | < | <
计划开始日期 | 2031-01-01 | < | < | 计划完成日期 | < | 2031-12-31 | < | <
项目资金（元） | | < | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | < | 500,000.00 | 480,000.00 | 470,000.00 | 10 | 97.92% | 9.79
^ | 其中：当年财政资金 | < | 500,000.00 | 480,000.00 | 470,000.00 | - | - | -
^ | 财政专户资金 | < | 1.00 | 0.00 | 0.00 | - | - | -
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 更新设备 | < | < | < | 更新了 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | 成本指标 | 经济成本指标 | 设备单价 | <=5万元/台 | 4.7万元/台 | 10 | 10 |
^ | 效果指标 | 其他效果 | 读者反响 | 好 | 好 | 10 | 10 |
"""
    result = read(standards, SHEET, drawn(text))
    facts = {fact.key[1:]: fact for fact in result.facts}
    assert facts["funds", "initial"].amount.unit == "元"
    assert facts["money/财政专户资金", "initial"].dimensions["source"] == "财政专户资金"
    assert facts["cost/economic_cost/设备单价", "target"].amount.unit == "万元/台"
    assert facts["benefit/其他效果/读者反响", "weight"].dimensions["part"] == "其他效果"
    assert result.claimed == result.figures == len(facts)


def test_a_dump_without_the_covered_cells(standards: Standards) -> None:
    text = """
项目支出名称|读者服务
项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分
年度资金总额|5|6|6|10|100%|10
年度总体目标|预期目标|实际完成情况
甲|乙
绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因
产出指标50分|数量指标|办证数|≥10个|12个|25|25|
讲座|5场|5场|20|20|
质量指标|合格率|100%|100%|5|5|
满意度指标（10分）|服务对象满意度指标|服务对象满意度|95%|96%|10|10|无
总分|100|99|
"""
    result = read(standards, SHEET, drawn(text, certain=False))
    form = "project_score_sheet"
    assert row(result, form, "funds")["score"] == "10"
    assert row(result, form, "output/quantity/讲座")["weight"] == "20"
    assert row(result, form, "output/quality/合格率")["score"] == "5"
    assert row(result, form, "satisfaction/served/服务对象满意度")["reason"] == "无"
    assert row(result, form, "total") == {"weight": "100", "score": "99"}
    assert result.claimed == result.figures


def test_several_sheets_of_one_form_and_several_in_one_table(standards: Standards) -> None:
    second = PROJECT.replace("档案库房改造", "数字化加工")
    result = read(standards, SHEET, drawn(PROJECT), "附件4：", SHEET, drawn(second))
    assert [sheet.address for sheet in result.sheets] == ["project_score_sheet", "project_score_sheet#2"]
    assert row(result, "project_score_sheet#2", "project") == {"value": "数字化加工"}
    assert not result.facts.repeated
    title = SHEET + " | <" * 8
    together = read(standards, drawn(f"{title}\n{PROJECT.strip()}\n{title}\n{second.strip()}"))
    assert printed(together) == printed(result)


def test_the_title_decides_between_sheets_that_look_alike(standards: Standards) -> None:
    wrong = PROJECT.replace("项目名称", "社会保险基金预算支出名称")
    (sheet,) = read(standards, "国有资本经营预算支出绩效自评表", drawn(wrong)).sheets
    assert (sheet.form, sheet.rows["project"].label) == ("capital_score_sheet", "社会保险基金预算支出名称")


def test_an_empty_sheet_is_recognised_as_empty(standards: Standards) -> None:
    blank = """
政府性基金预算支出名称 | < | | < | < | < | < | < | <
主管部门 | < | | < | 实施单位 | < | | < | <
项目资金（万元） | | 年初预算数 | < | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | | < | | | |        |
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因
^ | 产出指标（50分） | 数量指标 | …… | | | |        |
^ | 效益指标（40分） | 社会效益指标 | | | | | |
总分 | < | < | < | < | < | |        |
"""
    (sheet,) = read(standards, "政府性基金预算支出绩效自评表", drawn(blank)).sheets
    assert (sheet.empty, sheet.facts, sheet.preprinted, sheet.texts) == (True, 2, 2, 0)


BASE = """
财政供养人员情况 | 2022年末编制数 | < | 2022年末实际在职人数 | < | 控制率 | <
^ | 12 | < | 11 | < | 91.67% | <
经费控制情况（万元） | 2021年决算数 | < | 2022年预算数 | < | 2022年决算数 | <
三公经费 | 9.00 | < | 8.00 | < | 7.50 | <
1、公务用车购置和运行维护费 | 5.00 | < | 5.00 | < | 4.80 | <
其中：公务用车购置费 | 0 | < | 0 | < | 0 | <
公务用车运行维护费 | 5.00 | < | 5.00 | < | 4.80 | <
2、出国经费 | | < | | < | | <
3、公务接待 | 4.00 | < | 3.00 | < | 2.70 | <
项目支出： | 30.00 | < | 60.00 | < | 55.00 | <
1、库房维护 | 30.00 | < | 40.00 | < | 36.00 | <
2、会议系统更新 | 0 | < | 20.00 | < | 19.00 | <
公用经费 | 20.00 | < | 22.00 | < | 21.00 | <
其中：办公费 | 3.00 | < | 3.00 | < | 2.90 | <
租赁费 | 1.00 | < | 1.00 | < | 1.00 | <
政府采购金额 | —— | < | 12.00 | < | 11.00 | <
部门基本支出预算调整 | —— | < | 5.00 | < | 5.00 | <
楼堂馆所控制情况（2022年完工） | 批复规模（㎡） | 实际规模 | 规模控制率 | 预算投资 | 实际投资 | 投资概算控制率
^ | 800 | 790 | 98.75% | 120.00 | 118.00 | 98.33%
厉行节约保障措施 | 双面打印 | < | < | < | < | <
"""


@pytest.mark.parametrize("certain", [True, False])
def test_base_data(standards: Standards, certain: bool) -> None:
    text = (
        BASE
        if certain
        else "\n".join(
            "|".join("" if part.strip() in "<^" else part for part in line.split("|"))
            for line in BASE.strip().split("\n")
        )
    )
    result = read(
        standards,
        "2022年度部门整体支出绩效评价基础数据表",
        drawn(text, certain=certain),
        "说明：“项目支出”需要填报基本支出以外的所有项目支出情况。",
        "填表人：李四 填报日期：2023年6月1日 联系电话：000 单位负责人签字：",
    )
    cells = printed(result)
    form = "base_data"
    assert row(result, form, "staff") == {"posts": "12", "on_posts": "11", "rate": "91.67%"}
    assert row(result, form, "abroad") == {}
    assert row(result, form, "project/会议系统更新") == {"prior": "0", "budget": "20.00", "final": "19.00"}
    assert row(result, form, "public_office")["final"] == "2.90"
    assert row(result, form, "public/租赁费")["prior"] == "1.00"
    assert row(result, form, "procurement") == {"budget": "12.00", "final": "11.00"}
    assert cells[form, "buildings", "area_rate"] == "98.75%"
    assert cells[form, "economy", "value"] == "双面打印"
    assert cells[form, "preparer", "value"] == "李四"
    (sheet,) = result.sheets
    assert (sheet.lost, sheet.odd) == (0, [])
    assert ("head", "value") in sheet.blanks
    facts = {fact.key[1:]: fact for fact in result.facts}
    fact = facts["project/库房维护", "prior"]
    assert fact.dimensions == {"project": "库房维护", "nature": "project", "year": "prior", "stage": "final"}
    assert (fact.concept, fact.column_label) == ("expenditure", "2021年决算数")
    assert facts["staff", "posts"].amount.unit == "人"
    assert facts["buildings", "approved_area"].amount.unit == "㎡"


@pytest.mark.parametrize(
    "years",
    [
        ["2020年决算数", "2021年预算数", "2021年决算数"],
        ["2019年决算数", "2021年预算数", "2022年决算数"],
        ["上年决算数", "本年预算数", "本年决算数"],
        ["2021年度决算数（万元）", "2022年年初预算数", "2022年决算"],
    ],
)
def test_years_left_over_in_a_header_do_not_move_columns(standards: Standards, years: list[str]) -> None:
    text = BASE
    for printed_head, other in zip(("2021年决算数", "2022年预算数", "2022年决算数"), years):
        text = text.replace(printed_head, other)
    result = read(standards, "部门整体支出绩效评价基础数据表", drawn(text))
    assert row(result, "base_data", "three_public") == {"prior": "9.00", "budget": "8.00", "final": "7.50"}
    assert result.claimed == result.figures


def test_a_value_that_the_source_does_not_state_is_not_blank(standards: Standards) -> None:
    table = drawn(
        "项目名称 | 年初预算 | 年初结转和结余 | 收入决算数 | 支出决算数 | 年末结转和结余\n甲 | 1 | | 2 | 3 | "
    )
    cells = [cell._replace(unknown=cell.row == 1 and cell.column == 5) for cell in table.cells]
    result = read(standards, Table(tuple(cells), NOWHERE))
    assert set(result.sheets[0].blanks) == {("projects/甲", "carry_in")}


def test_figures_of_an_unknown_row_are_counted_as_lost(standards: Standards) -> None:
    text = BASE.replace("政府采购金额 ", "未列名的一行").replace("其中：办公费 | 3.00", "三公经费| 3.00")
    (sheet,) = read(standards, "基础数据表", "部门整体支出绩效评价基础数据表", drawn(text)).sheets
    assert sheet.lost == 0, "rows below 公用经费 are its items"
    text = BASE.replace("2、出国经费 | ", "2、未列名的一行|7.00")
    result = read(standards, "部门整体支出绩效评价基础数据表", drawn(text))
    assert (result.sheets[0].lost, result.figures - result.claimed) == (1, 1)


def test_funds_stated_inside_cells(standards: Standards) -> None:
    text = """
市级预算部门名称 | 青禾市档案馆 | | | | | |
年度预算申请(万元) | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
 | 年度资金总额 | 50 | 60 | 60 | 10 | 100% | 10
 | 按收入性质分： | | | 按支出性质分： | | |
 | 其中： 一般公共预算：55.00 | | | 其中：基本支出：40.00 | | |
 | 政府性基金拨款：5.00 | | | 项目支出：20.00 | | |
 | 其他资金： | | | | | |
年度总体目标 | 预期目标 | | | 实际完成情况 | | |
 | 甲 | | | 乙 | | |
"""
    result = read(standards, "部门整体支出绩效自评表", drawn(text, certain=False))
    form = "department_score_sheet"
    stated = {key: row(result, form, key)["stated"] for key in ("general", "fund", "basic", "project")}
    assert stated == {"general": "55.00", "fund": "5.00", "basic": "40.00", "project": "20.00"}
    assert row(result, form, "goals") == {"expected": "甲", "actual": "乙"}
    fact = next(fact for fact in result.facts if fact.key[1] == "basic")
    assert fact.dimensions == {"nature": "basic", "evaluation": "department"}


SCORES = """
一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | 分值 | 指标解释 | 评价标准 | 得分
投入 | 13 | 目标设定 | 6 | 绩效目标合理性 | 3 | 目标与职责相符 | 不符扣3分 | 3
^ | ^ | ^ | ^ | 绩效指标明确性 | 3 | 指标可衡量 | 不可衡量扣3分 | 2.5
^ | ^ | 预算配置 | 7 | 在职人员控制率 | 7 | 在职/编制 | 超过1%扣1分 | 7
过程 | 87 | 预算执行 | 87 | 预算完成率 | 87 | 执行/预算 | 每低1%扣1分 | 80
总分 | < | < | < | < | 100 | | | 92.5
"""


def test_an_indicator_score_table_with_points_on_every_level(standards: Standards) -> None:
    result = read(standards, "部门整体支出绩效评价指标表", drawn(SCORES))
    form = "indicator_score_table"
    assert row(result, form, "input/goals/绩效指标明确性") == {
        "level3": "绩效指标明确性", "weight": "3", "explanation": "指标可衡量", "standard": "不可衡量扣3分",
        "score": "2.5",
    }  # fmt: skip
    assert row(result, form, "process/execution/预算完成率")["weight1"] == "87"
    assert row(result, form, "total") == {"weight": "100", "score": "92.5"}
    assert result.sheets[0].lost == 0
    plain = "\n".join(
        "|".join(line.split("|")[n] for n in (0, 2, 4, 5, 7, 8)) for line in SCORES.strip().split("\n")
    )
    result = read(standards, "部门整体支出绩效评价指标表", drawn(plain))
    assert row(result, form, "input/allocation/在职人员控制率")["weight"] == "7"
    assert row(result, form, "total") == {"weight": "100", "score": "92.5"}


GOALS = """
专项资金名称 | 档案事业发展资金 | < | < | < | < | <
主管部门 | 青禾市财政局 | < | 资金使用单位 | 青禾市档案馆 | < | <
资金情况（万元） | < | < | 全年预算数（A） | 全年执行数（B） | 执行率（B/A） | <
^ | 年度资金总额： | < | 300.00 | 270.00 | 90% | <
^ | 其中：省级资金 | < | 200.00 | 180.00 | 90% | <
^ | 州级资金 | < | 100.00 | 90.00 | 90% | <
^ | 其他资金 | < | | | | <
年度总体目标 | 年初设定目标 | < | < | 全年实际完成情况 | < | <
^ | 新建分馆一座 | < | < | 已建成 | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 全年实际完成值 | 未完成原因和改进措施
^ | 产出指标 | 数量指标 | 新建分馆 | 1座 | 1座          |
^ | 成本指标 | 经济成本指标 | 建设成本 | ≤300万元 | 270万元 |
"""


def test_a_goal_sheet_of_special_funds(standards: Standards) -> None:
    result = read(standards, "专项资金绩效目标自评表", drawn(GOALS))
    form = "special_funds_goal_sheet"
    assert row(result, form, "funds") == {"budget": "300.00", "final": "270.00", "rate": "90%"}
    assert row(result, form, "province")["final"] == "180.00"
    assert row(result, form, "implementer") == {"value": "青禾市档案馆"}
    assert row(result, form, "goals") == {"expected": "新建分馆一座", "actual": "已建成"}
    cost = next(f for f in result.facts if f.key[1:] == ("cost/economic_cost/建设成本", "target"))
    assert (cost.amount.unit, cost.dimensions["comparator"]) == ("万元", "<=")
    assert result.claimed == result.figures


BALANCES = """
项目名称 | 年初预算 | 年初结转和结余 | 收入决算数 | 支出决算数 | 年末结转和结余
一般公共服务支出 | 10 | 1 | 12 | 11 | 2
库房维护 | 10 | 1 | 12 | 11 | 2
合  计 | 10 | 1 | 12 | 11 | 2
"""


def test_tables_inside_reports_are_known_by_their_header(standards: Standards) -> None:
    basic = """
项目(按支出性质和经济分类) | 年初预算数 | 决算数 | 决算比预算增加（减少为“-”）
人员经费 | 70 | 75.50 | +5.50
  工资福利支出 | 70 | 75.50 | +5.50
日常公用经费 | 20 | 19 | -1
总支出 | 90 | 94.50 | +4.50
"""
    costs = """
1、2022年预算支出成本控制情况 | < | < | < | <
 | | | | 单位：万元
项目 | 预算数 | 决算数 | 决算比预算增加 | 备注
支出合计 | 90 | 94.50 | +4.50 |
1、工资福利支出 | 70 | 75.50 | +5.50 | 调资
其中：公务接待费 | 3 | 2 | -1 |
因公出国费 | | | |
"""
    result = read(
        standards, "基本支出如下：", drawn(basic), "项目支出如下：", drawn(BALANCES), "成本：", drawn(costs)
    )
    assert [sheet.form for sheet in result.sheets] == [
        "basic_by_economic",
        "project_balances",
        "cost_control",
    ]
    assert row(result, "basic_by_economic", "personnel_wages")["increase"] == "+5.50"
    assert row(result, "project_balances", "projects/库房维护")["carry_out"] == "2"
    assert row(result, "project_balances", "all")["final"] == "11"
    assert row(result, "cost_control", "wages")["remark"] == "调资"
    assert result.claimed == result.figures == 12 + 15 + 9


def test_what_no_form_claims_is_not_guessed(standards: Standards) -> None:
    other = drawn("地区 | 人口 | 面积\n甲区 | 12.50 | 30.00\n乙区 | 8.00 | 21.00")
    result = read(standards, "附表", other)
    assert (result.sheets, len(result.unrecognised), result.figures, result.claimed) == ([], 1, 4, 0)
    usage = "专项资金名称 | 年初预算 | 追加 | 实际使用 | 结余\n甲 | 10.00 | 2.00 | 11.00 | 1.00"
    assert [sheet.form for sheet in read(standards, drawn(usage)).sheets] == ["fund_usage"]
    half = drawn("项目名称 | 年初预算 | 支出决算数 | 完成率\n甲 | 10.00 | 9.00 | 90.00")
    assert read(standards, half).sheets == []
    titled = read(standards, SHEET, other)
    assert (titled.sheets, len(titled.unrecognised)) == ([], 1)


def test_a_sheet_that_goes_on_over_the_page(standards: Standards) -> None:
    lines = PROJECT.strip().split("\n")
    first, rest = "\n".join(lines[:12]), "\n".join(lines[12:]).replace("^", " ")
    for between in ([], ["12"]):
        check_project(read(standards, SHEET, drawn(first), *between, drawn(rest)))
    cut = "\n".join([*lines[:8], "^ | 改造库房 | < | < | < | 已改造 | < | < | <"])
    rest = "\n".join([" | 两间 | < | < | < | 两间 | < | < | <", *lines[9:]])
    check_project(read(standards, SHEET, drawn(cut), drawn(rest)))
    cut = "\n".join([*lines[:11], "^ | ^ | ^ | 整理档案 | 3000余卷 | 1.2万卷 | 15 | 15 | 增加"])
    rest = "\n".join(
        [" | | | 卷数 | | | | | ", " | | 时效指标" + lines[12].partition("时效指标")[2], *lines[13:]]
    )
    check_project(read(standards, SHEET, drawn(cut.replace("增加", "增加人手")), drawn(rest)))
    whole = read(standards, SHEET, drawn("\n".join(lines[:9])), "（接上页）", drawn("\n".join(lines[9:])))
    check_project(whole)


REGISTRATION = [
    "部门（单位）名称（盖章）：青禾市档案馆",
    "预算编码：000001",
    """
一、部门（单位）基本概况 | < | < | < | < | < | < | <
联系人 | 张三 | < | 联系电话 | < | 000 | < | <
人员编制 | 12 | < | 实有人数 | < | 11 | < | <
职能职责概述 | 保管档案 | < | < | < | < | < | <
二、部门（单位）收支情况 | < | < | < | < | < | < | <
年度收入情况（万元） | < | < | < | < | < | < | <
机构名称 | 收入合计 | 其中： | < | < | < | < | <
^ | ^ | 上年结转 | 公共财政拨款 | 政府基金拨款 | 纳入专户管理的非税收入拨款 | 其他收入 | <
局机关及二级机构汇总 | 100 | 10 | 90 | 0 | 0 | 0 | <
1、青禾市档案馆 | 100 | 10 | 90 | 0 | 0 | 0 | <
 | | | | | | | <
部门（单位）年度支出和结余情况（万元） | < | < | < | < | < | < | <
机构名称 | 支出合计 | 其中： | < | < | < | 结余 | <
^ | ^ | 基本支出 | 其中： | < | 项目支出 | 当年结余 | 累计结余
^ | ^ | ^ | 人员支出 | 公用支出 | ^ | ^ | ^
局机关及二级机构汇总 | 95 | 60 | 40 | 20 | 35 | -5 | 5
1、青禾市档案馆 | 95 | 60 | 40 | 20 | 35 | -5 | 5
机构名称 | 三公经费合计 | 其中： | < | < | < | < | <
^ | ^ | 公务接待费 | 公务用车运行维护费 | 公务用车购置费 | 因公出国（境）费用 | < | <
1、青禾市档案馆 | 5 | 2 | 3 | 0 | 0 | < | <
机构名称 | 固定资产合计 | 其中： | < | < | < | < | <
^ | ^ | 在用固定资产 | 出租固定资产 | 其他 | < | < | <
1、青禾市档案馆 | 700 | 600 | 100 | 0 | < | < | <
三、部门（单位）整体支出绩效自评情况 | < | < | < | < | < | < | <
整体支出绩效定性目标及实施计划完成情况 | 预期目标 | < | < | 实际完成 | < | < | <
^ | 保管好档案 | < | < | 已保管好 | < | < | <
整体支出绩效定量目标及实施计划完成情况 | 评价内容 | < | < | 绩效目标 | < | 完成情况 | <
^ | 产出目标 | 数量、质量、时效、成本指标 | 接收档案 | ≥500卷 | < | 520卷 | <
^ | ^ | ^ | 库房达标率 | 100% | < | 100% | <
^ | 效益目标（预期实现的效益） | 社会公众或服务对象满意度 | 群众满意度 | 95% | < | 96% | <
绩效自评综合得分及评价等次 | 评分：93.5    等级：优 | < | < | < | < | < | <
""",
    "备注：90（含）—100分为优。",
    """
四、评价人员 | < | < | <
姓  名 | 职务/职称 | 单  位 | 签  字
李四 | 馆长 | 青禾市档案馆 |
评价组组长签署意见：同意 | < | < | <
""",
    "评价组组长（签字）：",
    "部门（单位）负责人（签字）：      部门（单位）（盖章）：",
]


def test_the_registration_form_with_its_tables(standards: Standards) -> None:
    blocks = [drawn(part) if "|" in part else part for part in REGISTRATION]
    result = read(standards, *blocks)
    form = "registration"
    assert [sheet.address for sheet in result.sheets] == [form]
    assert row(result, form, "name") == {"value": "青禾市档案馆"}
    assert row(result, form, "posts") == {"value": "12"}
    assert row(result, form, "incomes/青禾市档案馆")["public_money"] == "90"
    assert row(result, form, "expenditures/青禾市档案馆") == {
        "expenditure_total": "95", "basic": "60", "personnel": "40", "public": "20", "project": "35",
        "current_balance": "-5", "all_balance": "5",
    }  # fmt: skip
    assert row(result, form, "all_expenditures")["all_balance"] == "5"
    assert row(result, form, "three_public/青禾市档案馆")["running"] == "3"
    assert row(result, form, "assets/青禾市档案馆")["leased"] == "100"
    assert row(result, form, "goals") == {"expected": "保管好档案", "achieved": "已保管好"}
    assert row(result, form, "output/output_all/库房达标率")["actual"] == "100%"
    assert row(result, form, "benefit/served/群众满意度")["target"] == "95%"
    assert row(result, form, "score") == {"value": "93.5"}
    assert row(result, form, "grade") == {"value": "优"}
    assert row(result, form, "evaluators/李四") == {"post": "馆长", "unit": "青禾市档案馆"}
    (sheet,) = result.sheets
    assert (sheet.lost, sheet.odd) == (0, [])
    assert {("leader", "value"), ("head", "value"), ("head_seal", "value")} <= set(sheet.blanks)


# ── composing ─────────────────────────────────────────────────────────────────────────────────


def composed(standards: Standards, tmp_path: Path, suffix: str, cells: dict[Key, str]) -> Recognition:
    document = Document("", "", "composed", compose_sheets(cells, standards, 2022))
    if not suffix:
        return recognise(document, 0, standards)
    path = tmp_path / f"自评{suffix}"
    write(document, path)
    return recognise(read_document(path), 0, standards)


def everything(standards: Standards) -> dict[Key, str]:
    blocks: Sequence[str | Table] = [
        *(drawn(part) if "|" in part else part for part in REGISTRATION),
        *("部门整体支出绩效评价基础数据表", drawn(BASE), SHEET, drawn(PROJECT)),
        *("政府性基金预算支出绩效自评表", drawn(PROJECT), SHEET, drawn(PROJECT.replace("95%", "90%"))),
        *("部门整体支出绩效评价指标表", drawn(SCORES), "专项资金绩效目标自评表", drawn(GOALS)),
        *("项目支出：", drawn(BALANCES)),
    ]
    return printed(read(standards, *blocks))


@pytest.mark.parametrize("suffix", ["", ".txt", ".pdf"])
def test_every_form_composed_reads_back(standards: Standards, tmp_path: Path, suffix: str) -> None:
    cells = everything(standards)
    assert len({key[0] for key in cells}) == 8
    result = composed(standards, tmp_path, suffix, cells)
    assert {key: squash(text) for key, text in printed(result).items()} == {
        key: squash(text) for key, text in cells.items()
    }
    assert result.claimed == result.figures


NAMES = st.text("档案库房整理维护修缮数字化加工接待读者服务", min_size=2, max_size=12)
MONEY = st.decimals(0, 99999, places=2).map(str)
PARTS = ["output/quantity", "output/time", "benefit/social", "satisfaction/served"]
POINTS = st.integers(0, 50).map(str)


@st.composite
def filled_sheets(draw: st.DrawFn) -> dict[Key, str]:
    """The filled cells of some score sheets and a base data table."""
    cells: dict[Key, str] = {}

    def put(address: str, row: str, column: str, values: st.SearchStrategy[str]) -> None:
        if draw(st.booleans()):
            cells[address, row, column] = draw(values)

    for number in range(draw(st.integers(1, 3))):
        address = "project_score_sheet" + (f"#{number + 1}" if number else "")
        cells[address, "project", "value"] = draw(NAMES)
        for source in ("funds", "fiscal", "carried", "other"):
            for column in ("initial", "budget", "final"):
                put(address, source, column, MONEY)
        put(address, "goals", "actual", NAMES)
        for name in draw(st.lists(NAMES, min_size=1, max_size=6, unique=True)):
            part = draw(
                st.sampled_from(["output/quantity", "output/time", "benefit/social", "satisfaction/served"])
            )
            at = f"{part}/{name}"
            cells[address, at, "level3"] = name
            put(address, at, "target", st.builds("≥{}个".format, st.integers(0, 999)))
            put(address, at, "actual", st.one_of(NAMES, st.builds("{}%".format, st.integers(0, 200))))
            put(address, at, "weight", POINTS)
            put(address, at, "score", POINTS)
            put(address, at, "reason", NAMES)
        put(address, "output", "weight", POINTS)
        put(address, "total", "score", POINTS)
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        cells["base_data", f"project/{name}", "budget"] = draw(MONEY)
        put("base_data", f"project/{name}", "final", MONEY)
    put("base_data", "staff", "posts", POINTS)
    put("base_data", "economy", "value", NAMES)
    return cells


@pytest.mark.parametrize("suffix", ["", ".txt"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=filled_sheets())
def test_generated_sheets_read_back(
    standards: Standards, tmp_path: Path, suffix: str, cells: dict[Key, str]
) -> None:
    result = composed(standards, tmp_path, suffix, cells)
    assert printed(result) == cells
    assert result.claimed == result.figures


# ── measures ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("≥5个", "5", "个", ">="),
        ("100%", "100", "%", "="),
        ("＞95％", "95", "%", ">"),
        ("≧ 1,400 人次", "1400", "人次", ">="),
        ("不超过126.25 万元", "126.25", "万元", "<="),
        ("1.2亿", "1.2", "亿", "="),
        ("160余人次", "160", "人次", ">="),
        ("30分钟以内", "30", "分钟", "<="),
        ("0", "0", "", "="),
    ],
)
def test_measures(text: str, value: str, unit: str, comparator: str) -> None:
    measure = parse(text)
    assert measure is not None
    assert (str(measure.amount.value), measure.amount.unit, measure.comparator) == (value, unit, comparator)


@pytest.mark.parametrize(
    "text", ["", "2022年12月31日前", "2022年", "岗位信息＞100条", "不断提升", "5至8个", "1,23"]
)
def test_texts_that_are_no_measure(text: str) -> None:
    assert parse(text) is None


def test_cells_of_figures() -> None:
    assert figure("38.25万元", "万元") == figure("38.25", "万元")
    found = figure("90 %", "万元")
    assert found is not None
    assert found.unit == "%"
    assert figure("≥90", "分") is None


# ── validation ────────────────────────────────────────────────────────────────────────────────

OVERLAY = """\
edition: hunan-2022
sheets:
  - id: test_sheet
    title: 测试自评表
    reference: 试
    sections:
      - {id: names, kind: pairs, slots: {project: {label: 名称, is: project.name, holds: text}}}
      - {id: money, kind: table, lead: 项目, columns: {final: {label: 决算数, is: funds}},
         rows: {funds: {label: 合计}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: pairs", "kind: pear", "类型“pear”"),
        ("is: project.name", "is: project.nonsense", "project.nonsense"),
        ("holds: text", "holds: poem", "poem"),
        ("columns: {final: {label: 决算数, is: funds}},\n         ", "", "没有栏目"),
        ("lead: 项目, ", "", "不足两个标签"),
        ("kind: table, lead", "kind: table, inline: nothing, lead", "nothing"),
        ("rows: {funds:", "rows: {project:", "不止一处"),
        ("kind: table,", "kind: indicators,", "级次"),
        ("    reference: 试", "    reference: 试\n    like: nothing", "nothing"),
        ("    reference: 试", "    reference: 试\n    unit: 斤", "斤"),
        ("id: test_sheet", "id: three_public", "同名"),
    ],
)
def test_faulty_sheets_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "test.yaml").write_text(OVERLAY.replace(old, new), encoding="utf-8")
    with pytest.raises(StandardsError, match=message):
        load(tmp_path).standards("hunan-2022").validate()


def test_a_new_sheet_needs_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "test.yaml").write_text(OVERLAY, encoding="utf-8")
    standards = load(tmp_path).standards("hunan-2022")
    standards.validate()
    result = read(standards, "测试自评表", drawn("名称 | 甲\n项目 | 决算数\n合计 | 3.50"))
    assert printed(result) == {
        ("test_sheet", "project", "value"): "甲",
        ("test_sheet", "funds", "final"): "3.50",
    }
