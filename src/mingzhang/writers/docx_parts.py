"""The parts of a Word file that are the same for every document: styles, fonts, running heads and feet."""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import escape

LEVELS = 9
TABLE_SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
"""The sizes of type in tables, the usual one first; each is a style."""
COVER_ABOVE = '<w:spacing w:before="3400"/>'
"""What stands above the first line of the title page."""

_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{_RELATIONS}"'
_PAGE = (11906, 16838)  # A4 in twentieths of a point
_MARGINS = (
    {"top": 2098, "right": 1474, "bottom": 1984, "left": 1588},  # as GB/T 9704 has them
    {"top": 1417, "right": 1134, "bottom": 1134, "left": 1134},
)
_FONTS = {
    "仿宋": "仿宋_GB2312,FangSong,STFangsong",
    "黑体": "SimHei,STHeiti",
    "宋体": "SimSun,STSong",
}
"""The fonts of official documents, each with what stands in for it where it is missing."""


class Page(NamedTuple):
    """The set-up of a section's pages."""

    landscape: bool
    first: bool
    covered: bool
    banner: bool

    @property
    def width(self) -> int:
        """Of the text."""
        margins = _MARGINS[self.landscape]
        return _PAGE[self.landscape] - margins["left"] - margins["right"]

    @property
    def height(self) -> int:
        """Of the text."""
        margins = _MARGINS[self.landscape]
        return _PAGE[not self.landscape] - margins["top"] - margins["bottom"]

    @property
    def properties(self) -> str:
        """The section's properties; running heads and feet go on from the first section."""
        wide, high = _PAGE[::-1] if self.landscape else _PAGE
        turned = ' w:orient="landscape"' if self.landscape else ""
        margins = " ".join(f'w:{side}="{size}"' for side, size in _MARGINS[self.landscape].items())
        references = ""
        if self.first:
            kinds = ("default", "first") if self.covered else ("default",)
            if self.banner:
                references = "".join(f'<w:headerReference w:type="{kind}" r:id="rId5"/>' for kind in kinds)
            references += '<w:footerReference w:type="default" r:id="rId4"/>'
        return (
            f'<w:sectPr>{references}<w:pgSz w:w="{wide}" w:h="{high}"{turned}/>'
            f'<w:pgMar {margins} w:header="794" w:footer="794" w:gutter="0"/>'
            f"{'<w:titlePg/>' if self.covered else ''}</w:sectPr>"
        )


def parts_of(title: str, author: str, banner: str, *, contents: bool) -> dict[str, str]:
    """All parts but the document itself, each without its XML declaration.

    With ``contents`` Word is asked to fill in their page numbers, which only it can know, when it opens it.
    """
    parts = dict(_PARTS)
    if contents:
        parts["word/settings.xml"] = parts["word/settings.xml"].replace("<w:compat>", f"{_UPDATE}<w:compat>")
    parts["docProps/core.xml"] = _CORE.format(escape(title), escape(author))
    header = f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:t>{escape(banner)}</w:t></w:r></w:p>'
    parts["word/header1.xml"] = f"<w:hdr {WORD}>{header}</w:hdr>"
    return parts


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:g}"/><w:szCs w:val="{points * 2:g}"/>'


def _style(
    style_id: str, name: str, paragraph: str, run: str, *, more: str = "", based: str = "Normal"
) -> str:
    base = f'<w:basedOn w:val="{based}"/>' if style_id != "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"{more}><w:name w:val="{name}"/>'
        f"{base}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_BODY = '<w:spacing w:line="560" w:lineRule="exact"/>'
_SINGLE = '<w:spacing w:before="{0}" w:after="{0}" w:line="240" w:lineRule="auto"/>'
_FLUSH = '<w:ind w:firstLine="0" w:firstLineChars="0"/>'
_CENTRED = '<w:jc w:val="center"/>'
_RUNNING = _SINGLE.format(0) + _FLUSH + _CENTRED


