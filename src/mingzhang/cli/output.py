"""Where reports go: the screen, whatever its encoding, or a file that appears whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from mingzhang import api
from mingzhang.readers import SUFFIXES

if TYPE_CHECKING:
    from mingzhang.batches import Progress
    from mingzhang.reporting.annotate import Copy

UNUSABLE = 2
_WIDE = 200
"""Columns of a table that no terminal limits."""

_REVISED = (".docx", ".docm", ".wps")
_CHECKLISTS = (".xlsx", ".docx")


class ReportFormat(StrEnum):
    """Formats of the report."""

    text = "text"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"
    checklist = "checklist"

    @property
    def detailed(self) -> bool:
        """Whether the report shows documents, facts or forms."""
        return self in (ReportFormat.xlsx, ReportFormat.html, ReportFormat.checklist)


class FactFormat(StrEnum):
    """Formats of the facts."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def fail(message: str, code: int = UNUSABLE) -> NoReturn:
    """End with a message."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


@contextmanager
def progress_bar(doing: str = "正在核对") -> Iterator[Progress | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(doing), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def prepare(format: ReportFormat, output: Path | None) -> None:
    """Refuse what could only fail after the work is done."""
    if format.detailed and output is None:
        fail(f"--format {format.value} 的报告不能显示在屏幕上，请用 -o 指定要写入的文件。")
    if output is not None and format is ReportFormat.checklist and output.suffix.lower() not in _CHECKLISTS:
        fail(f"检查表只能写成Excel或Word文件，请把 -o 的文件名改为以{'或'.join(_CHECKLISTS)}结尾。")
    prepare_file(output)


def prepare_copies(directory: Path | None, apply: bool) -> None:
    """Refuse corrections without copies, and a folder for copies that is a file."""
    if apply and directory is None:
        fail("--apply 要与 --annotate 一起使用：改正只写入副本，不改原文件。")
    if directory is not None and directory.exists() and not directory.is_dir():
        fail(f"--annotate 要给出文件夹，“{directory}”是文件。")


def tell_copies(copies: Sequence[Copy], *, apply: bool) -> None:
    """Say of each file where its marked copy is, or why there is none, and where nothing was corrected."""
    for copy in copies:
        if copy.path is not None:
            typer.echo(f"“{copy.source}”的标注副本：{copy.path}（批注{copy.notes}处）", err=True)
        else:
            fault = "这是程序的问题，请反馈。" if copy.fault else ""
            typer.echo(f"“{copy.source}”：{copy.message}{fault}", err=True)
    if apply and any(copy.path is not None and copy.path.suffix.lower() not in _REVISED for copy in copies):
        typer.echo("--apply 只在Word（docx）副本中写入修订；Excel、PDF副本只有批注，请照批注改正。", err=True)


def prepare_file(output: Path | None) -> None:
    """Refuse a file whose folder is not there, and a folder in place of a file."""
    if output is not None and output.is_dir():
        fail(f"无法写入“{output}”：这是文件夹，请写明其中的文件名。")
    if output is not None and not output.absolute().parent.is_dir():
        fail(f"无法写入“{output}”：文件夹“{output.parent}”不存在，请先建立。")


def protect(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse ``outputs``, by their options, that are one of the inputs, or one and the same file.

    A file that is read from a folder among the inputs is one of them.
    """
    given = [path for path in inputs if path is not None]
    written: list[tuple[str, Path]] = []
    for option, output in outputs.items():
        if output is None:
            continue
        if any(path.is_file() and _same(path, output) for path in given):
            fail(f"{option} 的“{output}”就是所给的文件，写入会覆盖它；请换一个文件名。")
        folder = next((path for path in given if path.is_dir() and _read_in(output, path)), None)
        if folder is not None:
            fail(f"{option} 的“{output}”是文件夹“{folder}”中要读取的文件，写入会覆盖它；请换一个文件名。")
        other = next((name for name, path in written if _same(path, output)), None)
        if other is not None:
            fail(f"{other} 和 {option} 都要写入“{output}”，只会留下一个；请分别指定文件名。")
        written.append((option, output))


