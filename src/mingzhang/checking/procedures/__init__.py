"""The few checks that are not a relation over figures, by the id of their entry in the standards."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED, CheckOutcome, Submission
from mingzhang.checking.procedures import codes, tables
from mingzhang.taxonomy import Check

Procedure = Callable[[Submission, Check], Iterable[Finding]]

PROCEDURES: dict[str, Procedure] = {
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


def run(submission: Submission) -> tuple[list[CheckOutcome], list[Finding]]:
    """Run every check of the standards: one outcome each, and the findings of those that failed."""
    outcomes, findings = [], []
    for check in submission.standards.checks.values():
        if not submission.readings:
            outcomes.append(CheckOutcome(check.id, NOT_EVALUATED, "文件中没有决算表"))
            continue
        found = list(PROCEDURES[check.id](submission, check))
        outcomes.append(CheckOutcome(check.id, FAILED if found else PASSED))
        findings += found
    return outcomes, findings
