"""What is wrong with the order of the text: parts, sections, contents, numbering, empty headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from mingzhang.checking.finding import Finding, Location, Suggestion
from mingzhang.checking.ordinals import Item, apart, by_document, ordinal, siblings, value_of
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import (
    HAN,
    Hit,
    at,
    named,
    outlined,
    running_text,
    spot,
    told,
    whole,
)
from mingzhang.checking.procedures.tables import A_DISCLOSURE, finding
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check

_PARTS = {
    "overview": ("概况", ("概况", "基本情况", "职责", "职能")),
    "explanation": ("决算情况说明", ("情况说明", "决算情况")),
    "glossary": ("名词解释", ("名词解释", "名词说明", "术语")),
}
"""What a disclosure must hold besides its tables, by part: how to name it, by what words it is known."""

_SECTIONS = {
    "explanation.three_public": ("“三公”经费支出决算情况", "三公"),
    "explanation.operation": ("机关运行经费支出情况", "机关运行经费"),
    "explanation.procurement": ("政府采购支出情况", "政府采购"),
    "explanation.assets": ("国有资产占有使用情况", "国有资产"),
    "explanation.performance": ("预算绩效情况", "绩效"),
}
"""What the explanation must speak of, by section."""

_SHORT = 60
_LEADER = re.compile(r"[.…·\s]*(?:PAGEREF.*|\d*\s*)$")
_PLAIN = re.compile(r"(?:19|20)\d\d年?度?|[\"“”'\s]|^第[一二三四五六七八九十]+部分")
_REMARK = re.compile(r"\(.*\)$")
_ENUMERATED = re.compile(rf"(?:(?<![{HAN}])|(?<=[因为要是]))([一二三四五六七八九十])是")
_MAX_GAP = 3
_SIMILAR = 0.7


def _disclosures(submission: Submission) -> list[list[ParagraphSeen]]:
    """The documents that hold the published tables; raises NotEvaluatedError where none does."""
    counts: dict[int, int] = {}
    for reading in submission.readings.values():
        if reading.form in submission.standards.forms:
            counts[reading.document] = counts.get(reading.document, 0) + 1
    documents = by_document(running_text(submission))
    found = [d for d in documents if counts.get(d[0].document, 0) >= A_DISCLOSURE]
    if not found:
        raise NotEvaluatedError("文件不是完整的决算公开")
    return found


def part_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Parts of the disclosure that are found neither by title nor by word."""
    for paragraphs in _disclosures(submission):
        body = [p for p in paragraphs if p.part != "contents"]
        short = [squash(p.text) for p in body if len(p.text) < _SHORT]
        seen = {p.part for p in body}
        absent = {
            part: name
            for part, (name, words) in _PARTS.items()
            if part not in seen and not any(word in text for text in short for word in words)
        }
        if len(absent) == len(_PARTS):
            raise NotEvaluatedError("文件中只有决算表，没有文字部分")
        for part, name in absent.items():
            near = [whole(paragraphs[0], "context")]
            message = f"没有找到{quoted(name)}部分：{check.says}。"
            yield finding(check, message, near, [part], f"补上{quoted(name)}部分")


def section_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """What the explanation must speak of and does nowhere."""
    for paragraphs in _disclosures(submission):
        explained = [p for p in paragraphs if p.part == "explanation"]
        if not explained:
            continue
        everything = "\n".join(p.text for p in paragraphs if p.part not in ("contents", "glossary", "tables"))
        for section, (name, word) in _SECTIONS.items():
            if word not in everything and all(p.section != section for p in explained):
                message = f"情况说明没有写{quoted(name)}：{check.says}。"
                yield finding(check, message, [whole(explained[0], "context")], [section], f"补写{name}")


def contents_differ(submission: Submission, check: Check) -> Iterator[Finding]:
    """Entries of the contents that no heading agrees with; of many the headings were not read."""
    listed_somewhere = False
    for paragraphs in by_document(running_text(submission)):
        entries = [p for p in paragraphs if p.part == "contents" and ordinal(p.text)]
        if len(entries) < 3:
            continue
        listed_somewhere = True
        headings = _headings(submission, paragraphs)
        part, differing = 0, []
        for entry in entries:
            found = ordinal(entry.text)
            assert found is not None
            kind, value, end = found
            part = value if kind == "part" else part
            title = _key(_LEADER.sub("", entry.text[end:]))
            if not title or any(title == key or (kind == "part" and key.endswith(title)) for key in headings):
                continue
            differing.append(_entry_differs(check, entry, headings, title, (part, kind, value)))
        if len(differing) * 2 <= len(entries):
            yield from differing
    if not listed_somewhere:
        raise NotEvaluatedError("文件中没有目录")


