"""The only code that opens a template's parts: in a process of its own, bounded in time and memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lxml import etree

from mingzhang.documents import Document, UnreadableError
from mingzhang.jobs import Crew, Limits, LostError
from mingzhang.readers import read_document
from mingzhang.readers.package import Package
from mingzhang.templates import guard
from mingzhang.templates.answers import Answer
from mingzhang.templates.excel import ExcelTemplate
from mingzhang.templates.found import Found, folded_braces
from mingzhang.templates.word import WordTemplate

LIMITS = Limits(60, 2 << 30)
_LOST = "处理模板的进程意外终止（可能内存不足或超过一分钟），没有结果；请精简模板后再试。"
_DAMAGED = "文件的内部结构不完整；请用Word、Excel或WPS打开后另存为docx或xlsx再试。"
_DRAWN = ("/drawings/", "/charts/", "/diagrams/", "comments")
_MOST_PLACEHOLDERS = 5_000


class Opener:
    """What the process does: ``read`` a template, ``fill`` it, ``read back`` a file."""

    def __call__(self, step: str, *given: Any) -> Any:
        """The result of one step; raises UnreadableError."""
        if step == "read back":
            return read_document(*given)
        try:
            return _found(*given) if step == "read" else _filled(*given)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:  # parts that do not fit together
            raise UnreadableError(_DAMAGED) from error


class Apart:
    """The process, as long as the ``with`` statement lasts."""

    def __init__(self) -> None:
        self._crew = Crew(Opener, (), 1, LIMITS)

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.__exit__(kind, error, trace)

    def found(self, data: bytes, known: Collection[str]) -> Found:
        """The placeholders of a template; raises UnreadableError for one that must not be used at all."""
        found = self._done("read", data, known)
        assert isinstance(found, Found)
        return found

    def filled(
        self, data: bytes, known: Collection[str], answers: Mapping[str, Answer], banner: str
    ) -> bytes:
        """The template filled; raises UnreadableError."""
        filled = self._done("fill", data, known, answers, banner)
        assert isinstance(filled, bytes)
        return filled

    def document(self, path: Path, shown: str) -> Document:
        """A filled file as any reader sees it; raises UnreadableError."""
        document = self._done("read back", path, shown)
        assert isinstance(document, Document)
        return document

    def _done(self, *task: Any) -> Any:
        _, result = next(self._crew.results([task]))
        if isinstance(result, LostError):
            raise UnreadableError(_LOST)
        if isinstance(result, Exception):
            raise result
        return result


def _found(data: bytes, known: Collection[str]) -> Found:
    kind, package = guard.opened(data)
    faults = list(dict.fromkeys(guard.faults(kind, package)))
    if faults:
        raise UnreadableError("\n".join(faults))
    found = _template(kind, data, package, known).found()
    found.faults += _out_of_reach(package)
    if len(found.spots) > _MOST_PLACEHOLDERS:
        raise UnreadableError(f"模板中的占位名称超过{_MOST_PLACEHOLDERS}处，未读取；请精简后再试。")
    return found


def _out_of_reach(package: Package) -> Iterator[str]:
    """Placeholders in drawings, charts and comments, which are not filled."""
    for name in package.names():
        if name.lower().endswith(".xml") and any(word in name.lower() for word in _DRAWN):
            root = package.xml(name)
            if root is not None and "{{" in folded_braces("".join(map(str, root.itertext()))):
                yield f"“{name}”：图形、图表和批注里的占位不能填写；请写在正文或单元格里。"


def _filled(data: bytes, known: Collection[str], answers: Mapping[str, Answer], banner: str) -> bytes:
    kind, package = guard.opened(data)
    return _template(kind, data, package, known).filled(answers, banner)


def _template(
    kind: str, data: bytes, package: Package, known: Collection[str]
) -> WordTemplate | ExcelTemplate:
    return WordTemplate(data, package, known) if kind == "docx" else ExcelTemplate(data, package)
