"""What a disclosure says → what a project is composed from: its figures, texts and reasons.

Only what nothing else determines is taken over: totals, rates and changes follow from it again. So a figure
that the source got wrong is not copied but worked out, and shows beside the source (``likeness``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import REPORT, WHOLE, Contents, disclosure
from mingzhang.documents import Document, Paragraph, fold, squash
from mingzhang.facts import FactSet, Key
from mingzhang.money import Amount, format_amount, parse
from mingzhang.narratives import spelt
from mingzhang.projects.figures_file import of_tables
from mingzhang.projects.free_texts import gather
from mingzhang.projects.outlined import PRIOR, Places
from mingzhang.projects.passages import Passage, passages
from mingzhang.projects.reasons import reasons
from mingzhang.taxonomy import Standards

_ROUNDS = 6
"""A figure that is taken over may make a sentence ask for others."""

_CODE = re.compile(r"(?:预算|单位|部门|机构)(?:预算)?(?:编码|代码)[:)]*:?(\d{3,})")
_SCOPE = re.compile(r"20\d\d年?度?(部门|单位)决算")
_GRADE = re.compile(r"评[价定]?等[级次](?:为|是|:)?\"([^\",;。]{1,4})\"")
_PRINTED = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)(.*)")
_NONE = "(?:无|没有|未发生|未安排)"
_NOTHING = "0.00万元"
_HEAD_CELLS = 24
_TITLE = 60
_CENTS = 2
_MONEY = "万元"


class Extracted(NamedTuple):
    """What a project is composed from, the unit's budget code, and sentences that have no place in it."""

    contents: Contents
    code: str
    left: list[str]


class Identified(NamedTuple):
    """Whose the source is."""

    entity: str
    year: int


def extract(
    whose: Identified, facts: FactSet, documents: Sequence[Document], standards: Standards
) -> Extracted:
    """What the disclosure that ``facts`` were recognised in is composed from."""
    found = passages(facts)
    contents = Contents(
        whose.entity,
        whose.year,
        _scope(documents),
        _tabular(facts, standards),
        report=_report(found, standards),
        names=dict(_names(found)),
    )
    source = _Source(facts, found, standards)
    outlines = [standards.outlines.outlines[name] for name in (WHOLE, contents.report) if name]
    places = [Places(outline, standards.outlines.frames) for outline in outlines]
    for section in {section for place in places for section in place.rows}:
        contents = _with(contents, source.rows(section))
    contents = _with(contents, source.unspent())
    contents = _with(contents, source.budgets(_composed(contents, standards)))
    contents = _with(contents, source.last_year(places, _composed(contents, standards)))
    contents = _filled(contents, source, standards)
    contents = _with(contents, source.rest(places, contents.figures))
    composed = _composed(contents, standards)
    due = [gap.key for gap in composed.gaps if gap.kind == "reason"]
    cues = standards.narratives.reasons
    given = reasons(found, facts, due, composed.stated, standards.outlines, cues)
    gathered = gather(found, facts, places, composed, given.found.values(), standards.sheet_titles)
    composed = _composed(replace(contents, texts=gathered.texts, reasons=given.found), standards)
    contents = replace(
        contents,
        figures={key: text for key, text in contents.figures.items() if key not in composed.twice},
        texts={name: text for name, text in gathered.texts.items() if ("", name, "") in composed.used},
        reasons={key: text for key, text in given.found.items() if key in composed.used},
    )
    unsaid = [text for name, text in gathered.texts.items() if name not in contents.texts]
    unexplained = [text for key, text in given.found.items() if key not in contents.reasons]
    left = [*gathered.left, *unsaid, *(f"原因：{text}" for text in (*given.left, *unexplained))]
    return Extracted(contents, _code(documents), left)


def _with(contents: Contents, figures: Mapping[Key, str]) -> Contents:
    return replace(contents, figures={**figures, **contents.figures})


def _composed(contents: Contents, standards: Standards) -> Composed:
    return disclosure(contents, standards)[1]


def _filled(contents: Contents, source: _Source, standards: Standards) -> Contents:
    """The contents with every figure that the outlines ask for and the source states."""
    for _ in range(_ROUNDS):
        composed = _composed(contents, standards)
        wanted = [*composed.asked, *(gap.key for gap in composed.gaps if gap.kind == "figure")]
        more = {key: text for key in wanted if key not in contents.figures and (text := source.stated(key))}
        if not more:
            break
        contents = _with(contents, more)
    return contents


