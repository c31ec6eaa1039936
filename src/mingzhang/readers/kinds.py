"""What a file is, told by its content; its name only settles what the content leaves open."""

from __future__ import annotations

import re
from pathlib import Path

_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "rar"),
    (b"\x1f\x8b", "rar"),
    *((magic, "image") for magic in (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"BM")),
)
_HEAD = 4096
_TEXT_MAGIC = {b"BM"}
"""Signatures that a text may begin with as well: they need a zero byte near by."""

_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|table|div|style)\b", re.IGNORECASE)
_PAGE_ARCHIVE = re.compile(r"^(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?MIME-Version:", re.IGNORECASE)
_OLD_XML = {"Word.Document": "wordml", "Excel.Sheet": "excelml"}

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_MOST_SECTORS = 4096
"""Sectors of a directory that are followed: sixteen thousand entries."""


def kind_of(data: bytes) -> str:
    """``pdf``, ``zip``, ``ole``, ``rtf``, ``rar`` (any other archive), ``image``, ``html``, ``wordml``,
    ``excelml`` or ``txt``."""
    head = data[:_HEAD].lstrip(b"\0 \t\r\n")
    for magic, kind in _SIGNATURES:
        if head.startswith(magic) and (magic not in _TEXT_MAGIC or b"\0" in head[:64]):
            return kind
    text = _decoded(data[:_HEAD])
    for program, kind in _OLD_XML.items():
        if f'progid="{program}"' in text:
            return kind
    if text.startswith("<") and _MARKUP.search(text):
        return "html"
    return "html" if _PAGE_ARCHIVE.match(text) and "multipart/related" in text else "txt"


def _decoded(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    return head.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace").lstrip("\ufeff \t\r\n\0")


def package_kind(names: list[str]) -> str:
    """What a zip with members of these ``names`` is: ``docx``, ``xlsx``, ``ofd``, ``odt``, ``ods``, ``odd``
    (another package of Office) or ``archive``."""
    lower = {name.lower() for name in names}
    if "[content_types].xml" in lower:
        if any(name.startswith("word/") for name in lower):
            return "docx"
        return "xlsx" if any(name.startswith("xl/") for name in lower) else "odd"
    if "ofd.xml" in lower:
        return "ofd"
    if {"mimetype", "content.xml"} <= lower:
        return "open"
    return "archive"


def compound_kind(data: bytes, path: Path) -> str:
    """What a compound file is: ``doc``, ``xls``, ``locked``, ``odd``; ``damaged`` without its directory."""
    streams = root_streams(data)
    if not streams.keys() - {""}:
        return "damaged"
    if "EncryptedPackage" in streams:
        return "locked"
    if "WordDocument" in streams:
        start = (streams["WordDocument"] + 1) * _sector(data)
        flags = int.from_bytes(data[start + 10 : start + 12], "little")
        return "locked" if flags & 0x0100 else "doc"
    if "Workbook" in streams or "Book" in streams:
        return "xls"
    return "doc" if path.suffix.lower() == ".wps" else "odd"


def _sector(data: bytes) -> int:
    return 4096 if data[30:32] == b"\x0c\x00" else 512


def root_streams(data: bytes) -> dict[str, int]:
    """The names in the root of a compound file, each with its first sector, as far as it is whole."""
    entries = _directory(data)
    if not entries:
        return {}
    found: dict[str, int] = {}
    waiting, seen = [_word(entries[0], 76)], {0}
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        length = int.from_bytes(entry[64:66], "little")
        found[entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")] = _word(entry, 116)
        waiting += [_word(entry, 68), _word(entry, 72)]
    return found


def _directory(data: bytes) -> list[bytes]:
    """The 128-byte entries of a compound file's directory, by its allocation table."""
    size = _sector(data)
    tables = [_word(data, 76 + 4 * n) for n in range(109)]
    more = _word(data, 68)
    for _ in range(_MOST_SECTORS):
        if more >= _END or (more + 2) * size > len(data):
            break
        at = (more + 1) * size
        tables += [_word(data, at + 4 * n) for n in range(size // 4 - 1)]
        more = _word(data, at + size - 4)
    chain: list[int] = []
    sector, seen = _word(data, 48), set[int]()
    while sector < _END and sector not in seen and len(seen) < _MOST_SECTORS:
        seen.add(sector)
        chain.append(sector)
        table, place = divmod(sector, size // 4)
        if table >= len(tables) or tables[table] == _FREE:
            break
        sector = _word(data, (tables[table] + 1) * size + 4 * place)
    content = b"".join(data[(n + 1) * size : (n + 2) * size] for n in chain)
    return [content[at : at + 128] for at in range(0, len(content) - 127, 128)]


def _word(data: bytes, at: int) -> int:
    """The 32-bit number at ``at``; the end mark where the file ends before."""
    return int.from_bytes(data[at : at + 4], "little") if at + 4 <= len(data) else _END
