"""The standards: loaded, validated, chained by edition and indexed.

Source is YAML and CSV for people (``mingzhang/standards``); overlays have the same shape. The
parsed standards are cached as msgpack under a hash of their content, since reading YAML costs a
hundred times more. Overlays are untrusted: no aliases, bounded size and depth, no code.
"""

from __future__ import annotations

import codecs
import contextlib
import copy
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.documents import squash
from mingzhang.expressions import (
    LEVELS,
    VIRTUAL,
    Binding,
    Comparison,
    ExpressionError,
    Selector,
    parse_bindings,
    parse_comparison,
    readdressed,
    references,
)
from mingzhang.forms import Form, FormFile, Sheet, whole
from mingzhang.malformed import record_fault, yaml_fault
from mingzhang.narratives import NarrativeFile, Narratives
from mingzhang.outlines import OutlineFile, Outlines
from mingzhang.schemes import Scheme, SchemeFile

BUILT_IN = Path(__file__).parent / "standards"
SCHEMA_VERSION = 2
SEVERITIES = ("error", "warning", "notice")
BASES = ("law", "rule", "form", "practice")
_MAX_BYTES = 4_000_000
_MAX_DEPTH = 24
_LEVEL_BY_LENGTH = {3: "类", 5: "款", 7: "项"}


class StandardsError(Exception):
    """Standards that cannot be used; the message names the file and what is wrong, in Chinese.

    ``faults`` are all that were found, a sentence each.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(self.faults))


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Edition(_Record, rename={"empty_table": "empty table"}):
    """A dated set of forms and relations of one place, extending another."""

    id: str
    title: str
    year: int
    jurisdiction: str
    extends: str | None = None
    empty_table: tuple[str, ...] = ()


class Jurisdiction(_Record):
    """A place and the names by which documents of that place are known."""

    id: str
    name: str
    places: tuple[str, ...] = ()


class Concept(_Record):
    """What a figure means."""

    id: str
    label: str


class RelationSource(_Record, rename={"for_": "for", "unless_in": "unless in"}):
    """A relation as written.

    ``when`` are comparisons parted by ``;`` that all have to hold.
    ``unless`` are words that explain why it does not hold, of the text of its sections and of ``unless in``.
    ``unstated: zero`` says that what a text of the section does not name is zero.
    """

    id: str
    expect: str
    says: str
    reference: str
    for_: str = ""
    when: str = ""
    severity: str = "error"
    basis: str = "form"
    formerly: tuple[str, ...] = ()
    unstated: str = ""
    unless: tuple[str, ...] = ()
    unless_in: tuple[str, ...] = ()
    passes: dict[str, str] = {}
    fails: dict[str, str] = {}


class Check(_Record):
    """A check that is not a relation: the procedure of the same name finds what breaks it."""

    id: str
    says: str
    severity: str
    basis: str
    reference: str


class Word(_Record):
    """A word or phrase that a check looks for.

    In ``word``, "…" stands for a few characters of the same sentence and "#" for a digit; where
    ``followed_by`` is given, one of it must follow. ``instead`` is what should stand there.
    """

    word: str
    reason: str
    source: str
    instead: str = ""
    followed_by: tuple[str, ...] = ()


class Lexicon(_Record):
    """Words of one kind, with the reason and the source of each."""

    id: str
    words: tuple[Word, ...]


class Code(_Record):
    """A classification code with one of its dated names."""

    code: str
    level: str
    name: str
    valid_from: str = ""
    valid_to: str = ""
    confidence: str = ""


class _RelationFile(_Record):
    edition: str
    relations: tuple[RelationSource, ...]


class ChecklistRow(_Record):
    """A row of the reviewer's list and what falls into it: rules, sections, parts, ``each`` form or sheet.

    ``start`` is what stands before every part; ``manual`` says why no program can answer.
    """

    id: str
    title: str
    manual: str = ""
    start: bool = False
    each: str = ""
    rules: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class _ChecklistFile(_Record):
    edition: str
    rows: tuple[ChecklistRow, ...]


class _CheckFile(_Record):
    edition: str
    checks: tuple[Check, ...]


class _LexiconFile(_Record):
    edition: str
    lexicons: tuple[Lexicon, ...]


class _EditionFile(_Record):
    editions: tuple[Edition, ...]


class _JurisdictionFile(_Record):
    jurisdictions: tuple[Jurisdiction, ...]


class _ConceptFile(_Record):
    concepts: tuple[Concept, ...]


class _Compiled(_Record):
    """Everything the standards say, as stored in the cache."""

    editions: list[Edition] = []
    jurisdictions: list[Jurisdiction] = []
    concepts: list[Concept] = []
    forms: list[FormFile] = []
    relations: list[_RelationFile] = []
    checks: list[_CheckFile] = []
    checklists: list[_ChecklistFile] = []
    narratives: list[NarrativeFile] = []
    lexicons: list[_LexiconFile] = []
    schemes: list[SchemeFile] = []
    outlines: list[OutlineFile] = []
    codelists: dict[str, list[Code]] = {}
    written: dict[str, str] = {}
    """The file of every item by its kind and id."""


class Relation:
    """A relation parsed: quantifiers, condition and comparison."""

    __slots__ = ("bindings", "conditions", "expect", "forms", "source")

    def __init__(self, source: RelationSource) -> None:
        self.source = source
        self.bindings: tuple[Binding, ...] = parse_bindings(source.for_)
        stated = source.when.split(";") if source.when else []
        self.conditions: tuple[Comparison, ...] = tuple(map(parse_comparison, stated))
        self.expect: Comparison = parse_comparison(source.expect)
        self.forms: tuple[str, ...] = tuple(dict.fromkeys(r.form for r in references(self.expect)))

    @property
    def id(self) -> str:
        """The relation's lasting id."""
        return self.source.id

    def at(self, form: str, address: str) -> Relation:
        """The same relation of one of several sheets ``form``, the one read under ``address``."""
        if form == address:
            return self
        other = copy.copy(self)
        other.bindings = tuple(b._replace(form=address) if b.form == form else b for b in self.bindings)
        other.expect = _at(self.expect, form, address)
        other.conditions = tuple(_at(condition, form, address) for condition in self.conditions)
        other.forms = tuple(address if known == form else known for known in self.forms)
        return other


