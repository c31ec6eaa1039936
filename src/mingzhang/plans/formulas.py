"""Scoring rules as Excel formulas: what the workbook shows is what :mod:`mingzhang.scoring` computes.

Formulas hold addresses, numbers and words of this module, never a text of the scheme. What a formula works
out is rounded to nine decimals before it is compared, so that binary fractions pass no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from mingzhang.expressions import Call, Reference, Sum, Term, parse_comparison
from mingzhang.money import MONEY, SCALE
from mingzhang.plans.entries import NOT_APPLICABLE, YES, pointed
from mingzhang.schemes import (
    APPLIES,
    MET,
    POINTS,
    REASON,
    SHARE,
    TIER,
    Checklist,
    Condition,
    Deduction,
    Indicator,
    Proportion,
    Scheme,
    Stated,
    Steps,
    Tiers,
    condition,
    formula,
)

SCORED, UNKNOWN, OUT = "已评分", "未评价", "不适用"
"""What the column of states says of an indicator."""

MISSING, NO_BASE, IMPOSSIBLE, UNCERTAIN = "未填", "无基数", "无法计算", "不能确定"
_DECIMALS = 9
_STEPS = {"whole": "INT({0})", "started": "ROUNDUP({0},0)", "proportional": "{0}"}
_BEYOND = {"above": "MAX(0,{0}-{1})", "below": "MAX(0,{1}-{0})", "both": "ABS({0}-{1})"}


class Addresses(NamedTuple):
    """Where things stand: entries by key, values by indicator, the names and least scores of tiers.

    ``tiers`` are three ranges by indicator: names, least and most shares.
    """

    entries: Mapping[str, str]
    values: Mapping[str, str]
    tiers: Mapping[str, tuple[str, str, str]]


class Row(NamedTuple):
    """An indicator's formulas: value, lowest and highest points, what it leaves to others, state."""

    value: str
    low: str
    high: str
    left: str
    state: str


def row(indicator: Indicator, scheme: Scheme, at: Addresses) -> Row:
    """The formulas of one indicator, without the sign that begins a formula."""
    weight = _number(indicator.weight or Decimal(0))
    known, low, high = _points(indicator, at, weight)
    absent = _absent(indicator, at)
    unknown = "0" if scheme.style == "deduction" else weight
    full = weight if indicator.without == "full" else "0"
    state = SCORED if indicator.without == "full" else OUT
    return Row(
        _value(indicator, at),
        f"IF({absent},{full},IF({known},{low},0))",
        f"IF({absent},{full},IF({known},{high},{unknown}))",
        f"IF({absent},{weight},0)" if indicator.without == "redistribute" else "0",
        f'IF({absent},"{state}",IF({known},"{SCORED}","{UNKNOWN}"))',
    )


def shown(low: str, high: str, state: str) -> str:
    """A score as it is shown: one number, a range, or why there is none."""
    return f'IF({state}="{SCORED}",{ranged(low, high)},{state})'


def ranged(low: str, high: str) -> str:
    """One number, or both ends of a range as a text."""
    return f'IF(ROUND({high}-{low},6)=0,{low},TEXT({low},"0.00")&"～"&TEXT({high},"0.00"))'


def total(scheme: Scheme, lows: str, highs: str, lefts: str, states: str) -> tuple[str, str]:
    """The lowest and the highest total of the columns of lows, highs, shares left to others, and states."""
    whole = _number(scheme.total)
    if scheme.style == "deduction":
        unknown = f'COUNTIF({states},"{UNKNOWN}")>0'
        return f"IF({unknown},0,MAX(0,{whole}-SUM({highs})))", f"MAX(0,{whole}-SUM({lows}))"
    scaled = "IF(AND(SUM({1})>0,SUM({1})<{2}),SUM({0})*{2}/({2}-SUM({1})),SUM({0}))"
    return scaled.format(lows, lefts, whole), scaled.format(highs, lefts, whole)


def graded(ends: tuple[str, str], bands: list[tuple[str, Decimal]]) -> str:
    """The grade of a total between both ends; ``bands`` are the cells of the names with their bounds."""
    found = []
    for end in ends:
        text = '""'
        for name, least in reversed(bands):
            text = f"IF(ROUND({end},{_DECIMALS})>={_number(least)},{name},{text})"
        found.append(text)
    return f'IF({found[0]}={found[1]},{found[0]},"{UNCERTAIN}")'


def _absent(indicator: Indicator, at: Addresses) -> str:
    """Whether there is nothing to measure."""
    if not indicator.without:
        return "FALSE"
    stated = f'{at.entries[f"{indicator.id}.{APPLIES}"]}="{NOT_APPLICABLE}"'
    return f'OR({stated},{at.values[indicator.id]}="{NO_BASE}")' if indicator.formula else stated


# ── points ────────────────────────────────────────────────────────────────────────────────────


