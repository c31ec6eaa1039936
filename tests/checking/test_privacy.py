"""Personal data in the running text and in tables: found, and never repeated."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mingzhang import samples
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import privacy
from mingzhang.facts import FactSet, TextFact
from mingzhang.provenance import Place
from mingzhang.taxonomy import load

FAMILY = "privacy"
Told = Callable[..., list[Finding]]


def test_raised_by_its_case_only(told: Told, rule: str, case: dict[str, Any]) -> None:
    (found,) = told(rule, case["raises"])
    assert case["says"] in found.message
    assert told(rule, case["passes"]) == []


def test_the_number_is_nowhere_in_the_finding(told: Told, rule: str, case: dict[str, Any]) -> None:
    (found,) = told(rule, case["raises"])
    assert not re.search(
        r"\d{3}", f"{found.message}{found.subject}{[place.quote for place in found.locations]}"
    )


def test_a_number_in_a_table_is_found() -> None:
    standards = load().standards(samples.EDITION)
    fact = TextFact(
        ("sheet", "contact", "text"), "contact", {}, "李四 13812345670", 0, Place(cell="B2"), "联系人", ""
    )
    (found,) = privacy.mobile(
        Submission(FactSet(texts=[fact]), {}, standards, samples.YEAR), standards.checks["privacy.mobile"]
    )
    assert found.locations[0].place.cell == "B2"
    assert found.locations[0].quote == "李四"
