"""Word files, hand-written part by part: what is read is what Word would print."""

from __future__ import annotations

import io
import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.provenance import place_at
from mingzhang.readers.docx import read
from mingzhang.readers.docx_numbering import formatted

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{OFFICE}/relationships" xmlns:m="{OFFICE}/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="甲"/>
<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="3"><w:name w:val="乙"/><w:basedOn w:val="2"/></w:style>
<w:style w:type="paragraph" w:styleId="4"><w:name w:val="丙"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="5"><w:name w:val="丁"/><w:basedOn w:val="6"/></w:style>
<w:style w:type="paragraph" w:styleId="6"><w:name w:val="戊"/><w:basedOn w:val="5"/></w:style>
<w:style w:type="character" w:styleId="7"><w:name w:val="己"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="numbering" w:styleId="8"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
"""


def level(depth: int, format_: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{format_}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def definition(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def instance(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def docx(
    body: str,
    parts: dict[str, str | bytes] | None = None,
    *,
    main: str = "word/document.xml",
    types: str = "",
    document: str = "document",
) -> bytes:
    """A package: ``parts`` of the folder word are related to the main part by their names."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f"{types}</Types>",
        main: f"<w:{document} {SPACES}><w:body>{body}</w:body></w:{document}>",
    }
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    if not types:
        files["_rels/.rels"] = (
            f'<Relationships xmlns="{relations}">'
            f'<Relationship Id="a" Type="{OFFICE}/relationships/officeDocument" Target="{main}"/>'
            "</Relationships>"
        )
    related = ""
    for name, content in (parts or {}).items():
        kind = name.removesuffix(".xml").rstrip("0123456789")
        related += f'<Relationship Id="{name}" Type="{OFFICE}/relationships/{kind}" Target="{name}"/>'
        if isinstance(content, str):
            root = {"footnotes": "footnotes", "endnotes": "endnotes", "header": "hdr", "footer": "ftr"}.get(
                kind, kind
            )
            content = f"<w:{root} {SPACES}>{content}</w:{root}>"
        files[f"word/{name}"] = content
    folder, _, name = main.rpartition("/")
    files[f"{folder}/_rels/{name}.rels"] = f'<Relationships xmlns="{relations}">{related}</Relationships>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


