"""The score in the text is held against that of the department's sheet, and only against its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mingzhang import api

STATED = "综合评分为98分"
PERFORMANCE = "2022年度部门整体绩效自评综合评分为98分。"
AGREE = "observations.agree"


def told(clean: Path, folder: Path, *changes: tuple[str, str, int]) -> Sequence[tuple[str, str]]:
    """Rule and message of the errors of the right sample where texts are changed so many times."""
    text = clean.read_text("utf-8")
    for old, new, count in changes:
        assert old in text
        text = text.replace(old, new, count)
    changed = folder / "决算公开.txt"
    changed.write_text(text, "utf-8")
    [result] = api.check([changed]).submissions
    return [(one.rule, one.message) for one in result.findings if one.severity == "error"]


def test_a_score_that_the_text_states_wrongly_twice(clean: Path, tmp_path: Path) -> None:
    found = told(clean, tmp_path, (STATED, "综合评分为89分", -1))
    assert [rule for rule, _ in found] == [AGREE, AGREE]
    assert all("正文“自评综合评分”数量为89分，应为98分" in message for _, message in found)


def test_the_sheet_tells_which_of_two_scores_is_wrong(clean: Path, tmp_path: Path) -> None:
    text = clean.read_text("utf-8")
    first, _, last = text.rpartition(STATED)
    second = tmp_path / "second.txt"
    second.write_text(f"{first}综合评分为89分{last}", "utf-8")
    for found in (told(second, tmp_path), told(clean, tmp_path, (STATED, "综合评分为89分", 1))):
        [(rule, message)] = found
        assert rule == AGREE
        assert "为89分，应为98分" in message


def test_the_text_is_evidence_for_the_sheet(clean: Path, tmp_path: Path) -> None:
    [(_, message)] = told(clean, tmp_path, ("\t100\t98", "\t100\t89", 1))
    assert "“总分”“得分”栏为89分，应为98分" in message


@pytest.mark.parametrize(
    "said",
    [
        "对3个项目开展绩效自评，平均得分95分。",
        "档案数字化项目自评得分96分。",
        "项目得分为97分。",
    ],
)
def test_scores_of_projects_are_not_the_departments(clean: Path, tmp_path: Path, said: str) -> None:
    assert told(clean, tmp_path, (PERFORMANCE, PERFORMANCE + said, 1)) == []


def test_beside_a_scheme_of_indicators_the_text_states_the_schemes_total(clean: Path, tmp_path: Path) -> None:
    report = (
        "①绩效目标合理性（40分）：绩效目标符合规划，根据评价标准该项得满分40分。\n\n"
        "②在职人员控制率（60分）：根据评价标准该项指标得55分。\n\n"
    )
    heading = "七、综合评价情况及评价结论\n\n"
    changes = [(STATED, "综合评分为95分", -1)]
    assert len(told(clean, tmp_path, *changes)) == 2
    assert told(clean, tmp_path, *changes, (heading, heading + report, 1)) == []
