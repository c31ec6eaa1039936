"""Cells of score sheets that somebody forgot, and rates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission, called
from mingzhang.checking.procedures.sheets import score_sheets
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FormReading, TextFact
from mingzhang.money import Amount
from mingzhang.taxonomy import Check

_ACTUAL, _SCORE, _TARGET, _TOTAL, _FUNDS = "actual", "score", "target", "total", "funds"
_RESULT = "indicator.actual"
_RATED = ("indicator.actual", "indicator.target")
_EXECUTION, _SATISFACTION = "execution/", "satisfaction/"
_HEAD, _VALUE = "head", "value"
_WHOLE = Amount(100, 0, "%").centre
_BOUNDED = "bounded"
"""The lexicon of rates that are a part of a whole."""
_NO_RESULT = re.compile(
    r"(?:暂|尚|还)?(?:未|没有?|无法?|待)(?:进行|开展|完成)?"
    r"(?:统计|测算|调查|测评|评价|填报|数据)(?:数据|结果|完成)?(?:中)?[。;]?|统计中"
)
_SHOWN = 6


def cells_blank(submission: Submission, check: Check) -> Iterator[Finding]:
    """Results and scores left out in sheets where others are filled in; one finding for each sheet."""
    sheets = score_sheets(submission)
    results = {text.key[:2]: text for text in submission.facts.texts if text.concept == _RESULT}
    for address, reading in sheets.items():
        blank = list(_blank(submission, address, reading, results))
        if not blank:
            continue
        title = called(submission, address)
        listed = "、".join(at.quote for at in blank[:_SHOWN])
        more = f"等{len(blank)}处" if len(blank) > _SHOWN else ""
        message = f"《{title}》没有填写{listed}{more}：{check.says}。"
        yield finding(
            check, message, blank, [reading.form, *(f"{at.row} {at.column}" for at in blank)], "补填"
        )


def _blank(
    submission: Submission, address: str, reading: FormReading, results: Mapping[tuple[str, str], TextFact]
) -> Iterator[Location]:
    """The blank cells of a sheet that its other cells call for, in the order of their rows."""
    index, centres = submission.facts.index, submission.facts.centres
    scored = [row for row in reading.rows if (address, row, _SCORE) in index and "/" in row]

    def at(row: str, column: str, said: str) -> Location:
        label = reading.rows[row].label
        result = results.get((address, row)) if column == _ACTUAL else None
        place = result.place if result is not None else reading.blanks[row, column]
        said = f"{said}（写着{quoted(squash(result.text))}）" if result is not None else said
        shown = f"{quoted(label)}的{said}"
        return Location(reading.document, "subject", place, shown, called(submission, address), label, column)

    blanks = reading.blanks.keys() - reading.cut
    for row in reading.rows:
        given = index.get((address, row, _SCORE))
        unscored = given is None and (row, _SCORE) in reading.blanks and (address, row, "weight") in index
        cut = (row, _SCORE) in reading.cut
        result = results.get((address, row))
        if row in (_TOTAL, _FUNDS):
            if unscored and scored and not (cut and reading.lost):
                yield at(row, _SCORE, "得分")
        elif "/" not in row or row.startswith(_EXECUTION):
            continue
        elif given is not None and centres[given] > 0:
            missing = (row, _ACTUAL) in blanks and (row, _TARGET) not in reading.blanks
            if missing or (result is not None and _NO_RESULT.fullmatch(squash(result.text))):
                yield at(row, _ACTUAL, "实际完成值")
        elif unscored and result is not None and not cut:
            yield at(row, _SCORE, "得分")


def signature_blank(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets that their head did not sign, in a document where other sheets are signed.

    In none, the signature stands on paper.
    """
    sheets = score_sheets(submission)
    signed: dict[int, list[str]] = {}
    for text in submission.facts.texts:
        if text.concept == "form.head" and text.key[0] in sheets:
            signed.setdefault(text.document, []).append(text.key[0])
    if not signed:
        raise NotEvaluatedError("自评表都没有写明单位负责人")
    for document, addresses in signed.items():
        unsigned = [
            address
            for address, one in sheets.items()
            if one.document == document and (_HEAD, _VALUE) in one.blanks and not one.empty
        ]
        if unsigned:
            titles = [called(submission, address) for address in unsigned]
            places = [
                Location(document, "context" if n else "subject", sheets[a].blanks[_HEAD, _VALUE], "", title)
                for n, (a, title) in enumerate(zip(unsigned, titles))
            ]
            listed = "".join(f"《{title}》" for title in titles)
            message = f"{listed}没有单位负责人签字，同一文件的其他{len(addresses)}张表有：{check.says}。"
            yield finding(check, message, places, [sheets[a].form for a in unsigned], "由单位负责人签字")


def rate_above_whole(submission: Submission, check: Check) -> Iterator[Finding]:
    """Satisfaction and other parts of a whole that are more than 100 %."""
    facts, words = submission.facts, Wording(submission)
    bounded = [word.word for word in submission.standards.lexicons.get(_BOUNDED, ())]
    rates = [
        number
        for number, (address, row, _) in enumerate(facts.keys)
        if facts.concepts[number] in _RATED
        and facts.units[number] == "%"
        and address in submission.readings
        and (row.startswith(_SATISFACTION) or any(word in row for word in bounded))
    ]
    if not rates:
        raise NotEvaluatedError("自评表中没有满意度、合格率等比率")
    for number in rates:
        if facts.centres[number] > _WHOLE:
            message = f"{words.place(number)}为{quoted(facts.printed[number].strip())}：{check.says}。"
            subject = words.subject("figure", number)[1:]
            found = finding(check, message, [words.location(number, "subject")], subject, "核对后改正")
            found.values = [words.value(number, 0)]
            yield found
