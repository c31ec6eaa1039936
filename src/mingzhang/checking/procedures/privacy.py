"""Personal data that must not be published: found by form and check digit, never repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import Hit, at, matches, told
from mingzhang.documents import quoted
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.provenance import place_at
from mingzhang.taxonomy import Check

_NUMBER = re.compile(r"(?<![\dA-Za-z.])(?:\d[ -]?){10,18}[\dXx](?![\dA-Za-z.])")
_DIGITS = re.compile(r"\d[\d －-]{9}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_IDENTITY = re.compile(r"[1-9]\d{16}[\dX]")
_CARD = re.compile(r"62\d{14,17}")
_PROVINCES = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_ALIKE = 7
"""A number that ends in so many equal digits was printed to keep a place."""

_LABEL = re.compile(r"[^\s，。；：,;:、（）()\d]{2,12}(?=[\s：:（(]*(?:为|是)?[\s：:（(]*$)")


def _mobile(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits)) and len(set(digits[-_ALIKE:])) > 1


def _identity(digits: str) -> bool:
    if not _IDENTITY.fullmatch(digits) or int(digits[:2]) not in _PROVINCES:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS))
    return born.year >= 1900 and _CHECK_DIGITS[total % 11] == digits[-1]


def _card(digits: str) -> bool:
    if not _CARD.fullmatch(digits) or len(set(digits[-_ALIKE:])) == 1:
        return False
    doubled = [int(d) * (2 if n % 2 else 1) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def mobile(submission: Submission, check: Check) -> Iterator[Finding]:
    """Mobile telephone numbers."""
    return _published(submission, check, _mobile, "手机号码")


def identity(submission: Submission, check: Check) -> Iterator[Finding]:
    """Identity card numbers whose check digit is right."""
    return _published(submission, check, _identity, "身份证号码")


def bank_card(submission: Submission, check: Check) -> Iterator[Finding]:
    """Bank card numbers whose check digit is right."""
    return _published(submission, check, _card, "银行卡号")


def _published(
    submission: Submission, check: Check, is_one: Callable[[str], bool], what: str
) -> Iterator[Finding]:
    """One finding per label; neither number nor anything made from it is kept."""
    hits = []
    for paragraph, match in matches(_texts(submission), _NUMBER, folded=True):
        if is_one(re.sub("[ -]", "", match.group()).upper()):
            label = _label(paragraph.text, match.start())
            place = place_at(match.start(), paragraph.segments, paragraph.place)
            location = Location(paragraph.document, "subject", place, label)
            beside = f"{quoted(label)}后" if label else ""
            message = f"{at(location)}{beside}印有{what}，属于个人信息，公开前应当删去或遮盖。"
            hits.append(Hit((label,), location, message))
    return told(check, hits)


def _texts(submission: Submission) -> Iterator[ParagraphSeen]:
    """Paragraphs and texts of tables that hold enough digits."""
    paragraphs = submission.facts.paragraphs
    if not paragraphs and not submission.facts.texts:
        raise NotEvaluatedError("文件中没有读到文字")
    for paragraph in paragraphs:
        if _DIGITS.search(paragraph.text):
            yield paragraph
    others = [text for text in submission.facts.texts if _DIGITS.search(text.text)]
    told_at = {(paragraph.document, paragraph.place) for paragraph in paragraphs} if others else set()
    for text in others:
        if (text.document, text.place) not in told_at:
            yield ParagraphSeen(text.document, text.text, text.place)


def _label(text: str, position: int) -> str:
    match = _LABEL.search(text, max(0, position - 20), position)
    return match.group() if match else ""
