"""The report as JSON, exactly by contract ``mingzhang.findings/1``; amounts are strings."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from mingzhang.checking.check import Checked
from mingzhang.checking.finding import SEVERITIES, Finding, Location
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.documents import Document
from mingzhang.facts import Fact, FactSet, FormReading
from mingzhang.provenance import Place
from mingzhang.reporting.model import Checkup, Report
from mingzhang.version import __version__

Json = dict[str, Any]


def findings_json(report: Report) -> bytes:
    """The whole report."""
    checked = [(number, file) for number, file in enumerate(report.files) if file.checked is not None]
    data = {
        "schema": "mingzhang.findings/1",
        "tool": {"name": "mingzhang", "version": __version__, "standards": report.standards_version},
        "documents": [_document(number, file, report) for number, file in enumerate(report.files)],
        "submissions": [_submission(number, file) for number, file in checked],
        "summary": {
            "outcomes": {
                status: sum(file.checked.count(status) for _, file in checked if file.checked)
                for status in (PASSED, FAILED, NOT_EVALUATED)
            },
            "findings": {severity: report.count(severity) for severity in SEVERITIES},
        },
        "findings": [
            _finding(finding, number)
            for number, file in checked
            if file.checked
            for finding in file.checked.findings
        ],
        "not_evaluated": [
            entry for _, file in checked if file.checked for entry in not_evaluated(file.checked)
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def facts_json(facts: FactSet) -> bytes:
    """The facts of one document: concept, dimensions, value, printed, unit, location."""
    data = {"facts": [_fact(fact) for fact in facts]}
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def not_evaluated(checked: Checked) -> list[Json]:
    """Each rule with each reason once, and how often."""
    reasons = Counter((o.relation.id, o.reason) for o in checked.outcomes if o.status == NOT_EVALUATED)
    reasons += Counter((o.rule, o.reason) for o in checked.checks if o.status == NOT_EVALUATED)
    return [{"rule": rule, "reason": why, "count": count} for (rule, why), count in reasons.items()]


def _fact(fact: Fact) -> Json:
    form, row, column = fact.key
    return {
        "concept": fact.concept,
        "dimensions": dict(fact.dimensions),
        "value": str(fact.amount.base_value),
        "printed": fact.printed,
        "unit": fact.amount.unit,
        "location": _place(fact.place)
        | {"document": fact.document, "quote": fact.printed, "table": form, "row": row, "column": column},
    }


def _document(number: int, file: Checkup, report: Report) -> Json:
    document, recognition = file.document, file.recognition
    data: Json = {
        "path": file.path,
        "sha256": document.sha256 if document else None,
        "format": file.format,
        "status": _status(file, document),
        "error": file.error,
    }
    if document is None or recognition is None or file.identity is None or file.standards is None:
        return data
    return data | {
        "kind": "final_accounts" if recognition.readings else None,
        "entity": file.identity.entity,
        "fiscal_year": file.identity.year,
        "edition": file.standards.edition.id,
        "pages": document.pages,
        "notes": file.notes,
        "recognised": [_reading(reading, number, file) for reading in recognition.readings],
        "unrecognised": [{"locations": [_location(_bare(p), number)]} for p in recognition.unrecognised],
        "figures": {"tables": {"claimed": recognition.claimed, "all": recognition.figures}},
        "submission": [n for n, f in enumerate(report.files) if f.checked is not None].index(number),
    }


def _status(file: Checkup, document: Document | None) -> str:
    if file.error is not None or document is None:
        return "unreadable"
    return "read_partly" if document.notes else "read"


def _reading(reading: FormReading, number: int, file: Checkup) -> Json:
    title = file.standards.forms[reading.form].title if file.standards else reading.form
    quote = reading.title.quote if reading.title else ""
    place = reading.title.place if reading.title else reading.place
    return {
        "form": reading.form,
        "title": title,
        "facts": reading.facts,
        "locations": [_location(Location(0, "context", place, quote, title), number)],
    }


def _bare(place: Place) -> Location:
    return Location(0, "context", place, "")


def _submission(number: int, file: Checkup) -> Json:
    return {
        "entity": file.identity.entity if file.identity else None,
        "fiscal_year": file.identity.year if file.identity else None,
        "edition": file.standards.edition.id if file.standards else None,
        "documents": [number],
    }


def _finding(finding: Finding, number: int) -> Json:
    expected = finding.expected
    return {
        "id": finding.id,
        "rule": finding.rule,
        "also": finding.also,
        "severity": finding.severity,
        "message": finding.message,
        "locations": [_location(location, number) for location in finding.locations],
        "values": [
            {
                "label": value.label,
                "printed": value.printed,
                "value": str(value.amount.base_value) if value.amount else None,
                "unit": value.amount.unit if value.amount else None,
                "location": value.location,
            }
            for value in finding.values
        ],
        "expected": msgspec.to_builtins(expected) if expected else None,
        "difference": finding.difference,
        "explanation": finding.explanation,
        "suggestions": msgspec.to_builtins(finding.suggestions),
        "reference": finding.reference,
    }


def _location(location: Location, number: int) -> Json:
    return {
        "document": number,
        "role": location.role,
        **_place(location.place),
        "table": location.table,
        "row": location.row,
        "column": location.column,
        "quote": location.quote,
    }


def _place(place: Place) -> Json:
    return {
        "page": place.page,
        "line": place.line,
        "paragraph": place.paragraph,
        "sheet": place.sheet,
        "cell": place.cell,
        "bbox": [round(edge, 2) for edge in place.bbox] if place.bbox else None,
    }
