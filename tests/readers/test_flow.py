from __future__ import annotations

import random
import re

import pytest

from mingzhang.documents import Paragraph
from mingzhang.provenance import Place, Segment, place_at
from mingzhang.readers.flow import Flow, Line, begins_item, is_entry, is_label, is_title, width

WORD = re.compile(r"[（“《]*(?:[!-~]+|.)[，。、；：！？）”》%]*")
LEFT, WIDE, PAGE = 90.0, 420.0, 600.0


def line(
    text: str, top: float, left: float = LEFT, em: float = 15.0, page: int = 1, gap: float = 0.0
) -> Line:
    return Line(text, Place(page=page, bbox=(left, top, left + width(text.strip()) * em, top + em)), gap)


def flowed(lines: list[Line]) -> list[Paragraph]:
    return Flow(lines, {each.place.page or 0: PAGE for each in lines}).paragraphs(lines)


def texts(lines: list[Line]) -> list[str]:
    return [paragraph.text for paragraph in flowed(lines)]


def full(start: str = "", end: str = "", length: int = 28) -> str:
    """A line as wide as the text column."""
    return start + "字" * int(length - width(start) - width(end)) + end


def wrapped(text: str, first: float, hanging: float, em: float) -> list[tuple[float, str]]:
    """The lines of a paragraph broken between words, each with its indent in ems."""
    lines, current, indent = [], "", first
    for word in WORD.findall(text):
        if current and width(current + word) + indent > WIDE / em:
            lines.append((indent, current))
            current, indent = "", hanging
        current += word
    return [*lines, (indent, current)]


def printed(
    written: list[str], first: float = 0, hanging: float = 0, em: float = 15, space: float = 0
) -> list[Line]:
    """The lines of paragraphs over as many pages as they need."""
    lines: list[Line] = []
    top, page = 70.0, 1
    for text in written:
        for indent, part in wrapped(text, first, hanging, em):
            if top > 750:
                top, page = 70.0, page + 1
            lines.append(line(part, top, LEFT + indent * em, em, page))
            top += 2 * em
        top += space
    return lines