def _at(comparison: Comparison, form: str, address: str) -> Comparison:
    return comparison._replace(
        left=readdressed(comparison.left, form, address), right=readdressed(comparison.right, form, address)
    )


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

    def name(self, code: str, year: int) -> str | None:
        """The name in force in ``year``, or the nearest listed."""
        entries = self.names(code)
        for entry in entries:
            if (entry.valid_from or "0") <= str(year) <= (entry.valid_to or "9"):
                return entry.name
        return entries[-1].name if entries else None


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
        self._sources, self._files = sources, library.compiled.written
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
        return [_parse(source) for source in self._sources.values()]

    def validate(self) -> None:
        """Every relation parses and names only what the forms have; raises StandardsError with all faults."""
        faults = list(self.faults())
        if faults:
            raise StandardsError(*faults)

    def faults(self) -> Iterator[str]:
        """All that is wrong with the edition, each with the file that it is written in."""
        for form in (*self.forms.values(), *self.extras.values()):
            yield from self._written("forms", form.id, form.faults(self.codelists))
        for sheet in self.sheets.values():
            yield from self._written("sheets", sheet.id, sheet.faults(self.forms, self.concepts))
        yield from self._written("narratives", "", self.narratives.faults())
        yield from self._written("outlines", "", self.outlines.faults(self.narratives.sections))
        cells = {*self.forms, *self.extras, *self.sheets, *self.narratives.sections}
        for scheme in self.schemes.values():
            found = (*scheme.faults(cells), *self._block_faults(scheme))
            yield from self._written("schemes", scheme.id, found)
        for row in self.checklist.values():
            yield from self._written("rows", row.id, self._row_faults(row))
        for check in self.checks.values():
            if check.severity not in SEVERITIES or check.basis not in BASES:
                told = f"检查“{check.id}”的级别“{check.severity}”或性质“{check.basis}”不存在。"
                yield from self._written("checks", check.id, [told])
        for name, words in self.lexicons.items():
            for word in words:
                if not (word.word.strip("…#") and word.reason and word.source):
                    told = f"词表“{name}”的“{word.word}”缺少词语、理由或出处。"
                    yield from self._written("lexicons", name, [told])
        for source in self._sources.values():
            yield from self._written("relations", source.id, self._relation_faults(source))

    def _written(self, kind: str, id_: str, faults: Iterable[str]) -> Iterator[str]:
        """Faults of an item with the file that it is written in."""
        file = self._files.get(f"{kind}:{id_}")
        for fault in faults:
            yield f"标准文件“{file}”：{fault}" if file else fault

    def _row_faults(self, row: ChecklistRow) -> Iterator[str]:
        name = f"检查表的“{row.title}”"
        for section in row.sections:
            if section not in self.narratives.sections:
                yield f"{name}所指的章节“{section}”不存在。"
        for part in row.parts:
            if part not in self.narratives.parts:
                yield f"{name}所指的部分“{part}”不存在。"
        if row.each not in ("", "forms", "sheets"):
            yield f"{name}的each只能是forms或sheets。"

    def _relation_faults(self, source: RelationSource) -> Iterator[str]:
        if source.severity not in SEVERITIES:
            yield f"关系“{source.id}”的级别“{source.severity}”不存在。"
        if source.unstated not in ("", "zero"):
            yield f"关系“{source.id}”的 unstated 只能是 zero。"
        if source.basis not in BASES:
            yield f"关系“{source.id}”的性质“{source.basis}”不存在。"
        try:
            self._cells_exist(_parse(source))
        except StandardsError as error:
            yield from error.faults

    def _cells_exist(self, relation: Relation) -> None:
        """The rows and columns that a relation names are those of its forms; raises StandardsError."""
        for binding in relation.bindings:
            if binding.form is not None:
                self._rows_exist(relation, binding.form, binding.atoms, {})
        free = {
            binding.variable: [atom.name for atom in binding.atoms] if binding.form is None else []
            for binding in relation.bindings
        }
        for comparison in (*relation.conditions, relation.expect):
            for reference in references(comparison):
                self._rows_exist(relation, reference.form, reference.rows, free)
                _, known = self._printable(relation, reference.form)
                for atom in reference.columns:
                    for name in free.get(atom.name, [atom.name]):
                        if known is not None and name not in known:
                            raise StandardsError(
                                f"关系“{relation.id}”所指的栏“{reference.form}[…, {name}]”不存在。"
                            )

    def _block_faults(self, scheme: Scheme) -> Iterator[str]:
        """Blocks are those of a sheet."""
        name = f"指标体系“{scheme.id}”"
        graded = {id_: s for id_, s in self.sheets.items() if any(section.groups for section in s.sections)}
        sheets = [graded[form] for form in scheme.of if form in graded]
        if scheme.blocks and (not sheets or len(sheets) < len(scheme.of)):
            yield f"{name}由各类指标组成（blocks），of应当是自评表，可用：{'、'.join(graded)}。"
        for sheet in sheets if scheme.blocks else ():
            rows = {row for section in sheet.sections for row in section.rows}
            groups = [group for section in sheet.sections for group in section.groups]
            known = [*({_FUNDS} & rows), *groups]
            for block in scheme.blocks:
                if block.is_ not in known:
                    can = "、".join(known)
                    yield f"{name}的“{block.label}”：表“{sheet.id}”没有“{block.is_}”这一类，可用：{can}。"

    def _printable(self, relation: Relation, form: str) -> tuple[set[str] | None, set[str] | None]:
        """The fixed rows and the columns that ``form`` or section can have; None where any may be."""
        if form in self.forms:
            blocks = self.forms[form].blocks
            return {row for b in blocks for row in b.rows}, {column for b in blocks for column in b.columns}
        if form in self.narratives.sections:
            return set(self.narratives.subjects), None
        if form in self.sheets or form in VIRTUAL:
            return None, None
        raise StandardsError(f"关系“{relation.id}”所指的表“{form}”不存在。")

    def _rows_exist(
        self, relation: Relation, form: str, atoms: Sequence[Selector], free: Mapping[str, Sequence[str]]
    ) -> None:
        fixed, _ = self._printable(relation, form)
        for atom in atoms:
            for name in free.get(atom.name) or [atom.name]:
                bound = atom.children or (atom.name in free and not free[atom.name])
                if fixed is not None and not (bound or name in LEVELS or name.isdecimal() or name in fixed):
                    raise StandardsError(f"关系“{relation.id}”所指的行“{form}[{name}, …]”不存在。")

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


