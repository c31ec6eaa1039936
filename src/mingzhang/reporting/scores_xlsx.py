"""Scores as a workbook: the indicator score table (评价指标表) filled in, each sheet's blocks in a table."""

from __future__ import annotations

from collections.abc import Iterator

from mingzhang.binding.compose import TableBuilder, paragraph
from mingzhang.binding.compose_sheets import compose_sheet
from mingzhang.documents import Block, Document
from mingzhang.forms import VALUE
from mingzhang.reporting.score_cells import TABLE, sheet_cells, table_cells
from mingzhang.reporting.score_model import ScoredPlan, ScoredSubmission, ScoreReport
from mingzhang.reporting.scores import against, decimal_text, points_text
from mingzhang.scoring.blocks import SheetScore
from mingzhang.scoring.score import Scored
from mingzhang.taxonomy import Standards
from mingzhang.writers.xlsx import write

_WHOSE = ("name", "implementer")
"""The cells of a score sheet that name the unit."""


def scores_xlsx(report: ScoreReport) -> bytes:
    """The workbook."""
    blocks: list[Block] = []
    for plan in report.plans:
        if plan.evaluation.sheet is None:
            blocks += score_table(plan.scored, plan.standards, plan.unit, plan.year)
        else:
            blocks += filled_sheet(plan, plan.evaluation.sheet)
    for submission in report.submissions:
        identity = submission.identity
        for evaluation in submission.evaluations:
            if evaluation.scored is not None:
                standards, year = submission.standards, identity.year or submission.edition.year
                blocks += score_table(evaluation.scored, standards, identity.entity or "", year)
            elif evaluation.sheet is not None:
                title = submission.titles.get(evaluation.place.address, "")
                blocks += _sheet(evaluation.sheet, title, submission)
    return write(Document("", "", "composed", blocks or [paragraph("没有可评分的自评表或指标得分。")]))


def score_table(scored: Scored, standards: Standards, unit: str, year: int) -> list[Block]:
    """The scheme's indicators with standard, result and score as the form that is read."""
    sheet = standards.sheets[TABLE]
    cells = table_cells(scored, sheet)
    title, *rest = compose_sheet(sheet, cells, year)
    grade = f"评价等级：{scored.grade or '不能确定'}" if scored.scheme.grades else ""
    notes = [f"注：按“{scored.scheme.title}”评分。", grade]
    return [
        title,
        paragraph(f"部门：{unit}", "label"),
        *rest,
        *(paragraph(note, "note") for note in notes if note),
    ]


def filled_sheet(plan: ScoredPlan, scored: SheetScore) -> list[Block]:
    """A score sheet as filled in, with the rate of execution, the scores, the total and the grade."""
    form = plan.standards.sheets[scored.scheme.of[0]]
    slots = {key for section in form.sections for key in section.slots}
    whose = {(key, VALUE): plan.unit for key in _WHOSE if key in slots}
    cells = whose | sheet_cells(plan.cells, scored)
    title, *rest = compose_sheet(form, cells, plan.year)
    grade = f"评价等级：{scored.grade or '不能确定'}"
    return [title, paragraph(f"部门：{plan.unit}", "label"), *rest, paragraph(grade, "note")]


def _sheet(sheet: SheetScore, title: str, submission: ScoredSubmission) -> Iterator[Block]:
    facts = submission.facts
    yield paragraph("自评得分核对表", "caption")
    yield paragraph(f"部门：{submission.identity.entity or ''}", "label")
    yield paragraph(title, "label")
    table = TableBuilder()
    table.add(["项目", "分值", "指标分值合计", "应得分", "所写得分", "相差"])
    for one in sheet.blocks:
        weight = decimal_text(one.block.weight)
        table.add(
            [
                one.block.label,
                weight,
                points_text(one.weights),
                points_text(one.points) or one.reason,
                *against(one.points, one.printed, facts),
            ]
        )
    table.add(
        [
            "总分",
            decimal_text(sheet.scheme.total),
            "",
            points_text(sheet.total) or sheet.reason,
            *against(sheet.total, sheet.sheet.total, facts),
        ]
    )
    table.add(["等级", "", "", sheet.grade or "不能确定", sheet.sheet.grade, ""])
    table.heads = 1
    yield table.table()
