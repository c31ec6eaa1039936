"""Writes Word files: styled paragraphs and fully ruled tables that anyone can go on editing.

Headings are headings, the contents a field that Word can update, header rows are repeated on each
page, wide tables stand in landscape sections. Fonts are named, not embedded. Output is
deterministic: the same document gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from mingzhang.documents import Cell, Document, Paragraph, Picture, Table
from mingzhang.writers import layout
from mingzhang.writers.docx_parts import COVER_ABOVE, LEVELS, TABLE_SIZES, WORD, Page, parts_of

_LETTER = 12.8  # twentieths of a point: a digit of one point in the broadest font that may stand in
_PADDING = 130
_ROW = 29.0  # twentieths of a point: a row of one point in the highest font that may stand in
_ABOVE = 1500  # for the title and the labels of a table
_READABLE = 8.0  # points: no smaller type for the looks alone
_HELPED = 1.2  # pages: what is longer takes two pages in smaller type as well
_LONG_CELL = 600  # characters: rows with more may be cut between pages
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES = {
    "cover": "Title", "contents": "ContentsTitle", "caption": "TableTitle", "label": "TableLabel",
    "note": "TableText",
}  # fmt: skip
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SEPARATOR = '<w:p><w:pPr><w:pStyle w:val="Separator"/></w:pPr></w:p>'
_TURN = '<w:p><w:pPr><w:pStyle w:val="Separator"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_INSTRUCTION = f' TOC \\o "1-{layout.CONTENTS_LEVELS}" \\h \\z \\u '
_CONTENTS = (
    _FIELD.format("begin")
    + f'<w:r><w:instrText xml:space="preserve">{_INSTRUCTION}</w:instrText></w:r>'
    + _FIELD.format("separate")
)


def write(document: Document) -> bytes:
    """The document as a .docx file."""
    writer = _Writer(document)
    opening = f"<w:document {WORD}><w:body>"
    contents = any(paragraph.role == "contents" for paragraph in document.paragraphs())
    named = _legal(document.title), _legal(document.author), _legal(document.banner)
    parts = parts_of(*named, contents=contents)
    parts["word/document.xml"] = f"{opening}{writer.body()}</w:body></w:document>"
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


@dataclass(slots=True)
class _Writer:
    """Writes the body; counts the headings, which the contents link to."""

    document: Document
    headings: int = 0
    _turn: bool = field(default=False, init=False)

    def body(self) -> str:
        """All sections."""
        sections = layout.sections(self.document) or [layout.Section()]
        first = sections[0].blocks[:1]
        covered = bool(first) and isinstance(first[0], Paragraph) and first[0].role == "cover"
        written = []
        for number, section in enumerate(sections):
            page = Page(section.landscape, number == 0, covered and number == 0, bool(self.document.banner))
            written.append(self._section(section, page, last=number == len(sections) - 1))
        return "".join(written)

    def _section(self, section: layout.Section, page: Page, *, last: bool) -> str:
        blocks: list[str] = []
        after_table = False
        cover = COVER_ABOVE
        for block, beside in layout.lined(section.blocks):
            if layout.is_break(block):
                self._turn = True
                continue
            if isinstance(block, Table):
                turned = self._turn
                self._turn = False
                blocks.append(
                    _TURN if turned else _SEPARATOR if after_table else ""
                )  # else Word joins tables
                blocks.append(_table(block, page))
            else:
                blocks += self._text(block, cover)
                if beside is not None:
                    blocks[-1] = _beside(blocks[-1], beside, page.width)
                cover = ""
            after_table = isinstance(block, Table)
        if not last:
            blocks.append(f'<w:p><w:pPr><w:pStyle w:val="Separator"/>{page.properties}</w:pPr></w:p>')
        elif after_table:
            blocks.append(_SEPARATOR)
        return "".join(blocks) + (page.properties if last else "")

    def _text(self, block: Paragraph | Picture, cover: str) -> Iterator[str]:
        if isinstance(block, Picture):
            block = Paragraph(block.text, block.place)
        yield self._paragraph(block, cover if block.role == "cover" else "")
        if block.role == "contents":
            yield from self._contents()

    def _paragraph(self, block: Paragraph, spacing: str) -> str:
        level = min(block.level, LEVELS)
        style = _STYLES.get(block.role) or (f"Heading{level}" if level else "")
        properties = f'<w:pStyle w:val="{style}"/>' if style else ""
        properties += "<w:pageBreakBefore/>" if self._turn else ""
        self._turn = False
        properties += spacing
        if block.role == "label" and (side := layout.side(block)) != "left":
            properties += f'<w:jc w:val="{side}"/>'
        if level and not style.startswith("Heading"):
            properties += f'<w:outlineLvl w:val="{level - 1}"/>'
        text = _runs(layout.marked(block), '<w:highlight w:val="yellow"/>' if block.role == "gap" else "")
        if level and block.text.strip():
            self.headings += 1
            mark = f'w:id="{self.headings}"'
            text = f'<w:bookmarkStart {mark} w:name="_Toc{self.headings}"/>{text}<w:bookmarkEnd {mark}/>'
        return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{text}</w:p>"

    def _contents(self) -> Iterator[str]:
        """The entries of the contents inside the field that Word updates them by."""
        headings = [p for p in self.document.paragraphs() if p.level and p.text.strip()]
        listed = layout.contents(self.document)
        entries = [(n, p) for n, p in enumerate(headings, 1) if any(p is entry for entry in listed)]
        for place, (number, heading) in enumerate(entries):
            start = _CONTENTS if place == 0 else ""
            end = _FIELD.format("end") if place == len(entries) - 1 else ""
            text = _runs(layout.marked(heading))
            yield (
                f'<w:p><w:pPr><w:pStyle w:val="TOC{heading.level}"/></w:pPr>{start}'
                f'<w:hyperlink w:anchor="_Toc{number}" w:history="1">{text}<w:r><w:tab/></w:r></w:hyperlink>'
                f"{end}</w:p>"
            )


def _beside(paragraph: str, label: Paragraph, width: int) -> str:
    """A label's paragraph with another label at the right end of its line."""
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs></w:pPr>'
    text = f"<w:r><w:tab/></w:r>{_runs(label.text)}</w:p>"
    return paragraph.replace("</w:pPr>", tabs, 1).removesuffix("</w:p>") + text


