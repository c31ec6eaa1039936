"""How long the overview on one page takes, by kind of unit: charts and sentences, then PDF and web page.

    python benchmarks/picturing.py [--rounds 5] [--units 60]

Medians, warm; then units at random, for which the slowest page and the largest file are told, and how many
labels lie over one another or leave the page (there should be none).
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from contents import EXTREMES, contents  # type: ignore[import-not-found]
from drawn import outside, overlapping  # type: ignore[import-not-found]
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.overview import overview, page
from mingzhang.documents import Document
from mingzhang.pictures.drawing import Box
from mingzhang.pictures.page import HEIGHT, WIDTH
from mingzhang.samples import EDITION
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import html, pdf


def main() -> None:
    """All measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--units", type=int, default=60)
    wanted = parser.parse_args()
    standards = load().standards(EDITION)
    print(f"{'unit':16}{'drawn ms':>10}{'pdf ms':>10}{'html ms':>10}{'pdf KB':>8}{'html KB':>9}")
    for number, extreme in enumerate(EXTREMES):
        rounds = [timed(contents(random.Random(number), standards, extreme), standards)
                  for _ in range(wanted.rounds)]  # fmt: skip
        drawn, printed, shown, large, wide = map(statistics.median, zip(*rounds))
        print(f"{extreme:16}{drawn:10.0f}{printed:10.0f}{shown:10.0f}{large / 1024:8.0f}{wide / 1024:9.0f}")
    many(wanted.units, standards)


def timed(source: Contents, standards: Standards) -> tuple[float, float, float, int, int]:
    """Milliseconds of drawing, of the PDF and of the web page, and the bytes of both."""
    document, _ = disclosure(source, standards)
    start = time.perf_counter()
    made = overview(document, source.figures, source.printed_names, standards)
    drawn = time.perf_counter()
    printed = pdf.write(made)
    written = time.perf_counter()
    shown = html.write(made)
    done = time.perf_counter()
    spans = ((drawn - start) * 1000, (written - drawn) * 1000, (done - written) * 1000)
    return (*spans, len(printed), len(shown))


def many(units: int, standards: Standards) -> None:
    """Units at random: the slowest page, labels that are not where they should be."""
    slowest, wrong = 0.0, 0
    for number in range(units):
        source = contents(random.Random(number), standards, EXTREMES[number % len(EXTREMES)])
        document, _ = disclosure(source, standards)
        start = time.perf_counter()
        marks = drawn_page(document, source, standards)
        slowest = max(slowest, time.perf_counter() - start)
        wrong += len(overlapping(marks)) + len(outside(marks, Box(0, 0, WIDTH, HEIGHT)))
    print(f"{units} units: slowest {slowest * 1000:.0f} ms, labels out of place {wrong}")


def drawn_page(document: Document, source: Contents, standards: Standards) -> list[object]:
    """The marks of a unit's page."""
    return list(page(document, source.figures, source.printed_names, standards).marks())


if __name__ == "__main__":
    main()
