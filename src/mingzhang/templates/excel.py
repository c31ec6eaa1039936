"""An Excel template: placeholders in cells, page headers and footers; cells keep their formats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from mingzhang.documents import Paragraph, Table, UnreadableError, quoted
from mingzhang.readers.package import Package
from mingzhang.readers.sheets import column_letters
from mingzhang.readers.xlsx import Book, position
from mingzhang.reporting.annotate.parts import Parts
from mingzhang.templates.answers import Answer, Column, Figure, Put
from mingzhang.templates.excel_rows import Sheet
from mingzhang.templates.found import Found, Hit, Line, Spot, folded_braces, rest_after, text_faults
from mingzhang.templates.said import inline
from mingzhang.writers import layout

_MOST_CELLS = 400_000
_TOO_MANY = "模板中重复的行过多，填写后超过限制；请减少重复的表格。"
_SEVERAL = "一个单元格里要放{}张表；Excel模板的一个占位只能放一张表，请分别写明，自评表在名称后加#和序号。"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FURNITURE = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_AFTER_HEADER = (
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    *(
        "legacyDrawing",
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
    ),
    *("tableParts", "extLst"),
)
"""What stands after the headers of pages in a sheet."""


class Filling(NamedTuple):
    """A cell with placeholders: its row and column (0-based), its element, its text."""

    row: int
    column: int
    element: _Element
    line: Line


class ExcelTemplate:
    """One workbook being read or filled."""

    def __init__(self, data: bytes, package: Package) -> None:
        self._parts = Parts(data)
        self._book = Book(package)
        shared = list(self._parts.related(self._book.part, "sharedStrings").values())
        self._strings = (
            list(package.xml(shared[0]) or ()) if shared and package.xml(shared[0]) is not None else []
        )
        self._sheets = [Sheet(self._parts, name, part) for name, part, _ in self._book.sheets]

    # ── reading ───────────────────────────────────────────────────────────────────────────────

    def found(self) -> Found:
        """The placeholders in their order, what is wrong with how they are written, and all words."""
        found = Found("xlsx")
        words: list[str] = []
        for sheet in self._sheets:
            if "{{" in folded_braces(sheet.name):
                found.faults.append(
                    f"工作表的名称{quoted(sheet.name)}：名称里的占位不能填写；请改成固定的名称。"
                )
            for cell in self._cells(sheet):
                words.append(cell.line.text)
                where = f"工作表{quoted(sheet.name)}{column_letters(cell.column)}{cell.row + 1}"
                found.faults += text_faults(cell.line.text, where)
                for hit in cell.line.hits():
                    alone, row = cell.line.alone, f"{sheet.name}!{cell.row}"
                    found.spots.append(Spot(hit.text, where, alone, alone, row, rest_after(cell.line, hit)))
            for node in self._furniture(sheet):
                line = Line([node])
                where = f"工作表{quoted(sheet.name)}页眉页脚"
                words.append(line.text)
                found.faults += text_faults(line.text, where)
                found.spots += (Spot(hit.text, where, False, False, block=False) for hit in line.hits())
            for formula in sheet.root.iter("{*}f"):
                if "{{" in folded_braces(formula.text or ""):
                    found.faults.append(f"工作表{quoted(sheet.name)}：公式里不能有占位名称；请写在单元格里。")
        found.words = "\n".join(words)
        return found

    def _cells(self, sheet: Sheet) -> Iterator[Filling]:
        for element in sheet.root.iter("{*}c"):
            holder = self._holder(element)
            if holder is not None and element.find("{*}f") is None:
                nodes = [n for n in holder.iter("{*}t") if next(n.iterancestors("{*}rPh"), None) is None]
                row, column = position(element.get("r", ""))
                yield Filling(row, column, element, Line(nodes))

    def _holder(self, element: _Element) -> _Element | None:
        """The text of a cell with its runs."""
        if element.get("t") == "inlineStr":
            return element.find("{*}is")
        value = element.find("{*}v")
        if element.get("t") != "s" or value is None or not (value.text or "").isdecimal():
            return None
        number = int(value.text or "")
        return self._strings[number] if number < len(self._strings) else None

    def _furniture(self, sheet: Sheet) -> Iterator[_Element]:
        for name in _FURNITURE:
            yield from sheet.root.iterfind(f"{{*}}headerFooter/{{*}}{name}")

    # ── filling ───────────────────────────────────────────────────────────────────────────────

    def filled(self, answers: Mapping[str, Answer], banner: str) -> bytes:
        """The workbook with every placeholder filled; ``banner`` stands in the page headers of a draft."""
        for sheet in self._sheets:
            for cell in self._cells(sheet):
                if cell.line.hits():
                    self._own(cell.element)
            self._grow(sheet, answers)
            for cell in list(self._cells(sheet)):
                if cell.line.hits():
                    self._fill(sheet, cell, answers)
            for node in self._furniture(sheet):
                line = Line([node])
                for hit in reversed(line.hits()):
                    line.replace(hit, inline(answers[hit.text], "", False).replace("&", "&&"))
                    node.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
            if banner:
                self._mark(sheet, banner)
        if any(sheet.forget_results() for sheet in self._sheets):
            self._calculate()
        return self._parts.packed()

    def _own(self, element: _Element) -> None:
        """Let a cell hold its text itself: the strings that cells share stay as they are."""
        if element.get("t") == "inlineStr":
            return
        holder = self._holder(element)
        assert holder is not None
        for child in list(element):
            element.remove(child)
        text = etree.SubElement(element, _like(element, "is"))
        text.extend(deepcopy(child) for child in holder)
        element.set("t", "inlineStr")

    def _grow(self, sheet: Sheet, answers: Mapping[str, Answer]) -> None:
        """Rows for repeated rows and tables, from the last to the first so that numbers stay true."""
        wanted: dict[int, int] = {}
        repeated: set[int] = set()
        for cell in self._cells(sheet):
            for hit in cell.line.hits():
                answer = answers[hit.text]
                if isinstance(answer, Column):
                    wanted[cell.row] = max(wanted.get(cell.row, 1), len(answer.values))
                    repeated.add(cell.row)
                elif (table := _table(answer)) is not None:
                    rows = layout.height(table) + len(_notes(answer))
                    wanted[cell.row] = max(wanted.get(cell.row, 1), rows)
        if sum(wanted.values()) * 20 > _MOST_CELLS:
            raise UnreadableError(_TOO_MANY)
        for row in sorted(wanted, reverse=True):
            sheet.insert(row, wanted[row] - 1, self._sheets, copied=row in repeated)
            if row in repeated:
                self._fill_columns(sheet, row, answers)

    def _fill_columns(self, sheet: Sheet, first: int, answers: Mapping[str, Answer]) -> None:
        """The repeated rows; each was copied with its placeholders."""
        columns = [
            (cell, cell.line.hits())
            for cell in self._cells(sheet)
            if cell.row >= first and any(isinstance(answers[h.text], Column) for h in cell.line.hits())
        ]
        for cell, hits in columns:
            for hit in reversed(hits):
                answer = answers[hit.text]
                if isinstance(answer, Column):
                    number = cell.row - first
                    text = answer.values[number] if number < len(answer.values) else ""
                    self._say(cell, hit, Figure(text.replace(",", "")) if answer.figures else text)

    def _fill(self, sheet: Sheet, cell: Filling, answers: Mapping[str, Answer]) -> None:
        for hit in reversed(cell.line.hits()):
            answer = answers[hit.text]
            table = _table(answer)
            if table is not None:
                sheet.write_table(cell.row, cell.column, table, _notes(answer))
            elif isinstance(answer, Figure):
                self._say(cell, hit, answer)
            elif isinstance(answer, Put):
                said = (b.text for b in answer.blocks if isinstance(b, Paragraph) and b.text)
                self._say(cell, hit, "\n".join(said))
            else:
                self._say(cell, hit, inline(answer, "", cell.line.alone))

    def _say(self, cell: Filling, hit: Hit, what: Figure | str) -> None:
        """Put a text or a figure in place of a placeholder; a figure of its own cell becomes a number."""
        if isinstance(what, str):
            cell.line.replace(hit, what)
            return
        percent = "%" in self._book.style(cell.element.get("s", "0")).code
        if cell.line.alone and (what.unit != "%" or percent or not what.digits):
            number = what.digits
            if number and what.unit == "%":
                number = f"{Decimal(number).scaleb(-2):f}"
            if not number or _NUMBER.fullmatch(number):
                _store(cell.element, number)
                return
        cell.line.replace(hit, inline(what, rest_after(cell.line, hit), cell.line.alone))

    def _mark(self, sheet: Sheet, banner: str) -> None:
        """A line above every printed page."""
        root = sheet.root
        holder = root.find("{*}headerFooter")
        if holder is None:
            after = [child for child in root if str(child.tag).rpartition("}")[2] in _AFTER_HEADER]
            holder = root.makeelement(_like(root, "headerFooter"))
            root.insert(list(root).index(after[0]) if after else len(root), holder)
        header = holder.find("{*}oddHeader")
        if header is None:
            header = holder.makeelement(_like(root, "oddHeader"))
            holder.insert(0, header)
        text, centre, rest = (header.text or "").partition("&C")
        header.text = f"{text}&C{banner}{chr(10) if centre else ''}{rest}"

    def _calculate(self) -> None:
        """Let Excel work the formulas out when it opens the file."""
        root = self._parts.root(self._book.part)
        properties = root.find("{*}calcPr")
        if properties is None:
            before = [root.find(f"{{*}}{name}") for name in ("definedNames", "externalReferences", "sheets")]
            properties = root.makeelement(_like(root, "calcPr"))
            next(each for each in before if each is not None).addnext(properties)
        properties.set("fullCalcOnLoad", "1")


def _like(element: _Element, name: str) -> str:
    return str(element.tag).partition("}")[0] + "}" + name


def _store(element: _Element, number: str) -> None:
    """Let a cell hold a number, or nothing; its format stays."""
    for child in list(element):
        element.remove(child)
    element.attrib.pop("t", None)
    if number:
        etree.SubElement(element, _like(element, "v")).text = number


def _table(answer: Answer) -> Table | None:
    """The table among blocks; raises UnreadableError where there are several."""
    if not isinstance(answer, Put):
        return None
    tables = [block for block in answer.blocks if isinstance(block, Table)]
    if len(tables) > 1:
        raise UnreadableError(_SEVERAL.format(len(tables)))
    return tables[0] if tables else None


def _notes(answer: Answer) -> list[str]:
    """The lines below a table."""
    blocks = answer.blocks if isinstance(answer, Put) else ()
    return [block.text for block in blocks if isinstance(block, Paragraph) and block.role == "note"]
