"""``figures.xlsx`` read: tables, last year's figures, what the text states beside them, with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.asked import codes_of, label
from mingzhang.binding.complete import ExactCells, Total, rows_of, totals_of
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.binding.tables import is_figure
from mingzhang.binding.values import unit_of
from mingzhang.documents import Document, UnreadableError, squash
from mingzhang.expressions import evaluate
from mingzhang.facts import FactSet, FormReading, Key
from mingzhang.money import MONEY, format_amount, parse
from mingzhang.outlines import LAST
from mingzhang.projects.code_names import misnamed, misnamed_rows
from mingzhang.projects.exact import Numbers, exact, in_form
from mingzhang.projects.project import FIGURES, ProjectError, key_of
from mingzhang.provenance import Place
from mingzhang.readers.sheets import column_letters
from mingzhang.readers.stored import Stored, numbers_of, read_stored
from mingzhang.taxonomy import Standards, level_of

ENTERED = "补充数据"
"""The sheet of figures that no table has."""

CODES = "科目"
"""The sheet of the codes to choose from."""

KEYS, LABELS, UNITS, VALUES = range(4)
"""Its columns: address, what it is, unit, figure."""


ROWS_FROM = 3
"""The first row of a sheet that is filled in row by row; above it stand section, measures and labels."""


_NAME_LENGTH = 31
_ILLEGAL = re.compile(r"[\[\]:*?/\\]")


_LABELLED = 2
"""The columns of code and name of a table with coded rows; figures stand after them."""

_DECIMALS = re.compile(r"-?[\d,]+\.\d+")
_RATED = ("%", "分")
"""The units of what is no amount and yet no number of things."""


class Read(NamedTuple):
    """Figures by address with their places in words; totals that were missing; notes for the user.

    ``blanks`` are the cells that wait for a figure; for further rows of a sheet that is filled in row by row
    its column, under the address without a row.
    """

    figures: dict[Key, str]
    sources: dict[Key, str]
    completed: dict[Key, str]
    notes: list[str]
    blanks: dict[Key, Place]


def sheet_name(title: str) -> str:
    """The name of a sheet for what is called ``title``."""
    return _ILLEGAL.sub("", title)[:_NAME_LENGTH]


def read_figures(folder: Path, standards: Standards) -> Read:
    """The figures of the project in ``folder``; raises ProjectError."""
    path = folder / FIGURES
    try:
        document, entered = read_stored(path, without={CODES})
    except UnreadableError as error:
        raise ProjectError(folder, [f"“{FIGURES}”无法读取：{error}"]) from error
    recognition = recognise(document, 0, standards)
    faults = list(table_faults(document, recognition, standards, FIGURES))
    if ENTERED not in entered:
        faults.append(
            f"“{FIGURES}”中没有工作表“{ENTERED}”；请用 mingzhang new 在另一个文件夹生成同一年度的项目，"
            f"把那里“{FIGURES}”的这张工作表复制过来，再填写数字。"
        )
    figures, sources = of_tables(recognition.facts, standards, FIGURES, numbers_of(entered))
    blanks = {
        (reading.form, *at): place for reading in recognition.readings for at, place in reading.blanks.items()
    }
    given = (
        *_entered(entered, standards, blanks, faults),
        *_row_wise(entered, standards, blanks, faults),
    )
    for key, text, where in given:
        if key in sources:
            named = label(key, standards, standards.edition.year).text
            faults.append(f"{where}：“{named}”出现两次，另一处在{sources[key]}，请删去一处。")
        figures[key], sources[key] = text, where
    faults += _unknown(figures, sources, standards)
    if faults:
        raise ProjectError(folder, faults)
    completed = completed_totals(figures, standards)
    return Read({**figures, **completed}, sources, completed, document.notes, blanks)


def of_tables(
    facts: FactSet, standards: Standards, file: str, numbers: Numbers | None = None
) -> tuple[dict[Key, str], dict[Key, str]]:
    """The figures of recognised tables and sheets with their places in words.

    Those of tables are in the unit of their form and, where ``numbers`` has more than prints, exact.
    """
    figures: dict[Key, str] = {}
    sources: dict[Key, str] = {}
    for number, key in enumerate(facts.keys):
        form = standards.forms.get(key[0])
        printed = facts.printed[number]
        if key not in figures:
            figures[key] = printed if form is None else in_form(exact(facts, number, numbers or {}), form)
            sources[key] = f"“{file}”{facts.places[number].describe()}"
    for text in facts.texts:
        figures.setdefault(text.key, text.text)
        sources.setdefault(text.key, f"“{file}”{text.place.describe()}")
    return figures, sources


def table_faults(
    document: Document, recognition: Recognition, standards: Standards, file: str
) -> Iterator[str]:
    """What keeps the tables from being taken over: a missing one, words for figures, a row twice."""
    found = {reading.form for reading in recognition.readings}
    for form in standards.forms.values():
        if form.id not in found:
            yield f"“{file}”中没有《{form.title}》的工作表；没有数字的表也要保留，留空即可。"
    for reading in recognition.readings:
        title = standards.forms[reading.form].title if reading.form in standards.forms else reading.form
        for _, _, text, place in reading.odd:
            yield f"“{file}”{place.describe()}（《{title}》）：“{text}”不是数字，请改为数字或留空。"
        for place, wrong in misnamed_rows(reading, standards, standards.edition.year):
            yield f"“{file}”{place.describe()}：{wrong}"
        if reading.lost:
            told = [
                *_codes_at_fault(document, reading, standards, file),
                *_words_at_fault(document, reading, standards, file),
                *_without_code(document, reading, standards, file),
            ]
            yield from told or [
                f"“{file}”{reading.place.describe()}起的《{title}》有{reading.lost}个数字所在的行或栏不认识，"
                "请检查科目编码和表头。"
            ]


def _words_at_fault(
    document: Document, reading: FormReading, standards: Standards, file: str
) -> Iterator[str]:
    """Words among the figures of a row, which keep the row from being read."""
    form = standards.forms.get(reading.form)
    if form is None or form.layout != "codes":
        return
    for table in document.tables():
        for row in table.rows() if table.place.sheet == reading.place.sheet else ():
            figures = [cell for cell in row if _DECIMALS.fullmatch(cell.text.strip())]
            for cell in row if len(figures) > 1 else ():
                text = cell.text.strip()
                if text and cell.column >= _LABELLED and cell not in figures and not text.isdecimal():
                    yield f"“{file}”{cell.place.describe()}：“{text}”不是数字，请改为数字或留空。"


def _without_code(document: Document, reading: FormReading, standards: Standards, file: str) -> Iterator[str]:
    """Rows of figures in a table with coded rows whose code is blank."""
    form = standards.forms.get(reading.form)
    if form is None or form.layout != "codes":
        return
    for table in document.tables():
        for row in table.rows() if table.place.sheet == reading.place.sheet else ():
            texts = {cell.column: cell.text.strip() for cell in row}
            figures = [cell for cell in row if cell.column >= _LABELLED and is_figure(squash(cell.text))]
            name = texts.get(1, "")
            if figures and not texts.get(0) and not name.isdecimal():
                named = f"（{name}）" if name else ""
                where = f"“{file}”{figures[0].place.describe()}"
                yield f"{where}：这一行{named}没有填写科目编码，请补上；没有发生的，请清除这一行的数字。"


def _codes_at_fault(
    document: Document, reading: FormReading, standards: Standards, file: str
) -> Iterator[str]:
    """Codes that stand twice in a table, and those that the list of codes does not have."""
    form = standards.forms.get(reading.form)
    codes = form.blocks[0].codes if form is not None else None
    if codes is None:
        return
    first: dict[str, Place] = {}
    for table in document.tables():
        for cell in table.cells if table.place.sheet == reading.place.sheet else ():
            code = cell.text.strip()
            if not (code.isdecimal() and level_of(code)):
                continue
            if code in first:
                where = f"“{file}”{cell.place.describe()}"
                yield f"{where}：科目“{code}”出现两次，另一处在{first[code].describe()}，请合并或删去一处。"
            elif code not in standards.codelists[codes.list_]:
                yield f"“{file}”{cell.place.describe()}：科目表中没有“{code}”，请核对科目编码。"
            first.setdefault(code, cell.place)


def _entered(
    sheets: Mapping[str, Mapping[tuple[int, int], Stored]],
    standards: Standards,
    blanks: dict[Key, Place],
    faults: list[str],
) -> Iterator[tuple[Key, str, str]]:
    """Key, figure with its unit, and place of every filled row of the sheet of entered figures."""
    cells = sheets.get(ENTERED, {})
    for (row, column), cell in sorted(cells.items()):
        if column != KEYS or row < ROWS_FROM:
            continue
        key, value = key_of(cell.text), cells.get((row, VALUES))
        if value is None:
            if key is not None:
                blanks[key] = _at(ENTERED, row, VALUES)
            continue
        if key is None:
            where = f"“{FIGURES}”{_at(ENTERED, row, KEYS).describe()}"
            faults.append(f"{where}：不认识的编号“{cell.text}”，请不要改动编号一栏。")
            continue
        unit = cells[row, UNITS].text if (row, UNITS) in cells else ""
        where = f"“{FIGURES}”{_at(ENTERED, row, VALUES).describe()}"
        text, fault = _figure(key, value, unit, standards)
        if fault:
            faults.append(f"{where}：{fault}")
        else:
            yield key, f"{text}{unit}", where


def _at(sheet: str, row: int, column: int) -> Place:
    return Place(sheet=sheet, cell=f"{column_letters(column)}{row + 1}")


def _figure(key: Key, cell: Stored, unit: str, standards: Standards) -> tuple[str, str]:
    """The figure at ``key`` that a cell prints, a number of things as stored; and what is wrong with it."""
    counted = unit_of(key, standards)
    is_count = counted not in (*MONEY, *_RATED)
    text = cell.text if is_count and cell.number else cell.shown.replace(",", "") or cell.text
    amount = parse(text, unit or "元")
    if amount is None:
        return text, f"“{text}”不是数字，请改为数字或留空。"
    if not is_count or (amount.value >= 0 and amount.value % 1 == 0):
        return text, ""
    named = label(key, standards, standards.edition.year)
    wrong = "不能是负数" if amount.value < 0 else "应当是整数"
    return text, f"{named.name}{named.measure}“{text}”{wrong}（单位：{counted}），请核对。"


def _row_wise(
    sheets: Mapping[str, Mapping[tuple[int, int], Stored]],
    standards: Standards,
    blanks: dict[Key, Place],
    faults: list[str],
) -> Iterator[tuple[Key, str, str]]:
    """Key, figure and place of what the sheets that begin with a section's id hold row by row."""
    for title, cells in sheets.items():
        section = cells[0, 0].text if (0, 0) in cells else ""
        if section not in standards.narratives.sections:
            continue
        measures = {column: cell.text for (row, column), cell in cells.items() if row == 1 and column > 1}
        rows = {row: cell.text.strip() for (row, column), cell in cells.items() if not column}
        faults += _misnamed(title, cells, rows, standards)
        for column, measure in measures.items():
            blanks[section, "", measure] = Place(sheet=title, cell=column_letters(column))
            for row, name in rows.items():
                if row >= ROWS_FROM and (row, column) not in cells:
                    blanks[section, name, measure] = _at(title, row, column)
        for (row, column), cell in sorted(cells.items()):
            if row < ROWS_FROM or column not in measures:
                continue
            where = f"“{FIGURES}”{_at(title, row, column).describe()}"
            key = section, rows.get(row, ""), measures[column]
            text, fault = _figure(key, cell, "", standards)
            if row not in rows:
                faults.append(f"{where}：这一行没有填写科目编码或项目名称，请补上，或清除“{text}”。")
            elif fault:
                faults.append(f"{where}：{fault}")
            else:
                yield key, text, where


