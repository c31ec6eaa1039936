"""Texts that differ by one character: passages that stand twice, the unit's name, names of codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.ordinals import ordinal
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import (
    HAN,
    Hit,
    at,
    running_text,
    spot,
    told,
)
from mingzhang.checking.procedures.tables import finding
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check, CodeList

_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_LONG = 20
"""A clause so long with one character other is 95 % alike; shorter ones need their neighbours."""
_PASSAGE = 30
_ENDS = 8
_MOST = 6
_HAN = re.compile(f"[{HAN}]")

_NAME = 8
"""A unit's name so long that one character other is a misprint, not another name."""
_LEVELS = "省市州县区乡镇村街第"

_PLACED = re.compile(rf"(?:[{HAN}]{{2,7}}?(省|自治州|市|县|区))+")
_LEVEL = re.compile(r"([省市州县区])(?:级|本级|直)预算(?:部门|单位)")

_CODED = re.compile(r"[（(](类|款|项)[）)]")
_BEFORE_NAME = re.compile(
    r"^.*[，。；：:;,”\d.．]|^.*[（(][类款项][）)]\s*(?:支出)?|^.*(?:其中|主要用于|以及)"
)
_SHORTEST = 5

_SLIPS = 2
"""A designation that stands more often is of a subordinate unit that speaks for itself."""
_DESIGNATED = re.compile(
    r"我(局|处|会(?![同要不将能可以在就也有按更继认努坚全始一永尽及严积深切加把])|院|校|馆|站|厅|委|社|中心|所(?![在有能做知见需属说作])|办(?![理公事])|部(?!门)|队(?!伍))"
)
_DESIGNATIONS = {
    "局": "局", "处": "处办", "站": "站", "馆": "馆", "所": "所", "厅": "厅", "社": "社",
    "队": "队", "部": "部", "院": "院", "校": "校", "学": "校院", "园": "园校", "会": "会委办",
    "中心": "中心", "办公室": "办室处", "委": "委办", "办": "办处",
}  # fmt: skip


class Passage(NamedTuple):
    """A clause, with its followers where it is short: where it starts and how it is compared."""

    paragraph: ParagraphSeen
    start: int
    end: int
    key: str


def passages_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """Passages that stand twice with one character missing or other in one of them."""
    contrasts = {c for word in submission.standards.lexicons.get("contrasts", ()) for c in word.word}
    paragraphs = running_text(submission)
    entity = squash(submission.entity or "")
    everything = "\n".join(paragraph.text for paragraph in paragraphs)
    seen: dict[str, Passage] = {}
    ends: dict[str, list[str]] = {}
    told_of: set[tuple[int, int, str, str]] = set()
    for passage in _passages(paragraphs):
        key = passage.key
        if key in seen:
            continue
        for end in (f"<{key[:_ENDS]}", f">{key[-_ENDS:]}"):
            near = ends.setdefault(end, [])
            for other in near:
                edit = one_edit(other, key)
                if edit is None or (entity and (entity in other) != (entity in key)):
                    continue
                near_by = slice(max(0, edit[0] - 3), edit[0] + 3)
                mark = (id(seen[other].paragraph), id(passage.paragraph), other[near_by], key[near_by])
                if mark not in told_of and _misprint(other, key, edit, contrasts):
                    told_of.add(mark)
                    yield _differ(check, seen[other], passage, edit, everything)
            if len(near) < _MOST:
                near.append(key)
        seen[key] = passage


def _passages(paragraphs: Sequence[ParagraphSeen]) -> Iterator[Passage]:
    for paragraph in paragraphs:
        text = paragraph.text
        if len(text) < _LONG or paragraph.part in ("contents", "glossary"):
            continue
        number = ordinal(text)
        clauses = [match.span() for match in _CLAUSE.finditer(text, number[2] if number else 0)]
        for first, (start, end) in enumerate(clauses):
            last = first
            while end - start < (_LONG if last == first else _PASSAGE) and last + 1 < len(clauses):
                last += 1
                end = clauses[last][1]
            if end - start >= (_LONG if last == first else _PASSAGE):
                key = squash(text[start:end])
                if len(key) >= _LONG:
                    yield Passage(paragraph, start, end, key)


