from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from grids import cell, document, said, table
from mingzhang import writers
from mingzhang.documents import Document, Paragraph
from mingzhang.readers.txt import read
from mingzhang.writers import pdf, txt

MERGED = table(
    cell("项目", 0, 0, 2),
    cell("本年支出", 0, 1, 1, 2),
    cell("小计", 1, 1),
    cell("基本\n支出", 1, 2),
    cell("合计", 2, 0),
    cell("1,295.05", 2, 1),
    cell("", 2, 2),
)


def reread(source: Document) -> list[str | list[list[str]]]:
    result = read(Path("a.txt"), txt.write(source), "")
    return [
        block.text if isinstance(block, Paragraph) else [[c.text for c in row] for row in block.rows()]
        for block in result.blocks
    ]


def pdf_pages(source: Document) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf.write(source))]


def test_txt_round_trip() -> None:
    grid = [["项目", "本年支出", ""], ["", "小计", "基本 支出"], ["合计", "1,295.05", ""]]
    source = document("支出决算表", MERGED, MERGED, "注：“三公”经费。")
    assert reread(source) == ["支出决算表", grid, grid, "注：“三公”经费。"]


def test_txt_layout() -> None:
    text = txt.write(document("甲\t乙", MERGED, "丙")).decode()
    assert text == "甲 乙\n\n项目\t本年支出\t\n\t小计\t基本 支出\n合计\t1,295.05\t\n\n丙\n"


def test_txt_single_column_stays_a_table() -> None:
    assert reread(document(table(cell("甲", 0, 0), cell("乙", 1, 0)))) == [[["甲", ""], ["乙", ""]]]


def test_pdf_is_deterministic_and_extractable() -> None:
    source = document("支出决算表", MERGED, "注：“三公”经费（含出国〔境〕）占 5%，<不>&列示。")
    assert pdf.write(source) == pdf.write(source)
    (page,) = pdf_pages(source)
    for text in ("支出决算表", "本年支出", "1,295.05", "“三公”经费（含出国〔境〕）", "<不>&列示。"):
        assert text in page


def test_pdf_has_ruling_lines() -> None:
    page = pypdfium2.PdfDocument(pdf.write(document(MERGED)))[0]
    paths = [item for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    assert len(paths) >= 4


def test_pdf_single_characters_are_extractable() -> None:
    (page,) = pdf_pages(document(table(cell("绩\n效", 0, 0), cell("元", 0, 1))))
    assert [char in page for char in "绩效元"] == [True, True, True]


def test_pdf_turns_the_page_where_it_is_told() -> None:
    pages = pdf_pages(
        document(
            "前言文字。", said("", "break"), said("支出决算表", "caption"), said("单位：万元", "label"),
            MERGED, said("注：甲。", "note"), said("", "break"), said("收入决算表", "caption"), MERGED,
        )
    )  # fmt: skip
    assert [p.splitlines()[0] for p in pages] == ["前言文字。", "支出决算表", "收入决算表"]
    assert "注：甲。" in pages[1]


def test_pdf_wide_table_is_landscape() -> None:
    wide = table(*(cell(f"第{n}栏", 0, n) for n in range(9)))
    pages = pypdfium2.PdfDocument(pdf.write(document(said("甲表", "caption"), wide, "正文。")))
    assert [page.get_width() > page.get_height() for page in pages] == [True, False]


def test_pdf_cells_higher_than_a_page() -> None:
    long = "".join(f"第{n}项工作；" for n in range(1500))
    spanned = [cell("合并", 1, 0, 80), *(cell(f"行{n}", n, 1) for n in range(1, 81))]
    source = document(table(cell(long, 0, 0), cell("乙组", 0, 1), *spanned))
    text = "".join(re.sub(r"—\s?\d+\s?—", "", page) for page in pdf_pages(source))
    text = "".join(text.split())
    assert long in text.replace("乙组", "")
    assert "行80" in text


def test_pdf_of_an_empty_document() -> None:
    assert len(pdf_pages(document())) == 1


@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".PDF"])
def test_write_chooses_by_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    writers.write(document("甲"), path)
    assert path.read_bytes() == (pdf if suffix.lower() == ".pdf" else txt).write(document("甲"))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_write_refuses_other_suffixes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"“\.odt”.*\.docx"):
        writers.write(document("甲"), tmp_path / "a.odt")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("mingzhang.writers.os.replace", refuse)
    with pytest.raises(OSError):  # noqa: PT011
        writers.write(document("甲"), path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.txt", b"old")]
