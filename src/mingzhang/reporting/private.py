"""Numbers formed like those of telephones, identity and bank cards are covered in every view of a document.

The check of personal data looks closer, at check digits; here a number too many is covered rather
than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mingzhang.documents import Block, Paragraph, Table, fold
from mingzhang.provenance import BBox, Place, Segment
from mingzhang.reporting.marks import boxes

_PRIVATE = re.compile(
    r"(?<![\dA-Za-z.,])(?:"
    r"1[3-9]\d(?:[ -]?\d{4}){2}"
    r"|[1-9]\d{5}[ -]?(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx]"
    r"|62\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?"
    r")(?![\dA-Za-z]|[.,]\d)"
)


def covered(text: str) -> str:
    """The text with a star for each character of such a number."""
    for match in _PRIVATE.finditer(fold(text)):
        text = text[: match.start()] + "*" * len(match[0]) + text[match.end() :]
    return text


def hidden(blocks: Sequence[Block]) -> dict[int, list[BBox]]:
    """The rectangles of such numbers by page."""
    found: dict[int, list[BBox]] = {}
    for text, segments, place in _texts(blocks):
        for match in _PRIVATE.finditer(fold(text)):
            for page, bbox in boxes(match.start(), match.end(), text, segments, place):
                found.setdefault(page, []).append(bbox)
    return found


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[Segment], Place]]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.segments, block.place
        elif isinstance(block, Table):
            yield from ((cell.text, cell.segments, cell.place) for cell in block.cells)
