"""Reads Excel workbooks (xlsx, xlsm): every worksheet, each cell as it is printed.

The XML of the sheets is streamed, so that only cells that hold something cost memory, whatever
extent a sheet claims. Formulas are never calculated: what counts is the result saved with them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from mingzhang.documents import Document, UnreadableError
from mingzhang.readers.number_formats import BUILTIN, format_number, format_text
from mingzhang.readers.package import Package, open_package
from mingzhang.readers.sheets import Budget, Sheet, Span, Value, assemble, clean
from mingzhang.readers.streams import DAMAGED, LONGEST, Stream, Strings, text_of

_BINARY = "这是二进制工作簿（xlsb），请用Excel或WPS另存为xlsx后再检查。"
_MACROS = "工作簿含有宏；宏没有运行，表中是保存时的内容。"
_LINKS = "工作簿引用了其他文件的数据，按保存时的结果读取。"

_MOST_MERGES = 100_000
_MOST_HIDDEN = 100
_MOST_ELEMENTS = 8_000_000
"""Elements of all sheets that are read, whether they hold something or not."""

_ROWS, _COLUMNS = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII | re.IGNORECASE)
_SIDES = ("left", "right", "start", "end")
_YES = ("1", "true", "on")
_PLAIN = ("General", "@")


def read(
    path: Path, data: bytes, sha256: str, without: Container[str] = (), parser: Parser | None = None
) -> Document:
    """The workbook ``data`` as a document; ``path`` and ``sha256`` only name it.

    Sheets whose names are in ``without`` are left out; ``parser`` reads a sheet, by default SheetParser.
    Raises :class:`UnreadableError` if it is damaged, protected by a password or too large.
    """
    package = open_package(data)
    book = Book(package)
    budget, counter = Budget(), Counter(_MOST_ELEMENTS)
    sheets = []
    for name, part, hidden in book.sheets:
        content = package.read(part)
        if content is None:
            raise UnreadableError(DAMAGED)
        if name in without:
            continue
        sheet = Sheet(name, hidden)
        (parser or SheetParser)(sheet, book, budget, counter).parse(content)
        sheets.append(sheet)
    names = [name.lower() for name in package.names()]
    notes = []
    if any(name.endswith("vbaproject.bin") for name in names):
        notes.append(_MACROS)
    if any(name.startswith("xl/externallinks/") for name in names):
        notes.append(_LINKS)
    return assemble(path, sha256, "xlsx", sheets, budget, notes)


# ── workbook ──────────────────────────────────────────────────────────────────────────────────


class _Style(NamedTuple):
    code: str = "General"
    ruled: bool = False


class Book:
    """What all sheets share: their list, the styles and the strings."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = main = self._related("", "officeDocument") or "xl/workbook.xml"
        root = package.xml(main)
        if root is None:
            binary = any(name.lower() == "xl/workbook.bin" for name in package.names())
            raise UnreadableError(_BINARY if binary or main.endswith(".bin") else DAMAGED)
        properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
        self.epoch_1904 = properties is not None and properties.get("date1904") in _YES
        self.recalculates = calculation is not None and calculation.get("fullCalcOnLoad") in _YES
        relations = self._relations(main)
        self.sheets: list[tuple[str, str, bool]] = []
        for sheet in root.iterfind("{*}sheets/{*}sheet"):
            key = next((value for name, value in sheet.items() if name.endswith("}id")), "")
            kind, target = relations.get(key, ("", ""))
            if kind == "worksheet":
                self.sheets.append((clean(sheet.get("name", "")), target, sheet.get("state") in _HIDDEN))
            elif not kind:
                raise UnreadableError(DAMAGED)
        styles = self._related(main, "styles")
        self.styles = _styles(package.xml(styles)) if styles else []
        strings = self._related(main, "sharedStrings")
        self.strings = Strings(package.read(strings) or b"" if strings else b"<sst/>")

    def style(self, index: str) -> _Style:
        """The style with the number ``index``; the standard style where there is none of that number."""
        number = int(index) if index.isdecimal() else 0
        return self.styles[number] if number < len(self.styles) else _Style()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by key: the kind and the name of the other part."""
        folder, name = posixpath.split(part)
        root = self.package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in root.iterfind("{*}Relationship") if root is not None else ():
            kind = relation.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            found[relation.get("Id", "")] = kind, target.lstrip("/")
        return found

    def _related(self, part: str, kind: str) -> str | None:
        return next((target for name, target in self._relations(part).values() if name == kind), None)


_HIDDEN = ("hidden", "veryHidden")


def _styles(root: etree._Element | None) -> list[_Style]:
    if root is None:
        return []
    codes = BUILTIN | {
        _number(item.get("numFmtId")): item.get("formatCode", "General")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    borders = [_is_ruled(border) for border in root.iterfind("{*}borders/{*}border")]
    styles = []
    for item in root.iterfind("{*}cellXfs/{*}xf"):
        border = _number(item.get("borderId"))
        code = codes.get(_number(item.get("numFmtId")), "General")
        styles.append(_Style(code, border < len(borders) and borders[border]))
    return styles


def _is_ruled(border: etree._Element) -> bool:
    """Whether a cell has rules at its sides, or both above and below; one line alone parts, not boxes."""
    lines = {etree.QName(side).localname for side in border if side.get("style", "none") != "none"}
    return any(side in lines for side in _SIDES) or {"top", "bottom"} <= lines


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


# ── parts that are streamed ───────────────────────────────────────────────────────────────────


class Counter:
    """Counts the elements of all sheets down."""

    def __init__(self, left: int) -> None:
        self.left = left


class _Enough(Exception):
    """The rest of a sheet is not read."""


class SheetParser(Stream):
    """Reads one worksheet into a :class:`Sheet`."""

    def __init__(self, sheet: Sheet, book: Book, budget: Budget, counter: Counter) -> None:
        super().__init__()
        self.sheet, self.book, self.budget, self.counter = sheet, book, budget, counter
        self.row, self.column = -1, -1
        self.kind, self.style = "n", _Style()
        self.value: list[str] | None = None
        self.formula = self.inside = self.collects = self.reading = False

    def parse(self, data: bytes) -> None:
        """Read the sheet as far as the budget allows."""
        try:
            for _ in self.pieces(data, len(data) or 1):
                pass
        except _Enough:
            if self.sheet.cut is None:
                self.sheet.cut = max(self.row, 0)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element of the sheet begins."""
        name = self.local[name]
        self.counter.left -= 1
        if self.counter.left < 0 or self.sheet.cut is not None:
            raise _Enough
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self.collects = self.inside and not self.reading
            if self.collects and self.value is None:
                self.value = []
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.reading = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell" and len(self.sheet.merges) < _MOST_MERGES:
            self.sheet.merges.append(_span(attributes.get("ref", "")))
        elif (
            name == "col"
            and attributes.get("hidden") in _YES
            and len(self.sheet.hidden_columns) < _MOST_HIDDEN
        ):
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.sheet.hidden_columns.append(range(first - 1, min(last, _COLUMNS)))

    def end(self, name: str) -> None:
        """An element of the sheet ends; of a cell its value is kept."""
        name = self.local[name]
        self.collects = False
        if name == "rPh":
            self.reading = False
        elif name == "c" and self.inside:
            self.inside = False
            value = self._value()
            if value is not None:
                self.sheet.put(self.row, self.column, value, self.budget)

    def characters(self, text: str) -> None:
        """A part of a cell's value."""
        if self.collects and self.value is not None:
            self.value.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = _number(number) - 1 if number is not None else self.row + 1
        self.column = -1
        if not 0 <= self.row < _ROWS:
            raise UnreadableError(DAMAGED)
        if attributes.get("hidden") in _YES:
            self.sheet.hidden_rows.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        else:
            self.row, self.column = position(reference)
        if self.row < 0 or self.column >= _COLUMNS:
            raise UnreadableError(DAMAGED)
        self.kind = attributes.get("t", "n")
        self.style = self.book.style(attributes.get("s", "0"))
        self.value = None
        self.formula, self.inside = False, True

    def _value(self) -> Value | None:
        """What the cell that ends here holds; None if it is blank and not even ruled."""
        code, ruled = self.style
        stored = "".join(self.value)[:LONGEST] if self.value is not None else ""
        if not stored and self.formula and self.kind != "str":
            return Value("", ruled, True)
        if not stored:
            return _RULED if ruled else None
        match self.kind:
            case "s":
                text = self.shared(stored)
            case "b":
                return Value("TRUE" if stored.strip() in _YES else "FALSE", ruled)
            case "e":
                return Value(stored, ruled)
            case "n":
                return self._numeric(stored)
            case _:
                text = text_of(stored)
        return Value(text if code in _PLAIN else format_text(text, code), ruled)

    def shared(self, stored: str) -> str:
        """The string that a cell refers to."""
        if not stored.isdecimal():
            raise UnreadableError(DAMAGED)
        return self.book.strings[_number(stored)]

    def _numeric(self, stored: str) -> Value:
        code, ruled = self.style
        try:
            number = float(stored)
        except ValueError:
            return Value(stored, ruled)
        if self.formula and not number and self.book.recalculates:
            return Value("", ruled, True)  # the file says itself that its results are not up to date
        return Value(format_number(number, code, self.book.epoch_1904), ruled)


_RULED = Value("", True)

Parser = Callable[[Sheet, Book, Budget, Counter], SheetParser]
"""What makes the reader of a sheet."""


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@lru_cache(maxsize=8192)
def position(reference: str) -> tuple[int, int]:
    """Row and column (0-based) of an address such as B7."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise UnreadableError(DAMAGED)
    row, column = int(match.group(2)) - 1, _column(match.group(1))
    if row >= _ROWS or column >= _COLUMNS:
        raise UnreadableError(DAMAGED)
    return row, column


def _span(reference: str) -> Span:
    first, _, last = reference.partition(":")
    top, left = position(first)
    bottom, right = position(last or first)
    return top, left, max(top, bottom), max(left, right)
