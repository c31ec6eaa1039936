"""The overview on one page: a title and panels, each with a heading, a sentence and a chart."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from mingzhang.pictures.bars import Bars
from mingzhang.pictures.dots import Dots
from mingzhang.pictures.drawing import FAINT, GREY, INK, Box, Line, Mark, Text, lines, svg
from mingzhang.pictures.letters import fitting, shortened, wrapped
from mingzhang.pictures.treemap import Treemap
from mingzhang.pictures.values import Length

WIDTH, HEIGHT = 510, 750
"""Points: an A4 page within margins of 15 mm, with room for a page number."""

_TITLES: tuple[Length, ...] = (18, 16, 14, 12)
_HEAD: Length = 11
_SAID, _LEAD = Fraction(17, 2), Fraction(25, 2)
_NOTE: Length = 7
_GUTTER: Length = 26
_BETWEEN: Length = 16
_SENTENCE = Fraction(1, 3)
"""The part of a panel's height at most for its sentence."""
_HEADED: Length = 20
"""Points of a heading with the space below it."""


class Panel(NamedTuple):
    """A question, the sentence that answers it, and its chart; ``absent`` is said where there is none."""

    title: str
    sentence: str
    chart: Bars | Dots | Treemap | None
    absent: str = ""

    def says(self) -> Iterator[str]:
        """The panel in words."""
        yield self.title
        if self.sentence:
            yield self.sentence
        yield from self.chart.says() if self.chart is not None else [self.absent]


class Page(NamedTuple):
    """Rows of panels from top to bottom: each row with the hundredths of the height that it takes, each panel
    with its share of the width.
    """

    title: str
    subtitle: str
    rows: tuple[tuple[int, tuple[tuple[int, Panel], ...]], ...]
    source: str

    def text(self) -> str:
        """The page in words, a line for each statement."""
        panels = [panel for _, row in self.rows for _, panel in row]
        return "\n".join(
            [self.title, self.subtitle, *(line for p in panels for line in p.says()), self.source]
        )

    def svg(self) -> str:
        """The page as a drawing."""
        return svg(self.marks(), WIDTH, HEIGHT, self.title, self.text())

    def marks(self) -> list[Mark]:
        """Everything on the page, within WIDTH by HEIGHT."""
        size = fitting(self.title, WIDTH, _TITLES)
        titled = wrapped(self.title, WIDTH, size)
        marks: list[Mark] = [*lines(titled, 0, 0, size, size * Fraction(13, 10))]
        top = len(titled) * size * Fraction(13, 10) + 4
        marks += lines([self.subtitle], 0, top, _SAID, _LEAD, GREY)
        top += _LEAD + 6
        foot = wrapped(self.source, WIDTH, _NOTE)
        below = HEIGHT - len(foot) * _NOTE * Fraction(13, 10)
        marks += lines(foot, 0, below, _NOTE, _NOTE * Fraction(13, 10), GREY)
        room = below - 8 - top - _BETWEEN * (len(self.rows) - 1)
        for share, row in self.rows:
            high = room * Fraction(share, 100)
            marks += _row(row, Box(0, top, WIDTH, high))
            top += high + _BETWEEN
        return marks


def _row(row: tuple[tuple[int, Panel], ...], box: Box) -> Iterator[Mark]:
    wide = box.width - _GUTTER * (len(row) - 1)
    whole = sum(share for share, _ in row)
    x = box.x
    for share, panel in row:
        own = wide * Fraction(share, whole)
        yield from _panel(panel, Box(x, box.y, own, box.height))
        x += own + _GUTTER


def _panel(panel: Panel, box: Box) -> list[Mark]:
    """The heading under a rule, the sentence, and the chart in what is left."""
    marks: list[Mark] = [Line((box.x, box.y), (box.right, box.y), FAINT, 1)]
    marks.append(Text(box.x, box.y + _HEAD + 5, panel.title, _HEAD, INK))
    top = box.y + _HEADED + 2
    most = 3 if box.width == WIDTH else 6
    most = max(2, min(most, int(box.height * _SENTENCE / _LEAD)))
    said = shortened(panel.sentence, box.width, _SAID, most) if panel.sentence else []
    marks += lines(said, box.x, top, _SAID, _LEAD)
    top += len(said) * _LEAD + 4
    rest = Box(box.x, top, box.width, box.bottom - top)
    if panel.chart is None:
        return [*marks, *lines(wrapped(panel.absent, box.width, _SAID), box.x, top, _SAID, _LEAD, GREY)]
    return [*marks, *panel.chart.draw(rest)]