def _same(one: Path, other: Path) -> bool:
    """Whether both are one file, which need not be there yet."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return _real(one) == _real(other)


def _real(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _read_in(output: Path, folder: Path) -> bool:
    """Whether ``output`` is a file that is read where ``folder`` is given."""
    if not output.is_file() or output.suffix.lower() not in (*SUFFIXES, ".zip"):
        return False
    return Path(_real(output)).is_relative_to(_real(folder))


def write_report(
    report: api.Report, format: ReportFormat, output: Path | None, details: bool, standards: Path | None
) -> None:
    """Write the report in ``format``."""
    if format is ReportFormat.text:
        write_text(report, output, details)
    elif format is ReportFormat.json:
        from mingzhang.reporting.json import findings_json

        write(findings_json(report) + b"\n", output)
    elif format is ReportFormat.csv:
        from mingzhang.reporting.csv import findings_csv

        write(findings_csv(report), output)
    elif format is ReportFormat.xlsx:
        from mingzhang.reporting.xlsx import findings_xlsx

        write(findings_xlsx(report), output)
    elif format is ReportFormat.html:
        from mingzhang.reporting.html import findings_html

        write(findings_html(report), output)
    else:
        write(_checklist(report, output, standards), output)


def _checklist(report: api.Report, output: Path | None, standards: Path | None) -> bytes:
    from mingzhang.reporting import checklist_docx, checklist_xlsx
    from mingzhang.reporting.checklist import checklists

    lists = checklists(report, api.library(standards))
    word = output is not None and output.suffix.lower() == ".docx"
    return checklist_docx.write(lists) if word else checklist_xlsx.write(lists)


def write_text(report: api.Report, output: Path | None, details: bool) -> None:
    """The report for the terminal, or the same as a text file."""
    from rich.console import Console

    from mingzhang.reporting.text import print_report

    if output is None:
        console = Console(soft_wrap=True) if not sys.stdout.isatty() else Console()
        print_report(report, console, details=details)
        return
    text = io.StringIO()
    console = Console(file=text, soft_wrap=True, force_terminal=False, color_system=None)
    print_report(report, console, details=details)
    write(text.getvalue().encode("utf-8", "replace"), output)


def write_facts(reading: api.Reading, format: FactFormat, output: Path | None) -> None:
    """Write the facts in ``format``."""
    if format is FactFormat.json:
        from mingzhang.reporting.json import facts_json

        write(facts_json(reading) + b"\n", output)
    elif format is FactFormat.csv:
        from mingzhang.reporting.csv import facts_csv

        write(facts_csv(reading), output)
    elif format is FactFormat.parquet:
        from mingzhang.reporting.parquet import facts_parquet

        if output is None and sys.stdout.isatty():
            fail("Parquet是二进制格式，不能显示在屏幕上；请用 -o 指定要写入的文件。")
        write(facts_parquet(reading), output)
    else:
        _write_table(reading, output)


def _write_table(reading: api.Reading, output: Path | None) -> None:
    from rich.console import Console

    from mingzhang.reporting.text import facts_table

    table = facts_table(reading)
    if output is None and sys.stdout.isatty():
        Console().print(table)
        return
    text = io.StringIO()
    Console(file=text, width=_WIDE, force_terminal=False, color_system=None).print(table)
    write(text.getvalue().encode("utf-8", "replace"), output)


def write(data: bytes, output: Path | None) -> None:
    """To standard output, or whole into ``output``."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        api.write_bytes(data, output)
    except api.BusyError as error:
        fail(str(error))
    except OSError:
        fail(f"无法写入“{output}”，请检查文件夹是否存在、是否有写入权限。")


def safe_streams() -> None:
    """Let no character stop the program: a stream keeps an encoding that knows Chinese, else gets UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        try:
            "明账：“核对”≠".encode(stream.encoding)
        except (UnicodeEncodeError, LookupError):
            stream.reconfigure(encoding="utf-8", errors="replace")
        else:
            stream.reconfigure(errors="replace")
