"""What the workbook readers share: the cells of a sheet → paragraphs and tables in reading order.

A sheet as the final-accounts software exports it prints a title, lines of one text each (number,
unit, 部门：…), the ruled table and notes. Rows are first parted into regions by the empty rows
between them, then each region into what stands above, in and below its table: where cells are
ruled, the ruled rows are the table; in a sheet without rules the rows of more than one text are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from mingzhang.documents import Block, Cell, Document, Paragraph, Table, UnreadableError, squash
from mingzhang.provenance import Place, Segment

MOST_CELLS = 200_000
"""How many cells of one workbook are read; as many blank ones are added between them."""

_MOST_CHARACTERS = 20_000_000
_MOST_COVERED = 500_000
_MOST_NOTED = 20
_RULED_COLUMNS = 256
"""The rules of blank cells are kept for the columns before this one."""

_BLANK_ROWS = 50
"""So many ruled blank rows in succession still belong to a table."""

_SPAN_ROWS = 1000
"""So many rows below its first one a merged cell still holds together."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FIGURE = re.compile(r"[-+(]?\d[\d,]*(?:\.\d*)?[)%]?")
_NUMBER = re.compile(r"公开\d+表|财决\w*表")
_LABEL = re.compile(r"公开\d+表|财决\w*表|单位:(?:人民币)?[亿万千]?元|(?:部门|单位)(?:名称)?:")
_NOTE = re.compile(r"(?:注|备注|说明|附注)(?:\d|[一二三四五六七八九十])?[:.、]|\d+[.、]本表|本表")
_BRACKETS = re.compile(r"\([^()]*\)$")
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\d*(?:\(\d+\))?", re.IGNORECASE)
_LONG = 30
"""A text of so many characters alone in its row is no label of a table without rules."""

Span = tuple[int, int, int, int]
"""Top, left, bottom, right of merged cells, 0-based, the last ones included."""


class Value(NamedTuple):
    """A cell that holds something: its printed text, whether it is ruled, whether it was never calculated."""

    text: str
    ruled: bool = False
    unknown: bool = False


class Budget:
    """What a workbook may still cost: cells and characters to be read, blank cells to be added."""

    def __init__(self) -> None:
        self.cells = self.blanks = MOST_CELLS
        self.characters = _MOST_CHARACTERS

    def take(self, text: str) -> bool:
        """Whether one more cell with ``text`` may be read."""
        self.cells -= 1
        self.characters -= len(text)
        return self.cells >= 0 and self.characters >= 0

    def fill(self, count: int) -> bool:
        """Whether ``count`` more blank cells may be added."""
        if count > self.blanks:
            return False
        self.blanks -= count
        return True


@dataclass(slots=True)
class Sheet:
    """The cells of one sheet that hold something, by row and column (0-based).

    ``ruled`` has a bit for each ruled cell of a row, blank ones included. ``cut`` is the row from
    which on the sheet was not read.
    """

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    ruled: dict[int, int] = field(default_factory=dict)
    merges: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    cut: int | None = None

    def put(self, row: int, column: int, value: Value, budget: Budget) -> None:
        """Keep a cell, or only where it stands if it is blank."""
        if value.ruled and column < _RULED_COLUMNS:
            self.ruled[row] = self.ruled.get(row, 0) | 1 << column
        if self.cut is not None or not (value.unknown or value.text.strip()):
            return
        if _CONTROL.search(value.text):
            value = value._replace(text=clean(value.text))
        if budget.take(value.text):
            self.rows.setdefault(row, {})[column] = value
        else:
            self.cut = row

    def blocks(self, budget: Budget) -> list[Block]:
        """The sheet's paragraphs and tables; headed by the sheet's name if no row holds a title."""
        blocks = _Layout(self, budget).blocks()
        heads = [text for block in blocks for text in _heads(block)]
        named = not _UNNAMED.fullmatch(squash(self.name))
        if named and any(isinstance(block, Table) for block in blocks) and not any(map(_is_title, heads)):
            blocks.insert(0, Paragraph(self.name, Place(sheet=self.name)))
        return blocks


