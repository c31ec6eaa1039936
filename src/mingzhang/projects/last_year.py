"""Last year's figures of a project: from the archive, unless the unit corrects one with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mingzhang.binding.asked import Label, label
from mingzhang.facts import Key
from mingzhang.money import parse
from mingzhang.projects.archive import ClosedYear
from mingzhang.projects.project import Correction, address
from mingzhang.taxonomy import Standards


@dataclass(slots=True)
class LastYear:
    """The figures that a disclosure is composed with, what of them differs from the archive, and notes."""

    figures: dict[Key, str]
    corrections: list[Correction] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def with_archive(
    figures: Mapping[Key, str],
    closed: ClosedYear,
    reasons: Mapping[Key, str],
    standards: Standards,
    year: int,
) -> LastYear:
    """The project's ``figures`` with the archived ones of the year before.

    An archived figure stands where the project leaves a blank or has the same; where the project has
    another, that one counts, as a correction.
    """
    found = LastYear(dict(figures))
    for key, text in closed.last(standards).items():
        own = figures.get(key, "")
        asked = label(key, standards, year)
        if own and not _same(own, text, asked):
            archived, entered = ("".join(asked.split(each)) for each in (text, own))
            reason = reasons.get(key, "").strip()
            found.corrections.append(Correction(key, asked.text, archived, entered, reason))
        else:
            found.figures[key] = text
    differing = {correction.key for correction in found.corrections}
    found.notes += [
        f"unit.yaml 的 corrections 中“{address(key)}”（{label(key, standards, year).text}）没有用到："
        "figures.xlsx 没有填写与归档不同的数。"
        for key in reasons
        if key not in differing
    ]
    return found


def _same(one: str, other: str, asked: Label) -> bool:
    """Whether two figures are one printed with more or fewer digits."""
    first, second = (parse(*asked.split(text)) for text in (one, other))
    if first is None or second is None:
        return one == other
    return first.interval.meets(second.interval)
