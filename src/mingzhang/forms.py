"""Records of the forms: the published tables, and the sheets of the self-evaluation.

A *form* is a table of one layout. A *sheet* is a sequence of sections, each of its own kind. The
records are data from ``standards/forms``; the same definition finds, reads and draws a form.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

import msgspec

from mingzhang.money import MONEY

LAYOUTS = ("lines", "codes", "entries", "single")
KINDS = ("pairs", "lines", "table", "indicators")
SIDES = ("inside", "before", "after")
HOLDS = ("figure", "text", "measure")


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Slot(_Record, rename={"is_": "is", "with_": "with"}):
    """A printed row or column: its labels, its concept and the dimensions it adds.

    ``unit`` is the unit of its figures (of money where it is blank); ``optional`` slots are printed only
    where they are filled. On sheets also: ``holds`` says what stands there (a figure, a text, or a measure
    such as ≥5个, kept as both), ``names`` the dimension of the rows with names of their own below this
    row, ``dimension`` the one that the text gives to all facts.
    """

    label: str | tuple[str, ...] = ()
    is_: str | None = None
    with_: dict[str, str] = {}
    holds: str = "figure"
    unit: str = ""
    names: str = ""
    dimension: str = ""
    optional: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The accepted labels, the printed one first."""
        return (self.label,) if isinstance(self.label, str) else self.label


class CodeRows(_Record, rename={"is_": "is", "list_": "list"}):
    """Rows keyed by the codes of a code list."""

    list_: str
    is_: str | None = None


class FormBlock(_Record):
    """One group of columns with its rows; ``lines`` forms print two blocks side by side."""

    columns: dict[str, Slot]
    rows: dict[str, Slot] = {}
    codes: CodeRows | None = None


class Variant(_Record):
    """Another layout that a form may have."""

    layout: str
    blocks: tuple[FormBlock, ...]
    implied: str = ""


class Form(
    _Record,
    rename={
        "also_titled": "also titled",
        "also_numbered": "also numbered",
        "with_": "with",
        "side_by_side": "side by side",
    },
):
    """A table as an edition prints it.

    ``number`` is the one it is published under, ``also numbered`` are those that the software of final
    accounts gives the same table.
    ``layout`` is ``lines`` (labelled rows, blocks side by side), ``codes`` (code, name, figures),
    ``entries`` (code, name, figure repeated side by side; ``side_by_side`` lists the 类 of each
    group, what is left stands in a last one) or ``single`` (items by stages, mostly in one row;
    ``implied`` is the stage of a table that names none). ``variants`` are layouts of other places.
    Labels of columns may name the header above: ``上级>下级``. An ``optional`` form is
    never due and stands apart, in ``Standards.extras``.
    """

    id: str
    title: str
    layout: str
    blocks: tuple[FormBlock, ...]
    reference: str
    side_by_side: tuple[tuple[str, ...], ...] = ()
    number: str | None = None
    also_titled: tuple[str, ...] = ()
    also_numbered: tuple[str, ...] = ()
    unit: str = "万元"
    alternating: bool = False
    implied: str = ""
    variants: tuple[Variant, ...] = ()
    optional: bool = False
    with_: dict[str, str] = {}

    @property
    def titles(self) -> tuple[str, ...]:
        """The accepted titles, the printed one first."""
        return (self.title, *self.also_titled)

    def laid_out(self) -> Iterator[Form]:
        """The form in each of its layouts, its own first."""
        yield self
        for variant in self.variants:
            yield msgspec.structs.replace(
                self, layout=variant.layout, blocks=variant.blocks, implied=variant.implied, variants=()
            )

    def faults(self, codelists: Container[str]) -> Iterator[str]:
        """What keeps the form from being used, for the user."""
        for form in self.laid_out():
            yield from form._faults(codelists)

    def _faults(self, codelists: Container[str]) -> Iterator[str]:
        blocks = self.blocks
        if self.layout not in LAYOUTS:
            yield f"表“{self.id}”的布局“{self.layout}”不存在，可用：{'、'.join(LAYOUTS)}。"
        if not blocks or not all(block.columns for block in blocks):
            yield f"表“{self.id}”没有栏目。"
            return
        if self.unit not in MONEY:
            yield f"表“{self.id}”的金额单位“{self.unit}”不存在。"
        for block in blocks:
            if block.codes is not None and block.codes.list_ not in codelists:
                yield f"表“{self.id}”所用的编码表“{block.codes.list_}”不存在。"
        if self.layout == "codes" and blocks[0].codes is None:
            yield f"表“{self.id}”没有指定编码表。"
        if self.implied and self.implied not in blocks[0].rows:
            yield f"表“{self.id}”的行“{self.implied}”不存在。"
        rows = [row for row in blocks[0].rows.values() if not row.optional]
        if self.layout == "entries" and (blocks[0].codes is None or len(rows) != 2):
            yield f"表“{self.id}”应当指定编码表和两个合计行。"


