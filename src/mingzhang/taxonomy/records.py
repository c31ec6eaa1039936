"""What the files of the standards hold, record by record."""

from __future__ import annotations

import msgspec

from mingzhang.forms import FormFile
from mingzhang.narratives import NarrativeFile
from mingzhang.outlines import OutlineFile
from mingzhang.schemes import SchemeFile


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


class RelationFile(_Record):
    """Relations of an edition."""

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


class ChecklistFile(_Record):
    """The reviewer's list of an edition."""

    edition: str
    rows: tuple[ChecklistRow, ...]


class CheckFile(_Record):
    """Checks of an edition."""

    edition: str
    checks: tuple[Check, ...]


class LexiconFile(_Record):
    """Words of an edition."""

    edition: str
    lexicons: tuple[Lexicon, ...]


class EditionFile(_Record):
    """Editions."""

    editions: tuple[Edition, ...]


class JurisdictionFile(_Record):
    """Places."""

    jurisdictions: tuple[Jurisdiction, ...]


class ConceptFile(_Record):
    """Concepts."""

    concepts: tuple[Concept, ...]


class Compiled(_Record):
    """Everything the standards say, as stored in the cache."""

    editions: list[Edition] = []
    jurisdictions: list[Jurisdiction] = []
    concepts: list[Concept] = []
    forms: list[FormFile] = []
    relations: list[RelationFile] = []
    checks: list[CheckFile] = []
    checklists: list[ChecklistFile] = []
    narratives: list[NarrativeFile] = []
    lexicons: list[LexiconFile] = []
    schemes: list[SchemeFile] = []
    outlines: list[OutlineFile] = []
    codelists: dict[str, list[Code]] = {}
    written: dict[str, str] = {}
    """The file of every item by its kind and id."""
