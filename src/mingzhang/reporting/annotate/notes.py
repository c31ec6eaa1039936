"""What is noted in a copy: the words of each finding at each of its places in one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mingzhang.checking.finding import Location, Suggestion
from mingzhang.documents import Block, Cell, Paragraph, Table
from mingzhang.reporting.marks import Finder, Spot
from mingzhang.reporting.model import Report
from mingzhang.reporting.wording import ROLE, Line, cell_of, lines, printable, where

AUTHOR = "明账"
CERTAIN = "certain"
"""The confidence of a correction that alone mends what failed: the only one that is ever written."""

_FIGURE = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


class Change(NamedTuple):
    """Characters ``start`` to ``end`` of the text at a spot are to become ``text``."""

    start: int
    end: int
    text: str


class Note(NamedTuple):
    """One place of a finding: what is said there, how grave it is, where it is (None: nowhere in the text).

    ``main`` is set at the first place of the finding; ``change`` is the correction that may be written
    there.
    """

    finding: str
    severity: str
    text: str
    headline: str
    spot: Spot | None
    main: bool
    change: Change | None = None


def notes_of(report: Report, number: int, finder: Finder) -> list[Note]:
    """The notes of file ``number``, by severity; hints of rounding are not noted.

    The first place of a finding says all, the others say that they belong to it; a place is noted once.
    """
    found: list[Note] = []
    for line in lines(report, rounding=False):
        if number not in line.submission.files:
            continue
        seen: set[tuple[int, int, int, int] | None] = set()
        for index, location in enumerate(line.finding.locations):
            if location.document != number:
                continue
            spot = finder.spot(location)
            key = spot[:4] if spot is not None else None
            if key not in seen:
                seen.add(key)
                found.append(_note(line, index, location, spot, finder))
    return found


def _note(line: Line, index: int, location: Location, spot: Spot | None, finder: Finder) -> Note:
    finding = line.finding
    accepted = "·已认可" if line.reason else ""
    said = printable(finding.message)
    if index == 0:
        told = "".join(f"\n{label}：{text}" for label, text in line.told())
        text = f"【{line.severity}{accepted}】{finding.message}{told}"
    else:
        first = finding.locations[0]
        place = where(first, line.names) + cell_of(first)
        role = ROLE.get(location.role, "相关")
        text = (
            f"【{line.severity}{accepted}·{role}】{finding.message}\n详见{place}处的批注，编号{finding.id}。"
        )
    change = None if line.reason else next(_changes(line, index, location, spot, finder), None)
    return Note(finding.id, finding.severity, printable(text), said, spot, index == 0, change)


def _changes(
    line: Line, index: int, location: Location, spot: Spot | None, finder: Finder
) -> Iterator[Change]:
    """The certain corrections for exactly these words."""
    if spot is None or not location.quote:
        return
    if text_at(finder, spot)[spot.start : spot.end] != location.quote:
        return
    for suggestion in line.finding.suggestions:
        if suggestion.confidence == CERTAIN and suggestion.location == index:
            change = _change(location.quote, suggestion, spot.start)
            if change is not None:
                yield change


def text_at(finder: Finder, spot: Spot) -> str:
    """The text of the paragraph or cell that a spot is in."""
    return own_text(finder.blocks[spot.block], spot).text


def own_text(block: Block, spot: Spot) -> Paragraph | Cell:
    """The paragraph or cell that a spot is in; pictures have none."""
    if isinstance(block, Table):
        return block.cells[spot.cell]
    assert isinstance(block, Paragraph)
    return block


def _change(quote: str, suggestion: Suggestion, start: int) -> Change | None:
    """What to write instead of ``quote``; None where that takes more than other characters.

    A figure replaces the figure that ``quote`` begins with. A negative one is never written: in a
    sentence it is the word before the figure that has to change.
    """
    new = suggestion.replacement
    if new is None or new.startswith("-"):
        return None
    if _FIGURE.fullmatch(new):
        old = _FIGURE.match(quote)
        if old is None or _FIGURE.search(quote, old.end()):
            return None
        whole, _, decimals = new.partition(".")
        if _GROUPED.fullmatch(old[0]) and "," not in new:
            new = f"{int(whole):,}" + (f".{decimals}" if decimals else "")
        return Change(start, start + old.end(), new)
    before = _whole(quote, _alike(quote, new))
    after = _whole(quote[::-1], _alike(quote[before:][::-1], new[before:][::-1]))
    if before + after == len(quote):  # words are only added: one of those beside them is written again
        before, after = (before - 1, after) if before else (before, after - 1)
    return Change(start + before, start + len(quote) - after, new[before : len(new) - after])


def _whole(text: str, count: int) -> int:
    """At most ``count`` characters of the text, none of a number that goes on after them."""
    while 0 < count < len(text) and text[count].isdigit() and text[count - 1].isdigit():
        count -= 1
    return count


def _alike(one: str, other: str) -> int:
    """With how many equal characters both begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
