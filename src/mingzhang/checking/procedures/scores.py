"""Scores that do not follow from what they are given for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet
from mingzhang.money import Amount, Interval, format_amount, step
from mingzhang.scoring.execution import Execution, points
from mingzhang.taxonomy import Check

_DECIMALS = 2
_MANY = 10_000
"""So many sums are too many to say that none is meant."""
_ALL = Amount(100, 0, "分").centre
"""The points of a whole scheme."""


def execution_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """A sheet's score for execution that is not its rate (worked or printed) times its points.

    It may be rounded to the decimals that it is printed with; one without any, as the other sheets are. A
    score that follows from a printed rate that is wrong is not wrong once more.
    """
    facts, words = submission.facts, Wording(submission)
    judged = list(_judged(submission))
    if not judged:
        raise NotEvaluatedError("文件中没有写明执行率和得分的自评表")
    for one in judged:
        score, weight = one.score, one.weight
        if one.follows or facts.centres[score] > facts.centres[weight]:
            continue
        right = format_amount(
            Fraction(one.right.low + one.right.high, 2), "分", max(_DECIMALS, facts.decimals[score])
        )
        rate = f"执行率{facts.printed[one.by[0]].strip()}"
        if len(one.by) > 1:
            final, budget = map(words.figure, one.by)
            rate = f"全年执行数{final}除以全年预算数{budget}"
        message = (
            f"{words.place(score)}为{words.figure(score)}分，"
            f"按{rate}乘以分值{words.figure(weight)}分计算应为{right}分：{check.says}。"
        )
        operands = (*one.by, weight)
        places = [words.location(score, "subject"), *(words.location(n, "operand") for n in operands)]
        found = finding(check, message, places, words.subject("figure", score)[1:], f"改为{right}分")
        found.values = [words.value(n, index) for index, n in enumerate((score, *operands))]
        yield found


def witnessed(submission: Submission) -> set[int]:
    """The scores for execution that follow from their rates, so that another figure is the wrong one."""
    return {one.score for one in _judged(submission) if one.follows}


class _Judged(NamedTuple):
    """A score for execution: what it ought to be, by which facts, and whether it follows."""

    score: int
    weight: int
    right: Interval
    by: tuple[int, ...]
    follows: bool


def _judged(submission: Submission) -> Iterator[_Judged]:
    """What each sheet's score for execution ought to be, rounding allowed for."""
    facts = submission.facts
    finest = max((facts.decimals[n] for n, c in enumerate(facts.concepts) if c == "funds.score"), default=0)
    for address, reading in submission.readings.items():
        row = Execution.of(facts, address)
        if reading.form not in submission.standards.sheets or row.score is None or row.weight is None:
            continue
        try:
            rate = row.worked(facts)
        except NotEvaluatedError:
            continue
        amounts = tuple(n for n in (row.final, row.budget) if n is not None)
        printed = facts.intervals[row.rate] if row.rate is not None else rate
        by = amounts if row.rate is None or not printed.meets(rate) else (row.rate,)
        slack = step("分", facts.decimals[row.score] or finest) // 2
        given, weight = facts.intervals[row.score], facts.intervals[row.weight]
        low, high = points(printed if by == (row.rate,) else rate, weight)
        ways = (points(one, weight) for one in (rate, printed))
        follows = any(Interval(way.low - slack, way.high + slack).meets(given) for way in ways)
        yield _Judged(row.score, row.weight, Interval(low, high), by, follows)


def above_weight(submission: Submission, check: Check) -> Iterator[Finding]:
    """Scores of sheets that are more than their points."""
    words = Wording(submission)
    if next(_weighed(submission), None) is None:
        raise NotEvaluatedError("文件中没有写明分值和得分的自评表")
    for score, weight in above(submission).items():
        message = (
            f"{words.place(score)}为{words.figure(score)}分，超过分值{words.figure(weight)}分：{check.says}。"
        )
        places = [words.location(score, "subject"), words.location(weight, "operand")]
        found = finding(check, message, places, words.subject("figure", score)[1:], "核对得分和分值")
        found.values = [words.value(n, index) for index, n in enumerate((score, weight))]
        yield found


