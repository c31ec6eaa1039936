"""What checking files gave: the report that every reporter prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mingzhang.binding.identity import Identity
from mingzhang.checking.check import Checked
from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import NOT_EVALUATED
from mingzhang.documents import Document
from mingzhang.facts import FactSet, FormReading
from mingzhang.taxonomy import Edition

Figures = tuple[int, int]
"""Of the figures, those that became facts, and all."""


@dataclass(slots=True)
class FormSeen:
    """A form that a file holds: how many facts it gave and where its title stands."""

    form: str
    title: str
    facts: int
    location: Location


@dataclass(slots=True)
class Checkup:
    """One file: what it is and what was understood of it.

    ``error`` is set where the file could not be read, ``fault`` says that Mingzhang itself failed on
    it. ``notes`` are sentences for the user about parts not read; ``submission`` is the number of the
    submission that the file was checked with, ``container`` the archive that it came from. ``document``
    is what was read, where the check was asked to keep it.
    """

    path: str
    format: str
    container: str | None = None
    error: str | None = None
    fault: bool = False
    sha256: str | None = None
    pages: int | None = None
    partly: bool = False
    identity: Identity | None = None
    edition: str | None = None
    published: bool = False
    forms: list[FormSeen] = field(default_factory=list)
    unrecognised: list[Location] = field(default_factory=list)
    facts: int = 0
    figures: dict[str, Figures] = field(default_factory=dict)
    unclaimed: list[Location] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    submission: int | None = None
    document: Document | None = None


@dataclass(slots=True)
class SubmissionReport:
    """Files of one unit and year that were checked together (``files`` are numbers of files).

    ``tally`` counts the outcomes by rule, status and reason. ``facts`` and the forms and sheets found
    (``readings``, by address) are there where the check was asked to keep them.
    """

    files: list[int]
    identity: Identity
    edition: Edition
    tally: Counter[tuple[str, str, str]]
    findings: list[Finding]
    notes: list[str] = field(default_factory=list)
    facts: FactSet | None = None
    readings: Mapping[str, FormReading] = field(default_factory=dict)

    def count(self, status: str) -> int:
        """How many outcomes have ``status``."""
        return sum(count for (_, found, _), count in self.tally.items() if found == status)

    def not_evaluated(self) -> list[tuple[str, str, int]]:
        """Each rule that was not evaluated, with each reason once and how often."""
        return [(rule, why, n) for (rule, status, why), n in self.tally.items() if status == NOT_EVALUATED]


def tally(checked: Checked) -> Counter[tuple[str, str, str]]:
    """The outcomes counted by rule, status and reason."""
    counts = Counter((o.relation.id, o.status, o.reason) for o in checked.outcomes)
    counts.update((c.rule, c.status, c.reason) for c in checked.checks)
    return counts


@dataclass(slots=True)
class Report:
    """What `check` returns: one entry for each file, in the order given, and one for each submission.

    ``accepted`` are the reasons by the ids of the findings that somebody accepted; those are shown and
    not counted.
    """

    standards_version: str
    files: list[Checkup]
    submissions: list[SubmissionReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def unreadable(self) -> list[Checkup]:
        """The files that could not be read."""
        return [file for file in self.files if file.error is not None]

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of all submissions."""
        return (finding for submission in self.submissions for finding in submission.findings)

    def count(self, *severities: str) -> int:
        """How many findings that nobody accepted have one of ``severities``."""
        return sum(f.severity in severities and f.id not in self.accepted for f in self.findings)

    @property
    def accepted_count(self) -> int:
        """How many findings are accepted."""
        return sum(finding.id in self.accepted for finding in self.findings)


@dataclass(slots=True)
class Reading(FactSet):
    """What `read` returns: the facts of all files; the file of a fact is ``files[fact.document]``."""

    files: list[Checkup] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
