"""Planted errors: how many wrong things are found, at which place, with which correction.

Clean disclosures of generated units are written as files, each copy with exactly one change: a figure
of a table, a row left out, two columns in each other's place, a figure, a direction or a name in the
text; and read back from the bytes. Run with ``--help`` for the settings.

found    of the changes that leave the interval of the right figure, where an evaluated relation
         contains it (of a name or a comparison: all): an error finding is given, of names and rows a warning
place    of those with two or more such relations: the first finding stands at the changed figure; of a
         row left out or columns swapped, in their table or at a total of it; of a word, in its sentence
alone    of the same: and it is the only error
value    of the same figures: the first suggestion there is the right figure
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mingzhang.api import library
from mingzhang.binding.annexes import announced
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.finding import ERROR, ROUNDING, WARNING, Finding
from mingzhang.checking.outcome import NOT_EVALUATED, Submission
from mingzhang.documents import Document
from mingzhang.facts import FactSet, FormReading
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, ENTITY, YEAR
from mingzhang.taxonomy import Standards
from mingzhang.writers import write
from planting.changes import CELLS, KINDS, TEXT, WHOLE, Planted, Planter
from planting.units import random_unit

COPIES = len(KINDS)
"""Changed copies of one unit: one of each kind."""

_ANYWHERE = 2
"""Witnesses of a word: what it says is always held against something."""


class Result(NamedTuple):
    """What became of one changed copy; ``changed`` figures were read, with ``witnesses`` relations each."""

    kind: str
    what: str
    right: str
    wrong: str
    changed: int
    outside: bool
    apart: bool
    witnesses: int
    found: bool
    errors: int
    place: bool
    value: bool
    instead: str


class Batch(NamedTuple):
    """The results of one unit in one format, and what its unchanged copy gave."""

    results: list[Result]
    noise: list[str]
    unread: list[str]


@cache
def _standards() -> Standards:
    return library().standards(EDITION)


# measuring


def _check(content: Document, path: Path) -> tuple[Checked, FactSet]:
    """What reading the file written from ``content`` and checking it gives."""
    standards = _standards()
    write(content, path)
    read = read_document(path)
    recognition = recognise(read, 0, standards)
    read_text(read, 0, standards, YEAR, recognition.facts)
    announced(read, 0, standards, recognition.facts)
    readings: dict[str, FormReading] = {}
    for reading in (*recognition.readings, *recognition.sheets):
        readings.setdefault(reading.address, reading)
    facts = recognition.facts
    submission = Submission(facts, readings, standards, YEAR, recognition.headings, ENTITY)
    return check_submission(submission), facts


def _witnesses(checked: Checked, facts: FactSet) -> Counter[int]:
    """For each figure the number of evaluated equalities that contain it."""
    count: Counter[int] = Counter()
    for outcome in checked.outcomes:
        if outcome.evaluation is None or outcome.status == NOT_EVALUATED:
            continue
        if outcome.relation.expect.operator == "=":
            cells = (*outcome.evaluation.left_cells, *outcome.evaluation.right_cells)
            count.update({n for cell in cells if (n := facts.index.get(cell.key)) is not None})
    return count


def _batch(task: tuple[str, int, int, Sequence[str]]) -> Batch:
    """One unit: the unchanged copy, then one with each kind of change."""
    form, seed, number, kinds = task
    chance = random.Random(f"{seed}/{number}")
    planter = Planter(random_unit(chance, _standards()), _standards())
    planted = [p for kind in kinds if (p := planter.plant(kind, chance)) is not None]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"决算公开.{form}"
        clean, facts = _check(planter.clean, path)
        noise = [f"{f.severity} {f.rule} {f.message}" for f in clean.findings if f.severity != ROUNDING]
        read = {key: facts.printed[n] for key, n in facts.index.items()}
        unread = [
            f"{key} {text} ≠ {read.get(key)}"
            for key, text in planter.printed.items()
            if read.get(key) != text
        ]
        witnesses = _witnesses(clean, facts)
        results = []
        for change in planted:
            checked, wrong = _check(change.document, path)
            results.append(_result(change, facts, wrong, witnesses, checked.findings))
    return Batch(results, noise, unread)


def _numbers(facts: FactSet, change: Planted) -> list[int | None]:
    """The numbers of the changed figures."""
    if change.from_end is not None:
        return [len(facts) - change.from_end]
    return [facts.index.get(key) for key in change.keys]


def _result(
    change: Planted, clean: FactSet, facts: FactSet, witnesses: Counter[int], findings: Sequence[Finding]
) -> Result:
    pairs = zip(_numbers(clean, change), _numbers(facts, change))
    amounts = [(clean.amount(a), facts.amount(b)) for a, b in pairs if a is not None and b is not None]
    moved = [(before, after) for before, after in amounts if before != after]
    errors = [f for f in findings if f.severity == ERROR]
    strong = [f for f in findings if f.severity in (ERROR, WARNING)]
    told = strong if change.kind in ("text name", "row deleted") else errors
    first = told[0] if told else None
    figure = change.kind in (*CELLS, "text figure", "text other year", "text direction")
    value = False
    if first is not None and moved and first.suggestions and first.suggestions[0].replacement is not None:
        # the printed replacement of a figure in the text has its unit
        right = change.right.replace(",", "")
        value = first.suggestions[0].replacement.replace(",", "").lstrip("-").startswith(right.lstrip("-"))
    instead = "；".join(
        f"{f.severity}:{f.rule} {'/'.join(f.subject[1:4])} “{f.locations[0].quote[:30]}”"
        + (f"→{f.suggestions[0].replacement}({f.suggestions[0].confidence})" if f.suggestions else "")
        for f in findings[:4]
        if f.severity != ROUNDING
    )
    lone = change.keys[0] if figure else None
    return Result(
        change.kind,
        " ".join(lone) if lone is not None else f"{' '.join(change.tables)} {change.sentence[:40]}",
        change.right,
        change.wrong,
        changed=len(moved),
        outside=not figure
        or any(not before.interval.low <= after.centre <= before.interval.high for before, after in moved),
        apart=not figure or any(not before.interval.meets(after.interval) for before, after in moved),
        witnesses=witnesses[_numbers(clean, change)[0] or 0] if lone is not None else _ANYWHERE,
        found=first is not None,
        errors=len(told),
        place=first is not None and _at(first, change),
        value=value,
        instead=instead or "nothing",
    )


def _at(finding: Finding, change: Planted) -> bool:
    """Whether a finding stands where ``change`` was made."""
    if finding.subject[1:4] in change.keys:
        return True
    if change.tables:
        return finding.subject[1] in change.tables or any(f in finding.subject for f in change.tables)
    quote = finding.locations[0].quote
    if change.kind in ("text comparison", "text name", "text direction"):
        return bool(quote) and (quote in change.sentence or change.wrong in quote or quote in change.wrong)
    return False


# printing


def _share(part: int, whole: int) -> str:
    return f"{part / whole:7.1%} {part:>5}/{whole:<5}" if whole else f"{'–':>7} {'':11}"


def _line(name: str, results: Sequence[Result]) -> str:
    counted = [r for r in results if r.outside and r.witnesses >= 1]
    placed = [r for r in counted if r.witnesses >= 2]
    figures = [r for r in placed if r.kind in (*CELLS, "text figure", "text other year")]
    return (
        f"{name:34}{len(results):>6}  {_share(sum(r.found for r in counted), len(counted))}"
        f"{_share(sum(r.place for r in placed), len(placed))}"
        f"{_share(sum(r.place and r.errors == 1 for r in placed), len(placed))}"
        f"{_share(sum(r.place and r.value for r in figures), len(figures))}"
    )


def _table(results: Sequence[Result]) -> None:
    print(f"{'':34}{'copies':>6}  {'found':>7}{'':12}{'place':>7}{'':12}{'alone':>7}{'':12}{'value':>7}")
    for kind in KINDS:
        print(_line(kind, [r for r in results if r.kind == kind]))
    for title, kinds in (("figures of tables", CELLS), ("rows and columns", WHOLE), ("text", TEXT)):
        print(_line(title, [r for r in results if r.kind in kinds]))
    print(_line("all", results))
    print(_line("all whose intervals do not meet", [r for r in results if r.apart]))
    alone = [r for r in results if r.outside and not r.witnesses]
    inside = sum(not r.outside for r in results)
    print(
        f"not counted: {inside} inside the interval or read otherwise, {len(alone)} in no evaluated relation",
        end=" ",
    )
    print(f"(found all the same: {sum(r.found for r in alone)})")


def _misses(results: Sequence[Result]) -> None:
    for title, chosen in (
        ("not found", [r for r in results if r.outside and r.witnesses and not r.found]),
        (
            "found, at another place first",
            [r for r in results if r.outside and r.witnesses >= 2 and r.found and not r.place],
        ),
        ("place right, not alone", [r for r in results if r.outside and r.place and r.errors > 1]),
        ("not counted", [r for r in results if not r.outside or not r.witnesses]),
    ):
        print(f"\n{title}: {len(chosen)}")
        for r in chosen:
            print(f"  {r.what}  {r.kind} {r.right}→{r.wrong}  witnesses {r.witnesses}  {r.instead}")


def _measure(form: str, count: int, seed: int, kinds: Sequence[str], listed: bool) -> list[Result]:
    tasks = [(form, seed, n, kinds) for n in range(-(-count // len(kinds)))]
    started = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        batches = list(pool.map(_batch, tasks))
    results = [result for batch in batches for result in batch.results]
    took = time.perf_counter() - started
    print(f"\n== {form}: {len(results)} changed copies of {len(batches)} units, seed {seed}, {took:.0f} s")
    noise = [line for batch in batches for line in batch.noise]
    unread = [line for batch in batches for line in batch.unread]
    noisy = sum(bool(batch.noise) for batch in batches)
    print(f"unchanged copies with an error, warning or notice: {noisy} of {len(batches)}")
    print(f"figures of the unchanged copies not read as printed: {len(unread)}")
    for line in [*noise[:10], *unread[:10]]:
        print(f"  {line}")
    _table(results)
    if listed:
        _misses(results)
    return results


def main() -> int:
    formats = ("txt", "pdf", "docx", "xlsx", "html")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=520, help="changed copies in each format")
    parser.add_argument("--formats", nargs="+", choices=formats, default=formats)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--list", action="store_true", help="each change that was missed or placed elsewhere")
    options = parser.parse_args()
    for form in options.formats:
        _measure(form, options.count, options.seed, options.kinds, options.list)
    return 0


if __name__ == "__main__":
    sys.exit(main())