class Group(_Record):
    """A block of indicators: its labels and its parts of the second level."""

    label: str | tuple[str, ...]
    parts: dict[str, Slot] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        """The accepted labels, the printed one first."""
        return (self.label,) if isinstance(self.label, str) else self.label


class Section(_Record, rename={"is_": "is", "with_": "with"}):
    """One part of a sheet, by its ``kind``.

    ``pairs`` are labels with their values in the next cells; ``lines`` are labels with a colon and
    their values in one text: a cell, or a paragraph ``before`` or ``after`` the sheet (``where``);
    ``table`` is a header of ``columns`` over labelled ``rows``, over rows with free names (``names``
    is their dimension) or, where it has neither, over one row; ``indicators`` is a header whose
    columns ``levels`` are carried down, over ``groups`` of indicators and the labelled ``rows``.
    ``lead`` is what the header prints above the labels, ``caption`` what stands beside the section;
    rows printed as "label：figure" in one cell give the column ``inline``. An ``optional`` section is
    printed only where it is filled.
    """

    id: str
    kind: str
    caption: str = ""
    where: str = "inside"
    lead: str | tuple[str, ...] = ()
    slots: dict[str, Slot] = {}
    columns: dict[str, Slot] = {}
    rows: dict[str, Slot] = {}
    names: str = ""
    levels: tuple[str, ...] = ()
    groups: dict[str, Group] = {}
    inline: str = ""
    optional: bool = False
    is_: str | None = None
    with_: dict[str, str] = {}

    @property
    def leads(self) -> tuple[str, ...]:
        """The accepted header texts above the row labels, the printed one first."""
        return (self.lead,) if isinstance(self.lead, str) else self.lead

    def faults(self, concepts: Container[str]) -> Iterator[str]:
        """What keeps the section from being read, for the user; each after the sheet's name."""
        part = f"的节“{self.id}”"
        if self.kind not in KINDS or self.where not in SIDES:
            yield f"{part}的类型“{self.kind}”或位置“{self.where}”不存在。"
            return
        if not (self.slots if self.kind in ("pairs", "lines") else self.columns):
            yield f"{part}没有栏目。"
        unknown = [level for level in self.levels if level not in self.columns]
        if unknown or (self.kind == "indicators") != bool(self.levels):
            yield f"{part}的指标级次“{'、'.join(unknown)}”不是它的栏。"
        if self.inline and self.inline not in self.columns:
            yield f"{part}的栏“{self.inline}”不存在。"
        heads = sum(1 for slot in self.columns.values() if slot.labels) + bool(self.leads or self.caption)
        if self.columns and heads < 2:
            yield f"{part}的表头不足两个标签，无法辨认。"
        for slot in (*self.slots.values(), *self.columns.values(), *self.rows.values()):
            if slot.holds not in HOLDS:
                yield f"{part}的内容类型“{slot.holds}”不存在，可用：{'、'.join(HOLDS)}。"
            if slot.is_ is not None and slot.is_ not in concepts:
                yield f"{part}所指的概念“{slot.is_}”不存在。"


