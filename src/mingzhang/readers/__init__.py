"""Files → the one Document model, one module per format."""

from __future__ import annotations

import hashlib
import importlib
import stat
from collections.abc import Callable, Container, Mapping
from pathlib import Path, PurePath
from typing import Any

from mingzhang.documents import Document, UnreadableError
from mingzhang.readers.kinds import compound_kind, kind_of, package_kind

FORMATS = ("txt", "docx", "xlsx", "xls", "pdf", "html", "ofd", "doc", "wps", "et")
"""The names of formats in reports; what is none of them is ``image`` or ``other``."""

SUFFIXES = (
    *(".pdf", ".docx", ".docm", ".doc", ".wps", ".rtf", ".xlsx", ".xlsm", ".xls", ".et"),
    *(".ofd", ".html", ".htm", ".mht", ".mhtml", ".txt"),
)
"""Suffixes of the files that a folder or archive is searched for."""

_OTHER_NAMES = {
    "docm": "docx",
    "xlsm": "xlsx",
    "htm": "html",
    "mht": "html",
    "mhtml": "html",
} | dict.fromkeys(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff"), "image")
_OWN_NAMES = {"docx": ("wps",), "xlsx": ("et",), "xls": ("et",), "doc": ("wps",)}
"""Formats of WPS that are, inside, one of Office's."""

_TEXTS = ("txt", "html", "other")
"""Formats by suffix that a text may well have."""

_REMEDIES = {
    "image": "这是图片或扫描件，不能核对其中的数字；请提供有文字层的PDF、Word或Excel文件。",
    "rar": "请先解压此压缩文件（RAR、7z等），再检查其中的文件；也可以改用ZIP格式。",
    "archive": "这是压缩包，请直接检查压缩包或先解压。",
    "odd": "此文件不是文档、表格或公开页面，不能核对；请另存为docx、xlsx或PDF再检查。",
    "locked": "文件有密码保护，请先去除密码再检查。",
    "damaged": "文件已损坏或不完整，请重新导出或另存后再检查。",
}
_CONVERTED = {"doc": (".doc", "docx"), "rtf": (".rtf", "docx"), "wordml": (".xml", "docx")} | {
    "excelml": (".xml", "xlsx"),
    "odt": (".odt", "docx"),
    "ods": (".ods", "xlsx"),
}
"""What LibreOffice converts: the suffix that it knows the format by, and into what."""

_MAX_BYTES = 500_000_000
_MOST_BLOCKS = 100_000
"""Paragraphs and tables of one file: some thousand pages."""

Reader = Callable[..., Document]


def file_format(path: PurePath) -> str:
    """The format by suffix, for files that were not read."""
    suffix = path.suffix.lower().lstrip(".")
    suffix = _OTHER_NAMES.get(suffix, suffix)
    return suffix if suffix in (*FORMATS, "image") else "other"


def read_document(
    path: Path,
    shown: str | None = None,
    without: Container[str] = (),
    parser: Callable[..., Any] | None = None,
) -> Document:
    """Read ``path`` by its content, not its name; raises UnreadableError with the remedy.

    ``shown`` is the name that reports use where it is not the path (a member of an archive). Of a workbook
    (xlsx) the sheets whose names are in ``without`` are left out; ``parser`` makes the readers of the rest.
    """
    data = _bytes(path)
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("文件是空的，没有可检查的内容。")
    name = Path(shown) if shown is not None else path
    kind = kind_of(data)
    if kind == "zip":
        kind = _package(data, name)
    elif kind == "ole":
        kind = compound_kind(data, name)
    elif kind == "txt" and _is_binary(data) and file_format(name) not in _TEXTS:
        kind = "damaged"
    if kind in _REMEDIES:
        raise UnreadableError(_REMEDIES[kind])
    document = _read(kind, name, data, {"without": without, "parser": parser} if kind == "xlsx" else {})
    if len(document.blocks) > _MOST_BLOCKS:
        raise UnreadableError("文件内容过多，未读取；请拆分后再检查。")
    return document


def misnamed(path: str, read_as: str) -> str:
    """What to say of a plain text whose name is that of another format; empty where it is none."""
    name = PurePath(path)
    if read_as != "txt" or file_format(name) in _TEXTS:
        return ""
    return (
        f"名称以“{name.suffix}”结尾，内容却是纯文本，已按文本读取；如果不是这样存的，请从原来的程序重新导出。"
    )


def _bytes(path: Path) -> bytes:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise UnreadableError("这不是普通文件，未读取；请给出文件或文件夹的路径。")
        if state.st_size > _MAX_BYTES:
            raise UnreadableError("文件超过500MB，未读取；请拆分后再检查。")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "文件不存在或无法打开"
        raise UnreadableError(f"{reason}，请检查路径和权限。") from error


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _package(data: bytes, name: Path) -> str:
    from mingzhang.readers.package import open_package

    kind = package_kind(open_package(data).names())
    if kind == "open":
        return "ods" if name.suffix.lower() == ".ods" else "odt"
    return kind


def _read(kind: str, name: Path, data: bytes, options: Mapping[str, Any]) -> Document:
    sha256 = hashlib.sha256(data).hexdigest()
    if kind not in _CONVERTED:
        document = _reader(kind)(name, data, sha256, **options)
    else:
        from mingzhang.readers import office

        suffix, target = _CONVERTED[kind]
        document = _reader(target)(name, office.convert(data, suffix, target), sha256)
        document.format = kind if kind in FORMATS else file_format(name)
    if (suffix := name.suffix.lower().lstrip(".")) in _OWN_NAMES.get(kind, ()):
        document.format = suffix
    return document


def _reader(kind: str) -> Reader:
    """The function of the format's module, imported only now."""
    read: Reader = importlib.import_module(f"mingzhang.readers.{kind}").read
    return read
