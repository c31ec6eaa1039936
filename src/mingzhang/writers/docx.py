"""Writes Word files: styled paragraphs and fully ruled tables that anyone can go on editing.

The *caption* of a table is the run of at most four short paragraphs right before it (title, 部门,
公开表号, 单位). A table of more than eight columns stands with its caption and notes in a landscape
section. Fonts are named, not embedded. Output is deterministic: the same document gives the same
bytes.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from mingzhang.documents import Block, Cell, Document, Paragraph, Picture, Table, squash

_LANDSCAPE_FROM = 9
_CAPTION_PARAGRAPHS = 4
_CAPTION_LENGTH = 60
_LEVELS = 9
_PAGE = (11906, 16838)  # A4 in twentieths of a point
_MARGIN = 1134
_COLUMN_LETTERS = (4, 30)  # the narrowest and the widest column, in half-width characters
_LETTER = 90  # the width of one in a table

_NOTE = re.compile(r"(注|备注|说明|附注)(\d|[一二三四五六七八九十])?[:.、]|\d\.")
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SEPARATOR = '<w:p><w:pPr><w:pStyle w:val="Separator"/></w:pPr></w:p>'
_EMPTY_CELL = '<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr></w:p>'


def write(document: Document) -> bytes:
    """The document as a .docx file."""
    sections = list(_sections(document.blocks))
    body = "".join(
        _section(section, last=index == len(sections) - 1) for index, section in enumerate(sections)
    )
    parts = _PARTS | {"word/document.xml": f"<w:document {_NAMESPACE}><w:body>{body}</w:body></w:document>"}
    return packed({name: (_DECLARATION + content).encode() for name, content in parts.items()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A Word file of its parts; equal parts give equal bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name)  # of 1980
            member.create_system = 0
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return data.getvalue()


# --- sections ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Section:
    """Blocks on pages of one orientation; each paragraph with its style."""

    landscape: bool = False
    blocks: list[tuple[Paragraph | Table, str]] = field(default_factory=list)


def _sections(blocks: list[Block]) -> Iterator[_Section]:
    """The blocks cut by the rule in the docstring of this module; the last section may be empty."""
    section = _Section()
    after_table = False
    for block in blocks:
        if isinstance(block, Picture):
            block = Paragraph(block.text, block.place)
        if isinstance(block, Table):
            caption = _take_caption(section.blocks)
            landscape = _width(block) >= _LANDSCAPE_FROM
            if section.blocks and (landscape or section.landscape):
                yield section
                section = _Section()
            section.landscape = landscape
            section.blocks += caption
            section.blocks.append((block, ""))
        else:
            note = after_table and not block.level and _NOTE.match(squash(block.text)) is not None
            if section.landscape and not note and any(isinstance(b, Table) for b, _ in section.blocks[-1:]):
                yield section
                section = _Section()
            section.blocks.append((block, "TableText" if note else _style(block)))
        after_table = isinstance(block, Table)
    yield section


def _take_caption(blocks: list[tuple[Paragraph | Table, str]]) -> list[tuple[Paragraph, str]]:
    """Removes the caption of the following table from the end of ``blocks``."""
    caption: list[tuple[Paragraph, str]] = []
    while blocks and len(caption) < _CAPTION_PARAGRAPHS:
        block, style = blocks[-1]
        if not isinstance(block, Paragraph) or style == "TableText" or not _is_caption(block):
            break
        caption.append((block, "TableText"))
        blocks.pop()
    caption.reverse()
    if caption and squash(caption[0][0].text).endswith("表"):
        caption[0] = caption[0][0], "TableTitle"
    return caption


def _is_caption(paragraph: Paragraph) -> bool:
    text = squash(paragraph.text)
    return len(text) <= _CAPTION_LENGTH and not paragraph.level and not text.endswith(("。", "；", ";"))


def _style(paragraph: Paragraph) -> str:
    return f"Heading{min(paragraph.level, _LEVELS)}" if paragraph.level > 0 else ""


def _section(section: _Section, *, last: bool) -> str:
    wide, high = _PAGE[::-1] if section.landscape else _PAGE
    turned = ' w:orient="landscape"' if section.landscape else ""
    margins = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    properties = (
        f'<w:sectPr><w:pgSz w:w="{wide}" w:h="{high}"{turned}/>'
        f'<w:pgMar {margins} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    blocks: list[str] = []
    after_table = False
    for block, style in section.blocks:
        if isinstance(block, Table):
            blocks += [_SEPARATOR] * after_table  # without it Word makes one table of two
            blocks.append(_table(block, wide - 2 * _MARGIN))
        else:
            blocks.append(_paragraph(block, style))
        after_table = isinstance(block, Table)
    if not last:
        blocks.append(f'<w:p><w:pPr><w:pStyle w:val="Separator"/>{properties}</w:pPr></w:p>')
    elif after_table:
        blocks.append(_SEPARATOR)
    return "".join(blocks) + (properties if last else "")


# --- text -------------------------------------------------------------------------------------


def _paragraph(paragraph: Paragraph, style: str) -> str:
    marker = paragraph.marker
    if marker and marker.isascii() and paragraph.text:
        marker += " "
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    lines = "<w:r><w:br/></w:r>".join(_run(line) for line in _lines(marker + paragraph.text))
    return f"<w:p>{properties}{lines}</w:p>"


def _lines(text: str) -> list[str]:
    return _LINE_END.split(_ILLEGAL.sub("", text))


def _run(line: str) -> str:
    if not line:
        return ""
    text = escape(line).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


# --- tables -----------------------------------------------------------------------------------


def _width(table: Table) -> int:
    return max((cell.column + cell.colspan for cell in table.cells), default=0)


def _table(table: Table, width: int) -> str:
    """The table over the whole text width; cells go on downwards as Word wants them, row by row."""
    if not table.cells:
        return ""
    widths = _column_widths(table, width)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    rows = table.rows()
    height = max(cell.row + cell.rowspan for cell in table.cells)
    parts = [_TABLE_PROPERTIES.format(width), f"<w:tblGrid>{grid}</w:tblGrid>"]
    above: list[Cell] = []
    for number in range(height):
        own = rows[number] if number < len(rows) else []
        cells = sorted([*above, *own], key=lambda cell: cell.column)
        parts.append(_row(cells, number, widths))
        above = [cell for cell in cells if cell.row + cell.rowspan > number + 1]
    return f"<w:tbl>{''.join(parts)}</w:tbl>"


def _row(cells: list[Cell], number: int, widths: list[int]) -> str:
    parts: list[str] = []
    before = after = ""
    column = 0
    for cell in cells:
        if cell.column > column and not parts:
            before = f'<w:gridBefore w:val="{cell.column}"/>'
        elif cell.column > column:
            parts.append(_cell(None, sum(widths[column : cell.column]), cell.column - column))
        column = max(column, cell.column)
        extent = sum(widths[column : column + cell.colspan])
        parts.append(_cell(cell, extent, cell.colspan, starts=cell.row == number))
        column += cell.colspan
    if not cells:
        parts.append(_cell(None, sum(widths), len(widths)))
    elif column < len(widths):
        after = f'<w:gridAfter w:val="{len(widths) - column}"/>'
    properties = f"<w:trPr>{before}{after}</w:trPr>" if before or after else ""
    return f"<w:tr>{properties}{''.join(parts)}</w:tr>"


def _cell(cell: Cell | None, width: int, span: int, *, starts: bool = True) -> str:
    """One cell of a row; of a cell merged downwards the text stands where it ``starts``."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merge = ""
    if cell is not None and cell.rowspan > 1:
        merge = '<w:vMerge w:val="restart"/>' if starts else "<w:vMerge/>"
    text = _cell_text(cell.text) if cell is not None and starts else _EMPTY_CELL
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merge}</w:tcPr>{text}</w:tc>'


