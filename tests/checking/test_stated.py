"""Checks of what the text states of counts and formulas, on the text of whole documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mingzhang.checking.finding import Finding

FAMILY = "stated"

ToldOf = Callable[[str, Sequence[str]], list[Finding]]


def lines(stated: dict[str, Any]) -> list[str]:
    return [*stated.get("lines", ()), *stated.get("then", ())]


def test_raised_once(rule: str, case: dict[str, Any], told_of: ToldOf) -> None:
    for stated in case["raises"]:
        found = told_of(rule, lines(stated))
        assert len(found) == 1, stated["then"]
        assert stated["says"] in found[0].message
        assert found[0].locations[0].role == "subject"
        assert found[0].values


def test_not_raised(rule: str, case: dict[str, Any], told_of: ToldOf) -> None:
    for stated in case["passes"]:
        assert told_of(rule, lines(stated)) == [], stated["then"]
