from __future__ import annotations

import random
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from grids import GRID, Span, shown, spans
from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.readers import ofd
from mingzhang.taxonomy import Standards

OPEN = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 3.5  # millimetres


def advance(char: str) -> float:
    return SIZE * (0.5 if char < "\x80" else 1.0)


def text(x: float, y: float, string: str, extra: str = "", deltas: str | None = None) -> str:
    """A line of text whose baseline begins at a point of the page."""
    if deltas is None:
        deltas = " ".join(f"{advance(char):g}" for char in string[:-1])
    stated = f'DeltaX="{deltas}"' if deltas else ""
    return (
        f'<ofd:TextObject ID="1" Font="2" Size="{SIZE}" Boundary="{x} {y - 3} 100 4" {extra}>'
        f'<ofd:TextCode X="0" Y="3" {stated}>{escape(string)}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, boundary: str = "0 0 210 297", extra: str = "") -> str:
    return (
        f'<ofd:PathObject ID="3" Boundary="{boundary}" LineWidth="0.2" {extra}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def ruled(cells: Iterable[Span], left: float, top: float, wide: float = 40, high: float = 7) -> str:
    """Cells of equal size, each with a frame and its lines of text."""
    parts = []
    for row, column, rowspan, colspan, string in cells:
        x, y, w, h = left + column * wide, top + row * high, colspan * wide, rowspan * high
        parts.append(path(f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C", f"{x} {y} {w} {h}"))
        for number, line in enumerate(string.split("\n") if string else []):
            parts.append(text(x + 1, y + 4.5 + 3.6 * number, line))
    return "".join(parts)


def page(*objects: str, area: str = "", template: str = "") -> str:
    box = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    layer = f'<ofd:Layer ID="9" Type="Body">{"".join(objects)}</ofd:Layer>'
    return f"<ofd:Page {OPEN}>{box}{template}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def package(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return out.getvalue()


def parts_of(*pages: str, common: str = "", tail: str = "") -> dict[str, str]:
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    return {
        "OFD.xml": f'<ofd:OFD {OPEN} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OPEN}><ofd:CommonData>{area}{common}</ofd:CommonData>"
        f"<ofd:Pages>{entries}</ofd:Pages>{tail}</ofd:Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": content for n, content in enumerate(pages)},
    }


def opened(data: bytes) -> Document:
    return ofd.read(Path("甲.ofd"), data, "")


def made(*pages: str, common: str = "", tail: str = "", **more: str) -> Document:
    return opened(package(parts_of(*pages, common=common, tail=tail) | more))


def test_lines_and_ruled_tables_in_their_places() -> None:
    document = made(
        page(text(80, 40, "收入决算表"), ruled(GRID, 25, 60), text(25, 110, "注：本表反映收入情况。"))
    )
    assert shown(document) == ["收入决算表", GRID, "注：本表反映收入情况。"]
    assert (document.format, document.pages, document.notes) == ("ofd", 1, [])
    title, table = document.blocks[:2]
    scale = 72 / 25.4
    assert title.place.page == 1
    assert title.place.bbox == pytest.approx(
        (80 * scale, 36.92 * scale, 97.5 * scale, 40.42 * scale), abs=0.02
    )
    assert isinstance(table, Table)
    assert table.cells[0].place.bbox == pytest.approx(
        (25 * scale, 60 * scale, 105 * scale, 67 * scale), abs=0.02
    )


def test_the_composed_sample_reads_back_fact_for_fact(standards: Standards) -> None:
    source = samples.document(samples.SAMPLE, standards)
    pages: list[str] = []
    objects: list[str] = []
    y = 40.0
    for block in source.blocks:
        if isinstance(block, Paragraph):
            objects.append(text(30, y, block.text))
            y += 8
        else:
            objects.append(ruled(spans(block), 30, y, 70, 7))
            high = y + 7 * (1 + max(cell.row for cell in block.cells)) + 40
            pages.append(page(*objects, area=f"0 0 900 {max(high, 400)}"))
            objects, y = [], 60.0
    document = made(*pages)
    result = recognise(document, 0, standards)
    printed = {fact.key: fact.printed for fact in result.facts}
    composed = {fact.key: fact.printed for fact in recognise(source, 0, standards).facts}
    assert printed == composed
    assert printed.items() >= samples.figures(samples.SAMPLE, standards).items()
    assert result.unrecognised == []


def test_offsets_between_characters() -> None:
    document = made(
        page(
            text(20, 60, "收入支出", deltas="g 3 3.5"),
            text(20, 80, "12.30", deltas="g 1000000000 1.75"),
            text(20, 100, "部门：甲单位：万元", deltas="3.5 3.5 3.5 60 g 4 3.5"),
            text(20, 120, "没有偏移的文字", deltas=""),
            text(20, 140, "坏的偏移", deltas="g x y"),
            text(20, 160, "转义\\0020的空格"),
            text(20, 180, "隐藏", 'Visible="false"'),
        )
    )
    assert shown(document) == [
        "收入支出", "12.30", "部门：甲 单位：万元", "没有偏移的文字", "坏的偏移", "转义 的空格",
    ]  # fmt: skip


def test_characters_of_one_object_fall_into_their_cells() -> None:
    row = text(26, 64.5, "合计1.002.00", deltas="3.5 36.5 1.75 1.75 1.75 34.75 1.75 1.75 1.75")
    frame = ruled([(0, n, 1, 1, "") for n in range(3)], 25, 60)
    upright = (
        f'<ofd:TextObject Size="{SIZE}" Boundary="30 80 5 30"><ofd:TextCode X="0" Y="4" DeltaY="g 1 5">'
        "绩效</ofd:TextCode></ofd:TextObject>"
    )
    tall = ruled([(0, 0, 3, 1, ""), (0, 1, 3, 1, "内容")], 25, 78)
    (first, second) = shown(made(page(frame, row, tall, upright)))
    assert [span[4] for span in first] == ["合计", "1.00", "2.00"]
    assert [span[4] for span in second] == ["绩\n效", "内容"]


def test_lines_drawn_in_every_way() -> None:
    horizontal = "".join(path(f"M 20 {y} L 100 {y}") for y in (60, 67))
    bars = path("M 20 74 L 100 74 L 100 74.2 L 20 74.2 C", extra='Stroke="false" Fill="true"')
    scaled = path("M 0 0 L 0 7", "20 60 1 14", 'CTM="1 0 0 2 0 0"')
    both = path("M60 60L60 74 M100 60 L 100 74")
    unseen = path("M 80 60 L 80 74", extra='Stroke="false"')
    curve = (
        path("M 80 60 B 80 61 80 70 80 74") + path("M 70 60 Q 70 61 70 74") + path("M 1 1 A 5 5 0 1 0 9 9")
    )
    words = text(22, 64, "甲") + text(62, 64, "乙") + text(22, 71, "丙") + text(62, 71, "丁")
    assert shown(made(page(horizontal, bars, scaled, both, unseen, curve, path("M 1 L x"), words))) == [
        [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 1, 1, "丙"), (1, 1, 1, 1, "丁")]
    ]


def test_templates_blocks_and_composites() -> None:
    template = page(text(20, 150, "模板中的文字"))
    unit = (
        f"<ofd:Res {OPEN}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='7'><ofd:Content>"
        f"{text(0, 3, '组合图元')}<ofd:CompositeObject ResourceID='7' Boundary='0 0 9 9'/>"
        "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    nested = "<ofd:PageBlock>" * 100 + text(20, 60, "页块") + "</ofd:PageBlock>" * 100
    document = made(
        page(
            nested,
            '<ofd:CompositeObject ResourceID="7" Boundary="20 100 9 9" CTM="2 0 0 2 0 0"/>',
            '<ofd:CompositeObject ResourceID="8"/>',
            template='<ofd:Template TemplateID="5" ZOrder="Background"/><ofd:Template TemplateID="6"/>',
        ),
        common='<ofd:PublicRes>/Doc_0/Res.xml</ofd:PublicRes><ofd:TemplatePage ID="5" BaseLoc="Tpls/T.xml"/>',
        **{"Doc_0/Tpls/T.xml": template, "Doc_0/Res.xml": unit},
    )
    texts = shown(document)
    assert texts[0] == "页块"
    assert texts[-1] == "模板中的文字"
    assert "组合图元" in str(texts[1])


def test_running_heads_and_continued_tables() -> None:
    head = ["编码", "名称", "决算数"]
    rows = [[str(201 + n), f"第{n}类", f"{n}.00"] for n in range(20)]
    pages = []
    for number in range(4):
        body = ([head] if number == 0 else []) + rows[5 * number : 5 * number + 5]
        spans = [(r, c, 1, 1, string) for r, line in enumerate(body) for c, string in enumerate(line)]
        foot = text(100, 288, f"- {number + 1} -")
        pages.append(page(text(20, 15, "青禾市图书馆部门决算"), ruled(spans, 25, 40, 45), foot))
    document = made(*pages)
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows()] == [head, *rows]
    assert len(document.furniture) == 8
    assert document.pages == 4


@pytest.mark.parametrize("space", [OPEN, 'xmlns:ofd="urn:other"', ""])
def test_any_namespace(space: str) -> None:
    parts = parts_of(page(text(20, 60, "总体情况")))
    for name, content in parts.items():
        parts[name] = content.replace(OPEN, space) if space else content.replace(OPEN, "").replace("ofd:", "")
    assert shown(opened(package(parts))) == ["总体情况"]


@pytest.mark.parametrize(
    "where",
    ["/Doc_0/Pages/P.xml", "Pages/P.xml", "../Doc_0/./Pages/P.xml", "Doc_0/Pages/P.xml", "Pages\\P.xml"],
)
def test_locations(where: str) -> None:
    parts = parts_of(page(text(20, 60, "总体情况")))
    parts["Doc_0/Pages/P.xml"] = parts.pop("Doc_0/Pages/Page_0/Content.xml")
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace("Pages/Page_0/Content.xml", where)
    assert shown(opened(package(parts))) == ["总体情况"]


def test_several_documents_in_one_package() -> None:
    one, two = (parts_of(page(text(20, 60, string))) for string in ("第一份文件", "第二份文件"))
    second = {name.replace("Doc_0", "Doc_1"): content for name, content in two.items() if name != "OFD.xml"}
    body = "<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    root = one["OFD.xml"].replace("</ofd:OFD>", body)
    document = opened(package({**one, **second, "OFD.xml": root}))
    assert [(b.place.page, b.text) for b in document.paragraphs()] == [(1, "第一份文件"), (2, "第二份文件")]


def test_pictures_damaged_pages_and_attachments_are_noted() -> None:
    picture = '<ofd:ImageObject ID="4" ResourceID="5" Boundary="0 0 210 297"/>'
    parts = parts_of(
        page(text(20, 60, "总体情况")),
        page(picture),
        "<broken",
        tail="<ofd:Attachments>A.xml</ofd:Attachments>",
    )
    parts["Doc_0/A.xml"] = f"<ofd:Attachments {OPEN}><ofd:Attachment/><ofd:Attachment/></ofd:Attachments>"
    document = opened(package(parts))
    assert document.pages == 3
    assert [note[:8] for note in document.notes] == ["第2页是图片（可", "第3页已损坏，未", "文件带有2个附件"]
    with pytest.raises(UnreadableError, match="文字层"):
        made(page(picture))


def test_refusals() -> None:
    good = parts_of(page(text(20, 60, "总体情况")))
    with pytest.raises(UnreadableError, match="加密"):
        opened(package({**good, "Encryptions.xml": "<a/>"}))
    for name in ("OFD.xml", "Doc_0/Document.xml"):
        with pytest.raises(UnreadableError, match="重新"):
            opened(package({key: value for key, value in good.items() if key != name}))
    with pytest.raises(UnreadableError):
        opened(package({**good, "OFD.xml": "<OFD/>"}))
    with pytest.raises(UnreadableError):
        opened(b"PK\x03\x04")


@pytest.mark.parametrize(
    "extra",
    [
        'Size="0" CTM="0 0 0 0 0 0"',
        'Size="1e308" HScale="-1e9"',
        'Boundary="nan inf 1"',
        'Size="-3" HScale="0" CTM="0 1 -1 0 0 0"',
        'CTM="1e6 0 0 1e6 1e6 1e6"',
    ],
)
def test_senseless_geometry_is_read_somehow(extra: str) -> None:
    code = '<ofd:TextCode X="x" DeltaX="g -5 1 2">总体情况</ofd:TextCode>'
    odd = f"<ofd:TextObject {extra}>{code}</ofd:TextObject>"
    document = made(page(odd, text(20, 60, "收入"), path("M 1e9 0 L 5 5 Z"), area="0 0 -1 nan"))
    assert "收入" in str(shown(document))


def test_composites_without_end_are_refused() -> None:
    copies = "<ofd:CompositeObject ResourceID='7'/>" * 40
    unit = (
        f"<ofd:Res {OPEN}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='7'><ofd:Content>{copies}"
        "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    with pytest.raises(UnreadableError, match="过多"):
        made(page(copies), common="<ofd:PublicRes>R.xml</ofd:PublicRes>", **{"Doc_0/R.xml": unit})


def test_damaged_files_are_read_or_refused() -> None:
    chance = random.Random(7)
    parts = parts_of(page(text(80, 40, "收入决算表"), ruled(GRID, 25, 60)), page(text(20, 60, "总体情况")))
    whole = package(parts)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(UnreadableError):
            opened(bytes(data[: chance.randrange(1, len(data))] if chance.random() < 0.3 else data))
    for _ in range(150):
        damaged = dict(parts)
        name = chance.choice(list(damaged))
        characters = list(damaged[name])
        for _ in range(chance.randrange(1, 6)):
            characters[chance.randrange(len(characters))] = chance.choice("0123456789-. <>/\"'eLMC甲")
        damaged[name] = "".join(characters)
        with suppress(UnreadableError):
            opened(package(damaged))
