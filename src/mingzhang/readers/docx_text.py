"""The printed text of Word paragraphs, with the ``w:t`` nodes that it stands in."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from lxml.etree import _Element

from mingzhang.provenance import Place, Segment
from mingzhang.readers.docx_numbering import VAL, Styles, W, is_on, symbol

_TEXT = f"{W}t"
TABLE = f"{W}tbl"
PARAGRAPH = f"{W}p"
_BOX = f"{W}txbxContent"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATIVES = f"{_COMPATIBILITY}AlternateContent"
_CHOICE = f"{_COMPATIBILITY}Choice"
_FALLBACK = f"{_COMPATIBILITY}Fallback"
_EQUATIONS = {f"{_MATH}oMath", f"{_MATH}oMathPara"}
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_BLANK = " \t\r\n"

_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")} | {
    f"{W}{name}" for name in ("hyperlink", "fldSimple", "dir", "bdo")
}
_RUN = f"{W}r"
_FIELD = f"{W}fldChar"
_VANISH = f"{W}vanish"
_STYLE = f"{W}rStyle"
_FONTS = f"{W}rFonts"
_ASCII = f"{W}ascii"
_RUN_PROPERTIES = f"{W}rPr"
_DRAWINGS = {f"{W}drawing", f"{W}pict", f"{W}object"}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_PRINTED = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}

Item = tuple[str, int, int]
"""Printed characters with the ordinal of their text node (-1: of none) and the offset in it."""


def flat(container: _Element, wanted: Container[object]) -> Iterator[_Element]:
    """The children of these tags, also those inside content controls and kept revisions."""
    for child in container:
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from flat(child, wanted)
        elif child.tag == _ALTERNATIVES:
            yield from flat(_chosen(child), wanted)


def _chosen(alternatives: _Element) -> _Element:
    """The one alternative that is read: the first choice, else the fallback."""
    for tag in (_CHOICE, _FALLBACK):
        found = alternatives.find(tag)
        if found is not None:
            return found
    return alternatives


class Texts:
    """Gathers the printed text of the paragraphs of one part.

    What it meets on the way is left in ``later`` (text boxes to read after the block that anchors
    them) and ``references`` (kind and id of foot and end notes).
    """

    def __init__(self, root: _Element, styles: Styles) -> None:
        self.later: list[_Element] = []
        self.references: list[tuple[str, str]] = []
        self._nodes = {node: ordinal for ordinal, node in enumerate(root.iter(_TEXT))}
        self._styles = styles
        self._hidden = False
        self._fields: list[bool] = []  # of the open fields, whether the separator is yet to come
        self._unseparated = 0

    def items(self, paragraph: _Element, hidden: bool) -> list[Item]:
        """The text of a paragraph; ``hidden`` says that its style hides it."""
        self._hidden = hidden
        self._fields.clear()  # so that a field without an end hides no other paragraph
        self._unseparated = 0
        items: list[Item] = []
        self._collect(paragraph, items)
        return items

    def _collect(self, parent: _Element, items: list[Item]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _RUN:
                self._run(child, items)
            elif tag in _WRAPPERS:
                self._collect(child, items)
            elif tag in _EQUATIONS:
                items.append(("".join(text.text or "" for text in child.iter(f"{_MATH}t")), -1, 0))
            elif tag == _ALTERNATIVES:
                self._collect(_chosen(child), items)

    def _run(self, run: _Element, items: list[Item]) -> None:
        hidden, font = self._hidden, ""
        for child in run:
            tag = child.tag
            if tag == _RUN_PROPERTIES:
                hidden, font = self._properties(child)
            elif tag == _FIELD:
                self._field(child, items)
            elif hidden or self._unseparated:
                continue
            elif tag == _TEXT:
                self._text(child, font, items)
            else:
                self._special(child, items)

    def _properties(self, properties: _Element) -> tuple[bool, str]:
        """Whether the run is hidden, and its font if that is a font of symbols."""
        hidden, font = self._hidden, ""
        for element in properties:
            tag = element.tag
            if tag == _VANISH:
                hidden = is_on(element)
            elif tag == _STYLE:
                hidden = hidden or self._styles[element.get(VAL, "")].hidden
            elif tag == _FONTS:
                name = element.get(_ASCII, "")
                font = name if name.startswith(("Wingdings", "Symbol")) else ""
        return hidden, font

    def _text(self, node: _Element, font: str, items: list[Item]) -> None:
        text = node.text
        if not text:
            return
        offset = 0
        if (text[0] in _BLANK or text[-1] in _BLANK) and not _is_preserved(node):
            offset = len(text) - len(text.lstrip(_BLANK))
            text = text.strip(_BLANK)
        if "\n" in text:
            text = text.replace("\n", " ")
        if font:
            text = "".join(symbol(character, font) for character in text)
        if text:
            items.append((text, self._nodes[node], offset))

    def _special(self, element: _Element, items: list[Item]) -> None:
        tag = element.tag
        if tag in _PRINTED:
            if element.get(f"{W}type") not in {"page", "column"}:
                items.append((_PRINTED[tag], -1, 0))
        elif tag == f"{W}sym":
            items.append((_symbol(element), -1, 0))
        elif tag in _NOTES:
            self.references.append((_NOTES[tag], element.get(f"{W}id", "")))
        elif tag in _DRAWINGS:
            self._boxes(element)
        elif tag == _ALTERNATIVES:
            for child in _chosen(element):
                self._special(child, items)
        elif tag == f"{W}ruby":
            for base in element.iterchildren(f"{W}rubyBase"):
                self._collect(base, items)

    def _boxes(self, drawing: _Element) -> None:
        """Leave the text boxes of a drawing for later, those inside another for when that is read."""
        stack = [drawing]
        while stack:
            element = stack.pop()
            if element.tag == _BOX:
                self.later.append(element)
            else:
                stack.extend(reversed(_chosen(element) if element.tag == _ALTERNATIVES else element))

    def _field(self, element: _Element, items: list[Item]) -> None:
        """A field prints what stands between its separator and its end, a check box itself."""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            box = element.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                checked = box.find(f"{W}checked")
                items.append(
                    ("☑" if is_on(box.find(f"{W}default") if checked is None else checked) else "☐", -1, 0)
                )
            self._fields.append(True)
            self._unseparated += 1
        elif self._fields:
            self._unseparated -= self._fields.pop()
            if kind == "separate":
                self._fields.append(False)


def _is_preserved(node: _Element) -> bool:
    """Whether Word keeps the white space at the ends of a text node."""
    own = node.get(_PRESERVED)
    if own is None:
        own = next((value for e in node.iterancestors() if (value := e.get(_PRESERVED))), None)
    return own == "preserve"


def _symbol(element: _Element) -> str:
    try:
        return symbol(chr(int(element.get(f"{W}char", ""), 16)), element.get(f"{W}font", ""))
    except (ValueError, OverflowError):
        return ""


def joined(items: Sequence[Item], part: str, whole: Place) -> tuple[str, tuple[Segment, ...]]:
    """The text of the items and its source coordinates; ``whole`` is where the block stands."""
    segments: list[Segment] = []
    start, inside = 0, False
    ordinal = whole.paragraph
    for text, node, offset in items:
        if node >= 0:
            segments.append(Segment(start, Place(None, None, None, ordinal, None, None, part, node, offset)))
            inside = True
        elif inside and text:  # printed, but in no node: placed by its offset in the block
            segments.append(Segment(start, whole._replace(offset=start)))
            inside = False
        start += len(text)
    return "".join([item[0] for item in items]), tuple(segments)
