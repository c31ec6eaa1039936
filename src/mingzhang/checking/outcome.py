"""Confronting facts with relations: every instance passes, fails or is not evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from mingzhang.checking.observations import Observations
from mingzhang.checking.ordinals import Item, by_document, outline
from mingzhang.documents import quoted
from mingzhang.expressions import (
    VIRTUAL,
    Evaluation,
    NoBaseError,
    NotEvaluatedError,
    Operand,
    evaluate,
    instances,
    references,
)
from mingzhang.facts import FactSet, FormReading, Key, ParagraphSeen
from mingzhang.money import Amount, Interval
from mingzhang.taxonomy import Relation, Standards, level_of

PASSED, FAILED, NOT_EVALUATED = "passed", "failed", "not_evaluated"
_ZERO = Interval(0, 0)
_RATED = ("%", "分")
_HIGHER, _LOWEST = ("类", "款"), "项"
_CODED = frozenset("0123456789:")
_RATE_OF_TWO = 3
"""A rate, what was spent and what was budgeted."""
_WHOLE = Amount(100, 0, "%").centre
_BLOCKS = frozenset({"cost", "output", "benefit", "satisfaction"})
"""Blocks of a score sheet's indicators."""
_COPY = re.compile(r"（第\d+张）$")
NOTHING = Interval(10**40, -(10**40))
"""No value at all: it meets no interval."""


class Outcome(NamedTuple):
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


class Unevaluated(NamedTuple):
    """One thing that a check could not evaluate, told beside what it found in others."""

    reason: str


@dataclass(frozen=True)
class Submission:
    """What is checked together: facts, how each form was read, and the standards that apply.

    ``readings`` are by address; ``headings`` counts how often the documents print each form's title.
    ``entity`` is the unit's own name, where it can be told.
    """

    facts: FactSet
    readings: Mapping[str, FormReading]
    standards: Standards
    year: int | None
    headings: Mapping[str, int] = field(default_factory=dict)
    entity: str | None = None

    @cached_property
    def outlines(self) -> list[tuple[list[ParagraphSeen], list[Item]]]:
        """The paragraphs of each document, and those of them that are numbered."""
        return [(paragraphs, outline(paragraphs)) for paragraphs in by_document(self.facts.paragraphs)]


