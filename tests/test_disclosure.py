"""A whole disclosure composed from figures: written, read and checked, it says what it was composed from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from contents import EXTREMES, contents
from mingzhang import api
from mingzhang.binding.disclosure import Contents, disclosure, missing_tables, table_blocks
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Block, Document, Paragraph, Table
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


@settings(max_examples=UNITS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 10**9), extreme=some.sampled_from(EXTREMES))
def test_what_is_left_blank_becomes_no_other_figure(seed: int, extreme: str, standards: Standards) -> None:
    chance = random.Random(seed)
    source = contents(chance, standards, extreme)
    blank = {form for form in standards.forms if chance.random() < 0.25}
    figures = {
        key: text
        for key, text in source.figures.items()
        if key[0] not in blank and (key[0] != "three_public" or chance.random() < 0.6)
    }
    _, whole = disclosure(source, standards)
    document, part = disclosure(replace(source, figures=figures), standards)
    assert not {k: text for k, text in part.stated.items() if whole.stated.get(k, text) != text}
    filled = {form for form in blank if _nonzero(source.figures, form)}
    assert filled <= {gap.key[0] for gap in part.gaps if gap.kind == "table"}
    said = "".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert "无政府性基金收支" not in said or not _nonzero(source.figures, "fund_budget")
    assert "无国有资本经营收支" not in said or not _nonzero(source.figures, "capital_budget")


def _nonzero(figures: Mapping[Key, str], form: str) -> bool:
    return any(key[0] == form and float(text) for key, text in figures.items())


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


def drawn(figures: Mapping[Key, str], standards: Standards) -> list[Block]:
    source = Contents("青禾市档案馆", YEAR, figures=figures)
    return table_blocks(source, standards, missing_tables(source, standards))


def test_the_rows_of_tables_stand_by_their_codes(standards: Standards) -> None:
    figures = {
        ("general_budget_expenditure", row, "total"): "5.00" for row in ("2010101", "20101", "total", "201")
    }
    blocks = drawn(figures, standards)
    table = next(b for b in blocks if isinstance(b, Table) and any(c.text == "2010101" for c in b.cells))
    first = [cell.text for cell in table.cells if cell.column == 0]
    assert first[-4:] == ["合计", "201", "20101", "2010101"]


def test_a_table_that_is_not_filled_in_says_so(standards: Standards) -> None:
    fiscal = {("fiscal_income_expenditure", "general", "amount"): "5.00"}
    said = {
        name: [
            b.text
            for b in drawn(figures, standards)
            if isinstance(b, Paragraph) and b.role in ("note", "gap")
        ]
        for name, figures in {"none": {}, "fiscal": fiscal}.items()
    }
    assert len(said["none"]) == len(standards.forms)
    assert all(text.startswith("【待填写：《") for text in said["none"])
    assert [text for text in said["fiscal"] if "本表无数据" in text] == [
        "说明：本单位没有相关收入和支出，故本表无数据。"
    ] * 2
    _, composed = disclosure(Contents("青禾市档案馆", YEAR, figures=fiscal, report=""), standards)
    tables = [gap.key[0] for gap in composed.gaps if gap.kind == "table"]
    assert "income_expenditure" in tables
    assert {"fund_budget", "capital_budget", "fiscal_income_expenditure"}.isdisjoint(tables)
