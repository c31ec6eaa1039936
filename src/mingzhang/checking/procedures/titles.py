"""Names that belong to something else: another level's office in a title, another 款 or 项."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import HAN, Hit, at, running_text, spot, told
from mingzhang.documents import squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check, CodeList

_TABLE = "general_budget_expenditure"
_PLACES = re.compile(
    rf"([{HAN}]{{2,7}}?(?:省|自治区|自治州|市))([{HAN}]{{2,7}}?(?:自治州|自治县|市|州|县|区|旗))([{HAN}]{{3,}})"
)
_TITLE = r"(?:第[一二三四五]部分)?{name}(?:\d{{4}}年度?|概况|(?:部门|单位)决算)"
_TRIPLE = re.compile(
    r"(?P<类>[^（）()，。；：:]{2,40})[（(]类[）)](?P<款>[^（）()，。；：:]{2,40})[（(]款[）)]"
    r"(?P<项>[^（）()，。；：:]{2,40})[（(]项[）)]"
)


def entity_abridged(submission: Submission, check: Check) -> Iterator[Finding]:
    """Titles with the unit's name without its own place: the office of the higher place of that name."""
    paragraphs = running_text(submission)
    name = squash(submission.entity or "")
    placed = _PLACES.fullmatch(name)
    if placed is None:
        raise NotEvaluatedError("单位名称中没有上下两级地名")
    other = placed[1] + placed[3]
    title = re.compile(_TITLE.format(name=re.escape(other)))
    hits = []
    for paragraph in paragraphs:
        plain = squash(paragraph.text)
        if paragraph.part != "contents" and other in plain and title.match(plain):
            place = _found(paragraph, other, 0)
            message = (
                f"{at(place)}标题中的“{other}”是{placed[1]}的机构，本单位是“{name}”，漏写了“{placed[2]}”。"
            )
            hits.append(Hit((other,), place, message, name))
    yield from told(check, hits)


class _Triple(NamedTuple):
    """An item as the text names it: 类, 款, 项, and where the last two begin."""

    paragraph: ParagraphSeen
    class_: str
    group: str
    item: str
    group_at: int
    item_at: int


def item_misplaced(submission: Submission, check: Check) -> Iterator[Finding]:
    """An item under a 款 that its 类 does not have, or under a name that the table does not print."""
    codes = submission.standards.codelists.get("functional")
    triples = list(_triples(submission))
    if codes is None or not triples:
        raise NotEvaluatedError("正文没有写明类、款、项的科目")
    known, year = _tree(codes), submission.year or 9999
    table = submission.readings.get(_TABLE)
    printed = {r: _plain(seen.label) for r, seen in table.rows.items() if r.isdecimal()} if table else {}
    hits = []
    for triple in triples:
        top = next((c for c in known[""] if _plain(triple.class_).endswith(c)), None)
        if top is None:
            continue
        code = known[""][top]
        group = known[code].get(_plain(triple.group))
        if group is None:
            owners = {g for g in known[code].values() if _plain(triple.item) in known[g]}
            if len(owners) == 1:
                right = codes.name(owners.pop(), year) or ""
                hits.append(
                    _hit(triple, "款", triple.group, right, f"“{triple.item}（项）”属于“{right}（款）”")
                )
            continue
        items = {r: label for r, label in printed.items() if len(r) > len(group) and r.startswith(group)}
        if not items or _plain(triple.item) in {*items.values(), *known[group]}:
            continue
        said = {_plain(other.item) for other in triples if _plain(other.group) == _plain(triple.group)}
        rest = [r for r, label in items.items() if label not in said]
        right = (codes.name(rest[0], year) or "") if len(rest) == 1 else ""
        told_of = f"表中为“{right}”" if right else "表中没有这一科目"
        hits.append(_hit(triple, "项", triple.item, right, told_of))
    for found in told(check, hits):
        found.suggestions = [replace(suggestion, confidence="likely") for suggestion in found.suggestions]
        yield found


def _hit(triple: _Triple, level: str, name: str, right: str, why: str) -> Hit:
    place = _found(triple.paragraph, name, triple.group_at if level == "款" else triple.item_at)
    message = f"{at(place)}的“{name}（{level}）”与科目不符：{why}。"
    return Hit((level, name, right), place, message, right or None)


def _triples(submission: Submission) -> Iterator[_Triple]:
    for paragraph in running_text(submission):
        if paragraph.part == "glossary" or "项" not in paragraph.text:
            continue
        for match in _TRIPLE.finditer(paragraph.text):
            class_, group, item = (squash(match[level]) for level in ("类", "款", "项"))
            yield _Triple(paragraph, class_, group, item, match.start("款"), match.start("项"))


def _plain(name: str) -> str:
    """A name of the classification as compared: texts leave its 支出 out, or put it before the next name."""
    return squash(name).removeprefix("支出").removesuffix("支出")


@lru_cache(maxsize=8)
def _tree(codes: CodeList) -> dict[str, dict[str, str]]:
    """Codes by every name they ever had, by the code above; the longest names first."""
    tree: dict[str, dict[str, str]] = defaultdict(dict)
    for code, entries in codes.entries.items():
        for entry in sorted(entries, key=lambda e: -len(e.name)):
            tree[code[:-2] if len(code) > 3 else ""][_plain(entry.name)] = code
    tree[""] = dict(sorted(tree[""].items(), key=lambda named: -len(named[0])))
    return tree


def _found(paragraph: ParagraphSeen, name: str, start: int) -> Location:
    """Where ``name`` stands from ``start`` on, white space apart."""
    match = re.compile(r"\s*".join(map(re.escape, name))).search(paragraph.text, start)
    assert match is not None
    return spot(paragraph, *match.span())
