"""PDF files: text lines and ruled tables with their boxes, through PDFium's raw interface."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from mingzhang.documents import Cell, Document, Table, UnreadableError
from mingzhang.provenance import BBox, Place
from mingzhang.readers import unruled
from mingzhang.readers.drawing import Drawing
from mingzhang.readers.flow import Line
from mingzhang.readers.grid import Grid, Matrix
from mingzhang.readers.grid import assemble as grids_of
from mingzhang.readers.pages import Framed, Page
from mingzhang.readers.pages import assemble as blocks_of
from mingzhang.readers.pdfium import address, page_object
from mingzhang.readers.words import Lines, Word, Words, around, height

_MOST_PAGES = 2000
_OUTLINED = 50  # this many paths on a page without text are outlined text or a drawing
_GARBLED = re.compile("[\x00\ufffd\ue000-\uf8ff]")  # what a font without a map to Unicode gives
_MANY_GARBLED = 0.05  # of a page's characters
_FEWEST_GARBLED = 10
_MOST_LISTED = 20
_FARTHEST = 1e6  # points
OWN_PAGE = "MingzhangIndex"
"""The mark at the beginning of a page that Mingzhang appended to a copy: none of the document's own."""

_DAMAGED = "PDF文件已损坏或不完整，请重新导出。"
_ENCRYPTED = "文件已加密，请先去除密码再检查。"
_NO_TEXT = "文件没有文字层（全部是扫描页），请提供可复制文字的PDF或Word文件。"


def read(path: Path, data: bytes, sha256: str) -> Document:
    """Read a PDF; raise :class:`UnreadableError` where nothing can be read."""
    with opened(data) as pdf:
        count = raw.FPDF_GetPageCount(pdf)
        if count < 1:
            raise UnreadableError(_DAMAGED)
        reading = _Reading()
        for index in range(min(count, _MOST_PAGES)):
            reading.add(pdf, index)
    blocks, furniture = blocks_of(reading.pages)
    if not blocks:
        raise UnreadableError(_NO_TEXT)
    notes = reading.notes()
    if count > _MOST_PAGES:
        notes.append(f"文件共{count}页，超过{_MOST_PAGES}页的部分没有读取。")
    return Document(str(path), sha256, "pdf", blocks, count - reading.appended, notes, furniture)


def _is_own(page: Any) -> bool:
    """Whether Mingzhang appended the page."""
    first = raw.FPDFPage_GetObject(page, 0) if raw.FPDFPage_CountObjects(page) else None
    if not first or not raw.FPDFPageObj_CountMarks(first):
        return False
    name = (raw.FPDF_WCHAR * 32)()
    size = ctypes.c_ulong()
    mark = raw.FPDFPageObj_GetMark(first, 0)
    raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), size)
    return bytes(name)[: max(size.value - 2, 0)].decode("utf-16-le", "replace") == OWN_PAGE


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """PDFium's handle of a document; raises UnreadableError where it cannot be opened."""
    if b"%%EOF" not in data[-4096:]:
        raise UnreadableError(_DAMAGED)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        raise UnreadableError(_ENCRYPTED if locked else _DAMAGED) from error
    try:
        yield document.raw
    finally:
        document.close()


@dataclass(slots=True)
class _Reading:
    """The pages read so far and what was wrong with some of them."""

    pages: list[Page] = field(default_factory=list)
    _damaged: list[int] = field(default_factory=list)
    _pictured: set[int] = field(default_factory=set)
    _garbled: list[int] = field(default_factory=list)
    appended: int = 0

    def add(self, pdf: Any, index: int) -> None:
        """Read the next page."""
        page = raw.FPDF_LoadPage(pdf, index)
        if not page:
            self._damaged.append(index + 1)
            return
        if _is_own(page):
            self.appended += 1
            raw.FPDF_ClosePage(page)
            return
        text = raw.FPDFText_LoadPage(page)
        try:
            if text:
                self._read(page, text, *Sheet.of(page, index + 1))
            else:
                self._damaged.append(index + 1)
        finally:
            raw.FPDFText_ClosePage(text)
            raw.FPDF_ClosePage(page)

    def _read(self, source: Any, text: Any, page: Page, matrix: Matrix) -> None:
        drawing = Drawing(page.unit)
        drawing.walk(address(source), raw.FPDFPage_CountObjects(source), page_object, matrix)
        grids = grids_of(drawing.horizontal, drawing.vertical, page.unit)
        words = Words(text, matrix, page.unit)
        page.items = items_of(words.collect(grids), grids, page.number)
        self.pages.append(page)
        if drawing.images or drawing.paths >= _OUTLINED:
            self._pictured.add(page.number)
        holes = len(_GARBLED.findall(words.characters))
        if holes >= max(_FEWEST_GARBLED, _MANY_GARBLED * len(words.characters)):
            self._garbled.append(page.number)

    def notes(self) -> list[str]:
        """What the user has to know about pages that were not read, or not well."""
        scanned = [page.number for page in self.pages if not page.items and page.number in self._pictured]
        return [
            *(f"第{number}页已损坏，未能读取；请重新导出PDF。" for number in self._damaged),
            *(f"第{number}页没有文字层（可能是扫描件），未能读取；请提供文字版PDF。" for number in scanned),
            *self._garbled_note(),
        ]

    def _garbled_note(self) -> Iterator[str]:
        numbers = "、".join(map(str, self._garbled[:_MOST_LISTED]))
        if numbers:
            more = f"等{len(self._garbled)}页" if len(self._garbled) > _MOST_LISTED else "页"
            yield f"第{numbers}{more}有大量文字无法识别（字体缺少编码），内容可能不全；请嵌入字体后重新导出。"


