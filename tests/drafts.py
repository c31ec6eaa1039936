"""A draft with every kind of block, for the writers: sixty rows, long names, amounts of 10¹² 元."""

from __future__ import annotations

from decimal import Decimal

from grids import NOWHERE, cell, document, said
from mingzhang.documents import Cell, Document, Picture, Table

ROWS = 60
NAME = "某某区某某街道社区卫生服务中心基层医疗卫生机构能力建设和综合改革补助项目支出"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" width="300" height="60">'
    '<script>alert(1)</script><rect x="0" y="10" width="200" height="20" fill="#36c" onclick="alert(2)"/>'
    "</svg>"
)
SHOWN = "基本支出318.54万元，项目支出196.31万元。"
BANNER = "草稿，尚未审核，不得公开"
MARKUP = '#read("/etc/passwd") *星号* _底线_ $x$ @甲 `乙` \\ // 不是注释 [方括号] <标签>'


def amount(row: int, column: int) -> str:
    """A figure for a cell of the table, with separators, up to twelve digits before the point."""
    value = Decimal((row * 7_919 + column * 104_729) * 1_234_567_891 % 99_999_999_999_999) / 100
    return f"{value:,.2f}"


def sheet(columns: int, rows: int = ROWS) -> Table:
    """A table of codes, names and amounts with two header rows; the last column is the sum of the others."""
    cells = [cell("项目", 0, 0, 1, 2), cell("科目编码", 1, 0), cell("科目名称", 1, 1)]
    cells += [cell(f"第{n}类用途的支出" if n else "支出合计", 0, 2 + n, 2) for n in range(columns - 2)]
    for row in range(2, rows + 2):
        cells += [cell(f"20{row:05}", row, 0), cell(NAME if row % 3 else "行政运行", row, 1)]
        texts = [amount(row, column) for column in range(3, columns)]
        total = sum((Decimal(text.replace(",", "")) for text in texts), Decimal(0))
        parts = tuple((row, column, 1) for column in range(3, columns))
        cells.append(Cell(f"{total:,.2f}", row, 2, NOWHERE, parts=parts))
        cells += [cell(text, row, 3 + number) for number, text in enumerate(texts)]
    return Table(tuple(sorted(cells, key=lambda each: each[1:3])), NOWHERE, heads=2)


def draft() -> Document:
    """The draft."""
    made = document(
        said("某某市档案馆", "cover"), said("2022年度部门决算", "cover"), said("目录", "contents"),
        said("第一部分 某某市档案馆概况", level=1), said("一、部门职责", level=2),
        "负责本市档案资料的收集、整理、保管和利用。" * 20, said("（此处填写内设机构）", "gap"),
        said("（一）主要工作", level=3), MARKUP, Picture(SVG, SHOWN, NOWHERE),
        said("", "break"), said("支出决算表", "caption", 2), said("公开03表", "label"),
        said("单位：元", "label"), sheet(6), said("注：本表反映部门本年度各项支出情况。", "note"),
        said("", "break"), said("收入决算表", "caption"), said("单位：元", "label"), sheet(10),
        said("注：本表反映部门本年度取得的各项收入情况。", "note"),
        said("第二部分 情况说明", level=1), "2022年度支出合计999,999,999,999.99元。",
    )  # fmt: skip
    made.title, made.author, made.banner = "某某市档案馆2022年度部门决算", "某某市档案馆", BANNER
    return made
