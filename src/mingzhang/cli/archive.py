"""``mingzhang archive``: closed years put into the archive, listed, shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingzhang import api
from mingzhang.cli.help import App
from mingzhang.cli.output import UNUSABLE, fail

archive_app = App(help="归档上年决算，供下一年度取上年数。", no_args_is_help=True)

Where = Annotated[Path, typer.Option("--archive", help="归档文件夹。")]
Scope = Annotated[str, typer.Option("--scope", help="部门或单位。")]


@archive_app.command("add")
def add(
    source: Annotated[
        Path, typer.Argument(help="核对无误的决算公开文件，或项目文件夹。", metavar="FILE|PROJECT")
    ],
    archive: Annotated[
        Path | None,
        typer.Option("--archive", help="归档文件夹；项目的 unit.yaml 写有 archive 时可以不给。"),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="更换已归档的数字，须写明 --reason。")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="更换归档的理由。")] = None,
    standards: Annotated[
        Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")
    ] = None,
) -> None:
    """把一个年度的决算归档；已归档而数字不同的，不改动。"""
    if replace != bool(reason and reason.strip()):
        fail("更换归档要同时给出 --replace 和 --reason（理由）。")
    done = api.archive_year(source, archive, reason=reason if replace else None, standards=standards)
    who = f"{done.closed.name}{done.closed.year}年度（{done.closed.scope}）"
    for where, (was, now) in done.changed.items():
        typer.echo(f"{where}：{was or '空白'} → {now or '空白'}")
    if done.is_new:
        typer.echo(f"已归档{who}，{len(done.closed.figures)}个数字：“{done.path}”。")
    else:
        typer.echo(f"{who}已经归档，数字相同，没有改动。")


@archive_app.command("list")
def list_(archive: Where) -> None:
    """列出已归档的单位和年度。"""
    years, faults = api.archived_years(archive)
    for one in years:
        changed = f"，更换过{len(one.replaced)}次" if one.replaced else ""
        typer.echo(f"{one.name}\t{one.year}\t{one.scope}\t{len(one.figures)}个数字{changed}")
    typer.echo(f"共{len(years)}个年度。")
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(UNUSABLE)


@archive_app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="单位或部门的全称。", metavar="NAME")],
    year: Annotated[int, typer.Argument(help="年度。", metavar="YEAR")],
    archive: Where,
    scope: Scope = "部门",
) -> None:
    """显示一个年度归档的数字，以及更换的理由。"""
    found = api.archived_year(archive, name, year, scope)
    for named, text in api.archived_figures(found):
        typer.echo(f"{named}\t{text}")
    for one in found.replaced:
        typer.echo(f"更换{len(one.changed)}个数字，理由：{one.reason}")
