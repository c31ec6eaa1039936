"""The self-evaluation of a fictional unit: base data, score sheets and the tables of its report."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from mingzhang.facts import Key

_CENT = Decimal("0.01")
_BLOCKS = {"output": (50, 3), "benefit": (30, 2), "satisfaction": (10, 1)}
_PARTS = {"output": "quantity", "benefit": "social", "satisfaction": "served"}
_NAMES = {
    "output": ("整理档案数量", "档案数字化数量", "接待查阅人次"),
    "benefit": ("查阅服务覆盖面", "档案利用效果"),
    "satisfaction": ("查阅群众满意度",),
}
_SIGNED = {"head": "张三", "preparer": "李四", "telephone": "0000-0000000", "date": "2023年4月12日"}
PROJECTS = ("档案数字化项目", "库房维修项目")


def sheets(
    basic: Decimal,
    project: Decimal,
    general: tuple[Decimal, Decimal],
    three_public: dict[str, tuple[Decimal, Decimal, Decimal]],
    budgets: dict[str, Decimal],
) -> dict[Key, str]:
    """The cells of the forms by address, row and column; amounts in 万元.

    ``basic`` and ``project`` are the unit's expenditure, ``general`` what of the whole and of the projects
    the general budget paid; ``three_public`` gives last year's final, this year's budget and final by item,
    ``budgets`` what was spent of other budgets by their score sheet.
    """
    cells: dict[Key, str] = {}
    total = basic + project
    sources = {"general": general[0], "fund": budgets.get("fund_score_sheet", Decimal(0))}
    sources["other"] = total - sum(sources.values())
    for row, amount in {"funds": total, **sources, "basic": basic, "project": project}.items():
        _money(cells, "department_score_sheet", row, amount)
    _scores(cells, "department_score_sheet")
    parts = by_project(general[1])
    for number, (name, amount) in enumerate(zip(PROJECTS, parts), 1):
        form = "project_score_sheet" if number == 1 else f"project_score_sheet#{number}"
        cells |= score_sheet(form, name, amount)
    for form, amount in budgets.items():
        cells |= score_sheet(form, PROJECTS[0], amount)
    _base_data(cells, project, parts, three_public)
    for form in list(dict.fromkeys(address for address, _, _ in cells)):
        cells |= {(form, row, "value"): text for row, text in _SIGNED.items()}
    return cells


def score_sheet(form: str, name: str, amount: Decimal) -> dict[Key, str]:
    """The cells of one sheet ``form`` for the project or budget ``name``, paid with fiscal money."""
    cells: dict[Key, str] = {(form, "project", "value"): name}
    _money(cells, form, "funds", amount)
    _money(cells, form, "fiscal", amount)
    _scores(cells, form)
    return cells


def by_project(amount: Decimal) -> tuple[Decimal, Decimal]:
    """What each of the two projects took of ``amount``."""
    first = (amount * Decimal("0.6")).quantize(_CENT, ROUND_HALF_UP)
    return first, amount - first


def report_tables(basic: Decimal, people: Decimal, project: Decimal) -> dict[Key, str]:
    """The cells of the tables inside the report of the self-evaluation."""
    cells: dict[Key, str] = {}
    public, wages = basic - people, people - Decimal("3.00")
    amounts = {
        "basic_total": basic, "personnel": people, "personnel_wages": wages,
        "personnel_transfers": Decimal("3.00"), "public": public, "public_goods": public,
        "public_capital": Decimal("0.00"),
    }  # fmt: skip
    for row, amount in amounts.items():
        cells["basic_by_economic", row, "initial"] = cells["basic_by_economic", row, "final"] = str(amount)
        cells["basic_by_economic", row, "increase"] = "0.00"
    cells["base_data", "public", "prior"] = str(public + 2)
    cells["base_data", "public", "budget"] = cells["base_data", "public", "final"] = str(public)
    costs = {"expenditure": basic, "wages": wages, "transfers": Decimal("3.00"), "goods": public}
    for row, amount in costs.items():
        cells["cost_control", row, "budget"] = cells["cost_control", row, "final"] = str(amount)
        cells["cost_control", row, "increase"] = "0.00"
    rows = dict(zip((f"projects/{name}" for name in PROJECTS), by_project(project)))
    for row, amount in (rows | {"all": project}).items():
        cells["project_balances", row, "initial"] = cells["project_balances", row, "final"] = str(amount)
        cells["project_balances", row, "income"] = str(amount)
        cells["project_balances", row, "carry_in"] = cells["project_balances", row, "carry_out"] = "0.00"
    return cells


def _money(cells: dict[Key, str], form: str, row: str, amount: Decimal) -> None:
    for column in ("initial", "budget", "final"):
        cells[form, row, column] = str(amount)
    if row == "funds":
        cells |= {(form, row, "weight"): "10", (form, row, "rate"): "100%", (form, row, "score"): "10"}


def _scores(cells: dict[Key, str], form: str) -> None:
    """Indicators whose points add up to their blocks, all reached but one."""
    lost = 2
    for block, (points, count) in _BLOCKS.items():
        cells[form, block, "weight"] = str(points)
        for number, name in enumerate(_NAMES[block]):
            row = f"{block}/{_PARTS[block]}/{name}"
            weight = points // count + (points % count if number == 0 else 0)
            cells[form, row, "level3"] = name
            cells[form, row, "target"], cells[form, row, "actual"] = "95%", "96%"
            cells[form, row, "weight"] = str(weight)
            cells[form, row, "score"] = str(weight - lost)
            if lost:
                cells[form, row, "reason"] = "部分档案整理质量不高，下年加强抽查"
            lost = 0
    cells[form, "total", "weight"], cells[form, "total", "score"] = "100", "98"


def _base_data(
    cells: dict[Key, str],
    project: Decimal,
    projects: tuple[Decimal, Decimal],
    three_public: dict[str, tuple[Decimal, Decimal, Decimal]],
) -> None:
    form = "base_data"
    cells |= {
        (form, "staff", "posts"): "12",
        (form, "staff", "on_posts"): "11",
        (form, "staff", "rate"): "91.67%",
    }
    for row, amounts in three_public.items():
        for column, amount in zip(("prior", "budget", "final"), amounts):
            cells[form, row, column] = str(amount)
    for row, amount in (
        ("project", project),
        *((f"project/{name}", amount) for name, amount in zip(PROJECTS, projects)),
        ("project/其他资金安排的项目", project - sum(projects)),
    ):
        cells[form, row, "budget"] = cells[form, row, "final"] = str(amount)
