"""What the checks of the running text share: paragraphs, exact places, clauses, findings told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.ordinals import Item
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import fold, quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.provenance import place_at
from mingzhang.taxonomy import Check

HAN = "一-鿿"
"""The range of Chinese characters in a regular expression."""

_BREAK = re.compile(r"[，。；：！？,;\n]")
_REACH = 40
_PAIRED = 200


class Hit(NamedTuple):
    """One place that breaks a check: what it is called by, where, what to say and to write instead."""

    subject: tuple[str, ...]
    location: Location
    message: str
    replacement: str | None = None


def running_text(submission: Submission) -> Sequence[ParagraphSeen]:
    """The paragraphs of the submission; raises NotEvaluatedError where there are none."""
    if not submission.facts.paragraphs:
        raise NotEvaluatedError("文件中没有读到正文段落")
    return submission.facts.paragraphs


def outlined(submission: Submission) -> Sequence[tuple[Sequence[ParagraphSeen], Sequence[Item]]]:
    """The paragraphs of each document with the numbered ones as its outline; raises like running_text."""
    running_text(submission)
    return submission.outlines


def matches(
    paragraphs: Iterable[ParagraphSeen], pattern: re.Pattern[str], *, folded: bool = False, sign: str = ""
) -> Iterator[tuple[ParagraphSeen, re.Match[str]]]:
    """Where ``pattern`` stands in the paragraphs, as printed or folded; it needs ``sign`` in the text."""
    for paragraph in paragraphs:
        text = fold(paragraph.text) if folded else paragraph.text
        if sign in text:
            for match in pattern.finditer(text):
                yield paragraph, match


def spot(paragraph: ParagraphSeen, start: int, end: int, role: str = "subject") -> Location:
    """The characters from ``start`` to ``end`` of a paragraph as a location."""
    place = place_at(start, paragraph.segments, paragraph.place)
    return Location(paragraph.document, role, place, paragraph.text[start:end])


def whole(paragraph: ParagraphSeen, role: str = "subject") -> Location:
    """The paragraph as a location, quoted by its beginning."""
    text = paragraph.text
    start = len(text) - len(text.lstrip())
    return spot(paragraph, start, len(text.rstrip()) if len(text) <= _REACH else start + _REACH, role)


def clause(text: str, start: int, end: int) -> str:
    """What stands around ``start`` to ``end`` within the nearest stops, as printed."""
    left, right = max(0, start - _REACH), end + _REACH
    for stop in _BREAK.finditer(text, left, start):
        left = stop.end()
    stop_after = _BREAK.search(text, end, right)
    return text[left : stop_after.start() if stop_after else right].strip()


def named(text: str, start: int, end: int) -> str:
    """The clause as a finding's lasting subject: without white space, numbers and width."""
    return squash(clause(text, start, end))


def inside(text: str, position: int, pair: str) -> bool:
    """Whether ``position`` stands between the two signs of ``pair``."""
    start = max(0, position - _PAIRED)
    return text.rfind(pair[0], start, position) > text.rfind(pair[1], start, position)


def told(check: Check, hits: Iterable[Hit], severity: str | None = None) -> Iterator[Finding]:
    """One finding for each subject, at all its places."""
    groups: dict[tuple[str, ...], list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.subject, []).append(hit)
    for subject, same in groups.items():
        found = finding(check, same[0].message, [hit.location for hit in same], subject)
        found.severity = severity or check.severity
        found.suggestions = [
            Suggestion(
                f"改为{quoted(hit.replacement)}" if hit.replacement else "删去", n, hit.replacement, "certain"
            )
            for n, hit in enumerate(same)
            if hit.replacement is not None
        ]
        yield found


def told_together(check: Check, hits: Sequence[Hit], message: str) -> Iterator[Finding]:
    """One finding for all places of one habit in a document."""
    yield from told(check, [hit._replace(subject=(), message=message) for hit in hits])


def quoted_all(texts: Iterable[str], most: int = 3) -> str:
    """The first different texts, quoted for a message."""
    different = list(dict.fromkeys(texts))
    return "、".join(quoted(text) for text in different[:most]) + ("等" if len(different) > most else "")


def at(location: Location) -> str:
    """Where, in words, to begin a message with."""
    return location.place.describe() or "文中"
