"""Score sheets of units or projects → one sheet of the department.

Counts and money are added; rates are averaged by funds (全年预算数), as are scores and weights; the rate of
execution and its score follow from the sums. What cannot be added is not evaluated, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from mingzhang.measures import Measured, plain
from mingzhang.scoring.joining import JoinedRow, Joining
from mingzhang.scoring.names import unified_unit
from mingzhang.scoring.plausible import faults
from mingzhang.scoring.sheets import Head, Sheets

UNIT, PROJECT = "unit", "project"
"""What is rolled up: the sheets of whole units, or those of projects."""

DEPARTMENT, PROJECTS = "department", "project"
"""The evaluations of sheets that are for a whole unit, and for a project."""

ERROR, WARNING = "error", "warning"

Reads = Callable[[str, str], Measured | str]
"""A printed value, and the unit where it prints none → the figure, or why it is none."""


class RollupError(ValueError):
    """Sheets that cannot be rolled up; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way: an error lets nothing be written, a warning leaves a sheet or figure out."""

    kind: str
    severity: str
    message: str
    file: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit that has to be there: its name, and where the list says so."""

    name: str
    where: str


@dataclass(slots=True)
class Rolled:
    """One sheet of the department, from ``members`` (numbers of sheets)."""

    title: str
    name: str
    evaluation: str
    members: list[int]
    units: int
    rows: list[JoinedRow] = field(default_factory=list)

    def row(self, key: str) -> JoinedRow | None:
        """The row of this key; of indicators the unified name."""
        return next((row for row in self.rows if row.key == key), None)


@dataclass(slots=True)
class Rollup:
    """What the roll-up gives: the department's sheets, and what was left out or stands in the way."""

    by: str
    year: int
    sheets: Sheets
    rolled: list[Rolled] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """What leaves nothing to be written."""
        return [problem for problem in self.problems if problem.severity == ERROR]


def rollup(
    sheets: Sheets, *, by: str = UNIT, units: Sequence[Listed] | None = None, reads: Reads = plain
) -> Rollup:
    """Roll ``sheets`` up by unit or by project; ``units`` are those that have to be there.

    Raises RollupError where there is nothing to roll up, or ``by`` is neither.
    """
    if by not in (UNIT, PROJECT):
        raise RollupError(f"不能按“{by}”汇总；请用 {UNIT} 或 {PROJECT}。")
    choice = _Choice(sheets, by, units)
    result = Rollup(by, choice.year, sheets, problems=choice.problems)
    if not result.errors:
        joining = Joining(sheets, reads)
        for title, name, members in choice.groups():
            rolled = _joined(joining, title, name, members, choice)
            result.rolled.append(rolled)
        result.notes += [*choice.notes(), *_project_sums(result)]
    return result


def _project_sums(result: Rollup) -> Iterable[str]:
    """Where the project sheets together are not what the units' sheets say of projects, by column."""
    whole, projects = (
        next((r for r in result.rolled if result.by == UNIT and r.evaluation == evaluation), None)
        for evaluation in (DEPARTMENT, PROJECTS)
    )
    stated = whole.row("project") if whole else None
    added = projects.row("funds") if projects else None
    if stated is None or added is None:
        return
    for column, one in stated.figures.items():
        other = added.figures.get(column)
        if other is None or one.base is None or other.base is None or one.base.meets(other.base):
            continue
        printed = result.sheets.labels.get(f"column:{column}", column)
        yield (
            f"各单位自评表“{stated.label}”行的“{printed}”合计为{one.printed}{one.unit}，"
            f"项目自评表合计为{other.printed}{other.unit}；"
            "请核对是否有项目没有附自评表（由财政部门评价的项目除外）。"
        )


def _joined(joining: Joining, title: str, name: str, members: list[int], choice: _Choice) -> Rolled:
    heads = joining.sheets.heads
    units = len({heads[member].unit for member in members})
    rolled = Rolled(title, name, heads[members[0]].evaluation, members, units)
    only_funds = choice.by == UNIT and rolled.evaluation == PROJECTS
    for row in joining.join(members, only_funds=only_funds):
        rolled.rows.append(row)
        choice.problems += (
            Problem("unit_of_measure", WARNING, f"“{row.label}”：{figure.reason}。")
            for figure in row.figures.values()
            if figure.clash
        )
    return rolled


