"""The sheets of the self-evaluation in ``figures.xlsx``: as they are printed, every cell as text."""

from __future__ import annotations

import re
from typing import Any

from mingzhang.binding.compose_sheets import compose_sheet
from mingzhang.binding.disclosure import Contents, sheet_blocks
from mingzhang.documents import Cell, Paragraph, Table
from mingzhang.taxonomy import Standards

_ILLEGAL = re.compile(r"[\[\]:*?/\\]")
_NAME_LENGTH = 28
_COLUMNS, _WIDTH = 12, 16


def write_sheets(book: Any, contents: Contents, standards: Standards, cells: Any, lines: Any) -> None:
    """A worksheet for every sheet that has cells, and blank ones; ``cells`` and ``lines`` are styles.

    Blank are those that a unit with a report may fill in here, since they belong to no scheme.
    """
    drawn = sheet_blocks(contents, standards)
    scored = {form for scheme in standards.schemes.values() for form in scheme.of}
    for form in standards.outlines.filled if contents.report else ():
        if form not in scored:
            drawn.setdefault(form, compose_sheet(standards.sheets[form], {}, contents.year))
    for number, blocks in enumerate(drawn.values(), 1):
        title = next(block.text for block in blocks if isinstance(block, Paragraph))
        sheet = book.add_worksheet(f"{_ILLEGAL.sub('', title)[:_NAME_LENGTH]}{number:>3}")
        row = 0
        for block in blocks:
            if isinstance(block, Table):
                for cell in block.cells:
                    _write(sheet, cell, row, cells)
                row += max(cell.row + cell.rowspan for cell in block.cells)
            elif isinstance(block, Paragraph):
                sheet.write_string(row, 0, block.text, lines)
                row += 1
        sheet.set_column(0, _COLUMNS, _WIDTH)


def _write(sheet: Any, cell: Cell, top: int, style: Any) -> None:
    row, column = cell.row + top, cell.column
    if cell.rowspan * cell.colspan > 1:
        sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", style)
    sheet.write_string(row, column, cell.text, style)
