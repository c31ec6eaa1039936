"""What recognising and composing share: how a form's slots become labels, concepts and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingzhang.documents import squash
from mingzhang.forms import Form, FormBlock, Slot, dimensions

_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|其中:|\d+[.、])")


def label_key(text: str) -> str:
    """A row label as compared: folded, without white space, ordinal and 其中."""
    return _ORDINAL.sub("", squash(text))


def column_ids(form: Form) -> list[tuple[int, str]]:
    """The figure columns of the form, left to right, as (block, column id)."""
    return [(number, column) for number, block in enumerate(form.blocks) for column in block.columns]


def single_cells(form: Form) -> list[tuple[str, str]]:
    """(row, column) of a ``single`` form's figures, left to right as printed."""
    block = form.blocks[0]
    if form.alternating:
        return [(row, column) for column in block.columns for row in block.rows]
    return [(row, column) for row in block.rows for column in block.columns]


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


def block_of(form: Form, row: str, column: str) -> FormBlock:
    """The block that holds ``row`` and ``column``; raises KeyError where the form has none."""
    for block in _holding(form, column):
        if row in block.rows:
            return block
    for block in _holding(form, column):
        if block.codes is not None:
            return block
    raise KeyError((form.id, row, column))


def _holding(form: Form, column: str) -> Iterator[FormBlock]:
    return (block for block in form.blocks if column in block.columns)
