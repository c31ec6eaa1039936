"""Which column of a form stands where in a printed table: told by the header's labels.

Columns may be printed in another order, be left out, or stand beside columns that the form does not
know. A label ``上级>下级`` names a column below another header text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from mingzhang.binding.grid import Grid, is_counting, leading_code, numbered_columns
from mingzhang.binding.labels import relative_years, spellings
from mingzhang.binding.slots import due
from mingzhang.documents import squash
from mingzhang.forms import FormBlock, Slot

HEADER = 10
"""A header with what stands above it in the table has fewer rows."""

_PARTS = {"小计", "合计"}
"""Headers that name the whole of the header above them."""

_QUALIFIED = 3
_FINAL = "决算"
_APART = re.compile(r"(?:上年|前年).*|.*(?:预算数|预算金额|年初预算|全年预算|调整预算)(?:\(.*\))?")
"""Headers of other stages and years."""

_LINE_NUMBER = {"行次", "序号"}
_ITEM = re.compile(r"项目(?:\(.*\))?|.*(?:项目|科目名称)")


class Heads:
    """The labels of columns or rows: which of them a header path names."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self.single: dict[str, str] = {}
        self.below: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for key, slot in slots.items():
            for label in slot.labels:
                *above, last = map(squash, label.split(">"))
                for spelt in spellings(last):
                    if above:
                        self.below.setdefault(spelt, []).append((tuple(above), key))
                    else:
                        self.single.setdefault(spelt, key)

    def of(self, squashed: str) -> str | None:
        """What the text alone names."""
        return next((self.single[text] for text in spellings(squashed) if text in self.single), None)

    def name(self, path: Sequence[str]) -> tuple[int, str] | None:
        """The column that the header texts from top to bottom name, after how surely they do."""
        texts = [text for text in path if text and not text.isdecimal()]
        for depth in range(len(texts) - 1, -1, -1):
            above = {word for text in texts[:depth] for word in spellings(text)}
            for spelt in spellings(texts[depth]):
                for parents, key in self.below.get(spelt, ()):
                    if above.issuperset(parents):
                        return _QUALIFIED, key
        named = [(n, own) for n, text in enumerate(texts) if (own := self.of(text)) is not None]
        if not named:
            return None
        lowest, column = named[-1]
        if texts[lowest] in _PARTS and len(named) > 1:
            return 2, named[-2][1]
        if lowest < len(texts) - 1 and texts[-1] not in _PARTS:
            return 0, column
        return (2 if all(other == column for _, other in named) else 1), column


def labelled(paths: Sequence[Sequence[str]], heads: Heads, certain: bool = True) -> dict[str, int]:
    """Column ids → positions of the paths that name them most surely; none where several do alike.

    What stands below a header of another stage or year is another column. On a ``certain`` grid the
    same path twice is one header over two columns.
    """
    claims: dict[str, list[tuple[int, bool, int]]] = {}
    for position, path in enumerate(years_told(paths)):
        found = heads.name(path)
        if found is None or (found[0] < _QUALIFIED and _is_apart(path, heads)):
            continue
        claims.setdefault(found[1], []).append((found[0], any(_FINAL in text for text in path), position))
    sure: dict[int, str] = {}
    for key, found_at in claims.items():
        best = max(claim[:2] for claim in found_at)
        places = [position for *rank, position in found_at if tuple(rank) == best]
        if len(places) == 1 or (certain and len({tuple(paths[place]) for place in places}) == 1):
            sure[places[0]] = key
    return {key: position for position, key in sorted(sure.items())}


def years_told(paths: Sequence[Sequence[str]]) -> list[list[str]]:
    """The header paths with their years told by the distance from the newest."""
    told = iter(relative_years([text for path in paths for text in path]))
    return [[next(told) for _ in path] for path in paths]


