"""From an existing disclosure to a project: read as any other, taken over, held beside what it composes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.asked import label
from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.checking.outcome import Submission
from mingzhang.documents import UnreadableError
from mingzhang.facts import FactSet, Key
from mingzhang.projects.extract import Extracted, Identified, extract
from mingzhang.projects.folder import write_project
from mingzhang.projects.likeness import Difference, Likeness, compare, observed
from mingzhang.readers import SUFFIXES, misnamed
from mingzhang.readers.container import Sources
from mingzhang.submissions import Group, Work, group
from mingzhang.taxonomy import Standards

_NAMED = 3
"""So many of the figures that another is worked out from are named."""


@dataclass(slots=True)
class Taken:
    """A project made from a disclosure: its files, and how far it says the same again.

    ``left`` are sentences that have no place in it, ``lacks`` how many figures, reasons and texts are still
    to be given; ``facts`` are those of the disclosure, ``composed`` the text of the project.
    """

    files: list[Path]
    contents: Contents
    standards: Standards
    likeness: Likeness
    left: Sequence[str]
    lacks: int
    notes: Sequence[str]
    facts: FactSet
    composed: Composed

    def decided(self, found: Difference) -> tuple[str, str, str]:
        """What the disclosure says twice and not the same, what was not taken and what was, with places."""
        sources = self._sources(found.key)
        not_taken = f"{found.place.describe()}的{found.printed}"
        if sources == [found.key]:
            return self.called(found.key), not_taken, f"{found.composed}{self._where(found.key)}"
        own = label(found.key, self.standards, self.contents.year).part
        told = "、".join(f"{self._named(key, own)}{self._where(key)}" for key in sources[:_NAMED])
        more = f"等{len(sources)}个数" if len(sources) > _NAMED else ""
        how = f"取自{told}" if len(sources) == 1 else f"由{told}{more}算得"
        return self.called(found.key), not_taken, f"{found.composed}，{how}"

    def _named(self, key: Key, part: str) -> str:
        """What the figure at ``key`` is called where ``part`` is spoken of."""
        found = label(key, self.standards, self.contents.year)
        return f"{found.name}{found.measure}" if found.part == part else found.text

    def _sources(self, key: Key) -> list[Key]:
        """The figures that the one at ``key`` is worked out from; itself where it is taken over."""
        found: dict[Key, None] = {}
        open_, seen = [key], {key}
        while open_:
            one = open_.pop()
            parts = [part for part in self.composed.parts.get(one, ()) if part not in seen]
            seen.update(parts)
            open_ += reversed(parts)
            if not parts:
                found[one] = None
        return list(found)

    def _where(self, key: Key) -> str:
        """Where the disclosure states a figure that was taken over, with the figure."""
        number = self.facts.index.get(key)
        if number is None:
            return f"（{self.contents.figures[key]}）" if self.contents.figures.get(key) else ""
        return f"（{self.facts.places[number].describe()}：{self.facts.printed[number]}）"

    def called(self, key: Key) -> str:
        """What the figure at ``key`` is called."""
        return label(key, self.standards, self.contents.year).text


def new_from(folder: Path, source: Path, work: Work, name: str | None, year: int | None) -> Taken:
    """A project from the disclosure in ``source``, of ``name`` and ``year`` where they are given.

    Raises UnreadableError where the source cannot be read, or is of several units or years.
    """
    found = read_source(source, work, name, year)
    contents, standards, facts = found.extracted.contents, found.submission.standards, found.submission.facts
    document, composed = disclosure(contents, standards)
    likeness = compare(facts, observed(document, standards, contents.year), standards)
    written = write_project(folder, contents, found.extracted.code, standards, composed=composed)
    return Taken(
        written,
        contents,
        standards,
        likeness,
        found.extracted.left,
        len(composed.gaps),
        [*found.misread, *found.notes],
        facts,
        composed,
    )


class Source(NamedTuple):
    """A disclosure as read, and what a project takes from it; ``misread`` names texts called otherwise."""

    extracted: Extracted
    submission: Submission
    notes: list[str]
    misread: list[str]


def read_source(
    source: Path,
    work: Work,
    name: str | None = None,
    year: int | None = None,
    otherwise: Identified | None = None,
) -> Source:
    """What ``source`` gives; whose it is by ``name`` and ``year``, by itself, or else ``otherwise``."""
    with Sources([source], SUFFIXES) as found:
        seen = [work.understand(number, each) for number, each in enumerate(found.files)]
        files = [file for file, _ in seen]
        for file in files:
            if file.error is not None:
                raise UnreadableError(f"“{file.path}”：{file.error}")
        groups = group(files)
        if len(groups) != 1:
            raise UnreadableError(_not_one(source, groups))
        numbers = groups[0].files
        sources, parts = [found.files[n] for n in numbers], [seen[n][1] for n in numbers]
        entries, submission, notes = work.gather(groups[0], sources, [files[n] for n in numbers], parts)
    misread = [
        f"“{Path(file.path).name}”的{note}" for file in entries if (note := misnamed(file.path, file.format))
    ]
    entity = name or submission.entity or (otherwise.entity if otherwise else "")
    of_year = year or submission.year or (otherwise.year if otherwise else 0)
    if not entity or not of_year:
        lacking = "单位名称，请用 --name" if not entity else "决算年度，请用 --year"
        raise UnreadableError(f"“{source}”中看不出{lacking} 指定。")
    documents = [file.document for file in entries if file.document is not None]
    taken = extract(Identified(entity, of_year), submission.facts, documents, submission.standards)
    return Source(taken, submission, [*found.notes, *notes], misread)


def _not_one(source: Path, groups: Sequence[Group]) -> str:
    if not groups:
        return f"“{source}”中没有可以读取的文件。"
    told = "、".join(f"{g.identity.entity or '名称不详'}{g.identity.year or ''}" for g in groups)
    return f"“{source}”中有{len(groups)}个单位或年度的文件（{told}），请只给出一个单位一个年度的文件。"
