"""What running text lists as basic expenditure, and what it says of the budget, held against the figures."""

from __future__ import annotations

import pytest

from mingzhang import samples
from mingzhang.binding.compose import paragraph
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Block, Document, Paragraph
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.outlines import Due
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


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("控制在预算之内", True),
        ("未超过预算", True),
        ("没有超预算", True),
        ("控制在编制以内", False),
        ("大于预算数，主要原因是人员增加", False),
    ],
)
def test_said_to_be_within_the_budget(said: str, wrong: bool, standards: Standards) -> None:
    lines = [
        "第三部分 2022年度部门决算情况说明",
        "七、“三公”经费支出决算情况说明",
        f"公务接待费支出预算为2.00万元，支出决算为2.63万元，{said}。",
    ]
    blocks: list[Block] = [paragraph(line) for line in lines]
    document = Document("", "", "composed", blocks)
    found = recognise(document, 0, standards)
    read_text(document, 0, standards, samples.YEAR, found.facts)
    submission = Submission(found.facts, {}, standards, samples.YEAR)
    told = [f.rule for f in check_submission(submission).findings]
    assert ("statements.direction_differs" in told) == wrong


@pytest.mark.parametrize(
    ("due", "wanted"),
    [
        (Due(), True),
        (Due(amount="1.87"), True),
        (Due(amount="1.88"), False),
        (Due(rate="41.55"), True),
        (Due(rate="41.56"), False),
    ],
)
def test_a_reason_is_asked_for_from_the_threshold_on(
    due: Due, wanted: bool, standards: Standards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standards.outlines, "due", due)
    document = samples.document(samples.SAMPLE, standards)
    said, bare = "决算数小于预算数的主要原因是厉行节约。", "决算数小于预算数。"
    document.blocks = [
        paragraph(b.text.replace(said, bare), b.role, b.level) if isinstance(b, Paragraph) else b
        for b in document.blocks
    ]
    found = recognise(document, 0, standards)
    read_text(document, 0, standards, samples.YEAR, found.facts)
    own = [
        p
        for p in found.facts.paragraphs
        if p.text.startswith("公务接待费支出预算为4.50万元，支出决算为2.63万元")
    ]
    found.facts.paragraphs[:] = own
    submission = Submission(found.facts, {r.form: r for r in found.readings}, standards, samples.YEAR)
    told = [f.rule for f in check_submission(submission).findings]
    assert ("statements.reason_missing" in told) == wanted
