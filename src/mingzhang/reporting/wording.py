"""The words in which every report for people says what was found and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from mingzhang.checking.finding import ERROR, NOTICE, ROUNDING, SEVERITIES, WARNING, Finding, Location
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.documents import quoted
from mingzhang.reporting.model import Report, SubmissionReport

SEVERITY = {ERROR: "错误", WARNING: "警告", NOTICE: "提示", ROUNDING: "尾差"}
STATUS = {PASSED: "通过", FAILED: "未通过", NOT_EVALUATED: "未核对"}
CONFIDENCE = {"certain": "可确定", "likely": "很可能", "possible": "可能"}
ROLE = {"subject": "问题", "operand": "相关", "compared": "比对", "context": "参见"}

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_ID = re.compile(r"[a-z0-9_.#]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without characters that no file format for people can hold."""
    return _CONTROL.sub("", text)


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


class Line(NamedTuple):
    """One finding in the words of a report: what is said of it in the columns of a list."""

    finding: Finding
    submission: SubmissionReport
    reason: str | None
    names: dict[int, str]

    @property
    def severity(self) -> str:
        """The severity in a word."""
        return SEVERITY[self.finding.severity]

    @property
    def where(self) -> str:
        """The first place."""
        return where(self.finding.locations[0], self.names)

    @property
    def ahead(self) -> str:
        """The first place, where the message does not begin with it."""
        return "" if self.finding.message.startswith(self.where) else self.where

    @property
    def elsewhere(self) -> str:
        """The other places, each once."""
        places = [where(location, self.names) for location in self.finding.locations]
        return "；".join(place for place in dict.fromkeys(places) if place != places[0])

    @property
    def suggestions(self) -> list[str]:
        """The corrections, with how sure they are."""
        return [f"{s.text}（{CONFIDENCE[s.confidence]}）" for s in self.finding.suggestions]

    def told(self) -> Iterator[tuple[str, str]]:
        """Everything that is said of the finding besides its message, each with its label."""
        finding = self.finding
        if self.reason:
            yield "认可的理由", self.reason
        for suggestion in self.suggestions:
            yield "建议", suggestion
        if finding.expected is not None:
            yield "应为", f"{finding.expected.printed}{finding.expected.unit}"
        if finding.difference:
            yield "相差", finding.difference
        if finding.explanation:
            yield "算式" if finding.values else "要求", finding.explanation
        if finding.reference:
            yield "依据", finding.reference
        yield "规则", finding.rule
        if finding.also:
            yield "同时违反", "、".join(finding.also)
        yield "编号", finding.id


def lines(report: Report, *, rounding: bool = True) -> Iterator[Line]:
    """Every finding, by submission and severity, those of one rule together."""
    for submission in report.submissions:
        names = names_of(report, submission)
        for finding in by_cause(submission.findings):
            if rounding or finding.severity != ROUNDING:
                yield Line(finding, submission, report.accepted.get(finding.id), names)


def by_cause(findings: Sequence[Finding]) -> list[Finding]:
    """The findings by severity; within one those of the same rule together, in order of appearance."""
    first: dict[tuple[str, str], int] = {}
    for number, finding in enumerate(findings):
        first.setdefault((finding.severity, finding.rule), number)
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), first[f.severity, f.rule]))


def names_of(report: Report, submission: SubmissionReport) -> dict[int, str]:
    """How a place names its file: not at all where there is one, by its path where names are alike."""
    if len(submission.files) == 1:
        return {}
    paths = {number: PurePath(report.files[number].path) for number in submission.files}
    alike = len({path.name for path in paths.values()}) < len(paths)
    return {number: str(path) if alike else path.name for number, path in paths.items()}


def where(location: Location, names: dict[int, str]) -> str:
    """A place with its file, where there are several."""
    name = quoted(names[location.document]) if location.document in names else ""
    return name + location.place.describe()


def cell_of(location: Location) -> str:
    """The table, row and column of a place, as far as they have names for people."""
    table, *names = (
        name if name and not _ID.fullmatch(name) else ""
        for name in (location.table, location.row, location.column)
    )
    return (f"《{table}》" if table else "") + "".join(quoted(name) for name in names if name)


def whose(submission: SubmissionReport) -> str:
    """The unit and the year."""
    year = f"{submission.identity.year}年度" if submission.identity.year else "年度未识别"
    return f"{submission.identity.entity or '单位未识别'}，{year}"


def totals(report: Report, submission: SubmissionReport | None = None) -> str:
    """How many findings there are of each severity, and how many are accepted."""
    every = list(report.findings) if submission is None else submission.findings
    counted = [finding for finding in every if finding.id not in report.accepted]
    counts = {s: sum(f.severity == s for f in counted) for s in SEVERITIES}
    found = "，".join(f"{SEVERITY[s]}{counts[s]}条" for s in (ERROR, WARNING, NOTICE))
    accepted = len(every) - len(counted)
    return found + (f"；另有{accepted}条已认可，不计入" if accepted else "")
