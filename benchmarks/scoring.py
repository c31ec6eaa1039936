"""Scoring: microseconds for a sheet of blocks and for a scheme of indicators, from facts in memory.

Side by side with the reading of the same facts, so that the ratio holds on a busy machine. Also the time
to write a template, and its size.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

from mingzhang import api
from mingzhang.plans.template import workbook
from mingzhang.samples import EDITION
from mingzhang.scoring.blocks import sheet_score
from mingzhang.scoring.documents import evaluations
from mingzhang.scoring.printed import printed
from mingzhang.scoring.score import observed, score

SCHEME, PLACE = "department_points", "hunan-2022"


def timed(work: Callable[[], object], rounds: int) -> float:
    """The median time of ``work`` in microseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds: int = parser.parse_args().rounds
    standards, local = api.library().standards(EDITION), api.library().standards(PLACE)
    with tempfile.TemporaryDirectory() as folder:
        path = next(p for p in api.write_samples(folder) if p.suffix == ".txt")
        reading = timed(lambda: api.read(path), 3)
        report = api.check(path, keep_documents=True)
        (submission,) = report.submissions
        facts, readings = submission.facts, submission.readings
        assert facts is not None
        sheets = [one for one in evaluations(standards.schemes.values(), facts, readings) if one.sheet]
        place = sheets[0].place
        whole = local.schemes[SCHEME]
        known = observed(whole, facts)
        results = {
            "one sheet of blocks": timed(lambda: sheet_score(sheets[0].scheme, place, facts), rounds),
            f"one scheme of {len(whole.indicators)} indicators": timed(lambda: score(whole, known), rounds),
            f"finding what is printed among {len(facts)} facts": timed(
                lambda: printed(facts, readings), rounds
            ),
            f"all {len(sheets)} sheets of the submission": timed(
                lambda: evaluations(standards.schemes.values(), facts, readings), rounds
            ),
        }
        for name, microseconds in results.items():
            print(f"{microseconds:10.1f} µs  {name}  (reading the file: {reading / microseconds:,.0f} ×)")
        writing = timed(lambda: workbook(whole, PLACE), 5) / 1000
        print(f"{writing:10.1f} ms  writing a template, {len(workbook(whole, PLACE))} bytes")


if __name__ == "__main__":
    main()
