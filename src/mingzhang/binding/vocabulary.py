"""The words of the narrative standards, compiled: phrases found in a text with what they mean.

Text is matched folded, without white space and quotation marks, years replaced by one sign, so
that ``与 2021 年度相比`` is the cue ``与{year}相比``; every token keeps its span in the source text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import add
from typing import NamedTuple

from mingzhang.documents import fold
from mingzhang.narratives import wordings
from mingzhang.taxonomy import CodeList, Standards

SUBJECT, CODE, MEASURE, BASE, DIRECTION, WORD, REASON, LIST, EACH, YEAR, ITEM, NAMED, LOCAL = (
    "subject", "code", "measure", "base", "direction", "word", "reason", "list", "each", "year", "item",
    "named", "local",
)  # fmt: skip
"""What a phrase can be. A ``NAMED`` one is the name of several codes or a common word beside that: only
its section says which; a ``LOCAL`` one is a subject in some sections only."""

_YEAR_SIGN = "\ue000"
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年(?!\s*\d{1,2}\s*月)度?")
_KEPT = re.compile("[^ \"'\n\t]+")
_MARKER = re.compile(r"\((?:\d{3,7})?(类|款|项)\)")
_NAME_EDGE = re.compile(r"[,;。:!?\n]|\d[、.)]|\)、")
_AMOUNT_BETWEEN = re.compile(r".*\d(?:万元|亿元|元|%)[、,;。]?(?:其中|主要包括|包括|分别是|以及|和|及)?:?")
_DEPTHS = {"款": 3, "项": 5}
"""So many digits has the code above one of the level."""
_CODE = re.compile(
    r"\((\d{3}|\d{5}|\d{7})\)|(?:(?<![\d.])|(?<=^\d\.)|(?<=^\d\d\.))(\d{3}|\d{5}|\d{7})(?=[一-鿿])"
)
_SUFFIX = "支出"
_LONGEST_NAME = 40


class Token(NamedTuple):
    """A phrase in a text: ``start`` to ``end`` in the source, its meanings as (kind, id)."""

    start: int
    end: int
    meanings: tuple[tuple[str, str], ...]

    def means(self, kind: str) -> str | None:
        """The id that the phrase has as a ``kind``."""
        for known, name in self.meanings:
            if known == kind:
                return name
        return None


class Text:
    """A text as it is matched: its signs and where each one stands in the source."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self.years: dict[int, int] = {}
        self.at: list[int] = []
        self._ends: dict[int, int] = {}
        signs: list[str] = []
        done = 0
        for match in _YEAR.finditer(self.folded):
            self._take(signs, done, match.start())
            self.years[len(self.at)] = int(match.group(1))
            self._ends[len(self.at)] = match.end()
            signs.append(_YEAR_SIGN)
            self.at.append(match.start())
            done = match.end()
        self._take(signs, done, len(self.folded))
        self.signs = "".join(signs)
        self.at.append(len(self.folded))

    def end(self, position: int) -> int:
        """Where in the source the sign before ``position`` ends."""
        last = position - 1
        return self._ends.get(last, self.at[last] + 1)

    def _take(self, signs: list[str], start: int, stop: int) -> None:
        for run in _KEPT.finditer(self.folded, start, stop):
            signs.append(run.group())
            self.at += range(*run.span())


