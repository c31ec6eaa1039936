"""The report as a workbook to work through: 问题, 核对结果 and 数字, with filters and links between them.

Texts are written as texts, never as formulas or links. The same report gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.checking.finding import ERROR, NOTICE, ROUNDING, WARNING
from mingzhang.facts import Fact
from mingzhang.provenance import Place
from mingzhang.reporting.marks import text_width
from mingzhang.reporting.model import Report
from mingzhang.reporting.wording import STATUS, Line, lines, printable, whose

FINDINGS, OUTCOMES, FACTS = "问题", "核对结果", "数字"
_CREATED = datetime(2000, 1, 1)
_LONGEST = 32_767
_ROWS = 1_000_000
"""Rows below the head that a sheet takes."""

_LINE, _HIGHEST = 14, 210
_LINKS = 4
_COLOURS = {ERROR: "#FBD5D5", WARNING: "#FDEFC8", NOTICE: "#D8EEF7", ROUNDING: "#EEEEEE"}

Key = tuple[int, Place]
"""A file and a place in it."""


class _Column(NamedTuple):
    title: str
    width: int


_FINDING_COLUMNS = [
    _Column("序号", 6), _Column("级别", 7), _Column("位置", 10), _Column("问题", 60), _Column("建议", 36),
    _Column("印出的", 14), _Column("应为", 14), _Column("相差", 12), _Column("表", 26), _Column("行", 26),
    _Column("栏", 18), _Column("文件", 24), _Column("单位和年度", 24), _Column("算式", 40),
    _Column("其他位置", 18),
    *(_Column(f"数字{number}", 14) for number in range(1, _LINKS + 1)),
    _Column("依据", 22), _Column("规则", 34), _Column("同时违反", 24), _Column("已认可的理由", 24),
    _Column("编号", 15),
]  # fmt: skip
_PRINTED = 11
"""Of these columns, those that are printed."""

_OUTCOME_COLUMNS = [
    _Column("单位和年度", 30), _Column("规则", 50), _Column("结果", 9), _Column("原因", 60),
    _Column("次数", 8),
]  # fmt: skip
_FACT_COLUMNS = [
    _Column("表", 28), _Column("行", 12), _Column("行名", 34), _Column("栏", 20), _Column("栏名", 24),
    _Column("印出的", 14), _Column("单位", 7), _Column("数值（基本单位）", 18), _Column("含义", 30),
    _Column("维度", 40), _Column("位置", 12), _Column("文件", 30), _Column("问题", 8),
]  # fmt: skip


def findings_xlsx(report: Report) -> bytes:
    """The workbook; the sheet of figures is empty where the check was not asked to keep them."""
    output = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, plain) as book:
        book.set_properties({"created": _CREATED, "title": "决算核对报告"})
        _Book(book, report).write()
    return output.getvalue()


class _Book:
    """The three sheets, whose rows know each other."""

    def __init__(self, book: Any, report: Report) -> None:
        self.book, self.report = book, report
        cell = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True}
        self.cell = book.add_format(cell)
        self.head = book.add_format(cell | {"bold": True, "bg_color": "#D9E1F2", "border": 1})
        self.link = book.add_format(cell | {"font_color": "#0563C1", "underline": 1})
        self.grey = book.add_format(cell | {"font_color": "#888888"})
        self.colours = {s: book.add_format(cell | {"bg_color": c}) for s, c in _COLOURS.items()}
        self.lines = list(lines(report))[:_ROWS]
        facts = [fact for submission in report.submissions for fact in submission.facts or ()]
        self.facts = facts[:_ROWS]
        self.fact_rows: dict[Key, int] = {}
        for row, fact in enumerate(self.facts, 1):
            self.fact_rows.setdefault((fact.document, fact.place), row)
        self.finding_rows: dict[Key, int] = {}
        for row, line in enumerate(self.lines, 1):
            for place in line.finding.locations[:1]:
                self.finding_rows.setdefault((place.document, place.place), row)

    def write(self) -> None:
        """Fill the workbook."""
        findings = self._sheet(FINDINGS, _FINDING_COLUMNS, len(self.lines))
        findings.print_area(0, 0, max(len(self.lines), 1), _PRINTED - 1)
        for row, line in enumerate(self.lines, 1):
            self._finding(findings, row, line)
        outcomes = list(self._outcomes())
        sheet = self._sheet(OUTCOMES, _OUTCOME_COLUMNS, len(outcomes))
        for row, cells in enumerate(outcomes, 1):
            self._texts(sheet, row, cells[:-1])
            sheet.write_number(row, len(cells) - 1, int(cells[-1]), self.cell)
        figures = self._sheet(FACTS, _FACT_COLUMNS, len(self.facts))
        for row, fact in enumerate(self.facts, 1):
            self._fact(figures, row, fact)

    def _sheet(self, name: str, columns: Sequence[_Column], rows: int) -> Any:
        sheet = self.book.add_worksheet(name)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.title, self.head)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _texts(self, sheet: Any, row: int, texts: Sequence[str], first: int = 0, look: Any = None) -> None:
        for column, text in enumerate(texts, first):
            if text:
                sheet.write_string(row, column, printable(text)[:_LONGEST], look or self.cell)

    def _finding(self, sheet: Any, row: int, line: Line) -> None:
        finding, first = line.finding, line.finding.locations[0]
        look = self.cell if line.reason is None else self.grey
        sheet.write_number(row, 0, row, look)
        colour = self.colours[finding.severity] if line.reason is None else self.grey
        self._texts(sheet, row, [line.severity], 1, colour)
        expected = finding.expected
        told = [
            first.place.describe(),
            finding.message,
            "\n".join(line.suggestions),
            first.quote,
            f"{expected.printed}{expected.unit}" if expected else "",
            finding.difference or "",
            first.table or "",
            first.row or "",
            first.column or "",
            self.report.files[first.document].path,
            whose(line.submission),
            finding.explanation or "",
            line.elsewhere,
        ]
        self._texts(sheet, row, told, 2, look)
        widths = [column.width for column in _FINDING_COLUMNS[2:_PRINTED]]
        wraps = max(_wraps(text, width) for text, width in zip(told, widths))
        sheet.set_row(row, min(wraps * _LINE, _HIGHEST))
        column = 2 + len(told)
        rows = [self.fact_rows.get((place.document, place.place)) for place in finding.locations]
        for number, target in enumerate([each for each in dict.fromkeys(rows) if each is not None][:_LINKS]):
            fact = self.facts[target - 1]
            self._jump(sheet, row, column + number, FACTS, target, f"{fact.printed}{fact.amount.unit}")
        end = [finding.reference or "", finding.rule, "\n".join(finding.also), line.reason or "", finding.id]
        self._texts(sheet, row, end, column + _LINKS, look)

    def _jump(self, sheet: Any, row: int, column: int, to: str, target: int, text: str) -> None:
        sheet.write_url(row, column, f"internal:'{to}'!A{target + 1}", self.link, printable(text))

    def _outcomes(self) -> Iterator[tuple[str, ...]]:
        for submission in self.report.submissions:
            counts = Counter(submission.tally)
            for (rule, status, why), count in sorted(counts.items()):
                yield whose(submission), rule, STATUS[status], why, str(count)

    def _fact(self, sheet: Any, row: int, fact: Fact) -> None:
        form, key, column = fact.key
        dimensions = "；".join(f"{name}={value}" for name, value in fact.dimensions.items())
        self._texts(
            sheet, row, [form, key, fact.label, column, fact.column_label, fact.printed, fact.amount.unit]
        )
        sheet.write_number(row, 7, float(fact.amount.base_value), self.cell)
        path = self.report.files[fact.document].path
        self._texts(sheet, row, [fact.concept, dimensions, fact.place.describe(), path], 8)
        target = self.finding_rows.get((fact.document, fact.place))
        if target is not None:
            self._jump(sheet, row, 12, FINDINGS, target, f"第{target}条")


def _wraps(text: str, width: int) -> int:
    """The lines that a text takes in a column."""
    return sum(-(-text_width(line) // width) or 1 for line in text.split("\n"))
