"""The text of a PDF page: words with their boxes, in printed lines, through PDFium's raw interface."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from mingzhang.provenance import BBox
from mingzhang.readers import pdfium
from mingzhang.readers.grid import Grid, Matrix, box_of
from mingzhang.readers.pdfium import Floats

_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
_WORDS = re.compile(rf"[^\s{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ufeff\ufffe\uffff]")

_Cell = tuple[int, int] | None
"""The numbers of a grid and of its region; None outside all grids."""
_Character = tuple[BBox, float, _Cell]
"""Where a character stands: its box, baseline and cell."""


class Word(NamedTuple):
    """Characters that stand together: their span in the page text, box, baseline and cell."""

    start: int
    end: int
    box: BBox
    baseline: float
    cell: _Cell


class Words:
    """The words of a page, each in one line and one cell."""

    def __init__(self, text: Any, matrix: Matrix, unit: float) -> None:
        self._text = pdfium.address(text)
        self._matrix = matrix
        self._unit = unit
        self._loose, self._tight, self._origin = Floats("f", 4), Floats("d", 4), Floats("d", 2)
        self.characters = _characters(text)

    def collect(self, grids: Sequence[Grid]) -> Lines:
        """The words by the cells of ``grids`` that they stand in."""
        words: list[Word] = []
        for match in _WORDS.finditer(self.characters):
            self._add(match.start(), match.end(), grids, words)
        return Lines(self.characters, words, self._unit)

    def _add(self, start: int, end: int, grids: Sequence[Grid], words: list[Word]) -> None:
        box, baseline, cell = first = self._character(start, grids)
        if end - start == 1:
            words.append(Word(start, end, box, baseline, cell))
            return
        last = self._character(end - 1, grids)
        if self._joins(first, last):
            words.append(Word(start, end, _around(box, last[0]), baseline, cell))
            return
        for index in range(start + 1, end):
            after = self._character(index, grids)
            if self._joins((box, baseline, cell), after):
                box = _around(box, after[0])
            else:
                words.append(Word(start, index, box, baseline, cell))
                start, (box, baseline, cell) = index, after
        words.append(Word(start, end, box, baseline, cell))

    def _joins(self, first: _Character, last: _Character) -> bool:
        """Whether two characters stand in one line and one cell."""
        return first[2] == last[2] and abs(first[1] - last[1]) < self._unit

    def _character(self, index: int, grids: Sequence[Grid]) -> _Character:
        text, (x_at, y_at) = self._text, self._origin.at
        pdfium.origin(text, index, x_at, y_at)
        x, y = self._origin.read()
        _, b, _, d, _, f = self._matrix
        x0, y0, x1, y1 = box = self._character_box(text, index)
        across, down = (x0 + x1) / 2, (y0 + y1) / 2
        for number, grid in enumerate(grids):
            found = grid.locate(across, down)
            if found >= 0:
                return box, b * x + d * y + f, (number, found)
        return box, b * x + d * y + f, None

    def _character_box(self, text: int, index: int) -> BBox:
        """The box of a character: of the full line height where the font tells it."""
        if pdfium.loose_box(text, index, self._loose.at[0]):
            left, top, right, bottom = self._loose.read()
            if left < right and bottom < top:
                return box_of(self._matrix, left, bottom, right, top)
        pdfium.tight_box(text, index, *self._tight.at)
        left, right, bottom, top = self._tight.read()
        return box_of(self._matrix, left, bottom, right, top)


def _characters(text: Any) -> str:
    """The text of a page with exactly one character for each of PDFium's."""
    count = raw.FPDFText_CountChars(text)
    if count < 1:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, buffer)
    if written == count + 1:
        found = ctypes.string_at(buffer, 2 * count).decode("utf-16-le", "replace")
        if len(found) == count:
            return found
    codes = (raw.FPDFText_GetUnicode(text, index) for index in range(count))
    return "".join("�" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code) for code in codes)


def _around(one: BBox, two: BBox) -> BBox:
    a, b, c, d = one
    p, q, r, s = two
    return (min(a, p), min(b, q), max(c, r), max(d, s))


class Lines:
    """Words put in printed lines by their baselines."""

    def __init__(self, characters: str, words: list[Word], unit: float) -> None:
        self._characters = characters
        self._unit = unit
        self._by_cell: dict[_Cell, list[Word]] = {}
        for word in words:
            self._by_cell.setdefault(word.cell, []).append(word)

    def of(self, cell: _Cell) -> list[list[Word]]:
        """The lines of a cell, or those outside all cells, from the top."""
        words = self._by_cell.get(cell, [])
        if len(words) < 2:
            return [words] if words else []
        words.sort(key=_baseline)
        lines = [[words[0]]]
        for word in words[1:]:
            first = lines[-1][0]
            low = min(height(word.box), height(first.box))
            if word.baseline - first.baseline <= max(0.4 * low, 1.5 * self._unit):
                lines[-1].append(word)
            else:
                lines.append([word])
        for line in lines:
            line.sort(key=_left)
        return lines

    def text(self, words: Sequence[Word]) -> str:
        """The printed text of words of one line; it ends with a space where the source has one."""
        parts = [self._characters[words[0].start : words[0].end]]
        for before, word in pairwise(words):
            parts += (self._gap(before, word), self._characters[word.start : word.end])
        text = _UNPRINTABLE.sub(_printed, "".join(parts)).strip()
        after = words[-1].end
        return f"{text} " if text and self._characters[after : after + 1] == " " else text

    def _gap(self, before: Word, word: Word) -> str:
        """What stands between two words of a line: the source's own spaces, or one for a gap."""
        if 0 <= word.start - before.end <= 40:
            between = self._characters[before.end : word.start]
            if not between.strip():
                spaces = between.replace("\r", "").replace("\n", "")
                if spaces or not between:
                    return spaces
        return " " if word.box[0] - before.box[2] > 0.25 * height(word.box) else ""


def _printed(sign: re.Match[str]) -> str:
    """What an unprintable sign stands for: a hyphen, or nothing."""
    return "-" if sign[0] in _HYPHENS else ""


def _baseline(word: Word) -> float:
    return word.baseline


def _left(word: Word) -> float:
    return word.box[0]


def height(box: BBox) -> float:
    """How high a box is."""
    return box[3] - box[1]


def around(words: Sequence[Word]) -> BBox:
    """The box around words."""
    x0, y0, x1, y1 = zip(*[word.box for word in words])
    return (min(x0), min(y0), max(x1), max(y1))
