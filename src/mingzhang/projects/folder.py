"""A project read from its folder, and a new one written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mingzhang.binding.asked import label
from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.documents import UnreadableError
from mingzhang.projects.archive import last_year
from mingzhang.projects.evaluation import evaluated
from mingzhang.projects.figures_file import read_figures
from mingzhang.projects.indicator_files import read_plans
from mingzhang.projects.last_year import LastYear, with_archive
from mingzhang.projects.project import FIGURES, FORMAT, UNIT, Project, address, key_of
from mingzhang.projects.unit_file import UnitFile, read_unit, write_unit
from mingzhang.projects.workbook import figures_workbook
from mingzhang.taxonomy import Library, Standards
from mingzhang.writers import write_bytes


def read_project(folder: Path, library: Library, archive: Path | None = None) -> tuple[Project, Standards]:
    """The project in ``folder`` with its standards; raises ProjectError with every fault.

    Last year's figures come from ``archive``, or from the one that the project names.
    """
    unit, standards = read_unit(folder, library)
    read = read_figures(folder, standards)
    archive = archive or unit.archive_of(folder)
    last = LastYear(read.figures, notes=list(read.notes))
    if archive is None and unit.corrections:
        last.notes.append(f"“{UNIT}”的 corrections 没有用到：没有写 archive，上年数不与归档比较。")
    if archive is not None:
        closed = last_year(archive, unit.name, unit.scope, unit.year)
        if closed is None:
            last.notes.append(f"归档“{archive}”中没有{unit.name}{unit.year - 1}年度（{unit.scope}）的决算。")
        else:
            reasons = {key: why for where, why in unit.corrections.items() if (key := key_of(where))}
            last = with_archive(read.figures, closed, reasons, standards, unit.year)
            last.notes += read.notes
    plans = read_plans(folder, unit, library, standards)
    found = evaluated(unit.contents(last.figures), plans, read.sources, standards)
    project = Project(
        folder,
        unit.code,
        standards.edition.id,
        found.contents,
        found.sources,
        read.completed,
        last.notes,
        last.corrections,
        found.conflicts,
        read.blanks,
        any(key[0] in standards.forms for key in read.figures),
    )
    return project, standards


def write_project(
    folder: Path,
    contents: Contents,
    code: str,
    standards: Standards,
    archive: Path | None = None,
    composed: Composed | None = None,
) -> list[Path]:
    """A new project with ``contents`` in ``folder`` that takes last year's figures from ``archive``.

    ``composed`` is the text of ``contents`` where it is known. Gives the files written.

    Raises UnreadableError where the folder holds a project already or cannot be written.
    """
    files = [folder / UNIT, folder / FIGURES]
    for path in files:
        if path.exists():
            raise UnreadableError(f"“{path}”已经存在，没有改动；请换一个文件夹，或先移走原来的文件。")
    composed = disclosure(contents, standards)[1] if composed is None else composed
    unit = UnitFile(
        FORMAT,
        contents.entity,
        contents.year,
        standards.edition.id,
        code,
        contents.scope,
        contents.report,
        dict(contents.names),
        dict(contents.texts),
        {address(key): text for key, text in contents.reasons.items()},
        "" if archive is None else _from(archive, folder),
    )
    texts = {name: standards.outlines.texts[name] for name in _texts_of(composed)}
    sentences = {address(gap.key): gap.sentence for gap in composed.gaps if gap.kind == "reason"}
    data = write_unit(unit, texts, sentences), figures_data(contents, composed, standards)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(files, data):
            write_bytes(content, path)
    except OSError as error:
        raise UnreadableError(f"无法写入“{folder}”，请检查路径和写入权限。") from error
    return files


def _from(archive: Path, folder: Path) -> str:
    """The way to the archive from the folder; on another drive the whole way."""
    try:
        return Path(os.path.relpath(archive, folder)).as_posix()
    except ValueError:
        return archive.absolute().as_posix()


def figures_data(contents: Contents, composed: Composed, standards: Standards) -> bytes:
    """The workbook of the figures of ``contents``, with places for what their text ``composed`` asks for."""
    known = {*standards.forms, *standards.sheets}
    entered = [key for key in contents.figures if key[0].partition("#")[0] not in known]
    asked = [label(key, standards, contents.year) for key in dict.fromkeys([*composed.asked, *entered])]
    return figures_workbook(contents, asked, standards)


def _texts_of(composed: Composed) -> Sequence[str]:
    """The texts that the outlines call for and that the unit has not written."""
    return [gap.key[1] for gap in composed.gaps if gap.kind == "text" and "/" not in gap.key[1]]
