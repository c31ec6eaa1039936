"""What stands above and below a score sheet: its year, unit of money, unit and date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission, called, title_of
from mingzhang.checking.procedures.passages import Hit, at, running_text, told, whole
from mingzhang.checking.procedures.sheets import score_sheets
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import fold, quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen, TextFact
from mingzhang.taxonomy import Check

_YEAR = re.compile(r"\(?((?:19|20)\d\d)年度?\)?")
_PLANS = ("department_goals", "project_goals")
"""Sheets that may be of the year to come."""
_BELOW = 4
"""So many lines below its title a sheet's head reaches."""
_UNIT = re.compile(r"\(?(?:金额)?单位:(?:人民币)?(亿元|万元|千元|元)\)?")
_CAPTION = re.compile(r"\((亿元|万元|千元|元)\)")
_DATE = re.compile(r"((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})")
_LAST_MONTH = 12
"""From this month of its year on an evaluation may be begun."""
_OFFICE = re.compile(r"[^、,。;:()]{2,}(?:省|市|州|县|区|旗|乡|镇)[^、,。;:()]{2,}")
"""The name of a unit with its place; anything shorter is an office of one's own."""
_NAMES = ("unit.name", "project.implementer")
_SHORT = 30


def year_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """The year printed below a sheet's title, where it is another than the document's."""
    if submission.year is None:
        raise NotEvaluatedError("没有读到年度")
    hits = []
    compared = False
    for title, paragraph in _heads(submission):
        printed = _YEAR.fullmatch(squash(paragraph.text))
        if printed is None:
            continue
        compared = True
        if int(printed[1]) != submission.year:
            place = whole(paragraph)
            wrong = f"{at(place)}《{title}》的年度印为{quoted(place.quote)}"
            message = f"{wrong}，应为{submission.year}年度：{check.says}。"
            right = paragraph.text.strip().replace(printed[1], str(submission.year))
            hits.append(Hit((title, printed[1]), place, message, right))
    if not compared:
        raise NotEvaluatedError("自评表的标题下没有写明年度")
    yield from told(check, hits)


def money_unit_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """The unit of money above a sheet, where the sheet itself prints another one."""
    sheets = submission.standards.sheets
    units = {title: sheet for sheet in sheets.values() for title in sheet.titles}
    hits = []
    compared = False
    for title, paragraph in _heads(submission):
        printed = _UNIT.fullmatch(squash(paragraph.text))
        captions = {
            caption[1]
            for section in units[title].sections
            if (caption := _CAPTION.search(squash(section.caption))) is not None
        }
        if printed is None or not captions:
            continue
        compared = True
        if printed[1] not in captions:
            place = whole(paragraph)
            right = captions.pop()
            message = (
                f"{at(place)}《{title}》上方印为{quoted(place.quote)}，"
                f"表内的资金栏印为{quoted(right)}：{check.says}。"
            )
            hits.append(Hit((title, printed[1]), place, message))
    if not compared:
        raise NotEvaluatedError("自评表上方没有写明金额单位")
    yield from told(check, hits)


def _heads(submission: Submission) -> Iterator[tuple[str, ParagraphSeen]]:
    """The lines between each sheet's title and its table, with the title."""
    titles = {
        squash(title): title for sheet in submission.standards.sheets.values() for title in sheet.titles
    }
    paragraphs = running_text(submission)
    for number, paragraph in enumerate(paragraphs):
        title = titles.get(squash(paragraph.text)) if len(paragraph.text) < _SHORT else None
        if title is None or paragraph.part == "contents":
            continue
        for following in paragraphs[number + 1 : number + 1 + _BELOW]:
            if following.document != paragraph.document or squash(following.text) in titles:
                break
            yield title, following


def entity_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets of another unit: the department's named otherwise, a project's one that the text never names.

    Projects may be carried out by units below, whom the text lists.
    """
    sheets, own = score_sheets(submission), squash(submission.entity or "")
    named = [text for text in submission.facts.texts if text.concept in _NAMES and text.key[0] in sheets]
    if not own or not named:
        raise NotEvaluatedError("没有读到单位名称，或者自评表没有写明部门、实施单位")
    listed = squash("".join(paragraph.text for paragraph in submission.facts.paragraphs))
    for text in named:
        name = squash(text.text)
        if not _OFFICE.fullmatch(name) or _akin(name, own) or name in listed:
            continue
        title = called(submission, text.key[0])
        place = Location(text.document, "subject", text.place, text.text.strip(), title, text.label)
        message = (
            f"《{title}》的{quoted(text.label)}为{quoted(name)}，本单位是{quoted(own)}，"
            f"文件别处也没有提到{quoted(name)}，请核对是否用了别的单位的表：{check.says}。"
        )
        yield finding(
            check, message, [place], [title_of(submission.standards, text.key[0]), name], "核对名称"
        )


def _akin(name: str, own: str) -> bool:
    """Whether one name is part of the other, or holds its signs in their order: 青禾市档案馆, 青禾档案馆."""
    return _within(name, own) or _within(own, name)


def _within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(sign in rest for sign in short)


def dated_too_early(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets filled in before the year that they evaluate is over; one finding for each date."""
    year = submission.year
    if year is None:
        raise NotEvaluatedError("没有读到年度")
    sheets = submission.standards.sheets
    dates = [
        (text, day)
        for text in submission.facts.texts
        if text.concept == "form.date"
        and text.key[0] in submission.readings
        and submission.readings[text.key[0]].form in sheets
        and (day := _DATE.search(fold(text.text))) is not None
    ]
    if not dates:
        raise NotEvaluatedError("自评表没有写明填报日期")
    early: dict[str, list[TextFact]] = {}
    for text, day in dates:
        if (int(day[1]), int(day[2])) < (year, _LAST_MONTH):
            early.setdefault(squash(text.text), []).append(text)
    for printed, texts in early.items():
        titles = list(dict.fromkeys(called(submission, text.key[0]) for text in texts))
        said = f"{''.join(f'《{title}》' for title in titles)}的填报日期为{quoted(printed)}"
        message = f"{said}，{year}年度还没有结束：{check.says}，请核对年份。"
        places = [
            Location(text.document, "context" if n else "subject", text.place, text.text.strip(), title)
            for n, (text, title) in enumerate(zip(texts, titles))
        ]
        yield finding(check, message, places, [printed], "核对填报日期")
