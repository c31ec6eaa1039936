"""The roll-up for people and programs: text, CSV, and JSON after ``mingzhang.rollup/1``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from mingzhang.documents import quoted
from mingzhang.money import SCALE
from mingzhang.reporting.wording import harmless, printable
from mingzhang.scoring.figures import SAID, Figure
from mingzhang.scoring.joining import JoinedRow
from mingzhang.scoring.rollup import Rolled, Rollup
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Sheets
from mingzhang.version import __version__

SEVERITY = {"error": "错误", "warning": "警告"}
COLUMNS = (
    "序号", "表", "项目", "类别", "行", "栏", "数值", "单位", "最小", "最大", "方法", "表数", "未汇总的原因",
    "来源数", "来源",
)  # fmt: skip
_NAMES = {
    "weight": "分值", "score": "得分", "rate": "执行率", "target": "年度指标值", "actual": "实际完成值",
    "initial": "年初预算数", "budget": "全年预算数", "final": "全年执行数",
    "stated": "所列金额",
}  # fmt: skip
_KINDS = {FUNDS: "资金", INDICATOR: "指标", "block": "分块合计", "total": "总分"}
_SHOWN = 3
_LONGEST = 30_000
_HANDY = 20_000_000
"""Bytes of JSON that are laid out for people."""

Json = dict[str, Any]


class Entry(NamedTuple):
    """One figure of the roll-up with what it belongs to."""

    rolled: Rolled
    row: JoinedRow
    column: str
    figure: Figure


def entries(result: Rollup) -> Iterator[Entry]:
    """Every figure, in order."""
    for rolled in result.rolled:
        for row in rolled.rows:
            for column in sorted(row.figures, key=_order):
                yield Entry(rolled, row, column, row.figures[column])


def _order(column: str) -> int:
    known = ["target", "initial", "adjusted", "budget", "received", "final", "actual", "weight"]
    return known.index(column) if column in known else len(known) + (column == "score")


def named(sheets: Sheets, column: str) -> str:
    """How a column is called."""
    return _NAMES.get(column) or sheets.labels.get(f"column:{column}", column)


def block_of(sheets: Sheets, row: JoinedRow) -> str:
    """What kind of row it is: for indicators their block."""
    return sheets.labels.get(f"block:{row.block}", row.block) if row.block else _KINDS.get(row.kind, "")


def about(rolled: Rolled) -> str:
    """The sheet and what it was made of."""
    name = quoted(rolled.name) if rolled.name else ""
    return f"《{rolled.title}》{name}：由{rolled.units}个单位的{len(rolled.members)}张表汇总"


def rolled_text(result: Rollup) -> str:
    """The roll-up for the terminal, or as a text file."""
    year = f"{result.year}年度" if result.year else "年度未识别"
    lines = [f"绩效自评汇总，{year}"]
    for rolled in result.rolled:
        lines += ["", about(rolled)]
        for row in rolled.rows:
            lines += _row(result.sheets, rolled, row)
    lines += ["", *said_problems(result)]
    return "".join(f"{printable(line)}\n" for line in lines)


def _row(sheets: Sheets, rolled: Rolled, row: JoinedRow) -> Iterator[str]:
    whole = len(rolled.members)
    count = f"（{whole}张表中的{row.count}张有）" if row.count < whole else ""
    block = f"{block_of(sheets, row)} " if row.kind == INDICATOR else ""
    parts = []
    for column in sorted(row.figures, key=_order):
        figure = row.figures[column]
        value = f"{figure.printed}{figure.unit}" if not figure.reason else "未汇总"
        parts.append(f"{named(sheets, column)} {value}")
    yield f"  {block}{row.label}{count}：{'，'.join(parts)}"
    for column in sorted(row.figures, key=_order):
        figure = row.figures[column]
        if figure.reason:
            yield f"    {named(sheets, column)}未汇总：{figure.reason}。"
    words = row.words.get("actual")
    if words:
        told = "、".join(f"{quoted(text)}{count}处" for text, count in list(words.items())[:_SHOWN])
        yield f"    填写的文字：{told}{'等' if len(words) > _SHOWN else ''}。"
    first = next((f for c, f in row.figures.items() if c in ("actual", "final", "score") and f.cells), None)
    if first is not None and row.kind in (FUNDS, INDICATOR):
        where = "、".join(sheets.source(cell).describe() for cell in first.cells[:_SHOWN])
        more = f"等{len(first.cells)}处" if len(first.cells) > _SHOWN else ""
        yield f"    来源：{where}{more}"


def said_problems(result: Rollup) -> list[str]:
    """What was left out or stands in the way, and a last line that counts it."""
    lines = [f"{SEVERITY[problem.severity]}：{problem.message}" for problem in result.problems]
    lines += [f"无法读取{quoted(path)}：{why}" for path, why in result.unreadable]
    lines += [f"注意：{note}" for note in result.notes]
    figures = [entry.figure for entry in entries(result)]
    missing = sum(bool(figure.reason) for figure in figures)
    unread = f"，{len(result.unreadable)}个文件无法读取" if result.unreadable else ""
    lines.append(
        f"共汇总{len(figures) - missing}个数字，{missing}个未汇总；问题{len(result.problems)}个{unread}。"
    )
    return lines


def cells_of(result: Rollup, number: int, entry: Entry) -> list[str]:
    """A figure as the cells of a list."""
    rolled, row, column, figure = entry
    low, high = figure.ends
    return [
        str(number),
        rolled.title,
        rolled.name,
        block_of(result.sheets, row),
        row.label,
        named(result.sheets, column),
        figure.printed,
        figure.unit,
        low,
        high,
        SAID.get(figure.how, "未汇总"),
        f"{row.count}/{len(rolled.members)}",
        figure.reason,
        str(len(figure.cells)),
    ]


def rolled_csv(result: Rollup) -> bytes:
    """One line a figure, with the places it comes from; then a line for each problem."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, entry in enumerate(entries(result), 1):
        cells = cells_of(result, number, entry)
        writer.writerow(map(harmless, [*cells, _sources(result.sheets, entry.figure)]))
    for problem in result.problems:
        blank = [""] * (len(COLUMNS) - 4)
        cells = [SEVERITY[problem.severity], *blank, problem.message, "", f"{problem.file}{problem.place}"]
        writer.writerow(map(harmless, cells))
    return text.getvalue().encode("utf-8-sig", "replace")


