"""One score sheet in several files: the same figures in each."""

from __future__ import annotations

from collections.abc import Iterator

from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission, called
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet
from mingzhang.taxonomy import Check

_UNIT = "unit.name"
_DEPARTMENT = "department"
_SHOWN = 3

Figures = dict[tuple[str, str], int]
"""The facts of one sheet by row and column."""


def copies_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets of one project, or of the department, that state other figures in another file.

    What only one of the files states is not compared: a reader may have lost it in the other.
    """
    facts, words = submission.facts, Wording(submission)
    several = {about: sheets for about, sheets in _sheets(submission).items() if len(sheets) > 1}
    if not several:
        raise NotEvaluatedError("没有一张自评表在几个文件中都有")
    for (form, project), (first, *others) in several.items():
        for other in others:
            pairs = [(first[at], other[at]) for at in first if at in other]
            different = [pair for pair in pairs if _differ(facts, *pair)]
            if not different or _of_two_units(facts, *pairs[0]):
                continue
            title = called(submission, facts.keys[different[0][0]][0])
            whose = quoted(project) if project else ""
            named = "，".join(_told(facts, *pair) for pair in different[:_SHOWN])
            more = "等" if len(different) > _SHOWN else ""
            message = (
                f"《{title}》{whose}在两个文件中有{len(different)}个数字不同（{named}{more}）：{check.says}。"
            )
            places = [words.location(a, "subject") for a, _ in different]
            places += [words.location(b, "compared") for _, b in different]
            found = finding(check, message, places, [form, project], "核对后改为一致，或删去多余的一份")
            found.values = [words.value(n, index) for index, n in enumerate(n for n, _ in different)]
            yield found


def _sheets(submission: Submission) -> dict[tuple[str, str], list[Figures]]:
    """The sheets by form and project, one for each file; what a file has twice is told by another check."""
    facts = submission.facts
    found: dict[tuple[str, str], dict[int, dict[str, Figures]]] = {}
    for number, (address, row, column) in enumerate(facts.keys):
        form = address.partition("#")[0]
        dimensions = facts.dimensions[number]
        project = squash(dimensions.get("project", ""))
        if form not in submission.standards.sheets:
            continue
        if project or dimensions.get("evaluation") == _DEPARTMENT:
            files = found.setdefault((form, project), {})
            files.setdefault(facts.documents[number], {}).setdefault(address, {})[row, column] = number
    return {
        about: [sheet for sheets in files.values() if len(sheets) == 1 for sheet in sheets.values()]
        for about, files in found.items()
    }


def _differ(facts: FactSet, one: int, other: int) -> bool:
    same_unit = facts.units[one] == facts.units[other]
    return same_unit and not facts.intervals[one].meets(facts.intervals[other])


def _of_two_units(facts: FactSet, one: int, other: int) -> bool:
    """Whether the sheets that print two facts name different units."""
    sheets = [(facts.documents[number], facts.keys[number][0]) for number in (one, other)]
    names = {squash(t.text) for t in facts.texts if t.concept == _UNIT and (t.document, t.key[0]) in sheets}
    return len(names - {""}) > 1


def _told(facts: FactSet, one: int, other: int) -> str:
    said = (facts.printed[number].strip() for number in (one, other))
    return f"{quoted(''.join(facts.labels[one]))}为{'和'.join(said)}"
