"""Real documents, which are no part of the project, and the hand-checked lists of what they say."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from mingzhang.binding.recognise import Recognition, identify, pick_edition, recognise
from mingzhang.readers import read_document
from mingzhang.taxonomy import load

CORPUS = Path(__file__).parent / "corpus"
SHARED = Path(__file__).resolve().parents[2] / "shared"
CONTRACT = SHARED / "contracts" / "findings.schema.json"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))


def listed(name: str) -> list[dict[str, str]]:
    """The rows of a hand-checked list."""
    with (CORPUS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed_cells(name: str) -> dict[tuple[str, ...], str]:
    """A list of cells: what is printed, by the other columns."""
    rows = [row.values() for row in listed(name)]
    cells = {tuple(address): printed for *address, printed in rows}
    assert len(cells) == len(rows), "a cell is listed twice"
    return cells


def shared(path: str) -> Path:
    """A real document; the test is skipped where it is not at hand."""
    found = next(SHARED.glob(path), None)
    if found is None:
        pytest.skip(f"the shared document {path} is not at hand")
    return found


@cache
def recognised(path: str) -> tuple[str, Recognition]:
    """The edition of a real document and the forms in it."""
    library = load()
    document = read_document(shared(path))
    edition = pick_edition(identify(document, library), library)
    return edition.id, recognise(document, 0, library.standards(edition.id))
