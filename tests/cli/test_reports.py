"""The command line's reports: formats, accepted findings, isolation, consoles that know few characters."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from command import run_bytes
from mingzhang import api, writers
from mingzhang.cli import main as cli

RARE = "𠮷囍"
"""Characters of a path, of which GBK lacks the first."""


def invoke(*arguments: str | Path, code: int) -> str:
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.mark.parametrize(
    ("format", "name", "start"),
    [
        ("csv", "a.csv", b"\xef\xbb\xbf"),
        ("xlsx", "a.xlsx", b"PK"),
        ("html", "a.html", b"<!DOCTYPE html>"),
        ("checklist", "a.xlsx", b"PK"),
        ("checklist", "a.docx", b"PK"),
    ],
)
def test_every_format_is_written(flawed: Path, tmp_path: Path, format: str, name: str, start: bytes) -> None:
    invoke("check", flawed, "--format", format, "-o", tmp_path / name, code=1)
    data = (tmp_path / name).read_bytes()
    assert data.startswith(start)
    if start == b"PK":
        with zipfile.ZipFile(tmp_path / name) as archive:
            part = "xl/workbook.xml" if name.endswith("xlsx") else "word/document.xml"
            assert part in archive.namelist()


def test_csv_goes_to_the_screen(flawed: Path) -> None:
    code, out, _ = run_bytes("check", flawed, "--format", "csv", PYTHONIOENCODING="gbk")
    assert code == 1
    rows = list(csv.reader(io.StringIO(out.decode("utf-8-sig"))))
    assert rows[0][0] == "编号"
    assert len(rows) > 4


@pytest.mark.parametrize("format", ["xlsx", "html", "checklist"])
def test_these_formats_want_a_file(flawed: Path, format: str) -> None:
    assert "-o" in invoke("check", flawed, "--format", format, code=2)


def test_what_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    absent = tmp_path / "没有.txt"
    assert ".docx" in invoke("check", absent, "--format", "checklist", "-o", tmp_path / "a.html", code=2)
    assert "文件夹" in invoke("check", absent, "-o", tmp_path / "没有" / "a.txt", code=2)


def test_a_file_open_elsewhere_is_said(flawed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(writers.os, "replace", refused)
    monkeypatch.setattr(writers.time, "sleep", lambda _: None)
    output = tmp_path / "报告.xlsx"
    output.write_bytes(b"old")
    said = invoke("check", flawed, "--format", "xlsx", "-o", output, code=2)
    assert "文件正被其他程序打开" in said
    assert output.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["报告.xlsx"]


def test_a_file_that_becomes_free_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, refusals, pauses = os.replace, [PermissionError(), PermissionError()], []

    def late(*arguments: str) -> None:
        if refusals:
            raise refusals.pop()
        replace(*arguments)

    monkeypatch.setattr(writers.os, "replace", late)
    monkeypatch.setattr(writers.time, "sleep", pauses.append)
    writers.write_bytes(b"new", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert len(pauses) == 2


# --- accepted ---------------------------------------------------------------------------------


def test_accepted_findings_do_not_fail(flawed: Path, tmp_path: Path) -> None:
    ids = [finding.id for finding in api.check(flawed).findings if finding.severity != "rounding"]
    accepted = tmp_path / "认可.yaml"
    entries = "".join(f"  - {{id: '{each}', reason: 已说明}}\n" for each in ids)
    accepted.write_text(f"format: mingzhang.accepted/1\naccepted:\n{entries}", encoding="utf-8")
    said = invoke("check", flawed, "--accepted", accepted, "--fail-on", "warning", code=0)
    assert f"另有{len(ids)}条已认可" in said
    data = json.loads(invoke("check", flawed, "--accepted", accepted, "--format", "json", code=0))
    assert data["summary"]["findings"]["accepted"] == len(ids)


def test_a_bad_list_is_said_before_anything_is_checked(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,reason\n", encoding="utf-8")
    code, _, error = run_bytes("check", tmp_path / "没有.txt", "--accepted", tmp_path / "a.csv")
    assert code == 2
    assert "认可清单" in error.decode()


# --- isolation --------------------------------------------------------------------------------


def test_isolated_gives_the_same_report(samples: Path) -> None:
    paths = [samples / "clean", samples / "flawed"]
    assert invoke("check", *paths, "--isolated", code=1) == invoke("check", *paths, code=1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a file that blocks")
def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path, flawed: Path) -> None:
    """A worker that waits for ever; the deadline ends it."""
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time\n"
        "from mingzhang import jobs\n"
        "with jobs.Crew(__import__('functools').partial, (eval,), 1, jobs.Limits(1)) as crew:\n"
        "    tasks = [('__import__(\"time\").sleep(600)',), ('1+1',)]\n"
        "    print({n: str(type(r).__name__) for n, r in crew.results(tasks)})\n",
        encoding="utf-8",
    )
    out = subprocess.run([sys.executable, script], capture_output=True, check=True, timeout=120).stdout
    assert out.decode().strip() == "{0: 'LostError', 1: 'int'}"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system does not bound memory")
def test_memory_is_bounded(tmp_path: Path) -> None:
    from functools import partial

    from mingzhang import jobs

    with jobs.Crew(partial, (eval,), 1, jobs.Limits(60, 1 << 30)) as crew:
        results = dict(crew.results([("len(bytearray(2 << 30))",), ("1+1",)]))
    assert isinstance(results[0], MemoryError)
    assert results[1] == 2


# --- consoles ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gbk", "cp936", "gb18030", "utf-8", "ascii", "cp1252"])
def test_the_report_suits_the_console(flawed: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / f"{RARE}.txt"
    path.write_bytes(flawed.read_bytes())
    code, out, error = run_bytes("check", path, "--details", PYTHONIOENCODING=encoding)
    known = encoding if encoding not in ("ascii", "cp1252") else "utf-8"
    text = out.decode(known)
    assert (code, error) == (1, b"")
    assert "结论：错误" in text
    assert "囍.txt" in text
    assert ("𠮷" in text) == (known in ("utf-8", "gb18030"))


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["rules"], ["read", "没有𠮷.txt"]])
def test_every_command_suits_the_console(arguments: list[str]) -> None:
    _, out, error = run_bytes(*arguments, PYTHONIOENCODING="gbk")
    assert (out + error).decode("gbk")


def test_facts_suit_the_console(flawed: Path) -> None:
    code, out, _ = run_bytes("read", flawed, PYTHONIOENCODING="gbk")
    assert code == 0
    assert out


SOURCES = sorted(Path(cli.__file__).parents[1].rglob("*.py"))
POSIX = ("fcntl", "resource", "pwd", "grp", "termios", "tty")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_is_imported_that_windows_lacks(path: Path) -> None:
    """Such modules are imported inside functions only, behind a question for the platform."""
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not line.startswith(tuple(f"import {name}" for name in POSIX)), line
        assert not line.startswith(tuple(f"from {name} " for name in POSIX)), line