class Sheet(NamedTuple):
    """The geometry of one page as displayed, and the way there from its own coordinates."""

    page: Page
    matrix: Matrix

    @classmethod
    def of(cls, page: Any, number: int) -> Sheet:
        """The geometry of a loaded page."""
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, box)
        turned = raw.FPDFPage_GetRotation(page) % 4
        matrix: Matrix = (
            (1, 0, 0, -1, -box.left, box.top),
            (0, 1, 1, 0, -box.bottom, -box.left),
            (-1, 0, 0, 1, box.right, -box.bottom),
            (0, -1, -1, 0, box.top, box.right),
        )[turned]
        wide, high = box.right - box.left, box.top - box.bottom
        return cls(Page(number, high, wide) if turned % 2 else Page(number, wide, high), matrix)


def items_of(lines: Lines, grids: Sequence[Grid], page: int) -> list[Line | Framed]:
    """What stands on a page, from top to bottom: tables and the lines outside them."""
    placed: list[tuple[float, Line | Framed]] = []
    for number, grid in enumerate(grids):
        drawn = replace(grid, xs=_rounded(grid.xs), ys=_rounded(grid.ys))
        cells = tuple(_cells(lines, drawn, number, page))
        if any(cell.text for cell in cells):
            table = Table(cells, Place(page=page, bbox=drawn.box))
            placed.append((grid.ys[0], Framed(table, grid.xs)))
    for item in unruled.fold_in(list(_rows(lines, page))):
        place = item.place if isinstance(item, Line) else item.table.place
        placed.append((place.bbox[1] if place.bbox else 0.0, item))
    return [item for _, item in sorted(placed, key=lambda found: found[0])]


def _cells(lines: Lines, grid: Grid, number: int, page: int) -> Iterator[Cell]:
    for index, region in enumerate(grid.regions):
        texts = [lines.text(words).strip() for words in lines.of((number, index))]
        text = "\n".join(filter(None, texts))
        if text or region.sides > 2:
            row, column, rowspan, colspan, _ = region
            place = Place(page, None, grid.bbox(region))
            yield Cell(text, row, column, place, rowspan, colspan)


def _rows(lines: Lines, page: int) -> Iterator[unruled.Row]:
    """The lines outside tables, each also in pieces between wide blanks."""
    for words in lines.of(None):
        text = lines.text(words)
        if not text:
            continue
        pieces: list[list[Word]] = [words[:1]]
        widest = 0.0
        for before, word in pairwise(words):
            gap = word.box[0] - before.box[2]
            widest = max(widest, gap)
            if gap > unruled.PARTED * height(word.box):
                pieces.append([])
            pieces[-1].append(word)
        box = _box(words)
        parted = len(pieces) > 1
        yield unruled.Row(
            Line(text, Place(page=page, bbox=box), widest),
            [unruled.Piece(lines.text(piece).strip(), _box(piece)) for piece in pieces] if parted else [],
        )


def _rounded(sides: Iterable[float]) -> list[float]:
    """Sides in hundredths of points; what a broken file puts nowhere comes to stand off the page."""
    return [
        round(side if abs(side) <= _FARTHEST else _FARTHEST if side > 0 else -_FARTHEST, 2) for side in sides
    ]


def _box(words: Sequence[Word]) -> BBox:
    x0, y0, x1, y1 = _rounded(around(words))
    return x0, y0, x1, y1
