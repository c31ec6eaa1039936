"""What stands above and below a table: its title, number, unit of money and the unit's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mingzhang.binding.grid import Grid
from mingzhang.binding.identity import ENTITY
from mingzhang.binding.slots import label_key
from mingzhang.documents import Block, Paragraph, fold, squash
from mingzhang.facts import Field, FormReading
from mingzhang.provenance import Place

Line = tuple[str, Place]

TITLE_LENGTH = 60
_NUMBER = re.compile(r"公开\s*\d+\s*表")
_MONEY = re.compile(r"单位\s*:\s*(?:人民币)?\s*(亿\s*元|万\s*元|千\s*元|元)")
_MONEY_AFTER = re.compile(r"[(,;]?(?:金额|计量)?单位:(?:人民币)?[亿万千]?元\)?$")
_OTHER_TABLE = re.compile(
    r"(?:预算|财政|拨款|经费|基金|资金|收入|支出|结转|结余|采购|投资|项目|建设|经营|绩效|分类"
    r"|专项|债券|债务|补助|成本|[税费款金及和与、])$"
)
"""Before the title of a published table these words make it the title of another."""
_BRACKETS = re.compile(r"\([^()]*\)$")
_PAGE = re.compile(r"[-—第]*\d+[-—页]*")
_HEADING_PARAGRAPHS = 6


def heading_of(blocks: Sequence[Block], index: int, grid: Grid) -> list[Line]:
    """The lines that may head the table, nearest last: paragraphs before it, then its own first rows."""
    lines = [(block.text, block.place) for block in before(blocks, index, _HEADING_PARAGRAPHS)]
    for row in grid.rows[:6]:
        lines += [(cell.text, cell.place) for cell in row if cell and cell.text.strip()]
    return lines


def before(blocks: Sequence[Block], index: int, count: int) -> list[Paragraph]:
    """At most ``count`` paragraphs right before the block ``index``, in reading order."""
    found: list[Paragraph] = []
    for block in reversed(blocks[max(0, index - count) : index]):
        if not isinstance(block, Paragraph):
            break
        found.append(block)
    return found[::-1]


def after(blocks: Sequence[Block], index: int, count: int) -> list[Paragraph]:
    """At most ``count`` paragraphs right after the block ``index``."""
    found: list[Paragraph] = []
    for block in blocks[index + 1 : index + 1 + count]:
        if not isinstance(block, Paragraph):
            break
        found.append(block)
    return found


def only_furniture(blocks: Sequence[Block]) -> bool:
    """Whether nothing but page numbers stands in ``blocks``."""
    return all(isinstance(block, Paragraph) and _PAGE.fullmatch(squash(block.text)) for block in blocks)


def find_title(heading: Sequence[Line], titles: Mapping[str, str]) -> tuple[int, str, Line] | None:
    """The title nearest above the table, and the line it stands in with its number."""
    for number in range(len(heading) - 1, -1, -1):
        text, place = heading[number]
        for part in text.split("\n") if len(text) > TITLE_LENGTH else (text,):
            if len(part) > TITLE_LENGTH or not (found := titled(part, titles)):
                continue
            before = heading[number - 1][0] if number else ""
            if part == text and "表" not in before and len(before) + len(part) <= TITLE_LENGTH:
                whole = titled(before + part, titles)
                found = max(found, whole or "", key=len)
            return number, found, (part, place)
    return None


def titled(text: str, titles: Mapping[str, str]) -> str | None:
    """The longest of ``titles`` that ``text`` ends with, apart from a table number and brackets."""
    if "表" not in text:
        return None
    plain = _MONEY_AFTER.sub("", label_key(_NUMBER.sub("", fold(text).replace("'", '"'))))
    plain = _BRACKETS.sub("", plain)
    if not plain.endswith("表"):
        return None
    if plain in titles:
        return plain
    found = max((title for title in titles if plain.endswith(title)), key=len, default=None)
    if found and "决算" in found and _OTHER_TABLE.search(plain.removesuffix(found)):
        return None
    return found


def money_of(line: str) -> str:
    """The unit of money that a line such as 单位：万元 names, or nothing."""
    match = _MONEY.search(fold(line))
    return squash(match.group(1)) if match else ""


def read_heading(reading: FormReading, heading: Sequence[Line], titles: Mapping[str, str]) -> None:
    """Fill the heading's fields of ``reading``."""
    title = find_title(heading, titles)
    if title is not None:
        reading.title = Field(title[1], title[2][1], title[2][0].strip())
    for text, place in reversed(heading):
        folded = fold(text)
        if len(folded) > 200 and "公开" not in folded:
            continue
        if reading.number is None and (match := _NUMBER.search(folded)):
            reading.number = Field(squash(match.group()), place, text.strip())
        if reading.money is None and (unit := money_of(folded)):
            reading.money = Field(unit, place, text.strip())
        match = ENTITY.search(folded)
        if match and (reading.entity is None or not reading.entity.value):
            printed = text[match.start(1) : match.end(1)].strip()
            reading.entity = Field(printed, place, text.strip())
