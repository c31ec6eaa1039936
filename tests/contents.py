"""What whole disclosures of fictional units are composed from, at random and at the extremes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from mingzhang.binding.asked import label
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.samples import SAMPLE, YEAR, Balance, Item, Unit, figures
from mingzhang.samples.stated import TEXTS
from mingzhang.taxonomy import Standards

Figures = dict[Key, str]

EXTREMES = ("zero", "no prior year", "only funds", "sixty items", "long name", "huge", "plain")
ROUNDS = 5
"""A figure that is filled in may make a sentence ask for others."""

_LARGEST = 10**10
"""Hundredths of 万元 in 10¹² 元."""

_CENT = Decimal("0.01")
_ITEMS = ("abroad", "purchase", "running", "reception")
_KINDS = ("goods", "works", "services")
_CARS = (
    "ministerial",
    "leaders",
    "communication",
    "emergency",
    "enforcement",
    "special",
    "retired",
    "other",
)
_WAGES = ("30101", "30102", "30103", "30108", "30110", "30113")
_GOODS = ("30201", "30202", "30205", "30206", "30207", "30211", "30215", "30217", "30228", "30231", "30239")
_UNSPENT = "2240104"
"""An item that has a budget and nothing spent."""

_OLD = "青禾市"


def contents(
    chance: random.Random, standards: Standards, extreme: str = "plain", tables: Figures | None = None
) -> Contents:
    """A unit's disclosure, about ``tables`` if given, with a reason for every change that needs one."""
    entity = _OLD + (
        "档案服务中心"
        if extreme != "long name"
        else "档案资料收集整理保管利用与地方志编纂研究暨政府信息公开查阅服务保障中心"
    )
    tables = tables or figures(unit(chance, standards, extreme), standards)
    printed = {**tables, **_stated(chance, tables)}
    if extreme != "no prior year":
        printed |= _last_year(chance, tables)
    names = {"entity": entity, "year": str(YEAR)}
    texts = {name: text.format_map(names) for name, text in TEXTS.items()}
    found = Contents(entity, YEAR, figures=printed, texts=texts, report="")
    _, draft = disclosure(found, standards)
    reasons = {gap.key: "年中工作安排有调整" for gap in draft.gaps if gap.kind == "reason"}
    return replace(found, reasons=reasons)


def whole(source: Contents, standards: Standards) -> Contents:
    """The contents with a figure and a reason wherever the edition wants more."""
    for _ in range(ROUNDS):
        _, composed = disclosure(source, standards)
        figures = {
            gap.key: f"7{label(gap.key, standards, YEAR).unit}"
            for gap in composed.gaps
            if gap.kind == "figure"
        }
        reasons = {gap.key: "工作安排有调整" for gap in composed.gaps if gap.kind == "reason"}
        if not (figures or reasons):
            break
        source = replace(source, figures={**source.figures, **figures}, reasons={**source.reasons, **reasons})
    return source


