"""Phrases found in a text with what they mean: subjects, cues, items and their codes, years."""

from __future__ import annotations

import pytest

from mingzhang.binding.vocabulary import BASE, CODE, ITEM, MEASURE, NAMED, SUBJECT, YEAR, Text, Vocabulary
from mingzhang.narratives import Cue, Measure, NarrativeFile, Narratives, Part, Section, Subject, wordings
from mingzhang.taxonomy import load


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(load().standards("cn-2022"))


def meanings(vocabulary: Vocabulary, text: str, kind: str) -> list[tuple[str, str | None]]:
    """Printed phrase and id of every token of ``kind``."""
    return [(text[t.start : t.end], t.means(kind)) for t in vocabulary.tokens(Text(text)) if t.means(kind)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一般公共服务支出（类）人大事务（款）行政运行（项）支出5万元", "2010101"),
        ("一般公共服务（类）人大事务（款）行政运行（项）", "2010101"),
        ("教育支出(类)进修及培训(款)培训支出(项)", "2050803"),
        ("“一般公共服务支出”（类）", "201"),
        ("一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）", "2010301"),
        ("住房保障支出（类）住房改革支出（款）住房公积金（项）", "2210201"),
        ("教育支出（类）某某事务（款）某某项目（项）", "205:某某事务/某某项目"),
        ("某某支出（类）", ":某某支出"),
        ("行政单位医疗（2101101）", "2101101"),
        ("2101101行政单位医疗", "2101101"),
    ],
)
def test_items_lead_to_codes(vocabulary: Vocabulary, text: str, code: str) -> None:
    assert meanings(vocabulary, text, ITEM)[-1][1] == code


def test_the_ordinal_is_no_part_of_an_item(vocabulary: Vocabulary) -> None:
    (printed, _), *_ = meanings(vocabulary, "1.教育支出（类）进修及培训（款）培训支出（项）。", ITEM)
    assert printed == "教育支出（类）进修及培训（款）培训支出（项）"


def test_digits_that_are_no_code_are_no_item(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "经费（302）支出（99999）和201个项目", ITEM) == []


def test_the_longest_phrase_is_taken(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "公务用车购置及运行维护费支出", SUBJECT) == [
        ("公务用车购置及运行维护费支出", "vehicles")
    ]


def test_spaces_and_quotation_marks_do_not_matter(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "“三 公”经 费 支出", SUBJECT) == [("“三 公”经 费 支出", "three_public")]


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("与2021年度相比", "prior"),
        ("较 2021 年度决算数", "prior"),
        ("比上年支出数", "prior"),
        ("比2022年年初预算数", "initial_budget"),
        ("较年初预算", "initial_budget"),
        ("与全年预算数相比", "budget"),
        ("较2021年预算数", "prior_budget"),
    ],
)
def test_bases_of_comparison(vocabulary: Vocabulary, text: str, base: str) -> None:
    assert meanings(vocabulary, text, BASE) == [(text, base)]


def test_a_base_tells_the_year_it_names(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "与2019年度相比", YEAR) == [("与2019年度相比", "2019")]


def test_years_and_dates(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "2021年决算，截至2022年12月31日", YEAR) == [("2021年", "2021")]


def test_a_phrase_may_have_several_meanings(vocabulary: Vocabulary) -> None:
    token = next(iter(vocabulary.tokens(Text("年末结转和结余"))))
    assert (token.means(SUBJECT), token.means(MEASURE)) == ("carry_out", "carried")


def test_economic_names_and_names_of_several_codes(vocabulary: Vocabulary) -> None:
    assert meanings(vocabulary, "印刷费", CODE) == [("印刷费", "economic:30202")]
    assert meanings(vocabulary, "奖金", NAMED) == [("奖金", "economic:30103")]
    (_, codes), *_ = meanings(vocabulary, "行政运行", NAMED)
    assert codes is not None
    assert len(codes.split("|")) > 10


def test_words_that_a_section_alone_knows(vocabulary: Vocabulary) -> None:
    token = next(iter(vocabulary.tokens(Text("培训班"))))
    assert token.means("local") == ""


# ── the records ───────────────────────────────────────────────────────────────────────────────


def test_wordings() -> None:
    assert wordings("决算数") == ["决算数"]
    assert wordings("<比/较>上年<决算数/>") == ["比上年决算数", "比上年", "较上年决算数", "较上年"]


@pytest.mark.parametrize(
    "phrase", ["<比/较上年", "比>上年", "<比<较>>", "<一/二/三/四/五/六/七/八/九/十>" * 4]
)
def test_phrases_that_do_not_parse(phrase: str) -> None:
    with pytest.raises(ValueError, match="说法"):
        wordings(phrase)


def test_the_standards_have_no_faults() -> None:
    for edition in ("cn-2022", "hunan-2022", "shanghai-2024"):
        assert load().standards(edition).narratives.faults() == []


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (NarrativeFile("x", measures=(Measure("m", "colour", ("色",)),)), "类别“colour”"),
        (NarrativeFile("x", measures=(Measure("m", "count", ("个",), about=("none",)),)), "叙述对象“none”"),
        (NarrativeFile("x", subjects=(Subject("s", "c", ("名",), of="colour"),)), "类别“colour”"),
        (NarrativeFile("x", sections=(Section("s", "none", ("题",)),)), "部分“none”"),
        (
            NarrativeFile("x", parts=(Part("p", ("部",)),), sections=(Section("s", "p", ("题",), "none"),)),
            "叙述对象“none”",
        ),
        (
            NarrativeFile(
                "x", parts=(Part("p", ("部",)),), sections=(Section("s", "p", ("题",), means={"名": "none"}),)
            ),
            "叙述对象“none”",
        ),
        (NarrativeFile("x", bases=(Cue("b", ("<比/较上年",)),)), "尖括号"),
        (NarrativeFile("x", parts=(Part("p", ("<部",)),)), "尖括号"),
    ],
)
def test_faults(file: NarrativeFile, fault: str) -> None:
    (message,) = Narratives([file]).faults()
    assert fault in message


def test_later_files_add_to_earlier_ones() -> None:
    first = NarrativeFile("x", units=("人",), subjects=(Subject("s", "c", ("甲",)),))
    second = NarrativeFile("y", units=("辆",), subjects=(Subject("s", "d", ("乙",)),))
    both = Narratives([first, second])
    assert both.units == ["人", "辆"]
    assert both.subjects["s"].is_ == "d"
