"""The published tables: their body read into facts by the layout of the form."""

from __future__ import annotations

import re

from mingzhang import money
from mingzhang.binding.grid import Grid, is_code, is_counting, numbered_columns
from mingzhang.binding.slots import block_of, label_key, meaning, single_cells
from mingzhang.documents import Cell, squash
from mingzhang.facts import Fact, FactSet, FormReading, RowSeen
from mingzhang.forms import Form, FormBlock, Slot
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

_PART = re.compile(r"\d\d")
_BLANK = {"", "-", "--", "/", "—"}
_ECONOMIC = 5
"""Digits of the longest economic classification code."""


def by_header(grid: Grid, standards: Standards) -> Form | None:
    """The only form all of whose column labels the table's first rows print."""
    printed = {text for row in grid.texts[:6] for text in row if text}
    found = []
    for form in standards.forms.values():
        heads = [slot for block in form.blocks for slot in block.columns.values()]
        if form.layout == "codes" and all(_prints(printed, slot) for slot in heads):
            found.append((len(heads), form))
    found.sort(key=lambda item: -item[0])
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _prints(printed: set[str], slot: Slot) -> bool:
    return any(squash(label) in printed for label in slot.labels)


def is_figure(text: str) -> bool:
    """Whether a squashed text is an amount: a figure with decimals."""
    return "." in text and money.parse(text, "万元") is not None


