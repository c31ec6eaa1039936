"""Where something stands in a document.

A :class:`Place` is the lasting address of a cell, paragraph or figure. Readers create it,
every later stage carries it along unchanged, and reports print it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

BBox = tuple[float, float, float, float]
"""PDF points, origin top left: x0, top, x1, bottom."""


class Place(NamedTuple):
    """An address inside one document; all members are optional and 1-based.

    ``page`` and ``bbox`` address a PDF or OFD page, ``line`` a text file, ``paragraph`` a body
    block of a Word file or page, ``sheet`` and ``cell`` a workbook. ``part`` and ``node`` are the
    source coordinates of marked-up text: the part of the package and the 0-based ordinal of the
    text node in it, ``offset`` the character (0-based) in that node, line or block.
    """

    page: int | None = None
    line: int | None = None
    bbox: BBox | None = None
    paragraph: int | None = None
    sheet: str | None = None
    cell: str | None = None
    part: str | None = None
    node: int | None = None
    offset: int | None = None

    def describe(self) -> str:
        """The place in words of a person, for example ``第7页`` or ``第302行``."""
        if self.sheet is not None:
            return f"工作表“{self.sheet}”{self.cell or ''}"
        if self.page is not None:
            return f"第{self.page}页"
        if self.line is not None:
            return f"第{self.line}行"
        if self.paragraph is not None:
            return f"第{self.paragraph}段"
        return ""


class Segment(NamedTuple):
    """The characters of a block's text from ``start`` on (0-based) stand at ``place``."""

    start: int
    place: Place


def place_at(offset: int, segments: Sequence[Segment], whole: Place) -> Place:
    """Where character ``offset`` of a block stands: in its segment, else in the block itself.

    What is printed before the first segment stands in no text node, even where the block's place names one.
    """
    position = bisect_right(segments, offset, key=lambda segment: segment.start)
    if position:
        start, place = segments[position - 1]
    else:
        start, place = 0, whole._replace(part=None, node=None) if segments else whole
    return place._replace(offset=(place.offset or 0) + offset - start)
