"""What the attributes of web markup say about reading: styles that matter, and the numbers of lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*comment", re.IGNORECASE)
_NUMBERED = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_KEPT = re.compile(r"white-space\s*:\s*(?:pre\b|break)", re.IGNORECASE)
_OUTLINE = re.compile(r"mso-outline-level\s*:\s*([1-9])", re.IGNORECASE)
_BORDER = re.compile(r"\bborder\s*:\s*(?!none|0)", re.IGNORECASE)
_CHINESE = re.compile(r"cjk|chinese", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\+?(\d{1,9})")


class Style(NamedTuple):
    """What a style attribute says about reading."""

    hidden: bool
    numbered: bool
    kept: bool
    level: int
    bordered: bool
    chinese: bool

    @classmethod
    def of(cls, text: str) -> Style:
        """The meaning of a style attribute."""
        level = _OUTLINE.search(text)
        searched = (_HIDDEN, _NUMBERED, _KEPT, _BORDER, _CHINESE)
        hidden, numbered, kept, bordered, chinese = (bool(pattern.search(text)) for pattern in searched)
        return cls(hidden, numbered, kept, int(level[1]) if level else 0, bordered, chinese)


PLAIN = Style(False, False, False, 0, False, False)


@dataclass(slots=True)
class Numbering:
    """The numbering of a list."""

    next: int
    kind: str

    def marker(self, value: int | None) -> str:
        """What is printed before the next entry; ``value`` is the number it states itself."""
        number = self.next if value is None else value
        self.next = number + 1
        if self.kind == "chinese":
            return f"{_in_chinese(number)}、"
        if self.kind in ("a", "A"):
            return f"{chr(ord(self.kind) + (number - 1) % 26)}."
        return f"{number}."


def integer(stated: str | None, otherwise: int) -> int:
    """The whole number that an attribute states."""
    match = _NUMBER.match(stated) if stated else None
    return int(match[1]) if match else otherwise


def numbering_of(element: etree._Element, tag: str, style: Style) -> Numbering | None:
    """The numbering of a list element; none for lists with bullets."""
    if style.chinese:
        return Numbering(integer(element.get("start"), 1), "chinese")
    return Numbering(integer(element.get("start"), 1), element.get("type", "1")) if tag == "ol" else None


def _in_chinese(number: int) -> str:
    """A number below a hundred in Chinese, others in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = ("" if tens < 2 else "〇一二三四五六七八九"[tens]) + "十" if tens else ""
    return ten + ("〇一二三四五六七八九"[ones] if ones else "")
