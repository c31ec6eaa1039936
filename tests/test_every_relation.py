"""Every relation of every edition is evaluated on some composed document of the corpus."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mingzhang import samples
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.outcome import NOT_EVALUATED, Submission, confront
from mingzhang.documents import Document
from mingzhang.samples.sheets import score_sheet
from mingzhang.taxonomy import load

TEN = Decimal("10.00")
STATED = {("funds", "final"): "10.00", ("basic", "stated"): "6.00", ("project", "stated"): "4.00"}
OTHERS = {
    **score_sheet("insurance_score_sheet", "社会保险基金预算支出", TEN),
    **{("department_score_sheet", *cell): printed for cell, printed in STATED.items()},
}
"""Sheets that no sample has: of social insurance, and with amounts stated inside cells."""

UNITS = [samples.SAMPLE, samples.SAMPLE._replace(carry=(0, 0), fund=(), capital=samples.SAMPLE.capital)]


@pytest.mark.parametrize("edition", ["hunan-2022", "shanghai-2024"])
def test_every_relation_is_evaluated(edition: str) -> None:
    standards = load().standards(edition)
    evaluated = set()
    documents = [samples.document(unit, standards) for unit in UNITS]
    documents.append(Document("", "", "composed", compose_sheets(OTHERS, standards, samples.YEAR)))
    for document in documents:
        read = recognise(document, 0, standards)
        read_text(document, 0, standards, samples.YEAR, read.facts)
        readings = {reading.address: reading for reading in read.readings + read.sheets}
        outcomes = list(confront(Submission(read.facts, readings, standards, samples.YEAR)))
        assert not [o.relation.id for o in outcomes if o.status == "failed"]
        evaluated |= {o.relation.id for o in outcomes if o.status != NOT_EVALUATED}
    assert {relation.id for relation in standards.relations} == evaluated
