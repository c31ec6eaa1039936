"""The published tables as other places and years print them: every figure a fact with the right meaning."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grids import sketched
from mingzhang.binding.headings import titled
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.taxonomy import Standards

EDITION = "cn-2024"


def read(standards: Standards, *parts: str, certain: bool = True) -> Recognition:
    return recognise(sketched(*parts, certain=certain), 0, standards)


VERTICAL = """
项目 | 行次 | 预算数 | 决算数
合计 | 1 | 9.00 | 7.00
1.因公出国（境）费 | 2 | 0.00 | 0.00
2.公务用车购置及运行维护费 | 3 | 6.00 | 5.00
（1）公务用车购置费 | 4 | 0.00 | 0.00
（2）公务用车运行维护费 | 5 | 6.00 | 5.00
3.公务接待费 | 6 | 3.00 | 2.00
"""
SIX = """
合计 | 因公出国（境）费 | 公务用车购置及运行费 | < | < | 公务接待费
^ | ^ | 小计 | 公务用车购置费 | 公务用车运行费 | ^
7.00 | 0.00 | 5.00 | 1.00 | 4.00 | 2.00
"""
MEETINGS = """
项目 | “三公”经费 | < | < | < | < | < | 会议费 | 培训费
^ | 小计 | 因公出国（境）费用 | 公务接待费 | 公务用车购置及运行维护费 | < | < | ^ | ^
^ | ^ | ^ | ^ | 小计 | 公务用车购置费 | 公务用车运行维护费 | ^ | ^
栏次 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
预算数 | 7.00 | 0.00 | 2.00 | 5.00 | 1.00 | 4.00 | 0.50 | 0.60
决算数 | 6.00 | 0.00 | 1.00 | 5.00 | 1.00 | 4.00 | 0.40 | 0.30
"""
YEARS = """
项目 | 2023年决算数 | 2022年决算数
“三公”经费合计 | 7.00 | 8.00
公务用车购置及运行费 | 5.00 | 5.50
公务接待费 | 2.00 | 2.50
"""
NO_CAPITAL = """
收入 | < | < | 支出 | < | < | < | <
项目 | 行次 | 决算数 | 项目 | 行次 | 合计 | 一般公共预算财政拨款 | 政府性基金预算财政拨款
栏次 | | 1 | 栏次 | | 2 | 3 | 4
一、一般公共预算财政拨款 | 1 | 90.00 | 一、一般公共服务支出 | 9 | 70.00 | 70.00 | 0.00
二、政府性基金预算财政拨款 | 2 | 10.00 | 二、城乡社区支出 | 10 | 10.00 | 0.00 | 10.00
本年收入合计 | 3 | 100.00 | 本年支出合计 | 11 | 80.00 | 70.00 | 10.00
年初财政拨款结转和结余 | 4 | 5.00 | 年末财政拨款结转和结余 | 12 | 25.00 | 25.00 | 0.00
一般公共预算财政拨款 | 5 | 5.00 | | 13 | | |
总计 | 7 | 105.00 | 总计 | 15 | 105.00 | 95.00 | 10.00
"""
BUDGETS = """
收入 | < | < | < | 支出 | < | < | <
项目 | 年初预算数 | 全年预算数 | 决算数 | 项目 | 年初预算数 | 全年预算数 | 决算数
一、一般公共预算财政拨款收入 | 1000000 | 1090000 | 1090000 | 一、一般公共服务支出 | 100 | 109 | 107
使用非财政拨款结余和专用结余 | 1 | 2 | 3 | 二十九、没有列入的支出 | 0 | 0 | 7
年初结转和结余 | 0 | 0 | 50 | 结余分配 | 0 | 0 | 0
总计 | 1000000 | 1090000 | 1090050 | 总计 | 100 | 109 | 114
"""
STACKED = """
项目 | 行次 | 决算数
一、一般公共预算财政拨款收入 | 1 | 90.00
总计 | 2 | 95.00
一、一般公共服务支出 | 3 | 80.00
总计 | 4 | 96.00
"""
FEES = """
项目 | < | 本年收入合计 | 财政拨款收入 | 上级补助收入 | 事业收入 | < | 经营收入 | 其他收入
科目编码 | 科目名称 | ^ | ^ | ^ | 小计 | 其中：教育收费 | ^ | ^
栏次 | < | 1 | 2 | 3 | 4 | 5 | 6 | 7
合计 | < | 12.00 | 10.00 | 0.00 | 2.00 | 1.50 | 0.00 | 0.30
205 | 教育支出 | 12.00 | 10.00 | 0.00 | 2.00 | 1.50 | 0.00 | 0.30
"""
ONE_CELL = """
项目 | 合计 | 基本支出 | 项目支出 | 上缴上级支出 | 经营支出 | 对附属单位补助支出 | 备注
201一般公共服务支出 | 5.00 | 3.00 | 2.00 | 0.00 | 0.00 | 0.00 | 含上年
20126 档案事务 | 5.00 | 3.00 | 2.00 | 0.00 | 0.00 | 0.00 |
合计 | 5.00 | 3.00 | 2.00 | 0.00 | 0.00 | 0.00 |
"""
NATURES = """
项目 | < | 本年支出 | < | <
经济分类科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费
合计 | < | 140,000.00 | 100,000.00 | 40,000.00
30101 | 基本工资 | 100,000.00 | 100,000.00 | 0.00
30201 | 办公费 | 40,000.00 | 0.00 | 40,000.00
"""
TWO_CODES = """
部门预算支出经济分类科目 | < | 政府预算支出经济分类科目 | < | 决算数
编码 | 名称 | 编码 | 名称 | ^
30101 | 基本工资 | 50101 | 工资奖金津补贴 | 10.00
30201 | 办公费 | 50201 | 办公经费 | 4.00
合计 | | | | 14.00
"""
CODED_NAMES = """
科目 | 决算数 | 科目 | 决算数
30101 基本工资 | 10.00 | 30201 办公费 | 4.00
人员经费合计 | 10.00 | 公用经费合计 | 4.00
"""
CARRIED = """
科目编码 | 科目名称 | 年初结转和结余 | 本年收入 | 本年支出 | < | < | 年末结转和结余
^ | ^ | ^ | ^ | 小计 | 基本支出 | 项目支出 | ^
合计 | < | 1 | 100000 | 90000 | 0 | 90000 | 10001
212 | 城乡社区支出 | 1 | 100000 | 90000 | 0 | 90000 | 10001
"""

VARIANTS: dict[str, tuple[str, str, Mapping[tuple[str, str], str]]] = {
    "items one below the other": (
        "财政拨款“三公”经费支出决算表",
        VERTICAL,
        {("budget", "total"): "9.00", ("final", "vehicles"): "5.00", ("budget", "reception"): "3.00"},
    ),
    "six columns": (
        "一般公共预算财政拨款“三公”经费支出决算表",
        SIX,
        {("final", "total"): "7.00", ("final", "vehicles"): "5.00", ("final", "running"): "4.00"},
    ),
    "meetings and training": (
        "一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表",
        MEETINGS,
        {("final", "total"): "6.00", ("budget", "vehicles"): "5.00", ("final", "training"): "0.30"},
    ),
    "two years": (
        "三公经费支出决算表",
        YEARS,
        {("final", "total"): "7.00", ("prior", "vehicles"): "5.50"},
    ),
    "no capital column": (
        "财政拨款收入支出决算总表",
        NO_CAPITAL,
        {("201", "general"): "70.00", ("212", "fund"): "10.00", ("carry_in_general", "amount"): "5.00"},
    ),
    "budgets beside the finals, whole yuan": (
        "收支决算总表 金额单位：元",
        BUDGETS,
        {("general", "initial"): "1000000", ("general", "amount"): "1090000", ("…1", "amount"): "7"},
    ),
    "both sides one below the other": (
        "收入支出决算总表",
        STACKED,
        {("total_in", "amount"): "95.00", ("201", "amount"): "80.00", ("total_out", "amount"): "96.00"},
    ),
    "fees for education, no affiliated": (
        "收入决算表",
        FEES,
        {("205", "business"): "2.00", ("205", "education"): "1.50", ("total", "other"): "0.30"},
    ),
    "code and name in one cell, remarks": (
        "支出决算表",
        ONE_CELL,
        {("20126", "project"): "2.00", ("total", "basic"): "3.00"},
    ),
    "economic classes by nature": (
        "一般公共预算财政拨款基本支出决算表",
        NATURES,
        {("total", "amount"): "140,000.00", ("30101", "personnel"): "100,000.00"},
    ),
    "two classifications": (
        "一般公共预算基本支出决算表",
        TWO_CODES,
        {("30101", "amount"): "10.00", ("total", "amount"): "14.00"},
    ),
    "codes in the names": (
        "一般公共预算财政拨款基本支出决算表",
        CODED_NAMES,
        {("30101", "amount"): "10.00", ("public", "amount"): "4.00"},
    ),
    "carried over, in yuan": (
        "政府性基金预算收入支出决算表（单位：元）",
        CARRIED,
        {("total", "total"): "90000", ("212", "carry_out"): "10001"},
    ),
}


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("name", VARIANTS)
def test_every_figure_of_a_variant_has_its_place(standards: Standards, name: str, certain: bool) -> None:
    title, body, wanted = VARIANTS[name]
    result = read(standards, title, body, certain=certain)
    (reading,) = result.readings
    printed = {fact.key[1:]: fact.printed for fact in result.facts}
    assert {key: printed.get(key) for key in wanted} == wanted
    assert (reading.lost, reading.odd, result.unrecognised) == (0, [], [])


def test_columns_below_other_headers(standards: Standards) -> None:
    body = """
