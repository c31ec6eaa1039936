"""Which format a report is written in: the ending of its file counts, and contradictions end at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from mingzhang.cli.formats import chosen
from mingzhang.cli.output import FactFormat, ReportFormat
from mingzhang.cli.rollup import RollupFormat
from mingzhang.cli.score import ScoreFormat


@pytest.mark.parametrize(
    ("given", "name", "default", "format"),
    [
        (None, None, ReportFormat.text, ReportFormat.text),
        (None, "a", ReportFormat.text, ReportFormat.text),
        (None, "a.txt", RollupFormat.text, RollupFormat.text),
        (None, "a.XLSX", ReportFormat.text, ReportFormat.xlsx),
        (None, "a.xlsx", ScoreFormat.text, ScoreFormat.xlsx),
        (None, "a.htm", ReportFormat.text, ReportFormat.html),
        (None, "a.parquet", FactFormat.table, FactFormat.parquet),
        (FactFormat.csv, "a.txt", FactFormat.table, FactFormat.csv),
        (ReportFormat.json, "a.dat", ReportFormat.text, ReportFormat.json),
        (ReportFormat.checklist, "a.xlsx", ReportFormat.text, ReportFormat.checklist),
    ],
)
def test_the_ending_says_the_format(
    given: ReportFormat | None, name: str | None, default: ReportFormat, format: ReportFormat
) -> None:
    assert chosen(given, Path(name) if name else None, default) is format


@pytest.mark.parametrize(
    ("given", "name", "default", "said"),
    [
        (None, "r.docx", ReportFormat.text, "--format checklist"),
        (None, "r.pdf", RollupFormat.text, ".txt、.json、.csv、.xlsx结尾"),
        (None, "r.html", ScoreFormat.text, "不是这个命令能写的格式"),
        (ReportFormat.text, "r.xlsx", ReportFormat.text, "与 --format text 不符"),
        (FactFormat.parquet, "r.txt", FactFormat.table, "与 --format parquet 不符"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    given: ReportFormat | None,
    name: str,
    default: ReportFormat,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit):
        chosen(given, Path(name), default)
    assert said in capsys.readouterr().err
