"""Notes in a copy of a PDF: highlights with pop-up notes, and an index of them on pages of its own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from mingzhang.documents import Block, Paragraph, UnreadableError
from mingzhang.readers.pdf import OWN_PAGE
from mingzhang.readers.pdf_places import PagePlaces, page_places
from mingzhang.reporting.annotate.index import Entry, index, linked
from mingzhang.reporting.annotate.notes import AUTHOR, Note
from mingzhang.reporting.marks import Spot
from mingzhang.reporting.wording import SEVERITY

_DAMAGED = "PDF的结构有损坏，不能加批注；请重新导出PDF，或改用 --format html 的报告。"
_FORBIDDEN = "PDF的权限不允许加批注；请取得没有限制的文件，或改用 --format html 的报告。"
_COLOURS = {"error": (1.0, 0.65, 0.65), "warning": (1.0, 0.85, 0.45), "notice": (0.75, 0.88, 1.0)}
_RELATED = (0.86, 0.86, 0.86)
"""What a finding is held against is marked in grey, so that the places to mend stand out."""

_POPUP = (220.0, 130.0)
_ICON = (18.0, 18.0, 36.0, 36.0)
_PRINTED = 4
"""The flag of an annotation that is printed with its page."""


def annotated(data: bytes, blocks: Sequence[Block], notes: Sequence[Note]) -> bytes:
    """The copy; raises UnreadableError where the file cannot or must not be annotated."""
    import pikepdf

    pages = [_page(blocks, note) for note in notes]
    entries = _entries(notes, pages)
    try:
        with (
            ThreadPoolExecutor(1) as beside,  # the index is set while the places are looked up
            page_places(data) as places,
            pikepdf.open(io.BytesIO(data)) as pdf,
        ):
            if not pdf.allow.modify_annotation:
                raise UnreadableError(_FORBIDDEN)
            if len(pdf.pages) < max(pages, default=0):
                raise UnreadableError(_DAMAGED)
            sheets = beside.submit(index, list(entries.values()))
            marks = _Marks(pdf)
            for number, (note, page) in enumerate(zip(notes, pages)):
                quads = _quads(blocks, note, places)
                marks.note(number, note, page, quads, places.corners(page, _ICON))
            _append_index(pdf, marks, sheets.result(), entries)
            marks.place()
            output = io.BytesIO()
            pdf.save(output, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise UnreadableError(_DAMAGED) from error
    return output.getvalue()


def _quads(blocks: Sequence[Block], note: Note, places: PagePlaces) -> dict[int, list[list[float]]]:
    """The corners of a note's rectangles by page, those of words in a line as its characters stand."""
    found: dict[int, list[list[float]]] = {}
    spot = note.spot
    boxes = spot.boxes if spot is not None else ()
    words = _words(blocks[spot.block], spot) if spot is not None else []
    for (page, box), text in zip(boxes, words if len(words) == len(boxes) else [""] * len(boxes)):
        corners = places.corners(page, places.exact(page, box, text))
        if corners is not None:
            found.setdefault(page, []).append(corners)
    return found


def _words(block: Block, spot: Spot) -> list[str]:
    """The words of a paragraph's spot line by line, as its boxes are; of a cell none: it is marked whole."""
    if not isinstance(block, Paragraph) or not block.segments:
        return [block.text[spot.start : spot.end]] if isinstance(block, Paragraph) else []
    starts = [segment.start for segment in block.segments]
    ends = [*starts[1:], len(block.text)]
    cuts = [(max(spot.start, low), min(spot.end, high)) for low, high in zip(starts, ends)]
    return [block.text[low:high] for low, high in cuts if low < high]


def _page(blocks: Sequence[Block], note: Note) -> int:
    """The page of a note: that of its first box, else of the text that it belongs to, else the first."""
    if note.spot is None:
        return 1
    if note.spot.boxes:
        return note.spot.boxes[0][0]
    return blocks[note.spot.block].place.page or 1


def _entries(notes: Sequence[Note], pages: Sequence[int]) -> dict[int, Entry]:
    """The entries of the index, one for each finding, by the number of its first note."""
    first: dict[str, int] = {}
    for number, note in enumerate(notes):
        first.setdefault(note.finding, number)
    return {n: Entry(pages[n], SEVERITY[notes[n].severity], notes[n].headline) for n in first.values()}


