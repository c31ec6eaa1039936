"""Damaged files: whatever is done to a document, reading it ends in a document or a clear message.

Takes the generated samples in every format (and ``../shared``, where it is at hand), damages copies
of them in many ways and reads each one. Anything but a document or an UnreadableError with a Chinese
message, and anything that takes longer than ``--seconds``, is a failure.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from mingzhang.api import library
from mingzhang.documents import UnreadableError
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, SAMPLES, document
from mingzhang.writers import SUFFIXES, write

SHARED = Path(__file__).parents[1].parent / "shared"


def originals() -> dict[str, bytes]:
    """The bytes to damage, by file name: a sample in every format that is written."""
    found: dict[str, bytes] = {}
    standards = library().standards(EDITION)
    with tempfile.TemporaryDirectory() as folder:
        for name, sample in SAMPLES.items():
            content = document(sample.unit, standards, sample.changes, sample.entity)
            for suffix in SUFFIXES:
                path = Path(folder) / f"{name}{suffix}"
                write(content, path)
                found[path.name] = path.read_bytes()
    return found


def damage(data: bytes, chance: random.Random) -> bytes:
    """A damaged copy: bytes flipped, cut, moved, doubled or emptied; parts of a package likewise."""
    kind = chance.choice(("flip", "cut", "remove", "double", "swap", "empty", "parts"))
    if kind == "parts" and data.startswith(b"PK"):
        return _package(data, chance)
    copy = bytearray(data)
    start = chance.randrange(len(copy))
    size = chance.choice((1, 4, 64, 1024))
    if kind == "cut":
        del copy[start:]
    elif kind == "remove":
        del copy[start : start + size]
    elif kind == "double":
        copy[start:start] = copy[start : start + size]
    elif kind == "swap":
        other = chance.randrange(len(copy))
        copy[start : start + size], copy[other : other + size] = (
            copy[other : other + size],
            copy[start : start + size],
        )
    elif kind == "empty":
        copy[start : start + size] = bytes(len(copy[start : start + size]))
    else:
        for _ in range(chance.choice((1, 3, 30))):
            copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
    return bytes(copy)


def _package(data: bytes, chance: random.Random) -> bytes:
    """A package whose parts are swapped, dropped or damaged one by one, and packed again whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    names = [name for name, part in parts.items() if part]
    one, two = chance.choice(names), chance.choice(names)
    kind = chance.choice(("swap", "drop", "damage"))
    if kind == "swap":
        parts[one], parts[two] = parts[two], parts[one]
    elif kind == "drop":
        del parts[one]
    else:
        parts[one] = damage(b"\0" + parts[one], chance)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def outcome(name: str, data: bytes, folder: Path, seconds: int) -> str:
    """What reading ``data`` came to: ``read``, ``refused``, or the failure."""
    path = folder / name
    path.write_bytes(data)

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        read_document(path)
    except UnreadableError as error:
        return "refused" if any("一" <= c <= "鿿" for c in str(error)) else f"unclear message: {error}"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:120]
    finally:
        signal.alarm(0)
    return "read"


def _work(task: tuple[int, int, int, dict[str, bytes]]) -> tuple[Counter[str], list[str], int]:
    seed, count, seconds, sources = task
    counts: Counter[str] = Counter()
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            chance = random.Random(number)
            name = chance.choice(sorted(sources))
            data = damage(sources[name], chance)
            result = outcome(name, data, Path(folder), seconds)
            counts[f"{Path(name).suffix} {result if result in ('read', 'refused') else 'FAILED'}"] += 1
            if result not in ("read", "refused"):
                failures.append(f"seed {number} {name} {hashlib.sha256(data).hexdigest()[:8]}: {result}")
    return counts, failures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _tasks(
    args: argparse.Namespace, sources: dict[str, bytes]
) -> Iterator[tuple[int, int, int, dict[str, bytes]]]:
    step = 100
    for start in range(0, args.count, step):
        yield args.seed + start, min(step, args.count - start), args.seconds, sources


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--seconds", type=int, default=20, help="longest time for one file")
    args = parser.parse_args()
    sources = originals()
    for path in (*SHARED.glob("seeds/*.txt"), *SHARED.glob("documents/*.pdf")):
        sources[path.name] = path.read_bytes()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    memory = 0
    begun = time.perf_counter()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for found, failed, most in pool.map(_work, _tasks(args, sources)):
            counts += found
            failures += failed
            memory = max(memory, most)
    for name, number in sorted(counts.items()):
        print(f"{name:16} {number:6}")
    print(
        f"{args.count} damaged files, {len(failures)} failures, at most {memory // 1024} MB, "
        f"{time.perf_counter() - begun:.0f} s"
    )
    for line in failures[:40]:
        print(line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
