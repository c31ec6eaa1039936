"""The reviewer's list as a Word file: a table for each submission, pictures beside the problems."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from mingzhang.reporting.checklist import HEADS, REMARK, TITLE, Checklist, Entry, Problem
from mingzhang.reporting.wording import printable
from mingzhang.writers.docx import packed

_WIDTHS = (680, 2400, 1200, 5200, 5300)  # twentieths of a point
_PICTURE = 3_250_000  # the width of a picture in EMU, of which an inch has 914400
_PIXEL = 914_400 // 130

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}/relationships" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing"><w:body>'
)
_CLOSE = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" w:header="500" w:footer="500" '
    'w:gutter="0"/></w:sectPr></w:body></w:document>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def write(lists: Sequence[Checklist]) -> bytes:
    """The document; the same lists give the same bytes."""
    pictures: list[bytes] = []
    body = _BREAK.join(_list(checklist, pictures) for checklist in lists)
    related = "".join(
        f'<Relationship Id="p{number}" Type="{_OFFICE}/relationships/image" Target="media/{number}.png"/>'
        for number in range(1, len(pictures) + 1)
    )
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _xml(
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" '
            f'ContentType="{_WORD}.document.main+xml"/></Types>'
        ),
        "_rels/.rels": _xml(
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="d" '
            f'Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": _xml(
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
        ),
        "word/document.xml": _xml(_OPEN + body + _CLOSE),
    }
    parts |= {f"word/media/{number}.png": data for number, data in enumerate(pictures, 1)}
    return packed(parts)


def _xml(content: str) -> bytes:
    return (_DECLARATION + content).encode("utf-8", "replace")


_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _list(checklist: Checklist, pictures: list[bytes]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    rows = [_row([_text(head, "黑体", centred=True) for head in HEADS], "<w:tblHeader/>")]
    for index, entry in enumerate(checklist.entries, 1):
        rows += _entry(index, entry, pictures)
    return (
        _text(TITLE, "黑体", 32, centred=True)
        + _text(checklist.head)
        + f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>" + _text(REMARK, size=18)
    )


def _entry(index: int, entry: Entry, pictures: list[bytes]) -> list[str]:
    """The rows of an entry: one a problem, what they share merged downwards."""
    rows = []
    for number, problem in enumerate(entry.problems or [Problem(entry.note)], 1):
        told = f"{number}．{problem.text}" if entry.problems else problem.text
        fixed = [str(index), entry.title, entry.answer] if number == 1 else ["", "", ""]
        cells = [_text(text, centred=column != 1) for column, text in enumerate(fixed)]
        cells += [_text(told), _picture(problem, pictures)]
        merge = ("restart" if number == 1 else "continue") if len(entry.problems) > 1 else ""
        rows.append(_row(cells, "<w:cantSplit/>", merge))
    return rows


def _row(cells: Sequence[str], properties: str, merge: str = "") -> str:
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    content = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged if column < 3 else ""}'
        f'<w:vAlign w:val="center"/></w:tcPr>{cell}</w:tc>'
        for column, (width, cell) in enumerate(zip(_WIDTHS, cells))
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{content}</w:tr>"


def _text(text: str, font: str = "宋体", size: int = 21, *, centred: bool = False) -> str:
    """A paragraph; ``size`` in half points."""
    centre = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    look = f'<w:rPr>{fonts}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{look}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r>' if text else ""
    return f"<w:p>{centre}{run}</w:p>"


def _picture(problem: Problem, pictures: list[bytes]) -> str:
    if problem.picture is None:
        return "<w:p/>"
    pictures.append(problem.picture)
    number = len(pictures)
    width, height = Image.open(BytesIO(problem.picture)).size
    wide = min(_PICTURE, width * _PIXEL)
    high = wide * height // width
    name = quoteattr(printable(problem.text[:200]))
    return (
        f'<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" '
        f'cy="{high}"/><wp:docPr id="{number}" name="截图{number}" descr={name}/><a:graphic><a:graphicData '
        f'uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{number}.png"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="p{number}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
