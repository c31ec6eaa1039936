"""Reads plain text: dumps of Word files and of PDF files, and any other text.

A text file has no geometry, so a table is recognised by its TABs, in one of two styles. A *Word
dump* prints one cell per line, beginning with TAB, and a blank line after each row; a *PDF dump*
prints one row per line, its cells separated by TABs. Which style a file uses is decided once, by
counting lines. What stays ambiguous (rows shortened by merged cells, rows broken by a blank line
inside a cell) is left as printed: binding settles it with the column count of the form.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from mingzhang.documents import Block, Cell, Document, Paragraph, Table, UnreadableError, squash
from mingzhang.provenance import Place, Segment
from mingzhang.readers.dumped import Dump
from mingzhang.readers.flow import Line

_ENCODING_UNKNOWN = "无法识别文件的文字编码，请另存为UTF-8文本后再检查。"
_EMPTY = "文件是空的，没有可检查的内容。"
_TOO_LARGE = "文本文件内容过多，未读取；请拆分后再检查。"
_MOST_BYTES = 20_000_000
_MOST_TABS = 500_000

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BOOKMARK = re.compile(r"\[bookmark:[^\]\r\n]*\]")

_FIGURE = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_NOTE = re.compile(r"(注|备注|说明|附注)(\d|[一二三四五六七八九十])?[:.、]")
_HEADING = re.compile(
    r"第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}、|附件[0-9一二三四五六七八九十]*:?$"
)
_SIGNATURE = re.compile(r"\((签字|盖章|签章|公章)\)|(签字|签章|填表人|填报日期|填报时间|制表人):|^年月日$")
_MARKED_NUMBER = re.compile(r"-{1,3}\d{1,4}-{1,3}|第\d{1,4}页[,/]?(?:共\d{1,4}页)?|\d{1,4}/\d{1,4}", re.ASCII)
_BARE_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_LONGEST_NUMBER = 30
_SHORTEST_PAGE = 5  # lines
_FEWEST_PAGES = 3
_NOTE_REACH = 20
_HEADING_LENGTH = 40
_LONGEST_LINE_ALONE = 250
_TITLE_LENGTHS = range(5, 41)


def read(path: Path, data: bytes, sha256: str) -> Document:
    """The text file ``data`` as a document; ``path`` and ``sha256`` only name it.

    Raises :class:`UnreadableError` if the file is empty, too large, or its encoding is unknown.
    """
    if len(data) > _MOST_BYTES or data.count(b"\t") > _MOST_TABS:
        raise UnreadableError(_TOO_LARGE)
    text, notes = _decode(data)
    if not text.strip():
        raise UnreadableError(_EMPTY)
    marked = _LINE_END.split(_CONTROL.sub("", text))
    lines = [_BOOKMARK.sub("", line) for line in marked]
    if _is_word_dump(lines):
        blocks = [_placed(block, marked) for block in _WordDump(lines).blocks()]
        return Document(str(path), sha256, "txt", blocks, notes=notes)
    blocks, furniture = _pdf_dump(lines)
    return Document(str(path), sha256, "txt", blocks, notes=notes, furniture=furniture)


def _placed(block: Block, marked: list[str]) -> Block:
    """The block with the source coordinates of a line that bookmarks were taken out of."""
    if not isinstance(block, Paragraph) or block.segments or block.place.line is None:
        return block
    line = marked[block.place.line - 1]
    segments, start, taken = [], 0, 0
    for bookmark in _BOOKMARK.finditer(line):
        if bookmark.start() > start:
            segments.append(Segment(start - taken, block.place._replace(offset=start)))
        taken += bookmark.end() - bookmark.start()
        start = bookmark.end()
    if not taken:
        return block
    segments.append(Segment(start - taken, block.place._replace(offset=start)))
    return replace(block, segments=tuple(segments))


# --- encoding ---------------------------------------------------------------------------------


def _decode(data: bytes) -> tuple[str, list[str]]:
    """The text of ``data`` and the notes for the user about damaged places."""
    notes: list[str] = []
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16"):
            raise UnreadableError(_ENCODING_UNKNOWN) from error
        text, notes = _decode_fallback(data)
    if "\0" in text:
        raise UnreadableError(_ENCODING_UNKNOWN)
    return text, notes


def _decode_fallback(data: bytes) -> tuple[str, list[str]]:
    """``data`` that is not strictly UTF-8: UTF-8 with a few damaged bytes, or GB18030."""
    damaged = data.decode("utf-8-sig", errors="replace")
    holes = damaged.count("�")
    if sum(char > "\x7f" for char in damaged) > 20 * holes:
        return damaged, [f"文件中有{holes}处文字损坏，无法识别，已用“�”代替。"]
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadableError(_ENCODING_UNKNOWN) from error
    if _is_implausible(text):
        raise UnreadableError(_ENCODING_UNKNOWN)
    return text, []


def _is_implausible(text: str) -> bool:
    """Whether more than one character in a hundred is a control or an unassigned character."""
    odd = sum(
        count
        for char, count in Counter(text).items()
        if char not in "\t\n\r\f" and unicodedata.category(char) in ("Cc", "Cn", "Co")
    )
    return odd * 100 > len(text)


def _is_word_dump(lines: list[str]) -> bool:
    """Whether more lines are a single cell (TAB first, no other) than are a row of cells."""
    single = rows = 0
    for line in lines:
        if "\t" in line:
            if line.count("\t") == 1 and _cell_text(line) is not None:
                single += 1
            else:
                rows += 1
    return single > rows


# --- tables under construction ----------------------------------------------------------------


class _Lines(list[tuple[str, int]]):
    """The lines of one cell while it is being read, each with its number."""

    @property
    def text(self) -> str:
        return "\n".join(text for text, _ in self)

    def cell(self, row: int, column: int) -> Cell:
        first, line = self[0]
        if len(self) == 1:
            return Cell(first, row, column, Place(line=line))
        segments: list[Segment] = []
        length = 0
        for text, line in self:
            segments.append(Segment(length, Place(line=line)))
            length += len(text) + 1
        return Cell(self.text, row, column, segments[0].place, segments=tuple(segments))


class _Rows:
    """The rows of a table while it is being read."""

    def __init__(self) -> None:
        self.rows: list[list[_Lines]] = []

    def add(self, texts: list[str], line: int) -> None:
        """Add cells to the last row."""
        self.rows[-1].extend(_Lines([(text, line)]) for text in texts)

    def table(self) -> Table:
        cells = tuple(
            lines.cell(number, column)
            for number, row in enumerate(self.rows)
            for column, lines in enumerate(row)
        )
        return Table(cells, cells[0].place, certain_grid=False)

    def last_is_lone_blank(self) -> bool:
        """Whether the last row is one cell without text: a stray TAB rather than a row."""
        return len(self.rows[-1]) == 1 and not self.rows[-1][0].text.strip()

    def last_is_note(self) -> bool:
        return len(self.rows[-1]) == 1 and _is_note(self.rows[-1][0].text)


# --- PDF dumps --------------------------------------------------------------------------------


def _pdf_dump(lines: list[str]) -> tuple[list[Block], list[Paragraph]]:
    """Blocks and page numbers of a PDF dump: a run of lines with TABs is a table, one row per line.

    One blank line inside the run (a page break) does not end the table, two do. Lines that the
    dump broke inside sentences are joined if the file shows such breaks.
    """
    blocks: list[Block] = []
    table: _Rows | None = None
    text: list[Line] = []
    furniture = _page_numbers(lines)
    dump = Dump(lines)
    blanks = 0
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            blocks += dump.paragraphs(text)
            text.clear()
            if table is not None and blanks > 1:
                blocks.append(table.table())
                table = None
            table = table or _Rows()
            table.rows.append([])
            table.add(line.split("\t"), number)
            blanks = 0
        elif number in furniture:
            blanks = 0
        elif not line.strip():
            blanks += 1
        else:
            if table is not None:
                blocks.append(table.table())
                table = None
            text.append(Line(line, Place(line=number)))
            blanks = 0
    blocks += dump.paragraphs(text)
    if table is not None:
        blocks.append(table.table())
    return blocks, [Paragraph(lines[number - 1].strip(), Place(line=number)) for number in sorted(furniture)]


def _page_numbers(lines: list[str]) -> set[int]:
    """The lines that are page numbers: with marks around them, or bare and counting on."""
    marked = {number for number, line in enumerate(lines, 1) if _is_marked_number(line)}
    bare = [number for number, line in enumerate(lines, 1) if _BARE_NUMBER.fullmatch(line.strip())]
    counting = len(bare) >= _FEWEST_PAGES and all(
        int(lines[after - 1]) == int(lines[before - 1]) + 1 and after - before >= _SHORTEST_PAGE
        for before, after in pairwise(bare)
    )
    return marked.union(bare) if counting else marked


def _is_marked_number(line: str) -> bool:
    return len(line) <= _LONGEST_NUMBER and _MARKED_NUMBER.fullmatch(squash(line)) is not None


# --- Word dumps -------------------------------------------------------------------------------


class _WordDump:
    """The state of reading a Word dump line by line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._blocks: list[Block] = []
        self._table: _Rows | None = None
        self._blanks = 0
        self._reaches = 0

    def blocks(self) -> list[Block]:
        """The blocks of all lines."""
        for number, line in enumerate(self._lines, 1):
            cell = _cell_text(line)
            if cell is not None:
                self._cell_line(cell, number)
            elif not line.strip():
                self._blanks += 1
                continue
            else:
                self._plain_line(line, number)
            self._blanks = 0
        self._end_table()
        return self._blocks

    def _cell_line(self, text: str, number: int) -> None:
        if self._table is not None and self._blanks > 1 and self._starts_table(text):
            self._end_table()
        if self._table is None:
            self._table = _Rows()
        if self._blanks or not self._table.rows:
            self._table.rows.append([])
        self._table.add(text.split("\t"), number)

    def _starts_table(self, text: str) -> bool:
        """Whether a cell after blank lines begins another table than the open one.

        A blank line follows every row and a cell may end with one; more of them part tables only
        after the note under a table or before a title.
        """
        assert self._table is not None
        return self._table.last_is_note() or (self._blanks > 2 and _is_title(squash(text)))

    def _plain_line(self, line: str, number: int) -> None:
        if self._table is not None and self._continues_cell(line, number):
            self._table.rows[-1][-1].append((line, number))
            return
        self._end_table()
        self._blocks.append(Paragraph(line, Place(line=number)))

    def _continues_cell(self, line: str, number: int) -> bool:
        """Whether a line without TAB belongs to the last cell of the open table."""
        assert self._table is not None
        if self._blanks > 1 or self._table.last_is_lone_blank() or _stands_alone(line):
            return False
        if not self._blanks or number < self._reaches:
            return True
        last = squash(self._table.rows[-1][-1].text)
        if not last or _FIGURE.fullmatch(last) or self._table.last_is_note():
            return False
        self._reaches = self._next_cell_line(number)
        return self._reaches > 0

    def _next_cell_line(self, number: int) -> int:
        """The line of the next cell if only running text stands before it, 0 if there is none.

        More than one blank line ends the running text; what follows must then be a cell, and
        not the title of another table.
        """
        blanks = 0
        for position in range(number, len(self._lines)):
            line = self._lines[position]
            cell = _cell_text(line)
            if cell is not None:
                new_table = blanks > 2 and _is_title(squash(cell))
                return 0 if new_table else position + 1
            if not line.strip():
                blanks += 1
            elif blanks > 1 or _stands_alone(line):
                return 0
            else:
                blanks = 0
        return 0

    def _end_table(self) -> None:
        """Closes the open table; a lone blank cell at its end is no row, one cell no table."""
        table, self._table = self._table, None
        if table is None:
            return
        if table.last_is_lone_blank():
            table.rows.pop()
        if len(table.rows) == 1 and len(table.rows[0]) == 1:
            cell = table.rows[0][0].cell(0, 0)
            self._blocks.append(Paragraph(cell.text, cell.place, segments=cell.segments))
        elif table.rows:
            self._blocks.append(table.table())


def _cell_text(line: str) -> str | None:
    """The text after the TAB of a cell line (spaces may stand before it), None for other lines."""
    if line.startswith("\t"):
        return line[1:]
    if line.startswith((" ", "　", "\xa0")) and "\t" in line:
        stripped = line.lstrip(" 　\xa0")
        if stripped.startswith("\t"):
            return stripped[1:]
    return None


def _stands_alone(line: str) -> bool:
    """Whether a line without TAB is a title, note, heading or signature line."""
    if len(line) > _LONGEST_LINE_ALONE:
        return _is_note(line)
    text = squash(line)
    return (
        _is_title(text)
        or _NOTE.match(text) is not None
        or _SIGNATURE.search(text) is not None
        or (len(text) <= _HEADING_LENGTH and not text.endswith("。") and _HEADING.match(text) is not None)
    )


def _is_title(squashed: str) -> bool:
    return squashed.endswith("表") and len(squashed) in _TITLE_LENGTHS


def _is_note(text: str) -> bool:
    return _NOTE.match(squash(text[:_NOTE_REACH])) is not None
