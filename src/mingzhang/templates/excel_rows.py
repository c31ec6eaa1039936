"""The rows of a sheet: inserted where a template repeats one, with everything that refers to rows below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy

from lxml import etree
from lxml.etree import _Element

from mingzhang.documents import Table, UnreadableError, quoted
from mingzhang.readers.sheets import column_letters
from mingzhang.readers.xlsx import position
from mingzhang.reporting.annotate.parts import Parts
from mingzhang.writers import layout

_REFERENCE = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")
_ROWS_ONLY = re.compile(r"(\$)(\d+):(\$)(\d+)")
_NAMED = re.compile(r"((?:'(?:[^']|'')+'|[^\s'!,()]+))!(\$?[A-Z]{0,3}\$?\d+(?::\$?[A-Z]{0,3}\$?\d+)?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_RANGED = (("mergeCell", "ref"), ("conditionalFormatting", "sqref"), ("dataValidation", "sqref"))
_MORE_RANGED = (("hyperlink", "ref"), ("autoFilter", "ref"), ("dimension", "ref"), ("ignoredError", "sqref"))
_FIXED = {
    "tableParts": "Excel表格（“套用表格格式”）",
    "legacyDrawing": "批注或控件",
    "drawing": "图片或图形",
    "extLst": "扩展的条件格式等设置",
}
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"


class Sheet:
    """One worksheet of a template."""

    def __init__(self, parts: Parts, name: str, part: str) -> None:
        self.parts, self.name, self.part = parts, name, part
        self.root = parts.root(part)

    @property
    def _rows(self) -> _Element:
        rows = self.root.find("{*}sheetData")
        assert rows is not None
        return rows

    # ── inserting ─────────────────────────────────────────────────────────────────────────────

    def insert(self, row: int, count: int, sheets: Sequence[Sheet], *, copied: bool) -> None:
        """Insert rows below ``row`` (0-based), with ``copied`` each like it; what is below goes down.

        Merged cells, print areas and titles, rules of formats and input, filters and page breaks keep their
        cells. Raises UnreadableError where something in the sheet cannot be kept right.
        """
        if count <= 0:
            return
        self._refuse(sheets)
        own = None
        for element in self._rows.iterfind("{*}row"):
            number = int(element.get("r", "0"))
            if number == row + 1:
                own = element
            elif number > row + 1:
                _renumber(element, number + count)
        if own is None:
            raise ValueError(f"no row {row + 1}")
        last = own
        for number in range(row + 2, row + 2 + count):
            made = deepcopy(own) if copied else own.makeelement(own.tag)
            made.tail = None
            _renumber(made, number)
            last.addnext(made)
            last = made
        self._move_ranges(row + 1, count, copied)
        for element in self.root.iterfind("{*}rowBreaks/{*}brk"):
            if int(element.get("id", "0")) > row:
                element.set("id", str(int(element.get("id", "0")) + count))
        self._move_names(row + 1, count)

    def _refuse(self, sheets: Sequence[Sheet]) -> None:
        where = f"工作表{quoted(self.name)}要插入行"
        remedy = "请在模板中预留固定的行，或把重复的行放到单独的工作表"
        for sheet in sheets:
            named = f"{self.name}!", f"{self.name}'!"
            for formula in sheet.root.iter("{*}f"):
                if sheet is self or any(name in (formula.text or "") for name in named):
                    cell = next(formula.iterancestors("{*}c"), formula).get("r", "")
                    place = f"工作表{quoted(sheet.name)}{cell}"
                    raise UnreadableError(f"{where}，但{place}有公式，插入后不能保证公式正确；{remedy}。")
        for name, what in _FIXED.items():
            if self.root.find(f"{{*}}{name}") is not None:
                raise UnreadableError(f"{where}，但其中有{what}，插入后不能保证位置正确；{remedy}。")

    def _move_ranges(self, row: int, count: int, copied: bool) -> None:
        """Ranges in the sheet; merged cells within the row alone are repeated with it. Rows are 1-based."""
        for name, key in _RANGED + _MORE_RANGED:
            for element in list(self.root.iter(f"{{*}}{name}")):
                before = element.get(key, "")
                if name == "mergeCell" and _within(before, row):
                    for number in range(row + 1, row + 1 + count) if copied else ():
                        again = deepcopy(element)
                        again.set(key, _REFERENCE.sub(rf"\g<1>{number}", before))
                        element.addnext(again)
                    continue
                element.set(key, " ".join(_moved(each, row, count) for each in before.split()))
        merged = self.root.find("{*}mergeCells")
        if merged is not None:
            merged.set("count", str(len(merged)))

    def _move_names(self, row: int, count: int) -> None:
        """Print areas, print titles and other names of the workbook that stand for cells of this sheet."""
        main = next(iter(self.parts.related("", "officeDocument").values()), "xl/workbook.xml")
        root = self.parts.root(main)

        def moved(match: re.Match[str]) -> str:
            name = match[1].strip("'").replace("''", "'")
            return f"{match[1]}!{_moved(match[2], row, count)}" if name == self.name else match[0]

        for element in root.iterfind("{*}definedNames/{*}definedName"):
            element.text = _NAMED.sub(moved, element.text or "")

    # ── writing ───────────────────────────────────────────────────────────────────────────────

    def write_table(self, row: int, column: int, table: Table, notes: Sequence[str]) -> None:
        """The table and the notes below it from a cell on, in that cell's format; rows stand ready.

        Raises UnreadableError where the template has something in its way.
        """
        rows = {int(element.get("r", "0")) - 1: element for element in self._rows.iterfind("{*}row")}
        space = str(self.root.tag).partition("}")[0] + "}"
        corner = next(c for c in rows[row] if position(c.get("r", "")) == (row, column))
        style = corner.get("s")
        for number in range(layout.height(table)):
            known = {position(c.get("r", ""))[1]: c for c in rows[row + number]}
            for at in range(column, column + layout.width(table)):
                known[at] = self._blank(known.get(at), (row + number, at), style, space, corner)
            for cell in table.rows()[number] if number < len(table.rows()) else ():
                _write(known[column + cell.column], cell.text, space)
            element = rows[row + number]
            element[:] = [known[at] for at in sorted(known)]
            element.attrib.pop("spans", None)
        for number, note in enumerate(notes, row + layout.height(table)):
            made = self._blank(None, (number, column), style, space, corner)
            _write(made, note, space)
            rows[number].append(made)
        for cell in table.cells:
            if cell.rowspan * cell.colspan > 1:
                first = f"{column_letters(column + cell.column)}{row + cell.row + 1}"
                below, right = row + cell.row + cell.rowspan, column + cell.column + cell.colspan - 1
                self._merge(f"{first}:{column_letters(right)}{below}", space)

    def _blank(
        self, cell: _Element | None, at: tuple[int, int], style: str | None, space: str, corner: _Element
    ) -> _Element:
        where = f"{column_letters(at[1])}{at[0] + 1}"
        if cell is not None and cell is not corner and len(cell):
            raise UnreadableError(
                f"工作表{quoted(self.name)}{where}有内容，放不下整张表；请把“表:”的占位放在右边没有内容的位置。"
            )
        made = self.root.makeelement(f"{space}c", {"r": where})
        if style is not None:
            made.set("s", style)
        return made

    def _merge(self, reference: str, space: str) -> None:
        merged = self.root.find("{*}mergeCells")
        if merged is None:
            merged = self.root.makeelement(f"{space}mergeCells")
            known = {str(child.tag).rpartition("}")[2]: child for child in self.root}
            names = ("customSheetViews", "dataConsolidate", "sortState", "scenarios", "autoFilter")
            before = next(
                (known[n] for n in (*names, "protectedRanges", "sheetProtection") if n in known), None
            )
            (self._rows if before is None else before).addnext(merged)
        etree.SubElement(merged, f"{space}mergeCell", ref=reference)
        merged.set("count", str(len(merged)))

    def forget_results(self) -> bool:
        """Drop the results saved with formulas, which are no longer true; gives whether there are any."""
        formulas = [cell for cell in self.root.iter("{*}c") if cell.find("{*}f") is not None]
        for cell in formulas:
            value = cell.find("{*}v")
            if value is not None:
                cell.remove(value)
            cell.attrib.pop("t", None)
        return bool(formulas)


def _write(cell: _Element, text: str, space: str) -> None:
    """A figure as a number, everything else, also codes and line numbers, as text."""
    plain = text.replace(",", "")
    if "." in plain and _NUMBER.fullmatch(plain):
        etree.SubElement(cell, f"{space}v").text = plain
    elif text:
        cell.set("t", "inlineStr")
        node = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
        node.text = text
        node.set(_PRESERVED, "preserve")


def _renumber(row: _Element, number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        if cell.get("r") is not None:
            cell.set("r", _REFERENCE.sub(lambda match: f"{match[1]}{number}", cell.get("r", "")))


def _bounds(reference: str) -> tuple[int, int]:
    rows = [int(match[2]) for match in _REFERENCE.finditer(reference)] or [
        int(number) for number in re.findall(r"\d+", reference)
    ]
    return (rows[0], rows[-1]) if rows else (0, 0)


def _within(reference: str, row: int) -> bool:
    return _bounds(reference) == (row, row)


def _moved(reference: str, row: int, count: int) -> str:
    """A range after rows were inserted below ``row``: below it goes down, across it grows."""
    first, last = _bounds(reference)
    if not last or last < row or (first == last == 0):
        return reference
    new_first = first + count if first > row else first
    head, colon, tail = reference.partition(":")
    ended = re.sub(r"\d+$", str(last + count), tail or head)
    begun = re.sub(r"\d+$", str(new_first), head)
    if not colon:
        return begun if first > row or first != row else f"{head}:{ended}"
    return f"{begun}:{ended}"
