"""Pages of PDF files as pictures; a file that is no longer the one that was checked gives none."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2
from PIL import Image, ImageDraw

from mingzhang.provenance import BBox
from mingzhang.reporting.marks import Box
from mingzhang.reporting.model import Checkup
from mingzhang.reporting.originals import originals

_POINTS = 72
_STEPS = ((120, 16), (110, 8), (96, 8), (80, 4), (66, 4))
"""Resolution and number of colours of page pictures, the best first; few colours keep letters sharp."""

_SAMPLE = 3
_PIXELS = 2400
"""The longest side of a picture."""

_CROP_RESOLUTION = 130
_AROUND, _BESIDE = 30.0, 170.0
_RED = (208, 32, 32)
_NONE: Mapping[int, Sequence[BBox]] = {}


class Picture(NamedTuple):
    """A picture in ``kind`` (a media type) of a page that measures ``width`` by ``height`` points."""

    data: bytes
    kind: str
    width: float
    height: float


class Pages:
    """The pages of one PDF."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf

    def pictures(
        self, numbers: Sequence[int], budget: int, hidden: Mapping[int, Sequence[BBox]] = _NONE
    ) -> dict[int, Picture]:
        """Pictures of the pages ``numbers`` (1-based), together within ``budget`` bytes.

        The resolution falls until a sample fits; pages for which nothing is left have no picture.
        The rectangles that ``hidden`` gives for a page are blackened.
        """
        numbers = [number for number in numbers if 0 < number <= len(self._pdf)]
        sample = numbers[:: max(1, len(numbers) // _SAMPLE)][:_SAMPLE]
        for resolution, colours in _STEPS:
            sizes = [len(self._page(n, resolution, colours, hidden.get(n, ())).data) for n in sample]
            if sum(sizes) * len(numbers) <= budget * len(sample):
                break
        found: dict[int, Picture] = {}
        for number in numbers:
            picture = self._page(number, resolution, colours, hidden.get(number, ()))
            budget -= len(picture.data)
            if budget < 0:
                break
            found[number] = picture
        return found

    def crop(self, box: Box, hidden: Sequence[BBox] = ()) -> bytes | None:
        """The page around a rectangle, which is framed in red, as PNG."""
        number, (x0, top, x1, bottom) = box
        if not 0 < number <= len(self._pdf):
            return None
        image, scale = self._image(number, _CROP_RESOLUTION, hidden)
        draw = ImageDraw.Draw(image)
        frame = [(x0 - 2) * scale, (top - 2) * scale, (x1 + 2) * scale, (bottom + 2) * scale]
        if frame[2] > frame[0] and frame[3] > frame[1]:
            draw.rectangle(frame, outline=_RED, width=3)
        edges = [x0 - _BESIDE, top - _AROUND, x1 + _BESIDE, bottom + _AROUND]
        left, above, right, below = (int(edge * scale) for edge in edges)
        inside = max(left, 0), max(above, 0), min(right, image.width), min(below, image.height)
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            return None
        strip = image.crop(inside).quantize(32)
        return _saved(strip, "PNG", optimize=True)

    def _page(self, number: int, resolution: int, colours: int, hidden: Sequence[BBox]) -> Picture:
        image, scale = self._image(number, resolution, hidden)
        few = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGB")
        data = _saved(few, "WEBP", lossless=True, quality=20, method=1)
        return Picture(data, "image/webp", image.width / scale, image.height / scale)

    def _image(self, number: int, resolution: int, hidden: Sequence[BBox]) -> tuple[Image.Image, float]:
        page = self._pdf[number - 1]
        try:
            scale = min(resolution / _POINTS, _PIXELS / max(*page.get_size(), 1))
            bitmap = page.render(scale=scale)
            try:
                image = bitmap.to_pil().convert("RGB")
            finally:
                bitmap.close()
        finally:
            page.close()
        for box in hidden:
            ImageDraw.Draw(image).rectangle([edge * scale for edge in box], fill=(0, 0, 0))
        return image, scale


@contextmanager
def pages_of(file: Checkup) -> Iterator[Pages | None]:
    """The pages of a PDF that was checked, or None where it is no PDF or no longer the same file."""
    data = next(data for _, data in originals([file])) if file.format == "pdf" else None
    try:
        pdf = pypdfium2.PdfDocument(data) if data is not None else None
    except pypdfium2.PdfiumError:
        pdf = None
    try:
        yield Pages(pdf) if pdf is not None else None
    finally:
        if pdf is not None:
            pdf.close()


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()
