"""Records of the narrative standards: what running text says figures with.

A *subject* is what a figure is about, a *measure* what it states of it (budget, share, change),
a *section* where a document speaks of which subjects. The records are data from
``standards/narratives``; :mod:`mingzhang.binding.vocabulary` compiles them.

Within a phrase ``<比/较/与>`` stands for one of several wordings, ``<决算数/>`` for words that may
be left out, and ``{year}`` for a year.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import msgspec

KINDS = ("money", "rate", "count", "points")
"""What a figure in running text can be: an amount, a percentage, a count, points of a score."""

_MAX_WORDINGS = 1024
"""Phrases that one phrase with alternatives may stand for: overlays are untrusted."""


def wordings(phrase: str) -> list[str]:
    """The phrases that ``phrase`` with its alternatives stands for; raises ValueError."""
    pieces: list[list[str]] = []
    count = 1
    for index, piece in enumerate(phrase.split("<")):
        inside, closed, after = piece.partition(">") if index else ("", "", piece)
        if index and not closed:
            raise ValueError(f"说法“{phrase}”的尖括号不成对。")
        if index:
            pieces.append(inside.split("/"))
            count *= len(pieces[-1])
        if ">" in after:
            raise ValueError(f"说法“{phrase}”的尖括号不成对。")
        pieces.append([after])
        if count > _MAX_WORDINGS:
            raise ValueError(f"说法“{phrase}”的写法超过{_MAX_WORDINGS}种，请拆成几条。")
    return ["".join(choice) for choice in product(*pieces)]


def spelt(phrases: Iterable[str]) -> list[str]:
    """All wordings of ``phrases``."""
    return [wording for phrase in phrases for wording in wordings(phrase)]


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Measure(_Record, rename={"with_": "with"}):
    """What a figure states of its subject, and the words before it that say so.

    ``about`` names the only subjects that it is stated of. ``label`` is what a report calls it.
    """

    id: str
    of: str
    cue: tuple[str, ...]
    unit: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    label: str = ""
    with_: dict[str, str] = {}


class Cue(_Record):
    """Words with one meaning: a base of comparison, a direction, a word in place of a figure."""

    id: str
    cue: tuple[str, ...]


class Subject(_Record, rename={"is_": "is", "with_": "with"}):
    """What figures are about: its names in text, its concept and dimensions.

    ``of`` says what a figure of its own measures; with ``unit`` it is a count in one of these.
    ``unbudgeted`` amounts have no budget of their own: a budget said after one is that of the whole.
    Longer names may end with the label of a ``generic`` one: …项目支出.
    """

    id: str
    is_: str
    label: tuple[str, ...]
    of: str = "money"
    unit: tuple[str, ...] = ()
    unbudgeted: bool = False
    generic: bool = False
    with_: dict[str, str] = {}


class Part(_Record):
    """A part of a disclosure or report, told by its title; ``annexed`` ones have files of their own."""

    id: str
    title: tuple[str, ...]
    annexed: bool = False


class Section(_Record, rename={"with_": "with"}):
    """A section: its headings, the subject of figures that name none, and what labels mean here.

    ``means`` leads from a label or a subject's id to a subject; a label may be one that is a
    subject nowhere else.
    """

    id: str
    part: str
    heading: tuple[str, ...]
    subject: str | None = None
    with_: dict[str, str] = {}
    means: dict[str, str] = {}


class Naming(_Record):
    """How the name of what was achieved is told from the words around its figure.

    The name begins after one of ``starters`` and without ``openers``; ``verbs`` are no name of their
    own but take the noun after the figure, which ends before one of ``stops``. ``fillers`` before a
    cue name nothing else than what is spoken of. What begins with one of ``gains`` is achieved, never
    spent on.
    """

    starters: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()

    def joined(self, other: Naming) -> Naming:
        """Both together."""
        return Naming(
            self.starters + other.starters,
            self.openers + other.openers,
            self.verbs + other.verbs,
            self.stops + other.stops,
            self.fillers + other.fillers,
            self.gains + other.gains,
        )


class NarrativeFile(
    _Record, rename={"attached_before": "attached before", "attached_after": "attached after"}
):
    """One file of ``standards/narratives``."""

    edition: str
    measures: tuple[Measure, ...] = ()
    bases: tuple[Cue, ...] = ()
    directions: tuple[Cue, ...] = ()
    words: tuple[Cue, ...] = ()
    years: tuple[Cue, ...] = ()
    judgements: tuple[Cue, ...] = ()
    reasons: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    lists: tuple[str, ...] = ()
    respectively: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    naming: Naming = msgspec.field(default_factory=Naming)
    attached_before: tuple[str, ...] = ()
    attached_after: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    sections: tuple[Section, ...] = ()


class Narratives:
    """The narrative standards of one edition: later files add to and override earlier ones by id."""

    def __init__(self, files: Iterable[NarrativeFile]) -> None:
        self.measures: dict[str, Measure] = {}
        self.bases: dict[str, Cue] = {}
        self.directions: dict[str, Cue] = {}
        self.words: dict[str, Cue] = {}
        self.years: dict[str, Cue] = {}
        self.judgements: dict[str, Cue] = {}
        self.subjects: dict[str, Subject] = {}
        self.parts: dict[str, Part] = {}
        self.sections: dict[str, Section] = {}
        self.reasons: list[str] = []
        self.lists: list[str] = []
        self.units: list[str] = []
        self.heads: list[str] = []
        self.respectively: list[str] = []
        self.naming = Naming()
        self.attached_before: list[str] = []
        self.attached_after: list[str] = []
        for file in files:
            self.measures |= {m.id: m for m in file.measures}
            self.bases |= {c.id: c for c in file.bases}
            self.directions |= {c.id: c for c in file.directions}
            self.words |= {c.id: c for c in file.words}
            self.years |= {c.id: c for c in file.years}
            self.judgements |= {c.id: c for c in file.judgements}
            self.subjects |= {s.id: s for s in file.subjects}
            self.sections |= {s.id: s for s in file.sections}
            self.parts |= {p.id: p for p in file.parts}
            self.reasons += file.reasons
            self.lists += file.lists
            self.units += file.units
            self.heads += file.heads
            self.respectively += file.respectively
            self.naming = self.naming.joined(file.naming)
            self.attached_before += file.attached_before
            self.attached_after += file.attached_after

    def faults(self) -> list[str]:
        """What does not fit together, in Chinese; empty where all is well."""
        found = []
        for measure in self.measures.values():
            if measure.of not in KINDS:
                found.append(f"说法“{measure.id}”的类别“{measure.of}”不存在。")
            for name in measure.about:
                if name not in self.subjects:
                    found.append(f"说法“{measure.id}”所指的叙述对象“{name}”不存在。")
        for subject in self.subjects.values():
            if subject.of not in KINDS:
                found.append(f"叙述对象“{subject.id}”的类别“{subject.of}”不存在。")
        for section in self.sections.values():
            if section.part not in self.parts:
                found.append(f"章节“{section.id}”所属的部分“{section.part}”不存在。")
            for name in filter(None, (section.subject, *section.means.values())):
                if name not in self.subjects:
                    found.append(f"章节“{section.id}”所指的叙述对象“{name}”不存在。")
        return found + self._misspelt()

    def _misspelt(self) -> list[str]:
        """Phrases whose alternatives do not parse."""
        found = []
        cues = [self.bases, self.directions, self.words, self.years, self.judgements]
        phrases = [phrase for group in cues for record in group.values() for phrase in record.cue]
        phrases += [phrase for measure in self.measures.values() for phrase in measure.cue]
        phrases += [phrase for part in self.parts.values() for phrase in part.title]
        phrases += [phrase for section in self.sections.values() for phrase in section.heading]
        phrases += [*self.reasons, *self.lists, *self.respectively]
        phrases += [label for section in self.sections.values() for label in section.means]
        phrases += [phrase for subject in self.subjects.values() for phrase in subject.label]
        for phrase in phrases:
            try:
                wordings(phrase)
            except ValueError as error:
                found.append(str(error))
        return found
