"""The forms of the self-evaluation in real documents, cell for cell, against hand-checked lists.

The lists hold figures and short labels. Texts are cut at twenty characters, names of indicators too;
``*`` stands for a text that is not copied (long, or about a person), and a person's name in a row is
a hash. A blank ``printed`` is a cell that the form has and the document leaves blank.
"""

from __future__ import annotations

import hashlib

import pytest

from mingzhang.binding.recognise import Recognition
from real import listed_cells, recognised

DOCUMENTS = {
    "001": "seeds/001_ccaee7afe12d8f19.txt",
    "004": "seeds/004_f8bf98fc7e49c619.txt",
}
Cell = tuple[str, str, str, str]
LONGEST = 20

documents = pytest.mark.parametrize("name", DOCUMENTS)


def read(name: str) -> Recognition:
    edition, result = recognised(DOCUMENTS[name])
    assert edition == "hunan-2022"
    return result


def cell(address: str, row: str, column: str) -> Cell:
    form, _, instance = address.partition("#")
    first, slash, name = row.rpartition("/")
    if first == "evaluators":
        name = hashlib.sha256(name.encode()).hexdigest()[:8]
    return form, instance or "1", f"{first}{slash}{name[:LONGEST]}", column


def found(result: Recognition, *, figures: bool) -> dict[Cell, str]:
    addresses = {reading.address for reading in result.sheets}
    facts = result.facts
    observed = (
        [(fact.key, fact.printed) for fact in facts] if figures else [(f.key, f.text) for f in facts.texts]
    )
    return {cell(*key): "".join(text.split()) for key, text in observed if key[0] in addresses}


@documents
def test_every_filled_cell(name: str) -> None:
    result = read(name)
    texts = {**found(result, figures=True), **found(result, figures=False)}
    wanted = {key: printed for key, printed in listed_cells(f"{name}.forms").items() if printed}
    assert sorted(texts) == sorted(wanted)
    for key, printed in wanted.items():
        assert printed in ("*", texts[key][:LONGEST]), key


@documents
def test_every_figure_is_a_fact(name: str) -> None:
    result = read(name)
    figures = found(result, figures=True)
    texts = set(found(result, figures=False))
    wanted = {key for key, printed in listed_cells(f"{name}.forms").items() if printed and key not in texts}
    assert wanted <= set(figures)
    measures = {key for key in figures if key in texts}
    assert {column for *_, column in measures} == {"target", "actual"}
    assert result.claimed == result.figures
    assert [reading.lost for reading in result.sheets if reading.lost or reading.odd] == []
    assert result.unrecognised == []


@documents
def test_blank_cells(name: str) -> None:
    result = read(name)
    blanks = [
        cell(reading.address, row, column) for reading in result.sheets for row, column in reading.blanks
    ]
    wanted = [key for key, printed in listed_cells(f"{name}.forms").items() if not printed]
    assert sorted(blanks) == sorted(wanted)


def test_the_sheets_and_which_are_empty() -> None:
    sheets = {name: [(reading.address, reading.empty) for reading in read(name).sheets] for name in DOCUMENTS}
    assert sheets["001"] == [
        ("registration", False),
        ("basic_by_economic", False),
        ("project_balances", False),
        ("cost_control", False),
        ("base_data", False),
        ("department_score_sheet", False),
        ("project_score_sheet", False),
        *((f"project_score_sheet#{number}", False) for number in range(2, 6)),
        ("fund_score_sheet", False),
        ("capital_score_sheet", True),
        ("insurance_score_sheet", True),
    ]
    assert sheets["004"] == [
        ("base_data", False),
        ("department_score_sheet", False),
        ("project_score_sheet", False),
        ("project_score_sheet#2", False),
    ]


def test_the_label_of_another_sheet_is_kept() -> None:
    printed = [r.rows["project"].label for r in read("001").sheets if r.form == "capital_score_sheet"]
    assert printed == ["社会保险基金预算支出名称"]
