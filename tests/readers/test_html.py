from __future__ import annotations

import base64
import quopri
import random
from contextlib import suppress
from pathlib import Path

import pytest
from lxml import etree

import grids
from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.provenance import Place, place_at
from mingzhang.readers import html
from mingzhang.readers.webfile import decoded, parsed


def opened(page: str | bytes) -> Document:
    return html.read(Path("甲.html"), page.encode() if isinstance(page, str) else page, "")


def shown(page: str | bytes) -> list[str | list[grids.Span]]:
    return grids.shown(opened(page))


def test_blocks_are_numbered_in_order_with_levels() -> None:
    document = opened(
        "<h2>一、概况</h2><div>前<p>正文<b>加粗</b><br>第二行</p>后</div><pre>甲  乙\n 丙</pre>"
    )
    assert [(b.text, b.level, b.place) for b in document.paragraphs()] == [
        ("一、概况", 2, Place(paragraph=1)),
        ("前", 0, Place(paragraph=2)),
        ("正文加粗", 0, Place(paragraph=3)),
        ("第二行", 0, Place(paragraph=4)),
        ("后", 0, Place(paragraph=5)),
        ("甲  乙", 0, Place(paragraph=6)),
        (" 丙", 0, Place(paragraph=7)),
    ]
    assert (document.format, document.pages, document.notes) == ("html", None, [])


def test_white_space_collapses_as_browsers_do_it() -> None:
    page = "<p>\n  年初 预算\n为  <i> 3.00 </i> 万元\n2022 年\n度&nbsp;&nbsp;　末 </p><p>&nbsp;　</p>"
    assert shown(page) == ["年初 预算为 3.00 万元 2022 年度\xa0\xa0　末"]


def test_segments_lead_back_to_the_text_nodes() -> None:
    page = (
        "<html><head><title>题</title></head><body><!-- 注 --><p>收入\n  合计<b>12.30 </b>  万元</p>"
        "<table border=1><tr><td>甲<br>  乙丙</td><td>丁</td></tr></table></body></html>"
    )
    root, _ = parsed(decoded(page.encode(), None)[0])
    assert root is not None
    nodes: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        text = element.text if event == "start" else element.tail
        nodes += [text] if text else []
    for block in opened(page).blocks:
        items = [block] if isinstance(block, Paragraph) else list(block.cells)
        for item in items:
            for offset, char in enumerate(item.text):
                if not char.isspace():
                    place = place_at(offset, item.segments, item.place)
                    assert place.paragraph == item.place.paragraph
                    assert place.part == ""
                    assert nodes[place.node or 0][place.offset or 0] == char


def test_what_is_not_shown_is_not_read() -> None:
    page = """<html><head><title>题目</title><style>p{}</style></head><body><nav>首页</nav>
    <header>标志</header>
    <article><header>标题</header></article><script>甲()</script><noscript>乙</noscript>
    <p>正<span style="Display : NONE">隐</span><span hidden>藏</span>文</p>
    <select><option>丙</option></select>
    <!--[if gte mso 9]><xml>丁</xml><![endif]--><button>戊</button><footer>页脚</footer>
    <p>面积100m<sup>2</sup></p><form><p>己<input value="庚"></p></form></body></html>"""
    assert shown(page) == ["标题", "正文", "面积100m2", "己"]


def test_lists_and_automatic_numbers() -> None:
    page = """<ol start=3><li>甲<li><p>乙</p><p>乙二</p><li value=9>丙</ol><ul><li>丁</ul>
    <ol type=a><li>戊</ol>
    <ol style="list-style-type:simp-chinese-informal" start=19><li>己<li>庚</ol>
    <p><span style='mso-list:Ignore'>二、<span>&nbsp;&nbsp; </span></span>收入</p>
    <p style='mso-outline-level:3'>支出</p>"""
    assert [(p.marker, p.text, p.level) for p in opened(page).paragraphs()] == [
        ("3.", "甲", 0), ("4.", "乙", 0), ("", "乙二", 0), ("9.", "丙", 0), ("", "丁", 0), ("a.", "戊", 0),
        ("十九、", "己", 0), ("二十、", "庚", 0), ("二、", "收入", 0), ("", "支出", 3),
    ]  # fmt: skip