class SubmissionCells:
    """The observations of a submission as expressions see them: missing is not zero, blank is not missing.

    An empty table and a code that a table does not print count as 0. A blank cell counts as 0
    where its column prints no zeros, and is unknown where it does.
    """

    def __init__(self, submission: Submission) -> None:
        self.readings, self.facts = submission.readings, submission.facts
        self._index, self._intervals = self.facts.index, self.facts.intervals
        self.standards = submission.standards
        self.unstated = False
        self.observations = Observations(submission.facts, submission.standards)
        self._at_level: dict[tuple[str, str], list[str]] = {}
        self._below: dict[tuple[str, str], list[str]] = {}
        self._rates: dict[str, frozenset[str]] = {}

    def rows(self, form: str, level: str) -> list[str]:
        """The printed row keys at ``level``; of a passage, those that state the column ``level``."""
        if (form, level) not in self._at_level:  # many relations ask for the same rows
            self._at_level[form, level] = self._printed(form, level)
        return self._at_level[form, level]

    def _printed(self, form: str, level: str) -> list[str]:
        if form in VIRTUAL:
            return self.observations.rows(form, level)
        reading = self.readings.get(form)
        if form in self.observations.sections:
            rows = self.observations.sections[form]
            self._down_to(rows, level)
            return [row for row in rows if level == "行" or _named_level(row) == level]
        if reading is None or not reading.facts:
            return []
        if level == "行":
            return list(reading.rows)
        if level == "码":
            return [row for row in reading.rows if row.isdecimal()]
        self._whole(reading)
        found = [row for row in reading.rows if level_of(row) == level]
        self._without_orphans(reading, found)
        return found

    def _down_to(self, rows: Iterable[str], level: str) -> None:
        """Where a text names some of its items by a higher level only, those of ``level`` are not all."""
        if level != _LOWEST:
            return
        lowest = [row for row in rows if _named_level(row) == level]
        for row in rows:
            higher = _named_level(row) in _HIGHER and row[:1] in _CODED
            if higher and lowest and not any(other.startswith(row) for other in lowest):
                raise NotEvaluatedError(f"正文没有写明{row.rpartition(':')[2]}的{level}级科目")

    def children(self, form: str, row: str) -> list[str]:
        """The printed rows of the next printed level below ``row``."""
        reading = self.readings.get(form)
        if reading is not None:
            self._whole(reading)
        if reading is not None and reading.form in self.standards.sheets:
            self._of_known_blocks(reading, row)
            return [r for r in reading.rows if r.startswith(f"{row}/")]
        if (form, row) not in self._below:  # asked for column by column
            below = [r for r in reading.rows if r != row and r.startswith(row)] if reading else []
            nearest = min(map(len, below), default=0)
            self._below[form, row] = [r for r in below if len(r) == nearest]
            if reading is not None:
                self._without_orphans(reading, self._below[form, row], row)
        return self._below[form, row]

    def _of_known_blocks(self, reading: FormReading, block: str) -> None:
        """Where a sheet has blocks of other names, what stands below the known ones is not all."""
        if block in _BLOCKS:
            for row in reading.rows:
                first, below, _ = row.partition("/")
                if below and not first.isascii():
                    raise NotEvaluatedError(
                        f"{self._title(reading.form)}的一级指标{quoted(first)}不在已知之列"
                    )

    def _rated(self, form: str) -> frozenset[str]:
        """The columns of a sheet that hold rates and points: what is not filled in there is no zero."""
        if form not in self._rates:
            sheet = self.standards.sheets.get(form)
            columns = (c for section in sheet.sections for c in section.columns.items()) if sheet else ()
            self._rates[form] = frozenset(name for name, slot in columns if slot.unit in _RATED)
        return self._rates[form]

    def _lacks_some(self, key: Key) -> bool:
        """Whether the rows beside a row that is not printed are less than the row above them."""
        form, row, column = key
        parent = self.facts.index.get((form, row[:-2], column))
        if parent is None:
            return False
        beside = (r for r in self.readings[form].rows if len(r) == len(row) and r.startswith(row[:-2]))
        printed = [n for r in beside if (n := self.facts.index.get((form, r, column))) is not None]
        intervals = [self.facts.intervals[n] for n in printed]
        total = Interval(sum(i.low for i in intervals), sum(i.high for i in intervals))
        return not total.meets(self.facts.intervals[parent])

    def _without_orphans(self, reading: FormReading, parents: Sequence[str], above: str = "") -> None:
        """Where a row stands below none of ``parents``, one of those is not printed: they are not all."""
        if not parents or not parents[0].isdecimal():
            return
        length, known = len(parents[0]), set(parents)
        for row in reading.rows:
            if len(row) > length and row.isdecimal() and row.startswith(above) and row[:length] not in known:
                title = self._title(reading.form)
                raise NotEvaluatedError(f"{title}没有列出科目{row}的上级科目{row[:length]}")

    def interval(self, key: Key) -> Interval:
        """The interval at ``key``."""
        number = self._index.get(key)
        if number is not None:
            return self._intervals[number]
        form, row, column = key
        if form in VIRTUAL:
            raise NotEvaluatedError("正文没有写明所需的数字")
        reading = self.readings.get(form)
        if reading is None and form in self.observations.sections:
            if self.unstated and not self._amounts_to_something(form, row):
                return _ZERO
            raise NotEvaluatedError("正文没有写明所需的数字")
        if reading is None:
            raise NotEvaluatedError(f"文件中没有{self._title(form)}")
        if reading.empty:
            return _ZERO
        seen = reading.rows.get(row)
        label = seen.label if seen is not None else label_of(self.standards, reading.form, row)
        if (row, column) in reading.blanks:
            if column in reading.zeros or column in self._rated(reading.form):
                raise NotEvaluatedError(f"{self._title(form)}{quoted(label)}为空白")
            return _ZERO
        if seen is None and row.isdecimal():
            self._whole(reading)
            if any(below.startswith(row) for below in reading.rows) or self._lacks_some(key):
                raise NotEvaluatedError(f"{self._title(form)}没有列出科目{row}")
            return _ZERO
        if seen is not None and column not in reading.columns:
            raise NotEvaluatedError(f"{self._title(form)}没有所需的栏")
        raise NotEvaluatedError(f"{self._title(form)}{quoted(label)}没有读到数字")

    def rate_of_nothing(self, operands: Sequence[Operand]) -> bool:
        """Whether a sheet states a rate of nothing spent of no money, other than 0 % or 100 %."""
        if len(operands) != _RATE_OF_TWO or operands[0].key[0] not in self.readings:
            return False
        reading = self.readings[operands[0].key[0]]
        rate, part, base = (self._index.get(operand.key) for operand in operands)
        if reading.form not in self.standards.sheets or rate is None or base is None:
            return False
        blank = part is None and operands[1].key[1:] in reading.blanks
        nothing = blank or (part is not None and not self.facts.mantissas[part])
        accepted = any(self._intervals[rate].low <= end <= self._intervals[rate].high for end in (0, _WHOLE))
        return self.facts.units[rate] == "%" and nothing and not self.facts.mantissas[base] and not accepted

    def states(self, evaluation: Evaluation) -> bool:
        """Whether the text states something on either side that names figures."""
        sides = (evaluation.left_cells, evaluation.right_cells)
        return all(any(cell.key in self.facts.index for cell in side) for side in sides if side)

    def _amounts_to_something(self, section: str, row: str) -> bool:
        """Whether the text states an amount of ``row``, so that what else it leaves out is not zero."""
        number = self.facts.index.get((section, row, "final"))
        return number is not None and self.facts.mantissas[number] != 0

    def _whole(self, reading: FormReading) -> None:
        """Where figures of the table were not read, a missing row may be among them."""
        if reading.lost:
            raise NotEvaluatedError(f"{self._title(reading.form)}有{reading.lost}个数字未能识别")

    def _title(self, form: str) -> str:
        return title_of(self.standards, form)


