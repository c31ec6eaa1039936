"""The sections of a sheet that have a header: labelled rows, rows with free names, a single row."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mingzhang import measures
from mingzhang.binding.collect import Collector, Spot
from mingzhang.binding.labels import SectionLabels, is_blank, look_up, relative_years, variants
from mingzhang.documents import Cell, fold
from mingzhang.forms import Slot
from mingzhang.provenance import place_at

Cells = Sequence[Cell | None]
Texts = Sequence[str]

UNIT = re.compile(r"\((亿元|万元|千元|元)\)")
"""The unit of money that a label prints."""

SERIAL = {"序号", "编号"}
"""Headers over the numbers of rows."""

_AMONG = "其中"


@dataclass(slots=True)
class Header:
    """Where the columns of a section begin, and what is printed above them.

    Positions are those of the printed cells: true on a certain grid, in a dump only where the header
    is one row (``nested`` says that it is not).
    """

    starts: dict[int, str | None] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    width: int = 0
    nested: bool = False
    unit: str = ""

    def add(self, labels: SectionLabels, cells: Cells, texts: Texts) -> None:
        """One more row of the header."""
        columns = labels.columns(relative_years(texts))
        self.nested = self.nested or self.width > 0 or any(text.startswith(_AMONG) for text in texts)
        self.width = max(self.width, len(texts))
        for position, text in enumerate(texts):
            cell = cells[position]
            if not text or cell is None:
                continue
            unit = UNIT.search(text)
            if position in columns:
                column = columns[position]
                self.starts[position] = column
                self.printed[column] = "".join(cell.text.split())
                if unit:
                    self.units[column] = unit.group(1)
            elif labels.is_lead(text):
                self.unit = unit.group(1) if unit else self.unit
            elif not text.startswith(_AMONG):
                self.starts.setdefault(position, None)

    def at(self, position: int) -> str | None:
        """The column that spans ``position``."""
        order = sorted(self.starts)
        number = bisect_right(order, position) - 1
        return self.starts[order[number]] if number >= 0 else None

    @property
    def columns(self) -> list[str]:
        """The printed columns, left to right."""
        return [column for _, column in sorted(self.starts.items()) if column is not None]

    @property
    def first(self) -> int:
        """Where the first known column begins."""
        return min((position for position, column in self.starts.items() if column), default=0)


class TableSection:
    """An open section of kind ``table``; ``fresh`` says that the next row is the first of a new page."""

    def __init__(self, labels: SectionLabels, collector: Collector, certain: bool) -> None:
        self.labels, self.collector, self.certain = labels, collector, certain
        self.section = labels.section
        self.header = Header()
        self.parent = ""
        self.rows = 0
        self.done = False
        self.fresh = False

    @property
    def single(self) -> bool:
        """Whether the header stands over one row without a label."""
        return not self.section.rows and not self.section.names

    def head(self, cells: Cells, texts: Texts) -> None:
        """A row of the header."""
        self.header.add(self.labels, cells, texts)
        for cell, text in zip(cells, relative_years(texts)):
            known = look_up(self.labels.heads, text) or self.labels.is_lead(text)
            if text in SERIAL or text.startswith(_AMONG) or known:
                self.collector.seen(cell)

    def extends_head(self, texts: Texts) -> bool:
        """Whether the row goes on with the header: nothing but its labels."""
        filled = [text for text in relative_years(texts) if text]
        if self.rows or not filled:
            return False
        known = [bool(look_up(self.labels.heads, text)) for text in filled]
        rest = [text for text, is_head in zip(filled, known) if not is_head]
        return any(known) and all(self.labels.is_lead(text) or text.startswith(_AMONG) for text in rest)

    def width(self, rows: Callable[[], Sequence[Texts]]) -> int:
        """The number of cells of a whole row."""
        return self.header.width

    def read(self, cells: Cells, texts: Texts) -> bool:
        """Read a body row; False where it fits no place in the section. A name without values is no row."""
        if self.single:
            return self._read_single(cells, texts)
        if not any(texts) or self._read_inline(cells, texts):
            return True
        found = self._label(texts)
        if found is None:
            return False
        position, key, slot, own = found
        cell = cells[position]
        assert cell is not None
        if own and not self._filled(texts[position + 1 :]):
            return False
        label = "".join(cell.text.split())
        for before, text in zip(cells[: position + 1], texts):
            if before is cell or text.isdecimal():
                self.collector.seen(before)
        row = self.collector.row(key, label, cell.place)
        self._values(cells, texts, position + 1, row, slot, label, own)
        return True

    def _read_single(self, cells: Cells, texts: Texts) -> bool:
        if self.done:
            return self.fresh and self._read_rest(cells, texts)
        self.done = True
        place = next((cell.place for cell in cells if cell), self.collector.reading.place)
        row = self.collector.row(self.section.id, "", place)
        lead = next((n for n, text in enumerate(texts) if text), 0)
        labelled = self.labels.is_lead(texts[lead])
        if labelled:
            self.collector.seen(cells[lead])
        self._values(cells, texts, lead + 1 if labelled else 0, row, Slot(), "", {})
        return True

    def _read_rest(self, cells: Cells, texts: Texts) -> bool:
        """The rest of a single row's texts on the next page."""
        for position, cell in enumerate(cells):
            column = self.header.at(position)
            if cell is not None and column is not None and not is_blank(texts[position]):
                self.collector.extend(self.section.id, column, cell)
        return True

    def _label(self, texts: Texts) -> tuple[int, str, Slot, dict[str, str]] | None:
        """Position, key, meaning and own dimensions of the row's label."""
        reading = self.collector.reading
        limit = max(self.header.first, 1) if self.certain else len(texts)
        filled = [n for n, text in enumerate(texts[:limit]) if text]
        for position in filled[:3]:
            keys = look_up(self.labels.rows, relative_years([texts[position]])[0])
            key = next((key for key in keys if key not in reading.rows), None)
            if key is not None:
                slot = self.section.rows[key]
                inside = self.parent and key.startswith(f"{self.parent}_")
                self.parent = key if slot.names else self.parent if inside else ""
                return position, key, slot, {}
        named = [n for n in filled if measures.figure(texts[n], "") is None]
        names = self.section.rows[self.parent].names if self.parent else self.section.names
        if not names or not named:
            return None
        covered = 0 if self.certain else max(self.header.width - len(texts), 0)
        position = max((n for n in named if n < self.header.first - covered), default=named[0])
        name = (variants(texts[position]) or (texts[position],))[0]
        if is_blank(name):
            return None
        slot = self.section.rows[self.parent] if self.parent else Slot()
        return position, f"{self.parent or self.section.id}/{name}", slot, {names: name}

    def _filled(self, texts: Texts) -> bool:
        """Whether a row with a free name has what the columns hold: a figure, or where none do, a text."""
        figures = any(slot.holds == "figure" for slot in self.section.columns.values())
        return any(not is_blank(t) and (not figures or measures.figure(t, "") is not None) for t in texts)

    def _read_inline(self, cells: Cells, texts: Texts) -> bool:
        """Cells that print label and figure together; True where the row holds any."""
        if not self.section.inline:
            return False
        found = []
        for cell, text in zip(cells, texts):
            if cell is None or is_blank(text):
                continue
            lead, colon, _ = text.rpartition(":")
            keys = look_up(self.labels.rows, lead) if colon else []
            key = next((key for key in keys if key not in self.collector.reading.rows), None)
            if key is None:
                return False
            found.append((key, cell, fold(cell.text).rindex(":") + 1))
        if not any(cell.text[start:].strip() for _, cell, start in found):
            return False
        for key, cell, start in found:
            self.collector.seen(cell)
            figure = cell.text[start:].strip()
            place = place_at(start, cell.segments, cell.place)
            label = "".join(cell.text[: start - 1].split())
            row = self.collector.row(key, label, cell.place)
            column = self.section.columns[self.section.inline]
            spot = Spot(self.section, row, self.section.inline, self.section.rows[key], column, label)
            self.collector.put_text(spot, figure, place)
        return True

    def _values(
        self, cells: Cells, texts: Texts, after: int, row: str, slot: Slot, label: str, own: dict[str, str]
    ) -> None:
        self.rows += 1
        place = next((cell.place for cell in cells if cell), self.collector.reading.place)
        found = self._columns(texts, after)
        for column in self._expected():
            position = found.get(column)
            cell = cells[position] if position is not None else None
            if cell is None and self.certain:
                continue
            printed = self.header.printed.get(column, "")
            unit = self.header.units.get(column) or self.header.unit
            column_slot = self.section.columns[column]
            spot = Spot(self.section, row, column, slot, column_slot, label, printed, own, unit)
            self.collector.put(spot, cell, place)

    def _expected(self) -> list[str]:
        """The columns of the header in their order."""
        if self.header.nested and not self.certain:
            return [column for column in self.section.columns if column in self.header.printed]
        return self.header.columns

    def _columns(self, texts: Texts, after: int) -> dict[str, int]:
        """Columns → positions of their cells in a body row that goes on at ``after``."""
        expected = self._expected()
        if not self.certain:
            if self.header.nested and self.single:
                after = max(len(texts) - len(expected), 0)
            if len(texts) - after == len(expected) or self.header.nested:
                return dict(zip(expected, range(after, len(texts))))
        found: dict[str, int] = {}
        for position in range(after, len(texts)):
            column = self.header.at(position)
            if column is not None and (column not in found or (texts[position] and not texts[found[column]])):
                found[column] = position
        return found
