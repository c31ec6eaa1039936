"""Figures in 元, to the 分: exported, imported, composed, written, read and checked without a finding."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from contents import EXTREMES, contents, unit
from exports import workbook
from mingzhang import api
from mingzhang.binding.disclosure import disclosure
from mingzhang.binding.recognise import recognise
from mingzhang.facts import Key
from mingzhang.projects.folder import read_project
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, ENTITY, YEAR, figures
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import write


def published(exact: Mapping[Key, str]) -> dict[Key, str]:
    """Each figure rounded by itself, as it has to print."""
    return {key: str(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)) for key, text in exact.items()}


def imported(folder: Path, given: Mapping[Key, str], standards: Standards) -> dict[Key, str]:
    """The figures of a project that the workbook with the figures ``given`` in 元 was imported into."""
    project = folder / "项目"
    api.new_project(project, ENTITY, YEAR, edition=EDITION)
    path = workbook(folder / "导出.xlsx", given, standards, entity=ENTITY)
    assert not api.import_workbook(path, project).findings
    read, _ = read_project(project, load())
    return dict(read.contents.figures)


@pytest.mark.parametrize("larger", [1, 7919])
@pytest.mark.parametrize("extreme", EXTREMES)
def test_no_finding(extreme: str, larger: int, standards: Standards, tmp_path: Path) -> None:
    seed = EXTREMES.index(extreme)
    small = figures(unit(random.Random(seed), standards, extreme), standards)
    given = {key: str(Decimal(text) * larger) for key, text in small.items()}  # its hundredths are 分
    exact = imported(tmp_path, given, standards)
    assert exact == {key: in_ten_thousands(text) for key, text in given.items()}
    source = contents(random.Random(seed), standards, extreme, published(exact))
    composed = replace(source, figures={**source.figures, **exact}, reasons={})
    _, draft = disclosure(composed, standards)
    reasons = {gap.key: "年中工作安排有调整" for gap in draft.gaps if gap.kind == "reason"}
    document, _ = disclosure(replace(composed, reasons=reasons), standards)
    path = tmp_path / "决算公开.docx"
    write(document, path)
    tables = {fact.key: fact.printed for fact in recognise(read_document(path), 0, standards).facts}
    assert tables == published(exact)
    report = api.check([path])
    assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []


def in_ten_thousands(text: str) -> str:
    """元 in 万元: every digit, and two decimals at least."""
    digits = f"{Decimal(text).scaleb(-4):.6f}".rstrip("0")
    whole, _, decimals = digits.partition(".")
    return f"{whole}.{decimals:0<2}"
