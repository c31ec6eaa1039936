"""From a project to the files of its documents: composed, checked as any other, written whole or not."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.compose_text import Composed, Gap
from mingzhang.binding.disclosure import REPORT, WHOLE, Contents, disclosure
from mingzhang.binding.overview import overview
from mingzhang.binding.separate import SPECIAL, documents
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.documents import Document, UnreadableError
from mingzhang.jobs import Crew, usual
from mingzhang.projects.extract import Identified
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.previous import Carried, carried, mark, with_carried
from mingzhang.projects.project import UNIT, Conflict, Project, ProjectError
from mingzhang.submissions import Work, usable
from mingzhang.takeovers import read_source
from mingzhang.taxonomy import Library
from mingzhang.writers import SUFFIXES, write

BANNER = "草稿：尚有未填写或未更正的内容，不得公开"
_LONGEST = 80
FORMATS = tuple(suffix[1:] for suffix in SUFFIXES)
DRAWN = ("pdf", "html")
"""The formats that show drawings."""


@dataclass(slots=True)
class Draft:
    """Documents as composed: what they lack, what is wrong with them, and the files that were written.

    ``carried`` are last year's texts that stand in them until somebody has read them.
    """

    project: Project
    documents: Sequence[Document]
    gaps: Sequence[Gap]
    findings: Sequence[Finding]
    carried: Sequence[Carried] = ()
    files: list[Path] = field(default_factory=list)

    @property
    def document(self) -> Document:
        """The document, of several the first."""
        return self.documents[0]

    @property
    def refused(self) -> bool:
        """Whether it may only be written as a draft."""
        return bool(self.gaps or self.carried) or any(found.severity == ERROR for found in self.findings)


@dataclass(slots=True)
class Outcome:
    """What became of one of many projects: its files, what kept it from being written, or a fault."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    gaps: int = 0
    errors: int = 0
    fault: str = ""


class Composer:
    """Composes projects, for one choice of standards, formats, documents, drafts and overviews."""

    def __init__(
        self,
        overlay: Path | None,
        formats: Sequence[str] = (),
        as_draft: bool = False,
        with_overview: bool = False,
        kind: str = WHOLE,
    ) -> None:
        self.overlay, self.formats, self.as_draft = overlay, formats, as_draft
        self.with_overview, self.kind = with_overview, kind
        self.library: Library = usable(None, overlay)

    def __call__(self, step: str, *arguments: Path) -> Outcome:
        """The one step, for a process that only passes tasks on."""
        return self.outcome(*arguments)

    def draft(self, folder: Path, previous: Path | None = None) -> Draft:
        """The documents of the project in ``folder``, checked; ``previous`` is last year's, for texts.

        Raises ProjectError, and UnreadableError where ``previous`` cannot be read.
        """
        project, standards = read_project(folder, self.library)
        contents = project.contents
        found = documents(self.kind, contents, standards)
        if not found:
            raise ProjectError(folder, [_NOTHING[self.kind]])
        texts: list[Carried] = []
        if previous is not None:
            work = Work(None, self.overlay, keep=True)
            before = read_source(previous, work, otherwise=Identified(contents.entity, contents.year - 1))
            lacking = Composed(gaps=[gap for _, done in found for gap in done.gaps])
            texts = carried(contents, before.extracted.contents, lacking)
            found = documents(self.kind, with_carried(contents, texts), standards)
        own = Work(project.edition, self.overlay)
        findings = [*map(_conflict, project.conflicts)]
        for document, _ in found:
            if previous is not None:
                mark(document)
            findings += (one for one in own.findings(document) if one.severity != ROUNDING)
        gaps = [gap for _, done in found for gap in done.gaps]
        return Draft(project, [document for document, _ in found], gaps, findings, texts)

    def compose(self, folder: Path, output: Path | None, previous: Path | None = None) -> Draft:
        """The documents of a project, written into ``output`` unless they are refused."""
        composed = self.draft(folder, previous)
        if output is not None and (self.as_draft or not composed.refused):
            write_all(composed, self.formats, output, self.page(composed) if self.with_overview else None)
        return composed

    def page(self, composed: Draft) -> Document:
        """The overview of a composed disclosure on one page."""
        contents = composed.project.contents
        standards = self.library.standards(composed.project.edition)
        whole = composed.document if self.kind == WHOLE else disclosure(contents, standards)[0]
        page = overview(whole, contents.figures, contents.printed_names, standards)
        page.banner = BANNER if composed.refused else ""
        return page

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
    with_overview: bool = False,
    overlay: Path | None,
    jobs: int | None,
    kind: str = WHOLE,
) -> Iterator[tuple[int, Outcome]]:
    """Composes projects over ``jobs`` processes, each into a folder of its own; gives their outcomes."""
    workers = min(usual(len(folders)) if jobs is None else jobs, len(folders))
    tasks = (("compose", folder, output / folder.name) for folder in folders)
    with Crew(Composer, (overlay, formats, as_draft, with_overview, kind), workers, None) as crew:
        for number, result in crew.results(tasks):
            if isinstance(result, Exception):
                result = Outcome(folders[number], fault=f"生成“{folders[number]}”时程序出错：{result}")
            yield number, result


_NOTHING = {
    REPORT: f"“{UNIT}”的 report 是空的，没有自评报告的提纲；请写 report: report 再试。",
    SPECIAL: f"没有专项资金的内容；请在“{UNIT}”的 texts 中写出各项目的文字，例如“project_use/项目名称”。",
}
"""What is said where a project has no documents of a kind."""


def _conflict(found: Conflict) -> Finding:
    """A figure that the project has twice, and not the same."""
    message = (
        f"{found.label}：{found.where}为{found.used}，{found.elsewhere}为{found.other}，两处不同；"
        "成文用的是前者，请核对，并删去或改正其中一处。"
    )
    return Finding("project.values_differ", ERROR, message, [], subject=("project", *found.key))


def write_all(composed: Draft, formats: Sequence[str], output: Path, page: Document | None = None) -> None:
    """Writes the documents into ``output``, all formats or none; a draft says so on every page.

    The overview ``page`` is written beside it, in the formats that show drawings. Raises UnreadableError
    where the folder cannot be written.
    """
    wanted = [(document, formats) for document in composed.documents]
    wanted += [(page, DRAWN)] if page is not None else []
    for document in composed.documents:
        document.banner = BANNER if composed.refused else document.banner
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output, prefix=".mingzhang-") as folder:
            made: list[Path] = []
            for document, suffixes in wanted:
                stem = _file_name(document.title, {path.stem for path in made})
                for name in suffixes:
                    made.append(Path(folder) / f"{stem}.{name}")
                    write(document, made[-1])
            for path in made:
                path.replace(output / path.name)
                composed.files.append(output / path.name)
    except OSError as error:
        raise UnreadableError(
            f"无法写入“{output}”，请检查路径、写入权限，以及文件是否正被其他程序打开。"
        ) from error


def _file_name(title: str, taken: Collection[str]) -> str:
    """The title as a name of a file that none of ``taken`` has."""
    plain = "".join("_" if char in '\\/:*?"<>|' else char for char in title)[:_LONGEST]
    names = (plain, *(f"{plain}（{number}）" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def new(folder: Path, name: str, year: int, library: Library, edition: str | None = None) -> list[Path]:
    """A blank project; raises UnreadableError where there is one already."""
    chosen = edition or library.nearest(year, None).id
    return write_project(folder, Contents(name, year), "", library.standards(chosen))
