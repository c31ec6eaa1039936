"""Many files: files a second and memory, for one process and for several.

Copies of the thirty-page PDF of ``shared`` where present, else of a generated one (each made
different, so that none is left out as a copy), and the memory of all processes over many small files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from mingzhang.api import check, write_samples
from mingzhang.documents import Document, Paragraph
from mingzhang.jobs import cores
from mingzhang.provenance import Place
from mingzhang.writers import write

PDF = Path(__file__).parents[1].parent / "shared" / "documents" / "planning-bureau-2024.pdf"
_PAGES, _MANY_PAGES = 30, 100
_SENTENCE = (
    "2022年度本单位收入总计475.66万元，其中一般公共预算财政拨款收入471.56万元，比上年增加12.30万元，"
    "增长2.68%，主要是档案数字化工作量增加；支出按照规定用途使用，年末没有结余。"
)
_SENTENCES = 6


def _thirty_pages(sample: Path, target: Path) -> None:
    """The sample's table pages, and as many pages of text, as full as in real documents, as fill thirty."""
    import pikepdf

    page = target.with_name("page.pdf")
    with pikepdf.open(sample) as pdf:
        while len(pdf.pages) < _PAGES:
            number = 10 * len(pdf.pages)
            text = [Paragraph(f"{number + n}．{_SENTENCE}", Place()) for n in range(_SENTENCES)]
            write(Document("", "", "pdf", list(text)), page)
            with pikepdf.open(page) as more:
                pdf.pages.extend(more.pages)
        pdf.save(target)


def _many_pages(source: Path, target: Path) -> None:
    """The pages of ``source`` again and again."""
    import pikepdf

    with pikepdf.open(source) as pdf:
        own = list(pdf.pages)
        while len(pdf.pages) < _MANY_PAGES:
            pdf.pages.extend(own[: _MANY_PAGES - len(pdf.pages)])
        pdf.save(target)


def _copies(data: bytes, folder: Path, count: int, suffix: str) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{number:04}{suffix}" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(data + f"\n%{number}\n".encode())
    return paths


def _memory(process: int) -> int:
    """Resident bytes of a process and its children, 0 where that cannot be told."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        threads = Path(f"/proc/{process}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except (OSError, IndexError, ValueError):
        return 0
    return pages * 4096 + sum(_memory(int(child)) for child in children)


def _peaks(paths: list[Path], jobs: int) -> list[int]:
    """The highest memory in each fifth of one run over ``paths``."""
    command = [sys.executable, "-m", "mingzhang", "check", *map(str, paths)]
    options = ["--separate", "--jobs", str(jobs), "--fail-on", "never"]
    samples: list[int] = []
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL) as process:
        watch = threading.Event()

        def look() -> None:
            while not watch.wait(0.05):
                samples.append(_memory(process.pid))

        thread = threading.Thread(target=look)
        thread.start()
        process.wait()
        watch.set()
        thread.join()
    size = max(1, len(samples) // 5)
    return [max(samples[at : at + size], default=0) for at in range(0, size * 5, size)]


def _rate(paths: list[Path], jobs: int) -> float:
    started = time.perf_counter()
    report = check(paths, jobs=jobs, separate=True)
    assert not report.unreadable
    return len(paths) / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pdfs", type=int, default=60, help="thirty-page PDFs")
    parser.add_argument("--small", type=int, default=1000, help="small text files")
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2], help="numbers of processes")
    parser.add_argument(
        "--pdf", type=Path, help="the PDF to copy; otherwise that of shared, or a generated one"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_samples(folder / "samples")
        clean = folder / "samples" / "clean" / "决算公开"
        pdf = options.pdf or PDF
        if not pdf.exists():
            pdf = folder / "thirty.pdf"
            _thirty_pages(clean.with_suffix(".pdf"), pdf)
        pdfs = _copies(pdf.read_bytes(), folder / "pdf", options.pdfs, ".pdf")
        small = _copies(clean.with_suffix(".txt").read_bytes(), folder / "txt", options.small, ".txt")
        many = folder / "many.pdf"
        _many_pages(pdf, many)
        print(f"{_MANY_PAGES}-page PDF: {max(_peaks([many], 1)) / 1e6:.0f} MB at most; bar: ≤ 250 MB")
        print(f"{cores()} cores; bar with 2 jobs: ≥ 9 thirty-page PDFs a second, aim 14")
        for jobs in options.jobs:
            print(f"jobs {jobs}: {len(pdfs)} copies of {pdf.name}  {_rate(pdfs, jobs):6.1f} files/s")
            print(f"jobs {jobs}: {len(small)} small text files  {_rate(small, jobs):6.1f} files/s")
            fifths = "  ".join(f"{peak / 1e6:.0f}" for peak in _peaks(small, jobs))
            print(f"jobs {jobs}: highest memory of all processes by fifth of the run, MB:  {fifths}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
