"""Real documents read completely: every figure cell of the nine tables against hand-checked lists."""

from __future__ import annotations

import pytest

from real import listed_cells, recognised

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


@documents
def test_edition_and_forms(name: str) -> None:
    edition, result = recognised(DOCUMENTS[name][0])
    assert edition == DOCUMENTS[name][1]
    assert sorted(reading.form for reading in result.readings) == sorted(FORMS)


@documents
def test_figures(name: str) -> None:
    _, result = recognised(DOCUMENTS[name][0])
    found = [(fact.key, "".join(fact.printed.split())) for fact in result.facts if fact.key[0] in FORMS]
    wanted = [(key, printed) for key, printed in listed_cells(name).items() if printed]
    assert sorted(found) == sorted(wanted)


@documents
def test_blank_cells(name: str) -> None:
    edition, result = recognised(DOCUMENTS[name][0])
    apart = SHARED_TOTAL_ROW.get(edition, set())
    readings = [reading for reading in result.readings if reading.form not in apart]
    found = [(reading.form, row, column) for reading in readings for row, column in reading.blanks]
    wanted = [key for key, printed in listed_cells(name).items() if not printed]
    assert sorted(found) == sorted(wanted)
