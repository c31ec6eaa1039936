"""How long writing a disclosure takes in each format: the first time in a process, and warm.

The document is the sample with text, nine tables and the self-evaluation, and a copy of it three times as
long in tables.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import subprocess
import sys
import time
from dataclasses import replace

from mingzhang.api import library
from mingzhang.documents import Document
from mingzhang.samples import EDITION, SAMPLE, document
from mingzhang.writers import SUFFIXES

_BARS = {".pdf": 400, ".docx": 150}
"""Milliseconds that writing a whole disclosure may take, warm."""


def sample(times: int) -> Document:
    """The disclosure with its blocks ``times`` over."""
    whole = document(SAMPLE, library().standards(EDITION))
    return replace(whole, blocks=whole.blocks * times, title="部门决算", author="样例")


def timed(suffix: str, source: Document) -> tuple[float, float, int]:
    """Milliseconds that pass and that the processor works, and bytes, of writing once."""
    writer = importlib.import_module(f"mingzhang.writers.{suffix[1:]}")
    start, busy = time.perf_counter(), time.process_time()
    data = writer.write(source)
    return (time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000, len(data)


def cold(suffix: str) -> float:
    """Milliseconds of the first writing in a new process, import of the writer included."""
    code = f"import sys; sys.path.insert(0, {sys.path[0]!r}); import writing; "
    code += f"source = writing.sample(1); print(writing.timed({suffix!r}, source)[0])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(f"{'format':8}{'first ms':>10}{'warm ms':>10}{'cpu ms':>10}{'bar':>8}{'KB':>8}{'3 × ms':>10}")
    for suffix in SUFFIXES:
        first = cold(suffix)
        passed, busy, sizes = zip(*(timed(suffix, sample(1)) for _ in range(rounds)))
        long = statistics.median(timed(suffix, sample(3))[0] for _ in range(3))
        warm, cpu = statistics.median(passed), statistics.median(busy)
        bar = _BARS.get(suffix, "")
        print(f"{suffix:8}{first:10.0f}{warm:10.0f}{cpu:10.0f}{bar:>8}{sizes[0] / 1024:8.0f}{long:10.0f}")


if __name__ == "__main__":
    main()
