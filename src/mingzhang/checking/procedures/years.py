"""Years and days in the text: those of another year, impossible ones, cut-offs before the year's end."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import (
    HAN,
    Hit,
    at,
    clause,
    inside,
    matches,
    named,
    running_text,
    spot,
    told,
)
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import fold, quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen, TextFact
from mingzhang.taxonomy import Check

_YEAR = r"((?:19|20)\d\d)\s*年"
_TITLE = re.compile(
    _YEAR + r"\s*度?[^,。;:、《》]{0,30}?(?:部门|单位)?"
    r"(?:决算(?:公开|情况说明|表|$)|整体支出绩效自?评|绩效自评(?:表|报告))"
)
_STATED = re.compile(
    r"^\s*(?:[^,。;:]{0,16}?\s*)?" + _YEAR + r"\s*度\s*(?:本?(?:部门|单位)\s*)?(?:的)?"
    r"(?:收入?、?支|收入支出|财政拨款|一般公共预算|\"?三公\"?经费|机关运行经费|政府采购|政府性基金|国有资本)"
)
_COMPARED = re.compile(
    r"(?:与|和|同|比|较)\s*"
    + _YEAR
    + r"\s*度?\s*(?:决算数?|支出|同期|数|实际)?\s*(?:相比|对比|增|减|上升|下降|提高|降低|持平|多|少)"
)
_AT_END = re.compile(r"截[至止]到?\s*" + _YEAR + r"\s*12\s*月\s*31\s*日")
_HELD = re.compile(
    _YEAR + r"\s*(?:年末|年底|末|底)\s*(?:的)?\s*(?:实际)?"
    r"(?:编制|实有|在职|在编|在岗|固定资产|资产总额|车辆|公务用车)"
)
_GOALS = re.compile(_YEAR + r"\s*度\s*(?:部门|单位)?(?:整体支出)?绩效目标")
_DAY = re.compile(r"(?:" + _YEAR + r"\s*)?(?<!\d)(\d{1,2})\s*月\s*(?:(\d{1,2})\s*[日号])?")
_YEAR_LEFT_OUT = re.compile(r"(?<!\d)(20\d\d|上一)度(?![电假])")
_PART_OF_YEAR = re.compile(
    r"截[至止]到?\s*(?:"
    + _YEAR
    + r"\s*)?(?<!\d)([1-9]|1[01])\s*月(?:\s*(?:底|末|份)|\s*(?:28|29|30|31)\s*日)?(?!\s*\d)"
)
_TOTAL = re.compile(
    rf"(?:共|累计|合计|全年|完成|接待|走访)[{HAN}]{{0,12}}\s*\d|\d+\s*(?:余|多)?(?:次|批|人|家|个|件|条|期|场|份|篇)"
)
_UP_TO = re.compile(
    r"截[至止]到?\s*(?:(?P<year>\d{4})\D{0,4}?)?(?<!\d)(?P<date>(?P<month>\d{1,2})\s*月(?:\s*(?:底|末|(?P<day>\d{1,2})\s*日))?)"
    r"\s*[，,]\s*(?P<count>[^。；;\n]{8,60})"
)
_REACH = 60
_NEAR = 30


def _fiscal(submission: Submission) -> int:
    if submission.year is None:
        raise NotEvaluatedError("没有读到年度")
    return submission.year


def title(submission: Submission, check: Check) -> Iterator[Finding]:
    """Titles, headings and opening statements of another year than the document's."""
    year = _fiscal(submission)
    hits = []
    for paragraph in running_text(submission):
        text = fold(paragraph.text)
        if "年" not in text:
            continue
        found = []
        if len(text) < 60 and "。" not in text:
            found = [match for match in _TITLE.finditer(text) if not inside(text, match.start(), "《》")]
        elif paragraph.part == "explanation" and (match := _STATED.match(text)):
            found = [] if _goes_on_to(year, text, match) else [match]
        for match in found:
            evaluated_later = int(match[1]) > year and "绩效" in match.group()
            if int(match[1]) != year and not evaluated_later:
                hits.append(_hit(paragraph, match, year))
    yield from told(check, hits)


def _goes_on_to(year: int, text: str, match: re.Match[str]) -> bool:
    """Whether last year's figure comes first, and this year's after it in the same sentence."""
    sentence = text[match.end() :].partition("。")[0]
    return int(match[1]) == year - 1 and bool(
        re.search(rf"[,，;；]\s*{year}\s*年度?\s*(?:支出|收入|决算)", sentence)
    )


def _hit(paragraph: ParagraphSeen, match: re.Match[str], right: int) -> Hit:
    place = spot(paragraph, match.start(1), match.end())
    said = clause(paragraph.text, *match.span())
    message = f"{at(place)}{quoted(said)}写的是{match[1]}年，应为{right}年。"
    replacement = str(right) + place.quote[4:]
    return Hit((match[1], named(paragraph.text, *match.span())), place, message, replacement)


