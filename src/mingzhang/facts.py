"""Facts: observations of concepts, kept in columns.

A fact is one printed figure at one place, addressed by the form it stands in and its row and
column there; what it means (concept and dimensions) follows from the form's definition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.money import Amount, Interval, slack, step
from mingzhang.provenance import Place, Segment

Key = tuple[str, str, str]
"""Address of an observation: form id, row key, column id."""


class Fact(NamedTuple):
    """One observation, a view into a :class:`FactSet`.

    ``label`` is what the document prints beside the row, ``column_label`` above the column.
    """

    key: Key
    concept: str
    dimensions: Mapping[str, str]
    amount: Amount
    printed: str
    document: int
    place: Place
    label: str
    column_label: str


class TextFact(NamedTuple):
    """One observed text: a name, a goal, a reason, a target with its words."""

    key: Key
    concept: str
    dimensions: Mapping[str, str]
    text: str
    document: int
    place: Place
    label: str
    column_label: str


@dataclass(slots=True)
class Statement:
    """What one passage says of one subject: figures by column, words (持平, 无法计算) by kind."""

    document: int
    section: str
    row: str
    place: Place
    facts: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


class ParagraphSeen(NamedTuple):
    """A paragraph outside tables as printed, with the part and section of the document it stands in.

    ``part`` and ``section`` are ids of the narrative standards or empty; ``heading`` says that the
    paragraph opens them; ``marker`` is a number printed automatically before the text.
    """

    document: int
    text: str
    place: Place
    segments: tuple[Segment, ...] = ()
    part: str = ""
    section: str = ""
    heading: bool = False
    level: int = 0
    marker: str = ""


@dataclass(slots=True)
class FactSet:
    """Facts of one submission in parallel columns, indexed by key; its ``texts`` and the ``paragraphs`` of
    its documents beside them.

    ``centres`` and ``intervals`` are the printed values and what they stand for, in ``SCALE``-ths of
    the base unit. Keys are unique: a second observation at the same address is kept in ``repeated``;
    ``copied`` are those that only print again what another file of the submission holds.
    """

    keys: list[Key] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    dimensions: list[Mapping[str, str]] = field(default_factory=list)
    mantissas: list[int] = field(default_factory=list)
    decimals: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    centres: list[int] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    repeated: list[int] = field(default_factory=list)
    copied: set[int] = field(default_factory=set)
    texts: list[TextFact] = field(default_factory=list)
    paragraphs: list[ParagraphSeen] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def add(self, fact: Fact) -> int:
        """Store ``fact`` and return its number."""
        number = len(self.keys)
        self.keys.append(fact.key)
        self.concepts.append(fact.concept)
        self.dimensions.append(fact.dimensions)
        self.mantissas.append(fact.amount.mantissa)
        self.decimals.append(fact.amount.decimals)
        self.units.append(fact.amount.unit)
        centre = fact.amount.mantissa * step(fact.amount.unit, fact.amount.decimals)
        half = slack(fact.amount.unit, fact.amount.decimals)
        self.centres.append(centre)
        self.intervals.append(Interval(centre - half, centre + half))
        self.printed.append(fact.printed)
        self.documents.append(fact.document)
        self.places.append(fact.place)
        self.labels.append((fact.label, fact.column_label))
        if fact.key in self.index:
            self.repeated.append(number)
        else:
            self.index[fact.key] = number
        return number

    def usual_decimals(self) -> dict[str, int]:
        """The most common number of decimals by form, zeros left out."""
        counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for key, mantissa, decimals in zip(self.keys, self.mantissas, self.decimals):
            if mantissa:
                counts[key[0]][decimals] += 1
        return {form: count.most_common(1)[0][0] for form, count in counts.items()}

    def amount(self, number: int) -> Amount:
        """The figure of fact ``number``."""
        return Amount(self.mantissas[number], self.decimals[number], self.units[number])

    def __getitem__(self, number: int) -> Fact:
        label, column_label = self.labels[number]
        return Fact(
            self.keys[number],
            self.concepts[number],
            self.dimensions[number],
            self.amount(number),
            self.printed[number],
            self.documents[number],
            self.places[number],
            label,
            column_label,
        )

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Fact]:
        return (self[number] for number in range(len(self.keys)))


class RowSeen(NamedTuple):
    """A printed row: its label (the name beside a code), where it begins, and where the name stands."""

    label: str
    place: Place
    named: Place | None = None


class Field(NamedTuple):
    """A field of a table's heading, such as 部门 or 单位, with the printed line it stands in."""

    value: str
    place: Place
    quote: str


@dataclass(slots=True)
class FormReading:
    """How one form was found in a document: which rows and columns, what was blank, its heading.

    ``blanks`` are cells that the form has and the document leaves blank; ``odd`` are cells whose
    text is no figure; ``lost`` counts figures of rows that fit no place in the form; ``zeros`` are
    the columns that print zeros, where a blank is not a zero. A document may hold several of one
    sheet: ``instance`` counts them. ``texts`` counts what was filled in besides figures, ``preprinted``
    those of the ``facts`` that belong to the form itself (a block's points). ``cut`` are those of the
    ``blanks`` that a dump prints no cell for.
    """

    form: str
    document: int
    place: Place
    title: Field | None = None
    number: Field | None = None
    money: Field | None = None
    entity: Field | None = None
    statement: bool = False
    facts: int = 0
    lost: int = 0
    rows: dict[str, RowSeen] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    blanks: dict[tuple[str, str], Place] = field(default_factory=dict)
    odd: list[tuple[str, str, str, Place]] = field(default_factory=list)
    zeros: set[str] = field(default_factory=set)
    instance: int = 1
    texts: int = 0
    preprinted: int = 0
    cut: set[tuple[str, str]] = field(default_factory=set)

    @property
    def address(self) -> str:
        """The first part of its facts' keys: the form's id, from the second of its kind on numbered."""
        return self.form if self.instance == 1 else f"{self.form}#{self.instance}"

    def join(self, other: FormReading) -> None:
        """Add what another part of the same table gave."""
        for row, seen in other.rows.items():
            self.rows.setdefault(row, seen)
        self.columns += [column for column in other.columns if column not in self.columns]
        self.blanks = {**other.blanks, **self.blanks}
        self.odd += other.odd
        self.zeros |= other.zeros
        self.cut |= other.cut
        self.statement = self.statement or other.statement
        self.facts += other.facts
        self.lost += other.lost
        self.texts += other.texts

    @property
    def empty(self) -> bool:
        """Whether the table was read and nothing is filled in."""
        return not (self.facts - self.preprinted or self.texts or self.lost or self.odd)
