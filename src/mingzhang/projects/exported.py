"""The workbook that a system of budgets or final accounts exports: which sheet holds which table, exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mingzhang.binding.headings import TITLE_LENGTH, find_title, money_of
from mingzhang.binding.recognise import recognise
from mingzhang.binding.tables import is_figure
from mingzhang.documents import Block, Document, Paragraph, Table, UnreadableError, fold, squash
from mingzhang.facts import Fact, FactSet, FormReading, Key
from mingzhang.forms import Form
from mingzhang.projects.exact import Numbers, exact
from mingzhang.projects.leftovers import Leftover, columns_left_out, left_over
from mingzhang.provenance import Place
from mingzhang.readers import read_document
from mingzhang.readers.stored import stored_numbers
from mingzhang.taxonomy import Standards

_WORKBOOKS = ("xlsx", "xls", "et")
_NUMBER = re.compile(r"(?:公开|财决)\d+(?:[-_]\d+)?表|(?<![A-Z0-9])Z\d\d(?:[-_]\d+)?(?!\d)")
_PUBLISHED = "公开"
_TOP_ROWS = 6


@dataclass(slots=True)
class Found:
    """A table in a sheet of the workbook; the amounts of its ``figures`` are exact.

    ``numbers`` are the numbers of tables that the sheet prints, ``lines`` its lines outside the body.
    ``uncalculated`` are cells whose formula was saved without a result.
    """

    sheet: str
    form: Form
    reading: FormReading
    numbers: Sequence[str]
    lines: Sequence[tuple[str, Place]]
    figures: dict[Key, Fact] = field(default_factory=dict)
    uncalculated: dict[Key, Place] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def fits_number(self) -> bool:
        """Whether the sheet prints a number of its table."""
        return not {_plain(number) for number in own_numbers(self.form)}.isdisjoint(self.numbers)


@dataclass(slots=True)
class Exported:
    """The tables of a workbook by form, what none of them took, and what stands in the way, in Chinese."""

    path: Path
    tables: dict[str, Found] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_exported(path: Path, standards: Standards) -> Exported:
    """The tables of the workbook at ``path``; raises UnreadableError where it is no workbook that reads."""
    try:
        document = read_document(path)
        numbers = stored_numbers(path.read_bytes())
    except UnreadableError as error:
        raise UnreadableError(f"“{path}”无法读取：{error}") from error
    if not any(block.place.sheet for block in document.blocks):
        raise UnreadableError(f"“{path}”不是Excel工作簿；请从决算系统导出xlsx或xls文件后再导入。")
    found = Exported(path, notes=[note for note in document.notes if "没有保存计算结果" not in note])
    candidates: dict[str, list[Found]] = {}
    sheets = _by_sheet(document)
    units = {
        unit
        for name, blocks in sheets.items()
        for text, _ in _lines(name, blocks)
        if (unit := money_of(text))
    }
    unit = next(iter(units)) if len(units) == 1 else ""
    for name, blocks in sheets.items():
        tables = list(_tables(name, _in_unit(unit, blocks), document, standards, numbers))
        for table in tables:
            candidates.setdefault(table.form.id, []).append(table)
        if not tables:
            found.leftovers.append(Leftover(f"工作表“{name}”", "不是决算公开的表", _figures_in(blocks)))
    for form in standards.forms.values():
        if form.id in candidates:
            _choose(form, candidates[form.id], found)
    return found


def own_numbers(form: Form) -> tuple[str, ...]:
    """The numbers that a table goes by, the published one first."""
    return (*filter(None, [form.number]), *form.also_numbered)


def _by_sheet(document: Document) -> dict[str, list[Block]]:
    sheets: dict[str, list[Block]] = {}
    for block in document.blocks:
        sheets.setdefault(block.place.sheet or "", []).append(block)
    return sheets


def _figures_in(blocks: Sequence[Block]) -> int:
    texts = (squash(cell.text) for block in blocks if isinstance(block, Table) for cell in block.cells)
    return sum(map(is_figure, texts))


# ── the tables of one sheet ───────────────────────────────────────────────────────────────────


def _tables(
    name: str, blocks: Sequence[Block], document: Document, standards: Standards, numbers: Numbers
) -> Iterator[Found]:
    """The tables of a sheet, told by title, else by number, else by their heads."""
    lines = list(_lines(name, blocks))
    printed = [_plain(number) for text, _ in lines for number in _NUMBER.findall(fold(text).replace(" ", ""))]
    calculated, unknown = _without_unknown(blocks)
    if find_title(lines, standards.titles) is None:
        by_number = {_plain(n): form for form in standards.forms.values() for n in own_numbers(form)}
        form = next((by_number[number] for number in printed if number in by_number), None)
        if form is not None:
            calculated = _headed(form.title, calculated)
    recognition = recognise(Document(document.path, "", document.format, calculated), 0, standards)
    for reading in recognition.readings:
        table = Found(name, standards.forms[reading.form], reading, printed, lines)
        _take(table, recognition.facts, numbers, unknown)
        placed = {fact.place.cell for fact in recognition.facts} | {p.cell for *_, p in reading.odd}
        table.leftovers += left_over(calculated, reading, table.form, placed - {None})
        yield table


def _lines(name: str, blocks: Sequence[Block]) -> Iterator[tuple[str, Place]]:
    """The sheet's name, the paragraphs and the first rows of its tables."""
    yield name, Place(sheet=name)
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.place
        elif isinstance(block, Table):
            texts = (cell for cell in block.cells if cell.row < _TOP_ROWS and cell.text.strip())
            yield from ((cell.text, cell.place) for cell in texts if len(cell.text) <= TITLE_LENGTH)


