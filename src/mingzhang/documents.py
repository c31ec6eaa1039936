"""The one Document model that every reader fills and every writer prints.

A document is a sequence of blocks in reading order: paragraphs, tables, and pictures where it was
composed with some. Text is kept as printed; :func:`fold` gives the form used for matching, character
for character, so that offsets stay those of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from mingzhang.provenance import Place, Segment

_SAME = {
    "　": " ", "\xa0": " ", "\t": " ", "\n": " ", "\r": " ", "\u2002": " ", "\u2003": " ",
    "，": ",", "．": ".", "－": "-", "−": "-", "–": "-", "—": "-", "（": "(", "）": ")",
    "〔": "[", "〕": "]", "【": "[", "】": "]", "％": "%", "：": ":", "；": ";", "／": "/",
    "“": '"', "”": '"', "「": '"', "」": '"', "＂": '"', "‘": "'", "’": "'", "＋": "+",
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{chr(0xFF21 + letter): chr(0x41 + letter) for letter in range(26)},
    **{chr(0xFF41 + letter): chr(0x61 + letter) for letter in range(26)},
}  # fmt: skip
_INNER = str.maketrans("“”", "‘’")
"""Quotation marks within quotation marks."""
_FOLDED = re.compile(f"[{''.join(map(re.escape, _SAME))}]")
_SHORT = 60
"""Characters: texts up to this length, labels and figures above all, occur again and again."""
_USUAL = 1000
"""Characters: most paragraphs are shorter, and every stage and check folds them again."""


def fold(text: str) -> str:
    """The matching form of ``text``: one character for one character, offsets unchanged."""
    return _recently_folded(text) if len(text) <= _USUAL else _folded(text)


def _folded(text: str) -> str:
    for char in set(_FOLDED.findall(text)):  # many times faster than str.translate, which raises per miss
        text = text.replace(char, _SAME[char])
    return text


_recently_folded = lru_cache(maxsize=2048)(_folded)


def squash(text: str) -> str:
    """The folded text without any white space: what labels and titles are compared by."""
    return _squashed(text) if len(text) <= _SHORT else "".join(fold(text).split())


@lru_cache(maxsize=4096)
def _squashed(text: str) -> str:
    return "".join(_folded(text).split())


def quoted(text: str) -> str:
    """``text`` in quotation marks, as messages quote it: “三公”经费 becomes “‘三公’经费”."""
    return f"“{text.translate(_INNER)}”"


class Cell(NamedTuple):
    """One cell of a table at grid position (``row``, ``column``), 0-based, with its spans.

    Paragraphs of a cell are joined with ``\n``. ``segments`` are the source coordinates of its
    text. ``unknown`` says that the source holds a value that it does not state (a formula that was
    never calculated): neither blank nor zero. ``parts`` are the cells of the same table whose sum
    this cell was composed as: row, column and sign (1 or -1) of each.
    """

    text: str
    row: int
    column: int
    place: Place
    rowspan: int = 1
    colspan: int = 1
    segments: tuple[Segment, ...] = ()
    unknown: bool = False
    parts: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed: cells in reading order on one grid.

    ``certain_grid`` is False where the source has no geometry (text dumps), so that column
    positions of rows with merged cells are those of the printed cells, not of the grid. ``heads`` is
    the number of header rows of a table that was composed; readers do not tell it.
    """

    cells: tuple[Cell, ...]
    place: Place
    certain_grid: bool = True
    heads: int = 0

    def rows(self) -> list[list[Cell]]:
        """The cells by row, left to right; a row whose cells all span from above is empty."""
        count = max((cell.row for cell in self.cells), default=-1) + 1
        rows: list[list[Cell]] = [[] for _ in range(count)]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return rows


Role = Literal["", "cover", "contents", "caption", "label", "note", "gap", "break"]
"""What a paragraph is for: body text (or a heading, by its level); a line of the title page; the place
of the table of contents, its text the heading of it; the title of a table; a line above a table that
is not its title (部门：, 单位：, 公开01表); a line below a table; a gap in a draft that somebody has to
fill; a page break, without text."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text outside tables, as printed; lines that the print broke are joined.

    ``level`` is 1 and up for headings that the source marks as such, ``marker`` the number that it
    prints automatically before the text ("一、"). ``segments`` are the source coordinates of the
    text: a line, a run, a box each. ``role`` is what a composed paragraph is for; readers do not tell it.
    """

    text: str
    place: Place
    level: int = 0
    marker: str = ""
    segments: tuple[Segment, ...] = ()
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that a document was composed with; readers make none.

    ``svg`` is the drawing, ``text`` says the same figures in words: what stands for the drawing where
    a format or a person cannot show or see it. ``whole`` says that it takes a page of its own.
    """

    svg: str
    text: str
    place: Place
    whole: bool = False


Block = Paragraph | Table | Picture


@dataclass(slots=True)
class Document:
    """One file as Mingzhang sees it.

    ``furniture`` are the page headers, footers and page numbers, kept apart from the blocks.
    ``notes`` are sentences for the user about parts that could not be read (a page without a
    text layer, for example); a document with notes was read partly. ``title``, ``author`` and
    ``banner``, a line on every page of a draft, are set where a document is composed.
    """

    path: str
    sha256: str
    format: str
    blocks: list[Block]
    pages: int | None = None
    notes: list[str] = field(default_factory=list)
    furniture: list[Paragraph] = field(default_factory=list)
    title: str = ""
    author: str = ""
    banner: str = ""

    def tables(self) -> Iterator[Table]:
        """The tables in reading order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs in reading order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))


class UnreadableError(Exception):
    """A file that cannot be read; the message is Chinese, names the remedy, and is for the user."""
