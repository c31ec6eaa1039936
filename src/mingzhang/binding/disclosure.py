"""Figures and texts → the whole disclosure: text, tables, and the self-evaluation as its annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mingzhang.binding.compose import as_printed, paragraph, tables, to_fill_in
from mingzhang.binding.compose_sheets import compose_sheet
from mingzhang.binding.compose_text import Composed, Gap, Material, compose_text
from mingzhang.binding.overview import overview
from mingzhang.binding.values import Values
from mingzhang.documents import Block, Document, Paragraph
from mingzhang.facts import Key
from mingzhang.outlines import Block as Part
from mingzhang.outlines import Outline
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

WHOLE, REPORT, OVERVIEW = "disclosure", "report", "overview"
_ANNEX = 2
"""The level of the headings of annexes."""

INSIDE = ("basic_by_economic", "project_balances", "cost_control")
"""Sheets that stand within the report, not after it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a unit's disclosure is composed from.

    ``figures`` are printed figures and texts by address: of the tables, of the sheets of the self-evaluation,
    of running text (section, subject, measure) and, below ``last.``, of last year's tables. ``reasons`` are
    those of changes, by the address of the change; ``texts`` and ``names`` what the outlines call for.
    ``report`` names the outline of the report; where it is empty there is none. ``indicators`` are the
    paragraphs of its scored indicators, ``labels`` say what a figure is called where it is missing and how
    to give it, ``gaps`` what the sheets lack.
    """

    entity: str
    year: int
    scope: str = "部门"
    figures: Mapping[Key, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[Key, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    report: str = REPORT
    indicators: Sequence[Part] = ()
    labels: Mapping[Key, str] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()

    @property
    def printed_names(self) -> dict[str, str]:
        """What the plain slots of an outline print."""
        return {**self.names, "entity": self.entity, "year": str(self.year), "scope": self.scope}


def disclosure(contents: Contents, standards: Standards) -> tuple[Document, Composed]:
    """The disclosure as a document, with what is stated in it and what it lacks."""
    given, report = material(contents, standards)
    whole = standards.outlines.outlines[WHOLE]
    composed = compose_text(whole, given, standards)
    if _puts(whole.body, OVERVIEW):  # its sentences are those of the text without it
        drawn = Document("", "", "composed", composed.blocks)
        page = overview(drawn, contents.figures, contents.printed_names, standards).blocks
        composed = compose_text(whole, given._replace(put={**given.put, OVERVIEW: page}), standards)
    composed.add(report)
    composed.gaps += contents.gaps
    name = whole.title.format_map(contents.printed_names)
    document = Document("", "", "composed", composed.blocks, title=name, author=contents.entity)
    return document, composed


def material(contents: Contents, standards: Standards) -> tuple[Material, Composed]:
    """What the disclosure is composed from, with tables, sheets and report ready; the report's text.

    What the tables lack stands with what the report lacks.
    """
    missing = missing_tables(contents, standards)
    put = {"tables": table_blocks(contents, standards, missing), **sheets_of(contents, standards)}
    report = Composed()
    if contents.report:
        outline = standards.outlines.outlines[contents.report]
        report = outlined(outline, contents, put, standards)
        heading = outline.title.format_map(contents.printed_names)
        put[REPORT] = [
            Paragraph(heading, Place(), level=_ANNEX),
            *(lowered(block, _ANNEX) for block in report.blocks),
        ]
    report.gaps += missing
    return _material(contents, put), report


def _puts(parts: Sequence[str | Part], what: str) -> bool:
    """Whether an outline puts ``what`` somewhere."""
    return any(isinstance(part, Part) and (part.put == what or _puts(part.body, what)) for part in parts)


def outlined(
    outline: Outline, contents: Contents, put: dict[str, list[Block]], standards: Standards
) -> Composed:
    """What the outline says, with the scored indicators where it puts them; ``put`` are the other blocks."""
    own = Outline("indicators", "", "", body=tuple(contents.indicators))
    indicators = compose_text(own, _material(contents, put), standards)
    report = compose_text(outline, _material(contents, {**put, "indicators": indicators.blocks}), standards)
    gaps = [gap._replace(label=contents.labels.get(gap.key, gap.label)) for gap in indicators.gaps]
    report.add(replace(indicators, gaps=gaps, asked=()))
    return report


def lowered(block: Block, levels: int) -> Block:
    """A block of a document that stands below a heading of its own."""
    if isinstance(block, Paragraph) and block.level:
        return replace(block, level=block.level + levels)
    return block


def _material(contents: Contents, put: Mapping[str, list[Block]]) -> Material:
    return Material(contents.figures, contents.printed_names, contents.texts, contents.reasons, put)


def table_blocks(contents: Contents, standards: Standards, missing: Sequence[Gap]) -> list[Block]:
    """The published tables, each with its heading; ``missing`` are those nobody has filled in."""
    own = {key: text for key, text in contents.figures.items() if key[0] in standards.forms}
    known = {key: as_printed(standards.forms[key[0]], key[2], own[key]) for key in sorted(own, key=_by_row)}
    return tables(known, standards, contents.entity, contents.year, {gap.key[0] for gap in missing})


def _by_row(key: Key) -> tuple[bool, str]:
    """The order of figures by their rows as printed: totals first, then codes."""
    coded = key[1].isdecimal()
    return coded, key[1] if coded else ""


def missing_tables(contents: Contents, standards: Standards) -> list[Gap]:
    """The tables that are left blank without the others telling that there is nothing to put in."""
    values = Values(contents.figures, standards)
    forms = (standards.forms[form] for form in values.missing())
    return [Gap("table", (form.id, "", ""), f"《{form.title}》", to_fill_in(form)) for form in forms]


def sheet_blocks(contents: Contents, standards: Standards) -> dict[str, list[Block]]:
    """The blocks of every sheet that has cells, by its address."""
    cells: dict[str, dict[tuple[str, str], str]] = {}
    for (address, row, column), text in contents.figures.items():
        if address.partition("#")[0] in standards.sheets:
            cells.setdefault(address, {})[row, column] = text
    return {
        address: compose_sheet(standards.sheets[address.partition("#")[0]], own, contents.year)
        for address, own in cells.items()
    }


def sheets_of(contents: Contents, standards: Standards) -> dict[str, list[Block]]:
    """The sheets as they are put: those inside the report by name, the others one after another."""
    sheets = sheet_blocks(contents, standards)
    outside = [blocks for form, blocks in sheets.items() if form not in INSIDE]
    return {
        "sheets": [block for blocks in outside for block in (paragraph("", "break"), *blocks)],
        **{form: sheets[form] for form in INSIDE if form in sheets},
    }