def comparison(submission: Submission, check: Check) -> Iterator[Finding]:
    """Comparisons of the explanation with another year than the one before."""
    year = _fiscal(submission)
    explained = [
        paragraph
        for paragraph in running_text(submission)
        if paragraph.part == "explanation" and paragraph.section != "explanation.performance"
    ]
    hits = [
        _hit(paragraph, match, year - 1)
        for paragraph, match in matches(explained, _COMPARED, folded=True)
        if int(match[1]) != year - 1
    ]
    yield from told(check, hits)


def holdings(submission: Submission, check: Check) -> Iterator[Finding]:
    """Holdings, posts and goals stated for another year than the document's."""
    year = _fiscal(submission)
    hits = []
    for paragraph in running_text(submission):
        text = fold(paragraph.text)
        if "年" not in text:
            continue
        for pattern in (_AT_END, _HELD, _GOALS):
            stated = list(pattern.finditer(text))
            if any(int(match[1]) == year for match in stated):
                continue
            for match in stated:
                later = pattern is _GOALS and int(match[1]) == year + 1
                if (
                    int(match[1]) != year
                    and not later
                    and not inside(text, match.start(), "《》")
                    and not _compares(text, match)
                ):
                    hits.append(_hit(paragraph, match, year))
    yield from told(check, hits)


def _compares(text: str, match: re.Match[str]) -> bool:
    """Whether the year is named only to compare with it."""
    return "相比" in text[match.start() : match.end() + _NEAR] or text[: match.start()].endswith(
        ("与", "比", "较", "同")
    )


def impossible(submission: Submission, check: Check) -> Iterator[Finding]:
    """Months and days that no calendar has."""
    hits = []
    for paragraph, match in matches(running_text(submission), _DAY, folded=True, sign="月"):
        year, month, day = (int(part) if part else None for part in match.groups())
        if month is None or (year is None and day is None):
            continue
        if not 1 <= month <= 12 or (day is not None and not 1 <= day <= monthrange(year or 2024, month)[1]):
            place = spot(paragraph, *match.span())
            message = f"{at(place)}的日期{quoted(place.quote)}不存在，请核对。"
            hits.append(Hit((named(match.string, *match.span()),), place, message))
    yield from told(check, hits)


def word_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """2022度, 上一度: the word 年 left out."""
    hits = []
    for paragraph, match in matches(running_text(submission), _YEAR_LEFT_OUT):
        place = spot(paragraph, *match.span())
        right = f"{match[1]}年度"
        said = clause(paragraph.text, *match.span())
        message = f"{at(place)}{quoted(said)}中的{quoted(match.group())}漏了“年”字，应为{quoted(right)}。"
        hits.append(Hit((match.group(),), place, message, right))
    yield from told(check, hits)


def part_of_year(submission: Submission, check: Check) -> Iterator[Finding]:
    """Counts up to a month before the year's end; one finding for the month."""
    year = _fiscal(submission)
    hits = []
    for paragraph, match in matches(running_text(submission), _PART_OF_YEAR, folded=True, sign="截"):
        if match[1] and int(match[1]) != year:
            continue
        if not _TOTAL.search(match.string, match.end(), match.end() + _REACH):
            continue
        place = spot(paragraph, *match.span())
        month = int(match[2])
        message = f"{quoted(place.quote)}的数只到{month}月，不是{year}年全年的数，应当用全年数或说明原因。"
        hits.append(Hit((str(month),), place, message))
    yield from told(check, hits)


def dates_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """One count, word for word, up to two different days in two places; the rarer day is told."""
    told_of: dict[str, dict[tuple[int, int], list[Location]]] = {}
    for text, located in _passages(submission):
        here: set[str] = set()  # a passage that gives one count for two days compares them
        for match in _UP_TO.finditer(text):
            if not re.search(r"\d", match["count"]) or not 1 <= (month := int(match["month"])) <= 12:
                continue
            day = int(match["day"] or 0) or monthrange(submission.year or 2000, month)[1]
            if match["year"] and submission.year not in (None, int(match["year"])):
                continue
            said = squash(match["count"])
            if said in here:
                continue
            here.add(said)
            days = told_of.setdefault(said, {})
            days.setdefault((month, day), []).append(located(*match.span("date")))
    if not told_of:
        raise NotEvaluatedError("正文没有截至某日的数")
    for said, days in told_of.items():
        if len(days) == 1:
            continue
        (_, usual), *others = sorted(days.items(), key=lambda item: -len(item[1]))
        places = [place for _, found in others for place in found]
        first = "、".join(f"{month}月{day}日" for (month, day), _ in others)
        month, day = next(key for key, found in days.items() if found is usual)
        message = f"{quoted(said)}在一处截至{first}，在另一处截至{month}月{day}日：{check.says}。"
        yield finding(check, message, [*places, replace(usual[0], role="compared")], [said, first])


def _passages(submission: Submission) -> Iterator[tuple[str, Callable[[int, int], Location]]]:
    """Running text and texts of forms, each with how a part of it is located."""
    for paragraph in submission.facts.paragraphs:
        if "截" in paragraph.text:
            yield paragraph.text, partial(spot, paragraph)
    for text in submission.facts.texts:
        if "截" in text.text:
            yield text.text, partial(_in_form, text)


def _in_form(text: TextFact, start: int, end: int) -> Location:
    return Location(text.document, "subject", text.place, text.text[start:end])
