"""Text outside tables in PDF files: paragraphs, furniture, tables without ruling lines."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mingzhang.documents import Document, Paragraph, Table
from mingzhang.readers import pdf
from real import shared

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
LEFT, EM, PITCH = 90, 15, 30
COLUMN = 27  # characters

Item = tuple[float, float, str]  # left, distance from the top of the page, text


def opened(*pages: list[Item], sizes: dict[str, float] | None = None) -> Document:
    """The document that the reader makes of pages of text; ``sizes`` are those other than 15."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in pages:
        for left, top, text in page:
            canvas.setFont(FONT, (sizes or {}).get(text, EM))
            canvas.drawString(left, A4[1] - top, text)
        canvas.showPage()
    canvas.save()
    return read(out.getvalue())


def read(data: bytes) -> Document:
    return pdf.read(Path("甲.pdf"), data, hashlib.sha256(data).hexdigest())


def set_lines(text: str, top: float = 90, indent: int = 2) -> list[Item]:
    """A paragraph in lines of the text column, its first line indented."""
    lines = [text[: COLUMN - indent]]
    lines += [text[at : at + COLUMN] for at in range(COLUMN - indent, len(text), COLUMN)]
    return [
        (LEFT + (0 if number else indent * EM), top + PITCH * number, line)
        for number, line in enumerate(lines)
    ]


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs()]


def furniture(document: Document) -> list[tuple[int | None, str]]:
    return [(paragraph.place.page, paragraph.text) for paragraph in document.furniture]


FIRST = "本年度甲类支出合计为" + "某某单位各项工作所需的经费" * 5 + "，共二十七件。"
SECOND = "乙类支出主要用于" + "下属机构日常运行以及设备维护" * 4 + "等方面。"


def test_a_sentence_over_two_pages_is_one_paragraph_without_the_page_number() -> None:
    lines = set_lines(FIRST)
    first = [*lines[:2], (290, 800, "- 1 -")]
    second = [(left, 90 + PITCH * n, text) for n, (left, _, text) in enumerate(lines[2:])]
    after = set_lines(SECOND, second[-1][1] + PITCH)
    document = opened(first, [*second, *after, (290, 800, "- 2 -")])
    assert texts(document) == [FIRST, SECOND]
    assert furniture(document) == [(1, "- 1 -"), (2, "- 2 -")]
    paragraph = next(document.paragraphs())
    assert [segment.place.page for segment in paragraph.segments] == [1, 1, *[2] * len(second)]
    assert [segment.start for segment in paragraph.segments][:3] == [0, 25, 52]
    assert paragraph.place == paragraph.segments[0].place
    assert paragraph.place.bbox is not None
    assert paragraph.place.bbox[0] == pytest.approx(LEFT + 2 * EM, abs=1)


@pytest.mark.parametrize("number", ["{}", "—{}—", "- {} -", "第{}页", "第 {} 页 共 30 页", "{}/30", "·{}·"])
@pytest.mark.parametrize("top", [45, 800])
def test_page_numbers_are_furniture(number: str, top: float) -> None:
    lines = set_lines(FIRST)
    pages = [[*lines, (290, top, number.format(page))] for page in (7, 8)]
    document = opened(*pages)
    assert texts(document) == [FIRST, FIRST]
    assert len(document.furniture) == 2


def test_a_series_of_bare_numbers_further_in_is_furniture_and_a_lone_one_is_not() -> None:
    lines = set_lines(FIRST)
    series = opened(*[[*lines, (290, 740, str(page))] for page in (4, 5, 6)])
    assert [text for _, text in furniture(series)] == ["4", "5", "6"]
    lone = opened([*lines, (LEFT, 740, "4")])
    assert texts(lone)[-1] == "4"


def test_running_heads_and_feet_are_furniture_and_do_not_part_sentences() -> None:
    lines = set_lines(FIRST)
    head, foot = (200, 50, "某市某局2024年度部门决算"), (90, 810, "某局编制")
    pages = [
        [head, *lines[:2], foot],
        [head, *[(left, 90.0, text) for left, _, text in lines[2:3]], foot],
        [head, *[(left, 90.0, text) for left, _, text in lines[3:]], foot],
    ]
    document = opened(*pages)
    assert texts(document) == [FIRST]
    assert furniture(document) == [(page, text) for page in (1, 2, 3) for text in (head[2], foot[2])]


