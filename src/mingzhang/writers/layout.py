"""How a document stands on pages, for every writer: sections, contents, widths of columns.

The roles of paragraphs say what belongs to a table: the titles and labels right before it and the
notes right after it. With them a wide table stands in a landscape section. The lines of the title
page stand alone on a page, as the contents do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from mingzhang.documents import Block, Document, Paragraph, Picture, Table
from mingzhang.provenance import Place

CONTENTS_LEVELS = 2
"""The levels of headings that the table of contents lists."""
_BEFORE = ("caption", "label", "break")
"""The roles of what goes with a table that follows."""
_ALONE = ("cover", "contents")
_LANDSCAPE_FROM = 9
_PORTRAIT_LETTERS = 84
"""Half-width letters of a table, with the blanks beside them, that a portrait page holds."""
_COLUMN_LETTERS = (4, 60)
"""The narrowest column and the widest that is asked for, in half-width letters."""
_BESIDE = 1.5
LONGEST_WORD = 24
"""Letters of a word that no writer cuts."""
_MOST_LINES = 4
_MEASURE = 18
_MOST_MEASURED = 500
_FIGURE = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
_RIGHT = re.compile(r"(?:公开|财决)\d+表|(?:金额)?单位[:：](?:人民币)?[亿万千百]*元")
_MIDDLE = re.compile(r"[（(]\d{4}年度[）)]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[!-~]+[，。、；：！？）】》”]*|[（《【“]*.[，。、；：！？）】》”…—]*")
_BROAD = frozenset("ABCDEFGHKMNOPQRUVWXYZmw@%&")
_NOWHERE = Place()


@dataclass(slots=True)
class Section:
    """Blocks on pages of one kind: upright or turned, or a sheet that one drawing takes whole."""

    landscape: bool = False
    sheet: bool = False
    blocks: list[Block] = field(default_factory=list)


def sections(document: Document) -> list[Section]:
    """The document cut where the paper turns; no page break stands at the beginning or end of a section."""
    found: list[Section] = []
    for group in groups(list(_with_breaks(document.blocks))):
        turned = group.table is not None and is_wide(group.table)
        sheet = isinstance(group.block, Picture) and group.block.whole
        if not found or sheet or found[-1].sheet or found[-1].landscape != turned:
            found.append(Section(turned, sheet))
        found[-1].blocks += [*group.above, *([] if group.block is None else [group.block]), *group.below]
    for section in found:
        section.blocks = _trimmed(section.blocks)
    return [section for section in found if section.blocks]


def _with_breaks(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with page breaks after the title page and around the contents."""
    before = ""
    for block in blocks:
        role = _role(block)
        if role != before and (before in _ALONE or role in _ALONE):
            yield Paragraph("", _NOWHERE, role="break")
        yield block
        before = role


class Group(NamedTuple):
    """A block with what belongs to it: of a table its titles, labels, notes, and page breaks before it."""

    above: Sequence[Block]
    block: Block | None
    below: Sequence[Block]

    @property
    def table(self) -> Table | None:
        """The table of the group."""
        return self.block if isinstance(self.block, Table) else None


def groups(blocks: Sequence[Block]) -> Iterator[Group]:
    """The blocks in groups; titles and labels that no table follows stand above some other block."""
    start = 0
    while start < len(blocks):
        at = start
        while at < len(blocks) and _role(blocks[at]) in _BEFORE:
            at += 1
        block = blocks[at] if at < len(blocks) else None
        end = min(at + 1, len(blocks))
        while isinstance(block, Table) and end < len(blocks) and _role(blocks[end]) == "note":
            end += 1
        yield Group(blocks[start:at], block, blocks[at + 1 : end])
        start = end


def _trimmed(blocks: list[Block]) -> list[Block]:
    """The blocks without page breaks at either end and without two in a row."""
    kept: list[Block] = []
    for block in blocks:
        if not is_break(block) or (kept and not is_break(kept[-1])):
            kept.append(block)
    if kept and is_break(kept[-1]):
        kept.pop()
    return kept


def is_break(block: Block) -> bool:
    """Whether the block is a page break."""
    return _role(block) == "break"


def _role(block: Block) -> str:
    return block.role if isinstance(block, Paragraph) else ""


def printed_blocks(document: Document) -> list[Block]:
    """The blocks with text, for formats without pages: breaks left out, contents listed."""
    blocks: list[Block] = []
    for block in document.blocks:
        if is_break(block):
            continue
        blocks.append(block)
        if isinstance(block, Paragraph) and block.role == "contents":
            blocks += [Paragraph(marked(entry), _NOWHERE) for entry in contents(document)]
    return blocks


def contents(document: Document) -> list[Paragraph]:
    """The headings that the table of contents lists."""
    return [p for p in document.paragraphs() if 0 < p.level <= CONTENTS_LEVELS and p.text.strip()]


