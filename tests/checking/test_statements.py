"""What running text lists as basic expenditure, held against the table."""

from __future__ import annotations

import pytest

from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

RULE = "statements.listed_without_amount"


def listed(standards: Standards, *texts: str, spent: bool = True) -> list[Finding]:
    """What the check says of these paragraphs beside the sample's tables."""
    changes = {} if spent else dict.fromkeys(samples.figures(samples.SAMPLE, standards), "0.00")
    found = recognise(samples.document(samples.SAMPLE, standards, changes), 0, standards)
    found.facts.paragraphs[:] = [
        ParagraphSeen(0, text, Place(paragraph=n), section="explanation.basic")
        for n, text in enumerate(texts, 1)
    ]
    submission = Submission(found.facts, {r.form: r for r in found.readings}, standards, samples.YEAR)
    return list(PROCEDURES[RULE](submission, standards.checks[RULE]))


@pytest.mark.parametrize(
    "text",
    [
        "人员经费20.00万元，主要包括基本工资、津贴补贴等；公用经费10.00万元，主要包括办公费、差旅费。",
        "人员经费20.00万元，主要包括：基本工资、奖金；公用经费10.00万元，主要用于：办公费、日常开支等。",
    ],
)
def test_items_with_an_amount_may_be_listed(text: str, standards: Standards) -> None:
    assert listed(standards, text) == []


def test_items_without_an_amount_are_told_once_a_paragraph(standards: Standards) -> None:
    text = "人员经费20.00万元，主要包括基本工资、绩效工资；公用经费10.00万元，主要包括咨询费等。"
    (found,) = listed(standards, text)
    assert [place.quote for place in found.locations] == ["绩效工资", "咨询费"]
    assert "绩效工资、咨询费" in found.message


@pytest.mark.parametrize("text", ["基本支出30.00万元。", "主要包括日常开支、其他开支等。"])
def test_nothing_known_listed(text: str, standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError, match="没有列举"):
        listed(standards, text)


def test_an_empty_table_says_nothing(standards: Standards) -> None:
    with pytest.raises(NotEvaluatedError, match="没有数"):
        listed(standards, "主要包括基本工资等。", spent=False)
