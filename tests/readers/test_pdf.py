from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from grids import GRID, Span, spans
from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.readers import pdf
from real import shared

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def made(draw: Callable[[Canvas], None], size: tuple[float, float] = A4, **options: object) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, **options)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def opened(data: bytes) -> Document:
    return pdf.read(Path("甲.pdf"), data, hashlib.sha256(data).hexdigest())


def grid(canvas: Canvas, top: float, cells: list[Span], left: float = 60, wide: float = 90) -> None:
    """Draw cells of 20 points' height; ``top`` is measured from the top of the page."""
    high = 20
    upper = canvas._pagesize[1] - top
    for row, column, rowspan, colspan, text in cells:
        x, y = left + column * wide, upper - (row + rowspan) * high
        canvas.rect(x, y, colspan * wide, rowspan * high)
        for number, line in enumerate(text.split("\n")):
            canvas.drawString(x + 4, y + rowspan * high - 13 - 9 * number, line)


def plain(rows: list[list[str]], first: int = 0) -> list[Span]:
    return [(r, c, 1, 1, text) for r, row in enumerate(rows, first) for c, text in enumerate(row)]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows()]


def test_merged_headers_keep_their_spans_and_blank_cells_are_there() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 760, "收入决算表")
        grid(canvas, 120, GRID)
        canvas.drawString(60, 600, "注：本表反映收入情况。")
        canvas.drawString(290, 30, "- 3 -")

    document = opened(made(draw))
    assert (document.format, document.pages, document.notes) == ("pdf", 1, [])
    title, table, note = document.blocks
    assert isinstance(title, Paragraph)
    assert title.text == "收入决算表"
    assert isinstance(note, Paragraph)
    assert note.text == "注：本表反映收入情况。"
    assert isinstance(table, Table)
    assert spans(table) == GRID
    assert table.cells[0].place.page == 1
    assert table.cells[0].place.bbox == pytest.approx((60, 120, 240, 140), abs=0.6)
    assert title.place.bbox is not None
    assert title.place.bbox[1] == pytest.approx(A4[1] - 770, abs=4)


@pytest.mark.parametrize("header", [False, True])
def test_a_table_goes_on_on_the_next_page(header: bool) -> None:
    head = ["编码", "名称", "决算数"]

    def draw(canvas: Canvas) -> None:
        grid(canvas, 650, plain([head, ["208", "社会保障", "1.00"]]))
        canvas.drawString(290, 30, "1")
        canvas.showPage()
        canvas.setFont(FONT, 10)
        grid(canvas, 60, plain([head] * header + [["210", "卫生健康", "2.00"]]))
        canvas.drawString(60, 500, "注：以上。")
        canvas.drawString(290, 30, "2")

    table, note = opened(made(draw)).blocks
    assert isinstance(table, Table)
    assert texts(table) == [head, ["208", "社会保障", "1.00"], ["210", "卫生健康", "2.00"]]
    assert table.cells[-1].place.page == 2
    assert table.cells[-1].row == 2
    assert isinstance(note, Paragraph)


def test_running_heads_do_not_part_a_table_and_missing_columns_are_spans() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(200, 810, "某局2024年度部门决算")
        grid(canvas, 650, plain([["编码", "名称", "决算数"]]))
        canvas.showPage()
        canvas.setFont(FONT, 10)
        canvas.drawString(200, 810, "某局2024年度部门决算")
        grid(canvas, 60, [(0, 0, 1, 2, "合计"), (0, 2, 1, 1, "3.00")])

    document = opened(made(draw))
    (table,) = document.tables()
    assert spans(table)[3:] == [(1, 0, 1, 2, "合计"), (1, 2, 1, 1, "3.00")]
    assert document.blocks == [table]
    assert [(p.place.page, p.text) for p in document.furniture] == [
        (page, "某局2024年度部门决算") for page in (1, 2)
    ]


def test_a_title_between_starts_a_new_table() -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, 650, plain([["编码", "名称"], ["208", "1.00"]]))
        canvas.showPage()
        canvas.setFont(FONT, 10)
        canvas.drawString(60, 740, "支出决算表")
        grid(canvas, 120, plain([["编码", "名称"], ["210", "2.00"]]))

    assert len(list(opened(made(draw)).tables())) == 2


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_landscape_and_turned_pages(angle: int) -> None:
    rows = [
        ["code", "item A", "final", "code", "item B", "final"],
        ["301", "wages", "1.5", "302", "office", ""],
    ]
    wide, high = landscape(A4)

    def draw(canvas: Canvas) -> None:
        if angle:
            canvas.setPageRotation(angle)
            canvas.translate(*{90: (high, 0), 180: (wide, high), 270: (0, wide)}[angle])
            canvas.rotate(angle)
        canvas.setFont("Helvetica", 10)  # PDFium drops turned text of a font that is not embedded
        canvas.drawString(60, high - 40, "Basic expenditure, final")
        grid(canvas, 100, plain(rows), wide=100)

    title, table = opened(made(draw, (wide, high))).blocks
    assert isinstance(title, Paragraph)
    assert title.text == "Basic expenditure, final"
    assert isinstance(table, Table)
    assert texts(table) == rows
    assert table.cells[0].place.bbox == pytest.approx((60, 100, 160, 120), abs=0.6)