def above(submission: Submission) -> dict[int, int]:
    """The scores of sheets that are more than their points, which they follow."""
    centres = submission.facts.centres
    return {score: weight for score, weight in _weighed(submission) if centres[score] > centres[weight]}


def mended(submission: Submission) -> Callable[[Mapping[int, Amount]], int]:
    """How many more scores keep within their points where figures are printed otherwise."""
    centres = submission.facts.centres
    beside: dict[int, tuple[int, int]] = {}
    for pair in _weighed(submission):
        beside |= dict.fromkeys(pair, pair)

    def count(repaired: Mapping[int, Amount]) -> int:
        better = 0
        for score, weight in {beside[n] for n in repaired if n in beside}:
            given, points = (repaired[n].centre if n in repaired else centres[n] for n in (score, weight))
            better += (centres[score] > centres[weight]) - (given > points)
        return better

    return count


def _weighed(submission: Submission) -> Iterator[tuple[int, int]]:
    """The scores of sheets, each with its points."""
    index = submission.facts.index
    for (address, row, column), number in index.items():
        weight = index.get((address, row, "weight")) if column == "score" else None
        if weight is not None and address in submission.readings:
            yield number, weight


def total_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """The total that a report states after a scheme's indicators, where it is not their sum.

    A report may state several numbers of points of one indicator (扣1分，得29分): any of them may be meant.
    """
    facts, words = submission.facts, Wording(submission)
    compared = False
    for section, total in _totals(facts):
        weights, stated = _points(facts, section, "weight"), _points(facts, section, "score")
        whole = sum(facts.centres[n] for numbers in weights.values() for n in numbers)
        if whole != _ALL or weights.keys() != stated.keys():
            continue
        compared = True
        possible = {row: _possible(facts, weights[row][0], numbers) for row, numbers in stated.items()}
        sums = {0}
        for numbers in possible.values():
            sums = {some + facts.centres[n] for some in sums for n in numbers} if len(sums) < _MANY else sums
        beside = {facts.centres[n] for place, n in _totals(facts) if place == section}  # of other sheets
        if sums & beside or len(sums) >= _MANY:
            continue
        scores = [numbers[-1] for numbers in possible.values()]
        given = sum(facts.centres[n] for n in scores)
        sum_ = format_amount(given, "分", _DECIMALS).removesuffix(".00")
        printed = words.figure(total)
        message = f"正文{len(scores)}项指标的得分合计为{sum_}分，所写的总得分为{printed}分：{check.says}。"
        places = [words.location(total, "subject"), *(words.location(n, "operand") for n in scores)]
        found = finding(check, message, places, words.subject("figure", total)[1:], "核对各项得分和总得分")
        found.values = [words.value(n, index) for index, n in enumerate((total, *scores))]
        yield found
    if not compared:
        raise NotEvaluatedError("正文没有逐项写明满分100分的各项指标得分")


def _possible(facts: FactSet, weight: int, scores: list[int]) -> list[int]:
    """The scores that are no more than the points of their indicator."""
    return [n for n in scores if facts.centres[n] <= facts.centres[weight]] or scores


def _totals(facts: FactSet) -> Iterator[tuple[tuple[int, str], int]]:
    """The total scores that sections of running text state, with their document and section."""
    for number, (section, row, _) in enumerate(facts.keys):
        if facts.concepts[number] == "evaluation.score" and row == "self_score":
            yield (facts.documents[number], section), number


def _points(facts: FactSet, section: tuple[int, str], measure: str) -> dict[str, list[int]]:
    """What the section states of each indicator, without what it says again."""
    found: dict[str, list[int]] = {}
    for number, (name, row, _) in enumerate(facts.keys):
        if (facts.documents[number], name) != section or facts.concepts[number] != "indicator":
            continue
        if facts.dimensions[number].get("measure") == measure:
            before = found.setdefault(row, [])
            if all(facts.centres[number] != facts.centres[n] for n in before):
                before.append(number)
    return found
