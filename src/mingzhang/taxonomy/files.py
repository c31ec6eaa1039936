"""The files of the standards, read: YAML and CSV for people, cached as msgpack under a hash of their content.

Reading YAML costs a hundred times more than the cache. Overlays are untrusted: no aliases, bounded size and
depth, no code.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.forms import FormFile
from mingzhang.malformed import key_twice, record_fault, yaml_fault
from mingzhang.narratives import NarrativeFile
from mingzhang.outlines import OutlineFile
from mingzhang.schemes import SchemeFile
from mingzhang.taxonomy.records import (
    CheckFile,
    ChecklistFile,
    Code,
    Compiled,
    ConceptFile,
    EditionFile,
    JurisdictionFile,
    LexiconFile,
    RelationFile,
    StandardsError,
)

BUILT_IN = Path(__file__).parents[1] / "standards"
SCHEMA_VERSION = 2
_MAX_BYTES = 4_000_000
_MAX_DEPTH = 24

_FILES: dict[str, Any] = {
    "editions": EditionFile,
    "jurisdictions": JurisdictionFile,
    "concepts": ConceptFile,
    "forms": FormFile,
    "relations": RelationFile,
    "checks": CheckFile,
    "checklists": ChecklistFile,
    "narratives": NarrativeFile,
    "lexicons": LexiconFile,
    "indicators": SchemeFile,
    "outlines": OutlineFile,
}


def contents_of(overlay: Path | None) -> tuple[str, list[tuple[Path, bytes]]]:
    """The files of the standards with those of ``overlay`` on top, and their version: a hash of them all.

    Raises StandardsError for an overlay that is not there or holds nothing.
    """
    folders = [BUILT_IN] if overlay is None else [BUILT_IN, overlay]
    if overlay is not None and overlay.is_file():
        raise StandardsError(f"“{overlay}”是文件，应给出标准目录：文件放在目录的indicators等文件夹中。")
    if overlay is not None and not overlay.is_dir():
        raise StandardsError(f"标准目录“{overlay}”不存在，请检查 --standards 后的路径。")
    if overlay is not None and not _files(overlay):
        raise StandardsError(f"标准目录“{overlay}”中没有标准文件，例如 {overlay.name}/indicators/名称.yaml。")
    files = [(folder, path) for folder in folders for path in _files(folder)]
    digest = hashlib.sha256(f"{SCHEMA_VERSION}".encode())
    contents = []
    for folder, path in files:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise StandardsError(f"标准文件“{path}”超过{_MAX_BYTES // 1_000_000}MB，未读取。")
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + data + b"\0")
        contents.append((path, data))
    return digest.hexdigest()[:16], contents


def compiled(version: str, contents: Sequence[tuple[Path, bytes]]) -> Compiled:
    """What the files say, from the cache where it is there; raises StandardsError with every fault."""
    found = _cached(version)
    if found is None:
        found = _compile(contents)
        _store(version, found)
    return found


def _files(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = []
    for room in (*_FILES, "codelists"):
        pattern = "*.csv" if room == "codelists" else "*.y*ml"
        for path in sorted((folder / room).glob(pattern)):
            if not path.resolve().is_relative_to(root):
                raise StandardsError(f"标准文件“{path}”指向目录之外，未读取。")
            found.append(path)
    return found


def misplaced(folder: Path) -> list[str]:
    """What to say of data files of an overlay that stand where none are read."""
    rooms = (*_FILES, "codelists")
    found = []
    for path in sorted([*folder.glob("*.*"), *folder.glob("[!.]*/*.*")]):
        stray = path.parent == folder or path.parent.name not in rooms
        if stray and path.suffix.lower() in (".yaml", ".yml", ".csv") and path.is_file():
            can = "、".join(rooms)
            found.append(f"“{path}”没有读取：标准文件应放在这些文件夹中：{can}；请检查文件夹的名称。")
    return found


def _compile(contents: Sequence[tuple[Path, bytes]]) -> Compiled:
    compiled = Compiled()
    faults = []
    for path, data in contents:
        room = path.parent.name
        try:
            if room == "codelists":
                compiled.codelists.setdefault(path.stem, []).extend(_codes(data))
                continue
            record = _record(data, _FILES[room])
        except ValueError as error:
            faults.append(f"标准文件“{path}”有误：{error}。")
            continue
        _note(compiled.written, record, f"{room}/{path.name}", not path.is_relative_to(BUILT_IN))
        if isinstance(record, FormFile):
            compiled.forms.append(record)
        elif isinstance(record, RelationFile):
            compiled.relations.append(record)
        elif isinstance(record, CheckFile):
            compiled.checks.append(record)
        elif isinstance(record, ChecklistFile):
            compiled.checklists.append(record)
        elif isinstance(record, NarrativeFile):
            compiled.narratives.append(record)
        elif isinstance(record, LexiconFile):
            compiled.lexicons.append(record)
        elif isinstance(record, SchemeFile):
            compiled.schemes.append(record)
        elif isinstance(record, OutlineFile):
            compiled.outlines.append(record)
        elif isinstance(record, EditionFile):
            compiled.editions.extend(record.editions)
        elif isinstance(record, JurisdictionFile):
            compiled.jurisdictions.extend(record.jurisdictions)
        elif isinstance(record, ConceptFile):
            compiled.concepts.extend(record.concepts)
    if faults:
        raise StandardsError(*faults)
    return compiled


def _note(written: dict[str, str], record: Any, file: str, local: bool) -> None:
    """Note in which file the items of ``record`` are written, a later one in place of an earlier."""
    for kind in ("forms", "sheets", "relations", "checks", "lexicons", "schemes", "rows"):
        for item in getattr(record, kind, ()):
            written[f"{kind}:{item.id}"] = file
    for kind, records in (("narratives", NarrativeFile), ("outlines", OutlineFile)):
        if isinstance(record, records) and local:  # what several files say together
            before = written.get(f"{kind}:")
            written[f"{kind}:"] = f"{before}”、“{file}" if before else file


def _record(data: bytes, kind: Any) -> Any:
    """The record that a YAML file holds; raises ValueError that says what is wrong."""
    source = safe_yaml(data)
    try:
        return msgspec.convert(source, kind)
    except msgspec.ValidationError as error:
        raise ValueError(record_fault(error, source)) from error


def _codes(data: bytes) -> list[Code]:
    import csv

    try:
        rows = [dict(row) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    except UnicodeDecodeError as error:
        raise ValueError("不是UTF-8编码的CSV文件") from error
    try:
        return msgspec.convert(rows, list[Code])
    except msgspec.ValidationError as error:
        raise ValueError(record_fault(error, rows)) from error


def safe_yaml(data: bytes) -> Any:
    """What a YAML file that nobody vouches for says; raises ValueError with a message in Chinese."""
    import yaml

    if not data.startswith(codecs.BOM_UTF16_LE) and not data.startswith(codecs.BOM_UTF16_BE):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError("不是UTF-8编码（可能是GBK），请用编辑器另存为UTF-8") from error
    try:
        depth = 0
        for event in yaml.parse(data, yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ValueError("不允许使用YAML别名")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise ValueError("层次过深")
        if twice := key_twice(yaml.compose(data, yaml.CSafeLoader)):
            raise ValueError(twice)
        return yaml.load(data, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(yaml_fault(error)) from error


def _cache_file(version: str) -> Path:
    base = os.environ.get("MINGZHANG_CACHE")
    if not base:
        home = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
        base = str(Path(home) if home else Path.home() / ".cache") + "/mingzhang"
    return Path(base) / f"standards-{version}.msgpack"


def _cached(version: str) -> Compiled | None:
    try:
        found = msgspec.msgpack.decode(_cache_file(version).read_bytes(), type=Compiled)
    except (OSError, RuntimeError, msgspec.MsgspecError):
        return None
    return found if found.editions else None


def _store(version: str, compiled: Compiled) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        target = _cache_file(version)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(compiled))
        os.replace(name, target)
