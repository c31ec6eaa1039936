"""Right documents raise nothing: passages of many kinds of units, score sheets of several layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grids import sketched
from mingzhang.api import check
from mingzhang.checking.finding import ROUNDING
from mingzhang.writers import write

STATED = (Path(__file__).parent / "cases" / "right.txt").read_text(encoding="utf-8")
TEXTS = {name.strip(): text for name, _, text in (p.partition("\n") for p in STATED.split("\n== ")[1:])}
_LEFT_OUT = ("structure.",)
"""Checks of what an excerpt cannot have: all parts and sections, numbered without a gap."""


def raised(path: Path) -> list[str]:
    """What is said of a document, rounding apart."""
    found = [f for s in check(path).submissions for f in s.findings]
    return [f.message for f in found if f.severity != ROUNDING and not f.rule.startswith(_LEFT_OUT)]


@pytest.mark.parametrize("name", TEXTS)
def test_a_right_text_raises_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "决算.txt"
    path.write_text(TEXTS[name], encoding="utf-8")
    assert raised(path) == []


HEAD = """
项目名称 | < | 干部培训 | < | < | < | < | < | <
主管部门 | < | 青禾市林业局 | < | 实施单位 | < | 青禾市林业局 | < | <
项目资金（万元） | | 年初预算数 | < | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | 10.00 | < | 10.00 | 9.86 | 10 | {rate} | {score}
^ | 其中：当年财政拨款 | 10.00 | < | 10.00 | 9.86 | — | — | —
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | {goal} | < | < | < | {done} | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
"""
OUTPUT = """^ | 产出指标 | 数量指标 | 举办培训班 | ≥4期 | 4期 | 25 | 25 |
^ | ^ | 质量指标 | 培训合格率 | ≥95% | 96.5% | 25 | 25 |
^ | 效益指标 | 社会效益指标 | 业务能力 | 有所提升 | 有所提升 | 30 | 28 | 进一步加强
^ | 满意度指标 | 服务对象满意度指标 | 学员满意度 | ≥95% | 98% | 10 | 10 |
总分 | < | < | < | < | < | 100 | {total} |
"""
COST = """^ | 成本指标（20分） | 经济成本指标 | 项目总成本 | ≤10万元 | 9.86万元 | 20 | 20 |
^ | 产出指标（40分） | 数量指标 | 举办培训班 | ≥4期 | 4期 | 40 | 40 |
^ | 效益指标（20分） | 社会效益指标 | 业务能力 | 有所提升 | 有所提升 | 20 | 18 | 进一步加强
^ | 满意度指标（10分） | 服务对象满意度指标 | 学员满意度 | ≥95% | 98% | 10 | 10 |
总分 | < | < | < | < | < | 100 | {total} |
"""
OTHER_BLOCKS = """^ | 履职效能（50分） | 履职目标 | 举办培训班 | ≥4期 | 4期 | 50 | 50 |
^ | 社会效应（30分） | 社会效益 | 业务能力 | 有所提升 | 有所提升 | 30 | 28 | 进一步加强
^ | 服务对象满意度（10分） | 服务对象满意度 | 学员满意度 | ≥95% | 98% | 10 | 10 |
总分 | < | < | < | < | < | 100 | {total} |
"""
NO_PARTS = """
项目名称 | < | 档案整理 | < | < | < | < | <
项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | 12.00 | 12.00 | 12.00 | 10 | 100.00% | 10.00
年度总体目标 | 预期目标 | < | < | 实际完成情况 | < | < | <
^ | 整理档案5000卷 | < | < | 整理档案5230卷 | < | < | <
绩效指标 | 一级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 未完成原因
^ | 产出指标 | 整理档案数量 | ≥5000卷 | 5230卷 | 30 | 30 |
^ | ^ | 著录准确率 | ≥98% | 99% | 20 | 20 |
^ | 效益指标 | 查档便利程度 | 显著 | 显著 | 30 | 30 |
^ | 满意度指标 | 查档群众满意度 | ≥90% | 99% | 10 | 10 |
总分 | < | < | < | < | 100 | {total} |
"""


def sheet(indicators: str, rate: str = "98.6%", score: str = "9.86", total: str = "97.86") -> str:
    goals = ("举办培训班4期，提升干部业务能力。", "全年举办培训班4期，完成年度任务。")
    return (HEAD + indicators).format(rate=rate, score=score, total=total, goal=goals[0], done=goals[1])


SHEETS = {
    "points as usual": [sheet(OUTPUT)],
    "costs in a block of their own": [sheet(COST)],
    "blocks of other names": [sheet(OTHER_BLOCKS)],
    "a rate without its sign": [sheet(OUTPUT, rate="0.986")],
    "a column less": [NO_PARTS.format(total="100")],
    "each rounds its score as it likes": [
        sheet(OUTPUT),
        sheet(OUTPUT, score="9.9", total="97.9").replace("干部", "业务骨干").replace("4期", "3期"),
    ],
}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_a_right_sheet_raises_nothing(name: str, suffix: str, tmp_path: Path) -> None:
    parts = [part for drawn in SHEETS[name] for part in ("项目支出绩效自评表", "（2023年度）", drawn)]
    path = tmp_path / f"自评表{suffix}"
    write(sketched("2023年度青禾市林业局项目支出绩效自评", *parts), path)
    assert raised(path) == []


@pytest.mark.parametrize(
    ("drawn", "rule"),
    [
        (sheet(COST, total="99.86"), "总得分应等于执行率得分与各项指标得分之和"),
        (sheet(COST.replace("| 40 | 40", "| 30 | 30"), total="87.86"), "一级指标的分值应等于其下各项指标"),
        (NO_PARTS.format(total="90"), "总"),
        (sheet(OUTPUT, score="9.6", total="97.6"), "执行率的得分应等于执行率乘以分值"),
        (sheet(OUTPUT, rate="0.968", score="9.68", total="97.68"), "执行率应等于全年执行数与全年预算数之比"),
    ],
)
def test_a_wrong_one_is_still_told(drawn: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "自评表.docx"
    write(sketched("2023年度青禾市林业局项目支出绩效自评", "项目支出绩效自评表", drawn), path)
    assert any(rule in message for message in raised(path))


@pytest.mark.parametrize(
    ("name", "right", "wrong", "rule"),
    [
        ("school_items_free", "其他收入121.00万元", "其他收入112.00万元", "收入合计应等于各项收入之和"),
        ("no_vehicle_share", "占19.35%", "占29.35%", "“三公”经费各项占比之和应为100%"),
        ("single_project", "结余2.00万元，执行率95%", "结余4.00万元，执行率95%", "结转结余应等于"),
        ("special_funds", "结余51.4万元", "结余54.1万元", "结转结余应等于"),
        ("added", "执行率97.14%", "执行率91.74%", "执行率应等于"),
        ("vehicle_nested_share", "占44.4%", "占54.4%", "占比应等于部分与合计之比"),
        ("within", "决算3.00万元，没有超预算", "决算3.20万元，没有超预算", "却写为“控制在预算内”"),
        ("no_vehicle", "维护费预算0万元", "维护费预算1.00万元", "却写为“持平”"),
        ("abroad_costs_borne", "累计7人次", "累计2人次", "因公出国（境）人次不应少于团组数"),
        ("wan_persons", "102人次。公务", "10人次。公务", "接待人次不应少于接待批次"),
        ("no_vehicle", "80人次", "1人次", "接待人次不应少于接待批次"),
        ("vehicle_counts", "年末公务用车保有量123辆", "年末公务用车保有量132辆", "不应大于车辆总数"),
        ("percent_forms", "降低2.22 %", "降低2.22", "漏了百分号"),
        ("formula_words", "×100%=95.12%", "×100%=59.12%", "算式的结果应当与所列的数字相符"),
        ("deduct", "自评总分97分", "自评总分79分", "自评报告的总得分应等于各项指标得分之和"),
        ("dates", "截至12月31日，共发放", "截至11月30日，共发放", "同一个数应当截至同一日期"),
        ("two_places", "第一部分 东海市云山县", "第一部分 东海市", "漏写了“云山县”"),
        ("misplaced", "普通教育（款）小学教育", "财政事务（款）小学教育", "属于“普通教育（款）”"),
        ("groups_other", "，费用由组团单位承担", "", "应当说明费用由谁负担"),
        ("department_sum", "所属医院使用自有资金购置救护车3辆", "购置公务用车3辆", "请核对车辆数"),
        ("reason_before", "因年中招录人员，决算数大于", "决算数大于", "没有说明原因"),
    ],
)
def test_a_wrong_text_is_still_told(name: str, right: str, wrong: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "决算.txt"
    assert right in TEXTS[name]
    path.write_text(TEXTS[name].replace(right, wrong), encoding="utf-8")
    assert any(rule in message for message in raised(path))