def opened(body: str, parts: dict[str, str | bytes] | None = None) -> Document:
    return read(Path("甲.docx"), docx(body, parts), "")


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def par(content: str = "", properties: str = "") -> str:
    """A paragraph; text that is no markup stands in a run."""
    inner = content if content.startswith("<") or not content else run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    inner = content if content.startswith("<") else par(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    inner = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def texts(document: Document) -> list[str | list[str]]:
    return [b.text if isinstance(b, Paragraph) else [c.text for c in b.cells] for b in document.blocks]


def grid(table: Table) -> list[tuple[str, int, int, int, int]]:
    return [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in table.cells]


SPAN, DOWN, ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


# --- paragraphs -------------------------------------------------------------------------------


def test_blocks_stand_in_order_with_their_ordinals() -> None:
    document = opened(par("甲") + par() + tbl(tr("乙")) + par("丙") + "<w:sectPr/>")
    assert texts(document) == ["甲", ["乙"], "丙"]
    assert [block.place.paragraph for block in document.blocks] == [1, 3, 4]
    assert (document.format, document.path, document.notes) == ("docx", "甲.docx", [])
    assert next(document.tables()).certain_grid


def test_special_characters_of_runs() -> None:
    page, line = '<w:br w:type="page"/>', "<w:br/>"
    content = (
        f"<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t>{line}{page}<w:cr/><w:noBreakHyphen/><w:softHyphen/></w:r>"
    )
    wing = '<w:sym w:font="Wingdings" w:char="{}"/>'
    symbols = (
        f'<w:r>{wing.format("F0FE")}{wing.format("F0A8")}{wing.format("F001")}<w:sym w:char="221A"/></w:r>'
    )
    checked = run("R", '<w:rFonts w:ascii="Wingdings 2"/>')
    assert texts(opened(par(content + symbols + checked))) == ["甲\t乙\n\n-☑□\ufffd√☑"]
    assert texts(opened(par('<w:r><w:sym w:char="乱"/><w:sym w:char="FFFFFFFF"/><w:t>甲</w:t></w:r>'))) == [
        "甲"
    ]


def test_white_space_counts_only_where_it_is_preserved() -> None:
    kept = '<w:r><w:t xml:space="preserve"> 甲 </w:t></w:r><w:r><w:t> 乙\n丙 </w:t></w:r>'
    document = opened(par(kept + run("　丁")))
    assert texts(document) == [" 甲 乙 丙　丁"]
    (paragraph,) = document.paragraphs()
    place = place_at(3, paragraph.segments, paragraph.place)
    assert (place.node, place.offset) == (1, 1)


def test_segments_lead_to_the_character_of_the_text_node() -> None:
    body = par("<w:r><w:delText>无</w:delText></w:r>" + run("甲乙") + "<w:r><w:tab/></w:r>" + run("丙丁"))
    document = opened(body + tbl(tr("戊")) + par(f"<w:del>{run('删')}</w:del>{run('己')}"))
    for block in document.blocks:
        holders = [block] if isinstance(block, Paragraph) else list(block.cells)
        for holder in holders:
            assert all(place_at(s.start, holder.segments, holder.place) == s.place for s in holder.segments)
    (first, last) = document.paragraphs()
    seen = [place_at(i, first.segments, first.place) for i in range(5)]
    assert [(p.paragraph, p.part, p.node, p.offset) for p in seen] == [
        (1, "word/document.xml", 0, 0),
        (1, "word/document.xml", 0, 1),
        (1, None, None, 2),
        (1, "word/document.xml", 1, 0),
        (1, "word/document.xml", 1, 1),
    ]
    (cell,) = next(document.tables()).cells
    assert (cell.segments[0].place.node, cell.segments[0].place.paragraph) == (2, 2)
    assert last.segments[0].place.node == 4


def test_revisions_are_accepted() -> None:
    gone, kept = "<w:{0}>" + run("去") + "</w:{0}>", "<w:{0}>" + run("留") + "</w:{0}>"
    body = par(
        run("甲") + gone.format("del") + gone.format("moveFrom") + kept.format("ins") + kept.format("moveTo")
    )
    joined = par("乙", "<w:rPr><w:del/></w:rPr>") + par("丙", "<w:rPr><w:moveFrom/></w:rPr>") + par("丁")
    before_table = par("戊", "<w:rPr><w:del/></w:rPr>") + tbl(tr("己"), tr("去", properties="<w:del/>"))
    assert texts(opened(body + joined + before_table)) == ["甲留留", "乙丙丁", "戊", ["己"]]
    assert texts(opened(par("甲") + tbl(tr("去", properties="<w:del/>")))) == ["甲"]


@pytest.mark.parametrize(
    "wrapper",
    [
        "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
        '<w:customXml w:element="甲">{}</w:customXml>',
        "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>",
    ],
)
def test_wrappers_at_every_level_are_looked_through(wrapper: str) -> None:
    body = par("甲" if "mc:" in wrapper else wrapper.format(run("甲")))
    inner = wrapper.format(tr(wrapper.format(tc(wrapper.format(par("乙")))), "丙"))
    assert texts(opened(wrapper.format(body) + tbl(inner))) == ["甲", ["乙", "丙"]]


def test_links_smart_tags_and_fields_keep_what_they_print() -> None:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin, separate, end = (field.format(kind) for kind in ("begin", "separate", "end"))
    code = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    nested = begin + code + begin + code + separate + run("藏") + end + separate + run("印") + end
    simple = f'<w:fldSimple w:instr="DATE">{run("日")}</w:fldSimple>'
    body = par(f"<w:hyperlink>{run('链')}</w:hyperlink><w:smartTag>{run('签')}</w:smartTag>{simple}{nested}")
    open_ended = (
        par(begin + code + separate + run("目")) + par(run("录") + end) + par(begin + run("藏")) + par("文")
    )
    assert texts(opened(body + open_ended)) == ["链签日印", "目", "录", "文"]


def test_check_boxes_of_forms_show_their_state() -> None:
    box = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/>{}</w:checkBox>'
        '</w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(opened(par(box.format("<w:checked/>") + run("是") + box.format("") + run("否")))) == [
        "☑是☐否"
    ]


