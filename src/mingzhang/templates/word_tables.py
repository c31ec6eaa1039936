"""Paragraphs and tables that are put into a Word template, in the look of the place where they go."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from mingzhang.documents import Cell, Table
from mingzhang.writers import layout

_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_ONCE = ("sectPr", "pageBreakBefore", "pPrChange")
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_USUAL_WIDTH = 8300
"""Twentieths of a point between the margins of an A4 page, where the template does not say."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the paragraph of a placeholder looks: its properties, those of its run, the room beside it."""

    space: str
    properties: _Element | None
    run: _Element | None
    style: str
    width: int

    @classmethod
    def of(cls, paragraph: _Element, node: _Element, style: str, space: str) -> Look:
        """The look of ``paragraph`` and of the run that holds its first text node."""
        run = next(node.iterancestors(f"{space}r"), None)
        properties = paragraph.find(f"{space}pPr")
        return cls(
            space,
            None if properties is None else deepcopy(properties),
            None if run is None else run.find(f"{space}rPr"),
            style,
            _width(paragraph, space),
        )

    def element(self, name: str, **attributes: str) -> _Element:
        """An element of Word's own."""
        made: _Element = etree.Element(f"{self.space}{name}", nsmap={"w": self.space[1:-1]})
        for key, value in attributes.items():
            made.set(f"{self.space}{key}", value)
        return made

    def paragraph(self, text: str, *, turned: bool = False) -> _Element:
        """A paragraph like the placeholder's own; ``turned`` begins a page."""
        made = self.element("p")
        properties = self.element("pPr") if self.properties is None else deepcopy(self.properties)
        for name in _ONCE:
            for child in properties.findall(f"{self.space}{name}"):
                properties.remove(child)
        if turned:
            style = properties.find(f"{self.space}pStyle")
            properties.insert(0 if style is None else 1, self.element("pageBreakBefore"))
        if len(properties):
            made.append(properties)
        if text:
            made.append(self.text(text))
        return made

    def text(self, text: str) -> _Element:
        """A run like the placeholder's own."""
        run = self.element("r")
        if self.run is not None:
            run.append(deepcopy(self.run))
        for number, line in enumerate(text.split("\n")):
            if number:
                run.append(self.element("br"))
            node = self.element("t")
            node.text = line
            node.set(_PRESERVED, "preserve")
            run.append(node)
        return run


def table(block: Table, look: Look) -> _Element:
    """The table in the template's table style, else ruled, as wide as the text."""
    made = look.element("tbl")
    made.append(_properties(look))
    wanted = layout.needs(block)
    widths = [int(each) for each in layout.shared(look.width, [1.0] * len(wanted[1]), wanted[1])]
    grid = look.element("tblGrid")
    for width in widths:
        grid.append(look.element("gridCol", w=str(width)))
    made.append(grid)
    rows, above = block.rows(), list[Cell]()
    for number in range(layout.height(block)):
        own = rows[number] if number < len(rows) else []
        cells = sorted([*above, *own], key=lambda cell: cell.column)
        made.append(_row(cells, number, number < layout.heads(block), widths, look))
        above = [cell for cell in cells if cell.row + cell.rowspan > number + 1]
    return made


def _properties(look: Look) -> _Element:
    properties = look.element("tblPr")
    if look.style:
        properties.append(look.element("tblStyle", val=look.style))
    properties.append(look.element("tblW", w=str(look.width), type="dxa"))
    if not look.style:
        borders = look.element("tblBorders")
        for side in _SIDES:
            borders.append(look.element(side, val="single", sz="4", space="0", color="auto"))
        properties.append(borders)
    properties.append(look.element("tblLayout", type="fixed"))
    return properties


def _row(cells: list[Cell], number: int, head: bool, widths: list[int], look: Look) -> _Element:
    row = look.element("tr")
    if head:
        properties = look.element("trPr")
        properties.append(look.element("tblHeader"))
        row.append(properties)
    column = 0
    for cell in cells:
        for gap in range(column, cell.column):
            row.append(_cell(None, number, widths[gap : gap + 1], look))
        row.append(_cell(cell, number, widths[cell.column : cell.column + cell.colspan], look))
        column = cell.column + cell.colspan
    for gap in range(column, len(widths)):
        row.append(_cell(None, number, widths[gap : gap + 1], look))
    return row


def _cell(cell: Cell | None, number: int, widths: list[int], look: Look) -> _Element:
    made, properties = look.element("tc"), look.element("tcPr")
    properties.append(look.element("tcW", w=str(sum(widths)), type="dxa"))
    if len(widths) > 1:
        properties.append(look.element("gridSpan", val=str(len(widths))))
    starts = cell is not None and cell.row == number
    if cell is not None and cell.rowspan > 1:
        properties.append(look.element("vMerge", **({"val": "restart"} if starts else {})))
    made.append(properties)
    made.extend(_texts(cell.text if cell is not None and starts else "", look))
    return made


def _texts(text: str, look: Look) -> Iterator[_Element]:
    """The paragraphs of a cell: the placeholder's font, no indents, figures to the right."""
    for line in text.split("\n"):
        paragraph = look.element("p")
        properties = look.element("pPr")
        properties.append(
            look.element("jc", val="right" if layout.is_figure(line) and "." in line else "left")
        )
        paragraph.append(properties)
        if line:
            paragraph.append(look.text(line))
        yield paragraph


def _width(paragraph: _Element, space: str) -> int:
    """The width of the text column: that of the section that the paragraph stands in."""
    sections = [*paragraph.iter(f"{space}sectPr")]
    body = next(paragraph.iterancestors(f"{space}body"), None)
    if not sections and body is not None:
        top = paragraph
        while (above := top.getparent()) is not None and above is not body:
            top = above
        for sibling in top.itersiblings():
            sections = [sibling] if sibling.tag == f"{space}sectPr" else [*sibling.iter(f"{space}sectPr")]
            if sections:
                break
    if not sections:
        return _USUAL_WIDTH
    size, margin = sections[0].find(f"{space}pgSz"), sections[0].find(f"{space}pgMar")
    if size is None or margin is None:
        return _USUAL_WIDTH
    values = [e.get(f"{space}{n}", "") for e, n in ((size, "w"), (margin, "left"), (margin, "right"))]
    if not all(value.isdecimal() for value in values):
        return _USUAL_WIDTH
    width = int(values[0]) - int(values[1]) - int(values[2])
    return width if width > 0 else _USUAL_WIDTH
