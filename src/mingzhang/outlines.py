"""Records of the outlines: what a disclosure, a report or a notice says, in which order, in which words.

An outline is data from ``standards/outlines``. Its paragraphs are *patterns*: trees of literal text with
slots, guarded alternatives, repetitions, reasons and frames that several sentences share. A slot names an
observation of running text, ``subject.measure`` of the section it stands in, which is the address under
which reading finds the printed figure again. Where its value comes from is said once: by an expression over
tables, by the formula of its measure, or by what the unit enters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

import msgspec

from mingzhang.documents import Role
from mingzhang.expressions import Binding, ExpressionError, parse_bindings, parse_value
from mingzhang.facts import Key
from mingzhang.money import SCALE, Number, parse

GATHERED = ("glossary",)
"""What a document gathers from itself: the terms it uses."""

GIVEN = ("tables", "sheets", "report", "indicators", "overview")
"""What stands ready when a text is composed."""

LAST = "last."
"""What the names of last year's tables begin with in an expression."""

ALONE = ("known", "unknown", "filled")
"""Operators of guards that take no right side."""

PRIOR = "prior"
"""The measure of last year's figure where no table has it."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[\w.]+")
_GUARD = re.compile(r"([\w.]+) *(=|>|<|known|unknown|filled) *([\w.]*)")


class _Record(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Strict: an unknown field is an error."""


class Node(_Record, rename={"with_": "with", "list_": "list"}):
    """A pattern that is more than text.

    ``say`` is printed where the guard ``when`` holds; of a ``choice`` the first alternative whose guard
    holds. ``each`` repeats it over rows, of several tables over the rows of any in their order, ``list``
    prints what is not empty of several patterns, both with ``between`` parting them. ``frame`` names a
    shared pattern, ``with`` the subjects that its variables stand for. ``reason`` is the observation whose
    reason ``say`` prints as ``{reason}``, ``against`` what it changed from: a reason may be due by the
    edition's threshold. ``text`` is a text of the unit, of a row where ``of`` names its variable, that
    ``say`` prints as ``{text}``; without an optional text nothing is printed.
    """

    say: Pattern = ""
    when: str = ""
    choice: tuple[Node, ...] = ()
    each: str = ""
    list_: tuple[Pattern, ...] = ()
    between: str = ""
    frame: str = ""
    with_: dict[str, str] = {}
    reason: str = ""
    against: str = ""
    text: str = ""
    of: str = ""


Pattern = str | Node | tuple[str | Node, ...]


class Block(_Record, rename={"with_": "with"}):
    """A part of a document: a heading with what stands below it, a paragraph, or something put there.

    ``heading`` is numbered among its siblings by the outline's numbering, unless ``plain``. ``section`` is
    the section in whose addresses slots below are meant, ``values`` where their figures come from. ``free``
    is a text of the unit by its name, of a row where ``of`` names its variable. ``put`` is one of
    :data:`GATHERED` or :data:`GIVEN`, of the sheets only ``forms`` where some are named.
    """

    heading: str = ""
    section: str = ""
    values: dict[str, str] = {}
    when: str = ""
    each: str = ""
    with_: dict[str, str] = {}
    say: Pattern = ""
    free: str = ""
    of: str = ""
    put: str = ""
    role: Role = ""
    forms: tuple[str, ...] = ()
    plain: bool = False
    body: tuple[str | Block, ...] = ()


class Outline(_Record):
    """A document as an edition has it; ``numbering`` are the ordinals of headings from the top level on.

    In a numbering, 一 stands for a Chinese numeral and 1 for an Arabic one.
    """

    id: str
    title: str
    reference: str
    numbering: tuple[str, ...] = ()
    body: tuple[str | Block, ...] = ()


class Term(_Record):
    """A term of the glossary with its explanation; it is printed where the document uses it."""

    term: str
    says: str


class FreeText(_Record):
    """A text that a unit writes itself: its name in the project, what it is, whether it may be missing."""

    id: str
    label: str
    optional: bool = False


class Due(_Record):
    """From which change on a reason is obligatory: ``amount`` in 万元 and ``rate`` in per cent, both reached.

    What was zero and is no longer, or the other way round, always needs one.
    """

    amount: str = "0"
    rate: str = "0"

    def asks(self, now: Number, base: Number) -> bool:
        """Whether a figure that prints as ``now`` is so far from ``base`` that a reason is obligatory."""
        if now == base or not (now and base):
            return now != base
        changed = abs(Fraction(now) - base)
        share = changed * 100 * SCALE / abs(Fraction(base))
        return changed >= _limit(self.amount, "万元") and share >= _limit(self.rate, "%")


