"""Writers print a :class:`~mingzhang.documents.Document` in an output format.

There is one module per format, each with a function ``write(document) -> bytes``. The function
:func:`write` of this package chooses among them by the suffix of a path and writes the file.
"""

from __future__ import annotations

import importlib
import os
import tempfile
import time
from pathlib import Path

from mingzhang.documents import Document

_PAUSES = (0.1, 0.2, 0.4, 0.8)
_BUSY = "无法写入“{}”：文件正被其他程序打开（例如Word、Excel、WPS），请关闭后再试，或换一个文件名。"

SUFFIXES = (".txt", ".pdf", ".docx", ".xlsx", ".html")
"""Suffixes of the formats that can be written."""


def write(document: Document, path: Path) -> None:
    """Writes ``document`` to ``path`` in the format of its suffix (one of :data:`SUFFIXES`).

    The file appears complete or not at all: it is written beside ``path`` under another name and
    then moved into place. Raises :class:`ValueError` for any other suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"不支持写出“{path.suffix}”格式的文件，请改用{'、'.join(SUFFIXES)}。")
    module = importlib.import_module(f"mingzhang.writers.{suffix[1:]}")
    write_bytes(module.write(document), path)


class BusyError(OSError):
    """The file cannot be replaced, since another program holds it; the message is for the user."""


def write_bytes(data: bytes, path: Path) -> None:
    """Puts ``data`` in place of the file at ``path`` in one step; links are followed, devices written to.

    Raises :class:`BusyError` where the file stays open in another program, as Windows has it.
    """
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(path))
        _replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _replace(name: str, path: Path) -> None:
    """Moves the file into place; what holds the old one for a moment, such as a virus scanner, may let go."""
    for pause in (*_PAUSES, None):
        try:
            os.replace(name, path)
            return
        except PermissionError as error:
            if pause is None:
                raise BusyError(_BUSY.format(path)) from error
            time.sleep(pause)


def _mode(path: Path) -> int:
    """The permissions of the file at ``path``, or those a new file gets."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