class TableReader:
    """Reads the body of one table by its form's layout into facts."""

    def __init__(self, form: Form, reading: FormReading, standards: Standards, facts: FactSet) -> None:
        self.form, self.reading, self.standards, self.facts = form, reading, standards, facts
        self.unit = reading.money.value if reading.money else form.unit
        self.width = 0
        self.rest = 0
        self.positions: dict[str, int] = {}

    def read(self, grid: Grid) -> None:
        """Read the grid; called again for a part on a later page."""
        self.width = grid.width
        {"codes": self._codes, "lines": self._lines, "entries": self._entries, "single": self._single}[
            self.form.layout
        ](grid)

    def _put(self, block: FormBlock, row: str, column: str, cell: Cell | None, place: Place) -> None:
        text = cell.text.strip() if cell else ""
        where = cell.place if cell else place
        if column not in self.reading.columns:
            self.reading.columns.append(column)
        if cell is not None and cell.unknown:
            return
        if squash(text) in _BLANK:
            self.reading.blanks[row, column] = where
            return
        amount = money.parse(text.replace("\n", ""), self.unit)
        if amount is None:
            self.reading.odd.append((row, column, text, where))
            return
        if amount.mantissa == 0:
            self.reading.zeros.add(column)
        concept, dimensions = meaning(self.form, block, row, column)
        label = self.reading.rows[row].label
        head = block.columns[column].labels
        self.facts.add(
            Fact(
                (self.form.id, row, column),
                concept,
                dimensions,
                amount,
                text,
                self.reading.document,
                where,
                label,
                head[0] if head else column,
            )
        )
        self.reading.facts += 1

    # codes: (code …, name, figures)

    def _codes(self, grid: Grid) -> None:
        block = self.form.blocks[0]
        positions = self.positions = self.positions or self._positions(grid, block)
        if not positions:
            for row in grid.rows:
                self._lost(row)
            return
        total_labels = {squash(label): key for key, slot in block.rows.items() for label in slot.labels}
        for row, texts in zip(grid.rows, grid.texts):
            if is_counting(texts):
                continue
            found = self._row_key(texts, positions, total_labels)
            if found is None or found[0] in self.reading.rows:
                self._lost(row)
                continue
            key, name_at = found
            leading = next(cell for cell in row if cell)
            label = row[name_at] if name_at < len(row) else None
            self.reading.rows[key] = RowSeen(_label(label or leading), leading.place)
            for column, offset in positions.items():
                inside = len(row) + offset > name_at
                self._put(block, key, column, row[offset] if inside else None, leading.place)

    @staticmethod
    def _row_key(
        texts: tuple[str, ...], positions: dict[str, int], totals: dict[str, str]
    ) -> tuple[str, int] | None:
        """The row's key and the position of its name, where the row is a row of figures."""
        first = len(texts) + min(positions.values())
        lead = texts[: max(first, 0)]
        code = ""
        for index, text in enumerate(lead):
            if text.isdecimal() and len(code + text) <= 7:
                code += text
                continue
            if not text and index + 1 < len(lead):
                continue
            if code:
                return (code, index) if is_code(code) else None
            figures = texts[max(first, 0) :]
            if text in totals and all(t in _BLANK or money.parse(t, "元") for t in figures):
                return totals[text], index
            return None
        return (code, max(len(lead) - 1, 0)) if is_code(code) else None

    def _positions(self, grid: Grid, block: FormBlock) -> dict[str, int]:
        """Column ids → positions counted from the row's end: by column numbers, labels or order."""
        columns = list(block.columns)
        body = next(
            (n for n, row in enumerate(grid.texts) if any(is_code(text) for text in row[:3])), len(grid.rows)
        )
        for texts in grid.texts[:body]:
            if is_counting(texts):
                numbered = numbered_columns(texts)
                if len(numbered) == len(columns):
                    return dict(zip(columns, numbered))
        lead = grid.lead
        if grid.certain:
            labelled = _by_labels(grid.header_paths(range(min(body, 6)))[lead:], block)
            if len(labelled) == len(columns) or grid.width - lead != len(columns):
                return {column: position + lead - grid.width for column, position in labelled.items()}
        if grid.width - lead != len(columns):
            return {}
        return {column: index - len(columns) for index, column in enumerate(columns)}

    # lines: label, 行次, figures — block beside block

    def _lines(self, grid: Grid) -> None:
        numbered = any("行次" in row for row in grid.texts[:8])
        widths = [1 + numbered + len(block.columns) for block in self.form.blocks]
        keys = [self._labels(block) for block in self.form.blocks]
        for printed in grid.rows:
            row = _aligned(printed, widths, numbered)
            if row is None:
                self._lost(printed)
                continue
            start = 0
            for block, width, labels in zip(self.form.blocks, widths, keys):
                part = row[start : start + width]
                start += width
                lead = next((cell for cell in part if cell), None)
                if lead is None:
                    continue
                figures = part[width - len(block.columns) :]
                key = self._line_key(part[0], labels, block)
                if key is None:
                    if block.codes is None or not any(c and is_figure(squash(c.text)) for c in figures):
                        continue
                    if any(row_key in self.reading.rows for row_key in block.rows):
                        self._lost(part)
                        continue
                    self.rest += 1
                    key = f"…{self.rest}"
                self.reading.rows[key] = RowSeen(_label(part[0]), lead.place)
                for column, cell in zip(block.columns, figures):
                    self._put(block, key, column, cell, lead.place)

    def _lost(self, row: tuple[Cell | None, ...]) -> None:
        """Keep the figures of a row that fits no place in the form, so that none goes unseen."""
        for cell in row:
            if cell is not None and is_figure(squash(cell.text)):
                self.reading.lost += 1

    @staticmethod
    def _labels(block: FormBlock) -> dict[str, list[str]]:
        labels: dict[str, list[str]] = {}
        for key, slot in block.rows.items():
            for label in slot.labels:
                labels.setdefault(squash(label), []).append(key)
        return labels

    def _line_key(self, cell: Cell | None, labels: dict[str, list[str]], block: FormBlock) -> str | None:
        """The row that the label names; a label printed twice names the next of its rows."""
        if cell is None:
            return None
        label = label_key(cell.text)
        for key in labels.get(label, ()):
            if key not in self.reading.rows:
                return key
        if block.codes is not None:
            code = self.standards.codelists[block.codes.list_].class_by_name.get(label)
            if code is not None and code not in self.reading.rows:
                return code
        return None

    # entries: code, name, figure — triples side by side

    def _entries(self, grid: Grid) -> None:
        block = self.form.blocks[0]
        column = next(iter(block.columns))
        labels = self._labels(block)
        for row, texts in zip(grid.rows, grid.texts):
            for index, text in enumerate(texts):
                cell = row[index]
                if cell is None:
                    continue
                following = texts[index + 1] if index + 1 < len(texts) else ""
                code, after = text, index + 1
                if is_code(text) and (not following or _PART.fullmatch(following)):
                    code, after = text + following, index + 2
                name = row[after] if after < len(row) else None
                total = name is not None and label_key(name.text) in labels
                if (
                    is_code(code)
                    and len(code) <= _ECONOMIC
                    and name is not None
                    and not total
                    and _names(texts[after])
                ):
                    figure = row[after + 1] if after + 1 < len(row) else None
                    self._entry(block, code, column, name, figure, cell.place)
                elif text in labels:
                    figure = next((c for c in row[index + 1 :] if c and c.text.strip()), None)
                    if figure is not None and label_key(figure.text) in labels:
                        figure = None
                    self._entry(block, labels[text][0], column, cell, figure, cell.place)

    def _entry(
        self, block: FormBlock, key: str, column: str, name: Cell, figure: Cell | None, place: Place
    ) -> None:
        if key not in self.reading.rows:
            self.reading.rows[key] = RowSeen(_label(name), place)
            self._put(block, key, column, figure, place)

    # single: one row of figures under a header

    def _single(self, grid: Grid) -> None:
        block = self.form.blocks[0]
        cells = single_cells(self.form)
        for number, (row, texts) in enumerate(zip(grid.rows, grid.texts)):
            figures = [t for t in texts if t not in _BLANK]
            if is_counting(texts) or not all(money.parse(t, "元") for t in figures):
                continue
            if len(row) != len(cells) or any(cell is None for cell in row):
                continue
            if grid.certain:
                cells = self._single_by_labels(grid, number, block) or cells
            for key, slot in block.rows.items():
                self.reading.rows[key] = RowSeen(slot.labels[0], grid.place)
            for (key, column), cell in zip(cells, row):
                self._put(block_of(self.form, key, column), key, column, cell, grid.place)
            return
        for row, texts in zip(grid.rows, grid.texts):
            if not is_counting(texts):
                self._lost(row)

    @staticmethod
    def _single_by_labels(grid: Grid, body: int, block: FormBlock) -> list[tuple[str, str]]:
        """(row, column) of each grid column by its header texts; empty where not every one is told."""
        rows = {squash(label): key for key, slot in block.rows.items() for label in slot.labels}
        columns = {squash(label): key for key, slot in block.columns.items() for label in slot.labels}
        found = []
        for path in grid.header_paths(range(body)):
            stage = next((rows[text] for text in path if text in rows), None)
            item = next((columns[text] for text in reversed(path) if text in columns), None)
            if stage is None or item is None:
                return []
            found.append((stage, item))
        return found if len(set(found)) == len(found) else []


