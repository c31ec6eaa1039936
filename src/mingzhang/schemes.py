"""Records of the indicator schemes: three-level indicators with weight, inputs, formula and scoring rule.

A scheme is data from ``standards/indicators``. The scoring rules are a closed vocabulary, here as
records; :mod:`mingzhang.scoring.rules` says what points each gives. Limits are in the unit of what the
formula gives: percent points for rates, the number itself for counts; points are 分.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from mingzhang import dimensions
from mingzhang.expressions import ExpressionError, parse_comparison, references

BASES = ("law", "rule", "form", "practice", "memory")
"""What a step rests on: a printed form, a published rule, custom, memory only."""

FIRM = ("law", "rule", "form")
"""Bases that a score can be called wrong by."""

INPUT = "input"
"""The form under which formulas address their inputs."""

_CONDITION = re.compile(r"(<=|>=|=|<|>)\s*(-?\d+(?:\.\d+)?)")
_ID = re.compile(r"[\w-]+")
_CELL = re.compile(r"([\w.]+)\[([\w./]+), ([\w.]+)\]")
_NAME = re.compile(r"[a-z]\w*")
APPLIES, TIER, SHARE, POINTS, REASON = "applies", "tier", "share", "points", "reason"
"""What a data file says of an indicator besides its inputs, which cannot have these names."""

MET = "met_{}"
"""The same for the conditions of a check list, from 1 on."""

_RESERVED = re.compile(r"applies|tier|share|points|reason|met_\d+")
_FUNCTIONS = ("ratio", "completion", "share", "change", "growth", "sum")


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Condition(_Record, tag_field="kind", tag="condition"):
    """Full marks where ``when`` holds, else ``otherwise``."""

    when: str
    otherwise: Decimal = Decimal(0)


class Deduction(_Record, tag_field="kind", tag="deduction"):
    """``points`` off for every ``per`` beyond ``beyond``, not below zero.

    ``side`` is above, below or both; ``count`` says whether only whole steps count, a step once it is
    begun, or every part of it.
    """

    beyond: Decimal
    points: Decimal
    per: Decimal = Decimal(1)
    side: str = "above"
    count: str = "whole"


class Step(_Record):
    """The points where ``when`` holds and no step before it does."""

    when: str
    points: Decimal


class Steps(_Record, tag_field="kind", tag="steps"):
    """A table of steps, in order; ``otherwise`` where none holds."""

    steps: tuple[Step, ...]
    otherwise: Decimal = Decimal(0)


class Proportion(_Record, tag_field="kind", tag="proportion"):
    """The weight in proportion to the value, all of it at ``full``, nothing below ``least``."""

    full: Decimal = Decimal(100)
    least: Decimal = Decimal(0)


class Item(_Record):
    """A condition of a check list with its points."""

    says: str
    points: Decimal


class Checklist(_Record, tag_field="kind", tag="checklist"):
    """The points of every condition that is met."""

    items: tuple[Item, ...]


class Tier(_Record):
    """A judgement and the share of the weight that it may give, in percent."""

    says: str
    least: Decimal
    most: Decimal


class Tiers(_Record, tag_field="kind", tag="tiers"):
    """A stated judgement gives the share of its tier; a stated percentage gives that share."""

    tiers: tuple[Tier, ...]


class Stated(_Record, tag_field="kind", tag="stated"):
    """The evaluator states what is taken off the whole scheme's total (不扣分, 扣2分)."""


class Manual(_Record, tag_field="kind", tag="manual"):
    """The evaluator gives the points, with a reason: the scheme gives no figure to go by."""


class NotStated(_Record, tag_field="kind", tag="not_stated"):
    """The scheme does not say how points are given."""


Rule = Condition | Deduction | Steps | Proportion | Checklist | Tiers | Stated | Manual | NotStated


class Input(_Record, rename={"is_": "is"}):
    """A figure that a formula needs: what it is called, and the cells that hold it, the first known binds.

    Where it is entered it lies between ``least`` and ``most``.
    """

    label: str
    is_: tuple[str, ...] = ()
    unit: str = "万元"
    least: Decimal = Decimal(0)
    most: Decimal | None = None


class Indicator(_Record):
    """A third-level indicator.

    ``label`` lists its names, the printed one first; ``within`` are the levels above. ``formula`` is over
    the names of ``inputs`` and the ids of other indicators. ``without`` says what counts where there is
    nothing to measure: full, redistribute, or nothing at all.
    """

    id: str
    label: tuple[str, ...]
    within: tuple[str, ...]
    rule: Rule
    weight: Decimal | None = None
    inputs: dict[str, Input] = {}
    formula: str = ""
    unit: str = "%"
    basis: str = "form"
    reference: str = ""
    without: str = ""

    @property
    def firm(self) -> bool:
        """Whether a printed score can be called wrong by the rule."""
        return self.basis in FIRM


class Grade(_Record):
    """A grade and the score that it begins at."""

    grade: str
    least: Decimal


class Block(_Record, rename={"is_": "is"}):
    """A first-level block of a score sheet and its points; ``is_`` is its row in the sheet."""

    label: str
    is_: str
    weight: Decimal


