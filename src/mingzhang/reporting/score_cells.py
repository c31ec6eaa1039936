"""Scores as the cells of the forms that print them: the indicator score table, the score sheets."""

from __future__ import annotations

from collections.abc import Mapping

from mingzhang.forms import Sheet
from mingzhang.money import Interval, format_amount
from mingzhang.reporting.scores import decimal_text, points_text, status_text
from mingzhang.schemes import Indicator
from mingzhang.scoring.blocks import SheetScore
from mingzhang.scoring.score import NOT_EVALUATED, Score, Scored

TABLE = "indicator_score_table"
"""The sheet that holds a scheme's scores."""

Cells = dict[tuple[str, str], str]


def table_cells(scored: Scored, sheet: Sheet) -> Cells:
    """The cells of the indicator score table: every indicator with standard, result and score."""
    cells: Cells = {}
    for one in scored.scores:
        row = _row_key(one.indicator, sheet)
        cells |= {(row, column): text for column, text in _cells(one).items() if text}
    if scored.scheme.weighed:
        cells["total", "weight"] = decimal_text(scored.scheme.total)
    cells["total", "score"] = points_text(scored.total)
    return cells


def sheet_cells(filled: Mapping[tuple[str, str], str], scored: SheetScore) -> Cells:
    """The cells of a score sheet as ``filled`` in, with the rate of execution, the scores and the total."""
    cells = dict(filled)
    for one in scored.blocks:
        if one.rate is not None:
            cells[one.block.is_, "rate"] = f"{format_amount(one.rate.low, '%', 2)}%"
            cells[one.block.is_, "score"] = points_text(one.points)
    cells["total", "weight"] = decimal_text(scored.scheme.total)
    if scored.total is not None:
        cells["total", "score"] = points_text(scored.total)
    return cells


def _row_key(indicator: Indicator, sheet: Sheet) -> str:
    """The row of the form: its block and part by the names of the levels, where the form knows them."""
    (section,) = (section for section in sheet.sections if section.kind == "indicators")
    block, part = [*indicator.within, "", ""][:2]
    key = next((key for key, group in section.groups.items() if block in group.labels), block)
    parts = section.groups[key].parts if key in section.groups else {}
    return f"{key}/{next((k for k, slot in parts.items() if part in slot.labels), part)}/{indicator.label[0]}"


def _cells(one: Score) -> dict[str, str]:
    unknown = one.status == NOT_EVALUATED
    actual = one.value
    return {
        "level3": one.indicator.label[0],
        "weight": decimal_text(one.indicator.weight),
        "standard": one.rule,
        "actual": _value(actual, one.indicator.unit) if actual is not None else "",
        "score": points_text(one.points),
        "reason": status_text(one) if unknown or one.reason else "",
    }


def _value(value: Interval, unit: str) -> str:
    low, high = (format_amount(end, unit, 2) for end in value)
    return f"{low}{unit}" if low == high else f"{low}～{high}{unit}"
