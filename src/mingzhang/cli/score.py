"""``mingzhang score``: scores of documents and data files, the schemes, templates to fill in."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingzhang import api
from mingzhang.cli.formats import chosen
from mingzhang.cli.output import UNUSABLE, fail, prepare_file, protect, write

if TYPE_CHECKING:
    from mingzhang.reporting.score_model import ScoreReport


class ScoreFormat(StrEnum):
    """Formats of the scores (text, json, xlsx) and of templates (xlsx, yaml)."""

    text = "text"
    json = "json"
    xlsx = "xlsx"
    yaml = "yaml"


LIST, TEMPLATE = "list", "template"
"""Words in place of files; a file of such a name is written ./list."""

_TEMPLATES = {".xlsx": ScoreFormat.xlsx, ".yaml": ScoreFormat.yaml, ".yml": ScoreFormat.yaml}
"""Formats of templates by the ending of the file."""

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]


def score(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="文件、文件夹、压缩包，或评分数据（xlsx、yaml）；写 list 列出指标体系，"
            "写 template 生成空白的评分数据。",
            metavar="FILE...|list|template",
        ),
    ],
    scheme: Annotated[
        str | None, typer.Option("--scheme", help="只用这个指标体系，例如 department_points。", metavar="ID")
    ] = None,
    format: Annotated[
        ScoreFormat | None,
        typer.Option("--format", help="输出格式，不写则按 -o 的文件名；yaml 只用于 template。"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")] = None,
    separate: Annotated[
        bool, typer.Option("--separate", help="每个文件单独评分，不把同一单位、同一年度的文件放在一起。")
    ] = False,
    standards: Overlay = None,
) -> None:
    """按指标体系评分：列出算式、规则、得分，与文件所写的得分对照。"""
    template = paths == [TEMPLATE]
    if format is None and template:
        format = _TEMPLATES.get(output.suffix.lower() if output else "", ScoreFormat.xlsx)
    if not template and format is not ScoreFormat.yaml:
        format = chosen(format, output, ScoreFormat.text)
    format = format or ScoreFormat.text
    if template and scheme is None:
        fail("请用 --scheme 指定指标体系；用 mingzhang score list 查看。")
    if format is ScoreFormat.xlsx and output is None:
        fail("Excel文件不能显示在屏幕上，请用 -o 指定要写入的文件。")
    prepare_file(output)
    if template and scheme is not None:
        _template(scheme, format, output, edition, standards)
    elif format is ScoreFormat.yaml:
        fail("--format yaml 只用于 score template；得分可用 text、json、xlsx。")
    elif paths == [LIST]:
        _list(format, output, edition, standards)
    else:
        protect({"-o": output}, map(Path, paths))
        report = api.score(paths, scheme=scheme, edition=edition, standards=standards, separate=separate)
        _write_report(report, format, output)
        if report.unreadable:
            raise typer.Exit(UNUSABLE)


def _list(format: ScoreFormat, output: Path | None, edition: str | None, standards: Path | None) -> None:
    found = api.schemes(edition, standards=standards)
    if format is ScoreFormat.xlsx:
        fail("指标体系的清单只能输出为 text 或 json。")
    if format is ScoreFormat.json:
        from mingzhang.reporting.scores_json import schemes_json

        write(schemes_json(found) + b"\n", output)
    else:
        from mingzhang.reporting.scores import schemes_lines

        write("".join(f"{line}\n" for line in schemes_lines(found)).encode(), output)


def _template(
    scheme: str, format: ScoreFormat, output: Path | None, edition: str | None, standards: Path | None
) -> None:
    if format not in (ScoreFormat.xlsx, ScoreFormat.yaml):
        fail("模板的格式只能是 xlsx 或 yaml。")
    if output is not None and _TEMPLATES.get(output.suffix.lower(), format) is not format:
        fail(f"“{output.name}”的扩展名与 --format {format.value} 不符，请改其中一个。")
    blank = api.score_template(scheme, format.value, edition=edition, standards=standards)
    if output is not None and output.exists() and output.read_bytes() != blank:
        fail(f"“{output}”已经存在，可能已经填写，没有写入；请换一个文件名，或先移走原来的文件。")
    write(blank, output)


def _write_report(report: ScoreReport, format: ScoreFormat, output: Path | None) -> None:
    if format is ScoreFormat.text:
        _write_text(report, output)
        return
    if format is ScoreFormat.json:
        from mingzhang.reporting.scores_json import scores_json

        write(scores_json(report) + b"\n", output)
    else:
        from mingzhang.reporting.scores_xlsx import scores_xlsx

        write(scores_xlsx(report), output)
    for file in report.unreadable:
        typer.echo(f"无法读取“{file.path}”：{file.error}", err=True)


def _write_text(report: ScoreReport, output: Path | None) -> None:
    from rich.console import Console

    from mingzhang.reporting.scores import print_scores

    if output is None:
        print_scores(report, Console(soft_wrap=True) if not sys.stdout.isatty() else Console())
        return
    text = io.StringIO()
    print_scores(report, Console(file=text, soft_wrap=True, force_terminal=False, color_system=None))
    write(text.getvalue().encode("utf-8", "replace"), output)
