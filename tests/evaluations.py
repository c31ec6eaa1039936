"""Data files of self-evaluations, at random: of the schemes of indicators and of the score sheets."""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

from mingzhang.plans.entries import CHOICE, FIGURE, Entry, entries_of
from mingzhang.plans.plan import Plan
from mingzhang.plans.validate import read_plan
from mingzhang.samples import YEAR
from mingzhang.schemes import REASON, Indicator, Scheme, Stated
from mingzhang.taxonomy import Standards, load

BLOCKS = {
    "output": (50, "数量指标"),
    "benefit": (30, "社会效益指标"),
    "satisfaction": (10, "服务对象满意度指标"),
}
DEPARTMENT = "部门"
_REASON = "工作按计划开展"

Filled = dict[str, dict[str, Any]]


def indicators(chance: random.Random, scheme: Scheme, known: Collection[str] = ()) -> Filled:
    """Every figure and answer of a scheme of indicators, none twice: what is said already stays blank.

    ``known`` are the cells that the project has.
    """
    said = set(known)
    return {i.id: _indicator(chance, i, scheme, said) for i in scheme.indicators}


def known(standards: Standards, section: str = "report.conclusion") -> set[str]:
    """The inputs that the tables have, last year's too."""
    inputs = standards.outlines.inputs
    pairs = (name.partition(".") for name, said in inputs.items() if said.value)
    return {f"{section}[{row}, {column}]" for row, _, column in pairs}


def _indicator(chance: random.Random, indicator: Indicator, scheme: Scheme, said: set[str]) -> dict[str, Any]:
    asked = list(entries_of(indicator, scheme))
    if indicator.without and chance.random() < 0.2:
        return {"applies": "不适用"}
    found: dict[str, Any] = {}
    for entry in asked:
        if entry.name in indicator.inputs:
            addresses = indicator.inputs[entry.name].is_ or (entry.key,)
            if not said.isdisjoint(addresses):
                continue
            said.add(addresses[0])
        value = _value(chance, entry)
        if value is not None:
            found[entry.name] = value
    if found.get("points") == "0" and isinstance(indicator.rule, Stated):
        found.pop(REASON, None)
    return found


def _value(chance: random.Random, entry: Entry) -> str | None:
    if entry.name == "applies":
        return "适用"
    if entry.name == "share":
        return None
    if entry.kind == CHOICE:
        return chance.choice(entry.choices)
    if entry.kind != FIGURE:
        return _REASON
    if entry.name == "points":
        return chance.choice(("0", "1", "2", "2.5"))
    most = int(entry.most) if entry.most is not None else 900
    return str(chance.randint(1, most)) if entry.whole else f"{chance.randint(100, most * 100) / 100:.2f}"


def sheet(chance: random.Random, name: str = "") -> Filled:
    """A score sheet of blocks; money that is left out comes from elsewhere."""
    found: Filled = {"project": {"name": name}} if name else {}
    for block, (points, part) in BLOCKS.items():
        count = chance.randint(2, 4)
        for number in range(1, count + 1):
            weight = points - points // count * (count - 1) if number == count else points // count
            lost = chance.choice((0, 0, 1))
            actual = "90%" if lost else "96%"
            row = {"part": part, "name": f"{block}第{number}项", "target": "≥95%", "actual": actual}
            row |= {"weight": str(weight), "score": str(weight - lost)}
            found[f"{block}_{number}"] = row | ({"reason": "下年加强管理"} if lost else {})
    return found


def money(chance: random.Random) -> dict[str, str]:
    """What a sheet says of its money."""
    budget = Decimal(chance.randint(100, 90_000)) / 100
    final = (budget * chance.randint(50, 100) / 100).quantize(Decimal("0.01"))
    return {"initial": f"{budget:.2f}", "budget": f"{budget:.2f}", "final": f"{final:.2f}"}


def written(scheme: str, unit: str, filled: Filled, year: int = YEAR) -> str:
    """The data file as YAML; JSON is YAML."""
    data = {"format": "mingzhang.score/1", "scheme": scheme, "unit": unit, "year": str(year)}
    return json.dumps({**data, "indicators": filled}, ensure_ascii=False)


def plan(folder: Path, scheme: str, unit: str, filled: Filled, standards: Standards) -> Plan:
    """The data file read."""
    path = folder / "one.yaml"
    path.write_text(written(scheme, unit, filled), encoding="utf-8")
    found = read_plan(path, load(), None, standards.edition.id)
    assert found is not None
    return found
