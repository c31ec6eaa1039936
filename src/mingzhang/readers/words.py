"""The text of a PDF page: words with their boxes, in printed lines, through PDFium's raw interface."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from mingzhang.provenance import BBox
from mingzhang.readers.grid import Grid, Matrix, box_of, turn

_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
_WORDS = re.compile(rf"[^\s{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")
_DROPPED = [chr(code) for code in [*range(9), *range(10, 32), 0x7F, 0xFEFF, 0xFFFF]]
_PRINTABLE = str.maketrans(dict.fromkeys(_DROPPED, "") | dict.fromkeys(_HYPHENS, "-"))


class Word(NamedTuple):
    """Characters that stand together: their span in the page text, box, baseline and cell."""

    start: int
    end: int
    box: BBox
    baseline: float
    cell: tuple[int, int] | None


class Words:
    """The words of a page, each in one line and one cell."""

    def __init__(self, text: Any, matrix: Matrix, unit: float) -> None:
        self._text = text
        self._matrix = matrix
        self._unit = unit
        self._rect = raw.FS_RECTF()
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self.characters = _characters(text)

    def collect(self, grids: Sequence[Grid]) -> Lines:
        """The words by the cells of ``grids`` that they stand in."""
        words: list[Word] = []
        for match in _WORDS.finditer(self.characters):
            self._add(match.start(), match.end(), grids, words)
        return Lines(self.characters, words, self._unit)

    def _add(self, start: int, end: int, grids: Sequence[Grid], words: list[Word]) -> None:
        first = self._word(start, grids)
        if end - start == 1:
            words.append(first)
            return
        last = self._word(end - 1, grids)
        if first.cell == last.cell and abs(first.baseline - last.baseline) < self._unit:
            words.append(_joined(first, last))
            return
        current = first
        for index in range(start + 1, end):
            after = self._word(index, grids)
            if after.cell == current.cell and abs(after.baseline - current.baseline) < self._unit:
                current = _joined(current, after)
            else:
                words.append(current)
                current = after
        words.append(current)

    def _word(self, index: int, grids: Sequence[Grid]) -> Word:
        box = self._character_box(index)
        x, y, *_ = self._numbers
        raw.FPDFText_GetCharOrigin(self._text, index, x, y)
        baseline = turn(self._matrix, x.value, y.value)[1]
        across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for number, grid in enumerate(grids):
            found = grid.locate(across, down)
            if found >= 0:
                return Word(index, index + 1, box, baseline, (number, found))
        return Word(index, index + 1, box, baseline, None)

    def _character_box(self, index: int) -> BBox:
        """The box of a character: of the full line height where the font tells it."""
        rect = self._rect
        if raw.FPDFText_GetLooseCharBox(self._text, index, rect):
            x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
            if x0 < x1 and y0 < y1:
                return box_of(self._matrix, x0, y0, x1, y1)
        left, right, bottom, top = self._numbers
        raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return box_of(self._matrix, left.value, bottom.value, right.value, top.value)


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


def _joined(first: Word, last: Word) -> Word:
    return Word(first.start, last.end, _around(first.box, last.box), first.baseline, first.cell)


def _around(one: BBox, two: BBox) -> BBox:
    return (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))


class Lines:
    """Words put in printed lines by their baselines."""

    def __init__(self, characters: str, words: list[Word], unit: float) -> None:
        self._characters = characters
        self._unit = unit
        self._by_cell: dict[tuple[int, int] | None, list[Word]] = {}
        for word in words:
            self._by_cell.setdefault(word.cell, []).append(word)

    def of(self, cell: tuple[int, int] | None) -> Iterator[list[Word]]:
        """The lines of a cell, or those outside all cells, from the top."""
        words = self._by_cell.get(cell)
        if not words:
            return
        if len(words) == 1:
            yield words
            return
        words.sort(key=lambda word: word.baseline)
        line = [words[0]]
        for word in words[1:]:
            low = min(height(word.box), height(line[0].box))
            if word.baseline - line[0].baseline <= max(0.4 * low, 1.5 * self._unit):
                line.append(word)
            else:
                yield sorted(line, key=_left)
                line = [word]
        yield sorted(line, key=_left)

    def text(self, words: Sequence[Word]) -> str:
        """The printed text of words of one line; it ends with a space where the source has one."""
        parts = [self._characters[words[0].start : words[0].end]]
        for before, word in pairwise(words):
            parts += (self._gap(before, word), self._characters[word.start : word.end])
        text = "".join(parts).translate(_PRINTABLE).strip()
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


def _left(word: Word) -> float:
    return word.box[0]


def height(box: BBox) -> float:
    """How high a box is."""
    return box[3] - box[1]


def around(words: Sequence[Word]) -> BBox:
    """The box around words."""
    x0, y0, x1, y1 = zip(*(word.box for word in words))
    return (min(x0), min(y0), max(x1), max(y1))
