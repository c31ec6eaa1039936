"""Closed years into the archive: from a disclosure that was checked, or from a project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.compose import as_printed
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import identify, recognise
from mingzhang.checking.finding import ERROR, Finding
from mingzhang.disclosures import Composer, Order
from mingzhang.documents import Document, UnreadableError, squash
from mingzhang.facts import FactSet, Key
from mingzhang.projects.archive import ClosedYear, called, closed, closed_year_file, lock_in, standards_of
from mingzhang.projects.project import UNIT
from mingzhang.projects.unit_file import SCOPES, read_unit
from mingzhang.readers import read_document
from mingzhang.submissions import Work
from mingzhang.taxonomy import Library, Standards

_SCOPE = re.compile(r"(部门|单位)决算")
_OPENING = 12
_TOLD = 5


class Added(NamedTuple):
    """What became of a year that was to be archived: its file, whether it is new, what changed, by name."""

    closed: ClosedYear
    path: Path
    is_new: bool
    changed: Mapping[str, tuple[str, str]]


def add(
    source: Path,
    archive: Path | None,
    library: Library,
    overlay: Path | None = None,
    reason: str | None = None,
) -> Added:
    """Archive the year of a project's folder or of a disclosure; ``reason`` is why another is replaced.

    Without ``archive`` it is the one that the project names. Raises UnreadableError for what is not right
    yet or archived already with other figures.
    """
    if (source / UNIT).exists():
        unit, _ = read_unit(source, library)
        archive = archive or unit.archive_of(source)
        year = _of_project(source, library, overlay)
    else:
        year = _of_file(source, library, overlay)
    if archive is None:
        raise UnreadableError("没有指定归档文件夹；请用 --archive 指定，或写在项目 unit.yaml 的 archive 中。")
    there = closed_year_file(archive, year.name, year.scope, year.year).exists()
    standards = standards_of(year, library)
    path, changed = lock_in(archive, year, reason, standards)
    told = {called(where, year.year, standards).text: pair for where, pair in changed.items()}
    return Added(year, path, not there or bool(changed), told)


def _of_project(folder: Path, library: Library, overlay: Path | None) -> ClosedYear:
    draft = Composer(Order(overlay=overlay)).draft(folder)
    if draft.gaps:
        raise UnreadableError(
            f"项目“{folder}”还缺{len(draft.gaps)}处，没有归档；用 mingzhang compose 查看并补齐。"
        )
    _refuse(folder, draft.findings)
    contents = draft.project.contents
    standards = library.standards(draft.project.edition)
    figures = figures_of(draft.document, standards, contents.year)
    return closed(contents.entity, contents.scope, contents.year, draft.project.edition, figures)


def _of_file(path: Path, library: Library, overlay: Path | None) -> ClosedYear:
    try:
        document = read_document(path)
    except UnreadableError as error:
        raise UnreadableError(f"“{path}”无法读取：{error}") from error
    identity = identify(document, library)
    if identity.entity is None or identity.year is None:
        raise UnreadableError(
            f"“{path}”看不出单位名称或年度，没有归档；请给出整份决算公开文件，或从项目归档。"
        )
    _refuse(path, Work(None, overlay).findings(document))
    edition = library.nearest(identity.year, identity.jurisdiction)
    figures = figures_of(document, library.standards(edition.id), identity.year)
    if not figures:
        raise UnreadableError(f"“{path}”中没有决算公开的表，没有归档。")
    return closed(identity.entity, _scope(document), identity.year, edition.id, figures)


def _refuse(path: Path, findings: Sequence[Finding]) -> None:
    """Raises UnreadableError where an error is open."""
    errors = [found.message for found in findings if found.severity == ERROR]
    if errors:
        more = f"等{len(errors)}处" if len(errors) > _TOLD else ""
        raise UnreadableError(
            f"“{path}”有错误，没有归档，请先更正：\n" + "\n".join(f"  {one}" for one in errors[:_TOLD]) + more
        )


def _scope(document: Document) -> str:
    """Whether a unit's or a department's accounts are disclosed, by the first lines."""
    for paragraph in list(document.paragraphs())[:_OPENING]:
        match = _SCOPE.search(squash(paragraph.text))
        if match:
            return match[1]
    return SCOPES[0]


def figures_of(document: Document, standards: Standards, year: int) -> dict[Key, str]:
    """The figures of a disclosure that the next year needs, as published: of its tables, and of its text what
    no table has and the next disclosure compares with."""
    found: dict[Key, str] = {}
    for fact in recognise(document, 0, standards).facts:
        form = standards.forms.get(fact.key[0])
        if form is not None:
            found.setdefault(fact.key, as_printed(form, fact.key[2], fact.printed.replace(",", "")))
    wanted = {(section, row, "final") for section, row in _compared(standards, year)}
    facts = FactSet()
    read_text(document, 0, standards, year, facts)
    for key, printed in zip(facts.keys, facts.printed):
        if key in wanted:
            found.setdefault(key, printed.replace(",", ""))
    return found


def _compared(standards: Standards, year: int) -> list[tuple[str, str]]:
    """Sections and subjects whose figure of the year before somebody has to enter."""
    _, composed = disclosure(Contents("单位", year), standards)
    return [(section, row) for section, row, measure in composed.asked if measure == "prior"]
