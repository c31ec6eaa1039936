"""Real documents read completely: every figure cell of the nine tables against hand-checked lists."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from mingzhang.binding.recognise import Recognition, identify, pick_edition, recognise
from mingzhang.facts import Key
from mingzhang.readers import read_document
from mingzhang.taxonomy import load

CORPUS = Path(__file__).parent / "corpus"
SHARED = Path(__file__).resolve().parents[2] / "shared"

DOCUMENTS = {
    "000": ("seeds/000_f564cc44dcacc6e0.txt", "hunan-2022"),
    "004": ("seeds/004_f8bf98fc7e49c619.txt", "hunan-2022"),
    "planning-bureau-2024": ("documents/planning-bureau-2024.pdf", "shanghai-2024"),
    "official-template-finals": ("documents/official-template-finals.pdf", "shanghai-2024"),
}

# In Shanghai's fund and capital tables the 合计 row also holds the headings of 本年支出's columns (合计,
# 基本支出, 项目支出), so which of its cells are blank figures is moot: the lists leave them out.
SHARED_TOTAL_ROW = {"shanghai-2024": {"fund_budget", "capital_budget"}}

FORMS = {
    "income_expenditure",
    "income_by_function",
    "expenditure_by_function",
    "fiscal_income_expenditure",
    "general_budget_expenditure",
    "basic_expenditure_by_economic",
    "fund_budget",
    "capital_budget",
    "three_public",
}

documents = pytest.mark.parametrize("name", DOCUMENTS)


def expected(name: str) -> dict[Key, str]:
    with (CORPUS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    cells = {(form, row, column): printed for form, row, column, printed in rows}
    assert len(cells) == len(rows), "a cell is listed twice"
    return cells


@cache
def read(name: str) -> tuple[str, Recognition]:
    path, _ = DOCUMENTS[name]
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"shared document {path} is not at hand")
    library = load()
    document = read_document(source)
    edition = pick_edition(identify(document, library), library)
    return edition.id, recognise(document, 0, library.standards(edition.id))


@documents
def test_edition_and_forms(name: str) -> None:
    edition, result = read(name)
    assert edition == DOCUMENTS[name][1]
    assert sorted(reading.form for reading in result.readings) == sorted(FORMS)


@documents
def test_figures(name: str) -> None:
    _, result = read(name)
    found = [(fact.key, "".join(fact.printed.split())) for fact in result.facts if fact.key[0] in FORMS]
    wanted = [(key, printed) for key, printed in expected(name).items() if printed]
    assert sorted(found) == sorted(wanted)


@documents
def test_blank_cells(name: str) -> None:
    edition, result = read(name)
    apart = SHARED_TOTAL_ROW.get(edition, set())
    readings = [reading for reading in result.readings if reading.form not in apart]
    found = [(reading.form, row, column) for reading in readings for row, column in reading.blanks]
    wanted = [key for key, printed in expected(name).items() if not printed]
    assert sorted(found) == sorted(wanted)
