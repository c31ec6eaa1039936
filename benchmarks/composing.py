"""How fast disclosures are composed, and whether a thousand units say what they were composed from.

    python benchmarks/composing.py [--units N] [--projects N]

Times one project in every format, warm; then N projects over two processes, as files of docx and xlsx and of
all formats; then composes N generated units, extremes among them, and counts what is not recognised again
and what the checks find.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from contents import EXTREMES, contents  # type: ignore[import-not-found]
from mingzhang.binding.disclosure import disclosure
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.disclosures import FORMATS, Composer, Order, compose_many
from mingzhang.facts import FactSet
from mingzhang.projects.folder import write_project
from mingzhang.samples import EDITION, YEAR
from mingzhang.submissions import Work
from mingzhang.taxonomy import Standards, load

_ROUNDS = 5


def main() -> None:
    """All measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--projects", type=int, default=40)
    wanted = parser.parse_args()
    standards = load().standards(EDITION)
    with tempfile.TemporaryDirectory() as folder:
        projects = made(Path(folder) / "projects", wanted.projects, standards)
        one(projects[0], Path(folder) / "one")
        many(projects, Path(folder) / "many")
    laws(wanted.units, standards)


def made(folder: Path, count: int, standards: Standards) -> list[Path]:
    """Projects of random units."""
    for number in range(count):
        source = contents(random.Random(number), standards)
        write_project(
            folder / f"{number:04}", replace(source, entity=f"{source.entity}{number}"), "", standards
        )
    return sorted(folder.iterdir())


def one(project: Path, output: Path) -> None:
    """Milliseconds of one project, read, composed, checked and written."""
    for formats in (*((name,) for name in FORMATS), FORMATS):
        composer, best = Composer(Order(formats)), float("inf")
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            composer.compose(project, output)
            best = min(best, time.perf_counter() - start)
        print(f"one project as {'+'.join(formats):24} {best * 1000:7.0f} ms")


def many(projects: list[Path], output: Path) -> None:
    """Projects a second over two processes."""
    for formats in (("docx", "xlsx"), FORMATS):
        start = time.perf_counter()
        for _, outcome in compose_many(projects, output, Order(formats), 2):
            assert outcome.files, outcome
        rate = len(projects) / (time.perf_counter() - start)
        print(f"{len(projects)} projects as {'+'.join(formats):24} {rate:6.1f} a second")


def laws(count: int, standards: Standards) -> None:
    """What generated units say when read again, in memory; the suite does the same through files."""
    wrong: Counter[str] = Counter()
    work = Work(None, None)
    for number in range(count):
        extreme = EXTREMES[number % len(EXTREMES)]
        source = contents(random.Random(number), standards, extreme)
        document, composed = disclosure(source, standards)
        facts = FactSet()
        read_text(document, 0, standards, YEAR, facts)
        said: dict[object, list[str]] = {}
        for key, printed in zip(facts.keys, facts.printed):
            said.setdefault(key, []).append(printed)
        wrong["text"] += sum(text not in said.get(key, ()) for key, text in composed.stated.items())
        tables = {key: text for key, text in source.figures.items() if key[0] in standards.forms}
        found = {fact.key: fact.printed for fact in recognise(document, 0, standards).facts}
        wrong["tables"] += found != tables
        for finding in work.findings(document):
            if finding.severity != "rounding":
                wrong[finding.rule] += 1
    print(f"{count} units composed and read again: {dict(+wrong) or 'no difference, no finding'}")


if __name__ == "__main__":
    main()
