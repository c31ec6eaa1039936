"""Points and scores of a sheet that do not add up, where nothing tells which of them is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Suggestion
from mingzhang.checking.localise import POSSIBLE, Component
from mingzhang.checking.outcome import Outcome
from mingzhang.checking.procedures.sheet_points import as_the_scheme_says, points_of
from mingzhang.checking.wording import Wording
from mingzhang.facts import FactSet
from mingzhang.money import Amount, format_amount
from mingzhang.scoring.rules import exact

_POINTS = "分"
_WEIGHT = "weight"
_COLUMNS = {_WEIGHT: "分值", "score": "得分"}
_WHOLE = Amount(100, 0, _POINTS).centre
"""The points of a whole evaluation: where the parts come to so much, it is the total that is wrong."""


class _Sum(NamedTuple):
    """A printed total beside what its parts come to; ``name`` is 分值 or 得分."""

    outcome: Outcome
    total: int
    parts: list[int]
    name: str
    off: int


def points_sums(words: Wording, outcomes: Sequence[Outcome], component: Component) -> list[Finding] | None:
    """What the points come to, told at the printed totals; None where an indicator is singled out.

    Many indicators have the same points, so that any of them could make up a difference: one is named only
    where it alone is clearly the best explanation. Where blocks are off by as much as the whole, only they
    are told. What a sheet lacks because it is without a block is told by a check of its own.
    """
    found = [_sum(words.facts, outcomes[equation.outcome]) for equation in component.equations]
    sums = sorted((one for one in found if one is not None), key=lambda one: len(one.parts))
    if len(sums) < len(found):
        return None
    if all(_without_block(words, one) for one in sums):
        return []
    if _singled_out(words, component):
        return None
    *blocks, whole = sums
    follows = bool(blocks) and whole.off == sum(block.off for block in blocks)
    told = [_finding(words, one) for one in (blocks if follows else sums)]
    if follows and whole.outcome.relation.id not in told[0].also:
        told[0].also.append(whole.outcome.relation.id)
    return told


def _without_block(words: Wording, one: _Sum) -> bool:
    """Whether a sheet's parts come to less by no more than a block has that the sheet is without."""
    points = points_of(words.submission, words.facts.keys[one.total][0])
    absent = points.absent if points is not None and points.total is not None else []
    return 0 < -one.off <= sum(exact(block.weight) for block in absent)


def _singled_out(words: Wording, component: Component) -> bool:
    """Whether one figure is clearly wrong; never the points of a whole evaluation, or those of the scheme."""
    best, confidence = component.best
    if best is None or confidence == POSSIBLE or len(best.facts) > 1:
        return False
    facts, number = words.facts, best.facts[0]
    if as_the_scheme_says(words.submission, number):
        return False
    return not (facts.keys[number][2] == _WEIGHT and facts.centres[number] == _WHOLE)


def _sum(facts: FactSet, outcome: Outcome) -> _Sum | None:
    """The sum of points that a failed relation is about; None where it is another relation."""
    evaluation = outcome.evaluation
    if evaluation is None or len(evaluation.left_cells) != 1 or outcome.relation.expect.operator != "=":
        return None
    total = facts.index.get(evaluation.left_cells[0].key)
    if total is None:  # a blank that counts as nought
        return None
    parts = [facts.index[cell.key] for cell in evaluation.right_cells if cell.key in facts.index]
    name = _COLUMNS.get(facts.keys[total][2])
    if name is None or any(facts.units[number] != _POINTS for number in (total, *parts)):
        return None
    off = sum(facts.centres[number] for number in parts) - facts.centres[total]
    return _Sum(outcome, total, parts, name, off)


def _finding(words: Wording, one: _Sum) -> Finding:
    facts, relation, total, name = words.facts, one.outcome.relation.source, one.total, one.name
    decimals = max(facts.decimals[number] for number in (total, *one.parts))
    centre = facts.centres[total] + one.off
    given, printed = format_amount(centre, _POINTS, decimals), words.figure(total)
    difference = format_amount(abs(one.off), _POINTS, decimals)
    meant = name == _COLUMNS[_WEIGHT] and centre != _WHOLE
    said = f"各项{name}合计为{given}分，" + (f"应为{printed}分，" if meant else "")
    advice = f"核对各项{name}，使合计为{printed}分" if meant else f"核对各项{name}和所写的合计"
    locations, values = words.shown([total, *one.parts])
    return Finding(
        rule=relation.id,
        severity=relation.severity,
        message=f"{words.place(total)}为{printed}分，{said}相差{difference}分：{relation.says}。",
        locations=locations,
        values=values,
        difference=difference,
        explanation=words.arithmetic(one.outcome),
        suggestions=[Suggestion(advice, 0, None, POSSIBLE)],
        reference=relation.reference,
        subject=words.subject("sum", total),
    )
