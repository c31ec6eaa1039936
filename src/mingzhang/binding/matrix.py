"""Items by stages, such as the “三公” table: in one row, in two, or one item below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from mingzhang import money
from mingzhang.binding.columns import Heads, flattened, is_item, years_told
from mingzhang.binding.grid import Grid, is_counting
from mingzhang.binding.labels import is_blank, relative_years
from mingzhang.binding.slots import due
from mingzhang.documents import Cell
from mingzhang.forms import FormBlock

Spots = list[tuple[str, str, Cell | None]]
"""Row, column and cell of figures and blanks."""

_LINE_NUMBER = "行次"


def matrix(grid: Grid, block: FormBlock, alternating: bool, implied: str) -> Spots:
    """The cells of the table whose stage (row) and item (column) its labels tell."""
    return _Matrix(grid, block, implied).spots(alternating)


def _is_figure(text: str) -> bool:
    return money.parse(text, "元") is not None


class _Matrix:
    """One table: ``body`` is its first row of figures."""

    def __init__(self, grid: Grid, block: FormBlock, implied: str) -> None:
        self.grid, self.block, self.implied = grid, block, implied
        self.stages, self.items = Heads(block.rows), Heads(block.columns)
        body = next((n for n, row in enumerate(grid.texts) if self._is_body(row)), None)
        if body is None:
            body = next(
                (n for n, row in enumerate(grid.texts) if n and row and all(map(is_blank, row))),
                len(grid.rows),
            )
        self.body = body

    def _is_body(self, texts: Sequence[str]) -> bool:
        """Whether the row holds a figure that is no column number."""
        if not any(map(_is_figure, texts)):
            return False
        return not is_counting([text for text in texts if text.isdecimal()]) or any("." in t for t in texts)

    def spots(self, alternating: bool) -> Spots:
        """Every figure and blank with its place."""
        found: dict[tuple[str, str], Cell | None] = {}
        rows = [n for n in range(self.body, len(self.grid.rows)) if self._is_body(self.grid.texts[n])]
        for number in range(self.body, len(self.grid.rows)):
            texts = self.grid.texts[number]
            if number > self.body and number not in rows and not self._own(texts)[1]:
                continue
            if self.across and len(rows) > 1 and self._is_of_another(texts):
                continue
            paths = self._paths if self.grid.certain else self._over(len(texts))
            spots = self._by_headers(number, paths) if paths else self._in_dump(number, alternating)
            for row, column, cell in spots:
                known = found.get((row, column))
                if known is None or is_blank(known.text):
                    found[row, column] = cell
        return [(row, column, cell) for (row, column), cell in found.items()]

    @cached_property
    def across(self) -> bool:
        """Whether the header names the items, so that the rows do not."""
        head = [text for texts in self.grid.texts[: self.body] for text in texts]
        return len({key for text in head if (key := self.items.of(text))}) > 1

    def _is_of_another(self, texts: Sequence[str]) -> bool:
        """Whether the row begins with a name that is neither a stage nor a total: one of several units."""
        label = next((text for text in texts if not (is_blank(text) or _is_figure(text))), "")
        return bool(label) and self.stages.of(label) is None and self.items.of(label) is None

    def _own(self, texts: Sequence[str]) -> tuple[str | None, str | None]:
        """Stage and item that the labels of a body row name."""
        labels = [t for t in relative_years(texts) if not is_blank(t) and not _is_figure(t)]
        stage, item = self.stages.name(labels), None if self.across else self.items.name(labels)
        return stage[1] if stage else None, item[1] if item else None

    def _over(self, width: int) -> list[list[str]]:
        """The header of a dump, where one row of it is as wide as a body row and names stages."""
        for texts in self.grid.texts[: self.body]:
            stages = any(self.stages.of(text) for text in relative_years(texts))
            if len(texts) == width and stages and is_item(texts[:1]):
                return [[text] for text in relative_years(texts)]
        return []

    def _by_headers(self, number: int, paths: Sequence[Sequence[str]]) -> Spots:
        """The spots of a row, by the header over each column and the labels before it."""
        found: Spots = []
        beside: list[str] = []
        closed = False
        for position, path in enumerate(paths):
            cell, text = self.grid.rows[number][position], self.grid.texts[number][position]
            if cell is None or _LINE_NUMBER in path:
                continue
            if not (is_blank(text) or _is_figure(text)):
                beside = [text] if closed else [*beside, text]
                closed = False
                continue
            closed = closed or _is_figure(text)
            stage, item = self._own(beside)
            above = self.stages.name(path)
            below = None if item else self.items.name(path)
            row = stage or (above[1] if above else None)
            if row is None and (below or not path):
                row = self.implied
            column = item or (below[1] if below else None)
            if row and column:
                found.append((row, column, cell))
        return found

    @cached_property
    def _paths(self) -> list[list[str]]:
        return years_told(self.grid.header_paths(range(self.body)))

    def _in_dump(self, number: int, alternating: bool) -> Spots:
        """The spots of a row without geometry, by the labels that the header prints."""
        row, texts = self.grid.rows[number], self.grid.texts[number]
        head = [relative_years(texts) for texts in self.grid.texts[: self.body]]
        said = Counter(key for line in head for text in line if (key := self.stages.of(text)))
        stages = [key for key in self.block.rows if key in said] or [self.implied]
        stage, item = self._own(texts)
        if item is not None:
            values = row[-len(stages) :]
            return [(at, item, cell) for at, cell in zip(stages, values) if at]
        items = flattened(head, self.items, self.block.columns)
        cells = [cell for cell, text in zip(row, texts) if is_blank(text) or _is_figure(text)]
        if stage is not None:
            stages, cells = [stage], cells[-len(items) :]
        turns = max(said.values(), default=0) > 1 or (alternating and max(said.values(), default=0) != 1)
        if "" in stages or len(cells) != len(stages) * len(items):
            stages, items = due(self.block.rows), due(self.block.columns)
            turns = alternating
        if len(cells) != len(stages) * len(items):
            return []
        return list(_spread(stages, items, cells, turns))


def _spread(
    stages: Sequence[str], items: Sequence[str], cells: Sequence[Cell | None], turns: bool
) -> Iterable[tuple[str, str, Cell | None]]:
    """The cells as printed: stage by stage, or item by item where the stages take turns."""
    if turns:
        pairs = [(stage, item) for item in items for stage in stages]
    else:
        pairs = [(stage, item) for stage in stages for item in items]
    return ((stage, item, cell) for (stage, item), cell in zip(pairs, cells))
