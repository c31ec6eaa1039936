"""One wrong thing in a disclosure that is right: in a table's figure, row or columns, or in the text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from mingzhang.binding.narrative import read_text
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import Fact, FactSet, Key
from mingzhang.money import parse
from mingzhang.provenance import Place
from mingzhang.samples import ENTITY, YEAR, Unit, document, figures
from mingzhang.taxonomy import Standards

CELLS = ("transposed", "dropped", "extra", "sign", "unit", "neighbour")
WHOLE = ("row deleted", "columns swapped")
TEXT = ("text figure", "text other year", "text direction", "text comparison", "text name")
KINDS = (*CELLS, *WHOLE, *TEXT)

_OPPOSITE = {"增加": "减少", "增长": "下降", "减少": "增加", "下降": "增长"}
_COMPARED = {"大于": "小于", "小于": "大于"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Planted(NamedTuple):
    """A disclosure with one change.

    ``keys`` are the figures of tables that are wrong now, ``from_end`` the one of the text, counted from
    the last figure back; ``tables`` are the forms whose totals may be named instead, ``sentence`` is the
    changed sentence.
    """

    kind: str
    document: Document
    keys: tuple[Key, ...]
    right: str
    wrong: str
    tables: tuple[str, ...] = ()
    sentence: str = ""
    from_end: int | None = None


class Planter:
    """Plants errors in the disclosure of ``unit``."""

    def __init__(self, unit: Unit, standards: Standards) -> None:
        self.unit, self.standards = unit, standards
        self.printed = figures(unit, standards)
        self.clean = document(unit, standards)
        self._near = _near(self.printed, standards)
        self._paragraphs = {n: b for n, b in enumerate(self.clean.blocks) if isinstance(b, Paragraph)}
        self._facts = self._in_text()

    def plant(self, kind: str, chance: random.Random) -> Planted | None:
        """One change of ``kind``; None where the disclosure has nothing of the kind."""
        if kind in CELLS:
            return self._cell(kind, chance)
        return _MAKERS[kind](self, chance)

    # tables

    def _cell(self, kind: str, chance: random.Random) -> Planted:
        """A figure drawn evenly among those that are not zero."""
        keys = [key for key, text in self.printed.items() if text.strip("-0.")]
        while True:
            key = chance.choice(keys)
            right = self.printed[key]
            wrong = _CHANGES[kind](chance, right, self._near[key])
            if wrong is not None and wrong != right:
                return Planted(kind, self._with({key: wrong}), (key,), right, wrong)

    def row_deleted(self, chance: random.Random) -> Planted | None:
        """A row with a code and money is not printed."""
        rows: dict[tuple[str, str], list[Key]] = {}
        for key, text in self.printed.items():
            if key[1].isdecimal() and text.strip("-0."):
                rows.setdefault(key[:2], []).append(key)
        form, row = chance.choice(sorted(rows))
        gone = {key: None for key in self.printed if key[:2] == (form, row)}
        return Planted("row deleted", self._with(gone), (), row, "", (form,))

    def columns_swapped(self, chance: random.Random) -> Planted | None:
        """The figures of two neighbouring columns of a table stand in each other's place."""
        pairs = []
        for form in self.standards.forms.values():
            for block in form.blocks:
                for pair in pairwise(block.columns):
                    rows = [row for row in block.rows if all((form.id, row, c) in self.printed for c in pair)]
                    rows += [
                        row
                        for known, row, column in self.printed
                        if known == form.id and row.isdecimal() and column == pair[0]
                    ]
                    swapped = self._swapped(form.id, rows, pair)
                    if swapped:
                        pairs.append((form.id, pair, swapped))
        form_id, pair, swapped = chance.choice(pairs)
        keys = tuple(swapped)
        return Planted("columns swapped", self._with(swapped), keys, pair[0], pair[1], (form_id,))

    def _swapped(self, form: str, rows: Sequence[str], pair: tuple[str, str]) -> dict[Key, str | None]:
        found: dict[Key, str | None] = {}
        for row in rows:
            values = [self.printed.get((form, row, column), "0.00") for column in pair]
            if values[0] != values[1]:
                found |= {(form, row, column): value for column, value in zip(pair, reversed(values))}
        return found

    def _with(self, changes: Mapping[Key, str | None]) -> Document:
        return document(self.unit, self.standards, changes)

    # text

    def _in_text(self) -> list[Fact]:
        """The figures of the text; their places count the blocks of the document."""
        placed = replace(
            self.clean,
            blocks=[replace(p, place=Place(paragraph=n)) for n, p in self._paragraphs.items()],
        )
        facts = FactSet()
        read_text(placed, 0, self.standards, YEAR, facts)
        return list(facts)

    def figure(self, chance: random.Random) -> Planted | None:
        """A wrong digit in a figure of the text."""
        while True:
            fact = chance.choice(self._facts)
            number = _NUMBER.search(fact.printed)
            if number is None or not fact.amount.mantissa:
                continue
            make = chance.choice((_transposed, _dropped, _extra))
            wrong = make(chance, number[0], ())
            if wrong is not None and wrong != number[0]:
                return self._rewritten("text figure", fact, number[0], wrong)

    def other_year(self, chance: random.Random) -> Planted | None:
        """An amount of the text as it was in another year."""
        amounts = [
            f for f in self._facts if f.amount.unit == "万元" and f.key[2] in ("final", "initial_budget")
        ]
        fact = chance.choice(amounts)
        number = _NUMBER.search(fact.printed)
        assert number is not None
        wrong = f"{float(number[0]) * chance.uniform(0.75, 1.25):.2f}"
        return self._rewritten("text other year", fact, number[0], wrong) if wrong != number[0] else None

    def direction(self, chance: random.Random) -> Planted | None:
        """An increase called a decrease, or the other way round."""
        said = [f for f in self._facts if self._before(f) in _OPPOSITE]
        fact = chance.choice(said)
        word = self._before(fact)
        number = fact.place.paragraph or 0
        at = (fact.place.offset or 0) - len(word)
        return Planted(
            "text direction",
            self._edited(number, at, word, _OPPOSITE[word]),
            (fact.key,),
            word,
            _OPPOSITE[word],
            sentence=self._sentence(number, at),
            from_end=self._from_end(fact),
        )

    def comparison(self, chance: random.Random) -> Planted | None:
        """大于 for 小于, or the other way round."""
        return self._word("text comparison", chance, self._words(_COMPARED.items()))

    def name(self, chance: random.Random) -> Planted | None:
        """A code's name for another's, or the unit's name with a character changed."""
        codes = self.standards.codelists["functional"]
        names = sorted({codes.name(item.code, YEAR) or "" for item in self.unit.items})
        others = sorted({name for c in codes.entries if len(c) == 7 and (name := codes.name(c, YEAR))})
        found = [
            (n, at, f"{old}（项）", f"{chance.choice(others)}（项）")
            for old in names
            for n, at in self._places(f"{old}（项）")
        ]
        at = chance.randrange(2, len(ENTITY) - 1)
        wrong = ENTITY[:at] + chance.choice("馆院局办科室") + ENTITY[at + 1 :]
        found += [(n, place, ENTITY, wrong) for n, place in self._places(ENTITY)]
        return self._word("text name", chance, [f for f in found if f[2] != f[3]])

    def _words(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int, str, str]]:
        return [(n, at, old, new) for old, new in pairs for n, at in self._places(old)]

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        for number, paragraph in self._paragraphs.items():
            if "。" in paragraph.text:
                yield from ((number, m.start()) for m in re.finditer(re.escape(word), paragraph.text))

    def _word(
        self, kind: str, chance: random.Random, found: Sequence[tuple[int, int, str, str]]
    ) -> Planted | None:
        if not found:
            return None
        number, at, old, new = chance.choice(found)
        text = self._sentence(number, at)
        return Planted(kind, self._edited(number, at, old, new), (), old, new, sentence=text)

    def _rewritten(self, kind: str, fact: Fact, right: str, wrong: str) -> Planted:
        number, at = fact.place.paragraph or 0, fact.place.offset or 0
        text = self._sentence(number, at)
        return Planted(
            kind,
            self._edited(number, at, right, wrong),
            (fact.key,),
            right,
            wrong,
            sentence=text,
            from_end=self._from_end(fact),
        )

    def _from_end(self, fact: Fact) -> int:
        return len(self._facts) - self._facts.index(fact)

    def _before(self, fact: Fact) -> str:
        text, at = self._paragraphs[fact.place.paragraph or 0].text, fact.place.offset or 0
        return text[max(0, at - 2) : at]

    def _sentence(self, number: int, at: int) -> str:
        text = self._paragraphs[number].text
        return text[text.rfind("。", 0, at) + 1 : (text.find("。", at) + 1) or len(text)]

    def _edited(self, number: int, at: int, old: str, new: str) -> Document:
        paragraph = self._paragraphs[number]
        assert paragraph.text[at : at + len(old)] == old
        text = paragraph.text[:at] + new + paragraph.text[at + len(old) :]
        blocks = list(self.clean.blocks)
        blocks[number] = replace(paragraph, text=text)
        return replace(self.clean, blocks=blocks)


