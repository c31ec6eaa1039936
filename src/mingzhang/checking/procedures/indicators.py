"""Indicators that two forms of one evaluation print, or a form and its report: the same in both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from mingzhang.checking.finding import Finding, Location, Value
from mingzhang.checking.outcome import Submission, called
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import fold, quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, TextFact
from mingzhang.money import MONEY
from mingzhang.provenance import Place
from mingzhang.scoring.names import unified
from mingzhang.taxonomy import Check

_COLUMNS = ("indicator.target", "indicator.actual")
_SAID = {"indicator.target": "目标值", "indicator.actual": "完成值"}
_SHEET, _REPORT = "department_score_sheet", "report"
"""The sheet of the whole department, and the part of a document that is its report."""
_REASON, _NAME = "indicator.reason", "indicator.name"
_ADJUSTED = re.compile("(?:目标|指标)值?.{0,6}调整|调整.{0,8}(?:目标|指标)")
_NUMBER = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*([万亿]?)")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[./-](\d{1,2})(?:[./-](\d{1,2}))?(?![\d.])")
_TIMES = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}

Named = dict[tuple[str, str, str, str], list[TextFact]]
"""Cells by evaluation, project, indicator and column."""


def values_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """Targets and results that a form of the same evaluation, or its report, states otherwise.

    The first form binds none.
    """
    named = _named(submission.facts)
    compared = False
    said = _satisfaction(submission)
    if said is not None:
        compared = True
        if not submission.facts.intervals[said[0]].meets(submission.facts.intervals[said[1]]):
            yield _contradiction(submission, check, *said)
    for cells in named.values():
        first, *others = cells
        for other in others:
            compared = True
            if _disagree(submission.facts, first, other) and not _adjusted(submission.facts, first, other):
                yield _finding(submission, check, first, other)
    if not compared:
        raise NotEvaluatedError("没有两张表，或者表和报告，写有同一评价的同一指标")


def named_twice(submission: Submission, check: Check) -> Iterator[Finding]:
    """Indicators of one sheet that have one name under the same heading; a cell across rows is one."""
    facts = submission.facts
    names: dict[tuple[int, str, str, str, str], dict[Place, TextFact]] = {}
    for text in facts.texts:
        if text.concept == _NAME and text.key[0] in submission.readings:
            above = text.dimensions.get("block", ""), text.dimensions.get("part", "")
            names.setdefault((text.document, text.key[0], *above, squash(text.text)), {})[text.place] = text
    if not names:
        raise NotEvaluatedError("文件中没有写明指标名称的自评表")
    for (_, address, block, part, name), same in names.items():
        if len(same) < 2:
            continue
        places = [
            Location(one.document, "compared" if n else "subject", place, one.text.strip())
            for n, (place, one) in enumerate(same.items())
        ]
        title = called(submission, address)
        message = f"《{title}》有{len(same)}项指标都叫{quoted(name)}，指标名称重复：{check.says}。"
        subject = [submission.readings[address].form, block, part, name]
        yield finding(check, message, places, subject, "合并为一项，或者改写名称")


def _adjusted(facts: FactSet, *cells: TextFact) -> bool:
    """Whether a form says beside the indicator that the approved target was adjusted."""
    reasons = {(text.key[0], text.key[1]): text.text for text in facts.texts if text.concept == _REASON}
    return any(_ADJUSTED.search(reasons.get(cell.key[:2], "")) for cell in cells)


def _satisfaction(submission: Submission) -> tuple[int, int] | None:
    """The satisfaction that the department's sheet states and that of its report, where each has one."""
    facts, narratives = submission.facts, submission.standards.narratives
    sections = {s.id for s in narratives.sections.values() if s.part == _REPORT}
    in_sheet, in_report = [], []
    for number, (address, row, column) in enumerate(facts.keys):
        if facts.units[number] != "%":
            continue
        if address == _SHEET and row.startswith("satisfaction/") and column == "actual":
            in_sheet.append(number)
        elif address in sections and facts.concepts[number] == "rate.satisfaction":
            in_report.append(number)
    several = len({facts.intervals[n] for n in in_report}) > 1
    return (in_sheet[0], in_report[0]) if len(in_sheet) == 1 and in_report and not several else None


