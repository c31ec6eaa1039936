"""Findings and facts as CSV that spreadsheet programs open: UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from mingzhang.reporting.model import Reading, Report
from mingzhang.reporting.wording import harmless, lines, whose

_FACTS = (
    "concept",
    "dimensions",
    "value",
    "printed",
    "unit",
    "table",
    "row",
    "column",
    "label",
    "place",
    "file",
)
_FINDINGS = (
    "编号", "级别", "文件", "单位和年度", "位置", "表", "行", "栏", "印出的", "应为", "相差", "问题",
    "算式", "建议", "其他位置", "依据", "规则", "同时违反", "已认可的理由",
)  # fmt: skip


def facts_csv(reading: Reading) -> bytes:
    """One line a fact; a label that a spreadsheet would take for a formula gets an apostrophe."""
    rows = []
    for fact in reading:
        form, row, column = fact.key
        dimensions = ";".join(f"{key}={value}" for key, value in fact.dimensions.items())
        path = reading.files[fact.document].path if reading.files else ""
        figure = [str(fact.amount.base_value), fact.printed, fact.amount.unit]
        rest = [form, row, column, harmless(fact.label), fact.place.describe(), harmless(path)]
        rows.append([fact.concept, dimensions, *figure, *rest])
    return _encoded(_FACTS, rows)


def findings_csv(report: Report) -> bytes:
    """One line a finding, with everything that the report says of it."""
    rows = []
    for line in lines(report):
        finding, first = line.finding, line.finding.locations[0]
        expected = finding.expected
        rows.append(
            [
                finding.id,
                line.severity,
                report.files[first.document].path,
                whose(line.submission),
                first.place.describe(),
                first.table or "",
                first.row or "",
                first.column or "",
                first.quote,
                f"{expected.printed}{expected.unit}" if expected else "",
                finding.difference or "",
                finding.message,
                finding.explanation or "",
                "；".join(line.suggestions),
                line.elsewhere,
                finding.reference or "",
                finding.rule,
                "；".join(finding.also),
                line.reason or "",
            ]
        )
    return _encoded(_FINDINGS, [[harmless(cell) for cell in row] for row in rows])


def _encoded(head: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig", "replace")
