"""Printed lines → paragraphs, by geometry: pure, for every reader that knows where lines stand.

A line flows on into the next one where it is full, that is, where the next line's first word
would not have fitted into it, and the next line begins neither a heading nor an indented
paragraph. Text keeps the printed characters: lines are joined without a space, except for a space
that is printed at the end of a line between Latin words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from mingzhang.documents import Paragraph, squash
from mingzhang.provenance import BBox, Place, Segment

_WIDE_GAP = 2.5  # ems: a blank as wide as this parts items that stand on one line
_LONG = 12  # ems: shorter lines tell nothing about the margins
_ENOUGH = 6  # long lines on a page tell its margins
_OUTER = 0.72  # of the page's width: a right margin further in is no margin
_NO_EDGE = float("inf")
_LEAST_EM = 0.1  # points: boxes may be empty
_DEEPEST = 4.0  # ems: first lines are indented by less
_SPREAD = 0.33  # of a line's characters are blanks: they were spread to fill the line
_SPREAD_BLANK = 0.15  # ems: the blank between two characters that were spread
_FAR = 1.5  # times the usual pitch: no line of the same paragraph
_WIDER = 1.15  # times the usual pitch: where blanks part paragraphs, such lines are parted

_ORDINAL = re.compile(
    r"[-*·•●■◆○]?\s*(?:"
    r"[一二三四五六七八九十]{1,3}\s?[、.．]"
    r"|[（(]\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s?[)）]"
    r"|\d{1,2}(?:-\d{1,2})?(?:[、）)]|[.．](?!\d))"
    r"|[①-⑳]"
    r")"
)
_NOTE = re.compile(r"(?:注|备注|说明|附注)\d?[:：]")
_PART = re.compile(
    r"(?:第[一二三四五六七八九十]{1,3}(?:部分|章|节)|附[件表]\s*[\d一二三四五六七八九十-]*)([^，。；]*)"
)
_LABEL = re.compile(
    r"(?:金额)?单位\s*[:：]|(?:编制|公开)?(?:部门|单位)(?:名称)?\s*[:：]|(?:.*\s)?公开\s{0,4}\d{1,3}\s{0,4}表$"
)
_TITLE = re.compile(r"[^,。;]{4,39}表")
_LONGEST_LABEL = 30
_LEADER = re.compile(r"(?:[.．·•…⋯_]\s*){3,}[\s\d()（）IVXivx-]*$")
_TAIL = 100  # characters: enough to see how a line ends
_END = re.compile(r"[。！？!?；;：:…][”’」』）)》】\"]*$")
_LIST = re.compile(r"[；;]\s*$")
_YEAR = re.compile(r"20\s*\d\s*\d|二[〇○零]")
_FIRST_WORD = re.compile(r"[（(“‘《〈【「『]*(?:[!-~]{1,12}|.)[，。、；：！？）)”’》〉】」』%％…]*")
_LATIN_END, _LATIN_START = re.compile(r"[!-~]$"), re.compile(r"[!-~]")


@dataclass(frozen=True)
class Line:
    """A printed line outside tables.

    ``place`` has its page and box. A ``text`` that ends with a space had one printed there;
    ``gap`` is the width of the widest blank between its characters.
    """

    text: str
    place: Place
    gap: float = 0.0

    @cached_property
    def box(self) -> BBox:
        """The line's box on its page."""
        return self.place.bbox or (0.0, 0.0, 0.0, 0.0)

    @cached_property
    def em(self) -> float:
        """The width of a Chinese character, told from the whole line."""
        x0, _, x1, _ = self.box
        text = self.text.strip()
        wide = width(text)
        if wide >= _LONG and (blanks := text.count(" ")) > _SPREAD * len(text):
            wide -= (0.5 - _SPREAD_BLANK) * blanks
        return max((x1 - x0) / max(wide, 0.5), _LEAST_EM)

    @cached_property
    def is_long(self) -> bool:
        """Whether the line tells something about the margins."""
        return width(self.text) >= _LONG

    @property
    def spaced(self) -> bool:
        """Whether a wide blank parts the line into items."""
        return self.gap > _WIDE_GAP * self.em


class _Column(NamedTuple):
    """The left and right edges of the running text of a page."""

    left: float
    right: float


_UNKNOWN = _Column(0.0, _NO_EDGE)


def width(text: str) -> float:
    """The width of ``text`` in ems: a Latin character counts half."""
    return len(text) - 0.5 * len(text.encode("ascii", "ignore"))