def _sources(sheets: Sheets, figure: Figure) -> str:
    """Every place that the figure comes from, as many as a cell holds."""
    told: list[str] = []
    length = 0
    for cell in figure.cells:
        source = sheets.source(cell)
        said = f"{source.describe()} {source.printed}"
        length += len(said) + 1
        if length > _LONGEST:
            return "；".join(told) + f"；等{len(figure.cells)}处"
        told.append(said)
    return "；".join(told)


def rolled_json(result: Rollup) -> bytes:
    """The whole roll-up; a source names its sheet among the ``members`` by number."""
    data: Json = {
        "schema": "mingzhang.rollup/1",
        "tool": {"name": "mingzhang", "version": __version__},
        "by": result.by,
        "year": result.year or None,
        "sheets": [msgspec.Raw(msgspec.json.encode(_sheet(result.sheets, r))) for r in result.rolled],
        "problems": [
            {
                "kind": p.kind,
                "severity": p.severity,
                "message": p.message,
                "file": p.file or None,
                "place": p.place or None,
            }
            for p in result.problems
        ],
        "unreadable": [{"path": path, "error": why} for path, why in result.unreadable],
        "notes": result.notes,
    }
    encoded = msgspec.json.encode(data)
    return msgspec.json.format(encoded, indent=2) if len(encoded) < _HANDY else encoded


def _sheet(sheets: Sheets, rolled: Rolled) -> Json:
    members = []
    for member in rolled.members:
        head = sheets.heads[member]
        members.append({"sheet": member, "unit": head.unit, "project": head.project, "file": head.file})
    return {
        "title": rolled.title,
        "name": rolled.name or None,
        "evaluation": rolled.evaluation,
        "units": rolled.units,
        "members": members,
        "rows": [
            {
                "kind": row.kind,
                "key": row.key,
                "block": row.block or None,
                "label": row.label,
                "sheets": row.count,
                "figures": {column: _figure(sheets, figure) for column, figure in row.figures.items()},
                "texts": dict(row.words.get("actual", {})),
                "reasons": [_source(sheets, cell) for cell in row.reasons],
            }
            for row in rolled.rows
        ],
    }


def _figure(sheets: Sheets, figure: Figure) -> Json:
    low, high = figure.ends
    value = figure.value
    exact = None if value is None else f"{value.numerator}/{value.denominator * SCALE}"
    return {
        "printed": figure.printed or None,
        "unit": figure.unit,
        "exact": exact,
        "low": low or None,
        "high": high or None,
        "how": figure.how or None,
        "reason": figure.reason or None,
        "sources": [_source(sheets, cell) for cell in figure.cells],
    }


def _source(sheets: Sheets, cell: int) -> Json:
    return {
        "sheet": sheets.sheet_of(cell),
        "place": sheets.places[sheets.of_place[cell]].describe(),
        "printed": sheets.values.printed[sheets.of_value[cell]],
    }