def _is_apart(path: Sequence[str], heads: Heads) -> bool:
    """Whether a header text that names no column says that the path is another stage, year or part."""
    texts = [text for text in path if text]
    if texts and texts[-1].startswith("其中") and heads.of(texts[-1]) is None:
        return True
    return any(_APART.fullmatch(text) and heads.of(text) is None for text in texts)


def flattened(rows: Iterable[Sequence[str]], heads: Heads, slots: Mapping[str, Slot]) -> list[str]:
    """The columns of a header of several rows without geometry, left to right.

    What a later row names stands after its neighbour in that row, the first after the column that
    precedes it in the form.
    """
    lines = [[(text, key) for text in texts if (key := heads.of(text)) is not None] for texts in rows]
    named = {key for line in lines for text, key in line if text not in _PARTS}
    form, found = list(slots), list[str]()
    for line in lines:
        before = ""
        for text, key in line:
            if key in found or (text in _PARTS and key in named):
                continue
            if not before and found:
                before = next((k for k in reversed(form[: form.index(key)]) if k in found), "")
            found.insert(found.index(before) + 1 if before else len(found), key)
            before = key
    return found


def _in_order(slots: Mapping[str, Slot], found: Mapping[str, int], places: Sequence[int]) -> dict[str, int]:
    """``found`` completed by the form's order where the number of places suits it and nothing contradicts."""
    if len(found) == len(places) or len(places) != len(due(slots)):
        return dict(found)
    ordered = dict(zip(due(slots), places))
    return ordered if all(ordered.get(key) == place for key, place in found.items()) else dict(found)


# ── rows with codes ───────────────────────────────────────────────────────────────────────────


def coded_columns(grid: Grid, slots: Mapping[str, Slot], totals: Iterable[str]) -> dict[str, int]:
    """Column ids → positions counted from the row's end."""
    body = _first_coded(grid, set(totals))
    head = grid.texts[max(body - HEADER, 0) : body]
    numbered = next((numbered_columns(texts) for texts in head if is_counting(texts)), [])
    heads = Heads(slots)
    count = len(numbered) or _figures(grid)
    places = numbered or list(range(-count, 0))
    if grid.certain:
        paths = grid.header_paths(range(max(body - HEADER, 0), body))
        found = {key: at - grid.width for key, at in labelled(paths, heads).items()}
        return _in_order(slots, found, places)
    rows = [labelled([[text] for text in texts], heads, False) for texts in head]
    printed = flattened(head, heads, slots)
    for row, texts in zip(rows, head):
        if len(row) == len(printed) > 1 and len(texts) == grid.width:
            return _in_order(slots, {key: at - len(texts) for key, at in row.items()}, places)
    if len(printed) == count:
        return dict(zip(printed, places))
    return dict(zip(due(slots), places)) if len(due(slots)) == count else {}


def _first_coded(grid: Grid, totals: set[str]) -> int:
    """The first row of the body: with a code, or a total with nothing but figures or blanks."""
    for number, texts in enumerate(grid.texts):
        if any(leading_code(text) for text in texts[:3]):
            return number
        filled = [text for text in texts if text]
        if grid.certain and filled == list(texts[:1]) and filled[0] in totals:
            return number
        if len(filled) > 1 and filled[0] in totals and not is_counting(filled[1:]):
            rest = [text for text in filled[1:] if text not in totals]
            if rest and all(text[0] in "-—/.(" or text[0].isdigit() for text in rest):
                return number
    return len(grid.texts)


def _figures(grid: Grid) -> int:
    """How many cells follow the name in rows with a code, in most of them."""
    counts: Counter[int] = Counter()
    for texts in grid.texts:
        code = leading_code(texts[0]) if texts else None
        if code is None:
            continue
        names = [n for n, text in enumerate(texts) if text and not text.isdecimal()]
        name = names[0] if names else 0
        if len(names) > 1 and names[1] == name + 2 and leading_code(texts[name + 1]):
            name = names[1]
        counts[len(texts) - name - 1] += 1
    return counts.most_common(1)[0][0] if counts else grid.width - grid.lead


