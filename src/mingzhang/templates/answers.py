"""What stands in place of a placeholder: text, a figure, blocks, or a column of a repeated row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from mingzhang.binding.asked import label
from mingzhang.binding.compose_text import Composed, Gap, Material, compose_text
from mingzhang.binding.disclosure import WHOLE, Contents, material, sheet_blocks, table_blocks
from mingzhang.binding.values import Values
from mingzhang.documents import Block, Paragraph, Table
from mingzhang.facts import Key
from mingzhang.outlines import LAST, Node, Outline
from mingzhang.outlines import Block as Part
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards
from mingzhang.templates.names import (
    CHAPTER,
    CODE,
    FIGURE,
    FREE,
    NAME,
    PLAIN,
    ROW,
    SENTENCE,
    TABLE,
    Catalogue,
    Name,
)

_GAP = "【待填写：{}】"
_TERMS = "terms"
_PRINTED = re.compile(r"([-+]?[\d,]+(?:\.\d+)?)(.*)", re.DOTALL)


class Said(NamedTuple):
    """A text, line by line."""

    lines: tuple[str, ...]


class Figure(NamedTuple):
    """A figure's digits with its unit, which is printed where a text states the figure.

    Digits are blank where a table leaves the cell blank, which is zero: in a sentence it reads ``zero``.
    """

    digits: str
    unit: str = ""
    zero: str = "0.00"


class Put(NamedTuple):
    """Blocks in their order; they take the place of a whole paragraph."""

    blocks: tuple[Block, ...]


class Column(NamedTuple):
    """The texts of one column of a table, one for each row that is repeated; ``figures`` says of what."""

    table: str
    values: tuple[str, ...]
    figures: bool


Answer = Said | Figure | Put | Column


class Answers:
    """The answers that one unit's figures and texts give; what they lack is in ``gaps``."""

    def __init__(self, contents: Contents, standards: Standards) -> None:
        self.contents, self.standards = contents, standards
        self.catalogue = Catalogue(standards, contents.year, contents.names, contents.report)
        self.gaps: dict[tuple[str, Key], Gap] = {}
        self._values = Values(contents.figures, standards)
        self._material, _ = material(contents, standards)
        self._whole: Composed | None = None

    def of(self, name: Name) -> Answer:
        """What stands in place of ``name``; a visible gap where nothing is known."""
        kind, key = name
        if kind == PLAIN:
            return Said((self.contents.printed_names.get(key[0], ""),))
        if kind == FREE:
            return self._free(key[0])
        if kind == TABLE:
            return Put(tuple(self._table(key[0])))
        if kind == ROW:
            return self._column(*key)
        if kind == CHAPTER:
            return Put(tuple(self._chapter(name)))
        if kind == SENTENCE:
            frame, section, subject = key
            return Said(self._composed(section, subject, Node(frame=frame)))
        assert kind == FIGURE
        section, subject, measure = key
        return self._figure((section, subject, measure))

    # ── texts ─────────────────────────────────────────────────────────────────────────────────

    def _free(self, name: str) -> Said:
        text = self.contents.texts.get(name, "").strip()
        described = self.standards.outlines.texts[name.partition("/")[0]]
        if text or described.optional:
            return Said(tuple(filter(None, map(str.strip, text.splitlines()))))
        sentence = _GAP.format(described.label)
        self._lacks(Gap("text", ("", name, ""), described.label, sentence))
        return Said((sentence,))

    def _composed(self, section: str, subject: str, say: str | Node) -> tuple[str, ...]:
        """The paragraphs of a pattern about ``subject`` (its variable s), in the words of a section."""
        part = Part(section=section, values=dict(self._sources(section)), with_={"s": subject}, say=say)
        return tuple(
            block.text
            for block in self._drawn((part,), self._material)
            if isinstance(block, Paragraph) and block.text
        )

    def _sources(self, section: str) -> Mapping[str, str]:
        return self.catalogue.spoken[section].sources

    def _drawn(
        self, body: Sequence[str | Part], given: Material, numbering: tuple[str, ...] = ()
    ) -> Sequence[Block]:
        outline = Outline("template", "", "", numbering, tuple(body))
        composed = compose_text(outline, given, self.standards)
        for gap in composed.gaps:
            self._lacks(gap)
        return composed.blocks

    def _lacks(self, gap: Gap) -> None:
        self.gaps.setdefault((gap.kind, gap.key), gap)

    def _chapter(self, name: Name) -> Sequence[Block]:
        """What stands below the headings, in the outline's words; the headings are the template's own."""
        blocks: list[Block] = []
        outlines = self.standards.outlines.outlines
        for chapter in self.catalogue.chosen(name):
            given, block = self._material, chapter.block
            if _gathers(block):
                put = {**given.put, _TERMS: self._terms()}
                given, block = given._replace(put=put), _with_terms(block)
            part = msgspec.structs.replace(block, heading="", when="")
            blocks += self._drawn((part,), given, outlines[chapter.outline].numbering[chapter.depth + 1 :])
        return blocks

    def _terms(self) -> list[Block]:
        """The explanations of the terms that the whole disclosure uses."""
        if self._whole is None:
            self._whole = compose_text(
                self.standards.outlines.outlines[WHOLE], self._material, self.standards
            )
        ends = tuple(f"、{term}：{says}" for term, says in self.standards.outlines.terms.items())
        return [
            block
            for block in self._whole.blocks
            if isinstance(block, Paragraph) and block.text.endswith(ends)
        ]

    # ── figures ───────────────────────────────────────────────────────────────────────────────

    def _figure(self, key: Key) -> Figure | Said:
        base = key[0].removeprefix(LAST)
        if base not in self.catalogue.forms and base.partition("#")[0] not in self.standards.sheets:
            said = self._composed(key[0], key[1], f"{{s.{key[2]}}}")
            match = _PRINTED.fullmatch(said[0]) if said else None
            return Figure(match[1].replace(",", ""), match[2].strip()) if match else Said(said)
        text = self.contents.figures.get(key, "")
        if base not in self.catalogue.forms:
            return Said((text,)) if text else self._unknown(key)
        last = {form for form, _, _ in self.contents.figures if form.startswith(LAST)}
        if not text and not (last if key[0] != base else self._values.blank(key) is not None):
            return self._unknown(key)
        return Figure(text.replace(",", ""))

    def _unknown(self, key: Key) -> Said:
        what = label(key, self.standards, self.contents.year).text
        sentence = _GAP.format(what)
        self._lacks(Gap("figure", key, what, sentence))
        return Said((sentence,))

    # ── tables ────────────────────────────────────────────────────────────────────────────────

    def _table(self, name: str) -> list[Block]:
        """The table and the note below it; the title is the template's own. Of sheets all of a form."""
        if name in self.catalogue.forms:
            tables: list[list[Block]] = []
            for block in table_blocks(self.contents, self.standards):
                if isinstance(block, Table):
                    tables.append([block])
                elif isinstance(block, Paragraph) and block.role == "note":
                    tables[-1].append(block)
            return dict(zip(self.standards.forms, tables)).get(name, [])
        sheets = sheet_blocks(self.contents, self.standards)
        own = [where for where in sheets if where == name or where.partition("#")[0] == name]
        if not own:
            what = self.standards.sheets[name.partition("#")[0]].title
            gap = Gap("text", ("", name, ""), f"《{what}》", _GAP.format(f"《{what}》"))
            self._lacks(gap)
            return [Paragraph(gap.sentence, Place(), role="gap")]
        return [block for where in own for block in sheets[where]]

    def _column(self, form: str, column: str) -> Column:
        codes = self._values.rows(form, "码")
        if column == CODE:
            return Column(form, tuple(codes), False)
        if column == NAME:
            return Column(form, tuple(self._named(form, code) for code in codes), False)
        return Column(
            form, tuple(self.contents.figures.get((form, code, column), "") for code in codes), True
        )

    def _named(self, form: str, code: str) -> str:
        lists = [block.codes.list_ for block in self.catalogue.forms[form].blocks if block.codes is not None]
        return self.standards.codelists[lists[0]].name(code, self.contents.year) or code


def _gathers(block: Part) -> bool:
    return block.put == "glossary" or any(_gathers(b) for b in block.body if isinstance(b, Part))


def _with_terms(block: Part) -> Part:
    """The block with the ready glossary, gathered from the whole document, in place of its own."""
    body = tuple(_with_terms(b) if isinstance(b, Part) else b for b in block.body)
    put = _TERMS if block.put == "glossary" else block.put
    return msgspec.structs.replace(block, body=body, put=put)