def test_hidden_text_is_dropped() -> None:
    hidden = (
        run("藏", "<w:vanish/>") + run("藏", '<w:rStyle w:val="7"/>') + run("见", '<w:vanish w:val="0"/>')
    )
    assert texts(opened(par(hidden), {"styles.xml": STYLES})) == ["见"]


def test_paragraphs_that_print_nothing_are_not_counted() -> None:
    number = '<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr>'
    body = par(run("藏", "<w:vanish/>"), number) + numbered()
    assert markers(body, OUTLINE + instance(1, 0)) == ["一、"]
    assert texts(opened(par("甲") + par("乙", "<w:rPr><w:del/></w:rPr>"))) == ["甲", "乙"]


def test_alternatives_without_a_choice_print_the_fallback() -> None:
    fallback = f"<mc:AlternateContent><mc:Fallback>{run('乙')}</mc:Fallback></mc:AlternateContent>"
    assert texts(opened(par(run("甲") + fallback + "<mc:AlternateContent/>"))) == ["甲乙"]


def test_equations_and_ruby_keep_their_text() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('音')}</w:rt><w:rubyBase>{run('字')}</w:rubyBase></w:ruby></w:r>"
    letter = "<m:r><m:t>{}</m:t></m:r>".format
    equation = f"<m:oMath><m:f><m:num>{letter('a')}</m:num><m:den>{letter('b')}</m:den></m:f></m:oMath>"
    assert texts(opened(par(run("甲") + equation + f"<m:oMathPara>{equation}</m:oMathPara>" + ruby))) == [
        "甲abab字"
    ]


def test_heading_levels() -> None:
    style, outline = '<w:pStyle w:val="{}"/>', '<w:outlineLvl w:val="{}"/>'
    properties = [
        "",
        style.format(1),
        style.format(2),
        style.format(3),
        style.format(5),
        style.format("Heading4"),
    ]
    properties += [outline.format(1), style.format(1) + outline.format(9), outline.format("乱")]
    document = opened("".join(par("甲", p) for p in properties), {"styles.xml": STYLES})
    assert [p.level for p in document.paragraphs()] == [0, 1, 3, 3, 0, 4, 2, 0, 0]


# --- numbering --------------------------------------------------------------------------------


def numbered(depth: int = 0, number: int = 1, text: str = "甲") -> str:
    return par(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def markers(body: str, numbering: str) -> list[str]:
    document = opened(body, {"styles.xml": STYLES, "numbering.xml": numbering})
    return [paragraph.marker for paragraph in document.paragraphs()]


OUTLINE = definition(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "japaneseCounting", "（%2）"),
    level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
)


def test_levels_count_and_restart_below_a_higher_one() -> None:
    body = "".join(numbered(depth) for depth in (0, 1, 1, 2, 0, 1, 2, 2))
    assert markers(body, OUTLINE + instance(1, 0)) == [
        "一、", "（一）", "（二）", "1.2.1", "二、", "（一）", "2.1.1", "2.1.2",
    ]  # fmt: skip


def test_a_level_may_not_restart_or_only_below_a_certain_one() -> None:
    never = definition(0, level(0, "decimal", "%1"), level(1, "decimal", "%2", '<w:lvlRestart w:val="0"/>'))
    body = "".join(numbered(depth) for depth in (0, 1, 0, 1))
    assert markers(body, never + instance(1, 0)) == ["1", "1", "2", "2"]
    first = definition(
        0,
        level(0, "decimal", "%1"),
        level(1, "decimal", "%2"),
        level(2, "decimal", "%3", '<w:lvlRestart w:val="1"/>'),
    )
    body = "".join(numbered(depth) for depth in (0, 1, 2, 1, 2, 0, 2))
    assert markers(body, first + instance(1, 0)) == ["1", "1", "1", "2", "2", "2", "1"]


