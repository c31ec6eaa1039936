"""The report as JSON, exactly by contract ``mingzhang.findings/1``; amounts are strings."""

from __future__ import annotations

from typing import Any

import msgspec

from mingzhang.checking.finding import SEVERITIES, Finding, Location
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.documents import Block, Cell, Document, Paragraph, Picture
from mingzhang.facts import Fact
from mingzhang.provenance import Place, Segment
from mingzhang.reporting.model import Checkup, FormSeen, Reading, Report, SubmissionReport
from mingzhang.version import __version__

Json = dict[str, Any]


def findings_json(report: Report) -> bytes:
    """The whole report."""
    return _encoded(
        {
            "schema": "mingzhang.findings/1",
            "tool": {"name": "mingzhang", "version": __version__, "standards": report.standards_version},
            "documents": [_document(file) for file in report.files],
            "submissions": [_submission(submission) for submission in report.submissions],
            "summary": {
                "outcomes": {
                    status: sum(submission.count(status) for submission in report.submissions)
                    for status in (PASSED, FAILED, NOT_EVALUATED)
                },
                "findings": {severity: report.count(severity) for severity in SEVERITIES}
                | {"accepted": report.accepted_count},
            },
            "findings": [_finding(finding, report.accepted.get(finding.id)) for finding in report.findings],
            "not_evaluated": [
                {"rule": rule, "reason": why, "count": count, "submission": number}
                for number, submission in enumerate(report.submissions)
                for rule, why, count in submission.not_evaluated()
            ],
            "notes": report.notes,
        }
    )


def facts_json(reading: Reading) -> bytes:
    """The facts (concept, dimensions, value, printed, unit, location), the texts and their files."""
    return _encoded(
        {
            "documents": [
                {
                    "path": file.path,
                    "sha256": file.sha256,
                    "format": file.format,
                    "error": file.error,
                    "figures": _figures(file),
                }
                for file in reading.files
            ],
            "facts": [_fact(fact) for fact in reading],
            "texts": [
                {
                    "concept": text.concept,
                    "dimensions": dict(text.dimensions),
                    "text": text.text,
                    "location": _at(text.place, text.document, text.key),
                }
                for text in reading.texts
            ],
        }
    )


def document_json(documents: list[Document]) -> bytes:
    """Documents as Mingzhang sees them: every block with its place."""
    return _encoded({"schema": "mingzhang.document/1", "documents": [_seen(d) for d in documents]})


def _encoded(data: Json) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def _fact(fact: Fact) -> Json:
    return {
        "concept": fact.concept,
        "dimensions": dict(fact.dimensions),
        "value": str(fact.amount.base_value),
        "printed": fact.printed,
        "unit": fact.amount.unit,
        "decimals": fact.amount.decimals,
        "label": fact.label,
        "column_label": fact.column_label,
        "location": _at(fact.place, fact.document, fact.key) | {"quote": fact.printed},
    }


def _at(place: Place, document: int, key: tuple[str, str, str]) -> Json:
    table, row, column = key
    return {**_place(place), "document": document, "table": table, "row": row, "column": column}


def _document(file: Checkup) -> Json:
    data: Json = {
        "path": file.path,
        "sha256": file.sha256,
        "format": file.format,
        "status": _status(file),
        "error": file.error,
        "container": file.container,
        "submission": file.submission,
    }
    if file.error is not None or file.identity is None:
        return data
    return data | {
        "kind": "final_accounts" if file.published else None,
        "entity": file.identity.entity,
        "fiscal_year": file.identity.year,
        "edition": file.edition,
        "pages": file.pages,
        "notes": file.notes,
        "recognised": [_form(form) for form in file.forms],
        "unrecognised": [{"locations": [_location(place)]} for place in file.unrecognised],
        "figures": _figures(file),
        "unclaimed": [{"locations": [_location(place)]} for place in file.unclaimed],
    }


def _figures(file: Checkup) -> Json:
    return {part: {"claimed": claimed, "all": every} for part, (claimed, every) in file.figures.items()}


def _status(file: Checkup) -> str:
    if file.error is not None:
        return "unreadable"
    return "read_partly" if file.partly else "read"


def _form(form: FormSeen) -> Json:
    return {
        "form": form.form,
        "title": form.title,
        "facts": form.facts,
        "locations": [_location(form.location)],
    }


def _submission(submission: SubmissionReport) -> Json:
    return {
        "entity": submission.identity.entity,
        "fiscal_year": submission.identity.year,
        "edition": submission.edition.id,
        "documents": submission.files,
        "notes": submission.notes,
    }


def _finding(finding: Finding, reason: str | None) -> Json:
    expected = finding.expected
    return {
        "id": finding.id,
        "rule": finding.rule,
        "also": finding.also,
        "severity": finding.severity,
        "message": finding.message,
        "locations": [_location(location) for location in finding.locations],
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
        "accepted": {"reason": reason} if reason is not None else None,
    }


def _location(location: Location) -> Json:
    return {
        "document": location.document,
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


# ── documents ─────────────────────────────────────────────────────────────────────────────────


def _seen(document: Document) -> Json:
    return {
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "pages": document.pages,
        "notes": document.notes,
        "blocks": [_block(block) for block in document.blocks],
        "furniture": [_block(block) for block in document.furniture],
    }


def _block(block: Block) -> Json:
    if isinstance(block, Paragraph):
        return {
            "type": "paragraph",
            "text": block.text,
            "level": block.level,
            "marker": block.marker,
            "place": _stated(block.place),
            "segments": _segments(block.segments),
        }
    if isinstance(block, Picture):
        return {"type": "picture", "text": block.text, "place": _stated(block.place)}
    return {
        "type": "table",
        "certain_grid": block.certain_grid,
        "place": _stated(block.place),
        "cells": [_cell(cell) for cell in block.cells],
    }


def _cell(cell: Cell) -> Json:
    return {
        "row": cell.row,
        "column": cell.column,
        "rowspan": cell.rowspan,
        "colspan": cell.colspan,
        "text": cell.text,
        "unknown": cell.unknown,
        "place": _stated(cell.place),
        "segments": _segments(cell.segments),
    }


def _segments(segments: tuple[Segment, ...]) -> list[Json]:
    return [{"start": segment.start, "place": _stated(segment.place)} for segment in segments]


def _stated(place: Place) -> Json:
    """What the place says, without what it leaves open."""
    return {name: value for name, value in place._asdict().items() if value is not None}
