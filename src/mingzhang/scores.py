"""From files to scores: submissions scored by the schemes that they hold, data files by their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mingzhang.binding.recognise import Recognition
from mingzhang.checking.outcome import copy_of, numbered, title_of
from mingzhang.documents import squash
from mingzhang.facts import FormReading
from mingzhang.plans.files import DAMAGED, DATA
from mingzhang.plans.plan import Plan
from mingzhang.readers import SUFFIXES
from mingzhang.readers.container import Source, Sources
from mingzhang.reporting.model import Checkup
from mingzhang.reporting.score_model import ScoredPlan, ScoredSubmission, ScoreReport
from mingzhang.schemes import Scheme
from mingzhang.scoring.documents import evaluations
from mingzhang.submissions import Group, InternalError, Work, group
from mingzhang.taxonomy import Library, Standards, StandardsError

_PROJECT_NAME = "project.name"
"""The concept of the name of a project."""


def schemes(library: Library, edition: str | None) -> dict[str, tuple[str, Scheme]]:
    """The schemes of ``edition``, or of every edition, by id, each with the first edition that has it."""
    found: dict[str, tuple[str, Scheme]] = {}
    base_first = sorted(library.editions, key=lambda name: len(library.chain(name)))
    for name in [edition] if edition is not None else base_first:
        for one in library.standards(name).schemes.values():
            found.setdefault(one.id, (name, one))
    return found


def known_scheme(library: Library, scheme: str, edition: str | None) -> tuple[str, Scheme]:
    """The scheme of this id with its edition; raises StandardsError that names those there are."""
    found = schemes(library, edition)
    if scheme not in found:
        raise StandardsError(f"没有指标体系“{scheme}”，可用：{'、'.join(found)}。")
    return found[scheme]


def score_documents(
    report: ScoreReport, paths: Iterable[Path], work: Work, wanted: Scheme | None, separate: bool
) -> None:
    """Score the files of ``paths`` into ``report``; raises InternalError for a fault of Mingzhang's own."""
    with Sources(list(paths), SUFFIXES) as found:
        report.notes += found.notes
        seen = [work.understand(number, source) for number, source in enumerate(found.files)]
        files = [file for file, _ in seen]
        for file in files:
            if file.fault:
                raise InternalError(file.error)
        recognitions = [recognition for _, recognition in seen]
        for one in group(files, separate=separate):
            scored = _submission(one, found.files, files, recognitions, work, wanted)
            report.submissions.append(scored)
            if not scored.evaluations:
                said = (note for number in one.files for note in files[number].notes)
                scored.notes += (note for note in said if note in (DATA, DAMAGED))
        report.files += files


def _submission(
    one: Group,
    sources: Sequence[Source],
    files: Sequence[Checkup],
    recognitions: Sequence[Recognition | None],
    work: Work,
    wanted: Scheme | None,
) -> ScoredSubmission:
    own = one.files
    entries = [files[n] for n in own]
    _, submission, notes = work.gather(
        one, [sources[n] for n in own], entries, [recognitions[n] for n in own]
    )
    standards = submission.standards
    allowed = [*standards.schemes.values()] if wanted is None else [standards.schemes.get(wanted.id, wanted)]
    found = evaluations(allowed, submission.facts, submission.readings)
    projects = {
        text.key[0]: squash(text.text)
        for text in submission.facts.texts
        if text.concept == _PROJECT_NAME and squash(text.text)
    }
    titles = _titles({e.place.address for e in found}, submission.readings, standards, projects)
    return ScoredSubmission(own, one.identity, standards, found, submission.facts, titles, notes)


def _titles(
    addresses: Iterable[str],
    readings: Mapping[str, FormReading],
    standards: Standards,
    projects: Mapping[str, str],
) -> dict[str, str]:
    """What the sheets and sections are called, for people; ``projects`` are names of projects by address."""
    found = {}
    for address in addresses:
        reading = readings.get(address)
        if reading is None:
            section = standards.narratives.sections.get(address)
            found[address] = f"正文“{section.heading[0]}”" if section else address
            continue
        project = f"“{projects[address]}”" if address in projects else ""
        title = numbered(title_of(standards, reading.form), copy_of(readings, address))
        found[address] = f"《{title}》{project}，{reading.place.describe()}"
    return found


def score_plan(plan: Plan) -> ScoredPlan:
    """A data file scored."""
    head = plan.path, plan.unit, plan.year, plan.standards
    if plan.sheet is None:
        return ScoredPlan(*head, plan.evaluation())
    return ScoredPlan(*head, plan.evaluation(), plan.sheet.facts, plan.sheet.cells)