VALUE = "value"
"""The column of a label's value in pairs and lines."""


class Sheet(_Record, rename={"also_titled": "also titled", "with_": "with"}):
    """A form of sections, such as a score sheet; a document may hold several.

    ``like`` names a sheet whose sections it takes over, except those that it states under the same id.
    ``labels`` are labels of slots that it prints and no sheet like it does.
    """

    id: str
    title: str
    reference: str
    sections: tuple[Section, ...] = ()
    labels: dict[str, str] = {}
    like: str = ""
    also_titled: tuple[str, ...] = ()
    unit: str = "万元"
    with_: dict[str, str] = {}

    @property
    def titles(self) -> tuple[str, ...]:
        """The accepted titles, the printed one first."""
        return (self.title, *self.also_titled)

    def prints(self, row: str, column: str) -> bool:
        """Whether the sheet has this cell in a row of its own."""
        return any(
            column == VALUE if row in section.slots else column in section.columns
            for section in self.sections
            if row in (section.id, *section.slots, *section.rows)
        )

    def unit_at(self, row: str, column: str) -> str:
        """The unit of the figures in a cell."""
        for section in self.sections:
            slot = section.slots.get(row) or section.columns.get(column)
            if slot is not None and slot.unit:
                return slot.unit
        return self.unit

    def faults(self, forms: Container[str], concepts: Container[str]) -> Iterator[str]:
        """What keeps the sheet from being used, for the user."""
        where = f"表“{self.id}”"
        if self.id in forms or not self.sections:
            yield f"{where}没有分节，或与另一张表同名。"
        if self.unit not in MONEY:
            yield f"{where}的金额单位“{self.unit}”不存在。"
        seen: set[str] = set()
        for section in self.sections:
            yield from (where + fault for fault in section.faults(concepts))
            keys = {section.id, *section.slots, *section.rows, *section.groups}
            if twice := seen & keys:
                yield f"{where}的节“{section.id}”的行“{'、'.join(sorted(twice))}”在表中不止一处。"
            seen |= keys
        slots = {key for section in self.sections for key in section.slots}
        if unknown := self.labels.keys() - slots:
            yield f"{where}的标签所指的栏“{'、'.join(sorted(unknown))}”不存在。"


class FormFile(_Record):
    """The forms and sheets of an edition."""

    edition: str
    forms: tuple[Form, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def whole(sheet: Sheet, sheets: Mapping[str, Sheet], seen: tuple[str, ...] = ()) -> Sheet:
    """``sheet`` with the sections of the sheet that it is like; raises ValueError with the reason."""
    if not sheet.like:
        return _labelled(sheet)
    if sheet.like not in sheets or sheet.id in seen:
        raise ValueError(f"表“{sheet.id}”所仿照的表“{sheet.like}”不存在，或仿照关系成环。")
    model = whole(sheets[sheet.like], sheets, (*seen, sheet.id))
    own = {section.id: section for section in sheet.sections}
    taken = [own.pop(section.id, section) for section in model.sections]
    return _labelled(msgspec.structs.replace(sheet, sections=(*taken, *own.values())))


def _labelled(sheet: Sheet) -> Sheet:
    """``sheet`` with its own labels before those that its slots accept."""

    def slot(key: str, known: Slot) -> Slot:
        own = sheet.labels.get(key)
        if own is None:
            return known
        others = (label for label in known.labels if label != own)
        return msgspec.structs.replace(known, label=(own, *others))

    def labelled(section: Section) -> Section:
        slots = {key: slot(key, known) for key, known in section.slots.items()}
        return msgspec.structs.replace(section, slots=slots)

    if not sheet.labels:
        return sheet
    return msgspec.structs.replace(sheet, sections=tuple(map(labelled, sheet.sections)))


def dimensions(*parts: Mapping[str, str]) -> dict[str, str]:
    """The union of dimensions, later parts first."""
    union: dict[str, str] = {}
    for part in parts:
        union.update(part)
    return union
