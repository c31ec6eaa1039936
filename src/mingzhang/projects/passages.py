"""The running text of a disclosure sentence by sentence, each with the figures that were recognised in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mingzhang.facts import FactSet, ParagraphSeen
from mingzhang.provenance import place_at

_SENTENCE = re.compile(r"[^。！!\n]*[。！!\n]?")


class Sentence(NamedTuple):
    """A sentence as printed, and the numbers of the facts that stand in it."""

    text: str
    facts: tuple[int, ...]


class Passage(NamedTuple):
    """A paragraph with its sentences in order, and the facts that stand in it with their offsets."""

    paragraph: ParagraphSeen
    sentences: tuple[Sentence, ...]
    standing: tuple[tuple[int, int], ...]


def passages(facts: FactSet) -> list[Passage]:
    """The paragraphs of ``facts`` with their sentences."""
    standing: list[list[tuple[int, int]]] = [[] for _ in facts.paragraphs]
    number = 0
    for fact, printed in enumerate(facts.printed):
        found = _find(facts.paragraphs, number, facts, fact, printed)
        if found is not None:
            number, offset = found
            standing[number].append((offset, fact))
    return [
        Passage(seen, tuple(_sentences(seen.text, own)), tuple(own))
        for seen, own in zip(facts.paragraphs, standing)
    ]


def _find(
    paragraphs: Sequence[ParagraphSeen], start: int, facts: FactSet, fact: int, printed: str
) -> tuple[int, int] | None:
    """The paragraph, from ``start`` on, and the offset in it where ``fact`` stands; None for a table's."""
    place, document = facts.places[fact], facts.documents[fact]
    if place.offset is None or not printed:
        return None
    for number in range(start, len(paragraphs)):
        seen = paragraphs[number]
        offset = seen.text.find(printed) if seen.document == document else -1
        while offset >= 0:
            if place_at(offset, seen.segments, seen.place) == place:
                return number, offset
            offset = seen.text.find(printed, offset + 1)
    return None


def _sentences(text: str, standing: Sequence[tuple[int, int]]) -> Iterator[Sentence]:
    for match in _SENTENCE.finditer(text):
        if match.group().strip():
            own = tuple(fact for offset, fact in standing if match.start() <= offset < match.end())
            yield Sentence(match.group().strip(), own)