def _contradiction(submission: Submission, check: Check, sheet: int, report: int) -> Finding:
    facts, words = submission.facts, Wording(submission)
    name, shown = facts.labels[sheet][0], [facts.printed[n].strip() for n in (sheet, report)]
    message = f"{words.place(sheet)}为{quoted(shown[0])}，报告中的满意度为{quoted(shown[1])}：{check.says}。"
    places = [words.location(sheet, "subject"), words.location(report, "compared")]
    result = finding(check, message, places, [*facts.keys[sheet], name], "核对后使表和报告一致")
    result.values = [words.value(n, index) for index, n in enumerate((sheet, report))]
    return result


def _named(facts: FactSet) -> Named:
    """The cells of indicators, one of each form; left out where a form has two of one name."""
    every: dict[tuple[str, str, str, str], dict[str, list[TextFact]]] = {}
    for text in facts.texts:
        name = unified(text.dimensions.get("indicator", ""))
        about = (text.dimensions.get("evaluation", ""), text.dimensions.get("project", ""))
        if text.concept in _COLUMNS and name and about[0]:
            every.setdefault((*about, name, text.concept), {}).setdefault(text.key[0], []).append(text)
    return {
        key: [cells[0] for cells in forms.values()]
        for key, forms in every.items()
        if len({address.partition("#")[0] for address in forms}) > 1
        and all(len(cells) == 1 for cells in forms.values())
    }


def _disagree(facts: FactSet, one: TextFact, other: TextFact) -> bool:
    """Whether two cells say different values; words that differ, or say more, are no difference."""
    said, also = _figures(one.text), _figures(other.text)
    if squash(one.text) == squash(other.text) or (said and said == also):
        return False
    numbers = [facts.index.get(text.key) for text in (one, other)]
    if all(number is not None for number in numbers):
        first, second = (n for n in numbers if n is not None)
        same_kind = _kind(facts.units[first]) == _kind(facts.units[second])
        return same_kind and not facts.intervals[first].meets(facts.intervals[second])
    return bool(said and also) and not (said <= also or also <= said)


def _kind(unit: str) -> str:
    """Amounts of money, rates, and everything that is counted."""
    return "元" if unit in MONEY else "%" if unit == "%" else ""


def _figures(text: str) -> Counter[Decimal]:
    found = _NUMBER.findall(_DAY.sub(_parted, fold(text)))
    return Counter(Decimal(digits.replace(",", "")) * _TIMES[size] for digits, size in found)


def _parted(day: re.Match[str]) -> str:
    """2022.12.31 as three figures, as 2022年12月31日 has them."""
    return " ".join(filter(None, day.groups()))


def _listed(figures: Counter[Decimal]) -> str:
    return "、".join(f"{figure.normalize():f}" for figure in sorted(figures))


def _finding(submission: Submission, check: Check, one: TextFact, other: TextFact) -> Finding:
    titles = [called(submission, text.key[0]) for text in (one, other)]
    said = [text.text.strip() for text in (one, other)]
    column = _SAID[one.concept]
    where = "，".join(f"在《{title}》为{quoted(words)}" for title, words in zip(titles, said))
    message = f"{quoted(one.label)}的{column}{where}：{check.says}。"
    places = [
        Location(text.document, role, text.place, text.text, title, text.label, text.column_label)
        for text, title, role in zip((one, other), titles, ("subject", "compared"))
    ]
    subject = (*one.key, squash(said[0]), squash(said[1]))
    result = finding(check, message, places, subject, "核对后使两表一致")
    facts = submission.facts
    for n, (text, title) in enumerate(zip((one, other), titles)):
        number = facts.index.get(text.key)
        amount = facts.amount(number) if number is not None else None
        result.values.append(Value(f"《{title}》{quoted(text.label)}{column}", text.text, amount, n))
    ours, theirs = _figures(one.text), _figures(other.text)
    result.explanation = f"{_listed(ours - theirs)}≠{_listed(theirs - ours)}"
    return result
