"""Zip packages of XML parts (Word, Excel, OFD), opened within bounds that hostile files cannot exceed.

Everything that is wrong with a package is an :class:`UnreadableError`. Part names are as stored,
with ``/`` between folders and none in front; they are found whatever their case.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from mingzhang.documents import UnreadableError
from mingzhang.readers.zips import FAULTS, METHODS, locked, member_name, most_bytes

_MOST_MEMBERS = 50_000
_MOST_BYTES = 400_000_000  # inflated, of all parts that are read
_MOST_XML_BYTES = 100_000_000
_MOST_MARKUP = 12_000_000  # of "<" and "=" in one part: what its tree costs in memory
_MOST_RATIO = 250  # text deflates to a fiftieth at best

_DAMAGED = "文件已损坏或不完整，请重新导出或另存后再检查。"
_LOCKED = "文件已加密，请先去除密码再检查。"
_TOO_LARGE = "文件解压后过大，为安全起见未读取；请拆分或重新导出后再检查。"
_DOCTYPE = "文件中有不允许的DOCTYPE声明，未读取；请用Word、WPS等软件重新另存后再检查。"


class Package:
    """The parts of an opened package."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {
            member_name(info).lstrip("/"): info for info in archive.infolist() if not info.is_dir()
        }
        self._folded = {name.lower(): name for name in self._members}
        self._left = _MOST_BYTES

    def names(self) -> list[str]:
        """The names of all parts, in the order of the package."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, None if there is none of that name."""
        info = self._member(name)
        if info is None:
            return None
        self._left -= info.file_size
        if self._left < 0 or info.file_size > most_bytes(info, _MOST_RATIO):
            raise UnreadableError(_TOO_LARGE)
        if info.compress_type not in METHODS:
            raise UnreadableError(_DAMAGED)
        try:
            with self._archive.open(info) as file:
                return file.read(info.file_size)  # without a number it inflates past the stated size
        except FAULTS as error:
            raise UnreadableError(_DAMAGED) from error

    def xml(self, name: str) -> etree._Element | None:
        """The root element of an XML part without comments, None if there is no such part."""
        info = self._member(name)
        if info is not None and info.file_size > _MOST_XML_BYTES:
            raise UnreadableError(_TOO_LARGE)
        data = self.read(name)
        return None if data is None else parse_xml(data)

    def _member(self, name: str) -> zipfile.ZipInfo | None:
        name = name.lstrip("/")
        return self._members.get(name) or self._members.get(self._folded.get(name.lower(), ""))


def open_package(data: bytes) -> Package:
    """The package in ``data``; raises UnreadableError for damaged, encrypted or monstrous ones."""
    if data.count(b"PK\x01\x02") > _MOST_MEMBERS:
        raise UnreadableError(_TOO_LARGE)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except FAULTS as error:
        raise UnreadableError(_DAMAGED) from error
    if locked(archive):
        raise UnreadableError(_LOCKED)
    return Package(archive)


def parse_xml(data: bytes) -> etree._Element:
    """The root element of a document without DOCTYPE; nothing outside ``data`` is ever loaded."""
    if data.count(b"<") + data.count(b"=") > _MOST_MARKUP:
        raise UnreadableError(_TOO_LARGE)
    if b"<!DOCTYPE" in data:
        raise UnreadableError(_DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableError(_DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(_DOCTYPE)
    return root
