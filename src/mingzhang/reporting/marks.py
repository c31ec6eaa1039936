"""From the places of findings back to the document: which characters to mark, which boxes to draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mingzhang.checking.finding import Location
from mingzhang.documents import Document, Paragraph, Table
from mingzhang.provenance import BBox, Place, Segment

Box = tuple[int, BBox]
"""A page and a rectangle on it."""


class Spot(NamedTuple):
    """Characters ``start`` to ``end`` of a block, or of a cell of it (``cell`` is -1 for a paragraph)."""

    block: int
    cell: int
    start: int
    end: int
    boxes: tuple[Box, ...] = ()


class _Text(NamedTuple):
    """A text of the document with its coordinates."""

    block: int
    cell: int
    text: str
    place: Place
    segments: tuple[Segment, ...]


class Finder:
    """Finds places in one document; ``blocks`` are its blocks and, after them, its headers and footers."""

    def __init__(self, document: Document) -> None:
        self.blocks = [*document.blocks, *document.furniture]
        self._exact: dict[Place, list[tuple[_Text, Segment]]] = {}
        self._near: dict[tuple[object, ...], list[_Text]] = {}
        self._first: dict[Place, _Text] = {}
        for text in self._texts():
            for segment in (Segment(0, text.place), *text.segments):
                place = segment.place
                self._exact.setdefault(place._replace(offset=None), []).append((text, segment))
                texts = self._near.setdefault(_coarse(place), [])
                if not texts or texts[-1] is not text:
                    texts.append(text)

    def _texts(self) -> Iterator[_Text]:
        for number, block in enumerate(self.blocks):
            if isinstance(block, Paragraph):
                yield _Text(number, -1, block.text, block.place, block.segments)
            for index, cell in enumerate(block.cells if isinstance(block, Table) else ()):
                text = _Text(number, index, cell.text, cell.place, cell.segments)
                if index == 0:
                    self._first.setdefault(block.place, text)
                yield text

    def spot(self, location: Location) -> Spot | None:
        """Where the finding's place is; None where the document holds nothing like it."""
        place, quote = location.place, location.quote
        holders = self._exact.get(place._replace(offset=None), [])
        for text, segment in holders:
            guess = segment.start + (place.offset or 0) - (segment.place.offset or 0)
            at = _nearest(text.text, quote, guess) if quote else None
            if at is not None:
                return _spot(text, at, at + len(quote), place)
        near = self._near.get(_coarse(place), [])
        for text in sorted((t for t in near if quote and quote in t.text), key=lambda t: _apart(t, place)):
            at = text.text.index(quote)
            return _spot(text, at, at + len(quote), place)
        for text in (*(text for text, _ in holders), *filter(None, [self._first.get(place)])):
            return _spot(text, 0, len(text.text), place)
        nearest = min(near, key=lambda t: _apart(t, place), default=None)
        return _spot(nearest, 0, len(nearest.text), place) if nearest is not None else None


def boxes(start: int, end: int, text: str, segments: Sequence[Segment], whole: Place) -> tuple[Box, ...]:
    """The rectangles of characters ``start`` to ``end`` of a text: of each line its part."""
    found = []
    spans = list(segments) or [Segment(0, whole)]
    for number, (first, place) in enumerate(spans):
        last = spans[number + 1].start if number + 1 < len(spans) else len(text)
        low, high = max(start, first), min(end, last)
        if low < high and place.page is not None and place.bbox is not None:
            found.append(
                (
                    place.page,
                    _part(place.bbox, *map(text_width, (text[first:low], text[low:high], text[high:last]))),
                )
            )
    return tuple(found)


def _spot(text: _Text, start: int, end: int, place: Place) -> Spot:
    found: tuple[Box, ...] = ()
    if text.cell < 0:
        found = boxes(start, end, text.text, text.segments, text.place)
    if not found and place.page is not None and place.bbox is not None:
        found = ((place.page, place.bbox),)
    return Spot(text.block, text.cell, start, end, found)


def _part(bbox: BBox, before: int, own: int, after: int) -> BBox:
    """The part of a line's rectangle that some of its characters take, by the widths of all."""
    x0, top, x1, bottom = bbox
    width = (x1 - x0) / max(before + own + after, 1)
    return x0 + width * before, top, x0 + width * (before + own), bottom


def text_width(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WFA") for char in text)


def _nearest(text: str, quote: str, guess: int) -> int | None:
    """Where ``quote`` begins in ``text``, nearest to ``guess``."""
    if text.startswith(quote, max(guess, 0)):
        return max(guess, 0)
    before, after = text.rfind(quote, 0, max(guess, 0)), text.find(quote, max(guess, 0))
    found = [at for at in (before, after) if at >= 0]
    return min(found, key=lambda at: abs(at - guess), default=None)


def _coarse(place: Place) -> tuple[object, ...]:
    return place.page, place.line, place.paragraph, place.sheet, place.cell


def _apart(text: _Text, place: Place) -> float:
    """How far the text's rectangle begins from the place's, vertically before horizontally."""
    own, other = text.place.bbox, place.bbox
    if own is None or other is None:
        return 0.0
    return abs(own[1] - other[1]) * 10 + abs(own[0] - other[0])
