"""What an import took over and what not, as lists that a program or a spreadsheet reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from mingzhang.money import MONEY, format_amount
from mingzhang.projects.imports import Imported
from mingzhang.projects.project import address

SCHEMA = "mingzhang.import/1"
_COLUMNS = ("情况", "编号", "内容", "数值", "单位", "工作表", "单元格", "原数", "原单位", "原因")


class Line(msgspec.Struct, omit_defaults=True):
    """A figure of the project with the cell that it comes from, or what was not taken over."""

    state: str
    address: str = ""
    label: str = ""
    value: str = ""
    unit: str = ""
    sheet: str = ""
    cell: str = ""
    source_value: str = ""
    source_unit: str = ""
    reason: str = ""


def lines(imported: Imported) -> Iterator[Line]:
    """Every figure taken over (导入), every total worked out (算出), everything left out (未导入)."""
    forms = imported.standards.forms
    for table in imported.tables.values():
        for key, fact in table.figures.items():
            amount, place = fact.amount, fact.place
            own = format_amount(amount.centre, amount.unit, amount.decimals)
            value = imported.figures[key]
            unit = table.form.unit if amount.unit in MONEY else amount.unit
            yield Line(
                "导入", address(key), imported.label(key), value, unit, place.sheet or "", place.cell or "",
                own, amount.unit,
            )  # fmt: skip
    for key, value in imported.completed.items():
        yield Line("算出", address(key), imported.label(key), value, forms[key[0]].unit)
    for leftover in imported.leftovers:
        yield Line(
            "未导入", label=leftover.where, value=str(leftover.figures), unit="个", reason=leftover.reason
        )


def import_csv(imported: Imported) -> bytes:
    """A line each, as spreadsheet programs open it: UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for line in lines(imported):
        cells = msgspec.structs.astuple(line)
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "@")) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def import_json(imported: Imported) -> bytes:
    """The same with what does not agree and which tables are missing."""
    contents = imported.project.contents
    report = {
        "schema": SCHEMA,
        "entity": contents.entity,
        "year": contents.year,
        "lines": list(lines(imported)),
        "missing": list(imported.missing),
        "findings": [
            {
                "rule": found.rule,
                "severity": found.severity,
                "message": found.message,
                "places": [where.place.describe() for where in found.locations],
            }
            for found in imported.findings
        ],
    }
    return msgspec.json.format(msgspec.json.encode(report), indent=2)
