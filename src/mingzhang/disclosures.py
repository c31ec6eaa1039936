"""From a project to the files of a disclosure: composed, checked as any other, written whole or not."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.compose_text import Gap
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.documents import Document, UnreadableError
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.project import Project
from mingzhang.submissions import Work
from mingzhang.taxonomy import Library
from mingzhang.writers import SUFFIXES, write

BANNER = "草稿：尚有未填写或未更正的内容，不得公开"
FORMATS = tuple(suffix[1:] for suffix in SUFFIXES)


@dataclass(slots=True)
class Draft:
    """A disclosure as composed: what it lacks, what is wrong with it, and the files that were written."""

    project: Project
    document: Document
    gaps: Sequence[Gap]
    findings: Sequence[Finding]
    files: list[Path] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether it may only be written as a draft."""
        return bool(self.gaps) or any(found.severity == ERROR for found in self.findings)


def draft(folder: Path, library: Library, overlay: Path | None = None) -> Draft:
    """The disclosure of the project in ``folder``, checked; raises ProjectError."""
    project, standards = read_project(folder, library)
    document, composed = disclosure(project.contents, standards)
    work = Work(project.edition, overlay)
    findings = [found for found in work.findings(document) if found.severity != ROUNDING]
    return Draft(project, document, composed.gaps, findings)


def write_all(composed: Draft, formats: Sequence[str], output: Path) -> None:
    """Writes the disclosure into ``output``, all formats or none; a draft says so on every page.

    Raises UnreadableError where the folder cannot be written.
    """
    document = composed.document
    if composed.refused:
        document.banner = BANNER
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output, prefix=".mingzhang-") as folder:
            made = [Path(folder) / f"{_file_name(document.title)}.{name}" for name in formats]
            for path in made:
                write(document, path)
            for path in made:
                path.replace(output / path.name)
                composed.files.append(output / path.name)
    except OSError as error:
        raise UnreadableError(f"无法写入“{output}”，请检查路径、写入权限，以及文件是否正被打开。") from error


def _file_name(title: str) -> str:
    return "".join("_" if char in '\\/:*?"<>|' else char for char in title)[:80]


def new(folder: Path, name: str, year: int, library: Library, edition: str | None = None) -> list[Path]:
    """A blank project; raises UnreadableError where there is one already."""
    chosen = edition or library.nearest(year, None).id
    return write_project(folder, Contents(name, year), "", library.standards(chosen))