def marked(paragraph: Paragraph) -> str:
    """The text of a paragraph with its number before it."""
    blank = " " if paragraph.marker.isascii() and paragraph.marker and paragraph.text else ""
    return paragraph.marker + blank + paragraph.text


def lines_of(text: str) -> list[str]:
    """The lines of a text."""
    return _LINE_END.split(text)


def side(label: Paragraph) -> str:
    """Where a label above a table stands, as official tables have it: left, right or center."""
    text = "".join(label.text.split())
    return "right" if _RIGHT.fullmatch(text) else "center" if _MIDDLE.fullmatch(text) else "left"


def lined(blocks: Sequence[Block]) -> Iterator[tuple[Block, Paragraph | None]]:
    """The blocks, each with the label that stands on the same line to the right: 部门：… and 单位：万元."""
    at = 0
    while at < len(blocks):
        block, after = blocks[at], blocks[at + 1 : at + 2]
        beside = next((b for b in after if isinstance(b, Paragraph) and _stands_beside(b, block)), None)
        yield block, beside
        at += 1 if beside is None else 2


def _stands_beside(label: Paragraph, block: Block) -> bool:
    if not isinstance(block, Paragraph) or not block.role == label.role == "label":
        return False
    return side(label) == "right" and side(block) == "left"


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure, which stands to the right."""
    return _FIGURE.fullmatch(text.strip()) is not None


def codes(table: Table) -> frozenset[int]:
    """The columns of codes, which stand to the left although they look like figures."""
    count = heads(table)
    named = (cell for cell in table.cells if cell.row < count and cell.colspan == 1)
    return frozenset(cell.column for cell in named if "编码" in cell.text)


# --- widths -----------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def letters(text: str) -> float:
    """The width of a line in half-width letters."""
    if text.isascii():
        return len(text) + 0.4 * sum(char in _BROAD for char in text)
    return sum(
        (2.0 if unicodedata.east_asian_width(c) in "WFA" else 1.4 if c in _BROAD else 1.0) for c in text
    )


def width(table: Table) -> int:
    """The number of the table's columns."""
    return max((cell.column + cell.colspan for cell in table.cells), default=0)


def height(table: Table) -> int:
    """The number of the table's rows."""
    return max((cell.row + cell.rowspan for cell in table.cells), default=0)


def heads(table: Table) -> int:
    """The header rows, where they can be told from the rest: no cell of the rest goes on from them."""
    count = table.heads if table.heads < height(table) else 0
    return 0 if any(cell.row < count < cell.row + cell.rowspan for cell in table.cells) else count


def is_wide(table: Table) -> bool:
    """Whether a table needs a landscape page: for its columns, or for figures that must not be cut."""
    columns = width(table)
    return columns >= _LANDSCAPE_FROM or sum(need + _BESIDE for need in needs(table)[0]) > _PORTRAIT_LETTERS


def needs(table: Table) -> tuple[list[float], list[float]]:
    """For each column what it needs not to cut a word, and what to hold each line whole, in letters."""
    narrowest, widest = _COLUMN_LETTERS
    least: list[float] = [narrowest] * width(table)
    wanted = list(least)
    for cell in table.cells:
        if cell.colspan > 1 or not cell.text:
            continue
        for line in lines_of(cell.text[:_MOST_MEASURED]):
            whole = letters(line)
            if whole > least[cell.column]:
                need = whole if is_figure(line) else _need(line, whole)
                least[cell.column] = max(least[cell.column], min(need, widest))
            wanted[cell.column] = max(wanted[cell.column], min(whole, widest))
    return least, wanted


def _need(line: str, whole: float) -> float:
    """What a line needs: no word and no short measure (≤0.38万元) is cut, and the lines are not too many."""
    if whole <= _MEASURE and any(map(str.isdecimal, line)):
        return whole
    return min(max(whole / _MOST_LINES, *map(letters, _WORD.findall(line))), LONGEST_WORD)


def cut(line: str, room: float = LONGEST_WORD) -> list[str]:
    """The line in pieces between which it may be cut: inside words that ``room`` does not hold."""
    if letters(line) <= room:
        return [line]
    pieces: list[str] = []
    end = 0
    for word in _WORD.finditer(line):
        if len(word[0]) * 2 > room and letters(word[0]) > room:
            pieces += [line[end : word.start()], *word[0]]
            end = word.end()
    return [*pieces, line[end:]]


def shared(total: float, least: Sequence[float], wanted: Sequence[float]) -> list[float]:
    """Divides ``total`` among columns: what each needs at least, the rest as each wants more."""
    rest = total - sum(least)
    if rest <= 0:
        return [total * need / sum(least) for need in least]
    more = [want - need for need, want in zip(least, wanted)]
    if sum(more) <= rest:
        return [want * total / sum(wanted) for want in wanted]
    return [need + rest * extra / sum(more) for need, extra in zip(least, more)]
