"""What a figure is called where somebody has to enter it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mingzhang.binding.values import Values
from mingzhang.facts import Key
from mingzhang.narratives import wordings
from mingzhang.outlines import LAST
from mingzhang.taxonomy import Standards, level_of

_WITH_UNIT = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)(.*)", re.DOTALL)


class Label(NamedTuple):
    """A figure's address, its name in words, and the unit it is entered in."""

    key: Key
    text: str
    unit: str

    def split(self, printed: str) -> tuple[str, str]:
        """Digits and unit of a figure as printed; the label's own unit where it has none."""
        match = _WITH_UNIT.fullmatch(printed.strip())
        return (match[1], match[2].strip() or self.unit) if match else ("", self.unit)


def label(key: Key, standards: Standards, year: int) -> Label:
    """The label of the figure at ``key``."""
    unit = Values({}, standards).unit(key)
    form = standards.forms.get(key[0].removeprefix(LAST))
    if form is None:
        return Label(key, _of_text(key, standards, year), unit)
    for block in form.blocks:
        row = block.rows[key[1]].labels[0] if key[1] in block.rows else name(key[1], standards, year)
        if key[2] in block.columns and (key[1] in block.rows or key[1].isdecimal()):
            last = "上年" if key[0].startswith(LAST) else ""
            return Label(key, f"{last}《{form.title}》“{row}”“{block.columns[key[2]].labels[0]}”", unit)
    return Label(key, "/".join(key), unit)


def _of_text(key: Key, standards: Standards, year: int) -> str:
    section, row, measure = key
    narratives = standards.narratives
    heading = (
        wordings(narratives.sections[section].heading[0])[0] if section in narratives.sections else section
    )
    subject, known = narratives.subjects.get(row), narratives.measures.get(measure)
    who = wordings(subject.label[0])[0] if subject is not None else name(row, standards, year)
    what = {"prior": "上年决算数"}.get(measure) or (known.label or wordings(known.cue[0])[0] if known else "")
    return f"{heading}：{who}{what}"


def name(code: str, standards: Standards, year: int) -> str:
    """A coded row with its name; any other row as it is."""
    if not code.isdecimal():
        return code
    kind = "functional" if level_of(code) and code.startswith("2") else "economic"
    return f"{code} {standards.codelists[kind].name(code, year) or ''}".strip()
