"""From a project to the files of a disclosure: composed, checked as any other, written whole or not."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.asked import label
from mingzhang.binding.compose_text import Composed, Gap
from mingzhang.binding.disclosure import REPORT, WHOLE, Contents, disclosure
from mingzhang.binding.overview import overview
from mingzhang.binding.separate import SPECIAL, documents
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.documents import Document, Paragraph, UnreadableError
from mingzhang.facts import Key
from mingzhang.jobs import Crew, usual
from mingzhang.outlines import LAST, PRIOR
from mingzhang.projects.extract import Identified
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.missing import Due, missing
from mingzhang.projects.previous import Carried, carried, mark, remarks, with_carried
from mingzhang.projects.project import UNIT, Conflict, Project, ProjectError
from mingzhang.projects.queries import contradicted, misaddressed, unused, without_annex
from mingzhang.projects.scale import off_scale
from mingzhang.provenance import Place
from mingzhang.submissions import Work, usable, without_part
from mingzhang.takeovers import read_source
from mingzhang.taxonomy import Library, Standards
from mingzhang.templates.filling import Checked, Filled, TemplateError, check, fill
from mingzhang.writers import SUFFIXES, write, write_bytes
from mingzhang.writers.glyphs import lacking

DIFFERS = "archive.differs"
"""The finding of a figure that differs from the archive: it is about the project, not about the document."""

BANNER = "草稿：尚有未填写或未更正的内容，不得公开"
_DRAFT = "（草稿）"
"""What the name of a draft's file ends with, so that no draft replaces a finished file."""

_LONGEST = 80
FORMATS = tuple(suffix[1:] for suffix in SUFFIXES)
DRAWN = ("pdf", "html")
"""The formats that show drawings."""


@dataclass(slots=True)
class Draft:
    """Documents as composed: what they lack, what is wrong with them, and the files that were written.

    ``carried`` are last year's texts that stand in them until somebody has read them. With a template,
    ``filled`` is the template filled, and the document what reading finds in it. ``uncompared`` are last
    year's figures that the text would be compared with and that nobody has given. ``notes`` say what
    the unit has given that is not used, and what a file does not show.
    """

    project: Project
    documents: Sequence[Document]
    gaps: Sequence[Gap]
    findings: Sequence[Finding]
    standards: Standards
    carried: Sequence[Carried] = ()
    filled: Filled | None = None
    uncompared: Sequence[Key] = ()
    notes: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def called(self, key: Key) -> str:
        """What the figure at ``key`` is called."""
        return label(key, self.standards, self.project.contents.year).text

    def missing(self, kind: str = "") -> Mapping[str, Sequence[Due]]:
        """What is to be filled in, by place; only gaps of ``kind`` if it is given."""
        gaps = [gap for gap in self.gaps if kind in ("", gap.kind)]
        return missing(gaps, self.project, self.standards)

    def missing_last_year(self) -> Mapping[str, Sequence[Due]]:
        """The figures of last year that nobody has given, by the place where they are entered."""
        gaps = [Gap("figure", key, "", "") for key in self.uncompared]
        return missing(gaps, self.project, self.standards)

    @property
    def document(self) -> Document:
        """The document, of several the first."""
        return self.documents[0]

    @property
    def refused(self) -> bool:
        """Whether it may only be written as a draft."""
        return bool(self.gaps or self.carried or errors_in(self.findings))


@dataclass(slots=True)
class Outcome:
    """What became of one of many projects: its files, what kept it from being written, or a fault."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    gaps: int = 0
    errors: int = 0
    fault: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a project: ``kind`` is the disclosure, its report, special reports or notice.

    ``overlay`` are standards of the user's own, ``archive`` a folder of closed years instead of the one that
    the project names; ``with_overview`` adds the overview on one page; ``as_draft`` writes what would be
    refused. ``template`` is filled instead of the outline, and gives the format.
    """

    formats: Sequence[str] = ()
    as_draft: bool = False
    with_overview: bool = False
    archive: Path | None = None
    overlay: Path | None = None
    template: Path | None = None
    kind: str = WHOLE


