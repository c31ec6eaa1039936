"""Confronting facts with relations: every instance passes, fails or is not evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mingzhang.expressions import Evaluation, NotEvaluatedError, evaluate, instances
from mingzhang.facts import FactSet, FormReading, Key
from mingzhang.money import Interval
from mingzhang.taxonomy import Relation, Standards, level_of

PASSED, FAILED, NOT_EVALUATED = "passed", "failed", "not_evaluated"
_ZERO = Interval(0, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One relation on one assignment of its variables; ``reason`` says why it was not evaluated."""

    relation: Relation
    variables: Mapping[str, str]
    status: str
    evaluation: Evaluation | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What a check that is not a relation came to."""

    rule: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is checked together: facts, how each form was read, and the standards that apply.

    ``readings`` are by address; ``headings`` counts how often the documents print each form's title.
    """

    facts: FactSet
    readings: Mapping[str, FormReading]
    standards: Standards
    year: int | None
    headings: Mapping[str, int] = field(default_factory=dict)


class SubmissionCells:
    """The observations of a submission as expressions see them: missing is not zero, blank is not missing.

    An empty table and a code that a table does not print count as 0. A blank cell counts as 0
    where its column prints no zeros, and is unknown where it does.
    """

    def __init__(self, submission: Submission) -> None:
        self.readings, self.facts = submission.readings, submission.facts
        self.standards = submission.standards

    def rows(self, form: str, level: str) -> list[str]:
        """The printed row keys at ``level``."""
        reading = self.readings.get(form)
        if reading is None or not reading.facts:
            return []
        if level == "行":
            return list(reading.rows)
        if level == "码":
            return [row for row in reading.rows if row.isdecimal()]
        self._whole(reading)
        return [row for row in reading.rows if level_of(row) == level]

    def children(self, form: str, row: str) -> list[str]:
        """The printed rows of the next printed level below ``row``."""
        reading = self.readings.get(form)
        if reading is not None:
            self._whole(reading)
        below = [r for r in reading.rows if r != row and r.startswith(row)] if reading else []
        nearest = min(map(len, below), default=0)
        return [r for r in below if len(r) == nearest]

    def interval(self, key: Key) -> Interval:
        """The interval at ``key``."""
        number = self.facts.index.get(key)
        if number is not None:
            return self.facts.intervals[number]
        form, row, column = key
        reading = self.readings.get(form)
        if reading is None:
            raise NotEvaluatedError(f"文件中没有{self._title(form)}")
        if reading.empty:
            return _ZERO
        label = reading.rows[row].label if row in reading.rows else row
        if (row, column) in reading.blanks:
            if column in reading.zeros:
                raise NotEvaluatedError(f"{self._title(form)}“{label}”为空白")
            return _ZERO
        if row not in reading.rows and row.isdecimal():
            self._whole(reading)
            return _ZERO
        if row in reading.rows and column not in reading.columns:
            raise NotEvaluatedError(f"{self._title(form)}没有所需的栏")
        raise NotEvaluatedError(f"{self._title(form)}“{label}”没有读到金额")

    def _whole(self, reading: FormReading) -> None:
        """Where figures of the table were not read, a missing row may be among them."""
        if reading.lost:
            raise NotEvaluatedError(f"{self._title(reading.form)}有{reading.lost}个数字未能识别")

    def _title(self, form: str) -> str:
        return title_of(self.standards, form)


def title_of(standards: Standards, address: str) -> str:
    """The title of the form or sheet that a reading's address names."""
    form = address.partition("#")[0]
    known = standards.forms.get(form) or standards.sheets.get(form)
    return known.title if known else form


def confront(submission: Submission) -> Iterator[Outcome]:
    """Evaluate every relation of the standards on the submission."""
    cells = SubmissionCells(submission)
    for relation in submission.standards.relations:
        missing = [form for form in relation.forms if form not in submission.readings]
        if missing:
            titles = "、".join(title_of(submission.standards, f) for f in missing)
            yield Outcome(relation, {}, NOT_EVALUATED, reason=f"文件中没有{titles}")
            continue
        if all(submission.readings[form].empty for form in relation.forms):
            yield Outcome(relation, {}, NOT_EVALUATED, reason="表中没有数据")
            continue
        applied = False
        try:
            for variables in instances(relation.bindings, cells):
                outcome = _evaluate(relation, variables, cells)
                if outcome is not None:
                    applied = True
                    yield outcome
        except NotEvaluatedError as error:
            yield Outcome(relation, {}, NOT_EVALUATED, reason=str(error))
            continue
        if not applied:
            yield Outcome(relation, {}, NOT_EVALUATED, reason="文件中没有适用的行")


def _evaluate(relation: Relation, variables: Mapping[str, str], cells: SubmissionCells) -> Outcome | None:
    try:
        if relation.condition is not None:
            condition = evaluate(relation.condition, variables, cells)
            if condition is None or not condition.holds(relation.condition.operator):
                return Outcome(relation, variables, NOT_EVALUATED, reason="适用条件不成立")
        evaluation = evaluate(relation.expect, variables, cells)
    except NotEvaluatedError as error:
        return Outcome(relation, variables, NOT_EVALUATED, reason=str(error))
    if evaluation is None:
        return None
    status = PASSED if evaluation.holds(relation.expect.operator) else FAILED
    return Outcome(relation, variables, status, evaluation)
