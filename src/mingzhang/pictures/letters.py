"""How wide text is, and how it is cut into lines: Chinese characters and their marks measure one em."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from mingzhang.pictures.values import Length

_CLASSES = (
    (30, " ',.:;ijl|I"),
    (36, "!f()[]{}-"),
    (49, 't/\\r"*?sz'),
    (57, "xcvyYJLFek#$+0123456789<=>^_ag~"),
    (63, "XVESTZA`hnoubdpq"),
    (73, "PCRKB&DGNU"),
    (82, "HOQwM"),
    (96, "W%m@"),
)
"""Hundredths of an em, at most, of the printable ASCII characters in the common sans-serif fonts."""

_WIDTHS = {letter: width for width, letters in _CLASSES for letter in letters}
_EM = 100
_TOKEN = re.compile(r"[（《“‘〔【]*(?:[!-~]+|.)[，。、；：！？）》”’〕】…]*", re.DOTALL)
"""What stays together on a line: a figure or word, a character, with the marks that belong to it."""
_CLAUSE = re.compile(r"[，。；]")
_MORE = "……（见情况说明）"


def measured(text: str, size: Length) -> Length:
    """The width of ``text`` in type of ``size`` points."""
    return Fraction(_ems(text)) * size / _EM


@lru_cache(maxsize=4096)
def _ems(text: str) -> int:
    """The width in hundredths of an em."""
    return sum(_WIDTHS.get(letter, _EM) for letter in text)


def wrapped(text: str, room: Length, size: Length) -> list[str]:
    """The lines of ``text`` within ``room``; a word is cut only where it is wider than a line."""
    most = Fraction(room) * _EM // size
    lines: list[str] = []
    line, wide = "", 0
    for token in _TOKEN.findall(" ".join(text.split())):
        own = _ems(token)
        if wide + own <= most:
            line, wide = line + token, wide + own
            continue
        if line.strip():
            lines.append(line.strip())
        line, wide = "", 0
        for letter in token.lstrip():
            own = _ems(letter)
            if line and wide + own > most:
                lines.append(line)
                line, wide = "", 0
            line, wide = line + letter, wide + own
    return [*lines, line.strip()] if line.strip() else lines


def shortened(text: str, room: Length, size: Length, most: int) -> list[str]:
    """The lines of ``text``, at most ``most`` of them; what is longer ends after a clause and says so."""
    lines = wrapped(text, room, size)
    if len(lines) <= most:
        return lines
    ends = [match.start() for match in _CLAUSE.finditer(text)]
    for end in reversed(ends or range(len(text))):
        lines = wrapped(text[:end] + _MORE, room, size)
        if len(lines) <= most:
            return lines
    return wrapped(_MORE, room, size)[:most]


def fitting(text: str, room: Length, sizes: tuple[Length, ...]) -> Length:
    """The first of ``sizes`` in which ``text`` stands on one line, else the last."""
    return next((size for size in sizes if measured(text, size) <= room), sizes[-1])
