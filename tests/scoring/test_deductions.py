"""A report that states what it takes off: read, recognised as the scheme of deductions, added up."""

from __future__ import annotations

from decimal import Decimal

from mingzhang.binding.compose import paragraph
from mingzhang.binding.narrative import read_text
from mingzhang.documents import Block, Document
from mingzhang.facts import FactSet
from mingzhang.money import Interval
from mingzhang.scoring.documents import Evaluation, evaluations
from mingzhang.scoring.rules import exact
from mingzhang.taxonomy import load

HEAD = ["青禾市档案服务中心2022年度部门整体支出绩效自评报告", "七、综合评价情况及评价结论"]


def evaluated(taken: dict[str, str]) -> Evaluation:
    """The evaluation of a report that takes ``taken`` off, by indicator, and nothing for the others."""
    standards = load().standards("hunan-2022")
    indicators = standards.schemes["department_deductions"].indicators
    lines = [
        f"{n}、{i.label[0]}：{f'扣{taken[i.id]}分' if i.id in taken else '不扣分'}。"
        for n, i in enumerate(indicators, 1)
    ]
    blocks: list[Block] = [paragraph(line) for line in [*HEAD, *lines, "绩效自评得分为95.5分。"]]
    facts = FactSet()
    read_text(Document("", "", "composed", blocks), 0, standards, 2022, facts)
    (found,) = evaluations(standards.schemes.values(), facts, {})
    return found


def test_what_is_taken_off_leaves_the_total() -> None:
    taken = {"budget_completion_rate": "2", "management_rules": "1.5", "satisfaction": "1"}
    found = evaluated(taken)
    assert found.scheme.id == "department_deductions"
    assert found.scored is not None
    assert found.scored.complete
    assert found.scored.total == Interval(exact(Decimal("95.5")), exact(Decimal("95.5")))
    points = {s.indicator.id: s.points for s in found.scored.scores}
    assert points["management_rules"] == Interval(exact(Decimal("1.5")), exact(Decimal("1.5")))
    assert points["publication"] == Interval(exact(Decimal(0)), exact(Decimal(0)))
