"""Reads the cells of a small workbook as stored: the numbers themselves, not how they print."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from mingzhang.documents import Document, UnreadableError
from mingzhang.readers import read_document
from mingzhang.readers.package import open_package
from mingzhang.readers.sheets import Budget, Sheet, Value
from mingzhang.readers.streams import LONGEST, text_of
from mingzhang.readers.xlsx import Book, Counter, SheetParser

_FEW_ELEMENTS, _MANY_ELEMENTS = 200_000, 2_000_000
_ZIP, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0"
_OTHER = "这不是xlsx格式的工作簿，请用Excel或WPS另存为xlsx后再试。"
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


Cells = dict[str, dict[tuple[int, int], Stored]]
"""The filled cells of a workbook by the sheet's name, row and column (0-based)."""


def read_stored(path: Path, without: Container[str]) -> tuple[Document, Cells]:
    """The workbook at ``path`` as a document, and its filled cells as stored.

    Sheets whose names are in ``without`` are left out. Raises UnreadableError for what is no workbook of
    Excel's newer format.
    """
    found: Cells = {}

    def parser(sheet: Sheet, book: Book, budget: Budget, counter: Counter) -> _StoredParser:
        made = _StoredParser(sheet, book, budget, counter)
        found[sheet.name] = made.cells
        return made

    document = read_document(path, without=without, parser=parser)
    if not found:
        raise UnreadableError(_OTHER)
    return document, found


def stored(data: bytes, most: int = _FEW_ELEMENTS) -> Cells:
    """The filled cells of a small workbook as stored.

    Raises UnreadableError for what is no workbook of Excel's newer format.
    """
    book = Book(open_package(data))
    counter = Counter(most)
    found = {}
    for name, part, _ in book.sheets:
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

    def _value(self) -> Value | None:
        value = super()._value()
        text = "".join(self.value or ())[:LONGEST]
        if self.kind == "s" and text:
            text = self.shared(text)
        elif self.kind == "b":
            text = "TRUE" if text.strip() == "1" else "FALSE"
        number = self.kind == "n" and bool(text)
        shown = value.text if number and value is not None else ""
        if text:
            text = _exact(text) if number else text_of(text)
            percent = number and "%" in self.style.code
            self.cells[self.row, self.column] = Stored(text, number, percent, shown)
        elif self.formula:
            self.cells[self.row, self.column] = Stored(UNKNOWN)
        return value


def _exact(stored: str) -> str:
    """A stored number with the fifteen digits that it was typed with, never as a power of ten."""
    try:
        return f"{Decimal(f'{float(stored):.15g}'):f}"
    except (ValueError, ArithmeticError):
        return stored
