"""A treemap: areas in proportion to amounts, each named where it stands, or by a number and a line below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from mingzhang.pictures.drawing import GREY, INK, PAPER, Box, Mark, Rectangle, Text, lines
from mingzhang.pictures.letters import measured, wrapped
from mingzhang.pictures.values import Figure, Length, added, percentage

_GRID = 10**24
"""Parts of a point to which the rest of a box is rounded as strips are cut off it."""
_TINTS = ("#A6CEE6", "#F7DDA6", "#A3DBC9", "#EBC9DB", "#CFE9F8", "#F3C3A0", "#F8F3B0", "#D3D9DE")
"""Tints of the palette, light enough for dark letters; no two next to each other alike in grey."""
_SIZES: tuple[Length, ...] = (Fraction(17, 2), Fraction(15, 2), Fraction(13, 2))
_NOTE: Length = 7
_PITCH = Fraction(5, 4)
_INSET: Length = 4
_SMALLEST: Length = 10
"""Width and height at least of an area that holds a number."""
_NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_MOST_LINES = 4
_NAMED_TINY = 2
_EDGE = Fraction(3, 2)


class Leaf(NamedTuple):
    """An amount with its name; ``many`` is how many were gathered in it."""

    name: str
    figure: Figure
    many: int = 1


class Group(NamedTuple):
    """Leaves that belong together and share a colour; ``many`` is how many groups were gathered in it."""

    name: str
    leaves: tuple[Leaf, ...]
    many: int = 1

    @property
    def size(self) -> int | Fraction:
        """What its leaves come to."""
        return sum(leaf.figure.exact for leaf in self.leaves)


class Treemap(NamedTuple):
    """What to draw; ``empty`` is said where there is no amount above zero."""

    groups: tuple[Group, ...]
    empty: str

    def says(self) -> Iterator[str]:
        """The figures in words."""
        for group in self.groups:
            listed = "、".join(f"{leaf.name}{leaf.figure.text}" for leaf in group.leaves)
            total = added([leaf.figure for leaf in group.leaves]).text
            yield f"{group.name}{total}：{listed}。"
        if not self.groups:
            yield self.empty

    def draw(self, box: Box) -> list[Mark]:
        """The marks, all within ``box``; small leaves that no area can show are gathered in others."""
        groups = [
            Group(group.name, kept)
            for group in self.groups
            if (kept := tuple(leaf for leaf in group.leaves if leaf.figure.exact > 0))
        ]
        if not groups:
            return [*lines([self.empty], box.x, box.y, 9, 12, GREY)]
        aside = self._aside()
        least = sum(group.size for group in groups) * Fraction(_SMALLEST**2) / (box.width * box.height)
        groups = _ordered([_without_tiny(group, least) for group in groups])
        while True:
            laid = _Laid(groups, box, aside)
            fewer = _gathered(groups, laid)
            if fewer is None:
                return laid.marks
            groups = fewer

    def _aside(self) -> str:
        """What no area can show."""
        below = [leaf for group in self.groups for leaf in group.leaves if leaf.figure.exact < 0]
        if len(below) > 2:
            return f"另有{len(below)}项为负数，未画：合计{added([leaf.figure for leaf in below]).text}"
        return "".join(f"负数未画：{leaf.name}{leaf.figure.text}；" for leaf in below).rstrip("；")


class _Laid:
    """One attempt: the marks; which leaves are named where they stand, which are too small for a number.

    Leaves are told by the positions of their group and their own; ``crowded`` says that the lines below the
    areas were too many.
    """

    def __init__(self, groups: Sequence[Group], box: Box, aside: str) -> None:
        self.groups = groups
        self.total = added([leaf.figure for group in groups for leaf in group.leaves])
        below: list[str] = []
        while True:  # lines below take room from the areas, and smaller areas need more lines
            above = len(below) * _NOTE * _PITCH + (3 if below else 0)
            areas = box._replace(height=box.height - above)
            notes = self._fill(areas)
            tiny = self._unnumbered()
            wanted = wrapped("；".join(filter(None, [*notes, tiny, aside])), box.width, _NOTE)
            self.crowded = len(notes) > len(_NUMBERS) or len(wanted) > _MOST_LINES
            if self.crowded:
                return
            if len(wanted) <= len(below):
                self.marks += lines(wanted, box.x, areas.bottom + 3, _NOTE, _NOTE * _PITCH, GREY)
                return
            below = wanted

    def _fill(self, box: Box) -> list[str]:
        """Draws the areas; gives the notes for those too small for their name."""
        self.marks: list[Mark] = []
        self.named: set[tuple[int, int]] = set()
        self.tiny: set[tuple[int, int]] = set()
        notes: list[str] = []
        for at, (group, outer) in enumerate(zip(self.groups, squarified([g.size for g in self.groups], box))):
            boxes = squarified([leaf.figure.exact for leaf in group.leaves], outer)
            for number, (leaf, inner) in enumerate(zip(group.leaves, boxes)):
                self.marks.append(Rectangle(inner, _TINTS[at % len(_TINTS)], PAPER, _EDGE))
                label = self._label(group, leaf, inner, number == 0)
                self.marks += label
                if label:
                    self.named.add((at, number))
                elif min(inner.width, inner.height) < _SMALLEST:
                    self.tiny.add((at, number))
                else:
                    sign = _NUMBERS[min(len(notes), len(_NUMBERS) - 1)]
                    x = inner.x + Fraction(inner.width) / 2
                    y = inner.y + Fraction(inner.height) / 2 + Fraction(5, 2)
                    self.marks.append(Text(x, y, sign, _NOTE, INK, "middle"))
                    notes.append(f"{sign}{_called(group, leaf)} {self._worth(leaf)}")
        return notes

    def _unnumbered(self) -> str:
        """What is said of areas too small for a number."""
        listed = [(self.groups[at], self.groups[at].leaves[number]) for at, number in sorted(self.tiny)]
        if not listed:
            return ""
        if len(listed) <= _NAMED_TINY:
            told = "、".join(f"{_called(group, leaf)} {leaf.figure.text}" for group, leaf in listed)
            return f"面积太小未标：{told}"
        count = sum(leaf.many for _, leaf in listed)
        return f"面积太小未标：另{count}项，合计{added([leaf.figure for _, leaf in listed]).text}"

    def _worth(self, leaf: Leaf) -> str:
        share = percentage(leaf.figure, self.total)
        return leaf.figure.text if share is None else f"{leaf.figure.text}，占{share.text}"

    def _label(self, group: Group, leaf: Leaf, box: Box, first: bool) -> list[Text]:
        """Name, amount and share within the area, above the first the group's name; none where too small."""
        room = box.width - 2 * _INSET
        share = percentage(leaf.figure, self.total)
        figure, part = leaf.figure.text, "" if share is None else f"占{share.text}"
        both = f"{figure}，{part}"
        for size in _SIZES:
            if measured(figure, size) > room:
                continue
            worth = [both] if measured(both, size) <= room else [figure, part]
            if any(measured(line, size) > room for line in worth):
                continue
            named = group.name if first and group.name != leaf.name else ""
            above = wrapped(named, room, _SIZES[-1])
            texts = wrapped(leaf.name, room, size) + worth
            high = len(above) * _SIZES[-1] * _PITCH + len(texts) * size * _PITCH
            if high + 2 * _INSET <= box.height and room >= 3 * size:
                top = box.y + _INSET
                head = lines(above, box.x + _INSET, top, _SIZES[-1], _SIZES[-1] * _PITCH, GREY)
                top += len(above) * _SIZES[-1] * _PITCH
                return [*head, *lines(texts, box.x + _INSET, top, size, size * _PITCH)]
        return []


