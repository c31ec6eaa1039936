"""Figures of a workbook as it stores them: to the 分, whatever their formats show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from mingzhang.facts import FactSet
from mingzhang.forms import Form
from mingzhang.money import MONEY, Amount, in_unit, to_the_cent
from mingzhang.provenance import Place

Numbers = Mapping[str, Mapping[tuple[int, int], str]]
"""Stored numbers by the sheet's name, row and column (0-based)."""

_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def exact(facts: FactSet, number: int, numbers: Numbers) -> Amount:
    """Fact ``number`` as stored, where it is money and prints as the rounded stored number; else as printed.

    A format may show 元 as 万元: then the stored number is not the one meant.
    """
    printed, place = facts.amount(number), facts.places[number]
    text = numbers.get(place.sheet or "", {}).get(position(place))
    if text is None or printed.unit not in MONEY:
        return printed
    whole = to_the_cent(Decimal(text), printed.unit)
    low, high = printed.interval
    return whole if low <= whole.centre <= high else printed


def in_form(amount: Amount, form: Form) -> str:
    """A figure as a project keeps it: money in the unit of its form, a number of things as it is."""
    return in_unit(amount, form.unit) if amount.unit in MONEY else str(amount.value)


def position(place: Place) -> tuple[int, int]:
    """Row and column (0-based) of a cell; (-1, -1) of what is none."""
    return _position(place.cell or "")


@lru_cache(maxsize=8192)
def _position(cell: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(cell)
    if match is None:
        return -1, -1
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
