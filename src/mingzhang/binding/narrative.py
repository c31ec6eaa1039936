"""Running text → facts: figures bound to what the words around them say they are.

Islands, not sentences: every figure is anchored on the cue and the subject nearest before it in its
clause; what is not said carries over from the sentence before. A sentence need not be whole or
right to be read, for the defective one is exactly the one that matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mingzhang.binding import figures as lexer
from mingzhang.binding.figures import BARE, COUNT, MONEY, POINTS, RATE, Figure, figures
from mingzhang.binding.outline import Outline
from mingzhang.binding.vocabulary import (
    BASE,
    CODE,
    DIRECTION,
    ITEM,
    LIST,
    MEASURE,
    REASON,
    SUBJECT,
    WORD,
    YEAR,
    Text,
    Token,
    Vocabulary,
)
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import Fact, FactSet, TextFact
from mingzhang.money import Amount
from mingzhang.narratives import Narratives, Section
from mingzhang.provenance import Place, place_at
from mingzhang.taxonomy import Standards

_WORTH_READING = re.compile(r"[\d０-９]|[（(][类款项]|持平|无|没有|未")
_QUOTED = re.compile(r"“([^“”，。；]{4,40})”")
_MARKS = re.compile(r"[(),;。!?\n:]")
_EDGE = re.compile(r"[,;。:!?\n、]")
_CONNECTIVE = re.compile(
    r"[\s:]*(?:均|各|共计|合计|总计|总额|金额|分别|为|是|共|计|达到|达|约|数|有|支出|了|的|\(?人民币\)?|[\s:=])*"
)
_LEADING = re.compile(
    r"^(?:\d+[、.)]|其中|以及|用于|主要|和|及|与|另有|另|还有|安排了?|投入|争取|完成|\s|:|\"|本单位|本部门|我单位|单位)+"
)
_SHARE_REACH = 8
_OPEN_LENGTH = range(2, 41)
_NOUN = 16


class Subject(NamedTuple):
    """What a figure is about, as resolved in its section."""

    row: str
    concept: str
    dimensions: dict[str, str]
    label: str
    of: str = MONEY
    unit: tuple[str, ...] = ()
    unbudgeted: bool = False


@dataclass(slots=True)
class _Carried:
    """What goes on into the next paragraph: a subject named in a heading, an indicator."""

    subject: Subject | None = None
    indicator: Subject | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """Figures and words that one passage states of one subject: what sentence relations compare."""

    section: str
    row: str
    place: Place
    facts: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


class Unclaimed(NamedTuple):
    """A figure that nothing says the meaning of."""

    printed: str
    context: str
    place: Place


@dataclass(slots=True)
class NarrativeReading:
    """What was read in the running text of a document.

    ``figures`` counts amounts, rates, counts and points, ``claimed`` those that became facts.
    """

    figures: int = 0
    claimed: int = 0
    statements: list[Statement] = field(default_factory=list)
    unclaimed: list[Unclaimed] = field(default_factory=list)


def read_text(
    document: Document, number: int, standards: Standards, year: int | None, facts: FactSet
) -> NarrativeReading:
    """Read every paragraph of ``document`` into ``facts``."""
    result = NarrativeReading()
    narratives = standards.narratives
    vocabulary = _vocabulary(standards)
    outline = Outline(narratives)
    carried = _Carried()
    for paragraph in document.paragraphs():
        if outline.enter(paragraph, facts, number):
            carried = _Carried()
        if outline.silent or not _WORTH_READING.search(paragraph.text):
            continue
        reader = _Reader(paragraph, number, narratives, vocabulary, outline.section, year, facts, result)
        reader.read(carried)
    return result


_COMPILED: dict[tuple[str, str], Vocabulary] = {}
"""Vocabularies of this process by the standards' version and edition."""


def _vocabulary(standards: Standards) -> Vocabulary:
    key = (standards.version, standards.edition.id)
    if key not in _COMPILED:
        _COMPILED[key] = Vocabulary(standards)
    return _COMPILED[key]


