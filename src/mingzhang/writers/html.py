"""Writes HTML: one self-contained page that browsers show and print, and Word and WPS open.

Tables have captions and header cells with their scope, headings are listed in a navigation, drawings
say their figures in words. Output is deterministic, carries no script and loads nothing. Automatic
numbers are marked the way Word marks them, so that readers can tell them from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from lxml import etree

from mingzhang.documents import Block, Cell, Document, Paragraph, Picture, Table
from mingzhang.writers import layout

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACED = re.compile(r"^[ \t]|[ \t]$|[ \t][ \t]|\t")
_KEPT = ' style="white-space:pre-wrap"'
_TITLE = "决算公开"
_TITLE_LENGTH = 80
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = frozenset({"script", "foreignObject", "use", "image", "a", "style", "animate", "set"})
_REFERENCES = ("href", "{http://www.w3.org/1999/xlink}href")
_TAGS = {1: "h1", 2: "h2", 3: "h3", 4: "h4", 5: "h5", 6: "h6"}


def write(document: Document) -> bytes:
    """The document as an HTML page in UTF-8."""
    return "".join(_Page(document).parts()).encode("utf-8", "replace")


@dataclass(slots=True)
class _Page:
    """Writes one page; counts headings, which the contents link to, and drawings."""

    document: Document
    headings: int = 0
    pictures: int = 0
    turned: bool = False

    def parts(self) -> Iterator[str]:
        """The page from beginning to end."""
        title, author = _title(self.document), _printed(self.document.author)
        named = f'<meta name="author" content="{escape(author)}">\n' if author else ""
        yield (
            '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"{named}<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        )
        if self.document.banner:
            yield f'<header class="banner" role="note">{escape(_printed(self.document.banner))}</header>\n'
        yield "<main>\n"
        for section in layout.sections(self.document):
            for group in layout.groups(section.blocks):
                yield from self._group(group)
            self.turned = True
        yield "</main>\n</body>\n</html>\n"

    def _group(self, group: layout.Group) -> Iterator[str]:
        """A block; the titles and labels right before a table become its caption."""
        if group.table is None or not group.table.cells:
            blocks = [*group.above, *([] if group.table or group.block is None else [group.block])]
            for block in [*blocks, *group.below]:
                yield from self._block(block)
            return
        self.turned = self.turned or any(map(layout.is_break, group.above))
        above = [b for b in group.above if isinstance(b, Paragraph) and not layout.is_break(b)]
        named = escape(next((_printed(b.text) for b in above if b.role == "caption"), "表格"))
        wide = " wide" if layout.is_wide(group.table) else ""
        yield f'<div class="table{wide}{self._turn()}" role="region" tabindex="0" aria-label="{named}">\n'
        yield '<table style="border:1px solid #000">\n'
        if above:
            yield f"<caption>{''.join(self._above(above))}</caption>\n"
        yield from _rows(group.table)
        yield "</table>\n"
        for block in group.below:
            yield from self._block(block)
        yield "</div>\n"

    def _above(self, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
        """Titles and labels, two labels that share a line side by side."""
        for paragraph, beside in layout.lined(paragraphs):
            assert isinstance(paragraph, Paragraph)
            texts = self._text(paragraph) + ("" if beside is None else self._text(beside))
            yield texts if beside is None else f'<div class="line">\n{texts}</div>\n'

    def _block(self, block: Block) -> Iterator[str]:
        if layout.is_break(block):
            self.turned = True
        elif isinstance(block, Picture):
            yield self._picture(block)
        elif isinstance(block, Paragraph) and block.role == "contents":
            yield self._contents(block)
        elif isinstance(block, Paragraph):
            yield self._text(block)

    def _turn(self) -> str:
        """The class of a block that begins a page."""
        turned, self.turned = self.turned, False
        return " turn" if turned else ""

    def _text(self, paragraph: Paragraph) -> str:
        level = paragraph.level
        side = layout.side(paragraph) if paragraph.role == "label" else "left"
        classes = f"{paragraph.role}{'' if side == 'left' else f' {side}'}{self._turn()}".strip()
        attributes = f' class="{classes}"' if classes else ""
        if level > 0 and paragraph.text.strip():
            self.headings += 1
            attributes += f' id="h{self.headings}"'
        tag = _TAGS.get(level, "p")
        if level > len(_TAGS):
            attributes += f' role="heading" aria-level="{level}"'
        kept, text = _content(paragraph.text)
        marker = escape(_printed(paragraph.marker))
        number = f'<span style="mso-list:Ignore">{marker}</span>' if marker else ""
        text = f"<mark>{text}</mark>" if paragraph.role == "gap" else text
        return f"<{tag}{attributes}{kept}>{number}{text}</{tag}>\n"

    def _contents(self, paragraph: Paragraph) -> str:
        """The navigation, each entry a link to its heading."""
        listed = layout.contents(self.document)
        headings = [p for p in self.document.paragraphs() if p.level > 0 and p.text.strip()]
        entries = ""
        for number, heading in enumerate(headings, 1):
            if any(heading is one for one in listed):
                entry = _content(layout.marked(heading))[1]
                entries += f'<li class="l{heading.level}"><a href="#h{number}">{entry}</a></li>\n'
        text = _content(paragraph.text)[1]
        return (
            f'<nav class="contents{self._turn()}" aria-labelledby="contents">\n'
            f'<p id="contents">{text}</p>\n<ul>\n{entries}</ul>\n</nav>\n'
        )

    def _picture(self, picture: Picture) -> str:
        """The drawing with its figures in words."""
        self.pictures += 1
        name = f"p{self.pictures}"
        svg = _passive(picture.svg)
        svg.set("role", "img")
        svg.set("aria-labelledby", f"{name}t {name}d")
        for at, (tag, text) in enumerate((("title", f"图{self.pictures}"), ("desc", _printed(picture.text)))):
            own = svg.find(f"{_SVG}{tag}")
            said = etree.Element(f"{_SVG}{tag}") if own is None else own
            said.set("id", f"{name}{tag[0]}")
            said.text = own.text if own is not None and own.text else text
            svg.insert(at, said)
        sheet = " sheet" if picture.whole else ""
        drawn = etree.tostring(svg, encoding="unicode")
        return f'<figure class="drawing{sheet}{self._turn()}">{drawn}</figure>\n'


def _passive(text: str) -> etree._Element:
    """The drawing without anything in it that acts or loads."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    svg = etree.fromstring(text.encode(), parser)
    for element in list(svg.iter()):
        parent = element.getparent()
        if parent is not None and etree.QName(element).localname in _ACTIVE:
            parent.remove(element)
        for name in list(element.attrib):
            if str(name).lower().startswith("on") or name in _REFERENCES:
                del element.attrib[name]
    return svg


