"""The roll-up as filled forms: its figures and texts at the rows and columns of the sheets they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mingzhang.facts import Key
from mingzhang.forms import Sheet
from mingzhang.money import MONEY, format_amount
from mingzhang.scoring.figures import Figure, finer
from mingzhang.scoring.joining import BLOCK, EXECUTION, JoinedRow
from mingzhang.scoring.rollup import DEPARTMENT, UNIT, Rolled, Rollup
from mingzhang.scoring.rounding import SCORE, WEIGHT, at, certain, points
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Sheets

_VALUE = "value"
_MEASURED = ("target", "actual")
_END = "。；;"


class Filled(NamedTuple):
    """Cells by address, row and column; and by form the labels of what stays blank."""

    cells: dict[Key, str]
    blanks: dict[str, list[str]]


def filled(result: Rollup, forms: Mapping[str, Sheet]) -> Filled:
    """The sheets of the roll-up as cells of their ``forms``; of units the department's own sheet alone.

    Sums are printed as the printed figures add up, means and rates with no more digits than are certain;
    points are rounded so that they add up. What was not evaluated is left out and listed.
    """
    sheets = [r for r in result.rolled if result.by != UNIT or r.evaluation == DEPARTMENT]
    cells: dict[Key, str] = {}
    blanks: dict[str, list[str]] = {}
    count: Counter[str] = Counter()
    for rolled in sheets:
        form = result.sheets.heads[rolled.members[0]].form
        count[form] += 1
        address = form if count[form] == 1 else f"{form}#{count[form]}"
        filling = _Filling(result.sheets, rolled, forms[form])
        filling.fill()
        cells |= {(address, row, column): text for (row, column), text in filling.cells.items()}
        name = f"《{rolled.title}》" + (f"“{rolled.name}”" if rolled.name else "")
        blanks[name] = filling.blanks
    return Filled(cells, blanks)


class _Filling:
    """One sheet being filled."""

    def __init__(self, sheets: Sheets, rolled: Rolled, form: Sheet) -> None:
        self.sheets, self.rolled, self.form = sheets, rolled, form
        self.cells: dict[tuple[str, str], str] = {}
        self.blanks: list[str] = []
        self.name_column = next((section.levels[-1] for section in form.sections if section.levels), "")
        self.inline = next((section.inline for section in form.sections if section.inline), "")
        self.points = points(rolled.rows)

    def fill(self) -> None:
        """Whose it is, money, indicators, blocks and total."""
        self._name()
        last = ""
        for row in self.rolled.rows:
            if row.kind == FUNDS:
                self._figures(row, row.key)
            elif row.kind == INDICATOR:
                last = self._indicator(row)
            elif row.kind == BLOCK:
                self._block(row)
            else:
                self._figures(row, self._total(last))
        self.blanks += self._by_hand()

    def _total(self, indicator: str) -> str:
        """The row of the total in the section that holds ``indicator``."""
        for section in self.form.sections:
            levels = section.kind == "indicators" and indicator.count("/") > 1
            if levels or (section.names and indicator.startswith(f"{section.id}/")):
                return next(row for row, slot in section.rows.items() if slot.with_.get("scope") == "total")
        raise ValueError(f"{self.form.id}: no total")

    def _name(self) -> None:
        """What the members have in common: the project they are rolled up by, the only unit."""
        heads = [self.sheets.heads[member] for member in self.rolled.members]
        units = {head.unit for head in heads}
        known = {
            "project.name": self.rolled.name if any(h.project or h.parent for h in heads) else "",
            "project.implementer": units.pop() if len(units) == 1 else "",
        }
        for section in self.form.sections:
            for row, slot in section.slots.items():
                text = known.get(slot.is_ or "") if not slot.optional else ""
                if text:
                    self.cells[row, _VALUE] = text

    def _by_hand(self) -> Iterator[str]:
        """The labels of what only a person can fill in: names, goals, signatures."""
        for section in self.form.sections:
            if section.optional:
                continue
            for row, slot in section.slots.items():
                if not slot.optional and (row, _VALUE) not in self.cells:
                    yield slot.labels[0]
            if section.kind == "table" and not section.rows and not section.names:
                yield from (slot.labels[0] for slot in section.columns.values())

    def _indicator(self, row: JoinedRow) -> str:
        """An indicator where its first sheet has it; gives the key of its row."""
        cells = next((figure.cells for figure in row.figures.values()), row.reasons)
        key = self.sheets.rows[self.sheets.of_row[cells[0]]].key
        self._named(key)
        self._figures(row, key)
        reasons = [self.sheets.source(cell) for cell in row.reasons]
        texts = dict.fromkeys(source.printed.rstrip(_END) for source in reasons)
        if len(texts) > 1:
            texts = dict.fromkeys(f"{s.unit or '未写明单位'}：{s.printed.rstrip(_END)}" for s in reasons)
        if texts:
            self.cells[key, "reason"] = "；".join(texts)
        return key

    def _block(self, row: JoinedRow) -> None:
        """The points of a block, printed with its name."""
        groups = {block for section in self.form.sections for block in section.groups}
        figure = row.figures.get(WEIGHT)
        if row.key in groups and row.key != EXECUTION and figure is not None and not figure.reason:
            self.cells[row.key, WEIGHT] = self.points.get(at(row, WEIGHT)) or _shown(figure)

    def _figures(self, row: JoinedRow, key: str) -> None:
        """The figures of a row; none where some sheets print one inside the label and some in columns."""
        inside = row.kind == FUNDS and self.inline in row.figures and len(row.figures) > 1
        for column, figure in row.figures.items():
            known = self.points.get(at(row, column)) or self._text(row, column, figure)
            text = "" if inside else known
            if text:
                self.cells[self._printed_at(key, column, figure), column] = text
            else:
                label = self.sheets.labels.get(f"column:{column}", column)
                self.blanks.append(f"“{row.label}”的{label}")

    def _printed_at(self, key: str, column: str, figure: Figure) -> str:
        """The row of a figure: weight and score for execution may stand with an indicator of that name."""
        if key != FUNDS or column not in (WEIGHT, SCORE):
            return key
        source = self.sheets.rows[self.sheets.of_row[figure.cells[-1]]]
        if source.kind == INDICATOR:
            self._named(source.key)
        return source.key

    def _named(self, key: str) -> None:
        """The name of an indicator with levels, which its key ends with."""
        if key.count("/") > 1 and not key.endswith("/"):
            self.cells[key, self.name_column] = key.split("/", 2)[2]

    def _text(self, row: JoinedRow, column: str, figure: Figure) -> str:
        """The figure as the form prints it, or the words that all sheets have; empty where there is none."""
        if figure.reason:
            words = row.words.get(column, {})
            return next(iter(words)) if list(words.values()) == [row.count] else ""
        if column in _MEASURED:
            return f"{figure.sign}{_shown(figure)}{figure.unit}"
        if figure.unit in MONEY and figure.unit != self.form.unit:
            size = MONEY[self.form.unit]
            decimals = max(figure.decimals + finer(figure.size, size), 0)
            figure = figure._replace(size=size, unit=self.form.unit, decimals=decimals)
        return _shown(figure) + ("%" if figure.unit == "%" else "")


def _shown(figure: Figure) -> str:
    """The figure without comparator and unit."""
    assert figure.value is not None
    return format_amount(figure.value, "", certain(figure, figure.decimals))
