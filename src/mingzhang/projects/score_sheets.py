"""The score sheets of a project's self-evaluation: data files scored, their money from the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mingzhang.binding.compose_text import Gap
from mingzhang.documents import squash
from mingzhang.facts import Fact, FactSet
from mingzhang.forms import VALUE
from mingzhang.money import Interval
from mingzhang.plans.blocks import MONEY, PROJECT, Filled
from mingzhang.plans.plan import Plan
from mingzhang.projects.filled_sheets import source_of
from mingzhang.projects.indicator_files import project_of
from mingzhang.projects.ledger import Ledger, Observed, amount_text
from mingzhang.provenance import Place
from mingzhang.reporting.score_cells import sheet_cells
from mingzhang.reporting.scores import as_printed
from mingzhang.schemes import Scheme
from mingzhang.scoring.blocks import SheetScore
from mingzhang.scoring.execution import FUNDS
from mingzhang.scoring.score import grade

_UNKNOWN = "【待填写】"
_DEPARTMENT = "department_score_sheet"
_NAMES = {"unit.name": "name", "project.implementer": "implementer"}
"""The rows of a sheet that name its unit, by their concepts."""


class Sheet(NamedTuple):
    """A sheet put into the figures: its total, and what it lacks; ``whole`` is the department's."""

    file: str
    scheme: Scheme
    whole: bool
    total: Interval | None
    gaps: list[Gap]


def add_sheets(plans: Mapping[str, Plan], ledger: Ledger) -> Iterator[Sheet]:
    """Puts the filled sheets of the data files, by their names, into the figures."""
    forms = Counter(plan.scheme.of[0] for plan in plans.values())
    for file, plan in plans.items():
        yield _added(file, plan, forms[plan.scheme.of[0]] == 1, ledger)


def _added(file: str, plan: Plan, only: bool, ledger: Ledger) -> Sheet:
    form, project = plan.scheme.of[0], project_of(plan)
    sheet = ledger.standards.sheets[form]
    address, where = _address(form, project, ledger), f"“{file}”"
    filled = _with_money(plan, address, where, only, ledger)
    scored = plan._replace(sheet=filled).evaluation().sheet
    assert scored is not None
    if scored.total is not None:
        total = as_printed(scored.total)
        scored = scored._replace(total=total, grade=grade(plan.scheme, total))
    cells = sheet_cells(filled.cells, scored)
    for section in sheet.sections:
        for row, slot in section.slots.items():
            if slot.is_ in _NAMES and row in _NAMES.values():
                cells.setdefault((row, VALUE), plan.unit)
            elif slot.is_ == "evaluation.grade" and scored.grade:
                cells[row, VALUE] = scored.grade
            elif slot.holds == "text" and row in ledger.contents.names:
                cells.setdefault((row, VALUE), ledger.contents.names[row])
    title = f"《{sheet.title}》" + (f"“{project}”" if project else "")
    gaps = list(_gaps(scored, title, address, file, cells))
    for (row, column), text in cells.items():
        ledger.put((address, row, column), text, where, f"{title}{row.rpartition('/')[2]}")
    return Sheet(file, plan.scheme, form == _DEPARTMENT, scored.total, gaps)


def _address(form: str, project: str, ledger: Ledger) -> str:
    """The address of the sheet: that of the project's own in the figures, else the next that is free."""
    taken = list(dict.fromkeys(key[0] for key in ledger.figures if key[0].partition("#")[0] == form))
    if not project:
        return form
    for address in taken:
        if squash(ledger.figures.get((address, PROJECT, VALUE), "")) == squash(project):
            return address
    return f"{form}#{len(taken) + 1}" if taken else form


def _with_money(plan: Plan, address: str, where: str, only: bool, ledger: Ledger) -> Filled:
    """The sheet with the money that the project has; where the file says otherwise it is a conflict."""
    assert plan.sheet is not None
    form, project = plan.scheme.of[0], project_of(plan)
    sources = ledger.standards.outlines.filled.get(form, {}).get(FUNDS, {})
    facts, cells, found = plan.sheet.facts, dict(plan.sheet.cells), dict[str, Observed]()
    for column, named in MONEY.items():
        key = address, FUNDS, column
        observed = source_of(key, sources.get(column, ""), project, only, ledger)
        observed = observed or ledger.at(key, ledger.standards.sheets[form].unit)
        number = facts.index.get((form, FUNDS, column))
        if observed is None:
            continue
        found[column] = observed
        if number is not None:
            ledger.agree(key, named, observed, Observed(facts.amount(number), f"{where}的{FUNDS}.{column}"))
        cells[FUNDS, column] = amount_text(observed.amount)
    return Filled(_replaced(facts, form, found), cells)


def _replaced(facts: FactSet, form: str, found: Mapping[str, Observed]) -> FactSet:
    """The facts with other money; all are meant exactly."""
    result = FactSet()
    for number, fact in enumerate(facts):
        if not (fact.key[1] == FUNDS and fact.key[2] in found):
            result.intervals[result.add(fact)] = facts.intervals[number]
    for column, (amount, _) in found.items():
        key = form, FUNDS, column
        fact = Fact(key, "funds", {}, amount, amount_text(amount), 0, Place(), FUNDS, column)
        result.intervals[result.add(fact)] = Interval(amount.centre, amount.centre)
    return result


def _gaps(
    scored: SheetScore, title: str, address: str, file: str, cells: dict[tuple[str, str], str]
) -> Iterator[Gap]:
    """What keeps a block from being scored; its cells are marked."""
    for one in scored.blocks:
        if one.points is not None:
            continue
        marked = [(one.block.is_, "score")] if one.block.is_ == FUNDS else []
        rows = [row for row, column in cells if column == "level3" and row.startswith(f"{one.block.is_}/")]
        marked += [(row, "score") for row in rows if (row, "score") not in cells]
        cells |= dict.fromkeys(marked, _UNKNOWN)
        label = f"{title}{one.block.label}：{one.reason}，填在“{file}”"
        yield Gap("figure", (address, one.block.is_, "score"), label, "")
    if scored.total is None:
        cells["total", "score"] = _UNKNOWN
