"""The catalogue of rules: what every relation and every other check says, with its reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mingzhang.taxonomy import Library


class Rule(NamedTuple):
    """A rule of the catalogue: a relation or another check."""

    id: str
    says: str
    severity: str
    basis: str
    reference: str
    expression: str = ""
    quantifiers: str = ""
    condition: str = ""
    passes: str = ""
    fails: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Label and text of everything that the rule says, for a person."""
        labels = ("编号", "规则", "级别", "性质", "依据", "表达式", "适用", "条件", "通过示例", "不通过示例")
        return [(label, text) for label, text in zip(labels, self) if text]


def catalogue(known: Library, edition: str | None) -> list[Rule]:
    """The rules of ``edition``, or of every edition, each once."""
    chosen = [edition] if edition is not None else list(known.editions)
    found: dict[str, Rule] = {}
    for name in chosen:
        chain = known.standards(name)
        for relation in chain.relations:
            s = relation.source
            found[s.id] = Rule(
                s.id,
                s.says,
                s.severity,
                s.basis,
                s.reference,
                s.expect,
                s.for_,
                s.when,
                _example(s.passes),
                _example(s.fails),
            )
        for c in chain.checks.values():
            found[c.id] = Rule(c.id, c.says, c.severity, c.basis, c.reference)
    return list(found.values())


def _example(cells: Mapping[str, str]) -> str:
    return "；".join(f"{cell} {printed}" for cell, printed in cells.items())
