"""From places that the reader gave back to the PDF: where a page itself has them, and its words exactly.

A line is read with one rectangle; where words of it begin and end is told by their characters.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as raw

from mingzhang.provenance import BBox
from mingzhang.readers.grid import Matrix, turn
from mingzhang.readers.pdf import Sheet, opened

_NEAR = 12
"""How many characters away from where they are thought to be words are looked for."""

_TOLERANCE = 6.0


class PagePlaces:
    """The pages of one PDF, each loaded when it is first asked for."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages: dict[int, tuple[Any, Matrix] | None] = {}
        self._texts: dict[int, Any] = {}

    def corners(self, number: int, box: BBox) -> list[float] | None:
        """A rectangle in the page's own coordinates: top left and right, bottom left and right corner.

        None where there is no such page.
        """
        page = self._page(number)
        if page is None:
            return None
        back = _inverse(page[1])
        x0, top, x1, bottom = box
        corners = ((x0, top), (x1, top), (x0, bottom), (x1, bottom))
        return [round(value, 2) for corner in corners for value in turn(back, *corner)]

    def exact(self, number: int, box: BBox, words: str) -> BBox:
        """The rectangle of ``words``, which are thought to fill ``box``: itself, if they are not found."""
        page = self._page(number)
        wanted = "".join(words.split())
        if page is None or not wanted:
            return box
        text, way = self._text(number, page[0]), page[1]
        x, y = turn(_inverse(way), box[0] + 1, (box[1] + box[3]) / 2)
        near = raw.FPDFText_GetCharIndexAtPos(text, x, y, _TOLERANCE, _TOLERANCE)
        sides = [_sides(text, index, way) for index in (_found(text, near, wanted) if near >= 0 else ())]
        if not sides:
            return box
        left, top, right, bottom = (pick(side) for pick, side in zip((min, min, max, max), zip(*sides)))
        return (left, box[1], right, box[3]) if top < box[3] and bottom > box[1] else box

    def close(self) -> None:
        """Let the pages go."""
        for text in self._texts.values():
            raw.FPDFText_ClosePage(text)
        for page in filter(None, self._pages.values()):
            raw.FPDF_ClosePage(page[0])

    def _page(self, number: int) -> tuple[Any, Matrix] | None:
        if number not in self._pages:
            page = raw.FPDF_LoadPage(self._pdf, number - 1)
            self._pages[number] = (page, Sheet.of(page, number).matrix) if page else None
        return self._pages[number]

    def _text(self, number: int, page: Any) -> Any:
        if number not in self._texts:
            self._texts[number] = raw.FPDFText_LoadPage(page)
        return self._texts[number]


@contextmanager
def page_places(data: bytes) -> Iterator[PagePlaces]:
    """The places of a PDF; raises UnreadableError where it cannot be opened."""
    with opened(data) as pdf:
        places = PagePlaces(pdf)
        try:
            yield places
        finally:
            places.close()


def _found(text: Any, near: int, wanted: str) -> list[int]:
    """The indices of the characters of ``wanted`` where they stand nearest to ``near``."""
    first = max(near - _NEAR, 0)
    last = min(near + _NEAR + 2 * len(wanted), raw.FPDFText_CountChars(text))
    codes = ((index, chr(raw.FPDFText_GetUnicode(text, index))) for index in range(first, last))
    characters = [(index, code) for index, code in codes if not code.isspace() and code != "\0"]
    line = "".join(code for _, code in characters)
    starts = [at for at in range(len(line)) if line.startswith(wanted, at)]
    if not starts:
        return []
    at = min(starts, key=lambda at: abs(characters[at][0] - near))
    return [index for index, _ in characters[at : at + len(wanted)]]


def _sides(text: Any, index: int, way: Matrix) -> BBox:
    """The rectangle of a character as displayed."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    (x0, y0), (x1, y1) = turn(way, left.value, bottom.value), turn(way, right.value, top.value)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inverse(way: Matrix) -> Matrix:
    a, b, c, d, e, f = way
    size = a * d - b * c
    return (
        d / size, -b / size, -c / size, a / size,
        (c * f - d * e) / size, (b * e - a * f) / size,
    )  # fmt: skip
