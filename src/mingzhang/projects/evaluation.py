"""The self-evaluation of a project: its data files scored with its figures, and what they give its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from mingzhang.binding.compose_text import Gap
from mingzhang.binding.disclosure import Contents
from mingzhang.facts import Key
from mingzhang.money import Interval
from mingzhang.plans.plan import Plan
from mingzhang.projects.filled_sheets import fill_sheets
from mingzhang.projects.indicator_text import Text, given, indicator_text
from mingzhang.projects.ledger import Ledger, Observed, amount_text
from mingzhang.projects.project import UNIT, Conflict
from mingzhang.projects.score_sheets import add_sheets
from mingzhang.reporting.score_cells import TABLE, table_cells
from mingzhang.reporting.scores import as_printed, points_text
from mingzhang.schemes import Indicator, Input, Scheme, cell
from mingzhang.scoring.rules import exact
from mingzhang.scoring.score import NOT_APPLICABLE, Figure, Known, Scored, grade, score
from mingzhang.taxonomy import Standards

_TOTALS = (("report.conclusion", "self_score", "count"), ("explanation.performance", "self_score", "count"))
"""Where the total score is stated."""

_GRADE = "grade"
_UNKNOWN = "【待填写】"


class Evaluated(NamedTuple):
    """What a disclosure is composed from, with the scores; where everything stands; what contradicts."""

    contents: Contents
    sources: Mapping[Key, str]
    conflicts: Sequence[Conflict]


def evaluated(
    contents: Contents, plans: Mapping[str, Plan], sources: Mapping[Key, str], standards: Standards
) -> Evaluated:
    """``contents`` with what the data files ``plans``, by their names, come to."""
    ledger = Ledger(contents, sources, standards)
    names = dict(contents.names)
    own = [(file, plan) for file, plan in plans.items() if plan.sheet is None]
    text, of_scheme = Text(), False
    for file, plan in own:
        text = _indicators(plan, file, ledger)
        of_scheme = True
        _grade(_total(plan.scheme, text), plan.scheme, f"“{file}”", ledger, names)
    sheets = {file: plan for file, plan in plans.items() if plan.sheet is not None}
    gaps: list[Gap] = []
    for done in add_sheets(sheets, ledger):
        gaps += done.gaps
        if done.whole and not of_scheme:
            _grade(done.total, done.scheme, f"“{done.file}”", ledger, names)
    fill_sheets(ledger)
    found = replace(
        contents, figures=ledger.figures, names=names, indicators=text.blocks, labels=text.labels, gaps=gaps
    )
    return Evaluated(found, ledger.sources, ledger.conflicts)


def _indicators(plan: Plan, file: str, ledger: Ledger) -> Text:
    """The indicators of a scheme scored, with the cells of its table put in."""
    scheme = plan.scheme
    section = next((place for place in scheme.of if place in ledger.standards.narratives.sections), "")
    inputs = _Inputs(plan, file, section, ledger)
    known = inputs.known()
    scored = score(scheme, known)
    text = Text()
    if section:
        text = indicator_text(scored, known, inputs.keys, section, ledger.standards.outlines.inputs, file)
    for key, printed in text.figures.items():
        if key not in ledger.figures:
            ledger.put(key, printed, f"“{file}”")
    if TABLE in scheme.of:
        cells = table_cells(scored, ledger.standards.sheets[TABLE])
        cells |= _unscored(scored, cells)
        total = _total(scheme, text)
        cells["total", "score"] = points_text(total) if total is not None else _UNKNOWN
        for (row, column), printed in cells.items():
            ledger.put((TABLE, row, column), printed, f"“{file}”", f"《{scheme.title}》{row}")
    return text


def _unscored(scored: Scored, cells: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """The cells of the scores that are not certain, as gaps."""
    unknown = [one for one in scored.scores if not given(one) and one.status != NOT_APPLICABLE]
    names = {one.indicator.label[0] for one in unknown}
    rows = [row for (row, column), name in cells.items() if column == "level3" and name in names]
    return {(row, "score"): _UNKNOWN for row in rows}


class _Inputs:
    """The inputs of a scheme's indicators: what the project has comes first, then what the data file says.

    ``keys`` are the addresses under which the report states them, by indicator and input.
    """

    def __init__(self, plan: Plan, file: str, section: str, ledger: Ledger) -> None:
        self.plan, self.file, self.section, self.ledger = plan, file, section, ledger
        self.said = ledger.standards.outlines.inputs
        self.keys: dict[tuple[str, str], Key] = {}

    def known(self) -> Known:
        """What is known of the indicators."""
        known = Known(dict(self.plan.known.figures), self.plan.known.answers)
        for indicator in self.plan.scheme.indicators:
            for name in indicator.inputs:
                found = self._found(indicator, name)
                if found is not None:
                    figure = Figure(found.amount, amount_text(found.amount), exact=True)
                    known.figures[indicator.id, name] = figure
        return known

    def _found(self, indicator: Indicator, name: str) -> Observed | None:
        """The figure of an input, noted under the address at which the report states it."""
        needed, entered = indicator.inputs[name], self.plan.known.figures.get((indicator.id, name))
        stated = next(filter(self._is_said, map(cell, needed.is_)), None)
        own = observed = None
        if entered is not None:
            own = Observed(entered.amount, f"“{self.file}”的{indicator.id}.{name}")
        for key in map(cell, needed.is_):
            observed = self._observed(key, needed)
            if observed is not None:
                stated = key if self._is_said(key) else stated
                break
        if own is not None and observed is not None:
            self.ledger.agree(stated or (self.section, indicator.id, name), needed.label, observed, own)
        found = observed or own
        if stated is not None:
            self.keys[indicator.id, name] = stated
            if found is not None and stated not in self.ledger.figures:  # others may need it too
                text = f"{amount_text(found.amount)}{found.amount.unit}"
                self.ledger.put(stated, text, found.where)
        return found

    def _is_said(self, key: Key) -> bool:
        return key[0] == self.section and f"{key[1]}.{key[2]}" in self.said

    def _observed(self, key: Key, needed: Input) -> Observed | None:
        """The figure at ``key``, or what the tables have for it; both are to agree."""
        source = self.said[f"{key[1]}.{key[2]}"].value if self._is_said(key) else ""
        found = self.ledger.at(key, needed.unit)
        worked = self.ledger.worked(key, source, {}) if source else None
        if worked is not None and found is not None:
            self.ledger.agree(key, needed.label, worked, found)
        return worked or found


def _total(scheme: Scheme, text: Text) -> Interval | None:
    """The total of the points as they are printed; None where one is missing."""
    if any(measure in ("score", "deduction") for _, _, measure in text.labels) or not text.blocks:
        return None
    stated = [printed for (_, _, m), printed in text.figures.items() if m in ("score", "deduction")]
    points = sum((Decimal(printed.removesuffix("分")) for printed in stated), Decimal(0))
    total = exact(max(scheme.total - points, Decimal(0)) if scheme.style == "deduction" else points)
    return Interval(total, total)


def _grade(total: Interval | None, scheme: Scheme, where: str, ledger: Ledger, names: dict[str, str]) -> None:
    """States the total score and its grade."""
    if total is None:
        return
    for key in _TOTALS:
        ledger.put(key, f"{points_text(total)}分", where, "自评得分")
    found = grade(scheme, as_printed(total))
    if not found:
        return
    before = names.get(_GRADE)
    if before and before != found:
        key = _TOTALS[0][0], _GRADE, "value"
        ledger.conflicts.append(Conflict(key, "评价等级", found, where, before, f"“{UNIT}”的names"))
    names[_GRADE] = found
