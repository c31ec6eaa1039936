"""Calculations that running text writes out, worked out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from mingzhang import money
from mingzhang.checking.arithmetic import Wrong, wrong
from mingzhang.checking.calculations import Side, unit_pattern
from mingzhang.checking.finding import WARNING, Expected, Finding, Suggestion, Value
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import at, running_text, spot
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.money import Amount, format_amount, step
from mingzhang.taxonomy import Check

_EQUALS = re.compile("[=＝]")
_ENDING = re.compile("(?:总额|金额|总数|人数|数|额)$")
_NAMED_AFTER = r"(?:总额|金额|总数|人数|数|额)?(?:为|是|共|合计|:)?(\d[\d,]*(?:\.\d+)?)"
_NAMED_BEFORE = r"(?:^|[^一-鿿]|\d年度?|单位|部门)"
_SHORTEST = 3


def result_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Results that do not follow from the figures written before their equals sign; each told once."""
    units = tuple(submission.standards.narratives.units)
    seen: dict[tuple[str, str], Finding] = {}
    any_equals = False
    for paragraph in running_text(submission):
        if paragraph.part == "glossary" or not _EQUALS.search(paragraph.text):
            continue
        any_equals = True
        for slip in wrong(paragraph.text, units, _Names(paragraph.text, units)):
            found = _finding(check, paragraph, slip)
            told = seen.setdefault((squash(_printed(paragraph, slip.left)), found.subject[-1]), found)
            if told is not found:
                told.locations += [place for place in found.locations if place.role == "subject"]
    if not any_equals:
        raise NotEvaluatedError("正文没有写出算式")
    yield from seen.values()


class _Names:
    """What a paragraph says a name is: the one figure that follows it wherever it is followed by one."""

    def __init__(self, text: str, units: tuple[str, ...]) -> None:
        self.text = squash(text).replace('"', "")
        self.units = units

    def __call__(self, name: str) -> Amount | None:
        """The figure of ``name``; None where it has none, or several."""
        whole = squash(name).replace('"', "")
        names = [n for n in dict.fromkeys((whole, _ENDING.sub("", whole))) if len(n) >= _SHORTEST]
        found = set()
        spelt = "|".join(map(re.escape, names)) or r"(?!)"
        for match in re.finditer(f"{_NAMED_BEFORE}(?:{spelt}){_NAMED_AFTER}", self.text):
            unit = unit_pattern(self.units).match(self.text, match.end())
            found.add(money.parse(match[1], unit.group(1)) if unit else None)
        return found.pop() if len(found) == 1 else None


def _printed(paragraph: ParagraphSeen, side: Side) -> str:
    return paragraph.text[side.start : side.end]


def _finding(check: Check, paragraph: ParagraphSeen, slip: Wrong) -> Finding:
    left, right = slip.left, slip.right
    result = right.figures[-1]
    amount = result.amount
    assert amount is not None
    unit = f"{amount.unit}" if amount.unit else ""
    shown = _shown(slip, amount)
    printed, formula = paragraph.text[result.start : result.end], _printed(paragraph, left)
    here = spot(paragraph, result.start if not right.calculates else right.start, right.end)
    stated = _printed(paragraph, right)
    message = (
        f"{at(here)}算式{quoted(formula)}的结果写为{stated}，按所列数字应为{shown}{unit}：{check.says}。"
    )
    places = [here, *(spot(paragraph, t.start, t.end, "operand") for t in left.figures)]
    subject = (squash(formula), squash(printed))
    found = finding(check, message, places, subject)
    figures = [result, *left.figures]
    found.values = [
        Value("算式的结果" if n == 0 else "算式中的数", paragraph.text[t.start : t.end], t.amount, n)
        for n, t in enumerate(figures)
    ]
    if abs(abs(slip.value) - abs(_value(amount))) * 10**amount.decimals < 1:  # cut off, not rounded
        found.severity = WARNING
    found.explanation = f"{formula}＝{shown}{unit}≠{stated}"
    if not right.calculates:
        found.expected = Expected(shown, shown, shown, unit)
        found.suggestions = [Suggestion(f"改为{shown}{unit}，或更正算式中的数字", 0, None, "likely")]
    return found


def _value(amount: Amount) -> Fraction:
    return Fraction(amount.mantissa, 10**amount.decimals)


def _shown(slip: Wrong, amount: Amount) -> str:
    """What the result ought to be, with as many decimals as it is printed with, two at least of a rate."""
    decimals = max(amount.decimals, 2) if amount.unit == "%" else amount.decimals
    size = step(amount.unit, 0)
    exact = slip.value * size
    for more in range(decimals, decimals + 3):
        text = format_amount(exact, amount.unit, more)
        if text != format_amount(amount.centre, amount.unit, more):
            break
    return text