def test_lines_drawn_in_pieces_as_thin_rectangles() -> None:
    rows = [["项目", "决算数"], ["总计", "7.00"]]

    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660):
            for x in (60, 150):
                canvas.rect(x, y, 89.5, 0.48, stroke=0, fill=1)
        for x in (60, 150, 240):
            for y in (660.5, 680.5):
                canvas.rect(x, y, 0.48, 19.5, stroke=0, fill=1)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                canvas.drawString(64 + 90 * c, 686 - 20 * r, text)

    (table,) = opened(made(draw)).tables()
    assert texts(table) == rows


def test_digits_on_another_baseline_and_height_stay_in_line() -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, 100, plain([["", "乙局"]]))
        canvas.drawString(64, A4[1] - 113, "支出")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(84, A4[1] - 112, "12")
        canvas.setFont(FONT, 10)
        canvas.drawString(92.9, A4[1] - 113, "项目")

    (table,) = opened(made(draw)).tables()
    assert texts(table) == [["支出12项目", "乙局"]]


def test_words_that_touch_across_a_ruling_are_parted() -> None:
    def draw(canvas: Canvas) -> None:
        grid(canvas, 100, plain([["", ""], ["甲局", "乙局"]], 0), wide=40)
        canvas.drawString(60, A4[1] - 113, "一二三四五六七八")

    (table,) = opened(made(draw)).tables()
    assert texts(table)[0] == ["一二三四", "五六七八"]


def test_open_sides_belong_to_the_table() -> None:
    rows = [["项目", "年初", "决算数"], ["总计", "1.00", "2.00"]]

    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660):
            canvas.line(60, y, 330, y)
        for x in (150, 240):
            canvas.line(x, 660, x, 700)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                canvas.drawString(64 + 90 * c, 686 - 20 * r, text)

    (table,) = opened(made(draw)).tables()
    assert texts(table) == rows


def test_two_tables_on_a_page_and_an_underline() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 790, "某局")
        canvas.line(60, 788, 200, 788)
        grid(canvas, 100, plain([["甲局", "1"]]))
        canvas.drawString(60, A4[1] - 160, "另表")
        grid(canvas, 200, plain([["乙局", "2"]]))

    blocks = opened(made(draw)).blocks
    kinds = [block.text if isinstance(block, Paragraph) else texts(block) for block in blocks]
    assert kinds == ["某局", [["甲局", "1"]], "另表", [["乙局", "2"]]]


def picture(canvas: Canvas) -> None:
    canvas.drawInlineImage(_image(), 0, 0, *A4)


def _image() -> object:
    from PIL import Image

    return Image.new("L", (40, 60), 128)


def test_a_page_without_text_is_noted() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "第一页")
        canvas.showPage()
        picture(canvas)

    document = opened(made(draw))
    assert document.notes == ["第2页没有文字层（可能是扫描件），未能读取；请提供文字版PDF。"]
    assert [block.text for block in document.paragraphs()] == ["第一页"]


def test_only_pictures_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="没有文字层"):
        opened(made(picture))


def test_encrypted_is_unreadable() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(made(lambda canvas: canvas.drawString(60, 700, "密")))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(UnreadableError, match="已加密，请先去除密码"):
        opened(out.getvalue())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_truncated_is_unreadable(share: float) -> None:
    data = made(lambda canvas: canvas.drawString(60, 700, "某局2024年度部门决算"))
    with pytest.raises(UnreadableError, match="已损坏或不完整"):
        opened(data[: int(len(data) * share)])


def test_no_pdf_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="已损坏"):
        opened(b"PK\x03\x04 no pdf %%EOF")


def test_pages_beyond_the_limit_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_PAGES", 2)

    def draw(canvas: Canvas) -> None:
        for number in "一二三":
            canvas.setFont(FONT, 10)
            canvas.drawString(60, 700, f"第{number}部分")
            canvas.showPage()

    document = opened(made(draw))
    assert document.pages == 3
    assert len(document.blocks) == 2
    assert document.notes == ["文件共3页，超过2页的部分没有读取。"]


def test_a_hyphen_at_the_end_of_a_line_stays_a_hyphen() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 700, "2023-")
        canvas.drawString(60, 685, "abcd 12.5%")

    assert [p.text for p in opened(made(draw)).paragraphs()] == ["2023-", "abcd 12.5%"]


@pytest.mark.parametrize("name", ["planning-bureau-2024", "official-template-finals"])
def test_real_cells_equal_those_of_pdfplumber(name: str) -> None:
    path = shared(f"documents/{name}.pdf")
    pdfplumber = pytest.importorskip("pdfplumber")
    document = opened(path.read_bytes())
    assert document.notes == []
    ours = Counter(
        (cell.place.page, "".join(cell.text.split())) for table in document.tables() for cell in table.cells
    )
    with pdfplumber.open(path) as other:
        theirs = Counter(
            (number, "".join((text or "").split()))
            for number, page in enumerate(other.pages, 1)
            for table in page.find_tables()
            for row, line in zip(table.rows, table.extract())
            for box, text in zip(row.cells, line)
            if box
        )
    assert ours == theirs


def test_real_continued_table_is_one() -> None:
    path = shared("documents/planning-bureau-2024.pdf")
    table = next(t for t in opened(path.read_bytes()).tables() if t.place.page == 8)
    assert {cell.place.page for cell in table.cells} == {8, 9}
    assert [cell.text for cell in table.rows()[-1]][:4] == ["2210203", "购房补贴", "171.49", "171.49"]
