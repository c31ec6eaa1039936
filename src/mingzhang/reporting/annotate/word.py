"""Notes in a copy of a Word file: comments at the words, certain corrections as tracked changes.

Comments carry no date, so that the same file and findings always give the same copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from mingzhang.documents import Block, Paragraph, Table
from mingzhang.provenance import Place, Segment
from mingzhang.readers.docx import main_part
from mingzhang.reporting.annotate.notes import AUTHOR, Change, Note
from mingzhang.reporting.annotate.parts import Parts, parse
from mingzhang.reporting.annotate.runs import Piece, Runs
from mingzhang.reporting.marks import Spot

_COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_WRITTEN = "\n此处已按可确定的建议以修订方式改正，请核对后接受或拒绝修订。"
_HOLDERS = ("p", "hyperlink", "sdtContent", "smartTag")
"""What a tracked change may stand in: nothing that is a tracked change itself."""


def annotated(data: bytes, blocks: Sequence[Block], notes: Sequence[Note], apply: bool) -> bytes:
    """The copy; ``apply`` says that certain corrections are written into it as tracked changes."""
    parts = Parts(data)
    main = main_part(parts.package)
    root = parts.root(main)
    runs = Runs(root)
    anchors = _Anchors(blocks, main)
    placed = [anchors.of(note.spot) for note in notes]
    changes = _changes(anchors, notes) if apply else {}
    runs.cut([piece for pieces in (*placed, *changes.values()) for piece in pieces])
    done = {n: pieces for n, pieces in changes.items() if _can_change(runs, pieces)}
    book = _Comments(parts, main, root, runs.space)
    for number, (note, pieces) in enumerate(zip(notes, placed)):
        if pieces:
            said = note.text + (_WRITTEN if number in done else "")
            book.add(said, runs.hosts(pieces[0])[0], runs.hosts(pieces[-1])[-1])
    for number, pieces in done.items():
        change = notes[number].change
        assert change is not None
        book.replace([run for piece in pieces for run in runs.hosts(piece)], change.text)
    return parts.packed()


def _changes(anchors: _Anchors, notes: Sequence[Note]) -> dict[int, list[Piece]]:
    """The pieces to be replaced by number of note, the first where two would replace the same."""
    found: dict[int, list[Piece]] = {}
    taken: list[tuple[Spot, Change]] = []
    for number, note in enumerate(notes):
        spot, change = note.spot, note.change
        if spot is None or change is None:
            continue
        if any(
            other[:2] == spot[:2] and its.start < change.end and change.start < its.end
            for other, its in taken
        ):
            continue
        pieces = anchors.exactly(spot, change.start, change.end)
        if sum(piece.end - piece.start for piece in pieces) == change.end - change.start:
            taken.append((spot, change))
            found[number] = pieces
    return found


def _can_change(runs: Runs, pieces: Sequence[Piece]) -> bool:
    """Whether the pieces are runs of one paragraph, none of them in a tracked change."""
    if not all(map(runs.is_cut, pieces)):
        return False
    parents = {run.getparent() for piece in pieces for run in runs.hosts(piece)}
    holders = {f"{runs.space}{name}" for name in _HOLDERS}
    return len(parents) == 1 and all(parent is not None and parent.tag in holders for parent in parents)


class _Text(NamedTuple):
    """A text of the document in reading order, with the body block that it belongs to."""

    number: int
    text: str
    segments: tuple[Segment, ...]
    paragraph: int | None


class _Anchors:
    """From spots to pieces of the text nodes of the main part."""

    def __init__(self, blocks: Sequence[Block], part: str) -> None:
        self._part = part
        self._texts: list[_Text] = []
        self._numbers: dict[tuple[int, int], int] = {}
        for number, block in enumerate(blocks):
            if isinstance(block, Paragraph):
                self._add(number, -1, block.text, block.segments, block.place)
            for cell, own in enumerate(block.cells if isinstance(block, Table) else ()):
                self._add(number, cell, own.text, own.segments, block.place)

    def _add(self, block: int, cell: int, text: str, segments: tuple[Segment, ...], place: Place) -> None:
        self._numbers[block, cell] = len(self._texts)
        self._texts.append(_Text(len(self._texts), text, segments, place.paragraph))

    def of(self, spot: Spot | None) -> list[Piece]:
        """The pieces of a spot; where there are none that can be noted, those of the nearest text."""
        if spot is None:
            return self._nearest(0)
        exact = self.exactly(spot, spot.start, spot.end)
        return exact or self._nearest(self._numbers[spot.block, spot.cell])

    def exactly(self, spot: Spot, start: int, end: int) -> list[Piece]:
        """The pieces of these characters as far as they stand in text nodes."""
        return list(self._pieces(self._texts[self._numbers[spot.block, spot.cell]], start, end))

    def _pieces(self, own: _Text, start: int, end: int) -> Iterator[Piece]:
        text, segments = own.text, own.segments
        for number, (first, place) in enumerate(segments):
            last = segments[number + 1].start if number + 1 < len(segments) else len(text)
            low, high = max(start, first), min(end, last)
            if low < high and place.node is not None and place.part == self._part:
                offset = (place.offset or 0) - first
                yield Piece(place.node, low + offset, high + offset)

    def _nearest(self, number: int) -> list[Piece]:
        """The text nearest to the one of this number, of the same body block first."""
        if not self._texts:
            return []
        paragraph = self._texts[number].paragraph
        for own in sorted(
            self._texts, key=lambda own: (own.paragraph != paragraph, abs(own.number - number), own.number)
        ):
            pieces = list(self._pieces(own, 0, len(own.text)))
            if pieces:
                return pieces
        return []


class _Comments:
    """The comments of a document and its tracked changes, numbered after those that are there."""

    def __init__(self, parts: Parts, main: str, root: _Element, space: str) -> None:
        self._space = space
        known = list(parts.related(main, "comments").values())
        if known:
            self._root = parts.root(known[0])
        else:
            name = parts.free("word/comments", ".xml")
            self._root = parse(f'<w:comments xmlns:w="{space[1:-1]}"/>'.encode())
            parts.add(name, self._root, _COMMENTS)
            parts.relate(main, "comments", name)
        ids = (element.get(f"{space}id", "") for tree in (root, self._root) for element in tree.iter())
        self._next = max((int(each) for each in ids if each.isdecimal()), default=-1) + 1
        self._ends: dict[_Element, _Element] = {}

    def _element(self, name: str, **attributes: str) -> _Element:
        named = {f"{self._space}{key}": value for key, value in attributes.items()}
        return self._root.makeelement(f"{self._space}{name}", named)

    def _numbered(self, name: str, **attributes: str) -> _Element:
        self._next += 1
        return self._element(name, id=str(self._next - 1), **attributes)

    def _texts(self, text: str, name: str = "t") -> _Element:
        run = self._element("r")
        node = etree.SubElement(run, f"{self._space}{name}")
        node.set(_PRESERVED, "preserve")
        node.text = text
        return run

    def add(self, text: str, first: _Element, last: _Element) -> None:
        """A comment from the beginning of one run to the end of another."""
        comment = self._numbered("comment", author=AUTHOR, initials=AUTHOR)
        for line in text.split("\n"):
            etree.SubElement(comment, f"{self._space}p").append(self._texts(line))
        self._root.append(comment)
        number = comment.get(f"{self._space}id", "")
        first.addprevious(self._element("commentRangeStart", id=number))
        end, mark = self._element("commentRangeEnd", id=number), self._element("r")
        mark.append(self._element("commentReference", id=number))
        self._ends.get(last, last).addnext(end)
        end.addnext(mark)
        self._ends[last] = mark

    def replace(self, runs: Sequence[_Element], text: str) -> None:
        """The runs deleted, ``text`` inserted after them, both as tracked changes."""
        properties = runs[0].find(f"{self._space}rPr")
        for run in runs:
            removed = self._numbered("del", author=AUTHOR)
            run.addprevious(removed)
            removed.append(run)
            for node in run.iter(f"{self._space}t"):
                node.tag = f"{self._space}delText"
        if text:
            added = self._numbered("ins", author=AUTHOR)
            removed.addnext(added)
            added.append(self._texts(text))
            if properties is not None:
                added[0].insert(0, parse(etree.tostring(properties)))
