"""``figures.xlsx`` written: a sheet for each table, with codes to choose from, and one for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.binding.asked import Label, coded, label
from mingzhang.binding.compose import tables
from mingzhang.binding.disclosure import WHOLE, Contents
from mingzhang.binding.values import Values
from mingzhang.documents import Cell, Paragraph, Table
from mingzhang.facts import Key
from mingzhang.forms import Form
from mingzhang.money import MONEY, parse
from mingzhang.projects.entries import RowEntry, row_entries
from mingzhang.projects.figures_file import CODES, ENTERED, sheet_name
from mingzhang.projects.own_sheets import write_sheets
from mingzhang.projects.project import address
from mingzhang.readers.sheets import column_letters
from mingzhang.taxonomy import Standards

_CREATED = datetime(2000, 1, 1)
_SPARE, _FEWER = 40, 10
"""Rows for further codes in a table without any, and below those that are filled."""

_FIGURE = re.compile(r"-?[\d,]+\.\d+")
_WIDTHS = 12, 44
"""The least and the greatest width of a column, in half-width characters."""

_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_INTRODUCTION = (
    "黄色的格填写数字，金额单位见表头；合计可以不填，由程序算出。科目编码从列表中选择，一行一个项级科目，"
    "类、款两级可以不填。没有数字的表留空。"
)
_EVERY_CELL = (
    "黄色的格都要填写，没有的填0，金额单位见表头；合计可以不填，由程序算出。整张表都没有的，填一个0即可。"
)
_NOTE = "表里没有的数字填在这里；“编号”一栏请不要改动。没有的填0，暂时不知道的留空。"


def figures_workbook(contents: Contents, asked: Sequence[Label], standards: Standards) -> bytes:
    """The workbook with the figures of ``contents``; ``asked`` are those that no table has, in order.

    What is asked of every row of a table stands on sheets of its own, with room for further rows.
    """
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheets = _Sheets(book, standards, contents.year)
        figures = _with_classes(contents.figures, standards, contents.year)
        forms = iter(standards.forms.values())
        heading: list[str] = []
        for block in tables(figures, standards, contents.entity, contents.year):
            if isinstance(block, Table):
                sheets.form(next(forms), heading, block)
                heading = []
            elif isinstance(block, Paragraph) and block.text and block.role != "note":
                heading.append(block.text)
        write_sheets(book, contents, standards, sheets.text, sheets.line)
        entries = row_entries(filter(None, (WHOLE, contents.report)), standards)
        for entry in entries:
            sheets.row_wise(entry, contents.figures)
        alone = [each for each in asked if not any(entry.covers(each.key) for entry in entries)]
        sheets.entered(alone, contents.figures)
        sheets.codes()
    return output.getvalue()


def _with_classes(figures: Mapping[Key, str], standards: Standards, year: int) -> dict[Key, str]:
    """The figures of the tables, with a blank for every 类 that a table with fixed lines may print."""
    found = {key: text for key, text in figures.items() if key[0] in standards.forms}
    for form in standards.forms.values():
        for block in form.blocks if form.layout == "lines" else ():
            if block.codes is not None:
                codes = standards.codelists[block.codes.list_]
                known = sorted(set(codes.class_by_name.values()))
                column = next(iter(block.columns))
                for code in (code for code in known if code.isdecimal() and codes.name(code, year)):
                    found.setdefault((form.id, code, column), "")
    order = sorted(found, key=lambda key: (key[1].isdecimal(), key[1] if key[1].isdecimal() else ""))
    return {key: found[key] for key in order}


def _column_width(table: Table, column: int) -> int:
    """The width that the texts of a column need, within bounds."""
    texts = (cell.text for cell in table.cells if cell.column == column and cell.colspan == 1)
    least, most = _WIDTHS
    return max(least, min(most, 2 + max((2 * len(text) for text in texts), default=0)))


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, book: Any, standards: Standards, year: int) -> None:
        self.book, self.standards, self.year = book, standards, year
        self.plain = book.add_format({**_FONT, "border": 1, "text_wrap": True})
        self.head = book.add_format(
            {**_FONT, "border": 1, "text_wrap": True, "bg_color": "#D9E2EC", "bold": True}
        )
        self.input = book.add_format({**_FONT, "border": 1, "bg_color": "#FFF8DC", "num_format": "#,##0.00"})
        self.count = book.add_format({**_FONT, "border": 1, "bg_color": "#FFF8DC"})
        self.text = book.add_format({**_FONT, "border": 1, "bg_color": "#FFF8DC", "num_format": "@"})
        self.title = book.add_format({**_FONT, "bold": True, "font_size": 14})
        self.line = book.add_format({**_FONT, "font_color": "#555555"})
        self.lists: dict[str, int] = {}
        for form in standards.forms.values():
            for block in form.blocks:
                if block.codes is not None:
                    self.lists.setdefault(block.codes.list_, len(self.lists))

    def form(self, form: Form, heading: Sequence[str], table: Table) -> None:
        """The sheet of one table: its heading, its rows, and rows for further codes."""
        sheet = self.book.add_worksheet(sheet_name(form.title))
        for row, text in enumerate(heading):
            sheet.write_string(row, 0, text, self.line if row else self.title)
        top = len(heading)
        texts = {(cell.row, cell.column): cell.text for cell in table.cells}
        for cell in table.cells:
            beside = form.layout != "lines" or bool(texts.get((cell.row, cell.column - 1)))
            self._cell(sheet, cell, top, table.heads, beside)
        width = max(cell.column + cell.colspan for cell in table.cells)
        height = max(cell.row + cell.rowspan for cell in table.cells)
        below = top + height
        codes = form.blocks[0].codes
        if form.layout in ("codes", "entries") and codes is not None:
            group = 3 if form.layout == "entries" else width
            filled = any(text.isdecimal() for (_, column), text in texts.items() if column == 0)
            below = self._spare(sheet, top + height, width, group, codes.list_, _FEWER if filled else _SPARE)
        said = _EVERY_CELL if form.layout == "single" else _INTRODUCTION
        sheet.write_string(below + 1, 0, said, self.line)
        for column in range(width):
            sheet.set_column(column, column, _column_width(table, column))
        sheet.freeze_panes(top + table.heads, 0)

    def _cell(self, sheet: Any, cell: Cell, top: int, heads: int, asked: bool) -> None:
        """A cell of a table; a blank one is filled in where it is ``asked``."""
        row, column, text = cell.row + top, cell.column, cell.text
        label = cell.row < heads or (text and not _FIGURE.fullmatch(text))
        style = (self.head if cell.row < heads else self.plain) if label else self.input
        if cell.rowspan * cell.colspan > 1:
            sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", style)
        if _FIGURE.fullmatch(text) and cell.row >= heads:
            sheet.write_number(row, column, float(text.replace(",", "")), style)
        elif text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style if asked else self.plain)

    def _spare(self, sheet: Any, start: int, width: int, group: int, codes: str, count: int) -> int:
        """Blank rows with ``codes`` to choose from in the first of every ``group`` columns; the row after."""
        last = start + count - 1
        for row in range(start, last + 1):
            for column in range(width):
                code = column % group == 0
                sheet.write_blank(row, column, None, self.text if code or column % group == 1 else self.input)
        for first in range(0, width, group) if codes else ():
            self._choices(sheet, codes, start, last, first)
        return last + 1

    def _choices(self, sheet: Any, codes: str, first: int, last: int, column: int) -> None:
        letter = column_letters(2 * self.lists[codes])
        count = len(self._listed(codes)) + 1
        sheet.data_validation(
            first,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": f"={CODES}!${letter}$2:${letter}${count}",
                "error_type": "warning",
                "error_title": "科目编码",
                "error_message": "这个编码不在本年度的科目表中，请核对。",
                "input_title": "科目编码",
                "input_message": "名称见“科目”工作表。",
            },
        )

    def _listed(self, codes: str) -> list[tuple[str, str]]:
        known = self.standards.codelists[codes]
        return [(code, name) for code in sorted(known.entries) if (name := known.name(code, self.year))]

    def row_wise(self, entry: RowEntry, figures: Mapping[Key, str]) -> None:
        """The sheet of the figures that a section wants of every row."""
        keys = [(entry.section, "", measure) for measure in entry.measures]
        labels = [label(key, self.standards, self.year) for key in keys]
        title = labels[0].part if entry.named else "、".join(each.measure for each in labels)
        sheet = self.book.add_worksheet(sheet_name(title))
        sheet.write_string(0, 0, entry.section, self.line)
        sheet.write_string(0, 1, title, self.title)
        for column, measure in enumerate(entry.measures, 2):
            sheet.write_string(1, column, measure, self.line)
        heads = ["项目名称", "说明"] if entry.named else ["科目编码", "科目名称"]
        for column, text in enumerate([*heads, *(f"{each.measure}（{each.unit}）" for each in labels)]):
            sheet.write_string(2, column, text, self.head)
        values = Values(figures, self.standards)
        rows = list(dict.fromkeys([*values.rows(entry.form, entry.level), *values.rows(entry.section, "行")]))
        for number, row in enumerate(rows, 3):
            sheet.write_string(number, 0, row, self.text)
            named = "" if entry.named else coded(row, self.standards, self.year).partition(" ")[2]
            sheet.write_string(number, 1, named, self.plain)
            for column, measure in enumerate(entry.measures, 2):
                self._number(
                    sheet, number, column, figures.get((entry.section, row, measure), ""), labels[column - 2]
                )
        form = self.standards.forms.get(entry.form)
        codes = form.blocks[0].codes if form is not None else None
        width = 2 + len(entry.measures)
        of = codes.list_ if codes is not None else ""
        self._spare(sheet, 3 + len(rows), width, width, of, _FEWER if rows else _SPARE)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 40)
        sheet.set_column(2, width, 18)
        sheet.freeze_panes(3, 1)

    def _number(self, sheet: Any, row: int, column: int, printed: str, of: Label) -> None:
        """A cell for a figure, with the decimals it was printed with."""
        text, unit = of.split(printed)
        amount = parse(text, unit) if text else None
        if amount is None:
            sheet.write_blank(row, column, None, self.input if unit in (*MONEY, "%") else self.count)
            return
        style = {**_FONT, "border": 1, "bg_color": "#FFF8DC"}
        style["num_format"] = f"#,##0.{'0' * amount.decimals}" if amount.decimals else "0"
        sheet.write_number(row, column, float(amount.value), self.book.add_format(style))

    def entered(self, asked: Sequence[Label], figures: Mapping[Key, str]) -> None:
        """The sheet of the figures that no table has."""
        sheet = self.book.add_worksheet(ENTERED)
        sheet.write_string(0, 0, ENTERED, self.title)
        sheet.write_string(1, 0, _NOTE, self.line)
        for column, text in enumerate(("编号", "内容", "单位", "数值")):
            sheet.write_string(2, column, text, self.head)
        for row, each in enumerate(asked, 3):
            sheet.write_string(row, 0, address(each.key), self.line)
            sheet.write_string(row, 1, each.text, self.plain)
            _, unit = each.split(figures.get(each.key, ""))
            sheet.write_string(row, 2, unit, self.plain)
            self._number(sheet, row, 3, figures.get(each.key, ""), each)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 3, 14)
        sheet.freeze_panes(3, 0)

    def codes(self) -> None:
        """The codes to choose from, with their names."""
        sheet = self.book.add_worksheet(CODES)
        for name, number in self.lists.items():
            sheet.write_string(0, 2 * number, "科目编码", self.head)
            sheet.write_string(0, 2 * number + 1, "科目名称", self.head)
            for row, (code, text) in enumerate(self._listed(name), 1):
                sheet.write_string(row, 2 * number, code)
                sheet.write_string(row, 2 * number + 1, text)
            sheet.set_column(2 * number + 1, 2 * number + 1, 40)