def unit(chance: random.Random, standards: Standards, extreme: str) -> Unit:
    """The leaf figures of a unit of the kind ``extreme``."""
    most = _LARGEST if extreme == "huge" else 90_000
    none = {"abroad": (0, 0), "purchase": (0, 0), "running": (0, 0), "reception": (0, 0)}
    fund = [Balance("2296099", amount(chance, most), income := amount(chance, most), 0, income // 2)]
    if extreme == "zero":
        return Unit([], {}, "30299", none)
    if extreme == "only funds":
        return Unit([], {}, "30299", none, fund=fund)
    items = [
        Item(code, amount(chance, most), chance.choice((0, amount(chance, most))))
        for code in _codes(chance, standards, 60 if extreme == "sixty items" else chance.randint(1, 9))
    ]
    if extreme == "huge":
        items[0] = items[0]._replace(basic=most)
    basic = sum(item.basic for item in items)
    economic = _split(chance, basic, chance.sample(_WAGES, 4) + chance.sample(_GOODS, 6))
    least = {"reception": economic.get("30217", 0), "running": economic.get("30231", 0)}
    project = sum(item.project for item in items)
    three_public = {
        column: (
            chance.randrange(most // 50),
            least.get(column, 0) + chance.choice((0, chance.randrange(project // 50 + 1))),
        )
        for column in _ITEMS
    }
    carry = chance.choice(((0, 0), (amount(chance, items[0].basic), amount(chance, most))))
    return Unit(items, economic, "30299", three_public, carry, chance.choice(([], fund)))


def amount(chance: random.Random, most: int) -> int:
    """Hundredths of 万元, small amounts as likely as large ones."""
    return max(1, int(max(most, 2) ** chance.random()))


def _codes(chance: random.Random, standards: Standards, count: int) -> Sequence[str]:
    """项 of some 类, the first one for what a unit does."""
    codes = standards.codelists["functional"]
    known = [c for c in codes.entries if len(c) == 7 and c < "215" and codes.name(c, YEAR)]
    return sorted({SAMPLE.items[0].code, *chance.sample(known, count - 1)})


def _split(chance: random.Random, total: int, codes: Sequence[str]) -> dict[str, int]:
    weights = [chance.random() ** 2 + 0.01 for _ in codes]
    shares = {code: int(total * 0.97 * weight / sum(weights)) for code, weight in zip(codes, weights)}
    return {code: share for code, share in sorted(shares.items()) if share}


def _about(chance: random.Random, now: Decimal) -> str:
    """What ``now`` may have been before: nothing, the same, less, a little or many times more."""
    factor = Decimal(chance.choice(("0", "1", "0.37", "0.95", "1.08", "31.4")))
    before = now * factor if now else Decimal(chance.randrange(3) * 12345) / 100
    return str(before.quantize(_CENT, ROUND_HALF_UP))


def _of(tables: Mapping[Key, str], form: str, row: str, column: str) -> Decimal:
    return Decimal(tables.get((form, row, column), "0.00"))


def _last_year(chance: random.Random, tables: Mapping[Key, str]) -> Figures:
    """Last year's figures as far as the text speaks of them."""
    found: Figures = {}
    for form, row, column in (
        ("income_expenditure", "total_in", "amount"),
        ("fiscal_income_expenditure", "total_in", "amount"),
        ("general_budget_expenditure", "total", "total"),
    ):
        found[LAST + form, row, column] = _about(chance, _of(tables, form, row, column))
    for item in _ITEMS:
        found[f"{LAST}three_public", "final", item] = _about(
            chance, _of(tables, "three_public", "final", item)
        )
    found[f"{LAST}three_public", "final", "total"] = str(
        sum((Decimal(found[f"{LAST}three_public", "final", item]) for item in _ITEMS), Decimal(0))
    )
    cost = _of(tables, "basic_expenditure_by_economic", "public", "amount")
    found["explanation.operation", "operation", "prior"] = _about(chance, cost)
    return found


def _stated(chance: random.Random, tables: Mapping[Key, str]) -> Figures:
    """What the text states beside the tables."""
    found: Figures = {}
    for (form, row, column), printed in tables.items():
        if form == "general_budget_expenditure" and column == "total" and len(row) == 7:
            found["explanation.items", row, "initial_budget"] = _about(chance, Decimal(printed))
    if chance.choice((True, False)):
        found["explanation.items", _UNSPENT, "initial_budget"] = _about(chance, Decimal("12.34"))
    section = "explanation.three_public"
    guests = int(_of(tables, "three_public", "final", "reception") * 10)
    found[section, "reception", "groups"], found[section, "reception", "persons"] = (
        str(guests),
        str(guests * 8),
    )
    abroad = 3 if _of(tables, "three_public", "final", "abroad") else 0
    found[section, "abroad", "groups"], found[section, "abroad", "persons"] = str(abroad), str(abroad * 4)
    bought = 1 if _of(tables, "three_public", "final", "purchase") else 0
    found[section, "purchase", "purchased"], found[section, "cars", "held"] = str(bought), "1"
    cost = _of(tables, "basic_expenditure_by_economic", "public", "amount")
    found["explanation.operation", "operation", "final"] = str(cost)
    section = "explanation.general_spending"
    meetings = _of(tables, "basic_expenditure_by_economic", "30215", "amount") + 1
    found[section, "meeting", "final"], found[section, "meeting", "events"] = str(meetings), "6"
    found["report.social", "social_expenditure", "final"] = "0.00"
    found[section, "training", "final"], found[section, "training", "events"] = "0.80", "4"
    found[section, "festival", "final"] = "0.00"
    section = "explanation.procurement"
    bids = [Decimal(chance.choice((0, amount(chance, 90_000)))) / 100 for _ in _KINDS]
    found |= {(section, f"procurement_{kind}", "final"): f"{bid:.2f}" for kind, bid in zip(_KINDS, bids)}
    total = sum(bids, Decimal(0))
    found[section, "procurement_sme", "final"] = f"{total * 3 / 4:.2f}"
    found[section, "procurement_micro", "final"] = f"{total / 4:.2f}"
    section = "explanation.assets"
    found |= {(section, f"cars_{use}", "count"): str(chance.choice((0, 0, 1, 12))) for use in _CARS}
    found[section, "cars_emergency", "count"] = "2"
    found |= {(section, f"equipment_{value}", "count"): str(chance.randrange(3)) for value in (50, 100)}
    return found
