"""The reviewer's list (公开情况检查表): for each part of a disclosure whether it meets the requirement.

What falls into which row is data (``standards/checklists``). 是 says that the part is there and that
nothing was found in it, 不适用 that it is not there or that no program can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.checking.finding import Location
from mingzhang.checking.outcome import unnumbered
from mingzhang.provenance import Place
from mingzhang.reporting.marks import Finder
from mingzhang.reporting.model import Report, SubmissionReport
from mingzhang.reporting.pages import Pages, pages_of
from mingzhang.reporting.private import hidden
from mingzhang.reporting.wording import Line, lines, printable, whose
from mingzhang.taxonomy import ChecklistRow, Library, Standards

TITLE = "公开情况检查表"
HEADS = ("序号", "项目", "是否符合要求", "存在问题", "位置截图")
REMARK = (
    "“是”表示文件中有这一部分，且程序没有发现问题；“不适用”表示没有识别出这一部分，或程序无法判断。"
    "本表供审核参考，请结合原件复核。"
)
YES, NO, NONE = "是", "否", "不适用"
_MOST_PICTURES = 60
_REST = ChecklistRow("rest", "其他问题")


class Problem(NamedTuple):
    """A problem in words, and the picture of its place (PNG), where there is one."""

    text: str
    picture: bytes | None = None


@dataclass(slots=True)
class Entry:
    """A row: what is looked at, whether it meets the requirement, what is wrong."""

    title: str
    answer: str
    note: str = ""
    problems: list[Problem] = field(default_factory=list)


class Checklist(NamedTuple):
    """The list of one submission."""

    head: str
    entries: list[Entry]


def checklists(report: Report, library: Library) -> list[Checklist]:
    """A list for each submission of a check that kept its documents."""
    found = [line for line in lines(report, rounding=False) if line.reason is None]
    lists = []
    with ExitStack() as stack:
        camera = _Camera(report, stack)
        for submission in report.submissions:
            own = [line for line in found if line.submission is submission]
            standards = library.standards(submission.edition.id)
            entries = list(_entries(submission, standards, own, camera))
            lists.append(Checklist(f"{whose(submission)}，{submission.edition.title}", entries))
    return lists


def _entries(
    submission: SubmissionReport, standards: Standards, found: Sequence[Line], camera: _Camera
) -> Iterator[Entry]:
    sorter = _Sorter(submission, standards)
    by_row: dict[str, list[Line]] = {}
    for line in found:
        by_row.setdefault(sorter.row(line), []).append(line)
    for row, title, present in sorter.rows():
        problems = [Problem(_told(line), camera.picture(line)) for line in by_row.pop(row, [])]
        manual = sorter.manual(row)
        if problems:
            yield Entry(title, NO, problems=problems)
        elif manual or not present:
            yield Entry(title, NONE, note=manual or "文件中没有识别出这一部分")
        else:
            yield Entry(title, YES)
    rest = [Problem(_told(line), camera.picture(line)) for lines in by_row.values() for line in lines]
    if rest:
        yield Entry(_REST.title, NO, problems=rest)


def _told(line: Line) -> str:
    where = f"{line.ahead}：" if line.ahead else ""
    fix = f" 建议：{line.suggestions[0]}。" if line.suggestions else ""
    return printable(f"【{line.severity}】{where}{line.finding.message}{fix}")


class _Sorter:
    """Which row a finding falls into, by rule, form, section or part, and which rows there are."""

    def __init__(self, submission: SubmissionReport, standards: Standards) -> None:
        self.submission, self.standards = submission, standards
        self.checklist = standards.checklist
        self.titles = {form.title: form.id for form in standards.forms.values()}
        self.sheets = {sheet.title: sheet.id for sheet in standards.sheets.values()}
        rows = self.checklist.values()
        self._rules = {rule: row.id for row in rows for rule in row.rules}
        self._sections = {section: row.id for row in rows for section in row.sections}
        self._parts = {part: row.id for row in rows for part in row.parts}
        self._each = {row.each: row.id for row in rows if row.each}
        self._start = next((row.id for row in rows if row.start), "")
        self._places, self._present = self._paragraphs()

    def _paragraphs(self) -> tuple[Mapping[tuple[int, Place], str], set[str]]:
        """The row of every paragraph by its place, and the rows of which there is one."""
        places: dict[tuple[int, Place], str] = {}
        started: set[int] = set()
        facts = self.submission.facts  # of length 0 where there are only texts
        for seen in facts.paragraphs if facts is not None else ():
            if seen.part:
                started.add(seen.document)
            row = self._sections.get(seen.section) or self._parts.get(seen.part)
            if row is None and not seen.part and seen.document not in started:
                row = self._start
            if row:
                for place in (seen.place, *(segment.place for segment in seen.segments)):
                    places.setdefault((seen.document, place._replace(offset=None)), row)
        return places, set(places.values())

    def rows(self) -> Iterator[tuple[str, str, bool]]:
        """Id, title and presence of every row; the forms each have their own."""
        for row in self.checklist.values():
            if row.each == "forms":
                for form in self.standards.forms.values():
                    yield f"{row.id}.{form.id}", f"《{form.title}》", form.id in self._read()
            sheets = row.each == "sheets" and any(form in self.standards.sheets for form in self._read())
            if row.each != "forms":
                yield row.id, row.title, row.id in self._present or sheets

    def manual(self, row: str) -> str:
        """Why no program can answer a row."""
        return self.checklist[row].manual if row in self.checklist else ""

    def row(self, line: Line) -> str:
        """The row of a finding; empty where none fits."""
        finding = line.finding
        own = [location for location in finding.locations[:1] if location.role != "context"]
        candidates = [self._rules.get(rule, "") for rule in (finding.rule, finding.rule.split(".")[0])]
        candidates += [
            self._named(unnumbered(location.table or "")) or self._at(location) for location in own
        ]
        candidates += [self._named(name) for name in finding.subject]
        candidates += [self._at(location) for location in finding.locations]
        return next(filter(None, candidates), "")

    def _named(self, name: str) -> str:
        """The row of a form, sheet, section or part by its id or title."""
        form = self.titles.get(name, name.partition("#")[0])
        if form in self.standards.forms and "forms" in self._each:
            return f"{self._each['forms']}.{form}"
        if (form in self.standards.sheets or name in self.sheets) and "sheets" in self._each:
            return self._each["sheets"]
        section = self.standards.narratives.sections.get(name)
        part = section.part if section is not None else name
        return self._sections.get(name) or self._parts.get(part, "")

    def _at(self, location: Location) -> str:
        return self._places.get((location.document, location.place._replace(offset=None)), "")

    def _read(self) -> set[str]:
        return {reading.form for reading in self.submission.readings.values()}


class _Camera:
    """Pictures of places in PDF files, as long as there are not too many."""

    def __init__(self, report: Report, stack: ExitStack) -> None:
        self.report, self.stack, self.left = report, stack, _MOST_PICTURES
        self._open: dict[int, tuple[Finder, Pages] | None] = {}

    def picture(self, line: Line) -> bytes | None:
        """The picture of the finding's first place."""
        location = next(iter(line.finding.locations), None)
        if location is None or self.left <= 0:
            return None
        if location.document not in self._open:
            file = self.report.files[location.document]
            pages = self.stack.enter_context(pages_of(file)) if file.document is not None else None
            opened = (
                (Finder(file.document), pages) if pages is not None and file.document is not None else None
            )
            self._open[location.document] = opened
        opened = self._open[location.document]
        spot = opened[0].spot(location) if opened is not None else None
        if opened is None or spot is None or not spot.boxes:
            return None
        self.left -= 1
        box = spot.boxes[0]
        return opened[1].crop(box, hidden(opened[0].blocks).get(box[0], ()))