def _entry_differs(
    check: Check,
    entry: ParagraphSeen,
    headings: dict[str, tuple[ParagraphSeen | None, tuple[int, str, int]]],
    title: str,
    number: tuple[int, str, int],
) -> Finding:
    places = [whole(entry)]
    same = next((p for p, other in headings.values() if other == number and p is not None), None)
    if same is None:
        near = get_close_matches(title, headings, 1, _SIMILAR)
        same = headings[near[0]][0] if near else None
    printed = _LEADER.sub("", entry.text).strip()
    if same is None:
        message = f"目录列有{quoted(printed)}，正文中没有找到这个标题。"
        return finding(check, message, places, [title], "补上该部分，或从目录中删去")
    places.append(whole(same, "compared"))
    heading = same.text.strip()
    message = f"目录印为{quoted(printed)}，正文标题为{quoted(heading)}，应当一致。"
    found = finding(check, message, places, [title, _key(heading)])
    found.suggestions = [Suggestion("目录与正文标题改为一致", 0, None, "likely")]
    return found


def _headings(
    submission: Submission, paragraphs: Sequence[ParagraphSeen]
) -> dict[str, tuple[ParagraphSeen | None, tuple[int, str, int]]]:
    """What stands as a heading outside the contents, by its words, with its part and number."""
    found: dict[str, tuple[ParagraphSeen | None, tuple[int, str, int]]] = {
        _key(form.title): (None, (0, "", 0)) for form in submission.standards.forms.values()
    }
    part, before = 0, ""
    first = next(n for n, paragraph in enumerate(paragraphs) if paragraph.part == "contents")
    for paragraph in paragraphs[first:]:
        text = f"{paragraph.marker}{paragraph.text}".strip()
        if paragraph.part == "contents" or not text or len(text) > _SHORT:
            before = ""
            continue
        number = ordinal(text)
        kind, value, end = number or ("", 0, 0)
        part = value if kind == "part" else part
        key = _key(text[end:])
        found.setdefault(key, (paragraph, (part, kind, value)))
        found.setdefault(before + key, (paragraph, (part, kind, value)))
        before = key
    return found


def _key(text: str) -> str:
    """A heading's words: without number, year, quotation marks and white space."""
    return _REMARK.sub("", _PLAIN.sub("", squash(text)).replace("关于", ""))


def numbering(submission: Submission, check: Check) -> Iterator[Finding]:
    """Numbers that stand twice in succession, or that leave some out."""
    for _, items in outlined(submission):
        late: dict[int, int] = {}
        for item, before in ((item, item.before) for item in items if item.before is not None):
            gap, behind = item.value - before.value, late.get(id(before), 0)
            late[id(item)] = behind if gap == 1 else 0
            if gap == 0 and not (item.plain or (item.value == 1 and (before.children or before.text))):
                late[id(item)] = behind + 1
                yield _misnumbered(
                    check, item, before, "重复", f"应为{quoted(_spelt(item.kind, item.value + 1))}"
                )
            elif (
                1 < gap <= _MAX_GAP
                and gap - behind > 1
                and not item.plain
                and not _explained(items, item, before)
            ):
                skipped = "”“".join(_spelt(item.kind, value) for value in range(before.value + 1, item.value))
                yield _misnumbered(check, item, before, "不连续", f"中间缺少{quoted(skipped)}")


def _misnumbered(check: Check, item: Item, before: Item, what: str, remedy: str) -> Finding:
    number = _spelt(item.kind, item.value)
    places = [whole(item.paragraph), whole(before.paragraph, "compared")]
    message = (
        f"{at(places[0])}{quoted(places[0].quote)}的序号{quoted(number)}与前面的{quoted(places[1].quote)}{what}，"
        f"{remedy}。"
    )
    return finding(check, message, places, [what, number, item.title[:_SHORT]])


