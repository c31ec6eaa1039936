"""An exported workbook → the figures of a project: mapped, held against each other, written whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mingzhang.binding.asked import label
from mingzhang.binding.complete import rows_of, totals_of
from mingzhang.binding.disclosure import disclosure
from mingzhang.binding.slots import meaning
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import ERROR, WARNING, Finding
from mingzhang.checking.outcome import Submission
from mingzhang.documents import UnreadableError, fold, squash
from mingzhang.facts import Fact, FactSet, Key
from mingzhang.money import Amount, Interval, format_amount, parse
from mingzhang.projects.code_names import misnamed_rows
from mingzhang.projects.exact import in_form
from mingzhang.projects.exported import Exported, Found, read_exported
from mingzhang.projects.figures_file import completed_totals
from mingzhang.projects.folder import figures_data, read_project
from mingzhang.projects.leftovers import Leftover
from mingzhang.projects.project import FIGURES, Project
from mingzhang.taxonomy import Library, Standards
from mingzhang.writers import write_bytes

BACKUP = f"{FIGURES}.bak"
_LEDGER = "元"
_YEAR = re.compile(r"(20\d\d) *年(?! *\d+ *月)")
_CODED = re.compile(r"^[\[(]?[\d-]*[\])]?[-:]?")
_BRACKETS = re.compile(r"\([^()]*\)$")


class ImportRefusedError(UnreadableError):
    """A workbook that is not imported: a sentence for each reason in Chinese, with place and remedy."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        told = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"“{path}”有{len(self.faults)}处问题，没有导入：\n{told}")


@dataclass(slots=True)
class Imported:
    """What a workbook gave a project.

    ``tables`` are the tables with the cells of their figures, ``missing`` the titles of those that stay as
    they are in the project; ``completed`` totals that the workbook leaves out, as worked out; ``findings``
    the totals and equalities that do not hold, told with both values.
    """

    project: Project
    standards: Standards
    tables: Mapping[str, Found]
    figures: Mapping[Key, str]
    leftovers: Sequence[Leftover]
    missing: Sequence[str]
    completed: Mapping[Key, str]
    findings: Sequence[Finding]
    notes: Sequence[str]
    files: list[Path] = field(default_factory=list)

    def label(self, key: Key) -> str:
        """What the figure at ``key`` is called."""
        return label(key, self.standards, self.project.contents.year).text


def read_import(path: Path, folder: Path, library: Library, partial: bool = False) -> Imported:
    """What the workbook at ``path`` gives the project in ``folder``; nothing is written.

    Raises ImportRefusedError with every reason, ProjectError for a project with faults. ``partial`` says
    that tables may be missing.
    """
    project, standards = read_project(folder, library)
    exported = read_exported(path, standards)
    missing = [form.title for form in standards.forms.values() if form.id not in exported.tables]
    figures = {
        key: in_form(figure.amount, table.form)
        for table in exported.tables.values()
        for key, figure in table.figures.items()
    }
    faults = [*exported.faults, *_faults(exported, project, standards, figures)]
    if not exported.tables:
        faults = [
            "没有找到决算公开的任何一张表；请确认是决算系统导出的报表，"
            "每张表有标题（如“收入支出决算总表”）或表号（如“公开01表”“Z01”）。"
        ]
    elif missing and not partial:
        names = "、".join(f"《{title}》" for title in missing)
        faults.append(
            f"没有找到{names}的工作表；请在工作簿中补上（没有数字的表保留空表），"
            "或加 --partial 只导入找到的表。"
        )
    if faults:
        raise ImportRefusedError(path, faults)
    completed = completed_totals(figures, standards)
    findings = _disagreements(exported, completed, standards, project)
    return Imported(
        project, standards, exported.tables, figures, exported.leftovers, missing, completed, findings,
        exported.notes,
    )  # fmt: skip


def write_import(imported: Imported, replacing: bool) -> None:
    """Write the figures into the project, whole or not at all; the old workbook stays beside it.

    Raises UnreadableError where the project has other figures in these tables and ``replacing`` is not
    set, or where the folder cannot be written.
    """
    project, standards = imported.project, imported.standards
    taken = imported.tables.keys()
    known = {key: text for key, text in project.contents.figures.items() if key in project.sources}
    old = {key: text for key, text in known.items() if key[0] in taken}
    lost = sum(imported.figures.get(key) != text for key, text in old.items())
    path = project.folder / FIGURES
    if lost and not replacing:
        raise UnreadableError(
            f"“{path}”的这些表中已有{len(old)}个数字，其中{lost}个与导入的不同或不在导入的工作簿中，没有改动；"
            f"确认以导入的为准时加 --replace，原来的文件会保留为“{BACKUP}”。"
        )
    kept = {key: text for key, text in known.items() if key[0] not in taken}
    contents = replace(project.contents, figures={**imported.figures, **kept})
    data = figures_data(contents, disclosure(contents, standards)[1], standards)
    try:
        backup = _backup(project.folder)
        write_bytes(path.read_bytes(), backup)
        write_bytes(data, path)
    except OSError as error:
        raise UnreadableError(
            f"无法写入“{path}”，没有改动；请检查写入权限，并关闭正打开它的Excel或WPS。"
        ) from error
    imported.files += [path, backup]


