"""Word files: paragraphs, tables, text boxes and notes as Word prints them, revisions accepted."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml.etree import _Element

from mingzhang.documents import Block, Document, Paragraph, Table, UnreadableError
from mingzhang.readers.docx_blocks import MOST_COLUMNS, Story
from mingzhang.readers.docx_numbering import Numbering, Styles, W
from mingzhang.readers.package import Package, open_package

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
_STRICT = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1],
    "http://purl.oclc.org/ooxml/officeDocument/math": f"{_OFFICE}math",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": f"{_OFFICE}relationships",
}
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"
_TYPES = "[Content_Types].xml"

_NO_WORD = "这不是完整的Word文档（缺少正文部分）；请用Word或WPS打开后另存为docx再检查。"
_SCANNED = "文档中只有图片，没有文字（可能是扫描件），不能核对其中的数字；请提供能编辑文字的Word文件。"
_EMPTY = "文档中没有文字，没有可检查的内容；请确认选对了文件。"
_MACROS = "文档带有宏；宏没有运行，也不在检查范围内。"


def read(path: Path, data: bytes, sha256: str) -> Document:
    """Read a Word document; raise :class:`UnreadableError` where nothing can be read."""
    word = _Word.of(open_package(data))
    body = word.story(word.main, word.root)
    body.read_body()
    if not body.blocks:
        pictures = any(True for _ in word.root.iter(f"{W}drawing", f"{W}pict", f"{W}object"))
        raise UnreadableError(_SCANNED if pictures else _EMPTY)
    blocks = body.blocks
    for kind in ("footnotes", "endnotes"):
        for name, root in word.parts(kind):
            story = word.story(name, root)
            story.read_notes(kind, body.references)
            blocks += story.blocks
    furniture: list[Paragraph] = []
    for kind in ("header", "footer"):
        for name, root in word.parts(kind):
            story = word.story(name, root)
            story.read_all()
            furniture += (text for block in story.blocks for text in _paragraphs(block))
    return Document(str(path), sha256, "docx", blocks, notes=word.notes(), furniture=furniture)


def _paragraphs(block: Block) -> Iterator[Paragraph]:
    """A block as paragraphs: a table gives one for each cell with text."""
    if isinstance(block, Paragraph):
        yield block
    elif isinstance(block, Table):
        for cell in block.cells:
            if cell.text.strip():
                yield Paragraph(cell.text, cell.place, segments=cell.segments)


# --- the package ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Word:
    """A Word package: its main part, the parts related to it, styles and lists."""

    package: Package
    main: str
    root: _Element
    related: list[tuple[str, str]]
    styles: Styles = field(init=False)
    numbering: Numbering = field(init=False)
    stories: list[Story] = field(default_factory=list)

    @classmethod
    def of(cls, package: Package) -> _Word:
        """The Word document in a package, whatever its parts are called."""
        main = main_part(package)
        root = package.xml(main)
        if root is None or _transitional(root).tag != f"{W}document":
            raise UnreadableError(_NO_WORD)
        word = cls(package, main, root, _related(package, main))
        word.styles = Styles(word._root("styles"))
        word.numbering = Numbering(word._root("numbering"), word.styles)
        return word

    def parts(self, kind: str) -> Iterator[tuple[str, _Element]]:
        """Names and roots of the related parts of a kind, each once."""
        for name in dict.fromkeys(name for found, name in self.related if found == kind):
            root = self.package.xml(name)
            if root is not None:
                yield name, _transitional(root)

    def story(self, name: str, root: _Element) -> Story:
        """A part of text, yet to be read."""
        self.stories.append(Story(name, root, self.styles, self.numbering))
        return self.stories[-1]

    def _root(self, kind: str) -> _Element | None:
        return next((root for _, root in self.parts(kind)), None)

    def notes(self) -> list[str]:
        """What the user has to know about parts that were not read."""
        names = [name.lower() for name in self.package.names()]
        notes = []
        if any(name.endswith("vbaproject.bin") for name in names):
            notes.append(_MACROS)
        embedded = sum("/embeddings/" in name for name in names)
        if embedded:
            notes.append(
                f"文档中嵌有{embedded}个对象（如Excel表格），其中的内容没有读取；如需检查，请另存为单独的文件。"
            )
        chunks = sum(story.chunks for story in self.stories)
        if chunks:
            notes.append(f"文档中有{chunks}处由外部文件合入的内容没有读取；请用Word打开后另存为docx再检查。")
        if any(story.too_wide for story in self.stories):
            notes.append(f"有表格超过{MOST_COLUMNS}列，超出的列没有读取；请拆分表格后再检查。")
        return notes


def main_part(package: Package) -> str:
    """The name of the main part: by relationship, by content type, or the usual one."""
    for kind, name in _related(package, ""):
        if kind == "officeDocument":
            return name
    types = package.xml(_TYPES)
    for override in types.iterfind(f"{_PACKAGE}content-types}}Override") if types is not None else ():
        kind = override.get("ContentType", "")
        if ("wordprocessingml." in kind or "ms-word." in kind) and kind.endswith("main+xml"):
            return override.get("PartName", "").lstrip("/")
    return "word/document.xml"


def _related(package: Package, part: str) -> list[tuple[str, str]]:
    """Kind and name of the parts that ``part`` (or the package itself) refers to."""
    folder, name = posixpath.split(part)
    root = package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    related = []
    for relation in root.iterfind(f"{_PACKAGE}relationships}}Relationship") if root is not None else ():
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            related.append((relation.get("Type", "").rpartition("/")[2], target.lstrip("/")))
    return related


def _transitional(root: _Element) -> _Element:
    """The tree with the names of strict documents turned into the usual ones."""
    if _usual(str(root.tag)) == root.tag:
        return root
    for element in root.iter():
        element.tag = _usual(str(element.tag))
        for key, value in element.attrib.items():
            usual = _usual(str(key))
            if usual != key:
                del element.attrib[key]
                element.set(usual, str(value))
    return root


def _usual(name: str) -> str:
    space, _, local = name[1:].partition("}")
    return f"{{{_STRICT[space]}}}{local}" if space in _STRICT else name
