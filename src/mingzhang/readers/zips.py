"""What archives of files and packages of parts have in common: members' names, locks, bounds, faults."""

from __future__ import annotations

import struct
import zipfile
import zlib

FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
)
"""What a damaged zip file raises."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that inflate bit by bit, as the bounds need."""

_RATIO_FROM = 20_000_000
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800


def locked(archive: zipfile.ZipFile) -> bool:
    """Whether a password protects any member."""
    return any(info.flag_bits & _ENCRYPTED for info in archive.infolist())


def most_bytes(info: zipfile.ZipInfo, ratio: int) -> int:
    """How far a member may inflate: ``ratio`` times its packed size, and a little one further."""
    return max(_RATIO_FROM, ratio * info.compress_size)


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; names in UTF-8 or GBK are often stored without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        stored = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                return stored.decode(encoding).replace("\\", "/")
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