def assemble(
    path: Path, sha256: str, format: str, sheets: list[Sheet], budget: Budget, notes: Iterable[str] = ()
) -> Document:
    """The document of all ``sheets``; raises UnreadableError if there is nothing in them."""
    blocks = [block for sheet in sheets for block in sheet.blocks(budget)]
    if not blocks:
        raise UnreadableError("工作簿的工作表都是空的，没有可检查的内容；请确认导出是否完整。")
    return Document(str(path), sha256, format, blocks, notes=[*_notes(sheets), *notes])


def _notes(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Sentences for the user about what is hidden, was never calculated or not read."""
    sheets = [sheet for sheet in sheets if sheet.rows or sheet.cut is not None]
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        names = "、".join(f"“{name}”" for name in hidden[:_MOST_NOTED])
        more = f"等{len(hidden)}个" if len(hidden) > _MOST_NOTED else ""
        yield f"工作表{names}{more}是隐藏的，也已读取；如不应公开，请删除后再发布。"
    veiled = [part for sheet in sheets if (part := _veiled(sheet))]
    if veiled:
        yield f"{'；'.join(veiled[:_MOST_NOTED])}，也已读取。"
    unknown = [
        f"工作表“{sheet.name}”{column_letters(column)}{row + 1}"
        for sheet in sheets
        for row, values in sheet.rows.items()
        for column, value in values.items()
        if value.unknown
    ]
    if unknown:
        more = "等" if len(unknown) > _MOST_NOTED else ""
        where = f"{'、'.join(unknown[:_MOST_NOTED])}{more}"
        yield f"工作簿中有{len(unknown)}个公式没有保存计算结果（{where}），请用Excel或WPS打开并保存后再检查。"
    cut = [sheet for sheet in sheets if sheet.cut is not None]
    if cut:
        row = (cut[0].cut or 0) + 1
        yield f"工作簿内容过多，工作表“{cut[0].name}”第{row}行起的内容没有读取，请拆分后再检查。"


def _veiled(sheet: Sheet) -> str:
    rows = len(sheet.hidden_rows & sheet.rows.keys())
    used = {column for values in sheet.rows.values() for column in values} if sheet.hidden_columns else set()
    columns = sum(any(column in hidden for hidden in sheet.hidden_columns) for column in used)
    parts = [f"{count}{unit}" for count, unit in ((rows, "行"), (columns, "列")) if count]
    return f"工作表“{sheet.name}”有{'、'.join(parts)}是隐藏的" if parts else ""


def clean(text: str) -> str:
    """``text`` with line ends as ``\\n`` and without control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: A, …, Z, AA, …, XFD."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _heads(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Table):
        yield from (cell.text for cell in block.cells if cell.row < 6)


def _is_title(text: str) -> bool:
    plain = _BRACKETS.sub("", _NUMBER.sub("", squash(text)))
    return 2 < len(plain) <= 60 and plain.endswith("表")


def _is_label_line(texts: list[str]) -> bool:
    """Whether the texts are a line such as 部门：… 单位：万元, not a row of a table."""
    return len(texts) <= 6 and any(map(_LABEL.search, texts)) and not _has_figure(texts)


def _has_figure(texts: list[str]) -> bool:
    return len(texts) > 1 and any(map(_FIGURE.fullmatch, texts))


def _stands_alone(text: str) -> bool:
    """Whether a text alone in its row is a note or a heading rather than the label of a blank row."""
    return bool(_NOTE.match(text) or _LABEL.search(text)) or _is_title(text) or len(text) > _LONG


class _Row(NamedTuple):
    number: int
    values: dict[int, Value]
    ruled: bool

    @property
    def texts(self) -> list[str]:
        """The squashed texts of the row."""
        return [squash(value.text) for value in self.values.values()]


_BLANK = Value("")
_NO_VALUES: dict[int, Value] = {}


class _Layout:
    """Turns the cells of one sheet into blocks."""

    def __init__(self, sheet: Sheet, budget: Budget) -> None:
        self.sheet, self.budget = sheet, budget
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        self.covered: set[tuple[int, int]] = set()
        self._merge()
        self.rows = [row for index in sorted(sheet.rows) if (row := self._row(index)).values]

    def _merge(self) -> None:
        """Note which positions merged cells cover, inside what the sheet uses of its grid."""
        rows = self.sheet.rows
        last_row = max(max(rows, default=0), max(self.sheet.ruled, default=0))
        last_column = max((max(values) for values in rows.values()), default=0)
        left = _MOST_COVERED
        for top, first, bottom, last in self.sheet.merges:
            bottom = min(bottom, last_row, top + _SPAN_ROWS)
            inner = min(last, last_column)
            left -= max(0, bottom - top + 1) * max(0, inner - first + 1)
            if left < 0 or top > bottom or first > inner:
                continue
            positions = {(r, c) for r in range(top, bottom + 1) for c in range(first, inner + 1)}
            if positions.isdisjoint(self.covered) and self.spans.keys().isdisjoint(positions):
                self.spans[top, first] = bottom - top + 1, last - first + 1
                positions.discard((top, first))
                self.covered |= positions

    def _row(self, index: int) -> _Row:
        values = self.sheet.rows[index]
        if self.covered:
            values = {c: value for c, value in values.items() if (index, c) not in self.covered}
        values = dict(sorted(values.items()))
        return _Row(index, values, any(value.ruled for value in values.values()))

    def blocks(self) -> list[Block]:
        return [block for region in self._regions() for block in self._region(region)]

    def _regions(self) -> Iterator[list[_Row]]:
        """The rows parted where a row is empty, neither ruled nor reached by a merged cell."""
        region: list[_Row] = []
        end = -1
        for row in self.rows:
            if row.number > end + 1 and region and row.number > self._reach(end) + 1:
                yield region
                region = []
            region.append(row)
            end = max(end, row.number, *(row.number + self._span(row, c)[0] - 1 for c in row.values))
        if region:
            yield region

    def _reach(self, end: int) -> int:
        """The last of the ruled blank rows that follow row ``end``."""
        for row in range(end + 1, end + 1 + _BLANK_ROWS):
            if row not in self.sheet.ruled:
                return row - 1
        return end + _BLANK_ROWS

    def _span(self, row: _Row, column: int) -> tuple[int, int]:
        return self.spans.get((row.number, column), (1, 1))

    def _region(self, rows: list[_Row]) -> Iterator[Block]:
        several = [row for row in rows if len(row.values) > 1]
        ruled = any(row.ruled for row in rows) and sum(row.ruled for row in several) * 2 >= len(several)
        inside = self._ruled_body(rows) if ruled else self._plain_body(rows)
        for is_table, group in groupby(range(len(rows)), inside.__getitem__):
            positions = list(group)
            part, following = [rows[position] for position in positions], positions[-1] + 1
            below = rows[following].number if following < len(rows) else None
            if is_table and self._is_table(part, ruled):
                yield from self._table(part, below, ruled)
            else:
                yield from chain.from_iterable(map(self._paragraphs, part))

    def _ruled_body(self, rows: list[_Row]) -> list[bool]:
        """Which rows belong to a table that is ruled: not those that were only boxed with it at its top."""
        inside = [row.ruled or (_has_figure(row.texts) and not _is_label_line(row.texts)) for row in rows]
        last = max((position for position, row in enumerate(rows) if len(row.values) > 1), default=0)
        for position, row in enumerate(rows[:last]):
            if inside[position]:
                inside[position] = not self._is_boxed_heading(row, first=rows[0].ruled)
                if inside[position]:
                    self._take_heads(rows, inside, position)
                    break
        return inside

    def _take_heads(self, rows: list[_Row], inside: list[bool], first: int) -> None:
        """Add to a ruled table the rows of heads right above it, where only its body has rules."""
        for position in range(first - 1, -1, -1):
            row = rows[position]
            filled = sum(self._span(row, column)[1] for column in row.values)
            few = len(row.values) < 2 or filled * 2 < len(rows[first].values)
            if few or row.number != rows[position + 1].number - 1 or _is_label_line(row.texts):
                return
            inside[position] = True

    def _is_boxed_heading(self, row: _Row, first: bool) -> bool:
        """Whether a ruled row at the top is a line of number and unit, or one text with no cell beside it."""
        if len(row.values) > 1:
            return _is_label_line(row.texts)
        column = next(iter(row.values))
        own = (1 << self._span(row, column)[1]) - 1
        return first and not self.sheet.ruled.get(row.number, 0) & ~(own << column)

    def _plain_body(self, rows: list[_Row]) -> list[bool]:
        """Which rows of a region without rules belong to its tables."""
        inside: list[bool] = []
        for row in rows:
            if len(row.values) > 1:
                inside.append(not _is_label_line(row.texts))
                continue
            alone = self._span(row, next(iter(row.values)))[1] > 1 or _stands_alone(row.texts[0])
            inside.append(bool(inside) and inside[-1] and not alone)
        return inside

    def _is_table(self, rows: list[_Row], ruled: bool) -> bool:
        """Whether the rows are more than texts one below the other or a line of texts."""
        if any(len(row.values) > 1 for row in rows):
            return ruled or len(rows) > 1
        wide = any(self._span(row, column)[1] > 1 for row in rows for column in row.values)
        return len(rows) > 1 and not wide

    def _table(self, rows: list[_Row], below: int | None, ruled: bool) -> Iterator[Block]:
        """The table of ``rows``, then the remarks beside it; ``below`` is the row that follows them."""
        top = rows[0].number
        bottom = max(row.number + self._span(row, c)[0] - 1 for row in rows for c in row.values)
        bottom = self._reach(bottom) if ruled else bottom
        bottom = max(rows[-1].number, min(bottom, bottom if below is None else below - 1))
        columns = self._columns(rows)
        letters = {column: column_letters(column) for column in columns}
        values = {row.number: row.values for row in rows}
        count = sum(len(row.values) for row in rows)
        if self.budget.fill((bottom - top + 1) * len(columns) - count):
            positions = [
                (r, c) for r in range(top, bottom + 1) for c in columns if (r, c) not in self.covered
            ]
        else:
            positions = [(row.number, c) for row in rows for c in row.values if c in letters]
        name, first = self.sheet.name, columns[0]
        cells = []
        for r, c in positions:
            value = values.get(r, _NO_VALUES).get(c, _BLANK)
            high, wide = self.spans.get((r, c), (1, 1))
            place = Place(sheet=name, cell=f"{letters[c]}{r + 1}")
            high = min(high, bottom - r + 1)
            cells.append(Cell(value.text, r - top, c - first, place, high, wide, (), value.unknown))
        yield Table(tuple(cells), cells[0].place)
        for row in rows:
            beside = {c: value for c, value in row.values.items() if c not in letters}
            yield from self._paragraphs(row._replace(values=beside))

    def _columns(self, rows: list[_Row]) -> list[int]:
        """The columns of the table, without those of remarks that stand apart from it."""
        ends: dict[int, int] = {}
        filled: Counter[int] = Counter()
        rules = 0
        for row in rows:
            rules |= self.sheet.ruled.get(row.number, 0)
            for column in row.values:
                ends[column] = max(ends.get(column, 0), column + self._span(row, column)[1])
                filled[column] += 1
        parts: list[list[int]] = []
        end = 0
        for column in sorted(ends):
            gap = range(end, column)
            if not parts or not all(rules >> between & 1 for between in gap[:_RULED_COLUMNS]):
                parts.append([])
            parts[-1].append(column)
            end = max(end, ends[column])
        most = max(max(filled[column] for column in part) for part in parts)
        return [c for part in parts if max(filled[c] for c in part) * 2 >= most for c in part]

    def _paragraphs(self, row: _Row) -> Iterator[Paragraph]:
        """The texts of a row, one paragraph each; a label that ends with a colon goes with its value."""
        joined: list[tuple[int, str]] = []
        for column, value in row.values.items():
            joined.append((column, value.text))
            if not value.text.rstrip().endswith(("：", ":")):
                yield self._paragraph(row.number, joined)
                joined = []
        if joined:
            yield self._paragraph(row.number, joined)

    def _paragraph(self, row: int, texts: list[tuple[int, str]]) -> Paragraph:
        text = ""
        segments = []
        for column, part in texts:
            segments.append(Segment(len(text), self._place(row, column)))
            text += part + "  "
        return Paragraph(text[:-2], segments[0].place, segments=tuple(segments) if len(texts) > 1 else ())

    def _place(self, row: int, column: int) -> Place:
        return Place(sheet=self.sheet.name, cell=f"{column_letters(column)}{row + 1}")
