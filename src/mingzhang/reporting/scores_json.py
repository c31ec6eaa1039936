"""Scores as JSON, by contract ``mingzhang.scores/1``; points are strings, from ``low`` to ``high``."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from mingzhang.facts import FactSet
from mingzhang.money import MONEY, Interval, format_amount
from mingzhang.provenance import Place
from mingzhang.reporting.score_model import ScoredPlan, ScoredSubmission, ScoreReport
from mingzhang.schemes import Scheme
from mingzhang.scoring.blocks import BlockScore, SheetScore
from mingzhang.scoring.documents import Evaluation, difference
from mingzhang.scoring.printed import PrintedRow
from mingzhang.scoring.score import Score, Scored
from mingzhang.version import __version__

Json = dict[str, Any]
FORMAT = "mingzhang.scores/1"
SCHEMES_FORMAT = "mingzhang.schemes/1"
_DECIMALS = 4


def scores_json(report: ScoreReport) -> bytes:
    """The whole report."""
    data = {
        "schema": FORMAT,
        "tool": {"name": "mingzhang", "version": __version__, "standards": report.standards_version},
        "documents": [
            {"path": file.path, "sha256": file.sha256, "format": file.format, "error": file.error}
            for file in report.files
        ],
        "submissions": [_submission(submission) for submission in report.submissions],
        "plans": [_plan(plan) for plan in report.plans],
        "notes": report.notes,
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def schemes_json(schemes: dict[str, tuple[str, Scheme]]) -> bytes:
    """The list of schemes: id, first edition, title, size, reference."""
    listed = [
        {
            "id": scheme.id,
            "edition": edition,
            "title": scheme.title,
            "indicators": len(scheme.indicators),
            "blocks": len(scheme.blocks),
            "reference": scheme.reference,
        }
        for edition, scheme in schemes.values()
    ]
    data = {
        "schema": SCHEMES_FORMAT,
        "tool": {"name": "mingzhang", "version": __version__},
        "schemes": listed,
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def _submission(submission: ScoredSubmission) -> Json:
    return {
        "documents": sorted(submission.files),
        "entity": submission.identity.entity,
        "fiscal_year": submission.identity.year,
        "edition": submission.edition.id,
        "evaluations": [_evaluation(evaluation, submission) for evaluation in submission.evaluations],
        "notes": submission.notes,
    }


def _plan(plan: ScoredPlan) -> Json:
    sheet = plan.evaluation.sheet
    return {
        "path": plan.path,
        "entity": plan.unit,
        "fiscal_year": plan.year,
        "edition": plan.standards.edition.id,
        **(_scored(plan.scored, {}, FactSet()) if sheet is None else _sheet(sheet, plan.facts)),
    }


def _evaluation(evaluation: Evaluation, submission: ScoredSubmission) -> Json:
    facts, place = submission.facts, evaluation.place
    if evaluation.scored is not None:
        own = _scored(evaluation.scored, place.of(evaluation.scheme), facts)
        total = evaluation.scored.total
    else:
        assert evaluation.sheet is not None
        own, total = _sheet(evaluation.sheet, facts), evaluation.sheet.total
    stated = {
        **_stated(place.total, total, facts),
        "sum": _ends(evaluation.stated),
        "grade": place.grade or None,
    }
    return {
        **own,
        "place": {"document": place.document, "table": place.address},
        "printed": stated,
    }


def _scored(scored: Scored, rows: dict[str, PrintedRow], facts: FactSet) -> Json:
    return {
        "scheme": scored.scheme.id,
        "title": scored.scheme.title,
        "reference": scored.scheme.reference,
        "total": _ends(scored.total),
        "complete": scored.complete,
        "grade": scored.grade or None,
        "indicators": [_indicator(one, rows.get(one.indicator.id), facts) for one in scored.scores],
    }


def _indicator(one: Score, row: PrintedRow | None, facts: FactSet) -> Json:
    indicator = one.indicator
    return {
        "id": indicator.id,
        "label": indicator.label[0],
        "within": list(indicator.within),
        "weight": _plain(indicator.weight),
        "status": one.status,
        "score": _ends(one.points),
        "value": _ends(one.value, indicator.unit),
        "formula": one.worked or None,
        "rule": one.rule,
        "basis": indicator.basis,
        "reason": one.reason or None,
        "printed": _stated(row.score, one.points, facts) if row is not None else None,
    }


def _sheet(sheet: SheetScore, facts: FactSet) -> Json:
    return {
        "scheme": sheet.scheme.id,
        "title": sheet.scheme.title,
        "reference": sheet.scheme.reference,
        "total": _ends(sheet.total),
        "complete": sheet.total is not None,
        "grade": sheet.grade or None,
        "reason": sheet.reason or None,
        "blocks": [_block(block, facts) for block in sheet.blocks],
        "others": [row.label for row in sheet.others],
    }


def _block(one: BlockScore, facts: FactSet) -> Json:
    return {
        "label": one.block.label,
        "weight": _plain(one.block.weight),
        "indicators": [_row(row, facts) for row in one.rows],
        "weights": _ends(one.weights),
        "rate": _ends(one.rate, "%"),
        "score": _ends(one.points),
        "reason": one.reason or None,
        "printed": _stated(one.printed, one.points, facts) if one.printed is not None else None,
    }


def _row(row: PrintedRow, facts: FactSet) -> Json:
    weight, score = (
        str(facts.amount(number).value) if number is not None else None for number in (row.weight, row.score)
    )
    return {"label": row.label, "weight": weight, "score": score}


def _stated(number: int | None, computed: Interval | None, facts: FactSet) -> Json:
    """A printed score and by how much it is off; ``agrees`` is null where nothing was computed."""
    if number is None:
        return {"score": None, "agrees": None, "difference": None}
    off = difference(facts.amount(number), computed) if computed is not None else None
    return {
        "score": str(facts.amount(number).value),
        "agrees": off is None if computed is not None else None,
        "difference": _ends(off),
        "location": _location(facts.places[number]),
    }


def _location(place: Place) -> Json:
    named = {"page": place.page, "line": place.line, "sheet": place.sheet, "cell": place.cell}
    return {name: value for name, value in named.items() if value is not None}


def _ends(interval: Interval | None, unit: str = "分") -> Json | None:
    if interval is None:
        return None
    size = MONEY.get(unit, 1)
    low, high = (format_amount(Fraction(end, size), "", _DECIMALS) for end in interval)
    return {"low": low, "high": high}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