def _backup(folder: Path) -> Path:
    """A file for the figures as they were that none before has: figures.xlsx.bak, figures.xlsx.bak2, …"""
    names = (BACKUP, *(f"{BACKUP}{number}" for number in range(2, 1000)))
    return next(path for path in map(folder.joinpath, names) if not path.exists())


# ── what stands in the way ────────────────────────────────────────────────────────────────────


def _faults(
    exported: Exported, project: Project, standards: Standards, figures: Mapping[Key, str]
) -> Iterator[str]:
    for table in exported.tables.values():
        yield from _whose(table, project)
        if table.reading.money is None and table.figures:
            yield f"工作表“{table.sheet}”没有写金额单位；请在表头写明“单位：元”或“单位：万元”。"
        for _, _, text, place in table.reading.odd:
            told = f"“{text}”不是数字，请在导出的工作簿中改为数字或留空。"
            yield f"{place.describe()}（《{table.form.title}》）：{told}"
        for leftover in table.leftovers:
            if leftover.fault:
                yield f"{leftover.where}：{leftover.reason}。"
        for place, wrong in misnamed_rows(table.reading, standards, project.contents.year):
            yield f"{place.describe()}：{wrong}"
        yield from _unknown_codes(table, project.contents.year, standards)
        yield from _uncalculated(table, figures, standards)


def _whose(table: Found, project: Project) -> Iterator[str]:
    """A unit or a year that is not the project's."""
    contents, entity = project.contents, table.reading.entity
    if entity is not None and entity.value and _name(entity.value) != _name(contents.entity):
        yield (
            f"{entity.place.describe()}：表中的单位是“{entity.value}”，项目的单位是“{contents.entity}”；"
            "请确认没有导错，是同一单位的，把 unit.yaml 的 name 改成一致。"
        )
    for text, place in table.lines:
        years = {int(year) for year in _YEAR.findall(fold(text))}
        if years and contents.year not in years:
            told = "、".join(map(str, sorted(years)))
            yield (
                f"{place.describe()}：表中的年度是{told}年，项目的年度是{contents.year}年；"
                f"请导入{contents.year}年度的工作簿。"
            )


def _name(text: str) -> str:
    """A unit's name without a code before it and a remark after it."""
    return _BRACKETS.sub("", _CODED.sub("", squash(text)))


def _unknown_codes(table: Found, year: int, standards: Standards) -> Iterator[str]:
    lists = {block.codes.list_ for block in table.form.blocks if block.codes is not None}
    for code, seen in table.reading.rows.items():
        if code.isdecimal() and not any(code in standards.codelists[name] for name in lists):
            yield (
                f"{seen.place.describe()}（《{table.form.title}》）：科目编码“{code}”（{seen.label}）不在{year}年"
                "政府收支分类科目中，请核对；是本地科目的，用 --standards 加入。"
            )


def _uncalculated(table: Found, figures: Mapping[Key, str], standards: Standards) -> Iterator[str]:
    """Formulas without a result that no sum of other cells gives."""
    codes = sorted(row for row in table.reading.rows if row.isdecimal())
    rows = {table.form.id: rows_of(table.form, codes, codes)}
    totals = {total.key for total in totals_of(rows, standards)}
    for key, place in table.uncalculated.items():
        if key not in totals:
            yield (
                f"{place.describe()}（《{table.form.title}》）：公式没有保存计算结果；"
                "请用Excel或WPS打开工作簿，重新计算并保存后再导入。"
            )


# ── what does not agree ───────────────────────────────────────────────────────────────────────


def _disagreements(
    exported: Exported, completed: Mapping[Key, str], standards: Standards, project: Project
) -> list[Finding]:
    """The relations of the tables that the figures as they stand in the workbook, and its totals, break."""
    facts = FactSet()
    readings = {}
    for table in exported.tables.values():
        readings[table.form.id] = table.reading
        for figure in table.figures.values():
            number = facts.add(figure)
            if figure.amount.unit == _LEDGER:  # nothing was rounded: a total is the sum to the 分
                facts.intervals[number] = Interval(facts.centres[number], facts.centres[number])
    for key, text in completed.items():
        table = exported.tables[key[0]]
        amount = parse(text, table.form.unit)
        if key[1] in table.reading.rows and amount is not None:
            facts.add(_total(key, amount, table))
    contents = project.contents
    submission = Submission(facts, readings, standards, contents.year, entity=contents.entity)
    relations = {relation.id for relation in standards.relations}
    found = check_submission(submission).findings
    return [
        finding for finding in found if finding.rule in relations and finding.severity in (ERROR, WARNING)
    ]


def _total(key: Key, amount: Amount, table: Found) -> Fact:
    """A total that was worked out, as if the sheet printed it."""
    _, row, column = key
    block = next(b for b in table.form.blocks if column in b.columns and (row in b.rows or row.isdecimal()))
    concept, dimensions = meaning(table.form, block, row, column)
    seen, head = table.reading.rows[row], block.columns[column].labels
    printed = format_amount(amount.centre, amount.unit, amount.decimals)
    label = head[0] if head else column
    return Fact(key, concept, dimensions, amount, printed, 0, seen.place, seen.label, label)