def _append_index(pdf: Any, marks: _Marks, data: bytes, entries: Mapping[int, Entry]) -> None:
    """Append the pages of the index, ``data``, their content marked as none of the document's."""
    import pikepdf

    own = len(pdf.pages)
    rows = linked(data, len(entries))
    with pikepdf.open(io.BytesIO(data)) as more, page_places(data) as places:
        for sheet in more.pages:
            sheet.contents_add(f"/{OWN_PAGE} BMC\n".encode(), prepend=True)
            sheet.contents_add(b"\nEMC")
        pdf.pages.extend(more.pages)
        for (number, entry), boxes in zip(entries.items(), rows):
            for page, box in boxes:
                corners = places.corners(page, box)
                if corners is not None:
                    marks.link(own + page, _around(corners), entry.page, marks.tops.get(number))


class _Marks:
    """The annotations that come onto the pages."""

    def __init__(self, pdf: Any) -> None:
        from pikepdf import Array, Dictionary, Name

        self._pdf, self._array, self._dictionary, self._name = pdf, Array, Dictionary, Name
        self._on: dict[int, list[Any]] = {}
        self._count = 0
        self.tops: dict[int, tuple[float, float]] = {}
        self._state = pdf.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name.Multiply))

    def note(
        self,
        number: int,
        note: Note,
        page: int,
        quads: dict[int, list[list[float]]],
        icon: Sequence[float] | None,
    ) -> None:
        """Highlight the rectangles of a note by page, with a pop-up each; without any a note on the page."""
        self._count = number
        colour = _colour(note)
        for where, own in quads.items():
            corners = list(chain.from_iterable(own))
            rect = _around(corners)
            look = {"QuadPoints": self._array(corners), "AP": self._look(own, rect, colour)}
            self._noted(where, "Highlight", rect, note, **look)
            self.tops.setdefault(number, (rect[0], rect[3]))
        if not quads and icon is not None:
            self._noted(page, "Text", _around(icon), note, Name=self._name.Note)

    def link(self, page: int, rect: Sequence[float], target: int, top: tuple[float, float] | None) -> None:
        """A link from a rectangle to a place on a page."""
        to = self._pdf.pages[target - 1].obj
        where = [top[0], top[1]] if top is not None else [None, None]
        link = self._annotation("Link", rect)
        link.Border = self._array([0, 0, 0])
        link.Dest = self._array([to, self._name.XYZ, *where, None])
        self._add(page, link)

    def place(self) -> None:
        """Put the annotations onto their pages, after those that are there."""
        for number, added in self._on.items():
            page = self._pdf.pages[number - 1].obj
            before = page.get("/Annots")
            page.Annots = self._array([*(before if before is not None else ()), *added])

    def _noted(self, page: int, kind: str, rect: Sequence[float], note: Note, **more: Any) -> None:
        made = self._annotation(kind, rect)
        made.T, made.Contents, made.C = AUTHOR, note.text, self._array(_colour(note))
        made.NM = f"mingzhang-{note.finding}-{self._count}-{page}"
        made.P = self._pdf.pages[page - 1].obj
        for key, value in more.items():
            made[f"/{key}"] = value
        mark = self._add(page, made)
        left, top = rect[2] + 4, rect[3]
        popup = self._annotation("Popup", (left, top - _POPUP[1], left + _POPUP[0], top))
        popup.Parent, popup.Open = mark, False
        mark.Popup = self._add(page, popup)

    def _annotation(self, kind: str, rect: Sequence[float]) -> Any:
        made = self._dictionary(Type=self._name.Annot, Subtype=self._name(f"/{kind}"), F=_PRINTED)
        made.Rect = self._array(rect)
        return made

    def _look(self, quads: Iterable[Sequence[float]], rect: Sequence[float], colour: Sequence[float]) -> Any:
        """What a highlight looks like: the text shows through it."""
        paths = ("{} {} m {} {} l {} {} l {} {} l h f\n".format(*q[:4], *q[6:], *q[4:6]) for q in quads)
        fill = " ".join(f"{part:.2f}" for part in colour)
        form = self._pdf.make_stream(f"/M gs {fill} rg\n{''.join(paths)}".encode())
        form.Type, form.Subtype = self._name.XObject, self._name.Form
        form.BBox = self._array(rect)
        form.Resources = self._dictionary(ExtGState=self._dictionary(M=self._state))
        form.Group = self._dictionary(S=self._name.Transparency)
        return self._dictionary(N=form)

    def _add(self, page: int, annotation: Any) -> Any:
        found = self._pdf.make_indirect(annotation)
        self._on.setdefault(page, []).append(found)
        return found


def _colour(note: Note) -> tuple[float, float, float]:
    return _COLOURS[note.severity] if note.main else _RELATED


def _around(quads: Sequence[float]) -> list[float]:
    """The rectangle around points: left, lower, right, upper edge."""
    return [min(quads[::2]), min(quads[1::2]), max(quads[::2]), max(quads[1::2])]