def test_lists_of_one_definition_count_on_unless_they_start_anew() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.")}</w:lvlOverride>'
    lists = OUTLINE + instance(1, 0) + instance(2, 0) + instance(3, 0, override) + instance(4, 0, replaced)
    body = "".join(numbered(0, number) for number in (1, 2, 3, 3, 1, 4))
    assert markers(body, lists) == ["一、", "二、", "五、", "六、", "七、", "VIII."]


def test_numbering_by_style_and_by_list_style() -> None:
    by_style = definition(
        0, level(0, "decimal", "%1"), level(1, "decimal", "第%2条", '<w:pStyle w:val="4"/>')
    )
    style = '<w:pStyle w:val="4"/>'
    none = par("甲", f'{style}<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert markers(par("甲", style) + none + par("甲", style), by_style + instance(1, 0)) == [
        "第1条",
        "",
        "第2条",
    ]
    link = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="8"/></w:abstractNum>'
    lists = OUTLINE + link + instance(1, 0) + instance(2, 1)
    assert markers(numbered(0, 2) + numbered(0, 1), lists) == ["一、", "二、"]
    loop = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="8"/></w:abstractNum>'
    assert markers(numbered(), loop + instance(1, 0)) == [""]


def test_bullets_empty_numbers_and_what_is_not_defined() -> None:
    bullet = level(0, "bullet", "\uf0d8").replace(
        "</w:lvl>", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl>'
    )
    lists = definition(0, bullet, level(1, "none", "%2")) + instance(1, 0) + instance(2, 7)
    body = numbered() + numbered(1) + numbered(2) + numbered(0, 2) + numbered(0, 9) + numbered(0, 1, "")
    assert markers(body, lists) == ["➢", "", "", "", "", "➢"]
    assert markers(numbered(1) + numbered(), OUTLINE + instance(1, 0)) == ["（一）", "一、"]


def test_numbers_in_cells_stand_before_the_text() -> None:
    lists = definition(
        0, level(0, "decimal", "%1", '<w:suff w:val="nothing"/>'), level(1, "decimal", "%2.")
    ) + instance(1, 0)
    row = tr(
        tc(numbered(0, 1, "")),
        tc(numbered(1, 1, "乙") + par() + numbered(1, 1, "丙")),
        tc(numbered(0, 1, "丁")),
    )
    document = opened(tbl(row), {"numbering.xml": lists})
    assert texts(document) == [["1", "1.\t乙\n\n2.\t丙", "2丁"]]
    cell = next(document.tables()).cells[1]
    assert [place_at(i, cell.segments, cell.place).node for i in (0, 3, 4, 6, 9)] == [None, 0, None, None, 1]


@pytest.mark.parametrize(
    ("format_", "printed"),
    [
        ("chineseCountingThousand", "零 一 十 十一 二十 九十九 一百 一百零一 一百一十 一千零一"),
        ("japaneseCounting", "〇 一 十 十一 二十 九十九 百 百一 百十 千一"),
        ("chineseCounting", "零 一 十 十一 二十 九十九 一〇〇 一〇一 一一〇 一〇〇一"),
        ("ideographDigital", "〇 一 一〇 一一 二〇 九九 一〇〇 一〇一 一一〇 一〇〇一"),
        ("taiwaneseCountingThousand", "零 一 十 十一 二十 九十九 一百 一百零一 一百一十 一千零一"),
        ("chineseLegalSimplified", "零 壹 壹拾 壹拾壹 贰拾 玖拾玖 壹佰 壹佰零壹 壹佰壹拾 壹仟零壹"),
        ("decimalEnclosedCircle", "0 ① ⑩ ⑪ ⑳ 99 100 101 110 1001"),
        ("upperRoman", "0 I X XI XX XCIX C CI CX MI"),
        ("decimalZero", "00 01 10 11 20 99 100 101 110 1001"),
        ("ideographTraditional", "0 甲 癸 甲 癸 壬 癸 甲 癸 甲"),
        ("decimalFullWidth", "０ １ １０ １１ ２０ ９９ １００ １０１ １１０ １００１"),
        ("unheardOf", "0 1 10 11 20 99 100 101 110 1001"),
    ],
)
def test_number_formats(format_: str, printed: str) -> None:
    values = (0, 1, 10, 11, 20, 99, 100, 101, 110, 1001)
    assert " ".join(formatted(value, format_) for value in values) == printed