# --- text -------------------------------------------------------------------------------------


def _runs(text: str, properties: str = "") -> str:
    return "<w:r><w:br/></w:r>".join(_run(line, properties) for line in _lines(text))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _lines(text: str) -> list[str]:
    return layout.lines_of(_legal(text))


def _run(line: str, properties: str = "") -> str:
    if not line:
        return ""
    text = escape(line).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    styled = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{styled}<w:t xml:space="preserve">{text}</w:t></w:r>'


# --- tables -----------------------------------------------------------------------------------


def _table(table: Table, page: Page) -> str:
    """The table over the whole text width; cells go on downwards as Word wants them, row by row."""
    if not table.cells:
        return ""
    size, widths = _column_widths(table, page)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    rows = table.rows()
    parts = [_TABLE_PROPERTIES.format(page.width), f"<w:tblGrid>{grid}</w:tblGrid>"]
    above: list[Cell] = []
    heads, codes = layout.heads(table), layout.codes(table)
    for number in range(layout.height(table)):
        own = rows[number] if number < len(rows) else []
        cells = sorted([*above, *own], key=lambda cell: cell.column)
        parts.append(_row(cells, number, widths, _Look(size, number < heads, codes)))
        above = [cell for cell in cells if cell.row + cell.rowspan > number + 1]
    return f"<w:tbl>{''.join(parts)}</w:tbl>"


@dataclass(frozen=True, slots=True)
class _Look:
    """How the cells of a row are set."""

    size: float
    head: bool
    codes: frozenset[int]

    def paragraph(self, side: str = "") -> str:
        """The beginning of a paragraph in a cell."""
        style = "TableText" if self.size == TABLE_SIZES[0] else f"TableText{self.size:g}"
        turned = f'<w:jc w:val="{side}"/>' if side else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{turned}</w:pPr>'


def _row(cells: list[Cell], number: int, widths: list[int], look: _Look) -> str:
    parts: list[str] = []
    before = after = ""
    column = 0
    for cell in cells:
        if cell.column > column and not parts:
            before = f'<w:gridBefore w:val="{cell.column}"/>'
        elif cell.column > column:
            parts.append(_cell(None, sum(widths[column : cell.column]), cell.column - column, look))
        column = max(column, cell.column)
        extent = sum(widths[column : column + cell.colspan])
        parts.append(_cell(cell, extent, cell.colspan, look, starts=cell.row == number))
        column += cell.colspan
    if not cells:
        parts.append(_cell(None, sum(widths), len(widths), look))
    elif column < len(widths):
        after = f'<w:gridAfter w:val="{len(widths) - column}"/>'
    whole = "" if any(len(cell.text) > _LONG_CELL for cell in cells) else "<w:cantSplit/>"
    properties = before + after + whole + ("<w:tblHeader/>" if look.head else "")
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(parts)}</w:tr>"


def _cell(cell: Cell | None, width: int, span: int, look: _Look, *, starts: bool = True) -> str:
    """One cell of a row; of a cell merged downwards the text stands where it ``starts``."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merge = ""
    if cell is not None and cell.rowspan > 1:
        merge = '<w:vMerge w:val="restart"/>' if starts else "<w:vMerge/>"
    text = (
        _cell_text(cell, look) if cell is not None and starts and cell.text else f"{look.paragraph()}</w:p>"
    )
    middle = '<w:vAlign w:val="center"/>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{merge}{middle}</w:tcPr>{text}</w:tc>'


def _cell_text(cell: Cell, look: _Look) -> str:
    centred = look.head or cell.colspan > 1 or cell.rowspan > 1
    is_figure = layout.is_figure(cell.text) and cell.column not in look.codes
    start = look.paragraph("center" if centred else "right" if is_figure else "")
    return "".join(f"{start}{_run(line)}</w:p>" for line in _lines(cell.text))


def _column_widths(table: Table, page: Page) -> tuple[float, list[int]]:
    """The largest size of type that cuts no word, and the widths of the columns.

    A table of a little more than a page is set smaller where it then stands on one.
    """
    width, rows = page.width, layout.height(table)
    least, wanted = layout.needs(table)
    for size in TABLE_SIZES:
        low, high = ([need * size * _LETTER + _PADDING for need in each] for each in (least, wanted))
        needed = rows * size * _ROW / (page.height - _ABOVE)
        if sum(low) <= width and (size <= _READABLE or not 1 < needed < _HELPED):
            break
    return size, [int(each) for each in layout.shared(width, low, high)]


_TABLE_PROPERTIES = (
    '<w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
    '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)