def _misnamed(
    sheet: str, cells: Mapping[tuple[int, int], Stored], rows: Mapping[int, str], standards: Standards
) -> Iterator[str]:
    """Codes beside the name of another code in a sheet that is filled in row by row."""
    for row, code in rows.items():
        name = cells.get((row, 1))
        if name is not None and row >= ROWS_FROM:
            codes, cell = codes_of(code, standards), _at(sheet, row, 1).cell
            if told := misnamed(code, name.text.strip(), codes, standards.edition.year, cell or ""):
                yield f"“{FIGURES}”{_at(sheet, row, 0).describe()}：{told}"


def _unknown(figures: Mapping[Key, str], sources: Mapping[Key, str], standards: Standards) -> Iterator[str]:
    """Addresses that nothing in the standards has."""
    known = {*standards.forms, *standards.extras, *standards.sheets, *standards.narratives.sections}
    for key in figures:
        form = key[0].removeprefix(LAST).partition("#")[0]
        if form not in known:
            yield f"{sources[key]}：没有“{key[0]}”这一部分，请不要改动编号一栏。"


def completed_totals(figures: Mapping[Key, str], standards: Standards) -> dict[Key, str]:
    """The totals that the tables leave blank, worked out from their parts by the relations."""
    values: dict[Key, int] = {}
    rows: dict[str, list[str]] = {}
    codes: dict[str, set[str]] = {}
    decimals = 2
    for key, text in figures.items():
        form = standards.forms.get(key[0])
        amount = parse(text, form.unit) if form is not None else None
        if form is not None and amount is not None:
            values[key] = amount.centre
            own = codes.setdefault(form.id, set())
            if key[1].isdecimal():
                own.add(key[1])
            decimals = max(decimals, amount.decimals)
    for form in standards.forms.values():
        if form.id in codes:
            printed = sorted(codes[form.id])
            rows[form.id] = rows_of(form, printed, printed)
    definitions = list(totals_of(rows, standards))
    totals = {found.key for found in definitions}
    for form_id, keys in rows.items():
        in_rows = standards.forms[form_id].layout != "single"  # there a blank cell is 0
        for block in standards.forms[form_id].blocks if in_rows else ():
            for key in ((form_id, row, column) for row in keys for column in block.columns):
                if key not in totals:
                    values.setdefault(key, 0)
    added = _added_up(values, rows, definitions)
    return {
        key: format_amount(value, standards.forms[key[0]].unit, decimals)
        for key, value in added.items()
        if value
    }


def _added_up(
    values: dict[Key, int], rows: Mapping[str, list[str]], definitions: Sequence[Total]
) -> dict[Key, int]:
    """The totals without a value, from the parts upwards; they are put into ``values`` too."""
    added: dict[Key, int] = {}
    cells = ExactCells(values, rows)
    while True:
        before = len(added)
        for key, _, relation, variables in definitions:
            if key in values:
                continue
            cells.unknown = []
            evaluation = evaluate(relation.expect, variables, cells)
            if evaluation is not None and set(cells.unknown) <= {key}:
                values[key] = added[key] = int(evaluation.right.low)
        if len(added) == before:
            return added
