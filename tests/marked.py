"""Annotated copies read back: what each note says and the words that it stands at."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from mingzhang import api
from mingzhang.checking.finding import Finding
from mingzhang.reporting.model import Report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Told(NamedTuple):
    """A note: its text, the words that it is put at before and after the changes beside it."""

    text: str
    old: str
    new: str
    number: str = ""


def copy_of(path: Path, folder: Path, *, apply: bool = False) -> tuple[Report, Path]:
    """The report on a file and its marked copy."""
    report = api.check(path, keep_documents=True)
    (copy,) = api.annotate(report, folder, apply=apply)
    assert copy.path is not None, copy.message
    return report, copy.path


def told(report: Report) -> list[Finding]:
    """The findings that are noted."""
    return [finding for finding in report.findings if finding.severity != "rounding"]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def comments(path: Path) -> list[Told]:
    """The comments of a Word file in their order."""
    files = parts(path)
    root = etree.parse(io.BytesIO(files["word/document.xml"])).getroot()
    at: dict[str, list[str]] = {}
    closed: set[str] = set()
    for element in root.iter():
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            at[number] = ["", ""]
        elif element.tag == f"{W}commentRangeEnd":
            assert number in at
            closed.add(number)
        elif element.tag in (f"{W}t", f"{W}delText"):
            inserted = any(a.tag == f"{W}ins" for a in element.iterancestors())
            for words in (at[n] for n in at.keys() - closed):
                words[0] += "" if inserted else element.text or ""
                words[1] += "" if element.tag == f"{W}delText" else element.text or ""
    assert at.keys() == closed
    assert sorted(at) == sorted(e.get(f"{W}id", "") for e in root.iter(f"{W}commentReference"))
    found = etree.parse(io.BytesIO(files["word/comments.xml"])).getroot()
    return [
        Told("\n".join("".join(p.itertext()) for p in c), *at[c.get(f"{W}id", "")], c.get(f"{W}id", ""))
        for c in found
        if c.get(f"{W}id", "") in at
    ]
