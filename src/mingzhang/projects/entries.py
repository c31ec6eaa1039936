"""What a project's workbook asks for row by row: a budget for each 项, the funds of each project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mingzhang.expressions import parse_bindings
from mingzhang.facts import Key
from mingzhang.outlines import Block, Node, Outlines, Pattern, guards, pieces
from mingzhang.taxonomy import Standards

_NAMING = ("类", "款", "项", "name", "number")


class RowEntry(NamedTuple):
    """The figures that a section wants of every row: its ``measures``, and whose rows these are.

    ``form`` and ``level`` are the table and level that gives the rows; a section that stands in the place of
    a form has rows of its own, entered by name.
    """

    section: str
    form: str
    level: str
    measures: tuple[str, ...]

    def covers(self, key: Key) -> bool:
        """Whether the figure at ``key`` is one of these."""
        return key[0] == self.section and key[2] in self.measures

    @property
    def named(self) -> bool:
        """Whether the rows have names of their own instead of codes."""
        return self.form == self.section


def row_entries(outlines: Iterable[str], standards: Standards) -> list[RowEntry]:
    """The row-wise entries that ``outlines`` call for, each section once."""
    found: dict[str, RowEntry] = {}
    known = standards.outlines
    for name in outlines:
        for block, section, values in _blocks(known.outlines[name].body, "", {}):
            if not block.each:
                continue
            binding = parse_bindings(block.each)[0]  # the others add rows that it lacks
            asked = dict.fromkeys(_measures(block.say, {binding.variable}, known))
            measures = tuple(
                m for m in asked if f"{binding.variable}.{m}" not in values and m not in known.formulas
            )
            if measures and section:
                form, level = binding.form or "", binding.atoms[0].name
                found.setdefault(section, RowEntry(section, form, level, measures))
    return list(found.values())


def _blocks(
    body: Iterable[str | Block], section: str, values: Mapping[str, str]
) -> Iterator[tuple[Block, str, Mapping[str, str]]]:
    """The blocks with the section and the sources of figures that they stand in."""
    for block in body:
        if isinstance(block, Block):
            own = block.section or section
            sources = block.values if block.section else {**values, **block.values}
            yield block, own, sources
            yield from _blocks(block.body, own, sources)


def _measures(pattern: Pattern, variables: set[str], known: Outlines) -> Iterator[str]:
    """The measures that a pattern prints or asks for of what ``variables`` stand for."""
    if isinstance(pattern, str):
        names = [name for _, name in pieces(pattern) if name]
    elif isinstance(pattern, tuple):
        names = []
        for each in pattern:
            yield from _measures(each, variables, known)
    else:
        names = _guarded(pattern)
        inner = variables | {name for name, of in pattern.with_.items() if of in variables}
        for part in (pattern.say, *pattern.choice, *pattern.list_, known.frames.get(pattern.frame, "")):
            yield from _measures(part, inner, known)
    for name in names:
        subject, _, measure = name.rpartition(".")
        if subject in variables and measure not in _NAMING:
            yield measure


def _guarded(node: Node) -> list[str]:
    """The figures that the node's guard compares."""
    return [name for guard in guards(node.when) for name in (guard.left, guard.right)]
