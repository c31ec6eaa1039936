"""Files, folders and zip archives → the files to read, each under the name that reports use.

Members of an archive are inflated into a temporary folder under names of their own, within bounds,
so that no path inside an archive leads anywhere. The folder goes when the work is done.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import NamedTuple, Self

from mingzhang.documents import UnreadableError
from mingzhang.readers.kinds import package_kind
from mingzhang.readers.zips import FAULTS, METHODS, locked, member_name, most_bytes

_MOST_MEMBERS = 5_000
_MOST_DIRECTORY = 5_000_000
"""Bytes of an archive's table of contents."""

_MOST_BYTES = 1_000_000_000
"""Inflated bytes of all archives of one run."""

_MOST_RATIO = 300
_CHUNK = 1 << 20
_REFUSED = (".rar", ".7z")
"""Suffixes of archives that are not opened but named with the remedy."""

_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_TOO_MANY = f"压缩包中的文件超过{_MOST_MEMBERS}个，未读取；请解压后分批检查。"
_DRIVE = re.compile("[A-Za-z]:")
_NAMED = 5
"""How many names a note lists."""


class Source(NamedTuple):
    """A file to read: where its bytes are, its name in reports, the archive it came from."""

    path: Path
    shown: str
    container: str | None = None
    error: str | None = None


class Sources:
    """The files that ``paths`` stand for; to be used in a ``with`` statement.

    A folder or archive stands for the files in it that have one of ``suffixes``. ``notes`` are
    sentences for the user about what was left out.
    """

    def __init__(self, paths: Iterable[Path], suffixes: tuple[str, ...]) -> None:
        self.suffixes = (*suffixes, ".zip", *_REFUSED)
        self.kinds = "、".join((*suffixes, ".zip"))
        self.files: list[Source] = []
        self.notes: list[str] = []
        self._given = list(paths)
        self._seen: set[str] = set()
        self._left, self._extracted = _MOST_BYTES, 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        for path in self._given:
            files = self._folder_files(path) if path.is_dir() else [path]
            for file in files:
                real = os.path.realpath(file)
                if real not in self._seen:
                    self._seen.add(real)
                    self._add(Source(file, _printable(str(file))), nested=False)
            if not files:
                reason = f"文件夹中没有可检查的文件（{self.kinds}）。"
                self.files.append(Source(path, _printable(str(path)), error=reason))
        self._drop_copies()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    # folders

    def _folder_files(self, folder: Path) -> list[Path]:
        """The files with a known suffix below ``folder``, in order of their paths."""
        root = os.path.realpath(folder)
        found: list[Path] = []
        others, outside, closed = list[str](), list[str](), list[str]()
        for name, folders, files in os.walk(folder, onerror=lambda e: closed.append(e.filename)):
            paths = [Path(name, file) for file in (*folders, *files) if not _is_junk(file)]
            folders[:] = [f for f in folders if not f.startswith(".") and not _is_junk(f)]
            for path in paths:
                if _leads_out(path, root):
                    outside.append(path.name)
                elif path.is_file():
                    if path.suffix.lower() in self.suffixes:
                        found.append(path)
                    else:
                        others.append(path.name)
        self._note(str(folder), "另有", "个文件不是可检查的格式", others)
        self._note(str(folder), "有", "个链接指向文件夹之外，没有读取", outside)
        self._note(str(folder), "有", "个文件夹没有读取权限", closed)
        return sorted(found)

    def _note(self, where: str, before: str, after: str, names: list[str]) -> None:
        if not names:
            return
        names = sorted(_printable(name) for name in names)
        listed = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
        self.notes.append(f"“{_printable(where)}”中{before}{len(names)}{after}：{listed}。")

    # archives

    def _add(self, source: Source, *, nested: bool) -> None:
        """The file itself, or what an archive holds."""
        try:
            archive = _archive(source.path)
            if archive is None:
                self.files.append(source)
                return
            with archive:
                if nested:
                    raise UnreadableError("这是多层嵌套的压缩包，没有打开；请先解压。")
                members = self._members(archive, source)
                if not members:
                    raise UnreadableError(f"压缩包中没有可检查的文件（{self.kinds}）。")
                before = len(self.files)
                try:
                    for member in members:
                        self._extract(archive, member, source)
                except UnreadableError:
                    del self.files[before:]
                    raise
        except UnreadableError as error:
            self.files.append(source._replace(error=str(error)))

    def _members(self, archive: zipfile.ZipFile, source: Source) -> list[tuple[str, zipfile.ZipInfo]]:
        """The members to read, by name; the others are noted."""
        members, others, outside = [], [], []
        for info in archive.infolist():
            name = member_name(info)
            parts = PurePosixPath(name).parts
            if info.is_dir() or name.endswith("/") or any(_is_junk(part) for part in parts):
                continue
            if name.startswith("/") or _DRIVE.match(name) or ".." in parts or _is_link(info):
                outside.append(name)
            elif PurePosixPath(name).suffix.lower() in self.suffixes:
                members.append((name, info))
            else:
                others.append(PurePosixPath(name).name)
        self._note(source.shown, "另有", "个文件不是可检查的格式", others)
        self._note(source.shown, "有", "个文件的路径指向压缩包之外，没有读取", outside)
        return sorted(members, key=lambda member: member[0])

    def _extract(self, archive: zipfile.ZipFile, member: tuple[str, zipfile.ZipInfo], source: Source) -> None:
        name, info = member
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="mingzhang-", ignore_cleanup_errors=True)
        self._extracted += 1
        target = Path(self._folder.name) / str(self._extracted)
        outer = source.container or source.shown
        inner = Source(target, f"{source.shown}/{_printable(name)}", outer)
        if info.compress_type not in METHODS:
            self.files.append(inner._replace(error="压缩方式不支持，请解压或重新打包后再检查。"))
            return
        allowed = most_bytes(info, _MOST_RATIO)
        try:
            with archive.open(info) as packed, target.open("wb") as file:
                while chunk := packed.read(_CHUNK):
                    self._left -= len(chunk)
                    allowed -= len(chunk)
                    if self._left < 0 or allowed < 0:
                        raise UnreadableError("压缩包解压后过大，为安全起见未读取；请解压后分批检查。")
                    file.write(chunk)
        except FAULTS:
            self.files.append(inner._replace(error="压缩包中的这个文件已损坏，请解压或重新打包后再检查。"))
            return
        self._add(inner, nested=source.container is not None)

    # copies

    def _drop_copies(self) -> None:
        """Leave each content once; a note names what is left out and what it equals."""
        sizes: dict[int, list[Source]] = {}
        for source in self.files:
            if source.error is None and (size := _size(source.path)):
                sizes.setdefault(size, []).append(source)
        dropped = set()
        for alike in sizes.values():
            first: dict[str, Source] = {}
            for source in alike if len(alike) > 1 else ():
                kept = first.setdefault(_sha256(source), source)
                if kept is not source:
                    dropped.add(id(source))
                    self.notes.append(f"“{source.shown}”与“{kept.shown}”内容相同，只核对一次。")
        self.files = [source for source in self.files if id(source) not in dropped]


