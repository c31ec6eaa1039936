"""A scheme and what is known → the score of every indicator, the total and the grade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mingzhang.documents import quoted
from mingzhang.expressions import (
    Call,
    Comparison,
    NoBaseError,
    NotEvaluatedError,
    Reference,
    Sum,
    evaluate,
    parse_comparison,
)
from mingzhang.facts import FactSet, Key
from mingzhang.money import MONEY, Amount, Interval, format_amount
from mingzhang.schemes import Checklist, Indicator, Scheme, Stated, Tiers, cell, formula, names
from mingzhang.scoring.rules import checked, exact, judged, points, said

SCORED, NOT_EVALUATED, NOT_APPLICABLE = "scored", "not_evaluated", "not_applicable"
UNWEIGHED = "方案没有写明分值"
"""Why there are no points, and where no indicator has any, no total."""

_DECIMALS = 2
_MARKS = {1: "＋", -1: "－"}


class Figure(NamedTuple):
    """A figure that a formula uses: observed as fact ``fact``, or entered; ``exact`` means as it stands."""

    amount: Amount
    printed: str
    fact: int | None = None
    exact: bool = False

    @property
    def interval(self) -> Interval:
        """The values that it stands for."""
        centre = self.amount.centre
        return Interval(centre, centre) if self.exact else self.amount.interval


@dataclass(frozen=True, slots=True)
class Answer:
    """What an evaluator states of an indicator, besides figures.

    ``met`` are the numbers of the conditions of a check list that are met, ``judgement`` a tier's name or a
    percentage, ``points`` what is given, or taken off in a scheme of deductions, with its ``reason``;
    ``applies`` is False where there is nothing to measure.
    """

    met: frozenset[int] | None = None
    judgement: str | Interval | None = None
    points: Decimal | None = None
    reason: str = ""
    applies: bool = True


@dataclass(slots=True)
class Known:
    """What is known: figures by indicator and input, answers by indicator."""

    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


class Score(NamedTuple):
    """The score of an indicator: 分 in ``SCALE``-ths; None where it was not evaluated, with the reason.

    ``value`` is what the formula gives, ``worked`` the formula with its numbers, ``rule`` the rule in words.
    """

    indicator: Indicator
    status: str
    points: Interval | None
    value: Interval | None = None
    worked: str = ""
    rule: str = ""
    reason: str = ""


class Scored(NamedTuple):
    """A scheme scored: ``total`` may lie anywhere in its interval; unknown scores widen it.

    A scheme that gives no points to its indicators has no total.
    """

    scheme: Scheme
    scores: tuple[Score, ...]
    total: Interval | None
    grade: str

    @property
    def complete(self) -> bool:
        """Whether every indicator was scored or does not apply."""
        return all(score.status != NOT_EVALUATED for score in self.scores)


def observed(scheme: Scheme, facts: FactSet) -> Known:
    """The figures of ``facts`` that the scheme needs: of each input's cells the first that is there."""
    known = Known()
    for indicator in scheme.indicators:
        for name, needed in indicator.inputs.items():
            numbers = (facts.index.get(cell(address)) for address in needed.is_)
            number = next((n for n in numbers if n is not None), None)
            if number is not None:
                figure = Figure(facts.amount(number), facts.printed[number].strip(), number)
                known.figures[indicator.id, name] = figure
    return known


def score(scheme: Scheme, known: Known) -> Scored:
    """Every indicator's score; what is not known is not evaluated, never zero."""
    values: dict[str, Interval] = {}
    order = _ordered(scheme)
    found = {indicator.id: _scored(indicator, known, values) for indicator in order}
    scores = tuple(found[indicator.id] for indicator in scheme.indicators)
    if not scheme.weighed:
        return Scored(scheme, scores, None, "")
    total = _total(scheme, scores)
    return Scored(scheme, scores, total, grade(scheme, total))


def grade(scheme: Scheme, total: Interval) -> str:
    """The grade of a total; empty where the total may have several, or the scheme has none."""
    found = {next((band.grade for band in scheme.grades if end >= exact(band.least)), "") for end in total}
    return found.pop() if len(found) == 1 else ""


