"""The public functions: check and read. The command line and later the web call only these."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.recognise import Identity, Recognition, identify, pick_edition, recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Fact, FactSet, FormReading
from mingzhang.readers import SUFFIXES, file_format, read_document
from mingzhang.reporting.model import Checkup, Report
from mingzhang.taxonomy import Library, Standards, StandardsError, load
from mingzhang.writers import write_bytes

PathLike = str | os.PathLike[str]


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
    known = _usable(edition, standards)
    return Report(known.version, [_check_file(path, edition, known) for path in expand(paths)])


def read(path: PathLike, *, edition: str | None = None, standards: PathLike | None = None) -> FactSet:
    """The facts of one file; raises UnreadableError with the remedy."""
    known = _usable(edition, standards)
    document = _read_document(Path(path))
    with _blaming("读取", path):
        return _recognise(document, edition, known)[2].facts


def _usable(edition: str | None, overlay: PathLike | None) -> Library:
    """The standards, an overlay checked before it is used, ``edition`` known to exist."""
    known = library(overlay)
    if overlay is not None:
        for name in known.editions:
            _valid(known.standards(name))
    if edition is not None:
        known.standards(edition)
    return known


def _valid(standards: Standards) -> None:
    standards.validate()
    for check_id in standards.checks:
        if check_id not in PROCEDURES:
            raise StandardsError(f"检查“{check_id}”没有对应的程序；本地规则请写成关系。")


@contextmanager
def _blaming(work: str, path: PathLike) -> Iterator[None]:
    """Turn a fault of Mingzhang's own into an InternalError that names the file."""
    try:
        yield
    except (UnreadableError, StandardsError):
        raise
    except Exception as error:
        raise InternalError(f"{work}“{path}”时程序出错：{type(error).__name__}") from error


def _read_document(path: Path) -> Document:
    with _blaming("读取", path):
        if path.is_dir():
            raise UnreadableError(f"文件夹中没有可检查的文件（{'、'.join(SUFFIXES)}）。")
        return read_document(path)


class Rule(NamedTuple):
    """A rule of the catalogue: a relation or another check."""

    id: str
    says: str
    severity: str
    basis: str
    reference: str
    expression: str = ""
    quantifiers: str = ""
    condition: str = ""
    passes: str = ""
    fails: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Label and text of everything that the rule says, for a person."""
        labels = ("编号", "规则", "级别", "性质", "依据", "表达式", "适用", "条件", "通过示例", "不通过示例")
        return [(label, text) for label, text in zip(labels, self) if text]


def rules(edition: str | None = None, *, standards: PathLike | None = None) -> list[Rule]:
    """The rules of ``edition``, or of every edition, each once."""
    known = library(standards)
    chosen = [edition] if edition is not None else list(known.editions)
    found: dict[str, Rule] = {}
    for name in chosen:
        chain = known.standards(name)
        for relation in chain.relations:
            s = relation.source
            found[s.id] = Rule(
                s.id,
                s.says,
                s.severity,
                s.basis,
                s.reference,
                s.expect,
                s.for_,
                s.when,
                _example(s.passes),
                _example(s.fails),
            )
        for c in chain.checks.values():
            found[c.id] = Rule(c.id, c.says, c.severity, c.basis, c.reference)
    return list(found.values())


def _example(cells: Mapping[str, str]) -> str:
    return "；".join(f"{cell} {printed}" for cell, printed in cells.items())


def validate(overlay: PathLike | None = None) -> list[str]:
    """Check the standards, with ``overlay`` on top: a line per edition; raises StandardsError."""
    known = library(overlay)
    lines = []
    for edition in known.editions:
        standards = known.standards(edition)
        _valid(standards)
        lines.append(
            f"{edition}：{len(standards.forms)}张表、{len(standards.relations)}条关系、{len(standards.checks)}项检查，格式正确。"
        )
    return lines


def write_samples(directory: PathLike) -> list[Path]:
    """Write the fictional sample documents; raises UnreadableError where the folder cannot be written."""
    from mingzhang import samples

    try:
        return samples.write_samples(Path(directory), library())
    except OSError as error:
        raise UnreadableError(f"无法写入“{directory}”，请检查文件夹和写入权限。") from error


def expand(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """The files to work on: each path itself, a directory's documents in its place, none twice."""
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    files: dict[str, Path] = {}
    for path in map(Path, given):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        else:
            inside = [path]
        for file in inside or [path]:
            files.setdefault(os.path.realpath(file), file)
    return list(files.values())


def _recognise(
    document: Document, edition: str | None, known: Library
) -> tuple[Identity, Standards, Recognition]:
    identity = identify(document, known)
    chosen = known.standards(edition or pick_edition(identity, known).id)
    return identity, chosen, recognise(document, 0, chosen)


def _check_file(path: Path, edition: str | None, known: Library) -> Checkup:
    result = Checkup(str(path).encode("utf-8", "replace").decode(), file_format(path))
    try:
        document = _read_document(path)
    except UnreadableError as error:
        result.error = str(error)
        return result
    with _blaming("检查", path):
        identity, chosen, recognition = _recognise(document, edition, known)
        readings: dict[str, FormReading] = {}
        for reading in recognition.readings:
            readings.setdefault(reading.form, reading)
        submission = Submission(recognition.facts, readings, chosen, identity.year, recognition.headings)
        result.checked = check_submission(submission)
    result.format, result.document, result.identity = document.format, document, identity
    result.standards, result.recognition = chosen, recognition
    result.notes = document.notes + _edition_notes(identity, chosen) + _lost_notes(recognition, chosen)
    return result


def _edition_notes(identity: Identity, chosen: Standards) -> list[str]:
    if identity.year is not None and identity.year != chosen.edition.year:
        return [f"没有{identity.year}年度的格式标准，已按“{chosen.edition.title}”核对。"]
    return []


def _lost_notes(recognition: Recognition, chosen: Standards) -> list[str]:
    return [
        f"《{chosen.forms[reading.form].title}》有{reading.lost}个数字所在的行或栏未能识别，没有核对。"
        for reading in recognition.readings
        if reading.lost
    ]


__all__ = [
    "Checkup",
    "Fact",
    "FactSet",
    "InternalError",
    "Report",
    "Rule",
    "StandardsError",
    "UnreadableError",
    "check",
    "expand",
    "library",
    "read",
    "rules",
    "validate",
    "write_bytes",
    "write_samples",
]
