"""Document → facts: finds the forms of an edition in the document's tables and reads them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from mingzhang import money
from mingzhang.binding.grid import Grid, is_code, is_counting, numbered_columns
from mingzhang.binding.slots import block_of, label_key, meaning, single_cells
from mingzhang.documents import Cell, Document, Paragraph, Table, fold, squash
from mingzhang.facts import Fact, FactSet, Field, FormReading, RowSeen
from mingzhang.provenance import Place
from mingzhang.taxonomy import Edition, Form, FormBlock, Library, Slot, Standards

_NUMBER = re.compile(r"公开\s*\d+\s*表")
_MONEY = re.compile(r"单位\s*:\s*(?:人民币)?\s*(亿元|万元|千元|元)")
_ENTITY = re.compile(
    r"(?:编制部门|公开部门|部门名称|部门|编制单位|单位名称|单位)\s*:\s*(?!人民币|万元|亿元|千元|元)(.*?)\s*(?=公开\s*\d+\s*表|(?:金额)?单位\s*:|$)"
)
_YEAR = re.compile(r"(20\d\d)\s*年度")
_PART = re.compile(r"\d\d")
_COVER = re.compile(r"^(?:第一部分)?([^,。:第]{4,40}?)(?:20\d\d年度?(?:部门|单位)决算|(?:部门|单位)?概况$)")
_BLANK = {"", "-", "--", "/", "—"}
_ECONOMIC = 5
"""Digits of the longest economic classification code."""
_BRACKETS = re.compile(r"\([^()]*\)$")
_PAGE = re.compile(r"[-—第]*\d+[-—页]*")
_TITLE_LENGTH = 60
_HEADING_PARAGRAPHS = 6
_NOTE_PARAGRAPHS = 4


@dataclass(slots=True)
class Recognition:
    """What was understood of one document."""

    document: int
    facts: FactSet
    readings: list[FormReading] = field(default_factory=list)
    unrecognised: list[Place] = field(default_factory=list)
    headings: Counter[str] = field(default_factory=Counter)
    claimed: int = 0
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose document it is: unit, fiscal year and the place's jurisdiction, where they can be told."""

    entity: str | None
    year: int | None
    jurisdiction: str | None


def identify(document: Document, library: Library) -> Identity:
    """Tell unit, year and place from the cover, the headings and the tables' headings."""
    years: Counter[int] = Counter()
    places: Counter[str] = Counter()
    entities: Counter[str] = Counter()
    for order, text in enumerate(_texts(document)):
        folded = fold(text)
        weight = 5 if order < 8 else 1
        for year in _YEAR.findall(folded):
            years[int(year)] += weight
        for name in library.place_names.findall(text):
            places[library.places[name]] += weight
        if len(folded) < 200 and (found := _entity(folded)):
            entities[found] += 3
        elif (match := _COVER.search(squash(text))) and label_key(text) == squash(text):
            entities[match.group(1)] += 1
    jurisdiction = max(places, key=places.__getitem__, default=None)
    fiscal_year = years.most_common(1)[0][0] if years else None
    entity = entities.most_common(1)[0][0] if entities else None
    return Identity(entity, fiscal_year, jurisdiction)


