"""What a file is, told by its content."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mingzhang.readers.kinds import compound_kind, kind_of, package_kind, root_streams

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\r\n %PDF-1.4", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (COMPOUND, "ole"),
        (b"{\\rtf1", "rtf"),
        (b"Rar!\x1a", "rar"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"BM\x36\0\0\0", "image"),
        ("BM公司2022年度决算".encode(), "txt"),
        (b"<!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf\n<HTML lang=zh>", "html"),
        ("<html>".encode("utf-16"), "html"),
        (b"<!-- saved --><body>", "html"),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "html"),
        (b"<table><tr>", "html"),
        (b"From: <a>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;", "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "wordml"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "excelml"),
        ("收入<table>支出".encode(), "txt"),
        (b"<2022>", "txt"),
        (b"", "txt"),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "docx"),
        (["[Content_Types].xml", "xl/workbook.xml"], "xlsx"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "odd"),
        (["OFD.xml", "Doc_0/Document.xml"], "ofd"),
        (["mimetype", "content.xml"], "open"),
        (["a/word/document.xml", "b.docx"], "archive"),
        ([], "archive"),
    ],
)
def test_packages(names: list[str], kind: str) -> None:
    assert package_kind(names) == kind


def test_damaged_compound_files_end() -> None:
    chance = random.Random(4)
    for size in (0, 8, 76, 511, 512, 700, 3_000, 20_000):
        for _ in range(20):
            data = COMPOUND + chance.randbytes(size)
            root_streams(data)
            assert compound_kind(data, Path("a.doc")) in ("damaged", "doc", "xls", "locked", "odd")
    small = bytearray(COMPOUND + bytes(8_000))
    small[48:52] = bytes(4)  # a directory that begins at sector 0 and goes on in circles
    assert root_streams(bytes(small)) in ({}, {"": 0})
    assert compound_kind(bytes(small), Path("a.wps")) == "damaged"
