"""Running text → facts: figures bound to what the words around them say they are.

Islands, not sentences: phrases, figures and marks are read from left to right, each changing what
the passage has said so far. A sentence need not be whole or right to be read, for the defective one
is exactly the one that matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingzhang.binding.mentions import note_mentions
from mingzhang.binding.naming import Names
from mingzhang.binding.outline import Outline
from mingzhang.binding.sentence import Passage
from mingzhang.binding.statements import Ledger, NarrativeReading, Subject, Unclaimed, project
from mingzhang.binding.stating import Binder
from mingzhang.binding.vocabulary import CODE, ITEM, SUBJECT, Text, Token, Vocabulary
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet, ParagraphSeen
from mingzhang.figures import Figure, figures
from mingzhang.narratives import Narratives, spelt
from mingzhang.taxonomy import Standards

__all__ = ["NarrativeReading", "Unclaimed", "read_text"]

_WORTH_READING = re.compile(
    r"[\d０-９]|[（(][类款项]|持平|扣分|满分|无|没有|未|主要原因|^\s*[（(]?[一二三四五六七八九十]{1,3}[）)、]"
)
_QUOTED = re.compile(r"“([^“”，。；]{3,40})”(项目|专项|工程|经费|资金)?")
_TITLED = re.compile(
    r"\s*(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[、.)]|[①-⑳])\s*([^,;。:\d]{3,40})(?:[。:]|$)"
)
"""A numbered name that a paragraph begins with: 1.…项目。"""
_MARKS = re.compile(r"[(),;。!?\n:]")
_COMPARES = re.compile(r"\s*(?:[与比较](?:上年|去年|年初预算)|同比)")
"""A paragraph that begins so goes on with what the one before spoke of."""


@dataclass(slots=True)
class _Carried:
    """What goes on into the next paragraph: a subject named in a heading, the only one that a paragraph
    spoke of, an indicator.
    """

    subject: Subject | None = None
    only: Subject | None = None
    indicator: Subject | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    """An edition's narrative standards as compiled for reading."""

    narratives: Narratives
    vocabulary: Vocabulary
    names: Names
    judgements: dict[str, str]
    judged: re.Pattern[str]


def _seen(paragraph: Paragraph, number: int, outline: Outline, opened: bool) -> ParagraphSeen:
    return ParagraphSeen(
        number,
        paragraph.text,
        paragraph.place,
        paragraph.segments,
        outline.part.id if outline.part is not None else "",
        outline.section.id if outline.section is not None else "",
        opened,
        paragraph.level,
        paragraph.marker,
    )


def read_text(
    document: Document, number: int, standards: Standards, year: int | None, facts: FactSet
) -> NarrativeReading:
    """Read every paragraph of ``document`` into ``facts``."""
    result = NarrativeReading()
    wording = _wording(standards)
    outline = Outline(wording.narratives)
    carried = _Carried()
    for paragraph in document.paragraphs():
        opened = outline.enter(paragraph, facts, number)
        facts.paragraphs.append(_seen(paragraph, number, outline, opened))
        if opened:
            carried = _Carried()
        if outline.silent:
            continue
        ledger = Ledger(paragraph, number, wording.narratives, outline.section, year, facts, result)
        note_mentions(ledger)
        if _WORTH_READING.search(paragraph.text):
            passage = Passage(Text(paragraph.text), wording.narratives, outline.section, ledger)
            _read(passage, wording, carried)
        if opened:
            carried.subject = None
    return result


_COMPILED: dict[tuple[str, str], _Wording] = {}
"""Wordings of this process by the standards' version and edition."""


def _wording(standards: Standards) -> _Wording:
    key = (standards.version, standards.edition.id)
    if key not in _COMPILED:
        narratives = standards.narratives
        names = Names(narratives.naming, tuple(narratives.heads))
        judgements = {p: j.id for j in narratives.judgements.values() for p in spelt(j.cue)}
        longest_first = sorted(map(re.escape, judgements), key=len, reverse=True)
        judged = re.compile(rf"(?:{'|'.join(longest_first)})(?!\s*\d)" if judgements else r"(?!)")
        _COMPILED[key] = _Wording(narratives, Vocabulary(standards), names, judgements, judged)
    return _COMPILED[key]


def _read(passage: Passage, wording: _Wording, carried: _Carried) -> None:
    """Read one passage, going on from the one before."""
    goes_on = carried.only is not None and _COMPARES.match(passage.text) is not None
    passage.begin(carried.only if goes_on else carried.subject)
    passage.code = carried.code
    statements = passage.ledger.facts.statements
    stated = len(statements)
    binder = Binder(passage, wording.names, carried.indicator)
    any_figure = False
    for event in _events(passage, wording):
        if isinstance(event, Figure):
            binder.bind(event)
            any_figure = True
        elif isinstance(event, Token):
            passage.hear(event)
        elif event.re is wording.judged:
            binder.judge(wording.judgements[event.group()], *event.span())
        elif event.re is _TITLED:
            passage.name(project(wording.names.trim(event.group(1))), event.start(1), event.end(1))
        elif event.re is _QUOTED:
            passage.name(project(event.group(1) + (event.group(2) or "")), *event.span())
        else:
            passage.mark(event.group(), event.start())
    passage.end_reason(len(passage.text))
    carried.subject = None if any_figure else passage.said.subject
    rows = {statement.row for statement in statements[stated:]}
    carried.only = passage.sentence.subject if len(rows) == 1 else None
    carried.indicator = binder.points.indicator
    carried.code = passage.code


def _events(passage: Passage, wording: _Wording) -> Iterator[Token | Figure | re.Match[str]]:
    """Phrases, figures and marks from left to right; what stands inside a phrase is part of it."""
    printed = passage.ledger.paragraph.text
    tokens = wording.vocabulary.tokens(passage.source)
    found: list[tuple[int, Token | Figure | re.Match[str]]] = [(t.start, t) for t in tokens]
    spans = [(t.start, t.end) for t in tokens]
    others: list[tuple[int, Token | Figure | re.Match[str]]] = [
        (f.start, f) for f in figures(printed, wording.narratives.units)
    ]
    others += [(m.start(), m) for m in _QUOTED.finditer(printed) if _names(m, wording.names)]
    titled = _TITLED.match(passage.text)
    if titled is not None and _is_thing(titled, tokens, wording.names):
        others.append((titled.end(1), titled))
    others += [(m.start(), m) for m in _MARKS.finditer(passage.text)]
    others.sort(key=lambda item: item[0])
    index = 0
    for start, event in others:
        while index < len(spans) and spans[index][1] <= start:
            index += 1
        if index == len(spans) or start < spans[index][0]:
            found.append((start, event))
    found += [(match.start(), match) for match in wording.judged.finditer(passage.text)]
    found.sort(key=lambda item: item[0])
    return (event for _, event in found)


def _names(quoted: re.Match[str], names: Names) -> bool:
    """Whether what is quoted is the name of something that money is spent on."""
    return quoted.group(2) is not None or quoted.group(1).endswith(names.heads)


def _is_thing(titled: re.Match[str], tokens: list[Token], names: Names) -> bool:
    """Whether a numbered name is that of something that money is spent on, and of no known subject."""
    known = any(t.start < titled.end(1) and any(t.means(k) for k in (SUBJECT, CODE, ITEM)) for t in tokens)
    return not known and names.thing(titled.group(1)) is not None
