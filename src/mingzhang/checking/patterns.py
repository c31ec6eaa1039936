"""What wrong figures have in common: a row that is not printed, lines in each other's place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from mingzhang.checking.finding import ERROR, Finding, Suggestion
from mingzhang.checking.outcome import Outcome, Submission, title_of
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted
from mingzhang.expressions import Evaluation
from mingzhang.facts import Key
from mingzhang.money import Amount

_ENOUGH = 2
"""So many figures have to stand in each other's place."""
_ROW, _COLUMN = 1, 2
"""Which part of a key tells a row, and a column."""
_CALLED = {_ROW: "行", _COLUMN: "栏"}


class MissingRow(NamedTuple):
    """A row that only another table prints: its code and name, and that table's title."""

    code: str
    name: str
    elsewhere: str


def missing_row(submission: Submission, outcomes: Sequence[Outcome]) -> MissingRow | None:
    """The row that failed sums below one row lack: another table has it, with the amount of one of them."""
    evaluations = [outcome.evaluation for outcome in outcomes if outcome.evaluation is not None]
    sums = [evaluation for evaluation in evaluations if _adds_rows(evaluation, submission)]
    above = {evaluation.left_cells[0].key[:_COLUMN] for evaluation in sums}
    if len(sums) < len(outcomes) or len(above) != 1:
        return None
    found = [row for evaluation in sums if (row := _lacking(submission, evaluation)) is not None]
    return found[0] if len({row.code for row in found}) == 1 else None


def _lacking(submission: Submission, evaluation: Evaluation) -> MissingRow | None:
    facts, words = submission.facts, Wording(submission)
    form, row, _ = evaluation.left_cells[0].key
    length = len(evaluation.right_cells[0].key[_ROW])
    above = row if row.isdecimal() else ""
    lacking = words.sum(evaluation.left_cells) - words.sum(evaluation.right_cells)
    for reading in submission.readings.values():
        if reading.form not in submission.standards.forms:
            continue
        for code, seen in reading.rows.items():
            below = code.isdecimal() and len(code) == length and code.startswith(above)
            if not below or code in submission.readings[form].rows:
                continue
            amounts = (facts.index.get((reading.address, code, column)) for column in reading.columns)
            if any(n is not None and facts.centres[n] == lacking for n in amounts):
                return MissingRow(code, seen.label, title_of(submission.standards, reading.form))
    return None


def _adds_rows(evaluation: Evaluation, submission: Submission) -> bool:
    """Whether one figure of a table is compared with the sum of the rows with codes below it."""
    if len(evaluation.left_cells) != 1 or not evaluation.right_cells:
        return False
    form, _, column = evaluation.left_cells[0].key
    keys = [cell.key for cell in evaluation.right_cells]
    lengths = {len(row) for _, row, _ in keys}
    return (
        form in submission.readings
        and len(lengths) == 1
        and all(key[0] == form and key[_COLUMN] == column and key[_ROW].isdecimal() for key in keys)
    )


class _Exchange(NamedTuple):
    """Figures of two lines (columns or rows) of a table, each of which ought to stand in the other line."""

    facts: list[int]
    partner: int
    axis: int


def exchanged(
    submission: Submission, repaired: Mapping[int, Amount], held: Collection[int], findings: Sequence[Finding]
) -> list[Finding]:
    """``findings`` of wrong figures, those merged whose columns or rows stand in each other's place.

    ``held`` are the figures that some relation holds: one that is not called wrong is right.
    """
    words = Wording(submission)
    own = {words.subject("figure", n): n for n in repaired}
    of_fact = {own[f.subject]: f for f in findings if f.subject in own}
    found = list(findings)
    for exchange in _exchanges(submission, {n: repaired[n] for n in of_fact}, held):
        if all(n in of_fact for n in exchange.facts):
            parts = [of_fact.pop(n) for n in exchange.facts]
            place = found.index(parts[0])
            found[place] = _merged(submission, exchange, parts)
            found = [f for f in found if not any(f is part for part in parts)]
    return found


def _exchanges(
    submission: Submission, repaired: Mapping[int, Amount], held: Collection[int]
) -> Iterator[_Exchange]:
    facts = submission.facts
    for axis in (_COLUMN, _ROW):
        lines: dict[tuple[str, str], list[int]] = {}
        for n in repaired:
            form = facts.keys[n][0]
            if form in submission.standards.forms:
                lines.setdefault((form, facts.keys[n][axis]), []).append(n)
        for (form, line), wrong in lines.items():
            reading = submission.readings[form]
            for other in reading.columns if axis == _COLUMN else reading.rows:
                across = [facts.index.get(_moved(facts.keys[n], axis, other)) for n in wrong]
                partners = [m for m in across if m is not None]
                fit = len(partners) == len(wrong) and all(
                    (m in repaired or m not in held) and _swapped(submission, repaired, n, m)
                    for n, m in zip(wrong, partners)
                )
                both = [*wrong, *(m for m in partners if m in repaired)]
                if other != line and fit and len(both) >= _ENOUGH:
                    yield _Exchange(both, partners[0], axis)
                    break


def _moved(key: Key, axis: int, line: str) -> Key:
    return (key[0], line, key[2]) if axis == _ROW else (key[0], key[1], line)


def _swapped(submission: Submission, repaired: Mapping[int, Amount], one: int, other: int) -> bool:
    """Whether ``one`` ought to be what ``other`` prints, and the other way round where that is known."""
    centres = submission.facts.centres
    back = other not in repaired or repaired[other].centre == centres[one]
    return centres[other] == repaired[one].centre and back


def _merged(submission: Submission, exchange: _Exchange, parts: Sequence[Finding]) -> Finding:
    """One finding in place of those of the single figures."""
    facts, first = submission.facts, parts[0]
    form = facts.keys[exchange.partner][0]
    title, called = title_of(submission.standards, form), _CALLED[exchange.axis]
    labels = [facts.labels[n][exchange.axis - 1] for n in (exchange.facts[0], exchange.partner)]
    locations, values = Wording(submission).shown(exchange.facts)
    rules = dict.fromkeys(rule for f in parts for rule in (f.rule, *f.also))
    rules.pop(first.rule)
    lines = f"{quoted(labels[0])}{called}与{quoted(labels[1])}{called}"
    keys = sorted(facts.keys[n][exchange.axis] for n in (exchange.facts[0], exchange.partner))
    return Finding(
        rule=first.rule,
        severity=ERROR if any(f.severity == ERROR for f in parts) else first.severity,
        message=f"《{title}》{lines}的数字互换了，有{len(parts)}处与别处不符：{first.message}",
        locations=locations,
        values=values,
        also=list(rules),
        explanation="；".join(dict.fromkeys(f.explanation for f in parts[:2] if f.explanation)),
        suggestions=[Suggestion(f"将{lines}的数字对调", 0, None, "likely")],
        reference=first.reference,
        subject=("exchanged", form, *keys),
    )
