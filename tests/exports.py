"""Workbooks as a system of final accounts exports them, of a fictional unit, in several layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from mingzhang.binding.compose import tables
from mingzhang.documents import Block, Paragraph, Table
from mingzhang.facts import Key
from mingzhang.forms import Form
from mingzhang.samples import ENTITY, YEAR
from mingzhang.taxonomy import Standards

Change = Callable[[Workbook], None]

SYSTEM = {
    "income_expenditure": "Z01",
    "income_by_function": "Z03",
    "expenditure_by_function": "Z04",
    "fiscal_income_expenditure": "Z01_1",
    "general_budget_expenditure": "Z07",
    "basic_expenditure_by_economic": "Z08_1",
    "fund_budget": "Z09",
    "capital_budget": "Z11",
}


def yuan(figures: Mapping[Key, str], standards: Standards) -> dict[Key, str]:
    """The figures of the tables in 元 where they are given in 万元."""
    return {key: f"{Decimal(text) * 10000:.2f}" for key, text in figures.items() if key[0] in standards.forms}


def workbook(
    path: Path,
    figures: Mapping[Key, str],
    standards: Standards,
    *,
    unit: str = "元",
    entity: str = ENTITY,
    year: int = YEAR,
    names: Callable[[Form], str] | None = None,
    titles: bool = True,
    order: Sequence[str] = (),
    number_format: str = "#,##0.00",
    split: bool = False,
    change: Change | None = None,
) -> Path:
    """Writes the figures, in ``unit``, a sheet for each table, and gives the file.

    ``names`` name the sheets, ``titles`` says whether they print titles, ``order`` are forms in their order,
    ``split`` puts 类, 款 and 项 into columns of their own; ``change`` is made to the workbook in the end.
    """
    book = Workbook()
    book.remove(book.active)
    made = dict(_sheets(figures, standards, entity, year))
    for form_id in order or made:
        form, blocks = standards.forms[form_id], made[form_id]
        sheet = book.create_sheet((names or _usual)(form)[:31])
        _fill(
            sheet, form, blocks, titles, unit, f"{year}年度", number_format, split and form.layout == "codes"
        )
    if change is not None:
        change(book)
    book.save(path)
    return path


def _usual(form: Form) -> str:
    return f"{form.number} {form.title}".replace("“", "").replace("”", "")


def system_name(form: Form) -> str:
    """The name of a sheet as the software of final accounts gives it."""
    return f"{SYSTEM.get(form.id, '公开09表')} {form.title}".replace("“", "").replace("”", "")


def _sheets(
    figures: Mapping[Key, str], standards: Standards, entity: str, year: int
) -> dict[str, list[Block]]:
    made: dict[str, list[Block]] = {}
    forms = iter(standards.forms)
    for block in tables(figures, standards, entity, year):
        if isinstance(block, Paragraph) and block.role == "break":
            current = made.setdefault(next(forms), [])
        current.append(block)
    return made


def _fill(
    sheet: Any,
    form: Form,
    blocks: Sequence[Block],
    titles: bool,
    unit: str,
    year: str,
    shown: str,
    split: bool,
) -> None:
    row = 1
    for block in blocks:
        if isinstance(block, Table):
            _table(sheet, block, row, shown, split)
            row += 1 + max(cell.row + cell.rowspan for cell in block.cells)
        elif isinstance(block, Paragraph) and block.text:
            if block.text == form.number and sheet.title.startswith("Z"):
                continue
            if not titles and (block.role != "label" or block.text == form.number):
                continue
            text = f"单位：{unit}" if block.text.startswith("单位：") else block.text
            sheet.cell(row, 1, year + text if block.role == "caption" else text)
            row += 1


def _table(sheet: Any, table: Table, top: int, shown: str, split: bool) -> None:
    moved = 2 if split else 0
    for cell in table.cells:
        row, column = top + cell.row, 1 + cell.column + (moved if cell.column or cell.text == "名称" else 0)
        if split and not cell.column:
            _parts(sheet, cell.text, row, cell.row < table.heads, cell.colspan)
            continue
        text = cell.text
        if "." in text and text.replace(".", "").replace("-", "").isdecimal():
            sheet.cell(row, column, float(text)).number_format = shown
        else:
            sheet.cell(row, column, text or None)
        if cell.rowspan * cell.colspan > 1:
            last = column + cell.colspan - 1
            sheet.merge_cells(
                start_row=row, end_row=row + cell.rowspan - 1, start_column=column, end_column=last
            )


def _parts(sheet: Any, text: str, row: int, head: bool, span: int) -> None:
    """The first column in three: the parts of a code, or one text over all of them."""
    if text.isdecimal() and len(text) >= 3 and not head:
        for column, part in enumerate((text[:3], text[3:5], text[5:]), 1):
            sheet.cell(row, column, part or None)
        return
    if text == "科目编码":
        for column, part in enumerate("类款项", 1):
            sheet.cell(row, column, part)
        return
    sheet.cell(row, 1, text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2 + span)
