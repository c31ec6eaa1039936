"""The standards: loaded, validated, chained by edition and indexed.

Source is YAML and CSV for people (``mingzhang/standards``); overlays have the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from mingzhang.documents import squash
from mingzhang.forms import Form, Sheet, whole
from mingzhang.narratives import Narratives
from mingzhang.outlines import Outlines
from mingzhang.schemes import Scheme
from mingzhang.taxonomy import validate
from mingzhang.taxonomy.files import compiled, contents_of, misplaced, safe_yaml
from mingzhang.taxonomy.records import (
    Check,
    ChecklistRow,
    Code,
    Compiled,
    Edition,
    RelationSource,
    StandardsError,
    Word,
)
from mingzhang.taxonomy.relations import Relation, parsed

_LEVEL_BY_LENGTH = {3: "类", 5: "款", 7: "项"}
_FIRM = ("confirmed", "high")
_CUT_OFF = 4
"""A name that is cut off or abbreviated is known by at least this many characters."""


class CodeList:
    """A classification: names by code, levels, and codes by name of the top level."""

    def __init__(self, codes: Sequence[Code]) -> None:
        self.entries: dict[str, list[Code]] = {}
        for code in codes:
            self.entries.setdefault(code.code, []).append(code)

    @cached_property
    def class_by_name(self) -> dict[str, str]:
        """类 codes by every name they ever had, squashed; the names printed as table rows."""
        return {
            squash(entry.name): code
            for code, entries in self.entries.items()
            for entry in entries
            if entry.level == "类"
        }

    def __contains__(self, code: str) -> bool:
        return code in self.entries

    def names(self, code: str) -> list[Code]:
        """The dated names of ``code``; empty where the list does not know it."""
        return self.entries.get(code, [])

    @cached_property
    def _printable(self) -> frozenset[tuple[int, str]]:
        """Every name that codes of so many digits ever had, squashed."""
        return frozenset(
            (len(code), squash(entry.name)) for code, entries in self.entries.items() for entry in entries
        )

    def is_firm(self, code: str) -> bool:
        """Whether a name of ``code`` is certain."""
        return any(entry.confidence in _FIRM for entry in self.names(code))

    def is_called(self, code: str, printed: str) -> bool:
        """Whether the squashed text is a name that ``code`` ever had, or one that the print cut off."""
        return any(same_name(printed, squash(entry.name)) for entry in self.names(code))

    def is_misnamed(self, code: str, printed: str) -> bool:
        """Whether the text is clearly not the name of ``code``: another's of its level, or nothing alike."""
        printed = squash(printed)
        if not self.is_firm(code) or self.is_called(code, printed) or not any(map(str.isalpha, printed)):
            return False
        own = [squash(entry.name) for entry in self.names(code)]
        if (len(code), printed) in self._printable:
            return not any(_abbreviates(printed, name) for name in own)
        return set(printed).isdisjoint("".join(own))

    def name(self, code: str, year: int) -> str | None:
        """The name in force in ``year``, or the nearest listed."""
        entries = self.names(code)
        for entry in entries:
            if (entry.valid_from or "0") <= str(year) <= (entry.valid_to or "9"):
                return entry.name
        return entries[-1].name if entries else None


def same_name(printed: str, listed: str) -> bool:
    """Whether one squashed name is the other, or what the print left of it."""
    return printed == listed or (len(printed) >= _CUT_OFF and listed.startswith(printed))


def _abbreviates(printed: str, listed: str) -> bool:
    """Whether one squashed name leaves out some of the middle of the other: 其他…支出."""
    rest = iter(listed)
    ends = printed[0] == listed[0] and printed[-1] == listed[-1]
    return len(printed) >= _CUT_OFF and ends and all(sign in rest for sign in printed)