# ── labelled lines, blocks side by side ───────────────────────────────────────────────────────


class Strip(NamedTuple):
    """One block's part of a row: from the label to before ``end``; ``number`` is where the 行次 stands.

    ``blocks`` are those whose rows are printed here, one below the other.
    """

    blocks: tuple[int, ...]
    label: int
    number: int | None
    columns: dict[str, int]
    end: int


def strips(
    grid: Grid, blocks: Sequence[FormBlock], known: Callable[[str], bool]
) -> tuple[tuple[Strip, ...], int]:
    """The blocks' parts of a row, and the cells of a whole row."""
    firsts = (next(filter(None, texts), "") for texts in grid.texts)
    body = next((n for n, first in enumerate(firsts) if known(first)), min(len(grid.texts), 6))
    head = range(max(body - HEADER, 0), body)
    paths = grid.header_paths(head) if grid.certain else []
    if not grid.certain:
        width = _usual_width(grid, body)
        row = max((grid.texts[n] for n in head), key=_items, default=())
        if len(row) == width:
            paths = [[text] for text in row]
        elif nested := _nested(grid, head, width, blocks):
            return nested, width
    starts = [n for n, path in enumerate(paths) if is_item(path) and not (n and path == paths[n - 1])]
    if not starts:
        return _usual(grid, blocks)
    found = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(paths)])):
        own = (number,) if len(starts) > 1 else tuple(range(len(blocks)))
        if number >= len(blocks):
            own = ()
        slots = blocks[own[0]].columns if own else {}
        lines = next((n for n in range(start + 1, end) if _LINE_NUMBER.intersection(paths[n])), None)
        first = (lines if lines is not None else start) + 1
        columns = {
            key: at + first for key, at in labelled(paths[first:end], Heads(slots), grid.certain).items()
        }
        found.append(Strip(own, start, lines, _in_order(slots, columns, range(first, end)), end))
    return tuple(found), len(paths)


def is_item(path: Sequence[str]) -> bool:
    """Whether the header path stands over labels of rows."""
    last = next((text for text in reversed(path) if not (text.isdecimal() or text == "栏次")), "")
    return _ITEM.fullmatch(last) is not None


def _items(texts: Sequence[str]) -> int:
    return sum(_ITEM.fullmatch(text) is not None for text in texts)


def _usual_width(grid: Grid, body: int) -> int:
    counts = Counter(map(len, grid.texts[body:]))
    return max(counts, key=lambda width: (counts[width], width), default=grid.width)


def _usual(grid: Grid, blocks: Sequence[FormBlock]) -> tuple[tuple[Strip, ...], int]:
    """The blocks as the form has them, where the header tells nothing."""
    numbered = any("行次" in row for row in grid.texts[:8])
    found, start = [], 0
    for number, block in enumerate(blocks):
        first = start + 1 + numbered
        columns = {key: first + n for n, key in enumerate(due(block.columns))}
        end = first + len(columns)
        found.append(Strip((number,), start, start + 1 if numbered else None, columns, end))
        start = end
    return tuple(found), start


def _nested(grid: Grid, head: Iterable[int], width: int, blocks: Sequence[FormBlock]) -> tuple[Strip, ...]:
    """The blocks in a dump whose header has several rows: all but the last as the form has them."""
    usual, whole = _usual(grid, blocks)
    last = usual[-1]
    slots = blocks[-1].columns
    if whole == width:
        return usual
    count = width - last.end + len(last.columns)
    printed = flattened((grid.texts[n] for n in head), Heads(slots), slots)
    if count < 1 or len(printed) != count:
        return ()
    first = last.end - len(last.columns)
    columns = {key: first + n for n, key in enumerate(printed)}
    return (*usual[:-1], last._replace(columns=columns, end=width))
