"""Findings about score sheets in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.documents import Document, quoted
from mingzhang.taxonomy import Standards
from units import PROJECT, WHOLE, Indicators, sheet

OVER: Indicators = {
    "output/quantity/整理档案数量": ("≥100卷", "120卷", "10", "10"),
    "output/quality/验收合格率": ("≥95%", "96%", "45", "45"),
    "benefit/social/档案利用效果": ("效果良好", "效果良好", "30", "30"),
    "satisfaction/served/查阅群众满意度": ("≥90%", "92%", "10", "10"),
}


def checked(standards: Standards, indicators: Indicators) -> Checked:
    cells = sheet(WHOLE, "青禾市图书馆", "100.00", "90.00", indicators=indicators)
    for block, weight in (("output", "45"), ("benefit", "30"), ("satisfaction", "10")):
        cells[WHOLE, block, "weight"] = weight
    read = recognise(Document("", "", "docx", compose_sheets(cells, standards, 2022)), 0, standards)
    readings = {reading.address: reading for reading in (*read.readings, *read.sheets)}
    return check_submission(Submission(read.facts, readings, standards, 2022))


def test_points_that_do_not_add_up_are_told_as_a_sum_and_blame_no_indicator(standards: Standards) -> None:
    told = [finding.message for finding in checked(standards, OVER).findings]
    assert any(
        "“产出指标”“分值”栏为45分，各项分值合计为55分，应为45分，相差10分" in message for message in told
    )
    assert not any("金额单位" in message for message in told)


def test_a_block_that_is_not_printed_is_named_as_the_form_names_it(standards: Standards) -> None:
    reasons = [outcome.reason or "" for outcome in checked(standards, OVER).outcomes]
    assert any("“成本指标”没有读到数字" in reason for reason in reasons)
    assert not any("“cost”" in reason for reason in reasons)


def found(standards: Standards, changes: Mapping[tuple[str, str], str], **more: str) -> list[str]:
    """The messages about a right sheet of a project with these cells changed."""
    cells = sheet(PROJECT, "档案整理项目", "100.00", "90.00") | {
        (PROJECT, row, column): text for (row, column), text in changes.items()
    }
    for address, name in more.items():
        form = f"{PROJECT}#{address.removeprefix('copy')}"
        cells |= {(form, *key[1:]): text for key, text in cells.items() if key[0] == PROJECT}
        cells[form, "project", "value"] = name
    read = recognise(Document("", "", "docx", compose_sheets(cells, standards, 2022)), 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    told = check_submission(Submission(read.facts, readings, standards, 2022)).findings
    return [finding.message for finding in told if finding.severity != "notice" or "blank" in finding.rule]


FIRST = "output/quantity/整理档案数量"


def test_a_sum_of_points_names_an_indicator_only_on_evidence(standards: Standards) -> None:
    assert found(standards, {}) == []
    (doubtful,) = found(standards, {(FIRST, "weight"): "31"})
    assert "“总分”“分值”栏为100分，各项分值合计为101分，应为100分，相差1分" in doubtful
    assert "整理档案数量" not in doubtful
    (evident,) = found(standards, {(FIRST, "weight"): "20"})  # its score, 30, is more than its points
    assert "“整理档案数量”“分值”栏为20分，应为30分" in evident
    (total,) = found(standards, {("total", "weight"): "90", ("total", "score"): "84"})[:1]
    assert "“总分”“分值”栏为90分，各项分值合计为100分，相差10分" in total


@pytest.mark.parametrize(("rate", "wrong"), [("90%", True), ("0%", False), ("100%", False)])
@pytest.mark.parametrize("final", ["0", "0.00", ""])
def test_a_rate_of_nothing_spent_of_no_money(
    rate: str, wrong: bool, final: str, standards: Standards
) -> None:
    money = {(row, column): "0" for row in ("funds", "fiscal") for column in ("initial", "budget")}
    money |= {("funds", "final"): final, ("fiscal", "final"): final}
    told = found(standards, {**money, ("funds", "rate"): rate})
    assert any(f"“执行率”栏为{rate}，但" in message for message in told) == wrong


@pytest.mark.parametrize("rate", ["0%", "100%", "90%"])
def test_a_rate_of_something_spent_of_no_money(rate: str, standards: Standards) -> None:
    money = {(row, column): "0" for row in ("funds", "fiscal") for column in ("initial", "budget")}
    assert any("无法计算百分比" in m for m in found(standards, {**money, ("funds", "rate"): rate}))


def test_of_several_sheets_a_message_says_which(standards: Standards) -> None:
    told = found(standards, {("funds", "rate"): "80%"}, copy2="库房维修项目")
    assert any(message.startswith("《项目支出绩效自评表》“年度资金总额”") for message in told)
    assert any(message.startswith("《项目支出绩效自评表（第2张）》“年度资金总额”") for message in told)
    (twice,) = (m for m in found(standards, {}, copy2="档案整理项目") if "有两张" in m)
    assert "有两张《项目支出绩效自评表》（第1张和第2张）" in twice


def test_words_in_cells_for_figures_are_told_and_none_is_allowed(standards: Standards) -> None:
    told = found(standards, {("fiscal", "final"): "详见附件", (FIRST, "score"): "满分"})
    assert any("“全年执行数”栏为“详见附件”，不是数字" in message for message in told)
    assert any("“整理档案数量”“得分”栏为“满分”，不是数字" in message for message in told)
    assert found(standards, {("other", "final"): "无", ("funds", "rate"): "无法计算"}) == []


def test_a_sheet_that_is_blank_is_told_once(standards: Standards) -> None:
    cells = {(WHOLE, "name", "value"): "", (PROJECT, "project", "value"): ""}
    read = recognise(Document("", "", "docx", compose_sheets(cells, standards, 2022)), 0, standards)
    readings = {reading.address: reading for reading in read.sheets}
    findings = check_submission(Submission(read.facts, readings, standards, 2022)).findings
    (blank,) = (one for one in findings if one.rule == "sheets.blank")
    assert blank.message.startswith("《部门整体支出绩效自评表》《项目支出绩效自评表》没有填写任何内容")


def test_quotation_marks_within_others_are_single() -> None:
    assert quoted("“三公”经费") == "“‘三公’经费”"
