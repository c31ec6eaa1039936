"""Sections of indicators: levels carried down, rows that a dump shifted put back in their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mingzhang import measures
from mingzhang.binding.collect import Collector, Spot
from mingzhang.binding.labels import SectionLabels, is_blank, look_up, points
from mingzhang.binding.sheet_tables import Cells, TableSection, Texts
from mingzhang.documents import Cell, fold, squash
from mingzhang.forms import Slot
from mingzhang.provenance import Place, place_at

_LONGEST = 2_000
"""A name as long as this does not go on over a page break."""
_SLASH = "／"
"""A slash in the label of a level, so that it does not part the row's address."""
_SHIFTS = (0, 1, -1, 2, -2, 3, -3)
_FURTHEST = 5
"""By as many cells a row of a dump is shorter at most, where merged ones cover its caption, levels and
their points."""
WEIGHT = "weight"
"""The column of points, also of those printed with a block's label."""


class IndicatorSection(TableSection):
    """An open section of kind ``indicators``."""

    def __init__(self, labels: SectionLabels, collector: Collector, certain: bool) -> None:
        super().__init__(labels, collector, certain)
        self.block = self.part = self.latest = ""
        self.whole = 0
        self.line = 0

    def width(self, rows: Callable[[], Sequence[Texts]]) -> int:
        """The number of cells of a whole row: the header's, unless it leaves columns without a label."""
        if not self.whole:
            complete = len(self.header.columns) >= len(self._sequence)
            self.whole = self.header.width if complete else max(map(len, rows()), default=0)
        return self.whole

    @property
    def _sequence(self) -> list[str]:
        """The columns that the section has here: all levels, and what else the header prints."""
        printed = self.header.printed
        return [c for c in self.section.columns if c in printed or c in self.section.levels]

    def read(self, cells: Cells, texts: Texts) -> bool:
        """Read a row: a total, or an indicator."""
        if not any(texts):
            return True
        for position in [n for n, text in enumerate(texts) if text][:2]:
            keys = look_up(self.labels.rows, texts[position])
            if keys and keys[0] not in self.collector.reading.rows:
                self._total(cells, texts, position, keys[0])
                return True
        positions = self._positions(texts)
        return bool(positions) and self._indicator(cells, texts, positions)

    # where the columns are

    def _positions(self, texts: Texts) -> dict[str, int]:
        """Columns → positions in this row."""
        sequence = self._sequence
        if len(self.header.columns) == len(sequence):
            base = {column: at for at, column in sorted(self.header.starts.items()) if column}
        else:
            first = min(self.header.starts, default=0)
            known = {column: at for at, column in self.header.starts.items() if column}
            base = self._fill(known, first)
            if not base:
                width = self.whole or len(texts)
                base = {column: width - len(sequence) + n for n, column in enumerate(sequence)}
        short = max(len(texts) - max(self.header.width, max(base.values()) + 1), -_FURTHEST)
        if self.certain or (short >= 0 and not self._fit(texts, base)[1]):
            return base
        return max(
            ({column: at + shift for column, at in base.items()} for shift in (min(short, 0), *_SHIFTS)),
            key=lambda positions: self._fit(texts, positions)[0],
        )

    def _fill(self, known: dict[str, int], first: int) -> dict[str, int]:
        """Levels without a label of their own take the grid columns after the level before them."""
        filled: dict[str, int] = {}
        following = first
        for column in self._sequence:
            at = known.get(column, following)
            filled[column] = at
            following = at + 1
        return filled if len(set(filled.values())) == len(filled) else {}

    def _fit(self, texts: Texts, positions: dict[str, int]) -> tuple[int, bool]:
        """How well the row's texts suit the columns, and whether any does not."""
        at = {position: column for column, position in positions.items()}
        first = min(at)
        fits = [
            self._fits(text, at.get(position), position < first)
            for position, text in enumerate(texts)
            if not is_blank(text)
        ]
        return sum(fits), any(fit < 0 for fit in fits)

    def _fits(self, text: str, column: str | None, before: bool) -> int:
        """How well ``text`` suits ``column``; ``before`` says that it stands left of all columns."""
        levels = self.section.levels
        known = self._levels(text)
        parsed = measures.parse(text)
        measure = parsed is not None
        if column is None:
            return -1 if before and not measure and not known else -4
        if column in known:
            return 3
        if self.section.columns[column].holds == "figure":
            unit = self.section.columns[column].unit
            plain = parsed is not None and parsed.comparator == "=" and parsed.amount.unit in ("", unit)
            return 1 if plain else -3
        if column in levels:
            return -2 if measure else int(column == levels[-1] and not known)
        return -3 if known else 0

    def _levels(self, text: str) -> list[str]:
        """The columns of levels that ``text`` is a known label of."""
        plain = points(text)[0]
        named = (self.labels.groups, self.labels.parts)
        return [column for column, labels in zip(self.section.levels, named) if look_up(labels, plain)]

    # what a row says

    def _total(self, cells: Cells, texts: Texts, position: int, key: str) -> None:
        """A labelled row such as 总分; a row that a dump shortened is aligned at its end."""
        cell = cells[position]
        assert cell is not None
        self.collector.seen(cell)
        slot, label = self.section.rows[key], "".join(cell.text.split())
        self.collector.row(key, label, cell.place)
        columns = [column for column in self._sequence if column not in self.section.levels]
        rest = range(position + 1, len(texts))
        found = {number: self.header.at(number) for number in rest if texts[number]}
        at_end = {n: column for n, column in zip(reversed(rest), reversed(columns)) if texts[n]}
        short = not self.certain and len(texts) < self.header.width
        if short and all(self._suits(texts[n], column) for n, column in at_end.items()):
            found = dict(at_end)
        elif not self.certain and not all(self._suits(texts[n], column) for n, column in found.items()):
            filled = [number for number in rest if not is_blank(texts[number])]
            figures = [column for column in columns if self.section.columns[column].holds == "figure"]
            whole = len(filled) == len(figures)
            found = dict(zip(filled, figures) if whole else zip(reversed(rest), reversed(columns)))
        places = {column: number for number, column in found.items() if not is_blank(texts[number])}
        for column in columns:
            if self.section.columns[column].holds == "figure" or column in places:
                value = cells[places[column]] if column in places else None
                self._put(key, column, slot, label, {}, value, cell.place)

    def _suits(self, text: str, column: str | None) -> bool:
        """Whether ``text`` may stand in ``column`` of a total."""
        if column is None or column in self.section.levels:
            return is_blank(text)
        return self.section.columns[column].holds == "figure" or measures.parse(text) is None

    def _indicator(self, cells: Cells, texts: Texts, positions: dict[str, int]) -> bool:
        def cell_of(column: str) -> Cell | None:
            position = positions.get(column, -1)
            return cells[position] if 0 <= position < len(cells) else None

        def text_of(column: str) -> str:
            position = positions.get(column, -1)
            return texts[position] if 0 <= position < len(texts) else ""

        levels = self.section.levels
        self._carry(levels[:-1], [(cell_of(level), text_of(level)) for level in levels[:-1]])
        opens = any(not is_blank(text_of(level)) for level in levels[:-1])
        name, name_cell = text_of(levels[-1]), cell_of(levels[-1])
        values = [column for column in positions if column not in levels]
        filled = [column for column in values if not is_blank(text_of(column))]
        cut = self._after_break(cells) and not (opens and self.certain)
        if is_blank(name) and not filled:
            return True
        place = next(cell.place for cell in cells if cell and cell.text.strip())
        name = "" if is_blank(name) else name
        figures = [column for column in filled if self.section.columns[column].holds == "figure"]
        if cut and self.latest and not figures and bool(name) != bool(filled):
            if name and name_cell is not None:
                self._continue(name_cell)
            for column in filled:
                rest = cell_of(column)
                if rest is not None:
                    self.collector.extend(self.latest, column, rest)
            return True
        own = {"block": self.block, "part": self.part, "indicator": name}
        own = {key: value for key, value in own.items() if value}
        label = "".join(name_cell.text.split()) if name_cell else ""
        levels_above = (level.replace("/", _SLASH) for level in (self.block, self.part))
        row = self.collector.row("/".join((*levels_above, name)), label, place)
        self.rows += 1
        self.latest = row
        self._put(row, levels[-1], Slot(), label, own, name_cell, place)
        for column in values:
            cell = cell_of(column)
            if cell is None and self.certain:
                continue
            self._put(row, column, Slot(), label, own, cell, place)
        return True

    def _put(
        self,
        row: str,
        column: str,
        slot: Slot,
        label: str,
        own: dict[str, str],
        cell: Cell | None,
        place: Place,
    ) -> None:
        printed = self.header.printed.get(column, "")
        spot = Spot(self.section, row, column, slot, self.section.columns[column], label, printed, own)
        self.collector.put(spot, cell, place)

    def _carry(self, levels: Sequence[str], found: Sequence[tuple[Cell | None, str]]) -> None:
        """Note a new block or part; a part that is known by its name says which block it belongs to."""
        for number, (cell, text) in enumerate(found):
            if cell is None or is_blank(text):
                continue
            self.collector.seen(cell)
            plain, printed = points(text)
            if number == 0:
                keys = look_up(self.labels.groups, plain)
                self.block, self.part = keys[0] if keys else plain, ""
                if keys and printed and keys[0] not in self.collector.reading.rows:
                    self._block_points(keys[0], plain, printed, cell)
            else:
                keys = look_up(self.labels.parts, plain)
                own = [key for key in keys if key.startswith(f"{self.block}/")]
                if keys:
                    self.block, self.part = (own or keys)[0].split("/")
                elif groups := look_up(self.labels.groups, plain):  # a form without the column of parts
                    self.block, self.part = groups[0], ""
                    if printed and self.block not in self.collector.reading.rows:
                        self._block_points(self.block, plain, printed, cell)
                else:
                    self.part = plain

    def _block_points(self, key: str, label: str, printed: str, cell: Cell) -> None:
        """The points that the form prints with a block's label."""
        self.collector.row(key, label, cell.place)
        column = self.section.columns.get(WEIGHT)
        if column is None:
            return
        head = self.header.printed.get(WEIGHT, "")
        spot = Spot(self.section, key, WEIGHT, Slot(), column, label, head, {"block": key})
        start = max(fold(cell.text).rfind(printed), 0)
        place = place_at(start, cell.segments, cell.place)
        self.collector.put_text(spot, cell.text[start : start + len(printed)] if start else printed, place)
        self.collector.reading.preprinted += 1

    def _after_break(self, cells: Cells) -> bool:
        """Whether a page break stands before this row: a new table, or lines missing in a dump of rows."""
        lines = {cell.place.line for cell in cells if cell}
        line, before = lines.pop() if len(lines) == 1 else None, self.line
        self.line = line or 0
        gap = not self.certain and line is not None and before > 0 and line - before > 1
        return self.fresh or gap

    def _continue(self, cell: Cell) -> None:
        """Append the rest of a name that a page break cut."""
        self.collector.seen(cell)
        if len(self.latest) > _LONGEST:
            return
        rest, old = "".join(cell.text.split()), self.latest
        self.latest = old + squash(rest)
        self.collector.rename(old, self.latest, rest, self.section.levels[-1])
