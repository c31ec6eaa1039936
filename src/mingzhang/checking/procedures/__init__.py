"""The few checks that are not a relation over figures, by the id of their entry in the standards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from mingzhang.checking.finding import ERROR, WARNING, Finding
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED, CheckOutcome, Submission, Unevaluated
from mingzhang.checking.procedures import (
    alike,
    annexes,
    codes,
    counts,
    formulas,
    indicators,
    language,
    privacy,
    punctuation,
    schemes,
    scores,
    sheet_cells,
    sheet_copies,
    sheet_heads,
    sheet_points,
    sheets,
    statements,
    structure,
    tables,
    targets,
    titles,
    years,
)
from mingzhang.expressions import NotEvaluatedError
from mingzhang.taxonomy import Check

Procedure = Callable[[Submission, Check], Iterable[Finding | Unevaluated]]

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
    "codes.children_missing": codes.children_missing,
}
"""Checks of the published tables."""

ON_EVERYTHING: dict[str, Procedure] = {
    "annexes.missing": annexes.missing,
    "statements.direction_differs": statements.direction_differs,
    "statements.nature_differs": statements.nature_differs,
    "statements.reason_missing": statements.reason_missing,
    "statements.unit_slip": statements.unit_slip,
    "statements.items_missing": statements.items_missing,
    "statements.item_not_in_table": statements.item_not_in_table,
    "statements.listed_without_amount": statements.listed_without_amount,
    "statements.percent_missing": statements.percent_missing,
    "scores.execution_differs": scores.execution_differs,
    "scores.total_differs": scores.total_differs,
    "scores.scheme_differs": schemes.scheme_differs,
    "scores.grade_differs": schemes.grade_differs,
    "scores.above_weight": scores.above_weight,
    "indicators.deviation_unexplained": targets.deviation_unexplained,
    "indicators.deduction_unexplained": targets.deduction_unexplained,
    "indicators.missed_with_full_score": targets.missed_with_full_score,
    "indicators.target_missing": targets.target_missing,
    "indicators.target_unmeasurable": targets.target_unmeasurable,
    "indicators.results_equal_targets": targets.results_equal_targets,
    "sheets.goal_without_funds": sheets.goal_without_funds,
    "sheets.goal_copied": sheets.goal_copied,
    "sheets.copies_differ": sheet_copies.copies_differ,
    "sheets.points_not_whole": sheet_points.points_not_whole,
    "sheets.project_twice": sheets.project_twice,
    "sheets.funds_negative": sheets.funds_negative,
    "sheets.label_of_another": sheets.label_of_another,
    "sheets.blank": sheets.blank,
    "sheets.cells_blank": sheet_cells.cells_blank,
    "sheets.signature_blank": sheet_cells.signature_blank,
    "sheets.year_differs": sheet_heads.year_differs,
    "sheets.money_unit_differs": sheet_heads.money_unit_differs,
    "sheets.entity_differs": sheet_heads.entity_differs,
    "sheets.dated_too_early": sheet_heads.dated_too_early,
    "indicators.named_twice": indicators.named_twice,
    "indicators.rate_above_whole": sheet_cells.rate_above_whole,
    "sheets.figure_unreadable": sheets.figure_unreadable,
    "statements.parts_differ": counts.parts_differ,
    "statements.result_differs": formulas.result_differs,
    "sheets.indicator_differs": indicators.values_differ,
    "language.choice_left": language.choice_left,
    "language.blank_left": language.blank_left,
    "language.remark_left": language.remark_left,
    "language.list_unfinished": language.list_unfinished,
    "language.field_empty": language.field_empty,
    "language.foot_empty": language.foot_empty,
    "language.reason_empty": language.reason_empty,
    "language.word_doubled": language.word_doubled,
    "language.word_misused": language.word_misused,
    "language.stops_doubled": punctuation.stops_doubled,
    "language.stop_missing": punctuation.stop_missing,
    "language.half_width": punctuation.half_width,
    "language.unpaired": punctuation.unpaired,
    "language.spaces_inside": punctuation.spaces_inside,
    "language.passages_differ": alike.passages_differ,
    "names.entity_misspelt": alike.entity_misspelt,
    "names.designation_differs": alike.designation_differs,
    "names.level_differs": alike.level_differs,
    "names.code_misspelt": alike.code_name_misspelt,
    "names.code_outdated": alike.code_name_outdated,
    "names.entity_abridged": titles.entity_abridged,
    "names.item_misplaced": titles.item_misplaced,
    "structure.part_missing": structure.part_missing,
    "structure.section_missing": structure.section_missing,
    "structure.contents_differ": structure.contents_differ,
    "structure.numbering": structure.numbering,
    "structure.enumerated_twice": structure.enumerated_twice,
    "structure.heading_empty": structure.heading_empty,
    "structure.heading_repeated": structure.heading_repeated,
    "years.title": years.title,
    "years.comparison": years.comparison,
    "years.holdings": years.holdings,
    "years.impossible": years.impossible,
    "years.word_missing": years.word_missing,
    "years.part_of_year": years.part_of_year,
    "years.dates_differ": years.dates_differ,
    "privacy.mobile": privacy.mobile,
    "privacy.identity": privacy.identity,
    "privacy.bank_card": privacy.bank_card,
}
"""Checks of the whole submission."""

OF_FIGURES = frozenset(
    {
        "statements.direction_differs",
        "statements.result_differs",
        "scores.above_weight",
        "sheets.funds_negative",
    }
)
"""Checks of what is said of figures, or follows from them: nothing to say where a figure is wrong."""

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
                told = list(ON_EVERYTHING[check.id](submission, check))
            except NotEvaluatedError as error:
                outcomes.append(CheckOutcome(check.id, NOT_EVALUATED, str(error)))
                continue
            open_ = [one.reason for one in told if isinstance(one, Unevaluated)]
            found = [one for one in told if isinstance(one, Finding)]
            outcomes += [CheckOutcome(check.id, NOT_EVALUATED, reason) for reason in open_]
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
        found = [one for one in ON_TABLES[check.id](tables_only, check) if isinstance(one, Finding)]
        outcomes.append(CheckOutcome(check.id, FAILED if found else PASSED))
        findings += found
    return outcomes, findings


def untold(procedural: Iterable[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of procedures, without what is said of figures that ``findings`` call wrong."""
    wrong = {
        (f.locations[0].document, f.locations[0].place): f for f in findings if f.severity in (ERROR, WARNING)
    }
    for found in procedural:
        places = ((place.document, place.place) for place in found.locations)
        told = next((wrong[place] for place in places if place in wrong), None)
        if found.rule in OF_FIGURES and told is not None:
            told.also.append(found.rule)
        else:
            yield found
