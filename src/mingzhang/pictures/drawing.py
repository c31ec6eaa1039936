"""Marks on a drawing, and the drawing as SVG: plain shapes and text, nothing that acts or loads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from mingzhang.pictures.letters import measured
from mingzhang.pictures.values import Length

FONTS = "'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', SimHei, sans-serif"

BLUE, ORANGE, SKY, GREEN = "#0072B2", "#E69F00", "#56B4E9", "#009E73"
VERMILION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"
"""The palette of Okabe and Ito, which colour-blind people tell apart."""
INK, GREY, FAINT, PAPER = "#1F2933", "#5B6770", "#C9D1D8", "#FFFFFF"

_RISE, _FALL = Fraction(88, 100), Fraction(20, 100)
"""How far letters stand above and below the line, in ems."""
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Box(NamedTuple):
    """A rectangle by its upper left corner."""

    x: Length
    y: Length
    width: Length
    height: Length

    @property
    def right(self) -> Length:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> Length:
        """Its lower edge."""
        return self.y + self.height

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether ``other`` lies within."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Text(NamedTuple):
    """A line of text; ``x`` is its beginning, middle or end, ``y`` its base line."""

    x: Length
    y: Length
    text: str
    size: Length
    fill: str = INK
    anchor: Literal["start", "middle", "end"] = "start"

    @property
    def box(self) -> Box:
        """The room that it takes."""
        width = measured(self.text, self.size)
        before = {"start": Fraction(0), "middle": Fraction(width) / 2, "end": width}[self.anchor]
        return Box(self.x - before, self.y - self.size * _RISE, width, self.size * (_RISE + _FALL))


class Rectangle(NamedTuple):
    """A filled or outlined rectangle."""

    box: Box
    fill: str = "none"
    stroke: str = "none"
    weight: Length = 0


class Line(NamedTuple):
    """A straight line between two points."""

    start: tuple[Length, Length]
    end: tuple[Length, Length]
    stroke: str = FAINT
    weight: Length = Fraction(1, 2)


class Disc(NamedTuple):
    """A dot around a point; hollow where its ``fill`` is paper."""

    x: Length
    y: Length
    radius: Length
    fill: str
    stroke: str


Mark = Text | Rectangle | Line | Disc


def lines(
    texts: Sequence[str], x: Length, top: Length, size: Length, pitch: Length, fill: str = INK
) -> list[Text]:
    """Lines of text from ``top`` downwards."""
    return [
        Text(x, top + size * _RISE + number * pitch, text, size, fill) for number, text in enumerate(texts)
    ]


def svg(marks: Sequence[Mark], width: Length, height: Length, title: str, says: str) -> str:
    """The drawing, named ``title``; ``says`` gives its figures in words."""
    wide, high = _number(width), _number(height)
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family={quoteattr(FONTS)}>'
        f"<title>{_clean(title)}</title><desc>{_clean(says)}</desc>{''.join(map(_mark, marks))}</svg>"
    )


def _mark(mark: Mark) -> str:
    if isinstance(mark, Text):
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        at = f'x="{_number(mark.x)}" y="{_number(mark.y)}" font-size="{_number(mark.size)}"'
        return f'<text {at} fill="{mark.fill}"{anchor}>{_clean(mark.text)}</text>'
    if isinstance(mark, Rectangle):
        x, y, width, height = map(_number, mark.box)
        drawn = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{mark.fill}"'
        return f"{drawn}{_stroke(mark.stroke, mark.weight)}/>"
    if isinstance(mark, Line):
        (x1, y1), (x2, y2) = mark.start, mark.end
        drawn = f'<line x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
        return f"{drawn}{_stroke(mark.stroke, mark.weight)}/>"
    drawn = (
        f'<circle cx="{_number(mark.x)}" cy="{_number(mark.y)}" r="{_number(mark.radius)}" fill="{mark.fill}"'
    )
    return f"{drawn}{_stroke(mark.stroke, 1)}/>"


def _stroke(stroke: str, weight: Length) -> str:
    return "" if stroke == "none" else f' stroke="{stroke}" stroke-width="{_number(weight)}"'


def _clean(text: str) -> str:
    return escape(_UNPRINTABLE.sub(" ", text))


def _number(length: Length) -> str:
    """In hundredths of a point."""
    whole, rest = divmod(abs(round(Fraction(length) * 100)), 100)
    sign = "-" if length < 0 and (whole or rest) else ""
    return sign + (f"{whole}.{rest:02}".rstrip("0") if rest else str(whole))
