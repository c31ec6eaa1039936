"""Codes whose printed name is that of another code: which of the two is meant, only the unit can tell."""

from __future__ import annotations

from collections.abc import Iterator

from mingzhang.documents import quoted
from mingzhang.facts import FormReading
from mingzhang.provenance import Place
from mingzhang.taxonomy import CodeList, Standards

_PRINTS_CODES = ("codes", "entries")


def misnamed(code: str, printed: str, codes: CodeList, year: int, cell: str = "") -> str:
    """What is wrong with the name ``printed`` in ``cell`` beside ``code``; empty where nothing is."""
    if not codes.is_misnamed(code, printed):
        return ""
    listed = quoted(codes.name(code, year) or "")
    return f"编码{code}的名称是{listed}，{cell}写的是{quoted(printed)}，请核对编码或名称。"


def misnamed_rows(reading: FormReading, standards: Standards, year: int) -> Iterator[tuple[Place, str]]:
    """The place of every code of a table beside another code's name, and what to say."""
    form = standards.forms.get(reading.form)
    codes = form.blocks[0].codes if form is not None and form.layout in _PRINTS_CODES else None
    if codes is None:
        return
    for code, seen in reading.rows.items():
        cell = seen.named.cell if seen.named not in (None, seen.place) else None
        told = misnamed(code, seen.label, standards.codelists[codes.list_], year, cell or "")
        if told:
            yield seen.place, told
