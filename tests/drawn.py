"""What has to hold of everything that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mingzhang.money import SCALE
from mingzhang.pictures.drawing import Box, Disc, Line, Mark, Rectangle, Text
from mingzhang.pictures.values import Figure

WAN = 10_000 * SCALE


def money(hundredths: int) -> Figure:
    """A figure of so many hundredths of 万元."""
    return Figure(Fraction(hundredths * WAN, 100), "万元", 2)


def texts(marks: Sequence[Mark]) -> list[Text]:
    return [mark for mark in marks if isinstance(mark, Text)]


def rectangles(marks: Sequence[Mark]) -> list[Rectangle]:
    return [mark for mark in marks if isinstance(mark, Rectangle)]


def discs(marks: Sequence[Mark]) -> list[Disc]:
    return [mark for mark in marks if isinstance(mark, Disc)]


def room(mark: Mark) -> Box:
    """The room that a mark takes."""
    if isinstance(mark, (Text, Rectangle)):
        return mark.box
    if isinstance(mark, Disc):
        return Box(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius)
    assert isinstance(mark, Line)
    (x1, y1), (x2, y2) = mark.start, mark.end
    return Box(min(x1, x2), min(y1, y2), abs(Fraction(x2 - x1)), abs(Fraction(y2 - y1)))


def outside(marks: Sequence[Mark], box: Box) -> list[Mark]:
    """The marks that leave ``box``, by more than a thousandth of a point."""
    slack = Fraction(1, 1000)
    wider = Box(box.x - slack, box.y - slack, box.width + 2 * slack, box.height + 2 * slack)
    return [mark for mark in marks if not wider.holds(room(mark))]


def overlapping(marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """The labels that lie over one another."""
    found = texts(marks)
    return [
        (one.text, other.text)
        for at, one in enumerate(found)
        for other in found[at + 1 :]
        if one.box.meets(other.box)
    ]


def covered(marks: Sequence[Mark]) -> list[str]:
    """The labels that a dot lies over."""
    return [text.text for text in texts(marks) for disc in discs(marks) if text.box.meets(room(disc))]
