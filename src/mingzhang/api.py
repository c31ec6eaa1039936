"""The public functions: check and read. The command line and later the web call only these."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mingzhang.binding.recognise import Identity, Recognition, identify, pick_edition, recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Fact, FactSet, FormReading
from mingzhang.readers import SUFFIXES, file_format, read_document
from mingzhang.taxonomy import Library, Standards, StandardsError, load

PathLike = str | os.PathLike[str]


@dataclass(slots=True)
class Checkup:
    """One input file: what it is, what was understood of it, and what checking gave.

    ``error`` is set, and everything below it None, where the file could not be read.
    """

    path: str
    format: str
    error: str | None = None
    document: Document | None = None
    identity: Identity | None = None
    standards: Standards | None = None
    recognition: Recognition | None = None
    checked: Checked | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What `check` returns: one entry for each file, in the order given."""

    standards_version: str
    files: list[Checkup]

    @property
    def unreadable(self) -> list[Checkup]:
        """The files that could not be read."""
        return [file for file in self.files if file.error is not None]

    def count(self, *severities: str) -> int:
        """How many findings have one of ``severities``."""
        return sum(
            finding.severity in severities
            for file in self.files
            if file.checked is not None
            for finding in file.checked.findings
        )


class InternalError(Exception):
    """A fault of Mingzhang's own while it worked on a file; the message names the file."""


def library(overlay: PathLike | None = None) -> Library:
    """The standards, with the directory ``overlay`` on top; raises StandardsError."""
    return load(Path(overlay) if overlay is not None else None)


def check(
    paths: PathLike | Iterable[PathLike],
    *,
    edition: str | None = None,
    standards: PathLike | None = None,
) -> Report:
    """Check files; a directory stands for the documents in it.

    ``edition`` fixes the edition instead of telling it from the document; ``standards`` is an
    overlay directory. Unreadable files are reported in their entry, never raised; raises
    StandardsError for unusable standards and InternalError for a fault of Mingzhang's own.
    """
    known = library(standards)
    if edition is not None:
        known.standards(edition)
    return Report(known.version, [_check_file(path, edition, known) for path in expand(paths)])


def read(path: PathLike, *, edition: str | None = None, standards: PathLike | None = None) -> FactSet:
    """The facts of one file; raises UnreadableError with the remedy."""
    known = library(standards)
    document = read_document(Path(path))
    return _recognise(document, edition, known)[2].facts


def expand(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """The files to work on: each path itself, a directory's documents in its place, none twice."""
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    files: dict[Path, None] = {}
    for path in map(Path, given):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            files |= dict.fromkeys(inside or [path])
        else:
            files[path] = None
    return list(files)


def _recognise(
    document: Document, edition: str | None, known: Library
) -> tuple[Identity, Standards, Recognition]:
    identity = identify(document, known)
    chosen = known.standards(edition or pick_edition(identity, known).id)
    return identity, chosen, recognise(document, 0, chosen)


def _check_file(path: Path, edition: str | None, known: Library) -> Checkup:
    result = Checkup(str(path), file_format(path))
    try:
        if path.is_dir():
            raise UnreadableError(f"文件夹中没有可检查的文件（{'、'.join(SUFFIXES)}）。")
        document = read_document(path)
    except UnreadableError as error:
        result.error = str(error)
        return result
    except Exception as error:
        raise InternalError(f"读取“{path}”时程序出错：{type(error).__name__}") from error
    try:
        identity, chosen, recognition = _recognise(document, edition, known)
        readings: dict[str, FormReading] = {}
        for reading in recognition.readings:
            readings.setdefault(reading.form, reading)
        submission = Submission(recognition.facts, readings, chosen, identity.year)
        result.checked = check_submission(submission)
    except Exception as error:
        raise InternalError(f"检查“{path}”时程序出错：{type(error).__name__}") from error
    result.format, result.document, result.identity = document.format, document, identity
    result.standards, result.recognition = chosen, recognition
    result.notes = document.notes + _edition_notes(identity, chosen)
    return result


def _edition_notes(identity: Identity, chosen: Standards) -> list[str]:
    if identity.year is not None and identity.year != chosen.edition.year:
        return [f"没有{identity.year}年度的格式标准，已按“{chosen.edition.title}”核对。"]
    return []


__all__ = [
    "Checkup",
    "Fact",
    "FactSet",
    "InternalError",
    "Report",
    "StandardsError",
    "UnreadableError",
    "check",
    "expand",
    "library",
    "read",
]
