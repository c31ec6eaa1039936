"""Copies of the files that were checked, each finding noted at its exact words.

Places come from the document that was read; the file itself is opened again only to be copied, and only
if it is byte for byte the one that was read. A source is never written over.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from mingzhang.documents import Document, UnreadableError
from mingzhang.jobs import Crew, LostError
from mingzhang.reporting.annotate.notes import Note, notes_of
from mingzhang.reporting.marks import Finder
from mingzhang.reporting.model import Checkup, Report
from mingzhang.reporting.originals import originals
from mingzhang.writers import BusyError, write_bytes

_WRITERS = {"docx": "word", "wps": "word", "xlsx": "sheets", "et": "sheets", "pdf": "pdf"}
_OFTEN_OLD = ("wps", "et")
_ZIP = b"PK\x03\x04"
_NO_MARKS = "没有需要标注的问题，没有写副本。"
_NO_FORMAT = (
    "这种格式没有标注副本；请用 --format html 写出带原文和标记的报告，或另存为docx、xlsx或PDF再检查。"
)
_CHANGED = "核对之后文件有改动或已不在原处，没有写标注副本；请重新核对。"
_LOST = "写标注副本的进程意外终止（可能内存不足或超时）；请单独检查此文件。"
_UNWRITTEN = "无法写入“{}”，请检查文件夹是否存在、是否有写入权限。"
_NO_FOLDER = "无法建立文件夹“{}”，请检查路径和写入权限。"


class Copy(NamedTuple):
    """What became of one file: its marked copy with the number of notes, or the message why there is none.

    ``failed`` says that a copy was due and could not be written, ``fault`` that Mingzhang itself failed.
    """

    source: str
    path: Path | None
    notes: int = 0
    message: str = ""
    failed: bool = False
    fault: bool = False


class Marker:
    """Makes one copy, in whatever process."""

    def __call__(
        self, format: str, data: bytes, document: Document, notes: Sequence[Note], apply: bool
    ) -> bytes:
        """The bytes of the copy; raises UnreadableError with the remedy where none can be made."""
        blocks = [*document.blocks, *document.furniture]
        if _WRITERS[format] == "word":
            from mingzhang.reporting.annotate import word

            return word.annotated(data, blocks, notes, apply)
        made: bytes = importlib.import_module(f"{__name__}.{_WRITERS[format]}").annotated(data, blocks, notes)
        return made


def annotate(report: Report, directory: Path, crew: Crew, *, apply: bool = False) -> list[Copy]:
    """Write the copies of a report's files into ``directory``, which is made where there is anything to mark.

    The report has to hold its documents; a file that could not be read gets no copy and no message.
    Raises UnreadableError where the directory cannot be made.
    """
    numbers = [n for n, file in enumerate(report.files) if file.document is not None and file.error is None]
    names = _Names(report, directory)
    copies: dict[int, Copy] = {}
    due: list[tuple[int, int, Path]] = []
    for position, made in crew.results(_tasks(report, numbers, apply, names, copies, due)):
        number, notes, path = due[position]
        copies[number] = _written(report.files[number].path, notes, made, path)
    return [copies[number] for number in numbers]


def _tasks(
    report: Report,
    numbers: Sequence[int],
    apply: bool,
    names: _Names,
    copies: dict[int, Copy],
    due: list[tuple[int, int, Path]],
) -> Iterator[tuple[str, bytes, Document, list[Note], bool]]:
    """What a marker is to do for each file; the others are told in ``copies`` at once."""
    by_file = {id(report.files[number]): number for number in numbers}
    for file, data in originals([report.files[number] for number in numbers]):
        number, document = by_file[id(file)], file.document
        assert document is not None
        if not _has_copies(file, data):
            copies[number] = Copy(file.path, None, message=_NO_FORMAT)
            continue
        notes = notes_of(report, number, Finder(document))
        if not notes:
            copies[number] = Copy(file.path, None, message=_NO_MARKS)
        elif data is None:
            copies[number] = Copy(file.path, None, message=_CHANGED, failed=True)
        else:
            path = names.of(file)
            _make(path.parent)
            due.append((number, len(notes), path))
            yield file.format, data, document, notes, apply


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableError(_NO_FOLDER.format(directory)) from error


def _has_copies(file: Checkup, data: bytes | None) -> bool:
    """Whether the format can be annotated: the old ones of WPS were converted before they were read."""
    old = file.format in _OFTEN_OLD and data is not None and not data.startswith(_ZIP)
    return file.format in _WRITERS and not old


def _written(source: str, notes: int, made: bytes | Exception, path: Path) -> Copy:
    if isinstance(made, UnreadableError):
        return Copy(source, None, message=f"没有写标注副本：{made}")
    if isinstance(made, LostError):
        return Copy(source, None, message=_LOST, failed=True)
    if isinstance(made, Exception):
        said = f"写标注副本时程序出错：{type(made).__name__}。"
        return Copy(source, None, message=said, failed=True, fault=True)
    try:
        write_bytes(made, path)
    except BusyError as error:
        return Copy(source, None, message=str(error), failed=True)
    except OSError:
        return Copy(source, None, message=_UNWRITTEN.format(path), failed=True)
    return Copy(source, path, notes)


class _Names:
    """Names of copies: neither that of a file that was checked nor of another copy."""

    def __init__(self, report: Report, directory: Path) -> None:
        self._directory = directory
        self._taken: set[str] = set()
        here = directory.resolve()
        for file in report.files:
            path = Path(file.container or file.path)
            with suppress(OSError):
                if path.resolve().parent == here:
                    self._taken.add(path.name.casefold())

    def of(self, file: Checkup) -> Path:
        """The path of the copy of a file."""
        name, count = PurePath(file.path), 1
        while (
            found := f"{name.stem}（标注{count if count > 1 else ''}）{name.suffix}"
        ).casefold() in self._taken:
            count += 1
        self._taken.add(found.casefold())
        return self._directory / found
