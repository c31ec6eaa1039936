"""A whole disclosure composed from figures: written, read and checked, it says what it was composed from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from contents import EXTREMES, contents
from mingzhang import api
from mingzhang.binding.disclosure import disclosure
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document
from mingzhang.facts import FactSet, Key
from mingzhang.readers import read_document
from mingzhang.samples import YEAR
from mingzhang.taxonomy import Standards
from mingzhang.writers import write

FORMATS = (".txt", ".docx", ".xlsx", ".html", ".pdf")
UNITS = 40
"""Units that the suite composes; the thousand of the bar are composed by benchmarks/composing.py."""


def stated(document: Document, standards: Standards) -> dict[Key, list[str]]:
    """The figures of the running text by address."""
    facts = FactSet()
    read_text(document, 0, standards, YEAR, facts)
    found: dict[Key, list[str]] = {}
    for key, printed in zip(facts.keys, facts.printed):
        found.setdefault(key, []).append(printed)
    return found


def printed(document: Document, standards: Standards) -> dict[Key, str]:
    """The figures of the tables by address."""
    return {fact.key: fact.printed for fact in recognise(document, 0, standards).facts}


def differing(wanted: Mapping[Key, str], found: Mapping[Key, list[str]]) -> dict[Key, str]:
    return {key: text for key, text in wanted.items() if text not in found.get(key, ())}


@settings(max_examples=UNITS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 10**9), extreme=some.sampled_from(EXTREMES))
def test_what_is_composed_is_recognised(seed: int, extreme: str, standards: Standards) -> None:
    source = contents(random.Random(seed), standards, extreme)
    document, composed = disclosure(source, standards)
    assert not composed.gaps
    assert not differing(composed.stated, stated(document, standards))
    tables = {key: text for key, text in source.figures.items() if key[0] in standards.forms}
    assert printed(document, standards) == tables


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same_and_raises_nothing(
    suffix: str, extreme: str, standards: Standards, tmp_path: Path
) -> None:
    source = contents(random.Random(EXTREMES.index(extreme)), standards, extreme)
    document, composed = disclosure(source, standards)
    path = tmp_path / f"决算公开{suffix}"
    write(document, path)
    read = read_document(path)
    assert not differing(composed.stated, stated(read, standards))
    assert printed(read, standards) == printed(document, standards)
    report = api.check([path])
    assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []
