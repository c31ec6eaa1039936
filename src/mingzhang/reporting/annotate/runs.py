"""The runs of a Word part, cut where notes begin and end: each piece keeps the properties of its run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from itertools import pairwise
from typing import NamedTuple

from lxml.etree import _Element

_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_BLANK = " \t\r\n"


class Piece(NamedTuple):
    """Characters ``start`` to ``end`` of the text node with this ordinal."""

    node: int
    start: int
    end: int


class Runs:
    """The text nodes of a part with the runs that they stand in."""

    def __init__(self, root: _Element) -> None:
        self.space = root.tag[: root.tag.index("}") + 1] if isinstance(root.tag, str) else ""
        self._run, self._paragraph = f"{self.space}r", f"{self.space}p"
        self._nodes = list(root.iter(f"{self.space}t"))
        self._spans: dict[int, list[tuple[int, int, _Element]]] = {}

    def cut(self, pieces: Iterable[Piece]) -> None:
        """Cut the runs at both ends of every piece; to be called once."""
        cuts: dict[_Element, dict[_Element, set[int]]] = defaultdict(lambda: defaultdict(set))
        ordinals: dict[_Element, int] = {}
        for node, start, end in pieces:
            element = self._nodes[node]
            ordinals[element] = node
            if self.host(element) is element.getparent():
                cuts[self.host(element)][element] |= {start, end}
        for run, wanted in cuts.items():
            for element, spans in self._split(run, wanted).items():
                self._spans[ordinals[element]] = spans

    def host(self, node: _Element) -> _Element:
        """What a note of this node can be put around: its run, or the outermost thing that its run is in.

        Text boxes, for one, can hold no notes of their own: theirs go where the box is anchored.
        """
        outer = node
        chain = list(node.iterancestors())
        paragraphs = [n for n, ancestor in enumerate(chain) if ancestor.tag == self._paragraph]
        for ancestor in chain[: paragraphs[-1]] if paragraphs else chain:
            if ancestor.tag in (self._run, _ALTERNATIVES):
                outer = ancestor
        return outer

    def hosts(self, piece: Piece) -> list[_Element]:
        """The runs that a piece has come to stand in."""
        node, start, end = piece
        if node not in self._spans:
            return [self.host(self._nodes[node])]
        return [run for low, high, run in self._spans[node] if low < end and high > start]

    def is_cut(self, piece: Piece) -> bool:
        """Whether its runs hold the piece and nothing else."""
        return piece.node in self._spans

    def _split(
        self, run: _Element, cuts: dict[_Element, set[int]]
    ) -> dict[_Element, list[tuple[int, int, _Element]]]:
        """The run as several; of each cut node its spans with their new runs."""
        groups: list[list[_Element]] = [[]]
        spans: dict[_Element, list[tuple[int, int, int]]] = defaultdict(list)
        properties = None
        for child in run:
            if child.tag == f"{self.space}rPr":
                properties = child
            elif child not in cuts:
                groups[-1].append(child)
            else:
                text = child.text or ""
                edges = sorted({0, len(text)} | {min(max(edge, 0), len(text)) for edge in cuts[child]})
                for low, high in pairwise(edges):
                    if low in cuts[child] and groups[-1]:
                        groups.append([])
                    spans[child].append((low, high, len(groups) - 1))
                    groups[-1].append(_part(child, low, high, len(text)))
                    if high in cuts[child]:
                        groups.append([])
        groups = [group for n, group in enumerate(groups) if group or n == 0]
        runs = [run]
        for _ in groups[1:]:
            runs.append(run.makeelement(run.tag, run.attrib))
        for child in [child for child in run if child is not properties]:
            run.remove(child)
        for number, (own, group) in enumerate(zip(runs, groups)):
            if number:
                if properties is not None:
                    own.append(deepcopy(properties))
                runs[number - 1].addnext(own)
            own.extend(group)
        return {
            node: [(low, high, runs[group]) for low, high, group in found] for node, found in spans.items()
        }


def _part(node: _Element, low: int, high: int, length: int) -> _Element:
    """A part of a text node, which prints what it printed: blanks that Word drops are left out."""
    part = deepcopy(node)
    part.tail = None
    text = (node.text or "")[low:high]
    if node.get(_PRESERVED) != "preserve":
        text = text.lstrip(_BLANK) if low == 0 else text
        text = text.rstrip(_BLANK) if high == length else text
    part.text = text
    part.set(_PRESERVED, "preserve")
    return part