class Scheme(_Record):
    """An evaluation's indicators, weights, rules and grades.

    ``of`` are the forms, or sections of running text, that hold its scores. A scheme has ``indicators`` of
    its own, or ``blocks`` whose indicators each unit sets itself (``rules`` by kind of target). ``style``
    is points (what each indicator gives is added up) or deduction (what each takes off is subtracted).
    """

    id: str
    title: str
    reference: str
    of: tuple[str, ...] = ()
    total: Decimal = Decimal(100)
    style: str = "points"
    basis: str = "form"
    grades: tuple[Grade, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def weighed(self) -> bool:
        """Whether it says how many points there are, so that there is a total."""
        weighty = any(indicator.weight is not None for indicator in self.indicators)
        return self.style == "deduction" or bool(self.blocks) or weighty

    def indicator(self, label: str) -> Indicator | None:
        """The indicator of this name, as compared: without white space and quotation marks."""
        name = _plain(label)
        return next((i for i in self.indicators if name in map(_plain, i.label)), None)

    def faults(self, forms: Collection[str]) -> Iterator[str]:
        """What is wrong with the scheme, in words for its author; ``forms`` are all that cells may name."""
        yield from self._own_faults()
        yield from (
            f"指标体系“{self.id}”的of所指的表“{form}”不存在。" for form in self.of if form not in forms
        )
        units = {indicator.id: indicator.unit for indicator in self.indicators}
        known = units.keys()
        if len(known) < len(self.indicators):
            yield f"指标体系“{self.id}”有两个指标的编号相同。"
        yield from self._same_names()
        for indicator in self.indicators:
            where = f"指标体系“{self.id}”的指标“{indicator.id}”"
            yield from (f"{where}{fault}" for fault in _faults(indicator, units, forms))
        cycle = _cycle({i.id: names(i.formula) & known for i in self.indicators})
        if cycle:
            yield f"指标体系“{self.id}”的公式互相引用：{'→'.join(cycle)}。"

    def _same_names(self) -> Iterator[str]:
        """Indicators that have one name under the same levels: what documents print could be of either."""
        first: dict[tuple[tuple[str, ...], str], str] = {}
        for indicator in self.indicators:
            for name in dict.fromkeys(map(_plain, indicator.label)):
                other = first.setdefault((indicator.within, name), indicator.id)
                if other != indicator.id:
                    yield (
                        f"指标体系“{self.id}”的指标“{other}”和“{indicator.id}”同在"
                        f"“{'/'.join(indicator.within)}”之下，又都叫“{name}”；请改用不同的名称。"
                    )

    def _own_faults(self) -> Iterator[str]:
        name = f"指标体系“{self.id}”"
        if not _ID.fullmatch(self.id):
            yield f"{name}的编号只能用字母、数字、“_”和“-”。"
        if self.style not in ("points", "deduction"):
            yield f"{name}的style只能是points或deduction。"
        if self.basis not in BASES:
            yield f"{name}的性质“{self.basis}”不存在。"
        if bool(self.indicators) == bool(self.blocks):
            yield f"{name}应当有indicators或blocks之一。"
        weights = [i.weight for i in self.indicators] or [block.weight for block in self.blocks]
        stated = [weight for weight in weights if weight is not None]
        if len(stated) == len(weights) and sum(stated) != self.total:
            yield f"{name}的权重之和为{sum(stated)}，应为{self.total}。"
        if 0 < len(stated) < len(weights):
            yield f"{name}只有部分指标有权重。"
        if any(weight < 0 for weight in stated):
            yield f"{name}有负的权重。"
        if len({block.is_ for block in self.blocks}) < len(self.blocks):
            yield f"{name}有两类指标的is相同。"
        bounds = [grade.least for grade in self.grades]
        if (
            bounds != sorted(bounds, reverse=True)
            or len(set(bounds)) < len(bounds)
            or (bounds and bounds[-1] != 0)
        ):
            yield f"{name}的等级应当从高到低排列，最后一级从0分起。"
        if bounds and bounds[0] > self.total:
            best = self.grades[0].grade
            yield f"{name}的等级“{best}”从{bounds[0]}分起，超过总分{self.total}，没有单位能得到。"


class SchemeFile(_Record):
    """The schemes of one edition."""

    edition: str
    schemes: tuple[Scheme, ...]


def condition(text: str) -> tuple[str, Decimal]:
    """The comparison and the limit of a condition such as ``>= 95``; raises ValueError."""
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"条件“{text}”应当写作“>= 95”的形式。")
    return match[1], Decimal(match[2])


def cell(text: str) -> tuple[str, str, str]:
    """The address ``form[row, column]``; raises ValueError."""
    match = _CELL.fullmatch(text)
    if match is None:
        raise ValueError(f"单元格“{text}”应当写作“表[行, 栏]”。")
    return match[1], match[2], match[3]


def formula(text: str) -> str:
    """A formula as the expression language has it: every name an input."""
    return _NAME.sub(lambda m: m[0] if m[0] in _FUNCTIONS else f"{INPUT}[{m[0]}, value]", text)


