"""The report for people: coloured in a terminal, plain when piped."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mingzhang.checking.finding import ERROR, NOTICE, ROUNDING, WARNING, Finding
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.facts import FactSet
from mingzhang.reporting.json import not_evaluated
from mingzhang.reporting.model import Checkup, Report

_NAMES = {ERROR: "错误", WARNING: "警告", NOTICE: "提示", ROUNDING: "尾差"}
_STYLES = {ERROR: "bold red", WARNING: "yellow", NOTICE: "cyan", ROUNDING: "dim"}
_ROLES = {"certain": "可确定", "likely": "很可能", "possible": "可能"}


def print_report(report: Report, console: Console, *, details: bool = False) -> None:
    """Write the report to ``console``; ``details`` lists rounding hints and what was not checked."""
    for file in report.files:
        _print_file(file, console, details)
    if len(report.files) > 1:
        counts = "，".join(f"{_NAMES[s]}{report.count(s)}条" for s in (ERROR, WARNING, NOTICE))
        console.print(f"共{len(report.files)}个文件，{len(report.unreadable)}个无法读取；{counts}。")


def _print_file(file: Checkup, console: Console, details: bool) -> None:
    console.print(Text(file.path, style="bold"))
    if file.error is not None or file.checked is None:
        console.print(Text(f"  无法读取：{file.error}", style="bold red"))
        console.print()
        return
    console.print(f"  {escape(_about(file))}", highlight=False)
    for note in file.notes:
        console.print(Text(f"  注意：{note}", style="yellow"))
    checked = file.checked
    for finding in checked.findings:
        if finding.severity != ROUNDING or details:
            _print_finding(finding, console)
    counts = {s: sum(f.severity == s for f in checked.findings) for s in _NAMES}
    found = "，".join(f"{_NAMES[s]}{counts[s]}条" for s in (ERROR, WARNING, NOTICE))
    hint = f"；另有尾差{counts[ROUNDING]}处，属四舍五入，不计入" if counts[ROUNDING] else ""
    console.print(f"  结论：{found}{hint}。", highlight=False)
    missing = not_evaluated(checked)
    see = "" if details or not missing else "（用 --details 查看原因）"
    console.print(
        f"  核对：通过{checked.count(PASSED)}项，未通过{checked.count(FAILED)}项，"
        f"未核对{checked.count(NOT_EVALUATED)}项{see}。",
        highlight=False,
    )
    if details:
        for entry in missing:
            console.print(Text(f"    未核对 {entry['rule']}：{entry['reason']}", style="dim"))
    console.print()


def _about(file: Checkup) -> str:
    assert file.recognition is not None
    assert file.identity is not None
    assert file.standards is not None
    who = file.identity.entity or "单位未识别"
    year = f"{file.identity.year}年度" if file.identity.year else "年度未识别"
    tables = f"识别出{len(file.recognition.readings)}张表、{len(file.recognition.facts)}个数字"
    other = file.recognition.unrecognised
    rest = f"，另有{len(other)}张表未识别" if other else ""
    return f"{who}，{year}，按“{file.standards.edition.title}”核对；{tables}{rest}。"


def _print_finding(finding: Finding, console: Console) -> None:
    place = finding.locations[0].place.describe()
    line = Text("  ")
    line.append(f"{_NAMES[finding.severity]} ", style=_STYLES[finding.severity])
    line.append(f"{place}  " if place else "", style="bold")
    line.append(finding.message)
    console.print(line, highlight=False)
    if finding.explanation and finding.expected is not None:
        console.print(Text(f"      算式：{finding.explanation}", style="dim"), highlight=False)
    for suggestion in finding.suggestions:
        sure = _ROLES[suggestion.confidence]
        console.print(Text(f"      建议（{sure}）：{suggestion.text}", style="green"), highlight=False)
    also = f"；同时违反{len(finding.also)}条关系" if finding.also else ""
    console.print(
        Text(f"      依据：{finding.reference}  规则：{finding.rule}{also}  编号：{finding.id}", style="dim"),
        highlight=False,
    )


def facts_table(facts: FactSet) -> Table:
    """The facts as a terminal table."""
    table = Table()
    for head in ("表", "行", "栏", "数字", "单位", "位置"):
        table.add_column(head, overflow="fold")
    for fact in facts:
        form, row, column = fact.key
        name = f"{row} {fact.label}" if row.isdecimal() else fact.label
        table.add_row(
            form, name, fact.column_label or column, fact.printed, fact.amount.unit, fact.place.describe()
        )
    return table
