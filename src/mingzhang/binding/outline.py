"""Where in a document a paragraph stands: its part and section, told by titles and headings."""

from __future__ import annotations

import re
from functools import lru_cache

from mingzhang.binding.slots import label_key
from mingzhang.documents import Paragraph, squash
from mingzhang.facts import FactSet, TextFact
from mingzhang.narratives import Narratives, Part, Section, spelt

_HEADING = 60
_ORDINAL = re.compile(r"^-?(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、])")
_DEEP = re.compile(r"^\(\d+\)|^[①-⑳]")
"""Headings too deep to open a section."""
_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_SAID = re.compile(r"[,;。]")
"""What a sentence that only ends with a title has."""
_YEARS = re.compile(r"(?:19|20)\d\d年?度?")
_LEADER = re.compile(r"[.…·\s]*\d*$")
_TERM = re.compile(r"^(.{2,30}?)[:：,，]?(?:是指|指|反映|：|:)")
_OWN = frozenset({"report", "special_report", "notice"})
"""Parts whose numbered headings never open another part."""
_SILENT = frozenset({"contents", "glossary"})


class Outline:
    """The part and the section that the text read so far has come to."""

    def __init__(self, narratives: Narratives) -> None:
        self.part: Part | None = None
        self.section: Section | None = None
        self._parts, self._sections = _titles(narratives)
        self._listed: set[str] = set()

    @property
    def silent(self) -> bool:
        """Whether the text here states no figures of its own: contents, glossary."""
        return self.part is not None and self.part.id in _SILENT

    def enter(self, paragraph: Paragraph, facts: FactSet, document: int) -> bool:
        """Take in the next paragraph; True where it is a heading that opens a part or section."""
        text = squash(paragraph.text)
        part = self.part.id if self.part is not None else ""
        if part == "contents" and self._entry(text, paragraph.level):
            self._note(paragraph, "contents", facts, document, _key(_LEADER.sub("", text)))
            return True
        if part == "glossary":
            self._term(paragraph, facts, document)
        if not text or len(text) > _HEADING:
            return False
        opened = self._open_part(text, paragraph) or self._open_section(text, paragraph)
        if opened:
            self._note(paragraph, "heading", facts, document)
        return opened

    def _entry(self, text: str, level: int) -> bool:
        """Whether the line still belongs to the contents: it is no heading and not printed there already."""
        key = _key(_LEADER.sub("", text))
        if level or not key or len(text) > _HEADING or key in self._listed:
            self.part = None
            return False
        self._listed.add(key)
        return True

    def _open_part(self, text: str, paragraph: Paragraph) -> bool:
        own = self.part is not None and self.part.id in _OWN
        numbered = bool(_ORDINAL.match(text) or _ORDINAL.match(squash(paragraph.marker)))
        key = _key(text)
        for title, part in self._parts:
            if part.id in _OWN or part.id == "contents":
                fits = key.endswith(title) and not numbered and not _SAID.search(text)
            elif part.id == "annex":
                fits = key == title
            else:
                fits = key.endswith(title) and (bool(_PART.match(text)) or (not numbered and not own))
            if fits:
                self.part, self.section = part, None
                if part.id == "contents":
                    self._listed = set()
                return True
        if _PART.match(text):
            self.part, self.section = None, None
            return True
        return False

    def _open_section(self, text: str, paragraph: Paragraph) -> bool:
        if not (_ORDINAL.match(text) or paragraph.level or paragraph.marker or len(text) < 30):
            return False
        if text.endswith((";", ",")) or "。" in text[:-1] or _DEEP.match(text):
            return False
        key = _key(text)
        here = self.part.id if self.part is not None else None
        numbered = _ORDINAL.match(text) or paragraph.marker
        for start in range(len(key) if numbered else 1):
            for section in self._sections.get(key[start:], ()):
                if section.part == here or not (here in _OWN or section.part in _OWN):
                    self.section = section
                    return True
        return False

    def _term(self, paragraph: Paragraph, facts: FactSet, document: int) -> None:
        match = _TERM.match(label_key(paragraph.text))
        if match:
            self._note(paragraph, "term", facts, document, match.group(1))

    def _note(
        self, paragraph: Paragraph, concept: str, facts: FactSet, document: int, label: str = ""
    ) -> None:
        part = self.part.id if self.part is not None else ""
        section = self.section.id if self.section is not None else part
        key = (section, label, concept)
        facts.texts.append(
            TextFact(key, concept, {}, paragraph.text, document, paragraph.place, label, concept)
        )


@lru_cache(maxsize=16)
def _titles(narratives: Narratives) -> tuple[list[tuple[str, Part]], dict[str, list[Section]]]:
    """The titles of parts, longest first, and the sections by heading."""
    parts = [(_key(t), part) for part in narratives.parts.values() for t in spelt(part.title)]
    sections: dict[str, list[Section]] = {}
    for section in narratives.sections.values():
        for heading in spelt(section.heading):
            sections.setdefault(_key(heading), []).append(section)
    return sorted(parts, key=lambda item: -len(item[0])), sections


def _key(text: str) -> str:
    """A heading as compared: without ordinal, year, quotation marks, brackets at its end and 说明."""
    key = _PART.sub("", label_key(text))
    key = _YEARS.sub("", key).replace('"', "").rstrip("。:")
    key = re.sub(r"\([^()]*\)$", "", key)
    return key.removesuffix("的说明").removesuffix("说明").removeprefix("关于") or key
