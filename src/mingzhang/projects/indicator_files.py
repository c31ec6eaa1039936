"""The data files of a project's self-evaluation: ``indicators.xlsx`` or ``.yaml``, more in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mingzhang.documents import UnreadableError, quoted, squash
from mingzhang.plans.blocks import PROJECT
from mingzhang.plans.plan import Plan, PlanError
from mingzhang.plans.validate import read_plan
from mingzhang.projects.project import UNIT, ProjectError
from mingzhang.projects.unit_file import UnitFile
from mingzhang.taxonomy import Library, Standards

INDICATORS = "indicators"
"""The name of the file of the department, and of the folder with those of its projects."""

_SUFFIXES = (".xlsx", ".yaml", ".yml")
_TEMPORARY = ("~", ".")
_DEPARTMENT = "department_score_sheet"


def read_plans(folder: Path, unit: UnitFile, library: Library, standards: Standards) -> dict[str, Plan]:
    """The data files of the project in ``folder`` by their names in it; raises ProjectError."""
    faults: list[str] = []
    found: dict[str, Plan] = {}
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        try:
            plan = read_plan(path, library, None, standards.edition.id)
        except PlanError as error:
            faults += [f"“{name}”{fault}" for fault in error.faults]
            continue
        except UnreadableError as error:
            faults.append(str(error))
            continue
        if plan is None:
            faults.append(f"“{name}”不是评分数据；用 mingzhang score template 可以生成模板。")
        else:
            found[name] = plan
            faults += _faults(name, plan, unit, standards)
    faults += _twice(found)
    if faults:
        raise ProjectError(folder, faults)
    return found


def project_of(plan: Plan) -> str:
    """The name of the project that a sheet is of; empty for a department's."""
    return plan.sheet.cells.get((PROJECT, "value"), "") if plan.sheet is not None else ""


def _paths(folder: Path) -> Iterator[Path]:
    """The files in order: the department's, then those of the folder."""
    try:
        inside = sorted((folder / INDICATORS).iterdir()) if (folder / INDICATORS).is_dir() else []
    except OSError as error:
        raise ProjectError(folder, [f"“{INDICATORS}”文件夹无法打开，请检查权限。"]) from error
    for path in (*(folder / f"{INDICATORS}{suffix}" for suffix in _SUFFIXES), *inside):
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith(_TEMPORARY) and path.is_file():
            yield path


def _faults(name: str, plan: Plan, unit: UnitFile, standards: Standards) -> Iterator[str]:
    """What does not go with the project: another year or unit, a scheme without points."""
    if plan.year != unit.year:
        yield f"“{name}”的年度是{plan.year}，“{UNIT}”的 year 是{unit.year}，请改为一致。"
    whole = plan.sheet is None or plan.scheme.of[0] == _DEPARTMENT
    if whole and squash(plan.unit) != squash(unit.name):
        yield f"“{name}”的单位是{quoted(plan.unit)}，“{UNIT}”的 name 是{quoted(unit.name)}，请改为一致。"
    if plan.sheet is None and not plan.scheme.of:
        can = "、".join(s.id for s in standards.schemes.values() if s.of)
        yield f"“{name}”的指标体系{quoted(plan.scheme.id)}没有分值，不能写进自评报告，可用：{can}。"


def _twice(plans: Mapping[str, Plan]) -> Iterator[str]:
    """Files for one and the same evaluation."""
    first: dict[tuple[str, str], str] = {}
    for name, plan in plans.items():
        about = (plan.scheme.of[0] if plan.sheet is not None else "", squash(project_of(plan)))
        before = first.setdefault(about, name)
        if before != name:
            what = f"项目{quoted(project_of(plan))}" if about[1] else "部门整体的同一种评价"
            yield f"“{before}”和“{name}”都是{what}的评分数据，请只留一个。"
