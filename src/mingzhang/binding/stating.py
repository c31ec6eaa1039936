"""Figures bound to what the words around them say they are.

Every figure is anchored on the cue and the subject nearest before it in its clause; what is not said
carries over from the sentence before. Where neither says enough, the figure is something achieved
with a noun of its own, or stays unclaimed: a wrong meaning is worse than none.
"""

from __future__ import annotations

from mingzhang.binding.around import Surroundings
from mingzhang.binding.naming import EDGE, Names
from mingzhang.binding.points import PointsReader
from mingzhang.binding.said import Said
from mingzhang.binding.sentence import Passage
from mingzhang.binding.statements import PRIOR, Subject, Told, output
from mingzhang.figures import BARE, COUNT, MONEY, POINTS, RATE, Figure
from mingzhang.narratives import Measure

_CHANGES = frozenset({"increase", "decrease"})
_BUDGETS = frozenset({"initial_budget", "budget", "annual_budget"})
_BASE_STAGES = {
    PRIOR: ("final", True),
    "initial_budget": ("initial_budget", False),
    "budget": ("budget", False),
    "prior_budget": ("budget", True),
}
"""What the figure of a base of comparison is: its stage, and whether it is the year before's."""
_NOUN_REACH = 24


class Binder:
    """Binds the figures of one passage."""

    def __init__(self, passage: Passage, names: Names, indicator: Subject | None) -> None:
        self.passage, self.names = passage, names
        self.points = PointsReader(passage, indicator)
        self.text, self.ledger = passage.text, passage.ledger
        self.measures = passage.narratives.measures
        self._stages: dict[str, list[str]] = {}
        self._last: Subject | None = None
        self._last_measure = ""
        self.near = Surroundings(passage, names)

    def bind(self, figure: Figure) -> None:
        """Make a fact of ``figure`` where the passage says what it is."""
        self._take_next()
        bind = {MONEY: self._amount, RATE: self._rate, COUNT: self._count, POINTS: self._points}
        if figure.kind == BARE:
            done = self._bare(figure)
        else:
            done = (not figure.per and bind[figure.kind](figure)) or self._output(figure)
            self.ledger.count(figure, claimed=done)
        if done or figure.kind != BARE:
            self._go_on(figure)

    def _take_next(self) -> None:
        """In an enumeration, say what its next figure is about."""
        passage, each = self.passage, self.passage.sentence.each
        if each is None or not each.open:
            return
        if each.subjects:
            subject = each.subjects[each.taken]
            passage.said.subject, passage.said.subject_end = subject, len(self.text)
            passage.sentence.subject = subject
        if each.stages:
            passage.said.measures[MONEY] = each.stages[each.taken]
        if each.years:
            passage.sentence.year = each.years[each.taken]
        each.taken += 1

    def _go_on(self, figure: Figure) -> None:
        """Begin anew after a figure; what still holds of the words before it stays."""
        passage, before = self.passage, self.passage.said
        passage.last_stop = figure.stop
        each = passage.sentence.each
        if each is not None and each.taken and each.open:
            before.names = []
            return
        passage.said = said = Said()
        if before.subject is not None and before.subject.of == figure.kind == RATE:
            said.subject = before.subject
        if RATE in before.measures and self.text[figure.stop : figure.stop + 1] == "的":
            said.measures[RATE] = before.measures[RATE]

    # ── amounts ───────────────────────────────────────────────────────────────────────────────

    def _amount(self, figure: Figure) -> bool:
        passage = self.passage
        said, sentence = passage.said, passage.sentence
        if said.compared and said.direction is None:
            return self._base_value(figure)
        if not said.measures and said.subject is None and self._follows_count(figure):
            return False
        named = said.whole or (
            said.subject if said.subject is not None and said.subject.of == MONEY else None
        )
        subject = self.near.thing(figure) or named or self._carried(figure)
        if subject is None or subject.of != MONEY:
            return False
        if said.direction in _CHANGES:
            return self._state(figure, subject, self._change("change", subject))
        measure = said.measures.get(MONEY)
        if measure is not None:
            sentence.stage = measure
        elif not said.compared and self._keeps_stage():
            measure = sentence.stage
        sentence.subject = subject
        if said.measures.get(MONEY) == "final" and "stage" in subject.dimensions:
            unstaged = {name: value for name, value in subject.dimensions.items() if name != "stage"}
            subject = subject._replace(dimensions=unstaged)
        if subject not in sentence.stated:
            sentence.stated = (*sentence.stated, subject)
        self._stages.setdefault(subject.row, []).append(measure or "final")
        return self._state(figure, subject, Told(measure or "final", year=sentence.year))

    def _keeps_stage(self) -> bool:
        """Whether the stage said last still holds: in a list, or where a reason names parts."""
        passage = self.passage
        parts = passage.reason_start >= 0 and passage.said.subject is not None
        return passage.sentence.listed or parts or self.near.goes_on()

    def _follows_count(self, figure: Figure) -> bool:
        """Whether the figure goes on after what was counted: 项目5个300万元."""
        counted = self._last is not None and self._last.concept == "output" and self._last_measure == COUNT
        return counted and self.near.continues(figure)

    def _base_value(self, figure: Figure) -> bool:
        """比上年5万元减少: the amount that the comparison starts from."""
        passage = self.passage
        subject = passage.said.subject or passage.sentence.subject
        if subject is None or subject.of != MONEY or passage.sentence.base not in _BASE_STAGES:
            return False
        measure, prior = _BASE_STAGES[passage.sentence.base]
        year = (passage.said.base_year or PRIOR) if prior else None
        return self._state(figure, subject, Told(measure, year=year))

    def _change(self, measure: str, subject: Subject) -> Told:
        """A change of the final accounts, or of the budget where nothing else was stated of the subject."""
        base = self.passage.sentence.base or PRIOR
        stages = self._stages.get(subject.row, [])
        budget = stages[-1] if base == PRIOR and stages and _BUDGETS.issuperset(stages) else None
        decrease = self.passage.said.direction == "decrease"
        return Told(measure, base=base, stage=budget, decrease=decrease)

    def _carried(self, figure: Figure) -> Subject | None:
        """The subject of the sentence, where a cue of this clause speaks of it."""
        said, subject = self.passage.said, self.passage.sentence.subject
        if (
            self._last is not None
            and self._last.concept == "output"
            and said.cue_end <= self.passage.last_stop
        ):
            return None
        if self.near.unknown_before(said.cue_start):
            return None
        if self.passage.reason_start >= 0:
            if subject is None or subject.of != MONEY:
                return None
        elif subject is not None and self._cannot_have(subject):
            subject = self.passage.default()
        if said.cue_end > self.passage.last_stop and (said.direction or MONEY in said.measures):
            return subject if self.near.only_connective(said.cue_end, figure.start) else None
        return subject if self.near.adjoins(figure) else None

    def _cannot_have(self, subject: Subject) -> bool:
        """Whether the clause says something that is not said of ``subject``: a budget, spending of income."""
        said = self.passage.said
        if subject.of != MONEY or (subject.unbudgeted and said.measures.get(MONEY, "final") != "final"):
            return True
        unspent = subject.unbudgeted or subject.concept.startswith("income")
        return unspent and "支出" in self.text[said.cue_start : said.cue_end]

    # ── rates ─────────────────────────────────────────────────────────────────────────────────

    def _rate(self, figure: Figure) -> bool:
        passage = self.passage
        said, sentence = passage.said, passage.sentence
        measure = said.measures.get(RATE)
        subject = said.subject or sentence.subject
        if self._last is not None and self._last.concept == "output" and said.subject is None:
            if said.direction in _CHANGES:
                return self._state(figure, self._last, self._change("change_rate", self._last))
            if measure == "share" and self._states_more(figure):
                whole = said.whole or sentence.whole or passage.default()
                return self._state(figure, self._last, Told(measure, whole=whole))
            return said.direction == "reach" and self._state(figure, self._last, Told(RATE))
        if subject is None:
            return False
        if subject.of == RATE:
            told = Told("rate", year=sentence.year)
            return said.subject is not None and self._state(figure, self.near.full_name(subject), told)
        if said.subject is None and not self._states_more(figure):
            return False
        if said.direction in _CHANGES:
            return self._state(figure, subject, self._change("change_rate", subject))
        if measure is None or self._of_a_part(measure):
            return False
        if subject.unbudgeted and measure != "share":
            subject = passage.default() or subject
        known = self.measures[measure]
        if known.with_.get("measure") == "change_rate":
            base = sentence.base if sentence.base not in (None, PRIOR) else None
            told = Told("change_rate", base=base or known.with_.get("base", sentence.base or PRIOR))
            return self._state(figure, subject, told)
        if measure == "share":
            whole = said.whole or sentence.whole or passage.default()
            return self._state(figure, subject, Told(measure, whole=whole if whole != subject else None))
        return self._state(figure, subject, Told(measure, year=sentence.year))

    def _of_a_part(self, measure: str) -> bool:
        """Whether a reason says the rate of something unknown within the subject."""
        passage, said = self.passage, self.passage.said
        if passage.reason_start < 0 or said.subject is None or measure == "share":
            return False
        return not self.near.only_connective(said.subject_end, said.cue_start)

    def _states_more(self, figure: Figure) -> bool:
        """Whether the clause goes on about what was spoken of: no unknown words before its cue."""
        said = self.passage.said
        if said.cue_start < self.passage.last_stop:
            return True
        if said.measures.get(RATE) == "share" and said.direction is None:
            return self.near.only_connective(self.near.clause(said.cue_start), said.cue_start)
        return not self.near.unknown_before(said.cue_start)

    # ── counts ────────────────────────────────────────────────────────────────────────────────

    def _count(self, figure: Figure) -> bool:
        said, sentence = self.passage.said, self.passage.sentence
        if self.passage.reason_start >= 0 and not self._counts_anew():
            return False
        if said.direction in _CHANGES:
            follows = said.subject is None and self._last is not None and self._last.concept == "output"
            if follows and self._last is not None and self.near.opens_clause(said.cue_start):
                return self._state(figure, self._last, self._change("change", self._last))
            changed = said.subject or sentence.subject
            if changed is None or figure.unit not in changed.unit:
                return False
            return self._state(figure, changed, self._change("change", changed))
        if said.subject is not None and figure.unit in said.subject.unit and self.near.adjoins(figure):
            if not self.near.named_alone():
                return False
            return self._state(figure, said.subject, Told("count", year=sentence.year))
        measure = self._counted(figure)
        if measure is not None:
            subject = self._about(measure.about)
            if subject is not None:
                return self._state(figure, subject, Told(measure.id, year=sentence.year))
        subject = sentence.subject
        if subject is not None and figure.unit in subject.unit and self.near.adjoins(figure):
            return self._state(figure, subject, Told("count", year=sentence.year))
        return False

    def _counts_anew(self) -> bool:
        """Whether a clause of a reason begins with a subject, or says what is counted of one subject only."""
        said = self.passage.said
        if said.subject is not None and self.near.opens_clause(said.subject_start):
            return True
        cued = self.measures.get(said.measures.get(COUNT, ""))
        return cued is not None and len(cued.about) == 1

    def _counted(self, figure: Figure) -> Measure | None:
        """What is counted: by the cue, or, where its unit is another's, by that of the same subjects."""
        name = self.passage.said.measures.get(COUNT)
        if name is None and self._last_measure in self.measures and self.near.continues(figure):
            name = self._last_measure
        known = self.measures.get(name or "")
        if known is None and self.near.adjoins(figure):
            subject = self.passage.said.subject or self.passage.sentence.subject
            fits = [m for m in self.measures.values() if m.of == COUNT and figure.unit in m.unit]
            known = next((m for m in fits if subject is not None and subject.row in m.about), None)
        if known is None or known.of != COUNT or figure.unit in known.unit:
            return known if known is not None and known.of == COUNT else None
        for measure in self.measures.values():
            if measure.of == COUNT and figure.unit in measure.unit and set(measure.about) & set(known.about):
                return measure
        return None

    def _about(self, names: tuple[str, ...]) -> Subject | None:
        """The subject last spoken of among ``names``; the only one of them needs no mention."""
        current = self.passage.sentence.subject
        if current is not None and current.row in names:
            return current
        if len(names) == 1:
            return self.passage.subject(names[0], "")
        return next((s for row, s in reversed(self.passage.mentioned.items()) if row in names), None)

    # ── points ────────────────────────────────────────────────────────────────────────────────

    def _points(self, figure: Figure) -> bool:
        found = self.points.bind(figure, self._last)
        return found is not None and self._state(figure, *found)

    def judge(self, judgement: str, start: int, end: int) -> None:
        """Take in words that state points: 不扣分, 得满分."""
        found = self.points.judge(judgement, start, end)
        if found is not None:
            self._state(*found)

    # ── the rest ──────────────────────────────────────────────────────────────────────────────

    def _bare(self, figure: Figure) -> bool:
        """A number without unit, where a rate is due: its percent sign was left out."""
        said, sentence = self.passage.said, self.passage.sentence
        subject = said.subject or sentence.subject
        if subject is None or subject.of == RATE or not figure.amount.decimals:
            return False
        figure = figure._replace(amount=figure.amount._replace(unit="%"))
        if said.direction in _CHANGES and self._last_measure == "change":
            return self._state(figure, subject, self._change("change_rate", subject))
        measure = said.measures.get(RATE)
        if measure in ("share", "completion", "completion_initial"):
            return self._state(figure, subject, Told(measure))
        return False

    def _output(self, figure: Figure) -> bool:
        """A figure of what was achieved: any amount, count or rate with a noun of its own."""
        start = max(self.near.named_to, self.passage.last_stop, self.passage.reason_start)
        start = max([start, *(m.end() for m in EDGE.finditer(self.text, start, figure.start))])
        before = self.text[start : figure.start]
        after = self.text[figure.stop : figure.stop + _NOUN_REACH]
        last = self._last
        if last is not None and last.concept == "output":
            if figure.kind == RATE and self.text[self.passage.last_stop : figure.start] == "的":
                return self._state(figure, last, Told(RATE))
            again = figure.kind == self._last_measure != COUNT
            if (
                figure.kind != RATE
                and not again
                and self.near.continues(figure)
                and self.names.achieved("", after) is None
            ):
                return self._state(figure, last, Told(figure.kind))
        named = self.names.achieved(before, after, counted=figure.kind == COUNT)
        if named is None and start > max(self.near.named_to, self.passage.last_stop):
            named = self.names.achieved(self.near.clause_before(start), "")
        if named is None:
            return False
        name, taken = named
        if taken:
            self.near.named_to = figure.stop + taken
        rates = (s for s in reversed(self.passage.mentioned.values()) if s.of == RATE)
        rate = next((s for s in rates if s.label.endswith(name)), None) if figure.kind == RATE else None
        if rate is not None:
            return self._state(figure, rate, Told("rate", year=self.passage.sentence.year))
        told = Told(figure.kind, year=PRIOR if before.endswith(("由", "从")) else None)
        return self._state(figure, output(name, figure.kind), told)

    def _state(self, figure: Figure, subject: Subject, told: Told) -> bool:
        self._last, self._last_measure = subject, told.measure
        return self.ledger.enter(figure, subject, told)
