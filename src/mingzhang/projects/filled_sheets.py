"""What a project's tables have for the sheets of its self-evaluation."""

from __future__ import annotations

from collections import Counter

from mingzhang.facts import Key
from mingzhang.forms import VALUE, Sheet
from mingzhang.plans.blocks import PROJECT
from mingzhang.projects.ledger import Ledger, Observed, amount_text
from mingzhang.projects.project import UNIT

_RATE = "%"


def source_of(key: Key, source: str, project: str, only: bool, ledger: Ledger) -> Observed | None:
    """What the project has for the cell ``key`` of a sheet: that of ``project``, or the ``only`` one."""
    if source and (only or "[p," in source):
        return ledger.worked(key, source, {"p": project})
    return None


def _named(sheet: Sheet | None) -> list[str]:
    """The rows of a sheet that name its unit."""
    slots = [section.slots for section in sheet.sections] if sheet is not None else []
    return [row for own in slots for row, slot in own.items() if slot.is_ == "unit.name"]


def fill_sheets(ledger: Ledger) -> None:
    """Puts the unit's name and what the tables have into the blank cells of every sheet that is begun.

    Nought is left blank, as units leave it. What is filled in otherwise stays: checking finds it.
    """
    figures = ledger.figures
    forms = Counter(address.partition("#")[0] for address in dict.fromkeys(key[0] for key in figures))
    for address in dict.fromkeys(key[0] for key in figures):
        form = address.partition("#")[0]
        project = figures.get((address, PROJECT, VALUE), "")
        for row in _named(ledger.standards.sheets.get(form)):
            if not figures.get((address, row, VALUE)):
                ledger.put((address, row, VALUE), ledger.contents.entity, f"“{UNIT}”")
        for row, columns in ledger.standards.outlines.filled.get(form, {}).items():
            for column, source in columns.items():
                key = address, row, column
                found = source_of(key, source, project, forms[form] == 1, ledger)
                if found is not None and found.amount.centre and not figures.get(key):
                    sign = _RATE if found.amount.unit == _RATE else ""
                    ledger.put(key, f"{amount_text(found.amount)}{sign}", found.where)
