"""What a project says once it is read: whose it is, its figures with their places, its texts and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.disclosure import Contents
from mingzhang.documents import UnreadableError
from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.provenance import Place

FORMAT = "mingzhang.project/1"
UNIT, FIGURES = "unit.yaml", "figures.xlsx"


class Correction(NamedTuple):
    """A figure of last year that differs from the archive; without a reason it is an error."""

    key: Key
    label: str
    archived: str
    own: str
    reason: str

    @property
    def message(self) -> str:
        """What the user is told of it."""
        if self.reason:
            return f"上年数 {self.label}：归档为{self.archived}，本项目更正为{self.own}，理由：{self.reason}"
        return (
            f"上年数 {self.label}：归档为{self.archived}，本项目填写为{self.own}；请改成一致，"
            f"或在 {UNIT} 的 corrections 中写明“{address(self.key)}: 理由”。"
        )


class Conflict(NamedTuple):
    """A figure that the folder has in two places, and not the same: as printed in each, the first is used."""

    key: Key
    label: str
    used: str
    where: str
    other: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Project:
    """A unit's year as its folder has it.

    ``sources`` say where each figure stands in the folder, in words for the user; ``completed`` are totals
    that the folder leaves out, as they were worked out; ``corrections`` what differs from the archive;
    ``blanks`` the cells that wait for a figure; ``has_tables`` says whether any table has one.
    """

    folder: Path
    code: str
    edition: str
    contents: Contents
    sources: Mapping[Key, str] = field(default_factory=dict)
    completed: Mapping[Key, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    corrections: Sequence[Correction] = ()
    conflicts: Sequence[Conflict] = ()
    blanks: Mapping[Key, Place] = field(default_factory=dict)
    has_tables: bool = True


class ProjectError(UnreadableError):
    """A project with faults: a sentence for each in Chinese, naming file, sheet and cell, and the remedy."""

    def __init__(self, folder: Path, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        told = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"项目“{folder}”有{len(self.faults)}处需要改正：\n{told}")


def address(key: Key) -> str:
    """The key as the files of a project write it: section/subject/measure."""
    return "/".join(key)


def key_of(text: str) -> Key | None:
    """The key that an address names; a subject may itself hold strokes."""
    first, _, rest = text.strip().partition("/")
    row, _, column = rest.rpartition("/")
    return (first, row, column) if first and row and column else None


def is_last(key: Key) -> bool:
    """Whether the address is one of last year's figures."""
    return key[0].startswith(LAST) or key[2] == "prior"
