"""How findings speak of figures: where one stands, what it was compared with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mingzhang.checking.finding import Expected, Location, Value
from mingzhang.checking.outcome import FAILED, PASSED, Outcome, Submission, called
from mingzhang.documents import quoted
from mingzhang.expressions import Operand
from mingzhang.money import Amount, Interval, format_amount, step

LISTED = 8
"""So many operands of a sum are shown."""

_MARKS = {
    (FAILED, "="): "≠",
    (PASSED, "="): "≈",
    (FAILED, "<="): "＞",
    (FAILED, ">="): "＜",
}


class Wording:
    """Words for the facts of one submission."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.facts = submission, submission.facts
        self._in_text = frozenset((*submission.standards.narratives.sections, "text"))

    def sum(self, cells: Sequence[Operand]) -> int:
        """The printed values of ``cells`` added up, in the scale of amounts."""
        return sum(
            cell.sign * self.facts.centres[n]
            for cell in cells
            if (n := self.facts.index.get(cell.key)) is not None
        )

    def arithmetic(self, outcome: Outcome) -> str:
        """The comparison with the figures filled in, zeros left out."""
        assert outcome.evaluation is not None
        left = self.side(outcome.evaluation.left_cells, outcome.evaluation.constants[0])
        right = self.side(outcome.evaluation.right_cells, outcome.evaluation.constants[1])
        mark = _MARKS[outcome.status, outcome.relation.expect.operator]
        return f"{left} {mark} {right}"

    def side(self, cells: Sequence[Operand], constant: int) -> str:
        """One side of a comparison: the operands that are not zero, and their sum."""
        numbers = [(c.sign, n) for c in cells if (n := self.facts.index.get(c.key)) is not None]
        printed = [(sign, n) for sign, n in numbers if self.facts.mantissas[n]] or numbers[:1]
        if not printed or constant:
            unit = self.facts.units[printed[0][1]] if printed else "元"
            return format_amount(self.sum(cells) + constant, unit, 2).removesuffix(".00")
        amount = self.facts.amount(printed[0][1])
        decimals = max(self.facts.decimals[n] for _, n in printed)
        total = format_amount(self.sum(cells), amount.unit, decimals)
        if len(printed) == 1:
            return f"{self.place(printed[0][1])}{total}"
        text = ""
        one_row = len({self.facts.keys[n][1] for _, n in printed}) == 1
        for index, (sign, n) in enumerate(printed[:LISTED]):
            mark = "－" if sign * self._unsaid(n) < 0 else "＋" if index else ""
            text += f"{mark}{self._name(n, one_row)}{self.figure(n)}"
        rest = "＋…" if len(printed) > LISTED else ""
        first = printed[0][1]
        table = "正文" if self.in_text(first) else f"《{called(self.submission, self.facts.keys[first][0])}》"
        row = quoted(self.facts.labels[printed[0][1]][0]) if one_row else ""
        return f"{table}{row}{text}{rest}＝{total}"

    def _unsaid(self, fact: int) -> int:
        """-1 where words and not the printed figure say that it is negative (减少2.00万元), else 1."""
        signed = self.facts.printed[fact].strip().startswith(("-", "－", "−", "–", "(", "（"))
        return -1 if self.facts.centres[fact] < 0 and not signed else 1

    def _name(self, fact: int, by_column: bool) -> str:
        """What tells an operand from the others of a sum: its row, or its column within one row."""
        label = self.facts.labels[fact][by_column]
        return self.measure(label) if by_column and self.in_text(fact) else _unquoted(label)

    def figure(self, fact: int) -> str:
        """The figure as printed, without its unit and sign of a change."""
        printed = self.facts.printed[fact].strip()
        unit = self.facts.units[fact]
        return printed.removesuffix(unit).rstrip() if unit else printed

    def in_text(self, fact: int) -> bool:
        """Whether the figure stands in running text."""
        return self.facts.keys[fact][0] in self._in_text

    def place(self, fact: int) -> str:
        """Where a figure stands, as a person would say it."""
        form, row, _ = self.facts.keys[fact]
        label, column = self.facts.labels[fact]
        code = f"{row} " if row.isdecimal() else ""
        if self.in_text(fact):
            name = re.split(r"[（(][类款][）)]", label)[-1] or label
            shown = f"{code}{_unquoted(name)}"
            return f"正文{quoted(shown)}{self.measure(column)}" if shown else f"正文{self.measure(column)}"
        head = f"{quoted(column)}栏" if column else ""
        return f"《{called(self.submission, form)}》“{code}{label}”{head}"

    def measure(self, column: str) -> str:
        """What a figure in running text states of its subject, in words."""
        known = self.submission.standards.narratives.measures.get(column)
        return known.label if known and known.label else _CHANGES.get(column, "")

    def location(self, fact: int, role: str) -> Location:
        """A figure as a place of a finding."""
        form, row, _ = self.facts.keys[fact]
        label, column = self.facts.labels[fact]
        return Location(
            self.facts.documents[fact],
            role,
            self.facts.places[fact],
            self.facts.printed[fact],
            None if self.in_text(fact) else called(self.submission, form),
            f"{row} {label}" if row.isdecimal() else label,
            self.measure(column) if self.in_text(fact) else column,
        )

    def value(self, fact: int, location: int) -> Value:
        """A figure as a value of a finding."""
        return Value(self.place(fact), self.facts.printed[fact], self.facts.amount(fact), location)

    def shown(self, facts: Sequence[int]) -> tuple[list[Location], list[Value]]:
        """The figures of a finding as its places and values; the first is what it is about."""
        locations = [self.location(n, "operand" if index else "subject") for index, n in enumerate(facts)]
        return locations, [self.value(n, index) for index, n in enumerate(facts)]

    def subject(self, kind: str, fact: int) -> tuple[str, ...]:
        """What a finding is about, for its lasting id."""
        form, row, column = self.facts.keys[fact]
        return (kind, form, row, column, self.facts.printed[fact])


_CHANGES = {"change": "增减额", "change_rate": "增减百分比", "count": "数量"}


def _unquoted(label: str) -> str:
    """A label without quotation marks around it or left open at its ends."""
    label = label.strip('“”"')
    return label.replace("”", "") if "“" not in label else label


def expected(printed: str, allowed: Interval, amount: Amount) -> Expected:
    """What ought to stand there: as printed, and the interval that the others allow."""
    decimals = amount.decimals + 1 if step(amount.unit, amount.decimals + 1) else amount.decimals
    low = format_amount(allowed.low, amount.unit, decimals)
    high = format_amount(allowed.high, amount.unit, decimals)
    return Expected(printed, low, high, amount.unit)