class _Source:
    """What the running text of the source states, by address."""

    def __init__(self, facts: FactSet, found: Sequence[Passage], standards: Standards) -> None:
        self.facts, self.standards = facts, standards
        self._plain: dict[str, str] = {}
        for passage in found:
            said = "".join(sentence.text for sentence in passage.sentences if not sentence.facts)
            section = passage.paragraph.section
            self._plain[section] = self._plain.get(section, "") + squash(said)
        self._index: dict[Key, int] = {}
        for number, key in enumerate(facts.keys):
            if key[0] in standards.narratives.sections and number not in facts.copied:
                self._index.setdefault(key, number)
        self._words = {text.key for text in facts.texts if text.concept.startswith("word.")}

    def stated(self, key: Key) -> str:
        """The figure at ``key`` as printed, with its unit; empty where the text states none."""
        number = self._index.get(key)
        if number is None:
            return _NOTHING if self._is_nothing(key) else ""
        return squash(self.facts.printed[number]).replace(",", "")

    def _is_nothing(self, key: Key) -> bool:
        """Whether a sentence without figures says that there is none of it: 无…支出."""
        subject = self.standards.narratives.subjects.get(key[1])
        if subject is None or key[2] != "final":
            return False
        labels = "|".join(re.escape(squash(label)) for label in spelt(subject.label))
        return re.search(rf"{_NONE}[^,。;]{{0,4}}(?:{labels})", self._plain.get(key[0], "")) is not None

    def rows(self, section: str) -> dict[Key, str]:
        """The figures of the named projects in ``section``."""
        return {
            key: self.stated(key)
            for key, number in self._index.items()
            if key[0] == section and self.facts.concepts[number] == "project"
        }

    def unspent(self) -> dict[Key, str]:
        """Initial budgets of coded rows, also where nothing was spent and no table has the row."""
        keys = [key for key in self._index if key[2] == "initial_budget" and key[1].isdecimal()]
        return {key: self.stated(key) for key in keys}

    def last_year(self, places: Iterable[Places], composed: Composed) -> dict[Key, str]:
        """Last year's figures: as stated, or what was stated for this year less its change."""
        cells = {where: key for place in places for where, key in place.last.items()}
        found: dict[Key, str] = {}
        for section, row in self._compared():
            key = cells.get((section, row), (section, row, PRIOR))
            text = self.stated((section, row, f"final.{PRIOR}"))
            text = text or self._before(section, row, composed, "change", f"same.{PRIOR}")
            if text:
                found.setdefault(key, text)
        return found

    def _compared(self) -> Iterator[tuple[str, str]]:
        """What the text compares with last year."""
        measures = ("change", f"final.{PRIOR}", f"same.{PRIOR}")
        keys = [*self._index, *(key for key in self._words if key[0] in self.standards.narratives.sections)]
        yield from dict.fromkeys((key[0], key[1]) for key in keys if key[2] in measures)

    def budgets(self, composed: Composed) -> dict[Key, str]:
        """Initial budgets that the text only tells by what was spent beyond them."""
        found = {}
        for section, row, column in self._index:
            key = section, row, "initial_budget"
            if column == "change_initial_budget" and key not in self._index:
                found[key] = self._before(section, row, composed, column, "same.initial_budget")
        return {key: text for key, text in found.items() if text}

    def rest(self, places: Iterable[Places], figures: Mapping[Key, str]) -> dict[Key, str]:
        """The unstated parts of a stated sum, as nothing, where the stated ones come to the sum."""
        found: dict[Key, str] = {}
        for whole, parts in (each for place in places for each in place.sums):
            known = [parse_any(self.stated(key)) for key in parts if self.stated(key)]
            total = parse_any(self.stated(whole))
            if total is None or None in known or len(known) == len(parts):
                continue
            if sum(amount.centre for amount in known if amount) == total.centre:
                nothing = format_amount(0, total.unit, total.decimals) + total.unit
                found |= {key: nothing for key in parts if not self.stated(key) and key not in figures}
        return found

    def _before(self, section: str, row: str, composed: Composed, change: str, same: str) -> str:
        key = section, row, "final"
        now = parse_any(composed.stated.get(key, "") or self.stated(key))
        changed = self._index.get((section, row, change))
        if now is None:
            return ""
        centre, decimals = now.centre, _decimals(now)
        if changed is not None:
            amount = self.facts.amount(changed)
            centre, decimals = centre - amount.centre, max(decimals, _decimals(amount))
        elif (section, row, same) not in self._words:
            return ""
        return format_amount(centre, _MONEY, max(decimals, _CENTS))


def parse_any(text: str) -> Amount | None:
    """The figure that is printed with its unit; None where it is none."""
    match = _PRINTED.fullmatch(text)
    return parse(match[1], match[2]) if match else None


def _decimals(amount: Amount) -> int:
    """The decimals of an amount in 万元."""
    return amount.decimals if amount.unit == _MONEY else _CENTS + 2


def _tabular(facts: FactSet, standards: Standards) -> dict[Key, str]:
    """The figures of the tables, and the figures and texts of the sheets in the order of their printing."""
    figures, _ = of_tables(facts, standards, "")
    return {
        key: text
        for key, text in figures.items()
        if key[0] in standards.forms or key[0].partition("#")[0] in standards.sheets
    }


# ── whose it is ───────────────────────────────────────────────────────────────────────────────


def _heads(documents: Sequence[Document]) -> Iterator[str]:
    """Short paragraphs and the first cells of tables, squashed."""
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Paragraph) and len(block.text) <= _TITLE:
                yield squash(block.text)
        for table in document.tables():
            yield "".join(squash(cell.text) for cell in table.cells[:_HEAD_CELLS])


def _code(documents: Sequence[Document]) -> str:
    """The unit's budget code, where the source prints it."""
    return next((match[1] for text in _heads(documents) if (match := _CODE.search(text))), "")


def _scope(documents: Sequence[Document]) -> str:
    """部门 or 单位, as the titles mostly say."""
    said = Counter(match[1] for text in _heads(documents) if (match := _SCOPE.search(text)))
    return said.most_common(1)[0][0] if said else "部门"


def _report(found: Sequence[Passage], standards: Standards) -> str:
    """The outline whose headings are most like those of the report; empty where there is no report."""
    headings = [p.paragraph.text for p in found if p.paragraph.part == REPORT and p.paragraph.heading]
    if not any(p.paragraph.part == REPORT for p in found):
        return ""
    known = [name for name in standards.outlines.outlines if name.partition(".")[0] == REPORT]
    outlines = {name: standards.outlines.outlines[name] for name in known}
    frames = standards.outlines.frames
    return max(known, key=lambda name: Places(outlines[name], frames).resemblance(headings))


def _names(found: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """The words of plain slots: the grade."""
    for passage in found:
        match = _GRADE.search(fold(passage.paragraph.text))
        if match:
            yield "grade", passage.paragraph.text[match.start(1) : match.end(1)].strip()
            return
