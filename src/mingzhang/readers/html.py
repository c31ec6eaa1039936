"""Saved web pages: disclosures saved from a site, by Word or WPS, as MHTML, or exported as a false ``.xls``.

A page is parsed once and walked without recursion. Every non-empty text between two tags is a text
node; its ordinal counts all of them in document order, those of skipped elements included. Menus,
breadcrumbs and page tools become furniture where they stand outside the element that holds the
substance of the page; in doubt everything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from mingzhang.documents import Cell, Document, Paragraph, Table, UnreadableError
from mingzhang.provenance import Place, Segment
from mingzhang.readers.webfile import decoded, pages, parsed
from mingzhang.readers.webstyle import PLAIN, Numbering, Style, integer, numbering_of
from mingzhang.readers.webtable import MOST_COLUMNS, Box, Grid, Line, Rows, arranged

_MOST_AREA = 4_000_000  # elementary boxes that merged cells of one page may cover
_SUBSTANCE = 300  # characters from which a page has a main part
_LONG_TEXT = 20

_NO_TEXT = "网页中没有可读取的文字；内容若在框架或图片中，请打开其原文另存后再检查。"
_TOO_DEEP = "网页的标签嵌套过深，其后的内容没有读取；请用Word或WPS重新另存后再检查。"

_SKIPPED = frozenset({
    "head", "script", "style", "noscript", "template", "nav", "aside", "input", "select", "textarea",
    "button", "option", "datalist", "iframe", "frame", "noframes", "object", "embed", "applet", "svg",
    "canvas", "audio", "video", "map", "del",
})  # fmt: skip
_FRAMES = frozenset(["iframe", "frame"])
_CONTAINERS = frozenset({
    "address", "article", "blockquote", "body", "center", "dd", "dl", "dt", "details", "fieldset", "figure",
    "footer", "form", "frameset", "header", "hgroup", "html", "main", "section", "div", "td", "th", "table",
})  # fmt: skip
_BREAKS = _CONTAINERS | frozenset({
    "p", "li", "ol", "ul", "menu", "dir", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "pre", "summary",
    "legend", "figcaption", "caption", "tr", "thead", "tbody", "tfoot", "colgroup", "listing",
})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NUMBERABLE = frozenset({"li", "p", *_HEADINGS})
_WIDE = "\u2e80"  # from here on characters are those between which a line break is no space
_WHITE = re.compile(r"^[ \t\n\r\f]+|[ \t\n\r\f]*[\t\n\r\f][ \t\n\r\f]*| {2,}| +$")
_SPACES = " \t\n\r\f"
_LINE_END = re.compile(r"\r\n|\r|\n")

_TOOLS = re.compile(r"打印|关闭|分享|收藏|字体|字号|浏览次数|浏览量|点击数|阅读次数|返回顶部|扫一扫")
_FOOT = re.compile(r"版权所有|网站标识码|ICP备|公网安备|网站地图|当前位置|您现在的位置|上一篇|下一篇")
_SHORT = 120
_TOO_WIDE = f"网页中有表格超过{MOST_COLUMNS}列，其余的列没有读取；请拆分表格后再检查。"


def read(path: Path, data: bytes, sha256: str) -> Document:
    """Read a web page; raise :class:`UnreadableError` where there is no text."""
    document = Document(str(path), sha256, "html", [])
    frames = holes = 0
    files = list(pages(data))
    for name, content, charset in files:
        text, damaged = decoded(content, charset)
        holes += damaged
        root, whole = parsed(text)
        if root is None:
            continue
        page = _Page()
        page.walk(root)
        frames += page.frames
        _add(document, page, name)
        told = [note for note, true in ((_TOO_DEEP, not whole), (_TOO_WIDE, page.cut)) if true]
        document.notes += [note for note in told if note not in document.notes]
    if not document.blocks:
        raise UnreadableError(_NO_TEXT)
    if holes:
        document.notes.append(f"网页中有{holes}处文字损坏，无法识别，已用“�”代替。")
    if frames and len(files) == 1:
        document.notes.append(f"网页中有{frames}个框架，其中的内容没有读取；请打开框架中的页面另存后再检查。")
    return document


# --- the walk ---------------------------------------------------------------------------------


class _Context(NamedTuple):
    """What holds inside an element."""

    level: int = 0
    linked: bool = False
    kept: bool = False
    numbered: bool = False
    article: bool = False
    numbering: Numbering | None = None


class _Page:
    """Walks the tree of a page and collects its lines and tables."""

    def __init__(self) -> None:
        self.items: list[Line | Grid] = []
        self.frames = self.serial = self.weight = 0
        self.cut = False
        self.spans: list[tuple[int, int, int]] = []
        self._sinks = [self.items]
        self._tables: list[Rows] = []
        self._styles: dict[str, Style] = {"": PLAIN}
        self._context = _Context()
        self._room = _MOST_AREA
        self._node = -1
        self._marker = ""
        self._parts: list[str] = []
        self._nodes: list[tuple[int, int, int]] = []
        self._length = self._gap = self._linked = 0

    def walk(self, root: etree._Element) -> None:
        """Collect everything below ``root``."""
        waiting: list[etree._Element | _Leaving] = [root]
        while waiting:
            item = waiting.pop()
            if isinstance(item, _Leaving):
                self._leave(item)
                tail = item.element.tail
                if tail:
                    self._text(tail)
                continue
            leaving = self._enter(item)
            if leaving is not None:
                text = item.text
                if text:
                    self._text(text)
                if len(item):
                    waiting.append(leaving)
                    waiting.extend(reversed(item))
                    continue
                self._leave(leaving)
            tail = item.tail
            if tail:
                self._text(tail)
        self._flush()

    def _enter(self, element: etree._Element) -> _Leaving | None:
        """Begin an element; None if it is skipped with all that is in it, as comments are."""
        tag = element.tag
        if not isinstance(tag, str):
            return None
        outside = context = self._context
        close = None
        serial = weight = -1
        stated = element.get("style")
        style = self._style(stated) if stated else PLAIN
        banner = tag in ("header", "footer") and not context.article
        if tag in _SKIPPED or style.hidden or banner or element.get("hidden") is not None:
            self._skip(element)
            return None
        breaks = tag in _BREAKS
        if breaks:
            if self._parts:
                self._flush()
            if tag in _CONTAINERS:
                serial, weight = self.serial, self.weight
            if tag in _STARTS:
                close = _STARTS[tag](self, element, style)
            level = _HEADINGS.get(tag) or style.level
            if level:
                context = context._replace(level=level)
            if tag in ("pre", "listing"):
                context = context._replace(kept=True)
            elif tag in ("ol", "ul", "menu", "dir"):
                context = context._replace(numbering=numbering_of(element, tag, style))
            elif tag in ("article", "main"):
                context = context._replace(article=True)
        elif tag == "a" and not (element.get("href") or "#").startswith("#"):
            context = context._replace(linked=True)
        if style.numbered or style.kept:
            numbered = style.numbered or context.numbered
            context = context._replace(kept=style.kept or context.kept, numbered=numbered)
        self._context = context
        return _Leaving(element, breaks, outside, close, serial, weight)

    def _style(self, stated: str) -> Style:
        known = self._styles.get(stated)
        if known is None:
            known = self._styles[stated] = Style.of(stated)
        return known

    def _skip(self, element: etree._Element) -> None:
        """Count the text nodes and frames of an element that is not read."""
        for inner in element.iter():
            if isinstance(inner.tag, str):
                self._node += bool(inner.text)
                self.frames += inner.tag in _FRAMES
            self._node += bool(inner.tail) and inner is not element

    def _leave(self, leaving: _Leaving) -> None:
        if leaving.breaks:
            if self._parts:
                self._flush()
            if leaving.close:
                leaving.close()
            elif self._marker and leaving.element.tag in _NUMBERABLE:
                self._marker = ""
        if self.weight > leaving.weight >= 0:
            self.spans.append((leaving.serial, self.serial, self.weight - leaving.weight))
        self._context = leaving.context

    # --- tables

    def _begin_table(self, element: etree._Element, style: Style) -> Callable[[], None]:
        border = element.get("border", "0").strip()
        self._tables.append(Rows(style.bordered or border not in ("0", "")))
        return self._end_table

    def _end_table(self) -> None:
        table, sink = self._tables.pop(), self._sinks[-1]
        rows = [*table.rows, *table.foot]
        if table.is_layout():
            sink.extend(item for _, row in rows for box in row for item in box.items)
            return
        boxes, self._room = arranged(rows, self._room)
        self.cut = self.cut or len(boxes) < sum(len(row) for _, row in rows)
        if any(box.lines() for box in boxes):
            sink.append(Grid(boxes))
        sink.extend(item for box in boxes for item in box.items if isinstance(item, Grid))

    def _begin_row(self, element: etree._Element, style: Style) -> None:
        if self._tables and not self._tables[-1].in_cell:
            if element.tag == "tr":
                self._tables[-1].begin_row()
            else:
                self._tables[-1].begin_group(element.tag == "tfoot")

    def _begin_cell(self, element: etree._Element, style: Style) -> Callable[[], None] | None:
        if not self._tables or self._tables[-1].in_cell:
            return None
        rowspan, colspan = integer(element.get("rowspan"), 1), integer(element.get("colspan"), 1)
        box = Box(rowspan, max(1, colspan))
        self._tables[-1].begin_cell(box)
        self._sinks.append(box.items)
        return self._end_cell

    def _end_cell(self) -> None:
        self._sinks.pop()
        self._tables[-1].in_cell = False

    def _begin_entry(self, element: etree._Element, style: Style) -> None:
        numbering = self._context.numbering
        value = element.get("value")
        self._marker = numbering.marker(integer(value, 1) if value else None) if numbering else ""

    # --- lines

    def _text(self, raw: str) -> None:
        """Add a text node to the open line, its white space collapsed as browsers do."""
        self._node += 1
        if self._context.kept:
            self._kept(raw)
            return
        if not self._parts and not raw.strip(_SPACES):
            return
        end = 0
        for match in _WHITE.finditer(raw):
            start = match.start()
            if start > end:
                self._put(raw[end:start], end)
            end = match.end()
            if self._parts:
                self._gap = max(self._gap, 2 if "\n" in match[0] else 1)
        if end < len(raw):
            self._put(raw[end:] if end else raw, end)

    def _kept(self, raw: str) -> None:
        """Add a text whose white space counts: every line of it is a line."""
        end = 0
        for match in _LINE_END.finditer(raw):
            if match.start() > end:
                self._put(raw[end : match.start()], end)
            self._flush()
            end = match.end()
        if end < len(raw):
            self._put(raw[end:], end)

    def _put(self, text: str, offset: int) -> None:
        context = self._context
        if context.numbered:
            self._marker += text
            return
        if self._gap:
            if self._gap == 1 or self._parts[-1][-1] < _WIDE or text[0] < _WIDE:
                self._parts.append(" ")
                self._length += 1
            self._gap = 0
        last = self._nodes[-1] if self._nodes else None
        if last is None or last[1] != self._node or self._length - last[0] != offset - last[2]:
            self._nodes.append((self._length, self._node, offset))
        self._parts.append(text)
        self._length += len(text)
        if context.linked:
            self._linked += len(text)

    def _flush(self) -> None:
        """End the open line; blank ones are dropped."""
        if not self._parts:
            self._gap = 0
            return
        text, marker = "".join(self._parts), self._marker
        if not text.isspace():
            line = Line(text, self._nodes, self._context.level, marker.strip(), self._linked, self.serial)
            self._sinks[-1].append(line)
            self._marker = ""
            self.serial += 1
            own = self._length - self._linked
            if 2 * own > self._length and (len(self._sinks) > 1 or own >= _LONG_TEXT):
                self.weight += own
        self._parts, self._nodes = [], []
        self._length = self._gap = self._linked = 0


class _Leaving(NamedTuple):
    """The end of an element: the context outside it, what closes it, what came before it."""

    element: etree._Element
    breaks: bool
    context: _Context
    close: Callable[[], None] | None
    serial: int
    weight: int


_STARTS: dict[str, Callable[[_Page, etree._Element, Style], Callable[[], None] | None]] = {
    "table": _Page._begin_table,
    **dict.fromkeys(("tr", "thead", "tbody", "tfoot"), _Page._begin_row),
    **dict.fromkeys(("td", "th"), _Page._begin_cell),
    "li": _Page._begin_entry,
}


# --- the document -----------------------------------------------------------------------------


def _add(document: Document, page: _Page, part: str) -> None:
    """Append the blocks and the furniture of a page."""
    first, last = _main_part(page)
    for item in page.items:
        lines = [item] if isinstance(item, Line) else [line for box in item.boxes for line in box.lines()]
        place = Place(paragraph=len(document.blocks) + 1)
        if not first <= lines[0].serial < last and _is_furniture(lines):
            document.furniture += [_paragraph(line, Place(), part) for line in lines]
        elif isinstance(item, Line):
            document.blocks.append(_paragraph(item, place, part))
        else:
            document.blocks.append(Table(tuple(_cell(box, place, part) for box in item.boxes), place))


def _main_part(page: _Page) -> tuple[int, int]:
    """The lines, from and to, of the innermost element with nine tenths of the substance."""
    if page.weight >= _SUBSTANCE:
        for first, last, weight in page.spans:
            if weight * 10 >= page.weight * 9:
                return first, last
    return 0, page.serial


def _is_furniture(lines: Sequence[Line]) -> bool:
    """Whether a line, or a table, outside the main part is a menu, a breadcrumb or a tool of the site."""
    if 2 * sum(line.linked for line in lines) > sum(len(line.text) for line in lines):
        return True
    text = lines[0].text
    if len(lines) > 1 or len(text) > _SHORT:
        return False
    return len(set(_TOOLS.findall(text))) > 1 or _FOOT.search(text) is not None


def _segments(line: Line, shift: int, block: int | None, part: str) -> list[Segment]:
    return [
        Segment(start + shift, Place(None, None, None, block, None, None, part, node, offset))
        for start, node, offset in line.nodes
    ]


def _paragraph(line: Line, place: Place, part: str) -> Paragraph:
    return Paragraph(
        line.text, place, line.level, line.marker, tuple(_segments(line, 0, place.paragraph, part))
    )


def _cell(box: Box, place: Place, part: str) -> Cell:
    texts: list[str] = []
    segments: list[Segment] = []
    length = 0
    for line in box.lines():
        segments += _segments(line, length + len(line.marker), place.paragraph, part)
        texts.append(line.marker + line.text)
        length += len(texts[-1]) + 1
    text = "\n".join(texts)
    return Cell(text, box.row, box.column, place, box.rowspan, box.colspan, tuple(segments))
