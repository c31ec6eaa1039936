"""What the text of the fictional disclosures needs beside the tables: last year, budgets, counts, words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.samples.sheets import PROJECTS, by_project
from mingzhang.taxonomy import level_of

Figures = Mapping[Key, str]
_CENT = Decimal("0.01")

LESS = {"total": "0.31", "running": "0.20", "reception": "0.11"}
"""By how much the three public expenses went down, by item, in 万元."""

_BEFORE = "0.984"
"""This year's totals come to last year's times this."""

_GROWN = (
    ("income_expenditure", "total_in", "amount"),
    ("fiscal_income_expenditure", "total_in", "amount"),
    ("general_budget_expenditure", "total", "total"),
)
_ITEMS = ("total", "abroad", "reception", "purchase", "running")
_COUNTS = {
    ("explanation.three_public", "abroad", "groups"): "0",
    ("explanation.three_public", "abroad", "persons"): "0",
    ("explanation.three_public", "reception", "groups"): "36",
    ("explanation.three_public", "reception", "persons"): "284",
    ("explanation.three_public", "purchase", "purchased"): "0",
    ("explanation.three_public", "cars", "held"): "2",
    ("explanation.general_spending", "meeting", "events"): "6",
    ("explanation.general_spending", "training", "final"): "0.80",
    ("explanation.general_spending", "training", "events"): "4",
    ("explanation.general_spending", "festival", "final"): "0.00",
    ("explanation.procurement", "procurement_goods", "final"): "18.20",
    ("explanation.procurement", "procurement_works", "final"): "0.00",
    ("explanation.procurement", "procurement_services", "final"): "30.40",
    ("explanation.procurement", "procurement_sme", "final"): "36.45",
    ("explanation.procurement", "procurement_micro", "final"): "12.15",
    ("explanation.assets", "cars_communication", "count"): "1",
    ("explanation.assets", "cars_emergency", "count"): "2",
    ("explanation.assets", "equipment_50", "count"): "1",
    ("explanation.assets", "equipment_100", "count"): "0",
    ("explanation.performance", "self_score", "count"): "98",
    ("report.conclusion", "self_score", "count"): "98",
}
_NO_CARS = ("ministerial", "leaders", "enforcement", "special", "retired", "other")

REASONS = {
    "explanation.three_public": "厉行节约",
    "explanation.operation": "厉行节约，压减一般性支出",
    "explanation.items": "年中追加预算",
}
"""Reasons of changes by section; elsewhere a new project is the reason."""

REASON = "新增档案数字化项目"

TEXTS = {
    "duties": "负责本市档案资料的收集、整理、保管和利用，为社会公众提供查阅服务。",
    "structure": "单位内设办公室、业务科和利用科。\n"
    "纳入{year}年度部门决算编制范围的只有{entity}本级，没有下属单位。",
    "performance": "本单位对全部项目支出开展了绩效自评，自评报告和自评表见附件。",
    "report_overview": "{entity}负责本市档案资料的收集、整理、保管和利用。",
    f"use/{PROJECTS[0]}": "馆藏档案的整理和扫描",
    f"use/{PROJECTS[1]}": "库房屋面和管线的维修",
    "results": "各项工作按计划完成，档案整理数量和查阅服务达到年初设定的目标。",
    "experience": "坚持按月核对支出进度，及时发现偏差。",
    "problems": "部分绩效指标设置不够细化，今后在编制预算时同步细化。",
    "measures": "加强预算编制与绩效目标的衔接。",
    "publication": "自评结果作为下一年度预算安排的参考，并随部门决算一并公开。",
}


def stated(tables: Figures) -> dict[Key, str]:
    """The figures that the unit states beside its ``tables``, last year's among them."""
    found: dict[Key, str] = dict(_COUNTS)
    found |= {("explanation.assets", f"cars_{use}", "count"): "0" for use in _NO_CARS}
    for form, row, column in _GROWN:
        found[LAST + form, row, column] = str(_times(_of(tables, form, row, column), _BEFORE))
    for column in _ITEMS:
        before = _of(tables, "three_public", "final", column) + Decimal(LESS.get(column, "0.00"))
        found[f"{LAST}three_public", "final", column] = str(before)
    items = {
        row: Decimal(printed)
        for (form, row, column), printed in tables.items()
        if form == "general_budget_expenditure" and column == "total" and level_of(row) == "项"
    }
    for row, amount in items.items():
        found["explanation.items", row, "initial_budget"] = str(_times(amount, "0.95"))
    cost = _of(tables, "basic_expenditure_by_economic", "public", "amount")
    found["explanation.operation", "operation", "final"] = str(cost)
    found["explanation.operation", "operation", "initial_budget"] = str(cost + Decimal("0.60"))
    found["explanation.operation", "operation", "prior"] = str(cost + Decimal("1.20"))
    meetings = _of(tables, "basic_expenditure_by_economic", "30215", "amount") + Decimal("0.50")
    found["explanation.general_spending", "meeting", "final"] = str(meetings)
    found["explanation.general_spending", "meeting", "initial_budget"] = str(meetings + Decimal("0.40"))
    found["report.social", "social_expenditure", "final"] = "0.00"
    project = _of(tables, "general_budget_expenditure", "total", "project")
    for name, spent in zip(PROJECTS, by_project(project)):
        found["report.projects", name, "budget"] = found["report.projects", name, "final"] = str(spent)
    return found


def _of(tables: Figures, form: str, row: str, column: str) -> Decimal:
    return Decimal(tables.get((form, row, column), "0.00"))


def _times(amount: Decimal, factor: str) -> Decimal:
    return (amount * Decimal(factor)).quantize(_CENT, ROUND_HALF_UP)
