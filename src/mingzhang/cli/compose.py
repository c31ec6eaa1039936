"""``mingzhang new``, ``compose`` and ``reasons``: a project made, its disclosure written, what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingzhang import api
from mingzhang.cli.output import fail, progress_bar

if TYPE_CHECKING:
    from mingzhang.disclosures import Draft, Outcome

REFUSED = 1
_FORMATS = ("docx", "pdf", "xlsx", "html", "txt")
_SEVERITIES = {"error": "错误", "warning": "警告", "notice": "提示"}
_SHOWN = 40

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Folder = Annotated[Path, typer.Argument(help="项目文件夹。", metavar="PROJECT")]


def new(
    folder: Annotated[Path, typer.Argument(help="新项目的文件夹。", metavar="FOLDER")],
    name: Annotated[str, typer.Option("--name", help="单位或部门的全称。")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2100, help="决算年度。")],
    edition: Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")] = None,
    standards: Overlay = None,
) -> None:
    """新建一个项目：填写数字的工作簿和填写文字的文件。"""
    for path in api.new_project(folder, name, year, edition=edition, standards=standards):
        typer.echo(f"已写出“{path}”。")
    typer.echo(f"填好以后，用 mingzhang compose {folder} --output 文件夹 生成公开文件。")


def compose(
    project: Folder,
    output: Annotated[Path, typer.Option("--output", "-o", help="写入这个文件夹。")],
    format: Annotated[
        str | None,
        typer.Option("--format", help="要写的格式，用逗号分开：docx（默认）、pdf、xlsx、html、txt。"),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", help="按这个Word或Excel模板填写，写出同样格式的文件。", metavar="FILE"),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="有缺漏或错误时也写出，每页注明是草稿，缺漏处标明。")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="同时用几个进程；项目多时默认每个处理器一个。")
    ] = None,
    standards: Overlay = None,
) -> None:
    """由数字和文字生成整套决算公开文件；给出装有多个项目的文件夹时，逐个生成。"""
    if template is not None and format is not None:
        fail("按模板填写时写出与模板同样格式的文件，不能与 --format 一起使用。")
    asked = "docx" if format is None else format
    formats = list(dict.fromkeys(part.strip().lower() for part in asked.split(",") if part.strip()))
    unknown = [part for part in formats if part not in _FORMATS]
    if unknown or not formats:
        fail(f"不能写“{'、'.join(unknown)}”格式，可用：{'、'.join(_FORMATS)}。")
    if output.exists() and not output.is_dir():
        fail(f"“{output}”是文件，不是文件夹；请用 --output 另指定一个文件夹。")
    many = api.projects(project)
    if many:
        with progress_bar("正在生成") as progress:
            outcomes = api.compose_all(
                many,
                output=output,
                formats=formats,
                as_draft=draft,
                template=template,
                standards=standards,
                jobs=jobs,
                progress=progress,
            )
        _tell_all(outcomes, output)
        return
    done = api.compose(
        project, formats=formats, output=output, as_draft=draft, template=template, standards=standards
    )
    tell(done)
    for path in done.files:
        typer.echo(f"已写出“{path}”。")
    if not done.files:
        fail("没有生成：请先补齐、改正以上内容；要先看草稿，加 --draft。", REFUSED)


def _tell_all(outcomes: Sequence[Outcome], output: Path) -> None:
    """A line for each project that was not written, or only as a draft."""
    written = [one for one in outcomes if one.files]
    for one in outcomes:
        if one.fault:
            typer.echo(one.fault, err=True)
        elif one.gaps or one.errors:
            state = "写成草稿" if one.files else "没有生成"
            typer.echo(f"“{one.folder}”{state}：缺{one.gaps}处，错误{one.errors}条。")
    typer.echo(f"{len(outcomes)}个项目，生成{len(written)}个，在“{output}”中。")
    if len(written) < len(outcomes):
        raise typer.Exit(REFUSED)


def reasons(project: Folder, standards: Overlay = None) -> None:
    """列出还没有写的原因，以及成文后的句子。"""
    done = api.compose(project, standards=standards)
    missing = [gap for gap in done.gaps if gap.kind == "reason"]
    for gap in missing:
        typer.echo(f"{'/'.join(gap.key)}\n    {gap.sentence}")
    typer.echo(
        f"还有{len(missing)}处原因没有写，请写在 unit.yaml 的 reasons 中。" if missing else "原因都写了。"
    )
    if missing:
        raise typer.Exit(REFUSED)


def tell(done: Draft) -> None:
    """What was worked out, what is missing and what is wrong."""
    project = done.project
    for key, text in project.completed.items():
        typer.echo(f"合计已算出：{'/'.join(key)} = {text}")
    for gap in done.gaps[:_SHOWN]:
        kind = {"figure": "数字", "reason": "原因", "text": "文字"}[gap.kind]
        typer.echo(f"缺{kind}：{'/'.join(filter(None, gap.key))}（{gap.label}）\n    {gap.sentence}")
    if len(done.gaps) > _SHOWN:
        typer.echo(f"另有{len(done.gaps) - _SHOWN}处没有填写。")
    for found in done.findings:
        typer.echo(f"{_SEVERITIES[found.severity]}：{found.message}")
        for source in _sources(done, found.subject):
            typer.echo(f"    数字在{source}。")


def _sources(done: Draft, subject: tuple[str, ...]) -> list[str]:
    """Where the figure that a finding is about stands in the project."""
    key = subject[1:4]
    return [where for known, where in done.project.sources.items() if known == key]