def test_merged_cells_and_blank_cells() -> None:
    page = """<p>前</p><table><caption>收入决算表</caption><thead>
    <tr><th colspan=2>项目<th rowspan=2>本年<br>收入</tr>
    <tr><th>编码<th>名称</tr></thead><tfoot><tr><td colspan=3>注：甲。</tfoot>
    <tbody><tr><td>208<td>&nbsp;<td>12.30</tr></tbody></table>后"""
    assert shown(page) == [
        "前",
        "收入决算表",
        [
            (0, 0, 1, 2, "项目"), (0, 2, 2, 1, "本年\n收入"), (1, 0, 1, 1, "编码"), (1, 1, 1, 1, "名称"),
            (2, 0, 1, 1, "208"), (2, 1, 1, 1, ""), (2, 2, 1, 1, "12.30"), (3, 0, 1, 3, "注：甲。"),
        ],
        "后",
    ]  # fmt: skip


def test_merged_cells_end_with_the_table() -> None:
    page = """<table border=1><tr><td rowspan=65534>甲<td colspan=1000000>乙<tr><td rowspan=0>丙
    <td colspan=x>丁<tr><td>戊</table>"""
    assert shown(page) == [
        [(0, 0, 3, 1, "甲"), (0, 1, 1, 2, "乙"), (1, 1, 2, 1, "丙"), (1, 2, 1, 1, "丁"), (2, 2, 1, 1, "戊")]
    ]
    wide = opened("<table border=1><tr>" + "<td>1" * 600 + "</table>")
    assert len(next(wide.tables()).cells) == 512
    assert "512列" in wide.notes[0]


DATA = "<table border=1><tr><td>项目<td>金额<tr><td>合计<td>1.00</table>"
GRID = [(0, 0, 1, 1, "项目"), (0, 1, 1, 1, "金额"), (1, 0, 1, 1, "合计"), (1, 1, 1, 1, "1.00")]


def test_tables_in_tables() -> None:
    assert shown(f"<table><tr><td>上<td>左<tr><td><p>题</p>{DATA}</table>") == ["上", "左", "题", GRID]
    outer = shown(f"<table><tr><td>甲<td>乙<tr><td>丙<td>丁<tr><td>戊<td>己{DATA}</table>末")
    assert [len(block) for block in outer] == [6, 4, 1]
    assert outer[1:] == [GRID, "末"]
    assert shown("<table><tr><td>框中的文字</table>") == ["框中的文字"]
    assert shown("<table style='border:1px solid'><tr><td>甲</table>") == [[(0, 0, 1, 1, "甲")]]
    assert shown("<table>散落<tr>之间<td>甲<td>乙<tr><td>丙<td>丁</table>")[:2] == ["散落", "之间"]


SITE = """<table><tr><td><a href=a>一</a><td><a href=b>二</a>
<tr><td><a href=c>三</a><td><a href=d>四</a></table>
<div class=top><a href="/">网站首页</a> | <a href="/zw">政务公开</a></div>
<div>当前位置：<a href="/">首页</a> &gt; <a href="/js">部门决算</a></div><h1>青禾市图书馆2022年度决算</h1>
<div>发布日期：2023-09-01 【字体：大 中 小】 打印 关闭</div>
<div class=main>{}<p><a href="a.pdf">附件：全文</a></p><p><a href="#t">第一部分</a></p></div>
<p>未知的小字</p><ul><li><a href="/n">上一条新闻的标题</a></ul><div>版权所有：青禾市图书馆</div>"""


def test_menus_outside_the_main_part_are_furniture() -> None:
    text = "".join(
        f"<p>第{n}段：张三、李四所在的单位在{n}月份如常开展各项工作，决算收支平衡。</p>" for n in range(20)
    )
    document = opened(SITE.format(text + DATA))
    texts = [paragraph.text for paragraph in document.paragraphs()]
    assert texts[0] == "青禾市图书馆2022年度决算"
    assert texts[-3:] == ["附件：全文", "第一部分", "未知的小字"]
    assert [paragraph.text for paragraph in document.furniture] == [
        *"一二三四",
        "网站首页 | 政务公开",
        "当前位置：首页 > 部门决算",
        "发布日期：2023-09-01 【字体：大 中 小】 打印 关闭",
        "上一条新闻的标题",
        "版权所有：青禾市图书馆",
    ]


