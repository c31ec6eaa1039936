"""Checks of the running text on their stated cases: raised by one text, silent on the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingzhang.checking.finding import Finding

Told = Callable[..., list[Finding]]
ToldOf = Callable[[str, Sequence[str]], list[Finding]]
CASES = Path(__file__).parent / "cases"
_OPTIONS = ("year", "disclosure", "part", "entity")


def cases(*families: str) -> pytest.MarkDecorator:
    """One run of a test for each check of the families, with its case."""
    stated: dict[str, dict[str, Any]] = {}
    for family in families:
        stated |= yaml.safe_load((CASES / f"{family}.yaml").read_text(encoding="utf-8"))
    return pytest.mark.parametrize(("rule", "case"), stated.items())


def options(case: dict[str, Any]) -> dict[str, Any]:
    return {name: case[name] for name in _OPTIONS if name in case}


@cases("language", "structure", "privacy")
def test_raised_by_its_case_only(told: Told, rule: str, case: dict[str, Any]) -> None:
    found = told(rule, case["raises"], **options(case))
    assert len(found) == case.get("findings", 1)
    assert case["says"] in found[0].message
    assert found[0].locations[0].quote
    assert told(rule, case["passes"], **options(case)) == []


@cases("language", "structure", "privacy")
def test_id_lasts_when_other_text_comes_and_goes(told: Told, rule: str, case: dict[str, Any]) -> None:
    others = ["本单位认真落实各项制度，全年各项工作顺利完成，没有发生任何问题。"] * 3
    alone = [finding.id for finding in told(rule, case["raises"], **options(case))]
    assert [f.id for f in told(rule, [*others, *case["raises"]], **options(case))] == alone


@cases("privacy")
def test_the_number_is_nowhere_in_the_finding(told: Told, rule: str, case: dict[str, Any]) -> None:
    (found,) = told(rule, case["raises"])
    assert not re.search(
        r"\d{3}", f"{found.message}{found.subject}{[place.quote for place in found.locations]}"
    )


def lines(stated: dict[str, Any]) -> list[str]:
    return [*stated.get("lines", ()), *stated.get("then", ())]


@cases("stated")
def test_what_the_text_states_raises_once(told_of: ToldOf, rule: str, case: dict[str, Any]) -> None:
    for stated in case["raises"]:
        found = told_of(rule, lines(stated))
        assert len(found) == 1, stated["then"]
        assert stated["says"] in found[0].message
        assert found[0].locations[0].role == "subject"
        assert found[0].values


@cases("stated")
def test_what_the_text_states_passes(told_of: ToldOf, rule: str, case: dict[str, Any]) -> None:
    for stated in case["passes"]:
        assert told_of(rule, lines(stated)) == [], stated["then"]
