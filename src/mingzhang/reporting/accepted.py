"""Findings that somebody accepted with a reason: a YAML file, or lines of CSV or text.

A YAML file says ``format: mingzhang.accepted/1`` and lists ``accepted``, each with ``id`` and
``reason``; in CSV and text the first line is ``# format: mingzhang.accepted/1``, and every other one
an id and a reason after a comma or blank.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.documents import UnreadableError
from mingzhang.malformed import key_twice
from mingzhang.readers.lists import read_list
from mingzhang.reporting.model import Report

FORMAT = "mingzhang.accepted/1"
_ID = re.compile(r"[0-9a-f]{12}")
_LINE = re.compile(r"""["']?([^\s,，;；"']+)["']?[\s,，;；]*(.*)""")
_HEAD = re.compile(r"id|编号|finding", re.IGNORECASE)


class _Accepted(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    reason: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    accepted: list[_Accepted]


def read_accepted(path: Path) -> dict[str, str]:
    """The reasons by id; raises UnreadableError that says what is wrong with the file."""
    text = read_list(path, "认可清单")
    entries = _of_lines(text, path) if path.suffix.lower() in (".csv", ".txt") else _of_yaml(text, path)
    found: dict[str, str] = {}
    for number, (finding, reason) in enumerate(entries, 1):
        if not _ID.fullmatch(finding):
            raise UnreadableError(
                f"认可清单“{path}”第{number}条的编号“{finding[:40]}”不对；编号是报告中12位的数字和小写字母。"
            )
        if not reason.strip():
            raise UnreadableError(f"认可清单“{path}”中编号“{finding}”没有写理由，请补上。")
        if found.setdefault(finding, reason.strip()) != reason.strip():
            raise UnreadableError(f"认可清单“{path}”中编号“{finding}”出现两次，理由不同，请只留一条。")
    return found


def accept(report: Report, accepted: dict[str, str]) -> Report:
    """The report with these findings accepted; ids that match none are noted."""
    known = {finding.id for finding in report.findings}
    notes = [
        f"认可清单中的编号“{each}”没有对应的问题，可能已经改正，可以从清单中删除。"
        for each in accepted
        if each not in known
    ]
    matched = {each: reason for each, reason in accepted.items() if each in known}
    return replace(report, accepted=matched, notes=report.notes + notes)


def _of_yaml(text: str, path: Path) -> list[tuple[str, str]]:
    import yaml

    try:
        file = msgspec.convert(_plain(text), _File)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise UnreadableError(
            f"认可清单“{path}”的写法不对；应有 format: {FORMAT} 和 accepted 两项，"
            "accepted 的每一条写 id（加引号）和 reason。"
        ) from error
    _format(file.format, path)
    return [(entry.id, entry.reason) for entry in file.accepted]


def _plain(text: str) -> Any:
    """The data of a YAML text, every scalar as written, so that an id of digits stays one."""
    import yaml

    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CBaseLoader)):
        raise ValueError("alias")
    if twice := key_twice(yaml.compose(text, yaml.CBaseLoader)):
        raise UnreadableError(f"认可清单中{twice}。")
    return yaml.load(text, yaml.CBaseLoader)


def _of_lines(text: str, path: Path) -> list[tuple[str, str]]:
    first, *rest = text.splitlines() or [""]
    stated = re.match(r"""["']?#\s*format:\s*([^\s,"']+)""", first)
    _format(stated[1] if stated else "", path)
    found = []
    for line in rest:
        match = _LINE.match(line.strip())
        if match is None or line.lstrip().startswith("#") or _HEAD.fullmatch(match[1]):
            continue
        found.append((match[1], match[2].strip().rstrip(",").strip("\"'")))
    return found


def _format(stated: str, path: Path) -> None:
    if stated != FORMAT:
        told = f"写的是“{stated[:40]}”" if stated else "没有写明格式"
        raise UnreadableError(
            f"认可清单“{path}”{told}；YAML应写 format: {FORMAT}，csv或txt首行应为 # format: {FORMAT}。"
        )
