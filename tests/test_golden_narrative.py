"""Running text of real documents against hand-checked lists: what each figure means, and where it stands.

An output's name is the document's own wording, which may fairly be cut in more than one way: the noun
listed has to be in the name found. Everything else is compared exactly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pytest

from mingzhang.binding.identity import identify, pick_edition
from mingzhang.binding.narrative import NarrativeReading, read_text
from mingzhang.documents import Document
from mingzhang.facts import FactSet
from mingzhang.provenance import Place, place_at
from mingzhang.readers import read_document
from mingzhang.taxonomy import load
from real import listed, shared

DOCUMENTS = {
    "000": "seeds/000_f564cc44dcacc6e0.txt",
    "004": "seeds/004_f8bf98fc7e49c619.txt",
    "planning-bureau-2024": "documents/planning-bureau-2024.pdf",
}
OUTPUT = "output"
SHARE = 0.9

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NO_FIGURES = {
    "years": re.compile(r"(?<![\d.])(?P<n>(?:19|20)?\d\d)\s*(?:年|全年)"),
    "dates": re.compile(r"(?<!\d)(?P<n>\d{1,2})\s*(?:月|日|-\s*\d{1,2}\s*月)"),
    "document numbers": re.compile(r"[〔【\[]\s*(?P<n>\d{4})\s*[〕】\]]|(?<!\d)(?P<m>\d+)\s*号"),
    "ordinals": re.compile(r"(?:^|[\n。])\s*(?P<n>\d{1,2})[、.．](?!\d)|[（(](?P<m>\d{1,2})[）)]"),
}

documents = pytest.mark.parametrize("name", DOCUMENTS)


Spot = tuple[str, str]
"""The place of a figure as the lists give it, and its digits."""


class Listed(NamedTuple):
    """A fact as the lists hold it."""

    section: str
    row: str
    column: str
    concept: str
    dimensions: str
    value: Decimal
    unit: str
    printed: str
    place: str

    @property
    def spot(self) -> Spot:
        """Where it stands: a line and offset, or a page and which of its equal numbers."""
        number = NUMBER.match(self.printed)
        assert number is not None
        return self.place, number.group()


class Read(NamedTuple):
    """What was read of a document."""

    document: Document
    result: NarrativeReading
    facts: dict[Spot, list[Listed]]
    places: set[Place]


def expected(name: str) -> list[Listed]:
    rows = [Listed(**{**row, "value": Decimal(row["value"])}) for row in listed(f"{name}.narrative")]
    assert len({row.spot for row in rows}) == len(rows), "a figure is listed twice"
    return rows


@cache
def read(name: str) -> Read:
    library = load()
    document = read_document(shared(DOCUMENTS[name]))
    identity = identify(document, library)
    standards = library.standards(pick_edition(identity, library).id)
    facts = FactSet()
    result = read_text(document, 0, standards, identity.year, facts)
    ordinals = _ordinals(document)
    found: dict[Spot, list[Listed]] = {}
    for fact in facts:
        dimensions = ";".join(f"{k}={fact.dimensions[k]}" for k in sorted(fact.dimensions))
        place = _place(fact.place, ordinals)
        value = fact.amount.value
        row = Listed(*fact.key, fact.concept, dimensions, value, fact.amount.unit, fact.printed, place)
        found.setdefault(row.spot, []).append(row)
    return Read(document, result, found, {fact.place for fact in facts})


def _place(place: Place, ordinals: dict[Place, int]) -> str:
    if place.page is None:
        return f"{place.line}:{place.offset}"
    return f"{place.page}:{ordinals.get(place)}"


def _ordinals(document: Document) -> dict[Place, int]:
    """The place of every number → which of the equal numbers on its page it is."""
    seen: Counter[tuple[int | None, str]] = Counter()
    ordinals = {}
    for place, printed in _numbers(document):
        seen[place.page, printed] += 1
        ordinals[place] = seen[place.page, printed]
    return ordinals


def _numbers(document: Document) -> Iterator[tuple[Place, str]]:
    for paragraph in document.paragraphs():
        for match in NUMBER.finditer(paragraph.text):
            yield place_at(match.start(), paragraph.segments, paragraph.place), match.group()


def _same(listed: Listed, found: Listed) -> bool:
    if listed.concept != OUTPUT or found.concept != OUTPUT:
        return listed == found
    hidden = {"row": "", "dimensions": re.sub(r"(?:^|;)name=[^;]*", "", listed.dimensions)}
    other = {"row": "", "dimensions": re.sub(r"(?:^|;)name=[^;]*", "", found.dimensions)}
    return listed._replace(**hidden) == found._replace(**other) and listed.row in found.row


@documents
def test_listed_facts(name: str) -> None:
    facts = read(name).facts
    wrong = [
        (listed, facts.get(listed.spot, []))
        for listed in expected(name)
        if not any(_same(listed, found) for found in facts.get(listed.spot, []))
    ]
    assert not wrong, "\n".join(f"listed {listed}\nfound  {found}" for listed, found in wrong)


@documents
def test_one_fact_a_figure(name: str) -> None:
    facts = read(name).facts
    assert [spot for spot, found in facts.items() if len(found) > 1] == []
    assert len(expected(name)) >= 100


@documents
def test_claimed(name: str) -> None:
    result = read(name).result
    assert result.figures >= len(expected(name)) * SHARE
    assert result.claimed / result.figures >= SHARE


@documents
@pytest.mark.parametrize("kind", NO_FIGURES)
def test_no_fact_of(name: str, kind: str) -> None:
    document, _, _, places = read(name)
    taken = []
    for paragraph in document.paragraphs():
        for match in NO_FIGURES[kind].finditer(paragraph.text):
            group = match.lastgroup or "n"
            if place_at(match.start(group), paragraph.segments, paragraph.place) in places:
                taken.append(match.group())
    assert taken == []
