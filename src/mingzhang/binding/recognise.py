"""Document → facts: finds the forms of an edition in the document's tables and reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mingzhang.binding.claims import sheet_index
from mingzhang.binding.grid import Grid
from mingzhang.binding.headings import (
    TITLE_LENGTH,
    Line,
    after,
    before,
    find_title,
    heading_of,
    only_furniture,
    read_heading,
    titled,
)
from mingzhang.binding.identity import Identity, identify, pick_edition
from mingzhang.binding.labels import SheetLabels
from mingzhang.binding.sheets import SheetReader
from mingzhang.binding.tables import TableReader, by_header, is_figure
from mingzhang.documents import Document, Paragraph, Table, squash
from mingzhang.facts import FactSet, FormReading
from mingzhang.forms import Form
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

__all__ = ["Identity", "Recognition", "identify", "pick_edition", "recognise"]

_NOTE_PARAGRAPHS = 4
_LINES_BEFORE = 12
_LINES_AFTER = 12


@dataclass(slots=True)
class Recognition:
    """What was understood of one document.

    ``readings`` are the published tables, ``sheets`` the forms of sections. ``figures`` counts the
    figures of all tables, ``claimed`` those that became facts.
    """

    document: int
    facts: FactSet
    readings: list[FormReading] = field(default_factory=list)
    sheets: list[FormReading] = field(default_factory=list)
    unrecognised: list[Place] = field(default_factory=list)
    headings: Counter[str] = field(default_factory=Counter)
    claimed: int = 0
    figures: int = 0


def recognise(document: Document, number: int, standards: Standards) -> Recognition:
    """Read every table that a form of ``standards`` claims; the others are listed as unrecognised."""
    reader = _DocumentReader(document, number, standards)
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            reader.paragraph(block)
        elif isinstance(block, Table):
            for grid in _parts(Grid.of(block), standards):
                reader.table(index, grid)
    reader.finish()
    return reader.result


def _parts(grid: Grid, standards: Standards) -> Iterator[Grid]:
    """The table, parted where a row of it is the title of another sheet."""
    starts = [0]
    for number, texts in enumerate(grid.texts):
        filled = [text for text in texts if text]
        if (
            number
            and len(filled) == 1
            and len(filled[0]) <= TITLE_LENGTH
            and titled(filled[0], standards.sheet_titles)
        ):
            starts.append(number)
    for start, end in zip(starts, [*starts[1:], len(grid.rows)]):
        rows = grid.rows[start:end]
        place = next((cell.place for row in rows for cell in row if cell), grid.place)
        yield grid if len(starts) == 1 else Grid(rows, grid.certain, place)


class _DocumentReader:
    """The state of reading one document: the form that the next table may continue."""

    def __init__(self, document: Document, number: int, standards: Standards) -> None:
        self.blocks, self.number, self.standards = document.blocks, number, standards
        self.result = Recognition(number, FactSet())
        self.last: tuple[TableReader | SheetReader, int] | None = None
        self.instances: Counter[str] = Counter()
        self.sheets: list[SheetReader] = []
        self.joined: set[int] = set()

    def paragraph(self, paragraph: Paragraph) -> None:
        """Count the titles of forms."""
        if len(paragraph.text) >= TITLE_LENGTH:
            return
        for titles in (self.standards.titles, self.standards.sheet_titles):
            if found := titled(paragraph.text, titles):
                self.result.headings[titles[found]] += 1

    def table(self, index: int, grid: Grid) -> None:
        """Read one table as a new form or as the rest of the last one."""
        if index in self.joined:
            return
        heading = heading_of(self.blocks, index, grid)
        sheet, form = self._sheet_or_form(heading, grid, index)
        if isinstance(sheet, SheetReader):
            self._read_sheet(sheet, grid, index)
        elif sheet is not None:
            reader = self._new_sheet(sheet, heading, grid, index)
            self._read_sheet(reader, *self._whole_sheet(sheet, grid, index))
        elif self._continues(index, grid, form):
            assert self.last is not None
            assert isinstance(self.last[0], TableReader)
            self._go_on(self.last[0], grid, index)
        elif form is not None:
            self._read_form(form, heading, grid, index)
        else:
            self.result.figures += sum(1 for row in grid.texts for text in row if is_figure(text))
            if any(text.isdecimal() or is_figure(text) for row in grid.texts for text in row[1:]):
                self.result.unrecognised.append(grid.place)

    def finish(self) -> None:
        """Count what the sheets gave."""
        for sheet in self.sheets:
            reading = sheet.reading
            self.result.claimed += reading.facts
            self.result.figures += reading.facts + len(reading.odd) + reading.lost

    # which form

    def _sheet_or_form(
        self, heading: Sequence[Line], grid: Grid, index: int
    ) -> tuple[SheetLabels | SheetReader | None, Form | None]:
        """The sheet (new, or the open one that goes on) or the form that the table is."""
        standards, sheets = self.standards, sheet_index(self.standards)
        titles = find_title(heading, standards.titles), find_title(heading, standards.sheet_titles)
        form_title, sheet_title = titles
        if sheet_title and (form_title is None or sheet_title[0] > form_title[0]):
            found = sheets.titled(standards.sheet_titles[sheet_title[1]], grid)
            if found is not None:
                return found, None
        if form_title is not None:
            form_id = standards.titles[form_title[1]]
            return None, standards.forms.get(form_id) or standards.extras[form_id]
        if (form := by_header(grid, standards)) is not None:
            return None, form
        claims = sheets.claims(grid)
        new = sheets.untitled(claims)
        last = self.last[0] if self.last else None
        if isinstance(last, SheetReader):
            own = next((claim for claim in claims if claim.labels is last.labels), None)
            best = next((claim for claim in claims if claim.labels is new), None)
            if own and own.sections - last.opened and (best is None or best.hits <= own.hits):
                return last, None
            if new is None and self._rest_of_sheet(last, index, grid):
                return last, None
        return new, None

    def _rest_of_sheet(self, last: SheetReader, index: int, grid: Grid) -> bool:
        """Whether a table without header goes on with the sheet's open section on the next page."""
        assert self.last is not None
        between = self.blocks[self.last[1] + 1 : index]
        return last.current is not None and grid.width == last.width and only_furniture(between)

    def _continues(self, index: int, grid: Grid, form: Form | None) -> bool:
        """Whether the table goes on with the last: as wide, its rows new, at most page furniture between."""
        if self.last is None:
            return False
        reader, before_index = self.last
        if not isinstance(reader, TableReader) or grid.width != reader.width:
            return False
        if form is None:
            return only_furniture(self.blocks[before_index + 1 : index])
        if form.id != reader.form.id or not reader.reading.rows:
            return False
        again = TableReader(reader.form, FormReading(form.id, self.number, grid.place), self.standards)
        again.read(grid)
        return reader.reading.rows.keys().isdisjoint(again.reading.rows)

    # reading

    def _read_form(self, form: Form, heading: Sequence[Line], grid: Grid, index: int) -> None:
        reader = self._best(form, heading, grid)
        for last, whole in self._with_following(grid, index):
            longer = self._best(form, heading, whole)
            if longer.reading.facts <= reader.reading.facts or longer.reading.lost > reader.reading.lost:
                break
            self.joined.update(range(index + 1, last + 1))
            reader, grid = longer, whole
        index = max(self.joined, default=index) if index + 1 in self.joined else index
        reading = reader.reading
        reading.instance = self._instance(reader)
        reader.commit(self.result.facts)
        self.last = (reader, index)
        self.result.claimed += reading.facts
        self.result.figures += reading.facts + len(reading.odd) + reading.lost
        below = [paragraph.text for paragraph in after(self.blocks, index, _NOTE_PARAGRAPHS)]
        below += [cell.text for row in grid.rows[-3:] for cell in row if cell]
        reading.statement = any(cue in squash(text) for text in below for cue in self.standards.empty_table)
        readings = self.result.readings if form.id in self.standards.forms else self.result.sheets
        known = next((r for r in readings if r.address == reading.address), None)
        if known is None:
            readings.append(reading)
        else:
            known.join(reading)
            reader.reading = known

    def _best(self, form: Form, heading: Sequence[Line], grid: Grid) -> TableReader:
        """The table read by the form's layout, or where that loses figures, by the one that gives most."""
        best: TableReader | None = None
        for layout in form.laid_out():
            reading = FormReading(form.id, self.number, grid.place)
            read_heading(reading, heading, self.standards.titles)
            reader = TableReader(layout, reading, self.standards)
            reader.read(grid)
            gain = reading.facts - reading.lost - len(reading.odd)
            if best is None or gain > best.reading.facts - best.reading.lost - len(best.reading.odd):
                best = reader
            if not (reading.lost or reading.odd):
                break
        assert best is not None
        return best

    def _with_following(self, grid: Grid, index: int) -> Iterator[tuple[int, Grid]]:
        """The table of a dump with those right after it that have no heading: blank lines may part one."""
        rows = grid.rows
        for number in range(index + 1, len(self.blocks)):
            block = self.blocks[number]
            if grid.certain or not isinstance(block, Table) or block.certain_grid:
                return
            part = Grid.of(block)
            own = heading_of(self.blocks[number:], 0, part)
            if find_title(own, self.standards.titles) or find_title(own, self.standards.sheet_titles):
                return
            rows = (*rows, *part.rows)
            yield number, Grid(rows, False, grid.place)

    def _instance(self, reader: TableReader) -> int:
        """Which table of its kind: the last, unless that says something else in the same cells."""
        form, facts = reader.form.id, self.result.facts
        readings = (*self.result.readings, *self.result.sheets)
        latest = max((r.instance for r in readings if r.form == form), default=1)
        address = FormReading(form, self.number, reader.reading.place, instance=latest).address
        for fact in reader.pending:
            known = facts.index.get((address, *fact.key[1:]))
            if known is not None and facts.amount(known) != fact.amount:
                return latest + 1
        return latest

    def _go_on(self, reader: TableReader, grid: Grid, index: int) -> None:
        """Read a part of the last table on a later page."""
        earlier = reader.reading.facts + reader.reading.lost
        reader.read(grid)
        reader.commit(self.result.facts)
        more = reader.reading.facts + reader.reading.lost - earlier
        self.result.claimed += more
        self.result.figures += more
        self.last = (reader, index)

    def _new_sheet(self, labels: SheetLabels, heading: Sequence[Line], grid: Grid, index: int) -> SheetReader:
        sheet = labels.sheet
        self.instances[sheet.id] += 1
        reading = FormReading(sheet.id, self.number, grid.place, instance=self.instances[sheet.id])
        read_heading(reading, heading, self.standards.sheet_titles)
        self.result.sheets.append(reading)
        reader = SheetReader(labels, reading, self.result.facts)
        self.sheets.append(reader)
        reader.read_paragraphs(before(self.blocks, index, _LINES_BEFORE), "before")
        return reader

    def _whole_sheet(self, labels: SheetLabels, grid: Grid, index: int) -> tuple[Grid, int]:
        """The table of a dump with the parts of the sheet that blank lines cut off, and the last block."""
        end = index
        for number, whole in self._with_following(grid, index):
            block = self.blocks[number]
            assert isinstance(block, Table)
            part = Grid.of(block)
            own = sheet_index(self.standards).untitled(sheet_index(self.standards).claims(part))
            if own not in (None, labels) or len([*_parts(part, self.standards)]) > 1:
                break
            grid, end = whole, number
        self.joined.update(range(index + 1, end + 1))
        return grid, end

    def _read_sheet(self, reader: SheetReader, grid: Grid, index: int) -> None:
        reader.read(grid)
        self.last = (reader, index)
        below = []
        for paragraph in after(self.blocks, index, _LINES_AFTER):
            if len(paragraph.text) < TITLE_LENGTH and titled(paragraph.text, self.standards.sheet_titles):
                break
            below.append(paragraph)
        reader.read_paragraphs(below, "after")
        statement = any(
            cue in squash(p.text) for p in below[:_NOTE_PARAGRAPHS] for cue in self.standards.empty_table
        )
        reader.reading.statement = reader.reading.statement or statement