class Composer:
    """Composes projects as one order wants them."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.library: Library = usable(None, order.overlay)
        self.work = Work(None, order.overlay)

    def __call__(self, step: str, *arguments: Path) -> Outcome:
        """The one step, for a process that only passes tasks on."""
        return self.outcome(*arguments)

    def draft(self, folder: Path, previous: Path | None = None) -> Draft:
        """The documents of the project in ``folder``, checked; ``previous`` is last year's, for texts.

        Raises ProjectError, and UnreadableError where ``previous`` or a template cannot be used.
        """
        project, standards = read_project(folder, self.library, self.order.archive)
        contents, kind = project.contents, self.order.kind
        found = documents(kind, contents, standards)
        if not found:
            raise ProjectError(folder, [_NOTHING[kind]])
        texts: list[Carried] = []
        doubts: list[str] = []
        if previous is not None:
            wanted = [gap for _, done in found for gap in done.gaps]
            texts, doubts = self._carried(contents, previous, wanted)
            contents = with_carried(contents, texts)
            found = documents(kind, contents, standards)
            for document, _ in found:
                mark(document)
        gaps = [gap for _, done in found for gap in done.gaps]
        filled = None
        composed = [document for document, _ in found]
        if self.order.template is not None:
            filled = fill(self.order.template, contents, standards, composed[0].title, BANNER)
            composed, gaps = [filled.document], list(filled.gaps)
        conflicts = [one for _, done in found for one in contradicted(project, done, standards)]
        findings = [*_unexplained(project), *map(_conflict, (*project.conflicts, *conflicts))]
        findings += [one for document in composed for one in self.work.findings(document, project.edition)]
        if kind == WHOLE:
            findings += filter(None, [off_scale(project, found[0][1].stated, standards)])
            findings += without_annex(contents, found[0][1], standards)
        told = [one for one in findings if one.severity != ROUNDING]
        lacking = dict.fromkeys(
            key
            for _, done in found
            for key in done.asked
            if (key[0].startswith(LAST) or key[2] == PRIOR) and key not in contents.figures
        )
        plain = kind == WHOLE and filled is None
        notes = [*doubts, *(misaddressed(project, found[0][1], standards) if kind == WHOLE else ())]
        notes += unused(contents, found[0][1], standards) if plain else ()
        return Draft(project, composed, gaps, told, standards, texts, filled, list(lacking), notes)

    def _carried(
        self, contents: Contents, previous: Path, gaps: list[Gap]
    ) -> tuple[list[Carried], list[str]]:
        """Last year's texts that stand in for those that are missing; what is doubtful about their file."""
        work = Work(None, self.order.overlay, keep=True)
        before = read_source(previous, work, otherwise=Identified(contents.entity, contents.year - 1))
        last = before.extracted.contents
        names = without_part(last.entity), without_part(contents.entity)
        if names[0] not in names[1] and names[1] not in names[0]:
            raise UnreadableError(
                f"“{previous}”是“{last.entity}”的，项目是“{contents.entity}”，不是同一个单位，没有沿用；"
                "请给出本单位上年的文件。单位改了名的，请先在那份文件的副本中换成现在的名称。"
            )
        found = carried(contents, last, Composed(gaps=gaps))
        return found, [*before.misread, *remarks(previous.name, last, contents, gaps, found)]

    def compose(self, folder: Path, output: Path | None, previous: Path | None = None) -> Draft:
        """The documents of a project, written into ``output`` unless they are refused."""
        composed = self.draft(folder, previous)
        if output is not None and (self.order.as_draft or not composed.refused):
            page = self.page(composed) if self.order.with_overview else None
            write_all(composed, self.order, output, page)
        return composed

    def page(self, composed: Draft) -> Document:
        """The overview of a composed disclosure on one page."""
        contents = composed.project.contents
        standards = self.library.standards(composed.project.edition)
        whole = composed.document if self.order.kind == WHOLE else disclosure(contents, standards)[0]
        errors = errors_in(composed.findings)
        page = overview(whole, contents.figures, contents.printed_names, standards, errors)
        page.banner = BANNER if composed.refused else ""
        return page

    def outcome(self, folder: Path, output: Path) -> Outcome:
        """The same for one of many; a fault is told, not raised."""
        try:
            composed = self.compose(folder, output)
        except UnreadableError as error:
            return Outcome(folder, fault=str(error))
        errors = errors_in(composed.findings)
        return Outcome(folder, composed.files, len(composed.gaps), errors, notes=composed.notes)


def errors_in(findings: Iterable[Finding]) -> int:
    """How many of the findings are errors."""
    return sum(one.severity == ERROR for one in findings)


