"""The public functions: check and read. The command line and later the web call only these."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mingzhang import jobs as processes
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Fact, FactSet
from mingzhang.readers import SUFFIXES, read_document
from mingzhang.readers.container import Source, Sources
from mingzhang.reporting.accepted import accept, read_accepted
from mingzhang.reporting.model import Checkup, Reading, Report
from mingzhang.submissions import Group, InternalError, Packed, Work, blaming, group, usable
from mingzhang.submissions import validate as validate_standards
from mingzhang.taxonomy import Library, StandardsError, load, misplaced
from mingzhang.writers import BusyError, write_bytes

if TYPE_CHECKING:
    from mingzhang.archives import Added
    from mingzhang.disclosures import Draft, Outcome
    from mingzhang.projects.archive import ClosedYear
    from mingzhang.projects.imports import Imported
    from mingzhang.reporting.annotate import Copy
    from mingzhang.reporting.score_model import ScoreReport
    from mingzhang.schemes import Scheme
    from mingzhang.scoring.rollup import Rollup
    from mingzhang.takeovers import Taken
    from mingzhang.templates.filling import Checked

PathLike = str | os.PathLike[str]
Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

_FEW = 16
"""Up to so many files, what was recognised waits as it is for its submission; else packed."""

_IN_MEMORY = 8_000_000
"""Packed bytes that wait in memory; more wait on the disk."""

_DEADLINE = 120
_MEMORY = 2 << 30
"""Seconds for a file, and bytes of memory for a process, where files are isolated."""

_LOST = "检查此文件的进程意外终止（可能内存不足或超时），没有结果；请单独检查此文件，或拆分后再试。"


def library(overlay: PathLike | None = None) -> Library:
    """The standards, with the directory ``overlay`` on top; raises StandardsError."""
    return load(Path(overlay) if overlay is not None else None)


def check(
    paths: PathLike | Iterable[PathLike],
    *,
    edition: str | None = None,
    standards: PathLike | None = None,
    separate: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep_documents: bool = False,
    isolated: bool = False,
    deadline: int | None = None,
) -> Report:
    """Check files; a folder or zip archive stands for the documents in it.

    Files of one unit and year are checked together, unless ``separate``. ``edition`` fixes the
    edition instead of telling it from the document; ``standards`` is an overlay directory. ``jobs``
    is the number of processes, by default one, for many files one per core; the report is the same
    for any number. ``keep_documents`` leaves the documents, facts and forms in the entries, which the
    reports for people want. ``isolated`` works on every file in another process, of bounded memory
    where the system can bound it, and gives up on a file after ``deadline`` seconds. What goes wrong
    with a file is reported in its entry, never raised; raises
    StandardsError for unusable standards.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    overlay = Path(standards) if standards is not None else None
    report = Report(usable(edition, overlay).version, [])
    with Sources(map(Path, given), SUFFIXES) as found:
        report.notes = found.notes
        sources = found.files
        workers = min(processes.usual(len(sources)) if jobs is None else jobs, len(sources))
        apart = isolated or workers > 1
        settings = (edition, overlay, apart or len(sources) > _FEW, keep_documents)
        limits = processes.Limits(deadline or _DEADLINE, _MEMORY) if isolated else None
        with processes.Crew(Work, settings, workers, limits) as crew, _spool() as spool:
            _check(report, crew, _Kept(spool), sources, separate, progress or (lambda done, steps: None))
    return report


def annotate(
    report: Report,
    directory: PathLike,
    *,
    apply: bool = False,
    jobs: int | None = None,
    isolated: bool = False,
    deadline: int | None = None,
) -> list[Copy]:
    """Write a copy of every Word, Excel and PDF file of ``report`` with its findings noted at their words.

    The report is one that :func:`check` gave with ``keep_documents``. Copies go into ``directory`` under the
    name of the source with （标注）; a source is never written over, and one that has changed since it was
    checked gets no copy. ``apply`` writes corrections that are certain into copies of Word files, as tracked
    changes. The other arguments are those of :func:`check`. What became of each file that was read is in
    its entry; raises UnreadableError where the directory cannot be made.
    """
    from mingzhang.reporting import annotate as annotating

    workers = min(processes.usual(len(report.files)) if jobs is None else jobs, len(report.files))
    limits = processes.Limits(deadline or _DEADLINE, _MEMORY) if isolated else None
    with processes.Crew(annotating.Marker, (), workers, limits) as crew:
        return annotating.annotate(report, Path(directory), crew, apply=apply)


