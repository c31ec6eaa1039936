"""Score sheets: goals and labels of another one, projects with two sheets, money below zero."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission, called, copy_of, title_of
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FormReading, TextFact
from mingzhang.forms import Sheet, Slot
from mingzhang.taxonomy import Check

_GOALS = ("goal.expected", "goal.actual")
_NAME = "project.name"
_MONEY = "funds"
_SPENT = ("initial_budget", "annual_budget", "received", "allocated", "final")
"""Stages of money that is budgeted or spent; what is added to a budget or left of it may be negative."""
_NUMBERS = ("", "分")
"""Columns of money have no unit of their own, those of points have 分; a rate may be 无法计算."""
_LEVEL = "level"
"""Columns of the names of indicators begin so."""
_EVERYWHERE = ("department_score_sheet", "project_score_sheet")
_SCORE_SHEET = "_score_sheet"
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
        title = called(submission, address)
        places = [_at(submission, goal, "context" if n else "subject") for n, goal in enumerate(goals)]
        message = f"《{title}》没有名称和资金，却写有{quoted(places[0].quote)}等目标：{check.says}。"
        yield finding(
            check,
            message,
            places,
            [_kind(submission, address), *(squash(goal.text) for goal in goals)],
            "删去",
        )


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
        of = f"项目{quoted(squash(source.text))}" if source else f"《{called(submission, before.key[0])}》"
        name = names[address]
        places = [_at(submission, one, "context" if n else "subject") for n, (one, _) in enumerate(copied)]
        places += [_at(submission, name, "context"), _at(submission, before, "compared")]
        message = f"项目{quoted(squash(name.text))}的目标与{of}的一字不差，请核对是否抄错：{check.says}。"
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
            which = "和".join(f"第{copy_of(submission.readings, one.key[0])}张" for one in (before, name))
            message = f"项目{quoted(squash(name.text))}有两张《{title}》（{which}）：{check.says}。"
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


def blank(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets that hold nothing but what the form prints itself and names, once for each document.

    Those of budgets that a unit may not have are told only where nothing else is filled in.
    """
    readings = score_sheets(submission)
    said = {text.key[0] for text in submission.facts.texts if not text.key[2].startswith(_LEVEL)}
    bare = [
        address
        for address, one in readings.items()
        if one.facts == one.preprinted and not (address in said or one.odd or one.lost)
    ]
    empty: dict[int, list[str]] = {}
    for address in bare:
        if readings[address].form in _EVERYWHERE or len(bare) == len(readings):
            empty.setdefault(readings[address].document, []).append(address)
    for document, addresses in empty.items():
        titles = [called(submission, address) for address in addresses]
        places = [
            Location(document, "context" if n else "subject", readings[address].place, title, title)
            for n, (address, title) in enumerate(zip(addresses, titles))
        ]
        listed = "".join(f"《{title}》" for title in titles)
        message = f"{listed}没有填写任何内容，没有核对：{check.says}。"
        yield finding(check, message, places, [readings[one].form for one in addresses], "填写，或注明没有")


def figure_unreadable(submission: Submission, check: Check) -> Iterator[Finding]:
    """Cells for money and points that hold something else."""
    for address, reading in score_sheets(submission).items():
        title = called(submission, address)
        for row, column, text, place in reading.odd:
            known = _columns(submission.standards.sheets[reading.form], row).get(column)
            if known is None or known.unit not in _NUMBERS or squash(text).startswith(_NOTHING):
                continue
            label = reading.rows[row].label if row in reading.rows else row
            head = known.labels[0] if known.labels else column
            at = f"《{title}》{quoted(label)}{quoted(head)}栏"
            message = f"{at}为{quoted(text)}，不是数字，没有核对：{check.says}。"
            where = Location(reading.document, "subject", place, text, title, label, head)
            yield finding(check, message, [where], [reading.form, row, column, text], "改为数字")


def _columns(sheet: Sheet, row: str) -> Mapping[str, Slot]:
    """The columns of the sheet's section that a row stands in."""
    for section in sheet.sections:
        block = row.partition("/")[0]
        if {row, block} & {*section.rows, *section.groups, section.id}:
            return section.columns
    return {}


def score_sheets(submission: Submission) -> dict[str, FormReading]:
    """The score sheets by address; raises NotEvaluatedError where there are none."""
    found = {a: one for a, one in submission.readings.items() if one.form.endswith(_SCORE_SHEET)}
    if not found:
        raise NotEvaluatedError("文件中没有自评表")
    return found


def label_of_another(submission: Submission, check: Check) -> Iterator[Finding]:
    """A sheet that prints the label of another one, left in the form; its note may name the other too."""
    sheets = submission.standards.sheets
    readings = {a: reading for a, reading in submission.readings.items() if reading.form in sheets}
    if not any(sheets[reading.form].labels for reading in readings.values()):
        raise NotEvaluatedError("文件中没有项目、基金等自评表")
    owners = {(key, squash(own)): sheet for sheet in sheets.values() for key, own in sheet.labels.items()}
    for address, reading in readings.items():
        title = called(submission, address)
        for key, own in sheets[reading.form].labels.items():
            seen = reading.rows.get(key)
            other = owners.get((key, squash(seen.label))) if seen is not None else None
            if seen is None or other is None or other.id == reading.form:
                continue
            places = [Location(reading.document, "subject", seen.place, seen.label, title, seen.label, "")]
            places += _notes_of(submission, address, other)
            message = (
                f"《{title}》的{quoted(seen.label)}是《{other.title}》的栏目，"
                f"请核对是否用错了表：{check.says}。"
            )
            yield finding(
                check, message, places, [_kind(submission, address), seen.label], f"改为{quoted(own)}"
            )


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
            and form.endswith(_SCORE_SHEET)
            and text.key[0] in submission.readings
        ):
            found.setdefault(text.key[0], []).append(text)
    if not found:
        raise NotEvaluatedError("文件中没有写明年度总体目标的自评表")
    return found


def _kind(submission: Submission, address: str) -> str:
    """The title of a sheet's kind, without which of several it is."""
    return title_of(submission.standards, address)


def _at(submission: Submission, text: TextFact, role: str) -> Location:
    """A text of a sheet as a place, quoted by its beginning."""
    title = called(submission, text.key[0])
    return Location(text.document, role, text.place, text.text[:_SHOWN], title, text.label, text.column_label)