_MAKERS: dict[str, Callable[[Planter, random.Random], Planted | None]] = {
    "row deleted": Planter.row_deleted,
    "columns swapped": Planter.columns_swapped,
    "text figure": Planter.figure,
    "text other year": Planter.other_year,
    "text direction": Planter.direction,
    "text comparison": Planter.comparison,
    "text name": Planter.name,
}


def _transposed(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    digits = [i for i, c in enumerate(printed) if c.isdigit()]
    pairs = [(a, b) for a, b in pairwise(digits) if printed[a] != printed[b]]
    made = []
    for a, b in pairs:
        text = list(printed)
        text[a], text[b] = text[b], text[a]
        made.append("".join(text))
    return _choose(chance, made)


def _dropped(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    made = [printed[:i] + printed[i + 1 :] for i, c in enumerate(printed) if c.isdigit()]
    return _choose(chance, made)


def _extra(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    digits = [i for i, c in enumerate(printed) if c.isdigit()]
    made = []
    for i in digits:
        digit = printed[i] if chance.random() < 0.5 else str(chance.randrange(10))
        made.append(printed[: i + 1] + digit + printed[i + 1 :])
    return _choose(chance, made)


def _sign(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    return printed[1:] if printed.startswith("-") else f"-{printed}"


def _unit_mistaken(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    amount = parse(printed, "万元")
    assert amount is not None
    if chance.random() < 0.5:
        return str(int(amount.base_value))
    small = f"{amount.value / 10_000:.4f}"
    return small if small.strip("-0.") else None


def _neighbour(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    return chance.choice(near) if near else None


def _choose(chance: random.Random, made: Iterable[str]) -> str | None:
    """One that looks like a figure: no leading zero, no bare point."""
    good = [
        m for m in made if m[:1].isdigit() and not m.endswith(".") and not (m[0] == "0" and m[1:2] != ".")
    ]
    return chance.choice(good) if good else None


_CHANGES: dict[str, Callable[[random.Random, str, Sequence[str]], str | None]] = {
    "transposed": _transposed,
    "dropped": _dropped,
    "extra": _extra,
    "sign": _sign,
    "unit": _unit_mistaken,
    "neighbour": _neighbour,
}


def _near(printed: dict[Key, str], standards: Standards) -> dict[Key, list[str]]:
    """The other values beside, above and below each cell, as the forms print them."""
    found: dict[Key, list[str]] = {key: [] for key in printed}
    for form in standards.forms.values():
        for block in form.blocks:
            coded = sorted({k[1] for k in printed if k[0] == form.id and k[1].isdecimal()})
            rows = (
                ([*coded, *block.rows] if form.layout == "lines" else [*block.rows, *coded])
                if (block.codes is not None)
                else list(block.rows)
            )
            lines = [[(form.id, row, column) for column in block.columns] for row in rows]
            lines += [[(form.id, row, column) for row in rows] for column in block.columns]
            for line in lines:
                for a, b in pairwise(key for key in line if key in printed):
                    if printed[a] != printed[b]:
                        found[a].append(printed[b])
                        found[b].append(printed[a])
    return found
