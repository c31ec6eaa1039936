"""From the files of many units to the sheets of one department: gathered, held against a list, rolled up."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mingzhang import jobs as processes
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.documents import Document, UnreadableError, squash
from mingzhang.plans.files import is_data
from mingzhang.readers import SUFFIXES
from mingzhang.readers.container import Source, Sources
from mingzhang.readers.lists import read_list
from mingzhang.reporting.kept import is_kept, kept, read_kept
from mingzhang.scoring.filling import filled
from mingzhang.scoring.names import unified_unit
from mingzhang.scoring.rollup import Listed, Rollup
from mingzhang.scoring.sheets import FUNDS, Gathering, Sheets, Whose
from mingzhang.submissions import Work
from mingzhang.taxonomy import Library, Standards
from mingzhang.version import __version__
from mingzhang.writers import write, write_bytes

_HEADS = frozenset({"单位", "单位名称", "预算单位", "部门", "部门名称", "名称", "序号"})
_DATA = (
    "这是评分数据，不是自评表，没有汇总；请用 mingzhang score 评分，"
    "加 --format xlsx 得到填好的自评表，再汇总这些表"
)
_LOST = "读取此文件的进程意外终止（可能内存不足或超时）；请单独读取此文件，或拆分后再试"


@dataclass(slots=True)
class Gathered:
    """The sheets found, and what to say of files: notes, and those that cannot be read, with the reason."""

    sheets: Sheets
    notes: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def gather(
    paths: Sequence[Path],
    known: Library,
    *,
    edition: str | None,
    overlay: Path | None,
    listed: Sequence[Listed] = (),
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Gathered:
    """All score sheets in ``paths``, in their order; facts at rest are taken as they are."""
    gathering = Gathering()
    found = Gathered(gathering.sheets)
    names = frozenset(unified_unit(unit.name) for unit in listed)
    at_rest = [path for path in paths if path.is_file() and is_kept(path)]
    for path in at_rest:
        gathering.merge(read_kept(path))
    data = [path for path in paths if path.is_file() and is_data(path)]
    found.unreadable = [(str(path), _DATA) for path in data]
    others = [path for path in paths if path not in at_rest and path not in data]
    found.sheets = gathering.sheets
    if not others:
        return found
    with Sources(others, SUFFIXES) as sources:
        found.notes = list(sources.notes)
        count = len(sources.files)
        workers = min(processes.usual(count) if jobs is None else jobs, count)
        tasks = (("understand", number, source) for number, source in enumerate(sources.files))
        waiting: dict[int, Any] = {}
        taken = 0
        with processes.Crew(Work, (edition, overlay), workers) as crew:
            for done, (number, result) in enumerate(crew.results(tasks), 1):
                waiting[number] = result
                while taken in waiting:
                    _take(gathering, found, sources.files[taken], waiting.pop(taken), known, names)
                    taken += 1
                if progress is not None:
                    progress(done, count)
    found.sheets = gathering.sheets
    return found


def _take(
    gathering: Gathering, found: Gathered, source: Source, result: Any, known: Library, names: frozenset[str]
) -> None:
    """Take the sheets of one file."""
    path = source.shown
    if isinstance(result, Exception):
        said = str(result) if isinstance(result, UnreadableError) else _LOST
        found.unreadable.append((path, said))
        return
    file, recognition = result
    if recognition is None:
        found.unreadable.append((path, file.error or _LOST))
        return
    if not recognition.sheets and is_data(source.path):
        found.unreadable.append((path, _DATA))
        return
    standards = known.standards(file.edition)
    identity = file.identity
    whose = Whose(path, identity.entity and squash(identity.entity), identity.year, names)
    titles = {
        form: sheet.title
        for form, sheet in standards.sheets.items()
        if any(FUNDS in section.rows for section in sheet.sections)  # what has no funds has no weight
    }
    gathering.add(recognition.facts, recognition.sheets, titles, whose)
    for sheet in recognition.sheets:
        definition = standards.sheets.get(sheet.form)
        for section in definition.sections if definition else ():
            gathering.name({f"block:{block}": group.labels[0] for block, group in section.groups.items()})
    found.notes += [f"“{path}”：{note}" for note in file.notes]


def keep(sheets: Sheets, path: Path) -> None:
    """Write the sheets as facts at rest, whole or not at all."""
    write_bytes(kept(sheets, __version__), path)


def fill(result: Rollup, known: Library, edition: str | None, path: Path) -> list[str]:
    """Write the rolled-up sheets as filled forms to ``path``; gives what is left to fill in by hand.

    The forms are those of ``edition``, else of the national edition of the year, else of any that has them.
    """
    standards = _forms(result, known, edition)
    cells, blanks = filled(result, standards.sheets)
    blocks = compose_sheets(cells, standards, result.year)
    write(Document("", "", "composed", blocks, title=result.rolled[0].title), path)
    return [
        f"“{path}”中的{name}有{len(labels)}处没有填写，请补充：{'、'.join(labels)}。"
        for name, labels in blanks.items()
        if labels
    ]


def _forms(result: Rollup, known: Library, edition: str | None) -> Standards:
    """The standards that have the forms of all rolled-up sheets."""
    forms = {result.sheets.heads[rolled.members[0]].form for rolled in result.rolled}
    names = [edition] if edition else [known.nearest(result.year or None, None).id, *known.editions]
    every = [known.standards(name) for name in names]
    found = next((standards for standards in every if forms <= standards.sheets.keys()), None)
    if found is None:
        raise UnreadableError(f"版本“{names[0]}”没有所汇总的表；请换一个 --edition，或不指定。")
    return found


def read_units(path: Path) -> list[Listed]:
    """The units of a list: a name in each line, or in the first column of a CSV file that holds one.

    Raises UnreadableError that says what is wrong with the list.
    """
    lines = read_list(path, "单位名单").splitlines()
    rows = list(csv.reader(lines)) if path.suffix.lower() == ".csv" else [[line] for line in lines]
    found: dict[str, Listed] = {}
    for number, row in enumerate(rows, 1):
        name = next((c for c in map(squash, row) if c and not c.isdecimal()), "")
        if not name or name in _HEADS or name.startswith("#"):
            continue
        where = f"“{path}”第{number}行"
        if name in found:
            raise UnreadableError(f"单位名单{where}的“{name}”与{found[name].where}重复，请删去一个。")
        found[name] = Listed(name, where)
    if not found:
        raise UnreadableError(f"单位名单“{path}”中没有单位；请每行写一个单位名称。")
    return list(found.values())
