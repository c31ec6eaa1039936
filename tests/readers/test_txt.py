from __future__ import annotations

from pathlib import Path

import pytest

from mingzhang.documents import Document, Paragraph, UnreadableError
from mingzhang.provenance import place_at
from mingzhang.readers.txt import read
from real import shared


def read_bytes(data: bytes) -> Document:
    return read(Path("a.txt"), data, "0" * 64)


def read_text(text: str) -> Document:
    return read_bytes(text.encode())


def rows(document: Document, number: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row] for row in list(document.tables())[number].rows()]


def paragraphs(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    document = read_bytes("部门：株洲市〔2022〕\r\n“三公”经费".encode(encoding))
    assert paragraphs(document) == ["部门：株洲市〔2022〕", "“三公”经费"]
    assert (document.path, document.sha256, document.format) == ("a.txt", "0" * 64, "txt")
    assert document.notes == []


def test_utf_16_big_endian() -> None:
    assert paragraphs(read_bytes(b"\xfe\xff" + "决算".encode("utf-16-be"))) == ["决算"]


def test_a_few_damaged_bytes_are_noted() -> None:
    document = read_bytes("一般公共预算财政拨款".encode() * 5 + b"\xff" + "支出".encode())
    assert paragraphs(document)[0].endswith("拨款�支出")
    assert len(document.notes) == 1


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\0\0\0", b"\xff\xfea", b"\xff\xff\xff\xff", bytes(range(1, 256)) * 4]
)
def test_binary_and_undecodable(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="另存为UTF-8文本"):
        read_bytes(data)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", "　\n".encode()])
def test_empty(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="文件是空的"):
        read_bytes(data)


def test_control_characters_go_and_line_numbers_stay() -> None:
    document = read_text("甲\x07乙\x0b\r\n\n丙\u2028丁\x0c戊\r己\x85庚\n")
    assert [(p.text, p.place.line) for p in document.paragraphs()] == [
        ("甲乙", 1),
        ("丙\u2028丁戊", 3),
        ("己庚", 4),
    ]


def test_bookmarks_go() -> None:
    assert paragraphs(read_text("[bookmark: _Toc1][bookmark: RANGE!A1:I2]一、收入 \n")) == ["一、收入 "]


def test_word_dump_rows_and_places() -> None:
    document = read_text("表前\n\t项目\n\t决算数\n\n\t本年收入\n\t295.05\n \t\n\n\n表后文字。\n")
    assert rows(document) == [["项目", "决算数"], ["本年收入", "295.05", ""]]
    table = next(document.tables())
    assert [cell.place.line for cell in table.cells] == [2, 3, 5, 6, 7]
    assert (table.place.line, table.certain_grid) == (2, False)
    assert paragraphs(document) == ["表前", "表后文字。"]


def test_word_dump_line_without_tab_continues_its_cell() -> None:
    document = read_text("\t小计\n\t公务用车\n购置费\n\t公务用车\n\n运行费\n\t末\n\n\t1\n\t2\n")
    assert rows(document) == [["小计", "公务用车\n购置费", "公务用车\n运行费", "末"], ["1", "2"]]
    cell = next(document.tables()).rows()[0][2]
    assert [place_at(cell.text.index(t), cell.segments, cell.place).line for t in ("公务", "运行")] == [4, 6]
    assert next(document.tables()).cells[0].segments == ()


def test_word_dump_running_text_inside_a_cell() -> None:
    text = "\t任务\n\t任务1：联系。\n\n任务2：服务。\n\n任务3：招商。\n\n\t总体\n\t好\n"
    assert rows(read_text(text)) == [["任务", "任务1：联系。\n任务2：服务。\n任务3：招商。"], ["总体", "好"]]