def _parse(source: RelationSource) -> Relation:
    try:
        return Relation(source)
    except ExpressionError as error:
        raise StandardsError(f"关系“{source.id}”写法有误：{error}") from error


class Library:
    """All editions of the built-in standards with the overlays on top."""

    def __init__(self, compiled: _Compiled, version: str) -> None:
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

_FILES: dict[str, Any] = {
    "editions": _EditionFile,
    "jurisdictions": _JurisdictionFile,
    "concepts": _ConceptFile,
    "forms": FormFile,
    "relations": _RelationFile,
    "checks": _CheckFile,
    "checklists": _ChecklistFile,
    "narratives": NarrativeFile,
    "lexicons": _LexiconFile,
    "indicators": SchemeFile,
    "outlines": OutlineFile,
}


def load(overlay: Path | None = None) -> Library:
    """The built-in standards, with the directory ``overlay`` on top; raises StandardsError."""
    if overlay is None and _BUILT_IN_VERSION in _LOADED:
        return _LOADED[_BUILT_IN_VERSION]
    folders = [BUILT_IN] if overlay is None else [BUILT_IN, overlay]
    if overlay is not None and overlay.is_file():
        raise StandardsError(f"“{overlay}”是文件，应给出标准目录：文件放在目录的indicators等文件夹中。")
    if overlay is not None and not overlay.is_dir():
        raise StandardsError(f"标准目录“{overlay}”不存在，请检查 --standards 后的路径。")
    if overlay is not None and not _files(overlay):
        raise StandardsError(f"标准目录“{overlay}”中没有标准文件，例如 {overlay.name}/indicators/名称.yaml。")
    files = [(folder, path) for folder in folders for path in _files(folder)]
    digest = hashlib.sha256(f"{SCHEMA_VERSION}".encode())
    contents = []
    for folder, path in files:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise StandardsError(f"标准文件“{path}”超过{_MAX_BYTES // 1_000_000}MB，未读取。")
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + data + b"\0")
        contents.append((path, data))
    version = digest.hexdigest()[:16]
    if version not in _LOADED:
        _LOADED[version] = Library(_compiled(version, contents), version)
    if overlay is None:
        _LOADED[_BUILT_IN_VERSION] = _LOADED[version]
    return _LOADED[version]


