"""Checks of the running text on paragraphs that a test states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from mingzhang import samples
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.finding import Finding, assign_ids
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document, Paragraph
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, FormReading, ParagraphSeen
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

Printed = Sequence[str | Mapping[str, Any]]
Told = Callable[..., list[Finding]]


@pytest.fixture
def told(standards: Standards) -> Told:
    """What a check says of the paragraphs of one document; ``disclosure`` adds the published tables."""

    def run(
        rule: str,
        printed: Printed,
        entity: str | None = samples.ENTITY,
        year: int | None = samples.YEAR,
        disclosure: bool = False,
        part: str = "",
    ) -> list[Finding]:
        facts = FactSet(paragraphs=[_seen(number, item, part) for number, item in enumerate(printed, 1)])
        forms = standards.forms if disclosure else ()
        readings = {form: FormReading(form, 0, Place()) for form in forms}
        found = list(
            PROCEDURES[rule](
                Submission(facts, readings, standards, year, entity=entity), standards.checks[rule]
            )
        )
        assign_ids(found)
        return found

    return run


@pytest.fixture
def told_of(standards: Standards) -> Callable[[str, Sequence[str]], list[Finding]]:
    """What a check says of the text of one document, read as any document is."""

    def run(rule: str, lines: Sequence[str]) -> list[Finding]:
        printed = [Paragraph(line, Place(paragraph=number)) for number, line in enumerate(lines, 1)]
        document = Document("", "", "composed", list(printed))
        found = recognise(document, 0, standards)
        read_text(document, 0, standards, samples.YEAR, found.facts)
        submission = Submission(found.facts, {}, standards, samples.YEAR)
        try:
            return list(PROCEDURES[rule](submission, standards.checks[rule]))
        except NotEvaluatedError:
            return []

    return run


def _seen(number: int, item: str | Mapping[str, Any], part: str) -> ParagraphSeen:
    stated = {"text": item} if isinstance(item, str) else dict(item)
    return ParagraphSeen(0, **{"place": Place(paragraph=number), "part": part, **stated})