def _named_level(row: str) -> str | None:
    """The level of a row of text: that of its code, or of the item named below the last known code."""
    code, _, name = row.partition(":")
    if not name:
        return level_of(row)
    depth = ("类", "款", "项").index(level_of(code) or "类") + (1 if code else 0)
    return ("类", "款", "项")[min(depth + name.count("/"), 2)]


def label_of(standards: Standards, form: str, row: str) -> str:
    """What a form calls a row or block that a document does not print; the row itself where it has none."""
    sheet = standards.sheets.get(form)
    for section in sheet.sections if sheet is not None else ():
        known = section.groups.get(row) or section.rows.get(row)
        if known is not None and known.labels:
            return known.labels[0]
    return row


def title_of(standards: Standards, address: str) -> str:
    """The title of the form or sheet that a reading's address names."""
    form = address.partition("#")[0]
    known = standards.forms.get(form) or standards.sheets.get(form) or standards.extras.get(form)
    return known.title if known else form


def copy_of(readings: Mapping[str, FormReading], address: str) -> int:
    """Which of a document's sheets of one kind stands at an address, counted from 1; 0 where it is none."""
    own = readings.get(address)
    if own is None:
        return 0
    return sum(
        (one.document, one.form) == (own.document, own.form) and one.instance <= own.instance
        for one in readings.values()
    )


def called(submission: Submission, address: str) -> str:
    """The title of a form or sheet for people; of several in one document it tells which: 甲表（第2张）."""
    return numbered(title_of(submission.standards, address), copy_of(submission.readings, address))


def numbered(title: str, copy: int) -> str:
    """A title with the number of the copy, from the second on."""
    return f"{title}（第{copy}张）" if copy > 1 else title


def unnumbered(called: str) -> str:
    """A title without the number of the copy."""
    return _COPY.sub("", called)