class Standards:
    """The standards of one edition: its forms, relations and code lists."""

    def __init__(self, library: Library, edition: Edition) -> None:
        self.edition = edition
        self.version = library.version
        self.codelists = library.codelists
        self.concepts = library.concepts
        chain = library.chain(edition.id)
        self.empty_table = tuple(squash(phrase) for link in chain for phrase in link.empty_table)
        self.forms: dict[str, Form] = {}
        sheets: dict[str, Sheet] = {}
        sources: dict[str, RelationSource] = {}
        for link in chain:
            for forms in library.compiled.forms:
                if forms.edition == link.id:
                    self.forms.update({form.id: form for form in forms.forms})
                    sheets.update({sheet.id: sheet for sheet in forms.sheets})
            for relations in library.compiled.relations:
                if relations.edition == link.id:
                    sources.update({source.id: source for source in relations.relations})
        self.extras = {form.id: self.forms.pop(form.id) for form in [*self.forms.values()] if form.optional}
        self.sources, self.written = sources, library.compiled.written
        self.sheets = _whole(sheets)
        self.checks = {
            check.id: check
            for link in chain
            for checks in library.compiled.checks
            if checks.edition == link.id
            for check in checks.checks
        }
        self.checklist = {
            row.id: row
            for link in chain
            for checklist in library.compiled.checklists
            if checklist.edition == link.id
            for row in checklist.rows
        }
        self._lexicons = [
            lexicon
            for link in chain
            for file in library.compiled.lexicons
            if file.edition == link.id
            for lexicon in file.lexicons
        ]
        self.schemes: dict[str, Scheme] = {
            scheme.id: scheme
            for link in chain
            for file in library.compiled.schemes
            if file.edition == link.id
            for scheme in file.schemes
        }
        self._narratives = [
            file for link in chain for file in library.compiled.narratives if file.edition == link.id
        ]

        self._outlines = [
            file for link in chain for file in library.compiled.outlines if file.edition == link.id
        ]

    @cached_property
    def outlines(self) -> Outlines:
        """What a composed document says, in which order and words."""
        return Outlines(iter(self._outlines))

    @cached_property
    def narratives(self) -> Narratives:
        """What running text says figures with."""
        return Narratives(self._narratives)

    @cached_property
    def lexicons(self) -> dict[str, tuple[Word, ...]]:
        """The words of each lexicon; a later edition adds to them and replaces what it spells alike."""
        found: dict[str, dict[str, Word]] = {}
        for lexicon in self._lexicons:
            found.setdefault(lexicon.id, {}).update({word.word: word for word in lexicon.words})
        return {name: tuple(words.values()) for name, words in found.items()}

    @cached_property
    def relations(self) -> list[Relation]:
        """The edition's relations, parsed."""
        return [parsed(source) for source in self.sources.values()]

    def validate(self) -> None:
        """Every relation parses and names only what the forms have; raises StandardsError with all faults."""
        faults = list(self.faults())
        if faults:
            raise StandardsError(*faults)

    def faults(self) -> Iterator[str]:
        """All that is wrong with the edition, each with the file that it is written in."""
        return validate.faults(self)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Form ids by squashed title."""
        forms = (*self.extras.values(), *self.forms.values())
        return {squash(title): form.id for form in forms for title in form.titles}

    @cached_property
    def sheet_titles(self) -> dict[str, str]:
        """Sheet ids by squashed title."""
        return {squash(title): sheet.id for sheet in self.sheets.values() for title in sheet.titles}


def _whole(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """The sheets with what they take over from the sheets that they are like."""
    try:
        return {sheet.id: whole(sheet, sheets) for sheet in sheets.values()}
    except ValueError as error:
        raise StandardsError(str(error)) from error


class Library:
    """All editions of the built-in standards with the overlays on top."""

    def __init__(self, compiled: Compiled, version: str) -> None:
        self.compiled, self.version = compiled, version
        self.editions = {edition.id: edition for edition in compiled.editions}
        self.jurisdictions = {place.id: place for place in compiled.jurisdictions}
        self.concepts = {concept.id: concept for concept in compiled.concepts}
        self.codelists = {name: CodeList(codes) for name, codes in compiled.codelists.items()}
        self.places = {name: place.id for place in compiled.jurisdictions for name in place.places}
        names = sorted(self.places, key=len, reverse=True)
        self.place_names = re.compile("|".join(map(re.escape, names)) or r"(?!)")
        self._standards: dict[str, Standards] = {}

    def validate(self) -> None:
        """Every file is of an edition that there is, no scheme twice in a file; raises StandardsError."""
        compiled = self.compiled
        editioned: tuple[Sequence[Any], ...] = (
            compiled.forms, compiled.relations, compiled.checks, compiled.checklists, compiled.narratives,
            compiled.lexicons, compiled.schemes, compiled.outlines,
        )  # fmt: skip
        faults: list[str] = []
        for edition in dict.fromkeys(file.edition for files in editioned for file in files):
            try:
                self.chain(edition)
            except StandardsError as error:
                faults += error.faults
        for schemes in compiled.schemes:
            ids = [scheme.id for scheme in schemes.schemes]
            for twice in (id_ for number, id_ in enumerate(ids) if id_ in ids[:number]):
                told = f"指标体系“{twice}”在一个文件中写了两次，请改编号或删去一个。"
                faults.append(f"标准文件“{compiled.written[f'schemes:{twice}']}”：{told}")
        if faults:
            raise StandardsError(*faults)

    def chain(self, edition_id: str) -> list[Edition]:
        """The editions from the national base to ``edition_id``; raises StandardsError."""
        chain: list[Edition] = []
        following: str | None = edition_id
        while following is not None:
            edition = self.editions.get(following)
            if edition is None:
                known = "、".join(self.editions)
                raise StandardsError(f"没有版本“{following}”。可用的版本：{known}。")
            if edition in chain:
                raise StandardsError(f"版本“{edition_id}”的继承关系成环。")
            chain.append(edition)
            following = edition.extends
        return chain[::-1]

    def standards(self, edition_id: str) -> Standards:
        """The standards of an edition."""
        if edition_id not in self._standards:
            self.chain(edition_id)
            self._standards[edition_id] = Standards(self, self.editions[edition_id])
        return self._standards[edition_id]

    def nearest(self, year: int | None, jurisdiction: str | None) -> Edition:
        """The edition of ``jurisdiction`` nearest to ``year``, else the national one."""
        for place in (jurisdiction, "cn"):
            candidates = [e for e in self.editions.values() if e.jurisdiction == place]
            if candidates:
                return min(candidates, key=lambda e: (abs(e.year - (year or 9999)), -e.year))
        raise StandardsError("标准库中没有任何版本。")


# ── loading ───────────────────────────────────────────────────────────────────────────────────


def load(overlay: Path | None = None) -> Library:
    """The built-in standards, with the directory ``overlay`` on top; raises StandardsError."""
    if overlay is None and _BUILT_IN_VERSION in _LOADED:
        return _LOADED[_BUILT_IN_VERSION]
    version, contents = contents_of(overlay)
    if version not in _LOADED:
        _LOADED[version] = Library(compiled(version, contents), version)
    if overlay is None:
        _LOADED[_BUILT_IN_VERSION] = _LOADED[version]
    return _LOADED[version]


_LOADED: dict[str, Library] = {}
"""Libraries of this process by the hash of their content; the built-in one is read once."""

_BUILT_IN_VERSION = "built in"


def level_of(row: str) -> str | None:
    """The level of a row key: 类, 款 or 项 by the length of its code, None for other rows."""
    if row.startswith("…"):
        return "类"
    return _LEVEL_BY_LENGTH.get(len(row)) if row.isdecimal() else None


__all__ = [
    "Check",
    "ChecklistRow",
    "CodeList",
    "Edition",
    "Library",
    "Relation",
    "Standards",
    "StandardsError",
    "Word",
    "level_of",
    "load",
    "misplaced",
    "safe_yaml",
    "same_name",
]
