"""Which sheet a table is: by its title, by the labels it prints, or as the rest of the sheet before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from mingzhang.binding.grid import Grid
from mingzhang.binding.labels import SectionLabels, SheetLabels, look_up, relative_years, variants
from mingzhang.binding.sheet_tables import SERIAL
from mingzhang.taxonomy import Standards

_FEWEST = 3
"""A table that prints fewer of a sheet's labels is not looked at closer."""


@dataclass(slots=True)
class Claim:
    """What a sheet explains of a table: sections whose header or labels stand there, and how many labels.

    ``whole`` says that a header of the table holds nothing but labels of its section.
    """

    labels: SheetLabels
    sections: set[str] = field(default_factory=set)
    hits: int = 0
    columns: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    whole: bool = False

    @classmethod
    def of(cls, labels: SheetLabels, grid: Grid) -> Claim:
        """The claim of the sheet on the table."""
        claim = cls(labels)
        seen: set[str] = set()
        for row in grid.texts:
            texts = relative_years(row)
            number = labels.opened_by(texts, claim.sections)
            pair = labels.pair(row) if number is None else None
            for opened in (number, pair):
                if opened is None:
                    continue
                section = labels.sections[opened]
                claim.sections.add(section.section.id)
                columns = section.columns(texts)
                claim.columns.update(columns.values())
                claim.whole = claim.whole or _explains(section, texts, columns)
                seen.update(f"{section.section.id}.{key}" for key in columns.values())
                seen.update(key for text in row if text for key in look_up(section.slots, text))
            for text in [text for text in texts if text][:2]:
                for section in labels.sections:
                    if section.section.id in claim.sections:
                        claim.rows.update(look_up(section.rows, text)[:1])
        claim.hits = len(seen | claim.rows)
        return claim

    @property
    def full(self) -> bool:
        """Whether the table can be nothing else, though no title says so."""
        sections = [labels.section for labels in self.labels.sections]
        due = [section for section in sections if section.kind != "lines" and not section.optional]
        if len(self.sections) * 2 < len(due):
            return False
        if len(due) > 1:
            return True
        (only,) = due
        labelled = {key: slot for key, slot in only.columns.items() if slot.labels and not slot.optional}
        if only.kind == "indicators":
            return self.columns.issuperset(labelled)
        figures = {key for key, slot in labelled.items() if slot.holds == "figure"}
        named = bool(only.names) or not only.rows or bool(self.rows)
        printed = len(figures & self.columns)
        return named and (printed * 4 >= len(figures) * 3 or (self.whole and printed >= _FEWEST))


def _explains(section: SectionLabels, texts: Sequence[str], columns: Mapping[int, str]) -> bool:
    """Whether every text of the header row is a label of the section, or numbers the rows."""
    filled = [(n, text) for n, text in enumerate(texts) if text]
    return all(n in columns or section.is_lead(text) or text in SERIAL for n, text in filled)


class SheetIndex:
    """The sheets of an edition by their labels."""

    def __init__(self, standards: Standards) -> None:
        self.sheets = {sheet.id: SheetLabels(sheet) for sheet in standards.sheets.values()}
        self._by_label: dict[str, set[str]] = {}
        for sheet_id, labels in self.sheets.items():
            for section in labels.sections:
                for key in (*section.heads, *section.slots, *section.rows):
                    if section.line is None:
                        self._by_label.setdefault(key, set()).add(sheet_id)

    def candidates(self, grid: Grid) -> list[str]:
        """The sheets that have several of the labels that the table prints."""
        counts: dict[str, int] = {}
        for text in {text for row in grid.texts for text in relative_years(row) if text}:
            known = next((self._by_label[key] for key in variants(text) if key in self._by_label), ())
            for sheet_id in known:
                counts[sheet_id] = counts.get(sheet_id, 0) + 1
        return [sheet_id for sheet_id, count in counts.items() if count >= _FEWEST]

    def claims(self, grid: Grid) -> list[Claim]:
        """The claims on the table, the best first."""
        claims = [Claim.of(self.sheets[sheet_id], grid) for sheet_id in self.candidates(grid)]
        return sorted((claim for claim in claims if claim.sections), key=lambda claim: -claim.hits)

    def titled(self, sheet_id: str, grid: Grid) -> SheetLabels | None:
        """The sheet that the title names, unless the table prints nothing of it or far more of another."""
        own = Claim.of(self.sheets[sheet_id], grid)
        best = own if own.full else next(iter(self.claims(grid)), own)
        if best.hits > 2 * own.hits and best.full:
            return best.labels
        return own.labels if own.sections else None

    @staticmethod
    def untitled(claims: Sequence[Claim]) -> SheetLabels | None:
        """The sheet that fully claims the table; of several the one that they are like, else None."""
        full = [claim for claim in claims if claim.full]
        even = [claim.labels.sheet for claim in full if claim.hits == full[0].hits]
        models = [sheet for sheet in even if all(sheet.id in (other.id, other.like) for other in even)]
        if not models:
            return None
        return next(claim.labels for claim in full if claim.labels.sheet is models[0])


_INDEXES: WeakKeyDictionary[Standards, SheetIndex] = WeakKeyDictionary()


def sheet_index(standards: Standards) -> SheetIndex:
    """The index of the edition's sheets, built once."""
    index = _INDEXES.get(standards)
    if index is None:
        index = _INDEXES[standards] = SheetIndex(standards)
    return index
