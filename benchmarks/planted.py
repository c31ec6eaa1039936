"""Planted errors: how many wrong figures are found, at which place, with which correction.

Clean disclosures of generated units are written as files, each copy with exactly one figure of a
table changed, and read back from the bytes. Run with ``--help`` for the settings.

found    of the changes that leave the interval of the right figure, where an evaluated equality
         contains it: an error finding is given
place    of those with two or more such equalities: the first error finding stands at the changed cell
alone    of the same: and it is the only error
value    of the same: the first suggestion there is the right figure
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from mingzhang.api import library
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.finding import ERROR, ROUNDING, Finding
from mingzhang.checking.outcome import NOT_EVALUATED, Submission
from mingzhang.facts import FactSet, FormReading, Key
from mingzhang.money import parse
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, YEAR, Balance, Item, Unit, document, figures
from mingzhang.taxonomy import Standards
from mingzhang.writers import write

KINDS = ("transposed", "dropped", "extra", "sign", "unit", "neighbour")
COPIES = 10
"""Changed copies of one unit."""

_CLASSES = ("201", "204", "205", "206", "207", "208", "210", "211", "213", "221")
_COMMON = ("2080505", "2080506", "2101101", "2101102", "2210201")
_FUND = ("2120899", "2296002", "2296003", "2296099")
_CAPITAL = ("2239999",)
_PAID = ("30101", "30102", "30103", "30107", "30108", "30109", "30110", "30112", "30113", "30199")
_OTHER = (
    "30201", "30202", "30205", "30206", "30207", "30209", "30211", "30213", "30215", "30216", "30217",
    "30226", "30227", "30228", "30229", "30231", "30239", "30302", "30305", "30309", "31002", "31007",
)  # fmt: skip


class Result(NamedTuple):
    """What became of one changed copy."""

    format: str
    kind: str
    key: Key
    right: str
    wrong: str
    outside: bool
    apart: bool
    witnesses: int
    errors: int
    place: bool
    alone: bool
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


# units


def _amount(chance: random.Random, low: int = 10, high: int = 90_000) -> int:
    """Hundredths of 万元, small amounts as likely as large ones."""
    return int(low * (high / low) ** chance.random())


def _unit(chance: random.Random, standards: Standards) -> Unit:
    codes = standards.codelists["functional"]
    known = [c for c in codes.entries if len(c) == 7 and c[:3] in _CLASSES and codes.name(c, YEAR)]
    main = chance.choice([c for c in known if c.endswith("01") and c[:3] not in ("208", "210", "221")])
    near = [c for c in known if c[:3] == main[:3]]
    wanted = chance.randint(5, 12)
    picked = {main, *chance.sample(_COMMON, chance.randint(2, 4))}
    while len(picked) < wanted:
        picked.add(chance.choice(near if chance.random() < 0.6 else known))
    items = []
    for code in [main, *sorted(picked - {main})]:
        basic = _amount(chance) if code == main or code in _COMMON or chance.random() < 0.25 else 0
        project = _amount(chance) if not basic or (code not in _COMMON and chance.random() < 0.3) else 0
        other = _amount(chance, 10, 20_000) if chance.random() < 0.15 else 0
        items.append(Item(code, basic, project, other))
    economic = _split(chance, sum(item.basic for item in items))
    brought = _amount(chance, 10, max(11, (items[0].basic + items[0].project) // 2))
    carry = (brought, _amount(chance)) if chance.random() < 0.6 else (0, 0)
    return Unit(
        items,
        economic,
        "30299",
        _three_public(chance, economic),
        carry,
        _balances(chance, _FUND, chance.choice((0, 0, 1, 2))),
        _balances(chance, _CAPITAL, chance.choice((0, 0, 0, 1))),
    )


def _balances(chance: random.Random, codes: Sequence[str], count: int) -> list[Balance]:
    """Items of a fund or capital budget."""
    found = []
    for code in sorted(chance.sample(codes, count)):
        carry_in, income = (_amount(chance) if chance.random() < 0.5 else 0), _amount(chance)
        found.append(Balance(code, carry_in, income, 0, income // 2 if carry_in else income))
    return found


def _split(chance: random.Random, total: int) -> dict[str, int]:
    """Basic expenditure by economic codes; a part of ``total`` is left."""
    codes = sorted(
        [*chance.sample(_PAID, chance.randint(4, 9)), *chance.sample(_OTHER, chance.randint(4, 14))]
    )
    weights = [chance.random() ** 2 + 0.01 for _ in codes]
    shares = {c: int(total * 0.97 * w / sum(weights)) for c, w in zip(codes, weights)}
    return {code: amount for code, amount in shares.items() if amount}


def _three_public(chance: random.Random, economic: dict[str, int]) -> dict[str, tuple[int, int]]:
    def item(least: int, chance_of_none: float) -> tuple[int, int]:
        final = least + (0 if chance.random() < chance_of_none else _amount(chance, 10, 2_000))
        return final + (0 if chance.random() < 0.2 else _amount(chance, 10, 1_000)), final

    return {
        "abroad": item(0, 0.8),
        "purchase": item(0, 0.8),
        "running": item(economic.get("30231", 0), 0.3),
        "reception": item(economic.get("30217", 0), 0.3),
    }


# changes


def _transposed(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    digits = [i for i, c in enumerate(printed) if c.isdigit()]
    pairs = [(a, b) for a, b in pairwise(digits) if printed[a] != printed[b]]
    made = []
    for a, b in pairs:
        text = list(printed)
        text[a], text[b] = text[b], text[a]
        made.append("".join(text))
    return _choose(chance, made)


def _dropped(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    made = [printed[:i] + printed[i + 1 :] for i, c in enumerate(printed) if c.isdigit()]
    return _choose(chance, made)


def _extra(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    digits = [i for i, c in enumerate(printed) if c.isdigit()]
    made = []
    for i in digits:
        digit = printed[i] if chance.random() < 0.5 else str(chance.randrange(10))
        made.append(printed[: i + 1] + digit + printed[i + 1 :])
    return _choose(chance, made)


def _sign(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    return printed[1:] if printed.startswith("-") else f"-{printed}"


def _unit_mistaken(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    amount = parse(printed, "万元")
    assert amount is not None
    if chance.random() < 0.5:
        return str(int(amount.base_value))
    small = f"{amount.value / 10_000:.4f}"
    return small if small.strip("-0.") else None


def _neighbour(chance: random.Random, printed: str, near: Sequence[str]) -> str | None:
    return chance.choice(near) if near else None


def _choose(chance: random.Random, made: Iterable[str]) -> str | None:
    """One that looks like a figure: no leading zero, no bare point."""
    good = [m for m in made if m[0].isdigit() and not m.endswith(".") and not (m[0] == "0" and m[1:2] != ".")]
    return chance.choice(good) if good else None


_CHANGES: dict[str, Callable[[random.Random, str, Sequence[str]], str | None]] = {
    "transposed": _transposed,
    "dropped": _dropped,
    "extra": _extra,
    "sign": _sign,
    "unit": _unit_mistaken,
    "neighbour": _neighbour,
}


def _near(printed: dict[Key, str], standards: Standards) -> dict[Key, list[str]]:
    """The other values beside, above and below each cell, as the forms print them."""
    found: dict[Key, list[str]] = {key: [] for key in printed}
    for form in standards.forms.values():
        for block in form.blocks:
            coded = sorted({k[1] for k in printed if k[0] == form.id and k[1].isdecimal()})
            rows = (
                ([*coded, *block.rows] if form.layout == "lines" else [*block.rows, *coded])
                if (block.codes is not None)
                else list(block.rows)
            )
            lines = [[(form.id, row, column) for column in block.columns] for row in rows]
            lines += [[(form.id, row, column) for row in rows] for column in block.columns]
            for line in lines:
                for a, b in pairwise(key for key in line if key in printed):
                    if printed[a] != printed[b]:
                        found[a].append(printed[b])
                        found[b].append(printed[a])
    return found


def _plan(
    chance: random.Random, printed: dict[Key, str], kinds: Sequence[str], standards: Standards
) -> list[tuple[str, Key, str]]:
    """A change for each of ``kinds``, of a figure drawn evenly among those that are not zero."""
    near = _near(printed, standards)
    keys = [key for key, text in printed.items() if text.strip("-0.")]
    plan = []
    for kind in kinds:
        while True:
            key = chance.choice(keys)
            wrong = _CHANGES[kind](chance, printed[key], near[key])
            if wrong is not None and wrong != printed[key]:
                break
        plan.append((kind, key, wrong))
    return plan


# measuring


def _check(unit: Unit, changes: dict[Key, str], path: Path) -> tuple[Checked, FactSet]:
    standards = _standards()
    write(document(unit, standards, changes), path)
    recognition = recognise(read_document(path), 0, standards)
    readings: dict[str, FormReading] = {}
    for reading in recognition.readings:
        readings.setdefault(reading.form, reading)
    return check_submission(Submission(recognition.facts, readings, standards, YEAR)), recognition.facts


def _witnesses(checked: Checked) -> Counter[Key]:
    """For each cell the number of evaluated equalities that contain it."""
    count: Counter[Key] = Counter()
    for outcome in checked.outcomes:
        if outcome.evaluation is None or outcome.status == NOT_EVALUATED:
            continue
        if outcome.relation.expect.operator == "=":
            cells = (*outcome.evaluation.left_cells, *outcome.evaluation.right_cells)
            count.update({cell.key for cell in cells})
    return count


def _batch(task: tuple[str, int, int, int]) -> Batch:
    """One unit: the unchanged copy, then ``copies`` changed ones."""
    form, seed, number, copies = task
    chance = random.Random(f"{seed}/{number}")
    standards = _standards()
    unit = _unit(chance, standards)
    printed = figures(unit, standards)
    kinds = [KINDS[(number * COPIES + i) % len(KINDS)] for i in range(copies)]
    plan = _plan(chance, printed, kinds, standards)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"决算公开.{form}"
        clean, facts = _check(unit, {}, path)
        noise = [f"{f.severity} {f.rule} {f.message}" for f in clean.findings if f.severity != ROUNDING]
        read = {key: facts.printed[n] for key, n in facts.index.items()}
        unread = [f"{key} {text} ≠ {read.get(key)}" for key, text in printed.items() if read.get(key) != text]
        witnesses = _witnesses(clean)
        results = []
        for kind, key, wrong in plan:
            checked, _ = _check(unit, {key: wrong}, path)
            results.append(_result(form, kind, key, (printed[key], wrong), witnesses[key], checked.findings))
    return Batch(results, noise, unread)


def _result(
    form: str, kind: str, key: Key, change: tuple[str, str], witnesses: int, findings: Sequence[Finding]
) -> Result:
    right, wrong = (parse(text, "万元") for text in change)
    assert right is not None
    assert wrong is not None
    errors = [f for f in findings if f.severity == ERROR]
    first = errors[0] if errors else None
    here = first if first is not None and tuple(first.subject[1:4]) == key else None
    value = False
    if here is not None and here.suggestions and here.suggestions[0].replacement is not None:
        proposed = parse(here.suggestions[0].replacement, "万元")
        value = proposed is not None and proposed.value == right.value
    instead = "；".join(
        f"{f.severity}:{f.subject[0]} {'/'.join(f.subject[1:4])}"
        + (f"→{f.suggestions[0].replacement}({f.suggestions[0].confidence})" if f.suggestions else "")
        for f in findings[:4]
        if f.severity != ROUNDING
    )
    return Result(
        form,
        kind,
        key,
        *change,
        outside=not right.interval.low <= wrong.centre <= right.interval.high,
        apart=not right.interval.meets(wrong.interval),
        witnesses=witnesses,
        errors=len(errors),
        place=here is not None,
        alone=here is not None and len(errors) == 1,
        value=value,
        instead=instead or "nothing",
    )


# printing


def _share(part: int, whole: int) -> str:
    return f"{part / whole:7.1%} {part:>5}/{whole:<5}" if whole else f"{'–':>7} {'':11}"


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def _line(name: str, results: Sequence[Result]) -> str:
    counted = [r for r in results if r.outside and r.witnesses >= 1]
    placed = [r for r in counted if r.witnesses >= 2]
    return (
        f"{name:34}{len(results):>6}  {_share(sum(r.errors > 0 for r in counted), len(counted))}"
        f"{_share(sum(r.place for r in placed), len(placed))}"
        f"{_share(sum(r.alone for r in placed), len(placed))}"
        f"{_share(sum(r.value for r in placed), len(placed))}"
    )


def _table(results: Sequence[Result]) -> None:
    print(f"{'':34}{'copies':>6}  {'found':>7}{'':12}{'place':>7}{'':12}{'alone':>7}{'':12}{'value':>7}")
    for kind in KINDS:
        print(_line(kind, [r for r in results if r.kind == kind]))
    for form in sorted({r.key[0] for r in results}):
        print(_line(form, [r for r in results if r.key[0] == form]))
    print(_line("all", results))
    print(
        _line("all with as many decimals", [r for r in results if _decimals(r.right) == _decimals(r.wrong)])
    )
    print(_line("all whose intervals do not meet", [r for r in results if r.apart]))
    alone = [r for r in results if r.outside and not r.witnesses]
    inside = sum(not r.outside for r in results)
    print(f"not counted: {inside} inside the interval, {len(alone)} in no evaluated equality", end=" ")
    print(f"(found all the same: {sum(r.errors > 0 for r in alone)})")


def _misses(results: Sequence[Result]) -> None:
    for title, chosen in (
        ("not found", [r for r in results if r.outside and r.witnesses and not r.errors]),
        (
            "found, at another place first",
            [r for r in results if r.outside and r.witnesses >= 2 and r.errors and not r.place],
        ),
        ("right place, another value", [r for r in results if r.witnesses >= 2 and r.place and not r.value]),
    ):
        print(f"\n{title}: {len(chosen)}")
        for r in chosen:
            cell = " ".join(r.key)
            print(f"  {cell}  {r.kind} {r.right}→{r.wrong}  witnesses {r.witnesses}  {r.instead}")


def _measure(form: str, count: int, seed: int) -> list[Result]:
    tasks = [(form, seed, n, min(COPIES, count - n * COPIES)) for n in range((count + COPIES - 1) // COPIES)]
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
    _misses(results)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=1000, help="changed copies in each format")
    parser.add_argument("--formats", nargs="+", choices=("txt", "pdf"), default=["txt", "pdf"])
    parser.add_argument("--seed", type=int, default=2022)
    options = parser.parse_args()
    for form in options.formats:
        _measure(form, options.count, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