def _style() -> str:
    return resources.files("mingzhang.writers").joinpath("page.css").read_text(encoding="utf-8")


def _title(document: Document) -> str:
    texts = (_printed(text).strip() for text in (document.title, *(p.text for p in document.paragraphs())))
    return escape(" ".join(next((text for text in texts if text), _TITLE).split("\n"))[:_TITLE_LENGTH])


def _printed(text: str) -> str:
    return _UNPRINTABLE.sub("", "\n".join(layout.lines_of(text)))


def _content(text: str) -> tuple[str, str]:
    """The attribute that keeps the white space of a text, where it needs one, and the escaped text."""
    lines = _printed(text).split("\n")
    kept = _KEPT if any(_SPACED.search(line) for line in lines) else ""
    return kept, "<br>".join(escape(line) for line in lines)


# --- tables -----------------------------------------------------------------------------------


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table; places that no cell covers are filled, so that the others keep theirs."""
    rows: list[list[Cell]] = table.rows()
    rows += [[] for _ in range(layout.height(table) - len(rows))]
    heads, codes = layout.heads(table), layout.codes(table)
    free: dict[int, int] = {}  # for each column the row from which on it is free
    for index, row in enumerate(rows):
        if heads and index in (0, heads):
            yield "</thead>\n<tbody>\n" if index else "<thead>\n"
        named = _named(row) if 0 < heads <= index else None
        yield "<tr>"
        column = 0
        for cell in sorted(row, key=lambda cell: cell.column):
            while column < cell.column:
                if free.get(column, 0) <= index:
                    yield "<td></td>"
                column += 1
            scope = "col" if index < heads else "row" if cell is named else ""
            yield _cell(cell, scope, layout.is_figure(cell.text) and cell.column not in codes)
            for covered in range(cell.column, cell.column + cell.colspan):
                free[covered] = index + cell.rowspan
            column = max(column, cell.column + cell.colspan)
        yield "</tr>\n"
    if heads:
        yield "</tbody>\n"


def _named(row: Sequence[Cell]) -> Cell | None:
    """The cell that names a row of the body: the first with words."""
    return next((cell for cell in row if cell.text.strip() and not layout.is_figure(cell.text)), None)


def _cell(cell: Cell, scope: str, is_figure: bool) -> str:
    kept, text = _content(cell.text)
    spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    if scope:
        wide = "group" if (cell.colspan if scope == "col" else cell.rowspan) > 1 else ""
        return f'<th scope="{scope}{wide}"{spans}{kept}>{text}</th>'
    kind = ' class="n"' if is_figure else ""
    return f"<td{kind}{spans}{kept}>{text}</td>"