class Vocabulary:
    """Every phrase of an edition's narrative standards, found longest first."""

    def __init__(self, standards: Standards) -> None:
        narratives = standards.narratives
        self.codes = standards.codelists["functional"]
        self._measures = narratives.measures
        self._phrases: dict[str, tuple[tuple[str, str], ...]] = {}
        for subject in narratives.subjects.values():
            self._learn(subject.label, SUBJECT, subject.id)
        for measure in narratives.measures.values():
            self._learn(measure.cue, MEASURE, measure.id)
        for kind, cues in (
            (BASE, narratives.bases),
            (DIRECTION, narratives.directions),
            (WORD, narratives.words),
            (YEAR, narratives.years),
        ):
            for cue in cues.values():
                self._learn(cue.cue, kind, cue.id)
        self._learn(narratives.reasons, REASON, "reason")
        self._learn(narratives.lists, LIST, "list")
        self._learn(narratives.respectively, EACH, "each")
        self._learn_codes(standards.codelists["functional"], "function", ("类",))
        self._learn_codes(standards.codelists["economic"], "economic", ("类", "款"))
        self._learn_names(standards)
        for section in narratives.sections.values():
            local = [label for label in section.means if label not in narratives.subjects]
            self._learn((label for label in local if _signs(label) not in self._phrases), LOCAL, "")
        lengths: dict[str, set[int]] = {_YEAR_SIGN: set()}
        for phrase in self._phrases:
            lengths.setdefault(phrase[:2], set()).add(len(phrase))
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}
        alone = (re.escape(start) for start in lengths if len(start) == 1)
        self._alone = re.compile(f"[{''.join(alone)}]")
        self._names = _names(self.codes)
        self._codes_named: dict[tuple[str, str], set[str]] = {}
        for (level, _, name), code in self._names.items():
            self._codes_named.setdefault((level, name), set()).add(code)

    def _learn(self, phrases: Iterable[str], kind: str, name: str) -> None:
        for phrase in phrases:
            for wording in wordings(phrase):
                signs = _signs(wording)
                known = self._phrases.get(signs, ())
                if signs and not any(k == kind and self._alike(k, n, name) for k, n in known):
                    self._phrases[signs] = (*known, (kind, name))

    def _alike(self, kind: str, name: str, other: str) -> bool:
        """Whether a phrase cannot have both meanings: it may say measures of different kinds of figures."""
        return kind != MEASURE or self._measures[name].of == self._measures[other].of

    def _learn_codes(self, codes: CodeList, dimension: str, levels: tuple[str, ...]) -> None:
        """The names of a classification, where no subject goes by the same name."""
        for code, entries in codes.entries.items():
            for entry in entries:
                signs = _signs(entry.name)
                if entry.level in levels and len(signs) > 2 and signs not in self._phrases:
                    self._phrases[signs] = ((CODE, f"{dimension}:{code}"),)

    def _learn_names(self, standards: Standards) -> None:
        """Names that only their section makes clear: items without marker, economic ones of two signs."""
        named: dict[str, list[str]] = {}
        for code, entries in self.codes.entries.items():
            for entry in entries:
                if entry.level in ("款", "项") and len(_signs(entry.name)) > 3:
                    named.setdefault(_signs(entry.name), []).append(f"function:{code}")
        for code, entries in standards.codelists["economic"].entries.items():
            for entry in entries:
                if entry.level == "款" and (len(_signs(entry.name)) == 2 or _signs(entry.name) in named):
                    named.setdefault(_signs(entry.name), []).append(f"economic:{code}")
        for signs, found in named.items():
            meanings = self._phrases.get(signs, ())
            if not meanings or all(kind == CODE for kind, _ in meanings):
                self._phrases[signs] = ((NAMED, "|".join(dict.fromkeys(found))), *meanings)

    def tokens(self, text: Text) -> list[Token]:
        """The phrases of ``text`` from left to right, longest first, none overlapping."""
        found: list[Token] = []
        signs, at = text.signs, text.at
        items = {**dict(self._printed_codes(signs)), **dict(self._items(text))}
        done = 0
        for position in self._beginnings(signs, items):
            if position < done:
                continue
            if position in items:
                done, code = items[position]
                found.append(Token(at[position], text.end(done), ((ITEM, code),)))
                continue
            phrase = self._longest(signs, position)
            if phrase is not None:
                done = position + len(phrase)
                start = at[position]
                if start and text.folded[start - 1] == '"' and '"' in text.folded[start : at[done - 1]]:
                    start -= 1
                meanings = self._phrases[phrase]
                year = text.years.get(position + phrase.find(_YEAR_SIGN)) if _YEAR_SIGN in phrase else None
                if year is not None:
                    meanings = (*meanings, (YEAR, str(year)))
                found.append(Token(start, text.end(done), meanings))
            elif signs[position] == _YEAR_SIGN:
                end = text.end(position + 1)
                found.append(Token(at[position], end, ((YEAR, str(text.years[position])),)))
        return found

    def _beginnings(self, signs: str, items: Iterable[int]) -> list[int]:
        """Where in the signs an item, a year or perhaps a phrase begins."""
        known = self._lengths
        pairs = enumerate(map(add, signs, signs[1:]))
        alone = [match.start() for match in self._alone.finditer(signs)]
        return sorted({*items, *alone, *[n for n, pair in pairs if pair in known]})

    def _longest(self, signs: str, position: int) -> str | None:
        for start in (signs[position : position + 2], signs[position : position + 1]):
            for length in self._lengths.get(start, ()):
                phrase = signs[position : position + length]
                if phrase in self._phrases:
                    return phrase
        return None

    # items: 一般公共服务支出（类）人大事务（款）行政运行（项）

    def _items(self, text: Text) -> Iterator[tuple[int, tuple[int, str]]]:
        """Start of an item in the signs → its end and its code, or code:name where the name is unknown."""
        signs = text.signs
        start, edge, code = -1, 0, ""
        for marker in _MARKER.finditer(signs):
            level = marker.group(1)
            amount = _AMOUNT_BETWEEN.match(signs, edge, marker.start()) if start >= 0 else None
            if amount is not None and level != "类":
                yield start, (edge, code)
                start = amount.end()
                code, edge = self._beside(code, signs[start : marker.start()], level), marker.end()
                continue
            if start >= 0 and marker.start() - edge > _LONGEST_NAME:
                start = -1
            if level == "类" or start < 0:
                if start >= 0:
                    yield start, (edge, code)
                begin = max(edge, marker.start() - _LONGEST_NAME)
                edges = _NAME_EDGE.finditer(signs, max(0, begin - 1), marker.start())
                begin = max([begin, *(m.end() for m in edges)])
                start, code = self._first(signs, begin, marker.start(), level)
            else:
                code = self._below(code, signs[edge : marker.start()], level)
            edge = marker.end()
            if signs.startswith(_SUFFIX, edge):
                edge += len(_SUFFIX)
        if start >= 0:
            yield start, (edge, code)

    def _printed_codes(self, signs: str) -> Iterator[tuple[int, tuple[int, str]]]:
        """Codes in brackets after a name, or before their name."""
        for match in _CODE.finditer(signs):
            code = match.group(1) or match.group(2)
            names = [_signs(entry.name) for entry in self.codes.names(code)]
            if match.group(1) and (len(code) > 3 or any(signs.endswith(n, 0, match.start()) for n in names)):
                if names:
                    yield match.start(), (match.end(), code)
                continue
            for name in names:
                if signs.startswith(name, match.end()):
                    yield match.start(), (match.end() + len(name), code)
                    break

    def _first(self, signs: str, begin: int, end: int, level: str) -> tuple[int, str]:
        """The longest name of ``level`` that ends at ``end``: where it starts, and its code."""
        for start in range(begin, end):
            code = self._names.get((level, "", signs[start:end])) or self._names.get(
                (level, "", signs[start:end] + _SUFFIX)
            )
            if code:
                return start, code
        return begin, f":{signs[begin:end]}"

    def _below(self, parent: str, name: str, level: str) -> str:
        if ":" in parent:
            known = parent.partition(":")[0]
            return self._under(known, level, name) or f"{parent}/{name}"
        for spelling in (name, name + _SUFFIX, name.removesuffix(_SUFFIX)):
            code = self._names.get((level, parent, spelling))
            if code:
                return code
        return self._under(parent, level, name) or f"{parent}:{name}"

    def _beside(self, before: str, name: str, level: str) -> str:
        """The code of ``name`` in a sentence that spoke of ``before`` and its amount."""
        known, depth = before.partition(":")[0], _DEPTHS[level]
        if len(known) >= depth:
            return self._below(known[:depth], name, level)
        return self._under(known, level, name) or f"{known}:{name}"

    def _under(self, prefix: str, level: str, name: str) -> str | None:
        """The only code of ``level`` and ``name`` below ``prefix``, where what stands between is misnamed."""
        if not prefix:
            return None
        found = [code for code in self._codes_named.get((level, name), ()) if code.startswith(prefix)]
        return found[0] if len(found) == 1 else None


def _signs(phrase: str) -> str:
    """A phrase as it is matched."""
    return "".join(_KEPT.findall(fold(phrase.replace("{year}", _YEAR_SIGN))))


def _names(codes: CodeList) -> dict[tuple[str, str, str], str]:
    """Codes by level, parent's code and name; the parent may be left out."""
    names: dict[tuple[str, str, str], str] = {}
    for code, entries in codes.entries.items():
        for entry in entries:
            name = _signs(entry.name)
            for parent in ("", code[:-2]):
                names.setdefault((entry.level, parent, name), code)
    return names