def _called(group: Group, leaf: Leaf) -> str:
    return leaf.name if leaf.name == group.name else f"{group.name}·{leaf.name}"


def _gathered(groups: Sequence[Group], laid: _Laid) -> list[Group] | None:
    """The groups with the leaves that no area can show gathered; None where nothing is left to gather.

    A leaf that has its name is never given up for a tiny one, unless the lines below are too many.
    """
    fewer: list[Group] = []
    for at, group in enumerate(groups):
        small = [n for n in range(len(group.leaves)) if (at, n) not in laid.named]
        tiny = [n for n in small if (at, n) in laid.tiny]
        if len(tiny) == 1 and len(small) > 1:
            tiny += [next(n for n in reversed(small) if n not in tiny)]
        fewer.append(_joined(group, tiny) if len(tiny) > 1 else group)
    if sum(len(group.leaves) for group in fewer) < sum(len(group.leaves) for group in groups):
        return _ordered(fewer)
    few = _mergeable(groups, laid)
    if len(few) > 1:
        rest = (group for at, group in enumerate(groups) if at not in few)
        return _ordered([*rest, _merged([groups[at] for at in few])])
    if not laid.crowded:
        return None
    at = min((at for at, group in enumerate(groups) if len(group.leaves) > 1),
             key=lambda at: groups[at].leaves[-1].figure.exact, default=-1)  # fmt: skip
    if at < 0:
        return _ordered([*groups[:-2], _merged(groups[-2:])])
    count = len(groups[at].leaves)
    return _ordered([*groups[:at], _joined(groups[at], [count - 2, count - 1]), *groups[at + 1 :]])