def test_letters_repeat_and_great_numbers_stay_digits() -> None:
    assert [formatted(n, "upperLetter") for n in (1, 26, 27, 53)] == ["A", "Z", "AA", "AAA"]
    assert formatted(2_000_000_000, "lowerRoman") == "2000000000"


# --- tables -----------------------------------------------------------------------------------


def test_spans_and_merges_give_grid_positions() -> None:
    rows = [
        tr(tc("甲", DOWN), tc("乙", SPAN), tc("丙")),
        tr(tc("", ON), "丁", "戊", "己"),
        tr("庚", "辛"),
        tr("壬", "癸", properties='<w:gridBefore w:val="2"/><w:gridAfter w:val="0"/>'),
    ]
    (table,) = opened(tbl(*rows)).tables()
    assert grid(table) == [
        ("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 2), ("丙", 0, 3, 1, 1),
        ("丁", 1, 1, 1, 1), ("戊", 1, 2, 1, 1), ("己", 1, 3, 1, 1),
        ("庚", 2, 0, 1, 1), ("辛", 2, 1, 1, 1),
        ("壬", 3, 2, 1, 1), ("癸", 3, 3, 1, 1),
    ]  # fmt: skip


def test_merges_without_a_beginning_or_of_another_width_are_cells_of_their_own() -> None:
    rows = [tr(tc("甲", ON), tc("乙", SPAN + DOWN)), tr("丙", tc("丁", ON)), tr(tc("戊", ON))]
    (table,) = opened(tbl(*rows)).tables()
    assert grid(table) == [
        ("甲", 0, 0, 1, 1), ("乙", 0, 1, 1, 2), ("丙", 1, 0, 1, 1), ("丁", 1, 1, 1, 1), ("戊", 2, 0, 1, 1),
    ]  # fmt: skip


def test_old_horizontal_merges() -> None:
    first, on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    rows = [
        tr(tc("甲", first + DOWN), tc("", on + DOWN), "乙"),
        tr(tc("", first + ON), tc("", on + ON), "丙"),
    ]
    (table,) = opened(tbl(*rows)).tables()
    assert grid(table) == [("甲", 0, 0, 2, 2), ("乙", 0, 2, 1, 1), ("丙", 1, 2, 1, 1)]


def test_paragraphs_of_a_cell_are_lines_without_blank_ends() -> None:
    row = tr(
        tc(par() + par("甲") + par() + par("乙") + par()),
        tc(par("丙", "<w:rPr><w:del/></w:rPr>") + par("丁")),
    )
    assert texts(opened(tbl(row))) == [["甲\n\n乙", "丙丁"]]
    assert texts(opened(tbl(tr("甲", tc("去", "<w:cellDel/>"), "乙")))) == [["甲", "乙"]]


def test_nested_tables_follow_the_outer_one() -> None:
    inner = tbl(tr(tc(tbl(tr("丁")) + par("丙"))))
    document = opened(tbl(tr(tc(par("甲") + inner + par()), "乙")) + par("戊"))
    assert texts(document) == [["甲", "乙"], ["丙"], ["丁"], "戊"]
    assert [block.place.paragraph for block in document.blocks] == [1, 1, 1, 2]


def test_huge_and_hostile_tables_stay_bounded() -> None:
    down = tr(tc("", ON), tc("甲"))
    (table,) = opened(tbl(tr(tc("首", DOWN), "甲"), down * 9999)).tables()
    assert (table.cells[0].rowspan, len(table.cells)) == (10_000, 10_001)
    wide = opened(tbl(tr(*[tc("甲", '<w:gridSpan w:val="999999999"/>')] * 3)))
    assert [cell.colspan for table in wide.tables() for cell in table.cells] == [256]
    assert wide.notes == ["有表格超过256列，超出的列没有读取；请拆分表格后再检查。"]
    deep = par("甲")
    for _ in range(80):
        deep = tbl(tr(tc(deep)))
    assert len(opened(deep).blocks) == 80
    for _ in range(20):
        deep = tbl(tr(tc(deep)))
    with pytest.raises(UnreadableError, match="已损坏"):
        opened(deep)


# --- other parts ------------------------------------------------------------------------------


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    box = f"<w:txbxContent>{par('框') + tbl(tr('表'))}</w:txbxContent>"
    drawing = f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
    picture = f"<w:pict><v:textbox>{box}</v:textbox></w:pict>"
    both = f"<mc:Choice>{drawing}</mc:Choice><mc:Fallback>{picture}</mc:Fallback>"
    both = f"<mc:AlternateContent>{both}</mc:AlternateContent>"
    document = opened(
        par(run("甲") + f"<w:r>{both}</w:r>")
        + par(f"<w:r>{picture}</w:r>")
        + tbl(tr(tc(par(f"<w:r>{both}</w:r>"))))
    )
    assert texts(document) == ["甲", "框", ["表"], "框", ["表"], [""], "框", ["表"]]
    assert [block.place.paragraph for block in document.blocks] == [1, 1, 1, 2, 2, 3, 3, 3]
    nested = f"<w:txbxContent>{par(run('外') + f'<w:r>{picture}</w:r>')}</w:txbxContent>"
    assert texts(opened(par(f"<w:r><w:pict>{nested}</w:pict></w:r>"))) == ["外", "框", ["表"]]


def test_notes_come_last_and_headers_apart() -> None:
    notes = f'<w:footnote w:type="separator">{par("线")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{par("脚注")}</w:footnote>'
    parts: dict[str, str | bytes] = {
        "footnotes.xml": notes,
        "endnotes.xml": f'<w:endnote w:id="2">{par("尾注")}</w:endnote>',
        "header1.xml": par("页眉") + tbl(tr("左", "")),
        "footer1.xml": par("第1页"),
        "comments.xml": f"<w:comment>{par('批注')}</w:comment>",
    }
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    document = opened(par("甲") + par(run("乙") + reference), parts)
    assert texts(document) == ["甲", "乙", "脚注", "尾注"]
    assert [block.place.paragraph for block in document.blocks] == [1, 2, 2, None]
    assert [paragraph.text for paragraph in document.furniture] == ["页眉", "左", "第1页"]
    assert document.furniture[0].segments[0].place.part == "word/header1.xml"


def test_notes_name_what_was_not_read() -> None:
    parts: dict[str, str | bytes] = {
        "vbaProject.bin": b"\0",
        "embeddings/oleObject1.bin": b"\0",
        "embeddings/Sheet.xlsx": b"\0",
    }
    document = opened(par("甲") + '<w:altChunk r:id="a"/>', parts)
    assert [note[:8] for note in document.notes] == ["文档带有宏；宏没", "文档中嵌有2个对", "文档中有1处由外"]


def test_the_main_part_is_found_by_relationship_or_type() -> None:
    assert texts(read(Path("a"), docx(par("甲"), main="word/document2.xml"), "")) == ["甲"]
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = f'<Override PartName="/文/正文.xml" ContentType="{kind}"/>'
    assert texts(read(Path("a"), docx(par("甲"), main="文/正文.xml", types=types), "")) == ["甲"]


def test_strict_documents_are_read_like_others() -> None:
    strict = {
        W: "http://purl.oclc.org/ooxml/wordprocessingml/main",
        f"{OFFICE}/math": "http://purl.oclc.org/ooxml/officeDocument/math",
        f"{OFFICE}/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    body = (
        par("甲", '<w:pStyle w:val="2"/>') + tbl(tr(tc("乙", SPAN))) + par("<m:oMath><m:t>x</m:t></m:oMath>")
    )
    whole = docx(body, {"styles.xml": STYLES})
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for usual, other in strict.items():
                text = text.replace(usual, other)
            new.writestr(name, text)
    assert read(Path("a"), data.getvalue(), "").blocks == read(Path("a"), whole, "").blocks


# --- bad files --------------------------------------------------------------------------------


def test_what_cannot_be_read_says_why() -> None:
    with pytest.raises(UnreadableError, match="只有图片"):
        opened(par("<w:r><w:drawing/></w:r>"))
    with pytest.raises(UnreadableError, match="没有文字"):
        opened(par())
    for data in (docx("", document="workbook"), docx("", main="word/other.xml", types=" ")):
        with pytest.raises(UnreadableError, match="不是完整的Word文档"):
            read(Path("a"), data, "")
    with pytest.raises(UnreadableError, match="已损坏"):
        read(Path("a"), docx(par("甲"))[:-30], "")
    with pytest.raises(UnreadableError, match="已损坏"):
        opened("<w:p>")


def test_mutated_files_are_read_or_refused() -> None:
    body = (
        par("甲", '<w:pStyle w:val="1"/>')
        + numbered()
        + tbl(tr(tc("乙", SPAN + DOWN)), tr(tc("丙", SPAN + ON)))
    )
    parts: dict[str, str | bytes] = {"styles.xml": STYLES, "numbering.xml": OUTLINE + instance(1, 0)}
    whole = docx(body, parts)
    chance = random.Random(1)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(UnreadableError):
            read(Path("a"), bytes(data[: chance.choice([None, None, chance.randrange(len(data))])]), "")


def test_shuffled_markup_is_read_or_refused() -> None:
    """The same parts with elements missing, doubled or elsewhere, in packages that are whole."""
    body = (
        par("甲", '<w:pStyle w:val="1"/>')
        + numbered()
        + tbl(tr(tc("乙", SPAN + DOWN), tc(tbl(tr("丙")) + par())), tr(tc("丁", SPAN + ON)))
        + par(f"<w:r><w:pict><w:txbxContent>{par('戊')}</w:txbxContent></w:pict></w:r>")
    )
    pieces = re.findall(r"<[^>]*>|[^<]+", body)
    lists = re.findall(r"<[^>]*>|[^<]+", OUTLINE + instance(1, 0))
    chance = random.Random(2)
    for _ in range(500):
        for series in (shuffled := list(pieces), numbering := list(lists)):
            for _ in range(chance.randint(0, 2)):
                closed = [i for i, piece in enumerate(series) if piece.endswith("/>") or piece[0] != "<"]
                piece = series.pop(chance.choice(closed))
                for _ in range(chance.randint(0, 2)):
                    series.insert(chance.randrange(1, len(series)), piece)
        with suppress(UnreadableError):
            opened("".join(shuffled), {"styles.xml": STYLES, "numbering.xml": "".join(numbering)})


@pytest.mark.parametrize("value", ["", "-1", "x", "9" * 30, "１"])
def test_odd_values_of_attributes_do_no_harm(value: str) -> None:
    body = (
        par("甲", f'<w:pStyle w:val="{value}"/><w:outlineLvl w:val="{value}"/>')
        + par("甲", f'<w:numPr><w:ilvl w:val="{value}"/><w:numId w:val="1"/></w:numPr>')
        + tbl(tr(tc("乙", f'<w:gridSpan w:val="{value}"/>'), properties=f'<w:gridBefore w:val="{value}"/>'))
    )
    lists = definition(
        0, level(0, "decimal", "%1").replace('"1"/><w:numFmt', f'"{value}"/><w:numFmt')
    ) + instance(1, 0)
    document = opened(body, {"styles.xml": STYLES, "numbering.xml": lists})
    assert texts(document) == ["甲", "甲", ["乙"]]