def written(seed: int, sentences: int = 4) -> list[str]:
    """Paragraphs of a fictional document: headings, items and running text."""
    chance = random.Random(seed)
    words = ["甲类支出", "（乙类）", "“丙项”经费", "比上年", "主要用于", "其中：", "丁目，", "戊款；", "年度"]

    def sentence() -> str:
        parts = [chance.choice([*words, f"{chance.random() * 9999:.2f}万元"]) for _ in range(8)]
        return "".join(parts).rstrip("，；：") + "。"

    def paragraph() -> str:
        kind = chance.random()
        if kind < 0.25:
            return f"{chance.choice('一二三四')}、{''.join(chance.sample(words[:5], 3))}情况说明"
        start = f"{chance.randint(1, 12)}、" if kind < 0.4 else ""
        return start + "".join(sentence() for _ in range(chance.randint(1, sentences)))

    return [paragraph() for _ in range(60)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("em", [10.5, 15, 16])
def test_indented_paragraphs_come_back_whole(seed: int, em: float) -> None:
    source = written(seed)
    assert texts(printed(source, first=2, em=em)) == source


@pytest.mark.parametrize("seed", range(6))
def test_parted_paragraphs_come_back_whole_on_each_page(seed: int) -> None:
    source = written(seed, sentences=1)
    assert texts(printed(source, space=12)) == source


@pytest.mark.parametrize("seed", range(6))
def test_hanging_items_come_back_whole(seed: int) -> None:
    source = [f"{number}. {text}" for number, text in enumerate(written(seed, sentences=1), 1)]
    assert texts(printed(source, hanging=2)) == source


@pytest.mark.parametrize("seed", range(6))
def test_without_indent_or_space_nothing_is_glued_and_no_sentence_broken(seed: int) -> None:
    source = written(seed)
    found = texts(printed(source))
    assert "".join(found) == "".join(source)
    assert all(text.endswith(("。", "；", "：", "说明")) for text in found)
    assert set(starts(source)) <= set(starts(found))


def starts(parts: list[str]) -> list[int]:
    return [sum(map(len, parts[:number])) for number in range(len(parts))]


def test_segments_give_the_place_of_each_line() -> None:
    lines = [line(full("甲"), 700, LEFT), line("乙12万元。", 70, page=2)]
    (paragraph,) = flowed(lines)
    assert paragraph.text == full("甲") + "乙12万元。"
    assert paragraph.place == lines[0].place
    assert paragraph.segments == (Segment(0, lines[0].place), Segment(28, lines[1].place))
    assert place_at(29, paragraph.segments, paragraph.place).page == 2


def test_only_a_printed_space_between_latin_ends_is_kept() -> None:
    first, second = full("甲", "Word"), full("乙", "2024")
    assert texts([line(f"{first} ", 70), line("Excel。", 100)]) == [f"{first} Excel。"]
    assert texts([line(first, 70), line("Excel。", 100)]) == [f"{first}Excel。"]
    assert texts([line(f"{second} ", 70), line("年。", 100)]) == [f"{second}年。"]


@pytest.mark.parametrize(
    "start", ["一、总体", "（二）结构", "3、", "4.", "5．", "（6）", "7）", "①", "第三部分 名词", "附件2：表"]
)
def test_items_start_paragraphs(start: str) -> None:
    assert begins_item(start)
    lines = [line(full("甲"), 70), line(start, 100)]
    assert len(flowed(lines)) == 2


@pytest.mark.parametrize(
    "start", ["2.85万元", "12.08%", "2024年", "（类）", "三公", "第三部分的数，", "一般公共", "注重"]
)
def test_what_only_looks_like_an_item_flows_on(start: str) -> None:
    assert not begins_item(start)
    assert texts([line(full("甲"), 70), line(start, 100)]) == [full("甲") + start]


def test_a_note_mark_inside_a_sentence_of_an_indented_document_flows_on() -> None:
    indented = [line(full(end="。", length=26), 70 + 30 * n, LEFT + 30) for n in range(3)]
    rest = [line(full("作下述", length=28), 200), line("说明：本表无数据。", 230)]
    assert texts([*indented, *rest])[-1].endswith("字说明：本表无数据。")


def test_a_short_line_ends_its_paragraph() -> None:
    lines = [line(full("甲"), 70), line("乙到此", 100), line("丙", 130)]
    assert texts(lines) == [full("甲") + "乙到此", "丙"]


def test_labels_and_parted_items_stay_alone() -> None:
    lines = [
        line(full("甲"), 70),
        line("单位：万元", 100),
        line("部门：某局" + " " * 40 + "公开01表", 130, gap=300),
        line(full("乙"), 160, gap=90),
        line("丙", 190),
    ]
    assert len(flowed(lines)) == 5
    assert is_label("金额单位：万元")
    assert is_label("部门：某局 公开01表")
    assert not is_label("详见公开01表的数据")
    assert is_title("收入支出决算总表")
    assert not is_title("表")


def test_a_broken_title_is_joined_and_the_next_line_is_not() -> None:
    def centred(text: str, top: float, em: float) -> Line:
        return line(text, top, PAGE / 2 - width(text) * em / 2, em)

    body = [line(full(), 400 + 30 * n) for n in range(6)]
    cover = [centred("甲省乙市丙县丁镇某某某", 100, 36), centred("管理局", 160, 36)]
    year = centred("2024年度部门决算", 230, 36)
    part = [centred("第三部分" + "戊" * 24, 300, 15), centred("情况说明", 330, 15)]
    assert texts([*cover, year, *part, *body])[:3] == [
        "甲省乙市丙县丁镇某某某管理局",
        "2024年度部门决算",
        "第三部分" + "戊" * 24 + "情况说明",
    ]
    assert len(flowed([centred("甲省某局", 100, 36), centred("办公室", 160, 36), *body])[:2][0].text) == 4


def test_contents_entries_are_kept_apart() -> None:
    dots = "…" * 20
    entries = ["概况" + dots + "3", "附表及说明" + dots + "12", "名词解释" + "." * 40 + "(30)"]
    body = [line(full(), 400 + 30 * n) for n in range(6)]
    assert texts([line(text, 70 + 30 * n) for n, text in enumerate(entries)] + body)[:3] == entries
    assert all(map(is_entry, entries))
    assert not is_entry("包括办公费……")
    long = [line(full("某部门"), 70), line("说明" + dots + "9", 100)]
    assert texts(long + body)[0] == full("某部门") + "说明" + dots + "9"


def test_lines_of_another_size_or_far_below_do_not_flow_on() -> None:
    body = [line(full(end="。"), 300 + 30 * n, LEFT) for n in range(6)]
    assert len(flowed([line(full("甲"), 70), line("乙" * 30, 100, em=10), *body])) > 2
    assert texts([line(full("甲"), 70), line("乙", 180), *body])[:2] == [full("甲"), "乙"]


def test_without_a_right_margin_nothing_flows_on() -> None:
    lines = [line("甲" * 14, 70), line("乙" * 3, 100)]
    assert len(flowed(lines)) == 2


def test_long_runs_of_marks_take_no_time() -> None:
    text = "." * 200_000 + "。" * 200_000 + "甲"
    assert "".join(texts([line(text, 70), line(text, 100)])) == text * 2


def test_a_note_does_not_flow_on_in_the_next_note() -> None:
    indented = [line(full(end="。", length=26), 70 + 30 * n, LEFT + 30) for n in range(6)]
    notes = [line(full("注：本表"), 300), line("说明：本表无数据。", 330)]
    assert texts([*indented, *notes])[-2:] == [full("注：本表"), "说明：本表无数据。"]


def test_empty_boxes_do_no_harm() -> None:
    nowhere = Line("甲", Place(page=1, bbox=(0.0, 0.0, 0.0, 0.0)))
    assert texts([nowhere, Line("", Place(page=1)), nowhere]) == ["甲", "", "甲"]


@pytest.mark.parametrize("start", ["某单位", "甲乙丙某单位"])
def test_a_line_spread_over_its_width_flows_on_where_blanks_part_paragraphs(start: str) -> None:
    lines: list[Line] = []
    top = 70.0
    for _ in range(8):
        for number, text in enumerate((full("甲"), full("乙", length=30), full(end="。", length=20))):
            lines.append(line(text, top, LEFT + 28 * (number == 0), em=14))
            top += 23
        top += 7
    text = " ".join(start + "二〇二二年度财政拨款支出，占本年支出的")
    spread = Line(text, Place(page=1, bbox=(LEFT + 28, top, LEFT + 420, top + 14)))
    rest = [line(full("95.75%，与上年", length=30), top + 23, em=14), line("持平。", top + 46, em=14)]
    assert texts([*lines, spread, *rest])[-1] == text + rest[0].text + "持平。"
