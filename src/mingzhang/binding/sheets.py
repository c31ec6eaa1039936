"""Sheets read: the rows of their tables section by section, and the lines beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mingzhang import measures
from mingzhang.binding.collect import Collector, Spot
from mingzhang.binding.grid import Grid
from mingzhang.binding.indicators import IndicatorSection
from mingzhang.binding.labels import SectionLabels, SheetLabels, is_blank, look_up, relative_years
from mingzhang.binding.sheet_tables import UNIT, Cells, TableSection, Texts
from mingzhang.documents import Cell, Paragraph, fold, squash
from mingzhang.facts import FactSet, FormReading
from mingzhang.forms import VALUE, Slot
from mingzhang.provenance import Place, place_at

_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")
_SENTENCES = frozenset("。;")
_UNFILLED = frozenset("年月日 ")


class SheetReader:
    """Reads one sheet, from one table or from several that belong together."""

    def __init__(self, labels: SheetLabels, reading: FormReading, facts: FactSet) -> None:
        sheet = labels.sheet
        self.labels, self.reading = labels, reading
        unit = reading.money.value if reading.money else sheet.unit
        self.collector = Collector(sheet, reading, facts, dict(sheet.with_), unit)
        self.opened: set[str] = set()
        self.current: TableSection | None = None
        self.width = 0
        self.page: int | None = None

    def read(self, grid: Grid) -> None:
        """Read the rows of a table; called again for a part in the next table."""
        self.width = grid.width
        if self.current is not None:
            self.current.fresh = True
        number = 0
        while number < len(grid.rows):
            cells, texts = self._whole_row(grid, number)
            number += 1 if len(cells) == len(grid.rows[number]) else 2
            self._turn_page(cells)
            self._row(cells, texts, grid.certain)
            for cell in cells:
                if cell is None or id(cell) in self.collector.placed or not cell.text.strip():
                    continue
                if self._is_figure(cell.text):
                    self.reading.lost += 1

    def _turn_page(self, cells: Cells) -> None:
        """Note where a table goes on over the page."""
        page = next((cell.place.page for cell in cells if cell), None)
        if self.current is not None and page != self.page:
            self.current.fresh = True
        self.page = page

    def read_paragraphs(self, paragraphs: Iterable[Paragraph], where: str) -> None:
        """Read the lines that stand beside the table, such as its preparer and date."""
        for paragraph in paragraphs:
            self._lines(paragraph.text, paragraph, where)

    @staticmethod
    def _is_figure(text: str) -> bool:
        return not is_blank(text) and measures.figure(text.strip(), "") is not None

    def _whole_row(self, grid: Grid, number: int) -> tuple[Cells, Texts]:
        """The row; in a dump joined with the next where a blank line in a cell broke it."""
        cells, texts = grid.rows[number], grid.texts[number]
        current = self.current
        if grid.certain or current is None or number + 1 == len(grid.rows):
            return cells, texts
        following = grid.texts[number + 1]
        whole = current.width(lambda: [row for row in grid.texts[number:] if not self._starts(row)])
        broken = following and len(texts) + len(following) == whole
        if broken and not self._starts(texts) and not self._starts(following):
            return (*cells, *grid.rows[number + 1]), (*texts, *following)
        return cells, texts

    def _starts(self, texts: Texts) -> bool:
        """Whether the row opens a section, is a pair of label and value, or a line of labels."""
        first = next((text for text in texts if text), "")
        if any(labels.line is not None and labels.line.match(first) for labels in self.labels.sections):
            return True
        return self.labels.opened_by(relative_years(texts)) is not None or self._pair(texts) is not None

    def _pair(self, texts: Texts) -> int | None:
        """The section of pairs that the row belongs to; among indicators a label beside one value alone."""
        number = self.labels.pair(texts)
        if number is None or not isinstance(self.current, (IndicatorSection, TableSection)):
            return number
        slots = self.labels.sections[number].slots
        filled = [text for text in texts if text]
        found = [key for text in filled for key in look_up(slots, text)[:1]]
        if all(self._has(key) for key in found):
            return None
        inside = isinstance(self.current, IndicatorSection) and len(filled) > 2 and len(found) < 2
        return None if inside else number

    def _row(self, cells: Cells, texts: Texts, certain: bool) -> None:
        if self.current is not None and self.current.extends_head(texts):
            self.current.head(cells, texts)
            return
        opened = self.labels.opened_by(relative_years(texts), self.opened)
        if opened is not None:
            labels = self.labels.sections[opened]
            self.opened.add(labels.section.id)
            kind = IndicatorSection if labels.section.kind == "indicators" else TableSection
            self.current = kind(labels, self.collector, certain)
            self.current.head(cells, texts)
            return
        paired = self._pair(texts)
        if paired is not None:
            self.opened.add(self.labels.sections[paired].section.id)
            self._pairs(cells, texts)
            return
        if self._is_heading(texts):
            self.current = None
            return
        if self._cells_of_lines(cells):
            return
        if self.current is not None:
            self.current.certain = certain
            self.current.read(cells, texts)
            self.current.fresh = False

    def _is_heading(self, texts: Texts) -> bool:
        """Whether the row is a heading between sections: numbered, or the caption of one."""
        filled = [text for text in texts if text]
        if len(filled) != 1:
            return False
        numbered = _NUMBERED.match(texts[0]) is not None and not _SENTENCES.intersection(texts[0])
        return numbered or self.labels.is_caption(filled[0])

    # pairs: label, value, label, value …

    def _pairs(self, cells: Cells, texts: Texts) -> None:
        """Every label of a pair with what stands before the next one."""
        found: list[tuple[int, SectionLabels, str]] = []
        for position, text in enumerate(texts):
            for labels in self.labels.sections:
                if labels.section.kind != "pairs" or not text:
                    continue
                key = next((k for k in look_up(labels.slots, text) if k not in self.reading.rows), None)
                if key is not None and key not in {slot for _, _, slot in found}:
                    found.append((position, labels, key))
                    break
        ends = [position for position, _, _ in found[1:]] + [len(texts)]
        for (position, labels, key), end in zip(found, ends):
            label = cells[position]
            assert label is not None
            self.collector.seen(label)
            values = [cell for cell in cells[position + 1 : end] if cell is not None]
            value = next((cell for cell in values if not is_blank(cell.text)), None)
            value = value or next(iter(values), None)
            self.collector.seen(value)
            text, place = (value.text.strip(), value.place) if value else ("", label.place)
            printed = "".join(label.text.split())
            if key not in self.reading.rows:
                self.collector.row(key, printed.rstrip("：:"), label.place)
            self._value(labels, key, printed, text, place)

    def _value(self, labels: SectionLabels, key: str, label: str, text: str, place: Place) -> None:
        """The value of a label; the text of a dimension is one for all facts of the sheet."""
        slot = labels.section.slots[key]
        filled = not is_blank(text)
        if slot.dimension and filled:
            self.collector.context[slot.dimension] = "".join(text.split())
        if key not in self.reading.rows:
            self.collector.row(key, label.rstrip("：:"), place)
        unit = UNIT.search(squash(label))
        spot = Spot(labels.section, key, VALUE, Slot(), slot, label, unit=unit.group(1) if unit else "")
        self.collector.put_text(spot, text, place)

    # lines: label：value in one text

    def _cells_of_lines(self, cells: Cells) -> bool:
        """Cells that begin with a label and a colon; the value may stand in the next cell."""
        filled = [cell for cell in cells if cell is not None and cell.text.strip()]
        found = False
        for cell, following in zip(filled, [*filled[1:], None]):
            text = cell.text
            if (
                text.rstrip().endswith(("：", ":"))
                and following is not None
                and ":" not in fold(following.text)
            ):
                text += following.text
            if self._lines(text, cell, None):
                found = True
                self.collector.seen(cell)
                if text != cell.text:
                    self.collector.seen(following)
        return found

    def _lines(self, text: str, source: Cell | Paragraph, where: str | None) -> bool:
        """Labels with a colon in a paragraph on that side or at the start of a cell; whether any stands."""
        folded = fold(text)
        if ":" not in folded:
            return False
        any_found = False
        for labels in self.labels.sections:
            if labels.line is None or where not in (None, labels.section.where):
                continue
            matches = list(labels.line.finditer(folded))
            if where is None and (not matches or folded[: matches[0].start()].strip()):
                continue
            ends = [match.start() for match in matches[1:]] + [len(text)]
            for match, end in zip(matches, ends):
                label = squash(match.group(1))
                key = next((key for key in look_up(labels.slots, label) if not self._has(key)), None)
                if key is None:
                    continue
                any_found = True
                value = text[match.end() : end].strip()
                if all(char in _UNFILLED for char in fold(value)):
                    value = ""
                place = place_at(match.end(), source.segments, source.place)
                self._value(labels, key, label, value, place)
                self.opened.add(labels.section.id)
        return any_found

    def _has(self, key: str) -> bool:
        """Whether the label was found before, with a value."""
        return key in self.reading.rows and (key, VALUE) not in self.reading.blanks
