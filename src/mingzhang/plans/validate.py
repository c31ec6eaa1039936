"""From what a data file says to what is known of a scheme; every fault is told with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from mingzhang.documents import quoted
from mingzhang.forms import Sheet
from mingzhang.money import Amount, Interval, parse
from mingzhang.plans import blocks
from mingzhang.plans.entries import (
    APPLICABLE,
    CHOICE,
    EDITION,
    FIGURE,
    LARGEST,
    NO,
    NOT_APPLICABLE,
    SCHEME,
    UNIT,
    YEAR,
    YES,
    Entry,
    entries,
)
from mingzhang.plans.files import Fields, Filled, fields
from mingzhang.plans.plan import Plan, PlanError
from mingzhang.readers.stored import UNKNOWN
from mingzhang.schemes import (
    APPLIES,
    POINTS,
    REASON,
    SHARE,
    TIER,
    Checklist,
    Indicator,
    Scheme,
    Stated,
    Tiers,
)
from mingzhang.scoring.score import Answer, Figure, Known
from mingzhang.taxonomy import Library, Standards

_GENERAL = (SCHEME, EDITION, UNIT, YEAR, "format")
_YEAR = re.compile(r"20\d\d")
_LONGEST = 2_000
_NAME_LENGTH = 100
_FEW = 3
"""More items that a scheme does not have, and most of them, are another scheme's."""
_BLANK = Filled("", "")


def read_plan(
    path: Path, library: Library, scheme: str | None = None, edition: str | None = None
) -> Plan | None:
    """The data file at ``path``; None where it is none. Raises PlanError with all its faults."""
    said = fields(path)
    if said is None:
        return None
    reader = _Reader(said)
    chosen, standards = reader.scheme(library, scheme, edition)
    if chosen is None or standards is None:
        raise PlanError(str(path), reader.faults)
    unit, year, sheet = reader.text(UNIT, "单位名称"), reader.year(), None
    if chosen.blocks:
        known, sheet = Known(), reader.sheet(chosen, standards.sheets[chosen.of[0]])
    else:
        known = reader.known(chosen)
    if reader.faults:
        raise PlanError(str(path), reader.faults)
    return Plan(str(path), unit, year, chosen, standards, known, sheet)


def find_scheme(library: Library, scheme: str, edition: str | None) -> tuple[Scheme, Standards] | None:
    """The scheme of this id, of ``edition`` or of the first edition that has it."""
    base_first = sorted(library.editions, key=lambda name: len(library.chain(name)))
    for name in [edition] if edition else base_first:
        standards = library.standards(name)
        if scheme in standards.schemes:
            return standards.schemes[scheme], standards
    return None