@pytest.mark.parametrize(
    "line",
    [
        "收入支出决算总表",
        "说明：本表无数据。",
        "注：1.本表反映收支。",
        "第三部分",
        "一、总体情况",
        "单位负责人签字：    填表人：某",
        "附件2：",
    ],
)
def test_word_dump_line_that_stands_alone_ends_the_table(line: str) -> None:
    document = read_text(f"\t项目\n\t文字\n\n{line}\n\n\t项目\n\t金额\n")
    assert [isinstance(block, Paragraph) for block in document.blocks] == [False, True, False]
    assert paragraphs(document) == [line]


def test_word_dump_text_after_a_figure_ends_the_table() -> None:
    document = read_text("\t项目\n\t12.50\n\n以上为本年情况。\n\n\t项目\n\t金额\n")
    assert paragraphs(document) == ["以上为本年情况。"]


def test_word_dump_stray_tab_before_a_title_is_no_cell() -> None:
    document = read_text("\t注：本表反映收支。\n\n\t\n国有资本决算表\n\n\t项目\n\t金额\n")
    assert paragraphs(document) == ["注：本表反映收支。", "国有资本决算表"]
    assert rows(document) == [["项目", "金额"]]


def test_word_dump_note_and_blank_lines_part_tables() -> None:
    document = read_text("\t项目\n\t1\n\n\t注：甲。\n\n\n\n\t支出决算表\n\n\t项目\n\t2\n")
    assert rows(document) == [["项目", "1"], ["注：甲。"]]
    assert rows(document, 1) == [["支出决算表"], ["项目", "2"]]


def test_pdf_dump() -> None:
    document = read_text("收入\t\t\n项目\t行次\t1\n\n\t\t\n\t9\t0.00\n注：甲。\n子\t丑\n\n\n寅\t卯\n")
    assert rows(document) == [["收入", "", ""], ["项目", "行次", "1"], ["", "", ""], ["", "9", "0.00"]]
    assert [row[0].place.line for row in next(document.tables()).rows()] == [1, 2, 4, 5]
    assert (rows(document, 1), rows(document, 2)) == ([["子", "丑"]], [["寅", "卯"]])
    assert paragraphs(document) == ["注：甲。"]


def seed(number: str) -> Document:
    path = shared(f"seeds/{number}_*.txt")
    return read(path, path.read_bytes(), "")


def test_seed_word_dump() -> None:
    document = seed("000")
    tables = list(document.tables())
    assert [t.place.line for t in tables] == [27, 288, 531, 754, 1129, 1242, 1542, 1674, 1764]
    assert [max(map(len, t.rows())) for t in tables] == [6, 10, 9, 9, 5, 9, 9, 6, 12]
    assert ["总计", "31", "295.12", "总计", "62", "295.12"] in rows(document, 0)
    assert rows(document, 8)[4][3] == "公务用车\n购置费"
    assert "[bookmark" not in "".join(paragraphs(document))


def test_seed_pdf_dump() -> None:
    document = seed("004")
    tables = list(document.tables())[:9]
    assert [t.place.line for t in tables] == [86, 114, 141, 169, 199, 226, 267, 283, 298]
    assert [max(map(len, t.rows())) for t in tables] == [6, 9, 8, 9, 5, 9, 9, 5, 12]
    assert [len(t.rows()) for t in tables] == [16, 16, 16, 19, 16, 30, 4, 4, 5]
    assert rows(document, 8)[-1][:3] == ["65.08", "0.00", "42.26"]


def test_bookmarks_leave_offsets_as_printed() -> None:
    line = "[bookmark: _a]年初预算为[bookmark: _b]12.50万元。"
    text = f"一、说明\n\t甲\n\t乙\n\n{line}\n".encode()
    (paragraph,) = [b for b in read(Path("a.txt"), text, "").blocks if isinstance(b, Paragraph)][-1:]
    assert paragraph.text == "年初预算为12.50万元。"
    place = place_at(paragraph.text.index("12.50"), paragraph.segments, paragraph.place)
    assert place.offset == line.index("12.50")
    assert place_at(0, paragraph.segments, paragraph.place).offset == line.index("年初")
