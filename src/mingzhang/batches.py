"""Many files checked at once: each understood, those of one unit and year judged together."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mingzhang import jobs as processes
from mingzhang.documents import Document, UnreadableError
from mingzhang.readers.container import Source
from mingzhang.reporting.model import Checkup, Report
from mingzhang.submissions import Group, InternalError, Packed, group

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

_IN_MEMORY = 8_000_000
"""Packed bytes that wait in memory; more wait on the disk."""

_LOST = "检查此文件的进程意外终止（可能内存不足或超时），没有结果；请单独检查此文件，或拆分后再试。"


def check_files(
    report: Report, crew: processes.Crew, sources: Sequence[Source], separate: bool, progress: Progress
) -> None:
    """Both steps for every file, between them the grouping; ``report`` gets the entries of both.

    ``crew`` does the steps of ``submissions.Work``; documents stay here meanwhile.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        _check_files(report, crew, _Kept(spool), sources, separate, progress)


def _check_files(
    report: Report,
    crew: processes.Crew,
    kept: _Kept,
    sources: Sequence[Source],
    separate: bool,
    progress: Progress,
) -> None:
    files: dict[int, Checkup] = {}
    documents: dict[int, Document | None] = {}
    tasks = (("understand", number, source) for number, source in enumerate(sources))
    for number, result in crew.results(tasks):
        if isinstance(result, Exception):
            files[number] = Checkup(sources[number].shown, "other", sources[number].container)
            _blame(files[number], result)
        else:
            files[number], recognition = result
            kept.put(number, recognition)
        documents[number], files[number].document = files[number].document, None
        progress(len(files), 2 * len(sources))
    report.files = [files[number] for number in range(len(sources))]
    groups = group(report.files, separate=separate)
    judged: dict[int, Any] = {}
    done = 2 * len(sources) - sum(len(one.files) for one in groups)
    for number, result in crew.results(_judging(groups, sources, report.files, kept)):
        judged[number] = result
        done += len(groups[number].files)
        progress(done, 2 * len(sources))
    for number, one in enumerate(groups):
        if isinstance(judged[number], Exception):
            for n in one.files:
                _blame(report.files[n], judged[number])
            continue
        entries, submission = judged[number]
        for n, entry in zip(one.files, entries):
            report.files[n] = entry
            entry.document = documents[n]
            entry.submission = len(report.submissions)
        report.submissions.append(submission)


def _blame(file: Checkup, error: Exception) -> None:
    """The entry of a file that could not be worked on to the end."""
    file.fault = not isinstance(error, (processes.LostError, UnreadableError))
    if isinstance(error, (InternalError, UnreadableError)):
        file.error = str(error)
    else:
        file.error = f"检查“{file.path}”时程序出错：{type(error).__name__}。" if file.fault else _LOST


def _judging(
    groups: Sequence[Group], sources: Sequence[Source], files: Sequence[Checkup], kept: _Kept
) -> Iterator[tuple[Any, ...]]:
    for one in groups:
        own = one.files
        yield (
            "judge",
            one,
            [sources[n] for n in own],
            [files[n] for n in own],
            [kept.take(n) for n in own],
        )


class _Kept:
    """What was recognised, until it is checked: packed parts go to ``spool``."""

    def __init__(self, spool: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file = spool
        self._parts: dict[int, Packed | tuple[int, int]] = {}

    def put(self, number: int, part: Packed) -> None:
        """Keep the part of a file."""
        if not isinstance(part, bytes):
            self._parts[number] = part
            return
        self._parts[number] = (self._file.seek(0, os.SEEK_END), len(part))
        self._file.write(part)

    def take(self, number: int) -> Packed:
        """The part of a file, kept no longer."""
        part = self._parts.pop(number)
        if not isinstance(part, tuple):
            return part
        self._file.seek(part[0])
        return self._file.read(part[1])