def _cell_text(text: str) -> str:
    if not text:
        return _EMPTY_CELL
    right = '<w:jc w:val="right"/>' if _NUMBER.fullmatch(text.strip()) else ""
    start = f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{right}</w:pPr>'
    return "".join(f"{start}{_run(line)}</w:p>" for line in _lines(text))


def _column_widths(table: Table, width: int) -> list[int]:
    """Divides ``width`` by the longest line of each column, within bounds."""
    least, most = _COLUMN_LETTERS
    letters = [least] * _width(table)
    for cell in table.cells:
        if cell.colspan == 1 and letters[cell.column] < most:
            longest = max(map(_letters, _lines(cell.text[:500]))) + 3
            letters[cell.column] = min(most, max(letters[cell.column], longest))
    while most > least and sum(letters) * _LETTER > width:
        most -= 1
        letters = [min(each, most) for each in letters]
    return [width * each // sum(letters) for each in letters]


def _letters(line: str) -> int:
    """The width of a line in half-width characters."""
    return len(line) + (0 if line.isascii() else sum(unicodedata.east_asian_width(c) in "WFA" for c in line))


# --- the parts that are always the same -------------------------------------------------------

_TABLE_PROPERTIES = (
    '<w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
    '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _style_part(style_id: str, name: str, paragraph: str, run: str, more: str = "") -> str:
    based = '<w:basedOn w:val="Normal"/>' if style_id != "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"{more}><w:name w:val="{name}"/>'
        f"{based}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int) -> str:
    size = (36, 32, 30)[min(level, 3) - 1]
    return _style_part(
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/><w:spacing w:before="120" w:after="120"/><w:ind w:firstLine="0" w:firstLineChars="0"/>'
        f'<w:outlineLvl w:val="{level - 1}"/>',
        f'{_fonts("黑体")}<w:sz w:val="{size}"/>',
    )


_UNINDENTED = '<w:spacing w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0" w:firstLineChars="0"/>'
_STYLES = (
    f"<w:styles {_NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts('仿宋')}"
    '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    "</w:docDefaults>"
    + _style_part(
        "Normal",
        "Normal",
        '<w:spacing w:line="360" w:lineRule="auto"/><w:ind w:firstLine="560" w:firstLineChars="200"/>',
        "",
        ' w:default="1"',
    )
    + "".join(_heading(level) for level in range(1, _LEVELS + 1))
    + _style_part("TableText", "Table Text", _UNINDENTED, f'{_fonts("宋体")}<w:sz w:val="18"/>')
    + _style_part(
        "TableTitle",
        "Table Title",
        f'<w:keepNext/>{_UNINDENTED}<w:jc w:val="center"/>',
        f'{_fonts("宋体")}<w:b/><w:sz w:val="28"/>',
    )
    + _style_part(
        "Separator",
        "Separator",
        '<w:spacing w:line="20" w:lineRule="exact"/><w:ind w:firstLine="0" w:firstLineChars="0"/>',
        '<w:sz w:val="2"/>',
    )
    + "</w:styles>"
)
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_OFFICE}.settings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    "</Relationships>",
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/settings" Target="settings.xml"/></Relationships>',
    "word/settings.xml": f"<w:settings {_NAMESPACE}><w:compat>"
    '<w:compatSetting w:name="compatibilityMode" w:val="15" '
    'w:uri="http://schemas.microsoft.com/office/word"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>',
    "word/styles.xml": _STYLES,
}
