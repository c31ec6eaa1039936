"""What is wrong with the standards of an edition: names that nothing has, values that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mingzhang.expressions import LEVELS, VIRTUAL, Selector, references
from mingzhang.schemes import Scheme, cell
from mingzhang.taxonomy.records import ChecklistRow, RelationSource, StandardsError
from mingzhang.taxonomy.relations import Relation, parsed

if TYPE_CHECKING:
    from mingzhang.taxonomy import Standards

SEVERITIES = ("error", "warning", "notice")
BASES = ("law", "rule", "form", "practice")
_FUNDS = "funds"
"""The row of a sheet whose rate of execution a block scores."""


def faults(standards: Standards) -> Iterator[str]:
    """All that is wrong with an edition, each with the file that it is written in."""
    for form in (*standards.forms.values(), *standards.extras.values()):
        yield from _written(standards, "forms", form.id, form.faults(standards.codelists))
    for sheet in standards.sheets.values():
        yield from _written(standards, "sheets", sheet.id, sheet.faults(standards.forms, standards.concepts))
    yield from _written(standards, "narratives", "", standards.narratives.faults())
    outlines = standards.outlines.faults(standards.narratives.sections)
    yield from _written(standards, "outlines", "", (*outlines, *_filled_faults(standards)))
    cells = {*standards.forms, *standards.extras, *standards.sheets, *standards.narratives.sections}
    for scheme in standards.schemes.values():
        found = (*scheme.faults(cells), *_block_faults(standards, scheme), *_input_faults(standards, scheme))
        yield from _written(standards, "schemes", scheme.id, found)
    for row in standards.checklist.values():
        yield from _written(standards, "rows", row.id, _row_faults(standards, row))
    for check in standards.checks.values():
        if check.severity not in SEVERITIES or check.basis not in BASES:
            told = f"检查“{check.id}”的级别“{check.severity}”或性质“{check.basis}”不存在。"
            yield from _written(standards, "checks", check.id, [told])
    for name, words in standards.lexicons.items():
        for word in words:
            if not (word.word.strip("…#") and word.reason and word.source):
                told = f"词表“{name}”的“{word.word}”缺少词语、理由或出处。"
                yield from _written(standards, "lexicons", name, [told])
    for source in standards.sources.values():
        yield from _written(standards, "relations", source.id, _relation_faults(standards, source))


def _written(standards: Standards, kind: str, id_: str, faults: Iterable[str]) -> Iterator[str]:
    """Faults of an item with the file that it is written in."""
    file = standards.written.get(f"{kind}:{id_}")
    for fault in faults:
        yield f"标准文件“{file}”：{fault}" if file else fault


def _row_faults(standards: Standards, row: ChecklistRow) -> Iterator[str]:
    name = f"检查表的“{row.title}”"
    for section in row.sections:
        if section not in standards.narratives.sections:
            yield f"{name}所指的章节“{section}”不存在。"
    for part in row.parts:
        if part not in standards.narratives.parts:
            yield f"{name}所指的部分“{part}”不存在。"
    if row.each not in ("", "forms", "sheets"):
        yield f"{name}的each只能是forms或sheets。"


def _filled_faults(standards: Standards) -> Iterator[str]:
    """The cells that outlines fill are those of sheets."""
    for form, rows in standards.outlines.filled.items():
        for row, columns in rows.items():
            for column in columns:
                if form not in standards.sheets or not standards.sheets[form].prints(row, column):
                    yield f"没有“{form}[{row}, {column}]”这一格（filled）。"


def _relation_faults(standards: Standards, source: RelationSource) -> Iterator[str]:
    if source.severity not in SEVERITIES:
        yield f"关系“{source.id}”的级别“{source.severity}”不存在。"
    if source.unstated not in ("", "zero"):
        yield f"关系“{source.id}”的 unstated 只能是 zero。"
    if source.basis not in BASES:
        yield f"关系“{source.id}”的性质“{source.basis}”不存在。"
    try:
        _cells_exist(standards, parsed(source))
    except StandardsError as error:
        yield from error.faults


def _cells_exist(standards: Standards, relation: Relation) -> None:
    """The rows and columns that a relation names are those of its forms; raises StandardsError."""
    for binding in relation.bindings:
        if binding.form is not None:
            _rows_exist(standards, relation, binding.form, binding.atoms, {})
    free = {
        binding.variable: [atom.name for atom in binding.atoms] if binding.form is None else []
        for binding in relation.bindings
    }
    for comparison in (*relation.conditions, relation.expect):
        for reference in references(comparison):
            _rows_exist(standards, relation, reference.form, reference.rows, free)
            _, known = _printable(standards, relation, reference.form)
            for atom in reference.columns:
                for name in free.get(atom.name, [atom.name]):
                    if known is not None and name not in known:
                        raise StandardsError(
                            f"关系“{relation.id}”所指的栏“{reference.form}[…, {name}]”不存在。"
                        )


def _block_faults(standards: Standards, scheme: Scheme) -> Iterator[str]:
    """Blocks are those of a sheet."""
    name = f"指标体系“{scheme.id}”"
    graded = {id_: s for id_, s in standards.sheets.items() if any(section.groups for section in s.sections)}
    sheets = [graded[form] for form in scheme.of if form in graded]
    if scheme.blocks and (not sheets or len(sheets) < len(scheme.of)):
        yield f"{name}由各类指标组成（blocks），of应当是自评表，可用：{'、'.join(graded)}。"
    for sheet in sheets if scheme.blocks else ():
        rows = {row for section in sheet.sections for row in section.rows}
        groups = [group for section in sheet.sections for group in section.groups]
        known = [*({_FUNDS} & rows), *groups]
        for block in scheme.blocks:
            if block.is_ not in known:
                can = "、".join(known)
                yield f"{name}的“{block.label}”：表“{sheet.id}”没有“{block.is_}”这一类，可用：{can}。"


def _input_faults(standards: Standards, scheme: Scheme) -> Iterator[str]:
    """The cells that hold the inputs of a scheme are those of its forms, sheets and sections."""
    for indicator in scheme.indicators:
        for name, needed in indicator.inputs.items():
            for address in needed.is_:
                if not _has(standards, address):
                    where = f"指标体系“{scheme.id}”的指标“{indicator.id}”的“{name}”"
                    yield f"{where}：没有“{address}”这一格，请核对行和栏的编号。"


def _has(standards: Standards, address: str) -> bool:
    """Whether there is the row and column; what is no address, or of no form, is told elsewhere."""
    try:
        form, row, column = cell(address)
    except ValueError:
        return True
    if form in standards.sheets:
        return standards.sheets[form].prints(row, column)
    if form in standards.narratives.sections:
        return row in standards.narratives.subjects
    table = standards.forms.get(form) or standards.extras.get(form)
    return table is None or any(
        column in block.columns and (row in block.rows or row.isdecimal()) for block in table.blocks
    )


def _printable(
    standards: Standards, relation: Relation, form: str
) -> tuple[set[str] | None, set[str] | None]:
    """The fixed rows and the columns that ``form`` or section can have; None where any may be."""
    if form in standards.forms:
        blocks = standards.forms[form].blocks
        return {row for b in blocks for row in b.rows}, {column for b in blocks for column in b.columns}
    if form in standards.narratives.sections:
        return set(standards.narratives.subjects), None
    if form in standards.sheets or form in VIRTUAL:
        return None, None
    raise StandardsError(f"关系“{relation.id}”所指的表“{form}”不存在。")


def _rows_exist(
    standards: Standards,
    relation: Relation,
    form: str,
    atoms: Sequence[Selector],
    free: Mapping[str, Sequence[str]],
) -> None:
    fixed, _ = _printable(standards, relation, form)
    for atom in atoms:
        for name in free.get(atom.name) or [atom.name]:
            bound = atom.children or (atom.name in free and not free[atom.name])
            if fixed is not None and not (bound or name in LEVELS or name.isdecimal() or name in fixed):
                raise StandardsError(f"关系“{relation.id}”所指的行“{form}[{name}, …]”不存在。")
