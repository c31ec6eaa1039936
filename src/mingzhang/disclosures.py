"""From a project to the files of a disclosure: composed, checked as any other, written whole or not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.asked import label
from mingzhang.binding.compose_text import Gap
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Key
from mingzhang.jobs import Crew, usual
from mingzhang.projects.extract import Identified, extract
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.likeness import Likeness, compare, observed
from mingzhang.projects.project import UNIT, Project
from mingzhang.readers import SUFFIXES
from mingzhang.readers.container import Sources
from mingzhang.submissions import Group, Work, group, usable
from mingzhang.taxonomy import Library, Standards
from mingzhang.writers import SUFFIXES as WRITTEN
from mingzhang.writers import write

BANNER = "草稿：尚有未填写或未更正的内容，不得公开"
FORMATS = tuple(suffix[1:] for suffix in WRITTEN)


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


@dataclass(slots=True)
class Outcome:
    """What became of one of many projects: its files, what kept it from being written, or a fault."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    gaps: int = 0
    errors: int = 0
    fault: str = ""


class Composer:
    """Composes projects, for one choice of standards, formats and whether drafts are wanted."""

    def __init__(self, overlay: Path | None, formats: Sequence[str] = (), as_draft: bool = False) -> None:
        self.overlay, self.formats, self.as_draft = overlay, formats, as_draft
        self.library: Library = usable(None, overlay)

    def __call__(self, step: str, *arguments: Path) -> Outcome:
        """The one step, for a process that only passes tasks on."""
        return self.outcome(*arguments)

    def draft(self, folder: Path) -> Draft:
        """The disclosure of the project in ``folder``, checked; raises ProjectError."""
        project, standards = read_project(folder, self.library)
        document, composed = disclosure(project.contents, standards)
        found = Work(project.edition, self.overlay).findings(document)
        return Draft(project, document, composed.gaps, [one for one in found if one.severity != ROUNDING])

    def compose(self, folder: Path, output: Path | None) -> Draft:
        """The disclosure of a project, written into ``output`` unless it is refused."""
        composed = self.draft(folder)
        if output is not None and (self.as_draft or not composed.refused):
            write_all(composed, self.formats, output)
        return composed

    def outcome(self, folder: Path, output: Path) -> Outcome:
        """The same for one of many; a fault is told, not raised."""
        try:
            composed = self.compose(folder, output)
        except UnreadableError as error:
            return Outcome(folder, fault=str(error))
        errors = sum(one.severity == ERROR for one in composed.findings)
        return Outcome(folder, composed.files, len(composed.gaps), errors)


def projects_in(folder: Path) -> list[Path]:
    """The projects right below ``folder``, by name; empty where it is a project itself."""
    if (folder / UNIT).exists() or not folder.is_dir():
        return []
    return sorted(path.parent for path in folder.glob(f"*/{UNIT}"))


def compose_many(
    folders: Sequence[Path],
    output: Path,
    formats: Sequence[str],
    *,
    as_draft: bool,
    overlay: Path | None,
    jobs: int | None,
) -> Iterator[tuple[int, Outcome]]:
    """Composes projects over ``jobs`` processes, each into a folder of its own; gives their outcomes."""
    workers = min(usual(len(folders)) if jobs is None else jobs, len(folders))
    tasks = (("compose", folder, output / folder.name) for folder in folders)
    with Crew(Composer, (overlay, formats, as_draft), workers, None) as crew:
        for number, result in crew.results(tasks):
            if isinstance(result, Exception):
                result = Outcome(folders[number], fault=f"生成“{folders[number]}”时程序出错：{result}")
            yield number, result


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
        raise UnreadableError(
            f"无法写入“{output}”，请检查路径、写入权限，以及文件是否正被其他程序打开。"
        ) from error


def _file_name(title: str) -> str:
    return "".join("_" if char in '\\/:*?"<>|' else char for char in title)[:80]


@dataclass(slots=True)
class Taken:
    """A project made from a disclosure: its files, and how far it says the same again.

    ``left`` are sentences that have no place in it, ``lacks`` how many figures, reasons and texts are still
    to be given.
    """

    files: list[Path]
    contents: Contents
    standards: Standards
    likeness: Likeness
    left: Sequence[str]
    lacks: int
    notes: Sequence[str]

    def called(self, key: Key) -> str:
        """What the figure at ``key`` is called."""
        return label(key, self.standards, self.contents.year).text


def new_from(folder: Path, source: Path, work: Work, name: str | None, year: int | None) -> Taken:
    """A project from the disclosure in ``source``, of ``name`` and ``year`` where they are given.

    Raises UnreadableError where the source cannot be read, or is of several units or years.
    """
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
        own = [files[n] for n in numbers], [found.files[n] for n in numbers], [seen[n][1] for n in numbers]
        entries, submission, notes = work.gather(groups[0], own[1], own[0], own[2])
        documents = [file.document for file in entries if file.document is not None]
    whose = Identified(name or submission.entity or "", year or submission.year or 0)
    if not whose.entity or not whose.year:
        lacking = "单位名称，请用 --name" if not whose.entity else "决算年度，请用 --year"
        raise UnreadableError(f"“{source}”中看不出{lacking} 指定。")
    standards = submission.standards
    taken = extract(whose, submission.facts, documents, standards)
    document, composed = disclosure(taken.contents, standards)
    likeness = compare(submission.facts, observed(document, standards, whose.year), standards)
    written = write_project(folder, taken.contents, taken.code, standards)
    notes = found.notes + notes
    return Taken(written, taken.contents, standards, likeness, taken.left, len(composed.gaps), notes)


def _not_one(source: Path, groups: Sequence[Group]) -> str:
    if not groups:
        return f"“{source}”中没有可以读取的文件。"
    told = "、".join(f"{g.identity.entity or '名称不详'}{g.identity.year or ''}" for g in groups)
    return f"“{source}”中有{len(groups)}个单位或年度的文件（{told}），请只给出一个单位一个年度的文件。"


def new(folder: Path, name: str, year: int, library: Library, edition: str | None = None) -> list[Path]:
    """A blank project; raises UnreadableError where there is one already."""
    chosen = edition or library.nearest(year, None).id
    return write_project(folder, Contents(name, year), "", library.standards(chosen))
