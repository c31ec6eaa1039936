"""Records of the narrative standards: what running text says figures with.

A *subject* is what a figure is about, a *measure* what it states of it (budget, share, change),
a *section* where a document speaks of which subjects. The records are data from
``standards/narratives``; :mod:`mingzhang.binding.vocabulary` compiles them.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

KINDS = ("money", "rate", "count", "points")
"""What a figure in running text can be: an amount, a percentage, a count, points of a score."""


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Measure(_Record, rename={"with_": "with"}):
    """What a figure states of its subject, and the words before it that say so.

    ``about`` names the only subjects that it is stated of.
    """

    id: str
    of: str
    cue: tuple[str, ...]
    unit: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    with_: dict[str, str] = {}


class Cue(_Record):
    """Words with one meaning: a base of comparison, a direction, a word in place of a figure."""

    id: str
    cue: tuple[str, ...]


class Subject(_Record, rename={"is_": "is", "with_": "with"}):
    """What figures are about: its names in text, its concept and dimensions.

    ``of`` says what a figure of its own measures; with ``unit`` it is a count in one of these.
    ``unbudgeted`` amounts have no budget of their own: a budget said after one is that of the whole.
    """

    id: str
    is_: str
    label: tuple[str, ...]
    of: str = "money"
    unit: tuple[str, ...] = ()
    unbudgeted: bool = False
    with_: dict[str, str] = {}


class Part(_Record):
    """A part of a disclosure or report, told by its title."""

    id: str
    title: tuple[str, ...]


class Section(_Record, rename={"with_": "with"}):
    """A section: its headings, the subject of figures that name none, and what labels mean here."""

    id: str
    part: str
    heading: tuple[str, ...]
    subject: str | None = None
    with_: dict[str, str] = {}
    means: dict[str, str] = {}


class NarrativeFile(_Record):
    """One file of ``standards/narratives``."""

    edition: str
    measures: tuple[Measure, ...] = ()
    bases: tuple[Cue, ...] = ()
    directions: tuple[Cue, ...] = ()
    words: tuple[Cue, ...] = ()
    reasons: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    lists: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    sections: tuple[Section, ...] = ()


class Narratives:
    """The narrative standards of one edition: later files add to and override earlier ones by id."""

    def __init__(self, files: Iterable[NarrativeFile]) -> None:
        self.measures: dict[str, Measure] = {}
        self.bases: dict[str, Cue] = {}
        self.directions: dict[str, Cue] = {}
        self.words: dict[str, Cue] = {}
        self.subjects: dict[str, Subject] = {}
        self.parts: dict[str, Part] = {}
        self.sections: dict[str, Section] = {}
        self.reasons: list[str] = []
        self.lists: list[str] = []
        self.units: list[str] = []
        self.heads: list[str] = []
        for file in files:
            self.measures |= {m.id: m for m in file.measures}
            self.bases |= {c.id: c for c in file.bases}
            self.directions |= {c.id: c for c in file.directions}
            self.words |= {c.id: c for c in file.words}
            self.subjects |= {s.id: s for s in file.subjects}
            self.sections |= {s.id: s for s in file.sections}
            self.parts |= {p.id: p for p in file.parts}
            self.reasons += file.reasons
            self.lists += file.lists
            self.units += file.units
            self.heads += file.heads

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
        return found
