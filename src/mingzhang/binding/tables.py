"""The published tables: their body read into facts by the layout of the form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from mingzhang import money
from mingzhang.binding.columns import Strip, coded_columns, strips
from mingzhang.binding.grid import Grid, is_code, is_counting, leading_code
from mingzhang.binding.labels import is_blank, spellings
from mingzhang.binding.matrix import matrix
from mingzhang.binding.slots import meaning
from mingzhang.documents import Cell, squash
from mingzhang.facts import Fact, FactSet, FormReading, RowSeen
from mingzhang.forms import Form, FormBlock, Slot
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

Cells = Sequence[Cell | None]

SET, ENTITY = "set", "entity"
"""The dimensions that say whose a table is, where a document holds the tables of several."""

_PART = re.compile(r"\d\d")
_ECONOMIC = 5
"""Digits of the longest economic classification code."""

_NAME = "名称"
"""How the head of a column of names ends."""


def by_header(grid: Grid, standards: Standards) -> Form | None:
    """The only form all of whose column labels the table's first rows print."""
    printed = {text for row in grid.texts[:6] for text in row if text}
    found = []
    for form in standards.forms.values():
        heads = [slot for block in form.blocks for slot in block.columns.values() if not slot.optional]
        if form.layout == "codes" and all(_prints(printed, slot) for slot in heads):
            found.append((len(heads), form))
    found.sort(key=lambda item: -item[0])
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _prints(printed: set[str], slot: Slot) -> bool:
    return any(squash(label) in printed for label in slot.labels)


def is_figure(text: str) -> bool:
    """Whether a squashed text is an amount: a figure with decimals or parted thousands."""
    return ("." in text or "," in text) and money.parse(text, "万元") is not None


