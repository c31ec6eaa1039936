"""Writes plain text in the style of a PDF dump, as :mod:`mingzhang.readers.txt` reads it.

A paragraph is its lines, a picture the text that stands for it, a table one line per row with TABs
between the cells of the full grid; the contents are listed, page breaks left out. The text of a
merged cell stands in its top left position, its other positions are empty. Blank lines part the
blocks: one, or two between a table and the next (one blank line inside a table is a page break to
the reader). A table of one column gets an empty second column, without which it would be read as
paragraphs.
"""

from __future__ import annotations

import re

from mingzhang.documents import Block, Document, Picture, Table
from mingzhang.writers import layout

_BREAKS = re.compile(r"\r\n|[\t\r\n]")


def write(document: Document) -> bytes:
    """The document as UTF-8 text without BOM, lines ending with ``\\n``."""
    parts = [f"{document.banner}\n"] if document.banner else []
    after_table = False
    for block in layout.printed_blocks(document):
        is_table = isinstance(block, Table)
        if parts:
            parts.append("\n\n" if is_table and after_table else "\n")
        parts.extend(f"{line}\n" for line in _lines(block))
        after_table = is_table
    return "".join(parts).encode("utf-8")


def _lines(block: Block) -> list[str]:
    if isinstance(block, Table):
        return ["\t".join(row) for row in _grid(block)]
    text = block.text if isinstance(block, Picture) else layout.marked(block)
    return layout.lines_of(text.replace("\t", " "))


def _grid(table: Table) -> list[list[str]]:
    """The texts of the table on its full grid, at least two columns wide."""
    grid = [[""] * max(layout.width(table), 2) for _ in range(layout.height(table))]
    for cell in table.cells:
        grid[cell.row][cell.column] = _BREAKS.sub(" ", cell.text)
    return grid
