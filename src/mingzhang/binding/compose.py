"""Facts → document: the published tables of an edition, drawn from the same forms that read them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from mingzhang.binding.complete import Total, totals_of
from mingzhang.binding.slots import due, shown, single_cells
from mingzhang.documents import Block, Cell, Document, Paragraph, Role, Table
from mingzhang.facts import Key
from mingzhang.forms import Form, FormBlock
from mingzhang.money import format_amount, parse
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

Figures = Mapping[Key, str]
"""Printed figures by form, row key and column id."""

NOWHERE = Place()
_DECIMALS = 2


def compose(figures: Figures, standards: Standards, entity: str, year: int) -> Document:
    """The table part of a disclosure: cover line, then every form with its heading and notes."""
    cover = paragraph(f"{entity}{year}年度部门决算")
    return Document("", "", "composed", [cover, *tables(figures, standards, entity, year)])


def tables(
    figures: Figures, standards: Standards, entity: str, year: int, unknown: Container[str] = ()
) -> list[Block]:
    """Every form of the edition with its heading and notes; ``unknown`` are those still to be filled in."""
    blocks: list[Block] = []
    rows: dict[str, list[str]] = {}
    for form_id, row, _ in figures:
        known = rows.setdefault(form_id, [])
        if row not in known:
            known.append(row)
    totals: dict[str, list[Total]] = {}
    for total in totals_of({form: own for form, own in rows.items() if form in standards.forms}, standards):
        totals.setdefault(total.key[0], []).append(total)
    for form in standards.forms.values():
        blocks += [paragraph("", "break"), paragraph(form.title, "caption")]
        labels = [form.number] if form.number else []
        blocks += [paragraph(text, "label") for text in (*labels, f"部门：{entity}", f"单位：{form.unit}")]
        present = rows.get(form.id, [])
        sheet = _LAYOUTS[form.layout](form, figures, present, standards, year)
        sheet.add_up(totals.get(form.id, ()))
        blocks.append(sheet.table())
        if form.id in unknown:
            blocks.append(paragraph(to_fill_in(form), "gap"))
        elif not present:
            blocks.append(paragraph("说明：本单位没有相关收入和支出，故本表无数据。", "note"))
    return blocks


def to_fill_in(form: Form) -> str:
    """What stands below a table whose figures nobody has given."""
    return f"【待填写：《{form.title}》；确实没有数字的，请填0】"


def as_printed(form: Form, column: str, text: str) -> str:
    """A figure of a table as published: money, which may be known to the 分, with two decimals."""
    amount = parse(text, form.unit) if in_money(form, column) else None
    return text if amount is None else format_amount(amount.centre, form.unit, _DECIMALS)


def in_money(form: Form, column: str) -> bool:
    """Whether the figures of a column are sums of money, not numbers of things."""
    return not any(block.columns[column].unit for block in form.blocks if column in block.columns)


def paragraph(text: str, role: Role = "", level: int = 0) -> Paragraph:
    """A composed paragraph; a heading where it has a level."""
    return Paragraph(text, NOWHERE, level, role=role)


class Figure(NamedTuple):
    """A figure as printed, with its row key and column id in the form."""

    text: str
    row: str
    column: str


class TableBuilder:
    """Collects rows of texts into a table, the first ``heads`` of them its header.

    ``places`` are the cells of figures by row key and column id.
    """

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.places: dict[tuple[str, str], int] = {}
        self.row = self.heads = 0

    def add(self, texts: Sequence[str | Figure | tuple[str, int, int] | None]) -> None:
        """A row; (text, rows, columns) merges, None is covered by a merged cell."""
        for column, text in enumerate(texts):
            if isinstance(text, Figure):
                self.places[text.row, text.column] = len(self.cells)
                self.cells.append(Cell(text.text, self.row, column, NOWHERE))
            elif isinstance(text, tuple):
                self.cells.append(Cell(text[0], self.row, column, NOWHERE, text[1], text[2]))
            elif text is not None:
                self.cells.append(Cell(text, self.row, column, NOWHERE))
        self.row += 1

    def add_up(self, totals: Iterable[Total]) -> None:
        """Say of every total which cells it is the sum of; the first relation that adds it up counts."""
        for key, parts, *_ in totals:
            number = self.places.get(key[1:])
            summed = [self.places.get(part[1:]) for part in parts]
            if number is None or self.cells[number].parts:
                continue
            cells = [self.cells[place] for place in summed if place is not None]
            if cells and len(cells) == len(summed):
                added = tuple((cell.row, cell.column, 1) for cell in cells)
                self.cells[number] = self.cells[number]._replace(parts=added)

    def table(self) -> Table:
        """The finished table, its first ``heads`` rows the header."""
        return Table(tuple(self.cells), NOWHERE, heads=self.heads)


def _codes(
    form: Form, figures: Figures, present: Sequence[str], standards: Standards, year: int
) -> TableBuilder:
    block = form.blocks[0]
    columns = shown(block.columns, {column for address, _, column in figures if address == form.id})
    sheet = TableBuilder()
    sheet.add([("项目", 1, 2), None, *((block.columns[c].labels[0], 2, 1) for c in columns)])
    sheet.add(["科目编码", "科目名称", *[None] * len(columns)])
    sheet.add([("栏次", 1, 2), None, *(str(n + 1) for n in range(len(columns)))])
    for row in present or ["total"]:
        values = [_figure(figures, form, row, column) for column in columns]
        if row in block.rows:
            sheet.add([(block.rows[row].labels[0], 1, 2), None, *values])
        else:
            sheet.add([row, _name(block, row, standards, year), *values])
    sheet.heads = 3
    return sheet


def _name(block: FormBlock, code: str, standards: Standards, year: int) -> str:
    assert block.codes is not None
    return standards.codelists[block.codes.list_].name(code, year) or code


def _lines(
    form: Form, figures: Figures, present: Sequence[str], standards: Standards, year: int
) -> TableBuilder:
    sheet = TableBuilder()
    head: list[str] = []
    sides: list[list[list[str | Figure]]] = []
    number = 0
    filled = {column for address, _, column in figures if address == form.id}
    for block in form.blocks:
        columns = shown(block.columns, filled)
        head += ["项目", "行次", *(block.columns[column].labels[0] for column in columns)]
        side: list[list[str | Figure]] = []
        codes = [row for row in present if row.isdecimal()] if block.codes else []
        for row in [*codes, *shown(block.rows, present)]:
            label = block.rows[row].labels[0] if row in block.rows else _name(block, row, standards, year)
            number += 1
            side.append([label, str(number), *(_figure(figures, form, row, column) for column in columns)])
        sides.append(side)
    sheet.add(head)
    height = max(map(len, sides))
    for index in range(height):
        line: list[str | Figure] = []
        for side in sides:
            blank: list[str | Figure] = [""] * len(side[0])
            line += side[index] if index < len(side) else blank
        sheet.add(line)
    sheet.heads = 1
    return sheet


def _entries(
    form: Form, figures: Figures, present: Sequence[str], standards: Standards, year: int
) -> TableBuilder:
    block = form.blocks[0]
    column = next(iter(block.columns))
    codes = [row for row in present if row.isdecimal()]
    groups = [[code for code in codes if code[:3] in classes] for classes in form.side_by_side]
    groups.append([code for code in codes if not any(code in group for group in groups)])
    sheet = TableBuilder()
    sheet.add(["经济分类科目编码", "科目名称", block.columns[column].labels[0]] * len(groups))
    for index in range(max(map(len, groups), default=0)):
        line: list[str | Figure] = []
        for group in groups:
            if index < len(group):
                code = group[index]
                line += [
                    code,
                    _name(block, code, standards, year),
                    _figure(figures, form, code, column),
                ]
            else:
                line += ["", "", ""]
        sheet.add(line)
    first, second = (_figure(figures, form, row, column) for row in due(block.rows))
    labels = [block.rows[row].labels[0] for row in due(block.rows)]
    sheet.add([(labels[0], 1, 2), None, first, (labels[1], 1, 5), None, None, None, None, second])
    sheet.heads = 1
    return sheet


def _single(
    form: Form, figures: Figures, present: Sequence[str], standards: Standards, year: int
) -> TableBuilder:
    block = form.blocks[0]
    cells = single_cells(form)
    sheet = TableBuilder()
    if form.alternating:
        tops = [block.columns[column].labels[0] for column in due(block.columns)]
        width, heads = len(due(block.rows)), [block.rows[row].labels[0] for row, _ in cells]
    else:
        tops = [block.rows[row].labels[0] for row in due(block.rows)]
        width, heads = len(due(block.columns)), [block.columns[column].labels[0] for _, column in cells]
    first: list[str | tuple[str, int, int] | None] = []
    for top in tops:
        first += [(top, 1, width), *[None] * (width - 1)]
    sheet.add(first)
    sheet.add(heads)
    sheet.add([str(n + 1) for n in range(len(cells))])
    sheet.add([_figure(figures, form, row, column) for row, column in cells])
    sheet.heads = 3
    return sheet


def _figure(figures: Figures, form: Form, row: str, column: str) -> Figure:
    return Figure(figures.get((form.id, row, column), ""), row, column)


_LAYOUTS = {"codes": _codes, "lines": _lines, "entries": _entries, "single": _single}
