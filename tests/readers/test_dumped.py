from __future__ import annotations

from pathlib import Path

import pytest

from mingzhang.documents import Document
from mingzhang.provenance import place_at
from mingzhang.readers.txt import read
from real import shared

TABLE = "项目\t行次\t金额\n合计\t1\t2.00\n\n"
ELSEWHERE = "科目用于商业服务，年初预算的百分之百，本机构办公用品。\n\n"
"""Phrases that lines of the tests break; each is whole once."""


def dump(*lines: str) -> Document:
    return read(Path("a.txt"), (TABLE + ELSEWHERE + "\n".join(lines)).encode(), "")


def texts(*lines: str) -> list[str]:
    return [paragraph.text for paragraph in dump(*lines).paragraphs()][1:]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲类支出合计为二百九十二点一万元，占四成；商", "业服务业等支出占六成。"),
        ("乙类支出的年初数为零，决算为三万元，完成年初预算", "的0%，主要是追加。"),
        ("丙类支出主要包括会议费和培训费，", "以及其他费用。"),
        ("丁类支出按照规定分为若干种（", "含两种以上）。"),
        ("戊类支出的情况较为复杂，具体的数字见后面各表", "，此处从略。"),
        ("3、公务用车的数量为三辆，其中更新了一辆，本机", "构按期办理。"),
    ],
)
@pytest.mark.parametrize("blanks", [0, 1, 3])
def test_a_broken_sentence_is_joined(before: str, after: str, blanks: int) -> None:
    assert texts(before, *[""] * blanks, after) == [before + after]


@pytest.mark.parametrize(
    "before",
    [
        "甲类支出为三万元，占全部支出的一半，主要是商。",
        "甲类支出为三万元，其中包括下列两项：",
        "甲类支出为三万元；乙类支出为两万元；",
        "（一）甲类支出中各款各项的决算情况和预算商（项）",
        "某某省某某市某某县某某局年度收入支出决算情况说明",
        "单位：万元",
        "甲类支出为三万元，本机构未召开二类会议",
    ],
)
def test_what_may_be_a_paragraph_is_not_continued(before: str) -> None:
    assert texts(before, "", "业务培训为两万元。") == [before, "业务培训为两万元。"]


@pytest.mark.parametrize(
    "after",
    [
        *("一、业务", "（二）业务", "3、业务", "4. 业务", "- 五、业务", "注：业务", "第三部分"),
        *("业务支出决算表", "单位：万元", "　　业务另起一段。"),
    ],
)
def test_what_begins_a_part_or_table_does_not_continue(after: str) -> None:
    before = "甲类支出合计为二百九十二点一万元，占四成；商"
    assert len(texts(before, "", after)) == 2


def test_a_broken_cover_title_is_joined() -> None:
    cover = ["2024年度", "某某省某某市商业服", "务局部门决算", "", "目录", "", "第一部分服务局概况"]
    assert texts(*cover) == ["2024年度", "某某省某某市商业服务局部门决算", "目录", "第一部分服务局概况"]


def test_places_of_joined_lines() -> None:
    *_, paragraph = dump("甲类支出主要包括会议费和培训费，", "", "以及其他费用。").paragraphs()
    assert paragraph.place.line == 6
    assert [(s.start, s.place.line) for s in paragraph.segments] == [(0, 6), (16, 8)]
    assert place_at(17, paragraph.segments, paragraph.place).line == 8


def test_a_file_without_broken_lines_keeps_its_lines() -> None:
    lines = ["科目用于商业服务。", "甲类支出为三万元，乙类支出为两万元，其中为商", "业务培训为两万元。"]
    document = read(Path("a.txt"), "\n".join(lines).encode(), "")
    assert [paragraph.text for paragraph in document.paragraphs()] == lines


def test_a_word_dump_keeps_its_lines() -> None:
    lines = ["甲类支出主要包括会议费和培训费，", "以及其他费用。"]
    document = read(Path("a.txt"), "\n".join(["\t甲", "\t乙", "", "", *lines]).encode(), "")
    assert [paragraph.text for paragraph in document.paragraphs()] == lines


def test_lines_broken_at_one_width_are_joined() -> None:
    words = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    text = ["".join(words[(at * 7 + n * 5 + at * n) % 22] for at in range(28)) for n in range(14)]
    source = "\n".join([*text, "到此为止。", "", "另起一段，也有", "两行。"])
    document = read(Path("a.txt"), source.encode(), "")
    assert [paragraph.text for paragraph in document.paragraphs()] == [
        "".join(text) + "到此为止。",
        "另起一段，也有",
        "两行。",
    ]


@pytest.mark.parametrize("number", ["- {} -", "—{}—", "第{}页", "第{}页 共9页", "{}/9", "{}"])
def test_page_numbers_are_furniture_and_part_no_sentence(number: str) -> None:
    pages = [
        ["甲类支出主要包括会议费和培训费，", "", number.format(n), "", "以及其他费用。", "", ""]
        for n in (4, 5, 6)
    ]
    document = dump(*[line for page in pages for line in page])
    assert [p.text for p in document.paragraphs()][1:] == [
        "甲类支出主要包括会议费和培训费，以及其他费用。"
    ] * 3
    assert [p.text for p in document.furniture] == [number.format(n) for n in (4, 5, 6)]


def test_bare_numbers_that_do_not_count_on_are_text() -> None:
    document = dump("合计：", "12", "", "", "", "合计：", "", "15", "", "", "", "合计：", "16")
    assert document.furniture == []
    assert "12" in [p.text for p in document.paragraphs()]


def test_a_page_number_does_not_part_a_table() -> None:
    document = read(Path("a.txt"), b"a\t1\n\n- 2 -\n\nb\t2\n", "")
    (table,) = document.tables()
    assert len(table.rows()) == 2


def test_seed_dump_is_in_whole_sentences() -> None:
    path = shared("seeds/004_*.txt")
    document = read(path, path.read_bytes(), "")
    joined = [paragraph for paragraph in document.paragraphs() if paragraph.segments]
    assert [paragraph.place.line for paragraph in joined] == [4, 334, 356, 398, 456, 496]
    assert all(paragraph.text.endswith("。") for paragraph in joined[1:])
