"""Placeholders: what stands between the braces, and the names that there are, by id and by Chinese label.

A placeholder is a name, never an expression: ``单位名称``, ``文字:部门职责``, ``表:支出决算表``,
``行:支出决算表/科目编码``, ``章节:收入决算情况说明``, ``句:与上年相比/收入支出决算总体情况说明/收、支总计``
or ``数:收入支出决算总表/总计/金额``. Every part of a name may be an id or a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from mingzhang.binding.asked import label
from mingzhang.binding.disclosure import REPORT, WHOLE
from mingzhang.documents import squash
from mingzhang.facts import Key
from mingzhang.forms import Form, FormBlock
from mingzhang.narratives import spelt, wordings
from mingzhang.outlines import LAST
from mingzhang.taxonomy import Standards
from mingzhang.templates.spoken import ROWS, Chapter, Spoken, chapters, spoken

PLAIN, FREE, TABLE, ROW, CHAPTER, SENTENCE, FIGURE = "名称", "文字", "表", "行", "章节", "句", "数"
KINDS = (PLAIN, FREE, TABLE, ROW, CHAPTER, SENTENCE, FIGURE)
CODE, NAME = "code", "name"
"""The columns of a repeated row that are no figures."""

_PLAIN = {"entity": "单位名称", "year": "年度", "scope": "部门或单位"}
_CODED = {CODE: "科目编码", NAME: "科目名称"}
_NEAREST = 3
_LAST_LABEL = "上年"
_LONGEST = 120
_CODE_LIKE = re.compile(r"__|[{}|\[\]\\$%^*+=<>!?@&`'\"~]")
_ID = re.compile("[a-z]")
_MEASURES = {
    "prior": "上年决算数",
    "count": "数量",
    "whole": "总数",
    "change": "增减额",
    "change_initial_budget": "比年初预算数增减额",
    "change_rate_initial_budget": "比年初预算数增减率",
}
"""What measures are called that no words of a text introduce."""


class Name(NamedTuple):
    """What a placeholder names: its kind and its ids."""

    kind: str
    key: tuple[str, ...]

    @property
    def text(self) -> str:
        """As a placeholder writes it, with ids."""
        return f"{self.kind}:{'/'.join(self.key)}"


class NameFault(Exception):
    """A placeholder that names nothing; the message is for the user."""


def is_name(text: str) -> bool:
    """Whether the words between braces can be a name at all: no expression, no attribute of anything."""
    return 0 < len(text) <= _LONGEST and not _CODE_LIKE.search(text)


class Catalogue:
    """The names that an edition has for a unit with these names of its own and this report."""

    def __init__(
        self, standards: Standards, year: int, own: Iterable[str] = (), report: str | None = None
    ) -> None:
        self.standards, self.year = standards, year
        outlines = standards.outlines
        reports = [name for name in outlines.outlines if name.startswith(REPORT)]
        self.outlines = (WHOLE, *(reports if report is None else [report]))
        self.chapters = chapters(outlines, self.outlines)
        self.spoken = spoken(outlines, self.outlines)
        self.plain = {**_PLAIN, **{name: name for name in own}}
        self.forms = {**standards.forms, **standards.extras}

    # ── one name ──────────────────────────────────────────────────────────────────────────────

    def find(self, text: str) -> Name:
        """What ``text`` names; raises NameFault with the nearest names."""
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise NameFault(f"“{text}”有几种意思：{'、'.join(map(self._shown, found))}，请写其中一个。")
        raise NameFault(f"没有“{text}”这个名称{self._nearest(text)}。")

    def _found(self, text: str) -> list[Name]:
        kind, colon, rest = text.replace("：", ":").partition(":")
        if colon and kind.strip() in KINDS:
            return list(self._of_kind(kind.strip(), rest.strip()))
        return [name for kind in (PLAIN, FREE, FIGURE) for name in self._of_kind(kind, text.strip())]

    def _of_kind(self, kind: str, rest: str) -> Iterator[Name]:
        found: Iterable[tuple[str, ...]]
        if kind == PLAIN:
            found = ((name,) for name in _matching(rest, self.plain))
        elif kind == FREE:
            found = self._texts(rest)
        elif kind == TABLE:
            found = ((name,) for name in self._tables(rest))
        elif kind == ROW:
            found = self._rows(rest)
        elif kind == CHAPTER:
            found = self._chapters(rest)
        elif kind == SENTENCE:
            found = self._sentences(rest)
        else:
            found = self._figures(rest)
        yield from dict.fromkeys(Name(kind, key) for key in found)

    def _texts(self, rest: str) -> Iterator[tuple[str, ...]]:
        known = {name: text.label for name, text in self.standards.outlines.texts.items()}
        first, _, of = rest.partition("/")
        for name in _matching(first, known):
            yield (f"{name}/{of}",) if of else (name,)

    def _tables(self, rest: str) -> Iterator[str]:
        titles: dict[str, Sequence[str]] = {form.id: form.titles for form in self.forms.values()}
        sheets = {sheet.id: sheet.titles for sheet in self.standards.sheets.values()}
        base, mark, number = rest.partition("#")
        for name in _matching(base, {**sheets, **titles}):
            yield name + mark + number

    def _rows(self, rest: str) -> Iterator[tuple[str, ...]]:
        table, _, column = rest.rpartition("/")
        for form in _matching(table, {form.id: form.titles for form in self.forms.values()}):
            for block in self.forms[form].blocks:
                if block.codes is not None:
                    labels = {**_CODED, **_columns(block)}
                    for found in _matching(column, labels):
                        yield form, found

    def _chapters(self, rest: str) -> Iterator[tuple[str, ...]]:
        if any(rest == chapter.block.section for chapter in self.chapters):
            yield (rest,)
            return
        wanted = squash(rest)
        for chapter in self.chapters:
            if any(squash(each) == wanted for each in chapter.labels()):
                yield (next(chapter.labels()),)
                return

    def chosen(self, name: Name) -> list[Chapter]:
        """The chapters that a name of a chapter stands for: those of a section, or the one with a heading."""
        (wanted,) = name.key
        own = [chapter for chapter in self.chapters if chapter.block.section == wanted]
        if not own:
            return next([chapter] for chapter in self.chapters if wanted in chapter.labels())
        first = [chapter for chapter in own if chapter.outline == own[0].outline]
        paths = {chapter.path for chapter in first}
        return [c for c in first if not any(c.path[:n] in paths for n in range(len(c.path)))]

    def _sentences(self, rest: str) -> Iterator[tuple[str, ...]]:
        frame, _, address = rest.partition("/")
        section, _, subject = address.partition("/")
        for known in _matching(frame, self.standards.outlines.sentences):
            for where in self._sections(section):
                spoken_of = self.spoken[where].sentences
                for who in self._subjects(where, subject):
                    if (known, who) in spoken_of or (known, ROWS) in spoken_of:
                        yield known, where, who

    def _figures(self, rest: str) -> Iterator[Key]:
        first, _, others = rest.partition("/")
        row, _, column = others.rpartition("/")
        if not (first and row and column):
            return
        yield from self._cells(first, row, column)
        for section in self._sections(first):
            for subject in self._subjects(section, row):
                for measure in self._measures(section, subject, column):
                    yield section, subject, measure

    def _cells(self, table: str, row: str, column: str) -> Iterator[Key]:
        for last in ("", LAST):
            bare = table.removeprefix(last) if table.startswith(last) else None
            if last and table.startswith(_LAST_LABEL):
                bare = table.removeprefix(_LAST_LABEL)
            if bare is None:
                continue
            for form in _matching(bare, {form.id: form.titles for form in self.forms.values()}):
                for block in self.forms[form].blocks:
                    for found in _matching(column, _columns(block)):
                        yield from ((last + form, key, found) for key in self._keys(block, row))
            if bare.partition("#")[0] in self.standards.sheets:
                yield last + bare, row, column

    def _keys(self, block: FormBlock, row: str) -> Iterator[str]:
        yield from _matching(row, {name: slot.labels for name, slot in block.rows.items()})
        if block.codes is not None and row in self.standards.codelists[block.codes.list_]:
            yield row

    def _sections(self, text: str) -> Iterator[str]:
        sections = self.standards.narratives.sections
        headings = {name: spelt(sections[name].heading) for name in self.spoken if name in sections}
        for chapter in self.chapters:
            headings.setdefault(chapter.block.section, []).extend(chapter.labels())
        return _matching(text, {name: known for name, known in headings.items() if name in self.spoken})

    def _subjects(self, section: str, text: str) -> Iterator[str]:
        """The subjects that the section speaks of, or a row of the tables."""
        subjects = self.standards.narratives.subjects
        own = {subject for subject, _ in self.spoken[section].figures}
        labels = {name: spelt(subjects[name].label) if name in subjects else [name] for name in own}
        found = list(_matching(text, labels))
        if not found and self.spoken[section].rows and (text.isdecimal() or text not in subjects):
            found = [text]
        return iter(found)

    def _measures(self, section: str, subject: str, text: str) -> Iterator[str]:
        known = self.spoken[section]
        own = {measure for row, measure in known.figures if row == subject}
        own |= {*known.rows, *self.standards.outlines.formulas}
        return _matching(text, {name: self._measure(name) for name in own})

    def _measure(self, name: str) -> str:
        measure = self.standards.narratives.measures.get(name)
        known = _MEASURES.get(name)
        return known or (measure.label or wordings(measure.cue[0])[0] if measure else name)

    # ── all names ─────────────────────────────────────────────────────────────────────────────

    def listed(self) -> Iterator[tuple[Name, str]]:
        """The names of the catalogue with what they stand for; of tables every column, of rows none."""
        for name, text in self.plain.items():
            yield Name(PLAIN, (name,)), text
        used = {text for chapter in self.chapters for text in _free(chapter)}
        for name, free in self.standards.outlines.texts.items():
            if name in used:
                yield Name(FREE, (name,)), free.label
        for chapter in self.chapters:
            text = next(chapter.labels())
            yield Name(CHAPTER, (text,)), f"“{text}”标题下的全部内容"
        for form in self.forms.values():
            yield Name(TABLE, (form.id,)), form.title
        for sheet in self.standards.sheets.values():
            yield Name(TABLE, (sheet.id,)), sheet.titles[0]
        for form in self.forms.values():
            yield from self._listed_rows(form)
        for section, own in self.spoken.items():
            yield from self._listed_figures(section, own)

    def written(self, name: Name) -> str:
        """How a placeholder writes ``name``: in labels, with ids only where these name something else too."""
        text = f"{name.kind}:{'/'.join(self._labels(name))}"
        plain = text.partition(":")[2] if name.kind == PLAIN else text
        return plain if self._found(plain) == [name] else name.text

    def _labels(self, name: Name) -> Iterator[str]:
        kind, key = name
        if kind == PLAIN:
            yield self.plain[key[0]]
        elif kind == FREE:
            yield self.standards.outlines.texts[key[0]].label
        elif kind == TABLE:
            yield (
                self.forms[key[0]].title if key[0] in self.forms else self.standards.sheets[key[0]].titles[0]
            )
        elif kind == ROW or (kind == FIGURE and key[0] in self.forms):
            yield self.forms[key[0]].title
            yield from (self._called(key[0], "rows", row) for row in key[1:-1])
            yield self._called(key[0], "columns", key[-1])
        elif kind == CHAPTER:
            yield key[0]
        else:
            yield from self._spoken_labels(name)

    def _called(self, form: str, side: str, part: str) -> str:
        """What one of the rows or columns of a table is called."""
        slots = next((s for b in self.forms[form].blocks if part in (s := getattr(b, side))), None)
        return _CODED.get(part, part) if slots is None else slots[part].labels[0]

    def _spoken_labels(self, name: Name) -> Iterator[str]:
        """Of a sentence its frame, of both the section and the subject, of a figure its measure."""
        *frame, section, subject = name.key if name.kind == SENTENCE else name.key[:2]
        yield from (self.standards.outlines.sentences[each] for each in frame)
        yield next(
            (each for c in self.chapters if c.block.section == section for each in c.labels()), section
        )
        known = self.standards.narratives.subjects.get(subject)
        yield spelt(known.label)[0] if known is not None else subject
        if name.kind == FIGURE:
            yield self._measure(name.key[2])

    def _listed_rows(self, form: Form) -> Iterator[tuple[Name, str]]:
        for block in form.blocks:
            columns = [*block.columns.items()]
            if block.codes is not None:
                yield Name(ROW, (form.id, CODE)), f"《{form.title}》每行的科目编码"
                yield Name(ROW, (form.id, NAME)), f"《{form.title}》每行的科目名称"
                for column, slot in columns:
                    yield Name(ROW, (form.id, column)), f"《{form.title}》每行的“{slot.labels[0]}”"
            for row in block.rows:
                for column, slot in columns:
                    said = f"《{form.title}》“{block.rows[row].labels[0]}”“{slot.labels[0]}”"
                    yield Name(FIGURE, (form.id, row, column)), said

    def _listed_figures(self, section: str, own: Spoken) -> Iterator[tuple[Name, str]]:
        for row, measure in own.figures:
            said = label((section, row, ""), self.standards, self.year).text
            yield Name(FIGURE, (section, row, measure)), f"{said}{self._measure(measure)}"
        for frame, row in own.sentences:
            if row != ROWS:
                said = label((section, row, ""), self.standards, self.year).text
                sentence = self.standards.outlines.sentences[frame]
                yield Name(SENTENCE, (frame, section, row)), f"{said}{sentence}"

    def _nearest(self, text: str) -> str:
        kind, colon, rest = text.replace("：", ":").partition(":")
        known: dict[str, Name] = {}
        for name, meaning in self.listed():
            if not colon or name.kind == kind.strip():
                for known_as in (name.text, "/".join(name.key), meaning, f"{name.kind}:{meaning}"):
                    known.setdefault(known_as, name)
        wanted = text if text in known else (rest.strip() if colon else text)
        close = dict.fromkeys(known[each] for each in get_close_matches(wanted, known, _NEAREST, 0.5))
        shown = "或".join(map(self._shown, close))
        return f"，是否想写{shown}" if close else "，用 mingzhang template list 查看可用的名称"

    def _shown(self, name: Name) -> str:
        """A name as it is written, with what it means where there are ids in it."""
        written = self.written(name)
        meaning = next((text for known, text in self.listed() if known == name), "")
        return f"“{written}”" + (f"（{meaning}）" if meaning and _ID.search(written) else "")


def _columns(block: FormBlock) -> dict[str, Sequence[str]]:
    return {name: slot.labels for name, slot in block.columns.items()}


def _matching(text: str, known: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    """The id that ``text`` is, else every id with this label."""
    if text in known:
        yield text
        return
    wanted = squash(text)
    for name, labels in known.items():
        if wanted and any(
            squash(each) == wanted for each in ([labels] if isinstance(labels, str) else labels)
        ):
            yield name


def _free(chapter: Chapter) -> Iterator[str]:
    """The free texts that stand directly below a heading."""
    for block in chapter.block.body:
        if not isinstance(block, str) and block.free and not block.of:
            yield block.free
