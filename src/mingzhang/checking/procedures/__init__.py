"""The few checks that are not a relation over figures, by the id of their entry in the standards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED, CheckOutcome, Submission
from mingzhang.checking.procedures import annexes, codes, tables
from mingzhang.expressions import NotEvaluatedError
from mingzhang.taxonomy import Check

Procedure = Callable[[Submission, Check], Iterable[Finding]]

ON_TABLES: dict[str, Procedure] = {
    "tables.missing": tables.missing,
    "tables.empty_without_statement": tables.empty_without_statement,
    "tables.number_differs": tables.number_differs,
    "tables.title_missing": tables.title_missing,
    "tables.money_unit_missing": tables.money_unit_missing,
    "tables.entity_blank": tables.entity_blank,
    "tables.entity_replaced": tables.entity_replaced,
    "tables.entity_differs": tables.entity_differs,
    "tables.decimals_differ": tables.decimals_differ,
    "tables.figure_unreadable": tables.figure_unreadable,
    "codes.unknown": codes.unknown,
    "codes.name_differs": codes.name_differs,
    "codes.name_differs_between_tables": codes.name_differs_between_tables,
    "codes.parent_missing": codes.parent_missing,
}
"""Checks of the published tables."""

ON_EVERYTHING: dict[str, Procedure] = {"annexes.missing": annexes.missing}
"""Checks of the whole submission."""

PROCEDURES = {**ON_TABLES, **ON_EVERYTHING}


def run(submission: Submission) -> tuple[list[CheckOutcome], list[Finding]]:
    """Run every check of the standards: one outcome each, and the findings of those that failed."""
    outcomes, findings = [], []
    forms = submission.standards.forms
    published = {address: r for address, r in submission.readings.items() if r.form in forms}
    tables_only = replace(submission, readings=published)
    for check in submission.standards.checks.values():
        if check.id in ON_EVERYTHING:
            try:
                found = list(ON_EVERYTHING[check.id](submission, check))
            except NotEvaluatedError as error:
                outcomes.append(CheckOutcome(check.id, NOT_EVALUATED, str(error)))
                continue
            outcomes.append(CheckOutcome(check.id, FAILED if found else PASSED))
            findings += found
            continue
        if not published:
            outcomes.append(CheckOutcome(check.id, NOT_EVALUATED, "文件中没有决算表"))
            continue
        if check.id == "tables.missing" and len(published) < tables.A_DISCLOSURE:
            reason = f"文件中只有{len(published)}张决算表，不是完整的决算公开"
            outcomes.append(CheckOutcome(check.id, NOT_EVALUATED, reason))
            continue
        found = list(ON_TABLES[check.id](tables_only, check))
        outcomes.append(CheckOutcome(check.id, FAILED if found else PASSED))
        findings += found
    return outcomes, findings