class TableReader:
    """Reads the body of one table by its form's layout into facts, which wait in ``pending``.

    ``whole`` says that the table prints amounts without decimals.
    """

    def __init__(self, form: Form, reading: FormReading, standards: Standards) -> None:
        self.form, self.reading, self.standards = form, reading, standards
        self.pending: list[Fact] = []
        self.unit = reading.money.value if reading.money else form.unit
        self.whole = False
        self.width = 0
        self.rest = 0
        self.positions: dict[str, int] = {}
        self.strips: tuple[tuple[Strip, ...], int] | None = None

    def read(self, grid: Grid) -> None:
        """Read the grid; called again for a part on a later page."""
        self.width = grid.width
        self.whole = self.unit == "元" and not any("." in text for row in grid.texts for text in row)
        {"codes": self._codes, "lines": self._lines, "entries": self._entries, "single": self._single}[
            self.form.layout
        ](grid)

    def commit(self, facts: FactSet) -> None:
        """Enter what was read; the facts of a later table of its kind under its own address and name."""
        reading = self.reading
        for fact in self.pending:
            if reading.instance > 1:
                about = {**fact.dimensions, SET: str(reading.instance)}
                if reading.entity is not None:
                    about[ENTITY] = reading.entity.value
                fact = fact._replace(key=(reading.address, *fact.key[1:]), dimensions=about)
            facts.add(fact)
        self.pending.clear()

    def _put(self, block: FormBlock, row: str, column: str, cell: Cell | None, place: Place) -> None:
        text = cell.text.strip() if cell else ""
        where = cell.place if cell else place
        if column not in self.reading.columns:
            self.reading.columns.append(column)
        if cell is not None and cell.unknown:
            return
        if is_blank(text):
            self.reading.blanks[row, column] = where
            return
        slot = block.columns[column]
        amount = money.parse(text.replace("\n", ""), slot.unit or self.unit)
        if amount is None:
            self.reading.odd.append((row, column, text, where))
            return
        if amount.mantissa == 0:
            self.reading.zeros.add(column)
        concept, dimensions = meaning(self.form, block, row, column)
        label = self.reading.rows[row].label
        head = slot.labels
        self.pending.append(
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
        totals = _by_spelling(block.rows)
        positions = self.positions = self.positions or coded_columns(grid, block.columns, totals)
        if not positions:
            for row in grid.rows:
                self._lost(row)
            return
        for row, texts in zip(grid.rows, grid.texts):
            if is_counting(texts):
                continue
            found = self._row_key(texts, positions, totals)
            if found is None or found[0] in self.reading.rows:
                self._lost(row)
                continue
            key, name_at = found
            leading = next(cell for cell in row if cell)
            label = row[name_at] if name_at < len(row) else None
            name = label or leading
            self.reading.rows[key] = RowSeen(_label(name).removeprefix(key), leading.place, name.place)
            for column, offset in positions.items():
                inside = len(row) + offset > name_at
                self._put(block, key, column, row[offset] if inside else None, leading.place)
            known = {len(row) + offset for offset in positions.values()}
            self._lost([cell for n, cell in enumerate(row) if n > name_at and n not in known])

    @staticmethod
    def _row_key(
        texts: tuple[str, ...], positions: dict[str, int], totals: dict[str, list[str]]
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
            if own := leading_code(text):
                return own, index
            figures = texts[max(first, 0) :]
            keys = [key for spelt in spellings(text) for key in totals.get(spelt, ())]
            if keys and all(is_blank(t) or money.parse(t, "元") for t in figures):
                return keys[0], index
            return None
        return (code, max(len(lead) - 1, 0)) if is_code(code) else None

    # lines: label, 行次, figures — block beside block

    def _lines(self, grid: Grid) -> None:
        blocks = self.form.blocks
        keys = [_by_spelling(block.rows) for block in blocks]
        known = {spelt for labels in keys for spelt in labels}
        for block in blocks:
            known.update(self._classes(block))
        if self.strips is None:
            self.strips = strips(grid, blocks, lambda text: not known.isdisjoint(spellings(text)))
        parts, width = self.strips
        for printed in grid.rows:
            row = _aligned(printed, width, parts)
            if row is None:
                self._lost(printed)
                continue
            for part in parts:
                self._line(row, part, keys)

    def _line(self, row: Cells, part: Strip, keys: Sequence[dict[str, list[str]]]) -> None:
        """One block's part of a row."""
        first = min([*part.columns.values(), part.end] if part.number is None else [part.number])
        label = next((cell for cell in row[part.label : first] if cell and cell.text.strip()), None)
        lead = next((cell for cell in row[part.label : part.end] if cell), None)
        if lead is None or _counts(label, row):
            return
        found = self._line_row(label, part, keys)
        if found is None:
            cells = [row[at] for at in range(first, part.end) if at != part.number]
            self._lost(cells, amounts=bool(part.columns))
            return
        block, key = found
        figures = [row[at] for at in part.columns.values()]
        if not key:
            if not any(cell and self._is_amount(squash(cell.text)) for cell in figures):
                return
            self.rest += 1
            key = f"…{self.rest}"
        self.reading.rows[key] = RowSeen(_label(label), lead.place)
        for column, cell in zip(part.columns, figures):
            self._put(block, key, column, cell, lead.place)
        placed = {part.number, *part.columns.values()}
        self._lost([row[at] for at in range(first, part.end) if at not in placed])

    def _line_row(
        self, label: Cell | None, part: Strip, keys: Sequence[dict[str, list[str]]]
    ) -> tuple[FormBlock, str] | None:
        """The block and the row that the label names; among codes an empty key for one that no list names."""
        for number in part.blocks:
            block = self.form.blocks[number]
            key = self._line_key(label, keys[number], block)
            if key is not None:
                return block, key
        if len(part.blocks) != 1:
            return None
        (only,) = part.blocks
        block = self.form.blocks[only]
        ended = any(row in self.reading.rows for row in block.rows)
        return None if block.codes is None or ended else (block, "")

    def _is_amount(self, text: str) -> bool:
        """Whether a cell that holds amounts or nothing holds one; without decimals where all do."""
        return is_figure(text) or (self.whole and text.lstrip("-").isdecimal())

    def _lost(self, row: Iterable[Cell | None], amounts: bool = False) -> None:
        """Keep the figures that fit no place; ``amounts`` says that the cells hold nothing else."""
        told = self._is_amount if amounts else is_figure
        self.reading.lost += sum(cell is not None and told(squash(cell.text)) for cell in row)

    def _classes(self, block: FormBlock) -> Mapping[str, str]:
        return self.standards.codelists[block.codes.list_].class_by_name if block.codes else {}

    def _line_key(self, cell: Cell | None, labels: dict[str, list[str]], block: FormBlock) -> str | None:
        """The row that the label names; a label printed twice names the next of its rows."""
        if cell is None:
            return None
        names = spellings(squash(cell.text))
        for name in names:
            for key in labels.get(name, ()):
                if key not in self.reading.rows:
                    return key
        classes = self._classes(block)
        code = next((classes[name] for name in names if name in classes), None)
        return code if code not in self.reading.rows else None

    # entries: code, name, figure — triples side by side

    def _entries(self, grid: Grid) -> None:
        block = self.form.blocks[0]
        column = next(iter(block.columns))
        labels = _by_spelling(block.rows)
        if any(_coded_twice(texts) for texts in grid.texts):
            for row in grid.rows:
                self._lost(row)
            return
        named = _name_columns(grid)
        for row, texts in zip(grid.rows, grid.texts):
            read: set[int] = set()
            for index, cell in enumerate(row):
                if cell is None or index in read:
                    continue
                found = self._entry_at(row, texts, index, labels, named)
                if found is None:
                    continue
                key, name, figure = found
                if key not in self.reading.rows:
                    read.add(figure)
                    label = _label(name).removeprefix(key)
                    self.reading.rows[key] = RowSeen(label, cell.place, name.place)
                    amount = row[figure] if figure < len(row) else None
                    self._put(block, key, column, amount, cell.place)
            self._lost([cell for n, cell in enumerate(row) if n not in read])

    def _is_listed(self, code: str) -> bool:
        codes = self.form.blocks[0].codes
        return codes is not None and code in self.standards.codelists[codes.list_]

    def _entry_at(
        self, row: Cells, texts: Sequence[str], index: int, labels: Mapping[str, list[str]], named: Set[int]
    ) -> tuple[str, Cell, int] | None:
        """Key, name and position of the figure of the entry that begins at ``index``.

        In the columns ``named`` the name may be left blank beside a code of the list.
        """
        cell, text = row[index], texts[index]
        assert cell is not None
        following = texts[index + 1] if index + 1 < len(texts) else ""
        code, after = text, index + 1
        if is_code(text) and after not in named and (not following or _PART.fullmatch(following)):
            code, after = text + following, index + 2
        name = row[after] if after < len(row) else None
        if is_code(code) and len(code) <= _ECONOMIC and name is not None and _names(texts[after]):
            total = any(spelt in labels for spelt in spellings(texts[after]))
            return None if total else (code, name, after + 1)
        if after in named and not texts[after] and self._is_listed(code):
            return code, name or cell, after + 1
        own = leading_code(text)
        if own is not None and own != text and len(own) <= _ECONOMIC:
            return own, cell, index + 1
        keys = [key for spelt in spellings(text) for key in labels.get(spelt, ())]
        if not keys:
            return None
        at = next((n for n in range(index + 1, len(row)) if texts[n]), len(row))
        if at < len(row) and any(spelt in labels for spelt in spellings(texts[at])):
            at = len(row)
        if at < len(row) and not any(map(str.isdecimal, texts[at])):
            return None
        return keys[0], cell, at

    # single: items by stages

    def _single(self, grid: Grid) -> None:
        block = self.form.blocks[0]
        found = matrix(grid, block, self.form.alternating, self.form.implied)
        for row, column, cell in found:
            if row not in self.reading.rows:
                self.reading.rows[row] = RowSeen(block.rows[row].labels[0], grid.place)
            self._put(block, row, column, cell, grid.place)
        placed = {id(cell) for _, _, cell in found}
        for cells, texts in zip(grid.rows, grid.texts):
            if not is_counting(texts):
                self._lost([cell for cell in cells if id(cell) not in placed])


def _name_columns(grid: Grid) -> frozenset[int]:
    """The columns headed as names, where the grid tells columns."""
    heads = grid.texts if grid.certain else ()
    return frozenset(n for texts in heads for n, text in enumerate(texts) if text.endswith(_NAME))


def _coded_twice(texts: Sequence[str]) -> bool:
    """Whether the row begins with the codes and names of two classifications."""
    return len(texts) > 3 and all(is_code(text) for text in texts[:3:2]) and all(map(_names, texts[1:4:2]))


def _names(text: str) -> bool:
    return bool(text) and money.parse(text, "元") is None


def _aligned(row: Cells, width: int, parts: Sequence[Strip]) -> Cells | None:
    """``row`` at full width; a dump that dropped an empty label is told by where the 行次 stand."""
    if len(row) == width:
        return row
    if len(row) != width - 1 or any(part.number is None for part in parts):
        return None
    for part in reversed(parts):
        full = (*row[: part.label], None, *row[part.label :])
        counts = [full[part.number] for part in parts if part.number is not None]
        if all(cell is not None and cell.text.strip().isdecimal() for cell in counts):
            return full
    return None


def _counts(label: Cell | None, row: Cells) -> bool:
    """Whether the row numbers the columns."""
    if label is not None:
        return squash(label.text) == "栏次"
    return is_counting([squash(cell.text) for cell in row if cell])


def _label(cell: Cell | None) -> str:
    """The printed label on one line: line breaks and spaces inside names are the print's, not the name's."""
    return "".join(cell.text.split()) if cell else ""


def _by_spelling(slots: Mapping[str, Slot]) -> dict[str, list[str]]:
    """Row keys by every spelling of their labels."""
    found: dict[str, list[str]] = {}
    for key, slot in slots.items():
        for label in slot.labels:
            for spelt in spellings(squash(label)):
                if key not in found.setdefault(spelt, []):
                    found[spelt].append(key)
    return found
