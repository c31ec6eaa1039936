"""What checking files gave: the report that every reporter prints."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingzhang.binding.recognise import Identity, Recognition
from mingzhang.checking.check import Checked
from mingzhang.documents import Document
from mingzhang.taxonomy import Standards


@dataclass(slots=True)
class Checkup:
    """One input file: what it is, what was understood of it, and what checking gave.

    ``error`` is set, and everything below it None, where the file could not be read. ``notes``
    are sentences for the user about parts not read and standards assumed.
    """

    path: str
    format: str
    error: str | None = None
    document: Document | None = None
    identity: Identity | None = None
    standards: Standards | None = None
    recognition: Recognition | None = None
    checked: Checked | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What `check` returns: one entry for each file, in the order given."""

    standards_version: str
    files: list[Checkup]

    @property
    def unreadable(self) -> list[Checkup]:
        """The files that could not be read."""
        return [file for file in self.files if file.error is not None]

    def count(self, *severities: str) -> int:
        """How many findings have one of ``severities``."""
        return sum(
            finding.severity in severities
            for file in self.files
            if file.checked is not None
            for finding in file.checked.findings
        )
