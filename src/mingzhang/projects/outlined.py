"""What an outline has places for: free texts, sections that it composes, last year's figures it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from mingzhang.binding.slots import label_key
from mingzhang.facts import Key
from mingzhang.outlines import LAST, Block, Node, Outline, Pattern

PRIOR = "prior"
_LAST_CELL = re.compile(rf"({re.escape(LAST)}\w+)\[(\w+), (\w+)\]")
_SUM = re.compile(r"sum\(([\w.]+)\[([\w ]+), (\w+)\]\)")
_ROWS = re.compile(r"in ([\w.]+)\[行\]")
_SLOT = re.compile(r"\{[^{}]*\}")


class FreeText(NamedTuple):
    """A place for a text of the unit: its name, the section and the nearest heading that it stands below."""

    name: str
    section: str
    heading: str


class Places:
    """The places of one outline.

    ``free`` are the unit's texts, ``more`` the texts for further sentences by section, ``said`` the sections
    that it composes, ``rows`` those whose rows it repeats over, ``last`` last year's cells by section and
    subject, ``told`` the text of a row that a section prints, with the cue before it, ``sums`` the addresses
    that are sums of others, ``headings`` its headings.
    """

    def __init__(self, outline: Outline, frames: Mapping[str, Pattern]) -> None:
        self.frames = frames
        self.told: dict[str, tuple[str, str]] = {}
        self.free: list[FreeText] = []
        self.more: dict[str, str] = {}
        self.said: set[str] = set()
        self.rows: set[str] = set()
        self.last: dict[tuple[str, str], Key] = {}
        self.sums: list[tuple[Key, list[Key]]] = []
        self.headings: list[str] = []
        for block in outline.body:
            self._take(block, "", "")

    def _take(self, block: str | Block, section: str, heading: str) -> None:
        if isinstance(block, str):
            self.said.add(section)
            return
        section, heading = block.section or section, block.heading or heading
        if block.heading:
            self.headings.append(_plain(block.heading))
        if block.of == "section":
            self.more[section] = f"{block.free}/{section}"
        elif block.free and not block.of:
            self.free.append(FreeText(block.free, section, _plain(heading)))
        if block.say:
            self.said.add(section)
            self._tell(section, block.say)
        self.rows |= set(_ROWS.findall(block.each))
        self._last(section, block.values)
        for inner in block.body:
            self._take(inner, section, heading)

    def _tell(self, section: str, pattern: Pattern) -> None:
        """Take in the texts of rows that stand within a paragraph."""
        if isinstance(pattern, tuple):
            for inner in pattern:
                self._tell(section, inner)
        elif isinstance(pattern, Node):
            if pattern.text and pattern.of and isinstance(pattern.say, str):
                self.told[section] = pattern.text, pattern.say.partition("{")[0].strip("，：")
            parts: tuple[Pattern, ...] = (pattern.say, *pattern.choice, *pattern.list_)
            for part in (*parts, self.frames.get(pattern.frame, "")):
                self._tell(section, part)

    def _last(self, section: str, values: Mapping[str, str]) -> None:
        for name, expression in values.items():
            subject, _, measure = name.rpartition(".")
            match = _LAST_CELL.fullmatch(expression)
            if measure == PRIOR and match is not None:
                self.last[section, subject] = match[1], match[2], match[3]
            parts = _SUM.fullmatch(expression)
            if parts is not None and parts[1] == section:
                keys = [(section, row, parts[3]) for row in parts[2].split()]
                self.sums.append(((section, subject, measure), keys))

    def text_below(self, section: str, heading: str) -> str | None:
        """The text of the unit for what stands in ``section`` below ``heading``; None where it has none."""
        fitting = [free for free in self.free if free.section == section]
        plain = _plain(heading)
        best = max(fitting, key=lambda free: alike(free.heading, plain), default=None)
        return best.name if best is not None else None

    def resemblance(self, headings: list[str]) -> float:
        """How far ``headings`` are those of the outline: 1 where each has its like."""
        return sum(self._nearest(headings)) / max(len(self.headings), len(headings), 1)

    def _nearest(self, headings: list[str]) -> Iterator[float]:
        for own in self.headings:
            yield max((alike(own, _plain(heading)) for heading in headings), default=0.0)


def alike(one: str, other: str) -> float:
    """How much two headings have in common, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(heading: str) -> str:
    """A heading as compared: without ordinal and slots."""
    return label_key(_SLOT.sub("", heading)).rstrip("。")
