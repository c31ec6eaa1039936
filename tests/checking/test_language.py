"""Words, signs and names of the running text: exact places, corrections, what is told once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from mingzhang import samples
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import language, run
from mingzhang.checking.procedures.alike import one_edit
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, ParagraphSeen
from mingzhang.provenance import Place, Segment
from mingzhang.taxonomy import Standards

Told = Callable[..., list[Finding]]


def test_the_place_is_that_of_the_characters(standards: Standards) -> None:
    text = "全年按计划支出。本年支出合计XX万元。"
    lines = (Segment(0, Place(line=7)), Segment(8, Place(line=8)))
    facts = FactSet(paragraphs=[ParagraphSeen(0, text, Place(line=7), lines)])
    submission = Submission(facts, {}, standards, samples.YEAR)
    (found,) = language.blank_left(submission, standards.checks["language.blank_left"])
    assert found.locations[0].place == Place(line=8, offset=6)
    assert found.locations[0].quote == "XX"


@pytest.mark.parametrize(
    ("rule", "printed", "quote", "replacement"),
    [
        ("language.choice_left", "比上年减少2.00万元，下降（增长）5.00%。", "下降（增长）", "下降"),
        ("language.stops_doubled", "本年完成各项任务；。", "各项任务；。", "各项任务。"),
        ("language.word_doubled", "比上年减，比上年减，下降", "比上年减，比上年减，", "比上年减，"),
        ("language.word_misused", "加强帐务管理。", "帐务", "账务"),
        ("language.half_width", "本年收入合计10.00万元,其中财政拨款9.00万元。", "00万元,", "00万元，"),
        ("language.remark_left", "本年收入合计。（如持平作持平表述）", "（如持平作持平表述）", ""),
        ("names.entity_misspelt", "青禾市档案务中心决算", "青禾市档案务中心", "青禾市档案服务中心"),
        ("names.code_misspelt", "行政事业单位养老支岀（款）", "行政事业单位养老支岀", "行政事业单位养老支出"),
    ],
)  # fmt: skip
def test_the_correction_replaces_what_is_quoted(
    told: Told, rule: str, printed: str, quote: str, replacement: str
) -> None:
    (found,) = told(rule, [printed])
    assert found.locations[0].quote == quote
    assert [suggestion.replacement for suggestion in found.suggestions] == [replacement]


def test_one_remark_in_two_places_is_one_finding(told: Told) -> None:
    (found,) = told(
        "language.remark_left", ["无数据。（不涉及的不列）", "收入情况。", "无数据。（不涉及的不列）"]
    )
    assert [location.place.paragraph for location in found.locations] == [1, 3]


def test_an_unfilled_template_is_told_once(told: Told) -> None:
    printed = [f"{n}类支出XX万元，{n}项增加（减少）2万元。" for n in "甲乙丙丁戊己庚"]
    for rule in ("language.blank_left", "language.choice_left"):
        (found,) = told(rule, printed)
        assert "可能是尚未填写的模板" in found.message
    assert len(found.locations) == len(printed)


def test_spaces_of_a_whole_file_or_of_a_pdf_are_no_slips(told: Told) -> None:
    printed = "本单位认真落 实各项制度，全年没有超 支，各项工作顺 利完成。"
    assert len(told("language.spaces_inside", [printed])) == 3
    assert told("language.spaces_inside", [printed] * 2) == []
    page = {"text": printed, "place": Place(page=1)}
    assert told("language.spaces_inside", [page]) == []


def test_a_bracket_closed_after_a_page_break_is_paired(told: Told) -> None:
    assert told("language.unpaired", ["平均得分99分（其中，优秀项目三个；", "良好项目一个）。"]) == []
    assert len(told("language.unpaired", ["平均得分99分（其中，优秀项目三个。", "其他情况。"])) == 1


def test_one_slip_in_short_clauses_is_one_finding(told: Told) -> None:
    printed = "加强馆藏建设，提升服务效能，做好查档工作，方便群众办事，推进数字转型。"
    (found,) = told("language.passages_differ", [printed, printed.replace("服务", "服"), printed])
    assert [location.place.paragraph for location in found.locations] == [2, 1]


@pytest.mark.parametrize(
    ("one", "two", "edit"),
    [
        ("档案服务", "档案务", (2, "服", "")),
        ("档案务", "档案服务", (2, "", "服")),
        ("档案服务", "档案眼务", (2, "服", "眼")),
        ("档案服务", "档案服务", None),
        ("档案服务", "服务档案", None),
        ("档案服务中心", "档案中心", None),
    ],
)
def test_one_edit(one: str, two: str, edit: tuple[int, str, str] | None) -> None:
    assert one_edit(one, two) == edit


def test_without_text_nothing_is_evaluated(standards: Standards) -> None:
    outcomes, findings = run(Submission(FactSet(), {}, standards, samples.YEAR))
    assert findings == []
    assert {outcome.status for outcome in outcomes} == {"not_evaluated"}


def test_hostile_text_is_bounded(told: Told, standards: Standards) -> None:
    printed = [piece * 3000 for piece in ("（", "，", "一二", "XX", "增加（", "青禾市档案", "1、")]
    for rule in standards.checks:
        if rule.partition(".")[0] in ("language", "names", "structure", "years", "privacy"):
            with contextlib.suppress(NotEvaluatedError):
                told(rule, printed)
