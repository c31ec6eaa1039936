"""Small text files that a user writes beside the documents: a list of units, of accepted findings."""

from __future__ import annotations

from pathlib import Path

from mingzhang.documents import UnreadableError

_LARGEST = 4_000_000


def read_list(path: Path, called: str) -> str:
    """The text of ``path``, which messages call ``called``; raises UnreadableError with the remedy."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableError(f"{called}“{path}”超过{_LARGEST // 1_000_000}MB，不像是{called}，请检查。")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"无法读取{called}“{path}”，请检查路径和权限。") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(f"{called}“{path}”的文字编码无法识别，请存为UTF-8。")