def _mergeable(groups: Sequence[Group], laid: _Laid) -> list[int]:
    """The groups to be made one: those of one leaf that is too small, with the smallest like them."""
    single = [at for at, group in enumerate(groups) if len(group.leaves) == 1]
    small = [at for at in single if (at, 0) not in laid.named or groups[at].many > 1]
    few = [at for at in small if (at, 0) in laid.tiny or groups[at].many > 1]
    needed = laid.crowded or any((at, 0) in laid.tiny for at in few)
    return (few if len(few) > 1 else sorted({*few, *small[-2:]})) if needed else []


def _without_tiny(group: Group, least: Fraction) -> Group:
    """The group with the leaves gathered that are too small for a number whatever their shape."""
    tiny = [n for n, leaf in enumerate(group.leaves) if leaf.figure.exact < least]
    return _joined(group, tiny) if len(tiny) > 1 else group


def _joined(group: Group, numbers: Sequence[int]) -> Group:
    """The group with some of its leaves made one."""
    both = [group.leaves[n] for n in numbers]
    count = sum(leaf.many for leaf in both)
    one = Leaf(f"其他{count}项", added([leaf.figure for leaf in both]), count)
    rest = (leaf for n, leaf in enumerate(group.leaves) if n not in numbers)
    return group._replace(leaves=tuple(sorted([*rest, one], key=lambda leaf: -leaf.figure.exact)))


def _merged(groups: Sequence[Group]) -> Group:
    """Groups made one, of one leaf."""
    leaves = [leaf for group in groups for leaf in group.leaves]
    kinds, count = sum(group.many for group in groups), sum(leaf.many for leaf in leaves)
    name = f"其他{kinds}类{count}项"
    return Group(name, (Leaf(name, added([leaf.figure for leaf in leaves]), count),), kinds)


def _ordered(groups: Sequence[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: -group.size)


def squarified(sizes: Sequence[int | Fraction], box: Box) -> list[Box]:
    """Boxes within ``box`` whose areas are in proportion to ``sizes``, as nearly square as can be.

    The sizes are above zero; largest first gives the best shapes.
    """
    found: list[Box] = []
    rest = list(sizes)
    while rest:
        side = min(box.width, box.height)
        scale = Fraction(box.width * box.height) / sum(rest)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], side, scale) <= _worst(
            rest[:count], side, scale
        ):
            count += 1
        strip, rest = rest[:count], rest[count:]
        deep = sum(strip) * scale / side if rest else max(box.width, box.height)
        deep = Fraction(round(deep * _GRID), _GRID) if rest else deep
        found += _cut(strip, box, deep)
        if box.width >= box.height:
            box = Box(box.x + deep, box.y, box.width - deep, box.height)
        else:
            box = Box(box.x, box.y + deep, box.width, box.height - deep)
    return found


def _worst(strip: Sequence[int | Fraction], side: Length, scale: Fraction) -> Fraction:
    """How far from square the most oblong box of a strip is."""
    total = sum(strip) * scale
    square = Fraction(side * side)
    return max(square * max(strip) * scale / total**2, total**2 / (square * min(strip) * scale))


def _cut(strip: Sequence[int | Fraction], box: Box, deep: Length) -> Iterator[Box]:
    """A strip along the shorter side of ``box``, cut into boxes."""
    total, before = sum(strip), Fraction(0)
    side = min(box.width, box.height)
    edge: Length = 0
    for size in strip:
        before += size
        end = Fraction(round(before * side * _GRID / total), _GRID) if before < total else side
        if box.width >= box.height:
            yield Box(box.x, box.y + edge, deep, end - edge)
        else:
            yield Box(box.x + edge, box.y, end - edge, deep)
        edge = end
