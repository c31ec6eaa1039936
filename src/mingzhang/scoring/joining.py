"""The cells of several sheets joined, row by row, into the figures of one."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, repeat
from typing import Any

from mingzhang.measures import Measured
from mingzhang.money import MONEY, SCALE, Interval, Number
from mingzhang.scoring.averages import mean, ratio
from mingzhang.scoring.execution import points
from mingzhang.scoring.figures import MEAN, RATE, SUM, Figure, finer, unknown
from mingzhang.scoring.measuring import Measuring
from mingzhang.scoring.names import unified
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Row, Sheets

BLOCK, TOTAL = "block", "total"
"""Kinds of rows that only the department's sheet has: the sums of its indicators."""

EXECUTION = "execution"
REASON = "reason"
_NONE = object()
"""The key of sheets without a value."""

_POINTS = "分"
_DECIMALS = 2
_HUNDRED = 100 * SCALE

Cells = Sequence[int]


@dataclass(slots=True)
class JoinedRow:
    """A row of the joined sheet: its figures by column, and how many sheets have it.

    ``words`` are the texts of a column that are no figures, by how often they are printed; ``reasons`` the
    cells in which sheets say why a target was not met or points were taken off.
    """

    kind: str
    key: str
    block: str
    label: str
    count: int
    figures: dict[str, Figure] = field(default_factory=dict)
    words: dict[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Cells = ()


class Joining:
    """Joins sheets of one store; what depends on the store alone is worked out once."""

    def __init__(self, sheets: Sheets, reads: Callable[[str, str], Measured | str]) -> None:
        self.sheets = sheets
        sizes = (len(sheets.cells(n)) for n in range(len(sheets.heads)))
        owner = chain.from_iterable(repeat(n, size) for n, size in enumerate(sizes))
        self.owner = array("i", owner)
        self.matches: list[tuple[str, str, str, str]] = []
        self.match_of_row = self._matched(sheets.rows)
        self.width = max(len(sheets.columns), 1)
        self.column = {column: number for number, column in enumerate(sheets.columns)}
        self.centres, self.halves = sheets.values.figures()
        self.measuring = Measuring(sheets, self.owner, reads)

    def join(self, members: Sequence[int], *, only_funds: bool = False) -> Iterator[JoinedRow]:
        """The rows of the sheet that ``members`` give together: money, indicators, blocks, total."""
        group = _Group(self, members)
        yield from group.funds()
        if only_funds:
            return
        yield from group.indicators()
        yield from group.blocks()

    def _matched(self, rows: Sequence[Row]) -> list[int]:
        """The number of what each row is matched by: money by its key, indicators by block and name."""
        numbers: dict[tuple[str, str, str], int] = {}
        matched = []
        for row in rows:
            execution = row.kind == INDICATOR and row.block == EXECUTION
            kind = FUNDS if execution else row.kind
            key = EXECUTION if execution else row.key if kind == FUNDS else unified(row.name)
            block = "" if kind == FUNDS else row.block
            number = numbers.setdefault((kind, block, key), len(self.matches))
            if number == len(self.matches):
                label = row.label if kind == FUNDS else row.name
                self.matches.append((kind, block, key, label or key))
            matched.append(number)
        return matched


class _Group:
    """The cells of one group of sheets, by row and column."""

    def __init__(self, joining: Joining, members: Sequence[int]) -> None:
        self.joining, self.members = joining, members
        self.sheets, self.owner = joining.sheets, joining.owner
        self.found = self._cells()
        self.weights = self._weights()
        self.kinds = self._rows()
        self.execution: Figure | None = None
        self.scored = self._scored()
        self.points: dict[tuple[str, str], dict[int, list[int]]] = {}
        self.lost: dict[tuple[str, str], str] = {}

    def _cells(self) -> dict[int, list[int]]:
        sheets, width = self.sheets, self.joining.width
        base = [number * width for number in self.joining.match_of_row]
        found: defaultdict[int, list[int]] = defaultdict(list)
        for member in self.members:
            start, end = sheets.starts[member], sheets.starts[member + 1]
            for cell, row, column in zip(
                range(start, end), sheets.of_row[start:end], sheets.of_column[start:end]
            ):
                found[base[row] + column].append(cell)
        return found

    def _rows(self) -> dict[int, dict[str, list[int]]]:
        """The cells by match and column, in the order of the sheets."""
        rows: dict[int, dict[str, list[int]]] = {}
        for address, cells in self.found.items():
            match, column = divmod(address, self.joining.width)
            rows.setdefault(match, {})[self.sheets.columns[column]] = cells
        return rows

    def _scored(self) -> set[int]:
        """The sheets that have indicators."""
        kinds = (
            columns for match, columns in self.kinds.items() if self.joining.matches[match][0] == INDICATOR
        )
        return {self.owner[cell] for columns in kinds for cells in columns.values() for cell in cells}

    def _weights(self) -> dict[int, tuple[Number, Number, int]]:
        """The funds of each sheet: least, most, as printed."""
        joining = self.joining
        match = next((n for n, row in enumerate(joining.matches) if row[:3] == (FUNDS, "", "funds")), None)
        column = joining.column.get("budget")
        if match is None or column is None:
            return {}
        weights: dict[int, tuple[Number, Number, int]] = {}
        for cell in self.found.get(match * joining.width + column, ()):
            value = self.sheets.of_value[cell]
            centre, half = joining.centres[value], joining.halves[value]
            weights[self.owner[cell]] = max(centre - half, 0), centre + half, centre
        return weights

    # money

    def funds(self) -> Iterator[JoinedRow]:
        """Money added per column; the rate of execution and its score from the sums."""
        for match, columns in self.kinds.items():
            kind, block, key, label = self.joining.matches[match]
            if kind != FUNDS or key == EXECUTION:
                continue
            money = {c: cells for c, cells in columns.items() if c not in ("weight", "rate", "score")}
            row = JoinedRow(kind, key, block, label, self._sheets_of(columns.values()))
            for column, cells in money.items():
                row.figures[column] = self._sum(cells, key, column)
            if key == "funds" or "rate" in columns:
                row.figures["rate"] = self._rate(row, money)
            if key == "funds":
                self._execution(row, columns)
            yield row

    def _sum(self, cells: Cells, key: str, column: str) -> Figure:
        if key == "funds" and len(cells) < len(self.members):
            without = sorted(set(self.members) - {self.owner[cell] for cell in cells})
            label = self.sheets.labels.get(f"column:{column}", column)
            where = self.sheets.heads[without[0]].describe()
            return unknown(f"{len(without)}张表没有填写“{label}”（{where}{_more(without)}）", cells)
        joining, values = self.joining, self.sheets.values
        counts = Counter(map(self.sheets.of_value.__getitem__, cells))
        centre = sum(joining.centres[value] * count for value, count in counts.items())
        half = sum(joining.halves[value] * count for value, count in counts.items())
        units = Counter(values.units[value] or "" for value in counts)
        unit = units.most_common(1)[0][0]
        if len({each in MONEY for each in units}) > 1:
            return unknown(f"计量单位不同：{'、'.join(units)}", cells, clash=True)
        size = MONEY.get(unit, 1)
        decimals = max(values.decimals[v] + finer(MONEY.get(values.units[v] or "", 1), size) for v in counts)
        return Figure.of(
            Interval(centre - half, centre + half), centre, size, unit, max(decimals, 0), SUM, cells
        )

    def _rate(self, row: JoinedRow, columns: Mapping[str, Cells]) -> Figure:
        """The rate of execution of the sums."""
        cells = [*columns.get("final", ()), *columns.get("budget", ())]
        final, budget = row.figures.get("final"), row.figures.get("budget")
        if final is None or budget is None or final.base is None or budget.base is None:
            return unknown("缺少全年预算数或全年执行数的合计", cells)
        if budget.centre is None or budget.centre <= 0:
            return unknown("全年预算数合计为0，没有执行率", cells)
        if budget.base.low <= 0:
            return unknown("全年预算数合计的取整范围含0，执行率无法确定", cells)
        part = Interval(max(final.base.low, 0), final.base.high)
        low, high = ratio(part, budget.base)
        assert final.centre is not None
        assert budget.centre is not None
        centre = ratio(Interval(final.centre, final.centre), Interval(budget.centre, budget.centre)).low
        interval = Interval(low * _HUNDRED, high * _HUNDRED)
        return Figure.of(interval, centre * _HUNDRED, 1, "%", _DECIMALS, RATE, cells)

    def _execution(self, row: JoinedRow, columns: Mapping[str, Cells]) -> None:
        """The score for execution: the rate of the sums times its points, never more than these."""
        stated = columns.get("weight") or self._columns_of(EXECUTION).get("weight")
        if not stated:
            return
        weight, rate = self._mean(stated), row.figures["rate"]
        row.figures["weight"] = weight
        if rate.base is None or weight.base is None or rate.centre is None or weight.centre is None:
            row.figures["score"] = unknown(rate.reason or weight.reason, rate.cells)
        else:
            centre = points(Interval(rate.centre, rate.centre), Interval(weight.centre, weight.centre)).low
            row.figures["score"] = Figure.of(
                points(rate.base, weight.base), centre, 1, _POINTS, _DECIMALS, RATE, [*rate.cells, *stated]
            )
        self.execution = row.figures["score"]

    def _columns_of(self, key: str) -> dict[str, list[int]]:
        for match, columns in self.kinds.items():
            if self.joining.matches[match][::2] == (FUNDS, key):
                return columns
        return {}

    # indicators

    def indicators(self) -> Iterator[JoinedRow]:
        """Indicators by block: values added or averaged, weights and scores averaged by funds.

        A sheet without an indicator gives it no points, so that the indicators add up to the total.
        """
        for match, columns in sorted(self.kinds.items(), key=lambda item: self._order(item[0])):
            kind, block, key, label = self.joining.matches[match]
            if kind != INDICATOR:
                continue
            having = set().union(*(map(self.owner.__getitem__, cells) for cells in columns.values()))
            row = JoinedRow(kind, key, block, label, len(having), reasons=columns.pop(REASON, ()))
            twice = next((c for c in columns.values() if len(c) > len({self.owner[n] for n in c})), None)
            for column, cells in columns.items():
                if twice is not None:
                    again = next(c for c, n in Counter(self.owner[n] for n in twice).items() if n > 1)
                    where = self.sheets.heads[again].describe()
                    row.figures[column] = unknown(f"{where}的同一张表中有两个同名指标", cells)
                elif column in ("weight", "score"):
                    row.figures[column] = self._mean(cells, self.scored - having)
                else:
                    row.figures[column], row.words[column] = self._values(column, columns, label)
            self._note_points(block, label, columns, having)
            yield row

    def _order(self, match: int) -> tuple[int, int]:
        """Blocks in the order they appear, their indicators together."""
        blocks = [self.joining.matches[m][1] for m in self.kinds]
        return blocks.index(self.joining.matches[match][1]), 0

    def _values(
        self, column: str, columns: Mapping[str, Cells], label: str
    ) -> tuple[Figure, Mapping[str, int]]:
        cells = columns[column]
        having = {self.owner[cell] for other in columns.values() for cell in other}
        figure, words = self.joining.measuring.joined(
            cells, columns.get("target", ()), label, column, self._weighted
        )
        blank = len(having) - len(cells)
        if column == "actual" and blank > 0:
            there = {self.owner[cell] for cell in cells}
            where = self.sheets.heads[min(having - there)].describe()
            said = figure.reason or f"其余{len(cells)}处{figure.said()}"
            figure = unknown(f"{blank}张表没有填写完成值（{where}{_more(range(blank))}）；{said}", cells)
        return figure, words

    def _mean(self, cells: Cells, without: Collection[int] = ()) -> Figure:
        """The mean, by funds, of a column of figures; zero for the sheets ``without`` one."""
        joining, values = self.joining, self.sheets.values
        keys = list(map(self.sheets.of_value.__getitem__, cells))
        held = {}
        for value in set(keys):
            centre, half = joining.centres[value], joining.halves[value]
            held[value] = Interval(centre - half, centre + half), centre
        found = self._weighted(cells, keys, held, without)
        if isinstance(found, str):
            return unknown(found, cells)
        interval, centre_ = found
        several = len(held) > 1 or len(without) > 0
        decimals = max(_DECIMALS if several else 0, *(values.decimals[value] for value in held))
        unit = values.units[keys[0]] or ""
        return Figure.of(interval, centre_, 1, unit, decimals, MEAN, cells)

    def _weighted(
        self,
        cells: Cells,
        keys: Sequence[Any],
        held: Mapping[Any, tuple[Interval, Number]],
        without: Collection[int] = (),
    ) -> tuple[Interval, Number] | str:
        """The mean by funds of the values ``held``, one key for each cell; or why there is none.

        The sheets ``without`` a value count as zero.
        """
        weights, owner = self.weights, self.owner
        sums: dict[Any, list[Number]] = {}
        try:
            for cell, key in zip(cells, keys):
                low, high, centre = weights[owner[cell]]
                known = sums.get(key)
                if known is None:
                    sums[key] = [low, high, centre]
                else:
                    known[0] += low
                    known[1] += high
                    known[2] += centre
        except KeyError:
            source = self.sheets.source(cell)
            return f"{source.describe()}的表没有全年预算数，无法按资金加权"
        if without:
            unweighted = min((member for member in without if member not in weights), default=None)
            if unweighted is not None:
                return f"{self.sheets.heads[unweighted].describe()}的表没有全年预算数，无法按资金加权"
            sums[_NONE] = [sum(part) for part in zip(*(weights[member] for member in without))]
            held = {**held, _NONE: (Interval(0, 0), 0)}
        whole = sum(known[2] for known in sums.values())
        if whole <= 0:
            return "全年预算数合计为0，无法按资金加权"
        if len(sums) == 1:
            return held[keys[0]]
        parts = [(Interval(known[0], known[1]), held[key][0]) for key, known in sums.items()]
        centre_ = sum(known[2] * held[key][1] for key, known in sums.items())
        return mean(parts), Fraction(centre_) / Fraction(whole)

    # sums of indicators

    def _note_points(self, block: str, name: str, columns: Mapping[str, Cells], having: set[int]) -> None:
        """Add the points of an indicator to its sheets' blocks."""
        centres, of_value, owner = self.joining.centres, self.sheets.of_value, self.owner
        for column in ("weight", "score"):
            cells = columns.get(column, ())
            sums = self.points.setdefault((block, column), {})
            for cell in cells:
                centre, known = centres[of_value[cell]], sums.get(owner[cell])
                if known is None:
                    sums[owner[cell]] = [centre, cell]
                else:
                    known[0] += centre
            if len(cells) < len(having):
                without = min(having - {owner[cell] for cell in cells})
                where = self.sheets.heads[without].describe()
                label = self.sheets.labels.get(f"column:{column}", column)
                self.lost.setdefault((block, column), f"{where}“{name}”没有填写“{label}”")

    def blocks(self) -> Iterator[JoinedRow]:
        """The points of each block and of the whole sheet."""
        total: dict[str, dict[int, list[int]]] = {"weight": {}, "score": {}}
        rows: dict[str, JoinedRow] = {}
        for (block, column), sums in self.points.items():
            for member, (centre, cell) in sums.items():
                known = total[column].setdefault(member, [0, cell])
                known[0] += centre
            if block and sums:
                label = self.sheets.labels.get(f"block:{block}", block)
                row = rows.setdefault(block, JoinedRow(BLOCK, block, block, label, len(sums)))
                row.figures[column] = self._mean_of(sums, self.lost.get((block, column), ""))
        yield from rows.values()
        row = JoinedRow(TOTAL, TOTAL, "", "总分", len(self.members))
        for column, sums in total.items():
            if sums:
                lost = next((why for (_, which), why in self.lost.items() if which == column), "")
                row.figures[column] = self._with_execution(self._mean_of(sums, lost), column)
        if row.figures:
            yield row

    def _mean_of(self, sums: Mapping[int, Sequence[int]], lost: str) -> Figure:
        if lost:
            return unknown(lost, [cell for _, cell in sums.values()])
        cells = [cell for _, cell in sums.values()]
        keys = [centre for centre, _ in sums.values()]
        held: dict[int, tuple[Interval, Number]] = {c: (Interval(c, c), c) for c in set(keys)}
        found = self._weighted(cells, keys, held, self.scored - sums.keys())
        if isinstance(found, str):
            return unknown(found, cells)
        return Figure.of(*found, 1, _POINTS, _DECIMALS, MEAN, cells)

    def _with_execution(self, figure: Figure, column: str) -> Figure:
        """The total with the points of execution, where the sheets give any."""
        funds = self._columns_of("funds")
        stated = funds.get("weight") or self._columns_of(EXECUTION).get("weight")
        if not stated:
            return figure
        other = self._mean(stated) if column == "weight" else self.execution
        if figure.base is None or other is None or other.base is None:
            return unknown(figure.reason or (other.reason if other else "没有执行率得分"), figure.cells)
        assert figure.centre is not None
        assert other.centre is not None
        interval = Interval(figure.base.low + other.base.low, figure.base.high + other.base.high)
        cells = [*figure.cells, *other.cells]
        return Figure.of(interval, figure.centre + other.centre, 1, _POINTS, _DECIMALS, MEAN, cells)

    def _sheets_of(self, columns: Iterable[Cells]) -> int:
        return len({self.owner[cell] for cells in columns for cell in cells})


def _more(every: Sequence[object]) -> str:
    return f"等{len(every)}处" if len(every) > 1 else ""
