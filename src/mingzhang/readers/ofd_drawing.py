"""What is drawn on a page of an OFD file: its characters, its ruling lines, its pictures.

Elements are told by their local names, for producers use the namespace, other ones or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from mingzhang.documents import UnreadableError
from mingzhang.readers.grid import IDENTITY, SNAP, Grid, Matrix, Ruling, assemble, box_of, times, turn
from mingzhang.readers.pages import Page
from mingzhang.readers.words import Lines, Word

_MOST_OBJECTS = 20_000_000  # drawn on all pages, those of templates and composites each time
_MOST_COMPOSITES = 20_000
_MOST_CHARACTERS = 20_000_000
_MOST_NESTED = 8  # composites in composites
_MOST_STEPS = 50_000  # of one path: more is a drawing
_MOST_CROSSINGS = 9_000_000  # of lines on one page
_ALL_CROSSINGS = 300_000_000
_LARGEST = 1e6  # millimetres and factors beyond are nonsense
_ASCENT, _DESCENT = 0.88, 0.12  # of the size
_LEAST = 0.1  # points: no character is narrower or lower
_PARTED = 1.0  # sizes: a wider blank between two characters parts words
_STEPS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_STEP = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]")
_SOLID = re.compile(r"\S+")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{4})")  # how the standard writes what XML cannot hold
_SIZES = (("Size", 3.0), ("HScale", 1.0))
_TOO_LARGE = "OFD文件的页面内容过多，为安全起见未读取；请拆分后再检查。"


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The children of an element that have one of the local names; none of None."""
    return (item for item in element if _name(item) in names) if element is not None else iter(())


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of an element that has the local name."""
    return next(children(element, name), None)


def child_text(element: etree._Element | None, name: str) -> str:
    """The text of the first child that has the local name, empty without one."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def numbers(text: str | None) -> list[float]:
    """The numbers of a list, none at all if one of them is not a number of this world."""
    try:
        values = [float(part) for part in (text or "").split()]
    except ValueError:
        return []
    return values if sum(map(abs, values)) < _LARGEST else []


@dataclass(slots=True)
class Budget:
    """How much may still be drawn."""

    objects: int = _MOST_OBJECTS
    characters: int = _MOST_CHARACTERS
    composites: int = _MOST_COMPOSITES
    crossings: int = _ALL_CROSSINGS

    def spend(self, objects: int, characters: int = 0, composites: int = 0) -> None:
        """Count what is drawn; raises UnreadableError where it is too much."""
        self.objects -= objects
        self.characters -= characters
        self.composites -= composites
        if min(self.objects, self.characters, self.composites) < 0:
            raise UnreadableError(_TOO_LARGE)


Composites = Callable[[str], Iterable[etree._Element]]
"""The content of a composite graphic by its id."""


class _Run(NamedTuple):
    """The characters of a text code, each with its left and right edge and baseline in the object.

    ``parted`` are the characters before which a wide blank stands.
    """

    text: str
    matrix: Matrix
    size: float
    lefts: list[float]
    rights: list[float]
    baselines: list[float]
    parted: list[int]

    def pieces(self) -> Iterator[tuple[int, int]]:
        """The spans without white space and wide blanks."""
        cuts = iter([*self.parted, len(self.text)])
        cut = next(cuts)
        for match in _SOLID.finditer(self.text):
            start, end = match.span()
            while cut < end:
                if cut > start:
                    yield start, cut
                    start = cut
                cut = next(cuts)
            yield start, end

    def word(self, start: int, end: int, at: int, cell: tuple[int, int] | None) -> Word:
        """The characters from ``start`` to ``end``, which stand from ``at`` on in the page's text."""
        baselines = self.baselines[start:end]
        low, high = min(baselines) - _ASCENT * self.size, max(baselines) + _DESCENT * self.size
        left, right = min(self.lefts[start:end]), max(self.rights[start:end])
        x0, y0, x1, y1 = box_of(self.matrix, left, low, right, high)
        box = (x0, y0, max(x1, x0 + _LEAST), max(y1, y0 + _LEAST))
        return Word(at, at + end - start, box, self.baseline(start), cell)

    def baseline(self, index: int) -> float:
        """Where a character stands on the page, from the top."""
        return turn(self.matrix, self.lefts[index], self.baselines[index])[1]

    def cell(self, index: int, grids: Sequence[Grid]) -> tuple[int, int] | None:
        """The grid, and the cell of it, in which the middle of a character stands."""
        middle = (self.lefts[index] + self.rights[index]) / 2
        raised = self.baselines[index] - (_ASCENT - _DESCENT) / 2 * self.size
        across, down = turn(self.matrix, middle, raised)
        for number, grid in enumerate(grids):
            found = grid.locate(across, down)
            if found >= 0:
                return number, found
        return None


