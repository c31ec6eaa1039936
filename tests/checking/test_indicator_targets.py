"""Indicators held against their own targets, and what else a score sheet may not state."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from grids import sketched
from mingzhang.binding.compose import paragraph
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import NOT_EVALUATED, Submission, Unevaluated
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import Key
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import load

STANDARDS = load().standards("cn-2022")
SHEET = "project_score_sheet"
ROWS = {
    "整理档案数量": "output/quantity",
    "档案数字化数量": "output/quantity",
    "接待查阅人次": "output/quantity",
    "查阅服务覆盖面": "benefit/social",
    "档案利用效果": "benefit/social",
    "查阅群众满意度": "satisfaction/served",
}
Changes = Mapping[str, Mapping[str, str]]


def cells(changes: Changes, form: str = SHEET, name: str = "档案项目") -> dict[Key, str]:
    """A sheet with what its indicators state changed: target, actual, weight, score, reason by name."""
    sheet = score_sheet(form, name, Decimal("10.00"))
    sheet = {key: text for key, text in sheet.items() if key[2] != "reason"}
    for indicator, stated in changes.items():
        row = f"{ROWS[indicator]}/{indicator}"
        sheet |= {(form, row, column): text for column, text in stated.items()}
    return sheet


def submission(composed: Mapping[Key, str], *texts: str) -> Submission:
    blocks = [*map(paragraph, texts), *compose_sheets(composed, STANDARDS, 2022)]
    document = Document("", "", "composed", blocks)
    read = recognise(document, 0, STANDARDS)
    read_text(document, 0, STANDARDS, 2022, read.facts)
    readings = {reading.address: reading for reading in read.sheets}
    return Submission(read.facts, readings, STANDARDS, 2022)


def told(rule: str, composed: Mapping[Key, str], *texts: str) -> list[Finding]:
    found = PROCEDURES[rule](submission(composed, *texts), STANDARDS.checks[rule])
    return [one for one in found if isinstance(one, Finding)]


def of(rule: str, **stated: str) -> list[Finding]:
    """What is said of a sheet whose first indicator states this; it scores 16 of 18 points."""
    return told(rule, cells({"整理档案数量": stated}))


# ── targets missed and exceeded ───────────────────────────────────────────────────────────────

DEVIATION = "indicators.deviation_unexplained"
FULL = "indicators.missed_with_full_score"


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("≥500卷", "520卷"),
        ("≥500卷", "649卷"),
        ("≥500卷", "约400卷"),
        ("500卷", "上半年260卷，下半年250卷"),
        ("2022年12月31日前", "2022年12月20日"),
        ("不断提升", "达成预期目标"),
        ("整理工作得到开展", "整理工作稳步开展"),
    ],
)
def test_targets_that_are_met_or_cannot_be_held_need_no_reason(target: str, actual: str) -> None:
    assert of(DEVIATION, target=target, actual=actual) == []


@pytest.mark.parametrize(
    ("target", "actual", "said"),
    [
        ("≥500卷", "480卷", "没有达到目标值，没有写明原因"),
        ("≥500卷", "650卷", "超过目标值30%及以上（为目标值的130%），没有写明原因"),
        ("2022年12月31日前", "2023年1月20日", "没有达到目标值"),
        ("不断提升", "部分达成", "没有达到目标值"),
    ],
)
def test_a_deviation_needs_a_reason(target: str, actual: str, said: str) -> None:
    (found,) = of(DEVIATION, target=target, actual=actual)
    assert said in found.message
    assert [place.quote for place in found.locations[:2]] == [actual, target]
    assert found.severity == "warning"
    (found,) = of(DEVIATION, target=target, actual=actual, reason="无")
    assert of(DEVIATION, target=target, actual=actual, reason="疫情影响，下年加快进度") == []


def test_a_reason_for_the_whole_sheet_is_one() -> None:
    form = "department_score_sheet"
    row = f"{ROWS['整理档案数量']}/整理档案数量"
    sheet = cells({}, form)
    sheet |= {(form, row, "target"): "≥500卷", (form, row, "actual"): "480卷"}
    sheet = {key: text for key, text in sheet.items() if key[1] not in ("project", "fiscal")}
    assert len(told(DEVIATION, sheet)) == 1
    sheet[form, "deviation", "value"] = "受疫情影响，部分档案未能整理"
    assert told(DEVIATION, sheet) == []


def test_where_less_may_be_better_a_bare_figure_is_no_lower_limit() -> None:
    sheet = cells({})
    row = "output/output_cost/项目成本"
    sheet |= {(SHEET, row, "level3"): "项目成本", (SHEET, row, "weight"): "0", (SHEET, row, "score"): "0"}
    for actual, count in (("9.20万元", 0), ("10.00万元", 0), ("11.50万元", 1)):
        sheet |= {(SHEET, row, "target"): "10.00万元", (SHEET, row, "actual"): actual}
        assert len(told(DEVIATION, sheet)) == count


def test_comparator_and_unit_may_stand_in_columns_of_their_own() -> None:
    stated = {"sign": "≤", "target": "10", "unit": "次"}
    assert of(DEVIATION, **stated, actual="6") == []
    (found,) = of(DEVIATION, **stated, actual="12次")
    assert "目标值为“≤10次”，完成值为“12次”，没有达到目标值" in found.message
    assert of(DEVIATION, sign="定性", target="有效改善", unit="", actual="达成预期指标") == []


SPLIT = """项目名称 | 档案项目 | < | < | < | < | < | < | < | <
绩效指标 | < | < | 年度指标值 | < | < | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | ^ | ^ | ^ | ^
产出指标 | 数量指标 | 整理档案数量 | ≥ | 500 | 卷 | 300 | 25 | 25 |
^ | 质量指标 | 差错次数 | ≤ | 5 | 次 | 3 | 25 | 25 |
满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥ | 95 | % | 95 | 10 | 10 |"""


@pytest.mark.parametrize("certain", [True, False])
def test_split_targets_are_read_from_tables(certain: bool) -> None:
    read = recognise(sketched("项目支出绩效自评表", SPLIT, certain=certain), 0, STANDARDS)
    readings = {reading.address: reading for reading in read.sheets}
    whole = Submission(read.facts, readings, STANDARDS, 2022)
    (found,) = PROCEDURES[FULL](whole, STANDARDS.checks[FULL])
    assert isinstance(found, Finding)
    assert "目标值为“≥500卷”，完成值为“300”，没有达到目标值，却得满分25分" in found.message


def test_a_target_that_cannot_be_held_is_counted_with_its_reason() -> None:
    sheet = cells({"整理档案数量": {"target": "整理工作得到开展", "actual": "稳步开展"}})
    found = list(PROCEDURES[DEVIATION](submission(sheet), STANDARDS.checks[DEVIATION]))
    (one,) = [one for one in found if isinstance(one, Unevaluated)]
    assert "“整理档案数量”的目标值“整理工作得到开展”：目标值不是可以核对的数" in one.reason
    outcomes = check_submission(submission(sheet)).checks
    own = [outcome for outcome in outcomes if outcome.rule == DEVIATION]
    assert [outcome.status for outcome in own] == [NOT_EVALUATED, "passed"]


def test_a_missed_target_has_not_all_its_points() -> None:
    missed = {"target": "≥500卷", "actual": "480卷", "weight": "18"}
    assert of(FULL, **missed, score="16") == []
    assert of(FULL, **missed | {"actual": "500卷"}, score="18") == []
    (found,) = of(FULL, **missed, score="18")
    assert "没有达到目标值，却得满分18分" in found.message
    assert of(DEVIATION, **missed, score="18") == []  # one defect, one finding


DEDUCTION = "indicators.deduction_unexplained"


def test_points_taken_off_a_target_that_is_met_need_a_reason() -> None:
    met = {"target": "≥500卷", "actual": "520卷", "weight": "18"}
    assert of(DEDUCTION, **met, score="18") == []
    assert of(DEDUCTION, **met, score="16", reason="整理质量有待提高") == []
    (found,) = of(DEDUCTION, **met, score="16")
    assert "分值18分，得16分" in found.message
    assert found.locations[0].quote == "16"
    assert found.severity == "notice"


# ── targets themselves ────────────────────────────────────────────────────────────────────────


def test_an_indicator_with_points_has_a_target() -> None:
    rule = "indicators.target_missing"
    assert of(rule, target="≥500卷") == []
    (found,) = of(rule, target="")
    assert "“整理档案数量”有分值，没有目标值" in found.message
    assert of(rule, target="", weight="", score="") == []
    bare = {key: text for key, text in cells({}).items() if key[2] != "target"}
    with pytest.raises(NotEvaluatedError, match="没有列出目标值"):
        told(rule, bare)


def test_a_sentence_beside_a_percentage_cannot_be_measured() -> None:
    rule = "indicators.target_unmeasurable"
    sentence = "认真执行有关规定，做好各项工作"
    assert of(rule, target="≥95%", actual="96%") == []
    assert of(rule, target="不断提升", actual="96%") == []
    assert of(rule, target=sentence, actual="各项工作顺利完成") == []
    (found,) = of(rule, target=sentence, actual="100%")
    assert f"“整理档案数量”的目标值“{sentence}”是一句话，完成值却是“100%”：" in found.message
    one = {"target": sentence, "actual": "100%"}
    (found,) = told(rule, cells({"整理档案数量": one, "档案利用效果": one}))
    assert "共2项" in found.message
    assert len(found.locations) == 2


def test_results_that_all_are_their_targets_are_told() -> None:
    rule = "indicators.results_equal_targets"
    same = {name: {"target": "100%", "actual": "100%"} for name in ROWS}
    assert told(rule, cells({})) == []
    assert told(rule, cells(same | {"接待查阅人次": {"target": "≥500人次", "actual": "520人次"}})) == []
    (found,) = told(rule, cells(same))
    assert "全部6项指标的完成值都与目标值相同" in found.message


# ── scores, money, projects ───────────────────────────────────────────────────────────────────


def test_no_score_is_above_its_points() -> None:
    rule = "scores.above_weight"
    assert of(rule, weight="18", score="18") == []
    (found,) = of(rule, weight="18", score="20")
    assert "超过分值18分" in found.message
    assert found.severity == "error"
    sheet = cells({}) | {(SHEET, "funds", "score"): "12"}
    (found,) = told(rule, sheet)
    assert found.locations[0].quote == "12"
    assert told("scores.execution_differs", sheet) == []  # one defect, one finding
    everything = [one for one in check_submission(submission(sheet)).findings if one.severity == "error"]
    assert [(one.locations[0].quote, one.also) for one in everything] == [("12", [rule])]


def test_money_is_not_below_zero() -> None:
    rule = "sheets.funds_negative"
    assert told(rule, cells({})) == []
    (found,) = told(rule, cells({}) | {(SHEET, "fiscal", "final"): "-10.00"})
    assert "为-10.00万元" in found.message
    assert found.severity == "error"


def test_a_project_has_one_sheet() -> None:
    rule = "sheets.project_twice"
    assert told(rule, cells({}) | cells({}, f"{SHEET}#2", "库房项目")) == []
    (found,) = told(rule, cells({}) | cells({}, f"{SHEET}#2", "档案 项目"))
    assert "项目“档案项目”有两张《项目支出绩效自评表》" in found.message
    assert [place.role for place in found.locations] == ["subject", "compared"]


REPORT = [
    "部门整体支出绩效自评报告",
    "七、综合评价情况及评价结论",
    "②社会公众满意度（6分）：发放问卷调查50份，满意度为96%，因此该项指标得满分6分。",
]


def test_the_report_states_the_satisfaction_of_the_sheet() -> None:
    rule, form = "sheets.indicator_differs", "department_score_sheet"
    sheet = {key: text for key, text in cells({}, form).items() if key[1] not in ("project", "fiscal")}
    assert told(rule, sheet, *REPORT) == []
    row = f"{ROWS['查阅群众满意度']}/查阅群众满意度"
    (found,) = told(rule, sheet | {(form, row, "actual"): "98%"}, *REPORT)
    assert "为“98%”，报告中的满意度为“96%”" in found.message
    assert told(rule, sheet | {(form, row, "actual"): "96.2%"}, *REPORT) == []
    other = "企业的满意度为98%。"
    with pytest.raises(NotEvaluatedError, match="没有两张表"):
        told(rule, sheet, *REPORT, other)
