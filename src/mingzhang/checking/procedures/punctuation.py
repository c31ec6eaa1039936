"""What is wrong with the signs between the words: doubled, missing, half-width, unpaired, stray spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mingzhang.checking.finding import Finding
from mingzhang.checking.ordinals import by_document, siblings
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.passages import (
    HAN,
    Hit,
    at,
    inside,
    matches,
    named,
    outlined,
    quoted_all,
    running_text,
    spot,
    told,
    told_together,
)
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check

_DOUBLED = re.compile(
    r"(?<![。，、；：！？])[。，、；：][ 　]?(?:[。，、；：,;][ 　]?)*[。，、；：,;]|%%|％％"
)
_NO_REASON = re.compile("(?:原因|主要)$")
"""Before two signs: nothing was written between them, which another check tells."""
_STRENGTH = "、，：；。"
_CONTEXT = 4

_HALF = re.compile(rf"(?<=[{HAN}）”’》%％\d])[,;:!?](?=\s?[{HAN}（“《])")
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_A_SENTENCE = 20

_CLOSED_BY = {"（": "）", "(": "）", "“": "”", "《": "》", "【": "】", "〔": "〕", "「": "」"}
_SIGNS = re.compile(r"[（(）)“”《》【】〔〕「」]")
_SAME = {")": "）"}
_ORDINAL = re.compile(r"(?:^|(?<=[：:；;。，,\s]))\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）]")
_NAMES = {"）": "括号", "”": "引号", "》": "书名号", "】": "方括号", "〕": "六角括号", "」": "引号"}

_SPACE = re.compile(rf"(?<=[{HAN}])[ 　]+(?=[{HAN}])")
_RUN_BEFORE, _RUN_AFTER = re.compile(rf"[{HAN}]+$"), re.compile(rf"[{HAN}]+")
_MOST = 20
"""A paragraph with more single signs is no text."""
_FEW = 5
"""So many spaces inside words are slips; more are how the file was made."""

_ENDED = re.compile(r"[。！？；：，、…;:.!?][”’）)》」]?\s*$|[。…]\s*[（(][^（()）]*[)）]\s*$")
_UNENDED = re.compile(rf"[{HAN}”’）)》%％\d]\s*$")
_USUAL = 6
"""One in so many sentences may lack its stop; more are a habit of the document."""

_SIBLINGS = 3
"""An item lacks its stop where three times as many of its siblings have it."""


def stops_doubled(submission: Submission, check: Check) -> Iterator[Finding]:
    """Two stops where one belongs."""
    hits = []
    for paragraph, match in matches(running_text(submission), _DOUBLED):
        text = paragraph.text
        if _NO_REASON.search(text, 0, match.start()):
            continue
        start = max(0, match.start() - _CONTEXT)
        place = spot(paragraph, start, match.end())
        signs = "".join(match.group().split())
        kept = max(signs, key=_STRENGTH.find)
        message = f"{at(place)}“{place.quote}”处标点重复，“{signs}”应为“{kept}”。"
        subject = (signs, named(text, max(0, match.start() - 1), match.start()))
        hits.append(Hit(subject, place, message, text[start : match.start()] + kept))
    yield from told(check, hits)


def half_width(submission: Submission, check: Check) -> Iterator[Finding]:
    """Half-width punctuation between Chinese characters; one finding per document."""
    for paragraphs in by_document(running_text(submission)):
        hits = []
        sentences = [paragraph for paragraph in paragraphs if len(paragraph.text) >= _A_SENTENCE]
        for paragraph, match in matches(sentences, _HALF):
            start = max(0, match.start() - _CONTEXT)
            place = spot(paragraph, start, match.end())
            hits.append(Hit((), place, "", paragraph.text[start : match.start()] + _FULL[match.group()]))
        printed = quoted_all(hit.location.quote for hit in hits)
        message = f"有{len(hits)}处中文之间用了半角标点（{printed}），应当用全角。"
        yield from told_together(check, hits, message)


def unpaired(submission: Submission, check: Check) -> Iterator[Finding]:
    """Quotation marks and brackets without their counterpart in the paragraph or its continuation."""
    hits = []
    for paragraphs in by_document(running_text(submission)):
        left = [_single(paragraph) for paragraph in paragraphs]
        for number, paragraph in enumerate(paragraphs):
            for position, sign in left[number]:
                if _continued(left, number, sign):
                    continue
                text = paragraph.text
                place = spot(paragraph, max(0, position - 6), min(len(text), position + 10))
                kind = _NAMES[_CLOSED_BY.get(sign, sign)]
                missing = "缺少后一半" if sign in _CLOSED_BY else "缺少前一半"
                message = (
                    f"{at(place)}“{place.quote}”处的{kind}“{sign}”不成对，{missing}，应当补上或删去多余的。"
                )
                hits.append(Hit((sign, named(text, position, position + 1)), place, message))
    yield from told(check, hits)


def _single(paragraph: ParagraphSeen) -> list[tuple[int, str]]:
    """The signs of a paragraph that have no counterpart in it, with their positions."""
    text = paragraph.text
    if not _SIGNS.search(text):
        return []
    ordinals = {match.end() - 1 for match in _ORDINAL.finditer(text)}
    open_: list[tuple[int, str]] = []
    single = []
    for match in _SIGNS.finditer(text):
        sign = _SAME.get(match.group(), match.group())
        if sign in _CLOSED_BY:
            open_.append((match.start(), sign))
            continue
        for number in range(len(open_) - 1, -1, -1):
            if _CLOSED_BY[open_[number][1]] == sign:
                del open_[number]
                break
        else:
            if match.start() not in ordinals:
                single.append((match.start(), sign))
    return sorted(single + open_)[:_MOST]


def _continued(left: Sequence[Sequence[tuple[int, str]]], number: int, sign: str) -> bool:
    """Whether the neighbouring paragraphs hold the other half: the print broke one paragraph."""
    if sign in _CLOSED_BY:
        near, other = left[number + 1 : number + 3], {_CLOSED_BY[sign]}
    else:
        near, other = left[max(0, number - 2) : number], {o for o, c in _CLOSED_BY.items() if c == sign}
    return any(found in other for paragraph in near for _, found in paragraph)


def spaces_inside(submission: Submission, check: Check) -> Iterator[Finding]:
    """Spaces inside Chinese words where they are few; in PDF files they belong to the print."""
    for paragraphs in by_document(running_text(submission)):
        hits = []
        sentences = [p for p in paragraphs if p.place.page is None and len(p.text) >= _A_SENTENCE]
        for paragraph, match in matches(sentences, _SPACE):
            text = paragraph.text
            before = _RUN_BEFORE.search(text, 0, match.start())
            after = _RUN_AFTER.match(text, match.end())
            if before is None or after is None or _titled(text, match.start(), before, after):
                continue
            start, end = max(before.start(), match.start() - 3), min(after.end(), match.end() + 3)
            place = spot(paragraph, start, end)
            said = text[start : match.start()] + text[match.end() : end]
            message = f"{at(place)}“{place.quote}”中间有多余的空格，应为“{said}”。"
            hits.append(Hit((said,), place, message, said))
        if len(hits) <= _FEW:
            yield from told(check, hits)


def _titled(text: str, position: int, before: re.Match[str], after: re.Match[str]) -> bool:
    """Whether the space parts the halves of a title or saying, or the fields of a form."""
    sentence = "。" in text or "，" in text
    quoted_here = any(inside(text, position, pair) for pair in ("《》", "“”"))
    return not sentence or (quoted_here and min(len(before.group()), len(after.group())) > 2)


def stop_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sentences without their final stop, where their siblings have it; one finding per document."""
    for paragraphs, items in outlined(submission):
        odd: dict[int, ParagraphSeen] = {}
        sentences = 0
        for number, paragraph in enumerate(paragraphs):
            if _is_sentence(paragraphs, number):
                sentences += 1
                if _UNENDED.search(paragraph.text) and not _ENDED.search(paragraph.text):
                    odd[number] = paragraph
        if len(odd) * _USUAL > sentences:
            odd = {}
        for run in siblings(items):
            bare = [item for item in run if _UNENDED.search(item.title) and not _ENDED.search(item.title)]
            if bare and len(bare) * _SIBLINGS <= len(run) - len(bare):
                odd.update(
                    {item.number: item.paragraph for item in bare if item.paragraph.part != "contents"}
                )
            odd |= {
                item.number - 1: paragraphs[item.number - 1]
                for item in run
                if _left_open(paragraphs, item.number)
            }
        hits = []
        for _, paragraph in sorted(odd.items()):
            end = len(paragraph.text.rstrip())
            place = spot(paragraph, max(0, end - 12), end)
            hits.append(Hit((), place, "", f"{place.quote.rstrip('，、')}。"))
        printed = quoted_all(hit.location.quote for hit in hits)
        yield from told_together(check, hits, f"有{len(hits)}处句末没有句号（{printed}），应当补上。")


def _left_open(paragraphs: Sequence[ParagraphSeen], number: int) -> bool:
    """Whether the paragraph before a numbered one ends with a comma, so that nothing ends it."""
    before = paragraphs[number - 1].text.rstrip() if number else ""
    return len(before) > _A_SENTENCE and before.endswith(("，", "、")) and "。" in before


def _is_sentence(paragraphs: Sequence[ParagraphSeen], number: int) -> bool:
    """Whether the paragraph is a sentence by its own signs, and whole: the print breaks none off here."""
    paragraph = paragraphs[number]
    text = paragraph.text.strip()
    if paragraph.heading or paragraph.level or paragraph.part == "contents" or len(text) < _A_SENTENCE:
        return False
    if number + 1 < len(paragraphs) and paragraph.place.page != paragraphs[number + 1].place.page:
        return bool(_ENDED.search(text))
    return "。" in text[:-1] or ("，" in text and len(text) > 2 * _A_SENTENCE)
