"""The indicator paragraphs of a real report against a hand-checked list: weights, inputs, rates, scores.

``001.indicators.csv`` holds every figure of the report's evaluation (its lines 684 to 755) but those of
what was achieved, which have a noun of their own. The scores that the texts of 000 state are in its
list of running text; 004 states scores in its sheets alone, which ``004.forms.csv`` lists.
"""

from __future__ import annotations

from decimal import Decimal

from mingzhang.binding.identity import identify
from mingzhang.binding.narrative import read_text
from mingzhang.facts import FactSet
from mingzhang.readers import read_document
from mingzhang.taxonomy import load
from real import listed, shared

SEED = "seeds/001_*.txt"
FIRST, LAST = 684, 755
POINTS = 100


def found() -> list[dict[str, str]]:
    library = load()
    document = read_document(shared(SEED))
    facts = FactSet()
    year = identify(document, library).year
    read_text(document, 0, library.standards("hunan-2022"), year, facts)
    rows = []
    for fact in sorted(facts, key=lambda fact: (fact.place.line or 0, fact.place.offset or 0)):
        if fact.concept == "output" or not FIRST <= (fact.place.line or 0) <= LAST:
            continue
        section, row, column = fact.key
        dimensions = ";".join(f"{name}={fact.dimensions[name]}" for name in sorted(fact.dimensions))
        place = f"{fact.place.line}:{fact.place.offset}"
        value, unit = str(fact.amount.value), fact.amount.unit
        rows.append(
            {"section": section, "row": row, "column": column, "concept": fact.concept}
            | {"dimensions": dimensions, "value": value, "unit": unit}
            | {"printed": fact.printed, "place": place}
        )
    return rows


def test_every_figure_of_the_evaluation() -> None:
    assert found() == listed("001.indicators")


def test_the_list_is_whole() -> None:
    rows = listed("001.indicators")
    weights, scores = ([row for row in rows if row["column"] == column] for column in ("weight", "score"))
    assert sum(Decimal(row["value"]) for row in weights) == POINTS
    assert [row["row"] for row in weights] == [row["row"] for row in scores]
    assert all(Decimal(s["value"]) <= Decimal(w["value"]) for w, s in zip(weights, scores))


def test_the_scores_of_another_report_are_listed() -> None:
    stated = [row["value"] for row in listed("000.narrative") if row["concept"] == "evaluation.score"]
    assert stated == ["98", "98"]