def one_edit(one: str, two: str) -> tuple[int, str, str] | None:
    """Where and how ``two`` differs from ``one`` by exactly one character, else None."""
    if one == two or abs(len(one) - len(two)) > 1:
        return None
    half = min(len(one), len(two)) // 2
    if one[:half] != two[:half] and one[len(one) - half :] != two[len(two) - half :]:
        return None
    start = next((n for n, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
    after_one, after_two = start + (len(one) >= len(two)), start + (len(two) >= len(one))
    same = one[after_one:] == two[after_two:]
    return (start, one[start:after_one], two[start:after_two]) if same else None


def _misprint(one: str, two: str, edit: tuple[int, str, str], contrasts: set[str]) -> bool:
    """Whether the difference is a misprint rather than another figure, item or way to say it."""
    position, changed, into = edit
    if not all(_HAN.match(c) for c in changed + into):
        return False
    if (changed or into) in contrasts and (into or changed) in contrasts:
        return False
    if changed and into and (changed in contrasts or into in contrasts):
        return False
    inner = 2 <= position <= min(len(one), len(two)) - 2
    same = [n for n in (changed, into) if n]
    return inner and not (len(same) == 1 and same[0] in one[max(0, position - 1) : position] * 2)


def _differ(check: Check, one: Passage, two: Passage, edit: tuple[int, str, str], everything: str) -> Finding:
    """The finding at the odd one: the one whose characters at the difference are rarer in the text."""
    position = edit[0]
    around = [
        p.key[max(0, position - 1) : position + 1 + len(e)] for p, e in ((one, edit[1]), (two, edit[2]))
    ]
    rare = [min(everything.count(a[n : n + 2]) for n in range(max(1, len(a) - 1))) for a in around]
    odd, right = (one, two) if rare[0] < rare[1] else (two, one)
    if rare[0] == rare[1] and len(one.key) < len(two.key):
        odd, right = one, two
    places = [
        spot(odd.paragraph, odd.start, odd.end),
        spot(right.paragraph, right.start, right.end, "compared"),
    ]
    shown = [p.key[max(0, position - 6) : position + 7] for p in (odd, right)]
    message = (
        f"{at(places[0])}的{quoted(places[0].quote)}与{at(places[1])}的同一段话只差一个字"
        f"（{quoted(shown[0])}与{quoted(shown[1])}），请核对，可能应为{quoted(shown[1])}。"
    )
    found = finding(check, message, places, [odd.key, right.key])
    found.suggestions = [Suggestion(f"改为{quoted(places[1].quote)}", 0, places[1].quote, "likely")]
    return found


# ── names ─────────────────────────────────────────────────────────────────────────────────────


def entity_misspelt(submission: Submission, check: Check) -> Iterator[Finding]:
    """The unit's own name with one character missing, added or other; one finding per misspelling."""
    paragraphs = running_text(submission)
    name = squash(submission.entity or "")
    if len(name) < _NAME:
        raise NotEvaluatedError("没有读到可以核对的单位名称")
    half = len(name) // 2
    halves = (name[:half], name[half:])
    hits = []
    for paragraph in paragraphs:
        plain = squash(paragraph.text)
        if not any(part in plain for part in halves):
            continue
        for start, end in _near(plain, name, halves):
            printed = plain[start:end]
            place = _located(paragraph, start, end)
            message = (
                f"{at(place)}的{quoted(printed)}与本单位名称{quoted(name)}差一个字，应为{quoted(name)}。"
            )
            hits.append(Hit((printed,), place, message, name))
    yield from told(check, hits)


def _near(text: str, name: str, halves: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """Where ``text`` prints ``name`` with one inner character missing, added or other."""
    found: set[tuple[int, int]] = set()
    for which, part in enumerate(halves):
        position = text.find(part)
        while position >= 0:
            fixed = position if which == 0 else position + len(part)
            spans = [(fixed, fixed + n) if which == 0 else (fixed - n, fixed) for n in _lengths(name)]
            whole = spans[0]
            if text[slice(*whole)] != name:
                for start, end in spans:
                    edit = one_edit(name, text[start:end]) if 0 <= start < end <= len(text) else None
                    if edit is not None and _inner(name, edit):
                        found.add((start, end))
                        break
            position = text.find(part, position + 1)
    yield from sorted(found)


def _lengths(name: str) -> tuple[int, int, int]:
    return len(name), len(name) - 1, len(name) + 1


def _inner(name: str, edit: tuple[int, str, str]) -> bool:
    """Whether the difference lies inside the name and makes it no name of another level or number."""
    position, changed, into = edit
    inside = 0 < position < len(name) - 1
    return inside and not any(c in _LEVELS or not _HAN.match(c) for c in changed + into)


def _located(paragraph: ParagraphSeen, start: int, end: int) -> Location:
    """The place of characters that are counted without white space."""
    printed = [n for n, character in enumerate(paragraph.text) if not character.isspace()]
    return spot(paragraph, printed[start], printed[end - 1] + 1)


def designation_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """我会, 我局 … said by a unit of another kind; one finding per designation."""
    paragraphs = running_text(submission)
    name = squash(submission.entity or "")
    own = next((_DESIGNATIONS[end] for n in (3, 2, 1) if (end := name[-n:]) in _DESIGNATIONS), "")
    if not own:
        raise NotEvaluatedError("没有读到可以核对的单位名称")
    hits = []
    for paragraph in paragraphs:
        if "我" not in paragraph.text:
            continue
        for match in _DESIGNATED.finditer(paragraph.text):
            said = match[1]
            if said in own or own in said:
                continue
            place = spot(paragraph, match.start(), match.end())
            message = (
                f"{at(place)}自称{quoted(match.group())}，而本单位是{quoted(name)}，应为“我单位”或“本单位”。"
            )
            hits.append(Hit((match.group(),), place, message, "我单位"))
    counts = Counter(hit.subject for hit in hits)
    yield from told(check, [hit for hit in hits if counts[hit.subject] <= _SLIPS])


def level_differs(submission: Submission, check: Check) -> Iterator[Finding]:
    """Budget departments of another level of government than the unit's own; one finding per level."""
    paragraphs = running_text(submission)
    placed = _PLACED.match(squash(submission.entity or ""))
    if placed is None:
        raise NotEvaluatedError("不能从单位名称判断所属的行政级别")
    own = placed[1][-1]
    hits = []
    for paragraph in paragraphs:
        if "预算" not in paragraph.text:
            continue
        for match in _LEVEL.finditer(paragraph.text):
            if match[1] != own:
                place = spot(paragraph, *match.span())
                right = own + place.quote[1:]
                message = (
                    f"{at(place)}写{quoted(place.quote)}，"
                    f"而本单位属于{own}级，请核对是否应为{quoted(right)}。"
                )
                hits.append(Hit((place.quote,), place, message))
    yield from told(check, hits)


def code_name_misspelt(submission: Submission, check: Check) -> Iterator[Finding]:
    """Names before （类）（款）（项） that are one character away from a name of the classification."""
    codes = _functional(submission)
    hits = []
    for level, printed, place in _coded(submission, code_names(codes)):
        near = _nearest(printed, _code_names_by_end(codes)[level])
        if near is not None:
            found, right = near
            message = (
                f"{at(place)}的“{found}（{level}）”与科目名称{quoted(right)}差一个字，应为{quoted(right)}。"
            )
            end = len(place.quote)
            place = (
                replace(place, quote=place.quote[max(0, end - len(found)) :])
                if found in place.quote
                else place
            )
            hits.append(Hit((level, found), place, message, right))
    yield from told(check, hits)


def code_name_outdated(submission: Submission, check: Check) -> Iterator[Finding]:
    """Names before （类）（款）（项） that the classification had in other years only."""
    year = submission.year
    if year is None:
        raise NotEvaluatedError("没有读到年度")
    current, former = _dated(_functional(submission), year)
    hits = []
    for level, printed, place in _coded(submission, current):
        names = [n for n in former[level] if printed.endswith(n) and n not in current[level]]
        if names:
            old = max(names, key=len)
            right = former[level][old]
            if squash(right) != old:
                message = f"{at(place)}的“{old}（{level}）”是其他年度的科目名称，{year}年为{quoted(right)}。"
                hits.append(Hit((level, old), place, message, right))
    yield from told(check, hits)


def _functional(submission: Submission) -> CodeList:
    codes = submission.standards.codelists.get("functional")
    if codes is None:
        raise NotEvaluatedError("没有政府收支分类科目")
    return codes


@lru_cache(maxsize=8)
def code_names(codes: CodeList) -> dict[str, set[str]]:
    """Every name that the classification ever had, by level, with and without 支出."""
    names: dict[str, set[str]] = {"类": set(), "款": set(), "项": set()}
    for entries in codes.entries.values():
        for entry in entries:
            name = squash(entry.name)
            names[entry.level] |= {name, name.removesuffix("支出")}
    return names


@lru_cache(maxsize=8)
def _code_names_by_end(codes: CodeList) -> dict[str, dict[tuple[int, str], set[str]]]:
    """The names by level, and there by their first and last characters: one edit leaves one of them."""
    found: dict[str, dict[tuple[int, str], set[str]]] = {}
    for level, names in code_names(codes).items():
        by_end = found[level] = {}
        for name in names:
            if len(name) >= _SHORTEST:
                by_end.setdefault((0, name[0]), set()).add(name)
                by_end.setdefault((-1, name[-1]), set()).add(name)
    return found


@lru_cache(maxsize=8)
def _dated(codes: CodeList, year: int) -> tuple[dict[str, set[str]], dict[str, dict[str, str]]]:
    """The names in force in ``year`` by level, and those of other years with their successors."""
    current: dict[str, set[str]] = {"类": set(), "款": set(), "项": set()}
    former: dict[str, dict[str, str]] = {"类": {}, "款": {}, "项": {}}
    for code, entries in codes.entries.items():
        for entry in entries:
            name = squash(entry.name)
            if (entry.valid_from or "0") <= str(year) <= (entry.valid_to or "9"):
                current[entry.level].add(name)
            elif (now := codes.name(code, year)) is not None:
                former[entry.level][name] = now
    return current, former


def _coded(submission: Submission, known: dict[str, set[str]]) -> Iterator[tuple[str, str, Location]]:
    """(level, printed name, place) of the names that are in no list of their level."""
    for paragraph in running_text(submission):
        text = paragraph.text
        if paragraph.part == "glossary" or not _CODED.search(text):
            continue
        before = 0
        for match in _CODED.finditer(text):
            start = max(before, match.start() - 40)
            piece = text[start : match.start()]
            before = match.end()
            cut = _BEFORE_NAME.match(piece)
            if cut:
                start, piece = start + cut.end(), piece[cut.end() :]
            printed = squash(piece).removeprefix("支出")
            if len(printed) < _SHORTEST or any(printed.endswith(n) for n in _ends(printed, known[match[1]])):
                continue
            yield match[1], printed, spot(paragraph, start, match.start())


def _ends(printed: str, names: set[str]) -> Iterable[str]:
    return (printed[n:] for n in range(len(printed) - 1) if printed[n:] in names)


def _nearest(printed: str, names: Mapping[tuple[int, str], set[str]]) -> tuple[str, str] | None:
    """(as printed, name) where the printed text ends with one character other than a single name."""
    found = set()
    for name in names.get((0, printed[0]), set()) | names.get((-1, printed[-1]), set()):
        edit = one_edit(name, printed)
        if edit is not None and all(_HAN.match(c) for c in edit[1] + edit[2]):
            found.add(name)
    return (printed, found.pop()) if len(found) == 1 else None
