"""What was found in a template: its placeholders with their places, its words, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element

from mingzhang.documents import quoted
from mingzhang.templates.names import is_name

_PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")
_HALF_WIDTH = str.maketrans("｛｝", "{}")
_CODE = re.compile(r"\{%|%\}|\{#|#\}|<%|%>")
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_SNIPPET = 24


class Spot(NamedTuple):
    """A placeholder: the words between its braces and where it stands, in words.

    ``alone`` says that its paragraph or cell holds nothing else, ``in_cell`` that this is in a table's cell;
    ``row`` is the number of the table row that it stands in, ``rest`` the words after it.
    """

    text: str
    where: str
    alone: bool
    in_cell: bool
    row: str = ""
    rest: str = ""
    block: bool = True


@dataclass(slots=True)
class Found:
    """A template as read: ``kind`` is docx or xlsx, ``words`` its whole text without placeholders.

    ``tags`` are those of content controls that are no placeholders, ``faults`` sentences for the user.
    """

    kind: str
    spots: list[Spot] = field(default_factory=list)
    words: str = ""
    tags: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Hit(NamedTuple):
    """A placeholder in the text of a :class:`Line`."""

    start: int
    end: int
    text: str


class Line:
    """The text of a paragraph or cell over the text nodes that it is cut into; a break is a newline."""

    def __init__(self, nodes: Sequence[_Element | None]) -> None:
        self.nodes: list[tuple[int, _Element]] = []
        text = ""
        for node in nodes:
            if node is None:
                text += "\n"
            else:
                self.nodes.append((len(text), node))
                text += node.text or ""
        self.text = text

    def hits(self) -> list[Hit]:
        """The placeholders in order."""
        return [Hit(m.start(), m.end(), m[1].strip()) for m in _PLACEHOLDER.finditer(self.text)]

    @property
    def alone(self) -> bool:
        """Whether there is one placeholder and nothing beside it."""
        return _PLACEHOLDER.fullmatch(self.text.strip()) is not None

    def replace(self, hit: Hit, text: str) -> _Element:
        """Put ``text`` in place of a placeholder, in its first node; from the last to the first."""
        first: _Element | None = None
        for start, node in self.nodes:
            own = node.text or ""
            low, high = max(hit.start - start, 0), min(hit.end - start, len(own))
            if low < high:
                node.text = own[:low] + (text if first is None else "") + own[high:]
                node.set(_PRESERVED, "preserve")
                first = node if first is None else first
        assert first is not None
        return first


def rest_after(line: Line, hit: Hit) -> str:
    """The words right after a placeholder, as far as a unit could be."""
    return line.text[hit.end : hit.end + 8].lstrip()


def text_faults(text: str, where: str) -> Iterator[str]:
    """What is written like a placeholder and is none: code, open braces."""
    shown = quoted(text.strip()[:_SNIPPET])
    if _CODE.search(text):
        yield f"{where}{shown}：模板中不能有程序语句（如{{% … %}}），只能有{{{{名称}}}}；请删去。"
    for match in _PLACEHOLDER.finditer(text):
        if not is_name(match[1].strip()):
            said = quoted("{{" + match[1][:_SNIPPET] + "}}")
            yield f"{where}{said}不是名称：花括号里只能写名称，不能写算式、条件或程序；请改正。"
    folded = folded_braces(text)
    written = {match.start() for match in _PLACEHOLDER.finditer(text)}
    for match in _PLACEHOLDER.finditer(folded):
        if match.start() not in written:
            said, meant = quoted(text[match.start() : match.end()][:_SNIPPET]), match[1].strip()
            yield f"{where}{said}的花括号是全角的（中文输入法），认不出来；请改为半角的{{{{{meant}}}}}。"
    bare = _PLACEHOLDER.sub("", folded)
    if "{{" in bare or "}}" in bare:
        yield f"{where}{shown}：花括号不成对，或中间换了行；请写成{{{{名称}}}}，前后在同一段。"


def folded_braces(text: str) -> str:
    """The text with the braces of a Chinese input method as those of placeholders."""
    return text.translate(_HALF_WIDTH)
