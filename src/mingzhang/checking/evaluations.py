"""Whose score a document states: of the department as a whole, of special funds, of a project."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mingzhang.facts import FactSet
from mingzhang.money import Amount
from mingzhang.narratives import Section
from mingzhang.provenance import place_at

SCORE = "evaluation.score"
"""The concept of the one score of an evaluation."""
DEPARTMENT = ""
"""The evaluation that is meant where nothing else is said."""

_SPECIAL = "special_report"
_SCORED = {"weight", "score", "deduction"}
_ALL = Amount(100, 0, "分").centre
_END = re.compile(r"[。；;\n]")
_PART = re.compile("项目|专项|平均")
_WHOLE = "整体"


def sheet_total(facts: FactSet) -> int | None:
    """The total of the department's score sheet, where the score in the text is that of the sheet.

    None where there is no such sheet or are several, where its points are not 100, and where a scheme of
    indicators is scored beside it: then the text states the scheme's total.
    """
    found = []
    for number, (concept, dimensions) in enumerate(zip(facts.concepts, facts.dimensions)):
        evaluation = dimensions.get("evaluation")
        if evaluation == "scheme" or (concept == "indicator" and dimensions.get("measure") in _SCORED):
            return None
        total = concept == "indicator.score" and dimensions.get("scope") == "total"
        if total and evaluation == "department" and number not in facts.copied:
            found.append(number)
    if len(found) != 1:
        return None
    weight = facts.index.get((facts.keys[found[0]][0], "total", "weight"))
    return found[0] if weight is None or facts.centres[weight] == _ALL else None


def evaluation_of(facts: FactSet, number: int, sections: Mapping[str, Section]) -> str | None:
    """The evaluation that a total score belongs to; None for one of a project, or of several on average."""
    section = sections.get(facts.keys[number][0])
    if section is None:
        return DEPARTMENT
    if section.part == _SPECIAL:
        return f"{_SPECIAL} {facts.documents[number]}"
    said = _said_before(facts, number)
    return None if _PART.search(said) and _WHOLE not in said else DEPARTMENT


def _said_before(facts: FactSet, number: int) -> str:
    """The sentence that states the figure, up to it; empty where the figure stands in no paragraph."""
    printed, place = facts.printed[number], facts.places[number]
    for paragraph in facts.paragraphs:
        if paragraph.document != facts.documents[number] or printed not in paragraph.text:
            continue
        start = paragraph.text.find(printed)
        while start >= 0:
            if place_at(start, paragraph.segments, paragraph.place) == place:
                return _END.split(paragraph.text[:start])[-1]
            start = paragraph.text.find(printed, start + 1)
    return ""
