"""What running text states: subjects, and the ledger that turns bound figures into facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.documents import Paragraph, fold
from mingzhang.facts import Fact, FactSet, Statement, TextFact
from mingzhang.figures import MONEY, Figure
from mingzhang.money import Amount
from mingzhang.narratives import Narratives, Section
from mingzhang.provenance import Place, place_at

PRIOR = "prior"
_TRIMMED = " ：:，,。；;　"
_CONTEXT_LEFT, _CONTEXT_RIGHT = 20, 10
_CENTS = 2


class Subject(NamedTuple):
    """What a figure is about, as resolved in its section."""

    row: str
    concept: str
    dimensions: dict[str, str]
    label: str
    of: str = MONEY
    unit: tuple[str, ...] = ()
    unbudgeted: bool = False


class Unclaimed(NamedTuple):
    """A figure that nothing says the meaning of."""

    printed: str
    context: str
    place: Place


@dataclass(slots=True)
class NarrativeReading:
    """What was read in the running text of a document.

    ``figures`` counts amounts, rates, counts and points, ``claimed`` those that became facts.
    """

    figures: int = 0
    claimed: int = 0
    unclaimed: list[Unclaimed] = field(default_factory=list)


class Told(NamedTuple):
    """What a figure tells of its subject besides its value.

    ``measure`` names it, ``column`` where it differs from that; ``base`` is what a change is measured
    against and ``stage`` what of its subject changed (the final accounts, if None), ``whole`` what a
    share is of, ``year`` the year that was said: a number, or the one before.
    """

    measure: str
    column: str = ""
    base: str | None = None
    stage: str | None = None
    decrease: bool = False
    whole: Subject | None = None
    year: int | str | None = None


class Ledger:
    """Enters the facts, texts and statements of one paragraph."""

    def __init__(
        self,
        paragraph: Paragraph,
        document: int,
        narratives: Narratives,
        section: Section | None,
        year: int | None,
        facts: FactSet,
        reading: NarrativeReading,
    ) -> None:
        self.paragraph, self.document, self.narratives = paragraph, document, narratives
        self.section = section.id if section is not None else "text"
        self.year, self.facts, self.reading = year, facts, reading
        self.current: Statement | None = None

    def enter(self, figure: Figure, subject: Subject, told: Told) -> bool:
        """Make a fact of ``figure``; always True."""
        known = self.narratives.measures.get(told.measure)
        stated = dict(known.with_) if known else {}
        column, amount = told.column or told.measure, figure.amount
        if figure.kind == MONEY and not amount.mantissa:  # 0万元 says nothing at all, not up to half a 万元
            amount = Amount(0, max(amount.decimals, _CENTS), amount.unit)
        if told.base is not None:
            stated |= {"measure": told.measure, "base": told.base}
            if told.stage is not None:
                stated |= self.narratives.measures[told.stage].with_
            column = told.measure if told.base == PRIOR else f"{told.measure}_{told.base}"
            if told.decrease:
                amount = Amount(-abs(amount.mantissa), amount.decimals, amount.unit)
        if told.whole is not None:
            stated["of"] = told.whole.row
        year = self._year(told.year)
        if year is not None:
            stated["year"] = year
            column = f"{column}.{year}"
        if figure.bound:
            stated["bound"] = figure.bound
        number = self.facts.add(
            Fact(
                (self.section, subject.row, column),
                subject.concept,
                {**subject.dimensions, **stated},
                amount,
                self.paragraph.text[figure.start : figure.stop],
                self.document,
                self.place(figure.start),
                subject.label,
                told.measure,
            )
        )
        self.statement(subject).facts.setdefault(column, number)
        return True

    def _year(self, year: int | str | None) -> str | None:
        """A year that was said, where it is not the year of the document."""
        if year == PRIOR:
            return PRIOR
        if not isinstance(year, int) or self.year is None or year == self.year:
            return None
        return PRIOR if year == self.year - 1 else str(year)

    def statement(self, subject: Subject) -> Statement:
        """The statement that is being made of ``subject``."""
        if self.current is None or self.current.row != subject.row:
            self.current = Statement(self.document, self.section, subject.row, self.paragraph.place)
            self.facts.statements.append(self.current)
        return self.current

    def count(self, figure: Figure, *, claimed: bool) -> None:
        """Count a figure that ought to become a fact, and keep one that did not."""
        self.reading.figures += 1
        if claimed:
            self.reading.claimed += 1
            return
        text = self.paragraph.text
        context = text[max(0, figure.start - _CONTEXT_LEFT) : figure.stop + _CONTEXT_RIGHT]
        printed = text[figure.start : figure.stop]
        self.reading.unclaimed.append(Unclaimed(printed, context, self.place(figure.start)))

    def tell(self, concept: str, row: str, column: str, start: int, end: int, **dimensions: str) -> None:
        """Enter the words from ``start`` to ``end``."""
        key = (self.section, row, column)
        text = self.paragraph.text[start:end].strip(_TRIMMED)
        self.facts.texts.append(
            TextFact(key, concept, dimensions, text, self.document, self.place(start), row, concept)
        )

    def place(self, offset: int) -> Place:
        """Where character ``offset`` of the paragraph stands."""
        return place_at(offset, self.paragraph.segments, self.paragraph.place)


def plain(label: str) -> str:
    """A label as compared and as a row of its own: folded, without white space and quotation marks."""
    return "".join(c for c in fold(label) if c not in " \"'\n\t")


def project(name: str) -> Subject:
    """A named thing that money is spent on."""
    return Subject(plain(name), "project", {"name": plain(name)}, name)


def output(name: str, kind: str) -> Subject:
    """Something achieved, with a noun of its own."""
    return Subject(plain(name), "output", {"name": plain(name)}, name, kind)
