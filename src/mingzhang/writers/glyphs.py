"""The characters that the fonts of a PDF cannot print: ideographs beyond those in use, other scripts.

Signs and alphabets are not judged, for these the PDF compiler brings fonts along.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mingzhang.documents import Document, Paragraph, Picture

_MAPPED = (3, 10)  # the platform and encoding of a map of all of Unicode
_GROUPS = 12  # its format
_AROUND = 8
_JUDGED = ((0x0F00, 0x0FFF), (0x1800, 0x1A1F), (0x2E80, 0x1D3FF), (0x1D800, 0x10FFFF))
"""Tibetan, Mongolian and Tai scripts, and what begins with the ideographs, but for mathematical letters."""

_UNSEEN = ("Mn", "Cf", "Cs", "Zs")
_FIRST = chr(_JUDGED[0][0])


class Lacking(NamedTuple):
    """A character that prints as an empty box, the words around it, and the title above them."""

    character: str
    words: str
    title: str


def lacking(document: Document) -> Iterator[Lacking]:
    """Each character of ``document`` that no shipped font has, where it stands first."""
    told: set[str] = set()
    title = ""
    for block in document.blocks:
        if isinstance(block, Paragraph) and (block.level or block.role == "caption"):
            title = block.text
        texts = [block.text] if isinstance(block, Paragraph | Picture) else [c.text for c in block.cells]
        for text in texts:
            for at, character in enumerate(text):
                if character >= _FIRST and character not in told and not _printable(character):
                    told.add(character)
                    words = text[max(at - _AROUND, 0) : at + _AROUND + 1]
                    yield Lacking(character, " ".join(words.split()), title)


@cache
def _printable(character: str) -> bool:
    """Whether a shipped font has the character, or it is not for these fonts to have."""
    code = ord(character)
    if unicodedata.category(character) in _UNSEEN or not any(low <= code <= high for low, high in _JUDGED):
        return True
    same = unicodedata.normalize("NFD", character)  # of ideographs kept for other encodings the one in use
    return any(_has(path, code) or all(_has(path, ord(c)) for c in same) for path in font_paths())


@cache
def font_paths() -> tuple[Path, ...]:
    """The files of the fonts that are shipped, and that a PDF embeds."""
    import pylopdf_fonts_zh_cn as noto

    return noto.serif_path(), noto.sans_path()


def _has(path: Path, code: int) -> bool:
    starts, ends = _covered(path)
    at = bisect_right(starts, code) - 1
    return at >= 0 and code <= ends[at]


@cache
def _covered(path: Path) -> tuple[list[int], list[int]]:
    """The beginnings and ends of the ranges of characters that an OpenType font maps to glyphs."""
    with path.open("rb") as file:
        (count,) = struct.unpack(">4xH6x", file.read(12))
        tables = {tag: (at, size) for tag, at, size in struct.iter_unpack(">4s4xLL", file.read(16 * count))}
        start, size = tables[b"cmap"]
        file.seek(start)
        data = file.read(size)
    (count,) = struct.unpack_from(">2xH", data)
    maps = {each[:2]: each[2] for each in struct.iter_unpack(">HHL", data[4 : 4 + 8 * count])}
    at = maps[_MAPPED]
    kind, groups = struct.unpack_from(">H10xL", data, at)
    assert kind == _GROUPS
    found = sorted(struct.iter_unpack(">LLL", data[at + 16 : at + 16 + 12 * groups]))
    return [start for start, _, _ in found], [end for _, end, _ in found]
