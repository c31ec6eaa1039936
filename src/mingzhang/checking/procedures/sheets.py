"""Score sheets: goals and labels of another one, projects with two sheets, money below zero."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission, title_of
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import TextFact
from mingzhang.forms import Sheet
from mingzhang.taxonomy import Check

_GOALS = ("goal.expected", "goal.actual")
_NAME = "project.name"
_MONEY = "funds"
_SPENT = ("initial_budget", "annual_budget", "received", "allocated", "final")
"""Stages of money that is budgeted or spent; what is added to a budget or left of it may be negative."""
_LONG = 20
"""A goal so long is nobody's by chance."""
_SHOWN = 40
_NOTHING = ("无", "不涉及", "没有", "不适用", "未安排", "本单位无", "本单位没有")
"""How a goal begins that says that there is none."""
_NOTE = re.compile(r"(?:填表)?(?:说明|注|备注)[:：]")


def goal_without_funds(submission: Submission, check: Check) -> Iterator[Finding]:
    """Goals in a sheet that names no project and no money, left by another unit."""
    sheets = _sheets(submission)
    facts = submission.facts
    paid = {key[0] for key, concept in zip(facts.keys, facts.concepts) if concept == _MONEY}
    named = {text.key[0] for text in facts.texts if text.concept == _NAME}
    for address, goals in sheets.items():
        if address in paid or address in named or submission.readings[address].lost:
            continue
        title = title_of(submission.standards, address)
        places = [_at(submission, goal, "context" if n else "subject") for n, goal in enumerate(goals)]
        message = f"《{title}》没有名称和资金，却写有“{places[0].quote}”等目标：{check.says}。"
        yield finding(check, message, places, [title, *(squash(goal.text) for goal in goals)], "删去")


def goal_copied(submission: Submission, check: Check) -> Iterator[Finding]:
    """A goal of a project that is word for word that of another project or of the whole department.

    A department with a single project may have its goal for both.
    """
    sheets = _sheets(submission)
    names = {text.key[0]: text for text in submission.facts.texts if text.concept == _NAME}
    several = len({squash(name.text) for name in names.values()}) > 1
    first: dict[tuple[str, str], TextFact] = {}
    for address, goals in sheets.items():
        copied: list[tuple[TextFact, TextFact]] = []
        for goal in goals:
            before = first.setdefault((goal.concept, squash(goal.text)), goal)
            other = before.key[0]
            if other == address or len(squash(goal.text)) < _LONG or address not in names:
                continue
            same = squash(names[other].text) == squash(names[address].text) if other in names else not several
            if not same:
                copied.append((goal, before))
        if not copied:
            continue
        goal, before = copied[0]
        source = names.get(before.key[0])
        of = (
            f"项目“{squash(source.text)}”"
            if source
            else f"《{title_of(submission.standards, before.key[0])}》"
        )
        name = names[address]
        places = [_at(submission, one, "context" if n else "subject") for n, (one, _) in enumerate(copied)]
        places += [_at(submission, name, "context"), _at(submission, before, "compared")]
        message = f"项目“{squash(name.text)}”的目标与{of}的一字不差，请核对是否抄错：{check.says}。"
        yield finding(check, message, places, [squash(name.text), squash(goal.text)], "写明本项目的目标")


def project_twice(submission: Submission, check: Check) -> Iterator[Finding]:
    """Projects that have two sheets of one kind in one document, each with money of its own."""
    facts = submission.facts
    paid = {key[0] for key, concept in zip(facts.keys, facts.concepts) if concept == _MONEY}
    first: dict[tuple[int, str, str], TextFact] = {}
    names = [text for text in facts.texts if text.concept == _NAME and squash(text.text)]
    named = [text for text in names if text.key[0] in submission.readings and text.key[0] in paid]
    if not named:
        raise NotEvaluatedError("文件中没有写明项目名称的自评表")
    for name in named:
        form = submission.readings[name.key[0]].form
        before = first.setdefault((name.document, form, squash(name.text)), name)
        if before.key[0] != name.key[0]:
            title = title_of(submission.standards, form)
            places = [_at(submission, name, "subject"), _at(submission, before, "compared")]
            message = f"项目“{squash(name.text)}”有两张《{title}》：{check.says}。"
            yield finding(check, message, places, [form, squash(name.text)], "核对项目名称，或删去多余的一张")


