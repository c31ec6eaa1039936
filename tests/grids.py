"""Documents and tables written short, and what is compared of those that were read."""

from __future__ import annotations

from dataclasses import replace

from mingzhang.documents import Block, Cell, Document, Paragraph, Role, Table
from mingzhang.provenance import Place
from mingzhang.writers.layout import contents, lined, printed_blocks

Span = tuple[int, int, int, int, str]
"""A cell: row, column, rowspan, colspan, text."""

NOWHERE = Place()

GRID: list[Span] = [
    (0, 0, 1, 2, "项目"),
    (0, 2, 2, 1, "本年收入\n合计"),
    (1, 0, 1, 1, "科目编码"),
    (1, 1, 1, 1, "科目名称"),
    (2, 0, 1, 2, "合计"),
    (2, 2, 1, 1, "12.30"),
    (3, 0, 1, 1, "208"),
    (3, 1, 1, 1, ""),
    (3, 2, 1, 1, ""),
]
"""A table with merged headers and blank cells."""


def document(*blocks: Block | str) -> Document:
    return Document("", "", "docx", [Paragraph(b, NOWHERE) if isinstance(b, str) else b for b in blocks])


def said(text: str, role: Role = "", level: int = 0) -> Paragraph:
    """A composed paragraph."""
    return Paragraph(text, NOWHERE, level, role=role)


def printed(document: Document) -> Document:
    """``document`` as a reader without pages finds it: no page breaks, the contents listed."""
    return replace(document, blocks=printed_blocks(document))


def in_word(document: Document) -> Document:
    """``document`` as a reader of a Word file finds it: tabs part labels, and entries from numbers."""
    blocks: list[Block] = []
    entries = 0
    for block, beside in lined(printed_blocks(document)):
        if isinstance(block, Paragraph) and (beside is not None or entries):
            after = "" if beside is None else beside.text
            block, entries = replace(block, text=f"{block.text}\t{after}"), max(entries - 1, 0)
        elif isinstance(block, Paragraph) and block.role == "contents":
            entries = len(contents(document))
        blocks.append(block)
    return replace(document, blocks=blocks)


def cell(text: str, row: int, column: int, rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(text, row, column, NOWHERE, rowspan, colspan)


def table(*cells: Cell) -> Table:
    return Table(cells, NOWHERE)


def drawn(text: str, *, certain: bool = True) -> Table:
    """A table from lines of cells parted by |; < goes on with the cell to the left, ^ with that above."""
    rows = [[part.strip() for part in line.split("|")] for line in text.strip("\n").split("\n")]
    cells = []
    for row, parts in enumerate(rows):
        for column, part in enumerate(parts):
            merged = part in ("<", "^")
            if certain and merged:
                continue
            wide, high = 1, 1
            while certain and parts[column + wide : column + wide + 1] == ["<"]:
                wide += 1
            while certain and row + high < len(rows) and rows[row + high][column : column + 1] == ["^"]:
                high += 1
            cells.append(Cell("" if merged else part, row, column, Place(line=row + 1), high, wide))
    return Table(tuple(cells), NOWHERE, certain)


def sketched(*parts: str, certain: bool = True) -> Document:
    """A document of paragraphs, and of tables where a part is drawn with |."""
    return document(*(drawn(part, certain=certain) if "|" in part else part for part in parts))


def spans(table: Table) -> list[Span]:
    return [(c.row, c.column, c.rowspan, c.colspan, c.text) for c in table.cells]


def shown(document: Document) -> list[str | list[Span]]:
    return [spans(block) if isinstance(block, Table) else block.text for block in document.blocks]


def dumped(document: Document, *, covered: bool) -> Document:
    """``document`` with its tables as a dump prints them: covered cells blank, or left out."""
    blocks: list[Block] = []
    for block in document.blocks:
        if not isinstance(block, Table):
            blocks.append(block)
            continue
        width = max(cell.column + cell.colspan for cell in block.cells)
        cells = []
        for number, row in enumerate(block.rows()):
            texts = {cell.column: cell.text for cell in row}
            printed = [texts.get(n, "") for n in range(width)] if covered else list(texts.values())
            lines = (number + 1 if covered else number * width + n + 1 for n in range(width))
            cells += [Cell(t, number, n, Place(line=line)) for n, (t, line) in enumerate(zip(printed, lines))]
        blocks.append(Table(tuple(cells), NOWHERE, False))
    return replace(document, blocks=blocks)
