"""What passages say in words, held against their figures; units mistaken; items left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import spot
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.taxonomy import Check, CodeList

_SAYS = {"same": "持平", "larger": "大于", "smaller": "小于"}
_AGAINST = {
    "": "initial_budget",
    "budget": "budget",
    "initial_budget": "initial_budget",
    "prior": "final.prior",
}
_ITEMS, _ITEM = "explanation.items", 7
_BASIC, _BASIC_TABLE = "explanation.basic", "basic_expenditure_by_economic"
_LISTED = re.compile("主要(?:包括|用于|是)[：:]?([^。；;…]+)")
_NAME = re.compile("[^、，,]+?(?=等?$|等?[、，,])")
_SMALL = 10_000
"""Figures below so many 元 are taken for 万元 where the same digits are printed as 万元 elsewhere."""


def direction_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """持平, 大于, 小于 said of amounts that are not so."""
    facts, words = submission.facts, Wording(submission)
    compared = False
    for number, passage in enumerate(facts.statements):
        for said, base in passage.words.items():
            if said not in _SAYS:
                continue
            pair = _compared(submission, number, base)
            if pair is None:
                continue
            compared = True
            one, other = pair
            less = facts.intervals[one].high < facts.intervals[other].low
            more = facts.intervals[one].low > facts.intervals[other].high
            equal = facts.centres[one] == facts.centres[other]
            wrong = {"same": less or more, "larger": less or equal, "smaller": more or equal}
            if not wrong[said]:
                continue
            truth = "小于" if less else "大于" if more else "等于"
            message = (
                f"{words.place(one)}为{words.figure(one)}，{words.place(other)}为{words.figure(other)}，"
                f"前者{truth}后者，却写为“{_SAYS[said]}”：{check.says}。"
            )
            places = [words.location(one, "subject"), words.location(other, "operand")]
            subject = (*words.subject("direction", one)[1:], said)
            yield finding(check, message, places, subject, f"改为与“{truth}”相符的说法")
    if not compared:
        raise NotEvaluatedError("正文没有可以比较的“持平”“大于”“小于”")


def _compared(submission: Submission, number: int, base: str) -> tuple[int, int] | None:
    """The two amounts that a passage compares in words."""
    index = submission.facts.index
    against = _AGAINST.get(base)
    if against is None:
        return None
    own = submission.facts.statements[number]
    one = own.facts.get("final")
    other = index.get(("statement", str(number), against))
    return (one, other) if one is not None and other is not None else None


def unit_slip(submission: Submission, check: Check) -> Iterator[Finding]:
    """An amount in 元 whose digits are printed as 万元 elsewhere."""
    facts, words = submission.facts, Wording(submission)
    larger = {
        (facts.mantissas[n], facts.decimals[n])
        for n in range(len(facts))
        if facts.units[n] == "万元" and facts.mantissas[n]
    }
    slips: dict[tuple[int, int], list[int]] = {}
    for number in range(len(facts)):
        digits = facts.mantissas[number], facts.decimals[number]
        small = facts.units[number] == "元" and digits[1] and abs(facts.amount(number).value) < _SMALL
        if small and words.in_text(number) and digits in larger:
            slips.setdefault(digits, []).append(number)
    if not larger:
        raise NotEvaluatedError("文件中没有以万元为单位的数字")
    for numbers in slips.values():
        first = numbers[0]
        figure = words.figure(first)
        message = f"{words.place(first)}印为{figure}元，别处同一数字的单位是万元：{check.says}。"
        places = [words.location(n, "context" if i else "subject") for i, n in enumerate(numbers)]
        found = finding(check, message, places, words.subject("unit", first)[1:])
        found.suggestions = [Suggestion(f"改为{figure}万元", 0, f"{figure}万元", "likely")]
        yield found


def items_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Items of the table of the general budget that the text leaves out."""
    table = submission.readings.get("general_budget_expenditure")
    stated = {row for section, row, _ in submission.facts.keys if section == _ITEMS and row[:1].isdigit()}
    if table is None or not any(len(row) == _ITEM for row in stated):
        raise NotEvaluatedError("正文没有分项说明一般公共预算财政拨款支出")
    named = {row.partition(":")[0] for row in stated if ":" in row}
    places: list[Location] = []
    missing: list[str] = []
    for row, seen in table.rows.items():
        spent = submission.facts.index.get((table.form, row, "total"))
        left_out = len(row) == _ITEM and row.isdecimal() and row not in stated
        if not left_out or spent is None or not submission.facts.mantissas[spent]:
            continue
        if any(row.startswith(code) for code in named):
            continue
        missing.append(f"{row} {seen.label}")
        title = submission.standards.forms[table.form].title
        places.append(
            Location(table.document, "context" if places else "subject", seen.place, seen.label, title)
        )
    if missing:
        message = f"正文没有说明表中的{'、'.join(missing)}：{check.says}。"
        yield finding(check, message, places, [item.split()[0] for item in missing], "补写这些项级科目的说明")


def listed_without_amount(submission: Submission, check: Check) -> Iterator[Finding]:
    """Items of basic expenditure that the text names as main ones and the table has nothing for."""
    table = submission.readings.get(_BASIC_TABLE)
    spent = {row for row in table.rows if _spent(submission, row)} if table is not None else set()
    codes, looked = _items_by_name(submission.standards.codelists["economic"]), False
    for paragraph in submission.facts.paragraphs if spent else ():
        if paragraph.section != _BASIC:
            continue
        known = [
            (name[0].strip(), listed.start(1) + name.start(), listed.start(1) + name.end())
            for listed in _LISTED.finditer(paragraph.text)
            for name in _NAME.finditer(listed[1])
            if squash(name[0]) in codes
        ]
        empty = [found for found in known if spent.isdisjoint(codes[squash(found[0])])]
        looked |= bool(known)
        if empty:
            names = [name for name, _, _ in empty]
            places = [
                spot(paragraph, start, end, "context" if number else "subject")
                for number, (_, start, end) in enumerate(empty)
            ]
            message = f"正文列为基本支出主要内容的{'、'.join(names)}在表中没有数：{check.says}。"
            yield finding(check, message, places, names, "照表改写所列的内容")
    if not looked:
        raise NotEvaluatedError("正文没有列举基本支出的内容，或者基本支出决算明细表没有数")


@lru_cache(maxsize=8)
def _items_by_name(codes: CodeList) -> dict[str, list[str]]:
    """款 codes of the economic classification by every name they had."""
    found: dict[str, list[str]] = {}
    for code, entries in codes.entries.items():
        for entry in entries:
            if entry.level == "款":
                found.setdefault(squash(entry.name), []).append(code)
    return found


def _spent(submission: Submission, code: str) -> bool:
    number = submission.facts.index.get((_BASIC_TABLE, code, "amount"))
    return number is not None and submission.facts.mantissas[number] != 0
