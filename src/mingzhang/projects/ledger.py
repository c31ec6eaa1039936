"""The figures of a project while its self-evaluation is worked out: what is known, from where, and twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mingzhang.binding.asked import Label, label
from mingzhang.binding.disclosure import Contents
from mingzhang.binding.values import Scope, Values
from mingzhang.documents import squash
from mingzhang.facts import Key
from mingzhang.money import MONEY, Amount, format_amount, parse
from mingzhang.projects.project import FIGURES, Conflict
from mingzhang.schemes import cell
from mingzhang.taxonomy import Standards


class Observed(NamedTuple):
    """A figure that the project has, and where."""

    amount: Amount
    where: str


class Ledger:
    """The figures of ``contents`` with their places; what is put in twice and differs is a conflict."""

    def __init__(self, contents: Contents, sources: Mapping[Key, str], standards: Standards) -> None:
        self.contents, self.standards = contents, standards
        self.figures, self.sources = dict(contents.figures), dict(sources)
        self.conflicts: list[Conflict] = []

    def at(self, key: Key, unit: str) -> Observed | None:
        """The figure at ``key``; ``unit`` is its unit where none is printed."""
        digits, own = Label(key, "", "", "", unit).split(self.figures.get(key, ""))
        amount = parse(digits, own) if digits else None
        return Observed(amount, self.sources.get(key, f"“{FIGURES}”")) if amount is not None else None

    def worked(self, key: Key, expression: str, variables: Mapping[str, str]) -> Observed | None:
        """What ``expression`` gives over the project's figures for ``key``; None where it is unknown."""
        section, row, column = key
        name = f"{row}.{column}"
        values = Values({k: text for k, text in self.figures.items() if k != key}, self.standards)
        found = values.at(Scope(section, {name: expression}, variables), name)
        if found is None:
            return None
        amount = parse(format_amount(found.exact, found.unit, found.decimals), found.unit)
        return Observed(amount, self._where(expression, variables)) if amount is not None else None

    def _where(self, expression: str, variables: Mapping[str, str]) -> str:
        """The place of the cell that an expression names, in words."""
        try:
            form, row, column = cell(expression)
        except ValueError:
            return f"“{FIGURES}”"
        key = form, variables.get(row, row), column
        named = label(key, self.standards, self.contents.year).text
        return self.sources.get(key) or f"“{FIGURES}”{named}"

    def agree(self, key: Key, named: str, used: Observed, other: Observed) -> None:
        """Notes a conflict where two figures for the same differ."""
        if not used.amount.interval.meets(other.amount.interval):
            printed = (f"{amount_text(one.amount)}{one.amount.unit}" for one in (used, other))
            first, second = printed
            self.conflicts.append(Conflict(key, named, first, used.where, second, other.where))

    def put(self, key: Key, text: str, where: str, named: str = "") -> None:
        """Sets the figure or text at ``key``; one that is there already and differs is a conflict."""
        before = self.figures.get(key, "")
        if before and squash(before) != squash(text) and not self._same(key, before, text):
            place = self.sources.get(key, f"“{FIGURES}”")
            called = named or label(key, self.standards, self.contents.year).text
            self.conflicts.append(Conflict(key, called, text, where, before, place))
        self.figures[key], self.sources[key] = text, where

    @staticmethod
    def _same(key: Key, one: str, other: str) -> bool:
        """Whether two prints are of one figure."""
        amounts = [parse(*Label(key, "", "", "", "").split(text)) for text in (one, other)]
        first, second = amounts
        return first is not None and second is not None and first.interval.meets(second.interval)


def amount_text(amount: Amount) -> str:
    """The digits of a figure as a text prints it: money with two decimals or more."""
    decimals = max(amount.decimals, 2) if amount.unit in MONEY else amount.decimals
    return format_amount(amount.centre, amount.unit, decimals)
