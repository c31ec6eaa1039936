"""What recognising and composing share: how a form's slots become labels, concepts and columns."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from mingzhang.documents import squash
from mingzhang.forms import Form, FormBlock, Slot, dimensions

_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|其中:|\d+[.、])")


def label_key(text: str) -> str:
    """A row label as compared: folded, without white space, ordinal and 其中."""
    return _ORDINAL.sub("", squash(text))


def single_cells(form: Form) -> list[tuple[str, str]]:
    """(row, column) of a ``single`` form's figures, left to right as printed."""
    block = form.blocks[0]
    rows, columns = due(block.rows), due(block.columns)
    if form.alternating:
        return [(row, column) for column in columns for row in rows]
    return [(row, column) for row in rows for column in columns]


def due(slots: Mapping[str, Slot]) -> list[str]:
    """The slots that a form always prints."""
    return [key for key, slot in slots.items() if not slot.optional]


def shown(slots: Mapping[str, Slot], filled: Container[str]) -> list[str]:
    """The slots that a table prints: an optional one only where it is filled."""
    return [key for key, slot in slots.items() if not slot.optional or key in filled]


def meaning(form: Form, block: FormBlock, row: str, column: str) -> tuple[str, dict[str, str]]:
    """The concept and the dimensions of the figure at ``row``, ``column``."""
    line = block.rows.get(row)
    head = block.columns[column]
    own: dict[str, str] = {}
    if line is None and block.codes is not None:
        line = Slot(is_=block.codes.is_)
        own = {block.codes.list_ if block.codes.list_ == "economic" else "function": row}
    concept = (line.is_ if line else None) or head.is_ or form.id
    return concept, dimensions(own, line.with_ if line else {}, head.with_, form.with_)
