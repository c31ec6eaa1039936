"""The report for people: coloured in a terminal, plain when piped."""

from __future__ import annotations

from pathlib import PurePath

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mingzhang.checking.finding import ERROR, NOTICE, ROUNDING, WARNING, Finding, Location
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.reporting.model import Checkup, Reading, Report, SubmissionReport

_NAMES = {ERROR: "错误", WARNING: "警告", NOTICE: "提示", ROUNDING: "尾差"}
_STYLES = {ERROR: "bold red", WARNING: "yellow", NOTICE: "cyan", ROUNDING: "dim"}
_ROLES = {"certain": "可确定", "likely": "很可能", "possible": "可能"}


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
        counts = "，".join(f"{_NAMES[s]}{report.count(s)}条" for s in (ERROR, WARNING, NOTICE))
        together = len(report.files) - len(report.unreadable) > len(report.submissions)
        units = f"，按单位和年度归为{len(report.submissions)}份" if together else ""
        unread = f"{len(report.unreadable)}个无法读取"
        console.print(f"共{len(report.files)}个文件，{unread}{units}；{counts}。")


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
    names = _names(report, submission)
    for finding in submission.findings:
        if finding.severity != ROUNDING or details:
            _print_finding(finding, names, console)
    counts = {s: sum(f.severity == s for f in submission.findings) for s in _NAMES}
    found = "，".join(f"{_NAMES[s]}{counts[s]}条" for s in (ERROR, WARNING, NOTICE))
    hint = f"；另有尾差{counts[ROUNDING]}处，属四舍五入，不计入" if counts[ROUNDING] else ""
    console.print(f"  结论：{found}{hint}。", highlight=False)
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
    who = submission.identity.entity or "单位未识别"
    year = f"{submission.identity.year}年度" if submission.identity.year else "年度未识别"
    forms = sum(len(file.forms) for file in files)
    tables = f"识别出{forms}张表、{sum(file.facts for file in files)}个数字"
    other = sum(len(file.unrecognised) for file in files)
    rest = f"，另有{other}张表未识别" if other else ""
    return f"{who}，{year}，按“{submission.edition.title}”核对；{tables}{rest}。"


def _shares(file: Checkup) -> str:
    """How many of the file's figures became facts, where it has any."""
    parts = []
    for part, name in (("tables", "表中"), ("text", "正文中")):
        claimed, figures = file.figures.get(part, (0, 0))
        if figures:
            parts.append(f"{name}{claimed}/{figures}个（{claimed / figures:.1%}）")
    return f"识别含义的数字：{'，'.join(parts)}。" if parts else ""


def _names(report: Report, submission: SubmissionReport) -> dict[int, str]:
    """How a place names its file: not at all where there is one, by its path where names are alike."""
    if len(submission.files) == 1:
        return {}
    paths = {number: PurePath(report.files[number].path) for number in submission.files}
    alike = len({path.name for path in paths.values()}) < len(paths)
    return {number: str(path) if alike else path.name for number, path in paths.items()}


def _where(location: Location, names: dict[int, str]) -> str:
    name = f"“{names[location.document]}”" if location.document in names else ""
    return name + location.place.describe()


def _print_finding(finding: Finding, names: dict[int, str], console: Console) -> None:
    place = _where(finding.locations[0], names)
    line = Text("  ")
    line.append(f"{_NAMES[finding.severity]} ", style=_STYLES[finding.severity])
    line.append(f"{place}  " if place else "", style="bold")
    line.append(finding.message)
    console.print(line, highlight=False)
    if finding.explanation and finding.expected is not None:
        console.print(Text(f"      算式：{finding.explanation}", style="dim"), highlight=False)
    first = finding.locations[0].document
    elsewhere = {place.document: place for place in finding.locations if place.document != first}
    for location in elsewhere.values():
        console.print(Text(f"      另见：{_where(location, names)}", style="dim"), highlight=False)
    for suggestion in finding.suggestions:
        sure = _ROLES[suggestion.confidence]
        console.print(Text(f"      建议（{sure}）：{suggestion.text}", style="green"), highlight=False)
    also = f"；同时违反{len(finding.also)}条关系" if finding.also else ""
    console.print(
        Text(f"      依据：{finding.reference}  规则：{finding.rule}{also}  编号：{finding.id}", style="dim"),
        highlight=False,
    )


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
