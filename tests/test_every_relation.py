"""Every relation of every edition is evaluated on some composed document of the corpus."""

from __future__ import annotations

import pytest

from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.checking.outcome import NOT_EVALUATED, Submission, confront
from mingzhang.taxonomy import load

UNITS = [samples.SAMPLE, samples.SAMPLE._replace(carry=(0, 0), fund=(), capital=samples.SAMPLE.capital)]


@pytest.mark.parametrize("edition", ["hunan-2022", "shanghai-2024"])
def test_every_relation_is_evaluated(edition: str) -> None:
    standards = load().standards(edition)
    evaluated = set()
    for unit in UNITS:
        read = recognise(samples.document(unit, standards), 0, standards)
        readings = {reading.form: reading for reading in read.readings}
        outcomes = list(confront(Submission(read.facts, readings, standards, standards.edition.year)))
        assert not [o.relation.id for o in outcomes if o.status == "failed"]
        evaluated |= {o.relation.id for o in outcomes if o.status != NOT_EVALUATED}
    assert {relation.id for relation in standards.relations} == evaluated
