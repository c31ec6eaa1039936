"""Score sheets in columns: what a department keeps of its units' sheets, and what the roll-up goes by.

Texts, values, places and rows that occur more than once are kept once and named by number; a cell is four
numbers. Twenty thousand sheets are a million cells: they are never objects of their own.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.documents import squash
from mingzhang.facts import Fact, FactSet, FormReading, TextFact
from mingzhang.money import Amount, slack, step
from mingzhang.provenance import Place

FUNDS, INDICATOR = "funds", "indicator"
"""Kinds of rows: money with its rate and score, and indicators."""

_KEPT = frozenset(
    {"funds", "funds.weight", "funds.rate", "funds.score"}
    | {f"indicator.{column}" for column in ("target", "actual", "weight", "score", "reason")}
)
_VALUE = "value"
_UNIT, _PROJECT, _PARENT, _IMPLEMENTER = "unit.name", "project.name", "project.parent", "project.implementer"
_AMONG = re.compile(r"^其中[：:]?")
_YEAR = re.compile(r"(20\d\d)\s*年")


class Row(NamedTuple):
    """A row of a sheet: money by its id, or an indicator with its block, part and name."""

    kind: str
    key: str
    block: str
    part: str
    name: str
    label: str


class Head(NamedTuple):
    """A sheet: whose it is, of what, and where it stands; ``entity`` is whose its file is."""

    form: str
    title: str
    evaluation: str
    unit: str
    project: str
    parent: str
    year: int
    file: str
    place: Place
    entity: str = ""

    def describe(self) -> str:
        """File and place in words."""
        return f"“{self.file}”{self.place.describe()}"


class Seen(NamedTuple):
    """A cell as it is read: ``amount`` is None where the column holds texts."""

    row: Row
    column: str
    printed: str
    amount: Amount | None
    place: Place


class Source(NamedTuple):
    """Where a figure comes from."""

    unit: str
    project: str
    file: str
    place: Place
    printed: str

    def describe(self) -> str:
        """File and place in words."""
        where = self.place.describe()
        return f"“{self.file}”{where}"


@dataclass(slots=True)
class Value:
    """The values of cells, each once: what is printed, and the figure where the column holds figures."""

    printed: list[str] = field(default_factory=list)
    mantissas: list[int] = field(default_factory=list)
    decimals: list[int] = field(default_factory=list)
    units: list[str | None] = field(default_factory=list)

    def amount(self, number: int) -> Amount | None:
        """The figure of value ``number``; None of a text."""
        unit = self.units[number]
        return Amount(self.mantissas[number], self.decimals[number], unit) if unit is not None else None

    def figures(self) -> tuple[list[int], list[int]]:
        """The centre of each value, and what it may differ to either side; zero of a text."""
        sizes: dict[tuple[str | None, int], tuple[int, int]] = {(None, 0): (0, 0)}
        centres, halves = [], []
        for mantissa, decimals, unit in zip(self.mantissas, self.decimals, self.units):
            size = sizes.get((unit, decimals))
            if size is None:
                size = sizes[unit, decimals] = (step(unit or "", decimals), slack(unit or "", decimals))
            centres.append(mantissa * size[0])
            halves.append(size[1])
        return centres, halves


@dataclass(slots=True)
class Sheets:
    """Sheets in columns. The cells of sheet ``n`` are those from ``starts[n]`` to before ``starts[n + 1]``.

    ``columns`` are ids of columns; ``labels`` how columns (``column:id``) and blocks (``block:id``) are
    printed. ``of_row``, ``of_column``, ``of_value`` and ``of_place`` hold a number for each cell.
    """

    heads: list[Head] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    values: Value = field(default_factory=Value)
    labels: dict[str, str] = field(default_factory=dict)
    starts: array[int] = field(default_factory=lambda: array("i", [0]))
    of_row: array[int] = field(default_factory=lambda: array("i"))
    of_column: array[int] = field(default_factory=lambda: array("i"))
    of_value: array[int] = field(default_factory=lambda: array("i"))
    of_place: array[int] = field(default_factory=lambda: array("i"))

    def cells(self, sheet: int) -> range:
        """The numbers of the sheet's cells."""
        return range(self.starts[sheet], self.starts[sheet + 1])

    def sheet_of(self, cell: int) -> int:
        """The number of the cell's sheet."""
        return bisect_right(self.starts, cell) - 1

    def source(self, cell: int) -> Source:
        """Where the cell stands and what it prints."""
        head = self.heads[self.sheet_of(cell)]
        printed = self.values.printed[self.of_value[cell]]
        return Source(head.unit, head.project, head.file, self.places[self.of_place[cell]], printed)

    def content(self, sheet: int) -> list[tuple[int, int, int]]:
        """What the sheet says, whatever its place and order."""
        return sorted((self.of_row[c], self.of_column[c], self.of_value[c]) for c in self.cells(sheet))


