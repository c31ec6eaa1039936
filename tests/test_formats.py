"""One disclosure in every format: written, read back and recognised, the facts are the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document
from mingzhang.facts import FactSet
from mingzhang.readers import read_document
from mingzhang.samples import SAMPLE, YEAR, Balance, Item, Unit, document
from mingzhang.taxonomy import Standards
from mingzhang.writers import write

SUFFIXES = (".txt", ".pdf", ".docx", ".xlsx", ".html")
WITH_TEXT = (".txt", ".pdf", ".docx", ".html")


def unit(chance: random.Random) -> Unit:
    """A unit with figures of its own, consistent in its tables."""
    items = [
        Item(item.code, chance.randrange(20_000, 40_000), chance.choice((0, chance.randrange(9_000))))
        for item in SAMPLE.items
    ]
    three_public = {column: (chance.randrange(900), chance.randrange(900)) for column in SAMPLE.three_public}
    fund = [
        Balance("2296099", chance.randrange(400), chance.randrange(2_000, 3_000), 0, chance.randrange(900))
    ]
    carry = (chance.randrange(900), chance.randrange(2_000))
    return SAMPLE._replace(items=items, three_public=three_public, fund=fund, carry=carry)


def tables(read: Document, standards: Standards) -> list[tuple[object, ...]]:
    facts = recognise(read, 0, standards).facts
    return sorted((f.key, f.concept, tuple(sorted(f.dimensions.items())), f.amount) for f in facts)


def sentences(read: Document, standards: Standards) -> list[tuple[object, ...]]:
    facts = FactSet()
    read_text(read, 0, standards, YEAR, facts)
    return sorted((f.key, f.concept, tuple(sorted(f.dimensions.items())), f.amount) for f in facts)


@pytest.mark.parametrize("seed", range(6))
def test_same_facts_in_every_format(seed: int, tmp_path: Path, standards: Standards) -> None:
    chance = random.Random(seed)
    source = document(unit(chance), standards)
    in_tables, in_text = tables(source, standards), sentences(source, standards)
    assert len(in_tables) > 150
    assert len(in_text) > 90
    for suffix in SUFFIXES:
        path = tmp_path / f"决算公开{suffix}"
        write(source, path)
        read = read_document(path)
        assert tables(read, standards) == in_tables, suffix
        if suffix in WITH_TEXT:
            assert sentences(read, standards) == in_text, suffix
