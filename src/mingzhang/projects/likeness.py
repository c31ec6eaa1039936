"""A disclosure beside what was composed from it: figure by figure, at the same address."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document, squash
from mingzhang.facts import FactSet, Key
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

_RATE = "%"
_UNNAMED = "…"
"""What the key of a row without a name begins with; without a figure it is not printed again."""


class Difference(NamedTuple):
    """A figure or text of the source at ``place``, and what is composed instead, if anything."""

    key: Key
    printed: str
    composed: str
    place: Place


@dataclass(slots=True)
class Likeness:
    """How many figures the source has in tables and in text, how many were composed again, and which differ.

    ``recomputed`` are said differently, ``missing`` not at all.
    """

    tables: int = 0
    text: int = 0
    same_tables: int = 0
    same_text: int = 0
    recomputed: list[Difference] = field(default_factory=list)
    missing: list[Difference] = field(default_factory=list)


def observed(document: Document, standards: Standards, year: int) -> FactSet:
    """What a composed document says."""
    facts = recognise(document, 0, standards).facts
    read_text(document, 0, standards, year, facts)
    return facts


def compare(source: FactSet, composed: FactSet, standards: Standards) -> Likeness:
    """The figures of ``source`` beside those of ``composed`` at the same addresses."""
    numbers: defaultdict[Key, list[int]] = defaultdict(list)
    for number, key in enumerate(composed.keys):
        numbers[key].append(number)
    incalculable = {t.key[:2]: t.text for t in composed.texts if t.concept == "word.incalculable"}
    found = Likeness()
    for number, key in enumerate(source.keys):
        if number in source.copied or (key[1].startswith(_UNNAMED) and not source.mantissas[number]):
            continue
        tabular = key[0] in standards.forms or key[0].partition("#")[0] in standards.sheets
        found.tables += tabular
        found.text += not tabular
        own = source.intervals[number]
        if any(own.meets(composed.intervals[other]) for other in numbers[key]):
            found.same_tables += tabular
            found.same_text += not tabular
            continue
        said = "、".join(dict.fromkeys(_printed(composed, other) for other in numbers[key]))
        if source.units[number] == _RATE:
            said = said or incalculable.get(key[:2], "")
        difference = Difference(key, _printed(source, number), said, source.places[number])
        (found.recomputed if said else found.missing).append(difference)
    found.missing += _texts(source, composed, standards)
    return found


def _printed(facts: FactSet, number: int) -> str:
    """A figure as printed, a change with its direction."""
    direction = ""
    if facts.keys[number][2].startswith("change") and facts.mantissas[number]:
        direction = "增加" if facts.mantissas[number] > 0 else "减少"
    return direction + facts.printed[number]


def _texts(source: FactSet, composed: FactSet, standards: Standards) -> list[Difference]:
    """The filled cells of sheets that hold no figure and were not composed again."""
    said = {(text.key, squash(text.text)) for text in composed.texts}
    return [
        Difference(text.key, text.text, "", text.place)
        for text in source.texts
        if text.key[0].partition("#")[0] in standards.sheets and (text.key, squash(text.text)) not in said
    ]
