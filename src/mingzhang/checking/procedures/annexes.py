"""Annexes: what the text says is attached must be there."""

from __future__ import annotations

from collections.abc import Iterator

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.tables import finding
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import TextFact
from mingzhang.taxonomy import Check

ANNOUNCED = "annex.announced"


def missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Tables and reports that are announced and found nowhere; one finding each, at every announcement."""
    texts = submission.facts.texts
    if all(text.concept != ANNOUNCED for text in texts):
        raise NotEvaluatedError("文中没有提到随附的表格或报告")
    present = {reading.form for reading in submission.readings.values()}
    present |= {text.key[0].partition(".")[0] for text in texts if text.concept == "heading"}
    absent: dict[str, list[TextFact]] = {}
    for text in texts:
        if text.concept == ANNOUNCED and text.key[1] not in present:
            absent.setdefault(text.key[1], []).append(text)
    for kind, places in absent.items():
        locations = [
            Location(text.document, "context" if n else "subject", text.place, f"《{text.text}》")
            for n, text in enumerate(places)
        ]
        message = f"文中说附有《{places[0].text}》，所给的文件中没有：{check.says}。"
        yield finding(check, message, locations, [kind], f"附上《{places[0].text}》，或修改文中的说法")
