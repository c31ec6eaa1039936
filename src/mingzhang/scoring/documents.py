"""Documents scored: every scheme whose forms or sections they hold, each place by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from mingzhang.facts import FactSet, FormReading
from mingzhang.money import Amount, Interval, step
from mingzhang.schemes import Scheme
from mingzhang.scoring.blocks import SheetScore, sheet_score
from mingzhang.scoring.printed import Printed, fits, places, printed
from mingzhang.scoring.score import Answer, Scored, observed, score

_COARSEST = 1
"""A score that is worked out may be rounded to so many decimals, or to as many as are printed."""


class Evaluation(NamedTuple):
    """One evaluation that a document states: a scheme's indicators, or a sheet of blocks.

    ``stated`` is the sum of the printed scores of the indicators, where each has one.
    """

    place: Printed
    scored: Scored | None = None
    sheet: SheetScore | None = None
    stated: Interval | None = None

    @property
    def scheme(self) -> Scheme:
        """The scheme that it was scored by."""
        scheme = self.scored.scheme if self.scored is not None else self.sheet and self.sheet.scheme
        assert scheme
        return scheme


def evaluations(
    schemes: Iterable[Scheme], facts: FactSet, readings: Mapping[str, FormReading]
) -> list[Evaluation]:
    """Every evaluation of a submission, in the order of its documents.

    Where several schemes claim one section, the one whose indicators and weights are printed there scores it.
    """
    found = printed(facts, readings)
    chosen: dict[tuple[str, int], tuple[int, Scheme]] = {}
    for scheme in schemes:
        for place in places(scheme, found, readings):
            how_many = fits(scheme, place, facts) if scheme.indicators else _filled(place)
            key = place.address, place.document
            if how_many > chosen.get(key, (0, scheme))[0]:
                chosen[key] = how_many, scheme
    return [_evaluated(chosen[key][1], place, facts) for key, place in found.items() if key in chosen]


def _filled(place: Printed) -> int:
    return sum(row.score is not None for row in place.rows.values())


def _evaluated(scheme: Scheme, place: Printed, facts: FactSet) -> Evaluation:
    if scheme.blocks:
        return Evaluation(place, sheet=sheet_score(scheme, place, facts))
    rows = place.of(scheme)
    scores = [rows[i.id].score if i.id in rows else None for i in scheme.indicators]
    given = [facts.intervals[number] for number in scores if number is not None]
    stated = None
    if len(given) == len(scores):
        stated = Interval(sum(one.low for one in given), sum(one.high for one in given))
    known = observed(scheme, facts)
    for id_, row in rows.items():
        if row.deduction is not None:
            known.answers[id_] = Answer(points=abs(facts.amount(row.deduction).value))
    return Evaluation(place, score(scheme, known), stated=stated)


def difference(stated: Amount, computed: Interval) -> Interval | None:
    """By how much a printed score is off; None where it agrees, rounding allowed for."""
    slack = Fraction(step(stated.unit, max(stated.decimals, _COARSEST)), 2)
    if computed.low == computed.high and computed.low % step(stated.unit, _COARSEST) == 0:
        slack = Fraction(0)
    centre = stated.centre
    if computed.low - slack <= centre <= computed.high + slack:
        return None
    return Interval(centre - computed.high, centre - computed.low)