项目 | < | 年初结转和结余 | < | 本年收入 | < | 本年支出 | < | < | <
科目编码 | 科目名称 | 合计 | 项目支出结转和结余 | 合计 | 基本支出 | 合计 | 基本支出 | < | 项目支出
^ | ^ | ^ | ^ | ^ | ^ | ^ | 小计 | 人员经费 | ^
合计 | < | 1.00 | 0.60 | 9.00 | 5.00 | 8.00 | 4.00 | 3.00 | 4.50
"""
    result = read(standards, "一般公共预算财政拨款收入支出决算表", body)
    assert {fact.key[2]: fact.printed for fact in result.facts} == {
        "carry_in": "1.00", "carry_in_project": "0.60", "income": "9.00", "income_basic": "5.00",
        "total": "8.00", "basic": "4.00", "personnel": "3.00", "project": "4.50",
    }  # fmt: skip


def test_a_column_that_the_form_does_not_know_is_lost_not_guessed(standards: Standards) -> None:
    body = """
科目编码 | 科目名称 | 小计 | 基本支出 | 项目支出 | 专项债券
合计 | | 5.00 | 3.00 | 2.00 | 9.00
"""
    result = read(standards, "一般公共预算财政拨款支出决算表", body)
    assert [fact.printed for fact in result.facts] == ["5.00", "3.00", "2.00"]
    assert result.readings[0].lost == 1


@pytest.mark.parametrize("blanks", [2, 3])
def test_blank_lines_inside_a_table_of_a_dump(standards: Standards, blanks: int) -> None:
    rows = VARIANTS["fees for education, no affiliated"][1].strip("\n").split("\n")
    parts = ["\n".join(rows[n : n + blanks]) for n in range(0, len(rows), blanks)]
    result = read(standards, "收入决算表", *parts, certain=False)
    assert (len(result.readings), len(result.facts), result.unrecognised) == (1, 14, [])


def test_the_tables_of_two_units_in_one_document(standards: Standards) -> None:
    body = VARIANTS["code and name in one cell, remarks"][1]
    other = body.replace("5.00", "6.00").replace("3.00", "4.00")
    result = read(
        standards, "支出决算表", "部门：青禾市档案局", body, "支出决算表", "部门：青禾市档案馆", other
    )
    assert [reading.address for reading in result.readings] == [
        "expenditure_by_function",
        "expenditure_by_function#2",
    ]
    assert len(result.facts.index) == len(result.facts) == 36
    number = result.facts.index["expenditure_by_function#2", "total", "total"]
    assert result.facts.dimensions[number]["entity"] == "青禾市档案馆"


def test_a_table_that_goes_on_under_its_title_is_one(standards: Standards) -> None:
    first = VARIANTS["code and name in one cell, remarks"][1]
    rest = first.split("\n")[1] + "\n208社会保障和就业支出 | 1.00 | 1.00 | 0.00 | 0.00 | 0.00 | 0.00 | "
    result = read(standards, "支出决算表", first, "支出决算表（续）", rest)
    (reading,) = result.readings
    assert list(reading.rows) == ["201", "20126", "total", "208"]


def test_figures_of_the_running_of_offices(standards: Standards) -> None:
    body = """
