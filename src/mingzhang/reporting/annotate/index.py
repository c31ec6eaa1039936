"""The pages appended to an annotated PDF: every finding with its page, in the order of the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mingzhang.documents import Cell, Document, Paragraph, Table
from mingzhang.provenance import Place
from mingzhang.readers import pdf as reader
from mingzhang.reporting.marks import Box
from mingzhang.writers import pdf as writer

_NOWHERE = Place()
_TITLE = "明账核对问题索引表"
_HINT = "本页由明账加在副本之后，不是原文件的内容；点击一行转到问题所在的页"
_HEADS = ("序号", "页", "级别", "问题")


class Entry(NamedTuple):
    """A finding in the index: its page, severity and message as printed."""

    page: int
    severity: str
    text: str


def index(entries: Sequence[Entry]) -> bytes:
    """The pages as a PDF."""
    rows = [_HEADS, *((str(n), str(e.page), e.severity, e.text) for n, e in enumerate(entries, 1))]
    cells = tuple(Cell(text, r, c, _NOWHERE) for r, row in enumerate(rows) for c, text in enumerate(row))
    texts = [Paragraph(_TITLE, _NOWHERE), Paragraph(_HINT, _NOWHERE)]
    return writer.write(Document("", "", "pdf", [*texts, Table(cells, _NOWHERE)]))


def linked(data: bytes, count: int) -> list[list[Box]]:
    """For each of ``count`` entries the rectangles on the pages that are to be linked."""
    numbers = {str(n): n - 1 for n in range(1, count + 1)}
    boxes: list[list[Box]] = [[] for _ in range(count)]
    for table in reader.read(Path(), data, "").tables():
        for row in table.rows():
            number = numbers.get(row[0].text) if row and row[0].column == 0 else None
            if number is not None:
                first, last = row[0].place, row[-1].place
                if first.page == last.page and first.page and first.bbox and last.bbox:
                    boxes[number].append((first.page, (*first.bbox[:2], *last.bbox[2:])))
    return boxes