def test_heads_with_the_page_number_on_their_line_are_furniture() -> None:
    lines = set_lines(FIRST)
    pages = [[(90, 50, "某局决算公开"), (500, 50, str(page)), *lines] for page in (1, 2, 3)]
    assert [text for _, text in furniture(opened(*pages))] == [f"某局决算公开 {page}" for page in (1, 2, 3)]


@pytest.mark.parametrize("text", ["部门：某市某局", "附件1", "一、总体情况"])
def test_what_heads_a_table_or_part_is_no_running_head(text: str) -> None:
    pages = [[(90, 60, text), *set_lines(FIRST)] for _ in range(4)]
    document = opened(*pages)
    assert texts(document) == [text, FIRST] * 4
    assert document.furniture == []


def test_headings_items_notes_and_titles_are_paragraphs_of_their_own() -> None:
    items: list[Item] = [
        (240, 100, "某局年度决算"),
        (120, 160, "一、总体情况"),
        *set_lines(FIRST, 190),
        (120, 400, "（一）甲类"),
        (120, 430, "1、乙项支出"),
        (120, 460, "注：丙"),
        (90, 490, "部门：某局"),
        (300, 490, "单位：万元"),
        (450, 490, "公开03表"),
        (90, 520, "丁"),
    ]
    expected = ["某局年度决算", "一、总体情况", FIRST, "（一）甲类", "1、乙项支出", "注：丙"]
    assert texts(opened(items)) == [*expected, "部门：某局 单位：万元 公开03表", "丁"]


def test_the_stream_order_does_not_matter() -> None:
    lines = [*set_lines(FIRST), *set_lines(SECOND, 300)]
    assert texts(opened(lines[::-1])) == texts(opened(lines)) == [FIRST, SECOND]


def test_contents_keep_their_leaders_and_are_not_joined() -> None:
    entries = [f"第{n}部分某局情况{'.' * dots}{page}" for n, dots, page in [("一", 60, 3), ("二", 58, 12)]]
    items = [(LEFT, 120 + PITCH * n, entry) for n, entry in enumerate(entries)]
    document = opened([(270, 90, "目录"), *items, *set_lines(SECOND, 300)])
    assert texts(document) == ["目录", *entries, SECOND]


def test_a_title_broken_over_two_lines_is_joined() -> None:
    cover, rest, year = "某省某市某某县规划和自然", "资源局", "2024年度部门决算"
    items: list[Item] = [(LEFT, 250, cover), (240, 320, rest), (150, 390, year)]
    document = opened(items, set_lines(FIRST), sizes={cover: 34, rest: 34, year: 34})
    assert texts(document) == [cover + rest, year, FIRST]


def test_garbled_pages_are_noted() -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for text in ("readable text of this page", "\ue001\ue002\ue003\ue004" * 5, "list \uf0b7 item"):
        canvas.setFont("Vera", 10)
        canvas.drawString(60, 700, text)
        canvas.showPage()
    canvas.save()
    (note,) = read(out.getvalue()).notes
    assert note.startswith("第2页有大量文字无法识别")


HEAD = ["编码", "科目名称", "决算数", "占比"]
ROWS = [
    ["301", "甲类支出", "1,234.50", "61.7%"],
    ["30101", "甲一款", "234.50", "11.7%"],
    ["302", "乙类其他各项支出", "765.50", "-"],
]


def columned(rows: list[list[str]], top: float = 200) -> list[Item]:
    """Rows with text on the left and figures on the right of their columns."""
    items: list[Item] = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            wide = pdfmetrics.stringWidth(text, FONT, EM)
            right = column > 1 and not text.isalpha()
            items.append((90 + 120 * column + (80 - wide if right else 0), top + 25 * number, text))
    return [(left, y, text) for left, y, text in items if text]


