"""The public functions: check and read. The command line and later the web call only these."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mingzhang import jobs as processes
from mingzhang.batches import Progress, check_files
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Fact, FactSet
from mingzhang.readers import SUFFIXES, read_document
from mingzhang.readers.container import Sources
from mingzhang.reporting.accepted import accept, read_accepted
from mingzhang.reporting.catalogue import Rule, catalogue
from mingzhang.reporting.model import Checkup, Reading, Report
from mingzhang.submissions import InternalError, Work, blaming, usable
from mingzhang.submissions import validate as validate_standards
from mingzhang.taxonomy import Library, StandardsError, load, misplaced
from mingzhang.writers import BusyError, write_bytes

if TYPE_CHECKING:
    from mingzhang.archives import Added
    from mingzhang.disclosures import Draft, Order, Outcome
    from mingzhang.projects.archive import ClosedYear
    from mingzhang.projects.imports import Imported
    from mingzhang.reporting.annotate import Copy
    from mingzhang.reporting.score_model import ScoreReport
    from mingzhang.schemes import Scheme
    from mingzhang.scoring.rollup import Rollup
    from mingzhang.takeovers import Taken
    from mingzhang.templates.filling import Checked

PathLike = str | os.PathLike[str]
_FEW = 16
"""Up to so many files, what was recognised waits as it is for its submission; else packed."""

_DEADLINE = 120
_MEMORY = 2 << 30
"""Seconds for a file, and bytes of memory for a process, where files are isolated."""


def library(overlay: PathLike | None = None) -> Library:
    """The standards, with the directory ``overlay`` on top; raises StandardsError."""
    return load(_path(overlay))


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
    overlay = _path(standards)
    report = Report(usable(edition, overlay).version, [])
    with Sources(_paths(paths), SUFFIXES) as found:
        report.notes = found.notes
        sources = found.files
        workers = min(processes.usual(len(sources)) if jobs is None else jobs, len(sources))
        apart = isolated or workers > 1
        settings = (edition, overlay, apart or len(sources) > _FEW, keep_documents)
        limits = processes.Limits(deadline or _DEADLINE, _MEMORY) if isolated else None
        with processes.Crew(Work, settings, workers, limits) as crew:
            check_files(report, crew, sources, separate, progress or (lambda done, steps: None))
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


def read(path: PathLike, *, edition: str | None = None, standards: PathLike | None = None) -> Reading:
    """The facts of a file, or of all files in a folder or archive.

    Raises UnreadableError with the remedy where no file can be read; among several, those that
    cannot are in ``files`` with their error.
    """
    overlay = _path(standards)
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

    overlay = _path(standards)
    known = usable(edition, overlay)
    wanted = scores.known_scheme(known, scheme, edition)[1] if scheme is not None else None
    report = ScoreReport(known.version)
    documents = []
    for path in _paths(paths):
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

    return scores.schemes(usable(edition, _path(standards)), edition)


def score_template(
    scheme: str, format: str = "xlsx", *, edition: str | None = None, standards: PathLike | None = None
) -> bytes:
    """A data file of the scheme to fill in: a workbook that shows the scores, or YAML.

    Raises StandardsError for a scheme that is not there.
    """
    from mingzhang import scores
    from mingzhang.plans import template, template_blocks, template_yaml

    known = usable(edition, _path(standards))
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

    overlay = _path(standards)
    listed = departments.read_units(Path(units)) if units is not None else None
    known = usable(edition, overlay)
    found = departments.gather(
        _paths(paths),
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


def rules(edition: str | None = None, *, standards: PathLike | None = None) -> list[Rule]:
    """The rules of ``edition``, or of every edition, each once."""
    return catalogue(library(standards), edition)


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
    from mingzhang.disclosures import Composer

    order = _order(document, formats, as_draft, with_overview, archive, template, standards)
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
    from mingzhang.disclosures import compose_many

    found: dict[int, Outcome] = {}
    order = _order(document, formats, as_draft, with_overview, archive, template, standards)
    for number, outcome in compose_many(list(map(Path, folders)), Path(output), order, jobs):
        found[number] = outcome
        if progress is not None:
            progress(len(found), len(folders))
    return [found[number] for number in sorted(found)]


def _order(
    document: str,
    formats: Sequence[str],
    as_draft: bool,
    with_overview: bool,
    archive: PathLike | None,
    template: PathLike | None,
    standards: PathLike | None,
) -> Order:
    from mingzhang.disclosures import Order

    paths = _path(archive), _path(standards), _path(template)
    return Order(tuple(formats), as_draft, with_overview, *paths, document)


def overview(source: PathLike, output: PathLike, *, standards: PathLike | None = None) -> Document:
    """Draw a disclosure in a file, or a project, on one page; written in the format of the suffix.

    What PDF and HTML show as charts, the other formats say in words. ``banner`` of the document says where
    a project's disclosure is still a draft. Raises UnreadableError where nothing can be drawn or written, and
    ValueError for another suffix than one of ``writers.SUFFIXES``.
    """
    from mingzhang.overviews import page_from
    from mingzhang.writers import write

    page = page_from(Path(source), _path(standards))
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

    known = usable(edition, _path(standards))
    folder = _path(project)
    return disclosures.check_template(Path(template), known, folder, edition)


def template_names(edition: str | None = None, *, standards: PathLike | None = None) -> list[tuple[str, str]]:
    """What placeholders may say in ``edition``, in Chinese where it is plain, with what each stands for."""
    from mingzhang.templates.names import Catalogue

    known = usable(edition, _path(standards))
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

    overlay = _path(standards)
    known = _path(archive)
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

    overlay = _path(standards)
    known = _path(archive)
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


def archived_figures(found: ClosedYear) -> list[tuple[str, str]]:
    """The figures of a closed year with their units, by what they are called, in the order of the tables."""
    from mingzhang.projects.archive import called, standards_of

    known = standards_of(found, library())
    order = {form: number for number, form in enumerate(known.forms)}
    listed = sorted(found.figures, key=lambda where: order.get(where.partition("/")[0], len(order)))
    labels = {where: called(where, found.year, known) for where in listed}
    return [(each.text, "".join(each.split(found.figures[where]))) for where, each in labels.items()]


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

    overlay = _path(standards)
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

    overlay = _path(standards)
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


def _paths(given: PathLike | Iterable[PathLike]) -> list[Path]:
    return [Path(given)] if isinstance(given, (str, os.PathLike)) else list(map(Path, given))


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
    "archived_figures",
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
