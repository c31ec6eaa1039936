"""The same concept observed in several places, and what a passage of text speaks of.

Relations address both through forms that no document prints. ``statement[n, column]`` is what the
``n``-th passage states; ``restated[n, value]`` is an observation of something that is printed
elsewhere as well, ``stated[n, value]`` that other place: the published table, else a form, else the
first mention. ``concept[c, value]`` is the concept ``c`` without any dimension.
"""

from __future__ import annotations

from collections.abc import Mapping

from mingzhang.checking.evaluations import SCORE, evaluation_of, sheet_total
from mingzhang.expressions import NotEvaluatedError, ratio
from mingzhang.facts import FactSet, Key, Statement
from mingzhang.taxonomy import Standards

RESTATED = "restated"
"""The form of observations that restate something."""
STATEMENT = "statement"
"""The form of what a passage states."""

Meaning = tuple[str, frozenset[tuple[str, str]]]
"""What a figure means: its concept and the dimensions that tell it from others."""

_UNDERSTOOD = {("stage", "final"), ("year", "current")}
_NOT_MEANING = {"side", "evaluation", "bound", "institution"}
_SOFT = {
    *("output", "indicator", "indicator.target", "indicator.actual"),
    *("evaluation.money", "evaluation.questionnaires"),
}
"""Concepts whose names are too free for two mentions to be the same, that are named of several things, or
that have a check of their own."""

_POINTS = {"indicator.weight", "indicator.score"}
"""A department may be scored by two systems in one document: each has a total of its own."""

_OF_PROJECTS = {"project", "funds"}
"""Concepts whose budget of a project is that of the whole year."""
_PROJECT_NAMES = {"project", "name", "nature"}
_SHORT_NAME = 4
_CLASS = 3
"""A code of so many digits is a 类."""

_STATED = {"measure", "base", "of", "stage", "year"}
"""What a figure states of its subject, not what that is."""

_BUDGETS = ("budget", "initial_budget", "annual_budget")


def meaning_of(concept: str, dimensions: Mapping[str, str]) -> Meaning:
    """The meaning of an observation: final accounts and this year are understood."""
    told = _told(concept, dimensions)
    named = dimensions.get("project") or (dimensions.get("name") if concept == "project" else None)
    final = concept == "expenditure" and dimensions.get("stage", "final") == "final"
    if named is None or not (concept in _OF_PROJECTS or final):
        return concept, frozenset(told)
    known = {name: value for name, value in told if name not in _PROJECT_NAMES}
    if known.get("stage") == "annual_budget":
        known["stage"] = "budget"
    return "project", frozenset({**known, "name": _project_name(named)}.items())


def _told(concept: str, dimensions: Mapping[str, str]) -> list[tuple[str, str]]:
    """The dimensions that tell a figure from others; points are those of one evaluation."""
    unsaid = _NOT_MEANING - {"evaluation"} if concept in _POINTS else _NOT_MEANING
    return [i for i in dimensions.items() if i not in _UNDERSTOOD and i[0] not in unsaid]


def _project_name(name: str) -> str:
    """A project's name as compared: with or without 项目 at its end."""
    return name.removesuffix("项目") if len(name) > _SHORT_NAME else name


def _of_several(dimensions: Mapping[str, str]) -> bool:
    """Whether an item is told by its 类 and its name alone, which several 款 may have: 行政运行."""
    return len(dimensions.get("function", "")) == _CLASS and "/" not in dimensions.get("item", "/")


