"""The outlines of every edition: composed, they are recognised again and found right."""

from __future__ import annotations

import random
import re

import pytest

from contents import EXTREMES, contents, whole
from mingzhang.binding.disclosure import disclosure
from mingzhang.submissions import Work
from mingzhang.taxonomy import load
from test_disclosure import differing, printed, stated

EDITIONS = ("cn-2022", "hunan-2022", "cn-2024", "shanghai-2024")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("extreme", EXTREMES)
def test_what_an_edition_composes_is_recognised(edition: str, extreme: str) -> None:
    standards = load().standards(edition)
    source = whole(contents(random.Random(4), standards, extreme), standards)
    document, composed = disclosure(source, standards)
    assert not composed.gaps
    assert not differing(composed.stated, stated(document, standards))
    tables = {key: text for key, text in source.figures.items() if key[0] in standards.forms}
    assert printed(document, standards) == tables
    findings = Work(edition, None).findings(document)
    assert [found.message for found in findings if found.severity != "rounding"] == []


def test_shanghai_has_no_place_for_meetings() -> None:
    standards = load().standards("shanghai-2024")
    source = whole(contents(random.Random(1), standards), standards)
    document, composed = disclosure(source, standards)
    assert not [key for key in composed.stated if key[0] == "explanation.general_spending"]
    assert any(re.search("面向中小企业预留", getattr(block, "text", "")) for block in document.blocks)