def _points(indicator: Indicator, at: Addresses, weight: str) -> tuple[str, str, str]:
    """Whether the points are known, the lowest and the highest."""
    rule, own = indicator.rule, indicator.id
    if indicator.weight is None and not isinstance(rule, Stated):
        return "FALSE", "0", "0"
    if isinstance(rule, Checklist):
        cells = [at.entries[f"{own}.{MET.format(number)}"] for number in range(1, len(rule.items) + 1)]
        given = "+".join(
            f'IF({cell}="{YES}",{_number(item.points)},0)' for cell, item in zip(cells, rule.items)
        )
        return f"AND({','.join(f'LEN({cell})>0' for cell in cells)})", given, given
    if isinstance(rule, Tiers):
        tier, share = at.entries[f"{own}.{TIER}"], at.entries[f"{own}.{SHARE}"]
        names, least, most = at.tiers[own]
        place = f"MATCH({tier},{names},0)"
        ends = (f"IF(ISNUMBER({share}),{share},INDEX({ends},{place}))/100*{weight}" for ends in (least, most))
        low, high = ends
        return f"OR(ISNUMBER({share}),ISNUMBER({place}))", low, high
    if pointed(indicator):
        cell, reason = at.entries[f"{own}.{POINTS}"], at.entries[f"{own}.{REASON}"]
        excused = f",{cell}=0" if isinstance(rule, Stated) else ""
        return f"AND(ISNUMBER({cell}),OR(LEN({reason})>0{excused}))", cell, cell
    if not isinstance(rule, Condition | Steps | Deduction | Proportion):
        return "FALSE", "0", "0"
    value = at.values[own]
    given = _by_value(rule, value, weight)
    return f"ISNUMBER({value})", given, given


def _by_value(rule: Condition | Steps | Deduction | Proportion, value: str, weight: str) -> str:
    if isinstance(rule, Condition):
        return f"IF({_when(rule.when, value)},{weight},{_number(rule.otherwise)})"
    if isinstance(rule, Steps):
        text = _number(rule.otherwise)
        for step in reversed(rule.steps):
            text = f"IF({_when(step.when, value)},{_number(step.points)},{text})"
        return text
    if isinstance(rule, Deduction):
        distance = _BEYOND[rule.side].format(value, _number(rule.beyond))
        steps = _STEPS[rule.count].format(f"ROUND({distance}/{_number(rule.per)},{_DECIMALS})")
        return f"MAX(0,{weight}-{_number(rule.points)}*{steps})"
    most = f"MAX(0,MIN({weight},{weight}*{value}/{_number(rule.full)}))"
    return f"IF({value}<{_number(rule.least)},0,{most})"


def _when(text: str, value: str) -> str:
    sign, limit = condition(text)
    return f"{value}{sign}{_number(limit)}"


# ── values ────────────────────────────────────────────────────────────────────────────────────


def _value(indicator: Indicator, at: Addresses) -> str:
    """What the indicator's formula gives, in its unit, or a word that says why there is nothing."""
    if not indicator.formula:
        return ""
    terms = parse_comparison(f"0 = {formula(indicator.formula)}").right
    names: dict[str, str] = {}
    calls: list[Call] = []

    def address(name: str) -> str:
        own = indicator.inputs.get(name)
        cell = at.entries[f"{indicator.id}.{name}"] if own else at.values[name]
        names[name] = cell
        size = MONEY.get(own.unit, 1) if own else 1
        return f"{cell}*{size}" if size != 1 else cell

    worked = _sum(terms, address, calls)
    size = MONEY.get(indicator.unit, 1)
    text = f"ROUND(({worked})/{size},{_DECIMALS})" if size != 1 else f"ROUND({worked},{_DECIMALS})"
    for call in reversed(calls):
        part, base = _divided(call, address)
        test = f'IF(AND(ROUND({base},6)=0,ROUND({part},6)<>0),"{IMPOSSIBLE}","{NO_BASE}")'
        if call.name == "share":
            test = f'"{NO_BASE}"'
        text = f"IF(ROUND({base},6)<=0,{test},{text})"
    text = f'IF(COUNT({",".join(names.values())})<{len(names)},"{MISSING}",{text})'
    if indicator.without:
        text = f'IF({at.entries[f"{indicator.id}.{APPLIES}"]}="{NOT_APPLICABLE}","{OUT}",{text})'
    return text


Address = Callable[[str], str]


def _sum(terms: Sum, address: Address, calls: list[Call]) -> str:
    return "".join(_term(term, address, calls, first=not n) for n, term in enumerate(terms))


def _term(term: Term, address: Address, calls: list[Call], first: bool) -> str:
    sign = "-" if term.sign < 0 else "" if first else "+"
    operand = term.operand
    if isinstance(operand, Reference):
        return sign + address(operand.rows[0].name)
    if isinstance(operand, Call):
        calls.append(operand)
        part, base = _divided(operand, address)
        rate = f"({part})/({base})*100"
        return sign + (f"({rate}-100)" if operand.name == "change" else rate)
    return sign + _number(Decimal(operand) / SCALE)


def _divided(call: Call, address: Address) -> tuple[str, str]:
    """What is divided, and by what."""
    nested: list[Call] = []
    one, other = (_sum(part, address, nested) for part in call.arguments)
    if call.name == "share":
        return one, f"{one}+{other}"
    if call.name == "growth":
        return other, f"{one}-({other})"
    return one, other


def _number(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return f"({text})" if value < 0 else text
