"""Speed, as ratios of medians measured side by side in one run, with the bars beside them.

The documents are those of ``shared`` where present, else the generated sample.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mingzhang.api import check, write_samples
from mingzhang.readers import read_document
from mingzhang.writers import write

SHARED = Path(__file__).parents[1].parent / "shared"
UNWANTED = ("typst", "pypdfium2", "pypdfium2_raw", "yaml", "csv", "pydantic", "PIL", "numpy", "asyncio")
"""Modules that checking one text file can do without (typer itself imports pydantic, which imports csv)."""

_LISTED = 12
_FORMATS = (".docx", ".xlsx", ".html")


def _check(path: Path) -> None:
    report = check(path)
    assert not report.unreadable


def _pdfium(path: Path) -> None:
    """What any reader on pypdfium2 must at least do: the text, char boxes and path objects."""
    import ctypes

    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    document = pdfium.PdfDocument(path)
    sides = [ctypes.c_double() for _ in range(4)]
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        for index in range(text.count_chars()):
            raw.FPDFText_GetCharBox(text.raw, index, *sides)
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
            item.get_bounds()
        text.close()
        page.close()
    document.close()


def _bare(path: Path) -> None:
    """The text of every page through pypdfium2 and nothing else."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()


def _pdfplumber(path: Path) -> None:
    import pdfplumber

    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_tables()


def _process(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)

    return run


def _medians(
    rounds: int, tasks: dict[str, Callable[[], None]], clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """The median seconds of each task, all tasks taking turns after a first round that does not count.

    Seconds of the processor where the work is done here, so that what else runs on the machine tells less.
    """
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            started = clock()
            task()
            if number:
                taken[name].append(clock() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def _row(name: str, measured: str, bar: str) -> None:
    print(f"{name:66}{measured:>12}   {bar}")


def _inputs(folder: Path) -> tuple[Path, Path]:
    """The PDF and the text file to measure on."""
    pdf = SHARED / "documents" / "planning-bureau-2024.pdf"
    text = next(iter(sorted((SHARED / "seeds").glob("000*.txt"))), None)
    if pdf.exists() and text is not None:
        return pdf, text
    write_samples(folder)
    clean = folder / "clean"
    return (pdf if pdf.exists() else next(clean.glob("*.pdf"))), text or next(clean.glob("*.txt"))


def _others(pdf: Path, folder: Path) -> list[Path]:
    """The content of the PDF in the other formats."""
    document = read_document(pdf)
    paths = [folder / f"content{suffix}" for suffix in _FORMATS]
    for path in paths:
        write(document, path)
    return paths


def _imports(text: Path) -> None:
    """Lists what one check imports from outside, slowest first, and what of it is not needed."""
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "mingzhang",
        "check",
        str(text),
        "--fail-on",
        "never",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    own: dict[str, int] = {}
    seen: set[str] = set()
    for line in done.stderr.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) != 3 or not parts[0].strip().isdecimal():
            continue
        name = parts[2].strip()
        seen |= {name, name.partition(".")[0]}
        own[name.partition(".")[0]] = own.get(name.partition(".")[0], 0) + int(parts[0])
    print(f"\nimports of one text check, cold: {len(own)} packages, {sum(own.values()) / 1000:.0f} ms")
    for name in sorted(own, key=lambda n: -own[n])[:_LISTED]:
        print(f"  {name:24}{own[name] / 1000:>8.1f} ms")
    found = [f"{name} ({own.get(name, 0) / 1000:.1f} ms)" for name in UNWANTED if name in seen]
    print(f"imported without need: {', '.join(found) or 'none'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        pdf, text = _inputs(Path(folder))
        print(f"{pdf.name}, {text.name}; medians of {rounds} rounds, interleaved\n")
        _row("", "measured", "bar")
        pdfs = _medians(
            rounds,
            {
                "check": lambda: _check(pdf),
                "bare": lambda: _bare(pdf),
                "pdfium": lambda: _pdfium(pdf),
            },
        )
        slow = _medians(
            max(1, rounds // 3), {"check": lambda: _check(pdf), "plumber": lambda: _pdfplumber(pdf)}
        )
        _row("PDF read and checked", f"{pdfs['check'] * 1000:.0f} ms", "")
        _row("PDF: over bare text extraction", f"{pdfs['check'] / pdfs['bare']:.2f}×", "≤ 3×")
        _row(
            "PDF: over pypdfium2 alone (text, char boxes, path objects)",
            f"{pdfs['check'] / pdfs['pdfium']:.2f}×",
            "≤ 2.5×",
        )
        _row("PDF: pdfplumber's tables over ours", f"{slow['plumber'] / slow['check']:.1f}×", "≥ 8×")
        warm = _medians(rounds * 3, {"check": lambda: _check(text)})
        _row("text file, warm", f"{warm['check'] * 1000:.1f} ms", "≤ 50 ms")
        others = _others(pdf, Path(folder))
        took = _medians(rounds, {path.suffix: partial(_check, path) for path in others})
        for suffix, seconds in took.items():
            _row(f"the PDF's content as {suffix}, warm", f"{seconds * 1000:.1f} ms", "≤ 50 ms")
        cold = _medians(
            rounds,
            {
                "check": _process("-m", "mingzhang", "check", str(text), "--fail-on", "never"),
                "imports": _process("-c", "import typer, rich"),
                "python": _process("-c", "pass"),
            },
            time.perf_counter,
        )
        _row("text file, whole process", f"{cold['check']:.2f} s", "≤ 0.7 s")
        _row(
            "text file, whole process over importing typer and rich",
            f"{cold['check'] / cold['imports']:.2f}×",
            "about ≤ 8×",
        )
        _row("  importing typer and rich", f"{cold['imports']:.2f} s", "")
        _row("  starting Python", f"{cold['python']:.2f} s", "")
        _imports(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
