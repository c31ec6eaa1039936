"""An answer as text: in a sentence, in a cell of its own, or line by line."""

from __future__ import annotations

from mingzhang.documents import Block, Paragraph
from mingzhang.provenance import Place
from mingzhang.templates.answers import Answer, Figure, Said


def inline(answer: Answer, rest: str, in_cell: bool) -> str:
    """What stands in place of a placeholder; ``rest`` are the words after it, which may hold the unit.

    A figure alone in a cell of a table stays blank where its table leaves it blank.
    """
    if isinstance(answer, Figure):
        digits = answer.digits or ("" if in_cell else answer.zero)
        return digits + ("" if answer.unit and rest.startswith(answer.unit) else answer.unit)
    assert isinstance(answer, Said)
    return "\n".join(answer.lines)


def lines(answer: Said) -> tuple[Block, ...]:
    """A text as paragraphs."""
    return tuple(Paragraph(line, Place()) for line in answer.lines)
