"""Printed numbers of headings and list items: what they are and what they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mingzhang.documents import squash
from mingzhang.facts import ParagraphSeen

_CHINESE = "一二三四五六七八九十"
_SHAPES = {
    "part": r"第([一二三四五六七八九十]{1,3})部分",
    "一、": r"([一二三四五六七八九十]{1,3})[、.．]",
    "（一）": r"[（(]([一二三四五六七八九十]{1,3})[）)][、.．]?",
    "1、": r"(\d{1,2})、",
    "1.": r"(\d{1,2})[.．](?!\s*\d)",
    "（1）": r"[（(](\d{1,2})[）)][、.．]?",
    "1）": r"(\d{1,2})[）)][、.．]?",
    "①": r"([①-⑳])",
}
"""The number in each kind of printed number."""
_KINDS = tuple(_SHAPES)
_PRINTED = re.compile(rf"[\s\-•·●■]*(?:{'|'.join(_SHAPES.values())})")
_HEADING = 40
_GAP, _LOW, _HIGH = 60, 600, 160
"""Points between lines, above the foot and below the head of a page that leave room for a table."""
_SENTENCE_END = ("。", "；", "：", "，", "、", ":", ";", ",", "！", "？")


@dataclass(slots=True, eq=False)
class Item:
    """A numbered paragraph: the kind and value of its number, its parent and the text after the number.

    ``plain`` counts the unnumbered heading-like lines since the sibling before, ``text`` says that
    something unnumbered stands under it, ``loose`` that a larger piece of the document does that is
    no paragraph.
    """

    number: int
    paragraph: ParagraphSeen
    kind: str
    value: int
    title: str
    start: int
    parent: Item | None = None
    before: Item | None = None
    plain: int = 0
    children: list[Item] = field(default_factory=list)
    text: bool = False
    loose: bool = False

    @property
    def headed(self) -> bool:
        """Whether it reads like a heading: short, without the signs of a sentence."""
        title = self.title
        return (
            1 < len(title) <= _HEADING
            and not title.endswith(_SENTENCE_END)
            and "。" not in title
            and "，" not in title
        )


def ordinal(text: str) -> tuple[str, int, int] | None:
    """(kind, value, end) of the number that a text begins with."""
    match = _PRINTED.match(text)
    if match is None or match.lastindex is None:
        return None
    value = value_of(match[match.lastindex])
    return (_KINDS[match.lastindex - 1], value, match.end()) if value else None


def value_of(printed: str) -> int:
    """The value of a printed ordinal; 0 where it is none."""
    if printed.isdecimal():
        return int(printed)
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    tens, ten, ones = printed.partition("十")
    if not ten:
        return _CHINESE.find(printed) + 1 if len(printed) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_CHINESE.find(tens) + 1 if tens else 1) * 10 + (_CHINESE.find(ones) + 1 if ones else 0)


def by_document(paragraphs: Iterable[ParagraphSeen]) -> list[list[ParagraphSeen]]:
    """The paragraphs of each document."""
    found: dict[int, list[ParagraphSeen]] = {}
    for paragraph in paragraphs:
        found.setdefault(paragraph.document, []).append(paragraph)
    return list(found.values())


def outline(paragraphs: Sequence[ParagraphSeen]) -> list[Item]:
    """The numbered paragraphs of one document; the contents are an outline of their own."""
    items: list[Item] = []
    stack: list[Item] = []
    silent, plain = False, 0
    previous: ParagraphSeen | None = None
    for number, paragraph in enumerate(paragraphs):
        contents = paragraph.part == "contents"
        if contents != silent:
            stack, silent, plain = [], contents, 0
        if stack and previous is not None and apart(previous, paragraph):
            stack[-1].loose = True
        previous = paragraph
        text = f"{paragraph.marker}{paragraph.text}"
        found = ordinal(text)
        if found is None:
            if paragraph.heading and paragraph.level != 1 and stack and _opens(paragraph):
                del stack[1 if stack[0].kind == "part" else 0 :]
            if stack:
                stack[-1].text = True
            plain += _is_plain_heading(paragraph)
            continue
        kind, value, end = found
        item = Item(
            number, paragraph, kind, value, squash(text[end:]), end - len(paragraph.marker), plain=plain
        )
        plain = 0
        _place(item, stack)
        items.append(item)
    return items


def _place(item: Item, stack: list[Item]) -> None:
    """Put the item under its parent, after its sibling."""
    if item.kind == "part":
        item.before = next((above for above in stack if above.kind == "part"), None)
        stack[:] = [item]
        return
    for depth, above in enumerate(stack):
        if above.kind == item.kind:
            item.before, item.parent = above, above.parent
            del stack[depth:]
            break
    else:
        item.parent = stack[-1] if stack else None
    if item.parent is not None:
        item.parent.children.append(item)
    stack.append(item)


def _opens(paragraph: ParagraphSeen) -> bool:
    return bool(paragraph.section) and len(squash(paragraph.text)) <= _HEADING


def _is_plain_heading(paragraph: ParagraphSeen) -> bool:
    """Whether an unnumbered line opens something new: a heading, or a lead-in that ends with a colon."""
    text = squash(paragraph.text)
    return text.endswith(":") or (1 < len(text) <= _HEADING and not text.endswith(_SENTENCE_END))


def apart(before: ParagraphSeen, after: ParagraphSeen) -> bool:
    """Whether so much lies between two paragraphs that a table or picture may stand there."""
    one, two = before.place, after.place
    if one.bbox is not None and two.bbox is not None:
        last = before.segments[-1].place if before.segments else one
        below = (last.bbox or one.bbox)[3]
        if two.page == one.page:
            return two.bbox[1] - below > _GAP
        return (two.page or 0) - (one.page or 0) != 1 or below < _LOW or two.bbox[1] > _HIGH
    if one.line is not None and two.line is not None:
        end = before.segments[-1].place.line if before.segments else one.line
        return two.line - (end or one.line) > 4
    if one.paragraph is not None and two.paragraph is not None:
        return two.paragraph - one.paragraph > 1
    return True


def siblings(items: Sequence[Item]) -> list[list[Item]]:
    """Runs of items that follow each other at one level under one parent, restarting at 1."""
    runs: list[list[Item]] = []
    last: dict[int, list[Item]] = {}
    for item in items:
        run = last.get(id(item.before)) if item.before is not None else None
        if run is None or item.value == 1:
            run = []
            runs.append(run)
        run.append(item)
        last[id(item)] = run
    return runs