class Observations:
    """Which observations of a submission belong together; enters their addresses into the fact set."""

    def __init__(self, facts: FactSet, standards: Standards) -> None:
        self.facts, self.standards = facts, standards
        self.sections: dict[str, dict[str, None]] = {}
        self._by_meaning: dict[Meaning, list[int]] = {}
        self._restated: list[int] = []
        self._collect()
        self._link()
        for number, statement in enumerate(facts.statements):
            self._address(str(number), statement)

    def rows(self, form: str, level: str) -> list[str]:
        """The passages that state the column ``level``, or all observations that restate something."""
        if form == STATEMENT:
            passages = enumerate(self.facts.statements)
            return [str(number) for number, passage in passages if level in passage.facts]
        return [str(number) for number in self._restated]

    def _collect(self) -> None:
        facts = self.facts
        known = self.standards.narratives.sections
        total = sheet_total(facts)
        for number, (form, row, _) in enumerate(facts.keys):
            if number in facts.copied:
                continue
            if form in known:
                self.sections.setdefault(form, {})[row] = None
            told = facts.dimensions[number]
            if facts.concepts[number] in _SOFT or told.get("bound") or _of_several(told):
                continue
            meaning = meaning_of(facts.concepts[number], facts.dimensions[number])
            if number == total or meaning[0] == SCORE:
                whose = evaluation_of(facts, number, known)
                if whose is None:
                    continue
                meaning = SCORE, frozenset({("evaluation", whose)} if whose else ())
            self._by_meaning.setdefault(meaning, []).append(number)

    def _link(self) -> None:
        """Every observation outside the published tables against the one that binds it."""
        forms = self.standards.forms
        for (concept, dimensions), numbers in self._by_meaning.items():
            if not dimensions:
                self._enter(("concept", concept, "value"), min(numbers, key=self._rank))
            if len(numbers) < 2 or any(name == "measure" for name, _ in dimensions):
                continue
            order = sorted(numbers, key=self._rank)
            anchor = order[0]
            kind = self.facts.keys[anchor][0].partition("#")[0]
            for number in order[1:]:
                form, again, _ = self.facts.keys[number][0].partition("#")
                if form in forms:
                    continue
                if form == kind and (again or "indicator" in dict(dimensions)):
                    continue  # two sheets of one kind, two indicators of one name: checks of their own
                if self.facts.units[number] == "%" or self.facts.units[anchor] == "%":
                    continue
                self._restated.append(number)
                self._enter((RESTATED, str(number), "value"), number)
                self._enter(("stated", str(number), "value"), anchor)
        self._restated.sort()

    def _rank(self, number: int) -> tuple[int, int]:
        """Published tables bind before forms, forms before the text."""
        form = self.facts.keys[number][0].partition("#")[0]
        place = 0 if form in self.standards.forms else 1 if form in self.standards.sheets else 2
        return place, number

    def _address(self, name: str, passage: Statement) -> None:
        """The columns of a passage, and those that its relations need and it leaves to others."""
        for column, number in passage.facts.items():
            self._enter((STATEMENT, name, column), number)
        here = dict(passage.facts)
        about = self._about(passage)
        for column in ("final", *_BUDGETS, "added", "received", "final.prior"):
            found = self._elsewhere(passage, column, about) if column not in here else None
            if found is not None:
                here[column] = found
        if "annual_budget" in passage.facts and "budget" not in passage.facts:
            here["budget"] = here["annual_budget"]
        if "budget" not in here and "initial_budget" in here and "added" not in here:
            here["budget"] = here["initial_budget"]
        if "initial_budget" not in here and "budget" in here:
            here["initial_budget"] = here["budget"]
        self._available(here)
        self._said_of_change(passage, here)
        self._whole(passage, here)
        for column, number in here.items():
            self._enter((STATEMENT, name, column), number)

    def _about(self, passage: Statement) -> tuple[str, dict[str, str]] | None:
        """What a passage speaks of: a concept and its dimensions, whatever is stated of it."""
        number = next(iter(passage.facts.values()), None)
        if number is None:
            return None
        dimensions = self.facts.dimensions[number].items()
        return self.facts.concepts[number], {name: v for name, v in dimensions if name not in _STATED}

    def _elsewhere(
        self, passage: Statement, column: str, about: tuple[str, dict[str, str]] | None
    ) -> int | None:
        """The figure that a passage leaves out: its section's, else the table's of the same meaning."""
        found = self.facts.index.get((passage.section, passage.row, column))
        if found is not None or about is None:
            return found
        concept, dimensions = about
        if column == "final.prior":
            dimensions = {**dimensions, "year": "prior"}
        elif column != "final":
            dimensions = {**dimensions, "stage": column}
        same = self._by_meaning.get(meaning_of(concept, dimensions), [])
        return min(same, key=self._rank, default=None)

    def _available(self, here: dict[str, int]) -> None:
        """``available``: what is left of it is carried: the money that came in, else the budget."""
        centres = self.facts.centres
        left = [here.get(column) for column in ("received", "final", "carried")]
        if all(n is not None for n in left):
            received, final, carried = (centres[n] for n in left if n is not None)
            if received - final == carried:
                here["available"] = here["received"]
                return
        if "budget" in here:
            here["available"] = here["budget"]

    def _said_of_change(self, passage: Statement, here: dict[str, int]) -> None:
        """``stated``: the amount that the passage's change led to."""
        change = next((n for column, n in here.items() if column.startswith("change")), None)
        if change is not None:
            stage = self.facts.dimensions[change].get("stage", "final")
            if stage in here:
                here["stated"] = here[stage]

    def _whole(self, passage: Statement, here: dict[str, int]) -> None:
        """``whole``: the amount that the passage's share is of; the section's, if the share is of that.

        Within brackets and after 其中 a share may be of the part or of the whole.
        """
        share = here.get("share")
        row = self.facts.dimensions[share].get("of") if share is not None else None
        if share is None or row is None:
            return
        number = self.facts.index.get((passage.section, row, "final"))
        if number is None and (subject := self.standards.narratives.subjects.get(row)) is not None:
            same = self._by_meaning.get(meaning_of(subject.is_, subject.with_), [])
            number = min(same, key=self._rank, default=None)
        if number is None:
            return
        section, part = self.standards.narratives.sections.get(passage.section), here.get("final")
        other = self.facts.index.get((passage.section, section.subject or "", "final")) if section else None
        if part is not None and other is not None and not self._makes(part, number, share):
            number = other if self._makes(part, other, share) else number
        here["whole"] = number

    def _makes(self, part: int, whole: int, share: int) -> bool:
        """Whether a share is that of a part in a whole."""
        intervals = self.facts.intervals
        try:
            return ratio(intervals[part], intervals[whole]).meets(intervals[share])
        except NotEvaluatedError:
            return False

    def _enter(self, key: Key, number: int) -> None:
        self.facts.index.setdefault(key, number)
