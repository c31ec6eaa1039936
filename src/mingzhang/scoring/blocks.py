"""Score sheets of blocks (执行率, 产出, 效益, 满意度), recomputed from their own indicators."""

from __future__ import annotations

from typing import NamedTuple

from mingzhang.documents import quoted
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet
from mingzhang.money import Interval
from mingzhang.schemes import Block, Scheme
from mingzhang.scoring.execution import FUNDS, Execution, points
from mingzhang.scoring.printed import Printed, PrintedRow
from mingzhang.scoring.rules import exact
from mingzhang.scoring.score import grade


class BlockScore(NamedTuple):
    """A block: what its indicators, or its rate of execution, come to beside what is printed.

    ``weights`` is the sum of the printed points, ``points`` the score; None with a ``reason`` where it
    cannot be told. ``rate`` is the rate of execution; ``printed`` the fact of a score printed for the
    block as a whole. ``shared`` says that the sheet leaves a block out, whose points the others have.
    """

    block: Block
    rows: tuple[PrintedRow, ...]
    weights: Interval | None
    points: Interval | None
    rate: Interval | None = None
    printed: int | None = None
    reason: str = ""
    shared: bool = False


class SheetScore(NamedTuple):
    """A sheet recomputed; indicators that belong to none of the scheme's blocks are ``others``."""

    scheme: Scheme
    sheet: Printed
    blocks: tuple[BlockScore, ...]
    others: tuple[PrintedRow, ...]
    total: Interval | None
    grade: str
    reason: str = ""


def sheet_score(scheme: Scheme, sheet: Printed, facts: FactSet) -> SheetScore:
    """The sheet's blocks, total and grade from its own indicators."""
    blocks = tuple(
        _execution(block, sheet, facts) if block.is_ == FUNDS else _block(block, sheet, facts)
        for block in scheme.blocks
    )
    known = {block.is_ for block in scheme.blocks}
    others = tuple(row for row in sheet.rows.values() if row.block not in known)
    weights = [block.weights for block in blocks if block.weights is not None]
    weights += [facts.intervals[row.weight] for row in others if row.weight is not None]
    if _added(weights).meets(Interval(exact(scheme.total), exact(scheme.total))):
        blocks = _sharing(blocks)
    missing = [block.block.label for block in blocks if block.points is None]
    given = [block.points for block in blocks if block.points is not None]
    given += [facts.intervals[row.score] for row in others if row.score is not None]
    if missing:
        return SheetScore(
            scheme, sheet, blocks, others, None, "", f"没有{''.join(map(quoted, missing))}的得分"
        )
    total = _added(given)
    return SheetScore(scheme, sheet, blocks, others, total, grade(scheme, total))


def _sharing(blocks: tuple[BlockScore, ...]) -> tuple[BlockScore, ...]:
    """The blocks of a sheet whose points are complete: the others have those of one left out."""
    absent = [block.block.is_ != FUNDS and not block.rows for block in blocks]
    return tuple(
        block._replace(points=Interval(0, 0), reason="本表没有这一类，分值由其他指标分担", shared=True)
        if missing
        else block._replace(shared=any(absent))
        for block, missing in zip(blocks, absent)
    )


def _block(block: Block, sheet: Printed, facts: FactSet) -> BlockScore:
    rows = tuple(row for row in sheet.rows.values() if row.block == block.is_)
    if not rows:
        return BlockScore(block, rows, None, None, reason="没有指标")
    weights = [facts.intervals[row.weight] for row in rows if row.weight is not None]
    unscored = [row.label for row in rows if row.score is None]
    scores = [facts.intervals[row.score] for row in rows if row.score is not None]
    given = None if unscored else _added(scores)
    reason = f"{''.join(map(quoted, unscored))}没有得分" if unscored else ""
    return BlockScore(block, rows, _added(weights) if weights else None, given, reason=reason)


def _execution(block: Block, sheet: Printed, facts: FactSet) -> BlockScore:
    """The rate of execution times its points, at most all of them."""
    row = Execution.of(facts, sheet.address)
    weights = facts.intervals[row.weight] if row.weight is not None else None
    try:
        rate = row.worked(facts)
    except NotEvaluatedError as error:
        return BlockScore(block, (), weights, None, printed=row.score, reason=str(error))
    most = exact(block.weight)
    return BlockScore(block, (), weights, points(rate, Interval(most, most)), rate, row.score)


def _added(parts: list[Interval]) -> Interval:
    return Interval(sum(part.low for part in parts), sum(part.high for part in parts))
