"""Files → the one Document model, one module per format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from mingzhang.documents import Document, UnreadableError

_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"Rar!", "rar"),
    *((magic, "image") for magic in (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8")),
)
_REMEDIES = {
    "zip": "目前只读取PDF和文本文件；Word、Excel文件请先另存为PDF再检查。",
    "ole": "这是旧版Office或WPS文件，目前只读取PDF和文本文件；请先另存为PDF再检查。",
    "image": "这是图片或扫描件，不能核对其中的数字；请提供有文字层的PDF或文本文件。",
    "rar": "请先解压RAR文件，再检查其中的PDF或文本文件。",
}
_MAX_BYTES = 500_000_000
SUFFIXES = (".pdf", ".txt")
"""Suffixes of the files that a directory is searched for."""


def file_format(path: Path) -> str:
    """The contract's format name by suffix, for files that were not read."""
    suffix = path.suffix.lower().lstrip(".")
    return (
        suffix
        if suffix in {"txt", "docx", "xlsx", "xls", "pdf", "html", "ofd", "doc", "wps", "et"}
        else "other"
    )


def read_document(path: Path) -> Document:
    """Read ``path`` by its content, not its name; raises UnreadableError with the remedy."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UnreadableError("文件超过500MB，未读取；请拆分后再检查。")
        data = path.read_bytes()
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "文件不存在或无法打开"
        raise UnreadableError(f"{reason}，请检查路径和权限。") from error
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("文件是空的，没有可检查的内容。")
    kind = next((name for magic, name in _SIGNATURES if data[:1024].lstrip().startswith(magic)), "txt")
    if kind in _REMEDIES:
        raise UnreadableError(_REMEDIES[kind])
    return _reader(kind)(path, data, hashlib.sha256(data).hexdigest())


def _reader(kind: str) -> Callable[[Path, bytes, str], Document]:
    if kind == "pdf":
        from mingzhang.readers import pdf

        return pdf.read
    from mingzhang.readers import txt

    return txt.read