def _explained(items: Sequence[Item], item: Item, before: Item) -> bool:
    """Whether the numbers left out stand between in another shape (1、 2. 3、), in a line, or in a table."""
    if any(other.loose for other in items if before.number <= other.number < item.number):
        return True
    missing = range(before.value + 1, item.value)
    if all(_spelt(item.kind, value) in before.title for value in missing):
        return True
    shapes = {
        "1、": ("1.", "1）", "（1）"),
        "1.": ("1、", "1）", "（1）"),
        "（1）": ("1、", "1.", "1）"),
        "1）": ("（1）",),
    }
    between = {
        other.value
        for other in items
        if before.number < other.number < item.number and other.kind in shapes.get(item.kind, ())
    }
    return between.issuperset(missing)


def _spelt(kind: str, value: int) -> str:
    chinese = "一二三四五六七八九十"
    tens, ones = divmod(value, 10)
    word = (
        (chinese[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (chinese[ones - 1] if ones else "")
    )
    if kind == "①":
        return chr(ord("①") + value - 1)
    return {"part": f"第{word}部分"}.get(kind) or kind.replace("一", word).replace("1", str(value))


def enumerated_twice(submission: Submission, check: Check) -> Iterator[Finding]:
    """一是, 二是 … that stand twice or leave one out within a paragraph."""
    hits = []
    for paragraph in running_text(submission):
        text = paragraph.text
        if "是" not in text:
            continue
        last, end = 0, 0
        for match in _ENUMERATED.finditer(text):
            value = value_of(match[1])
            twice = value == last and (value > 1 or "。" not in text[end : match.start()])
            left_out = last and last + 1 < value <= last + _MAX_GAP
            if twice or left_out:
                place = spot(paragraph, match.start(), min(len(text), match.end() + 12))
                what = "出现了两次" if twice else f"之前缺少“{_spelt('一', last + 1)}是”"
                message = (
                    f"{at(place)}{quoted(place.quote)}：同一段中{quoted(match.group())}{what}，请核对序号。"
                )
                hits.append(Hit((match.group(), named(text, *match.span())), place, message))
            last, end = value, match.end()
    yield from told(check, hits)


def heading_empty(submission: Submission, check: Check) -> Iterator[Finding]:
    """Headings with nothing under them, where their siblings have text or the next higher section begins."""
    for paragraphs, items in outlined(submission):
        following = {id(one): two for one, two in pairwise(items)}
        for run in siblings([item for item in items if item.paragraph.part not in ("contents", "tables")]):
            if run[0].kind == "part":
                continue
            filled = [
                item for item in run if item.text and (item is not run[-1] or _takes_up(paragraphs, item))
            ]
            filled += [item for item in run if not item.text and item.children]
            for item in run:
                empty = item.headed and not (item.text or item.children or item.loose)
                alone = item.number + 1 < len(paragraphs) and not apart(
                    paragraphs[item.number], paragraphs[item.number + 1]
                )
                after = following.get(id(item))
                due = filled or (len(run) == 1 and after is not None and _closed_by(item, after))
                if empty and due and alone and after is not None:
                    place = whole(item.paragraph)
                    message = f"{at(place)}标题{quoted(place.quote)}下面没有内容，应当补写或删去标题。"
                    yield finding(check, message, [place], [item.title])


def _closed_by(item: Item, after: Item) -> bool:
    """Whether a heading that counts on from others is followed at once by the section after its own."""
    above = item.parent
    while above is not None and above.kind != after.kind:
        above = above.parent
    return item.value > 1 and above is not None and after.value == above.value + 1 and bool(after.children)


def _takes_up(paragraphs: Sequence[ParagraphSeen], item: Item) -> bool:
    """Whether the text under the last item speaks of it, so that it is no list before another paragraph."""
    if item.number + 1 >= len(paragraphs):
        return False
    text = squash(paragraphs[item.number + 1].text)
    return any(item.title[n : n + 4] in text for n in range(max(1, len(item.title) - 3)))


def heading_repeated(submission: Submission, check: Check) -> Iterator[Finding]:
    """Headings of one parent that read alike."""
    for _, items in outlined(submission):
        for run in siblings([i for i in items if i.paragraph.part != "contents"]):
            seen: dict[str, Item] = {}
            for item in run:
                if not item.headed or len(item.title) < 4:
                    continue
                before = seen.setdefault(item.title, item)
                if before is not item:
                    places: list[Location] = [whole(item.paragraph), whole(before.paragraph, "compared")]
                    message = (
                        f"{at(places[0])}与{at(places[1])}的标题{quoted(item.title)}相同，"
                        f"请核对是否重复或写错。"
                    )
                    yield finding(check, message, places, [item.title])
