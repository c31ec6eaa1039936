"""Collects what a sheet holds: cells become facts and typed texts, and none goes unseen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mingzhang import measures
from mingzhang.binding.labels import is_blank
from mingzhang.documents import Cell, fold
from mingzhang.facts import Fact, FactSet, FormReading, RowSeen, TextFact
from mingzhang.forms import Section, Sheet, Slot, dimensions
from mingzhang.provenance import Place, place_at

COMPARATOR = "comparator"
"""The dimension that says how a measure bounds its value."""

_EXECUTION = "funds.rate"
_NONE = Slot()
_LAST = 64
"""A row has fewer facts than this."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the sheet a text stands: row and column with their printed labels and meaning."""

    section: Section
    row: str
    column: str
    row_slot: Slot = _NONE
    column_slot: Slot = _NONE
    label: str = ""
    column_label: str = ""
    own: dict[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(slots=True)
class Collector:
    """The growing reading of one sheet.

    ``context`` are the dimensions of all its facts; ``placed`` the cells that were understood.
    """

    sheet: Sheet
    reading: FormReading
    facts: FactSet
    context: dict[str, str]
    unit: str
    placed: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def seen(self, cell: Cell | None) -> None:
        """Note that ``cell`` was understood as a label or a value."""
        if cell is not None:
            self.placed.add(id(cell))

    def row(self, key: str, label: str, place: Place) -> str:
        """Enter a row; a key printed before gets a number."""
        unique = key
        while unique in self.reading.rows:
            self.counts[key] += 1
            unique = f"{key}#{self.counts[key] + 1}"
        self.reading.rows[unique] = RowSeen(label, place)
        return unique

    def put(self, spot: Spot, cell: Cell | None, place: Place) -> None:
        """The content of ``cell`` at ``spot``; ``place`` is where a missing cell would stand."""
        self.seen(cell)
        if cell is None:
            self.put_text(spot, "", place)
            self.reading.cut.add((spot.row, spot.column))
            return
        if cell.unknown:
            return
        start = len(cell.text) - len(cell.text.lstrip())
        self.put_text(spot, cell.text.strip(), place_at(start, cell.segments, cell.place))

    def put_text(self, spot: Spot, text: str, place: Place) -> None:
        """``text`` as figure, text or both, as the column says."""
        reading = self.reading
        if spot.column not in reading.columns:
            reading.columns.append(spot.column)
        if is_blank(text):
            reading.blanks.setdefault((spot.row, spot.column), place)
            return
        reading.blanks.pop((spot.row, spot.column), None)
        slot = spot.column_slot
        concept = spot.row_slot.is_ or slot.is_ or spot.section.is_ or self.sheet.id
        about = dimensions(spot.own, spot.row_slot.with_, slot.with_, spot.section.with_, self.context)
        key = (reading.address, spot.row, spot.column)
        unit = slot.unit or spot.row_slot.unit or spot.unit or self.unit
        if slot.holds == "figure":
            amount = measures.figure(text, unit)
            if concept == _EXECUTION and "%" not in fold(spot.column_label + spot.label):
                amount = measures.fraction(text) or amount
            if amount is None:
                reading.odd.append((spot.row, spot.column, text, place))
                return
            if amount.mantissa == 0:
                reading.zeros.add(spot.column)
        else:
            labels = (spot.label, spot.column_label)
            self.facts.texts.append(TextFact(key, concept, about, text, reading.document, place, *labels))
            reading.texts += 1
            measure = measures.parse(text, slot.unit) if slot.holds == "measure" else None
            if measure is None:
                return
            amount = measure.amount
            about = {**about, COMPARATOR: measure.comparator}
        self.facts.add(
            Fact(key, concept, about, amount, text, reading.document, place, spot.label, spot.column_label)
        )
        reading.facts += 1

    def rename(self, old: str, new: str, rest: str, column: str) -> None:
        """Give the latest row, ``old``, its whole name ``new``; ``rest`` ends the text in ``column``."""
        reading, facts = self.reading, self.facts
        seen = reading.rows.pop(old)
        label = seen.label + rest
        reading.rows[new] = RowSeen(label, seen.place)
        for row, blank in [key for key in reading.blanks if key[0] == old]:
            reading.blanks[new, blank] = reading.blanks.pop((row, blank))
        reading.cut = {(new if row == old else row, blank) for row, blank in reading.cut}
        name = new.rpartition("/")[2]
        for number in range(max(len(facts) - _LAST, 0), len(facts)):
            key = facts.keys[number]
            if key[:2] == (reading.address, old):
                facts.index[reading.address, new, key[2]] = facts.index.pop(key)
                facts.keys[number] = (reading.address, new, key[2])
                facts.dimensions[number] = {**facts.dimensions[number], "indicator": name}
                facts.labels[number] = (label, facts.labels[number][1])
        for number in range(max(len(facts.texts) - _LAST, 0), len(facts.texts)):
            text = facts.texts[number]
            if text.key[:2] == (reading.address, old):
                key = (reading.address, new, text.key[2])
                whole = text.text + rest if text.key[2] == column else text.text
                about = {**text.dimensions, "indicator": name}
                facts.texts[number] = text._replace(key=key, dimensions=about, text=whole, label=label)

    def extend(self, row: str, column: str, cell: Cell) -> None:
        """Append the rest of a text that a page break cut."""
        self.seen(cell)
        key, texts = (self.reading.address, row, column), self.facts.texts
        for number in range(len(texts) - 1, max(len(texts) - _LAST, 0) - 1, -1):
            if texts[number].key == key:
                texts[number] = texts[number]._replace(text=texts[number].text + cell.text.strip())
                return