def funds_negative(submission: Submission, check: Check) -> Iterator[Finding]:
    """Budgets and expenditure of sheets that are below zero."""
    facts, words = submission.facts, Wording(submission)
    of_sheets = [
        number
        for number, key in enumerate(facts.keys)
        if facts.concepts[number] == _MONEY
        and facts.dimensions[number].get("stage") in _SPENT
        and key[0] in submission.readings
    ]
    if not of_sheets:
        raise NotEvaluatedError("文件中没有写明资金的自评表")
    for number in of_sheets:
        if facts.mantissas[number] < 0:
            message = f"{words.place(number)}为{words.figure(number)}{facts.units[number]}：{check.says}。"
            places = [words.location(number, "subject")]
            found = finding(check, message, places, words.subject("figure", number)[1:], "核对金额和正负号")
            found.values = [words.value(number, 0)]
            yield found


def label_of_another(submission: Submission, check: Check) -> Iterator[Finding]:
    """A sheet that prints the label of another one, left in the form; its note may name the other too."""
    sheets = submission.standards.sheets
    readings = {a: reading for a, reading in submission.readings.items() if reading.form in sheets}
    if not any(sheets[reading.form].labels for reading in readings.values()):
        raise NotEvaluatedError("文件中没有项目、基金等自评表")
    owners = {(key, squash(own)): sheet for sheet in sheets.values() for key, own in sheet.labels.items()}
    for address, reading in readings.items():
        title = title_of(submission.standards, address)
        for key, own in sheets[reading.form].labels.items():
            seen = reading.rows.get(key)
            other = owners.get((key, squash(seen.label))) if seen is not None else None
            if seen is None or other is None or other.id == reading.form:
                continue
            places = [Location(reading.document, "subject", seen.place, seen.label, title, seen.label, "")]
            places += _notes_of(submission, address, other)
            message = (
                f"《{title}》的“{seen.label}”是《{other.title}》的栏目，请核对是否用错了表：{check.says}。"
            )
            yield finding(check, message, places, [title, seen.label], f"改为“{own}”")


def _notes_of(submission: Submission, address: str, other: Sheet) -> Iterator[Location]:
    """The notes between this sheet and the next that are about ``other``."""
    reading = submission.readings[address]
    start = reading.place.line or 0
    later = (r.place.line or 0 for r in submission.readings.values() if r.document == reading.document)
    stop = min((line for line in later if line > start), default=None)
    for paragraph in submission.facts.paragraphs:
        line = paragraph.place.line or 0
        if paragraph.document != reading.document or line <= start or (stop is not None and line > stop):
            continue
        if _NOTE.match(squash(paragraph.text)) and squash(other.title) in squash(paragraph.text):
            yield Location(paragraph.document, "context", paragraph.place, paragraph.text[:_SHOWN])
            return


def _sheets(submission: Submission) -> dict[str, list[TextFact]]:
    """The goals of every score sheet that states any; raises NotEvaluatedError where none does."""
    found: dict[str, list[TextFact]] = {}
    for text in submission.facts.texts:
        form = text.key[0].partition("#")[0]
        said = not squash(text.text).startswith(_NOTHING)
        if (
            said
            and text.concept in _GOALS
            and form.endswith("_score_sheet")
            and text.key[0] in submission.readings
        ):
            found.setdefault(text.key[0], []).append(text)
    if not found:
        raise NotEvaluatedError("文件中没有写明年度总体目标的自评表")
    return found


def _at(submission: Submission, text: TextFact, role: str) -> Location:
    """A text of a sheet as a place, quoted by its beginning."""
    title = title_of(submission.standards, text.key[0])
    return Location(text.document, role, text.place, text.text[:_SHOWN], title, text.label, text.column_label)
