"""Packages: parts by name, and a clear refusal of whatever is damaged, locked or monstrous."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest

from mingzhang.documents import UnreadableError
from mingzhang.readers import package
from mingzhang.readers.package import open_package, parse_xml


def packed(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_parts_are_found_whatever_their_case_or_leading_slash() -> None:
    opened = open_package(packed({"word/Document.xml": "<甲><!-- 注 --><乙/></甲>", "目录/": "", "b": b"\0"}))
    assert opened.names() == ["word/Document.xml", "b"]
    assert opened.read("/word/document.xml") == opened.read("word/Document.xml")
    assert opened.read("b") == b"\0"
    root = opened.xml("word/document.xml")
    assert root is not None
    assert [child.tag for child in root] == ["乙"]
    assert opened.read("c") is None
    assert opened.xml("c") is None


def test_names_stored_in_gbk_or_with_backslashes_are_read() -> None:
    data = packed({"XXXX\\a.xml": "<a/>"}).replace(b"XXXX", "文档".encode("gbk"))
    assert open_package(data).names() == ["文档/a.xml"]
    assert open_package(data).read("文档/a.xml") == b"<a/>"


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 10, packed({"a": "a"})[:-5]],
    ids=["empty", "begun", "end only", "cut"],  # a packed file tells the time
)
def test_what_is_no_package_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="已损坏"):
        open_package(data)


def test_encrypted_packages_are_refused() -> None:
    data = bytearray(packed({"a": "a"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableError, match="已加密"):
        open_package(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_inflate_without_bound_are_refused(method: int) -> None:
    with pytest.raises(UnreadableError, match="已损坏"):
        open_package(packed({"a": "a"}, method)).read("a")


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match="过大"):
        open_package(packed({"a": b"\0" * 21_000_000})).read("a")
    monkeypatch.setattr(package, "_MOST_BYTES", 1000)
    opened = open_package(packed({"a": b"a" * 600, "b": b"b" * 600}))
    assert opened.read("a") == b"a" * 600
    with pytest.raises(UnreadableError, match="过大"):
        opened.read("b")
    monkeypatch.setattr(package, "_MOST_MEMBERS", 1)
    with pytest.raises(UnreadableError, match="过大"):
        open_package(packed({"a": "", "b": ""}))


def test_no_more_is_inflated_than_stated() -> None:
    content = b"\0" * 5_000_000
    stated = struct.pack("<I", zlib.crc32(content[:10])), struct.pack("<I", 10)
    data = bytearray(packed({"a": content}))
    central = data.index(b"PK\x01\x02")
    for start in (14, central + 16):
        data[start : start + 4] = stated[0]
        data[start + 8 : start + 12] = stated[1]
    assert open_package(bytes(data)).read("a") == content[:10]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_doctypes_are_refused(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e "甲">]><a>&e;</a>'
    with pytest.raises(UnreadableError, match=r"DOCTYPE|已损坏"):
        parse_xml(text.encode(encoding))


def test_monstrous_xml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match="已损坏"):
        parse_xml(b"<a>" * 5000 + b"</a>" * 5000)
    with pytest.raises(UnreadableError, match="已损坏"):
        parse_xml(b"<a>")
    with pytest.raises(UnreadableError, match="过大"):
        parse_xml(b"<a>" * 12_000_001)
    monkeypatch.setattr(package, "_MOST_XML_BYTES", 3)
    with pytest.raises(UnreadableError, match="过大"):
        open_package(packed({"a": "<a/>"})).xml("a")


def test_mutated_packages_are_read_or_refused() -> None:
    whole = packed({"a.xml": "<a>" + "甲" * 200 + "</a>", "b.xml": "<b/>"})
    chance = random.Random(1)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            opened = open_package(bytes(data[: chance.choice([None, chance.randrange(len(data))])]))
            for name in opened.names():
                opened.xml(name)
        except UnreadableError:
            pass