def _archive(path: Path) -> zipfile.ZipFile | None:
    """The opened archive, None for a file that is none; raises UnreadableError for one not to be opened."""
    try:
        size = _directory_size(path) if path.is_file() else None
        if size is None or (size > _MOST_DIRECTORY and path.suffix.lower() != ".zip"):
            return None
        if size > _MOST_DIRECTORY:
            raise UnreadableError(_TOO_MANY)
        archive = zipfile.ZipFile(path)
    except FAULTS:
        return None
    infos = archive.infolist()
    reason = None
    if package_kind([info.filename for info in infos]) != "archive":
        archive.close()
        return None
    if len(infos) > _MOST_MEMBERS:
        reason = _TOO_MANY
    elif locked(archive):
        reason = "压缩包有密码保护，请先解压再检查。"
    if reason is not None:
        archive.close()
        raise UnreadableError(reason)
    return archive


def _directory_size(path: Path) -> int | None:
    """The size of an archive's table of contents, told by its end; None where the file is no archive."""
    with path.open("rb") as file:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return None
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 16 > len(tail):
        return None
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail.rfind(b"PK\x06\x06", 0, at)
    return int.from_bytes(tail[large + 40 : large + 48], "little") if large >= 0 else size


def _is_junk(name: str) -> bool:
    return name in _JUNK or name.startswith(("._", "~$", ".~"))


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _leads_out(path: Path, root: str) -> bool:
    """Whether a symbolic link leads out of the folder ``root``."""
    if not path.is_symlink():
        return False
    target = os.path.realpath(path)
    return target != root and not target.startswith(root.rstrip(os.sep) + os.sep)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _sha256(source: Source) -> str:
    try:
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return source.shown


def _printable(text: str) -> str:
    """``text`` as every report can write it."""
    return "".join(c if c >= " " and c != "\x7f" else "�" for c in text.encode("utf-8", "replace").decode())
