"""Lines of a text dump → paragraphs: joins what the dump of a PDF broke, by the words alone.

A dump has no geometry. A line goes on in the next one only if it stops in the middle of a phrase:
at a comma, at an open bracket, at the width where the file breaks all its lines, or where the
characters on both sides of the break follow each other elsewhere in the same file. A sentence left
broken is better than two paragraphs glued.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mingzhang.documents import Paragraph, squash
from mingzhang.readers.flow import (
    Line,
    begins_item,
    ends_sentence,
    first_word,
    is_entry,
    is_title,
    joined,
    width,
)

_SENTENCE = 20  # ems: a shorter line that ends in the middle of a phrase is a title
_TITLE = 6
_MOST_BLANKS = 4  # a page break leaves blank lines and perhaps a page number
_FIRST_INDENT = 2.0  # ems that the first line of a paragraph may have been indented by
_FEWEST = 10  # long lines tell where a file breaks them
_NO_EDGE = float("inf")
_MOST_PAIRS = 500_000
_INDENT = re.compile(r"　|\s{2}")
_PAUSE = re.compile(r"[，,、（(《“‘〈【]$")
_INSIDE = re.compile(r"[，。；：,;:]")
_GOES_ON = re.compile(r"[，。、；：！？）》”’〉】%％]")
_NAMED = re.compile(
    r"(?:[局委办处院校厅队馆站所会室部园司]|中心|学校|20\d\d年度?|[表录]|概况|报告|说明|情况|职责|决算|预算|目标)$"
)
_DIGIT = re.compile("[1-9]")


class Dump:
    """What a whole file tells about its lines: which characters follow each other, digits alike, and
    at which width lines are broken, if they are.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._pairs: set[tuple[str, str]] = set()
        for line in lines:
            self._pairs.update(pairwise(_DIGIT.sub("0", squash(line))))
            if len(self._pairs) > _MOST_PAIRS:
                break
        text = [line.strip() for line in lines if "\t" not in line]
        self._edge = _edge([width(line) for line in text])
        self._is_broken = len(text) < len(lines) or self._edge < _NO_EDGE
        self._is_broken |= sum(_PAUSE.search(line) is not None for line in text) > 1

    def paragraphs(self, lines: Sequence[Line]) -> list[Paragraph]:
        """The paragraphs of lines that only blank lines part; each line one if the file breaks none."""
        groups: list[list[Line]] = []
        for line in lines:
            if groups and self._is_broken and self._goes_on(groups[-1], line):
                groups[-1].append(line)
            else:
                groups.append([line])
        return [
            joined(group) if len(group) > 1 else Paragraph(group[0].text, group[0].place) for group in groups
        ]

    def _goes_on(self, group: Sequence[Line], line: Line) -> bool:
        last = group[-1]
        blanks = (line.place.line or 0) - (last.place.line or 0) - 1
        if blanks > _MOST_BLANKS or _INDENT.match(line.text) or begins_item(line.text):
            return False
        if _GOES_ON.match(line.text):
            return True
        if is_entry(last.text) or is_title(last.text) or is_title(line.text) or ends_sentence(last.text):
            return False
        before, after = squash(last.text), squash(line.text)
        if _PAUSE.search(before):
            return True
        is_heading = len(group) < 3 and not any(_INSIDE.search(part.text) for part in group)
        if is_heading and _NAMED.search(before):
            return False
        if self._is_full(last, line, _FIRST_INDENT if len(group) == 1 else 0.0):
            return True
        if is_heading and (begins_item(before) or len(before) < (_SENTENCE if blanks else _TITLE)):
            return False
        return (_DIGIT.sub("0", before[-1:]), _DIGIT.sub("0", after[:1])) in self._pairs

    def _is_full(self, last: Line, line: Line, indent: float) -> bool:
        """Whether the first word of a line would have gone beyond the width where the file breaks lines."""
        return width(last.text.strip()) + first_word(line.text) + indent > self._edge - 0.5


def _edge(widths: Sequence[float]) -> float:
    """The width at which most long lines end, infinite if they end anywhere."""
    long = sorted(wide for wide in widths if wide >= _SENTENCE)
    if len(long) < _FEWEST:
        return _NO_EDGE
    edge = long[len(long) * 9 // 10]
    near = sum(edge - 2.5 <= wide <= edge + 1 for wide in long)
    return edge if near * 2 >= len(long) else _NO_EDGE