class Compared(_Record):
    """A figure of the overview: its address, that of its budget, and the subject (with its section) of whose
    change the text speaks.
    """

    label: str
    at: Key
    budget: Key | None = None
    stated: tuple[str, str] | None = None


class Panel(_Record):
    """A chart of the overview: its heading, the subject (with its section) whose paragraph is its sentence.

    ``absent`` is said where nothing is known. Where a chart goes by codes, its only row names the total.
    """

    title: str
    says: tuple[str, str]
    absent: str
    rows: tuple[Compared, ...] = ()


class Overview(_Record):
    """The overview on one page, by its charts."""

    title: str
    subtitle: str
    accounts: Panel
    three_public: Panel
    use: Panel
    items: Panel
    scores: Panel


class Said(_Record):
    """How an input of an indicator is said: ``say`` has ``{value}``; ``value`` is what the tables have."""

    say: str
    value: str = ""


class OutlineFile(_Record):
    """One file of ``standards/outlines``.

    ``formulas`` say how a measure follows from other measures of the same subject; ``sentences`` are the
    frames that a template may ask for by name, with what they are called. ``inputs`` are those of the
    indicators, by the subject and measure that reading finds them under, in the order in which they are
    said. ``filled`` say by sheet, row and column where the project has what a sheet of the self-evaluation
    states; ``p`` stands for the name of the sheet's project. ``blank`` says of a table what must come to 0
    for it to be left blank because there is nothing; where it does not, or is unknown, the figures of the
    blank table are unknown.
    """

    edition: str
    outlines: tuple[Outline, ...] = ()
    frames: dict[str, Pattern] = {}
    sentences: dict[str, str] = {}
    formulas: dict[str, str] = {}
    terms: tuple[Term, ...] = ()
    texts: tuple[FreeText, ...] = ()
    due: Due | None = None
    overview: Overview | None = None
    inputs: dict[str, Said] = {}
    filled: dict[str, dict[str, dict[str, str]]] = {}
    blank: dict[str, str] = {}


class Guard(NamedTuple):
    """``left`` compared with ``right``, as they print.

    known, unknown and filled (no nought, even if it prints as one) take no ``right``.
    """

    left: str
    operator: str
    right: str


def guards(text: str) -> tuple[Guard, ...]:
    """The conditions of a ``when``, parted by ``;``; raises ValueError with a message in Chinese."""
    found = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        match = _GUARD.fullmatch(part)
        if match is None or (match[2] in ALONE) == bool(match[3]):
            raise ValueError(f"条件“{part}”写法有误，应如“a.final = a.budget”“a.prior unknown”。")
        found.append(Guard(*match.groups()))
    return tuple(found)


def pieces(text: str) -> tuple[tuple[str, str], ...]:
    """Literal text and the slot after it, in order; the last slot is empty. Raises ValueError."""
    found, end = [], 0
    for match in _SLOT.finditer(text):
        if not _NAME.fullmatch(match[1]):
            raise ValueError(f"“{text}”中的“{match[0]}”不是栏目名称。")
        found.append((text[end : match.start()], match[1]))
        end = match.end()
    rest = text[end:]
    if "{" in rest or "}" in rest:
        raise ValueError(f"“{text}”的花括号不成对。")
    return (*found, (rest, ""))