class Gathering:
    """Sheets being gathered, from facts and from other sheets."""

    def __init__(self) -> None:
        self.sheets = Sheets()
        self._rows: dict[tuple[str, str], int] = {}
        self._columns: dict[str, int] = {}
        self._places: dict[Place, int] = {}
        self._values: dict[tuple[str, Amount | None], int] = {}
        self._indexed = True

    def add(
        self, facts: FactSet, readings: Sequence[FormReading], titles: Mapping[str, str], whose: Whose
    ) -> None:
        """The score sheets among ``readings`` of one file: those of the forms that ``titles`` names."""
        readings = [reading for reading in readings if reading.form in titles]
        cells: dict[str, list[Seen]] = {reading.address: [] for reading in readings}
        said: dict[str, dict[str, str]] = {reading.address: {} for reading in readings}
        for text in facts.texts:
            address = text.key[0]
            if address not in cells:
                continue
            said[address].setdefault(text.concept, "".join(text.text.split()))
            if text.concept in _KEPT and _is_row(text):
                said[address].setdefault("evaluation", text.dimensions.get("evaluation", ""))
                cells[address].append(self._seen(text, text.text, None))
        measured = {text.key for text in facts.texts}
        for fact in facts:
            address, _, column = fact.key
            if address not in cells or fact.concept not in _KEPT or column == _VALUE or fact.key in measured:
                continue
            if not _is_row(fact):
                continue
            said[address].setdefault("evaluation", fact.dimensions.get("evaluation", ""))
            cells[address].append(self._seen(fact, fact.printed, fact.amount))
        for reading in readings:
            if cells[reading.address]:
                about = said[reading.address]
                unit = _unit(about, said.values(), whose)
                title = titles[reading.form]
                self.enter(_head(reading, title, about, unit, whose), cells[reading.address])

    def enter(self, head: Head, cells: Iterable[Seen]) -> None:
        """One sheet with its cells."""
        self._index()
        sheets = self.sheets
        for cell in cells:
            sheets.of_row.append(self._row(cell.row))
            sheets.of_column.append(self._column(cell.column))
            sheets.of_value.append(self._value(cell.printed, cell.amount))
            sheets.of_place.append(self._place(cell.place))
        sheets.heads.append(head)
        sheets.starts.append(len(sheets.of_row))

    def merge(self, other: Sheets) -> None:
        """All sheets of ``other``; where there are none yet, it is taken as it is."""
        if not self.sheets.heads:
            self.sheets, self._indexed = other, False
            return
        self._index()
        rows = [self._row(row) for row in other.rows]
        columns = [self._column(column) for column in other.columns]
        places = [self._place(place) for place in other.places]
        held = other.values
        values = [self._value(printed, held.amount(n)) for n, printed in enumerate(held.printed)]
        own = self.sheets
        for label, printed in other.labels.items():
            own.labels.setdefault(label, printed)
        first = len(own.of_row)
        own.of_row.extend(map(rows.__getitem__, other.of_row))
        own.of_column.extend(map(columns.__getitem__, other.of_column))
        own.of_value.extend(map(values.__getitem__, other.of_value))
        own.of_place.extend(map(places.__getitem__, other.of_place))
        own.starts.extend(first + start for start in other.starts[1:])
        own.heads += other.heads

    def name(self, labels: Mapping[str, str]) -> None:
        """How blocks and columns are called."""
        for label, printed in labels.items():
            self.sheets.labels.setdefault(label, printed)

    def _index(self) -> None:
        """Number what sheets taken as they are hold."""
        if self._indexed:
            return
        self._indexed = True
        sheets = self.sheets
        self._rows = {(row.kind, row.key): number for number, row in enumerate(sheets.rows)}
        self._columns = {column: number for number, column in enumerate(sheets.columns)}
        self._places = {place: number for number, place in enumerate(sheets.places)}
        held = sheets.values
        self._values = {(printed, held.amount(n)): n for n, printed in enumerate(held.printed)}

    def _seen(self, cell: Fact | TextFact, printed: str, amount: Amount | None) -> Seen:
        """A cell of a sheet; what its column is called is noted."""
        about, (_, key, column) = cell.dimensions, cell.key
        kind = INDICATOR if cell.concept.startswith(INDICATOR) else FUNDS
        name = about.get(INDICATOR, "") if kind == INDICATOR else key
        label = _AMONG.sub("", cell.label)
        row = Row(kind, key, about.get("block", ""), about.get("part", ""), name, label)
        self.sheets.labels.setdefault(f"column:{column}", cell.column_label or column)
        return Seen(row, column, printed.strip(), amount, _bare(cell.place))

    def _row(self, row: Row) -> int:
        number = self._rows.setdefault((row.kind, row.key), len(self.sheets.rows))
        if number == len(self.sheets.rows):
            self.sheets.rows.append(row)
        return number

    def _column(self, column: str) -> int:
        number = self._columns.setdefault(column, len(self.sheets.columns))
        if number == len(self.sheets.columns):
            self.sheets.columns.append(column)
        return number

    def _place(self, place: Place) -> int:
        number = self._places.setdefault(place, len(self.sheets.places))
        if number == len(self.sheets.places):
            self.sheets.places.append(place)
        return number

    def _value(self, printed: str, amount: Amount | None) -> int:
        values = self.sheets.values
        number = self._values.setdefault((printed, amount), len(values.printed))
        if number == len(values.printed):
            values.printed.append(printed)
            values.mantissas.append(amount.mantissa if amount else 0)
            values.decimals.append(amount.decimals if amount else 0)
            values.units.append(amount.unit if amount else None)
        return number


