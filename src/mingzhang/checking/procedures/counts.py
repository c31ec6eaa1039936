"""Counts of receptions that an annex splits up, held against the count that the main text states."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Location, Value
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import quoted_all
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet
from mingzhang.narratives import Narratives
from mingzhang.taxonomy import Check

_CONCEPT, _RECEIVED = "three_public.reception", "接待"
_WHOLE = "explanation.three_public"
_GROUPS, _PERSONS = "groups", "persons"
_LISTED = 12
_NEAR, _MANY, _TELLING = 20, 20, 100
"""Parts are taken for the whole of at least ``_MANY`` groups where both sums come within one in
``_NEAR`` of the stated counts, or where one of them, of at least ``_TELLING``, is met exactly: two
counts do not come so close by chance."""


class _Pair(NamedTuple):
    """Groups and persons that were received together, as numbers of their facts."""

    groups: int
    persons: int


def parts_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """Parts listed in an annex that are evidently those of the main text and do not add up to it."""
    facts = submission.facts
    whole = _stated(facts)
    parts = _parts(facts, submission.standards.narratives, whole) if whole is not None else []
    if whole is None or len(parts) < 2:
        raise NotEvaluatedError("附件没有把正文所说的接待批次和人次分项列出")
    sums, counts = _sum(_counts(facts, part) for part in parts), _counts(facts, whole)
    if sums != counts and _evident(sums, counts) and not _some_add_up(facts, parts, counts):
        yield _finding(submission, check, whole, parts)


def _stated(facts: FactSet) -> _Pair | None:
    """The counts of all receptions in the main text; None where they are not stated, or twice."""
    twice = {facts.keys[number] for number in facts.repeated}
    for row in ("reception", "reception_domestic"):
        keys = [(_WHOLE, row, column) for column in (_GROUPS, _PERSONS)]
        numbers = [facts.index.get(key) for key in keys]
        if twice.isdisjoint(keys) and all(n is not None and _exact(facts, n) for n in numbers):
            return _Pair(*(n for n in numbers if n is not None))
    return None


def _parts(facts: FactSet, narratives: Narratives, whole: _Pair) -> list[_Pair]:
    """What the annexed reports say was received, each once; without a total that they state themselves."""
    annexed = {s.id for s in narratives.sections.values() if narratives.parts[s.part].annexed}
    annexed |= {part.id for part in narratives.parts.values() if part.annexed}
    found: dict[tuple[str, int, int], _Pair] = {}
    for number in range(len(facts) - 1):
        pair = _Pair(number, number + 1)
        if facts.keys[number][0] in annexed and _received(facts, narratives, pair):
            if not all(_exact(facts, n) for n in pair):
                return []
            found.setdefault((facts.labels[number][0], *_counts(facts, pair)), pair)
    sums, stated = _sum(_counts(facts, pair) for pair in found.values()), _counts(facts, whole)
    return [
        pair
        for (_, groups, persons), pair in found.items()
        if (groups * 2, persons * 2) != sums and (groups, persons) != stated
    ]


def _received(facts: FactSet, narratives: Narratives, pair: _Pair) -> bool:
    """Whether two facts that follow one another are groups and persons received."""
    one, other = pair
    if facts.documents[one] != facts.documents[other] or facts.keys[one][0] != facts.keys[other][0]:
        return False
    named = _RECEIVED in facts.labels[one][0] and facts.concepts[one] in ("output", _CONCEPT)
    measures = narratives.measures
    fits = facts.units[one] in measures[_GROUPS].unit and facts.units[other] in measures[_PERSONS].unit
    return named and fits and facts.concepts[other] in ("output", _CONCEPT)


def _exact(facts: FactSet, number: int) -> bool:
    told = facts.dimensions[number]
    return not facts.decimals[number] and "bound" not in told and "year" not in told


def _counts(facts: FactSet, pair: _Pair) -> _Pair:
    return _Pair(facts.mantissas[pair.groups], facts.mantissas[pair.persons])


def _sum(counts: Iterable[_Pair]) -> _Pair:
    groups, persons = 0, 0
    for count in counts:
        groups, persons = groups + count.groups, persons + count.persons
    return _Pair(groups, persons)


def _evident(sums: _Pair, counts: _Pair) -> bool:
    """Whether the parts can only be those of the stated whole."""
    if counts.groups < _MANY:
        return False
    near = all(abs(one - other) * _NEAR <= other for one, other in zip(sums, counts))
    exact = any(one == other >= _TELLING for one, other in zip(sums, counts))
    return near or exact


def _noun(submission: Submission, name: str) -> str:
    """The name of a part without the verb before it: 商务接待 of 完成商务接待."""
    for verb in submission.standards.narratives.naming.verbs:
        if verb != _RECEIVED and name.startswith(verb) and _RECEIVED in name[len(verb) :]:
            return name[len(verb) :]
    return name


def _some_add_up(facts: FactSet, parts: list[_Pair], counts: _Pair) -> bool:
    """Whether some of the parts are the whole and the others named again (其中); True of very many."""
    if len(parts) > _LISTED:
        return True
    chosen = (some for size in range(2, len(parts)) for some in itertools.combinations(parts, size))
    return any(_sum(_counts(facts, part) for part in some) == counts for some in chosen)


def _finding(submission: Submission, check: Check, whole: _Pair, parts: list[_Pair]) -> Finding:
    facts, words = submission.facts, Wording(submission)
    said, arithmetic, differs = [], [], []
    locations: list[Location] = []
    values: list[Value] = []
    for kind in (0, 1):
        stated = facts.mantissas[whole[kind]]
        addends = [facts.mantissas[part[kind]] for part in parts]
        summed = sum(addends)
        unit = facts.units[parts[0][kind]]
        sign = "＝" if stated == summed else "≠"
        added = "＋".join(map(str, addends))
        arithmetic.append(f"{added}＝{summed}{unit}{sign}{facts.printed[whole[kind]].strip()}")
        if stated != summed:
            said.append(facts.printed[whole[kind]].strip())
            differs.append(f"{added}＝{summed}{unit}，相差{abs(stated - summed)}{unit}")
            for number in (whole[kind], *(part[kind] for part in parts)):
                values.append(words.value(number, len(locations)))
                locations.append(words.location(number, "operand" if locations else "subject"))
    names = quoted_all(_noun(submission, facts.labels[part.groups][0]) for part in parts)
    message = f"正文写公务接待{'、'.join(said)}，附件所写的{names}合计{'；'.join(differs)}：{check.says}。"
    fix = "按接待登记核对，使正文与附件一致"
    result = finding(check, message, locations, words.subject("counts", whole.groups)[1:], fix)
    result.values, result.explanation = values, "；".join(arithmetic)
    return result
