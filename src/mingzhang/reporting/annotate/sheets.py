"""Notes in a copy of an Excel file: comments at the cells and a fill, in the parts concerned alone.

Charts, pictures, macros, rules and formulas stay what they were, for nothing but the sheet's cells,
the styles and the comments is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from itertools import takewhile

from lxml import etree
from lxml.etree import _Element

from mingzhang.checking.finding import SEVERITIES
from mingzhang.documents import Block
from mingzhang.provenance import Place, place_at
from mingzhang.readers.sheets import column_letters
from mingzhang.readers.xlsx import Book, position
from mingzhang.reporting.annotate.drawings import Boxes
from mingzhang.reporting.annotate.notes import AUTHOR, Note, own_text
from mingzhang.reporting.annotate.parts import Parts, parse

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_COLOURS = {"error": "FFFFC7CE", "warning": "FFFFEB9C", "notice": "FFDDEBF7", "related": "FFEDEDED"}
_AFTER_DRAWING = (
    *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)
"""What stands after a reference to comments in a sheet."""

_RELATED = "related"
_LONGEST = 32_000
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")

_Cell = tuple[int, int]


def annotated(data: bytes, blocks: Sequence[Block], notes: Sequence[Note]) -> bytes:
    """The copy of the workbook."""
    parts = Parts(data)
    book = Book(parts.package)
    by_sheet: dict[str, dict[_Cell, list[Note]]] = {}
    names = {name: part for name, part, _ in reversed(book.sheets)}
    for note in notes:
        place = _place(blocks, note)
        part = names.get(place.sheet or "", book.sheets[0][1])
        by_sheet.setdefault(part, {}).setdefault(position(place.cell or "A1"), []).append(note)
    styles = _Styles(parts, book.part)
    for part, cells in by_sheet.items():
        _Sheet(parts, part, styles).note(cells)
    return parts.packed()


def _place(blocks: Sequence[Block], note: Note) -> Place:
    """The sheet and cell of a note; of a paragraph made of several cells the one that it is about."""
    if note.spot is None:
        return Place()
    own = own_text(blocks[note.spot.block], note.spot)
    return place_at(note.spot.start, own.segments, own.place)


class _Styles:
    """The formats of cells, each also with the fill of a severity, or that of what is only related."""

    def __init__(self, parts: Parts, book: str) -> None:
        known = list(parts.related(book, "styles").values())
        self._root = parts.root(known[0]) if known else None
        self._made: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}

    def filled(self, style: int, severity: str) -> int:
        """The number of the format ``style`` with the fill; ``style`` itself where a file has no formats."""
        formats = self._root.find("{*}cellXfs") if self._root is not None else None
        if formats is None or style >= len(formats):
            return style
        if (style, severity) not in self._made:
            made = deepcopy(formats[style])
            made.set("fillId", str(self._fill(severity)))
            made.set("applyFill", "1")
            self._made[style, severity] = _append(formats, made)
        return self._made[style, severity]

    def _fill(self, severity: str) -> int:
        if severity not in self._fills:
            assert self._root is not None
            space = str(self._root.tag).partition("}")[0] + "}"
            fills = self._root.find("{*}fills")
            if fills is None:
                fills = self._root.makeelement(f"{space}fills")
                self._root.insert(0, fills)
            fill = fills.makeelement(f"{space}fill")
            pattern = etree.SubElement(fill, f"{space}patternFill", patternType="solid")
            etree.SubElement(pattern, f"{space}fgColor", rgb=_COLOURS[severity])
            self._fills[severity] = _append(fills, fill)
        return self._fills[severity]


def _append(holder: _Element, element: _Element) -> int:
    """Add to a list that states its length; gives the number of what was added."""
    holder.append(element)
    holder.set("count", str(len(holder)))
    return len(holder) - 1


class _Sheet:
    """One worksheet with its comments."""

    def __init__(self, parts: Parts, part: str, styles: _Styles) -> None:
        self._parts, self._part, self._styles = parts, part, styles
        self._root = parts.root(part)
        self._space = str(self._root.tag).partition("}")[0] + "}"
        self._threaded = {
            comment.get("ref", "")
            for name in parts.related(part, "threadedComment").values()
            for comment in parts.root(name)
        }

    def note(self, cells: dict[_Cell, list[Note]]) -> None:
        """Fill the cells and put the notes there, one comment for each cell."""
        rows = self._rows()
        texts: dict[_Cell, list[str]] = {}
        for (row, column), notes in sorted(cells.items()):
            main = [note.severity for note in notes if note.main]
            worst = min(main, key=SEVERITIES.index, default=_RELATED)
            cell = self._cell(rows, row, column)
            cell.set("s", str(self._styles.filled(int(cell.get("s", "0")), worst)))
            while f"{column_letters(column)}{row + 1}" in self._threaded:
                column += 1  # a conversation takes no other comment: the note goes beside it
            texts.setdefault((row, column), []).extend(note.text for note in notes)
        self._comment({cell: "\n\n".join(said)[:_LONGEST] for cell, said in texts.items()})

    def _rows(self) -> dict[int, _Element]:
        """The rows by number; those that leave their number out get it."""
        data = self._root.find("{*}sheetData")
        rows, last = {}, 0
        for row in data.iterfind("{*}row") if data is not None else ():
            last = int(row.get("r", last + 1))
            row.set("r", str(last))
            rows[last - 1] = row
        return rows

    def _cell(self, rows: dict[int, _Element], number: int, column: int) -> _Element:
        """The cell at a place, made where the sheet holds none."""
        if number not in rows:
            data = self._root.find("{*}sheetData")
            assert data is not None
            before = sum(1 for _ in takewhile(lambda n: n < number, sorted(rows)))
            rows[number] = data.makeelement(f"{self._space}row", r=str(number + 1))
            data.insert(before, rows[number])
        row, last, place = rows[number], -1, 0
        for cell in row.iterfind("{*}c"):
            last = position(cell.get("r", f"{column_letters(last + 1)}{number + 1}"))[1]
            cell.set("r", f"{column_letters(last)}{number + 1}")
            if last == column:
                return cell
            place += last < column
        made = row.makeelement(f"{self._space}c", r=f"{column_letters(column)}{number + 1}")
        row.insert(place, made)
        return made

    def _comment(self, texts: dict[_Cell, str]) -> None:
        """Write the comments, after those that are there; text is added to one at the same cell."""
        known = list(self._parts.related(self._part, "comments").values())
        if known:
            root = self._parts.root(known[0])
        else:
            space = self._space[1:-1]
            root = parse(f'<comments xmlns="{space}"><authors/><commentList/></comments>'.encode())
            name = self._parts.free("xl/comments", ".xml")
            self._parts.add(name, root, _COMMENTS)
            self._parts.relate(self._part, "comments", name)
        authors, comments = root.find("{*}authors"), root.find("{*}commentList")
        assert authors is not None
        assert comments is not None
        etree.SubElement(authors, f"{self._space}author").text = AUTHOR
        there = {comment.get("ref", ""): comment for comment in comments}
        new = []
        for (row, column), said in texts.items():
            reference = f"{column_letters(column)}{row + 1}"
            own = there.get(reference)
            if own is None:
                own = etree.SubElement(comments, f"{self._space}comment", ref=reference)
                own.set("authorId", str(len(authors) - 1))
                etree.SubElement(own, f"{self._space}text")
                new.append((row, column))
            self._say(own, said if reference not in there else f"\n{AUTHOR}：{said}")
        boxes = Boxes(self._parts, self._part)
        boxes.add(new)
        if boxes.reference is not None:
            self._refer(boxes.reference)

    def _say(self, comment: _Element, said: str) -> None:
        text = comment.find("{*}text")
        assert text is not None
        plain = text.find("{*}t")
        if plain is not None:  # a text without runs takes no run beside it
            plain.text = f"{plain.text or ''}{said}"
            plain.set(_PRESERVED, "preserve")
            return
        run = etree.SubElement(text, f"{self._space}r")
        node = etree.SubElement(run, f"{self._space}t")
        node.text = said
        node.set(_PRESERVED, "preserve")

    def _refer(self, reference: str) -> None:
        """Let the sheet refer to the boxes of its comments."""
        after = {f"{self._space}{name}" for name in _AFTER_DRAWING}
        made = self._root.makeelement(f"{self._space}legacyDrawing")
        made.set(f"{self._parts.relations_space()}id", reference)
        first = next((child for child in self._root if child.tag in after), None)
        if first is not None:
            first.addprevious(made)
        else:
            self._root.append(made)
