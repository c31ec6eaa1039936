"""Figures completed by the relations: every total that one equality determines is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mingzhang.binding.slots import due
from mingzhang.expressions import Comparison, Evaluation, evaluate, instances, named
from mingzhang.facts import Key
from mingzhang.forms import Form
from mingzhang.money import Interval, Number
from mingzhang.taxonomy import Relation, Standards, level_of


class ExactCells:
    """Exact values; asks for unknown ones are noted and answered with 0."""

    def __init__(self, values: Mapping[Key, int], rows: Mapping[str, list[str]]) -> None:
        self.values, self.known_rows = values, rows
        self.unknown: list[Key] = []
        self._below: dict[tuple[str, str], list[str]] = {}

    def rows(self, form: str, level: str) -> list[str]:
        """The rows of ``form`` at ``level``."""
        rows = self.known_rows.get(form, [])
        if level == "行":
            return rows
        if level == "码":
            return [row for row in rows if row.isdecimal()]
        return [row for row in rows if level_of(row) == level]

    def children(self, form: str, row: str) -> list[str]:
        """The rows of the next level below ``row``."""
        if (form, row) not in self._below:  # asked for column by column
            below = [r for r in self.known_rows.get(form, []) if r != row and r.startswith(row)]
            nearest = min(map(len, below), default=0)
            self._below[form, row] = [r for r in below if len(r) == nearest]
        return self._below[form, row]

    def interval(self, key: Key) -> Interval:
        """The value at ``key`` as a point."""
        form, row, _ = key
        if row not in self.known_rows.get(form, []):
            return Interval(0, 0)
        value = self.values.get(key)
        if value is None:
            self.unknown.append(key)
            return Interval(0, 0)
        return Interval(value, value)


def rows_of(form: Form, codes: list[str], class_codes: list[str]) -> list[str]:
    """The rows that a composed table prints: the form's own, and codes with all their parents."""
    own = [row for block in form.blocks for row in due(block.rows)]
    if form.layout == "lines":
        return class_codes + own
    parents = {code[:length] for code in codes for length in (3, 5) if length < len(code)}
    return own + sorted(parents | set(codes))


class Total(NamedTuple):
    """A cell that a relation says to be the sum of other cells of its table, the ``parts``."""

    key: Key
    parts: tuple[Key, ...]
    relation: Relation
    variables: Mapping[str, str]


def totals_of(rows: Mapping[str, list[str]], standards: Standards) -> Iterator[Total]:
    """The totals of the tables that have these ``rows``; a cell that two relations add up comes twice."""
    cells = ExactCells({}, rows)
    for relation in standards.relations:
        left, operator, right = relation.expect
        within = len(relation.forms) == 1 and not relation.conditions and operator == "="
        alone = within and len(left) == len(right) == 1 and right[0].many and not left[0].many
        if not alone or relation.forms[0] not in rows:
            continue
        for variables in instances(relation.bindings, cells):
            totals, parts = named(left, variables, cells), named(right, variables, cells)
            if totals and parts:
                yield Total(totals[0], tuple(parts), relation, variables)


def told_by_totals(given: Mapping[Key, Number], form: Form, standards: Standards) -> dict[Key, Number]:
    """What is known of a form of fixed cells: a total of known parts, and 0 where the others make it up."""
    known = dict(given)
    totals = list(totals_of({form.id: rows_of(form, [], [])}, standards))
    while True:
        before = len(known)
        for key, parts, *_ in totals:
            blank = [part for part in parts if part not in known]
            added = sum(known[part] for part in parts if part in known)
            if not blank:
                known.setdefault(key, added)
            elif known.get(key) == added:
                known |= dict.fromkeys(blank, 0)
        if len(known) == before:
            return known


def complete(values: dict[Key, int], rows: Mapping[str, list[str]], standards: Standards) -> None:
    """Fill ``values`` in place: what an equality with one unknown gives, then 0 for the rest."""
    equalities = [
        relation
        for relation in standards.relations
        if relation.expect.operator == "=" and not relation.conditions
        if standards.forms.keys() >= set(relation.forms)
    ]
    while True:
        before = len(values)
        cells = ExactCells(values, rows)
        for relation in equalities:
            for variables in instances(relation.bindings, cells):
                cells.unknown = []
                evaluation = evaluate(relation.expect, variables, cells)
                if evaluation is not None and len(cells.unknown) == 1:
                    values[cells.unknown[0]] = _solve(relation.expect, evaluation, cells.unknown[0])
        if len(values) == before:
            break
    for form, keys in rows.items():
        for block in standards.forms[form].blocks:
            for row in keys:
                if (row in block.rows) or (row.isdecimal() and block.codes is not None):
                    for column in due(block.columns):
                        values.setdefault((form, row, column), 0)


def _solve(comparison: Comparison, evaluation: Evaluation, unknown: Key) -> int:
    """The value of ``unknown`` (counted as 0 in ``evaluation``) that makes both sides equal."""
    difference = int(evaluation.right.low - evaluation.left.low)
    for operand in evaluation.left_cells:
        if operand.key == unknown:
            return difference * operand.sign
    return -difference * next(o.sign for o in evaluation.right_cells if o.key == unknown)
