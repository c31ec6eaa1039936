"""PDF as set for publication: tags, fonts, pages; every character is there, and in its place."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from drafts import BANNER, MARKUP, SHOWN, draft, sheet
from grids import cell, document, printed, said, table
from mingzhang import samples
from mingzhang.documents import Paragraph, Picture, Table
from mingzhang.readers import pdf as reader
from mingzhang.taxonomy import Standards
from mingzhang.writers import pdf
from mingzhang.writers.glyphs import Lacking, lacking

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written() -> bytes:
    return pdf.write(draft())


def pages(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def notdef(data: bytes) -> list[int]:
    """The pages where a glyph is shown that no font has."""
    found = []
    for number, page in enumerate(pikepdf.open(io.BytesIO(data)).pages, 1):
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) not in ("Tj", "TJ"):
                continue
            items = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
            codes = [bytes(item) for item in items if isinstance(item, pikepdf.String)]
            if any(code[n : n + 2] == b"\0\0" for code in codes for n in range(0, len(code), 2)):
                found.append(number)
    return found


def tags(data: bytes) -> tuple[Counter[str], list[str]]:
    """How often each structure element occurs, and the alternative texts."""
    counts: Counter[str] = Counter()
    texts: list[str] = []
    file = pikepdf.open(io.BytesIO(data))
    waiting = [file.Root.StructTreeRoot]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, pikepdf.Dictionary):
            continue
        counts[str(item.get("/S", ""))] += 1
        texts += [str(item.Alt)] if "/Alt" in item else []
        below = item.get("/K")
        waiting += list(below) if isinstance(below, pikepdf.Array) else [below]
    return counts, texts


def test_the_same_bytes_in_every_process(written: bytes) -> None:
    assert pdf.write(draft()) == written
    code = "import hashlib; from drafts import draft; from mingzhang.writers.pdf import write; "
    code += "print(hashlib.sha256(write(draft())).hexdigest())"
    paths = f"{ROOT / 'src'}:{ROOT / 'tests'}"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths.split(':')!r}; {code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(written).hexdigest()
    assert b"CreationDate" not in written
    assert b"CreateDate" not in written


def test_tagged_titled_and_with_bookmarks(written: bytes) -> None:
    file = pikepdf.open(io.BytesIO(written))
    assert file.Root.MarkInfo.Marked
    assert str(file.Root.Lang) == "zh-CN"
    assert (str(file.docinfo["/Title"]), str(file.docinfo["/Author"])) == (draft().title, draft().author)
    with file.open_outline() as outline:
        listed = [(item.title, [below.title for below in item.children]) for item in outline.root]
    assert listed == [
        ("第一部分 某某市档案馆概况", ["一、部门职责", "支出决算表"]), ("第二部分 情况说明", []),
    ]  # fmt: skip
    counts, texts = tags(written)
    assert (counts["/Table"], counts["/THead"], counts["/TH"]) == (2, 2, 7 + 11)
    assert (counts["/H1"], counts["/H2"], counts["/Figure"], texts) == (2, 2, 1, [SHOWN])


def test_fonts_are_embedded_in_part(written: bytes) -> None:
    fonts = {}
    for page in pikepdf.open(io.BytesIO(written)).pages:
        for font in page.Resources.get("/Font", {}).values():
            (below,) = font.DescendantFonts
            file = below.FontDescriptor.get("/FontFile3") or below.FontDescriptor.get("/FontFile2")
            fonts[str(font.BaseFont)] = len(file.read_raw_bytes())
    assert len(fonts) == 2
    assert all(name[7] == "+" and "Noto" in name and size < 300_000 for name, size in fonts.items())


def test_it_is_read_back_as_it_was_composed(written: bytes) -> None:
    source, back = printed(draft()), reader.read(Path("a.pdf"), written, "")
    entries = {p.text for p in source.paragraphs() if p.level and p.level < 3}
    read = [p.text.split(" .")[0] if " .." in p.text else p.text for p in back.paragraphs()]
    kept = [b.text for b in source.blocks if isinstance(b, Paragraph)]
    assert read == kept
    assert entries <= set(read)
    for own, found in zip(source.tables(), back.tables(), strict=True):
        assert grid(found) == grid(own)
    running = Counter(paragraph.text for paragraph in back.furniture)
    assert running.pop(BANNER) == back.pages
    assert sorted(running) == sorted(f"— {number} —" for number in range(2, (back.pages or 0) + 1))
    assert back.notes == []


def grid(table: Table) -> list[tuple[object, ...]]:
    cells = sorted(table.cells, key=lambda c: (c.row, c.column))
    return [(c.row, c.column, c.rowspan, c.colspan, "".join(c.text.split())) for c in cells]


def test_the_contents_name_the_right_pages(written: bytes) -> None:
    texts = pages(written)
    for line in texts[1].splitlines():
        title, dots, number = line.partition(" .")
        if dots:
            assert title in texts[int(number.split()[-1]) - 1].splitlines(), line


def test_a_table_repeats_its_header_and_stays_on_the_page(written: bytes) -> None:
    file = pypdfium2.PdfDocument(written)
    wide = [page for page in file if page.get_width() > page.get_height()]
    assert len(wide) > 4
    assert all("科目编码" in page.get_textpage().get_text_range() for page in wide)
    for page in file:
        text = page.get_textpage()
        width, height = page.get_size()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            assert -0.1 <= left <= right <= width - 40 or right == left
            assert 20 <= bottom <= top <= height - 20 or top == bottom


def test_a_title_stands_with_its_table() -> None:
    for lines in range(15, 24):
        head = [said("某某对比表", "caption"), said("单位：元", "label")]
        first, *_ = texts = pages(pdf.write(document(*["甲"] * lines, *head, *[sheet(4, 3)])))
        assert len(texts) < 3
        assert ("某某对比表" in first) == ("科目编码" in first), lines


def test_gaps_are_marked(written: bytes) -> None:
    def filled(data: bytes) -> int:
        paths = [item for page in pypdfium2.PdfDocument(data) for item in page.get_objects(
            filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])]  # fmt: skip
        return sum(round(item.get_bounds()[3] - item.get_bounds()[1]) > 8 for item in paths)

    assert filled(pdf.write(document(said("待填写", "gap")))) == 1
    assert filled(pdf.write(document("待填写"))) == 0


def test_text_is_never_markup() -> None:
    (page,) = pages(pdf.write(document(MARKUP, table(cell(MARKUP, 0, 0), cell("#pagebreak()", 0, 1)))))
    assert MARKUP in page
    assert "#pagebreak()" in page
    assert "root:" not in page


def test_long_words_are_cut() -> None:
    word = "https://example.org/" + "a1b2" * 60
    data = pdf.write(document(table(*(cell(word, 0, n) for n in range(3)))))
    (found,) = reader.read(Path("a.pdf"), data, "").tables()
    assert ["".join(each.text.split()) for each in found.cells] == [word] * 3


def test_every_character_has_a_glyph() -> None:
    """Those of the standards, of GB 2312, and signs that forms are filled in with."""
    chars = set("☐☑☒✓✕≒⩽⩾❏➢")
    for path in (ROOT / "src/mingzhang/standards").rglob("*"):
        if path.suffix in (".yaml", ".csv"):
            chars |= set(path.read_text(encoding="utf-8"))
    for high in range(0xA1, 0xF8):
        row = bytes(byte for low in range(0xA1, 0xFF) for byte in (high, low))
        chars |= set(row.decode("gb2312", "ignore"))
    ordered = sorted(char for char in chars if char.isprintable() and not char.isspace())
    assert len(ordered) > 7_000
    data = pdf.write(document(*("甲" + "".join(ordered[n : n + 90]) for n in range(0, len(ordered), 90))))
    assert set(ordered) - set("".join(pages(data))) == set()
    assert notdef(data) == []
    assert notdef(pdf.write(document("\U00020bb7"))) == [1]


def test_characters_without_a_glyph_are_known() -> None:
    """Told are exactly those for which a page shows none."""
    chance = random.Random(7)
    blocks = (0x0F00, 0x1000), (0x1800, 0x18B0), (0x3000, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2EBE0)
    codes = [code for low, high in blocks for code in chance.sample(range(low, high), 40)]
    chars = [c for c in map(chr, codes) if unicodedata.category(c) in ("Lo", "So", "Po")]
    alone = [block for char in "𠮷㛃䶮" + "".join(chars) for block in (said(char), said("", "break"))]
    source = document(*alone)
    told = {each.character for each in lacking(source)}
    unseen = {alone[2 * (page - 1)].text for page in notdef(pdf.write(source))}
    assert told == unseen
    assert "𠮷" in told
    assert not told & set("㛃䶮")


def test_a_character_without_a_glyph_is_told_with_its_place() -> None:
    source = document(
        said("收入表", "caption"), table(cell("填报人：李\U00020bb7（签名）", 0, 0)), "李\U00020bb7"
    )
    assert list(lacking(source)) == [Lacking("\U00020bb7", "填报人：李\U00020bb7（签名）", "收入表")]


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_every_character_of_a_disclosure_is_in_the_text(name: str, standards: Standards) -> None:
    sample = samples.SAMPLES[name]
    source = samples.document(sample.unit, standards, sample.changes, sample.entity)
    data = pdf.write(source)
    assert notdef(data) == []
    found = Counter("".join(pages(data)))
    texts = [text for block in printed(source).blocks for text in texts_of(block)]
    missing = Counter("".join(texts)) - found
    assert {char: count for char, count in missing.items() if not char.isspace()} == {}


def texts_of(block: Paragraph | Table | Picture) -> list[str]:
    return [cell.text for cell in block.cells] if isinstance(block, Table) else [block.text]


def test_a_landscape_page_follows_from_figures_too() -> None:
    figures = table(*(cell("999,999,999,999.99", 0, n) for n in range(6)))
    (page,) = pypdfium2.PdfDocument(pdf.write(document(figures)))
    assert page.get_width() > page.get_height()


def test_overlapping_cells_lose_no_text() -> None:
    crossed = table(cell("甲", 0, 0, 2, 2), cell("乙", 1, 1, 2, 2), cell("丙", 0, 2), cell("丁", 2, 1))
    (page,) = pages(pdf.write(document(crossed)))
    assert all(char in page for char in "甲乙丙丁")


def test_labels_stand_where_official_tables_have_them() -> None:
    texts = "公开01表", "部门：某某市档案馆", "单位：万元"
    data = pdf.write(document(*(said(text, "label") for text in texts), table(cell("甲", 0, 0))))
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    lefts, tops = zip(*(page.get_charbox(page.search(text).get_next()[0])[:2] for text in texts))
    assert lefts[1] < 100 < 450 < min(lefts[0], lefts[2])
    assert tops[0] > tops[1]
    assert abs(tops[1] - tops[2]) < 1


def test_a_table_that_just_does_not_fit_is_set_closer() -> None:
    """One page and not a few rows on a second; a longer table keeps its rows apart."""
    for rows, expected in ((20, 1), (33, 1), (60, 2)):
        cells = [cell(f"{10**10 + row}.{column}0", row, column) for row in range(rows) for column in range(9)]
        assert (
            len(pypdfium2.PdfDocument(pdf.write(document(said("表", "caption"), table(*cells))))) == expected
        )
