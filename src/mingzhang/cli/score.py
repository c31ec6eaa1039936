"""``mingzhang score``: scores of documents and data files, the schemes, templates to fill in."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mingzhang import api
from mingzhang.cli.output import UNUSABLE, fail, write


class ScoreFormat(StrEnum):
    """Formats of the scores."""

    text = "text"
    json = "json"
    xlsx = "xlsx"


class TemplateFormat(StrEnum):
    """Formats of the template."""

    xlsx = "xlsx"
    yaml = "yaml"


Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Edition = Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")]
SchemeId = Annotated[
    str | None, typer.Option("--scheme", help="只用这个指标体系，例如 department_points。", metavar="ID")
]


def score(
    paths: Annotated[
        list[Path], typer.Argument(help="文件、文件夹、压缩包，或评分数据文件（xlsx、yaml）。", metavar="FILE...")
    ],
    scheme: SchemeId = None,
    format: Annotated[ScoreFormat, typer.Option("--format", help="输出格式。")] = ScoreFormat.text,
    output: Output = None,
    edition: Edition = None,
    separate: Annotated[
        bool, typer.Option("--separate", help="每个文件单独评分，不把同一单位、同一年度的文件放在一起。")
    ] = False,
    standards: Overlay = None,
) -> None:
    """按指标体系评分：列出算式、规则、得分，与文件所写的得分对照。"""
    if format is ScoreFormat.xlsx and output is None:
        fail("Excel文件不能显示在屏幕上，请用 -o 指定要写入的文件。")
    _folder_exists(output)
    report = api.score(paths, scheme=scheme, edition=edition, standards=standards, separate=separate)
    if format is ScoreFormat.json:
        from mingzhang.reporting.scores_json import scores_json

        write(scores_json(report) + b"\n", output)
    elif format is ScoreFormat.xlsx:
        from mingzhang.reporting.scores_xlsx import scores_xlsx

        write(scores_xlsx(report), output)
    else:
        _write_text(report, output)
    for file in report.unreadable if format is not ScoreFormat.text else ():
        typer.echo(f"无法读取“{file.path}”：{file.error}", err=True)
    if report.unreadable:
        raise typer.Exit(UNUSABLE)


def list_schemes(edition: Edition = None, standards: Overlay = None) -> None:
    """列出各格式版本的指标体系。"""
    from mingzhang.reporting.scores import schemes_lines

    for line in schemes_lines(api.schemes(edition, standards=standards)):
        typer.echo(line)


def template(
    scheme: Annotated[str, typer.Option("--scheme", help="指标体系的编号，用 schemes 查看。", metavar="ID")],
    format: Annotated[TemplateFormat, typer.Option("--format", help="模板格式。")] = TemplateFormat.xlsx,
    output: Output = None,
    edition: Edition = None,
    standards: Overlay = None,
) -> None:
    """写出评分数据的空白模板，填好后用 score 评分。"""
    if format is TemplateFormat.xlsx and output is None:
        fail("Excel文件不能显示在屏幕上，请用 -o 指定要写入的文件。")
    _folder_exists(output)
    write(api.score_template(scheme, format.value, edition=edition, standards=standards), output)


def _folder_exists(output: Path | None) -> None:
    if output is not None and not output.absolute().parent.is_dir():
        fail(f"无法写入“{output}”：文件夹“{output.parent}”不存在，请先建立。")


def _write_text(report: api.ScoreReport, output: Path | None) -> None:
    from rich.console import Console

    from mingzhang.reporting.scores import print_scores

    if output is None:
        print_scores(report, Console(soft_wrap=True) if not sys.stdout.isatty() else Console())
        return
    text = io.StringIO()
    print_scores(report, Console(file=text, soft_wrap=True, force_terminal=False, color_system=None))
    write(text.getvalue().encode("utf-8", "replace"), output)