def _names(text: str) -> bool:
    return bool(text) and money.parse(text, "元") is None


def _aligned(
    row: tuple[Cell | None, ...], widths: list[int], numbered: bool
) -> tuple[Cell | None, ...] | None:
    """``row`` at full width; a dump that dropped an empty label is told by where the 行次 stand."""
    if len(row) == sum(widths):
        return row
    if len(row) != sum(widths) - 1 or not numbered:
        return None
    starts = [sum(widths[:n]) for n in range(len(widths))]
    for gap in reversed(starts):
        full = (*row[:gap], None, *row[gap:])
        counts = [full[start + 1] for start in starts]
        if all(cell is not None and cell.text.strip().isdecimal() for cell in counts):
            return full
    return None


def _label(cell: Cell | None) -> str:
    """The printed label on one line: line breaks and spaces inside names are the print's, not the name's."""
    return "".join(cell.text.split()) if cell else ""


def _by_labels(paths: list[list[str]], block: FormBlock) -> dict[str, int]:
    """Column ids → grid positions, matched by the lowest header text that is a label."""
    labels: dict[str, str] = {}
    for column, slot in block.columns.items():
        for label in slot.labels:
            labels.setdefault(squash(label), column)
    found: dict[str, int] = {}
    for position, path in enumerate(paths):
        head = next((labels[text] for text in reversed(path) if text in labels), None)
        if head is not None and head not in found:
            found[head] = position
    return found
