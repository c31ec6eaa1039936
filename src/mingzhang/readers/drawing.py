"""The ruling lines of a PDF page, from its path objects through PDFium's raw interface."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw as raw

from mingzhang.provenance import BBox
from mingzhang.readers.grid import IDENTITY, SNAP, Matrix, Stroke, box_of, times, turn
from mingzhang.readers.pdfium import Floats, form_object, handle, object_bounds, object_kind

_MOST_SEGMENTS = 50_000  # of one path: more is a drawing


class Drawing:
    """The ruling lines of a page and whether it shows pictures."""

    def __init__(self, unit: float) -> None:
        self.horizontal: list[Stroke] = []
        self.vertical: list[Stroke] = []
        self.images = self.paths = 0
        self._thin = SNAP * unit

    def walk(self, parent: int, count: int, get: Any, matrix: Matrix, depth: int = 0) -> None:
        """Collect from the ``count`` objects of a page or form, forms inside included."""
        bounds = Floats("f", 4)
        left, bottom, right, top = bounds.at
        for index in range(count):
            item = get(parent, index)
            kind = object_kind(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                if object_bounds(item, left, bottom, right, top):
                    x0, y0, x1, y1 = bounds.read()
                    if not self._line(box_of(matrix, x0, y0, x1, y1)):
                        path = handle(item)
                        self._shape(path, times(_own_matrix(path), matrix))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.images += 1
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 8:
                form = handle(item)
                inner = times(_own_matrix(form), matrix)
                self.walk(item, raw.FPDFFormObj_CountObjects(form), form_object, inner, depth + 1)

    def _line(self, box: BBox) -> bool:
        """Take a thin box as a line, ignoring dots; False if it is not thin."""
        x0, y0, x1, y1 = box
        wide, high, thin = x1 - x0, y1 - y0, self._thin
        if high <= thin:
            if wide > thin:
                self.horizontal.append(((y0 + y1) / 2, x0, x1))
            return True
        if wide <= thin:
            self.vertical.append(((x0 + x1) / 2, y0, y1))
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