class _Reader:
    """Reads the fields one by one and collects what is wrong with them."""

    def __init__(self, said: Fields) -> None:
        self.said = said
        self.faults: list[str] = []

    def get(self, key: str) -> Filled:
        """What stands at ``key``."""
        return self.said.get(key, _BLANK)

    def fault(self, filled: Filled, key: str, message: str) -> None:
        """Note what is wrong at a place."""
        self.faults.append(f"{filled.place or key}：{message}")

    def scheme(
        self, library: Library, wanted: str | None, edition: str | None
    ) -> tuple[Scheme | None, Standards | None]:
        """The scheme that the file names."""
        named, stated = self.get(SCHEME), self.get(EDITION)
        edition = edition or stated.text
        if edition and edition not in library.editions:
            self.fault(
                stated,
                EDITION,
                f"没有格式版本{quoted(_short(edition))}，可用：{'、'.join(library.editions)}。",
            )
            return None, None
        found = find_scheme(library, named.text, edition or None) if named.text else None
        if found is None:
            editions = [edition] if edition else library.editions
            known = dict.fromkeys(id_ for name in editions for id_ in library.standards(name).schemes)
            told = f"没有指标体系{quoted(_short(named.text))}" if named.text else "没有写明指标体系"
            self.fault(named, SCHEME, f"{told}，可用：{'、'.join(known)}。")
            return None, None
        if wanted not in (None, named.text):
            self.fault(named, SCHEME, f"数据属于指标体系{quoted(named.text)}，不是{quoted(wanted)}。")
            return None, None
        return found

    def text(self, key: str, label: str) -> str:
        """A short text that must be there."""
        filled = self.get(key)
        if not filled.text:
            self.fault(filled, key, f"没有填写{label}。")
        elif len(filled.text) > _NAME_LENGTH:
            self.fault(filled, key, f"{label}超过{_NAME_LENGTH}个字。")
        return filled.text

    def year(self) -> int:
        """The year of the accounts."""
        filled = self.get(YEAR)
        if not _YEAR.fullmatch(filled.text):
            self.fault(filled, YEAR, f"年度应填四位数字，例如2022，现为{quoted(_short(filled.text))}。")
            return 0
        return int(filled.text)

    def known(self, scheme: Scheme) -> Known:
        """The figures and answers of all indicators."""
        figures, choices = self.filled(scheme, entries(scheme))
        known = Known()
        for indicator in scheme.indicators:
            for name in indicator.inputs:
                if (key := f"{indicator.id}.{name}") in figures:
                    known.figures[indicator.id, name] = Figure(figures[key], self.get(key).text, exact=True)
            answer = self.answer(indicator, figures, choices)
            if answer is not None:
                known.answers[indicator.id] = answer
        return known

    def sheet(self, scheme: Scheme, sheet: Sheet) -> blocks.Filled:
        """The sheet of a scheme of blocks."""
        figures, texts = self.filled(scheme, blocks.block_entries(scheme, sheet))
        of_blocks = {block.is_: blocks.weights(block) for block in blocks.own_blocks(scheme)}
        for key, message in blocks.faults(scheme, figures, texts):
            if key in of_blocks:
                cells = [self.get(one) for one in of_blocks[key] if one in figures]
                self.fault(
                    Filled("", "至".join(dict.fromkeys((cells[0].place, cells[-1].place)))), key, message
                )
            else:
                self.fault(self.get(key), key, message)
        return blocks.filled(scheme, sheet, figures, texts)

    def filled(self, scheme: Scheme, asked: Iterable[Entry]) -> tuple[dict[str, Amount], dict[str, str]]:
        """The figures, and the choices and texts, of everything that is asked for."""
        wanted = {entry.key: entry for entry in asked}
        own = {k: one for k, one in self.said.items() if k not in _GENERAL and (one.text or "." in k)}
        strange = {key: one for key, one in own.items() if key not in wanted}
        if len(strange) > _FEW and len(strange) * 2 > len(own):
            told = f"这个文件的{len(strange)}项数据不是指标体系{quoted(scheme.id)}的，请核对指标体系"
            self.fault(self.get(SCHEME), SCHEME, f"{told}，或用 score template 重新生成模板。")
            return {}, {}
        for key, filled in strange.items():
            self.fault(filled, key, f"指标体系{quoted(scheme.id)}没有这一项。")
        figures: dict[str, Amount] = {}
        choices: dict[str, str] = {}
        for key, entry in wanted.items():
            filled = self.get(key)
            if not filled.text:
                continue
            if entry.kind == FIGURE:
                amount = self.figure(entry, filled)
                if amount is not None:
                    figures[key] = amount
            elif filled.text == UNKNOWN:
                told = "是没有保存结果的公式，请直接填写，或用Excel、WPS打开并保存后再试。"
                self.fault(filled, key, f"{quoted(entry.label)}{told}")
            elif entry.kind == CHOICE and filled.text not in entry.choices:
                can = "、".join(entry.choices)
                self.fault(
                    filled, key, f"{quoted(entry.label)}不能填{quoted(_short(filled.text))}，可以填：{can}。"
                )
            elif len(filled.words) > _LONGEST:
                self.fault(filled, key, f"{quoted(entry.label)}超过{_LONGEST}个字。")
            else:
                choices[key] = filled.words
        return figures, choices

    def figure(self, entry: Entry, filled: Filled) -> Amount | None:
        """A figure within its bounds."""
        amount = parse(filled.text, entry.unit)
        label = quoted(entry.label)
        if filled.percent:
            self.fault(filled, entry.key, f"{label}请按百分数填写数字，95%填95，单元格不要设为百分比格式。")
        elif amount is None or filled.number is False:
            long = "小数超过6位" if "." in filled.text else "数字过大，请检查单位"
            told = long if filled.number else f"现为{quoted(_short(filled.text))}"
            if amount is not None:
                told = f"现为文字{quoted(_short(filled.text))}，请把单元格改为数值格式后重新填写"
            self.fault(filled, entry.key, f"{label}应填数字，{told}。")
        elif entry.whole and amount.value != amount.value.to_integral_value():
            self.fault(filled, entry.key, f"{label}应填整数，现为{_short(filled.text)}。")
        elif amount.value < entry.least:
            told = "不能是负数" if entry.least == 0 else f"不能小于{entry.least}"
            self.fault(filled, entry.key, f"{label}{told}，现为{_short(filled.text)}。")
        elif entry.most is not None and amount.value > entry.most:
            told = "不能超过分值" if entry.name == POINTS else "不能大于"
            self.fault(filled, entry.key, f"{label}{told}{entry.most}，现为{_short(filled.text)}。")
        elif amount.value >= LARGEST:
            self.fault(filled, entry.key, f"{label}过大，请检查单位：{_short(filled.text)}。")
        else:
            return amount
        return None

    def answer(
        self, indicator: Indicator, figures: dict[str, Amount], choices: dict[str, str]
    ) -> Answer | None:
        """What the evaluator states of the indicator; None where nothing."""
        own, rule = indicator.id, indicator.rule
        if choices.get(f"{own}.{APPLIES}", APPLICABLE) == NOT_APPLICABLE:
            self.without_figures(indicator, figures)
            return Answer(applies=False)
        if isinstance(rule, Checklist):
            met = [choices.get(f"{own}.met_{number}") for number in range(1, len(rule.items) + 1)]
            if not set(met) <= {YES, NO}:
                return None
            return Answer(met=frozenset(number for number, said in enumerate(met) if said == YES))
        if isinstance(rule, Tiers):
            tier, share = choices.get(f"{own}.{TIER}"), figures.get(f"{own}.{SHARE}")
            if share is None:
                return Answer(judgement=tier) if tier else None
            self.within(own, rule, tier, share.value)
            return Answer(judgement=Interval(share.centre, share.centre))
        points, reason = figures.get(f"{own}.{POINTS}"), choices.get(f"{own}.{REASON}", "")
        if points is None:
            return None
        reasoned = reason or self.get(f"{own}.{REASON}").text  # one that cannot be read was told as such
        if not reasoned and not (isinstance(rule, Stated) and points.value == 0):
            self.fault(self.get(f"{own}.{REASON}"), f"{own}.{REASON}", "评分需要写明理由。")
        return Answer(points=points.value, reason=reason)

    def without_figures(self, indicator: Indicator, figures: Mapping[str, Amount]) -> None:
        """An indicator that does not apply has no figures other than 0."""
        for key, amount in figures.items():
            if key.partition(".")[0] == indicator.id and amount.value != 0:
                filled = self.get(key)
                told = f"{quoted(indicator.label[0])}答“{NOT_APPLICABLE}”，却填了{_short(filled.text)}"
                self.fault(filled, key, f"{told}；请删去，或改答“{APPLICABLE}”。")

    def within(self, own: str, rule: Tiers, tier: str | None, share: Decimal) -> None:
        """A stated share lies within the stated tier."""
        chosen = next((each for each in rule.tiers if each.says == tier), None)
        if chosen is not None and not chosen.least <= share <= chosen.most:
            filled = self.get(f"{own}.{SHARE}")
            told = f"达成的比例{share}%不在{quoted(chosen.says)}的{chosen.least}%至{chosen.most}%之内。"
            self.fault(filled, f"{own}.{SHARE}", told)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