def _check(
    report: Report,
    crew: processes.Crew,
    kept: _Kept,
    sources: Sequence[Source],
    separate: bool,
    progress: Progress,
) -> None:
    """Both steps for every file, between them the grouping; documents stay here meanwhile."""
    files: dict[int, Checkup] = {}
    documents: dict[int, Document | None] = {}
    tasks = (("understand", number, source) for number, source in enumerate(sources))
    for number, result in crew.results(tasks):
        if isinstance(result, Exception):
            files[number] = Checkup(sources[number].shown, "other", sources[number].container)
            _blame(files[number], result)
        else:
            files[number], recognition = result
            kept.put(number, recognition)
        documents[number], files[number].document = files[number].document, None
        progress(len(files), 2 * len(sources))
    report.files = [files[number] for number in range(len(sources))]
    groups = group(report.files, separate=separate)
    judged: dict[int, Any] = {}
    done = 2 * len(sources) - sum(len(one.files) for one in groups)
    for number, result in crew.results(_judging(groups, sources, report.files, kept)):
        judged[number] = result
        done += len(groups[number].files)
        progress(done, 2 * len(sources))
    for number, one in enumerate(groups):
        if isinstance(judged[number], Exception):
            for n in one.files:
                _blame(report.files[n], judged[number])
            continue
        entries, submission = judged[number]
        for n, entry in zip(one.files, entries):
            report.files[n] = entry
            entry.document = documents[n]
            entry.submission = len(report.submissions)
        report.submissions.append(submission)


def _blame(file: Checkup, error: Exception) -> None:
    """The entry of a file that could not be worked on to the end."""
    file.fault = not isinstance(error, (processes.LostError, UnreadableError))
    if isinstance(error, (InternalError, UnreadableError)):
        file.error = str(error)
    else:
        file.error = f"检查“{file.path}”时程序出错：{type(error).__name__}。" if file.fault else _LOST


def _judging(
    groups: Sequence[Group], sources: Sequence[Source], files: Sequence[Checkup], kept: _Kept
) -> Iterator[tuple[Any, ...]]:
    for one in groups:
        own = one.files
        yield (
            "judge",
            one,
            [sources[n] for n in own],
            [files[n] for n in own],
            [kept.take(n) for n in own],
        )