def confront(submission: Submission) -> Iterator[Outcome]:
    """Evaluate every relation of the standards on the submission."""
    cells = SubmissionCells(submission)
    for relation in _instances(submission):
        reason = _unready(relation, submission, cells)
        if reason:
            yield Outcome(relation, {}, NOT_EVALUATED, reason=reason)
            continue
        applied = False
        cells.unstated = relation.source.unstated == "zero"
        try:
            for variables in instances(relation.bindings, cells):
                outcome = _evaluate(relation, variables, cells)
                if outcome is not None and outcome.status == FAILED and _explained(submission, outcome):
                    outcome = Outcome(relation, variables, NOT_EVALUATED, reason="正文另有说明")
                if outcome is not None:
                    applied = True
                    yield outcome
        except NotEvaluatedError as error:
            yield Outcome(relation, {}, NOT_EVALUATED, reason=str(error))
            continue
        if not applied:
            yield Outcome(relation, {}, NOT_EVALUATED, reason="文件中没有适用的行")


def _instances(submission: Submission) -> Iterator[Relation]:
    """Every relation of the standards, once for each sheet of the kind that it speaks of."""
    addresses: dict[str, list[str]] = {}
    for address, reading in submission.readings.items():
        addresses.setdefault(reading.form, []).append(address)
    for relation in submission.standards.relations:
        sheet = next((form for form in relation.forms if form in submission.standards.sheets), None)
        if sheet is None:
            yield relation
        else:
            yield from (relation.at(sheet, address) for address in addresses.get(sheet, [sheet]))


def _unready(relation: Relation, submission: Submission, cells: SubmissionCells) -> str:
    """Why the relation cannot be evaluated at all; empty where it can be."""
    readings, sections = submission.readings, cells.observations.sections
    printed = [form for form in relation.forms if form not in VIRTUAL]
    missing = [form for form in printed if form not in readings and form not in sections]
    if missing:
        texts = [form for form in missing if form in submission.standards.narratives.sections]
        if texts:
            return "正文没有相应章节的数字"
        return f"文件中没有{'、'.join(title_of(submission.standards, form) for form in missing)}"
    tables = [readings[form] for form in printed if form in readings]
    if tables and len(tables) == len(printed) and all(reading.empty for reading in tables):
        return "表中没有数据"
    return ""


def _evaluate(relation: Relation, variables: Mapping[str, str], cells: SubmissionCells) -> Outcome | None:
    try:
        for required in relation.conditions:
            condition = evaluate(required, variables, cells)
            if condition is None or not condition.holds(required.operator):
                return Outcome(relation, variables, NOT_EVALUATED, reason="适用条件不成立")
        evaluation = evaluate(relation.expect, variables, cells)
    except NotEvaluatedError as error:
        absurd = isinstance(error, NoBaseError) and error.absurd
        if not absurd and not cells.rate_of_nothing(_rated(relation, variables)):
            return Outcome(relation, variables, NOT_EVALUATED, reason=str(error))
        return Outcome(relation, variables, FAILED, _absurd(relation, variables, cells), str(error))
    if evaluation is None:
        return None
    if cells.unstated and not cells.states(evaluation):
        return Outcome(relation, variables, NOT_EVALUATED, reason="正文没有写明所需的数字")
    status = PASSED if evaluation.holds(relation.expect.operator) else FAILED
    return Outcome(relation, variables, status, evaluation)


def _explained(submission: Submission, outcome: Outcome) -> bool:
    """Whether the sections that state its figures, or the named ones, say why the relation does not hold."""
    source, evaluation = outcome.relation.source, outcome.evaluation
    words = source.unless
    if not words or evaluation is None:
        return False
    sections = {cell.key[0] for cell in (*evaluation.left_cells, *evaluation.right_cells)}.union(
        source.unless_in
    )
    told = (paragraph.text for paragraph in submission.facts.paragraphs if paragraph.section in sections)
    return any(word in text for text in told for word in words)


def _rated(relation: Relation, variables: Mapping[str, str]) -> list[Operand]:
    """The rate that a relation is about, and what it is the rate of."""
    return [
        Operand(1, (r.form, variables.get(r.rows[0].name, r.rows[0].name), r.columns[0].name))
        for r in references(relation.expect)
        if r.rows and r.columns
    ]


def _absurd(relation: Relation, variables: Mapping[str, str], cells: SubmissionCells) -> Evaluation:
    """A rate that is stated although its base is zero: no value of it can be right."""
    first, *others = _rated(relation, variables)
    return Evaluation(cells.interval(first.key), NOTHING, (first,), tuple(others), (0, 0), False)
