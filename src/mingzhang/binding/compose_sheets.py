"""Facts and texts → sheets: drawn section by section from the same definitions that read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mingzhang.binding.compose import TableBuilder, paragraph
from mingzhang.binding.indicators import WEIGHT
from mingzhang.documents import Block, Role
from mingzhang.facts import Key
from mingzhang.forms import VALUE, Section, Sheet
from mingzhang.taxonomy import Standards

Printed = Mapping[Key, str]
"""Printed figures and texts by address, row key and column id."""

Cells = Mapping[tuple[str, str], str]
Part = tuple[str, int, int] | None

_BESIDE: Mapping[str, Role] = {"before": "label", "after": "note"}
"""What the lines before and after a table are."""

_NUMBERED = re.compile(r"#\d+$")
_PRIOR, _CURRENT = "上年", "本年"


def compose_sheets(printed: Printed, standards: Standards, year: int) -> list[Block]:
    """Every sheet that ``printed`` holds, each with its title, its table and the lines beside it."""
    sheets: dict[str, dict[tuple[str, str], str]] = {}
    for (address, row, column), text in printed.items():
        sheets.setdefault(address, {})[row, column] = text
    blocks: list[Block] = []
    for address, cells in sheets.items():
        blocks.append(paragraph("", "break"))
        blocks += compose_sheet(standards.sheets[address.partition("#")[0]], cells, year)
    return blocks


def compose_sheet(sheet: Sheet, cells: Cells, year: int) -> list[Block]:
    """One sheet from its filled cells by row key and column id; what is missing stays blank.

    A ``year`` of zero is not known, and not printed.
    """
    inside = [s for s in sheet.sections if s.where == "inside" and (not s.optional or _is_filled(s, cells))]
    width = max(map(_width, inside), default=1)
    drawing = _Drawing(sheet, cells, width, year)
    for section in inside:
        _DRAWN[section.kind](drawing, section)
    lines = {
        where: [
            paragraph(line, role) for s in sheet.sections if s.where == where for line in _lines(s, cells)
        ]
        for where, role in _BESIDE.items()
    }
    dated = [f"（{year}年度）"] if year else []
    labels = [paragraph(text, "label") for text in (*dated, f"单位：{sheet.unit}")]
    heading = [paragraph(sheet.title, "caption"), *labels]
    return [*heading, *lines["before"], drawing.builder.table(), *lines["after"]]


def _is_filled(section: Section, cells: Cells) -> bool:
    """Whether any row of the section is filled."""
    return any(row in section.rows or row.startswith(f"{section.id}/") for row, _ in cells)


def _width(section: Section) -> int:
    """The columns that the section needs."""
    if section.kind in ("pairs", "lines"):
        return 2
    labelled = section.kind == "table" and bool(section.rows or section.names)
    return bool(section.caption) + labelled + len(section.columns) - bool(section.inline)


def _lines(section: Section, cells: Cells) -> list[str]:
    """The labels of the section with their values; an optional one only where it is filled."""
    return [
        f"{slot.labels[0]}：{cells.get((key, VALUE), '')}"
        for key, slot in section.slots.items()
        if not slot.optional or (key, VALUE) in cells
    ]


class _Drawing:
    """A table being drawn: every row is filled up to the full width by its last cell."""

    def __init__(self, sheet: Sheet, cells: Cells, width: int, year: int) -> None:
        self.builder, self.cells, self.width, self.year = TableBuilder(), cells, width, year
        named = [row for section in sheet.sections for row, slot in section.rows.items() if slot.names]
        self.parents = {section.id for section in sheet.sections if section.names}.union(named)

    def add(self, parts: Sequence[Part]) -> None:
        """A row of (text, rows, columns); None is covered by a merged cell."""
        used = sum(part[2] if part else 1 for part in parts)
        row: list[str | tuple[str, int, int] | None] = []
        for number, part in enumerate(parts):
            if part is None:
                row.append(None)
                continue
            text, rows, columns = part
            if number == len(parts) - 1:
                columns += self.width - used
            row += [(text, rows, columns), *[None] * (columns - 1)]
        self.builder.add(row)

    def pairs(self, section: Section) -> None:
        """A row for each label with its value."""
        filled = {row for row, _ in self.cells}
        for key, slot in section.slots.items():
            if slot.optional and key not in filled:
                continue
            self.add([(slot.labels[0], 1, 1), (self.cells.get((key, VALUE), ""), 1, 1)])

    def lines(self, section: Section) -> None:
        """One cell with all labels and values."""
        self.add([("　".join(_lines(section, self.cells)), 1, 1)])

    def table(self, section: Section) -> None:
        """Header and rows; the caption stands left of them, over all."""
        columns = self._columns(section)
        rows = list(self._rows(section))
        caption: list[Part] = [(section.caption, 1 + len(rows), 1)] if section.caption else []
        labelled = bool(section.rows or section.names)
        lead: list[Part] = (
            [(section.leads[0] if section.leads and not caption else "", 1, 1)] if labelled else []
        )
        self.add([*caption, *lead, *((text, 1, 1) for text in self._heads(section, columns))])
        for key, label in rows:
            values: list[Part] = [(self.cells.get((key, column), ""), 1, 1) for column in columns]
            if section.inline and (key, section.inline) in self.cells:
                label = f"{label}：{self.cells[key, section.inline]}"
            covered: list[Part] = [None] if caption else []
            self.add([*covered, *([(label, 1, 1)] if labelled else []), *values])

    def _columns(self, section: Section) -> list[str]:
        """The columns that the header prints: an optional one only where it is filled."""
        filled = {column for _, column in self.cells}
        return [
            key
            for key, slot in section.columns.items()
            if (slot.label or key in section.levels) and (key in filled or not slot.optional)
        ]

    def _heads(self, section: Section, columns: Sequence[str]) -> list[str]:
        """The header's labels, with the years where it tells the last from this one."""
        labels = [section.columns[column].labels[0] for column in columns]
        starts = {label[:2] for label in labels}
        if not {_PRIOR, _CURRENT} <= starts:
            return labels
        years = {_PRIOR: f"{self.year - 1}年", _CURRENT: f"{self.year}年"}
        return [years.get(label[:2], label[:2]) + label[2:] for label in labels]

    def _rows(self, section: Section) -> Iterator[tuple[str, str]]:
        """Row keys with their labels: names of the section, then its rows, each followed by its names."""
        if not section.rows and not section.names:
            yield section.id, ""
            return
        yield from self._names(section.id)
        filled = {row for row, _ in self.cells}
        rows = [key for key, slot in section.rows.items() if key in filled or not slot.optional]
        open_names = ""
        for number, key in enumerate(rows):
            yield key, section.rows[key].labels[0]
            open_names = key if section.rows[key].names else open_names
            following = rows[number + 1] if number + 1 < len(rows) else ""
            if open_names and not following.startswith(f"{open_names}_"):
                yield from self._names(open_names)
                open_names = ""

    def _names(self, parent: str) -> Iterator[tuple[str, str]]:
        """Rows with names of their own below ``parent``."""
        for key in dict.fromkeys(row for row, _ in self.cells):
            lead, slash, name = key.partition("/")
            if slash and lead == parent:
                yield key, _NUMBERED.sub("", name)

    def indicators(self, section: Section) -> None:
        """Indicators by block and part, their labels merged over their rows, then the totals."""
        levels = section.levels
        columns = self._columns(section)
        rows = self._indicators(section)
        height = 1 + len(rows) + len(section.rows)
        caption: list[Part] = [(section.caption, height, 1)] if section.caption else []
        covered: list[Part] = [None] if caption else []
        heads = ["".join(section.columns[column].labels[:1]) for column in columns]
        self.add([*caption, *((text, 1, 1) for text in heads)])
        for number, (block, part, name) in enumerate(rows):
            parts: list[Part] = []
            for column in columns:
                text, depth = (
                    self._indicator_cell(section, column, (block, part, name)),
                    _depth(section, column),
                )
                above = rows[number - 1][:depth] if number else None
                alike = [n for n, row in enumerate(rows) if row[:depth] == rows[number][:depth]]
                merged = column in levels or not any(self._filled(rows[n], column) for n in alike[1:])
                if depth >= len(levels) or not merged:
                    parts.append((text, 1, 1))
                else:
                    parts.append(None if above == rows[number][:depth] else (text, len(alike), 1))
            self.add([*covered, *parts])
        for key, slot in section.rows.items():
            first = self._first_figure(section, columns, key)
            texts = [(self.cells.get((key, column), ""), 1, 1) for column in columns[first:]]
            self.add([*covered, (slot.labels[0], 1, first), *texts])

    def _first_figure(self, section: Section, columns: Sequence[str], key: str) -> int:
        """Where the figures of a total begin: beyond the levels, unless an earlier column is filled."""
        named = columns.index(section.levels[-1])
        figures = [n for n, column in enumerate(columns) if section.columns[column].holds == "figure"]
        filled = [n for n in figures if (key, columns[n]) in self.cells]
        return min([*filled, *(n for n in figures if n > named)], default=len(columns))

    def _indicators(self, section: Section) -> list[list[str]]:
        """Block, part and name of every row, those of a block together; a block with points alone has one."""
        present = dict.fromkeys(row for row, _ in self.cells)
        rows = [
            row.split("/", 2)
            for row in present
            if row.count("/") > 1 and row.partition("/")[0] not in self.parents
        ]
        empty = [[block, "", ""] for block in section.groups if block in present]
        rows += [row for row in empty if row[0] not in {row[0] for row in rows}]
        blocks = list(dict.fromkeys(row[0] for row in rows))
        parts = list(dict.fromkeys((row[0], row[1]) for row in rows))
        return sorted(rows, key=lambda row: (blocks.index(row[0]), parts.index((row[0], row[1]))))

    def _indicator_cell(self, section: Section, column: str, row: tuple[str, str, str]) -> str:
        """The text of an indicator's cell; a block is printed with its points."""
        block, part, _ = row
        group = section.groups.get(block)
        if column == section.levels[0]:
            points = self.cells.get((block, WEIGHT), "")
            return (group.labels[0] if group else block) + (f"（{points}分）" if points else "")
        if column == section.levels[1]:
            slot = group.parts.get(part) if group else None
            return slot.labels[0] if slot else part
        return self.cells.get(("/".join(row), column), "")

    def _filled(self, row: Sequence[str], column: str) -> bool:
        return ("/".join(row), column) in self.cells


def _depth(section: Section, column: str) -> int:
    """How many levels stand before ``column`` or in it: what stands beside a level is of all its rows."""
    until = list(section.columns)[: list(section.columns).index(column) + 1]
    return sum(level in until for level in section.levels)


_DRAWN = {
    "pairs": _Drawing.pairs,
    "lines": _Drawing.lines,
    "table": _Drawing.table,
    "indicators": _Drawing.indicators,
}
