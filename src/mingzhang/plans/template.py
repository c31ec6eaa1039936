"""The workbook to fill in: a sheet of input cells, and a protected one that shows the scores as they come.

Texts are written as texts, never as formulas. The same scheme gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from mingzhang.plans import formulas
from mingzhang.plans.entries import (
    CHOICE,
    EDITION,
    FIGURE,
    FORMAT,
    LARGEST,
    SCHEME,
    UNIT,
    YEAR,
    Entry,
    entries_of,
)
from mingzhang.plans.files import CHOICES, KEYS, SCORES, SHEET, VALUES
from mingzhang.schemes import Indicator, Scheme, Tiers
from mingzhang.scoring.rules import said
from mingzhang.scoring.score import UNWEIGHED, worded

_CREATED = datetime(2000, 1, 1)
LOOK = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
INPUT = {"bg_color": "#FFF9DB", "locked": False}
_FILL = [("", 4), ("指标", 24), ("填写项", 36), ("填写", 16), ("单位", 8), ("说明", 48)]
_SHOWN = [
    ("一级指标", 12), ("二级指标", 14), ("三级指标", 24), ("分值", 8), ("评分标准", 48), ("计算公式", 32),
    ("计算结果", 12), ("得分", 14), ("状态", 10), ("最低", 8), ("最高", 8), ("分给其他", 8),
]  # fmt: skip
_VALUE, _STATE, _LOW, _HIGH, _LEFT = "GIJKL"
_FIRST = 3
"""The first row of indicators on the sheet of scores (0-based); on the other, that of entries."""

_NOTES = (
    "只填黄色的格；其余的格已锁定，由公式算出。金额按所注单位填，比率按百分数填（95%填95）。",
    "没有填的项不按0分计，该指标为“未评价”，总分给出可能的范围。填好后用 mingzhang score 评分。",
)
_UNWEIGHED_NOTES = (_NOTES[0], f"{UNWEIGHED}，所以只算出各项指标的值，不评得分和总分。")


def workbook(scheme: Scheme, edition: str) -> bytes:
    """The template of a scheme of indicators."""
    output = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(output, plain) as book:
        book.set_properties({"created": _CREATED, "title": scheme.title})
        _Template(book, scheme, edition).write()
    return output.getvalue()


class _Template:
    """The workbook while it is written."""

    def __init__(self, book: Any, scheme: Scheme, edition: str) -> None:
        self.scheme, self.edition = scheme, edition
        self.fill, self.shown, self.choices = (book.add_worksheet(n) for n in (SHEET, SCORES, CHOICES))
        self.plain = book.add_format(LOOK)
        self.head = book.add_format(LOOK | {"bold": True, "align": "center", "bg_color": "#EEEEEE"})
        self.note = book.add_format({"font_name": "宋体", "font_size": 10})
        self.title = book.add_format({"font_name": "宋体", "font_size": 14, "bold": True})
        self.number = book.add_format(LOOK | {"num_format": "0.00"})
        self.input = book.add_format(LOOK | INPUT)
        self.input_text = book.add_format(LOOK | INPUT | {"num_format": "@"})
        self.at = formulas.Addresses({}, {}, {})
        self.listed = 0

    def write(self) -> None:
        """All sheets."""
        places: dict[str, str] = {}
        values = {
            indicator.id: f"${_VALUE}${number}"
            for number, indicator in enumerate(self.scheme.indicators, _FIRST + 1)
        }
        tiers = {i.id: self._tiers(i.rule) for i in self.scheme.indicators if isinstance(i.rule, Tiers)}
        bands = [(self._list([band.grade]), band.least) for band in self.scheme.grades]
        self._entries(places, {own: names for own, (names, _, _) in tiers.items()})
        self.at = formulas.Addresses(places, values, tiers)
        self._scores(bands)
        self.choices.hide()
        for sheet in (self.fill, self.shown, self.choices):
            sheet.protect("", {"format_columns": True, "format_rows": True})
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)

    # the hidden sheet of choices

    def _list(self, texts: list[str]) -> str:
        """The range of these texts on the sheet of choices."""
        for row, text in enumerate(texts):
            self.choices.write_string(row, self.listed, text)
        return self._column(len(texts))

    def _column(self, length: int) -> str:
        from xlsxwriter.utility import xl_range_abs  # type: ignore[import-untyped]

        self.listed += 1
        return f"{CHOICES}!{xl_range_abs(0, self.listed - 1, length - 1, self.listed - 1)}"

    def _tiers(self, rule: Tiers) -> tuple[str, str, str]:
        names = self._list([tier.says for tier in rule.tiers])
        ranges = []
        for shares in ([tier.least for tier in rule.tiers], [tier.most for tier in rule.tiers]):
            for row, share in enumerate(shares):
                self.choices.write_number(row, self.listed, float(share))
            ranges.append(self._column(len(shares)))
        return names, ranges[0], ranges[1]

    # the sheet to fill in

    def _entries(self, places: dict[str, str], tiers: dict[str, str]) -> None:
        sheet = self.fill
        for column, (_, width) in enumerate(_FILL):
            sheet.set_column(column, column, width, None, {"hidden": column == KEYS})
        sheet.write_string(0, KEYS, FORMAT)
        sheet.write_string(0, 1, f"{self.scheme.title}：评分数据", self.title)
        for row, note in enumerate(_NOTES if self.scheme.weighed else _UNWEIGHED_NOTES, 1):
            sheet.write_string(row, 1, note, self.note)
        row = len(_NOTES) + 1
        for key, label, text in ((SCHEME, "指标体系", self.scheme.id), (EDITION, "格式版本", self.edition)):
            self._line(row, key, "", label, "", "", self.plain)
            sheet.write_string(row, VALUES, text, self.plain)
            row += 1
        self._line(row, UNIT, "", "单位名称", "", "", self.input_text)
        self._line(row + 1, YEAR, "", "年度", "年", "四位数字", self.input)
        limits = {"validate": "integer", "criteria": "between", "minimum": 2000, "maximum": 2099}
        sheet.data_validation(row + 1, VALUES, row + 1, VALUES, limits | told("请填四位数字的年度。"))
        row += 2
        for column, (head, _) in enumerate(_FILL[1:], 1):
            sheet.write_string(row, column, head, self.head)
        sheet.freeze_panes(row + 1, 0)
        for indicator in self.scheme.indicators:
            name = indicator.label[0]
            for entry in entries_of(indicator, self.scheme):
                row += 1
                look = self.input if entry.kind == FIGURE else self.input_text
                self._line(row, entry.key, name, entry.label, entry.unit, _hint(entry), look)
                self._validate(row, entry, tiers.get(indicator.id, ""))
                places[entry.key] = f"{SHEET}!${chr(ord('A') + VALUES)}${row + 1}"
                name = ""

    def _line(self, row: int, key: str, indicator: str, label: str, unit: str, hint: str, look: Any) -> None:
        self.fill.write_string(row, KEYS, key)
        for column, text in ((1, indicator), (2, label), (4, unit), (5, hint)):
            self.fill.write_string(row, column, text, self.plain)
        self.fill.write_blank(row, VALUES, None, look)

    def _validate(self, row: int, entry: Entry, tiers: str) -> None:
        rule: dict[str, object]
        if entry.kind == CHOICE:
            source = f"={tiers}" if tiers and entry.name == "tier" else list(entry.choices)
            rule = {"validate": "list", "source": source} | told("请从下拉列表中选择。")
        elif entry.kind == FIGURE:
            rule = told(f"请填数字：{_hint(entry)}。") | {
                "validate": "integer" if entry.whole else "decimal",
                "criteria": "between",
                "minimum": float(entry.least),
                "maximum": float(entry.most if entry.most is not None else LARGEST),
            }
        else:
            return
        self.fill.data_validation(row, VALUES, row, VALUES, rule)

    # the sheet of scores

    def _scores(self, bands: list[tuple[str, Any]]) -> None:
        sheet, scheme = self.shown, self.scheme
        for column, (_, width) in enumerate(_SHOWN):
            sheet.set_column(column, column, width, None, {"hidden": column > ord(_STATE) - ord("A")})
        sheet.write_string(0, 0, f"{scheme.title}：得分", self.title)
        sheet.write_string(1, 0, f"依据：{scheme.reference}。此表由公式算出，不能填写。", self.note)
        for column, (head, _) in enumerate(_SHOWN):
            sheet.write_string(_FIRST - 1, column, head, self.head)
        sheet.freeze_panes(_FIRST, 3)
        for row, indicator in enumerate(scheme.indicators, _FIRST):
            self._indicator(row, indicator)
        first, last = _FIRST + 1, _FIRST + len(scheme.indicators)
        columns = [f"${c}${first}:${c}${last}" for c in (_LOW, _HIGH, _LEFT, _STATE)]
        low, high = formulas.total(scheme, *columns)
        ends = (f"${_LOW}${last + 1}", f"${_HIGH}${last + 1}")
        whole = float(scheme.total)
        for row, label in ((last, "总分"), (last + 1, "等级")):
            sheet.merge_range(row, 0, row, 6, "", self.head)
            sheet.write_string(row, 0, label, self.head)
        if not scheme.weighed:
            for row in (last, last + 1):
                sheet.write_string(row, 7, UNWEIGHED, self.plain)
            return
        self._formula(last, _LOW, low, 0)
        self._formula(last, _HIGH, high, whole)
        self._formula(last, "H", formulas.ranged(*ends), f"0.00～{whole:.2f}")
        if bands:
            self._formula(last + 1, "H", formulas.graded(ends, bands), formulas.UNCERTAIN)
        else:
            sheet.write_string(last + 1, 7, "方案没有规定等级", self.plain)

    def _indicator(self, row: int, indicator: Indicator) -> None:
        sheet, number = self.shown, row + 1
        levels = [*indicator.within, "", ""][:2]
        for column, text in enumerate([*levels, indicator.label[0]]):
            sheet.write_string(row, column, text, self.plain)
        weight = float(indicator.weight) if indicator.weight is not None else None
        if weight is None:
            sheet.write_blank(row, 3, None, self.plain)
        else:
            sheet.write_number(row, 3, weight, self.plain)
        sheet.write_string(row, 4, said(indicator.rule, indicator.unit), self.plain)
        sheet.write_string(row, 5, worded(indicator), self.plain)
        found = formulas.row(indicator, self.scheme, self.at)
        if found.value:
            self._formula(row, _VALUE, found.value, formulas.MISSING)
        else:
            sheet.write_blank(row, 6, None, self.plain)
        self._formula(row, _LOW, found.low, 0)
        self._formula(row, _HIGH, found.high, 0 if self.scheme.style == "deduction" else weight or 0)
        self._formula(row, _LEFT, found.left, 0)
        self._formula(row, _STATE, found.state, formulas.UNKNOWN)
        cells = (f"${column}${number}" for column in (_LOW, _HIGH, _STATE))
        self._formula(row, "H", formulas.shown(*cells), formulas.UNKNOWN)

    def _formula(self, row: int, column: str, text: str, result: object) -> None:
        self.shown.write_formula(row, ord(column) - ord("A"), f"={text}", self.number, result)


def told(message: str) -> dict[str, object]:
    """What Excel says where a cell is filled in wrongly."""
    return {"error_title": "填写有误", "error_message": message}


def _hint(entry: Entry) -> str:
    """What may be filled in."""
    if entry.kind == CHOICE:
        return "从下拉列表中选择"
    if entry.kind != FIGURE:
        return "填写得分时须写明"
    kind = "整数" if entry.whole else "数字"
    if entry.most is not None:
        return f"{entry.least}至{entry.most}的{kind}"
    return f"不小于{entry.least}的{kind}"