def _ordered(scheme: Scheme) -> list[Indicator]:
    """The indicators, those first whose value another's formula uses."""
    waiting = list(scheme.indicators)
    done: list[Indicator] = []
    while waiting:
        later = {indicator.id for indicator in waiting}
        ready = [i for i in waiting if not names(i.formula) & later - {i.id} - i.inputs.keys()]
        if not ready:  # refused when the standards are validated
            ready = waiting
        done += ready
        waiting = [indicator for indicator in waiting if indicator not in ready]
    return done


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Comparison:
    """A formula, as the right side of a comparison."""
    return parse_comparison(f"0 = {formula(text)}")


class _Inputs:
    """An indicator's inputs as expressions see them."""

    def __init__(self, indicator: Indicator, known: Known, values: Mapping[str, Interval]) -> None:
        self.indicator, self.known, self.values = indicator, known, values

    def rows(self, form: str, level: str) -> list[str]:
        """None: a formula has no quantifiers."""
        return []

    def children(self, form: str, row: str) -> list[str]:
        """None: an input has no parts."""
        return []

    def interval(self, key: Key) -> Interval:
        """The input of this name."""
        name = key[1]
        if name in self.values:
            return self.values[name]
        figure = self.known.figures.get((self.indicator.id, name))
        if figure is None:
            needed = self.indicator.inputs.get(name)
            raise NotEvaluatedError(f"没有{quoted(needed.label if needed else name)}")
        return figure.interval

    def shown(self, name: str) -> str:
        """The input as printed, with its unit."""
        figure = self.known.figures.get((self.indicator.id, name))
        if figure is None:
            return self.indicator.inputs[name].label if name in self.indicator.inputs else name
        unit = figure.amount.unit
        return figure.printed if figure.printed.endswith(unit) else f"{figure.printed}{unit}"

    def label(self, name: str) -> str:
        """What the input is called."""
        return self.indicator.inputs[name].label if name in self.indicator.inputs else name


def _scored(indicator: Indicator, known: Known, values: dict[str, Interval]) -> Score:
    answer = known.answers.get(indicator.id, Answer())
    rule = said(indicator.rule, indicator.unit)
    if not answer.applies:
        return _without(indicator, rule, answer.reason or "没有可评价的事项")
    value, worked, missing = None, "", ""
    if indicator.formula:
        inputs = _Inputs(indicator, known, values)
        comparison = _parsed(indicator.formula)
        try:
            evaluation = evaluate(comparison, {}, inputs)
        except NoBaseError as error:
            if indicator.without and not error.absurd and not _impossible(comparison.right, inputs):
                return _without(indicator, rule, "基数为零")
            missing = str(error)
        except NotEvaluatedError as error:
            missing = str(error)
        else:
            assert evaluation is not None
            value = values[indicator.id] = evaluation.right
            worked = _worked(comparison.right, inputs, value)
    given, reason = _given(indicator, value, answer)
    status = SCORED if given is not None else NOT_EVALUATED
    return Score(
        indicator, status, given, value, worked, rule, reason if given is not None else missing or reason
    )


def _impossible(terms: Sum, inputs: _Inputs) -> bool:
    """Whether the formula divides what is surely not zero by exactly zero: nothing to measure it is not."""
    for call in (term.operand for term in terms if isinstance(term.operand, Call)):
        one, other = call.arguments
        if call.name == "share":
            continue
        if call.name == "growth":
            less = tuple(term._replace(sign=-term.sign) for term in other)
            one, other = other, (*one, *less)
        found = evaluate(Comparison(one, "=", other), {}, inputs)
        if found and found.right == Interval(0, 0) and not found.left.low <= 0 <= found.left.high:
            return True
    return False


def _worked(terms: Sum, inputs: _Inputs, value: Interval) -> str:
    """The formula with its numbers and what it comes to."""
    text = _rendered(terms, inputs.shown)
    if len(terms) == 1 and isinstance(terms[0].operand, Reference):
        return text
    unit = inputs.indicator.unit
    return f"{text}＝{format_amount(Fraction(value.low + value.high, 2), unit, _DECIMALS)}{unit}"


def _given(indicator: Indicator, value: Interval | None, answer: Answer) -> tuple[Interval | None, str]:
    """The points, and why there are none or what was given for."""
    rule, weight = indicator.rule, indicator.weight
    if isinstance(rule, Stated):
        return (
            (_exactly(answer.points), answer.reason) if answer.points is not None else (None, "没有写明扣分")
        )
    if weight is None:
        return None, UNWEIGHED
    if isinstance(rule, Checklist):
        return (checked(rule, answer.met), "") if answer.met is not None else (None, "没有逐条填写是否符合")
    if isinstance(rule, Tiers):
        if answer.judgement is None:
            return None, "没有填写达成的档次"
        return judged(rule, weight, answer.judgement), ""
    by_value = points(rule, weight, _in_unit(value, indicator.unit)) if value is not None else None
    if by_value is not None:
        return by_value, ""
    if answer.points is not None:
        return _exactly(answer.points), answer.reason
    return None, "需要由评价人评分并说明理由"


