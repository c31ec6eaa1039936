"""The unit's own words in a disclosure: every sentence that no figure of the project composes again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import INSIDE, REPORT
from mingzhang.binding.headings import titled
from mingzhang.documents import Paragraph, squash
from mingzhang.facts import FactSet
from mingzhang.projects.outlined import Places
from mingzhang.projects.passages import Passage, Sentence

_ANNEX = re.compile(r"\s*附件\s*[\d:：]")
_ORDINAL = re.compile(r"[-\s]*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])\s*")
_OWN = ("overview", "explanation", "report")
"""The parts whose texts a unit writes itself."""


def _unnumbered(heading: str) -> str:
    """A heading that goes on as text, without the ordinal of its level."""
    return _ORDINAL.sub("", heading.strip())


def _is_report(section: str) -> bool:
    """Whether the section is one of the report, which is prose around its figures."""
    return section.partition(".")[0] == REPORT


class Gathered(NamedTuple):
    """Texts by name, and the sentences that have no place."""

    texts: dict[str, str]
    left: list[str]


def gather(
    found: Sequence[Passage],
    facts: FactSet,
    places: Iterable[Places],
    composed: Composed,
    reasons: Iterable[str],
    sheets: Mapping[str, str],
) -> Gathered:
    """The texts of the unit in the passages of a disclosure, without what is ``composed`` of its figures and
    ``reasons``; ``sheets`` are titles of sheets.
    """
    gathering = _Gathering(facts, list(places), composed, [squash(text) for text in reasons], sheets)
    for passage in found:
        if passage.paragraph.part in _OWN:
            gathering.take(passage)
    return Gathered({name: "\n".join(lines) for name, lines in gathering.lines.items()}, gathering.left)


class _Gathering:
    """Paragraph by paragraph, into the text of the section that stands last.

    A section that has a text of its own takes every sentence that no figure composes again, one that is
    composed only sentences with figures that are not; what follows a sheet takes none.
    """

    def __init__(
        self,
        facts: FactSet,
        places: Sequence[Places],
        composed: Composed,
        reasons: Sequence[str],
        sheets: Mapping[str, str],
    ) -> None:
        self.facts, self.places, self.sheets = facts, places, sheets
        self.stated = composed.stated
        self.said = squash("".join(b.text for b in composed.blocks if isinstance(b, Paragraph)))
        self.reasons = reasons
        self.lines: dict[str, list[str]] = {}
        self.left: list[str] = []
        self._name, self._section, self._is_prose = "", "", False
        self._below = False

    def take(self, passage: Passage) -> None:
        """Take in the next paragraph."""
        seen = passage.paragraph
        if seen.heading:
            self._below = False
            self._open(seen.section, seen.text)
            return
        if self._is_beside(seen.text):
            return
        told = self._tell(passage)
        unsaid = [s for s in passage.sentences if s.text not in told and not self._is_said(s)]
        figures = [fact for sentence in passage.sentences for fact in sentence.facts]
        whole = bool(figures) and not any(self.facts.keys[fact] in self.stated for fact in figures)
        own = [sentence for sentence in unsaid if self._is_prose or sentence.facts]
        if not self._name or (not own and not self._is_prose):
            self.left += [sentence.text for sentence in unsaid if sentence.text.endswith("。")]
        elif whole or len(own) == len(passage.sentences):
            self._add(seen.marker + seen.text.strip())
        elif own:
            self._add("".join(sentence.text for sentence in own))
            self.left += [sentence.text for sentence in unsaid if sentence not in own]

    def _tell(self, passage: Passage) -> set[str]:
        """Keep what is said of a row in words (主要用于…); gives the sentences that say only this."""
        only: set[str] = set()
        section = passage.paragraph.section
        name, cue = next((place.told[section] for place in self.places if section in place.told), ("", ""))
        if not name:
            return only
        row = next((self.facts.keys[fact][1] for _, fact in passage.standing), "")
        for sentence in passage.sentences:
            row = next((self.facts.keys[fact][1] for fact in sentence.facts[:1]), row)
            before, found, after = sentence.text.partition(cue)
            text = after.strip("：:，。 ")
            if found and row and text:
                self.lines.setdefault(f"{name}/{row}", [text])
                if not before.strip():
                    only.add(sentence.text)
        return only

    def _is_beside(self, text: str) -> bool:
        """Whether a line stands beside a sheet; below one that is no part of the report no text goes on."""
        sheet = titled(text, self.sheets)
        if _ANNEX.match(text) or (sheet and self.sheets[sheet] not in INSIDE):
            self._name, self._section, self._is_prose = "", "", False
        self._below = bool(sheet) or (self._below and not text.strip().endswith("。"))
        return self._below

    def _open(self, section: str, heading: str) -> None:
        """A heading: of a section with a place of its own, or one of the text that goes on."""
        if not section:
            self._name, self._section, self._is_prose = "", "", False
            return
        again = section == self._section
        name = self._text(section, heading)
        more = next((place.more[section] for place in self.places if section in place.more), "")
        if again and self._is_prose and name in ("", self._name):
            self._add(_unnumbered(heading))
        elif name:
            self._name, self._section, self._is_prose = name, section, True
        elif again:
            return
        elif more or any(section in place.said for place in self.places):
            self._name, self._section, self._is_prose = more, section, bool(more) and _is_report(section)
        elif self._name:
            self._is_prose = True
            self._add(_unnumbered(heading))

    def _text(self, section: str, heading: str) -> str:
        return next(filter(None, (place.text_below(section, heading) for place in self.places)), "")

    def _add(self, line: str) -> None:
        self.lines.setdefault(self._name, []).append(" ".join(line.split("\n")))

    def _is_said(self, sentence: Sentence) -> bool:
        """Whether what is composed says it: all its figures, its words, or the reason that it gives."""
        text = squash(sentence.text)
        if any(reason in text for reason in self.reasons):
            return True
        keys = [self.facts.keys[number] for number in sentence.facts]
        if not keys:
            return text in self.said
        composed = [key in self.stated for key in keys]
        return all(composed) if self._is_prose else any(composed)
