"""What a passage has said so far: the state that the phrases and marks of running text change.

Nothing here looks at figures; :mod:`mingzhang.binding.stating` binds them to what was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from mingzhang.binding.naming import CONNECTIVE, EDGE
from mingzhang.binding.said import Enumeration, Said, Sentence
from mingzhang.binding.statements import PRIOR, Ledger, Subject, plain, project
from mingzhang.binding.vocabulary import (
    BASE,
    CODE,
    DIRECTION,
    EACH,
    ITEM,
    LIST,
    LOCAL,
    MEASURE,
    NAMED,
    REASON,
    SUBJECT,
    WORD,
    YEAR,
    Text,
    Token,
)
from mingzhang.figures import COUNT, MONEY, RATE
from mingzhang.narratives import Narratives, Section

_SHARE_REACH = 8
_DEEPEST = 8
_CLAUSE = re.compile("[,;。:(]")
_JOINER = re.compile(r"(?:支出|收入|决算数?|[、,和及与以\s])*")
_NAMING = frozenset({SUBJECT, CODE, ITEM, NAMED, LOCAL})
_HAS_STAGES = frozenset({"project", "project_funds"})
_BUDGETS = {"initial_budget": "initial_budget", "budget": "budget", "annual_budget": "budget"}


class Passage:
    """The state of reading one paragraph."""

    def __init__(self, source: Text, narratives: Narratives, section: Section | None, ledger: Ledger) -> None:
        self.source, self.text = source, source.folded
        self.narratives, self.section, self.ledger = narratives, section, ledger
        self.sentence, self.said = Sentence(), Said()
        self.stack: list[tuple[Sentence, Said]] = []
        self.mentioned: dict[str, Subject] = {}
        self.reason_start = -1
        self.last_stop = 0
        self.code = ""
        self.phrase_end = 0
        self._heard_to = 0
        self._outer: Subject | None = None
        self._reason_base: str | None = None
        self.topic: Subject | None = None
        own = section.subject if section is not None else None
        self._default = self.subject(own, "") if own is not None else None
        self._hearing: dict[str, Callable[[str, Token], None]] = {
            MEASURE: self._measure, BASE: self._base, DIRECTION: self._direct, WORD: self._word,
            REASON: self._begin_reason, LIST: self._list, EACH: self._each, YEAR: self._year,
        }  # fmt: skip

    def begin(self, carried: Subject | None) -> None:
        """Begin with what the paragraph before spoke of last; a heading's project is what 项目支出 means."""
        if carried is not None and carried.concept == "project":
            self.topic = carried
        if carried is not None and carried.of == RATE:
            self.said.subject = carried
        self.sentence.subject = carried if carried is not None and carried.of != RATE else self.default()

    # ── marks ─────────────────────────────────────────────────────────────────────────────────

    def mark(self, mark: str, position: int) -> None:
        """Take in a punctuation mark."""
        if mark == "(":
            if len(self.stack) < _DEEPEST:
                said = replace(self.said, measures=dict(self.said.measures), names=list(self.said.names))
                self.stack.append((replace(self.sentence), said))
        elif mark == ")":
            if self.stack:
                self.sentence, self.said = self.stack.pop()
        elif mark == ":":
            if self.said.cue_end != position:
                self.said.end_clause()
        elif mark == ",":
            if not self._enumerating():
                self.said.end_clause()
        elif mark == ";":
            self.said.end_clause()
            self.sentence.each = None
            if self.reason_start >= 0:
                self.said.subject = self.sentence.subject = None
            elif self.sentence.listed and self.sentence.whole is not None:
                self.sentence.subject = self.sentence.whole
        else:
            self._end_sentence(position)

    def _enumerating(self) -> bool:
        each = self.sentence.each
        return each is not None and each.taken > 0 and each.open

    def _end_sentence(self, position: int) -> None:
        self.end_reason(position)
        subject = self.sentence.whole if self.sentence.listed else self.sentence.subject
        named = self.said.subject
        self.sentence = Sentence(subject=subject)
        self.said = Said()
        self.said.subject = named if named is not None and named == subject else None
        self.stack.clear()

    # ── phrases ───────────────────────────────────────────────────────────────────────────────

    def hear(self, token: Token) -> None:
        """Take in a phrase."""
        unsaid, heard = self._unsaid(token), False
        for kind, name in token.meanings:
            if kind in unsaid:
                continue
            if kind in _NAMING:
                named = self._named(kind, name, token)
                heard |= named
                if named and kind == NAMED:
                    break
            else:
                self._hearing[kind](name, token)
                heard |= kind != DIRECTION and (kind != MEASURE or self.narratives.measures[name].of == MONEY)
        if heard:
            self._heard_to = token.end

    def _unsaid(self, token: Token) -> tuple[str, ...]:
        """The meanings that a phrase which may name a subject or say a stage of one does not have here."""
        name = token.means(SUBJECT)
        if name is None or token.means(MEASURE) is None:
            return ()
        named = self.said.subject is not None and self.said.subject_end > self.last_stop
        subject = self.sentence.subject
        if named or (subject is not None and subject.concept in _HAS_STAGES):
            return (SUBJECT,)
        return (MEASURE,) if self.narratives.subjects[name].unbudgeted else ()

    def _measure(self, name: str, token: Token) -> None:
        measure, said = self.narratives.measures[name], self.said
        said.measures[measure.of] = name
        if measure.of in (MONEY, RATE):
            said.cue(token)
        if measure.of != MONEY:
            return
        said.stages.append(name)
        if said.compared and name in _BUDGETS and self.sentence.base == PRIOR:
            current = said.base_year is not None and said.base_year == self.ledger.year
            self.sentence.base = _BUDGETS[name] if current else "prior_budget"
        self._resume(token)

    def _base(self, name: str, token: Token) -> None:
        self._resume(token)
        sentence, said = self.sentence, self.said
        year = next((int(n) for kind, n in token.meanings if kind == YEAR and n.isdigit()), None)
        sentence.base, sentence.year = name, None
        said.compared, said.base_year = True, year
        said.cue(token)
        if year is not None and sentence.subject is not None:
            row = sentence.subject.row
            self.ledger.tell("base_year", row, f"base_year.{name}", token.start, token.end, year=str(year))

    def _year(self, name: str, token: Token) -> None:
        if token.means(BASE):
            return
        year: int | str | None = int(name) if name.isdigit() else PRIOR if name == PRIOR else None
        self.sentence.year = year
        self.said.years.append(year)

    def _direct(self, name: str, token: Token) -> None:
        self.said.direction = name
        self.said.cue(token)
        if name == "reach":
            self.sentence.year = self.ledger.year
        if name == "same":
            self._word("same", token)

    def _word(self, name: str, token: Token) -> None:
        subject = self.said.subject or self.sentence.subject
        if self.reason_start >= 0 or (subject is None and self.section is None):
            return
        row = subject.row if subject else ""
        base = self.sentence.base or ""
        self.ledger.tell(f"word.{name}", row, f"{name}.{base}" if base else name, token.start, token.end)
        if subject is not None:
            self.ledger.statement(subject).words[name] = base

    def _list(self, name: str, token: Token) -> None:
        """其中: what follows are parts of the subject; at a sentence's start, of the section's."""
        sentence = self.sentence
        sentence.whole, sentence.listed = sentence.subject, True
        default = self.default()
        if sentence.fresh and default is not None and default.row in self.mentioned:
            sentence.whole = default

    def _each(self, name: str, token: Token) -> None:
        """分别: the figures that follow belong to what was named together, in that order."""
        said, sentence = self.said, self.sentence
        names = said.names if len(said.names) > 1 else self._things(token.start)
        if len(names) > 1:
            sentence.each = Enumeration(subjects=tuple(names))
        elif len(said.stages) > 1:
            sentence.each = Enumeration(stages=tuple(said.stages))
        elif len(said.years) > 1:
            sentence.each = Enumeration(years=tuple(said.years))
        elif sentence.each is not None and said.subject is None:
            sentence.each.taken = 0
        elif said.subject is None and len(parts := [s for s in sentence.stated if s != sentence.whole]) > 1:
            sentence.each = Enumeration(subjects=tuple(parts))
        else:
            sentence.each = None

    def _things(self, stop: int) -> list[Subject]:
        """The named things that stand together before ``stop`` and that the standards do not list."""
        if self.said.names:
            return []
        clause = max([self.last_stop, *(m.end() for m in _CLAUSE.finditer(self.text, self.last_stop, stop))])
        words = re.split("[、和及]", self.text[clause:stop])
        heads = tuple(self.narratives.heads)
        found = [project(word.strip()) for word in words if word.strip().endswith(heads)]
        return found if len(found) == len(words) else []

    # ── subjects ──────────────────────────────────────────────────────────────────────────────

    def _named(self, kind: str, name: str, token: Token) -> bool:
        """Speak of what a phrase names, or take it for the whole of a share; False where it names nothing."""
        label = self.ledger.paragraph.text[token.start : token.end]
        subject: Subject | None
        said = self.said
        whole = said.measures.get(RATE) == "share" and token.start - said.cue_start < _SHARE_REACH
        if kind == NAMED:
            subject = self._by_name(name, label)
        elif kind in (SUBJECT, LOCAL):
            subject = self.subject(name, label, whole=whole)
            known = self.narratives.subjects.get(name)
            if self.topic is not None and not self.mentioned and known is not None and known.generic:
                subject = self.topic._replace(label=label)
        else:
            subject = self._coded(kind, name, label)
        if subject is None:
            return False
        if whole:
            said.whole = subject
        else:
            self.name(subject, token.start, token.end)
        return True

    def name(self, subject: Subject, start: int, end: int) -> None:
        """Speak of ``subject`` from here on."""
        said = self.said
        joined = said.names and _JOINER.fullmatch(self.text[said.subject_end : start])
        said.names = [*said.names, subject] if joined else [subject]
        self.phrase_end = self._heard_to
        said.subject, said.subject_start, said.subject_end = subject, start, end
        self.mentioned[subject.row] = subject
        sentence = self.sentence
        sentence.fresh = False
        if subject.of == RATE:
            return
        if sentence.subject != subject:
            self.ledger.current = None
        sentence.subject = subject

    def default(self) -> Subject | None:
        """The subject of figures that name none."""
        return self._default

    def subject(self, name: str, label: str, *, whole: bool = False) -> Subject | None:
        """The subject ``name``, or what its label means in this section."""
        section = self.section
        if section is not None:
            meant = section.means.get(plain(label))
            if meant is None and not whole and label:
                meant = section.means.get(name)
            name = meant or name
        if not name:
            return None
        known = self.narratives.subjects[name]
        dimensions = dict(known.with_)
        if section is not None and known.is_.startswith("fiscal"):
            dimensions = {**section.with_, **dimensions}
        kind = COUNT if known.unit else known.of
        return Subject(name, known.is_, dimensions, label, kind, known.unit, known.unbudgeted)

    def _coded(self, kind: str, name: str, label: str) -> Subject:
        dimension, _, code = name.partition(":") if kind == CODE else ("function", "", name)
        fund = self.section.with_ if self.section is not None else {}
        default = self.default()
        fiscal = dimension == "economic" or (default is not None and default.concept.startswith("fiscal"))
        concept = "fiscal.expenditure" if fiscal else "expenditure"
        dimensions = {**fund, dimension: code}
        if dimension == "function":
            self.code = code.partition(":")[0]
        if kind == ITEM and ":" in code:
            known, _, item = code.partition(":")
            dimensions = {**fund, **({dimension: known} if known else {}), "item": item}
        row = code if dimension == "function" else f"e{code}"
        return Subject(row, concept, dimensions, label)

    def _by_name(self, names: str, label: str) -> Subject | None:
        """The code that a name stands for here: an economic one in basic expenditure, else an item below
        what was last spoken of."""
        fund = self.section.with_ if self.section is not None else {}
        if not fund:
            return None
        dimension = "economic" if fund.get("nature") == "basic" else "function"
        codes = [n for n in names.split("|") if n.startswith(dimension)]
        if len(codes) > 1 and self.code:
            codes = [n for n in codes if n.partition(":")[2].startswith(self.code[:3])]
        codes = _innermost(codes)
        return self._coded(CODE, codes[0], label) if len(codes) == 1 else None

    # ── reasons ───────────────────────────────────────────────────────────────────────────────

    def _begin_reason(self, name: str, token: Token) -> None:
        if self.reason_start >= 0:
            return
        self.reason_start = token.end
        self._outer = self.sentence.subject
        self.sentence.subject = None
        self.said = Said()
        self._reason_base, self.sentence.base = self.sentence.base, None

    def _resume(self, token: Token) -> None:
        """A reason without a subject of its own ends where a clause goes on to state or to compare."""
        if self.reason_start < 0 or self.sentence.subject is not None:
            return
        edge = max((m.end() for m in EDGE.finditer(self.text, self.reason_start, token.start)), default=-1)
        if edge > self.reason_start and CONNECTIVE.fullmatch(self.text, edge, token.start):
            self.end_reason(token.start)

    def end_reason(self, position: int) -> None:
        """Close a reason that is open, and go on with the subject it was given for."""
        if self.reason_start < 0:
            return
        start, self.reason_start = self.reason_start, -1
        outer = self.sentence.subject = self._outer
        if outer is not None and self.text[start:position].strip(" :,。;"):
            self.ledger.tell("reason", outer.row, f"reason.{self._reason_base or ''}", start, position)


def _innermost(names: list[str]) -> list[str]:
    """Codes without those that another of them, of the same name, lies below."""
    return [n for n in names if not any(o != n and o.startswith(n) for o in names)]
