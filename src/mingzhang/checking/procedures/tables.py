"""Structure of the table part: required tables, headings, statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.outcome import Submission
from mingzhang.documents import quoted, squash
from mingzhang.facts import Field, FormReading
from mingzhang.taxonomy import Check

A_DISCLOSURE = 3
"""From this many forms on a document is taken for a disclosure, in which every form is due."""


_FEW = 10
"""One in so many figures may be odd; more are a habit of the document."""


def finding(
    check: Check, message: str, locations: list[Location], subject: Iterable[str], fix: str | None = None
) -> Finding:
    """A finding of ``check``; ``fix`` says what to do at the first location."""
    suggestions = [Suggestion(fix, 0, None, "likely")] if fix else []
    return Finding(
        rule=check.id,
        severity=check.severity,
        message=message,
        locations=locations,
        suggestions=suggestions,
        explanation=check.says,
        reference=check.reference,
        subject=(check.id, *subject),
    )


def _title(submission: Submission, reading: FormReading) -> str:
    return submission.standards.forms[reading.form].title


def _head(submission: Submission, reading: FormReading) -> Location:
    """The table's title as a place, or its first cell."""
    title = _title(submission, reading)
    if reading.title is not None:
        return Location(reading.document, "subject", reading.title.place, reading.title.quote, title)
    return Location(reading.document, "subject", reading.place, "", title)


def _at(submission: Submission, reading: FormReading, printed: Field) -> Location:
    return Location(reading.document, "subject", printed.place, printed.quote, _title(submission, reading))


def missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Forms of the edition that a disclosure does not hold."""
    readings, edition = submission.readings, submission.standards.edition
    if (submission.year or edition.year) < edition.year:
        return
    last = list(readings.values())[-1]
    listed = any(text.concept == "contents" for text in submission.facts.texts)
    for form in submission.standards.forms.values():
        printed = submission.headings.get(form.id, 0) - listed  # above a table, readable or not
        if form.id not in readings and printed < 1:
            place = _head(submission, last)
            near = [Location(place.document, "context", place.place, place.quote, place.table)]
            message = f"缺少《{form.title}》：{check.says}。"
            yield finding(check, message, near, [form.id], f"补上《{form.title}》")


def empty_without_statement(submission: Submission, check: Check) -> Iterator[Finding]:
    """Tables without a figure and without the sentence that says why; one finding where all are empty."""
    if all(reading.empty for reading in submission.readings.values()):
        places = [_head(submission, reading) for reading in submission.readings.values()]
        yield finding(check, "各张决算表都没有任何数据，可能是尚未填写的模板。", places, ["all"])
        return
    for reading in submission.readings.values():
        if reading.empty and not reading.statement:
            title = _title(submission, reading)
            message = f"《{title}》没有任何数据，表下也没有说明原因：{check.says}。"
            yield finding(
                check, message, [_head(submission, reading)], [reading.form], "在表下说明本表无数据的原因"
            )


def number_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """A printed table number that is not the form's."""
    for reading in submission.readings.values():
        form, printed = submission.standards.forms[reading.form], reading.number
        if printed is not None and form.number is not None and printed.value != form.number:
            message = f"《{form.title}》的表号印为{quoted(printed.value)}，应为{quoted(form.number)}。"
            place = _at(submission, reading, printed)
            yield finding(check, message, [place], [form.id, printed.value], f"改为{form.number}")


def title_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Tables known only by their columns."""
    for reading in submission.readings.values():
        if reading.title is None:
            title = _title(submission, reading)
            message = f"按栏目判断此表为《{title}》，但没有找到表的标题。"
            yield finding(
                check, message, [_head(submission, reading)], [reading.form], f"补上标题{quoted(title)}"
            )


def money_unit_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Tables with figures but no unit of money."""
    for reading in submission.readings.values():
        if reading.money is None and reading.facts:
            title = _title(submission, reading)
            message = f"《{title}》没有标明金额单位，已按“万元”核对。"
            yield finding(check, message, [_head(submission, reading)], [reading.form], "补上“单位：万元”")


def entity_blank(submission: Submission, check: Check) -> Iterator[Finding]:
    """Headings whose 部门： is followed by nothing: one finding for all tables."""
    blank = [r for r in submission.readings.values() if r.entity is not None and not r.entity.value]
    if blank:
        places = [_at(submission, r, r.entity) for r in blank if r.entity is not None]
        message = f"{len(blank)}张表的表头“部门：”后没有填写名称：{check.says}。"
        yield finding(check, message, places, [], "填写部门或单位名称")


def entity_replaced(submission: Submission, check: Check) -> Iterator[Finding]:
    """A left-over 部门： before the table's number, where another line gives the name."""
    for reading in submission.readings.values():
        number, entity = reading.number, reading.entity
        if number is None or entity is None or not entity.value or entity.quote == number.quote:
            continue
        before = squash(number.quote).partition(number.value)[0]
        if before.endswith(":"):
            message = (
                f"《{_title(submission, reading)}》表头印为{quoted(number.quote)}，"
                f"{quoted(before)}后是表号而不是名称。"
            )
            place = _at(submission, reading, number)
            yield finding(check, message, [place], [reading.form], f"删去多余的{quoted(before)}")


def entity_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Tables headed by another name than most."""
    named = [r for r in submission.readings.values() if r.entity is not None and r.entity.value]
    counts = Counter(squash(r.entity.value) for r in named if r.entity)
    if len(counts) < 2:
        return
    usual, times = counts.most_common(1)[0]
    if times * 2 <= len(named):
        return
    for reading in named:
        if reading.entity is not None and squash(reading.entity.value) != usual:
            name = reading.entity.value
            message = (
                f"《{_title(submission, reading)}》的部门为{quoted(name)}，其他{times}张表为{quoted(usual)}。"
            )
            place = _at(submission, reading, reading.entity)
            yield finding(check, message, [place], [reading.form, reading.entity.value], f"改为{usual}")


def decimals_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """The few figures of a table that are printed with another number of decimals than the rest."""
    facts = submission.facts
    usual = facts.usual_decimals()
    printed: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, (form, _, _) in enumerate(facts.keys):
        if facts.mantissas[number]:
            printed[form, facts.documents[number]].append(number)
    for reading in submission.readings.values():
        own = printed[reading.form, reading.document]
        odd = [facts[n] for n in own if facts.decimals[n] != usual[reading.form]]
        if not odd or len(odd) * _FEW > len(own):
            continue
        title = _title(submission, reading)
        places = [
            Location(f.document, "subject", f.place, f.printed, title, f.label, f.column_label) for f in odd
        ]
        listed = "、".join(fact.printed for fact in odd)
        rest = f"本表其他数字（{usual[reading.form]}位）"
        message = f"《{title}》中{listed}的小数位数与{rest}不同，请核对是否漏打或多打。"
        yield finding(check, message, places, [reading.form, listed])


def figure_unreadable(submission: Submission, check: Check) -> Iterator[Finding]:
    """Cells for amounts that hold something else."""
    for reading in submission.readings.values():
        title = _title(submission, reading)
        for row, column, text, place in reading.odd:
            label = reading.rows[row].label if row in reading.rows else row
            message = f"《{title}》{quoted(label)}的金额栏印为{quoted(text)}，不是可核对的数字。"
            where = Location(reading.document, "subject", place, text, title, label, column)
            yield finding(check, message, [where], [reading.form, row, column, text], "改为数字")
