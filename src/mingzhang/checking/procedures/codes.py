"""Code ↔ name ↔ level of the rows that print a classification code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mingzhang.checking.finding import NOTICE, Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import quoted, squash
from mingzhang.facts import FormReading
from mingzhang.forms import Form
from mingzhang.taxonomy import Check, CodeList, level_of, same_name

_PRINTS_CODES = ("codes", "entries")
_CLASS, _LEAF = 3, 7


class _Row(NamedTuple):
    """A row that prints a code: where it was read, its code and printed name, the list of its codes."""

    reading: FormReading
    form: Form
    code: str
    name: str
    codes: CodeList

    def place(self, role: str = "subject") -> Location:
        """The row as a location."""
        place = self.reading.rows[self.code].place
        label = f"{self.code} {self.name}"
        return Location(self.reading.document, role, place, self.name, self.form.title, label)


def _coded(submission: Submission) -> Iterator[_Row]:
    """Every row that prints a code."""
    for reading in submission.readings.values():
        form = submission.standards.forms[reading.form]
        codes = form.blocks[0].codes
        if form.layout not in _PRINTS_CODES or codes is None:
            continue
        for row, seen in reading.rows.items():
            if row.isdecimal():
                yield _Row(reading, form, row, seen.label, submission.standards.codelists[codes.list_])


def unknown(submission: Submission, check: Check) -> Iterator[Finding]:
    """Codes that the list does not hold; once per code."""
    told: set[str] = set()
    for row in _coded(submission):
        code = row.code
        if code not in row.codes and code not in told:
            told.add(code)
            printed = f"{code} {squash(row.name)}"
            message = f"《{row.form.title}》的科目编码{quoted(printed)}不在已知的政府收支分类科目中，请核对。"
            yield finding(check, message, [row.place()], [code])


def name_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Names that the code never had; a finding per code and printed name, with all its places."""
    found: dict[tuple[str, str], Finding] = {}
    for row in _coded(submission):
        code = row.code
        known = row.codes.names(code)
        printed = squash(row.name)
        if not known or not printed or row.codes.is_called(code, printed):
            continue
        if (code, printed) in found:
            found[code, printed].locations.append(row.place("compared"))
            continue
        right = row.codes.name(code, submission.year or 9999) or known[-1].name
        message = (
            f"《{row.form.title}》科目{code}的名称印为{quoted(printed)}，政府收支分类科目为{quoted(right)}。"
        )
        told = finding(check, message, [row.place()], [code, printed], f"改为{right}")
        if not row.codes.is_firm(code):
            told.severity = NOTICE
        found[code, printed] = told
    yield from found.values()


def name_differs_between_tables(submission: Submission, check: Check) -> Iterator[Finding]:
    """One code with two names in one document, where the list does not know the code."""
    first: dict[str, _Row] = {}
    for row in _coded(submission):
        code, printed = row.code, squash(row.name)
        if code in row.codes or not printed:
            continue
        other = first.setdefault(code, row)
        before = squash(other.name)
        if not same_name(printed, before) and not same_name(before, printed):
            message = (
                f"科目{code}在《{other.form.title}》为{quoted(before)}，"
                f"在《{row.form.title}》为{quoted(printed)}。"
            )
            yield finding(check, message, [row.place(), other.place("compared")], [code, printed])


def parent_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Rows whose parent code is not printed in the same table, where its other levels are."""
    found: dict[tuple[str, str], Finding] = {}
    for row in _coded(submission):
        reading, code = row.reading, row.code
        parent = code[:-2]
        if len(code) == _CLASS or parent in reading.rows or not _prints(reading, len(parent)):
            continue
        if (reading.form, parent) in found:
            found[reading.form, parent].locations.append(row.place("context"))
            continue
        message = f"《{row.form.title}》列有{code}{squash(row.name)}，但没有列出其上级科目{parent}。"
        subject = [reading.form, code]
        found[reading.form, parent] = finding(
            check, message, [row.place()], subject, f"补列{parent}或核对编码"
        )
    yield from found.values()


def children_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Rows with money without a row of the next level, where the table prints that level for others."""
    for row in _coded(submission):
        reading, code = row.reading, row.code
        below = len(code) + 2
        if below > _LEAF or reading.lost or not _prints(reading, below):
            continue
        if any(other != code and other.startswith(code) for other in reading.rows):
            continue
        if _has_children(row.codes, code) and _spends(submission, reading, code):
            level = level_of("0" * below)
            message = f"《{row.form.title}》的{code}{squash(row.name)}有金额，但没有列出其下的{level}级科目。"
            yield finding(check, message, [row.place()], [reading.form, code], f"补列{code}的{level}级科目")


def _prints(reading: FormReading, length: int) -> bool:
    """Whether a table prints codes of so many digits."""
    return any(len(row) == length for row in reading.rows if row.isdecimal())


def _has_children(codelist: CodeList, code: str) -> bool:
    return any(len(known) == len(code) + 2 and known.startswith(code) for known in codelist.entries)


def _spends(submission: Submission, reading: FormReading, row: str) -> bool:
    facts = submission.facts
    numbers = (facts.index.get((reading.address, row, column)) for column in reading.columns)
    return any(number is not None and facts.mantissas[number] for number in numbers)
