"""OFD files, the national page format (GB/T 33190): characters and ruling lines at their places on the page.

A page is drawn in millimetres from its top left corner; everything is turned into points at once.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from mingzhang.documents import Document, UnreadableError
from mingzhang.readers.ofd_drawing import Budget, Drawing, child, child_text, children, numbers
from mingzhang.readers.package import Package, open_package
from mingzhang.readers.pages import Page
from mingzhang.readers.pages import assemble as blocks_of
from mingzhang.readers.pdf import items_of

_POINTS = 72 / 25.4  # in a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_MOST_PAGES = 2000

_NOT_OFD = "OFD文件缺少必要的部分，已损坏或不完整；请重新导出后再检查。"
_ENCRYPTED = "文件已加密，请先去除密码再检查。"
_NO_TEXT = "文件没有文字层（全部是扫描页），请提供可复制文字的OFD、PDF或Word文件。"


def read(path: Path, data: bytes, sha256: str) -> Document:
    """Read an OFD file; raise :class:`UnreadableError` where nothing can be read."""
    package = open_package(data)
    if any(posixpath.basename(name).lower() == "encryptions.xml" for name in package.names()):
        raise UnreadableError(_ENCRYPTED)
    root = package.xml("OFD.xml")
    if root is None:
        raise UnreadableError(_NOT_OFD)
    reading = _Reading(package)
    for body in children(root, "DocBody"):
        where = child_text(body, "DocRoot")
        if where:
            reading.add(_resolved(frozenset(), "", where))
    if not reading.count:
        raise UnreadableError(_NOT_OFD)
    blocks, furniture = blocks_of(reading.pages)
    if not blocks:
        raise UnreadableError(_NO_TEXT)
    return Document(str(path), sha256, "ofd", blocks, reading.count, reading.notes, furniture)


# --- the package ------------------------------------------------------------------------------


def _resolved(known: frozenset[str], base: str, where: str) -> str:
    """The part that a location names, seen from the part ``base``; some count it from the root."""
    where = where.strip().replace("\\", "/")
    rooted = posixpath.normpath("/" + where).lstrip("/")
    if where.startswith("/"):
        return rooted
    beside = posixpath.normpath("/" + posixpath.join(posixpath.dirname(base), where)).lstrip("/")
    return rooted if beside.lower() not in known and rooted.lower() in known else beside


@dataclass(slots=True)
class _Reading:
    """The pages read so far, over all documents of the package."""

    package: Package
    pages: list[Page] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    count: int = 0
    budget: Budget = field(default_factory=Budget)

    def add(self, name: str) -> None:
        """Read the document whose root is the part ``name``."""
        root = self.package.xml(name)
        if root is None:
            raise UnreadableError(_NOT_OFD)
        source = _Source(self.package, name, root)
        entries = list(children(child(root, "Pages"), "Page"))
        done = max(0, _MOST_PAGES - self.count)
        for entry in entries[:done]:
            self.count += 1
            self._page(source, entry.get("BaseLoc", ""))
        if len(entries) > done:
            self.notes.append(f"文件超过{_MOST_PAGES}页，其余的部分没有读取；请拆分后再检查。")
        self._note_attachments(source)

    def _page(self, source: _Source, where: str) -> None:
        try:
            content = source.part(where)
        except UnreadableError:
            content = None
        if content is None:
            self.notes.append(f"第{self.count}页已损坏，未能读取；请重新导出OFD。")
            return
        left, top, width, height = _area(content) or source.area
        matrix = (_POINTS, 0.0, 0.0, _POINTS, -left * _POINTS, -top * _POINTS)
        page = Page(self.count, width * _POINTS, height * _POINTS)
        drawing = Drawing(source.composite, self.budget, page)
        for layer in (*source.templates(content), content):
            drawing.draw(children(layer, "Content"), matrix)
        grids = drawing.grids(page.unit)
        page.items = items_of(drawing.lines(grids, page.unit), grids, page.number)
        self.pages.append(page)
        if not page.items and drawing.images:
            self.notes.append(f"第{self.count}页是图片（可能是扫描件），未能读取；请提供文字版OFD或PDF。")

    def _note_attachments(self, source: _Source) -> None:
        where = child_text(source.root, "Attachments")
        try:
            attached = len(list(children(source.part(where), "Attachment"))) if where else 0
        except UnreadableError:
            attached = 0
        if attached:
            self.notes.append(f"文件带有{attached}个附件，附件没有读取；请另存附件后单独检查。")


def _area(holder: etree._Element | None) -> tuple[float, float, float, float] | None:
    """The physical box that a page, or the document for all pages, states."""
    area = child(holder, "Area")
    area = area if area is not None else child(holder, "PageArea")
    box = numbers(child_text(area, "PhysicalBox"))
    return (box[0], box[1], box[2], box[3]) if len(box) == 4 and min(box[2:]) > 1 else None


class _Source:
    """One document of the package: its default page area, templates and composite graphics."""

    def __init__(self, package: Package, name: str, root: etree._Element) -> None:
        self.root = root
        self._package = package
        self._parts = frozenset(name.lower() for name in package.names())
        self._name = name
        self._common = child(root, "CommonData")
        self.area = _area(self._common) or _A4
        self._templates = {
            entry.get("ID", ""): entry.get("BaseLoc", "") for entry in children(self._common, "TemplatePage")
        }
        self._known: dict[str, etree._Element | None] = {}
        self._composites: dict[str, etree._Element] | None = None

    def part(self, where: str) -> etree._Element | None:
        """The part that the document's root names."""
        return self._package.xml(_resolved(self._parts, self._name, where)) if where else None

    def templates(self, page: etree._Element) -> Iterator[etree._Element]:
        """The templates of a page that can be read."""
        for used in children(page, "Template"):
            key = used.get("TemplateID", "")
            if key not in self._known:
                try:
                    self._known[key] = self.part(self._templates.get(key, ""))
                except UnreadableError:
                    self._known[key] = None
            template = self._known[key]
            if template is not None:
                yield template

    def composite(self, key: str) -> Iterator[etree._Element]:
        """The content of a composite graphic among the document's resources."""
        if self._composites is None:
            self._composites = {}
            for entry in children(self._common, "PublicRes", "DocumentRes"):
                try:
                    resources = self.part((entry.text or "").strip())
                except UnreadableError:
                    continue
                for group in children(resources, "CompositeGraphicUnits"):
                    for unit in children(group, "CompositeGraphicUnit"):
                        self._composites.setdefault(unit.get("ID", ""), unit)
        return children(self._composites.get(key), "Content")