def _unexplained(project: Project) -> Iterator[Finding]:
    """Figures of last year that differ from the archive without a reason."""
    for one in project.corrections:
        if not one.reason:
            yield Finding(DIFFERS, ERROR, one.message, [], subject=(DIFFERS, *one.key))


def projects_in(folder: Path) -> list[Path]:
    """The projects right below ``folder``, by name; empty where it is a project itself."""
    if (folder / UNIT).exists() or not folder.is_dir():
        return []
    return sorted(path.parent for path in folder.glob(f"*/{UNIT}"))


def compose_many(
    folders: Sequence[Path], output: Path, order: Order, jobs: int | None
) -> Iterator[tuple[int, Outcome]]:
    """Composes projects over ``jobs`` processes, each into a folder of its own; gives their outcomes."""
    workers = min(usual(len(folders)) if jobs is None else jobs, len(folders))
    tasks = (("compose", folder, output / folder.name) for folder in folders)
    with Crew(Composer, (order,), workers, None) as crew:
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


def write_all(composed: Draft, order: Order, output: Path, page: Document | None = None) -> None:
    """Writes the documents into ``output``, all files or none; a draft says so on every page.

    ``page`` is the overview, written as PDF and HTML. By a template there is one file in the template's own
    format, whose draft says so in a first line (Word) or in the page headers (Excel). Raises UnreadableError
    where the folder cannot be written, or the template would be written over.
    """
    if composed.refused and composed.filled is None:
        told = [Paragraph(one.message, Place(), role="gap") for one in composed.project.corrections]
        for document in composed.documents:
            document.banner = BANNER
            document.blocks[:0] = told
    files = _files(composed, order, output, page)
    composed.notes += _unprinted(files)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output, prefix=".mingzhang-") as folder:
            for name, content in files.items():
                if isinstance(content, bytes):
                    write_bytes(content, Path(folder) / name)
                else:
                    write(content, Path(folder) / name)
            for name in files:
                (Path(folder) / name).replace(output / name)
                composed.files.append(output / name)
    except OSError as error:
        raise UnreadableError(
            f"无法写入“{output}”，请检查路径、写入权限，以及文件是否正被其他程序打开。"
        ) from error


def _unprinted(files: Mapping[str, Document | bytes]) -> Iterator[str]:
    """Characters that a PDF shows as empty boxes, with their places."""
    for name, content in files.items():
        if isinstance(content, Document) and name.endswith(".pdf"):
            for each in lacking(content):
                where = f"“{each.words}”" + (f"（{each.title}）" if each.title else "")
                yield (
                    f"PDF所带的字体没有“{each.character}”字，{where}处印成方框；"
                    "请用Word（docx）另存为PDF，那里可以用自己的字体。"
                )


def _files(composed: Draft, order: Order, output: Path, page: Document | None) -> dict[str, Document | bytes]:
    """What is written, by the name of its file."""
    files: dict[str, Document | bytes] = {}
    filled = composed.filled
    if filled is not None:
        title = f"{composed.document.title}{_DRAFT}" if composed.refused else composed.document.title
        name = f"{_file_name(title, ())}{filled.suffix}"
        aim = output / name
        if order.template is not None and aim.exists() and aim.samefile(order.template):
            raise TemplateError(f"“{aim}”就是模板本身，没有改动；请用 --output 另指定一个文件夹。")
        files[name] = filled.draft if composed.refused else filled.data
    wanted = [(document, order.formats) for document in composed.documents] if filled is None else []
    wanted += [(page, DRAWN)] if page is not None else []
    stems: list[str] = []
    for document, formats in wanted:
        title = f"{document.title}{_DRAFT}" if composed.refused else document.title
        stems.append(_file_name(title, stems))
        files |= {f"{stems[-1]}.{name}": document for name in formats}
    return files


def _file_name(title: str, taken: Collection[str]) -> str:
    """The title as a name of a file that none of ``taken`` has."""
    plain = "".join("_" if char in '\\/:*?"<>|' else char for char in title)[:_LONGEST]
    names = (plain, *(f"{plain}（{number}）" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def new(
    folder: Path,
    name: str,
    year: int,
    library: Library,
    edition: str | None = None,
    archive: Path | None = None,
) -> list[Path]:
    """A blank project that takes last year's figures from ``archive``.

    Raises UnreadableError where there is a project already.
    """
    chosen = edition or library.nearest(year, None).id
    return write_project(folder, Contents(name, year), "", library.standards(chosen), archive)
