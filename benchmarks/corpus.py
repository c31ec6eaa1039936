"""What the documents of the corpus give: relations, findings and claimed figures, document by document.

At the end, the relations that were evaluated in none of the documents, the generated sample included.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mingzhang.api import check, library, write_samples
from mingzhang.checking.finding import SEVERITIES
from mingzhang.checking.outcome import FAILED, NOT_EVALUATED, PASSED
from mingzhang.reporting.model import Checkup

SHARED = Path(__file__).parents[1].parent / "shared"
DEFAULT = (SHARED / "seeds", SHARED / "documents")
_NAME = 36


def _count(file: Checkup) -> None:
    name = Path(file.path).name[:_NAME]
    if file.checked is None or file.recognition is None or file.standards is None:
        print(f"{name:{_NAME}}  {file.error or 'not checked'}")
        return
    outcomes = file.checked.outcomes
    relations = [sum(o.status == status for o in outcomes) for status in (PASSED, FAILED, NOT_EVALUATED)]
    findings = [sum(f.severity == s for f in file.checked.findings) for s in SEVERITIES]
    claimed, figures = file.recognition.claimed, file.recognition.figures
    share = f"{claimed / figures:.1%}" if figures else "–"
    print(
        f"{name:{_NAME}}  {''.join(f'{n:>8}' for n in relations)}  {''.join(f'{n:>9}' for n in findings)}"
        f"  {claimed:>6}/{figures:<6} {share:>6}  {file.standards.edition.id}"
    )


def _evaluated(files: list[Checkup]) -> set[tuple[str, str]]:
    """The edition and id of each relation with an outcome that was evaluated."""
    return {
        (file.standards.edition.id, o.relation.id)
        for file in files
        if file.checked is not None and file.standards is not None
        for o in file.checked.outcomes
        if o.status != NOT_EVALUATED
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", type=Path, help="files and directories; without, the shared ones")
    paths = parser.parse_args().paths or [path for path in DEFAULT if path.exists()]
    with tempfile.TemporaryDirectory() as folder:
        write_samples(Path(folder))
        sample = check(Path(folder) / "clean").files
    files = check(paths).files if paths else []
    print(
        f"{'':{_NAME}}  {'passed':>8}{'failed':>8}{'not ev.':>8}  "
        f"{''.join(f'{s:>9}' for s in SEVERITIES)}  {'figures claimed':>20}  edition"
    )
    for file in [*sample, *files]:
        _count(file)
    everywhere = {relation for _, relation in _evaluated([*sample, *files])}
    editions: dict[str, list[str]] = {}
    known = library()
    for edition in known.editions:
        for relation in known.standards(edition).relations:
            if relation.id not in everywhere:
                editions.setdefault(relation.id, []).append(edition)
    print(f"\nrelations evaluated nowhere: {len(editions)}")
    for relation_id, names in editions.items():
        print(f"  {relation_id}  ({', '.join(names)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
