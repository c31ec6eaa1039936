"""Every relation carries an example that passes and one that fails, and both do."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from mingzhang.expressions import Evaluation, evaluate, instances
from mingzhang.facts import Key
from mingzhang.money import Interval, parse
from mingzhang.taxonomy import Relation, level_of, load

LIBRARY = load()
RELATIONS = [
    pytest.param(relation, id=f"{edition}:{relation.id}")
    for edition in ("hunan-2022", "shanghai-2024")
    for relation in LIBRARY.standards(edition).relations
]


class ExampleCells:
    """The cells of an example: what it does not list is 0, and its rows are those it lists."""

    def __init__(self, example: Mapping[str, str]) -> None:
        self.intervals: dict[Key, Interval] = {}
        for address, printed in example.items():
            named = re.fullmatch(r"([\w.]+)\[([\w/.]+), ([\w.]+)\]", address)
            count = re.fullmatch(r"(\d+)(人次|批次|辆)", printed)
            unit = count[2] if count else "%" if printed.endswith("%") else "万元"
            amount = parse(count[1] if count else printed, unit)
            assert named, f"{address} is not form[row, column]"
            assert amount, f"{printed} is not a figure"
            self.intervals[named[1], named[2], named[3]] = amount.interval

    def _listed(self, form: str) -> list[str]:
        return list(dict.fromkeys(row for listed, row, _ in self.intervals if listed == form))

    def rows(self, form: str, level: str) -> list[str]:
        if form == "statement":
            return [row for row in self._listed(form) if (form, row, level) in self.intervals]
        return [
            row
            for row in self._listed(form)
            if level == "行" or (level == "码" and row.isdecimal()) or level_of(row) == level
        ]

    def children(self, form: str, row: str) -> list[str]:
        inside = [other for other in self._listed(form) if other.startswith(f"{row}/")]
        if inside:
            return inside
        below = [other for other in self._listed(form) if other != row and other.startswith(row)]
        nearest = min(map(len, below), default=0)
        return [other for other in below if len(other) == nearest]

    def interval(self, key: Key) -> Interval:
        return self.intervals.get(key, Interval(0, 0))


def evaluations(relation: Relation, example: Mapping[str, str]) -> list[Evaluation]:
    """The relation on every instance of the example to which it applies."""
    cells = ExampleCells(example)
    found = []
    for variables in instances(relation.bindings, cells):
        conditions = [(c, evaluate(c, variables, cells)) for c in relation.conditions]
        if not all(found is not None and found.holds(c.operator) for c, found in conditions):
            continue
        evaluation = evaluate(relation.expect, variables, cells)
        if evaluation is not None:
            found.append(evaluation)
    return found


@pytest.mark.parametrize("relation", RELATIONS)
def test_passing_example_holds(relation: Relation) -> None:
    assert relation.source.passes, f"{relation.id} has no passing example"
    found = evaluations(relation, relation.source.passes)
    assert found, f"{relation.id}: the passing example does not exercise the relation"
    assert all(evaluation.holds(relation.expect.operator) for evaluation in found)


@pytest.mark.parametrize("relation", RELATIONS)
def test_failing_example_does_not_hold(relation: Relation) -> None:
    assert relation.source.fails, f"{relation.id} has no failing example"
    found = evaluations(relation, relation.source.fails)
    assert found, f"{relation.id}: the failing example does not exercise the relation"
    assert not all(evaluation.holds(relation.expect.operator) for evaluation in found)
