"""What a figure is called where somebody has to enter it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mingzhang.binding.values import unit_of
from mingzhang.facts import Key
from mingzhang.narratives import wordings
from mingzhang.outlines import LAST
from mingzhang.taxonomy import CodeList, Standards, level_of

_CALLED = {
    "prior": "上年决算数",
    "change": "增减额",
    "change_rate": "增减百分比",
    "change_initial_budget": "与年初预算数的差额",
    "change_rate_initial_budget": "与年初预算数相比的增减百分比",
    "events": "次数",
}
"""Figures that the words of the text are no names for."""

_WITH_UNIT = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)(.*)", re.DOTALL)


class Label(NamedTuple):
    """A figure's address, the part of the document it stands in, its name in words, and its unit."""

    key: Key
    part: str
    name: str
    measure: str
    unit: str

    @property
    def text(self) -> str:
        """The whole label."""
        return f"{self.part}：{self.name}{self.measure}"

    def split(self, printed: str) -> tuple[str, str]:
        """Digits and unit of a figure as printed; the label's own unit where it has none."""
        match = _WITH_UNIT.fullmatch(printed.strip())
        return (match[1], match[2].strip() or self.unit) if match else ("", self.unit)


def label(key: Key, standards: Standards, year: int) -> Label:
    """The label of the figure at ``key``."""
    address, row, column = key
    unit = unit_of(key, standards)
    form = standards.forms.get(address.removeprefix(LAST))
    if form is None:
        return Label(key, _heading(address, standards), *_said(row, column, standards, year), unit)
    last = "上年" if address.startswith(LAST) else ""
    for block in form.blocks:
        if column in block.columns and (row in block.rows or row.isdecimal()):
            named = block.rows[row].labels[0] if row in block.rows else coded(row, standards, year)
            return Label(key, f"{last}《{form.title}》", named, block.columns[column].labels[0], unit)
    return Label(key, f"{last}《{form.title}》", row, column, unit)


def _heading(section: str, standards: Standards) -> str:
    """What the section is called, plainly."""
    known = standards.narratives.sections.get(section)
    if known is None:
        return section
    return next((text for text in known.heading if "<" not in text), wordings(known.heading[0])[0])


def _said(row: str, measure: str, standards: Standards, year: int) -> tuple[str, str]:
    """The subject and what is stated of it."""
    narratives = standards.narratives
    subject, known = narratives.subjects.get(row), narratives.measures.get(measure)
    who = wordings(subject.label[0])[0] if subject is not None else coded(row, standards, year)
    if known is None or measure in _CALLED:
        return who, _CALLED.get(measure, "")
    return who, known.label or wordings(known.cue[0])[0]


def coded(row: str, standards: Standards, year: int) -> str:
    """A coded row with its name; any other row as it is."""
    if not row.isdecimal():
        return row
    return f"{row} {codes_of(row, standards).name(row, year) or ''}".strip()


def codes_of(row: str, standards: Standards) -> CodeList:
    """The list that a coded row is from: functional codes begin with 2."""
    kind = "functional" if level_of(row) and row.startswith("2") else "economic"
    return standards.codelists[kind]