项目 | 行次 | 预算数 | 决算统计数 | 项目 | 行次 | 决算统计数
一、“三公”经费支出 | 1 | — | — | 四、机关运行经费 | 9 | 30.00
（一）支出合计 | 2 | 9.00 | 7.00 | （一）行政单位 | 10 | 30.00
2.公务用车购置及运行维护费 | 3 | 6.00 | 5.00 | （一）车辆数合计（辆） | 11 | 3
4.公务用车保有量（辆） | 4 | — | 3 | 3.政府采购服务支出 | 12 | 10.00
"""
    result = read(standards, "机构运行信息表", body)
    found = {fact.key[1:]: (fact.printed, fact.amount.unit) for fact in result.facts}
    assert found["final", "three_public"] == ("7.00", "万元")
    assert found["final", "cars"] == found["final", "cars_held"] == ("3", "辆")
    assert found["final", "procurement_services"] == ("10.00", "万元")
    assert (result.readings, len(result.sheets), result.sheets[0].lost) == ([], 1, 0)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("青禾市档案局2023年度支出决算表", "支出决算表"),
        ("表三：支出决算表（单位：万元）", "支出决算表"),
        ("项目支出决算表", None),
        ("政府性基金专项债券支出决算表", None),
        ("财政拨款收入决算表", None),
        ("财政拨款‘三公’经费支出决算表", '财政拨款"三公"经费支出决算表'),
    ],
)
def test_a_title_with_other_words_is_another_table(
    standards: Standards, text: str, title: str | None
) -> None:
    assert titled(text, standards.titles) == title


def test_a_title_on_two_lines(standards: Standards) -> None:
    body = "科目编码 | 科目名称 | 小计 | 基本支出 | 项目支出\n合计 | | 5.00 | 3.00 | 2.00"
    (reading,) = read(standards, "一般公共预算财政拨款", "支出决算表", body).readings
    assert reading.form == "general_budget_expenditure"