class Outlines:
    """The outlines of one edition: later files add to and override earlier ones by id."""

    def __init__(self, files: Iterator[OutlineFile]) -> None:
        self.outlines: dict[str, Outline] = {}
        self.frames: dict[str, Pattern] = {}
        self.sentences: dict[str, str] = {}
        self.formulas: dict[str, str] = {}
        self.terms: dict[str, str] = {}
        self.texts: dict[str, FreeText] = {}
        self.due = Due()
        self.overview: Overview | None = None
        self.inputs: dict[str, Said] = {}
        self.filled: dict[str, dict[str, dict[str, str]]] = {}
        self.blank: dict[str, str] = {}
        for file in files:
            self.outlines |= {outline.id: outline for outline in file.outlines}
            self.frames |= file.frames
            self.sentences |= file.sentences
            self.formulas |= file.formulas
            self.terms |= {term.term: term.says for term in file.terms}
            self.texts |= {text.id: text for text in file.texts}
            self.due = file.due or self.due
            self.overview = file.overview or self.overview
            self.inputs |= file.inputs
            self.filled |= file.filled
            self.blank |= file.blank

    def faults(self, sections: Mapping[str, object]) -> Iterator[str]:
        """What does not fit together, in Chinese."""
        for outline in self.outlines.values():
            for block in outline.body:
                for fault in self._block_faults(block, sections):
                    yield f"提纲“{outline.id}”：{fault}"
        for name, pattern in self.frames.items():
            yield from (f"句式“{name}”：{fault}" for fault in self._faults(pattern))
            if name in self._used(name, set()):
                yield f"句式“{name}”用到它自己。"
        for name in self.sentences:
            if name not in self.frames:
                yield f"没有句式“{name}”（sentences）。"
        for measure, formula in self.formulas.items():
            yield from (f"公式“{measure}”：{fault}" for fault in _unreadable(formula, parse_value))
        for name, said in self.inputs.items():
            if "{value}" not in said.say:
                yield f"输入“{name}”的句式没有{{value}}。"
            yield from (f"输入“{name}”：{fault}" for fault in _unreadable(said.value, parse_value))
        for sheet, rows in self.filled.items():
            for row, columns in rows.items():
                for column, value in columns.items():
                    cell = f"{sheet}[{row}, {column}]"
                    yield from (f"“{cell}”：{fault}" for fault in _unreadable(value, parse_value))
        for form, expression in self.blank.items():
            yield from (f"空表“{form}”：{fault}" for fault in _unreadable(expression, parse_value))

    def _used(self, frame: str, seen: set[str]) -> set[str]:
        """The frames that ``frame`` uses, at any depth."""
        for used in _frames(self.frames.get(frame, "")):
            if used not in seen:
                seen.add(used)
                self._used(used, seen)
        return seen

    def _block_faults(self, block: str | Block, sections: Mapping[str, object]) -> Iterator[str]:
        if isinstance(block, str):
            yield from self._faults(block)
            return
        if block.section and block.section not in sections:
            yield f"章节“{block.section}”不存在。"
        if block.put and block.put not in GATHERED + GIVEN:
            yield f"“{block.put}”不能放入，可用：{'、'.join(GATHERED + GIVEN)}。"
        if block.free and block.free not in self.texts:
            yield f"没有文字“{block.free}”的说明（texts）。"
        yield from _unreadable(block.heading, pieces)
        yield from _unreadable(block.when, guards)
        yield from _unreadable(block.each, _bindings)
        for expression in block.values.values():
            yield from _unreadable(expression, parse_value)
        yield from self._faults(block.say)
        for inner in block.body:
            yield from self._block_faults(inner, sections)

    def _faults(self, pattern: Pattern) -> Iterator[str]:
        if isinstance(pattern, str):
            yield from _unreadable(pattern, pieces)
            return
        if isinstance(pattern, tuple):
            for part in pattern:
                yield from self._faults(part)
            return
        if pattern.frame and pattern.frame not in self.frames:
            yield f"没有句式“{pattern.frame}”。"
        if pattern.text and pattern.text not in self.texts:
            yield f"没有文字“{pattern.text}”的说明（texts）。"
        yield from _unreadable(pattern.when, guards)
        yield from _unreadable(pattern.each, _bindings)
        yield from self._faults(pattern.say)
        for other in (*pattern.choice, *pattern.list_):
            yield from self._faults(other)


def _limit(text: str, unit: str) -> Number:
    amount = parse(text, unit)
    return amount.centre if amount else 0


def _frames(pattern: Pattern) -> Iterator[str]:
    """The frames that a pattern names."""
    parts: tuple[Pattern, ...] = ()
    if isinstance(pattern, tuple):
        parts = pattern
    elif isinstance(pattern, Node):
        yield from filter(None, [pattern.frame])
        parts = (pattern.say, *pattern.choice, *pattern.list_)
    for part in parts:
        yield from _frames(part)


def _bindings(text: str) -> tuple[Binding, ...]:
    bindings = parse_bindings(text)
    if len({binding.variable for binding in bindings}) > 1:
        raise ValueError(f"“{text}”只能对一个变量重复。")
    return bindings


def _unreadable(text: str, parse: object) -> Iterator[str]:
    assert callable(parse)
    try:
        if text:
            parse(text)
    except (ValueError, ExpressionError) as error:
        yield str(error)