def first_word(text: str) -> float:
    """The width in ems of what cannot be parted at the beginning of a line."""
    word = _FIRST_WORD.match(text.lstrip())
    return width(word[0]) if word else 1.0


def begins_item(text: str) -> bool:
    """Whether a line begins with an ordinal, a part number, or a mark that starts a note."""
    return _begins_part(text.strip()) or _is_note(text) or is_label(text)


def _is_note(text: str) -> bool:
    return _NOTE.match(text.lstrip()) is not None


def _begins_part(text: str) -> bool:
    if _ORDINAL.match(text):
        return True
    return (part := _PART.fullmatch(text)) is not None and len(part[1]) <= 2 * _LONGEST_LABEL


def is_label(text: str) -> bool:
    """Whether a line states the unit, the department or the number of a table."""
    return len(text) <= _LONGEST_LABEL and _LABEL.match(text.strip()) is not None


def is_title(text: str) -> bool:
    """Whether a line names a table: its title, or one of its labels."""
    plain = squash(text[:_TAIL])
    return (_TITLE.fullmatch(plain) is not None) or is_label(text)


def ends_sentence(text: str) -> bool:
    """Whether a line ends with a mark that may end a paragraph."""
    return _END.search(text.rstrip()[-_TAIL:]) is not None


def is_entry(text: str) -> bool:
    """Whether a line is an entry of a table of contents, ending with a dot leader."""
    return _LEADER.search(text.rstrip()[-_TAIL:]) is not None


def _columns(lines: Iterable[Line], widths: Mapping[int, float]) -> dict[int, _Column]:
    """The text column of each page in ``widths``: its own, else that of the pages as wide."""
    long: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.place.page is not None and not line.spaced and line.is_long:
            long[line.place.page].append(line)
    alike: dict[int, list[Line]] = defaultdict(list)
    for page, found in long.items():
        alike[round(widths[page])] += found
    shared = {size: _column(found, size) for size, found in alike.items()}
    result = {}
    for page, wide in widths.items():
        column = shared.get(round(wide), _UNKNOWN)
        own = _column(long[page], wide) if len(long[page]) >= _ENOUGH else column
        near = sum(abs(line.box[2] - own.right) < 0.5 * line.em for line in long[page])
        if near * 2 < _ENOUGH:
            own = column
        indented = own.left > column.left and own.left - column.left < _DEEPEST * long[page][0].em
        result[page] = _Column(column.left if indented else own.left, own.right)
    return result


