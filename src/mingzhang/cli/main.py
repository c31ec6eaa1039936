"""``mingzhang``: check, read, score, rollup, rules, standards, samples.

Exit codes: 0 nothing at the level, 1 findings, 2 usage or an unreadable input, 3 internal error.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mingzhang import api
from mingzhang.cli import compose as composing
from mingzhang.cli.archive import archive_app
from mingzhang.cli.formats import chosen
from mingzhang.cli.help import App
from mingzhang.cli.imports import import_
from mingzhang.cli.output import (
    UNUSABLE,
    FactFormat,
    ReportFormat,
    fail,
    prepare,
    prepare_copies,
    prepare_file,
    progress_bar,
    protect,
    safe_streams,
    tell_copies,
    write,
    write_facts,
    write_report,
)
from mingzhang.cli.rollup import rollup
from mingzhang.cli.score import score
from mingzhang.cli.template import template_app
from mingzhang.cli.usage import USAGE_ERRORS, ended
from mingzhang.version import __version__

FOUND, INTERNAL = 1, 3

app = App(
    help="明账：核对、读取部门决算公开文件。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = App(help="查看核对规则。", invoke_without_command=True)
standards_app = App(help="检查标准数据。", no_args_is_help=True)
app.command()(rollup)
app.command()(composing.new)
app.command()(composing.compose)
app.command()(composing.overview)
app.command()(composing.reasons)
app.command("import")(import_)
app.add_typer(archive_app, name="archive")
app.add_typer(rules_app, name="rules")
app.add_typer(standards_app, name="standards")
app.add_typer(template_app, name="template")

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Edition = Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")]


class FailOn(StrEnum):
    """The least severity that gives exit code 1."""

    error = "error"
    warning = "warning"
    never = "never"


class Apply(StrEnum):
    """Which corrections are written into the copies of Word files."""

    certain = "certain"


_COUNTED = {FailOn.error: ("error",), FailOn.warning: ("error", "warning"), FailOn.never: ()}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mingzhang {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    pass


@app.command()
def check(
    paths: Annotated[
        list[Path], typer.Argument(help="要核对的文件、文件夹或压缩包（zip）。", metavar="PATH...")
    ],
    format: Annotated[
        ReportFormat | None, typer.Option("--format", help="报告格式；不写则按 -o 的文件名。")
    ] = None,
    output: Output = None,
    edition: Edition = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="到哪一级返回退出码1。")] = FailOn.error,
    details: Annotated[bool, typer.Option("--details", help="列出尾差和未核对的原因。")] = False,
    separate: Annotated[
        bool, typer.Option("--separate", help="每个文件单独核对，不把同一单位、同一年度的文件放在一起。")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="同时用几个进程；文件多时默认每个处理器一个。")
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(
            "--accepted", help="认可清单（yaml、csv或txt）：其中的问题照常显示，但不计入。", metavar="FILE"
        ),
    ] = None,
    isolated: Annotated[
        bool,
        typer.Option("--isolated", help="在单独的进程中处理每个文件，限制时间和内存，用于来路不明的文件。"),
    ] = False,
    deadline: Annotated[
        int | None,
        typer.Option(
            "--deadline", min=1, max=3600, help="每个文件最多用几秒（默认120），同时启用 --isolated。"
        ),
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(
            "--annotate",
            help="把带批注的副本（docx、xlsx、pdf）写入这个文件夹，原文件不变。",
            metavar="DIR",
        ),
    ] = None,
    apply: Annotated[
        Apply | None,
        typer.Option("--apply", help="把可确定的改正以修订方式写入Word副本，与 --annotate 一起使用。"),
    ] = None,
    standards: Overlay = None,
) -> None:
    """核对文件，报告问题所在的格、应有的数字和依据。"""
    format = chosen(format, output, ReportFormat.text)
    prepare(format, output)
    prepare_copies(annotate, apply is not None)
    protect({"-o": output}, [*paths, accepted])
    reasons = api.read_accepted(accepted) if accepted is not None else {}
    with progress_bar() as progress:
        report = api.check(
            paths,
            edition=edition,
            standards=standards,
            separate=separate,
            jobs=jobs,
            progress=progress,
            keep_documents=format.detailed or annotate is not None,
            isolated=isolated or deadline is not None,
            deadline=deadline,
        )
    report = api.accept(report, reasons)
    write_report(report, format, output, details, standards)
    copies = (
        []
        if annotate is None
        else api.annotate(
            report,
            annotate,
            apply=apply is not None,
            jobs=jobs,
            isolated=isolated or deadline is not None,
            deadline=deadline,
        )
    )
    tell_copies(copies, apply=apply is not None)
    faults = [file for file in report.files if file.fault]
    for file in faults:
        typer.echo(f"{file.path}：{file.error}这是程序的问题，请反馈。", err=True)
    if faults or any(copy.fault for copy in copies):
        raise typer.Exit(INTERNAL)
    if report.unreadable or any(copy.failed for copy in copies):
        raise typer.Exit(UNUSABLE)
    if report.count(*_COUNTED[fail_on]):
        raise typer.Exit(FOUND)


@app.command()
def read(
    path: Annotated[Path, typer.Argument(help="要读取的文件、文件夹或压缩包（zip）。")],
    format: Annotated[
        FactFormat | None, typer.Option("--format", help="输出格式；不写则按 -o 的文件名。")
    ] = None,
    output: Output = None,
    edition: Edition = None,
    document: Annotated[
        bool, typer.Option("--document", help="输出程序读到的整个文件（段落、表格、位置），JSON格式。")
    ] = False,
    standards: Overlay = None,
) -> None:
    """读出文件中的数字及其含义和位置。"""
    format = chosen(format, output, FactFormat.json if document else FactFormat.table)
    if document and format in (FactFormat.csv, FactFormat.parquet):
        fail(f"--document 只输出JSON，不能与 --format {format.value} 一起使用。")
    prepare_file(output)
    protect({"-o": output}, [path])
    try:
        if document:
            from mingzhang.reporting.json import document_json

            documents, unreadable = api.read_documents(path)
            notes = [f"“{read.path}”：{note}" for read in documents for note in read.notes]
            write(document_json(documents) + b"\n", output)
        else:
            reading = api.read(path, edition=edition, standards=standards)
            write_facts(reading, format, output)
            unreadable = [file for file in reading.files if file.error is not None]
            notes = [
                f"“{file.path}”：{note}" for file in reading.files for note in file.notes
            ] + reading.notes
    except api.UnreadableError as error:
        fail(f"无法读取“{path}”：{error}")
    for note in notes:
        typer.echo(f"注意：{note}", err=True)
    for file in unreadable:
        typer.echo(f"无法读取“{file.path}”：{file.error}", err=True)
    if unreadable:
        raise typer.Exit(UNUSABLE)


app.command()(score)


@rules_app.callback()
def rules(
    ctx: typer.Context,
    edition: Edition = None,
    standards: Overlay = None,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="输出完整目录（Markdown）。")] = False,
) -> None:
    """列出全部规则。"""
    ctx.obj = (edition, standards)
    if ctx.invoked_subcommand is not None:
        return
    for rule in api.rules(edition, standards=standards):
        if catalogue:
            lines = [f"- {label}：{text}" for label, text in rule.lines()[1:]]
            typer.echo("\n".join([f"## {rule.id}", "", *lines, ""]))
        else:
            typer.echo(f"{rule.id}\t{rule.severity}\t{rule.says}")


@rules_app.command("show")
def show_rule(ctx: typer.Context, rule_id: str, edition: Edition = None, standards: Overlay = None) -> None:
    """显示一条规则的内容、依据和示例。"""
    edition, standards = edition or ctx.obj[0], standards or ctx.obj[1]
    rule = next((r for r in api.rules(edition, standards=standards) if r.id == rule_id), None)
    if rule is None:
        fail(f"没有规则“{rule_id}”。用 mingzhang rules 查看全部规则。")
    for label, text in rule.lines():
        typer.echo(f"{label}：{text}")


@standards_app.command("validate")
def validate(
    directory: Annotated[Path | None, typer.Argument(help="标准目录；不给则检查自带标准。")] = None,
) -> None:
    """检查标准数据是否符合格式，每条关系能否解析。"""
    for line in api.validate(directory):
        typer.echo(line)


@app.command()
def samples(directory: Annotated[Path, typer.Argument(help="写入示例的文件夹。")]) -> None:
    """写出虚构单位的示例文件：一份正确，一份有错。"""
    for path in api.write_samples(directory):
        typer.echo(str(path))


def main() -> None:
    """Run the command line; every fault becomes a message and an exit code."""
    safe_streams()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except USAGE_ERRORS as error:
        ended(error)
    except api.UnreadableError as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except api.StandardsError as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except api.InternalError as error:
        typer.echo(f"{error}这是程序的问题，请反馈。", err=True)
        sys.exit(INTERNAL)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:
        typer.echo(f"程序内部错误：{type(error).__name__}。请反馈。", err=True)
        sys.exit(INTERNAL)
