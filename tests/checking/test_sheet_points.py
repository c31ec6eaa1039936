"""Points of a score sheet against its scheme: one finding, never at a cell that is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mingzhang import api

RULE = "sheets.points_not_whole"
SHEET = "年度预算申请（万元）"
SATISFACTION = "\t满意度指标（10分）\t服务对象满意度指标\t查阅群众满意度\t95%\t96%\t10\t10\t\t\t\n"
LESS = (SATISFACTION, "")
MORE = ("\t18\t16\t", "\t28\t26\t")
TOTAL = "\t100\t98"


def told(clean: Path, folder: Path, changes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rule and message of what is wrong where texts of the department's sheet are changed."""
    head, sheet, rest = clean.read_text("utf-8").partition(SHEET)
    for old, new in changes:
        assert old in rest
        rest = rest.replace(old, new, 1)
    changed = folder / clean.name
    changed.write_text(head + sheet + rest, "utf-8")
    [report] = api.check([changed]).submissions
    return [(one.rule, one.message) for one in report.findings if one.severity != "rounding"]


@pytest.mark.parametrize("changes", [[LESS], [LESS, (TOTAL, "\t90\t88")]])
def test_a_block_that_is_missing_is_named_once(
    clean: Path, tmp_path: Path, changes: Sequence[tuple[str, str]]
) -> None:
    [(rule, message)] = told(clean, tmp_path, changes)
    assert rule == RULE
    assert "分值合计为90分，应为100分，没有“满意度指标”（10分）" in message


def test_a_whole_beyond_the_scheme_is_told_with_its_block(clean: Path, tmp_path: Path) -> None:
    more = (TOTAL, "\t110\t108")
    [(rule, message)] = told(clean, tmp_path, [MORE, more, ("产出指标（50分）", "产出指标（60分）")])
    assert rule == RULE
    assert "分值合计为110分，应为100分，“产出指标”为60分，应为50分" in message
    rules = dict(told(clean, tmp_path, [MORE, more]))
    assert rules.keys() == {RULE, "department_score_sheet.block_is_sum_of_indicators"}
    assert (
        "为50分，各项分值合计为60分，应为50分" in rules["department_score_sheet.block_is_sum_of_indicators"]
    )


def test_a_total_that_lacks_more_than_the_block_is_told_too(clean: Path, tmp_path: Path) -> None:
    rules = [rule for rule, _ in told(clean, tmp_path, [LESS, ("\t16\t16\t", "\t16\t6\t")])]
    assert "department_score_sheet.total_score" in rules or "observations.agree" in rules
    assert RULE in rules


def test_points_of_other_blocks_that_are_100_together_are_right(clean: Path, tmp_path: Path) -> None:
    other = [LESS, ("\t18\t16\t", "\t28\t26\t"), ("产出指标（50分）", "产出指标（60分）")]
    assert told(clean, tmp_path, other) == []
