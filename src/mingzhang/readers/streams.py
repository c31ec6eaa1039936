"""The parts of an Excel workbook that are parsed element by element, and the strings that its cells share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

from mingzhang.documents import UnreadableError

DAMAGED = "工作簿已损坏或不完整，请用Excel或WPS打开并另存后再检查。"
_TOO_LARGE = "工作簿内容过多，为安全起见未读取；请拆分后再检查。"

LONGEST = 32_767
"""Characters of a cell."""

_MOST_STRINGS = 2_000_000
_PIECE = 1 << 14
"""Bytes of the strings that are parsed at once."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def text_of(text: str) -> str:
    """A stored text with the characters put back that XML could not hold."""
    return _ESCAPE.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    if 0xD800 <= code < 0xE000:
        return match.group()
    return chr(code)


class _Local(dict[str, str]):
    """Names of elements without their prefix, by what the file calls them."""

    def __missing__(self, name: str) -> str:
        return self.setdefault(name, name.rpartition(":")[2])


class Stream:
    """Parses one part without building a tree; ``local`` are the names of elements without their prefix."""

    def __init__(self) -> None:
        self.local = _Local()

    def pieces(self, data: bytes, size: int) -> Iterator[None]:
        """Parse ``data`` by pieces of that size; raises UnreadableError if it is not well-formed."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = _refuse
        for start in range(0, len(data) or 1, size):
            try:
                parser.Parse(data[start : start + size], start + size >= len(data))
            except (expat.ExpatError, ValueError, LookupError) as error:
                raise UnreadableError(DAMAGED) from error
            yield

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element ends."""
        raise NotImplementedError

    def characters(self, text: str) -> None:
        """Text of an element, maybe a part of it."""
        raise NotImplementedError


def _refuse(*_: object) -> None:
    raise UnreadableError(DAMAGED)


class Strings:
    """The strings that the cells of all sheets share, read as far as they are asked for."""

    def __init__(self, data: bytes) -> None:
        self._read: list[str] = []
        self._more = _StringParser().parse(data)

    def __getitem__(self, number: int) -> str:
        if number >= len(self._read):
            self._read += islice(self._more, number + 1 - len(self._read))
        if number >= len(self._read):
            raise UnreadableError(DAMAGED)
        return self._read[number]


class _StringParser(Stream):
    """Reads strings, without the readings of words."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.left = _MOST_STRINGS
        self.parts: list[str] = []
        self.collects = False
        self.reading = False

    def parse(self, data: bytes) -> Iterator[str]:
        """The strings in their order."""
        for _ in self.pieces(data, _PIECE):
            yield from self.strings
            self.strings.clear()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = self.local[name]
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.reading = True
        self.collects = name == "t" and not self.reading

    def end(self, name: str) -> None:
        name = self.local[name]
        self.collects = False
        if name == "rPh":
            self.reading = False
        elif name == "si":
            self.left -= 1
            if self.left < 0:
                raise UnreadableError(_TOO_LARGE)
            self.strings.append(text_of("".join(self.parts))[:LONGEST])

    def characters(self, text: str) -> None:
        if self.collects:
            self.parts.append(text)
