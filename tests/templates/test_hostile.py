"""Templates are untrusted: what runs, fetches or links is refused with its place, and nothing is written."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from made import R, paragraph, parts, row, run, saved, table, word
from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.templates import apart
from mingzhang.templates.answers import Column, Said
from mingzhang.templates.found import text_faults
from mingzhang.writers.docx import packed

_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_DOCM = "application/vnd.ms-word.document.macroEnabled.main+xml"
_EVIL = "http://example.invalid/x"


def field(*pieces: str) -> str:
    code = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return _FIELD.format("begin") + code + _FIELD.format("separate") + run("x") + _FIELD.format("end")


def link(kind: str, target: str) -> str:
    return f'<Relationship Id="rId7" Type="{R}/{kind}" Target="{target}" TargetMode="External"/>'


def xlsx(*extra: tuple[str, str], formula: str = "", text: str = "{{年度}}") -> bytes:
    """The smallest workbook, with further parts."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    cell = (
        f'<c r="A1"><f>{formula}</f></c>'
        if formula
        else f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{R}"><sheets><sheet name="甲" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship '
        f'Id="rId1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData><row r="1">{cell}</row>'
        "</sheetData></worksheet>",
        **dict(extra),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


HOSTILE = {
    "statements": (word(paragraph("{% for x in y %}{{年度}}{% endfor %}")), "不能有程序语句"),
    "statements cut into runs": (word(paragraph(run("{"), run("% if 1 %}"))), "不能有程序语句"),
    "attributes": (word(paragraph("{{ entity.__class__.__mro__ }}")), "不是名称"),
    "calls": (word(paragraph("{{ cycler['x'] }}")), "不是名称"),
    "filters": (word(paragraph("{{ 年度|upper }}")), "不是名称"),
    "arithmetic": (word(paragraph("{{ 1+1 }}")), "不是名称"),
    "open braces": (word(paragraph("{{单位名称")), "花括号不成对"),
    "in a header": (word(paragraph("a"), header=paragraph("{% x %}")), "页眉"),
    "dde": (word(paragraph(field("DDE", 'AUTO c:\\\\x "a"'))), "DDEAUTO"),
    "includetext": (word(paragraph(field("INCLUDE", "TEXT ", "c:\\\\x.docx"))), "INCLUDETEXT"),
    "a simple field": (word('<w:p><w:fldSimple w:instr="INCLUDEPICTURE x"/></w:p>'), "INCLUDEPICTURE"),
    "a macro button": (word(paragraph(field("MACROBUTTON x y"))), "MACROBUTTON"),
    "a field in a field": (word(paragraph(field("PAGE") + field("IF ") + field("LINK x"))), "IF"),
    "a link to a file": (word(paragraph(field('HYPERLINK "file:///etc/passwd"'))), "HYPERLINK"),
    "a remote template": (word(paragraph("a"), links=link("attachedTemplate", _EVIL)), "附加的模板"),
    "a remote picture": (word(paragraph("a"), links=link("image", _EVIL)), "外部链接（image）"),
    "a chunk": (word('<w:altChunk r:id="rId3"/>'), "另一个文件"),
    "macros": (word(paragraph("a"), more={"word/vbaProject.bin": b"x"}), "宏"),
    "the type of macros": (word(paragraph("a"), content_type=_DOCM), "带宏"),
    "an embedded object": (word(paragraph("a"), more={"word/embeddings/oleObject1.bin": b"x"}), "嵌入的对象"),
    "a doctype": (word(paragraph("a"), more={"word/styles.xml": b"<!DOCTYPE x []><x/>"}), "DOCTYPE"),
    "a bomb": (word(paragraph("a"), more={"word/settings.xml": b" " * 90_000_000}), "过大"),
    "many elements": (word("<w:p/>" * 400_001), "内容过多"),
    "not a package": (b"PK\x03\x04 broken", "损坏"),
    "an old file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧格式"),
    "text": ("单位名称".encode(), "只能是Word"),
    "excel: linked workbooks": (xlsx(("xl/externalLinks/externalLink1.xml", "<x/>")), "外部链接"),
    "excel: macro sheets": (xlsx(("xl/macrosheets/sheet1.xml", "<x/>")), "宏"),
    "excel: connections": (xlsx(("xl/connections.xml", "<x/>")), "外部数据连接"),
    "excel: web service": (xlsx(formula='WEBSERVICE("http://example.invalid")'), "WEBSERVICE"),
    "excel: dde": (xlsx(formula="cmd|'/c calc'!A0"), "公式"),
    "excel: statements": (xlsx(text="{% x %}"), "工作表“甲”A1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused(name: str, project: Path, tmp_path: Path) -> None:
    data, message = HOSTILE[name]
    path = saved(tmp_path, data)
    with pytest.raises(UnreadableError) as raised:
        api.compose(project, template=path, output=tmp_path / "out", as_draft=True)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_ordinary_fields_and_links_are_not(project: Path, tmp_path: Path) -> None:
    ordinary = field("PAGE"), field(' TOC \\o "1-3" '), field('HYPERLINK "https://example.invalid"')
    template = word(
        paragraph("{{年度}}"), *map(paragraph, ordinary), links=link("hyperlink", "https://example.invalid")
    )
    assert api.check_template(saved(tmp_path, template)).faults == []
    assert api.check_template(saved(tmp_path, xlsx(), "a.xlsx")).faults == []


def test_a_process_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LIMITS", apart.LIMITS._replace(seconds=0.001))
    with pytest.raises(UnreadableError, match="意外终止"):
        api.check_template(saved(tmp_path, word(paragraph("{{年度}}"))))


def test_parts_that_do_not_fit_together_are_damage(project: Path, tmp_path: Path) -> None:
    """Elements and attributes taken away at random: filled, or refused with a message."""
    chance = random.Random(7)
    body = paragraph("{{年度}}"), table(row("{{行:支出决算表/科目编码}}")), paragraph("{{表:支出决算表}}")
    opener = apart.Opener()
    known: frozenset[str] = frozenset()
    ends = set()
    for number in range(60):
        old = parts(xlsx() if number % 2 else word(*body, header=paragraph("a")))
        name = chance.choice(list(old))
        root = etree.fromstring(old[name])
        element = chance.choice(list(root.iter()))
        parent = element.getparent()
        if element.attrib and chance.random() < 0.5:
            del element.attrib[chance.choice(list(element.attrib))]
        elif parent is not None:
            parent.remove(element)
        data = packed({**old, name: etree.tostring(root)})
        try:
            found = opener("read", data, known)
            rows = Column("expenditure_by_function", ("1", "2"), False)
            given = {s.text: rows if "行" in s.text else Said(("x",)) for s in found.spots}
            ends.add(bool(opener("fill", data, known, given, "草稿")))
        except UnreadableError as error:
            ends.add(str(error)[:2])
    assert len(ends) > 1


def test_placeholders_out_of_reach_are_told(tmp_path: Path) -> None:
    path = saved(tmp_path, xlsx(("xl/drawings/drawing1.xml", "<a><b>{{</b><b>年度}}</b></a>")))
    assert "图形、图表和批注里的占位不能填写" in api.check_template(path).faults[0]


def test_single_braces_are_text() -> None:
    assert list(text_faults("集合{1，2}｛3｝", "正文")) == []


@pytest.mark.parametrize("text", ["｛｛年度｝｝", "{｛年度}}", "{{年度}｝"])
def test_full_width_braces_are_told(text: str) -> None:
    (told,) = text_faults(f"本年{text}", "正文第3段")
    assert told == f"正文第3段“{text}”的花括号是全角的（中文输入法），认不出来；请改为半角的{{{{年度}}}}。"


def test_full_width_braces_that_do_not_pair_are_told() -> None:
    (told,) = text_faults("本年｛｛年度｝", "正文")
    assert "花括号不成对" in told
