"""Every sheet of every edition: composed from generated cells, written, read, and recognised again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from filled import filled
from grids import dumped
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.documents import Document
from mingzhang.facts import Key
from mingzhang.readers import read_document
from mingzhang.taxonomy import load
from mingzhang.writers import write

LIBRARY = load()
EDITIONS = {name: LIBRARY.standards(name) for name in ("cn-2022", "hunan-2022", "shanghai-2024")}
BASE, *LATER = EDITIONS
SHEETS = [(BASE, sheet) for sheet in EDITIONS[BASE].sheets] + [
    (edition, sheet)
    for edition in LATER
    for sheet in EDITIONS[edition].sheets
    if EDITIONS[edition].sheets[sheet] != EDITIONS[BASE].sheets.get(sheet)
]
"""Editions and their sheets, one that an edition takes over from its base only once."""


def told_by_figures(edition: str, sheet: str) -> bool:
    """Whether a row cut short can be put back: indicators without a figure column are texts beside texts."""
    sections = [s for s in EDITIONS[edition].sheets[sheet].sections if s.kind == "indicators"]
    return all(any(slot.holds == "figure" for slot in s.columns.values()) for s in sections)


CUT = [(*known, True) for known in SHEETS] + [(*known, False) for known in SHEETS if told_by_figures(*known)]

UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]
"""Whole sheets are too large to be shrunk in a reasonable time."""

quick = settings(max_examples=12, deadline=None, phases=UNSHRUNK)

Printed = dict[Key, str]


def printed(result: Recognition) -> Printed:
    figures = {fact.key: fact.printed for fact in result.facts}
    return {**{text.key: text.text for text in result.facts.texts}, **figures}


def plain(cells: Printed) -> Printed:
    """The cells without the white space that a text dump or the lines of a page put in and leave out."""
    return {key: "".join(text.split()) for key, text in cells.items()}


def meant(result: Recognition) -> tuple[dict[Key, object], dict[Key, object]]:
    """What every fact and every text means."""
    facts = {fact.key: (fact.concept, fact.dimensions, fact.amount) for fact in result.facts}
    return facts, {text.key: (text.concept, text.dimensions) for text in result.facts.texts}


def composed(edition: str, cells: Printed) -> Document:
    return Document("", "", "composed", compose_sheets(cells, EDITIONS[edition], 2022))


@pytest.mark.parametrize(("edition", "sheet"), SHEETS)
@quick
@given(data=st.data())
def test_composed_and_recognised(edition: str, sheet: str, data: st.DataObject) -> None:
    cells = data.draw(filled(EDITIONS[edition].sheets[sheet]))
    result = recognise(composed(edition, cells), 0, EDITIONS[edition])
    assert printed(result) == cells
    assert result.claimed == result.figures
    assert [(reading.form, reading.lost, reading.odd) for reading in result.sheets] == [(sheet, 0, [])]


@pytest.mark.parametrize(("edition", "sheet", "covered"), CUT)
@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(data=st.data())
def test_dumped_with_covered_cells_blank_or_left_out(
    edition: str, sheet: str, covered: bool, data: st.DataObject
) -> None:
    cells = data.draw(filled(EDITIONS[edition].sheets[sheet], nameless=covered))
    document = composed(edition, cells)
    result = recognise(dumped(document, covered=covered), 0, EDITIONS[edition])
    assert printed(result) == cells
    assert meant(result) == meant(recognise(document, 0, EDITIONS[edition]))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.data_too_large], phases=UNSHRUNK)
@given(data=st.data())
def test_several_sheets_in_one_document(data: st.DataObject) -> None:
    sheets = EDITIONS["hunan-2022"].sheets
    other = data.draw(st.sampled_from([id_ for id_ in sheets if id_ != "project_score_sheet"]))
    cells: Printed = {}
    for id_, number in (("project_score_sheet", 1), (other, 1), ("project_score_sheet", 2)):
        cells |= data.draw(filled(sheets[id_], number))
    result = recognise(composed("hunan-2022", cells), 0, EDITIONS["hunan-2022"])
    assert printed(result) == cells
    assert result.claimed == result.figures


@pytest.mark.parametrize(("edition", "sheet"), SHEETS)
@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".html", ".txt", ".pdf"])
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(data=st.data())
def test_written_and_read(tmp_path: Path, suffix: str, edition: str, sheet: str, data: st.DataObject) -> None:
    cells = data.draw(filled(EDITIONS[edition].sheets[sheet], nameless=suffix != ".pdf"))
    document = composed(edition, cells)
    write(document, tmp_path / f"自评{suffix}")
    result = recognise(read_document(tmp_path / f"自评{suffix}"), 0, EDITIONS[edition])
    assert plain(printed(result)) == plain(cells)
    assert meant(result) == meant(recognise(document, 0, EDITIONS[edition]))
    assert result.claimed == result.figures
