"""``mingzhang``: check, read, rules, standards, samples.

Exit codes: 0 nothing at the level, 1 findings, 2 usage or an unreadable input, 3 internal error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from mingzhang import api
from mingzhang.version import __version__

FOUND, UNUSABLE, INTERNAL = 1, 2, 3
_WIDE = 200
"""Columns of a table that no terminal limits."""

app = typer.Typer(
    help="明账：核对、读取部门决算公开文件。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help="查看核对规则。", invoke_without_command=True)
standards_app = typer.Typer(help="检查标准数据。", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(standards_app, name="standards")

Overlay = Annotated[Path | None, typer.Option("--standards", help="叠加的标准目录（本地格式、规则）。")]
Edition = Annotated[str | None, typer.Option("--edition", help="指定格式版本，例如 hunan-2022。")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件，而不是显示在屏幕上。")]


class ReportFormat(StrEnum):
    """Formats of the report."""

    text = "text"
    json = "json"


class FactFormat(StrEnum):
    """Formats of the facts."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class FailOn(StrEnum):
    """The least severity that gives exit code 1."""

    error = "error"
    warning = "warning"
    never = "never"


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
    format: Annotated[ReportFormat, typer.Option("--format", help="报告格式。")] = ReportFormat.text,
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
    standards: Overlay = None,
) -> None:
    """核对文件，报告问题所在的格、应有的数字和依据。"""
    with _progress() as progress:
        report = api.check(
            paths, edition=edition, standards=standards, separate=separate, jobs=jobs, progress=progress
        )
    if format is ReportFormat.json:
        from mingzhang.reporting.json import findings_json

        _write(findings_json(report) + b"\n", output)
    else:
        _write_text(report, output, details)
    faults = [file for file in report.files if file.fault]
    for file in faults:
        typer.echo(f"{file.path}：{file.error}这是程序的问题，请反馈。", err=True)
    if faults:
        raise typer.Exit(INTERNAL)
    if report.unreadable:
        raise typer.Exit(UNUSABLE)
    if report.count(*_COUNTED[fail_on]):
        raise typer.Exit(FOUND)


@contextmanager
def _progress() -> Iterator[api.Progress | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("正在核对"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def _write_text(report: api.Report, output: Path | None, details: bool) -> None:
    import io

    from rich.console import Console

    from mingzhang.reporting.text import print_report

    if output is None:
        console = Console(soft_wrap=True) if not sys.stdout.isatty() else Console()
        print_report(report, console, details=details)
        return
    text = io.StringIO()
    console = Console(file=text, soft_wrap=True, force_terminal=False, color_system=None)
    print_report(report, console, details=details)
    _write(text.getvalue().encode("utf-8", "replace"), output)


@app.command()
def read(
    path: Annotated[Path, typer.Argument(help="要读取的文件、文件夹或压缩包（zip）。")],
    format: Annotated[FactFormat, typer.Option("--format", help="输出格式。")] = FactFormat.table,
    output: Output = None,
    edition: Edition = None,
    document: Annotated[
        bool, typer.Option("--document", help="输出程序读到的整个文件（段落、表格、位置），JSON格式。")
    ] = False,
    standards: Overlay = None,
) -> None:
    """读出文件中的数字及其含义和位置。"""
    if document and format in (FactFormat.csv, FactFormat.parquet):
        _fail(f"--document 只输出JSON，不能与 --format {format.value} 一起使用。")
    try:
        if document:
            from mingzhang.reporting.json import document_json

            documents, unreadable = api.read_documents(path)
            _write(document_json(documents) + b"\n", output)
        else:
            reading = api.read(path, edition=edition, standards=standards)
            _write_facts(reading, format, output)
            unreadable = [file for file in reading.files if file.error is not None]
    except api.UnreadableError as error:
        _fail(f"无法读取“{path}”：{error}")
    for file in unreadable:
        typer.echo(f"无法读取“{file.path}”：{file.error}", err=True)
    if unreadable:
        raise typer.Exit(UNUSABLE)


def _write_facts(reading: api.Reading, format: FactFormat, output: Path | None) -> None:
    if format is FactFormat.json:
        from mingzhang.reporting.json import facts_json

        _write(facts_json(reading) + b"\n", output)
    elif format is FactFormat.csv:
        from mingzhang.reporting.csv import facts_csv

        _write(facts_csv(reading), output)
    elif format is FactFormat.parquet:
        from mingzhang.reporting.parquet import facts_parquet

        if output is None and sys.stdout.isatty():
            _fail("Parquet是二进制格式，不能显示在屏幕上；请用 -o 指定要写入的文件。")
        _write(facts_parquet(reading), output)
    else:
        _write_table(reading, output)


def _write_table(reading: api.Reading, output: Path | None) -> None:
    import io

    from rich.console import Console

    from mingzhang.reporting.text import facts_table

    table = facts_table(reading)
    if output is None and sys.stdout.isatty():
        Console().print(table)
        return
    text = io.StringIO()
    Console(file=text, width=_WIDE, force_terminal=False, color_system=None).print(table)
    _write(text.getvalue().encode("utf-8", "replace"), output)


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
        _fail(f"没有规则“{rule_id}”。用 mingzhang rules 查看全部规则。")
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


def _write(data: bytes, output: Path | None) -> None:
    """To standard output, or whole into ``output``."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        api.write_bytes(data, output)
    except OSError:
        _fail(f"无法写入“{output}”，请检查文件夹是否存在、是否有写入权限。")


def _fail(message: str, code: int = UNUSABLE) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; every fault becomes a message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except api.UnreadableError as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except api.StandardsError as error:
        typer.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except api.InternalError as error:
        typer.echo(f"{error}这是程序的问题，请反馈。", err=True)
        sys.exit(INTERNAL)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        typer.echo(f"程序内部错误：{type(error).__name__}。请反馈。", err=True)
        sys.exit(INTERNAL)
