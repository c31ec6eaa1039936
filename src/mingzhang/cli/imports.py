"""``mingzhang import``: the workbook of a system into a project, and what became of every figure."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingzhang import api
from mingzhang.cli.output import prepare_file, protect, write
from mingzhang.projects.project import FIGURES, UNIT

if TYPE_CHECKING:
    from mingzhang.projects.imports import Imported

FOUND = 1


class ListFormat(StrEnum):
    """Formats of what was imported."""

    text = "text"
    csv = "csv"
    json = "json"


def import_(
    workbook: Annotated[
        Path, typer.Argument(help="决算系统导出的工作簿（xlsx、xls、et）。", metavar="WORKBOOK")
    ],
    into: Annotated[Path, typer.Option("--into", help="导入到这个项目文件夹。", metavar="PROJECT")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="项目的表中已有不同的数字时，以导入的为准；原文件另存为 .bak。"),
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="工作簿缺表时，只导入找到的表，其余的表保持原样。")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="列出每个数字取自哪个单元格。")] = False,
    format: Annotated[ListFormat, typer.Option("--format", help="清单的格式。")] = ListFormat.text,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")
    ] = None,
    standards: Annotated[
        Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")
    ] = None,
) -> None:
    """把决算系统导出的各张表导入项目的 figures.xlsx，说明每个数字的来处。"""
    prepare_file(output)
    protect({"-o": output}, [workbook, *(into / name for name in (UNIT, FIGURES))])
    done = api.import_workbook(workbook, into, partial=partial, replacing=replace, standards=standards)
    if format is ListFormat.text:
        text = "\n".join([*_told(done), *(_origins(done) if details else [])])
        write(f"{text}\n".encode(), output)
    else:
        from mingzhang.projects.import_list import import_csv, import_json

        write((import_csv if format is ListFormat.csv else import_json)(done), output)
    if done.findings or any(left.lost for left in done.leftovers):
        raise typer.Exit(FOUND)


def _told(done: Imported) -> list[str]:
    """Table by table, what is left, what does not agree, and the files."""
    lines = [f"注意：{note}" for note in done.notes]
    for table in done.tables.values():
        unit = table.reading.money.value if table.reading.money else table.form.unit
        lines.append(
            f"《{table.form.title}》：工作表“{table.sheet}”，{len(table.figures)}个数字，单位{unit}。"
        )
    lines += [f"没有《{title}》，项目中这张表保持原样。" for title in done.missing]
    for left in done.leftovers:
        many = f"，{left.figures}个数字" if left.figures else ""
        lines.append(f"未导入：{left.where}：{left.reason}{many}。")
    if done.completed:
        lines.append(f"工作簿中没有的{len(done.completed)}个合计由程序算出，--details 列出。")
    for found in done.findings:
        lines.append(f"不一致：{found.message}")
        lines += [f"    {where.place.describe()}：{where.quote}" for where in found.locations]
    return [*lines, f"已写出“{done.files[0]}”，原来的文件保留为“{done.files[1].name}”。"]


def _origins(done: Imported) -> list[str]:
    from mingzhang.projects.import_list import lines

    told = []
    for line in lines(done):
        if line.state == "导入":
            where = f"工作表“{line.sheet}”{line.cell}的{line.source_value}{line.source_unit}"
            told.append(f"{line.label} = {line.value}{line.unit}，取自{where}")
        elif line.state == "算出":
            told.append(f"{line.label} = {line.value}{line.unit}，由程序算出")
    return told
