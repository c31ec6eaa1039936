"""The report for people: coloured in a terminal, plain when piped."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import PurePath

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mingzhang.checking.finding import ERROR, NOTICE, ROUNDING, WARNING
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.reporting.model import Checkup, Reading, Report, SubmissionReport
from mingzhang.reporting.wording import CONFIDENCE, Line, by_cause, names_of, totals, where, whose

_STYLES = {ERROR: "bold red", WARNING: "yellow", NOTICE: "cyan", ROUNDING: "dim"}


def print_report(report: Report, console: Console, *, details: bool = False) -> None:
    """Write the report to ``console``; ``details`` lists rounding hints and what was not checked."""
    first = {min(submission.files): submission for submission in report.submissions}
    for number, file in enumerate(report.files):
        if file.error is not None:
            console.print(Text(file.path, style="bold"))
            failed = "未能检查" if file.fault else "无法读取"
            console.print(Text(f"  {failed}：{file.error}", style="bold red"))
            console.print()
        elif number in first:
            _print_submission(report, first[number], console, details)
    for note in report.notes:
        console.print(Text(f"注意：{note}", style="yellow"))
    if len(report.files) > 1:
        together = len(report.files) - len(report.unreadable) > len(report.submissions)
        units = f"，按单位和年度归为{len(report.submissions)}份" if together else ""
        unread = f"{len(report.unreadable)}个无法读取"
        console.print(f"共{len(report.files)}个文件，{unread}{units}；{totals(report)}。")


def _print_submission(report: Report, submission: SubmissionReport, console: Console, details: bool) -> None:
    files = [report.files[number] for number in sorted(submission.files)]
    for file in files:
        console.print(Text(file.path, style="bold"))
    console.print(f"  {escape(_about(submission, files))}", highlight=False)
    for file in files:
        name = f"“{PurePath(file.path).name}”：" if len(files) > 1 else ""
        if shares := _shares(file):
            console.print(f"  {escape(name)}{shares}", highlight=False)
        for place in file.unclaimed if details else ():
            where = place.place.describe()
            console.print(Text(f"    未识别含义 {name}{where} {place.quote}", style="dim"))
        for note in file.notes:
            console.print(Text(f"  注意：{name}{note}", style="yellow"))
    for note in submission.notes:
        console.print(Text(f"  注意：{note}", style="yellow"))
    names = names_of(report, submission)
    findings = [f for f in by_cause(submission.findings) if f.severity != ROUNDING or details]
    shown = [Line(finding, submission, report.accepted.get(finding.id), names) for finding in findings]
    for _, alike in groupby(shown, lambda line: (line.finding.severity, line.finding.rule)):
        _print_group(list(alike), console)
    tails = sum(finding.severity == ROUNDING for finding in submission.findings)
    hint = f"；另有尾差{tails}处，属四舍五入，不计入" if tails else ""
    console.print(f"  结论：{totals(report, submission)}{hint}。", highlight=False)
    missing = submission.not_evaluated()
    see = "" if details or not missing else "（用 --details 查看原因）"
    console.print(
        f"  核对：通过{submission.count(PASSED)}项，未通过{submission.count(FAILED)}项，"
        f"未核对{submission.count(NOT_EVALUATED)}项{see}。",
        highlight=False,
    )
    if details:
        for rule, why, _ in missing:
            console.print(Text(f"    未核对 {rule}：{why}", style="dim"))
    console.print()


def _about(submission: SubmissionReport, files: list[Checkup]) -> str:
    forms = sum(len(file.forms) for file in files)
    tables = f"识别出{forms}张表、{sum(file.facts for file in files)}个数字"
    other = sum(len(file.unrecognised) for file in files)
    rest = f"，另有{other}张表未识别" if other else ""
    return f"{whose(submission)}，按“{submission.edition.title}”核对；{tables}{rest}。"


def _shares(file: Checkup) -> str:
    """How many of the file's figures became facts, where it has any."""
    parts = []
    for part, name in (("tables", "表中"), ("text", "正文中")):
        claimed, figures = file.figures.get(part, (0, 0))
        if figures:
            parts.append(f"{name}{claimed}/{figures}个（{claimed / figures:.1%}）")
    return f"识别含义的数字：{'，'.join(parts)}。" if parts else ""


def _print_group(alike: Sequence[Line], console: Console) -> None:
    """Findings of one rule: what they have in common is said once, after the last."""
    for line in alike:
        _print_finding(line, console)
    finding = alike[0].finding
    same = f"，共{len(alike)}条" if len(alike) > 1 else ""
    number = "" if len(alike) > 1 else f"{_also(alike[0])}  编号：{finding.id}"
    told = f"      依据：{finding.reference}  规则：{finding.rule}{same}{number}"
    console.print(Text(told, style="dim"), highlight=False)
    if len(alike) > 1:
        numbers = "、".join(f"{line.finding.id}{_also(line)}" for line in alike)
        console.print(Text(f"      编号：{numbers}", style="dim"), highlight=False)


def _also(line: Line) -> str:
    return f"；同时违反{len(line.finding.also)}条关系" if line.finding.also else ""


def _print_finding(line: Line, console: Console) -> None:
    finding = line.finding
    text = Text("  ", style="dim" if line.reason else "")
    text.append(f"{line.severity} ", style=_STYLES[finding.severity] if line.reason is None else "")
    text.append("已认可 " if line.reason else "")
    text.append(f"{line.ahead}  " if line.ahead else "", style="bold")
    text.append(finding.message)
    console.print(text, highlight=False)
    if line.reason:
        console.print(Text(f"      认可的理由：{line.reason}", style="dim"), highlight=False)
        return
    if finding.values and finding.explanation and finding.explanation not in finding.message:
        console.print(Text(f"      算式：{finding.explanation}", style="dim"), highlight=False)
    first = finding.locations[0].document
    elsewhere = {place.document: place for place in finding.locations if place.document != first}
    for location in elsewhere.values():
        console.print(Text(f"      另见：{where(location, line.names)}", style="dim"), highlight=False)
    advice = (f"      建议（{CONFIDENCE[s.confidence]}）：{s.text}" for s in finding.suggestions)
    for suggestion in dict.fromkeys(advice):  # the same at every place is said once
        console.print(Text(suggestion, style="green"), highlight=False)


def facts_table(reading: Reading) -> Table:
    """The facts as a terminal table; with their file, where there are several."""
    table = Table()
    several = len(reading.files) > 1
    for head in ("表", "行", "栏", "数字", "单位", "位置", *(["文件"] if several else [])):
        table.add_column(head, overflow="fold")
    for fact in reading:
        form, row, column = fact.key
        name = f"{row} {fact.label}" if row.isdecimal() else fact.label
        cells = [form, name, fact.column_label or column, fact.printed, fact.amount.unit]
        file = [reading.files[fact.document].path] if several else []
        table.add_row(*map(escape, [*cells, fact.place.describe(), *file]))
    return table
