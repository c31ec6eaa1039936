"""The figures a text is composed from: by address, from tables, formulas and what the unit entered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mingzhang.binding.complete import told_by_totals
from mingzhang.expressions import NotEvaluatedError, Sum, parse_value, value
from mingzhang.facts import Key
from mingzhang.money import MONEY, Interval, Number, format_amount, parse, rounded
from mingzhang.outlines import LAST
from mingzhang.taxonomy import Standards, level_of

_PRINTED = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)\s*(.*)", re.DOTALL)
_RATE = "%"
_DECIMALS = 2
_MONEY = "万元"


class Value(NamedTuple):
    """A figure to print: exact, in ``SCALE``-ths of the base unit, with its unit and decimals as printed."""

    exact: Number
    unit: str
    decimals: int

    @property
    def shown(self) -> Number:
        """The value that a reader sees: rounded as it prints, in the scale of ``exact``."""
        return rounded(self.exact, self.unit, self.decimals)

    @property
    def printed(self) -> str:
        """As printed, with its unit."""
        return f"{format_amount(self.exact, self.unit, self.decimals)}{_WIDE.get(self.unit, self.unit)}"


class Twice(NamedTuple):
    """A figure as entered, and as worked out: exactly, and by a reader from what is printed."""

    entered: str
    exact: Value
    seen: Value


_WIDE = {"台(套)": "台（套）"}


class Scope(NamedTuple):
    """Where a slot stands: the section, where its figures come from, and what variables stand for."""

    section: str
    sources: Mapping[str, str]
    variables: Mapping[str, str]

    def bound(self, variables: Mapping[str, str]) -> Scope:
        """The scope with more variables; their values may be variables of this one."""
        own = {name: self.variables.get(of, of) for name, of in variables.items()}
        return self._replace(variables={**self.variables, **own})


class Values:
    """Figures by address: printed cells of tables, last year's below :data:`LAST`, entered ones of text.

    What a row of a table leaves blank is zero; of a table whose cells are all printed, only what its totals
    tell. A table without any figure holds zeros where the outlines say so, else its figures are unknown. Of
    last year's tables only what was entered is known. ``asked`` are the figures that somebody has to enter,
    known or not, as they were asked for; ``parts`` what a figure is worked out from, ``twice`` those that
    were entered although they are worked out.
    """

    def __init__(self, printed: Mapping[Key, str], standards: Standards) -> None:
        self.printed, self.standards = printed, standards
        self._rows: dict[str, list[str]] = {}
        for form, row, _ in printed:
            rows = self._rows.setdefault(form, [])
            if row not in rows:
                rows.append(row)
        self._blanks: dict[str, Mapping[Key, Number] | Number | None] = {}
        self.asked: dict[Key, None] = {}
        self.parts: dict[Key, dict[Key, None]] = {}
        self.twice: dict[Key, Twice] = {}
        self._wanting: dict[Key, Key] = {}
        self._pending: list[tuple[Scope, Key]] = []
        self._known: dict[bool, dict[Key, Value | None]] = {False: {}, True: {}}
        self._as_seen = False

    # ── what an expression asks (expressions.Cells) ───────────────────────────────────────────

    def rows(self, form: str, level: str) -> list[str]:
        """The row keys of ``form`` at ``level``, coded ones in order."""
        rows = self._rows.get(form, [])
        if level == "行":
            return rows
        coded = sorted(row for row in rows if row.isdecimal())
        return coded if level == "码" else [row for row in coded if level_of(row) == level]

    def children(self, form: str, row: str) -> list[str]:
        """The coded rows one printed level below ``row``."""
        below = [key for key in self.rows(form, "码") if key != row and key.startswith(row)]
        nearest = min(map(len, below), default=0)
        return [key for key in below if len(key) == nearest]

    def interval(self, key: Key) -> Interval:
        """The exact value at ``key`` as a point; raises NotEvaluatedError where it is unknown."""
        form, row, column = key
        if not form:
            scope, whole = self._pending[-1]
            name = row if "." in row else f"{whole[1]}.{row}"
            self._note(self.key(scope, name))
            found = self.at(scope, name)
            if found is None:
                self._wanting.setdefault(whole, self.key(scope, name))
                raise NotEvaluatedError(f"“{row}”未知")
            exact = found.shown if self._as_seen else found.exact
            return Interval(exact, exact)
        self._note(key)
        if form.removeprefix(LAST) not in self.standards.forms or form.startswith(LAST):
            self.asked[key] = None
        text = self.printed.get(key, "")
        if text:
            read = self.read(key, text)
            exact = read._replace(decimals=_DECIMALS).shown if self._as_seen else read.exact
            return Interval(exact, exact)
        blank = self.blank(key)
        if blank is None:
            if self._pending:
                self._wanting.setdefault(self._pending[-1][1], key)
            raise NotEvaluatedError(f"{form}[{row}, {column}]未知")
        return Interval(blank, blank)

    def _note(self, part: Key) -> None:
        """``part`` is asked for while something is worked out from it."""
        if self._pending:
            self.parts.setdefault(self._pending[-1][1], {})[part] = None

    def lacking(self, key: Key) -> Key:
        """What has to be entered before the figure at ``key`` is known."""
        seen = {key}
        while (part := self._wanting.get(key, key)) not in seen:
            seen.add(key := part)
        return key

    def blank(self, key: Key) -> Number | None:
        """What a cell that is left blank holds; None where that is unknown."""
        form = key[0]
        if form not in self._blanks:
            self._blanks[form] = None  # a table that is said to be empty by itself
            self._blanks[form] = self._blank_in(form)
        told = self._blanks[form]
        return told.get(key) if isinstance(told, Mapping) else told

    def missing(self) -> list[str]:
        """The tables without any figure of which nothing tells that there is none."""
        blank = (form for form in self.standards.forms if form not in self._rows)
        return [form for form in blank if self.blank((form, "", "")) is None]

    def _blank_in(self, form: str) -> Mapping[Key, Number] | Number | None:
        """What all blank cells of a table hold, or each that is known."""
        known = self.standards.forms.get(form)
        if known is None:
            return None
        if form not in self._rows:
            return self._blank_table(form)
        if known.layout != "single":
            return 0
        given = {key: self.read(key, text).exact for key, text in self.printed.items() if key[0] == form}
        return told_by_totals(given, known, self.standards) if any(given.values()) else 0

    def _blank_table(self, form: str) -> int | None:
        """Zero where the outlines tell from other tables that there is nothing to put into this one."""
        expression = self.standards.outlines.blank.get(form)
        pending, self._pending = self._pending, []  # what it asks for is no part of what is worked out
        try:
            found = value(_terms(expression), {}, self) if expression else None
        except NotEvaluatedError:
            return None
        finally:
            self._pending = pending
        return None if found is None or found.low else 0

    # ── what a slot asks ──────────────────────────────────────────────────────────────────────

    def key(self, scope: Scope, name: str) -> Key:
        """The address that ``subject.measure`` names."""
        subject, measure = parted(name)
        return scope.section, scope.variables.get(subject, subject), measure

    def at(self, scope: Scope, name: str) -> Value | None:
        """The value of ``subject.measure``; None where it is unknown."""
        key = self.key(scope, name)
        known = self._known[self._as_seen]
        if key not in known:
            known[key] = None  # a formula that leads back to itself is unknown
            known[key] = self._found(scope, key)
        return known[key]

    def source(self, scope: Scope, key: Key) -> tuple[str, Mapping[str, str]]:
        """The expression for ``key`` with the variable that it is about; empty where there is none."""
        _, subject, measure = key
        own = scope.sources.get(f"{subject}.{measure}")
        if own is not None:
            return own, scope.variables
        for name, expression in scope.sources.items():
            variable, of = parted(name)
            if of == measure and variable not in self.standards.narratives.subjects:
                return expression, {**scope.variables, variable: subject}
        return "", {}

    def _found(self, scope: Scope, key: Key) -> Value | None:
        expression, variables = self.source(scope, key)
        text = self.printed.get(key, "")
        formula = self.standards.outlines.formulas.get(key[2], "")
        if not (expression or formula):
            self.asked[key] = None
        for terms, bound in ((expression, scope._replace(variables=variables)), (formula, scope)):
            found = self._evaluated(bound, key, terms) if terms else None
            if found is None:
                continue
            if text and not self._as_seen:
                self.twice[key] = Twice(text, found, self._seen(bound, key, terms) or found)
            return found
        return self.read(key, text) if text else None

    def _seen(self, scope: Scope, key: Key, expression: str) -> Value | None:
        """What a reader works out from the figures as they print."""
        self._as_seen = True
        try:
            return self._evaluated(scope, key, expression)
        finally:
            self._as_seen = False

    def _evaluated(self, scope: Scope, key: Key, expression: str) -> Value | None:
        unit = unit_of(key, self.standards)
        if unit == _RATE and not self._as_seen:
            self._as_seen = True  # of a base that prints as nought no rate can be given
            try:
                if self._value(scope, key, expression) is None:
                    return None
            finally:
                self._as_seen = False
        found = self._value(scope, key, expression)
        return None if found is None else Value(found.low, unit, _DECIMALS if _is_rounded(unit) else 0)

    def _value(self, scope: Scope, key: Key, expression: str) -> Interval | None:
        """What the expression comes to, a point; None where it cannot be told."""
        self._pending.append((scope, key))
        try:
            return value(_terms(expression), scope.variables, self)
        except NotEvaluatedError:
            return None
        finally:
            self._pending.pop()

    def read(self, key: Key, text: str) -> Value:
        """The printed figure at ``key``; raises ValueError where it is none."""
        match = _PRINTED.fullmatch(text.strip())
        unit = (match[2].replace("（", "(").replace("）", ")") if match else "") or unit_of(
            key, self.standards
        )
        amount = parse(match[1] if match else text, unit)
        if amount is None:
            raise ValueError(f"{key[0]}的“{text}”不是数字。")
        return Value(amount.centre, unit, amount.decimals)


def unit_of(key: Key, standards: Standards) -> str:
    """The unit in which a figure at ``key`` is printed."""
    form, row, measure = key
    name = form.removeprefix(LAST)
    table = standards.forms.get(name) or standards.extras.get(name)
    if table is not None:
        return table.unit
    sheet = standards.sheets.get(name.partition("#")[0])
    if sheet is not None:
        return sheet.unit_at(row, measure)
    narratives = standards.narratives
    known = narratives.measures.get(measure)
    if known is not None:
        kinds = {"rate": _RATE, "points": "分", "money": _MONEY}
        return kinds.get(known.of) or next(iter(known.unit), "")
    subject = narratives.subjects.get(row)
    if subject is not None and measure == "count":
        return {"rate": _RATE, "points": "分"}.get(subject.of) or next(iter(subject.unit), "")
    return _RATE if measure.startswith("change_rate") else _MONEY


def parted(name: str) -> tuple[str, str]:
    """Subject and measure that ``subject.measure`` names; a measure may have a year: ``final.prior``."""
    subject, dot, measure = name.partition(".")
    return (subject, measure) if dot else ("", name)


def _is_rounded(unit: str) -> bool:
    return unit in MONEY or unit == _RATE


@lru_cache(maxsize=4096)
def _terms(expression: str) -> Sum:
    return parse_value(expression)
