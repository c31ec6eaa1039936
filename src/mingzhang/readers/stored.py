"""Reads the cells of a small workbook as stored: the numbers themselves, not how they print."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal
from typing import NamedTuple

from mingzhang.readers.package import open_package
from mingzhang.readers.sheets import Budget, Sheet
from mingzhang.readers.xlsx import LONGEST, Book, Counter, SheetParser, text_of

_FEW_ELEMENTS = 200_000
UNKNOWN = "没有结果的公式"
"""What stands for the result of a formula where the file holds none."""


class Stored(NamedTuple):
    """A cell as stored: its text, or its number as a decimal, and whether it prints as a percentage.

    ``shown`` is the number as it prints: a date, 95%.
    """

    text: str
    number: bool = False
    percent: bool = False
    shown: str = ""


def stored(data: bytes, without: Container[str] = ()) -> dict[str, dict[tuple[int, int], Stored]]:
    """The filled cells of a small workbook as stored, by the sheet's name, row and column (0-based).

    Sheets whose names are in ``without`` are left out.
    """
    book = Book(open_package(data))
    counter = Counter(_FEW_ELEMENTS)
    found = {}
    for name, part, _ in (sheet for sheet in book.sheets if sheet[0] not in without):
        parser = _StoredParser(Sheet(name, False), book, Budget(), counter)
        parser.parse(book.package.read(part) or b"")
        found[name] = parser.cells
    return found


class _StoredParser(SheetParser):
    """Reads the cells as stored; of a formula counts the result saved with it."""

    def __init__(self, sheet: Sheet, book: Book, budget: Budget, counter: Counter) -> None:
        super().__init__(sheet, book, budget, counter)
        self.cells: dict[tuple[int, int], Stored] = {}

    def _value(self) -> None:
        text = "".join(self.value or ())[:LONGEST]
        if self.kind == "s" and text.isdecimal() and int(text) < len(self.book.strings):
            text = self.book.strings[int(text)]
        number, shown = self.kind == "n", ""
        if number and text:
            shown = self._numeric(text).text
            text = _exact(text)
        if self.formula and not text:
            self.cells[self.row, self.column] = Stored(UNKNOWN)
        elif text:
            self.cells[self.row, self.column] = Stored(
                text_of(text), number, number and "%" in self.style.code, shown
            )


def _exact(stored: str) -> str:
    """A stored number with the fifteen digits that it was typed with, never as a power of ten."""
    try:
        return f"{Decimal(f'{float(stored):.15g}'):f}"
    except (ValueError, ArithmeticError):
        return stored
