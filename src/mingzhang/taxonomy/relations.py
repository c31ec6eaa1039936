"""Relations, parsed."""

from __future__ import annotations

import copy

from mingzhang.expressions import (
    Binding,
    Comparison,
    ExpressionError,
    parse_bindings,
    parse_comparison,
    readdressed,
    references,
)
from mingzhang.taxonomy.records import RelationSource, StandardsError


class Relation:
    """A relation parsed: quantifiers, condition and comparison."""

    __slots__ = ("bindings", "conditions", "expect", "forms", "source")

    def __init__(self, source: RelationSource) -> None:
        self.source = source
        self.bindings: tuple[Binding, ...] = parse_bindings(source.for_)
        stated = source.when.split(";") if source.when else []
        self.conditions: tuple[Comparison, ...] = tuple(map(parse_comparison, stated))
        self.expect: Comparison = parse_comparison(source.expect)
        self.forms: tuple[str, ...] = tuple(dict.fromkeys(r.form for r in references(self.expect)))

    @property
    def id(self) -> str:
        """The relation's lasting id."""
        return self.source.id

    def at(self, form: str, address: str) -> Relation:
        """The same relation of one of several sheets ``form``, the one read under ``address``."""
        if form == address:
            return self
        other = copy.copy(self)
        other.bindings = tuple(b._replace(form=address) if b.form == form else b for b in self.bindings)
        other.expect = _at(self.expect, form, address)
        other.conditions = tuple(_at(condition, form, address) for condition in self.conditions)
        other.forms = tuple(address if known == form else known for known in self.forms)
        return other


def _at(comparison: Comparison, form: str, address: str) -> Comparison:
    return comparison._replace(
        left=readdressed(comparison.left, form, address), right=readdressed(comparison.right, form, address)
    )


def parsed(source: RelationSource) -> Relation:
    """The relation of ``source``; raises StandardsError."""
    try:
        return Relation(source)
    except ExpressionError as error:
        raise StandardsError(f"关系“{source.id}”写法有误：{error}") from error
