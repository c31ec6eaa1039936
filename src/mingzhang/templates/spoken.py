"""What the outlines of an edition speak of: their sections, and the figures that each states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from mingzhang.outlines import Block, Node, Outlines, Pattern, pieces

ROWS = "*"
"""What stands for the key of any repeated row."""

_LEADING = re.compile(r"\{year\}年度|\{\w+\}")


@dataclass(slots=True)
class Spoken:
    """What one section states: where its figures come from, the subjects and measures by address.

    ``rows`` are the measures of its repeated rows, whatever their key, ``sentences`` the named frames with
    their subjects, :data:`ROWS` for those of repeated rows.
    """

    sources: dict[str, str] = field(default_factory=dict)
    figures: dict[tuple[str, str], None] = field(default_factory=dict)
    rows: dict[str, None] = field(default_factory=dict)
    sentences: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading of an outline with what stands below it; the block bears the section that it stands in.

    ``path`` are the numbers of the blocks that lead to it, its ``depth`` the headings above it.
    """

    outline: str
    path: tuple[int, ...]
    depth: int
    block: Block

    def labels(self) -> Iterator[str]:
        """What the heading is called without the unit and the year that it names."""
        heading = self.block.heading
        for scope in ("部门", "单位", ""):
            yield _LEADING.sub("", heading.replace("{scope}", scope))


def chapters(outlines: Outlines, names: tuple[str, ...]) -> list[Chapter]:
    """The headings of the outlines of these names, in order."""

    def inside(name: str, above: Block, path: tuple[int, ...], depth: int) -> Iterator[Chapter]:
        for number, block in enumerate(above.body):
            if isinstance(block, Block) and not block.each:
                if not block.section:
                    values = {**above.values, **block.values}
                    block = msgspec.structs.replace(block, section=above.section, values=values)
                here = (*path, number)
                if block.heading:
                    yield Chapter(name, here, depth, block)
                yield from inside(name, block, here, depth + bool(block.heading))

    return [
        chapter
        for name in names
        if name in outlines.outlines
        for chapter in inside(name, Block(body=outlines.outlines[name].body), (), 0)
    ]


def spoken(outlines: Outlines, names: tuple[str, ...]) -> dict[str, Spoken]:
    """What each section of the outlines of these names states."""
    walk = _Walk(outlines)
    for name in names:
        if name in outlines.outlines:
            for block in outlines.outlines[name].body:
                walk.block(block, "", {}, {})
    return walk.found


class _Walk:
    """One walk through outlines; ``with_`` and ``each`` bind variables on the way down."""

    def __init__(self, outlines: Outlines) -> None:
        self.outlines = outlines
        self.found: dict[str, Spoken] = {}

    def block(
        self, block: str | Block, section: str, sources: Mapping[str, str], bound: Mapping[str, str]
    ) -> None:
        if isinstance(block, str):
            self.pattern(block, section, bound)
            return
        sources = block.values if block.section else {**sources, **block.values}
        section = block.section or section
        inner = _bound(bound, block.with_, block.each)
        if section:
            known = self.found.setdefault(section, Spoken())
            known.sources = {**sources, **known.sources}
            for name in sources:
                self._state(section, name, inner)
        self.pattern(block.heading, section, inner)
        self.pattern(block.say, section, inner)
        for part in block.body:
            self.block(part, section, sources, inner)

    def pattern(self, pattern: Pattern, section: str, bound: Mapping[str, str]) -> None:
        if isinstance(pattern, str):
            for _, name in pieces(pattern):
                self._state(section, name, bound)
        elif isinstance(pattern, tuple):
            for part in pattern:
                self.pattern(part, section, bound)
        else:
            self._node(pattern, section, _bound(bound, pattern.with_, pattern.each))

    def _node(self, node: Node, section: str, bound: Mapping[str, str]) -> None:
        if node.frame:
            if section and node.frame in self.outlines.sentences and tuple(node.with_) == ("s",):
                self.found.setdefault(section, Spoken()).sentences[node.frame, bound["s"]] = None
            self.pattern(self.outlines.frames[node.frame], section, bound)
        for part in (node.say, *node.choice, *node.list_):
            self.pattern(part, section, bound)

    def _state(self, section: str, name: str, bound: Mapping[str, str]) -> None:
        subject, _, measure = name.rpartition(".")
        if not section or not subject or measure in ("number", "name", "类", "款", "项"):
            return
        known = self.found.setdefault(section, Spoken())
        row = bound.get(subject, subject)
        if row == ROWS or row in ("r", "any"):
            known.rows[measure] = None
        else:
            known.figures[row, measure] = None


def _bound(bound: Mapping[str, str], with_: Mapping[str, str], each: str) -> dict[str, str]:
    """What variables stand for further in; those of repeated rows for any row."""
    inner = {**bound, **{name: bound.get(of, of) for name, of in with_.items()}}
    if each:
        inner[each.split(" in ", 1)[0].strip()] = ROWS
    return inner
