"""Points of a score sheet against its scheme: of the whole, of its blocks, of blocks that it has none of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission, called
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted
from mingzhang.expressions import NotEvaluatedError
from mingzhang.money import Number, format_amount
from mingzhang.schemes import Block, Scheme
from mingzhang.scoring.execution import FUNDS
from mingzhang.scoring.rules import exact
from mingzhang.taxonomy import Check

_WEIGHT, _TOTAL, _EXECUTION = "weight", "total", "execution"
_DECIMALS = 2


class Points(NamedTuple):
    """What a sheet gives points for: its scheme, its total, and the facts of the points by block."""

    scheme: Scheme
    total: int | None
    blocks: dict[str, list[int]]
    centres: list[int]

    def of(self, block: str) -> int:
        """The points of a block's own indicators, in the scale of amounts."""
        return sum(self.centres[n] for n in self.blocks.get(block, ()))

    @property
    def whole(self) -> int:
        """All points that the sheet gives."""
        return sum(map(self.of, self.blocks))

    @property
    def absent(self) -> list[Block]:
        """The blocks that the sheet has none of, where they are just what is missing."""
        found = [block for block in self.scheme.blocks if block.is_ not in self.blocks]
        lacking: Number = sum(exact(block.weight) for block in found)
        return found if self.whole + lacking == exact(self.scheme.total) else []


def points_of(submission: Submission, address: str) -> Points | None:
    """The points of the sheet at ``address``; None where it is none of blocks or not all are read."""
    reading = submission.readings.get(address)
    schemes = submission.standards.schemes.values()
    scheme = next((s for s in schemes if s.blocks and reading and reading.form in s.of), None)
    if reading is None or scheme is None or reading.lost:
        return None
    facts, blocks = submission.facts, dict[str, list[int]]()
    named = {
        text.key[1] for text in facts.texts if text.key[0] == address and text.concept == "indicator.name"
    }
    for row in reading.rows:
        number = facts.index.get((address, row, _WEIGHT))
        if number is None:
            if row in named:
                return None
            continue
        dimensions = facts.dimensions[number]
        if row == FUNDS or "indicator" in dimensions:
            block = FUNDS if row == FUNDS else dimensions.get("block", "")
            blocks.setdefault(FUNDS if block == _EXECUTION else block, []).append(number)
    if FUNDS not in blocks or len(blocks) == 1:
        return None
    return Points(scheme, facts.index.get((address, _TOTAL, _WEIGHT)), blocks, facts.centres)


def as_the_scheme_says(submission: Submission, number: int) -> bool:
    """Whether a fact prints the points that the scheme of its sheet gives the whole or the block."""
    facts = submission.facts
    address, row, column = facts.keys[number]
    points = points_of(submission, address) if column == _WEIGHT else None
    if points is None:
        return False
    right = {block.is_: block.weight for block in points.scheme.blocks} | {_TOTAL: points.scheme.total}
    return row in right and facts.centres[number] == exact(right[row])


def points_not_whole(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets without one of their blocks, and those whose points are together not those of the scheme.

    A printed total that is not the sum of the points is told by a relation.
    """
    found = {a: one for a in submission.readings if (one := points_of(submission, a)) is not None}
    if not found:
        raise NotEvaluatedError("文件中没有写明全部分值的自评表")
    facts, words = submission.facts, Wording(submission)
    for address, points in found.items():
        absent, total, right = points.absent, points.total, exact(points.scheme.total)
        if points.whole == right or total is None or not (absent or facts.centres[total] == points.whole):
            continue
        told = [f"没有{quoted(block.label)}（{_shown(exact(block.weight))}）" for block in absent]
        told += [] if absent else _other_blocks(points)
        title, subject = called(submission, address), submission.readings[address].form
        message = (
            f"《{title}》的分值合计为{_shown(points.whole)}，应为{_shown(right)}"
            f"{'，' if told else ''}{'，'.join(told)}：{check.says}。"
        )
        of_blocks = [] if absent else [n for numbers in points.blocks.values() for n in numbers]
        places = [words.location(total, "subject"), *(words.location(n, "operand") for n in of_blocks)]
        advice = "补上缺少的一级指标" if absent else f"核对各项分值，使合计为{_shown(right)}"
        result = finding(
            check, message, places, [subject, facts.dimensions[total].get("project", "")], advice
        )
        result.values = [words.value(n, index) for index, n in enumerate((total, *of_blocks))]
        yield result


def _other_blocks(points: Points) -> list[str]:
    """The blocks whose points are not those of the scheme."""
    return [
        f"{quoted(block.label)}为{_shown(points.of(block.is_))}，应为{_shown(exact(block.weight))}"
        for block in points.scheme.blocks
        if points.of(block.is_) != exact(block.weight)
    ]


def _shown(centre: Number) -> str:
    return format_amount(centre, "分", _DECIMALS).rstrip("0").rstrip(".") + "分"