def _column(lines: list[Line], wide: float) -> _Column:
    lefts, rights = sorted(line.box[0] for line in lines), sorted(line.box[2] for line in lines)
    left, right = lefts[len(lefts) // 10], rights[min(len(rights) * 85 // 100, len(rights) - 1)]
    return _Column(left, right if right > _OUTER * wide else _NO_EDGE)


def joined(lines: Sequence[Line]) -> Paragraph:
    """One paragraph of lines that flow on, with the place of each line."""
    first = lines[0].place
    if len(lines) == 1:
        return Paragraph(lines[0].text.strip(), first)
    parts: list[str] = []
    segments: list[Segment] = []
    length = 0
    for number, line in enumerate(lines):
        text = line.text.strip()
        following = lines[number + 1].text.lstrip() if number + 1 < len(lines) else ""
        segments.append(Segment(length, line.place))
        if line.text.endswith(" ") and _LATIN_END.search(text) and _LATIN_START.match(following):
            text += " "
        parts.append(text)
        length += len(text)
    return Paragraph("".join(parts), first, segments=tuple(segments))


class Flow:
    """How the lines of a document are set: columns, pitch, and whether indents or blanks part paragraphs.

    ``lines`` are all lines outside tables in reading order, ``widths`` the widths of their pages.
    """

    def __init__(self, lines: Sequence[Line], widths: Mapping[int, float]) -> None:
        self._columns = _columns(lines, widths)
        pairs = [
            (before, after)
            for before, after in pairwise(lines)
            if before.place.page == after.place.page and _same_size(before, after)
        ]
        inside = [self._pitch_of(*pair) for pair in pairs if self._is_unfinished(*pair)]
        pitches = [self._pitch_of(*pair) for pair in pairs]
        usual = sorted(pitch for pitch in (inside if len(inside) > 2 else pitches) if pitch > 0)
        self._pitch = usual[len(usual) // 2] if usual else 2.0
        wider = sum(_WIDER < pitch / self._pitch < 2.5 for pitch in pitches)
        self._parts = wider * 10 >= max(len(pitches), 20)
        self._indents = self._hangs = False
        self._tell_indents(lines)

    def _tell_indents(self, lines: Sequence[Line]) -> None:
        """Tell whether the first lines of paragraphs are indented, or the others hanging."""
        indented = hanging = long = 0
        for before, line in pairwise(lines):
            long += line.is_long
            if 1.0 < self._shift(line) < _DEEPEST:
                flows = self._is_unfinished(before, line)
                hanging += flows
                indented += not flows and line.is_long
        self._indents = indented * 10 >= long and indented > hanging
        self._hangs = hanging * 10 >= long and hanging > indented

    def paragraphs(self, lines: Iterable[Line]) -> list[Paragraph]:
        """The paragraphs of consecutive lines, with no table between them, over pages."""
        groups: list[list[Line]] = []
        for line in lines:
            if groups and self._goes_on(groups[-1], line):
                groups[-1].append(line)
            else:
                groups.append([line])
        return [joined(group) for group in groups]

    def _goes_on(self, group: list[Line], line: Line) -> bool:
        """Whether the paragraph of ``group`` goes on in ``line``."""
        last = group[-1]
        if last.spaced or (line.spaced and not is_entry(line.text)):
            return False
        if is_entry(last.text) or is_label(last.text) or _begins_part(line.text):
            return False
        if not (_same_size(last, line) and self._adjoins(last, line)):
            return False
        ended = ends_sentence(last.text)
        shift = self._shift(line)
        if begins_item(line.text) and (ended or shift > 1.0 or not self._indents or _is_note(group[0].text)):
            return False
        if shift > 2.0 and self._is_centred(line):
            titles = not ended and self._is_centred(last) and not _YEAR.match(line.text)
            return titles and self._is_full(last, line, indent=self._shift(last) * last.em)
        if not self._is_full(last, line):
            return False
        if shift > 1.0:
            return self._is_set_in(group, shift, ended)
        if not ended or self._indents or _LIST.search(last.text):
            return True
        return self._shift(group[0]) > 1.0 or (self._parts and last.place.page == line.place.page)

    def _is_set_in(self, group: list[Line], shift: float, ended: bool) -> bool:
        """Whether a line inside the margin goes on with a paragraph that hangs or is set in as a whole."""
        if self._indents and shift < _DEEPEST:
            return False
        is_item = begins_item(group[0].text)
        if abs(shift - self._shift(group[-1])) < 0.5:
            return not ended or (is_item and len(group) > 1)
        return is_item and len(group) == 1 and shift < _DEEPEST and (not ended or self._hangs)

    def _column(self, line: Line) -> _Column:
        return self._columns.get(line.place.page or 0, _UNKNOWN)

    def _shift(self, line: Line) -> float:
        """How far right of the margin a line begins, in ems."""
        return (line.box[0] - self._column(line).left) / line.em

    def _is_centred(self, line: Line) -> bool:
        column = self._column(line)
        return abs((line.box[0] - column.left) - (column.right - line.box[2])) < line.em

    def _is_full(self, last: Line, line: Line, indent: float = 0.0) -> bool:
        """Whether the first word of ``line`` would not have fitted behind ``last``, ``indent`` taken off."""
        return (
            first_word(line.text) * last.em > self._column(last).right - last.box[2] + indent - 0.6 * last.em
        )

    def _is_unfinished(self, last: Line, line: Line) -> bool:
        return not ends_sentence(last.text) and self._is_full(last, line)

    def _adjoins(self, last: Line, line: Line) -> bool:
        """Whether a line is the next one below, or the first on a later page."""
        if last.place.page != line.place.page:
            return True
        limit = (_WIDER if self._parts else _FAR) * self._pitch
        return 0 < self._pitch_of(last, line) <= max(limit, 1.2)

    @staticmethod
    def _pitch_of(last: Line, line: Line) -> float:
        """How far below its predecessor a line stands, in ems."""
        return (line.box[3] - last.box[3]) / last.em


def _same_size(one: Line, two: Line) -> bool:
    """Whether two lines are set in one size; a few characters, or Latin ones, tell it roughly."""
    small, large = sorted((one.em, two.em))
    return large <= small * (1.3 if min(len(one.text), len(two.text)) > 3 else 1.6)
