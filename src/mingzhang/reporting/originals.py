"""The files that were checked, opened again: for pictures of their pages and for copies with marks.

Nothing is read anew: what was found in a file holds for the bytes that were read and for no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from mingzhang.readers import SUFFIXES
from mingzhang.readers.container import Sources
from mingzhang.reporting.model import Checkup


def originals(files: Sequence[Checkup]) -> Iterator[tuple[Checkup, bytes | None]]:
    """Each file with its bytes, None where they are no longer those that were checked.

    An archive is opened once for all of its files that follow each other.
    """
    for container, group in groupby(files, key=lambda file: file.container):
        if container is None:
            yield from ((file, _same(Path(file.path), file.sha256)) for file in group)
            continue
        with Sources([Path(container)], SUFFIXES) as found:
            paths = {source.shown: source.path for source in found.files}
            for file in group:
                yield file, _same(paths[file.path], file.sha256) if file.path in paths else None


def _same(path: Path, sha256: str | None) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None
