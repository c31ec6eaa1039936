"""The reasons that the outlines of an edition print: at which addresses, and what each explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from mingzhang.binding.asked import label
from mingzhang.expressions import parse_bindings
from mingzhang.facts import Key
from mingzhang.outlines import Block, Outlines, Pattern
from mingzhang.projects.project import address, key_of
from mingzhang.projects.reasons import explained
from mingzhang.taxonomy import Standards, level_of

_ANY = ""
"""Stands for the subject where a section repeats a sentence over rows."""


class ReasonKeys:
    """The addresses of reasons: their section, subject or row, and measure."""

    def __init__(self, standards: Standards) -> None:
        self.standards = standards
        self.against = {why: base for base, why in explained(standards.outlines).items()}
        outlines = standards.outlines
        self.known: dict[Key, None] = {}
        self.coded: set[str] = set()
        for outline in outlines.outlines.values():
            for block in outline.body:
                self.known |= dict.fromkeys(self._below(block, "", {}, outlines))

    def fault(self, where: str, year: int) -> str:
        """What is wrong with an address of a reason, in Chinese; empty where a sentence may print it."""
        key = key_of(where)
        if key is not None and self._has(key):
            return ""
        row = key[1] if key is not None else ""
        known = [address((section, of or row, why)) for section, of, why in self.known if of or row]
        nearest = get_close_matches(where, known, 1)
        hint = (
            f"；最接近的是“{nearest[0]}”（{self.explains(key_of(nearest[0]) or ('', '', ''), year)}）"
            if nearest
            else ""
        )
        return f"“{where}”不是原因的位置{hint}；用 mingzhang reasons 查看可用的位置。"

    def _has(self, key: Key) -> bool:
        section, row, why = key
        if key in self.known:
            return bool(row)
        if (section, _ANY, why) not in self.known:
            return False
        return section not in self.coded or (row.isdecimal() and level_of(row) is not None)

    def explains(self, key: Key, year: int) -> str:
        """What the reason at ``key`` explains."""
        section, row, why = key
        base = self.against.get(why)
        named = label((section, row, base or why), self.standards, year)
        return f"{named.part}：{named.name}" + (f"与{named.measure}不同的原因" if base else "的原因")

    def _below(
        self, block: str | Block, section: str, subjects: Mapping[str, str], outlines: Outlines
    ) -> Iterator[Key]:
        if isinstance(block, str):
            return
        section = block.section or section
        subjects = self._bound(block.each, block.with_, section, subjects)
        yield from self._said(block.say, section, subjects, outlines)
        for inner in block.body:
            yield from self._below(inner, section, subjects, outlines)

    def _bound(
        self, each: str, with_: Mapping[str, str], section: str, subjects: Mapping[str, str]
    ) -> dict[str, str]:
        """The subjects that variables stand for, with further ones."""
        bound = {**subjects, **{name: subjects.get(of, of) for name, of in with_.items()}}
        for binding in parse_bindings(each) if each else ():
            bound[binding.variable] = _ANY
            if binding.form in self.standards.forms:
                self.coded.add(section)
        return bound

    def _said(
        self, pattern: Pattern, section: str, subjects: Mapping[str, str], outlines: Outlines
    ) -> Iterator[Key]:
        """The addresses of the reasons that a pattern prints."""
        if isinstance(pattern, str):
            return
        parts: Iterable[Pattern] = pattern if isinstance(pattern, tuple) else ()
        if not isinstance(pattern, tuple):
            subjects = self._bound(pattern.each, pattern.with_, section, subjects)
            if pattern.reason:
                subject, _, why = pattern.reason.rpartition(".")
                yield section, subjects.get(subject, subject), why
            parts = (pattern.say, *pattern.choice, *pattern.list_, outlines.frames.get(pattern.frame, ""))
        for part in parts:
            yield from self._said(part, section, subjects, outlines)
