"""The archive of closed years: one file for each unit, scope and year, locked once it is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from mingzhang.binding.asked import Label, label
from mingzhang.documents import UnreadableError
from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.projects.project import address, key_of
from mingzhang.taxonomy import Library, Standards
from mingzhang.writers import write_bytes

FORMAT = "mingzhang.archive/1"
_LARGEST = 4_000_000
_TOLD = 5
_FINAL, _PRIOR = "final", "prior"
_BARRED = '\\/:*?"<>|'


class Replaced(msgspec.Struct, forbid_unknown_fields=True):
    """A replacement of archived figures: why, and each figure before and after (empty for none)."""

    reason: str
    changed: dict[str, tuple[str, str]]


class ClosedYear(msgspec.Struct, forbid_unknown_fields=True):
    """The final accounts of a unit as published: the figures of its tables, and those of its text that the
    next year is compared with, by address."""

    format: str
    name: str
    scope: str
    year: int
    edition: str
    figures: dict[str, str]
    replaced: tuple[Replaced, ...] = ()

    def last(self, standards: Standards) -> dict[Key, str]:
        """The figures by the addresses under which the next year's disclosure asks for them."""
        found: dict[Key, str] = {}
        for where, text in self.figures.items():
            key = key_of(where)
            if key is not None and key[0] in standards.forms:
                found[LAST + key[0], key[1], key[2]] = text
            elif key is not None and key[2] == _FINAL:
                found[key[0], key[1], _PRIOR] = text
        return found


def standards_of(closed: ClosedYear, library: Library) -> Standards:
    """The standards of the edition that a year was archived by, or of the nearest national one."""
    edition = closed.edition if closed.edition in library.editions else library.nearest(closed.year, None).id
    return library.standards(edition)


def called(where: str, year: int, standards: Standards) -> Label:
    """What the figure at an address is called."""
    return label(key_of(where) or (where, "", ""), standards, year)


def closed_year_file(archive: Path, name: str, scope: str, year: int) -> Path:
    """Where the archive keeps the year of a unit or department."""
    plain = "".join("_" if char in _BARRED or char < " " else char for char in name).strip(". ")
    return archive / (plain or "_") / f"{year}{scope}.json"


def read_closed_year(path: Path) -> ClosedYear:
    """The archived year at ``path``; raises UnreadableError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableError(f"“{path}”超过{_LARGEST // 1_000_000}MB，不是归档文件。")
        found = msgspec.json.decode(path.read_bytes(), type=ClosedYear)
    except OSError as error:
        raise UnreadableError(f"归档文件“{path}”无法打开，请检查路径和权限。") from error
    except msgspec.MsgspecError as error:
        raise UnreadableError(
            f"归档文件“{path}”已损坏或不是明账的归档；请从备份恢复，或用 mingzhang archive add 重新归档。"
        ) from error
    if found.format != FORMAT:
        raise UnreadableError(f"归档文件“{path}”的格式是“{found.format}”，本程序能读“{FORMAT}”；请升级程序。")
    return found


def last_year(archive: Path, name: str, scope: str, year: int) -> ClosedYear | None:
    """The year before ``year`` of the unit; None where it is not archived. Raises UnreadableError."""
    if not archive.is_dir():
        raise UnreadableError(f"归档文件夹“{archive}”不存在；请检查 --archive 或 unit.yaml 的 archive。")
    path = closed_year_file(archive, name, scope, year - 1)
    if not path.exists():
        return None
    found = read_closed_year(path)
    if (found.name, found.scope, found.year) != (name, scope, year - 1):
        raise UnreadableError(
            f"归档文件“{path}”里是{found.name}{found.year}年度（{found.scope}）的决算，与文件名不符；请恢复原来的文件。"
        )
    return found


def closed_years(archive: Path) -> tuple[list[ClosedYear], list[str]]:
    """Every year in the archive, by unit and year, and a sentence for each file that does not read."""
    if not archive.is_dir():
        raise UnreadableError(f"归档文件夹“{archive}”不存在，请检查路径。")
    found, faults = [], []
    for path in sorted(archive.glob("*/*.json")):
        try:
            found.append(read_closed_year(path))
        except UnreadableError as error:
            faults.append(str(error))
    return sorted(found, key=lambda one: (one.name, one.year, one.scope)), faults


def lock_in(
    archive: Path, closed: ClosedYear, reason: str | None, standards: Standards
) -> tuple[Path, Mapping[str, tuple[str, str]]]:
    """Put a year into the archive; gives its file and what changed against the one that was there.

    Raises UnreadableError where another one is there and no ``reason`` for replacing it is given, or where
    the archive cannot be written.
    """
    path = closed_year_file(archive, closed.name, closed.scope, closed.year)
    changed: dict[str, tuple[str, str]] = {}
    if path.exists():
        old = read_closed_year(path)
        changed = differences(old.figures, closed.figures)
        if not changed:
            return path, {}
        if not reason:
            told = "；".join(
                f"{called(where, closed.year, standards).text}归档为{was or '空白'}，现为{now or '空白'}"
                for where, (was, now) in list(changed.items())[:_TOLD]
            )
            raise UnreadableError(
                f"{closed.name}{closed.year}年度（{closed.scope}）已经归档，有{len(changed)}个数字不同（{told}），"
                "没有改动；确需更换的，加 --replace 和 --reason 写明理由。"
            )
        closed.replaced = (*old.replaced, Replaced(reason, changed))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(encoded(closed), path)
    except OSError as error:
        raise UnreadableError(f"无法写入“{path}”，请检查路径和写入权限。") from error
    return path, changed


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What is not the same, by address: before and after."""
    every = sorted({*old, *new})
    return {w: (old.get(w, ""), new.get(w, "")) for w in every if old.get(w, "") != new.get(w, "")}


def encoded(closed: ClosedYear) -> bytes:
    """The file: one figure a line in the order of addresses, the same for the same figures."""
    ordered = msgspec.structs.replace(closed, figures=dict(sorted(closed.figures.items())))
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n"


def closed(name: str, scope: str, year: int, edition: str, figures: Mapping[Key, str]) -> ClosedYear:
    """A year to be archived."""
    return ClosedYear(
        FORMAT, name, scope, year, edition, {address(key): text for key, text in figures.items()}
    )