class Drawing:
    """What is drawn on one page: its ruling lines, its characters, and whether there are pictures."""

    def __init__(self, composites: Composites, budget: Budget, page: Page) -> None:
        self.images = 0
        self._composites = composites
        self._budget = budget
        self._thin = SNAP * page.unit
        self._page = page
        self._horizontal: list[Ruling] = []
        self._vertical: list[Ruling] = []
        self._runs: list[_Run] = []

    def draw(self, layers: Iterable[etree._Element], matrix: Matrix) -> None:
        """Collect from layers, the blocks and composites in them."""
        waiting = [(layer, matrix, 0) for layer in layers]
        waiting.reverse()
        while waiting:
            item, outer, depth = waiting.pop()
            self._budget.spend(1)
            if item.get("Visible", "").lower() == "false":
                continue
            kind = _name(item)
            if kind == "TextObject":
                self._text(item, times(_matrix(item), outer))
            elif kind == "PathObject":
                self._path(item, times(_matrix(item), outer))
            elif kind == "ImageObject":
                self.images += 1
            elif kind in ("CompositeObject", "CompositeUnit") and depth < _MOST_NESTED:
                self._budget.spend(0, composites=1)
                inner = times(_matrix(item), outer)
                found = [*self._composites(item.get("ResourceID", "")), *children(item, "Content")]
                waiting.extend((content, inner, depth + 1) for content in reversed(found))
            elif kind in ("Layer", "PageBlock", "Content"):
                waiting.extend((child, outer, depth) for child in reversed(item))

    def grids(self, unit: float) -> list[Grid]:
        """The ruled grids of the page; a page with too many lines is a drawing."""
        crossings = len(self._horizontal) * len(self._vertical)
        if crossings > min(_MOST_CROSSINGS, self._budget.crossings):
            return []
        self._budget.crossings -= crossings
        return assemble(self._horizontal, self._vertical, unit)

    # --- lines

    def _path(self, item: etree._Element, matrix: Matrix) -> None:
        """Take the straight lines of a path; a filled area is a line if it is thin."""
        stroked = item.get("Stroke", "true").lower() != "false"
        if not stroked and item.get("Fill", "false").lower() != "true":
            return
        for points in _outlines(child_text(item, "AbbreviatedData")):
            placed = [turn(matrix, x, y) for x, y in points]
            self._budget.spend(len(placed))
            xs, ys = [x for x, _ in placed], [y for _, y in placed]
            if self._line(min(xs), min(ys), max(xs), max(ys)) or not stroked:
                continue
            for (x0, y0), (x1, y1) in pairwise(placed):
                if min(abs(x1 - x0), abs(y1 - y0)) <= 0.5:
                    self._line(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Take a thin box on the page as a line, ignoring dots; False if it is not thin."""
        if x1 < 0 or y1 < 0 or x0 > self._page.width or y0 > self._page.height:
            return True
        if y1 - y0 <= self._thin:
            if x1 - x0 > self._thin:
                self._horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
            return True
        if x1 - x0 <= self._thin:
            self._vertical.append(Ruling((x0 + x1) / 2, y0, y1))
            return True
        return False

    # --- text

    def _text(self, item: etree._Element, matrix: Matrix) -> None:
        size, stretch = ((numbers(item.get(name)) or [otherwise])[0] for name, otherwise in _SIZES)
        x = y = 0.0
        for code in children(item, "TextCode"):
            text = _ESCAPE.sub(_unescaped, code.text or "")
            self._budget.spend(1, len(text))
            x, y = (numbers(code.get("X")) or [x])[0], (numbers(code.get("Y")) or [y])[0]
            self._runs.append(_run(code, text, matrix, (x, y), (size, stretch)))

    def lines(self, grids: Sequence[Grid], unit: float) -> Lines:
        """The words of the page by the cells of ``grids`` that they stand in."""
        self._budget.spend(sum(len(run.text) for run in self._runs) * len(grids) // 16)
        characters: list[str] = []
        words: list[Word] = []
        length = 0
        for run in self._runs:
            pieces = [*run.pieces(), (len(run.text), 0)]
            for (start, end), (following, _) in pairwise(pieces):
                words += _words(run, start, end, length, grids, unit)
                characters += (run.text[start:end], run.text[end:following] or "\n")
                length += end - start + max(following - end, 1)
        return Lines("".join(characters), words, unit)


def _words(run: _Run, start: int, end: int, at: int, grids: Sequence[Grid], unit: float) -> Iterator[Word]:
    """A piece of a run, cut where it leaves its cell or its line."""
    cell, baseline = run.cell(start, grids), run.baseline(start)
    if run.cell(end - 1, grids) == cell and abs(run.baseline(end - 1) - baseline) < unit:
        yield run.word(start, end, at, cell)
        return
    first = start
    for index in range(start + 1, end):
        here = run.cell(index, grids)
        if here != cell or abs(run.baseline(index) - baseline) >= unit:
            yield run.word(first, index, at + first - start, cell)
            first, cell, baseline = index, here, run.baseline(index)
    yield run.word(first, end, at + first - start, cell)


def _run(
    code: etree._Element, text: str, matrix: Matrix, start: tuple[float, float], sizes: tuple[float, float]
) -> _Run:
    """The characters of a text code, each at the offset from the one before that the code states.

    Where no offset is stated, a character follows at the width that its kind usually has.
    """
    x, y = start
    size, stretch = sizes
    across, down = _offsets(code.get("DeltaX"), len(text)), _offsets(code.get("DeltaY"), len(text))
    run = _Run(text, matrix, size, [], [], [], [])
    wide, narrow = size * stretch, size * stretch / 2
    upright = bool(down) and not across
    for index, character in enumerate(text):
        usual = narrow if character < "\x80" else wide
        shift = across[index] if index < len(across) else 0.0 if upright else usual
        run.lefts.append(x)
        run.rights.append(x + (shift if 0 < shift < usual else usual))
        run.baselines.append(y)
        if shift > usual + _PARTED * size and index + 1 < len(text):
            run.parted.append(index + 1)
        x += shift
        y += down[index] if index < len(down) else 0.0
    return run


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "�" if 0xD800 <= code < 0xE000 else chr(code)


def _offsets(stated: str | None, most: int) -> list[float]:
    """The offsets of a list in which ``g n d`` stands for n times d; no more than ``most``."""
    parts = (stated or "").split()
    if "g" not in parts:
        return numbers(stated)[:most]
    offsets: list[float] = []
    index = 0
    while index < len(parts) and len(offsets) < most:
        repeated = parts[index] == "g"
        values = numbers(" ".join(parts[index + 1 : index + 3] if repeated else parts[index : index + 1]))
        if len(values) != 1 + repeated:
            break
        count = int(values[0]) if repeated else 1
        offsets += [values[-1]] * min(max(count, 0), most - len(offsets))
        index += 3 if repeated else 1
    return offsets


def _outlines(path: str) -> Iterator[list[tuple[float, float]]]:
    """The straight-lined pieces of a path, closed where it closes them; nothing of a drawing."""
    parts = _STEP.findall(path)
    if len(parts) > _MOST_STEPS:
        return
    points: list[tuple[float, float]] = []
    curved = False
    index = 0
    while index < len(parts) and parts[index] in _STEPS:
        step, index = parts[index], index + 1
        taken = _STEPS[step]
        values = numbers(" ".join(parts[index : index + taken]))
        index += taken
        if len(values) != taken:
            break
        if step in "MS":
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        curved = curved or step in "QBA"
        points += [(values[-2], values[-1])] if values else points[:1]
    if len(points) > 1 and not curved:
        yield points


def _matrix(element: etree._Element) -> Matrix:
    """From the coordinates inside an object to those around it: its CTM, then its boundary's corner."""
    values = numbers(element.get("CTM"))
    inner: Matrix = IDENTITY
    if len(values) == 6:
        a, b, c, d, e, f = values
        inner = (a, b, c, d, e, f)
    corner = numbers(element.get("Boundary"))[:2]
    return times(inner, (1, 0, 0, 1, corner[0], corner[1])) if len(corner) == 2 else inner
