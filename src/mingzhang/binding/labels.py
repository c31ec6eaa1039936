"""Labels of sheets as they are compared: brackets, ordinals and years apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mingzhang.binding.slots import label_key
from mingzhang.documents import squash
from mingzhang.forms import Section, Sheet

LONGEST = 40
"""Longer texts are no labels."""

_NOTHING = "-—－–−/／…. 。\u3000\xa0\t\n\r"
_YEAR = re.compile(r"(20\d\d)年(?:度|末|底)?")
_TRAILING = re.compile(r"(?:\([^()]*\)|:)+$")
_BRACKETS = re.compile(r"\([^()]*\)")
_POINTS = re.compile(r"\(?(\d+(?:\.\d+)?)分?\)?$")
_AMOUNT = re.compile(r"-?[\d,]+\.\d+%?")
_RELATIVE = ("本年", "上年", "前年")


def is_blank(text: str) -> bool:
    """Whether nothing is filled in: no text, dashes, dots."""
    return not text.strip(_NOTHING)


@lru_cache(maxsize=20_000)
def spellings(squashed: str) -> tuple[str, ...]:
    """The label as printed, without ordinals, and without brackets."""
    if len(squashed) > LONGEST:
        return ()
    plain = squashed.rstrip(":")
    while (shorter := label_key(plain)) != plain:
        plain = shorter
    found = (plain, _TRAILING.sub("", plain), _BRACKETS.sub("", plain).rstrip(":"))
    return tuple(dict.fromkeys(text for text in found if text))


@lru_cache(maxsize=20_000)
def variants(squashed: str) -> tuple[str, ...]:
    """The forms of a label by which it may be known, as printed first."""
    found = spellings(squashed)
    relative = [text[2:] for text in found if text.startswith(_RELATIVE) and text[2:]]
    return tuple(dict.fromkeys((*found, *relative)))


def relative_years(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts of a header with the years told by their distance from the newest of them."""
    years = [int(year) for year in _YEAR.findall("\n".join(texts))]
    if not years:
        return tuple(texts)
    newest = max(years)

    def name(match: re.Match[str]) -> str:
        return _RELATIVE[min(newest - int(match.group(1)), len(_RELATIVE) - 1)]

    return tuple(_YEAR.sub(name, text) for text in texts)


def points(squashed: str) -> tuple[str, str]:
    """A block's label and the points printed with it: "产出指标(50分)" → 产出指标, 50."""
    match = _POINTS.search(squashed)
    if match is None or not match.start() or not ("分" in match.group() or "(" in match.group()):
        return squashed, ""
    return squashed[: match.start()], match.group(1)


def index(labels: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Ids by every variant of their labels; (id, label) in order."""
    found: dict[str, list[str]] = {}
    for target, label in labels:
        for key in variants(squash(label)):
            ids = found.setdefault(key, [])
            if target not in ids:
                ids.append(target)
    return found


def look_up(labels: dict[str, list[str]], squashed: str) -> list[str]:
    """The ids that ``squashed`` names; the most literal variant that names any decides."""
    for key in variants(squashed):
        if found := labels.get(key):
            return found
    return []


@dataclass(slots=True)
class SectionLabels:
    """The labels of one section, indexed."""

    section: Section
    heads: dict[str, list[str]] = field(default_factory=dict)
    leads: frozenset[str] = frozenset()
    rows: dict[str, list[str]] = field(default_factory=dict)
    slots: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    line: re.Pattern[str] | None = None

    @classmethod
    def of(cls, section: Section) -> SectionLabels:
        """The index of ``section``."""
        slots = [(key, label) for key, slot in section.slots.items() for label in slot.labels]
        parts = [
            (f"{group_id}/{part_id}", label)
            for group_id, group in section.groups.items()
            for part_id, part in group.parts.items()
            for label in part.labels
        ]
        leads = (*section.leads, section.caption) if section.caption else section.leads
        return cls(
            section,
            index([(key, label) for key, slot in section.columns.items() for label in slot.labels]),
            frozenset(key for label in leads for key in variants(squash(label))),
            index([(key, label) for key, slot in section.rows.items() for label in slot.labels]),
            index(slots),
            index([(key, label) for key, group in section.groups.items() for label in group.labels]),
            index(parts),
            _line_pattern([label for _, label in slots]) if section.kind == "lines" else None,
        )

    def columns(self, texts: Sequence[str]) -> dict[int, str]:
        """Positions in a header row → columns, each at most once, in their order where a label repeats."""
        order = list(self.section.columns)
        found: dict[int, str] = {}
        following = 0
        for position, text in enumerate(texts):
            if not text:
                continue
            named = [key for key in look_up(self.heads, text) if key not in found.values()]
            if named:
                column = next((key for key in named if order.index(key) >= following), named[0])
                found[position] = column
                following = order.index(column) + 1
        return found

    def is_lead(self, text: str) -> bool:
        """Whether the header prints ``text`` beside its columns."""
        return any(key in self.leads for key in variants(text))


def _line_pattern(labels: Sequence[str]) -> re.Pattern[str]:
    """Any of ``labels`` before a colon, in folded text; dumps put spaces inside words."""
    longest_first = sorted(map(squash, labels), key=len, reverse=True)
    spaced = [r"\s*".join(map(re.escape, label)) for label in longest_first]
    return re.compile(rf"({'|'.join(spaced)})\s*:")


class SheetLabels:
    """The labels of a sheet by section."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.sections = [SectionLabels.of(section) for section in sheet.sections]
        self._heads: dict[str, set[int]] = {}
        self._leads: dict[str, set[int]] = {}
        self._pairs: dict[str, int] = {}
        for number, labels in enumerate(self.sections):
            for key in labels.heads:
                self._heads.setdefault(key, set()).add(number)
            for key in labels.leads:
                self._leads.setdefault(key, set()).add(number)
            if labels.section.kind == "pairs":
                for key in labels.slots:
                    self._pairs.setdefault(key, number)

    def opened_by(self, texts: Sequence[str], read: frozenset[str] | set[str] = frozenset()) -> int | None:
        """The section whose header the row is, sections not yet read before others."""
        filled = [text for text in texts if text]
        heads = [number for text in filled for number in _named(self._heads, text)]
        if not heads or len(filled) < 2 or any(_AMOUNT.fullmatch(text) for text in filled):
            return None
        leads = {number for text in filled for number in _named(self._leads, text)}
        best: tuple[int, bool] | None = None
        chosen = None
        for number in sorted(set(heads)):
            lead = number in leads
            if heads.count(number) + lead < 2:
                continue
            labels = self.sections[number]
            hits = len(labels.columns(texts)) + lead
            rank = (hits, labels.section.id not in read)
            if hits >= 2 and hits * 2 >= len(filled) and (best is None or rank > best):
                best, chosen = rank, number
        return chosen

    def pair(self, texts: Sequence[str]) -> int | None:
        """The section of pairs whose label is among the first two filled cells of the row."""
        for text in [text for text in texts if text][:2]:
            for key in variants(text):
                if key in self._pairs:
                    return self._pairs[key]
        return None

    def is_caption(self, text: str) -> bool:
        """Whether ``text`` stands beside or above a section."""
        return bool(_named(self._leads, text))


def _named(labels: dict[str, set[int]], text: str) -> set[int] | frozenset[int]:
    """The sections that have ``text`` among their labels."""
    for key in variants(text):
        if found := labels.get(key):
            return found
    return frozenset()
