"""``mingzhang template``: what a Word or Excel template may name, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingzhang import api
from mingzhang.cli.help import App

FOUND = 1

template_app = App(help="检查填写用的Word、Excel模板，列出可用的名称。", no_args_is_help=True)

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Edition = Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")]


@template_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Word（docx）或Excel（xlsx）模板。", metavar="FILE")],
    project: Annotated[
        Path | None,
        typer.Option("--project", help="项目文件夹：另查其中还没有的数字和文字。", metavar="PROJECT"),
    ] = None,
    edition: Edition = None,
    standards: Overlay = None,
) -> None:
    """检查模板：不认识的名称、项目中还没有的内容、公开要求有而模板没有的表和章节。"""
    checked = api.check_template(file, project=project, edition=edition, standards=standards)
    for fault in checked.faults:
        typer.echo(f"错误：{fault}")
    for gap in checked.gaps:
        typer.echo(f"缺少：{'/'.join(filter(None, gap.key))}（{gap.label}）")
    for text in checked.lacking:
        typer.echo(f"提示：模板{text}")
    for tag in checked.tags:
        typer.echo(f"提示：内容控件的标记“{tag}”不是可用的名称，填写时保持原样。")
    typer.echo(
        f"模板中有{len(checked.names)}个可用的名称；错误{len(checked.faults)}处，"
        f"项目缺少{len(checked.gaps)}处，提示{len(checked.lacking) + len(checked.tags)}处。"
    )
    if checked.faults or checked.gaps:
        raise typer.Exit(FOUND)


@template_app.command("list")
def names(edition: Edition = None, standards: Overlay = None) -> None:
    """列出模板中可以写的全部名称及其含义。"""
    for name, meaning in api.template_names(edition, standards=standards):
        typer.echo(f"{{{{{name}}}}}\t{meaning}")
