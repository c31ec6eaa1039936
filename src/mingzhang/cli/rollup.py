"""``mingzhang rollup``: the sheets of many units as those of the department."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingzhang import api
from mingzhang.cli.formats import chosen
from mingzhang.cli.output import UNUSABLE, fail, prepare_file, progress_bar, protect, write
from mingzhang.writers import SUFFIXES as FORMS

if TYPE_CHECKING:
    from mingzhang.scoring.rollup import Rollup

FOUND = 1


class By(StrEnum):
    """What is rolled up."""

    unit = "unit"
    project = "project"


class RollupFormat(StrEnum):
    """Formats of the roll-up."""

    text = "text"
    json = "json"
    xlsx = "xlsx"
    csv = "csv"


def rollup(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="各单位的自评表：文件、文件夹、压缩包（zip），或用 --save 保存的汇总数据。",
            metavar="PATH...",
        ),
    ],
    by: Annotated[
        By, typer.Option("--by", help="按单位（整体自评表）汇总，或按项目（项目自评表）汇总。")
    ] = By.unit,
    units: Annotated[
        Path | None,
        typer.Option("--units", help="应当齐全的单位名单（txt或csv，每行一个单位）。", metavar="FILE"),
    ] = None,
    format: Annotated[
        RollupFormat | None, typer.Option("--format", help="输出格式；不写则按 -o 的文件名。")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", help="另把读到的各表存为汇总数据，以后可直接再汇总。", metavar="FILE"),
    ] = None,
    form: Annotated[
        Path | None,
        typer.Option(
            "--form",
            help="另把结果填成部门的自评表（docx、xlsx、pdf、html或txt，按文件名）。",
            metavar="FILE",
        ),
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="同时用几个进程；文件多时默认每个处理器一个。")
    ] = None,
    standards: Annotated[
        Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")
    ] = None,
) -> None:
    """把各单位或各项目的绩效自评表汇总为部门的自评表。"""
    format = chosen(format, output, RollupFormat.text)
    if format is RollupFormat.xlsx and output is None:
        fail("--format xlsx 的结果不能显示在屏幕上，请用 -o 指定要写入的文件。")
    if form is not None and form.suffix.lower() not in FORMS:
        fail(f"自评表不能写成“{form.name}”，请把 --form 的文件名改为以{'、'.join(FORMS)}结尾。")
    for path in (output, save, form):
        prepare_file(path)
    protect({"-o": output, "--save": save, "--form": form}, [*paths, units])
    try:
        with progress_bar("正在汇总") as progress:
            result = api.rollup(
                paths,
                by=by.value,
                units=units,
                save=save,
                form=form,
                edition=edition,
                standards=standards,
                jobs=jobs,
                progress=progress,
            )
    except api.BusyError as error:
        fail(str(error))
    except OSError:
        written = "”或“".join(str(path) for path in (save, form) if path is not None)
        fail(f"无法写入“{written}”，请检查文件夹是否存在、是否有写入权限。")
    if result.errors:
        for problem in result.problems:
            typer.echo(problem.message, err=True)
        fail("有以上问题，没有汇总，也没有写入任何文件；请改正后再试。")
    report = _written(result, format)
    if format is RollupFormat.text and output is None:
        typer.echo(report.decode(), nl=False)
    else:
        write(report, output)
    if format is not RollupFormat.text or output is not None:
        from mingzhang.reporting.rolled import said_problems

        for line in said_problems(result):
            typer.echo(line, err=True)
    if result.unreadable:
        raise typer.Exit(UNUSABLE)
    if result.problems:
        raise typer.Exit(FOUND)


def _written(result: Rollup, format: RollupFormat) -> bytes:
    from mingzhang.reporting import rolled

    if format is RollupFormat.json:
        return rolled.rolled_json(result) + b"\n"
    if format is RollupFormat.csv:
        return rolled.rolled_csv(result)
    if format is RollupFormat.xlsx:
        from mingzhang.reporting.rolled_xlsx import rolled_xlsx

        return rolled_xlsx(result)
    return rolled.rolled_text(result).encode("utf-8", "replace")
