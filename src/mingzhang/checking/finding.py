"""Findings: failed outcomes with typed values and places, born complete."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from mingzhang.money import Amount
from mingzhang.provenance import Place

ERROR, WARNING, NOTICE, ROUNDING = "error", "warning", "notice", "rounding"
SEVERITIES = (ERROR, WARNING, NOTICE, ROUNDING)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document with what is printed there and its role in the finding."""

    document: int
    role: str
    place: Place
    quote: str
    table: str | None = None
    row: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A printed figure of the finding; ``location`` indexes the finding's locations."""

    label: str
    printed: str
    amount: Amount | None
    location: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What ought to stand there: as it would be printed, and the interval that the others allow."""

    printed: str
    low: str
    high: str
    unit: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A correction: what to write where, and how sure it is (certain, likely, possible)."""

    text: str
    location: int
    replacement: str | None
    confidence: str


@dataclass(slots=True)
class Finding:
    """One defect, at the place thought wrong."""

    rule: str
    severity: str
    message: str
    locations: list[Location]
    values: list[Value] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    expected: Expected | None = None
    difference: str | None = None
    explanation: str | None = None
    suggestions: list[Suggestion] = field(default_factory=list)
    reference: str | None = None
    subject: tuple[str, ...] = ()
    id: str = ""


def assign_ids(findings: Sequence[Finding]) -> None:
    """Give every finding its lasting id: a hash of what is wrong, never of where or in which order."""
    seen: dict[str, int] = {}
    for finding in findings:
        text = "|".join(finding.subject)
        ordinal = seen[text] = seen.get(text, -1) + 1
        finding.id = hashlib.sha256(f"{text}|{ordinal}".encode()).hexdigest()[:12]
