"""What a report states of a scheme's indicators, held against the scheme: scores, weights, the grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from mingzhang.checking.finding import ERROR, Finding, Location
from mingzhang.checking.outcome import Submission, called
from mingzhang.checking.procedures.passages import at, spot
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, ParagraphSeen, TextFact
from mingzhang.money import Interval, format_amount
from mingzhang.schemes import Indicator, Scheme
from mingzhang.scoring.printed import PrintedRow, followed, printed
from mingzhang.scoring.rules import exact
from mingzhang.scoring.score import Score, grade, observed, score
from mingzhang.taxonomy import Check

_GRADE = re.compile(
    r"(?:等级|等次|评级)[^，。；0-9]{0,6}?[“\"]?\s*(优秀?|良好?|中等?|较差|差|合格|不合格)\s*[”\"]?(?=[，。；）)]|$)"
)
_SCORE = "evaluation.score"
_SHEET_GRADE = "evaluation.grade"
_GRADES = re.compile("(优)秀?|(良)好?|(中)等?|较?(差)")
"""Grades of a score sheet; 合格 is of another scale."""


class _Scored(NamedTuple):
    """An indicator with a score: the number of its fact, and the score that the scheme gives."""

    indicator: Indicator
    score: int
    computed: Score


def scheme_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Scores other than the scheme gives for the figures that are stated; one finding for each firmness."""
    facts, readings = submission.facts, submission.readings
    found = printed(facts, readings)
    compared = False
    for scheme in submission.standards.schemes.values():
        rows = followed(scheme, found, readings, facts.copied)
        if not rows:
            continue
        compared = True
        scores = {one.indicator.id: one for one in score(scheme, observed(scheme, facts)).scores}
        known = {indicator.id: indicator for indicator in scheme.indicators}
        different = [
            _Scored(known[id_], row.score, scores[id_])
            for id_, row in rows.items()
            if row.score is not None and _differs(facts, known[id_], row, scores[id_])
        ]
        for firm in (True, False):
            some = [one for one in different if one.indicator.firm == firm]
            if some:
                yield _finding(submission, check, scheme, some, firm)
    if not compared:
        raise NotEvaluatedError("正文没有按已知的指标体系逐项评分")


def _differs(facts: FactSet, indicator: Indicator, row: PrintedRow, computed: Score) -> bool:
    if row.score is None or computed.points is None:
        return False
    weight = indicator.weight
    if row.weight is not None and weight is not None and facts.centres[row.weight] != exact(weight):
        return False  # another place's weights: its steps are not known
    return not facts.intervals[row.score].meets(computed.points)


def _finding(
    submission: Submission, check: Check, scheme: Scheme, scored: list[_Scored], firm: bool
) -> Finding:
    words = Wording(submission)
    parts = []
    for one in scored:
        assert one.computed.points is not None
        worked = one.computed.worked or one.computed.reason
        why = f"，{worked}" if worked else ""
        given, right = words.figure(one.score), _shown(one.computed.points)
        parts.append(f"{one.indicator.label[0]}写{given}分，应为{right}分{why}")
    said = "按评分标准计算" if firm else "按常见的评分标准计算，与所写得分不同，请对照本地方案核对"
    message = f"《{scheme.title}》{said}：{'；'.join(parts)}。"
    locations, values = words.shown([one.score for one in scored])
    found = finding(check, message, locations, [scheme.id, *(one.indicator.id for one in scored)])
    found.severity = ERROR if firm else check.severity
    found.values = values
    found.explanation = "；".join(f"{one.indicator.label[0]}：{one.computed.rule}" for one in scored)
    return found


def _shown(points: Interval) -> str:
    low, high = (format_amount(end, "分", 2).removesuffix(".00") for end in points)
    return low if low == high else f"{low}至{high}"


def grade_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """A grade beside a total that the bands of no known scheme give for it."""
    facts = submission.facts
    bands = [scheme for scheme in submission.standards.schemes.values() if scheme.grades]
    stated = [n for n, concept in enumerate(facts.concepts) if concept == _SCORE]
    compared = False
    for paragraph in submission.facts.paragraphs:
        match = _GRADE.search(paragraph.text)
        totals = [n for n in stated if match is not None and _in(paragraph, facts, n)]
        if match is None or len(totals) != 1 or not 0 <= facts.amount(totals[0]).value <= Decimal(100):
            continue
        compared = True
        total = Interval(facts.centres[totals[0]], facts.centres[totals[0]])
        given = {grade(scheme, total) for scheme in bands}
        if any(match[1].startswith(name) for name in given):
            continue
        place = spot(paragraph, match.start(1), match.end(1))
        words = Wording(submission)
        right = "或".join(sorted(given))
        said = f"写等级为{quoted(match[1])}，得分为{words.figure(totals[0])}分"
        message = f"{at(place)}{said}，应为{quoted(right)}：{check.says}。"
        found = finding(
            check,
            message,
            [place, words.location(totals[0], "compared")],
            [match[1]],
            f"核对得分与等级，可能应为{quoted(right)}",
        )
        found.values = [words.value(totals[0], 1)]
        yield found
    for text, number in _graded(submission):
        compared = True
        yield from _sheet_grade(submission, check, text, number)
    if not compared:
        raise NotEvaluatedError("正文和自评表都没有同时写明得分和等级")


def _graded(submission: Submission) -> Iterator[tuple[TextFact, int]]:
    """The grades that sheets print, each with the total beside it."""
    found = printed(submission.facts, submission.readings)
    for text in submission.facts.texts:
        sheet = found.get((text.key[0], text.document))
        if text.concept == _SHEET_GRADE and sheet is not None and sheet.total is not None:
            yield text, sheet.total


def _sheet_grade(submission: Submission, check: Check, text: TextFact, total: int) -> Iterator[Finding]:
    """What is wrong with a grade that a sheet prints: the bands of its schemes give another."""
    facts, words = submission.facts, Wording(submission)
    match = _GRADES.fullmatch(squash(text.text))
    schemes = [scheme for scheme in submission.standards.schemes.values() if scheme.grades]
    form = text.key[0].partition("#")[0]
    own = [scheme for scheme in schemes if form in scheme.of] or schemes
    given = {grade(scheme, Interval(facts.centres[total], facts.centres[total])) for scheme in own} - {""}
    if match is None or not given or given & set(match.groups()):
        return
    title = called(submission, text.key[0])
    right = "或".join(sorted(given))
    message = (
        f"《{title}》的等级为{quoted(text.text.strip())}，总分为{words.figure(total)}分，"
        f"应为{quoted(right)}：{check.says}。"
    )
    place = Location(text.document, "subject", text.place, text.text.strip(), title, text.label)
    places = [place, words.location(total, "compared")]
    result = finding(check, message, places, [form, match[0]], f"核对得分与等级，可能应为{quoted(right)}")
    result.values = [words.value(total, 1)]
    yield result


def _in(paragraph: ParagraphSeen, facts: FactSet, number: int) -> bool:
    """Whether a fact stands in the paragraph, at whatever character."""
    same = facts.documents[number] == paragraph.document
    return same and facts.places[number]._replace(offset=None) == paragraph.place._replace(offset=None)
