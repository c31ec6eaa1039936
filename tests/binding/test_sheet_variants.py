"""Forms of the self-evaluation as other places print them: every figure a fact with the right meaning."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grids import sketched
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.taxonomy import Standards

EDITION = "cn-2024"


def read(standards: Standards, *parts: str, certain: bool = True) -> Recognition:
    return recognise(sketched(*parts, certain=certain), 0, standards)


PROJECT = "项目支出绩效自评表"

BY_SOURCE = """
项目名称 | 档案库房改造 | | 主管部门 | 青禾市档案局 |
资金情况 | 资金来源 | 预算数（万元） | 执行数（万元） | 执行率 | 得分
 | 年度资金总额 | 100.00 | 90.00 | 90% | 9
 | 其中：财政资金 | 80.00 | 70.00 | 87.5% |
 | 财政专户管理资金 | 20.00 | 20.00 | 100% |
"""
ADJUSTED = """
主管部门 | 青禾市档案局 | 实施单位（盖章） | 青禾市档案馆 |
项目预算执行情况（万元） | 年初预算 | 年度预算调整金额 | 预算执行数 | 执行率
总额 | 80.00 | 20.00 | 90.00 | 90%
其中：财政资金 | 80.00 | 0.00 | 70.00 | 87.5%
单位资金 | 0.00 | 20.00 | 20.00 | 100%
"""
GRADED = """
项目名称： | 档案库房改造 | | 预算单位： | 青禾市档案馆 |
当年预算数（元）： | 1,000,000.00 | | 上年预算金额（元）： | 800,000.00 |
预算执行数（元）： | 900,000.00 | | 预算执行率（%）： | 90.00 |
绩效等级： | 优秀 | | | |
绩效指标 | 权重 | 绩效标杆值 | 实际完成情况 | 自评分 | 得分率
预算执行率 | 10 | 100 | 90 | 9 | 90%
改造库房数 | 30 | 2 | 2 | 30 | 100%
合计 | 100 | | | 97 |
"""
WHOLE = """
单位名称 | 青禾市档案局 | | | |
基本支出总额 | 600.00 | | 项目支出总额 | 400.00 |
预算执行情况（万元）（20分） | | 预算数（A） | 执行数（B） | 执行率（B/A） | 得分（20分*执行率）
 | 部门整体支出总额 | 1000.00 | 900.00 | 90% | 18
偏差大或目标未完成原因分析 | 无 | | | |
"""
LEVELS = """
专项（项目）名称 | | 农村公路养护 | |
资金情况（万元） | | 全年预算数（A） | 全年执行数（B） | 预算执行率（B/A）
 | 年度资金总额 | 100.00 | 90.00 | 90%
 | 省级资金 | 20.00 | 20.00 | 100%
 | 市级资金 | 20.00 | 15.00 | 75%
 | 县级资金 | 60.00 | 55.00 | 91.67%
"""
PLACES = """
序号 | 县区 | 下达资金 | 使用资金 | 结余资金
1 | 东县 | 100.00 | 90.00 | 10.00
2 | 西县 | 50.00 | 50.00 | 0.00
 | 合计 | 150.00 | 140.00 | 10.00
"""

VARIANTS: dict[str, tuple[tuple[str, ...], Mapping[tuple[str, str], str]]] = {
    "money by source": (
        (PROJECT, BY_SOURCE),
        {("fiscal", "budget"): "80.00", ("account", "final"): "20.00", ("funds", "score"): "9"},
    ),
    "an adjustment": (
        (PROJECT, ADJUSTED),
        {("funds", "adjusted"): "20.00", ("fiscal", "final"): "70.00", ("other", "rate"): "100%"},
    ),
    "a grade, indicators without levels": (
        (PROJECT, GRADED),
        {
            ("final_stated", "value"): "900,000.00",
            ("rate_stated", "value"): "90.00",
            ("plain_indicators/预算执行率", "score"): "9",
            ("plain_total", "score"): "97",
        },
    ),
    "a department's basic and project money": (
        ("2022年度部门整体绩效自评表", WHOLE),
        {("project_stated", "value"): "400.00", ("funds", "score"): "18"},
    ),
    "special funds by level": (
        ("专项资金绩效目标自评表", LEVELS),
        {("province", "final"): "20.00", ("local", "final"): "15.00", ("county", "budget"): "60.00"},
    ),
    "by place, without a title": (
        ("各县区资金使用情况如下：", PLACES),
        {("allocations/东县", "used"): "90.00", ("all_places", "unused"): "10.00"},
    ),
}


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("name", VARIANTS)
def test_every_figure_of_a_variant_has_its_place(standards: Standards, name: str, certain: bool) -> None:
    parts, wanted = VARIANTS[name]
    result = read(standards, *parts, certain=certain)
    (reading,) = result.sheets
    printed = {fact.key[1:]: fact.printed for fact in result.facts}
    assert {key: printed.get(key) for key in wanted} == wanted
    assert (reading.lost, reading.odd, result.unrecognised) == (0, [], [])


def test_a_label_with_its_unit_of_money(standards: Standards) -> None:
    result = read(standards, PROJECT, GRADED)
    facts = {fact.key[1]: fact.amount.unit for fact in result.facts}
    assert (facts["budget_stated"], facts["rate_stated"]) == ("元", "%")


def test_a_sheet_without_title_is_the_one_that_others_are_like(standards: Standards) -> None:
    goals = "年度总体目标 | 预期目标 | | 实际完成情况 | |\n | 改造库房 | | 已改造 | |"
    result = read(standards, "附件", BY_SOURCE.rstrip("\n") + "\n" + goals)
    assert [reading.form for reading in result.sheets] == ["project_score_sheet"]


def test_a_table_of_labels_that_only_the_header_shares_is_not_guessed(standards: Standards) -> None:
    result = read(standards, "情况如下：", "项目 | 年初预算数 | 决算数 | 完成率\n道路 | 100.00 | 90.00 | 90%")
    assert (result.sheets, len(result.unrecognised), len(result.facts)) == ([], 1, 0)


def test_blank_lines_inside_a_sheet_of_a_dump(standards: Standards) -> None:
    rows = BY_SOURCE.strip("\n").split("\n")
    parts = ["\n".join(rows[n : n + 2]) for n in range(0, len(rows), 2)]
    result = read(standards, PROJECT, *parts, certain=False)
    assert (len(result.sheets), result.sheets[0].lost, result.unrecognised) == (1, 0, [])
    assert {fact.key[1] for fact in result.facts} == {"funds", "fiscal", "account"}