@dataclass(slots=True)
class _Pending:
    """What was said since the last figure."""

    subject: Subject | None = None
    subject_end: int = 0
    measures: dict[str, str] = field(default_factory=dict)
    direction: str | None = None
    whole: Subject | None = None
    cue_start: int = -1

    def clear_cues(self) -> None:
        """Forget the cues at the end of a clause; a subject named in it stays."""
        self.measures.clear()
        self.direction = None
        self.whole = None
        self.cue_start = -1


@dataclass(slots=True)
class _Sentence:
    """What the sentence has said so far: subject, whole of a list, base of comparison, stage, year."""

    subject: Subject | None = None
    whole: Subject | None = None
    base: str | None = None
    stage: str | None = None
    year: int | None = None
    listed: bool = False
    fresh: bool = True


class _Reader:
    """Reads one paragraph."""

    def __init__(
        self,
        paragraph: Paragraph,
        document: int,
        narratives: Narratives,
        vocabulary: Vocabulary,
        section: Section | None,
        year: int | None,
        facts: FactSet,
        result: NarrativeReading,
    ) -> None:
        self.paragraph, self.document = paragraph, document
        self.narratives, self.vocabulary = narratives, vocabulary
        self.section, self.year = section, year
        self.facts, self.result = facts, result
        self.text = Text(paragraph.text)
        self.sentence = _Sentence()
        self.pending = _Pending()
        self.stack: list[tuple[_Sentence, _Pending]] = []
        self.mentioned: dict[str, Subject] = {}
        self.reason_start = -1
        self.outer: Subject | None = None
        self.indicator: Subject | None = None
        self.last_stop = 0
        self.last_kind = ""
        self.last_output: Subject | None = None
        self.statement: Statement | None = None

    # ── the scan ──────────────────────────────────────────────────────────────────────────────

    def read(self, carried: _Carried) -> None:
        """Read the paragraph, going on from the one before."""
        self.sentence.subject = carried.subject or self._default()
        self.indicator = carried.indicator
        read = 0
        for event in self._events():
            if isinstance(event, Figure):
                self._figure(event)
                read += 1
            elif isinstance(event, Token):
                self._token(event)
            elif event.re is _QUOTED:
                self._take_subject(_project(event.group(1)), event.end())
            else:
                self._mark(event.group(), event.start())
        self._end_reason(len(self.paragraph.text))
        carried.subject = None if read else self.pending.subject
        carried.indicator = self.indicator

    def _default(self) -> Subject | None:
        if self.section is None or self.section.subject is None:
            return None
        return self._subject(self.section.subject, "")

    def _events(self) -> Iterator[Token | Figure | re.Match[str]]:
        """Phrases, figures and marks from left to right; what stands inside a phrase is part of it."""
        tokens = self.vocabulary.tokens(self.text)
        found: list[tuple[int, Token | Figure | re.Match[str]]] = [(t.start, t) for t in tokens]
        spans = [(t.start, t.end) for t in tokens]
        others: list[tuple[int, Token | Figure | re.Match[str]]] = [
            (f.start, f) for f in figures(self.paragraph.text, self.narratives.units)
        ]
        others += [(m.start(), m) for m in self._quoted()]
        others += [(m.start(), m) for m in _MARKS.finditer(self.text.folded)]
        others.sort(key=lambda item: item[0])
        index = 0
        for start, event in others:
            while index < len(spans) and spans[index][1] <= start:
                index += 1
            if index == len(spans) or start < spans[index][0]:
                found.append((start, event))
        found.sort(key=lambda item: item[0])
        return (event for _, event in found)

    def _quoted(self) -> Iterator[re.Match[str]]:
        """Quoted names of things that money is spent on."""
        heads = tuple(self.narratives.heads)
        return (m for m in _QUOTED.finditer(self.paragraph.text) if m.group(1).endswith(heads))

    def _mark(self, mark: str, position: int) -> None:
        pending = self.pending
        if mark == "(":
            if len(self.stack) < 8:
                self.stack.append((replace(self.sentence), replace(pending, measures=dict(pending.measures))))
        elif mark == ")":
            if self.stack:
                self.sentence, self.pending = self.stack.pop()
        elif mark in ",:":
            if pending.measures.get(RATE) != "completion":
                pending.clear_cues()
        elif mark == ";":
            pending.clear_cues()
            if self.reason_start >= 0:
                pending.subject = self.sentence.subject = None
        else:
            self._end_sentence(position)

    def _end_sentence(self, position: int) -> None:
        self._end_reason(position)
        subject = self.sentence.whole if self.sentence.listed else self.sentence.subject
        named = self.pending.subject
        self.sentence = _Sentence(subject=subject)
        self.pending = _Pending()
        self.pending.subject = named if named is not None and named == subject else None
        self.stack.clear()

    # ── phrases ───────────────────────────────────────────────────────────────────────────────

    def _token(self, token: Token) -> None:
        for kind, name in token.meanings:
            if kind in (SUBJECT, CODE, ITEM):
                if not (self._named() and token.means(MEASURE)):
                    self._name(kind, name, token)
            elif kind == MEASURE:
                measure = self.narratives.measures[name]
                self.pending.measures[measure.of] = name
                if self.pending.cue_start < 0:
                    self.pending.cue_start = token.start
                if measure.of == MONEY and self.reason_start >= 0 and self.sentence.subject is None:
                    self._resume(token)
            elif kind == BASE:
                self._resume(token)
                self.sentence.base, self.sentence.year = name, None
                if self.pending.cue_start < 0:
                    self.pending.cue_start = token.start
            elif kind == DIRECTION:
                self._direct(name, token)
            elif kind == WORD:
                self._word(name, token)
            elif kind == REASON:
                self._begin_reason(token)
            elif kind == LIST:
                self._list()
            elif kind == YEAR:
                self.sentence.year = int(name)

    def _list(self) -> None:
        """其中: what follows are parts of the subject; at a sentence's start, of the section's."""
        sentence = self.sentence
        sentence.whole, sentence.listed = sentence.subject, True
        default = self._default()
        if sentence.fresh and default is not None and default.row in self.mentioned:
            sentence.whole = default

    def _named(self) -> bool:
        return self.pending.subject is not None and self.pending.subject_end > self.last_stop

    def _name(self, kind: str, name: str, token: Token) -> None:
        label = self.paragraph.text[token.start : token.end]
        subject = self._subject(name, label) if kind == SUBJECT else self._code(kind, name, label)
        pending = self.pending
        if pending.measures.get(RATE) == "share" and token.start - pending.cue_start < _SHARE_REACH:
            pending.whole = subject
            return
        self._take_subject(subject, token.end)

    def _take_subject(self, subject: Subject, end: int) -> None:
        pending = self.pending
        pending.subject, pending.subject_end = subject, end
        self.mentioned[subject.row] = subject
        self.sentence.fresh = False
        if self.sentence.subject != subject:
            self.statement = None
        self.sentence.subject = subject

    def _subject(self, name: str, label: str) -> Subject:
        if self.section is not None:
            name = self.section.means.get(_plain(label), name)
        known = self.narratives.subjects[name]
        dimensions = dict(known.with_)
        if self.section is not None and known.is_.startswith("fiscal"):
            dimensions = {**self.section.with_, **dimensions}
        kind = COUNT if known.unit else known.of
        return Subject(name, known.is_, dimensions, label, kind, known.unit, known.unbudgeted)

    def _code(self, kind: str, name: str, label: str) -> Subject:
        dimension, _, code = name.partition(":") if kind == CODE else ("function", "", name)
        fund = self.section.with_ if self.section is not None else {}
        concept = "fiscal.expenditure" if fund or dimension == "economic" else "expenditure"
        dimensions = {**fund, dimension: code}
        if kind == ITEM and ":" in code:
            known, _, item = code.partition(":")
            dimensions = {**fund, **({dimension: known} if known else {}), "item": item}
        row = code if dimension == "function" else f"e{code}"
        return Subject(row, concept, dimensions, label)

    def _direct(self, name: str, token: Token) -> None:
        self.pending.direction = name
        if self.pending.cue_start < 0:
            self.pending.cue_start = token.start
        if name == "same":
            self._word("same", token)

    def _word(self, name: str, token: Token) -> None:
        subject = self.pending.subject or self.sentence.subject
        if self.reason_start >= 0 or (subject is None and self.section is None):
            return
        row = subject.row if subject else ""
        base = self.sentence.base or ""
        self._tell(f"word.{name}", row, f"{name}.{base}" if base else name, token.start, token.end)
        if subject is not None:
            self._statement(subject).words[name] = base

    def _begin_reason(self, token: Token) -> None:
        if self.reason_start >= 0:
            return
        self.reason_start = token.end
        self.outer = self.sentence.subject
        self.sentence.subject = None
        self.pending = _Pending()
        self.sentence.base = None

    def _resume(self, token: Token) -> None:
        """A reason without a subject of its own ends where the sentence goes on to compare."""
        if self.reason_start >= 0 and self.sentence.subject is None:
            self._end_reason(token.start)

    def _end_reason(self, position: int) -> None:
        if self.reason_start < 0:
            return
        start, self.reason_start = self.reason_start, -1
        self.sentence.subject = self.outer
        if self.outer is not None and self.paragraph.text[start:position].strip(" ：:，,。；;"):
            self._tell("reason", self.outer.row, f"reason.{self.sentence.base or ''}", start, position)

    # ── figures ───────────────────────────────────────────────────────────────────────────────

    def _figure(self, figure: Figure) -> None:
        if figure.kind != BARE:
            self.result.figures += 1
        bind = {MONEY: self._amount, RATE: self._rate, COUNT: self._count, POINTS: self._points}
        if figure.kind == BARE:
            done = self._bare(figure)
        else:
            done = bind[figure.kind](figure) or self._output(figure)
            if done:
                self.result.claimed += 1
            else:
                text = self.paragraph.text
                context = text[max(0, figure.start - 20) : figure.stop + 10]
                printed = text[figure.start : figure.stop]
                self.result.unclaimed.append(Unclaimed(printed, context, self._place(figure.start)))
        if done or figure.kind != BARE:
            self.last_stop = figure.stop
            subject = self.pending.subject
            self.pending = _Pending()
            self.pending.subject = subject if subject is not None and subject.of == RATE else None

    def _amount(self, figure: Figure) -> bool:
        pending, sentence = self.pending, self.sentence
        measure = pending.measures.get(MONEY)
        subject = self._open(figure) or pending.subject or self._carried(figure)
        if subject is None or subject.of not in (MONEY,):
            return False
        if pending.direction in ("increase", "decrease"):
            return self._emit(figure, subject, "change", signed=True)
        if measure is not None:
            sentence.stage = measure
        elif sentence.listed or self.reason_start >= 0 or self._goes_on():
            measure = sentence.stage
        if self.sentence.subject is None or sentence.subject != subject:
            sentence.subject = subject
        return self._emit(figure, subject, measure or "final")

    def _carried(self, figure: Figure) -> Subject | None:
        """The subject of the sentence, where a cue of this clause speaks of it."""
        pending = self.pending
        subject = self.sentence.subject
        if subject is not None and subject.unbudgeted and pending.measures.get(MONEY, "final") != "final":
            subject = self._default()
        if pending.direction or pending.measures or self._adjoins(figure):
            return subject
        return None

    def _goes_on(self) -> bool:
        """Whether a list goes on: a 、 after the last figure."""
        return self.text.folded[self.last_stop : self.last_stop + 1] == "、"

    def _adjoins(self, figure: Figure) -> bool:
        """Whether nothing but a connective parts the figure from what was read before it."""
        between = self.text.folded[max(self.last_stop, self.pending.subject_end) : figure.start]
        return bool(_CONNECTIVE.fullmatch(between.lstrip(",;")))

    def _open(self, figure: Figure) -> Subject | None:
        """A named thing that the standards do not list, told by the word that its name ends with."""
        pending, text = self.pending, self.text.folded
        stop = pending.cue_start if pending.cue_start >= self.last_stop else figure.start
        start = self.last_stop
        for edge in _EDGE.finditer(text, self.last_stop, stop):
            if not _inside_brackets(text, start, edge.start()):
                start = edge.end()
        phrase = text[start:stop]
        if pending.subject is not None:
            after = text[max(pending.subject_end, start) : stop].replace('"', "")
            if pending.subject_end <= start or _CONNECTIVE.fullmatch(after):
                return None
        name = _LEADING.sub("", _CONNECTIVE_END.sub("", phrase)).strip(' "')
        name = re.sub(r"^(?:(?:19|20)\d\d年?度?)", "", name).strip(' "')
        shorter = name.removesuffix("支出")
        name = shorter if shorter.endswith(tuple(self.narratives.heads)) else name
        if len(name) not in _OPEN_LENGTH or not name.endswith(tuple(self.narratives.heads)):
            return None
        if any(c.isdigit() for c in name) or name in self.narratives.heads:
            return None
        return _project(name)

    def _rate(self, figure: Figure) -> bool:
        pending, sentence = self.pending, self.sentence
        measure = pending.measures.get(RATE)
        subject = pending.subject or sentence.subject
        if subject is None:
            return False
        if subject.of == RATE:
            return self._emit(figure, subject, "rate")
        if pending.direction in ("increase", "decrease"):
            return self._emit(figure, subject, "change_rate", signed=True)
        if measure is None:
            return False
        if measure == "share":
            whole = pending.whole or sentence.whole or self._default()
            return self._emit(figure, subject, measure, whole=whole if whole != subject else None)
        return self._emit(figure, subject, measure)

    def _count(self, figure: Figure) -> bool:
        pending = self.pending
        name = pending.measures.get(COUNT)
        if pending.subject is not None and figure.unit in pending.subject.unit and self._adjoins(figure):
            return self._emit(figure, pending.subject, "count")
        if name is not None:
            measure = self.narratives.measures[name]
            subject = self._about(measure.about)
            if subject is not None and figure.unit in measure.unit:
                return self._emit(figure, subject, name)
        subject = self.sentence.subject
        if subject is not None and figure.unit in subject.unit and self._adjoins(figure):
            return self._emit(figure, subject, "count")
        return False

    def _about(self, names: tuple[str, ...]) -> Subject | None:
        """The subject last spoken of among ``names``; the only one of them needs no mention."""
        current = self.sentence.subject
        if current is not None and current.row in names:
            return current
        if len(names) == 1:
            return self._subject(names[0], "")
        return next((s for row, s in reversed(self.mentioned.items()) if row in names), None)

    def _points(self, figure: Figure) -> bool:
        """Points: of an indicator that a bracket after its name gives a weight, or of the whole."""
        text = self.text.folded
        if text[: figure.start].rstrip().endswith("(") and text[figure.stop :].lstrip().startswith(")"):
            opening = text.rfind("(", 0, figure.start)
            start = max(text.rfind(mark, 0, opening) for mark in "。;\n") + 1
            name = re.sub(
                r"^[①-⑳]|^\(?[一二三四五六七八九十\d]+[、.)]", "", text[start:opening].strip()
            ).strip(' "')
            if 2 <= len(name) <= 30:
                self.indicator = Subject(name, "indicator", {"indicator": _plain(name)}, name, POINTS)
                return self._emit(figure, self.indicator, "weight")
        subject = self.pending.subject
        if subject is not None and subject.unit == ("分",):
            return self._emit(figure, subject, "count")
        if self.indicator is not None:
            return self._emit(figure, self.indicator, self.pending.measures.get(POINTS, "score"))
        if self.pending.measures.get(POINTS):
            return self._emit(figure, self._subject("self_score", ""), "count")
        return False

    def _bare(self, figure: Figure) -> bool:
        """A number without unit, where a rate is due: its percent sign was left out."""
        pending, subject = self.pending, self.pending.subject or self.sentence.subject
        if subject is None or not figure.amount.decimals:
            return False
        amount = figure.amount._replace(unit="%")
        if pending.direction in ("increase", "decrease") and self.last_kind == "change":
            return self._emit(figure._replace(amount=amount), subject, "change_rate", signed=True)
        if pending.measures.get(RATE) in ("share", "completion", "completion_initial"):
            return self._emit(figure._replace(amount=amount), subject, pending.measures[RATE])
        return False

    def _output(self, figure: Figure) -> bool:
        """A figure of what was achieved: any amount, count or rate with a noun of its own."""
        text = self.text.folded
        noun = re.match(r"[一-鿿]{2,}", text[figure.stop : figure.stop + _NOUN].lstrip(' "'))
        start = max([self.last_stop, *(m.end() for m in _EDGE.finditer(text, self.last_stop, figure.start))])
        before = _CONNECTIVE_END.sub("", text[start : figure.start]).strip(' "(')
        name = before[-_NOUN:] if len(before) >= 2 else noun.group() if noun else ""
        if not name or not re.search(r"[一-鿿]{2}", name):
            return False
        subject = Subject(name, "output", {"name": name}, name, figure.kind)
        return self._emit(figure, subject, figure.kind)

    # ── facts ─────────────────────────────────────────────────────────────────────────────────

    def _emit(
        self,
        figure: Figure,
        subject: Subject,
        measure: str,
        *,
        signed: bool = False,
        whole: Subject | None = None,
    ) -> bool:
        known = self.narratives.measures.get(measure)
        stated = dict(known.with_) if known else {}
        column = measure
        amount = figure.amount
        if signed:
            base = self.sentence.base or "prior"
            stated = {"measure": measure, "base": base}
            column = measure if base == "prior" else f"{measure}_{base}"
            if self.pending.direction == "decrease":
                amount = Amount(-amount.mantissa, amount.decimals, amount.unit)
        if whole is not None:
            stated["of"] = whole.row
        year = self.sentence.year
        if year is not None and self.year is not None and year != self.year and subject.of != POINTS:
            stated["year"] = "prior" if year == self.year - 1 else str(year)
            column = f"{column}.{stated['year']}"
        if figure.bound:
            stated["bound"] = figure.bound
        key = (self.section.id if self.section else "text", subject.row, column)
        number = self.facts.add(
            Fact(
                key,
                subject.concept,
                {**subject.dimensions, **stated},
                amount,
                self.paragraph.text[figure.start : figure.stop],
                self.document,
                self._place(figure.start),
                subject.label,
                measure,
            )
        )
        self._statement(subject).facts.setdefault(column, number)
        self.last_kind = measure
        return True

    def _statement(self, subject: Subject) -> Statement:
        if self.statement is None or self.statement.row != subject.row:
            section = self.section.id if self.section else "text"
            self.statement = Statement(section, subject.row, self.paragraph.place)
            self.result.statements.append(self.statement)
        return self.statement

    def _tell(self, concept: str, row: str, column: str, start: int, end: int) -> None:
        key = (self.section.id if self.section else "text", row, column)
        text = self.paragraph.text[start:end].strip(" ：:，,。；;　")
        self.facts.texts.append(
            TextFact(key, concept, {}, text, self.document, self._place(start), row, concept)
        )

    def _place(self, offset: int) -> Place:
        return place_at(offset, self.paragraph.segments, self.paragraph.place)


_CONNECTIVE_END = re.compile(
    r"(?:均为|各|共计|合计|总计|分别|为|是|共|计|达到|达|(?<!签)约|数|了|的|:|\s|=|超过|超|近|逾)+$"
)


def _project(name: str) -> Subject:
    """A named thing that money is spent on."""
    return Subject(_plain(name), "project", {"name": _plain(name)}, name)


def _noun(clause: str) -> str:
    """The words before a figure that say what it counts."""
    words = _LEADING.sub("", _CONNECTIVE_END.sub("", clause.strip(' "(')))
    return words[-_NOUN:].strip(' "(')


def _plain(label: str) -> str:
    return "".join(c for c in lexer.fold(label) if c not in " \"'\n\t")


def _inside_brackets(text: str, start: int, position: int) -> bool:
    return text.count("(", start, position) > text.count(")", start, position)