def test_a_page_without_substance_is_kept_whole() -> None:
    document = opened(SITE.format(""))
    assert document.furniture == []
    assert len(document.blocks) == 10


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-8", '<meta charset="gb2312">'),
        ("gb18030", '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'),
        ("gb18030", "<meta charset=x-unknown>"),
        ("gb18030", "<meta charset=iso-8859-1>"),
        ("gb18030", ""),
        ("big5", "<meta charset=big5>"),
    ],
)
def test_encodings(encoding: str, head: str) -> None:
    assert shown(f"{head}<p>部門經費决算".encode(encoding, "ignore"))[0][:2] == "部門"


def test_damaged_bytes_are_replaced_and_noted() -> None:
    document = opened("<p>一般公共预算财政拨款支出决算情况".encode() + b"\xff</p><p>" + "甲".encode() * 90)
    assert document.blocks[0].text.endswith("情况�")
    assert "1处文字损坏" in document.notes[0]
    with pytest.raises(UnreadableError, match="编码"):
        opened(b"<p>" + b"\xff\xfe\xfd" * 90)


def mhtml(*parts: tuple[str, str, bytes]) -> bytes:
    head = (
        'From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="=_x"\r\n\r\n'
    )
    lines = [head.encode()]
    for location, kind, body in parts:
        lines.append(f"--=_x\r\nContent-Location: {location}\r\n{kind}\r\n\r\n".encode() + body + b"\r\n")
    return b"".join(lines) + b"--=_x--\r\n"


def test_mhtml() -> None:
    printable = 'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable'
    encoded = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64"
    image = ("b.png", "Content-Type: image/png\r\nContent-Transfer-Encoding: base64", b"AAAA")
    page = quopri.encodestring("<p>收入决算表</p><p>注</p>".encode("gb18030"))
    assert shown(mhtml(image, ("a.htm", printable, page), ("c.htm", encoded, b"PHA+eA=="))) == [
        "收入决算表",
        "注",
    ]
    sheets = [(f"s{n}.htm", encoded, base64.encodebytes(f"<p>第{n}张".encode())) for n in (1, 2)]
    frames = ("a.htm", encoded, base64.encodebytes(b"<frameset><frame src=s1.htm></frameset>"))
    document = opened(mhtml(frames, *sheets))
    assert [(p.text, p.place.paragraph, p.segments[0].place.part) for p in document.paragraphs()] == [
        ("第1张", 1, "s1.htm"),
        ("第2张", 2, "s2.htm"),
    ]
    assert document.notes == []


def test_frames_are_noted() -> None:
    assert "1个框架" in opened("<p>甲</p><iframe src=b.htm>乙</iframe>").notes[0]


def test_depth_is_bounded() -> None:
    document = opened("<div>甲" * 100_000)
    assert "嵌套过深" in document.notes[0]
    assert len(document.blocks) > 2000
    assert len(opened("<p><font>甲</p>" * 1500).blocks) == 1500
    opened("<table><tr><td>甲" * 2000)


@pytest.mark.parametrize(
    "page",
    [
        "<p>&nbsp;</p>",
        "<frameset><frame src=a></frameset>",
        "<img src=a.png>",
        "<p " + "a " * 300 + ">x",
        "<!---->",
    ],
)
def test_pages_without_text_are_refused(page: str) -> None:
    with pytest.raises(UnreadableError):
        opened(page)


def test_damaged_files_are_read_or_refused() -> None:
    chance = random.Random(5)
    page = quopri.encodestring(SITE.format(DATA * 3).encode("gb18030"))
    whole = mhtml(("a.htm", "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable", page))
    for data in (whole, SITE.format(DATA * 3).encode()):
        for _ in range(150):
            damaged = bytearray(data)
            for _ in range(chance.randrange(1, 20)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            with suppress(UnreadableError):
                opened(bytes(damaged[: chance.randrange(1, len(damaged))]))


def test_cells_keep_their_tables_place() -> None:
    document = opened(f"<p>甲</p>{DATA}")
    table = document.blocks[1]
    assert isinstance(table, Table)
    assert {cell.place for cell in table.cells} == {Place(paragraph=2)}
    assert table.certain_grid
