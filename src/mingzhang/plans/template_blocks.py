"""The workbook of a scheme of blocks: funds, a table of indicators, and the scores as they come."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.forms import Sheet
from mingzhang.plans import blocks as rows
from mingzhang.plans import formulas
from mingzhang.plans.entries import EDITION, FORMAT, LARGEST, SCHEME, UNIT, YEAR
from mingzhang.plans.files import CHOICES, COLUMNS_KEY, KEYS, SCORES, SHEET, VALUES
from mingzhang.plans.template import INPUT, LOOK, told
from mingzhang.schemes import Scheme
from mingzhang.scoring.execution import FUNDS

_CREATED = datetime(2000, 1, 1)
_WIDTHS = (4, 14, 14, 18, 28, 22, 22, 10, 10, 36)
_FIRST = 3


def workbook(scheme: Scheme, sheet: Sheet, edition: str) -> bytes:
    """The template of a scheme of blocks."""
    output = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, plain) as book:
        book.set_properties({"created": _CREATED, "title": scheme.title})
        _Template(book, scheme, sheet, edition).write()
    return output.getvalue()


class _Template:
    """The workbook while it is written."""

    def __init__(self, book: Any, scheme: Scheme, sheet: Sheet, edition: str) -> None:
        self.scheme, self.sheet, self.edition = scheme, sheet, edition
        self.fill, self.shown, self.lists = (book.add_worksheet(n) for n in (SHEET, SCORES, CHOICES))
        self.plain = book.add_format(LOOK)
        self.head = book.add_format(LOOK | {"bold": True, "align": "center", "bg_color": "#EEEEEE"})
        self.title = book.add_format({"font_name": "宋体", "font_size": 14, "bold": True})
        self.number = book.add_format(LOOK | {"num_format": "0.00"})
        self.input = book.add_format(LOOK | INPUT)
        self.input_text = book.add_format(LOOK | INPUT | {"num_format": "@"})
        self.row = 0

    def write(self) -> None:
        """All sheets."""
        for column, width in enumerate(_WIDTHS):
            self.fill.set_column(column, column, width, None, {"hidden": column == KEYS})
        self.fill.write_string(0, KEYS, FORMAT)
        self.fill.write_string(0, 1, f"{self.scheme.title}：评分数据", self.title)
        self._head()
        places = self._table()
        self._scores(places)
        self.lists.hide()
        for sheet in (self.fill, self.shown, self.lists):
            sheet.protect("", {"format_columns": True, "format_rows": True})
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)

    def _head(self) -> None:
        """Scheme, unit, year, project and funds, a row each."""
        self._line(SCHEME, "指标体系", self.scheme.id)
        self._line(EDITION, "格式版本", self.edition)
        self._line(UNIT, "单位名称", None, self.input_text)
        self._line(YEAR, "年度", None, self.input)
        for entry in rows.block_entries(self.scheme, self.sheet):
            if entry.indicator == rows.PROJECT:
                self._line(entry.key, entry.label, None, self.input_text)
            elif entry.indicator == FUNDS:
                self._line(entry.key, f"{entry.label}（{entry.unit}）", None, self.input)
                self._number(self.row, VALUES, float(LARGEST))

    def _line(self, key: str, label: str, text: str | None, look: Any = None) -> None:
        self.row += 1
        self.fill.write_string(self.row, KEYS, key)
        self.fill.write_string(self.row, 1, label, self.plain)
        self.fill.write_blank(self.row, 2, None, self.plain)
        if text is None:
            self.fill.write_blank(self.row, VALUES, None, look)
        else:
            self.fill.write_string(self.row, VALUES, text, self.plain)

    def _number(self, row: int, column: int, most: float) -> None:
        limits = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": most}
        self.fill.data_validation(row, column, row, column, limits | told(f"请填0至{most:g}的数字。"))

    def _table(self) -> dict[str, tuple[int, int]]:
        """The rows of every block; their first and last row in Excel's count."""
        self.row += 2
        self.fill.write_string(self.row, KEYS, COLUMNS_KEY)
        self.fill.write_string(self.row - 1, 1, "指标（黄色的格填写，一行一项）", self.title)
        heads = ["一级指标", "分值", *rows.COLUMNS.values()]
        for column, head in enumerate(heads, 1):
            self.fill.write_string(self.row, column, head, self.head)
        found = {}
        for number, block in enumerate(rows.own_blocks(self.scheme)):
            labels = list(rows.parts(block, self.sheet))
            for row, label in enumerate(labels):
                self.lists.write_string(row, number, label)
            letter = chr(ord("A") + number)
            source = f"={CHOICES}!${letter}$1:${letter}${max(len(labels), 1)}"
            found[block.is_] = self.row + 2, self.row + 1 + rows.ROWS
            for count in range(1, rows.ROWS + 1):
                self.row += 1
                self.fill.write_string(self.row, KEYS, rows.row_id(block, count))
                self.fill.write_string(self.row, 1, block.label, self.plain)
                self.fill.write_number(self.row, 2, float(block.weight), self.plain)
                for column, name in enumerate(rows.COLUMNS, VALUES):
                    figure = name in (rows.WEIGHT, rows.SCORE)
                    self.fill.write_blank(self.row, column, None, self.input if figure else self.input_text)
                    if figure:
                        self._number(self.row, column, float(block.weight))
                    elif name == rows.PART and labels:
                        rule = {"validate": "list", "source": source} | told("请从下拉列表中选择。")
                        self.fill.data_validation(self.row, column, self.row, column, rule)
        return found

    def _scores(self, places: dict[str, tuple[int, int]]) -> None:
        """The sheet of scores: a row for each block, total and grade."""
        sheet, scheme = self.shown, self.scheme
        for column, width in enumerate((24, 10, 16, 16, 30)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, f"{scheme.title}：得分", self.title)
        for column, head in enumerate(("项目", "分值", "执行率或分值合计", "得分", "提示")):
            sheet.write_string(_FIRST - 1, column, head, self.head)
        for row, block in enumerate(scheme.blocks, _FIRST):
            weight = f"$B${row + 1}"
            sheet.write_string(row, 0, block.label, self.plain)
            sheet.write_number(row, 1, float(block.weight), self.plain)
            found = self._execution(row, weight) if block.is_ == FUNDS else _sums(places[block.is_], weight)
            for column, (text, result) in enumerate(zip(found, (formulas.MISSING, formulas.UNKNOWN, "")), 2):
                sheet.write_formula(row, column, f"={text}", self.number, result)
        last = _FIRST + len(scheme.blocks)
        cells = f"$D${_FIRST + 1}:$D${last}"
        unknown = f'"{formulas.UNKNOWN}"'
        total = f"IF(COUNT({cells})<{len(scheme.blocks)},{unknown},SUM({cells}))"
        sheet.write_string(last, 0, "总分", self.head)
        sheet.write_formula(last, 3, f"={total}", self.number, formulas.UNKNOWN)
        sheet.write_string(last + 1, 0, "等级", self.head)
        bands = []
        for row, band in enumerate(scheme.grades):
            self.lists.write_string(row, len(places), band.grade)
            bands.append((f"{CHOICES}!${chr(ord('A') + len(places))}${row + 1}", band.least))
        cell = f"$D${last + 1}"
        text = f"IF(ISNUMBER({cell}),{formulas.graded((cell, cell), bands)},{unknown})" if bands else '""'
        sheet.write_formula(last + 1, 3, f"={text}", self.number, formulas.UNKNOWN)

    def _execution(self, row: int, weight: str) -> tuple[str, str, str]:
        """The rate of execution, its points, and a hint."""
        keys = [entry.key for entry in rows.block_entries(self.scheme, self.sheet)]
        first = 6 + keys.index(f"{FUNDS}.budget")  # after the title and four rows, counted from 1
        budget, final = (f"{SHEET}!$D${first + number}" for number in (0, 1))
        cell = f"$C${row + 1}"
        rate = (
            f'IF(COUNT({budget},{final})<2,"{formulas.MISSING}",IF({budget}<=0,"{formulas.IMPOSSIBLE}",'
            f"ROUND({final}/{budget}*100,9)))"
        )
        points = f'IF(ISNUMBER({cell}),MAX(0,MIN({weight},{weight}*{cell}/100)),"{formulas.UNKNOWN}")'
        return rate, points, '""'


def _sums(place: tuple[int, int], weight: str) -> tuple[str, str, str]:
    """The sum of a block's points and of its scores, and a hint where the points do not add up."""
    first, last = place
    letters = {name: chr(ord("A") + VALUES + number) for number, name in enumerate(rows.COLUMNS)}
    names, weights, scores = (
        f"{SHEET}!${letters[name]}${first}:${letters[name]}${last}"
        for name in (rows.NAME, rows.WEIGHT, rows.SCORE)
    )
    known = f"AND(COUNTA({names})>0,COUNT({scores})>=COUNTA({names}))"
    return (
        f"SUM({weights})",
        f'IF({known},SUM({scores}),"{formulas.UNKNOWN}")',
        f'IF(OR(COUNTA({names})=0,ROUND(SUM({weights})-{weight},6)=0),"","分值合计应为"&{weight})',
    )
