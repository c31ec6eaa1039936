"""Annotated copies: milliseconds for a copy, side by side with the check of the same file.

The thirty-page PDF of ``shared`` where present (the bar is 150 ms), and the flawed sample in every format.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mingzhang import api

PDF = Path(__file__).parents[1].parent / "shared" / "documents" / "planning-bureau-2024.pdf"


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and least time of ``work`` in milliseconds, after one round that imports what it needs."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        samples = [path for path in api.write_samples(folder) if path.parent.name == "flawed"]
        for path in [*filter(Path.exists, [PDF]), *(path for path in samples if path.suffix != ".txt")]:
            report = api.check(path, keep_documents=True)
            checking, _ = timed(lambda path=path: api.check(path, keep_documents=True), rounds)  # type: ignore[misc]
            copying, least = timed(
                lambda report=report: api.annotate(report, Path(folder, "copies")),  # type: ignore[misc]
                rounds,
            )
            (copy,) = api.annotate(report, Path(folder, "copies"))
            pages = f"{report.files[0].pages} pages, " if report.files[0].pages else ""
            print(
                f"{copying:8.1f} ms (least {least:.1f})  {path.name}: {pages}{copy.notes} notes; "
                f"checking {checking:.1f} ms, {copying / checking:.2f} ×"
            )


if __name__ == "__main__":
    main()
