"""Running text → facts, over fictional passages in the wordings of many places.

The passages mark every figure with its meaning in braces after it: row, column (left out for the
final accounts' amount and for plain counts), ``of=`` the whole of a share. A leading ``-`` says that
the printed figure is a decrease, ``*`` something achieved, ``+`` a named thing that money is spent on;
``?`` leaves the meaning open. What is not marked must not become a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mingzhang import money
from mingzhang.binding.narrative import NarrativeReading, read_text
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import Fact, FactSet
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

PASSAGES = Path(__file__).parent / "passages"
_MARK = re.compile(r"\{([^{}]*)\}")
_DIGITS = re.compile(r"[-－]?[\d０-９][\d０-９,]*(?:[.．][\d０-９]+)?")
CONCEPTS = {"*": "output", "+": "project"}


class Passage(NamedTuple):
    name: str
    year: int
    paragraphs: list[str]
    marks: dict[tuple[int, int], str]


def passages() -> Iterator[Passage]:
    for path in sorted(PASSAGES.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("== ")[1:]:
            head, _, body = block.partition("\n")
            name, year = head.split()
            yield _passage(f"{path.stem}.{name}", int(year), body)


def _passage(name: str, year: int, body: str) -> Passage:
    paragraphs: list[str] = []
    marks: dict[tuple[int, int], str] = {}
    for line in filter(str.strip, body.splitlines()):
        text, last = "", 0
        for mark in _MARK.finditer(line):
            text += line[last : mark.start()]
            last = mark.end()
            marks[len(paragraphs) + 1, len(text)] = mark.group(1)
        paragraphs.append(text + line[last:])
    return Passage(name, year, paragraphs, marks)


def read(
    paragraphs: list[str], standards: Standards, year: int | None = 2022
) -> tuple[FactSet, NarrativeReading]:
    blocks = [Paragraph(text, Place(paragraph=n)) for n, text in enumerate(paragraphs, 1)]
    facts = FactSet()
    reading = read_text(Document("text.txt", "", "txt", list(blocks)), 0, standards, year, facts)
    return facts, reading


def stated(fact: Fact) -> str:
    """The mark of a fact."""
    row, column = fact.key[1:]
    decrease = "change" in column and fact.amount.mantissa < 0 and not re.match("[-－]", fact.printed)
    sign = "-" if decrease else ""
    kind = next((mark for mark, concept in CONCEPTS.items() if fact.concept == concept), "")
    plain = fact.concept != "output" and column in ("final", "count")
    whole = fact.dimensions.get("of")
    return " ".join(
        filter(None, [f"{sign}{kind}{row}", "" if plain else column, f"of={whole}" if whole else ""])
    )


every_passage = pytest.mark.parametrize("passage", list(passages()), ids=lambda passage: passage.name)


@every_passage
def test_figures_mean_what_the_passage_says(passage: Passage, standards: Standards) -> None:
    facts, _ = read(passage.paragraphs, standards, passage.year)
    found = {(f.place.paragraph, (f.place.offset or 0) + len(f.printed)): stated(f) for f in facts}
    open_ends = {spot for spot, mark in passage.marks.items() if mark == "?"}
    expected = {spot: mark for spot, mark in passage.marks.items() if mark != "?"}
    assert {spot: mark for spot, mark in found.items() if spot not in open_ends} == expected


WORDS = ("不扣分", "得满分")
"""Words that state points without digits."""


@every_passage
def test_facts_keep_the_printed_value(passage: Passage, standards: Standards) -> None:
    facts, _ = read(passage.paragraphs, standards, passage.year)
    for fact in facts:
        if fact.printed in WORDS:
            continue
        digits = _DIGITS.match(fact.printed)
        assert digits is not None
        printed = money.parse(digits.group(), fact.amount.unit)
        assert printed is not None
        assert abs(printed.value) == abs(fact.amount.value)


@pytest.mark.parametrize(
    ("text", "row", "column", "dimensions"),
    [
        ("公务接待费支出3.1万元，2022年决算数为3.6万元。", "reception", "final.prior", {"year": "prior"}),
        ("走访企业180余家。", "走访企业", "count", {"name": "走访企业", "bound": "over"}),
        ("公务接待费支出约3万元。", "reception", "final", {"bound": "about"}),
        ("国内公务接待支出2万元。", "reception_domestic", "final", {"guests": "domestic"}),
        ("机关运行经费较年初预算增加2万元。", "operation", "change_initial_budget",
         {"measure": "change", "base": "initial_budget"}),
        ("公务接待费年初预算5万元。", "reception", "initial_budget", {"stage": "initial_budget"}),
        ("省级财政资金300万元。", "funds_provincial", "final", {"source": "province"}),
    ],
)  # fmt: skip
def test_dimensions(
    text: str, row: str, column: str, dimensions: dict[str, str], standards: Standards
) -> None:
    facts, _ = read([text], standards, 2023)
    found = {fact.key[1:]: dict(fact.dimensions) for fact in facts}
    assert found[row, column] == dimensions


@pytest.mark.parametrize(
    "text",
    [
        "2022年1月1日至12月31日，第3季度，十四五期间。",
        "根据财预〔2020〕10号文件和《预算法》第32条。",
        "单价100万元以上设备须纳入监管，出栏率不低于90%，执行“5+2”课后服务。",
        "公示期5-7个工作日，满意度目标≥95%，拨打12345热线，电话0000-1234567。",
        "附件：1.基础数据表2.自评表；附件2-1；表5-2；图3。",
    ],
)
def test_digits_that_are_no_figures(text: str, standards: Standards) -> None:
    facts, reading = read([text], standards)
    assert len(facts) == 0
    assert reading.figures == 0


def test_a_change_is_not_a_statement_of_the_year_it_is_measured_against(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出3万元，2021年决算数为4万元，减少1万元，下降25%。"], standards)
    assert [fact.key[2] for fact in facts] == ["final", "final.prior", "change", "change_rate"]


def test_the_year_before_needs_no_year_of_the_document(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出3万元，比上年4万元减少1万元。"], standards, None)
    assert [fact.key[2] for fact in facts] == ["final", "final.prior", "change"]


def test_a_change_is_of_the_budget_where_only_the_budget_was_stated(standards: Standards) -> None:
    facts, _ = read(["公务接待费年初预算5万元，比上年减少1万元。"], standards)
    assert facts[1].dimensions == {"measure": "change", "base": "prior", "stage": "initial_budget"}
    facts, _ = read(["公务接待费年初预算5万元，决算4万元，比上年减少1万元。"], standards)
    assert facts[2].dimensions == {"measure": "change", "base": "prior"}


def test_an_older_year_is_told_as_it_is(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出3万元，比2019年的4万元减少1万元，2020年决算数为5万元。"], standards)
    assert [fact.key[2] for fact in facts] == ["final", "final.2019", "change", "final.2020"]


def test_an_unknown_figure_stays_unclaimed_with_its_context(standards: Standards) -> None:
    _, reading = read(["其中：5.20万元。"], standards)
    assert reading.figures == 1
    assert reading.claimed == 0
    assert reading.unclaimed[0].printed == "5.20万元"
    assert reading.unclaimed[0].place == Place(paragraph=1, offset=3)


def test_figures_stand_at_their_offset(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出 3.10 万元。"], standards)
    assert facts[0].printed == "3.10 万元"
    assert facts[0].place == Place(paragraph=1, offset=8)


def test_statements_gather_figures_and_words_of_one_subject(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出3万元，与上年持平；会议费支出1万元，减少0.5万元。"], standards)
    first, second = facts.statements
    assert (first.row, list(first.facts), first.words) == ("reception", ["final"], {"same": "prior"})
    assert (second.row, list(second.facts)) == ("meeting", ["final", "change"])


def test_a_subject_in_a_heading_goes_on_into_the_next_paragraph(standards: Standards) -> None:
    facts, _ = read(["（二）公务接待费", "支出决算为3万元。"], standards)
    assert [fact.key[1:] for fact in facts] == [("reception", "final")]


def test_hostile_brackets_and_lengths(standards: Standards) -> None:
    facts, _ = read(["（" * 5000 + "公务接待费支出3万元" + "）" * 5000], standards)
    assert facts[0].key[1] == "reception"
    facts, _ = read(["公务接待费支出" + "9" * 400 + "万元"], standards)
    assert len(facts) == 0
    facts, _ = read(["教育支出（类）" * 20_000], standards)
    assert len(facts) == 0


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def texts(paragraphs: list[str], concept: str, standards: Standards) -> list[tuple[str, str]]:
    facts, _ = read(paragraphs, standards)
    return [(text.key[1], text.text) for text in facts.texts if text.concept == concept]


def test_reasons_belong_to_their_row(standards: Standards) -> None:
    found = texts(["公务接待费支出3万元，比上年减少1万元，主要原因是厉行节约。"], "reason", standards)
    assert found == [("reception", "厉行节约")]


def test_a_reason_ends_where_the_clause_goes_on_to_compare(standards: Standards) -> None:
    text = "机关运行经费支出9万元，主要原因是厉行节约，比上年减少1万元。"
    facts, _ = read([text], standards)
    assert [fact.key[1:] for fact in facts] == [("operation", "final"), ("operation", "change")]
    assert texts([text], "reason", standards) == [("operation", "厉行节约")]


def test_amounts_in_a_reason_are_not_those_of_the_subject(standards: Standards) -> None:
    facts, _ = read(["公务接待费增加2万元，主要原因是用餐标准提高，物价上涨增加1.5万元。"], standards)
    assert [fact.key[2] for fact in facts if fact.key[1] == "reception"] == ["change"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("公务接待费支出3万元，与上年持平。", "word.same"),
        ("公务接待费年初预算为0万元，支出3万元，无法计算完成百分比。", "word.incalculable"),
        ("九、国有资本经营预算财政拨款支出：本单位没有安排国有资本经营预算财政拨款支出。", "word.none"),
    ],
)
def test_words_in_place_of_figures(text: str, concept: str, standards: Standards) -> None:
    assert texts([text], concept, standards)


def test_documents_cited(standards: Standards) -> None:
    facts, _ = read(["根据《某某管理办法》（某财绩〔2022〕8号）和某财预〔2021〕3号要求。"], standards)
    cited = [dict(text.dimensions) for text in facts.texts if text.concept == "citation"]
    assert [c["number"] for c in cited] == ["某财绩〔2022〕8号", "某财预〔2021〕3号"]
    assert cited[0]["title"] == "某某管理办法"


def test_full_dates(standards: Standards) -> None:
    facts, _ = read(["截至2022年12月31日，报告日期２０２３年 4月 5日。"], standards)
    dates = [text.dimensions["date"] for text in facts.texts if text.concept == "date"]
    assert dates == ["2022-12-31", "2023-04-05"]


def test_the_year_that_a_comparison_names(standards: Standards) -> None:
    facts, _ = read(["公务接待费支出3万元，比2020年度减少1万元。"], standards)
    assert [t.dimensions["year"] for t in facts.texts if t.concept == "base_year"] == ["2020"]