class _Choice:
    """Which sheets count: of the year, of listed units, each once."""

    def __init__(self, sheets: Sheets, by: str, units: Sequence[Listed] | None) -> None:
        self.sheets, self.by = sheets, by
        self.problems: list[Problem] = []
        if not sheets.heads:
            raise RollupError(
                "没有找到可汇总的自评表；请给出部门（单位）整体支出绩效自评表或项目支出绩效自评表。"
            )
        years = Counter(head.year for head in sheets.heads if head.year)
        self.year = max(years, key=lambda year: (years[year], year), default=0)
        chosen = [n for n in range(len(sheets.heads)) if self._of_year(n)]
        if units is not None:
            chosen = self._of_units(chosen, units)
        self.chosen = self._once(chosen)
        for n in self.chosen:
            self._check_funds(n)
            for fault in faults(sheets, n):
                self._named("implausible", WARNING, n, fault)
        if units is not None:
            self._missing(units)

    def groups(self) -> Iterable[tuple[str, str, list[int]]]:
        """Title, name and members of every sheet to be made."""
        heads = self.sheets.heads
        projects = [n for n in self.chosen if heads[n].evaluation != DEPARTMENT]
        if self.by == UNIT:
            whole = [n for n in self.chosen if heads[n].evaluation == DEPARTMENT]
            if not whole:
                raise RollupError(
                    "没有找到部门（单位）整体支出绩效自评表；只有项目自评表时，请用 --by project 按项目汇总。"
                )
            yield heads[whole[0]].title, "", whole
            own = [n for n in projects if heads[n].evaluation == PROJECTS]
            if own:
                yield heads[own[0]].title, "项目支出合计", own
            return
        if not projects:
            raise RollupError("没有找到项目支出绩效自评表；只有单位整体自评表时，请用 --by unit 按单位汇总。")
        parted: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for n in projects:
            parted[heads[n].form, heads[n].parent or heads[n].project].append(n)
        for (_, name), members in parted.items():
            yield heads[members[0]].title, name or "未写明项目名称", members

    def notes(self) -> Iterable[str]:
        """What counts although it is not certain, and what waits for the other way to roll up."""
        heads = self.sheets.heads
        undated = [n for n in self.chosen if not heads[n].year]
        if undated:
            head = heads[undated[0]]
            yield (
                f"{len(undated)}张表没有写明年度，已一并计入，第一张在{head.describe()}；"
                "请核对是否为同一年度。"
            )
        nameless = [n for n in self.chosen if not heads[n].unit]
        if nameless:
            yield (
                f"{len(nameless)}张表没有写明单位，已一并计入，第一张在{heads[nameless[0]].describe()}；"
                "请在表中填写单位名称。"
            )
        others = [n for n in self.chosen if heads[n].evaluation not in (DEPARTMENT, PROJECTS)]
        if self.by == UNIT and others:
            yield (
                f"{len(others)}张专项资金或其他预算的自评表没有按单位汇总（如《{heads[others[0]].title}》），"
                "请用 --by project 汇总。"
            )

    def _named(self, kind: str, severity: str, number: int, message: str) -> None:
        head = self.sheets.heads[number]
        place = head.place.describe()
        self.problems.append(
            Problem(kind, severity, f"“{head.file}”{place}{_what(head)}{message}", head.file, place)
        )

    def _of_year(self, number: int) -> bool:
        head = self.sheets.heads[number]
        if head.year in (self.year, 0):
            return True
        message = f"是{head.year}年度的，其他表是{self.year}年度，没有计入；请改给{self.year}年度的表。"
        self._named("other_year", WARNING, number, message)
        return False

    def _of_units(self, chosen: Sequence[int], units: Sequence[Listed]) -> list[int]:
        known = {unified_unit(unit.name) for unit in units}
        found = []
        for n in chosen:
            unit = self.sheets.heads[n].unit
            if unified_unit(unit) in known:
                found.append(n)
            elif unit:
                message = "的单位不在单位名单中，没有计入；请核对单位名称，或把它补入名单。"
                self._named("unit_unlisted", WARNING, n, message)
            else:
                self._named("unit_unknown", WARNING, n, "没有写明单位，没有计入；请在表中填写单位名称。")
        return found

    def _once(self, chosen: Sequence[int]) -> list[int]:
        """Each sheet once; two that differ are an error, since either may be the right one."""
        first: dict[tuple[str, str, str], int] = {}
        once = []
        for n in chosen:
            head = self.sheets.heads[n]
            earlier = first.setdefault((head.form, unified_unit(head.unit), head.project), n)
            if earlier == n:
                once.append(n)
                continue
            other = self.sheets.heads[earlier]
            where = other.describe()
            if not head.unit:
                once.append(n)
            elif self._misnamed(n, earlier):
                continue
            elif self.sheets.content(n) == self.sheets.content(earlier):
                self._named(
                    "sheet_repeated", WARNING, n, f"与{where}中的是同一张表，只计入一次；请删去一份。"
                )
            elif not head.project and head.evaluation != DEPARTMENT:
                message = f"没有写明项目名称，无法与{where}中的区分；请在两张表中填写项目名称。"
                self._named("project_unknown", ERROR, n, message)
            else:
                self._named(
                    "sheets_differ", ERROR, n, f"与{where}中的不一致，无法判断以哪张为准；请只留一张。"
                )
        return once

    def _misnamed(self, number: int, earlier: int) -> bool:
        """Whether two sheets of one unit are from files of two, so that one of them names the wrong unit."""
        head, other = (self.sheets.heads[n] for n in (number, earlier))
        if not head.entity or not other.entity or unified_unit(head.entity) == unified_unit(other.entity):
            return False
        wrong = number if unified_unit(head.unit) != unified_unit(head.entity) else earlier
        odd, right = (self.sheets.heads[n] for n in (wrong, earlier if wrong == number else number))
        message = (
            f"，文件的单位却是“{odd.entity}”，而{right.describe()}中也有“{right.unit}”的表；"
            "请核对表中的单位名称。"
        )
        self._named("unit_conflicts", ERROR, wrong, message)
        return True

    def _check_funds(self, number: int) -> None:
        """Negative funds are an error: they can be no weight. Without funds nothing can be weighted."""
        sheets = self.sheets
        for cell in sheets.cells(number):
            row = sheets.rows[sheets.of_row[cell]]
            if row.key != "funds" or sheets.columns[sheets.of_column[cell]] != "budget":
                continue
            amount = sheets.values.amount(sheets.of_value[cell])
            if amount is not None and amount.mantissa < 0:
                message = f"的全年预算数为负数（{amount.value}{amount.unit}），请改正后再汇总。"
                self._named("negative_funds", ERROR, number, message)
            if amount is not None:
                return
        message = "没有写明全年预算数，资金、分值、得分和比率不能汇总；请填写全年预算数。"
        self._named("funds_missing", WARNING, number, message)

    def _missing(self, units: Sequence[Listed]) -> None:
        heads = self.sheets.heads
        whole = {DEPARTMENT} if self.by == UNIT else {head.evaluation for head in heads} - {DEPARTMENT}
        there = {unified_unit(heads[n].unit) for n in self.chosen if heads[n].evaluation in whole}
        wanted = "单位整体支出绩效自评表" if self.by == UNIT else "项目支出绩效自评表"
        for unit in units:
            if unified_unit(unit.name) not in there:
                message = (
                    f"{unit.where}：“{unit.name}”没有{wanted}，汇总结果不含该单位；请补交，或从名单中删去。"
                )
                self.problems.append(Problem("unit_missing", WARNING, message))


def _what(head: Head) -> str:
    name = f"“{head.project}”" if head.project else ""
    return f"{head.unit or '未写明单位'}的《{head.title}》{name}"
