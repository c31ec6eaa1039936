"""What passages say in words, held against their figures; units mistaken; items left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import Hit, at, running_text, spot, told
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import fold, quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FormReading, ParagraphSeen, Statement
from mingzhang.taxonomy import Check, CodeList

_SAYS = {"same": "持平", "larger": "大于", "smaller": "小于", "within": "控制在预算内"}
_DIFFERENT = ("larger", "smaller")
_AGAINST = {
    "": "initial_budget",
    "budget": "budget",
    "initial_budget": "initial_budget",
    "prior": "final.prior",
}
_ITEMS, _ITEM = "explanation.items", 7
_ITEMS_TABLE = "general_budget_expenditure"
_ANY_BUDGET = ("initial_budget", "budget", "annual_budget")
_BUDGETS = frozenset({"initial_budget", "budget"})
_BASIC, _BASIC_TABLE = "explanation.basic", "basic_expenditure_by_economic"
_LISTED = re.compile("主要(?:包括|用于|是)[：:]?([^。；;…]+)")
_NAME = re.compile("[^、，,]+?(?=等?$|等?[、，,])")
_BARE_RATE = re.compile(
    r"(?<=元[，,])\s*(?:同比|比上年|较上年)?(?:增长|下降|上升|降低|减少|增加|提高)了?\s*(\d+(?:\.\d+)?)\s*(?=[。；;，,]|$)"
    r"|占(?:比|[^，。；：\d]{2,20}的)\s*(\d+(?:\.\d+)?)\s*(?=[。；;，,]|$)"
    r"|完成(?:年初|调整|全年|年度)?预算数?的\s*(\d+(?:\.\d+)?)\s*(?=[。；;，,]|$)"
)
_ALL_OF = re.compile("全部(?:为|是|系|用于)(基本|项目)支出")
_OTHER_NATURE = {"基本": "project", "项目": "basic"}
_DIFFERS = re.compile("决算数(?:大|小)于(?:年初|全年)?预算数")
_REASON = re.compile(
    "原因|理由|由于|因(?!公)|为了|主要[是系为]|系|得益|致使|导致|使得|缘于|源于|鉴于|随着|考虑|受.{1,20}影响"
    "|追加|厉行节约|压减|情况[：:]|说明[：:]"
)
_CLAUSE_ENDS = re.compile("[，。；]")
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
            equal = facts.centres[one] == facts.centres[other]
            if said == "within" and _within_another(submission, number, one):
                continue
            less = not equal and facts.intervals[one].high <= facts.intervals[other].low
            more = not equal and facts.intervals[one].low >= facts.intervals[other].high
            wrong = {
                "same": less or more,
                "larger": less or equal,
                "smaller": more or equal,
                "within": more,
            }
            if not wrong[said]:
                continue
            truth = "小于" if less else "大于" if more else "等于"
            message = (
                f"{words.place(one)}为{words.figure(one)}，{words.place(other)}为{words.figure(other)}，"
                f"前者{truth}后者，却写为{quoted(_SAYS[said])}：{check.says}。"
            )
            places = [words.location(one, "subject"), words.location(other, "operand")]
            subject = (*words.subject("direction", one)[1:], said)
            yield finding(check, message, places, subject, f"改为与{quoted(truth)}相符的说法")
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


def _within_another(submission: Submission, number: int, final: int) -> bool:
    """Whether the final accounts are within the largest of several budgets: one was adjusted."""
    index, intervals = submission.facts.index, submission.facts.intervals
    passage = submission.facts.statements[number]
    budgets = [index.get((passage.section, passage.row, budget)) for budget in _ANY_BUDGET]
    return any(n is not None and intervals[final].low <= intervals[n].high for n in budgets)


def nature_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """全部为项目支出 said where the table has basic expenditure, or the other way round."""
    facts, words = submission.facts, Wording(submission)
    looked = False
    for paragraph in running_text(submission):
        for said in _ALL_OF.finditer(paragraph.text):
            if "其中" in paragraph.text[: said.start()].rpartition("。")[2]:
                continue  # a part may be of one nature
            form = _table_of(submission, paragraph.section)
            other = _OTHER_NATURE[said[1]]
            number = facts.index.get((form, "total", other)) if form is not None else None
            if number is None:
                continue
            looked = True
            if facts.mantissas[number]:
                place = spot(paragraph, *said.span())
                figure = f"{words.figure(number)}{facts.units[number]}"
                message = f"{at(place)}写{quoted(said[0])}，{words.place(number)}为{figure}：{check.says}。"
                places = [place, words.location(number, "compared")]
                yield finding(check, message, places, [form or "", said[0]], "照表改写支出的性质")
    if not looked:
        raise NotEvaluatedError("正文没有写全部为基本支出或项目支出，或者没有相应的表")


def _table_of(submission: Submission, section: str) -> str | None:
    """The table with columns of basic and project expenditure that a section explains."""
    known = submission.standards.narratives.sections.get(section)
    if known is None:
        return None
    columns = frozenset(_OTHER_NATURE.values())
    for form in submission.standards.forms.values():
        if form.with_ and form.with_ == known.with_ and columns <= form.blocks[0].columns.keys():
            return form.id
    return None


def reason_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """A difference between final accounts and budget that needs a reason and is stated without any."""
    hits, looked = [], False
    paragraphs = running_text(submission)
    for number, paragraph in enumerate(paragraphs):
        for said in _DIFFERS.finditer(paragraph.text):
            looked = True
            before = paragraph.text[: said.start()].rpartition("。")[2]
            after, _, then = paragraph.text[said.end() :].partition("。")
            following = then.strip() or "".join(p.text for p in paragraphs[number + 1 : number + 2])
            opening = _CLAUSE_ENDS.split(following, maxsplit=1)[0]
            given = _REASON.search(f"{before}{after}。{opening}")
            if not given and _reason_is_due(submission, paragraph, before):
                place = spot(paragraph, *said.span())
                message = f"{at(place)}写{quoted(said[0])}，没有说明原因：{check.says}。"
                hits.append(Hit((said[0],), place, message))
    if not looked:
        raise NotEvaluatedError("正文没有写决算数大于或小于预算数")
    yield from told(check, hits)


def _reason_is_due(submission: Submission, paragraph: ParagraphSeen, before: str) -> bool:
    """Whether the two figures compared in the sentence that begins with ``before`` are far enough apart.

    Where the sentence does not have both, nothing tells that they are not.
    """
    facts, due = submission.facts, submission.standards.outlines.due
    here = (paragraph.document, paragraph.section)
    for number, passage in enumerate(facts.statements):
        if (passage.document, passage.section) != here:
            continue
        pairs = (
            _compared(submission, number, of) for said, of in passage.words.items() if said in _DIFFERENT
        )
        for pair in filter(None, pairs):
            if all(facts.printed[fact] in before for fact in pair):
                return due.asks(*(facts.centres[fact] for fact in pair))
    return True


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
    table = submission.readings.get(_ITEMS_TABLE)
    stated = _items_stated(submission)
    if table is None or not any(len(row) == _ITEM for row in stated):
        raise NotEvaluatedError("正文没有分项说明一般公共预算财政拨款支出")
    named = {row.partition(":")[0] for row in stated if ":" in row}
    misnamed = {instead for _, _, instead in _misnamed(submission, table)}
    missing = [
        row
        for row in _left_out(submission, table)
        if row not in misnamed and not any(row.startswith(code) for code in named)
    ]
    if missing:
        title = submission.standards.forms[table.form].title
        places = [
            Location(
                table.document,
                "context" if number else "subject",
                table.rows[row].place,
                table.rows[row].label,
                title,
            )
            for number, row in enumerate(missing)
        ]
        items = "、".join(f"{row} {table.rows[row].label}" for row in missing)
        message = f"正文没有说明表中的{items}：{check.says}。"
        yield finding(check, message, places, missing, "补写这些项级科目的说明")


def item_not_in_table(submission: Submission, check: Check) -> Iterator[Finding]:
    """Items that the text states and the table does not have: another name, or a row left out."""
    table = submission.readings.get(_ITEMS_TABLE)
    stated = _items_stated(submission)
    if table is None or table.lost or not stated & table.rows.keys():
        raise NotEvaluatedError("正文没有分项说明一般公共预算财政拨款支出，或者表中没有读到项级科目")
    facts = submission.facts
    for passage, label, instead in _misnamed(submission, table):
        final = passage.facts["final"]
        place = Wording(submission).location(final, "subject")
        paragraph = next(
            (p for p in facts.paragraphs if p.document == passage.document and label in p.text), None
        )
        if paragraph is not None:
            start = paragraph.text.index(label)
            place = spot(paragraph, start, start + len(label))
        message = f"正文说明的“{label}（项）”在表中没有：{check.says}。"
        places = [place]
        advice = Suggestion("核对这一科目的名称和表中的各行", 0, None, "likely")
        if instead:
            seen = table.rows[instead]
            title = submission.standards.forms[table.form].title
            places.append(Location(table.document, "compared", seen.place, seen.label, title))
            message = (
                f"正文说明的“{label}（项）”在表中没有，金额{facts.printed[final]}与表中的"
                f"“{instead} {seen.label}”相同：{check.says}。"
            )
            advice = Suggestion(f"改为{quoted(seen.label)}", 0, seen.label, "likely")
        found = finding(check, message, places, [label])
        found.suggestions.append(advice)
        yield found


def _items_stated(submission: Submission) -> set[str]:
    """The rows of items that the text explains one by one, by code or by what is known of their names."""
    keys = submission.facts.keys
    return {row for section, row, _ in keys if section == _ITEMS and row[:1].isdigit()}


def _left_out(submission: Submission, table: FormReading) -> list[str]:
    """项 with money in the table that the text does not state."""
    stated = _items_stated(submission)
    return [
        row
        for row in table.rows
        if len(row) == _ITEM and row.isdecimal() and row not in stated and _amount(submission, table, row)
    ]


def _misnamed(submission: Submission, table: FormReading) -> Iterator[tuple[Statement, str, str]]:
    """Passages on a 项 that the table does not have: its name, the row left out with the same amount or ''.

    Without such a row only a passage counts that states budget and final accounts, for a reason may
    name an item of another year.
    """
    facts = submission.facts
    left_out = {_amount(submission, table, row): row for row in _left_out(submission, table)}
    for passage in facts.statements:
        final = passage.facts.get("final")
        code, _, name = passage.row.partition(":")
        is_item = len(code) + 2 * len(name.split("/")) * bool(name) == _ITEM
        if passage.section != _ITEMS or final is None or not is_item or passage.row in table.rows:
            continue
        instead = left_out.get(facts.centres[final], "")
        if instead and code[:5] != instead[: len(code[:5])]:
            instead = ""
        whole = facts.mantissas[final] and _BUDGETS & passage.facts.keys()
        if instead or (whole and not _lacks(submission, table, code, facts.centres[final])):
            names = submission.standards.codelists["functional"]
            label = name.rpartition("/")[2] or names.name(code, submission.year or 9999) or code
            yield passage, label, instead


def _lacks(submission: Submission, table: FormReading, code: str, amount: int) -> bool:
    """Whether the rows below the 款 of ``code`` lack just ``amount``: the row is not printed."""
    parent = code[: _ITEM - 2]
    items = sum(
        _amount(submission, table, row) for row in table.rows if row != parent and row.startswith(parent)
    )
    return parent in table.rows and _amount(submission, table, parent) - items == amount


def _amount(submission: Submission, table: FormReading, row: str) -> int:
    number = submission.facts.index.get((table.form, row, "total"))
    return submission.facts.centres[number] if number is not None else 0


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


def _goes_on(following: Sequence[ParagraphSeen]) -> bool:
    """Whether the paragraph after a figure begins with its sign: the line was broken there."""
    return any(fold(paragraph.text.lstrip()[:1]) == "%" for paragraph in following)


def percent_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """A rate of change, share or completion that ends its clause without a percent sign."""
    hits = []
    paragraphs = running_text(submission)
    for number, paragraph in enumerate(paragraphs):
        for match in _BARE_RATE.finditer(paragraph.text):
            if match.end() == len(paragraph.text) and _goes_on(paragraphs[number + 1 : number + 2]):
                continue
            start = next(match.start(n) for n in (1, 2, 3) if match[n])
            figure = match[1] or match[2] or match[3]
            place = spot(
                paragraph, match.start() + len(match[0]) - len(match[0].lstrip()), start + len(figure)
            )
            message = f"{at(place)}的{quoted(squash(place.quote))}是百分比，漏了百分号，应为“{figure}%”。"
            hits.append(Hit((squash(place.quote),), place, message, f"{place.quote}%"))
    yield from told(check, hits)
