"""Figures and texts → the paragraphs of an outline, in the words that reading finds them by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from mingzhang.binding.asked import codes_of, label
from mingzhang.binding.values import Scope, Twice, Values, parted
from mingzhang.documents import Block, Paragraph, Role
from mingzhang.expressions import instances, parse_bindings
from mingzhang.facts import Key
from mingzhang.money import SCALE, Number
from mingzhang.outlines import Block as Part
from mingzhang.outlines import Node, Outline, Pattern, guards, pieces
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

_NUMERALS = "一二三四五六七八九十"
_GAP = "【待填写：{}】"
_NOWHERE = Place()


class Gap(NamedTuple):
    """Something the document needs and nobody has given: a figure or a reason at ``key``, a text by name, a
    whole table.

    ``sentence`` is the paragraph as it will read, ``enter`` the figure that has to be entered for the one at
    ``key`` to be known.
    """

    kind: str
    key: Key
    label: str
    sentence: str
    enter: Key | None = None


class Material(NamedTuple):
    """What a document is composed from.

    ``names`` are the words of the outline's plain slots (entity, year, …), ``texts`` the unit's own by
    name, ``reasons`` those of changes by the address of the change, ``put`` the ready blocks of tables and
    sheets by what the outline calls them.
    """

    figures: Mapping[Key, str]
    names: Mapping[str, str]
    texts: Mapping[str, str]
    reasons: Mapping[Key, str]
    put: Mapping[str, Sequence[Block]]


@dataclass(slots=True)
class Composed:
    """The blocks, the figures that stand in them by address, what is missing, and what had to be entered.

    ``used`` are the reasons and texts that are printed, under the keys that their gaps would have; ``parts``
    what figures are worked out from, ``twice`` the entered ones that are worked out too (``Values``).
    """

    blocks: list[Block] = field(default_factory=list)
    stated: dict[Key, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    asked: tuple[Key, ...] = ()
    used: set[Key] = field(default_factory=set)
    parts: dict[Key, tuple[Key, ...]] = field(default_factory=dict)
    twice: dict[Key, Twice] = field(default_factory=dict)

    def add(self, inner: Composed) -> None:
        """Take in what was noted of a text whose blocks stand in this one."""
        self.gaps += inner.gaps
        self.stated = {**inner.stated, **self.stated}
        self.asked = tuple(dict.fromkeys(self.asked + inner.asked))
        self.used |= inner.used
        self.parts = {**inner.parts, **self.parts}
        self.twice = {**inner.twice, **self.twice}


def compose_text(outline: Outline, material: Material, standards: Standards) -> Composed:
    """The document that ``outline`` describes, filled from ``material``."""
    drawing = _Drawing(outline, material, standards)
    drawing.body(outline.body, Scope("", {}, {}), 0)
    composed, values = drawing.composed, drawing.values
    composed.asked, composed.twice = tuple(values.asked), values.twice
    composed.parts = {key: tuple(parts) for key, parts in values.parts.items()}
    return composed


class _Drawing:
    """One document being composed."""

    def __init__(self, outline: Outline, material: Material, standards: Standards) -> None:
        self.outline, self.material, self.standards = outline, material, standards
        self.outlines = standards.outlines
        self.values = Values(material.figures, standards)
        self.composed = Composed()
        self._missing: list[Gap] = []

    # ── blocks ────────────────────────────────────────────────────────────────────────────────

    def body(self, parts: Sequence[str | Part], scope: Scope, depth: int) -> None:
        """The blocks of a body; headings are numbered among their siblings."""
        number = 0
        for part in parts:
            if isinstance(part, str):
                self._paragraph(part, scope)
                continue
            for inner in self._instances(part, scope):
                number += bool(part.heading and not part.plain)
                self._part(part, inner, depth, number)

    def _instances(self, part: Part, scope: Scope) -> Iterator[Scope]:
        """The scopes in which ``part`` stands: once, or once for each row that it is repeated over."""
        inner = scope.bound(part.with_)
        if part.section:
            inner = _also(inner, "section", part.section)._replace(section=part.section, sources=part.values)
        elif part.values:
            inner = inner._replace(sources={**inner.sources, **part.values})
        for bound in self._repeated(part.each, inner):
            if self._holds(part.when, bound):
                yield bound

    def _repeated(self, each: str, scope: Scope) -> Iterator[Scope]:
        if not each:
            yield scope
            return
        bindings = parse_bindings(each)
        name = bindings[0].variable
        found = [one[name] for binding in bindings for one in instances((binding,), self.values)]
        rows = dict.fromkeys(found if len(bindings) == 1 else sorted(found))
        for number, row in enumerate(rows, 1):
            yield _also(scope.bound({name: row}), f"{name}.number", str(number))

    def _part(self, part: Part, scope: Scope, depth: int, number: int) -> None:
        if part.heading:
            ordinal = "" if part.plain else self._ordinal(depth, number)
            text = ordinal + self._say(part.heading, scope)
            self._add(Paragraph(text, _NOWHERE, level=depth + 1, role=part.role))
        elif part.put:
            self._put(part)
        elif part.free:
            self._free(part, scope)
        if part.say:
            self._paragraph(part.say, scope, part.role)
        self.body(part.body, scope, depth + bool(part.heading))

    def _ordinal(self, depth: int, number: int) -> str:
        style = self.outline.numbering[depth] if depth < len(self.outline.numbering) else ""
        return style.replace("一", numeral(number)).replace("1", str(number))

    def _paragraph(self, pattern: Pattern, scope: Scope, role: Role = "") -> None:
        before = len(self._missing)
        text = self._say(pattern, scope)
        missing = self._missing[before:]
        if text:
            self._add(Paragraph(text, _NOWHERE, role="gap" if missing else role))
        self.composed.gaps += [gap._replace(sentence=text) for gap in missing]

    def _put(self, part: Part) -> None:
        if part.put == "glossary":
            self._glossary()
        else:
            for name in part.forms or (part.put,):
                self.composed.blocks += self.material.put.get(name, ())

    def _free(self, part: Part, scope: Scope) -> None:
        """The unit's own text: every line a paragraph; a visible gap where a text is due and missing."""
        name, text = self._text(part.free, part.of, scope)
        described = self.outlines.texts[part.free]
        if not text and not described.optional:
            sentence = _GAP.format(described.label)
            self.composed.gaps.append(Gap("text", ("", name, ""), described.label, sentence))
            self._add(Paragraph(sentence, _NOWHERE, role="gap"))
        for line in filter(None, map(str.strip, text.splitlines())):
            self._add(Paragraph(line, _NOWHERE, role=part.role))

    def _text(self, name: str, of: str, scope: Scope) -> tuple[str, str]:
        """The unit's text ``name``, or that of the row which ``of`` stands for, with its whole name."""
        whole = f"{name}/{scope.variables[of]}" if of else name
        self.composed.used.add(("", whole, ""))
        return whole, self.material.texts.get(whole, "").strip()

    def _glossary(self) -> None:
        """The terms that the document uses."""
        printed = "".join(block.text for block in self.composed.blocks if isinstance(block, Paragraph))
        used = [(term, says) for term, says in self.outlines.terms.items() if term in printed]
        for number, (term, says) in enumerate(used, 1):
            self._add(Paragraph(f"{numeral(number)}、{term}：{says}", _NOWHERE))

    def _add(self, paragraph: Paragraph) -> None:
        self.composed.blocks.append(paragraph)

    # ── patterns ──────────────────────────────────────────────────────────────────────────────

    def _say(self, pattern: Pattern, scope: Scope) -> str:
        if isinstance(pattern, str):
            return "".join(literal + self._slot(name, scope) for literal, name in pieces(pattern))
        if isinstance(pattern, tuple):
            return "".join(self._say(part, scope) for part in pattern)
        return self._node(pattern, scope)

    def _node(self, node: Node, scope: Scope) -> str:
        inner = scope.bound(node.with_)
        if node.each:
            said = [self._plain(node, bound) for bound in self._repeated(node.each, inner)]
            return node.between.join(filter(None, said))
        return self._plain(node, inner)

    def _plain(self, node: Node, scope: Scope) -> str:
        if not self._holds(node.when, scope):
            return ""
        if node.choice:
            chosen = (other for other in node.choice if self._holds(other.when, scope))
            return self._say(next(chosen, ""), scope)
        if node.list_:
            return node.between.join(filter(None, (self._say(part, scope) for part in node.list_)))
        if node.frame:
            return self._say(self.outlines.frames[node.frame], scope)
        if node.reason:
            return self._reason(node, scope)
        if node.text:
            return self._own_words(node, scope)
        return self._say(node.say, scope)

    def _own_words(self, node: Node, scope: Scope) -> str:
        """The sentence about a text of the unit; a gap in it where the text is due and missing."""
        name, text = self._text(node.text, node.of, scope)
        text, described = text.rstrip("。：:"), self.outlines.texts[node.text]
        if not text:
            if described.optional:
                return ""
            text = _GAP.format(described.label)
            self._missing.append(Gap("text", ("", name, ""), described.label, ""))
        return self._say(node.say, _also(scope, "text", text))

    def _reason(self, node: Node, scope: Scope) -> str:
        """The sentence of a reason; nothing where none is known nor due."""
        key = self.values.key(scope, node.reason)
        self.composed.used.add(key)
        lines = self.material.reasons.get(key, "").split()
        reason = "".join(lines).removeprefix("主要").removeprefix("原因是").rstrip("。；;，,")
        if not reason:
            if not self._due(node, scope):
                return ""
            reason = _GAP.format("原因")
            self._missing.append(Gap("reason", key, "原因", ""))
        return self._say(node.say, _also(scope, "reason", reason))

    def _due(self, node: Node, scope: Scope) -> bool:
        """Whether the subject's figure is so far from what it is held against that a reason is obligatory."""
        now = self.values.at(scope, f"{node.reason.rpartition('.')[0]}.final")
        base = self.values.at(scope, node.against)
        return now is not None and base is not None and self.outlines.due.asks(now.shown, base.shown)

    def _slot(self, name: str, scope: Scope) -> str:
        if not name:
            return ""
        found = scope.variables.get(name) or self.material.names.get(name)
        if found is not None:
            return found
        subject, measure = parted(name)
        row = scope.variables.get(subject, subject)
        if measure in _NAMING:
            return self._named(row, measure)
        key = self.values.key(scope, name)
        value = self.values.at(scope, name)
        if value is None:
            asked = label(key, self.standards, int(self.material.names["year"]))
            called = asked.name + asked.measure
            self._missing.append(Gap("figure", key, called, "", self.values.lacking(key)))
            return _GAP.format(called)
        if measure.startswith("change"):  # its direction is a word
            value = value._replace(exact=abs(Fraction(value.exact)))
        self.composed.stated[key] = value.printed
        return value.printed

    def _named(self, row: str, level: str) -> str:
        """The name of a coded row or of the row above it at a level; of others the end of the key."""
        if not row.isdecimal():
            return row.rpartition("/")[2]
        length = {"类": 3, "款": 5, "项": 7}.get(level, len(row))
        code = row[:length]
        return codes_of(row, self.standards).name(code, int(self.material.names["year"])) or code

    def _holds(self, when: str, scope: Scope) -> bool:
        return all(self._compared(*guard, scope) for guard in guards(when))

    def _compared(self, left: str, operator: str, right: str, scope: Scope) -> bool:
        seen = operator != "filled"  # what is compared is compared as the reader sees it
        one = self._operand(left, scope, seen)
        if operator in ("known", "unknown"):
            return (one is not None) == (operator == "known")
        if operator == "filled":
            return bool(one)
        other = self._operand(right, scope, seen)
        if one is None or other is None:
            return False
        return one == other if operator == "=" else one > other if operator == ">" else one < other

    def _operand(self, name: str, scope: Scope, seen: bool) -> Number | None:
        if name.isdecimal():
            return int(name) * SCALE
        if "." not in name:
            material = self.material
            given = (material.texts, material.names, material.put)
            return SCALE if any(known.get(name) for known in given) else None
        value = self.values.at(scope, name)
        return None if value is None else value.shown if seen else value.exact


_NAMING = ("类", "款", "项", "name")


def _also(scope: Scope, name: str, text: str) -> Scope:
    return scope._replace(variables={**scope.variables, name: text})


def numeral(number: int) -> str:
    """一、二、… 九十九: the Chinese numeral of ``number``, from 1 on."""
    tens, ones = divmod(number, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return lead + (_NUMERALS[ones - 1] if ones else "")
