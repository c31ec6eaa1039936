"""Fictional templates of Word and Excel, written short."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from mingzhang.binding.compose_text import numeral
from mingzhang.outlines import Block
from mingzhang.taxonomy import Standards
from mingzhang.writers.docx import packed

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def row(*texts: str) -> str:
    cells = "".join(f"<w:tc><w:tcPr/>{paragraph(text)}</w:tc>" for text in texts)
    return f'<w:tr><w:trPr><w:trHeight w:val="567"/></w:trPr>{cells}</w:tr>'


def table(*rows: str, style: str = "") -> str:
    named = f'<w:tblStyle w:val="{style}"/>' if style else ""
    return f"<w:tbl><w:tblPr>{named}</w:tblPr><w:tblGrid/>{''.join(rows)}</w:tbl>"


def control(tag: str, shown: str) -> str:
    return (
        f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/><w:showingPlcHdr/></w:sdtPr>'
        f"<w:sdtContent>{run(shown, '<w:rStyle w:val=' + chr(34) + 'PlaceholderText' + chr(34) + '/>')}"
        "</w:sdtContent></w:sdt>"
    )


def word(
    *body: str,
    links: str = "",
    header: str = "",
    more: Mapping[str, bytes] | None = None,
    content_type: str = _DOCUMENT,
) -> bytes:
    """A Word file with this body; ``links`` are further relationships, ``more`` further parts."""
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_P}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" '
            f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{"".join(body)}<w:sectPr>'
            '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:left="1800" w:right="1800"/></w:sectPr>'
            "</w:body></w:document>"
        ),
    }
    if header:
        links += f'<Relationship Id="rId9" Type="{R}/header" Target="header1.xml"/>'
        parts["word/header1.xml"] = f'<w:hdr xmlns:w="{W}">{header}</w:hdr>'
    if links:
        parts["word/_rels/document.xml.rels"] = (
            f'<Relationships xmlns="{_P}/relationships">{links}</Relationships>'
        )
    return packed({**{name: text.encode() for name, text in parts.items()}, **(more or {})})


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body(data: bytes) -> etree._Element:
    root = etree.fromstring(parts(data)["word/document.xml"])
    return root[0]


def texts(data: bytes) -> list[str]:
    """The paragraphs of a Word file in reading order."""
    return ["".join(t.text or "" for t in p.iter(f"{{{W}}}t")) for p in body(data).iter(f"{{{W}}}p")]


def saved(folder: Path, data: bytes, name: str = "模板.docx") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def everything(standards: Standards) -> bytes:
    """A template of a whole disclosure: its own headings and titles, with sections and tables to be put."""
    found = [
        paragraph("{{单位名称}}", properties='<w:jc w:val="center"/>'),
        paragraph(run("{{年度}}年度{{部门"), run("或单位}}决算", "<w:b/>")),
    ]

    def tables() -> None:
        for form in standards.forms.values():
            found.append(paragraph(form.title, properties="<w:pageBreakBefore/>"))
            found.extend(
                map(paragraph, filter(None, [form.number, "部门：{{entity}}", f"单位：{form.unit}"]))
            )
            found.append(paragraph(run(f"{{{{表:{form.title}}}}}", '<w:sz w:val="18"/>')))

    def below(body: tuple[str | Block, ...], depth: int) -> None:
        number = 0
        for block in body:
            if not isinstance(block, Block) or not block.heading or block.when:
                continue
            number += 1
            text = re.sub(r"\{year\}", "{{年度}}", block.heading)
            text = re.sub(r"\{entity\}", "{{单位名称}}", text).replace("{scope}", "{{部门或单位}}")
            ordinal = ("第一部分　", "一、", "（一）")[depth].replace("一", numeral(number))
            found.append(paragraph(ordinal + text))
            if any(isinstance(part, Block) and part.put == "tables" for part in block.body):
                tables()
            elif any(isinstance(part, Block) and part.heading for part in block.body):
                below(block.body, depth + 1)
            else:
                name = re.sub(r"\{year\}年度|\{\w+\}", "", block.heading.replace("{scope}", "部门"))
                found.append(paragraph(run(f"{{{{章节:{name}}}}}", '<w:sz w:val="32"/>')))

    below(standards.outlines.outlines["disclosure"].body, 0)
    return word(*found)
