"""Figures of a workbook as it stores them: to the 分, whatever their formats show."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from mingzhang.facts import FactSet
from mingzhang.forms import Form
from mingzhang.money import MONEY, Amount, in_unit, to_the_cent
from mingzhang.readers.xlsx import position

Numbers = Mapping[str, Mapping[tuple[int, int], str]]
"""Stored numbers by the sheet's name, row and column (0-based)."""


def exact(facts: FactSet, number: int, numbers: Numbers) -> Amount:
    """Fact ``number`` as stored, where it is money and prints as the rounded stored number; else as printed.

    A format may show 元 as 万元: then the stored number is not the one meant.
    """
    printed, place = facts.amount(number), facts.places[number]
    text = numbers.get(place.sheet or "", {}).get(position(place.cell)) if place.cell else None
    if text is None or printed.unit not in MONEY:
        return printed
    whole = to_the_cent(Decimal(text), printed.unit)
    low, high = printed.interval
    return whole if low <= whole.centre <= high else printed


def in_form(amount: Amount, form: Form) -> str:
    """A figure as a project keeps it: money in the unit of its form, a number of things as it is."""
    return in_unit(amount, form.unit) if amount.unit in MONEY else str(amount.value)
