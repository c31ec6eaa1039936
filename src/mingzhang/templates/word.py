"""A Word template: its placeholders found, and filled in place; all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from mingzhang.documents import Block, Paragraph, Table, UnreadableError
from mingzhang.readers.docx import main_part
from mingzhang.readers.package import Package
from mingzhang.reporting.annotate.parts import Parts
from mingzhang.templates.answers import Answer, Column, Put, Said
from mingzhang.templates.found import Found, Hit, Line, Spot, rest_after, text_faults
from mingzhang.templates.names import KINDS
from mingzhang.templates.said import inline, lines
from mingzhang.templates.word_tables import Look, table

_ALONE_KINDS = ("header", "footer", "footnotes", "endnotes")
_WHERE = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_MOST_NODES = 400_000
_TOO_MANY = "模板中重复的行过多，填写后超过限制；请减少重复的表格。"
_IDS = re.compile(r"\}(?:paraId|textId)$")
_LEFT_OUT = ("del", "moveFrom", "rPr", "pPr")


class Spotted(NamedTuple):
    """A paragraph with placeholders: its element, its text, and the row and cell that it stands in."""

    element: _Element
    line: Line
    row: _Element | None
    cell: _Element | None


class WordTemplate:
    """One template being read or filled; ``known`` are the tags of controls that are names without a kind."""

    def __init__(self, data: bytes, package: Package, known: Collection[str]) -> None:
        self._known = known
        self._parts = Parts(data)
        main = main_part(package)
        self._names = {main: "正文"}
        for kind in _ALONE_KINDS:
            for name in self._parts.related(main, kind).values():
                self._names[name] = _WHERE[kind]
        self._main = main
        self._roots = {name: self._parts.root(name) for name in self._names}
        self.space = str(self._roots[main].tag).partition("}")[0] + "}"

    # ── reading ───────────────────────────────────────────────────────────────────────────────

    def found(self) -> Found:
        """The placeholders in their order, what is wrong with how they are written, and all words."""
        found = Found("docx")
        words: list[str] = []
        for name, root in self._roots.items():
            self._open_controls(root, found)
            for number, spotted in enumerate(self._paragraphs(root), 1):
                line = spotted.line
                words.append(line.text)
                where = f"{self._names[name]}第{number}段" if name == self._main else self._names[name]
                found.faults += text_faults(line.text, where)
                found.spots += (self._spot(spotted, hit, where, name == self._main) for hit in line.hits())
        found.words = "\n".join(words)
        return found

    def _spot(self, spotted: Spotted, hit: Hit, where: str, main: bool) -> Spot:
        line, row, cell = spotted.line, spotted.row, spotted.cell
        only = cell is not None and sum(1 for _ in cell.iter(self._tag("p"))) == 1
        return Spot(
            hit.text,
            where,
            line.alone,
            line.alone and only,
            "" if row is None else self._number(row),
            rest_after(line, hit),
            main,
        )

    def _number(self, row: _Element) -> str:
        return row.getroottree().getpath(row)

    def _paragraphs(self, root: _Element) -> Iterator[Spotted]:
        for element in root.iter(self._tag("p")):
            line = Line(list(self._nodes(element)))
            if line.text:
                row = next(element.iterancestors(self._tag("tr")), None)
                cell = next(element.iterancestors(self._tag("tc")), None)
                yield Spotted(element, line, row, cell)

    def _nodes(self, element: _Element) -> Iterator[_Element | None]:
        """The text nodes of a paragraph, without those of text boxes in it and of deleted text."""
        for child in element:
            if child.tag == self._tag("t"):
                yield child
            elif child.tag in (self._tag("br"), self._tag("cr"), self._tag("tab")):
                yield None
            elif child.tag != self._tag("p") and isinstance(child.tag, str) and not self._left_out(child):
                yield from self._nodes(child)

    def _left_out(self, element: _Element) -> bool:
        return element.tag in {self._tag(name) for name in _LEFT_OUT}

    def _tag(self, name: str) -> str:
        return f"{self.space}{name}"

    # ── content controls ──────────────────────────────────────────────────────────────────────

    def _open_controls(self, root: _Element, found: Found | None) -> None:
        """Let a control whose tag is a name hold the placeholder of this name, in its own formatting."""
        for control in list(root.iter(self._tag("sdt"))):
            properties, content = control.find(self._tag("sdtPr")), control.find(self._tag("sdtContent"))
            tag = properties.find(self._tag("tag")) if properties is not None else None
            text = (tag.get(self._tag("val")) or "").strip() if tag is not None else ""
            if properties is None or content is None or not text:
                continue
            if text not in self._known and not _is_placeholder(text):
                if found is not None:
                    found.tags.append(text)
                continue
            for name in ("showingPlcHdr", "dataBinding", "temporary"):
                for child in properties.findall(self._tag(name)):
                    properties.remove(child)
            self._hold(content, "{{" + _inner(text) + "}}")

    def _hold(self, content: _Element, text: str) -> None:
        nodes = list(content.iter(self._tag("t")))
        if not nodes:
            holder = next(content.iter(self._tag("p")), content)
            nodes = [etree.SubElement(etree.SubElement(holder, self._tag("r")), self._tag("t"))]
        nodes[0].text = text
        first = next(nodes[0].iterancestors(self._tag("p")), None)
        for node in nodes[1:]:
            node.text = ""
        run = next(nodes[0].iterancestors(self._tag("r")), content)
        style = run.find(f"{self._tag('rPr')}/{self._tag('rStyle')}")
        if style is not None and "laceholder" in (style.get(self._tag("val")) or ""):
            parent = style.getparent()
            assert parent is not None
            parent.remove(style)
        for paragraph in content.findall(self._tag("p")):
            if paragraph is not first:
                content.remove(paragraph)

    # ── filling ───────────────────────────────────────────────────────────────────────────────

    def filled(self, answers: Mapping[str, Answer], banner: str) -> bytes:
        """The file with every placeholder filled; ``banner`` is a first line of a draft."""
        for root in self._roots.values():
            self._open_controls(root, None)
            self._repeat_rows(root, answers)
            for spotted in list(self._paragraphs(root)):
                self._fill(spotted, answers)
        if banner:
            self._mark(banner)
        return self._parts.packed()

    def _repeat_rows(self, root: _Element, answers: Mapping[str, Answer]) -> None:
        rows: dict[_Element, int] = {}
        for spotted in self._paragraphs(root):
            for hit in spotted.line.hits():
                answer = answers[hit.text]
                if isinstance(answer, Column) and spotted.row is not None:
                    rows[spotted.row] = len(answer.values)
        left = _MOST_NODES
        for row, count in rows.items():
            left -= count * sum(1 for _ in row.iter())
            if left < 0:
                raise UnreadableError(_TOO_MANY)
            copies = [row, *(self._copy(row) for _ in range(count - 1))]
            for before, after in pairwise(copies):
                before.addnext(after)
            for number, copy in enumerate(copies):
                self._fill_row(copy, number, answers)

    def _copy(self, row: _Element) -> _Element:
        """A further row like ``row``, without what may be only once in a document."""
        copy = deepcopy(row)
        copy.tail = None
        for mark in list(copy.iter(self._tag("bookmarkStart"), self._tag("bookmarkEnd"))):
            parent = mark.getparent()
            assert parent is not None
            parent.remove(mark)
        for element in copy.iter():
            for name in [str(name) for name in element.attrib if _IDS.search(str(name))]:
                del element.attrib[name]
        return copy

    def _fill_row(self, row: _Element, number: int, answers: Mapping[str, Answer]) -> None:
        for spotted in list(self._paragraphs(row)):
            for hit in reversed(spotted.line.hits()):
                answer = answers[hit.text]
                if isinstance(answer, Column):
                    values = answer.values
                    spotted.line.replace(hit, values[number] if number < len(values) else "")

    def _fill(self, spotted: Spotted, answers: Mapping[str, Answer]) -> None:
        line, element = spotted.line, spotted.element
        for hit in reversed(line.hits()):
            answer = answers[hit.text]
            if isinstance(answer, Put) or (
                isinstance(answer, Said) and line.alone and len(answer.lines) != 1
            ):
                self._put(element, line, answer)
            else:
                in_cell = line.alone and spotted.cell is not None
                text = inline(answer, rest_after(line, hit), in_cell)
                self._break(line.replace(hit, text))

    def _break(self, node: _Element) -> None:
        """Lines of a text as Word breaks them."""
        first, *others = (node.text or "").split("\n")
        node.text = first
        last = node
        for text in others:
            line_break, after = node.makeelement(self._tag("br")), deepcopy(node)
            after.text = text
            last.addnext(line_break)
            line_break.addnext(after)
            last = after

    # ── blocks ────────────────────────────────────────────────────────────────────────────────

    def _put(self, element: _Element, line: Line, answer: Put | Said) -> None:
        """Blocks in place of a paragraph that holds nothing else: paragraphs like it, and tables."""
        blocks = answer.blocks if isinstance(answer, Put) else lines(answer)
        look = Look.of(element, line.nodes[0][1], self._styled(), self.space)
        (hit,) = line.hits()
        if not blocks:
            line.replace(hit, "")
            return
        first = next((b for b in blocks if not _is_break(b)), None)
        self_used = isinstance(first, Paragraph)
        last, after_table = element, False
        turned = False
        for block in blocks:
            if _is_break(block):
                turned = block is not blocks[0]
                continue
            if isinstance(block, Table):
                if after_table:
                    last = _after(last, look.paragraph(""))
                last = _after(last, table(block, look))
                after_table = True
            elif isinstance(block, Paragraph):
                if block is first and self_used:
                    line.replace(hit, block.text)
                else:
                    last = _after(last, look.paragraph(block.text, turned=turned))
                after_table = turned = False
        self._close(element, last, line, hit if not self_used else None, after_table)

    def _close(
        self, element: _Element, last: _Element, line: Line, unused: Hit | None, after_table: bool
    ) -> None:
        """Move a section's end behind what was put; drop the paragraph where tables alone stand for it."""
        properties = element.find(self._tag("pPr"))
        section = properties.find(self._tag("sectPr")) if properties is not None else None
        following = last.getnext()
        needs = after_table and (following is None or following.tag != self._tag("p"))
        if (section is not None and last is not element) or needs:
            ending = element.makeelement(self._tag("p"))
            last.addnext(ending)
            if section is not None:
                etree.SubElement(ending, self._tag("pPr")).append(section)
        if unused is None:
            return
        line.replace(unused, "")
        parent = element.getparent()
        empty = all(child.tag in (self._tag("pPr"), self._tag("r")) for child in element)
        drawn = any(True for _ in element.iter(self._tag("drawing"), self._tag("br"), self._tag("pict")))
        before = element.getprevious()
        joins = before is not None and before.tag == self._tag("tbl")
        if parent is not None and empty and not drawn and not joins:
            parent.remove(element)

    def _styled(self) -> str:
        """The style of the template's first table that has one."""
        for properties in self._roots[self._main].iter(self._tag("tblPr")):
            style = properties.find(self._tag("tblStyle"))
            if style is not None:
                return style.get(self._tag("val")) or ""
        return ""

    def _mark(self, banner: str) -> None:
        """A first line that says what the file is."""
        body = self._roots[self._main].find(self._tag("body"))
        if body is None:
            return
        paragraph = body.makeelement(self._tag("p"))
        run = etree.SubElement(paragraph, self._tag("r"))
        properties = etree.SubElement(run, self._tag("rPr"))
        etree.SubElement(properties, self._tag("b"))
        etree.SubElement(properties, self._tag("color"), {self._tag("val"): "C00000"})
        etree.SubElement(run, self._tag("t")).text = banner
        body.insert(0, paragraph)


def _after(last: _Element, new: _Element) -> _Element:
    last.addnext(new)
    return new


def _is_break(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.role == "break"


def _inner(tag: str) -> str:
    return tag.removeprefix("{{").removesuffix("}}").strip()


def _is_placeholder(tag: str) -> bool:
    """Whether the tag of a control is meant as a name: one of a kind, or written with braces."""
    kind, colon, _ = tag.replace("：", ":").partition(":")
    return (tag.startswith("{{") and tag.endswith("}}")) or (bool(colon) and kind.strip() in KINDS)