def _spool() -> tempfile.SpooledTemporaryFile[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


class _Kept:
    """What was recognised, until it is checked: packed parts go to ``spool``."""

    def __init__(self, spool: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file = spool
        self._parts: dict[int, Packed | tuple[int, int]] = {}

    def put(self, number: int, part: Packed) -> None:
        """Keep the part of a file."""
        if not isinstance(part, bytes):
            self._parts[number] = part
            return
        self._parts[number] = (self._file.seek(0, os.SEEK_END), len(part))
        self._file.write(part)

    def take(self, number: int) -> Packed:
        """The part of a file, kept no longer."""
        part = self._parts.pop(number)
        if not isinstance(part, tuple):
            return part
        self._file.seek(part[0])
        return self._file.read(part[1])


def read(path: PathLike, *, edition: str | None = None, standards: PathLike | None = None) -> Reading:
    """The facts of a file, or of all files in a folder or archive.

    Raises UnreadableError with the remedy where no file can be read; among several, those that
    cannot are in ``files`` with their error.
    """
    overlay = Path(standards) if standards is not None else None
    usable(edition, overlay)
    work, reading = Work(edition, overlay), Reading()
    with Sources([Path(path)], SUFFIXES) as found:
        reading.notes = found.notes
        for number, source in enumerate(found.files):
            file, recognition = work.understand(number, source)
            if file.fault:
                raise InternalError(file.error)
            reading.files.append(file)
            for fact in recognition.facts if recognition is not None else ():
                reading.add(fact)
            reading.texts += recognition.facts.texts if recognition is not None else []
    _raise_if_none(reading.files)
    return reading


def read_documents(path: PathLike) -> tuple[list[Document], list[Checkup]]:
    """The documents as Mingzhang sees them, and the entries of the files that cannot be read.

    Raises UnreadableError with the remedy where none can be read.
    """
    documents: list[Document] = []
    unreadable: list[Checkup] = []
    with Sources([Path(path)], SUFFIXES) as found:
        for source in found.files:
            try:
                if source.error is not None:
                    raise UnreadableError(source.error)
                with blaming("读取", source.shown):
                    documents.append(read_document(source.path, source.shown))
            except UnreadableError as error:
                unreadable.append(Checkup(source.shown, "other", source.container, str(error)))
    if not documents:
        _raise_if_none(unreadable)
    return documents, unreadable


def _raise_if_none(files: Sequence[Checkup]) -> None:
    """The error of the first file, where none could be read."""
    if files and all(file.error is not None for file in files):
        raise UnreadableError(files[0].error)


def score(
    paths: PathLike | Iterable[PathLike],
    *,
    scheme: str | None = None,
    edition: str | None = None,
    standards: PathLike | None = None,
    separate: bool = False,
) -> ScoreReport:
    """Score files: documents by every scheme whose forms or sections they hold, data files by their own.

    ``scheme`` allows only this scheme; the other arguments are those of :func:`check`. Files that cannot be
    read are reported in their entries. Raises StandardsError for a scheme that is not there, UnreadableError
    for a data file with faults: it names every one of them with its cell.
    """
    from mingzhang import scores
    from mingzhang.plans.validate import read_plan
    from mingzhang.reporting.score_model import ScoreReport

    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    overlay = Path(standards) if standards is not None else None
    known = usable(edition, overlay)
    wanted = scores.known_scheme(known, scheme, edition)[1] if scheme is not None else None
    report = ScoreReport(known.version)
    documents = []
    for path in map(Path, given):
        plan = read_plan(path, known, scheme, edition)
        if plan is None:
            documents.append(path)
        else:
            report.plans.append(scores.score_plan(plan))
    scores.score_documents(report, documents, Work(edition, overlay), wanted, separate)
    return report


def schemes(
    edition: str | None = None, *, standards: PathLike | None = None
) -> dict[str, tuple[str, Scheme]]:
    """The schemes of ``edition``, or of every edition, by id, each with the first edition that has it."""
    from mingzhang import scores

    return scores.schemes(usable(edition, Path(standards) if standards is not None else None), edition)


def score_template(
    scheme: str, format: str = "xlsx", *, edition: str | None = None, standards: PathLike | None = None
) -> bytes:
    """A data file of the scheme to fill in: a workbook that shows the scores, or YAML.

    Raises StandardsError for a scheme that is not there.
    """
    from mingzhang import scores
    from mingzhang.plans import template, template_blocks, template_yaml

    known = usable(edition, Path(standards) if standards is not None else None)
    name, found = scores.known_scheme(known, scheme, edition)
    if found.indicators:
        return template.workbook(found, name) if format == "xlsx" else template_yaml.text(found, name)
    sheet = known.standards(name).sheets[found.of[0]]
    if format == "xlsx":
        return template_blocks.workbook(found, sheet, name)
    return template_yaml.blocks_text(found, sheet, name)


def rollup(
    paths: PathLike | Iterable[PathLike],
    *,
    by: str = "unit",
    units: PathLike | None = None,
    save: PathLike | None = None,
    form: PathLike | None = None,
    edition: str | None = None,
    standards: PathLike | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Rollup:
    """Roll the score sheets in files, folders, archives and kept sheets up to those of the department.

    ``by`` is unit (sheets of whole units) or project (sheets of projects, by parent project). ``units`` is
    a list of the units that have to be there. ``save`` keeps the sheets as they were read, to be rolled up
    again without reading the files; ``form`` is written as the filled sheets of the department, in the
    format of its suffix (one of ``writers.SUFFIXES``, else ValueError), what stays blank in ``notes``. Both
    are written only where no problem is an error. Every figure says
    from which cells it comes: ``result.sheets.source(cell)``. What was left out is in ``problems``, files
    that cannot be read in ``unreadable``; raises UnreadableError with the remedy where nothing can be
    rolled up.
    """
    from mingzhang import departments
    from mingzhang.scoring import rollup as rolling

    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    overlay = Path(standards) if standards is not None else None
    listed = departments.read_units(Path(units)) if units is not None else None
    known = usable(edition, overlay)
    found = departments.gather(
        list(map(Path, given)),
        known,
        edition=edition,
        overlay=overlay,
        listed=listed or (),
        jobs=jobs,
        progress=progress,
    )
    try:
        result = rolling.rollup(found.sheets, by=by, units=listed)
    except rolling.RollupError as error:
        unread = "；".join(f"无法读取“{path}”：{why}" for path, why in found.unreadable)
        raise UnreadableError(f"{error}{unread}") from error
    result.notes, result.unreadable = found.notes + result.notes, found.unreadable
    if save is not None and not result.errors:
        departments.keep(found.sheets, Path(save))
    if form is not None and not result.errors:
        result.notes += departments.fill(result, known, edition, Path(form))
    return result


class Rule(NamedTuple):
    """A rule of the catalogue: a relation or another check."""

    id: str
    says: str
    severity: str
    basis: str
    reference: str
    expression: str = ""
    quantifiers: str = ""
    condition: str = ""
    passes: str = ""
    fails: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Label and text of everything that the rule says, for a person."""
        labels = ("编号", "规则", "级别", "性质", "依据", "表达式", "适用", "条件", "通过示例", "不通过示例")
        return [(label, text) for label, text in zip(labels, self) if text]


def rules(edition: str | None = None, *, standards: PathLike | None = None) -> list[Rule]:
    """The rules of ``edition``, or of every edition, each once."""
    known = library(standards)
    chosen = [edition] if edition is not None else list(known.editions)
    found: dict[str, Rule] = {}
    for name in chosen:
        chain = known.standards(name)
        for relation in chain.relations:
            s = relation.source
            found[s.id] = Rule(
                s.id,
                s.says,
                s.severity,
                s.basis,
                s.reference,
                s.expect,
                s.for_,
                s.when,
                _example(s.passes),
                _example(s.fails),
            )
        for c in chain.checks.values():
            found[c.id] = Rule(c.id, c.says, c.severity, c.basis, c.reference)
    return list(found.values())


def _example(cells: Mapping[str, str]) -> str:
    return "；".join(f"{cell} {printed}" for cell, printed in cells.items())


def validate(overlay: PathLike | None = None) -> list[str]:
    """Check the standards, with ``overlay`` on top: a line per edition; raises StandardsError."""
    known = library(overlay)
    validate_standards(known)
    if overlay is not None and (stray := misplaced(Path(overlay))):
        raise StandardsError("\n".join(stray))
    lines = []
    for edition in known.editions:
        standards = known.standards(edition)
        lines.append(
            f"{edition}：{len(standards.forms)}张表、{len(standards.relations)}条关系、"
            f"{len(standards.checks)}项检查、{len(standards.schemes)}个指标体系，格式正确。"
        )
    return lines


def compose(
    project: PathLike,
    *,
    document: str = "disclosure",
    formats: Sequence[str] = ("docx",),
    output: PathLike | None = None,
    as_draft: bool = False,
    previous: PathLike | None = None,
    with_overview: bool = False,
    archive: PathLike | None = None,
    template: PathLike | None = None,
    standards: PathLike | None = None,
) -> Draft:
    """The disclosure of a project, composed and checked; its files are written into ``output``.

    ``document`` may be ``report``, ``special_report`` (one for each project) or ``notice`` instead.
    ``previous`` is last year's disclosure, whose texts stand in for missing ones until somebody has read
    them. ``with_overview`` adds the overview on one page, as PDF and HTML. Last year's figures come from
    ``archive``, without one from the archive that the project names. ``template`` is a Word or Excel file
    with placeholders that is filled instead, in its own format. Nothing is written where ``output`` is None,
    or where something is missing or wrong and ``as_draft`` is not set: see ``Draft.refused``. Raises
    UnreadableError for a project or template with faults.
    """
    from mingzhang.disclosures import Composer, Order

    order = Order(
        tuple(formats),
        as_draft,
        with_overview,
        _path(archive),
        _path(standards),
        _path(template),
        document,
    )
    return Composer(order).compose(Path(project), _path(output), _path(previous))


def projects(folder: PathLike) -> list[Path]:
    """The projects in ``folder``; empty where it is a project itself."""
    from mingzhang.disclosures import projects_in

    return projects_in(Path(folder))


def compose_all(
    folders: Sequence[PathLike],
    *,
    output: PathLike,
    document: str = "disclosure",
    formats: Sequence[str] = ("docx",),
    as_draft: bool = False,
    with_overview: bool = False,
    archive: PathLike | None = None,
    template: PathLike | None = None,
    standards: PathLike | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """The disclosures of many projects, each written into a folder of ``output`` with the project's name.

    What goes wrong with a project is told in its outcome, never raised.
    """
    from mingzhang.disclosures import Order, compose_many

    found: dict[int, Outcome] = {}
    order = Order(
        tuple(formats),
        as_draft,
        with_overview,
        _path(archive),
        _path(standards),
        _path(template),
        document,
    )
    for number, outcome in compose_many(list(map(Path, folders)), Path(output), order, jobs):
        found[number] = outcome
        if progress is not None:
            progress(len(found), len(folders))
    return [found[number] for number in sorted(found)]


def overview(source: PathLike, output: PathLike, *, standards: PathLike | None = None) -> Document:
    """Draw a disclosure in a file, or a project, on one page; written in the format of the suffix.

    What PDF and HTML show as charts, the other formats say in words. ``banner`` of the document says where
    a project's disclosure is still a draft. Raises UnreadableError where nothing can be drawn or written, and
    ValueError for another suffix than one of ``writers.SUFFIXES``.
    """
    from mingzhang.overviews import page_from
    from mingzhang.writers import write

    page = page_from(Path(source), Path(standards) if standards is not None else None)
    try:
        write(page, Path(output))
    except BusyError as error:
        raise UnreadableError(str(error)) from error
    except OSError as error:
        raise UnreadableError(f"无法写入“{output}”，请检查文件夹和写入权限。") from error
    return page


def check_template(
    template: PathLike,
    *,
    project: PathLike | None = None,
    edition: str | None = None,
    standards: PathLike | None = None,
) -> Checked:
    """What is wrong with a template's placeholders, what it lacks, and what ``project`` does not give yet.

    Raises UnreadableError for a template that cannot be used at all and for a project with faults.
    """
    from mingzhang import disclosures

    known = usable(edition, Path(standards) if standards is not None else None)
    folder = Path(project) if project is not None else None
    return disclosures.check_template(Path(template), known, folder, edition)


def template_names(edition: str | None = None, *, standards: PathLike | None = None) -> list[tuple[str, str]]:
    """What placeholders may say in ``edition``, in Chinese where it is plain, with what each stands for."""
    from mingzhang.templates.names import Catalogue

    known = usable(edition, Path(standards) if standards is not None else None)
    chosen = known.standards(edition or known.nearest(None, None).id)
    catalogue = Catalogue(chosen, chosen.edition.year)
    return [(catalogue.written(name), meaning) for name, meaning in catalogue.listed()]


def new_project(
    folder: PathLike,
    name: str,
    year: int,
    *,
    edition: str | None = None,
    archive: PathLike | None = None,
    standards: PathLike | None = None,
) -> list[Path]:
    """Write a blank project for the unit ``name``; gives its files. Raises UnreadableError.

    It will take last year's figures from ``archive``.
    """
    from mingzhang import disclosures

    overlay = Path(standards) if standards is not None else None
    known = Path(archive) if archive is not None else None
    return disclosures.new(Path(folder), name, year, usable(edition, overlay), edition, known)


def archive_year(
    source: PathLike,
    archive: PathLike | None = None,
    *,
    reason: str | None = None,
    standards: PathLike | None = None,
) -> Added:
    """Put the year of a disclosure or a project into an archive, by default the one the project names.

    A year that is archived with other figures is replaced only for a ``reason``. Raises UnreadableError.
    """
    from mingzhang import archives

    overlay = Path(standards) if standards is not None else None
    known = Path(archive) if archive is not None else None
    return archives.add(Path(source), known, usable(None, overlay), overlay, reason)


def archived_years(archive: PathLike) -> tuple[list[ClosedYear], list[str]]:
    """Every year of an archive, and a sentence for each file that does not read."""
    from mingzhang.projects.archive import closed_years

    return closed_years(Path(archive))


def archived_year(archive: PathLike, name: str, year: int, scope: str = "部门") -> ClosedYear:
    """One year of a unit; raises UnreadableError where it is not in the archive."""
    from mingzhang.projects.archive import last_year

    found = last_year(Path(archive), name, scope, year + 1)
    if found is None:
        raise UnreadableError(
            f"归档“{archive}”中没有{name}{year}年度（{scope}）；用 mingzhang archive list 查看。"
        )
    return found


def import_workbook(
    workbook: PathLike,
    project: PathLike,
    *,
    partial: bool = False,
    replacing: bool = False,
    standards: PathLike | None = None,
) -> Imported:
    """The tables of an exported workbook, taken into ``figures.xlsx`` of a project; the old file is kept.

    ``partial`` allows tables to be missing, ``replacing`` other figures to be replaced. Raises
    UnreadableError with every reason where nothing is written.
    """
    from mingzhang.projects.imports import read_import, write_import

    overlay = Path(standards) if standards is not None else None
    imported = read_import(Path(workbook), Path(project), usable(None, overlay), partial)
    write_import(imported, replacing)
    return imported


def project_from(
    folder: PathLike,
    source: PathLike,
    *,
    name: str | None = None,
    year: int | None = None,
    edition: str | None = None,
    standards: PathLike | None = None,
) -> Taken:
    """Write a project from a disclosure, and tell how far it says the same again.

    ``source`` is a file, a folder or an archive with the documents of one unit and year; ``name`` and
    ``year`` go before what it says of itself. Raises UnreadableError.
    """
    from mingzhang.takeovers import new_from

    overlay = Path(standards) if standards is not None else None
    usable(edition, overlay)
    work = Work(edition, overlay, keep=True)
    return new_from(Path(folder), Path(source), work, name, year)


def write_samples(directory: PathLike) -> list[Path]:
    """Write the fictional sample documents; raises UnreadableError where the folder cannot be written."""
    from mingzhang import samples

    try:
        return samples.write_samples(Path(directory), library())
    except OSError as error:
        raise UnreadableError(f"无法写入“{directory}”，请检查文件夹和写入权限。") from error


def _path(given: PathLike | None) -> Path | None:
    return Path(given) if given is not None else None


__all__ = [
    "BusyError",
    "Checkup",
    "Fact",
    "FactSet",
    "InternalError",
    "Reading",
    "Report",
    "Rule",
    "StandardsError",
    "UnreadableError",
    "accept",
    "annotate",
    "archive_year",
    "archived_year",
    "archived_years",
    "check",
    "check_template",
    "compose",
    "compose_all",
    "import_workbook",
    "library",
    "new_project",
    "overview",
    "project_from",
    "projects",
    "read",
    "read_accepted",
    "read_documents",
    "rollup",
    "rules",
    "schemes",
    "score",
    "score_template",
    "template_names",
    "validate",
    "write_bytes",
    "write_samples",
]
