"""Work in other processes: results, errors, workers that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from mingzhang import api, jobs
from mingzhang.samples import FORMATS

DIE = "__import__('os')._exit(3)"


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_every_task_has_its_result(workers: int) -> None:
    with jobs.Crew(partial, (divmod,), workers) as crew:
        for _ in range(2):
            results = dict(crew.results((n, 7) for n in range(30)))
            assert results == {n: divmod(n, 7) for n in range(30)}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_is_a_result(workers: int) -> None:
    with jobs.Crew(partial, (divmod,), workers) as crew:
        results = dict(crew.results([(1, 1), (1, 0), (5, 2)]))
    assert (results[0], results[2]) == ((1, 0), (2, 1))
    assert isinstance(results[1], ZeroDivisionError)


def test_a_worker_that_dies_costs_only_its_task() -> None:
    tasks = [("1+1",), (DIE,), ("2+2",), (DIE,), ("3+3",), ("4+4",)]
    with jobs.Crew(partial, (eval,), 2) as crew:
        results = dict(crew.results(tasks))
    assert [results[n] for n in (0, 2, 4, 5)] == [2, 4, 6, 8]
    assert [type(results[n]) for n in (1, 3)] == [jobs.LostError] * 2


def test_what_a_tool_prints_does_not_disturb(capfd: pytest.CaptureFixture[str]) -> None:
    with jobs.Crew(partial, (eval,), 2) as crew:
        assert dict(crew.results([("print('x')",), ("7",)])) == {0: None, 1: 7}
    out, err = capfd.readouterr()
    assert (out, err.strip()) == ("", "x")


def test_workers_end_with_the_crew() -> None:
    with jobs.Crew(partial, (eval,), 2) as crew:
        results = crew.results([("__import__('os').getpid()",), ("__import__('time').sleep(600)",)])
        process = next(results)[1]
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a worker is still there")


def test_a_lost_file_does_not_stop_the_others(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = jobs.Crew.results

    def losing(self: jobs.Crew, tasks: object) -> object:
        for number, result in whole(self, tasks):  # type: ignore[arg-type]
            first = number == 0 and isinstance(result[0], api.Checkup)
            yield number, (jobs.LostError() if first else result)

    monkeypatch.setattr(jobs.Crew, "results", losing)
    report = api.check(samples)
    assert [file.error is None for file in report.files] == [False] + [True] * (2 * len(FORMATS) - 1)
    assert "意外终止" in (report.files[0].error or "")
    assert not report.files[0].fault
    each = len(FORMATS)
    together = [sorted(submission.files) for submission in report.submissions]
    assert together == [list(range(1, each)), list(range(each, 2 * each))]


def test_few_files_are_worked_on_here() -> None:
    assert [jobs.usual(n) for n in (0, 1, 8)] == [1, 1, 1]
    assert 1 <= jobs.usual(9) <= 9


@pytest.mark.skipif(os.name == "nt", reason="signals are not those of POSIX")
def test_interrupted_it_ends_cleanly(clean: Path, tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.txt").write_bytes(clean.read_bytes() + f"\n{number}".encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "mingzhang", "check", str(tmp_path), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # a shell's background job ignores the signal, and what it starts would, too
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