@lru_cache(maxsize=1024)
def names(text: str) -> frozenset[str]:
    """The inputs and indicators that a formula uses."""
    return frozenset(_NAME.findall(text)) - set(_FUNCTIONS)


def _plain(label: str) -> str:
    return re.sub(r"[\s“”\"'‘’]", "", label)


def _faults(indicator: Indicator, units: Mapping[str, str], forms: Collection[str]) -> Iterator[str]:
    """What is wrong with the indicator; ``units`` are those of all of the scheme's indicators."""
    if indicator.basis not in BASES:
        yield f"的性质“{indicator.basis}”不存在。"
    if indicator.without not in ("", "full", "redistribute"):
        yield "的without只能是full或redistribute。"
    for name, needed in indicator.inputs.items():
        if not _NAME.fullmatch(name) or name in _FUNCTIONS or _RESERVED.fullmatch(name):
            yield f"的“{name}”不能用作inputs的名称。"
        if needed.most is not None and needed.most < needed.least:
            yield f"的“{name}”：most不应小于least。"
        for address in needed.is_:
            try:
                form = cell(address)[0]
            except ValueError as error:
                yield f"：{error}"
                continue
            if form not in forms:
                yield f"的“{name}”所指的表“{form}”不存在。"
    unknown = names(indicator.formula) - indicator.inputs.keys() - units.keys()
    for name in sorted(unknown):
        yield f"的公式用到“{name}”，inputs里没有。"
    if indicator.formula:
        units = {**units, **{name: needed.unit for name, needed in indicator.inputs.items()}}
        try:
            parsed = parse_comparison(f"0 = {formula(indicator.formula)}")
            list(references(parsed))
            if not unknown:
                dimensions.check(parsed.right, units.__getitem__, indicator.unit)
        except ExpressionError:
            yield f"的公式“{indicator.formula}”写错，请核对括号、逗号和运算符（+、-、*、ratio等）。"
        except dimensions.DimensionError as error:
            yield f"的公式“{indicator.formula}”{error}；请统一inputs的unit，或分开计算。"
    yield from _rule_faults(indicator)


def _rule_faults(indicator: Indicator) -> Iterator[str]:
    rule, weight = indicator.rule, indicator.weight
    try:
        for when in [rule.when] if isinstance(rule, Condition) else []:
            condition(when)
        for step in rule.steps if isinstance(rule, Steps) else ():
            condition(step.when)
    except ValueError as error:
        yield f"：{error}"
    if isinstance(rule, Proportion | Deduction) and not indicator.formula:
        yield "按比例评分或扣分，却没有公式（formula）。"
    given: list[Decimal] = []
    if isinstance(rule, Steps):
        yield from _unreachable(rule)
        given = [step.points for step in rule.steps] + [rule.otherwise]
    elif isinstance(rule, Condition):
        given = [rule.otherwise]
    elif isinstance(rule, Checklist):
        given = [item.points for item in rule.items]
        if weight is not None and sum(given) != weight:
            yield f"各项条件的分数之和为{sum(given)}，应等于权重{weight}。"
    elif isinstance(rule, Deduction):
        if rule.side not in ("above", "below", "both") or rule.count not in (
            "whole",
            "started",
            "proportional",
        ):
            yield "的扣分规则：side只能是above、below、both，count只能是whole、started、proportional。"
        if rule.per <= 0 or rule.points < 0:
            yield "的扣分规则：per应大于0，points不应小于0。"
    elif isinstance(rule, Proportion) and rule.full <= rule.least:
        yield "的比例规则：full应大于least。"
    elif isinstance(rule, Tiers) and not rule.tiers:
        yield "的档次（tiers）是空的。"
    elif isinstance(rule, Tiers) and any(not 0 <= t.least <= t.most <= 100 for t in rule.tiers):
        yield "的档次应在0到100之间。"
    if weight is not None and any(not 0 <= points <= weight for points in given):
        yield f"规则所给的分数应在0和权重{weight}之间。"


def _unreachable(rule: Steps) -> Iterator[str]:
    """Steps that no value reaches, because one before them holds for all of theirs."""
    before: list[tuple[str, Decimal, str]] = []
    for step in rule.steps:
        try:
            sign, limit = condition(step.when)
        except ValueError:
            continue  # told as such
        for other, bound, text in before:
            beyond = limit > bound if other[0] == ">" else other[0] == "<" and limit < bound
            edge = limit == bound and (other in (">=", "<=") or other == sign)
            if sign[0] in (other[0], "=") and (beyond or edge):
                yield f"的条件“{step.when}”在“{text}”之后，永远不会用到；请把范围小的放在前面。"
                break
        before.append((sign, limit, step.when))


def _cycle(uses: Mapping[str, Collection[str]]) -> list[str]:
    """Indicators whose formulas lead back to themselves, in order; empty where there are none."""
    done: set[str] = set()

    def follow(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(uses[name]):
            if found := follow(other, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in uses if (found := follow(name, []))), [])
