"""Scored indicators → the paragraphs of a report: inputs, formula in numbers, result, weight and score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mingzhang.binding.statements import plain
from mingzhang.facts import Key
from mingzhang.money import Interval, format_amount
from mingzhang.outlines import Block, Said
from mingzhang.reporting.scores import decimal_text, points_text
from mingzhang.schemes import Checklist, Stated
from mingzhang.scoring.score import (
    NOT_APPLICABLE,
    SCORED,
    Answer,
    Known,
    Score,
    Scored,
    calculated,
)

ENTERED = "entered"
"""The measure of a missing input that nothing but the data file has."""

_CIRCLED = 20
_NO_DEDUCTION = "该项指标不扣分"


@dataclass(slots=True)
class Text:
    """The paragraphs, the figures that stand in them, and what a figure is called where it is missing."""

    blocks: list[Block] = field(default_factory=list)
    figures: dict[Key, str] = field(default_factory=dict)
    labels: dict[Key, str] = field(default_factory=dict)


def indicator_text(
    scored: Scored,
    known: Known,
    keys: Mapping[tuple[str, str], Key],
    section: str,
    said: Mapping[str, Said],
    file: str,
) -> Text:
    """A paragraph for each indicator, for the report's ``section``.

    ``keys`` are the addresses of inputs by indicator and name; ``file`` is where the others are entered.
    """
    text = Text()
    for number, score in enumerate(scored.scores):
        own = {name: key for (indicator, name), key in keys.items() if indicator == score.indicator.id}
        _Paragraph(text, score, known, own, section, said, file).add(number)
    return text


def given(score: Score) -> str:
    """The points as printed, without unit; empty where they are not certain."""
    points = score.points
    return "" if points is None or points.low != points.high else points_text(points)


class _Paragraph:
    """One indicator's paragraph being put together."""

    def __init__(
        self,
        text: Text,
        score: Score,
        known: Known,
        keys: Mapping[str, Key],
        section: str,
        said: Mapping[str, Said],
        file: str,
    ) -> None:
        self.text, self.score, self.known, self.keys = text, score, known, keys
        self.section, self.said = section, said
        self.indicator, self.file = score.indicator, file
        self.answer = known.answers.get(self.indicator.id, Answer())
        self.row = plain(self.indicator.label[0])
        self.variables = {"i": self.row, "label": self.indicator.label[0]}

    def add(self, number: int) -> None:
        """The paragraph, with the figures that it prints."""
        ordinal = chr(ord("①") + number) if number < _CIRCLED else f"（{number + 1}）"
        weight, bracket = self.indicator.weight, ""
        if weight is not None and self.score.status != NOT_APPLICABLE:
            bracket = "（{i.weight}）"
            self.text.figures[self.section, self.row, "weight"] = f"{decimal_text(weight)}分"
        clauses = "，".join(filter(None, (*self._evidence(), self._points(), self._reason())))
        say = f"{ordinal}{{label}}{bracket}：{clauses}。"
        self.text.blocks.append(Block(section=self.section, say=say, with_=self.variables))

    def _evidence(self) -> Iterator[str]:
        """What the points are given for."""
        rule = self.indicator.rule
        if not self.answer.applies:
            yield "没有可评价的事项"
            return
        order = {name: number for number, name in enumerate(self.said)}
        names = {name: f"{key[1]}.{key[2]}" for name, key in self.keys.items()}
        for name in sorted(self.indicator.inputs, key=lambda one: order.get(names.get(one, ""), len(order))):
            yield self._input(name, self.keys.get(name))
        if self.score.value is not None:
            yield self._formula(self.score.value)
        elif self.indicator.formula and self.score.status == SCORED and self.answer.points is None:
            yield "基数为零，无法计算"
        if isinstance(rule, Checklist) and self.answer.met is not None:
            yield from self._checked(rule, self.answer.met)
        elif isinstance(self.answer.judgement, str):
            yield f"达成的档次为“{_literal(self.answer.judgement)}”"

    def _input(self, name: str, key: Key | None) -> str:
        """An input with its figure, or with a gap where it is not known."""
        needed, figure = self.indicator.inputs[name], self.known.figures.get((self.indicator.id, name))
        printed = f"{figure.printed}{figure.amount.unit}" if figure is not None else ""
        slot = key or (self.section, f"{self.indicator.id}/{needed.label}", ENTERED)
        if not printed:
            where = f"填在“{self.file}”的{self.indicator.id}.{name}"
            self.text.labels[slot] = f"{needed.label}，{where}"
        elif key is not None:
            self.text.figures.setdefault(key, printed)
        if key is not None:
            return self.said[f"{key[1]}.{key[2]}"].say.replace("{value}", f"{{{key[1]}.{key[2]}}}")
        if printed:
            return f"{_literal(needed.label)}{printed}"
        self.variables[f"in_{name}"] = slot[1]
        return f"{_literal(needed.label)}{{in_{name}.{ENTERED}}}"

    def _formula(self, value: Interval) -> str:
        """The formula with its numbers and what it comes to; nothing for a single input."""
        numbers, unit = calculated(self.indicator, self.known), self.indicator.unit
        if not numbers:
            return ""
        result = format_amount(Fraction(value.low + value.high, 2), unit, 2)
        return f"{{label}}＝{numbers}＝{result}{unit}"

    @staticmethod
    def _checked(rule: Checklist, met: frozenset[int]) -> Iterator[str]:
        """The conditions that are met and those that are not."""
        for says, some in (("符合", True), ("不符合", False)):
            chosen = [item for number, item in enumerate(rule.items) if (number in met) == some]
            if chosen:
                yield says + "".join(f"“{_literal(item.says)}”" for item in chosen)

    def _points(self) -> str:
        """The score, or what is taken off; a gap where it is not known."""
        if self.score.status == NOT_APPLICABLE:
            return "不适用，分值由其他指标分担"
        measure, lead = ("deduction", "扣") if isinstance(self.indicator.rule, Stated) else ("score", "得分")
        points, key = given(self.score), (self.section, self.row, measure)
        if not points:
            said = self.score.reason or "按所填的档次不能确定，请填写达成的比例"
            where = f"填在“{self.file}”的{self.indicator.id}下"
            self.text.labels[key] = f"{self.indicator.label[0]}{lead}：{said}，{where}"
        elif measure == "deduction" and points == "0":
            return _NO_DEDUCTION
        else:
            self.text.figures[key] = f"{points}分"
        return f"{lead}{{i.{measure}}}"

    def _reason(self) -> str:
        reason = self.answer.reason.strip().rstrip("。；;，,")
        if not reason:
            return ""
        self.variables["why"] = reason
        return "理由是{why}"


def _literal(text: str) -> str:
    """A text of a scheme within a pattern, where braces would begin a slot."""
    return text.replace("{", "｛").replace("}", "｝")
