"""The reasons that a disclosure gives for what changed, at the addresses where an outline prints them.

A reason is free text and ends where the sentence does, or where it goes on to state a figure of its own.
What is said before it tells what it explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mingzhang.facts import FactSet, Key
from mingzhang.narratives import spelt
from mingzhang.outlines import Node, Outlines, Pattern
from mingzhang.projects.passages import Passage

_CLAUSE = re.compile("[；;，,]")
_STOP = re.compile("[。！]")
_EDGES = " ：:，,。；;\n　"
_AGAINST = {"change": "prior", "change_rate": "prior", "same": "prior"}


class Reasons(NamedTuple):
    """Reasons by address, and those that explain nothing that is composed."""

    found: dict[Key, str]
    left: list[str]


def reasons(
    passages: Iterable[Passage],
    facts: FactSet,
    due: Sequence[Key],
    stated: Mapping[Key, str],
    outlines: Outlines,
    cues: Iterable[str],
) -> Reasons:
    """The reasons in ``passages``; ``due`` are those that a composed text lacks, ``stated`` its figures."""
    known = explained(outlines)
    cue = re.compile("|".join(map(re.escape, sorted(spelt(cues), key=len, reverse=True))))
    result = Reasons({}, [])
    for passage in passages:
        for said, text in _in(passage, facts, cue, stated):
            key = _address(said, due, known, result.found)
            if key is not None and (*key[:2], "final") not in stated:
                key = None
            if key is not None:
                result.found[key] = text
            elif text:
                result.left.append(text)
    return result


def explained(outlines: Outlines) -> dict[str, str]:
    """What a reason is given for, by what the figure is held against: prior → change."""

    def nodes(pattern: Pattern) -> Iterable[Node]:
        if isinstance(pattern, Node):
            yield pattern
            for inner in (pattern.say, *pattern.choice, *pattern.list_):
                yield from nodes(inner)
        elif isinstance(pattern, tuple):
            for inner in pattern:
                yield from nodes(inner)

    return {
        node.against.rpartition(".")[2]: node.reason.rpartition(".")[2]
        for frame in outlines.frames.values()
        for node in nodes(frame)
        if node.reason
    }


def _in(
    passage: Passage, facts: FactSet, cue: re.Pattern[str], stated: Mapping[Key, str]
) -> Iterable[tuple[list[Key], str]]:
    """Every reason of a passage, with the addresses that stand before it, the nearest last."""
    text, end = passage.paragraph.text, 0
    for match in cue.finditer(text):
        if match.start() < end:
            continue
        before = [facts.keys[fact] for offset, fact in passage.standing if offset < match.start()]
        if not before:
            continue
        stop = _STOP.search(text, match.end())
        last = stop.start() if stop else len(text)
        figures = [
            offset
            for offset, fact in passage.standing
            if match.end() <= offset < last and facts.keys[fact] in stated
        ]
        if figures:
            clauses = [m.start() for m in _CLAUSE.finditer(text, match.end(), figures[0])]
            last = clauses[-1] if clauses else match.end()
        end = last
        if reason := text[match.end() : last].strip(_EDGES):
            yield before, " ".join(reason.split("\n"))


def _address(
    said: Sequence[Key], due: Sequence[Key], known: Mapping[str, str], taken: Mapping[Key, str]
) -> Key | None:
    """The address of what a reason explains: of the row that was spoken of last, what was said of it last."""
    section, row, column = said[-1]
    wanted = known.get(_AGAINST.get(column, ""), "")
    open_ = [key for key in due if key[:2] == (section, row) and key not in taken]
    if not wanted:
        others = [key for key in open_ if key[2] != known.get("prior")]
        return others[0] if others else None
    exact = (section, row, wanted)
    return exact if exact not in taken else None
