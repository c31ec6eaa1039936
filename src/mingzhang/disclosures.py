"""From a project to the files of a disclosure: composed, checked as any other, written whole or not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.compose_text import Gap
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.documents import Document, UnreadableError
from mingzhang.jobs import Crew, usual
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.project import UNIT, Project
from mingzhang.submissions import Work, usable
from mingzhang.taxonomy import Library
from mingzhang.templates.filling import Checked, Filled, TemplateError, check, fill
from mingzhang.writers import SUFFIXES, write, write_bytes

BANNER = "草稿：尚有未填写或未更正的内容，不得公开"
FORMATS = tuple(suffix[1:] for suffix in SUFFIXES)


@dataclass(slots=True)
class Draft:
    """A disclosure as composed: what it lacks, what is wrong with it, and the files that were written.

    With a template, ``filled`` is the template filled, and ``document`` what reading finds in it.
    """

    project: Project
    document: Document
    gaps: Sequence[Gap]
    findings: Sequence[Finding]
    filled: Filled | None = None
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
    """Composes projects, for one choice of standards, formats and whether drafts are wanted.

    ``template`` is filled instead of the outline, and gives the format.
    """

    def __init__(
        self,
        overlay: Path | None,
        formats: Sequence[str] = (),
        as_draft: bool = False,
        template: Path | None = None,
    ) -> None:
        self.overlay, self.formats, self.as_draft, self.template = overlay, formats, as_draft, template
        self.library: Library = usable(None, overlay)

    def __call__(self, step: str, *arguments: Path) -> Outcome:
        """The one step, for a process that only passes tasks on."""
        return self.outcome(*arguments)

    def draft(self, folder: Path) -> Draft:
        """The disclosure of the project in ``folder``, checked.

        Raises ProjectError, and UnreadableError for a template that cannot be used.
        """
        project, standards = read_project(folder, self.library)
        document, composed = disclosure(project.contents, standards)
        gaps: Sequence[Gap] = composed.gaps
        filled = None
        if self.template is not None:
            filled = fill(self.template, project.contents, standards, document.title, BANNER)
            document, gaps = filled.document, filled.gaps
        found = Work(project.edition, self.overlay).findings(document)
        return Draft(project, document, gaps, [one for one in found if one.severity != ROUNDING], filled)

    def compose(self, folder: Path, output: Path | None) -> Draft:
        """The disclosure of a project, written into ``output`` unless it is refused."""
        composed = self.draft(folder)
        if output is not None and (self.as_draft or not composed.refused):
            write_all(composed, self.formats, output, self.template)
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
    template: Path | None = None,
) -> Iterator[tuple[int, Outcome]]:
    """Composes projects over ``jobs`` processes, each into a folder of its own; gives their outcomes."""
    workers = min(usual(len(folders)) if jobs is None else jobs, len(folders))
    tasks = (("compose", folder, output / folder.name) for folder in folders)
    with Crew(Composer, (overlay, formats, as_draft, template), workers, None) as crew:
        for number, result in crew.results(tasks):
            if isinstance(result, Exception):
                result = Outcome(folders[number], fault=f"生成“{folders[number]}”时程序出错：{result}")
            yield number, result


def check_template(template: Path, library: Library, project: Path | None, edition: str | None) -> Checked:
    """What is to be said of a template, for a project or for an edition, by default the newest national one.

    Raises ProjectError, and UnreadableError for a template that cannot be used.
    """
    if project is not None:
        known, standards = read_project(project, library)
        if edition not in (None, known.edition):
            standards = library.standards(edition or "")
        return check(template, standards, known.contents.year, known.contents)
    standards = library.standards(edition or library.nearest(None, None).id)
    return check(template, standards, standards.edition.year, None)


def write_all(composed: Draft, formats: Sequence[str], output: Path, template: Path | None = None) -> None:
    """Writes the disclosure into ``output``, all formats or none; a draft says so on every page.

    By a template it is one file in the template's own format, whose draft says so in a first line (Word) or
    in the page headers (Excel). Raises UnreadableError where the folder cannot be written, or the template
    would be written over.
    """
    document, filled = composed.document, composed.filled
    if composed.refused:
        document.banner = BANNER
    if filled is not None:
        formats = [filled.suffix[1:]]
        aim = output / f"{_file_name(document.title)}{filled.suffix}"
        if template is not None and aim.exists() and aim.samefile(template):
            raise TemplateError(f"“{aim}”就是模板本身，没有改动；请用 --output 另指定一个文件夹。")
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output, prefix=".mingzhang-") as folder:
            made = [Path(folder) / f"{_file_name(document.title)}.{name}" for name in formats]
            for path in made:
                if filled is None:
                    write(document, path)
                else:
                    write_bytes(filled.draft if composed.refused else filled.data, path)
            for path in made:
                path.replace(output / path.name)
                composed.files.append(output / path.name)
    except OSError as error:
        raise UnreadableError(
            f"无法写入“{output}”，请检查路径、写入权限，以及文件是否正被其他程序打开。"
        ) from error


def _file_name(title: str) -> str:
    return "".join("_" if char in '\\/:*?"<>|' else char for char in title)[:80]


def new(folder: Path, name: str, year: int, library: Library, edition: str | None = None) -> list[Path]:
    """A blank project; raises UnreadableError where there is one already."""
    chosen = edition or library.nearest(year, None).id
    return write_project(folder, Contents(name, year), "", library.standards(chosen))
