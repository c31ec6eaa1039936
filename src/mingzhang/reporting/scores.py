"""Scores for people: indicator, formula with its numbers, rule, score, and the printed score beside it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rich.console import Console
from rich.text import Text

from mingzhang.documents import quoted
from mingzhang.facts import FactSet
from mingzhang.money import SCALE, Interval, format_amount, rounded
from mingzhang.reporting.score_model import ScoreReport
from mingzhang.schemes import Scheme
from mingzhang.scoring.blocks import BlockScore, SheetScore
from mingzhang.scoring.documents import Evaluation, difference
from mingzhang.scoring.score import NOT_APPLICABLE, NOT_EVALUATED, UNWEIGHED, Score, Scored

_DECIMALS = 2


def points_text(points: Interval | None) -> str:
    """Points as printed: 36, 3.22, or from 36 to 38 where they are not certain."""
    if points is None:
        return ""
    low, high = (_trimmed(end) for end in points)
    return low if low == high else f"{low}～{high}"


def as_printed(points: Interval) -> Interval:
    """The points as :func:`points_text` prints them, which is what a grade is given for."""
    return Interval(*(rounded(end, "分", _DECIMALS) for end in points))


def decimal_text(points: Decimal | None) -> str:
    """A weight as printed."""
    return "" if points is None else f"{points.normalize():f}"


def _trimmed(value: int | Fraction) -> str:
    text = format_amount(value, "分", _DECIMALS)
    return text.rstrip("0").rstrip(".") if "." in text else text


def schemes_lines(schemes: dict[str, tuple[str, Scheme]]) -> Iterator[str]:
    """A line for each scheme: id, first edition, title, size, reference."""
    for edition, scheme in schemes.values():
        count = f"{len(scheme.indicators)}项指标" if scheme.indicators else f"{len(scheme.blocks)}类指标"
        yield f"{scheme.id}\t{edition}\t{scheme.title}\t{count}\t{scheme.reference}"


def print_scores(report: ScoreReport, console: Console) -> None:
    """Write the report to ``console``."""
    for file in report.unreadable:
        console.print(Text(file.path, style="bold"))
        console.print(Text(f"  无法读取：{file.error}", style="bold red"))
    for submission in report.submissions:
        for number in sorted(submission.files):
            console.print(Text(report.files[number].path, style="bold"))
        identity = submission.identity
        whose = "，".join(filter(None, (identity.entity, f"{identity.year}年度" if identity.year else "")))
        console.print(Text(f"  {whose}，按{quoted(submission.edition.title)}评分。".replace("  ，", "  ")))
        for note in submission.notes:
            console.print(Text(f"  注意：{note}", style="yellow"))
        if not submission.evaluations:
            console.print(Text("  没有可评分的自评表或指标得分。", style="yellow"))
        for evaluation in submission.evaluations:
            console.print()
            place = submission.titles.get(evaluation.place.address, "")
            _print_evaluation(evaluation, submission.facts, place, console)
        console.print()
    for plan in report.plans:
        console.print(Text(plan.path, style="bold"))
        whose = f"  {plan.unit}，{plan.year}年度，按{quoted(plan.standards.edition.title)}评分。"
        console.print(Text(whose))
        console.print()
        _print_evaluation(plan.evaluation, plan.facts, "", console)
        console.print()
    for note in report.notes:
        console.print(Text(f"注意：{note}", style="yellow"))


def _print_evaluation(evaluation: Evaluation, facts: FactSet, place: str, console: Console) -> None:
    """One evaluation; ``place`` is where a document prints it, empty for a data file."""
    scheme = evaluation.scheme
    console.print(Text(f"  {scheme.title}  {scheme.id}", style="bold"), highlight=False)
    if place:
        console.print(Text(f"    所在：{place}", style="dim"), highlight=False)
    lines = (
        _scheme_lines(evaluation.scored, evaluation, facts)
        if evaluation.scored is not None
        else _sheet_lines(evaluation.sheet, facts, bool(place))
    )
    for text, style in lines:
        console.print(Text(f"    {text}", style=style), highlight=False)


Line = tuple[str, str]
"""A line and its style."""


def against(computed: Interval | None, stated: int | None, facts: FactSet) -> tuple[str, str]:
    """The printed score, and its difference from the computed one; each empty where there is none."""
    if stated is None:
        return "", ""
    shown = points_text(Interval(facts.centres[stated], facts.centres[stated]))
    if computed is None:
        return shown, ""
    off = difference(facts.amount(stated), computed)
    return shown, points_text(off) if off is not None else "0"


def _compared(computed: Interval | None, stated: int | None, facts: FactSet, printed: bool = True) -> str:
    shown, off = against(computed, stated, facts)
    if not shown:
        return "；未写得分" if printed else ""
    if not off:
        return f"；所写得分{shown}"
    return f"；所写得分{shown}，" + ("一致" if off == "0" else f"相差{off}")


def _style(line: str) -> str:
    return "bold red" if "，相差" in line else ""


def _scheme_lines(scored: Scored, evaluation: Evaluation, facts: FactSet) -> Iterator[Line]:
    rows = evaluation.place.of(scored.scheme)
    for number, one in enumerate(scored.scores, 1):
        row = rows.get(one.indicator.id)
        weight = f"（{decimal_text(one.indicator.weight)}分）" if one.indicator.weight is not None else ""
        head = f"{number}. {one.indicator.label[0]}{weight}：{status_text(one)}"
        if evaluation.place.address:
            head += _compared(one.points, row.score if row else None, facts)
        yield head, _style(head) if one.indicator.firm else head and ("yellow" if _style(head) else "")
        yield from ((f"    {text}", "dim") for text in _details(one))
    total = f"总分：{points_text(scored.total) or f'未评价（{UNWEIGHED}）'}"
    if evaluation.place.total is not None:
        total += _compared(scored.total, evaluation.place.total, facts)
        if evaluation.stated is not None:
            shown, off = against(evaluation.stated, evaluation.place.total, facts)
            total += f"；所写各项得分合计{points_text(evaluation.stated)}"
            total += "，与所写总分一致" if off == "0" else f"，与所写总分{shown}，相差{off}"
    yield total, _style(total) or "bold"
    yield _graded(scored.scheme, scored.grade, evaluation.place.grade), ""
    missing = [one.indicator.label[0] for one in scored.scores if one.status == NOT_EVALUATED]
    if missing and scored.total is not None:
        yield f"未评价{len(missing)}项：{'、'.join(missing)}（按0分至满分计入总分的范围）。", "dim"


def status_text(one: Score) -> str:
    """The score in words."""
    if one.status == NOT_EVALUATED:
        return f"未评价（{one.reason}）"
    if one.status == NOT_APPLICABLE:
        return f"不适用（{one.reason}）"
    verb = "扣" if one.indicator.weight is None else "得"
    return f"{verb}{points_text(one.points)}分" + (f"（{one.reason}）" if one.reason else "")


def _details(one: Score) -> Iterator[str]:
    if one.worked:
        yield f"算式：{one.worked}"
    basis = "" if one.indicator.firm else "（步骤仅供参考）"
    yield f"规则：{one.rule}{basis}"


def _graded(scheme: Scheme, computed: str, stated: str) -> str:
    if not scheme.weighed:
        return f"等级：未评价（{UNWEIGHED}）" + (f"；所写等级{stated}" if stated else "")
    if not scheme.grades:
        return "等级：方案没有规定等级"
    shown = computed or "不能确定"
    if not stated:
        return f"等级：{shown}"
    agrees = "一致" if computed and stated.startswith(computed) else "不一致" if computed else "无法比较"
    return f"等级：{shown}；所写等级{stated}，{agrees}"


def _sheet_lines(sheet: SheetScore | None, facts: FactSet, printed: bool) -> Iterator[Line]:
    assert sheet is not None
    for block in sheet.blocks:
        text = _block_text(block, facts, printed)
        yield text, "bold red" if "，相差" in text or "，应为" in text else ""
    for row in sheet.others:
        shown = points_text(facts.intervals[row.score]) if row.score is not None else "未写得分"
        yield f"方案各类之外的指标{quoted(row.label)}：{shown}", "yellow"
    total = f"总分：{points_text(sheet.total) or f'未评价（{sheet.reason}）'}"
    total += _compared(sheet.total, sheet.sheet.total, facts, printed)
    yield total, _style(total) or "bold"
    yield _graded(sheet.scheme, sheet.grade, sheet.sheet.grade), ""


def _block_text(one: BlockScore, facts: FactSet, printed: bool) -> str:
    weight = decimal_text(one.block.weight)
    head = f"{one.block.label}（{weight}分）："
    if one.rate is not None:
        rate = format_amount(Fraction(one.rate.low + one.rate.high, 2), "%", _DECIMALS)
        head += f"{rate}%×{weight}＝{points_text(one.points)}"
        return head + _compared(one.points, one.printed, facts, printed)
    if one.points is None:
        stated = _compared(None, one.printed, facts) if one.printed is not None else ""
        return f"{head}未评价（{one.reason}）{stated}"
    if not one.rows:
        return f"{head}{one.reason}"
    head += f"{len(one.rows)}项指标得分合计{points_text(one.points)}"
    if one.weights is not None:
        head += f"；分值合计{points_text(one.weights)}"
        if not (one.shared or one.weights.low <= Fraction(one.block.weight) * SCALE <= one.weights.high):
            head += f"，应为{weight}"
    return head
