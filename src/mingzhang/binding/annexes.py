"""Annexes that a document announces: tables and reports that its text says are attached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingzhang.binding.headings import TITLE_LENGTH, titled
from mingzhang.documents import Document, Paragraph, squash
from mingzhang.facts import FactSet, TextFact
from mingzhang.narratives import Narratives
from mingzhang.provenance import place_at
from mingzhang.taxonomy import Standards

ANNOUNCED = "annex.announced"
"""Concept of an announcement: its text is the title, its row the form or the part that it names."""

_TITLE = re.compile(r"《([^《》]{4,60})》")
_NEXT = re.compile(r"^\d{1,2}(?:-\d{1,2})?[.、]")
_LISTED = re.compile(r"^附[件表]?:")
_YEARS = re.compile(r"(?:19|20)\d\d年?度?")
_REACH = 12


def announced(document: Document, number: int, standards: Standards, facts: FactSet) -> None:
    """Add a text fact for every table or report that ``document`` says is attached."""
    for title, kind, paragraph, offset in _announcements(document, standards):
        place = place_at(offset, paragraph.segments, paragraph.place)
        key = ("annexes", kind, ANNOUNCED)
        facts.texts.append(TextFact(key, ANNOUNCED, {}, title, number, place, title, ""))


def _announcements(document: Document, standards: Standards) -> Iterator[tuple[str, str, Paragraph, int]]:
    """Title, form or part, paragraph and offset of each announcement."""
    narratives = standards.narratives
    listing = False
    for paragraph in document.paragraphs():
        text = paragraph.text
        for match in _TITLE.finditer(text):
            kind = _kind(match.group(1), standards)
            if kind and _says_attached(text, match.start(), match.end(), narratives):
                yield match.group(1), kind, paragraph, match.start()
        listing = _is_listed(text, listing)
        if listing and len(text) <= TITLE_LENGTH:
            title = _NEXT.sub("", _LISTED.sub("", squash(text), count=1))
            kind = _kind(title, standards)
            if kind:
                yield title, kind, paragraph, 0


def _is_listed(text: str, listing: bool) -> bool:
    """Whether the line belongs to a list of annexes: 附件：1. …, then 2. …"""
    plain = squash(text)
    return bool(re.match(r"附[件表]?:\d", plain)) or (listing and bool(_NEXT.match(plain)))


def _says_attached(text: str, start: int, end: int, narratives: Narratives) -> bool:
    before = squash(text[max(0, start - _REACH) : start])
    after = squash(text[end : end + _REACH]).lstrip("(,")
    return before.endswith(tuple(narratives.attached_before)) or after.startswith(
        tuple(narratives.attached_after)
    )


def _kind(title: str, standards: Standards) -> str | None:
    """The form or the part of a document that goes by ``title``."""
    plain = _YEARS.sub("", squash(title))
    found = titled(plain, standards.sheet_titles)
    if found is not None:
        return standards.sheet_titles[found]
    parts = [
        (len(name), part.id)
        for part in standards.narratives.parts.values()
        if part.annexed
        for name in part.title
        if plain.endswith(squash(name))
    ]
    return max(parts)[1] if parts else None
