"""Reads the cells of a small workbook as stored: the numbers themselves, not how they print."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from typing import NamedTuple

from mingzhang.readers.package import open_package
from mingzhang.readers.sheets import Budget, Sheet
from mingzhang.readers.xlsx import LONGEST, Book, Counter, SheetParser, text_of

_FEW_ELEMENTS, _MANY_ELEMENTS = 200_000, 2_000_000
_ZIP, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0"
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


def stored(
    data: bytes, without: Container[str] = (), most: int = _FEW_ELEMENTS
) -> dict[str, dict[tuple[int, int], Stored]]:
    """The filled cells of a small workbook as stored, by the sheet's name, row and column (0-based).

    Sheets whose names are in ``without`` are left out. Raises UnreadableError for what is no workbook of
    Excel's newer format.
    """
    book = Book(open_package(data))
    counter = Counter(most)
    found = {}
    for name, part, _ in (sheet for sheet in book.sheets if sheet[0] not in without):
        parser = _StoredParser(Sheet(name, False), book, Budget(), counter)
        parser.parse(book.package.read(part) or b"")
        found[name] = parser.cells
    return found


def numbers_of(
    sheets: Mapping[str, Mapping[tuple[int, int], Stored]],
) -> dict[str, dict[tuple[int, int], str]]:
    """The numbers among stored cells, as decimals."""
    return {
        name: {at: cell.text for at, cell in cells.items() if cell.number} for name, cells in sheets.items()
    }


def stored_numbers(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The numbers of a workbook as decimals, by sheet, row and column, whatever their formats show.

    ``data`` is a file of new or old Excel that reads; of others nothing is known.
    """
    if data.startswith(_ZIP):
        return numbers_of(stored(data, most=_MANY_ELEMENTS))
    if data.startswith(_COMPOUND):
        from mingzhang.readers.xls import numbers

        return {
            name: {at: _exact(text) for at, text in cells.items()} for name, cells in numbers(data).items()
        }
    return {}


class _StoredParser(SheetParser):
    """Reads the cells as stored; of a formula counts the result saved with it."""

    def __init__(self, sheet: Sheet, book: Book, budget: Budget, counter: Counter) -> None:
        super().__init__(sheet, book, budget, counter)
        self.cells: dict[tuple[int, int], Stored] = {}

    def _value(self) -> None:
        text = "".join(self.value or ())[:LONGEST]
        if self.kind == "s" and text.isdecimal() and int(text) < len(self.book.strings):
            text = self.book.strings[int(text)]
        if self.kind == "b":
            text = "TRUE" if text.strip() == "1" else "FALSE"
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