def table(document: Document) -> list[list[str]]:
    (found,) = document.tables()
    assert found.certain_grid
    return [[cell.text for cell in row] for row in found.rows()]


def test_aligned_figures_without_rulings_are_a_table() -> None:
    before: list[Item] = [(220, 140, "某类支出决算表"), (450, 170, "单位：万元")]
    document = opened([*before, *columned([HEAD, *ROWS]), *set_lines(FIRST, 400)])
    assert table(document) == [HEAD, *ROWS]
    assert texts(document) == ["某类支出决算表", "单位：万元", FIRST]
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Paragraph, Table, Paragraph]
    cell = next(document.tables()).rows()[1][2]
    assert cell.place.bbox is not None
    assert cell.place.bbox[2] == pytest.approx(90 + 120 * 2 + 80, abs=2)


def test_blank_cells_and_heads_over_two_columns_keep_their_columns() -> None:
    rows = [["编码", "科目名称", "", ""], *ROWS, ["303", "", "3.00", "1.2%"]]
    over: Item = (90 + 120 * 2 + 40, 200, "本年决算支出及其占比")
    document = opened([*columned(rows), over])
    found = next(document.tables())
    assert [(c.column, c.colspan, c.text) for c in found.rows()[0]] == [
        (0, 1, "编码"),
        (1, 1, "科目名称"),
        (2, 2, "本年决算支出及其占比"),
    ]
    assert [(c.column, c.text) for c in found.rows()[4]] == [(0, "303"), (1, ""), (2, "3.00"), (3, "1.2%")]


def test_a_row_that_numbers_the_columns_need_not_align_with_the_figures() -> None:
    numbers: list[Item] = [(90 + 150 * n, 225, text) for n, text in enumerate(("栏次", "", "1", "2"))]
    rows = [(left, top + 25 * (top > 200), text) for left, top, text in columned([HEAD, *ROWS])]
    shifted = [
        (330 if text == "1" else 450 if text == "2" else left, top, text) for left, top, text in numbers
    ]
    document = opened([*rows, *[item for item in shifted if item[2]]])
    assert table(document)[1:] == [["栏次", "1", "2"], *ROWS]


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, ROWS[0]],
        [["甲", "乙", "丙"], ["丁", "戊", "己"], ["庚", "辛", "壬"]],
        [["共", "12，", "34。"], ["又", "56，", "78。"], ["另", "90，", "12。"]],
        [["填表人：", "张三", "12"], ["联系人：", "李四", "34"], ["日期", "某日", "56"]],
    ],
    ids=["two rows", "no figures", "sentence marks", "one column of figures"],
)
def test_what_is_no_table_stays_text(rows: list[list[str]]) -> None:
    assert list(opened(columned(rows)).tables()) == []


def test_figures_that_do_not_align_are_no_table() -> None:
    items: list[Item] = [(left + 37 * n, 200 + 25 * n, "12.50") for n in range(3) for left in (90, 200, 310)]
    assert list(opened(items).tables()) == []


@pytest.mark.parametrize("scale", [1e-12, 1e12, 1e30])
def test_text_off_every_scale_is_read_or_refused(scale: float) -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number in range(3):
        canvas.setFont(FONT, EM)
        canvas.drawString(90, 790, f"第{number}部分")
        canvas.scale(scale, scale)
        canvas.drawString(1 + number, 1, "某局2024年度部门决算")
        canvas.showPage()
    canvas.save()
    assert read(out.getvalue()).pages == 3


@pytest.mark.parametrize(
    ("name", "pages"), [("planning-bureau-2024", range(20, 31)), ("official-template-finals", range(15, 24))]
)
def test_real_narrative_is_in_whole_sentences(name: str, pages: range) -> None:
    path = shared(f"documents/{name}.pdf")
    found = [p for p in read(path.read_bytes()).paragraphs() if p.place.page in pages]
    long = [p.text for p in found if len(p.text) > 60]
    assert len(long) > 25
    assert all(text.endswith(("。", "：", "）")) for text in long)
    assert not any(text[0] in "，。；、）万元%" for text in (p.text for p in found))