_LOADED: dict[str, Library] = {}
"""Libraries of this process by the hash of their content; the built-in one is read once."""

_BUILT_IN_VERSION = "built in"

_FUNDS = "funds"
"""The row of a sheet whose rate of execution a block scores."""


def _compiled(version: str, contents: Sequence[tuple[Path, bytes]]) -> _Compiled:
    compiled = _cached(version)
    if compiled is None:
        compiled = _compile(contents)
        _store(version, compiled)
    return compiled


def _files(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = []
    for room in (*_FILES, "codelists"):
        pattern = "*.csv" if room == "codelists" else "*.y*ml"
        for path in sorted((folder / room).glob(pattern)):
            if not path.resolve().is_relative_to(root):
                raise StandardsError(f"标准文件“{path}”指向目录之外，未读取。")
            found.append(path)
    return found


def misplaced(folder: Path) -> list[str]:
    """What to say of data files of an overlay that stand where none are read."""
    rooms = (*_FILES, "codelists")
    found = []
    for path in sorted([*folder.glob("*.*"), *folder.glob("[!.]*/*.*")]):
        stray = path.parent == folder or path.parent.name not in rooms
        if stray and path.suffix.lower() in (".yaml", ".yml", ".csv") and path.is_file():
            can = "、".join(rooms)
            found.append(f"“{path}”没有读取：标准文件应放在这些文件夹中：{can}；请检查文件夹的名称。")
    return found


def _compile(contents: Sequence[tuple[Path, bytes]]) -> _Compiled:
    compiled = _Compiled()
    faults = []
    for path, data in contents:
        room = path.parent.name
        try:
            if room == "codelists":
                compiled.codelists.setdefault(path.stem, []).extend(_codes(data))
                continue
            record = _record(data, _FILES[room])
        except ValueError as error:
            faults.append(f"标准文件“{path}”有误：{error}。")
            continue
        _note(compiled.written, record, f"{room}/{path.name}", not path.is_relative_to(BUILT_IN))
        if isinstance(record, FormFile):
            compiled.forms.append(record)
        elif isinstance(record, _RelationFile):
            compiled.relations.append(record)
        elif isinstance(record, _CheckFile):
            compiled.checks.append(record)
        elif isinstance(record, _ChecklistFile):
            compiled.checklists.append(record)
        elif isinstance(record, NarrativeFile):
            compiled.narratives.append(record)
        elif isinstance(record, _LexiconFile):
            compiled.lexicons.append(record)
        elif isinstance(record, SchemeFile):
            compiled.schemes.append(record)
        elif isinstance(record, OutlineFile):
            compiled.outlines.append(record)
        elif isinstance(record, _EditionFile):
            compiled.editions.extend(record.editions)
        elif isinstance(record, _JurisdictionFile):
            compiled.jurisdictions.extend(record.jurisdictions)
        elif isinstance(record, _ConceptFile):
            compiled.concepts.extend(record.concepts)
    if faults:
        raise StandardsError(*faults)
    return compiled


def _note(written: dict[str, str], record: Any, file: str, local: bool) -> None:
    """Note in which file the items of ``record`` are written, a later one in place of an earlier."""
    for kind in ("forms", "sheets", "relations", "checks", "lexicons", "schemes", "rows"):
        for item in getattr(record, kind, ()):
            written[f"{kind}:{item.id}"] = file
    for kind, records in (("narratives", NarrativeFile), ("outlines", OutlineFile)):
        if isinstance(record, records) and local:  # what several files say together
            before = written.get(f"{kind}:")
            written[f"{kind}:"] = f"{before}”、“{file}" if before else file


def _record(data: bytes, kind: Any) -> Any:
    """The record that a YAML file holds; raises ValueError that says what is wrong."""
    source = safe_yaml(data)
    try:
        return msgspec.convert(source, kind)
    except msgspec.ValidationError as error:
        raise ValueError(record_fault(error, source)) from error


def _codes(data: bytes) -> list[Code]:
    import csv
    import io

    try:
        rows = [dict(row) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    except UnicodeDecodeError as error:
        raise ValueError("不是UTF-8编码的CSV文件") from error
    try:
        return msgspec.convert(rows, list[Code])
    except msgspec.ValidationError as error:
        raise ValueError(record_fault(error, rows)) from error


def safe_yaml(data: bytes) -> Any:
    """What a YAML file that nobody vouches for says; raises ValueError with a message in Chinese."""
    import yaml

    if not data.startswith(codecs.BOM_UTF16_LE) and not data.startswith(codecs.BOM_UTF16_BE):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError("不是UTF-8编码（可能是GBK），请用编辑器另存为UTF-8") from error
    try:
        depth = 0
        for event in yaml.parse(data, yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ValueError("不允许使用YAML别名")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise ValueError("层次过深")
        return yaml.load(data, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(yaml_fault(error)) from error


def _cache_file(version: str) -> Path:
    base = os.environ.get("MINGZHANG_CACHE")
    if not base:
        home = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
        base = str(Path(home) if home else Path.home() / ".cache") + "/mingzhang"
    return Path(base) / f"standards-{version}.msgpack"


def _cached(version: str) -> _Compiled | None:
    try:
        found = msgspec.msgpack.decode(_cache_file(version).read_bytes(), type=_Compiled)
    except (OSError, RuntimeError, msgspec.MsgspecError):
        return None
    return found if found.editions else None


def _store(version: str, compiled: _Compiled) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        target = _cache_file(version)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(compiled))
        os.replace(name, target)


def level_of(row: str) -> str | None:
    """The level of a row key: 类, 款 or 项 by the length of its code, None for other rows."""
    if row.startswith("…"):
        return "类"
    return _LEVEL_BY_LENGTH.get(len(row)) if row.isdecimal() else None
