"""Where something stands in a document.

A :class:`Place` is the lasting address of a cell, paragraph or figure. Readers create it,
every later stage carries it along unchanged, and reports print it.
"""

from __future__ import annotations

from typing import NamedTuple

BBox = tuple[float, float, float, float]
"""PDF points, origin top left: x0, top, x1, bottom."""


class Place(NamedTuple):
    """An address inside one document; all members are optional and 1-based.

    ``page`` and ``bbox`` address a PDF, ``line`` a text file, ``paragraph`` a body block of a
    Word file, ``sheet`` and ``cell`` a workbook.
    """

    page: int | None = None
    line: int | None = None
    bbox: BBox | None = None
    paragraph: int | None = None
    sheet: str | None = None
    cell: str | None = None

    def describe(self) -> str:
        """The place in words of a person, for example ``第7页`` or ``第302行``."""
        if self.sheet is not None:
            return f"工作表“{self.sheet}”{self.cell or ''}"
        if self.page is not None:
            return f"第{self.page}页"
        if self.line is not None:
            return f"第{self.line}行"
        if self.paragraph is not None:
            return f"第{self.paragraph}段"
        return ""