def _plain(number: str) -> str:
    """A table's number with one kind of hyphen and without leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", number.replace("_", "-"))


def _in_unit(unit: str, blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks with the unit of money of the other sheets, where they name none and those agree."""
    stated = not unit or any(money_of(text) for text, _ in _lines("", blocks))
    return blocks if stated else _headed(f"单位：{unit}", blocks)


def _headed(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with a line before the first table."""
    at = next((n for n, block in enumerate(blocks) if isinstance(block, Table)), len(blocks))
    place = blocks[at].place if at < len(blocks) else Place()
    return [*blocks[:at], Paragraph(text, Place(sheet=place.sheet)), *blocks[at:]]


def _without_unknown(blocks: Sequence[Block]) -> tuple[list[Block], set[Place]]:
    """The blocks with a nought for every result that is missing, and where those stand."""
    found: list[Block] = []
    unknown: set[Place] = set()
    for block in blocks:
        if isinstance(block, Table):
            unknown.update(cell.place for cell in block.cells if cell.unknown)
            cells = (c._replace(text="0.00", unknown=False) if c.unknown else c for c in block.cells)
            block = replace(block, cells=tuple(cells))
        found.append(block)
    return found, unknown


def _take(table: Found, facts: FactSet, numbers: Numbers, unknown: set[Place]) -> None:
    """Fill the table with its figures; those that the published table does not print are left over."""
    system = bool(table.numbers) and not any(number.startswith(_PUBLISHED) for number in table.numbers)
    optional = columns_left_out(table.form) if system else set()
    for number, key in enumerate(facts.keys):
        place = facts.places[number]
        if key[0] != table.reading.address:
            continue
        key = (table.form.id, *key[1:])
        if place in unknown:
            table.uncalculated[key] = place
        elif key[2] not in optional:
            fact = facts[number]._replace(key=key, amount=exact(facts, number, numbers))
            table.figures.setdefault(key, fact)
    dropped = {key[2] for key in facts.keys if key[0] == table.reading.address} & optional
    for column in sorted(dropped):
        count = sum(key[0] == table.reading.address and key[2] == column for key in facts.keys)
        label = next(b.columns[column].labels[0] for b in table.form.blocks if column in b.columns)
        table.leftovers.append(
            Leftover(f"工作表“{table.sheet}”“{label}”栏", f"公开的《{table.form.title}》不印这一栏", count)
        )


# ── several sheets for one table ──────────────────────────────────────────────────────────────


def _choose(form: Form, tables: Sequence[Found], found: Exported) -> None:
    """The sheet that a table is taken from: the one with its number, the only one with figures."""
    numbered = [table for table in tables if table.fits_number]
    filled = [table for table in tables if table.figures]
    for some, reason in ((numbered, "表号相符"), (filled, "那里有数字")):
        if len(some) == 1:
            chosen, why = some[0], f"《{form.title}》取自工作表“{some[0].sheet}”（{reason}）"
            break
    else:
        chosen, why = (numbered or filled or tables)[0], ""
        for other in numbered or filled:
            if _worth(other) != _worth(chosen):
                found.faults.append(
                    f"工作表“{chosen.sheet}”和工作表“{other.sheet}”都是《{form.title}》，数字不同；"
                    "请只保留要导入的一张。"
                )
        why = f"与工作表“{chosen.sheet}”是同一张表"
    found.tables[form.id] = chosen
    found.leftovers += chosen.leftovers
    for other in tables:
        if other is not chosen:
            found.leftovers.append(Leftover(f"工作表“{other.sheet}”", why, len(other.figures)))


def _worth(table: Found) -> Mapping[Key, int]:
    return {key: figure.amount.centre for key, figure in table.figures.items() if figure.amount.mantissa}
