"""PDF files: text lines and ruled tables with their boxes, through PDFium's raw interface."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from mingzhang.documents import Block, Cell, Document, Paragraph, Table, UnreadableError, squash
from mingzhang.provenance import BBox, Place
from mingzhang.readers.grid import (
    IDENTITY,
    SNAP,
    Grid,
    Matrix,
    Region,
    Ruling,
    assemble,
    box_of,
    same_columns,
    times,
    turn,
)

_MOST_PAGES = 2000
_MOST_SEGMENTS = 50_000  # of one path: more is a drawing
_OUTLINED = 50  # this many paths on a page without text are outlined text or a drawing
_A4_HEIGHT = 842.0
_MARGIN = 0.1  # of the page height: where running heads and page numbers stand
_PAGE_NUMBER = re.compile(
    r"[-—–―‐·.~～]*(?:第)?(?:\d{1,4}|[ivxIVX]{1,5})(?:页)?(?:[/,]?共?\d{1,4}页?)?[-—–―‐·.~～]*"
)
_HYPHENS = "\x02\ufffe"  # what PDFium makes of a hyphen at the end of a line
_WORDS = re.compile(rf"[^\s{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")
_LINES = re.compile(rf"[^\r\n{_HYPHENS}]*[^\s{_HYPHENS}][{_HYPHENS}]?|[{_HYPHENS}]")
_DROPPED = [chr(code) for code in [*range(9), *range(10, 32), 0x7F, 0xFEFF, 0xFFFF]]
_PRINTABLE = str.maketrans(dict.fromkeys(_DROPPED, "") | dict.fromkeys(_HYPHENS, "-"))
_DAMAGED = "PDF文件已损坏或不完整，请重新导出。"
_ENCRYPTED = "文件已加密，请先去除密码再检查。"
_NO_TEXT = "文件没有文字层（全部是扫描页），请提供可复制文字的PDF或Word文件。"


def read(path: Path, data: bytes, sha256: str) -> Document:
    """Read a PDF; raise :class:`UnreadableError` where nothing can be read."""
    with _opened(data) as pdf:
        pages = raw.FPDF_GetPageCount(pdf)
        if pages < 1:
            raise UnreadableError(_DAMAGED)
        flow = _Flow()
        for index in range(min(pages, _MOST_PAGES)):
            _read_page(pdf, index, flow)
    if pages > _MOST_PAGES:
        flow.notes.append(f"文件共{pages}页，超过{_MOST_PAGES}页的部分没有读取。")
    if not flow.blocks:
        raise UnreadableError(_NO_TEXT)
    return Document(str(path), sha256, "pdf", flow.blocks, pages, flow.notes)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
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


def _read_page(pdf: Any, index: int, flow: _Flow) -> None:
    page = raw.FPDF_LoadPage(pdf, index)
    if not page:
        flow.notes.append(f"第{index + 1}页已损坏，未能读取；请重新导出PDF。")
        return
    text = raw.FPDFText_LoadPage(page)
    try:
        sheet = _Sheet.of(page, index + 1)
        if not text or not _read_sheet(page, text, sheet, flow):
            flow.notes.append(f"第{index + 1}页没有文字层（可能是扫描件），未能读取；请提供文字版PDF。")
    finally:
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)


def _read_sheet(page: Any, text: Any, sheet: _Sheet, flow: _Flow) -> bool:
    """Add one page to the flow; False if it has a picture instead of text."""
    drawing = _Drawing(sheet)
    drawing.walk(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, sheet.matrix)
    grids = assemble(drawing.horizontal, drawing.vertical, sheet.unit)
    runs = _Runs(text, sheet).collect(grids)
    blocks = _blocks(runs, grids, sheet)
    flow.add(blocks, sheet)
    return bool(blocks) or not (drawing.images or drawing.paths >= _OUTLINED)


class _Sheet(NamedTuple):
    """The geometry of one page as displayed, and the way there from its own coordinates."""

    number: int
    height: float
    unit: float
    matrix: Matrix

    @classmethod
    def of(cls, page: Any, number: int) -> _Sheet:
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
        height = wide if turned % 2 else high
        return cls(number, height, max(wide, high) / _A4_HEIGHT, matrix)

    def in_margin(self, box: BBox) -> bool:
        middle = (box[1] + box[3]) / 2 / self.height
        return middle < _MARGIN or middle > 1 - _MARGIN


class _Drawing:
    """The ruling lines of a page and whether it shows pictures."""

    def __init__(self, sheet: _Sheet) -> None:
        self.horizontal: list[Ruling] = []
        self.vertical: list[Ruling] = []
        self.images = self.paths = 0
        self._thin = SNAP * sheet.unit

    def walk(self, parent: Any, count: Any, get: Any, matrix: Matrix, depth: int = 0) -> None:
        """Collect from the objects of a page or form, forms inside included."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        for index in range(count(parent)):
            item = get(parent, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
                    box = box_of(matrix, left.value, bottom.value, right.value, top.value)
                    if not self._line(box):
                        self._shape(item, times(_own_matrix(item), matrix))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 8:
                inner = times(_own_matrix(item), matrix)
                self.walk(item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth + 1)

    def _line(self, box: BBox) -> bool:
        """Take a thin box as a line, ignoring dots; False if it is not thin."""
        x0, y0, x1, y1 = box
        wide, high, thin = x1 - x0, y1 - y0, self._thin
        if high <= thin:
            if wide > thin:
                self.horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
            return True
        if wide <= thin:
            self.vertical.append(Ruling((x0 + x1) / 2, y0, y1))
            return True
        return False

    def _shape(self, path: Any, matrix: Matrix) -> None:
        """Take the lines of a path of several pieces; a filled area has edges only if stroked."""
        segments = raw.FPDFPath_CountSegments(path)
        if not 3 <= segments <= _MOST_SEGMENTS:
            return
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(path, fill, stroke)
        for points in _outlines(path, segments, matrix):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            if self._line((min(xs), min(ys), max(xs), max(ys))) or not stroke.value:
                continue
            for (x0, y0), (x1, y1) in pairwise(points):
                if min(abs(x1 - x0), abs(y1 - y0)) <= 0.5:
                    self._line((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _own_matrix(item: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, matrix):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _outlines(path: Any, segments: int, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The straight-lined pieces of a path, closed where the path closes them."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    curved = False
    for index in range(segments):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(turn(matrix, x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1 and not curved:
        yield points


class _Run(NamedTuple):
    """Characters that stand together: their span in the page text, box, baseline and cell."""

    start: int
    end: int
    box: BBox
    baseline: float
    cell: tuple[int, int] | None


class _Runs:
    """The text of a page in runs, each in one line and one cell."""

    def __init__(self, text: Any, sheet: _Sheet) -> None:
        self._text = text
        self._matrix = sheet.matrix
        self._unit = sheet.unit
        self._rect = raw.FS_RECTF()
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self.characters = _characters(text)

    def collect(self, grids: Sequence[Grid]) -> _Lines:
        """The runs: whole lines where the page has no grid, words where it has."""
        runs: list[_Run] = []
        for match in (_WORDS if grids else _LINES).finditer(self.characters):
            start, end = match.span()
            start += len(match[0]) - len(match[0].lstrip())
            if start < end:
                self._add(start, end, grids, runs)
        return _Lines(self.characters, runs, self._unit)

    def _add(self, start: int, end: int, grids: Sequence[Grid], runs: list[_Run]) -> None:
        first = self._run(start, grids)
        if end - start == 1:
            runs.append(first)
            return
        last = self._run(end - 1, grids)
        if first.cell == last.cell and abs(first.baseline - last.baseline) < self._unit:
            runs.append(_joined(first, last))
            return
        current = first
        for index in range(start + 1, end):
            if self.characters[index].isspace():
                continue
            after = self._run(index, grids)
            if after.cell == current.cell and abs(after.baseline - current.baseline) < self._unit:
                current = _joined(current, after)
            else:
                runs.append(current)
                current = after
        runs.append(current)

    def _run(self, index: int, grids: Sequence[Grid]) -> _Run:
        box = self._character_box(index)
        x, y, *_ = self._numbers
        raw.FPDFText_GetCharOrigin(self._text, index, x, y)
        baseline = turn(self._matrix, x.value, y.value)[1]
        across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for number, grid in enumerate(grids):
            found = grid.locate(across, down)
            if found >= 0:
                return _Run(index, index + 1, box, baseline, (number, found))
        return _Run(index, index + 1, box, baseline, None)

    def _character_box(self, index: int) -> BBox:
        """The box of a character: of the full line height where the font tells it."""
        rect = self._rect
        if raw.FPDFText_GetLooseCharBox(self._text, index, rect):
            x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
            if x0 < x1 and y0 < y1:
                return box_of(self._matrix, x0, y0, x1, y1)
        left, right, bottom, top = self._numbers
        raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return box_of(self._matrix, left.value, bottom.value, right.value, top.value)


def _characters(text: Any) -> str:
    """The text of a page with exactly one character for each of PDFium's."""
    count = raw.FPDFText_CountChars(text)
    if count < 1:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, buffer)
    if written == count + 1:
        found = ctypes.string_at(buffer, 2 * count).decode("utf-16-le", "replace")
        if len(found) == count:
            return found
    codes = (raw.FPDFText_GetUnicode(text, index) for index in range(count))
    return "".join("�" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code) for code in codes)


def _joined(first: _Run, last: _Run) -> _Run:
    return _Run(first.start, last.end, _around(first.box, last.box), first.baseline, first.cell)


def _around(one: BBox, two: BBox) -> BBox:
    return (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))


class _Lines:
    """Runs put in printed lines by their baselines."""

    def __init__(self, characters: str, runs: list[_Run], unit: float) -> None:
        self._characters = characters
        self._unit = unit
        self.by_cell: dict[tuple[int, int] | None, list[_Run]] = {}
        for run in runs:
            self.by_cell.setdefault(run.cell, []).append(run)

    def of(self, cell: tuple[int, int] | None) -> Iterator[tuple[str, BBox]]:
        """The lines of a cell, or those outside all cells, from the top, with their boxes."""
        runs = self.by_cell.get(cell)
        if not runs:
            return
        runs.sort(key=lambda run: run.baseline)
        line = [runs[0]]
        for run in runs[1:]:
            low = min(_height(run), _height(line[0]))
            if run.baseline - line[0].baseline <= max(0.4 * low, 1.5 * self._unit):
                line.append(run)
            else:
                yield self._line(line)
                line = [run]
        yield self._line(line)

    def _line(self, runs: list[_Run]) -> tuple[str, BBox]:
        runs.sort(key=lambda run: run.box[0])
        parts = [self._characters[runs[0].start : runs[0].end]]
        box = runs[0].box
        for before, run in pairwise(runs):
            parts.append(self._gap(before, run))
            parts.append(self._characters[run.start : run.end])
            box = _around(box, run.box)
        return "".join(parts).translate(_PRINTABLE).strip(), box

    def _gap(self, before: _Run, run: _Run) -> str:
        """What stands between two runs of a line: the source's own spaces, or one for a gap."""
        if 0 <= run.start - before.end <= 40:
            between = self._characters[before.end : run.start]
            if not between.strip():
                spaces = between.replace("\r", "").replace("\n", "")
                if spaces or not between:
                    return spaces
        return " " if run.box[0] - before.box[2] > 0.25 * _height(run) else ""


def _height(run: _Run) -> float:
    return run.box[3] - run.box[1]


class _Placed(NamedTuple):
    """A block of a page with its top; tables carry their column edges."""

    top: float
    block: Block
    edges: list[float]


def _blocks(lines: _Lines, grids: Sequence[Grid], sheet: _Sheet) -> list[_Placed]:
    """The blocks of a page from top to bottom, without page numbers."""
    placed: list[_Placed] = []
    for number, grid in enumerate(grids):
        cells = list(_cells(lines, grid, number, sheet.number))
        table = Table(tuple(cells), Place(page=sheet.number, bbox=_rounded(grid.box)))
        placed.append(_Placed(grid.ys[0], table, grid.xs))
    for text, box in lines.of(None):
        if text and not (sheet.in_margin(box) and _PAGE_NUMBER.fullmatch(squash(text))):
            place = Place(page=sheet.number, bbox=_rounded(box))
            placed.append(_Placed(box[1], Paragraph(text, place), []))
    placed = [item for item in placed if not isinstance(item.block, Table) or _has_text(item.block)]
    return sorted(placed, key=lambda item: item.top)


def _has_text(table: Table) -> bool:
    return any(cell.text for cell in table.cells)


def _cells(lines: _Lines, grid: Grid, number: int, page: int) -> Iterator[Cell]:
    for index, region in enumerate(grid.regions):
        text = "\n".join(text for text, _ in lines.of((number, index)) if text)
        if text or region.sides > 2:
            yield _cell(text, region, Place(page=page, bbox=_rounded(grid.bbox(region))))


def _cell(text: str, region: Region, place: Place) -> Cell:
    return Cell(text, region.row, region.column, place, region.rowspan, region.colspan)


def _rounded(box: BBox) -> BBox:
    return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))


@dataclass(slots=True)
class _Flow:
    """The blocks of the pages read so far; a table that ends a page may go on on the next.

    ``_open`` is the position of that table, ``_rows`` and ``_edges`` are its rows and columns,
    ``_tail`` the running feet below it, and ``_margins`` the texts in the margins of its page.
    """

    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _open: int = -1
    _rows: int = 0
    _edges: list[float] = field(default_factory=list)
    _tail: set[str] = field(default_factory=set)
    _margins: set[str] = field(default_factory=set)

    def add(self, placed: list[_Placed], sheet: _Sheet) -> None:
        """Append the blocks of a page, joining its first table to the last of the page before."""
        margins = {_margin_text(item.block, sheet) for item in placed}
        tables = [index for index, item in enumerate(placed) if isinstance(item.block, Table)]
        continued = bool(tables) and self._goes_on(placed, tables[0], margins, sheet)
        if continued:
            first = placed.pop(tables[0])
            self._edges = self._join(first)
        position = len(self.blocks)
        self.blocks.extend(item.block for item in placed)
        if len(tables) > continued:
            last = placed[tables[-1] - continued]
            self._open, self._edges = position + tables[-1] - continued, last.edges
            self._rows = _rows(last.block)
        elif not continued:
            self._open = -1
        below = placed[tables[-1] + 1 - continued :] if tables else []
        self._tail = {_margin_text(item.block, sheet) for item in below}
        self._margins = margins

    def _goes_on(self, placed: list[_Placed], first: int, margins: set[str], sheet: _Sheet) -> bool:
        """Whether nothing but running heads and feet parts a page's first table from the last one."""
        above = {_margin_text(item.block, sheet) for item in placed[:first]}
        if self._open < 0 or "" in above | self._tail:
            return False
        if not (above <= self._margins and self._tail <= margins):
            return False
        return same_columns(placed[first].edges, self._edges, sheet.unit)

    def _join(self, item: _Placed) -> list[float]:
        """Add the rows of a table to the open one, on the columns of both; return their edges."""
        above, below = self.blocks[self._open], item.block
        assert isinstance(above, Table)
        assert isinstance(below, Table)
        shift = self._edges[0] - item.edges[0]
        moved = [edge + shift for edge in item.edges]
        edges = max(self._edges, moved, key=len)
        cells = [*_moved(above, self._edges, edges, 0), *_moved(below, moved, edges, self._rows)]
        self._rows += _rows(below)
        self.blocks[self._open] = Table(tuple(cells), above.place)
        return edges


def _margin_text(block: Block, sheet: _Sheet) -> str:
    """The text of a paragraph in the margin of its page; of any other block nothing."""
    if isinstance(block, Table) or block.place.bbox is None or not sheet.in_margin(block.place.bbox):
        return ""
    return squash(block.text)


def _rows(block: Block) -> int:
    return max(cell.row + cell.rowspan for cell in block.cells) if isinstance(block, Table) else 0


def _moved(table: Table, before: list[float], after: list[float], down: int) -> Iterator[Cell]:
    """The cells of a table ``down`` rows further on, from the columns ``before`` to ``after``."""
    if before is after and not down:
        yield from table.cells
        return
    column = [min(range(len(after)), key=lambda i: abs(after[i] - edge)) for edge in before]
    for cell in table.cells:
        left, right = column[cell.column], column[cell.column + cell.colspan]
        yield Cell(cell.text, cell.row + down, left, cell.place, cell.rowspan, right - left)
