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
from mingzhang.reporting.model import Report

SHARED = Path(__file__).parents[1].parent / "shared"
DEFAULT = (SHARED / "seeds", SHARED / "documents")
_NAME = 36


def _count(report: Report, number: int) -> None:
    file = report.files[number]
    name = Path(file.path).name[:_NAME]
    if file.submission is None:
        print(f"{name:{_NAME}}  {file.error or 'not checked'}")
        return
    submission = report.submissions[file.submission]
    relations = [submission.count(status) for status in (PASSED, FAILED, NOT_EVALUATED)]
    findings = [sum(f.severity == s for f in submission.findings) for s in SEVERITIES]
    claimed, figures = file.figures["tables"]
    share = f"{claimed / figures:.1%}" if figures else "–"
    print(
        f"{name:{_NAME}}  {''.join(f'{n:>8}' for n in relations)}  {''.join(f'{n:>9}' for n in findings)}"
        f"  {claimed:>6}/{figures:<6} {share:>6}  {file.edition}"
    )


def _evaluated(reports: list[Report]) -> set[str]:
    """The ids of the relations and checks with an outcome that was evaluated."""
    return {
        rule
        for report in reports
        for submission in report.submissions
        for rule, status, _ in submission.tally
        if status != NOT_EVALUATED
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", type=Path, help="files and directories; without, the shared ones")
    paths = parser.parse_args().paths or [path for path in DEFAULT if path.exists()]
    with tempfile.TemporaryDirectory() as folder:
        write_samples(Path(folder))
        reports = [check(Path(folder) / "clean", separate=True), check(paths, separate=True)]
    print(
        f"{'':{_NAME}}  {'passed':>8}{'failed':>8}{'not ev.':>8}  "
        f"{''.join(f'{s:>9}' for s in SEVERITIES)}  {'figures claimed':>20}  edition"
    )
    for report in reports:
        for number in range(len(report.files)):
            _count(report, number)
    everywhere = _evaluated(reports)
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
