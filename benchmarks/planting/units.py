"""Fictional units with random leaf figures, for measuring."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mingzhang.samples import YEAR, Balance, Item, Unit
from mingzhang.taxonomy import Standards

_CLASSES = ("201", "204", "205", "206", "207", "208", "210", "211", "213", "221")
_COMMON = ("2080505", "2080506", "2101101", "2101102", "2210201")
_FUND = ("2120899", "2296002", "2296003", "2296099")
_CAPITAL = ("2239999",)
_PAID = ("30101", "30102", "30103", "30107", "30108", "30109", "30110", "30112", "30113", "30199")
_OTHER = (
    "30201", "30202", "30205", "30206", "30207", "30209", "30211", "30213", "30215", "30216", "30217",
    "30226", "30227", "30228", "30229", "30231", "30239", "30302", "30305", "30309", "31002", "31007",
)  # fmt: skip


def _amount(chance: random.Random, low: int = 10, high: int = 90_000) -> int:
    """Hundredths of 万元, small amounts as likely as large ones."""
    return int(low * (high / low) ** chance.random())


def random_unit(chance: random.Random, standards: Standards) -> Unit:
    """A unit whose tables are consistent: 5 to 12 项, some with funds, capital, money brought in."""
    codes = standards.codelists["functional"]
    known = [c for c in codes.entries if len(c) == 7 and c[:3] in _CLASSES and codes.name(c, YEAR)]
    main = chance.choice([c for c in known if c.endswith("01") and c[:3] not in ("208", "210", "221")])
    near = [c for c in known if c[:3] == main[:3]]
    wanted = chance.randint(5, 12)
    picked = {main, *chance.sample(_COMMON, chance.randint(2, 4))}
    while len(picked) < wanted:
        picked.add(chance.choice(near if chance.random() < 0.6 else known))
    items = []
    for code in [main, *sorted(picked - {main})]:
        basic = _amount(chance) if code == main or code in _COMMON or chance.random() < 0.25 else 0
        project = _amount(chance) if not basic or (code not in _COMMON and chance.random() < 0.3) else 0
        other = _amount(chance, 10, 20_000) if chance.random() < 0.15 else 0
        items.append(Item(code, basic, project, other))
    economic = _split(chance, sum(item.basic for item in items))
    brought = _amount(chance, 10, max(11, (items[0].basic + items[0].project) // 2))
    carry = (brought, _amount(chance)) if chance.random() < 0.6 else (0, 0)
    return Unit(
        items,
        economic,
        "30299",
        _three_public(chance, economic),
        carry,
        _balances(chance, _FUND, chance.choice((0, 0, 1, 2))),
        _balances(chance, _CAPITAL, chance.choice((0, 0, 0, 1))),
    )


def _balances(chance: random.Random, codes: Sequence[str], count: int) -> list[Balance]:
    """Items of a fund or capital budget."""
    found = []
    for code in sorted(chance.sample(codes, count)):
        carry_in, income = (_amount(chance) if chance.random() < 0.5 else 0), _amount(chance)
        found.append(Balance(code, carry_in, income, 0, income // 2 if carry_in else income))
    return found


def _split(chance: random.Random, total: int) -> dict[str, int]:
    """Basic expenditure by economic codes; a part of ``total`` is left."""
    codes = sorted(
        [*chance.sample(_PAID, chance.randint(4, 9)), *chance.sample(_OTHER, chance.randint(4, 14))]
    )
    weights = [chance.random() ** 2 + 0.01 for _ in codes]
    shares = {c: int(total * 0.97 * w / sum(weights)) for c, w in zip(codes, weights)}
    return {code: amount for code, amount in shares.items() if amount}


def _three_public(chance: random.Random, economic: dict[str, int]) -> dict[str, tuple[int, int]]:
    def item(least: int, chance_of_none: float) -> tuple[int, int]:
        final = least + (0 if chance.random() < chance_of_none else _amount(chance, 10, 2_000))
        return final + (0 if chance.random() < 0.2 else _amount(chance, 10, 1_000)), final

    return {
        "abroad": item(0, 0.8),
        "purchase": item(0, 0.8),
        "running": item(economic.get("30231", 0), 0.3),
        "reception": item(economic.get("30217", 0), 0.3),
    }
