"""Schemes of blocks in data files: rows for the indicators that each unit sets itself, and its funds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from mingzhang.documents import quoted
from mingzhang.facts import Fact, FactSet
from mingzhang.forms import Section, Sheet
from mingzhang.money import MONEY as UNITS
from mingzhang.money import Amount, Interval
from mingzhang.plans.entries import CHOICE, FIGURE, TEXT, Entry
from mingzhang.provenance import Place
from mingzhang.schemes import Block, Scheme
from mingzhang.scoring.execution import FUNDS

ROWS = 10
"""Indicators that a block of the workbook has room for."""

NAME, PART, TARGET, ACTUAL, WEIGHT, SCORE, REASON = (
    "name", "part", "target", "actual", "weight", "score", "reason",
)  # fmt: skip
COLUMNS = {
    PART: "二级指标", NAME: "三级指标", TARGET: "年度指标值", ACTUAL: "实际完成值", WEIGHT: "分值",
    SCORE: "得分", REASON: "偏差原因分析及改进措施",
}  # fmt: skip
MONEY = {"initial": "年初预算数", "budget": "全年预算数", "final": "全年执行数"}
PROJECT = "project"
_PROJECT_NAME = f"{PROJECT}.{NAME}"
Cells = dict[tuple[str, str], str]


class Filled(NamedTuple):
    """A sheet as filled in: its facts, meant exactly, and its cells by row and column."""

    facts: FactSet
    cells: Cells


def own_blocks(scheme: Scheme) -> Iterator[Block]:
    """The blocks whose indicators the unit sets."""
    return (block for block in scheme.blocks if block.is_ != FUNDS)


def row_id(block: Block, number: int) -> str:
    """The key of a row of a block, from 1 on."""
    return f"{block.is_}_{number}"


def weights(block: Block) -> list[str]:
    """The keys of the points of all rows of a block."""
    return [f"{row_id(block, number)}.{WEIGHT}" for number in range(1, ROWS + 1)]


def section_of(sheet: Sheet) -> Section:
    """The sheet's section of indicators."""
    return next(section for section in sheet.sections if section.kind == "indicators")


def parts(block: Block, sheet: Sheet) -> dict[str, str]:
    """The second levels of a block: their labels with their ids."""
    group = section_of(sheet).groups.get(block.is_)
    return {slot.labels[0]: key for key, slot in group.parts.items()} if group else {}


def block_entries(scheme: Scheme, sheet: Sheet) -> Iterator[Entry]:
    """Everything that a sheet of the scheme asks for."""
    if any(PROJECT in section.slots for section in sheet.sections):
        yield Entry(PROJECT, NAME, "项目名称", TEXT)
    for name, label in MONEY.items():
        yield Entry(FUNDS, name, label, FIGURE, sheet.unit)
    for block in own_blocks(scheme):
        choices = tuple(parts(block, sheet))
        for number in range(1, ROWS + 1):
            own = row_id(block, number)
            for name, label in COLUMNS.items():
                if name in (WEIGHT, SCORE):
                    yield Entry(own, name, label, FIGURE, "分", most=block.weight)
                elif name == PART:
                    yield Entry(own, name, label, CHOICE, choices=choices)
                else:
                    yield Entry(own, name, label, TEXT)


def faults(
    scheme: Scheme, figures: Mapping[str, Amount], texts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the rows together: a key, a block's where it is its sum, and a sentence."""
    for block in own_blocks(scheme):
        seen: dict[tuple[str, str], str] = {}
        total, used = Decimal(0), False
        for own in (row_id(block, number) for number in range(1, ROWS + 1)):
            name, part = texts.get(f"{own}.{NAME}", ""), texts.get(f"{own}.{PART}", "")
            weight, score = figures.get(f"{own}.{WEIGHT}"), figures.get(f"{own}.{SCORE}")
            if not name:
                if any(key.startswith(f"{own}.") for key in (*figures, *texts)):
                    yield f"{own}.{NAME}", "没有填写三级指标的名称。"
                continue
            used = True
            if (part, name) in seen:
                yield f"{own}.{NAME}", f"指标{quoted(name)}与{seen[part, name]}重复。"
            seen[part, name] = own
            if weight is None:
                yield f"{own}.{WEIGHT}", f"指标{quoted(name)}没有填写分值。"
                continue
            total += weight.value
            if score is not None and score.value > weight.value:
                yield f"{own}.{SCORE}", f"“得分”不能超过分值{weight.value}，现为{score.value}。"
            if not texts.get(f"{own}.{TARGET}"):
                yield f"{own}.{TARGET}", f"指标{quoted(name)}没有填写年度指标值。"
        if used and total and total != block.weight:
            told = f"{quoted(block.label)}各项分值合计为{total}，应为{block.weight}。"
            yield block.is_, told


def filled(scheme: Scheme, sheet: Sheet, figures: Mapping[str, Amount], texts: Mapping[str, str]) -> Filled:
    """The sheet as facts and cells."""
    facts, cells = FactSet(), Cells()
    form = scheme.of[0]

    def add(row: str, column: str, concept: str, key: str, **own: str) -> None:
        if key not in figures:
            return
        amount = figures[key]
        printed = _printed(amount)
        label = own.get("indicator", row)
        number = facts.add(
            Fact((form, row, column), concept, own, amount, printed, 0, Place(), label, column)
        )
        facts.intervals[number] = Interval(amount.centre, amount.centre)
        cells[row, column] = printed

    if _PROJECT_NAME in texts:
        cells[PROJECT, "value"] = texts[_PROJECT_NAME]
    for name in MONEY:
        add(FUNDS, name, "funds", f"{FUNDS}.{name}")
    for block in scheme.blocks:
        cells[block.is_, WEIGHT] = f"{block.weight.normalize():f}"
    for block in own_blocks(scheme):
        known = parts(block, sheet)
        for own in (row_id(block, number) for number in range(1, ROWS + 1)):
            name = texts.get(f"{own}.{NAME}", "")
            if not name:
                continue
            part = known.get(texts.get(f"{own}.{PART}", ""), next(iter(known.values()), ""))
            row = f"{block.is_}/{part}/{name}"
            cells[row, "level3"] = name
            for column in (WEIGHT, SCORE):
                add(row, column, f"indicator.{column}", f"{own}.{column}", block=block.is_, indicator=name)
            for column in (TARGET, ACTUAL, REASON):
                if f"{own}.{column}" in texts:
                    cells[row, column] = texts[f"{own}.{column}"]
    return Filled(facts, cells)


def _printed(amount: Amount) -> str:
    """The figure as the form prints it: money with two decimals or more, points with what they have."""
    plain = amount.value.normalize()
    decimals = max(-int(plain.as_tuple().exponent), 2 if amount.unit in UNITS else 0)
    return f"{plain:.{decimals}f}"
