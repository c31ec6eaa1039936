"""Writes PDF by typst: set like an official document, tagged, with bookmarks and its fonts embedded.

The template ``page.typ`` holds all of the design; the document reaches it as JSON only, so that no
text is ever taken for markup, and it can read no file, no system font and no package. Output is
deterministic: the same document gives the same bytes.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from mingzhang.documents import Block, Cell, Document, Picture, Table
from mingzhang.writers import layout
from mingzhang.writers.glyphs import font_paths

_TEMPLATE = Path(__file__).with_name("page.typ")
_TEXT_WIDTHS = (442.0, 728.0)  # points, of a portrait and a landscape page, as page.typ sets them
_TEXT_HEIGHTS = (638.0, 467.0)
_SIZES = (10.5, 9.0, 8.0, 7.0, 6.0, 5.0)
_LETTER = 0.57  # ems: a digit of the fonts, with a little to spare
_PADDING = 6.5
_INSET, _TIGHT = 3.0, 1.5  # above and below a text; tight where a table just does not fit on its page
_LEADING = 3.0
_TALL = 1 / 3  # of a page: rows that are higher may be cut, and headers are not repeated
_LONG = 2 / 3  # of a page: what is merged over more may be cut, its text then stands at the top
_ABOVE = 75.0  # points for the title and the labels of a table
_READABLE = 8.0  # points: no smaller type for the looks alone
_HELPED = 1.35  # pages: what is longer takes two pages in smaller type as well
_LEVELS = 9
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_Data = dict[str, Any]


def write(document: Document) -> bytes:
    """The document as a PDF file."""
    import typst

    data = {
        "title": _clean(document.title),
        "author": _clean(document.author),
        "banner": _clean(document.banner),
        "sections": [_section(section) for section in layout.sections(document)],
    }
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            _TEMPLATE.read_bytes(), root=empty, font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
            package_path=empty, package_cache_path=empty,
        )  # fmt: skip
        pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> Any:
    """The fonts that are shipped, and no others."""
    import typst

    folders = list(dict.fromkeys(str(path.parent) for path in font_paths()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


# --- blocks -----------------------------------------------------------------------------------


def _section(section: layout.Section) -> _Data:
    blocks = [
        _block(block, section.landscape) | ({} if beside is None else {"beside": _lines(beside.text)})
        for block, beside in layout.lined(section.blocks)
    ]
    return {
        "landscape": section.landscape,
        "sheet": section.sheet,
        "blocks": [block for block in blocks if block],
    }


def _block(block: Block, landscape: bool) -> _Data:
    if isinstance(block, Table):
        return _table(block, _TEXT_WIDTHS[landscape], _TEXT_HEIGHTS[landscape]) if block.cells else {}
    if isinstance(block, Picture):
        return {"kind": "picture", "svg": block.svg, "text": _clean(block.text), "whole": block.whole}
    level = min(block.level, _LEVELS)
    kind = block.role or ("heading" if level else "")
    return {
        "kind": kind,
        "level": level,
        "depth": layout.CONTENTS_LEVELS,
        "side": layout.side(block) if kind == "label" else "left",
        "lines": _lines(layout.marked(block)),
    }


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _lines(text: str, room: float = layout.LONGEST_WORD) -> list[list[str]]:
    """The lines of a text, each in the pieces between which it may be cut."""
    return [layout.cut(_clean(line), room) for line in layout.lines_of(text.replace("\t", " "))]


# --- tables -----------------------------------------------------------------------------------


def _table(table: Table, width: float, height: float) -> _Data:
    """The table with its size of type, the widths of its columns and its cells for ``page.typ``."""
    cells = _apart(table)
    heads, codes = layout.heads(table), layout.codes(table)
    least, wanted = layout.needs(table)
    room = height - _ABOVE
    for size in _SIZES:
        low, high = ([need * size * _LETTER + _PADDING for need in each] for each in (least, wanted))
        widths = layout.shared(width, low, high)
        rows = _row_heights(cells, widths, size)
        if sum(low) <= width and (size <= _READABLE or (sum(high) <= width and _fits(sum(rows), room))):
            break

    tight = [row - 2 * (_INSET - _TIGHT) for row in rows]
    close = room < sum(rows) and sum(tight) <= room
    rows = tight if close else rows
    struts = _struts(cells, widths, size, rows, height)

    def drawn(cell: Cell) -> list[object]:
        merged = cell.colspan > 1 or cell.rowspan > 1
        is_figure = layout.is_figure(cell.text) and cell.column not in codes
        side = "r" if is_figure and not merged else "l"
        side = "c" if merged or cell.row < heads else side
        strut = struts.pop(cell.row, 0.0) if cell.rowspan == 1 else 0.0
        lines = _lines(cell.text, max(_room(cell, widths) / (size * _LETTER), 1.0))
        cut = _is_cut(cell, rows, height)
        return [cell.column, cell.row, cell.colspan, cell.rowspan, side, cut, lines, strut]

    return {
        "kind": "table", "size": size, "widths": [round(each, 2) for each in widths],
        "inset": _TIGHT if close else _INSET,
        "repeat": sum(rows[:heads]) < height * _TALL,
        "head": [drawn(cell) for cell in cells if cell.row < heads],
        "body": [drawn(cell) for cell in cells if cell.row >= heads],
    }  # fmt: skip


def _is_cut(cell: Cell, rows: Sequence[float], height: float) -> bool:
    """Whether a cell may be cut between pages: only one that takes too much of a page."""
    most = height * (_LONG if cell.rowspan > 1 else _TALL)
    return sum(rows[cell.row : cell.row + cell.rowspan]) > most


def _struts(
    cells: Sequence[Cell], widths: Sequence[float], size: float, rows: Sequence[float], height: float
) -> dict[int, float]:
    """How high rows have to be so that the whole text of merged cells that may be cut stands in the first."""
    struts: dict[int, float] = {}
    for cell in cells:
        if cell.rowspan > 1 and _is_cut(cell, rows, height):
            need = _text_height(cell, widths, size)
            if rows[cell.row] - _PADDING < need < height * _TALL:
                struts[cell.row] = max(struts.get(cell.row, 0.0), need)
    return struts


def _fits(needed: float, room: float) -> bool:
    """Whether rows of that height stand on one page, or on so many that a smaller type would not help."""
    return not room < needed < room * _HELPED


def _row_heights(cells: Sequence[Cell], widths: Sequence[float], size: float) -> list[float]:
    """About how high each row is, in points."""
    heights = [size + _PADDING] * max((cell.row + cell.rowspan for cell in cells), default=0)
    for cell in cells:
        if cell.rowspan == 1 and cell.text:
            heights[cell.row] = max(heights[cell.row], _text_height(cell, widths, size) + _PADDING)
    return heights


def _text_height(cell: Cell, widths: Sequence[float], size: float) -> float:
    room = max(_room(cell, widths), size)
    lines = sum(layout.letters(line) * _LETTER * size // room + 1 for line in layout.lines_of(cell.text))
    return lines * (size + _LEADING) - _LEADING


def _room(cell: Cell, widths: Sequence[float]) -> float:
    """The width for the text of a cell, in points."""
    return sum(widths[cell.column : cell.column + cell.colspan]) - _PADDING


def _apart(table: Table) -> list[Cell]:
    """The cells, with those that lie over another one cut down, or joined to it where nothing is left."""
    taken: dict[tuple[int, int], int] = {}
    cells: list[Cell] = []
    for cell in table.cells:
        if (owner := taken.get((cell.row, cell.column))) is not None:
            over = cells[owner]
            cells[owner] = over._replace(text="\n".join(filter(None, (over.text, cell.text))))
            continue
        covered = [(r, c) for r in range(cell.row, cell.row + cell.rowspan)
                   for c in range(cell.column, cell.column + cell.colspan)]  # fmt: skip
        if any(place in taken for place in covered):
            cell, covered = cell._replace(rowspan=1, colspan=1), covered[:1]
        taken.update(dict.fromkeys(covered, len(cells)))
        cells.append(cell)
    return cells
