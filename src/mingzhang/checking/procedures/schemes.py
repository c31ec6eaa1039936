"""What a report states of a scheme's indicators, held against the scheme: scores, weights, the grade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from mingzhang.checking.finding import ERROR, Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import at, running_text, spot
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, ParagraphSeen
from mingzhang.money import Interval, format_amount
from mingzhang.schemes import Indicator, Scheme
from mingzhang.scoring.rules import exact
from mingzhang.scoring.score import Score, grade, observed, score
from mingzhang.taxonomy import Check

_MOST = 0.5
"""Of a scheme's indicators so many are printed where the report follows it."""

_GRADE = re.compile(
    r"(?:等级|等次|评级)[^，。；0-9]{0,6}?[“\"]?\s*(优秀?|良好?|中等?|较差|差|合格|不合格)\s*[”\"]?(?=[，。；）)]|$)"
)
_SCORE = "evaluation.score"


class Printed(NamedTuple):
    """An indicator as a report prints it: the numbers of the facts of its weight and its score."""

    indicator: Indicator
    weight: int | None
    score: int | None


def followed(submission: Submission, scheme: Scheme) -> list[Printed]:
    """What the submission prints of the scheme's indicators; nothing where it does not follow the scheme."""
    facts = submission.facts
    found: dict[str, dict[str, int]] = {}
    for number, (form, row, _) in enumerate(facts.keys):
        if facts.concepts[number] != "indicator" or form not in scheme.of or number in facts.copied:
            continue
        indicator = scheme.indicator(row)
        measure = facts.dimensions[number].get("measure")
        if indicator is not None and measure in ("weight", "score"):
            found.setdefault(indicator.id, {}).setdefault(measure, number)
    if len(found) < _MOST * len(scheme.indicators):
        return []
    weighted = any("weight" in numbers for numbers in found.values())
    if weighted != any(indicator.weight is not None for indicator in scheme.indicators):
        return []
    known = {indicator.id: indicator for indicator in scheme.indicators}
    return [
        Printed(known[id_], numbers.get("weight"), numbers.get("score")) for id_, numbers in found.items()
    ]


def scheme_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Scores other than the scheme gives for the figures that are stated; one finding for each firmness."""
    compared = False
    for scheme in submission.standards.schemes.values():
        printed = followed(submission, scheme)
        if not printed:
            continue
        compared = True
        scores = {one.indicator.id: one for one in score(scheme, observed(scheme, submission.facts)).scores}
        different = [p for p in printed if _differs(submission.facts, p, scores[p.indicator.id])]
        for firm in (True, False):
            some = [p for p in different if p.indicator.firm == firm]
            if some:
                yield _finding(submission, check, scheme, some, scores, firm)
    if not compared:
        raise NotEvaluatedError("正文没有按已知的指标体系逐项评分")


def _differs(facts: FactSet, printed: Printed, computed: Score) -> bool:
    if printed.score is None or computed.points is None:
        return False
    weight = printed.indicator.weight
    if printed.weight is not None and weight is not None and facts.centres[printed.weight] != exact(weight):
        return False  # another place's weights: its steps are not known
    return not facts.intervals[printed.score].meets(computed.points)


def _finding(
    submission: Submission,
    check: Check,
    scheme: Scheme,
    printed: list[Printed],
    scores: dict[str, Score],
    firm: bool,
) -> Finding:
    words = Wording(submission)
    numbers = [p.score for p in printed if p.score is not None]
    parts = []
    for p in printed:
        one = scores[p.indicator.id]
        assert one.points is not None
        assert p.score is not None
        worked = one.worked or one.reason
        why = f"，{worked}" if worked else ""
        parts.append(f"{p.indicator.label[0]}写{words.figure(p.score)}分，应为{_shown(one.points)}分{why}")
    said = "按评分标准计算" if firm else "按常见的评分标准计算，与所写得分不同，请对照本地方案核对"
    message = f"《{scheme.title}》{said}：{'；'.join(parts)}。"
    locations, values = words.shown(numbers)
    found = finding(check, message, locations, [scheme.id, *(p.indicator.id for p in printed)])
    found.severity = ERROR if firm else check.severity
    found.values = values
    found.explanation = "；".join(f"{p.indicator.label[0]}：{scores[p.indicator.id].rule}" for p in printed)
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
    for paragraph in running_text(submission):
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
        said = f"写等级为“{match[1]}”，得分为{words.figure(totals[0])}分"
        message = f"{at(place)}{said}，应为“{right}”：{check.says}。"
        found = finding(
            check,
            message,
            [place, words.location(totals[0], "compared")],
            [match[1]],
            f"核对得分与等级，可能应为“{right}”",
        )
        found.values = [words.value(totals[0], 1)]
        yield found
    if not compared:
        raise NotEvaluatedError("正文没有同时写明得分和等级")


def _in(paragraph: ParagraphSeen, facts: FactSet, number: int) -> bool:
    """Whether a fact stands in the paragraph, at whatever character."""
    same = facts.documents[number] == paragraph.document
    return same and facts.places[number]._replace(offset=None) == paragraph.place._replace(offset=None)
