"""Targets and results of one indicator in several sheets, joined into one."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mingzhang.measures import DURATION, EXACTLY, LEVEL, RELATIVE, WORDS, Measured
from mingzhang.money import Interval, Number
from mingzhang.scoring.figures import MEAN, SUM, Figure, finer, unknown
from mingzhang.scoring.names import unit_of
from mingzhang.scoring.sheets import Sheets

_RATE_NAME = re.compile(r"(?:率|比例|比重|占比|满意度|程度|覆盖面)$")
_TIME = "time"
_SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", EXACTLY: EXACTLY}
"""Comparators as a sheet prints them."""
_DECIMALS = 2
_FEW = 3

Weighted = Callable[[Sequence[int], Sequence[Any], Mapping[Any, tuple[Interval, Number]]], Any]
"""Cells, a key for each, what the keys stand for → the mean by funds, or why there is none."""

Read = Measured | str


class Measuring:
    """Reads each printed value once."""

    def __init__(self, sheets: Sheets, owner: array[int], reads: Callable[[str, str], Read]) -> None:
        self.sheets, self.owner, self.reads = sheets, owner, reads
        self._known: dict[tuple[int, str], Read] = {}

    def joined(
        self, cells: Sequence[int], targets: Sequence[int], label: str, column: str, weighted: Weighted
    ) -> tuple[Figure, Mapping[str, int]]:
        """The value of all ``cells`` together, and the texts among them by how often they are printed."""
        keys = list(map(self.sheets.of_value.__getitem__, cells))
        read: dict[Any, Read] = {value: self._read(value, "") for value in set(keys)}
        if any(isinstance(each, Measured) and not each.unit for each in read.values()):
            keys, read = self._with_units(cells, keys, targets if column == "actual" else ())
        bad = {key: self._unfit(each, label, cells, column) for key, each in read.items()}
        wrong = [cell for cell, key in zip(cells, keys) if bad[key]]
        if not wrong:
            return self._together(cells, keys, read, weighted), {}
        good = [(cell, key) for cell, key in zip(cells, keys) if not bad[key]]
        words = Counter(self.sheets.values.printed[self.sheets.of_value[cell]] for cell in wrong)
        if not good and all(each == WORDS for each in read.values()):
            return unknown("定性指标，不能相加；得分按全年预算数加权平均", cells), words
        named = [
            f"{self.sheets.source(cell).unit or '未写明单位'}的“{self.sheets.source(cell).printed}”"
            f"{bad[key]}（{self.sheets.source(cell).describe()}）"
            for cell, key in zip(cells, keys)
            if bad[key]
        ]
        more = f"等{len(named)}处" if len(named) > _FEW else ""
        reason = "；".join(named[:_FEW]) + more
        if good:
            part = self._together([c for c, _ in good], [k for _, k in good], read, weighted)
            if not part.reason:
                reason += f"；其余{len(good)}处{part.said()}"
        return unknown(reason, cells), words

    def _read(self, value: int, unit: str) -> Read:
        known = self._known.get((value, unit))
        if known is None:
            known = self._known[value, unit] = self.reads(self.sheets.values.printed[value], unit)
        return known

    def _with_units(
        self, cells: Sequence[int], values: Sequence[int], targets: Sequence[int]
    ) -> tuple[list[Any], dict[Any, Read]]:
        """Bare figures take the unit of their name or of the sheet's own target."""
        goals = {self.owner[cell]: self.sheets.of_value[cell] for cell in targets}
        keys: list[Any] = []
        read: dict[Any, Read] = {}
        for cell, value in zip(cells, values):
            unit = ""
            first = self._read(value, "")
            if isinstance(first, Measured) and not first.unit:
                unit = unit_of(self.sheets.rows[self.sheets.of_row[cell]].label)
                goal = goals.get(self.owner[cell])
                target = self._read(goal, "") if goal is not None and not unit else None
                unit = target.unit if isinstance(target, Measured) else unit
            keys.append((value, unit))
            read[value, unit] = self._read(value, unit)
        return keys, read

    def _unfit(self, read: Read, label: str, cells: Sequence[int], column: str) -> str:
        """Why a value can be neither added nor averaged; empty where it can."""
        if isinstance(read, str):
            return read
        if column == "actual" and read.comparator != EXACTLY:
            return "是范围，不能汇总"
        if read.kind == LEVEL:
            return "是级别，不能汇总"
        part = self.sheets.rows[self.sheets.of_row[cells[0]]].part
        if read.kind == DURATION and part == _TIME:
            return "是时限，既不能相加也不能平均"
        if not read.unit and _RATE_NAME.search(label):
            return "没有写计量单位，无法判断是数量还是比率"
        return ""

    def _together(
        self, cells: Sequence[int], keys: Sequence[Any], read: Mapping[Any, Read], weighted: Weighted
    ) -> Figure:
        """The sum or mean of values that are all figures."""
        counts = Counter(keys)
        held = {key: each for key, each in read.items() if key in counts and isinstance(each, Measured)}
        signs = {each.comparator for each in held.values()}
        if len({each.base for each in held.values()}) > 1:
            return unknown(self._clash(cells, keys, held), cells, clash=True)
        if len(signs) > 1:
            return unknown(
                f"各表目标的写法不同（{'、'.join(sorted(_SIGNS[sign] for sign in signs))}），不能汇总", cells
            )
        units: Counter[str] = Counter()
        for key, each in held.items():
            units[each.unit] += counts[key]
        unit = units.most_common(1)[0][0]
        shown = next(each for each in held.values() if each.unit == unit)
        if shown.kind == RELATIVE:
            found = weighted(cells, keys, {key: (each.interval, each.centre) for key, each in held.items()})
            if isinstance(found, str):
                return unknown(found, cells)
            base, centre = found
            how, decimals = MEAN, _DECIMALS if len(held) > 1 else 0
        else:
            low = sum(held[key].interval.low * count for key, count in counts.items())
            high = sum(held[key].interval.high * count for key, count in counts.items())
            base, centre = Interval(low, high), sum(held[key].centre * n for key, n in counts.items())
            how, decimals = SUM, 0
        decimals = max(decimals, *(each.decimals + _finer(each, shown) for each in held.values()))
        figure = Figure.of(base, centre, shown.size, unit, decimals, how, cells)
        sign = signs.pop()
        return figure._replace(sign="" if sign == EXACTLY else _SIGNS[sign])

    def _clash(self, cells: Sequence[int], keys: Sequence[Any], held: Mapping[Any, Measured]) -> str:
        """Which units of measure there are, and where each first stands."""
        counts: Counter[str] = Counter()
        first: dict[str, int] = {}
        for cell, key in zip(cells, keys):
            unit = held[key].unit
            counts[unit] += 1
            first.setdefault(unit, cell)
        where = {unit: self.sheets.source(cell).describe() for unit, cell in first.items()}
        named = "，".join(
            f"{f'“{unit}”' if unit else '没有写单位的'}{count}处（{where[unit]}）"
            for unit, count in counts.most_common()
        )
        return f"计量单位不同，没有相加：{named}；请统一计量单位"


def _finer(each: Measured, shown: Measured) -> int:
    """How many more decimals, or fewer, the shown unit needs for what ``each`` prints; at most six."""
    return finer(Fraction(each.size), Fraction(shown.size))
