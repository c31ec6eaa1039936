"""Personal data in tables: found, and never repeated."""

from __future__ import annotations

from mingzhang import samples
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import privacy
from mingzhang.facts import FactSet, TextFact
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards


def test_a_number_in_a_table_is_found(standards: Standards) -> None:
    fact = TextFact(
        ("sheet", "contact", "text"), "contact", {}, "李四 13812345670", 0, Place(cell="B2"), "联系人", ""
    )
    (found,) = privacy.mobile(
        Submission(FactSet(texts=[fact]), {}, standards, samples.YEAR), standards.checks["privacy.mobile"]
    )
    assert found.locations[0].place.cell == "B2"
    assert found.locations[0].quote == "李四"
