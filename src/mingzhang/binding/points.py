"""Points in running text: weights, scores and deductions of indicators, and the score of the whole."""

from __future__ import annotations

import re
from fractions import Fraction

from mingzhang.binding.sentence import Passage
from mingzhang.binding.statements import Subject, Told, plain
from mingzhang.figures import POINTS, RATE, Figure
from mingzhang.money import Amount

SCORE, WEIGHT, DEDUCTION = "score", "weight", "deduction"
FULL, NOTHING = "full_marks", "no_deduction"
"""Judgements that state points without a figure: full marks, nothing taken off."""

_WHOLE = "deductions"
"""The subject of what is taken off the whole score."""
_REACH = 60
_ORDINAL = r"(?:[①-⑳]|\(?[一二三四五六七八九十\d]{1,3}[、.)])\s*"
_NAME = re.compile(
    rf"(?:^|[。;\n])\s*(?P<ordinal>{_ORDINAL})?(?P<name>[^,。;:()\n]{{2,30}}?)[\s\"]*"
    r"(?P<mark>[(,:])\s*(?P<cue>[^,。;:()\d\n]{0,6}?)[:为是\s]*$"
)
_CLOSED = re.compile(r"\s*(?:\)|,[^()]{0,12}\))")
_STARTS = re.compile(rf"\s*(?:{_ORDINAL})?\"?")
_TITLE = re.compile(rf"\s*{_ORDINAL}(?P<name>[^,。;:()\n]{{2,20}}):")


class PointsReader:
    """What the points of one passage are of; the indicator goes on into the next."""

    def __init__(self, passage: Passage, indicator: Subject | None) -> None:
        self.passage, self.indicator = passage, indicator
        self.measures = passage.narratives.measures
        self.here = False
        self.weight: Amount | None = None

    def bind(self, figure: Figure, last: Subject | None) -> tuple[Subject, Told] | None:
        """The subject of ``figure`` and what it tells of it; ``last`` was stated before it."""
        said = self.passage.said
        measure = said.measures.get(POINTS, "")
        named = self._named(figure)
        if named is not None:
            self.indicator, self.here = named[0], True
            self.weight = figure.amount if named[1] == WEIGHT else None
            return named[0], Told(named[1])
        if said.subject is not None and said.subject.unit == ("分",):
            if self.here and self.indicator is not None and self._within(figure):
                return self.indicator, Told(SCORE)
            return said.subject, Told("count")
        if measure == DEDUCTION and last is not None and last.unit == ("分",):
            whole = self.passage.subject(_WHOLE, "")
            return (whole, Told("count")) if whole is not None else None
        of = self._spoken_of() if measure != DEDUCTION else self._titled() or self._spoken_of()
        if of is None or (of != self.indicator and not measure):
            return None
        return of, Told(measure or SCORE)

    def judge(self, judgement: str, start: int, end: int) -> tuple[Figure, Subject, Told] | None:
        """The points that words state of the indicator: nothing taken off, or all of its printed weight."""
        of = self._spoken_of() if judgement != NOTHING else self._titled() or self._spoken_of()
        if of is None:
            return None
        if judgement == NOTHING:
            return Figure(start, end, end, POINTS, Amount(0, 0, "分"), "分"), of, Told(DEDUCTION)
        if judgement == FULL and self.here and self.weight is not None:
            return Figure(start, end, end, POINTS, self.weight, "分"), of, Told(SCORE)
        return None

    def _within(self, figure: Figure) -> bool:
        """Whether the points can be the indicator's: no more than its weight."""
        return self.weight is None or Fraction(figure.amount.value) <= Fraction(self.weight.value)

    def _named(self, figure: Figure) -> tuple[Subject, str] | None:
        """The indicator named before the figure, and what that states: （3分）, （得分6分）, ，分值8分."""
        text = self.passage.text
        lowest = max(0, figure.start - _REACH)
        match = _NAME.search(text[lowest : figure.start])
        if match is None or (lowest and not match.start() and text[lowest] not in "。;\n"):
            return None
        bracket, cue = match["mark"] == "(", match["cue"].strip()
        if bracket and not _CLOSED.match(text, figure.stop):
            return None
        cued = next((m for m in (WEIGHT, SCORE, DEDUCTION) if cue and cue in self._cues(m)), "")
        if not (bracket and (not cue or cued)) and not (match["ordinal"] and cued == WEIGHT):
            return None
        if cued not in ("", WEIGHT) and not match["ordinal"]:
            return None
        name = match["name"].strip(' "')
        return (_indicator(name), cued or WEIGHT) if len(name) > 1 else None

    def _cues(self, measure: str) -> tuple[str, ...]:
        known = self.measures.get(measure)
        return known.cue if known is not None else ()

    def _titled(self) -> Subject | None:
        """The indicator that a passage begins with, no points in its title: 1、管理制度健全性：不扣分."""
        title = _TITLE.match(self.passage.text) if not self.here else None
        return _indicator(title["name"].strip(' "')) if title is not None else None

    def _spoken_of(self) -> Subject | None:
        """The indicator of this passage: named with points, or a rate that it begins with or speaks of."""
        rates = [s for s in reversed(self.passage.mentioned.values()) if s.of == RATE]
        if not self.here:
            begins = _STARTS.match(self.passage.text)
            start = plain(self.passage.text[begins.end() if begins else 0 :][:_REACH])
            first = next((s for s in rates if start.startswith(plain(s.label))), None)
            if first is not None or self.indicator is None:
                rate = rates[0] if rates else None
                return _indicator(rate.label) if rate is not None else None
        return self.indicator


def _indicator(name: str) -> Subject:
    return Subject(plain(name), "indicator", {"indicator": plain(name)}, name, POINTS)
