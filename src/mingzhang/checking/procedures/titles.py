"""Names that belong to something else: another level's office in a title, another 款 before its item."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import HAN, Hit, at, running_text, spot, told
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check, CodeList

_TITLE_REST = 20
"""Signs that a title has besides the name."""

_CLASS = 3
"""A code of so many digits is a 类."""

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
        sentence = len(plain) > len(other) + _TITLE_REST or "。" in plain
        if paragraph.part != "contents" and other in plain and not sentence and title.match(plain):
            place = _found(paragraph, other, 0)
            message = (
                f"{at(place)}标题中的{quoted(other)}是{placed[1]}的机构，"
                f"本单位是{quoted(name)}，漏写了{quoted(placed[2])}。"
            )
            hits.append(Hit((other,), place, message, name))
    yield from told(check, hits)


def item_misplaced(submission: Submission, check: Check) -> Iterator[Finding]:
    """An item under a 款 that its 类 does not have, where the classification has it under another one."""
    codes = submission.standards.codelists.get("functional")
    if codes is None:
        raise NotEvaluatedError("没有政府收支分类科目")
    tree, year = _tree(codes), submission.year or 9999
    known = {name for named in tree.values() for name in named}
    hits = []
    for paragraph in running_text(submission):
        if paragraph.part == "glossary" or "款" not in paragraph.text:
            continue
        for match in _TRIPLE.finditer(paragraph.text):
            class_, group, item = (squash(match[level]) for level in ("类", "款", "项"))
            code = next((tree[""][name] for name in tree[""] if _plain(class_).endswith(name)), None)
            if code is None or _plain(group) in tree[code]:
                continue
            if _plain(group) not in known:
                continue  # written short, or misspelt
            owners = {owner for owner in tree[code].values() if _plain(item) in tree[owner]}
            if len(owners) == 1:
                right = codes.name(owners.pop(), year) or ""
                place = _found(paragraph, group, match.start("款"))
                message = f"{at(place)}的“{group}（款）”写错：“{item}（项）”属于“{right}（款）”。"
                hits.append(Hit((group, right), place, message, right))
    yield from told(check, hits)


def _plain(name: str) -> str:
    """A name of the classification as compared: texts leave its 支出 out, or put it before the next name."""
    return squash(name).removeprefix("支出").removesuffix("支出")


@lru_cache(maxsize=8)
def _tree(codes: CodeList) -> dict[str, dict[str, str]]:
    """Codes by every name they ever had, by the code above; the longest names of 类 first."""
    tree: dict[str, dict[str, str]] = defaultdict(dict)
    for code, entries in codes.entries.items():
        for entry in entries:
            tree[code[:-2] if len(code) > _CLASS else ""][_plain(entry.name)] = code
    tree[""] = dict(sorted(tree[""].items(), key=lambda named: -len(named[0])))
    return tree


def _found(paragraph: ParagraphSeen, name: str, start: int) -> Location:
    """Where ``name`` stands from ``start`` on, white space apart."""
    match = re.compile(r"\s*".join(map(re.escape, name))).search(paragraph.text, start)
    assert match is not None
    return spot(paragraph, *match.span())
