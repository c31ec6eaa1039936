"""What of an exported table found no place in the form: columns and rows with their reasons, codes twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from mingzhang.binding.grid import is_code, is_counting
from mingzhang.documents import Block, Cell, Table, squash
from mingzhang.facts import FormReading
from mingzhang.forms import Form
from mingzhang.money import parse

_COUNTED = {"行次", "序号", "栏次", "类", "款", "项"}
_CODED = ("编码", "代码")
_LONGEST_CODE = 7


class Leftover(NamedTuple):
    """Something that was not imported: where, why, how many figures; ``fault`` where that is an error.

    ``lost`` says that it stands in a row among the figures of a published table.
    """

    where: str
    reason: str
    figures: int
    fault: bool = False
    lost: bool = False


def columns_left_out(form: Form) -> set[str]:
    """The columns that a published table only prints in some places: other stages of the budget."""
    return {
        column
        for block in form.blocks
        for column, slot in block.columns.items()
        if slot.optional and "stage" in slot.with_
    }


def left_over(
    blocks: Sequence[Block], reading: FormReading, form: Form, placed: Set[str | None]
) -> Iterator[Leftover]:
    """The figures of the tables that gave some figures, except those in the cells ``placed``."""
    for block in blocks:
        if isinstance(block, Table) and any(cell.place.cell in placed for cell in block.cells):
            yield from _Scan(block, reading, form, placed).leftovers()


class _Scan:
    """One table looked through."""

    def __init__(self, table: Table, reading: FormReading, form: Form, placed: Set[str | None]) -> None:
        self.reading, self.form, self.placed = reading, form, placed
        self.rows = {row[0].row: row for row in table.rows() if row}
        self.cells = table.cells
        own = [cell for cell in table.cells if cell.place.cell in placed]
        self.first = min(cell.row for cell in own)
        self.columns = {cell.column for cell in own}

    def leftovers(self) -> Iterator[Leftover]:
        """Whole columns first, then rows."""
        figures = [cell for cell in self.cells if self._is_left(cell)]
        by_column: dict[int, list[Cell]] = {}
        by_row: dict[int, list[Cell]] = {}
        for cell in figures:
            into, at = (by_row, cell.row) if cell.column in self.columns else (by_column, cell.column)
            into.setdefault(at, []).append(cell)
        for column, cells in by_column.items():
            head = "”“".join(dict.fromkeys(text for text in self._head(column) if not text.isdecimal()))
            where = f"{cells[0].place.describe()}起的“{head}”栏"
            yield Leftover(where, f"《{self.form.title}》没有这一栏", len(cells))
        for row, cells in by_row.items():
            yield self._row(row, cells)

    def _row(self, number: int, cells: Sequence[Cell]) -> Leftover:
        texts = [squash(cell.text) for cell in self.rows[number]]
        label = next((cell.text.strip() for cell in self.rows[number] if _is_label(cell)), "")
        where, code = f"{cells[0].place.describe()}所在的“{label}”行", _code(texts)
        seen: Mapping[str, object] = self.reading.rows
        if code in seen:
            first = self.reading.rows[code].place.describe()
            reason = f"科目编码{code}出现两次，另一处在{first}；请合并或删去一处"
            return Leftover(where, reason, len(cells), fault=True)
        return Leftover(where, f"《{self.form.title}》没有这一行", len(cells), lost=True)

    def _is_left(self, cell: Cell) -> bool:
        text = squash(cell.text)
        amount = parse(text, "元") if cell.row >= self.first and cell.place.cell not in self.placed else None
        if amount is None or not amount.mantissa or text.endswith("%"):
            return False
        heads = self._head(cell.column)
        if _COUNTED.intersection(heads) or any(word in head for head in heads for word in _CODED):
            return False
        row = self.rows[cell.row]
        after = next((other for other in row if other.column > cell.column and other.text.strip()), None)
        named = is_code(text) and after is not None and _is_label(after)
        return not (named or is_counting([squash(other.text) for other in row]))

    def _head(self, column: int) -> list[str]:
        """The texts above the figures in a column, from the top down."""
        return [
            squash(cell.text)
            for cell in self.cells
            if cell.row < self.first
            and cell.column <= column < cell.column + cell.colspan
            and cell.text.strip()
        ]


def _is_label(cell: Cell) -> bool:
    return bool(cell.text.strip()) and parse(squash(cell.text), "元") is None


def _code(texts: Sequence[str]) -> str:
    """The classification code that a row begins with, whole or in its parts 类, 款, 项."""
    code = ""
    for text in texts:
        if not (text.isdecimal() and len(code + text) <= _LONGEST_CODE):
            break
        code += text
    return code if is_code(code) else ""
