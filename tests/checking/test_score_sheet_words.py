"""Findings about score sheets in words that a person can act on."""

from __future__ import annotations

from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.documents import Document
from mingzhang.taxonomy import Standards
from units import WHOLE, Indicators, sheet

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


def test_points_that_should_be_nought_are_no_slip_of_units(standards: Standards) -> None:
    told = [finding.message for finding in checked(standards, OVER).findings]
    assert any("应为0分" in message for message in told)
    assert not any("金额单位" in message for message in told)


def test_a_block_that_is_not_printed_is_named_as_the_form_names_it(standards: Standards) -> None:
    reasons = [outcome.reason or "" for outcome in checked(standards, OVER).outcomes]
    assert any("“成本指标”没有读到数字" in reason for reason in reasons)
    assert not any("“cost”" in reason for reason in reasons)
