"""What documents print of a scheme: weights, scores, total and grade, by the numbers of their facts."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.facts import FactSet, FormReading
from mingzhang.schemes import Indicator, Scheme

WEIGHT, SCORE, DEDUCTION = "weight", "score", "deduction"
_TOTALS = ("evaluation.score",)
_TOTAL = "total"
_SELF_SCORE = "self_score"
_MOST = 0.5
"""Of a scheme's indicators so many are printed where the text follows it."""


class PrintedRow(NamedTuple):
    """A printed indicator: its name, and the facts of its weight, its score, and what is taken off for it."""

    label: str
    block: str = ""
    weight: int | None = None
    score: int | None = None
    deduction: int | None = None

    def joined(self, other: PrintedRow) -> PrintedRow:
        """This row with what only ``other`` prints."""
        return self._replace(
            weight=other.weight if self.weight is None else self.weight,
            score=other.score if self.score is None else self.score,
            deduction=other.deduction if self.deduction is None else self.deduction,
        )


@dataclass(slots=True)
class Printed:
    """What one place (a sheet, or a section of a document) prints; ``address`` is the first part of its keys.

    ``rows`` are its indicators by row key; ``blocks`` the facts of the blocks' printed points.
    """

    address: str
    document: int
    rows: dict[str, PrintedRow] = field(default_factory=dict)
    blocks: dict[str, int] = field(default_factory=dict)
    weight: int | None = None
    total: int | None = None
    grade: str = ""

    def of(self, scheme: Scheme) -> dict[str, PrintedRow]:
        """The printed rows by the ids of the scheme's indicators; what is spelt in two ways is one."""
        found: dict[str, PrintedRow] = {}
        for key, row in self.rows.items():
            indicator = scheme.indicator(row.label) or scheme.indicator(key)
            if indicator is not None:
                found[indicator.id] = found[indicator.id].joined(row) if indicator.id in found else row
        return found


def printed(facts: FactSet, readings: Mapping[str, FormReading]) -> dict[tuple[str, int], Printed]:
    """All that is printed, by address and document; a section of running text is its own address."""
    found: dict[tuple[str, int], Printed] = {}
    for number, (address, row, column) in enumerate(facts.keys):
        concept = facts.concepts[number]
        place = _Place(found, address, facts.documents[number])
        if concept == "indicator":
            measure = facts.dimensions[number].get("measure", "")
            _row(place.get(), facts, number, row, measure)
        elif concept in ("indicator.weight", "indicator.score") and column in (WEIGHT, SCORE):
            _cell(place.get(), facts, number, row, column)
        elif concept == "funds.score":
            place.get()
        elif concept in _TOTALS and (row == _SELF_SCORE or address in readings):
            own = place.get()
            own.total = number if own.total is None else own.total
    for text in facts.texts:
        at = text.key[0], text.document
        if text.concept == "evaluation.grade" and at in found and not found[at].grade:
            found[at].grade = text.text.strip()
    return found


class _Place(NamedTuple):
    """An address of a document, made where something is printed there."""

    found: dict[tuple[str, int], Printed]
    address: str
    document: int

    def get(self) -> Printed:
        """What is printed there."""
        return self.found.setdefault((self.address, self.document), Printed(self.address, self.document))


def _row(into: Printed, facts: FactSet, number: int, row: str, measure: str, block: str = "") -> None:
    label = facts.labels[number][0] or row
    own = into.rows.get(row) or PrintedRow(label, block)
    if measure == WEIGHT and own.weight is None:
        into.rows[row] = own._replace(weight=number)
    elif measure == SCORE and own.score is None:
        into.rows[row] = own._replace(score=number)
    elif measure == DEDUCTION and own.deduction is None:
        into.rows[row] = own._replace(deduction=number)


def _cell(into: Printed, facts: FactSet, number: int, row: str, column: str) -> None:
    """A cell of a sheet: of its total, of a block's own points, or of an indicator."""
    dimensions = facts.dimensions[number]
    if dimensions.get("scope") == _TOTAL:
        if column == WEIGHT and into.weight is None:
            into.weight = number
        elif column == SCORE:
            into.total = number
    elif "indicator" not in dimensions and "block" in dimensions:
        if column == WEIGHT:
            into.blocks.setdefault(row, number)
    else:
        _row(into, facts, number, row, column, dimensions.get("block", ""))


def places(
    scheme: Scheme, found: Mapping[tuple[str, int], Printed], readings: Mapping[str, FormReading]
) -> Iterator[Printed]:
    """Where a document prints scores of the scheme: sheets of its forms, its sections of running text."""
    for (address, _), place in found.items():
        form = readings[address].form if address in readings else address
        if form in scheme.of:
            yield place


def followed(
    scheme: Scheme,
    found: Mapping[tuple[str, int], Printed],
    readings: Mapping[str, FormReading],
    copied: Container[int],
) -> dict[str, PrintedRow]:
    """What running text prints of the scheme's indicators by their ids, joined over files, without copies.

    Nothing where the text does not follow the scheme: it names less than half of the indicators, or prints
    weights where the scheme has none, or none where it has some.
    """
    rows: dict[str, PrintedRow] = {}
    for place in places(scheme, found, readings):
        if place.address in readings:
            continue
        for id_, row in place.of(scheme).items():
            weight, score = (n if n not in copied else None for n in (row.weight, row.score))
            if weight is not None or score is not None:
                own = row._replace(weight=weight, score=score)
                rows[id_] = rows[id_].joined(own) if id_ in rows else own
    weighted = any(row.weight is not None for row in rows.values())
    if len(rows) < _MOST * len(scheme.indicators) or weighted != any(
        indicator.weight is not None for indicator in scheme.indicators
    ):
        return {}
    return rows


def fits(scheme: Scheme, place: Printed, facts: FactSet) -> int:
    """How many of the printed indicators are the scheme's, those of another weight left out."""
    rows = place.of(scheme)
    return sum(_alike(i, rows[i.id], facts) for i in scheme.indicators if i.id in rows)


def _alike(indicator: Indicator, row: PrintedRow, facts: FactSet) -> bool:
    if indicator.weight is None or row.weight is None:
        return indicator.weight is None and row.weight is None
    return facts.amount(row.weight).value == indicator.weight