def _texts(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        else:
            texts += [cell.text for cell in block.cells[:24]]
    return texts


def _entity(text: str) -> str | None:
    match = _ENTITY.search(text)
    found = match.group(1).strip() if match else ""
    return found if len(found) > 2 and not found.startswith("(") else None


def pick_edition(identity: Identity, library: Library) -> Edition:
    """The edition nearest to the document's year and place."""
    return library.nearest(identity.year, identity.jurisdiction)


def recognise(document: Document, number: int, standards: Standards) -> Recognition:
    """Read every table that a form of ``standards`` claims; the others are listed as unrecognised."""
    result = Recognition(number, FactSet())
    blocks = document.blocks
    last: tuple[_TableReader, int] | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            if len(block.text) < _TITLE_LENGTH and (titled := _titled(block.text, standards)):
                result.headings[standards.titles[titled]] += 1
            continue
        grid = Grid.of(block)
        heading = _heading(blocks, index, grid)
        figures = sum(1 for row in grid.texts for text in row if _figure(text))
        form = _find_form(heading, grid, standards)
        if last is not None and _continues(blocks, last, index, grid, form):
            before = last[0].reading.facts + last[0].reading.lost
            last[0].read(grid)
            more = last[0].reading.facts + last[0].reading.lost - before
            result.claimed += more
            result.figures += more
            last = (last[0], index)
            continue
        if form is None:
            if figures:
                result.unrecognised.append(block.place)
                result.figures += figures
            continue
        reading = FormReading(form.id, number, block.place)
        _read_heading(reading, heading, standards, form)
        reader = _TableReader(form, reading, standards, result.facts)
        reader.read(grid)
        last = (reader, index)
        after = _following(blocks, index) + [cell.text for row in grid.rows[-3:] for cell in row if cell]
        reading.statement = any(cue in squash(text) for text in after for cue in standards.empty_table)
        result.readings.append(reading)
        result.claimed += reading.facts
        result.figures += reading.facts + len(reading.odd) + reading.lost
    return result


def _continues(
    blocks: list[Paragraph | Table], last: tuple[_TableReader, int], index: int, grid: Grid, form: Form | None
) -> bool:
    """Whether the table goes on with the last one: as wide, its rows new, at most page furniture between."""
    reader, before = last
    if grid.width != reader.width:
        return False
    if form is None:
        between = [b.text for b in blocks[before + 1 : index] if isinstance(b, Paragraph)]
        return index - before - 1 == len(between) and all(_PAGE.fullmatch(squash(t)) for t in between)
    return form.id == reader.form.id and len(reader.reading.rows) > 0


# ── heading ───────────────────────────────────────────────────────────────────────────────────

_Line = tuple[str, Place]


def _heading(blocks: list[Paragraph | Table], index: int, grid: Grid) -> list[_Line]:
    """The lines that may head the table, nearest last: paragraphs before it, then its own first rows."""
    lines: list[_Line] = []
    for block in reversed(blocks[max(0, index - _HEADING_PARAGRAPHS) : index]):
        if isinstance(block, Table):
            break
        lines.append((block.text, block.place))
    lines.reverse()
    for row in grid.rows[:6]:
        lines += [(cell.text, cell.place) for cell in row if cell and cell.text.strip()]
    return lines


def _following(blocks: list[Paragraph | Table], index: int) -> list[str]:
    texts = []
    for block in blocks[index + 1 : index + 1 + _NOTE_PARAGRAPHS]:
        if isinstance(block, Table):
            break
        texts.append(block.text)
    return texts


def _find_form(heading: list[_Line], grid: Grid, standards: Standards) -> Form | None:
    title = _title(heading, standards)
    if title is not None:
        return standards.forms[standards.titles[title[0]]]
    return _by_header(grid, standards)


def _title(heading: list[_Line], standards: Standards) -> tuple[str, _Line] | None:
    """The title nearest above the table: equal to a form's title, or that title with an ordinal."""
    for text, place in reversed(heading):
        for part in text.split("\n") if len(text) > _TITLE_LENGTH else (text,):
            if len(part) <= _TITLE_LENGTH and (titled := _titled(part, standards)):
                return titled, (part, place)
    return None


def _titled(text: str, standards: Standards) -> str | None:
    """The longest form title that ``text`` ends with, apart from a table number and brackets."""
    plain = _BRACKETS.sub("", label_key(_NUMBER.sub("", fold(text))))
    if not plain.endswith("表"):
        return None
    if plain in standards.titles:
        return plain
    return max((title for title in standards.titles if plain.endswith(title)), key=len, default=None)


def _by_header(grid: Grid, standards: Standards) -> Form | None:
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


def _read_heading(reading: FormReading, heading: list[_Line], standards: Standards, form: Form) -> None:
    title = _title(heading, standards)
    if title is not None:
        reading.title = Field(title[0], title[1][1], title[1][0].strip())
    for text, place in reversed(heading):
        folded = fold(text)
        if len(folded) > 200 and "公开" not in folded:
            continue
        if reading.number is None and (match := _NUMBER.search(folded)):
            reading.number = Field(squash(match.group()), place, text.strip())
        if reading.money is None and (match := _MONEY.search(folded)):
            reading.money = Field(match.group(1), place, text.strip())
        match = _ENTITY.search(folded)
        if match and (reading.entity is None or not reading.entity.value):
            printed = text[match.start(1) : match.end(1)].strip()
            reading.entity = Field(printed, place, text.strip())


# ── body ──────────────────────────────────────────────────────────────────────────────────────


def _figure(text: str) -> bool:
    return "." in text and money.parse(text, "万元") is not None


class _TableReader:
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
                    if block.codes is None or not any(c and _figure(squash(c.text)) for c in figures):
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
            if cell is not None and _figure(squash(cell.text)):
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