def _in_unit(value: Interval, unit: str) -> Interval:
    """A value in ``SCALE``-ths of ``unit``, as a rule's limits are; of money it comes in those of 元."""
    size = MONEY.get(unit, 1)
    return value if size == 1 else Interval(Fraction(value.low, size), Fraction(value.high, size))


def _exactly(given: Decimal) -> Interval:
    return Interval(exact(given), exact(given))


def _without(indicator: Indicator, rule: str, reason: str) -> Score:
    """An indicator with nothing to measure: full marks, or out of the total, as the scheme says."""
    if indicator.without == "full" and indicator.weight is not None:
        return Score(indicator, SCORED, _exactly(indicator.weight), rule=rule, reason=f"{reason}，得满分")
    if indicator.without == "redistribute":
        return Score(indicator, NOT_APPLICABLE, None, rule=rule, reason=f"{reason}，分值由其他指标分担")
    return Score(indicator, NOT_EVALUATED, None, rule=rule, reason=f"{reason}，方案没有写明如何评分")


def _total(scheme: Scheme, scores: tuple[Score, ...]) -> Interval:
    """The total; an indicator that was not evaluated may have any score, a deduction any size."""
    whole = exact(scheme.total)
    if scheme.style == "deduction":
        low = high = whole
        for one in scores:
            if one.status == NOT_APPLICABLE:
                continue
            if one.points is None:
                low = Fraction(0)
                continue
            low, high = low - Fraction(one.points.high), high - Fraction(one.points.low)
        return Interval(max(low, Fraction(0)), max(high, Fraction(0)))
    low = high = Fraction(0)
    out = Fraction(0)
    for one in scores:
        weight = exact(one.indicator.weight) if one.indicator.weight is not None else Fraction(0)
        if one.status == NOT_APPLICABLE:
            out += weight
        elif one.points is None:
            high += weight
        else:
            low, high = low + Fraction(one.points.low), high + Fraction(one.points.high)
    if 0 < out < whole:
        low, high = low * whole / (whole - out), high * whole / (whole - out)
    return Interval(low, high)


# ── formulas in words ─────────────────────────────────────────────────────────────────────────


def worded(indicator: Indicator) -> str:
    """The formula with the names of its inputs."""
    if not indicator.formula:
        return ""
    inputs = _Inputs(indicator, Known(), {})
    return _rendered(_parsed(indicator.formula).right, inputs.label)


def calculated(indicator: Indicator, known: Known) -> str:
    """The formula with its numbers alone; empty where it is but one input or one of them is unknown."""
    terms = _parsed(indicator.formula).right if indicator.formula else ()
    figures = {name: known.figures.get((indicator.id, name)) for name in names(indicator.formula)}
    if None in figures.values() or (len(terms) == 1 and isinstance(terms[0].operand, Reference)):
        return ""
    printed = {name: figure.printed for name, figure in figures.items() if figure is not None}
    return _rendered(terms, printed.__getitem__) if terms else ""


def _rendered(terms: Sum, shown: Callable[[str], str]) -> str:
    text = ""
    for index, term in enumerate(terms):
        mark = _MARKS[term.sign] if index or term.sign < 0 else ""
        if isinstance(term.operand, Call):
            text += f"{mark}{_called(term.operand, shown)}"
        elif isinstance(term.operand, Reference):
            text += f"{mark}{shown(term.operand.rows[0].name)}"
        else:
            text += f"{mark}{format_amount(term.operand, '', 0)}"
    return text


def _called(call: Call, shown: Callable[[str], str]) -> str:
    one, other = (_rendered(part, shown) for part in call.arguments)
    first, second = (
        f"（{text}）" if len(part) > 1 else text for text, part in zip((one, other), call.arguments)
    )
    if call.name == "change":
        return f"（{one}－{other}）÷{second}×100%"
    if call.name == "share":
        return f"{first}÷（{one}＋{other}）×100%"
    if call.name == "growth":
        return f"{second}÷（{one}－{other}）×100%"
    return f"{first}÷{second}×100%"