class Whose(NamedTuple):
    """What is known of a file that holds sheets; ``listed`` are the names that its unit may have."""

    file: str
    entity: str | None
    year: int | None
    listed: frozenset[str] = frozenset()


def _is_row(cell: Fact | TextFact) -> bool:
    """Whether the cell is of an indicator or of money, not of a block or a total."""
    return not cell.concept.startswith(INDICATOR) or INDICATOR in cell.dimensions


def _unit(about: Mapping[str, str], every: Iterable[Mapping[str, str]], whose: Whose) -> str:
    """Whose the sheet is: a listed unit that it names, else what it says first, else what its file says."""
    alone = sorted({other[_UNIT] for other in every if other.get(_UNIT)})
    beside = alone if len(alone) == 1 else []
    candidates = [about.get(_UNIT), about.get(_IMPLEMENTER), *beside, whose.entity]
    known = [name for name in candidates if name]
    return next((name for name in known if squash(name) in whose.listed), known[0] if known else "")


def _head(reading: FormReading, title: str, about: Mapping[str, str], unit: str, whose: Whose) -> Head:
    quoted = _YEAR.search(reading.title.quote) if reading.title else None
    year = int(quoted[1]) if quoted else whose.year or 0
    project, parent = about.get(_PROJECT, ""), about.get(_PARENT, "")
    place, evaluation = _bare(reading.place), about.get("evaluation", "")
    own = whose.entity or ""
    return Head(reading.form, title, evaluation, unit, project, parent, year, whose.file, place, own)


def _bare(place: Place) -> Place:
    """What a person needs to find the place again."""
    return Place(
        page=place.page, line=place.line, paragraph=place.paragraph, sheet=place.sheet, cell=place.cell
    )