def _heading(level: int) -> str:
    look = (
        f"{_fonts('黑体')}{_size(18)}", f"{_fonts('黑体')}{_size(16)}", f"{_fonts('仿宋')}<w:b/>{_size(16)}",
    )[min(level, 3) - 1]  # fmt: skip
    place = _FLUSH + _CENTRED if level == 1 else ""
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    return _style(f"Heading{level}", f"heading {level}", f"<w:keepNext/>{_BODY}{place}{outline}", look)


def _entry(level: int) -> str:
    indent = f'<w:ind w:left="{(level - 1) * 420}" w:firstLine="0" w:firstLineChars="0"/>'
    width = Page(landscape=False, first=False, covered=False, banner=False).width
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>'
    return _style(f"TOC{level}", f"toc {level}", tabs + _SINGLE.format(60) + indent, _size(14))


_STYLES = (
    f"<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts('仿宋')}"
    f'{_size(16)}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    + _style(
        "Normal", "Normal", _BODY + '<w:ind w:firstLine="640" w:firstLineChars="200"/>', "",
        more=' w:default="1"',
    )
    + "".join(map(_heading, range(1, LEVELS + 1)))
    + "".join(map(_entry, range(1, LEVELS + 1)))
    + _style("Title", "Title", _SINGLE.format(240) + _FLUSH + _CENTRED, _fonts("宋体") + _size(26))
    + _style(
        "ContentsTitle", "Contents Title", _SINGLE.format(240) + _FLUSH + _CENTRED, _fonts("黑体") + _size(18)
    )
    + _style("TableText", "Table Text", _SINGLE.format(0) + _FLUSH, _fonts("宋体") + _size(TABLE_SIZES[0]))
    + "".join(
        _style(f"TableText{size:g}", f"Table Text {size:g}", "", _size(size), based="TableText")
        for size in TABLE_SIZES[1:]
    )
    + _style("TableLabel", "Table Label", "<w:keepNext/>", "", based="TableText")
    + _style(
        "TableTitle", "Table Title", f"<w:keepNext/>{_SINGLE.format(60)}{_CENTRED}",
        f"<w:b/>{_size(14)}", based="TableText",
    )
    + _style("Header", "header", _RUNNING, '<w:color w:val="A00000"/>' + _size(9))
    + _style("Footer", "footer", _RUNNING, _fonts("宋体") + _size(12))
    + _style("Separator", "Separator", f'<w:spacing w:line="20" w:lineRule="exact"/>{_FLUSH}', _size(1))
    + "</w:styles>"
)  # fmt: skip
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_UPDATE = '<w:updateFields w:val="true"/>'
_FOOTER = (
    f'<w:ftr {WORD}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
    + _FIELD.format("begin")
    + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    + _FIELD.format("separate")
    + "<w:r><w:t>1</w:t></w:r>"
    + _FIELD.format("end")
    + '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
)
_FONT_TABLE = (
    f"<w:fonts {WORD}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in _FONTS.items()
    )
    + "</w:fonts>"
)
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>'
    "<dc:language>zh-CN</dc:language></cp:coreProperties>"
)
_KINDS = {
    "document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable",
    "footer1": "footer", "header1": "header",
}  # fmt: skip
_RELATED = {"styles": "styles", "settings": "settings", "fontTable": "fontTable", "footer": "footer1",
            "header": "header1"}  # fmt: skip
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for name, kind in _KINDS.items()
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{name}.xml"/>'
        for number, (kind, name) in enumerate(_RELATED.items(), 1)
    )
    + "</Relationships>",
    "word/settings.xml": f"<w:settings {WORD}><w:compat>"
    '<w:compatSetting w:name="compatibilityMode" w:val="15" '
    'w:uri="http://schemas.microsoft.com/office/word"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>',
    "word/styles.xml": _STYLES,
    "word/fontTable.xml": _FONT_TABLE,
    "word/footer1.xml": _FOOTER,
}
