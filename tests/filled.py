"""Filled sheets drawn at random: cells by address, row and column, for every sheet of an edition."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume
from hypothesis import strategies as st

from mingzhang.documents import squash
from mingzhang.facts import Key
from mingzhang.forms import Section, Sheet, Slot

_SIGNS = "档案库房整理维护修缮数字化加工接待读者服务巡检"
SHORT = st.text(_SIGNS, min_size=2, max_size=10)
NAMES = st.one_of(
    SHORT,
    st.text(_SIGNS, min_size=45, max_size=80),
    st.builds("{}(一期)".format, SHORT),
    st.builds("2022年{}".format, SHORT),
    st.builds("“{}”{}".format, SHORT, SHORT),
)
"""Names as rows are keyed by them: without ordinals, brackets folded."""

LINES = st.one_of(
    SHORT,
    st.builds("2022年{}月底前".format, st.integers(1, 12)),
    st.builds("完成{}，共{}个。".format, SHORT, st.integers(0, 999)),
    st.just("无"),
    st.just("0000-0000000"),
)
"""Texts of one line."""

TEXTS = st.one_of(
    LINES,
    st.text(_SIGNS + "，。；、", min_size=60, max_size=100).map(lambda text: f"一是{text}完毕。"),
    st.builds("一、{}；\n二、{}：{}。".format, SHORT, SHORT, SHORT),
)
MONEY = st.one_of(
    st.just("0"),
    st.just("0.00"),
    st.decimals(0, 99999, places=2).map(str),
    st.decimals(-999, 0, places=2).map(str),
    st.decimals(1000, 9999999, places=2).map("{:,}".format),
    st.decimals(0, 99, places=2).map("+{}".format),
)
POINTS = st.one_of(st.integers(0, 100).map(str), st.decimals(0, 50, places=1).map(str))
RATES = st.decimals(0, 300, places=2).map("{}%".format)
COUNTS = st.integers(0, 5000).map(str)
MEASURES = st.one_of(
    st.builds("≥{}个".format, st.integers(0, 999)),
    st.builds("{}%".format, st.integers(0, 200)),
    st.builds("{}".format, st.integers(0, 200)),
    st.builds("≤{}万元".format, st.decimals(0, 999, places=2)),
    TEXTS,
)
_BY_UNIT = {"分": POINTS, "%": RATES, "": MONEY}


def _values(slot: Slot, row: Slot) -> st.SearchStrategy[str]:
    """What a cell may hold."""
    if slot.holds == "figure":
        return _BY_UNIT.get(slot.unit or row.unit, COUNTS)
    return MEASURES if slot.holds == "measure" else TEXTS


class _Filling:
    """The cells of one sheet as they are drawn."""

    def __init__(self, draw: st.DrawFn, sheet: Sheet, address: str) -> None:
        self.draw, self.sheet, self.address = draw, sheet, address
        self.cells: dict[Key, str] = {}
        self.inline = draw(st.booleans())
        self.nameless = True

    def maybe(self, row: str, column: str, values: st.SearchStrategy[str]) -> None:
        if self.draw(st.integers(0, 3)):
            self.cells[self.address, row, column] = self.draw(values)

    def slots(self, section: Section) -> None:
        for key, slot in section.slots.items():
            values = NAMES if slot.dimension else _values(slot, Slot())
            if section.kind == "lines" and slot.holds == "text":
                values = LINES
            self.maybe(key, "value", values)

    def row(self, section: Section, key: str, slot: Slot, *, due: bool = False) -> None:
        columns = list(section.columns)
        inside = bool(section.inline) and bool(slot.with_) and self.inline
        for column in columns:
            if (column == section.inline) == inside:
                self.maybe(key, column, _values(section.columns[column], slot))
        if due and not any(row == key for _, row, _ in self.cells):
            column = next((c for c in columns if section.columns[c].holds == "figure"), columns[0])
            values = _values(section.columns[column], slot)
            self.cells[self.address, key, column] = self.draw(values.filter(lambda text: text.strip()))

    def figures(self, section: Section, key: str) -> None:
        """A row with a name of its own: no row without a figure, where its columns hold figures."""
        self.row(section, key, Slot(), due=True)
        kinds = {column: slot.holds for column, slot in section.columns.items()}
        if "figure" in kinds.values() and not any(
            kinds[column] == "figure" for _, row, column in self.cells if row == key
        ):
            column = next(c for c, holds in kinds.items() if holds == "figure")
            self.cells[self.address, key, column] = self.draw(_values(section.columns[column], Slot()))

    def table(self, section: Section) -> None:
        if not section.rows and not section.names:
            self.row(section, section.id, Slot())
        if section.names:
            for name in self.draw(st.lists(NAMES.map(squash), max_size=4, unique=True)):
                self.figures(section, f"{section.id}/{name}")
        for key, slot in section.rows.items():
            self.row(section, key, slot)
            if slot.names:
                for name in self.draw(st.lists(NAMES.map(squash), max_size=3, unique=True)):
                    self.figures(section, f"{key}/{name}")

    def indicators(self, section: Section) -> None:
        name_column = section.levels[-1]
        others = [column for column in section.columns if column not in section.levels]
        names = st.one_of(NAMES, st.builds("1.{}".format, SHORT))
        named = st.lists(st.one_of(names, st.just("")) if self.nameless else names, max_size=6)
        if "weight" in section.columns:
            for block in section.groups:
                self.maybe(block, "weight", POINTS)
        groups = {block: list(group.parts) or [""] for block, group in section.groups.items()}
        if self.draw(st.booleans()):
            groups["自设指标"] = ["其他/补充指标"]
        for block, part in [(block, part) for block, parts in groups.items() for part in parts]:
            seen: Counter[str] = Counter()
            for name in self.draw(named) if self.draw(st.booleans()) else ():
                key = f"{block}/{part.replace('/', '／')}/{squash(name)}"
                seen[key] += 1
                row = key if seen[key] == 1 else f"{key}#{seen[key]}"
                if name:
                    self.cells[self.address, row, name_column] = name
                first = not any(at.startswith(f"{block}/") for _, at, _ in self.cells if at != row)
                opens = not any(
                    at.startswith(f"{key.rpartition('/')[0]}/") for _, at, _ in self.cells if at != row
                )
                merged = {"1": first, "2": opens}
                for column in others:
                    if not merged.get(section.columns[column].with_.get("level", ""), True):
                        continue
                    self.maybe(row, column, _values(section.columns[column], Slot()))
                if not self.nameless and not any(
                    (self.address, row, column) in self.cells for column in others
                ):
                    column = "target" if "target" in others else "weight"
                    self.cells[self.address, row, column] = "1"
                if not any(at == row for _, at, _ in self.cells):
                    seen[key] -= 1
        beyond = list(section.columns).index(name_column)
        for key, slot in section.rows.items():
            for column in list(section.columns)[beyond:]:
                if section.columns[column].holds == "figure":
                    self.maybe(key, column, _values(section.columns[column], slot))


@st.composite
def filled(draw: st.DrawFn, sheet: Sheet, number: int = 1, *, nameless: bool = True) -> dict[Key, str]:
    """The filled cells of one copy of ``sheet``; with indicators that have values but no name, or without."""
    filling = _Filling(draw, sheet, sheet.id if number == 1 else f"{sheet.id}#{number}")
    filling.nameless = nameless
    plain = draw(st.booleans())
    for section in sheet.sections:
        if section.kind in ("pairs", "lines"):
            filling.slots(section)
        elif section.kind == "indicators":
            if not plain or not any(other.optional for other in sheet.sections):
                filling.indicators(section)
        elif plain or not section.optional:
            filling.table(section)
    assume(filling.cells)
    return filling.cells
