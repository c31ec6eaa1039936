"""What is wrong with the words: a template's remains, empty fields and reasons, doubled and misused words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mingzhang.checking.finding import Finding, Suggestion
from mingzhang.checking.ordinals import by_document
from mingzhang.checking.outcome import Submission
from mingzhang.checking.procedures.alike import code_names
from mingzhang.checking.procedures.passages import (
    HAN,
    Hit,
    at,
    clause,
    inside,
    matches,
    named,
    quoted_all,
    running_text,
    spot,
    told,
    told_together,
    whole,
)
from mingzhang.documents import quoted, squash
from mingzhang.facts import ParagraphSeen
from mingzhang.taxonomy import Check, Word

_MANY = 5
"""From so many places on a document is an unfilled template, told once."""

_UP = "增加|增长|上升|提高|超支|大于|高于|多于|超过|增"
_DOWN = "减少|下降|降低|节约|结余|小于|低于|少于|不足|减"
_CHOICE = re.compile(
    rf"(?P<up>{_UP})\s*(?:[（(]\s*(?:{_DOWN})\s*[）)]|[/／]\s*(?:{_DOWN}))(?!额|率[=＝为]|幅度|情况|变动|[/／])"
    rf"|(?P<down>{_DOWN})\s*(?:[（(]\s*(?:{_UP})\s*[）)]|[/／]\s*(?:{_UP}))(?!额|率[=＝为]|幅度|情况|变动|[/／])"
)
_BRACKETED = re.compile(r"[（(/／]\s*[增上提超大高多减下降节结小低少不]")
_DIRECTION = re.compile(rf"(?P<up>{_UP})|(?P<down>{_DOWN})")
_NEAR = 30

_BLANK = re.compile(
    r"(?<![0-9A-Za-z*＊×.．\-_])"
    r"(?:[XxＸ×]{2,}|[*＊]{2,}|_{2,}|[XxＸ×](?=\s*(?:万元|亿元|元|[%％]|年|月|日|人次|人|辆|台|批次|家)))"
    r"(?![0-9A-Za-z*＊])"
)
_SIGN = re.compile("[XxＸ×*＊_]")
_LINE_TO_SIGN = re.compile(r"签字|签名|签章|盖章|日期|电话|填表人|负责人")
_UNFINISHED = re.compile(rf"、[{HAN}（）()]{{1,20}}(…+)(?![….\s]*\d*\s*$)")

_FIELD = re.compile(
    r"^\s*(?P<label>(?:部门|单位|部门[（(]单位[）)]|填报单位|编制单位|评价单位|申报单位|被评价单位)名称|报告时间|报告日期"
    r"|预算编码|评价机构|填报单位|编制单位)\s*(?:[（(](?:盖章|公章|签章)[）)])?\s*[：:]"
    r"(?P<value>.*)$"
)
_FOOT = re.compile(
    r"(填表人|填报人|填报日期|填报时间|填表日期|联系电话)\s*[：:]\s*(?=$|[^\s\d年月日]{2,8}[：:]|年|\s)"
)
_NO_DATE = re.compile(r"^\s*年\s*月\s*(?:日\s*)?$")
_SEAL = re.compile(r"[（(](?:盖章|公章|签章)[）)]")

_NO_REASON = re.compile(
    r"(?:主要)?原因(?:主要)?(?:是|为|在于|：|:)(?:因为|由于)?[：:]?\s*[。；;]|主要(?:是|为)(?:因为|由于)?[：:]?\s*[。；;]"
)
_REASON_OPEN = re.compile(r"(?:原因(?:主要)?(?:是|为)|主要(?:是|为)(?:因为|由于)?)\s*$")

_TWICE = re.compile(rf"([{HAN}]{{2,10}})\1")
_CLAUSE_TWICE = re.compile(rf"(?:^|[，。；：])([{HAN}]{{4,20}}[，、])\1")


def choice_left(submission: Submission, check: Check) -> Iterator[Finding]:
    """Choices such as 增加（减少） that nobody made."""
    for paragraphs in by_document(running_text(submission)):
        bracketed = [paragraph for paragraph in paragraphs if _BRACKETED.search(paragraph.text)]
        hits = [_choice(paragraph, match) for paragraph, match in matches(bracketed, _CHOICE)]
        yield from _each_or_template(check, hits, "尚未选定的增减、大小用语")


def _choice(paragraph: ParagraphSeen, match: re.Match[str]) -> Hit:
    text = paragraph.text
    chosen = None
    for near in _DIRECTION.finditer(text, max(0, match.start() - _NEAR), match.start()):
        chosen = near.lastgroup
    words = {match.lastgroup: match[match.lastgroup or 0]}
    for other in _DIRECTION.finditer(match.group(), len(match[match.lastgroup or 0])):
        words[other.lastgroup] = other.group()
    place = spot(paragraph, *match.span())
    said = clause(text, *match.span())
    message = f"{at(place)}{quoted(said)}中的{quoted(match.group())}没有选定，应当只保留一个。"
    return Hit((match.group(), named(text, *match.span())), place, message, words.get(chosen))


def _each_or_template(check: Check, hits: Sequence[Hit], what: str) -> Iterator[Finding]:
    """A finding per sentence; of an unfilled template one for all."""
    if len({hit.subject for hit in hits}) > _MANY:
        printed = quoted_all(hit.location.quote for hit in hits)
        message = f"文中有{len(hits)}处{what}，例如{printed}，可能是尚未填写的模板。"
        yield from told_together(check, [hit._replace(replacement=None) for hit in hits], message)
    else:
        yield from told(check, hits)


def blank_left(submission: Submission, check: Check) -> Iterator[Finding]:
    """Signs such as XX that stand for what was to be filled in."""
    for paragraphs in by_document(running_text(submission)):
        hits = []
        signed = [paragraph for paragraph in paragraphs if _SIGN.search(paragraph.text)]
        for paragraph, match in matches(signed, _BLANK):
            text = paragraph.text
            if match.group()[0] == "_" and _LINE_TO_SIGN.search(text):
                continue
            place = spot(paragraph, *match.span())
            said = clause(text, *match.span())
            message = f"{at(place)}{quoted(said)}中的{quoted(match.group())}没有填写，应当换成实际内容。"
            hits.append(Hit((match.group(), named(text, *match.span())), place, message))
        yield from _each_or_template(check, hits, "没有填写的空位")


def list_unfinished(submission: Submission, check: Check) -> Iterator[Finding]:
    """Lists that end with the dots of the template; one finding per paragraph."""
    for paragraph in running_text(submission):
        if "…" not in paragraph.text:
            continue
        spots = [spot(paragraph, *match.span(1)) for match in _UNFINISHED.finditer(paragraph.text)]
        if spots:
            before = [clause(paragraph.text, *m.span(1)) for m in _UNFINISHED.finditer(paragraph.text)]
            message = f"{at(spots[0])}的列举以省略号代替（{quoted_all(before)}），应当列全，或以“等”结束。"
            yield from told(check, [Hit(tuple(map(squash, before)), place, message) for place in spots])


def remark_left(submission: Submission, check: Check) -> Iterator[Finding]:
    """Remarks that the template addresses to its writer; the same remark is told once."""
    paragraphs = [paragraph for paragraph in running_text(submission) if paragraph.part != "notice"]
    hits = []
    for word, paragraph, match in _looked_up(submission.standards.lexicons.get("remarks", ()), paragraphs):
        start, end = _bracket_around(paragraph.text, *match.span())
        place = spot(paragraph, start, end)
        message = f"{at(place)}{quoted(place.quote)}是{word.reason}，应当删去或换成实际内容。"
        inside = place.quote[:1] in "（(" and place.quote[-1:] in "）)"
        hits.append(Hit((squash(place.quote),), place, message, "" if inside else None))
    yield from _each_or_template(check, hits, "模板给填写人的提示")


def _looked_up(
    words: Sequence[Word], paragraphs: Sequence[ParagraphSeen]
) -> Iterator[tuple[Word, ParagraphSeen, re.Match[str]]]:
    """Where the words of a lexicon stand; most stand nowhere, which one look at the whole text tells."""
    everything = "\n".join(paragraph.text for paragraph in paragraphs)
    for word in words:
        parts = _parts(word.word)
        if parts[0] not in everything or not all(part in everything for part in parts):
            continue
        following = "|".join(map(_pattern, word.followed_by))
        pattern = re.compile(_pattern(word.word) + (f"(?=\\s*(?:{following}))" if following else ""))
        for paragraph in paragraphs:
            if parts[0] in paragraph.text:
                for match in pattern.finditer(paragraph.text):
                    yield word, paragraph, match


@lru_cache(maxsize=4096)
def _parts(spelt: str) -> list[str]:
    """What a word of a lexicon prints as it is."""
    return [part for part in re.split("[…#]", spelt) if part]


def _pattern(spelt: str) -> str:
    kinds = {"…": r"[^。；\n]{0,20}?", "#": r"\d"}
    return "".join(kinds.get(part) or re.escape(part) for part in re.split("([…#])", spelt))


def _bracket_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The bracket that ``start`` to ``end`` stands in, or the clause itself."""
    opening = max(text.rfind("（", 0, start + 1), text.rfind("(", 0, start + 1))
    closing = min((n for n in (text.find("）", end - 1), text.find(")", end - 1)) if n >= 0), default=-1)
    if opening >= 0 and closing >= 0 and not re.search("[）)]", text[opening : end - 1]):
        return opening, closing + 1
    return start, end


def field_empty(submission: Submission, check: Check) -> Iterator[Finding]:
    """Fields of a cover that nobody filled in, with an empty date below."""
    for paragraphs in by_document(running_text(submission)):
        for number, paragraph in enumerate(paragraphs):
            match = _FIELD.match(paragraph.text)
            if match is None or re.search(r"\d", match["value"]):
                continue
            value = _SEAL.sub("", match["value"]).strip(" \t　_")
            dated = match["label"].startswith("报告")
            if value and not (dated and not value.strip("年月日 \t　")):
                continue
            places = [whole(paragraph)]
            if number + 1 < len(paragraphs) and _NO_DATE.match(paragraphs[number + 1].text):
                places.append(whole(paragraphs[number + 1]))
            label = match["label"]
            date = "及其下的日期" if len(places) > 1 else ""
            message = f"{at(places[0])}{quoted(label)}{date}没有填写，应当填写后再公开。"
            yield from told(check, [Hit((label,), place, message) for place in places])


def foot_empty(submission: Submission, check: Check) -> Iterator[Finding]:
    """Who filled in a form and when, left empty under it; one finding per document."""
    for paragraphs in by_document(running_text(submission)):
        short = [paragraph for paragraph in paragraphs if len(paragraph.text) < 120]
        hits = [
            Hit((match[1],), spot(paragraph, *match.span()), "") for paragraph, match in matches(short, _FOOT)
        ]
        labels = quoted_all((hit.subject[0] for hit in hits), 6)
        yield from told_together(check, hits, f"表下的{labels}没有填写（共{len(hits)}处），应当填写。")


def reason_empty(submission: Submission, check: Check) -> Iterator[Finding]:
    """Reason clauses with nothing after 是."""
    paragraphs = running_text(submission)
    hits = []
    for number, paragraph in enumerate(paragraphs):
        if "原因" not in paragraph.text and "主要" not in paragraph.text:
            continue
        found = [match.span() for match in _NO_REASON.finditer(paragraph.text)]
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        last = following is None or following.heading or following.document != paragraph.document
        if last and (match := _REASON_OPEN.search(paragraph.text)):
            found.append(match.span())
        for start, end in found:
            place = spot(paragraph, start, end)
            said = paragraph.text[max(0, start - 20) : end].strip()
            message = f"{at(place)}{quoted(said)}后面没有写出原因，应当补写。"
            hits.append(Hit((named(paragraph.text, max(0, start - 1), start),), place, message))
    yield from told(check, hits)


def word_doubled(submission: Submission, check: Check) -> Iterator[Finding]:
    """Words and clauses that stand twice in succession."""
    beginnings = {word.word for word in submission.standards.lexicons.get("doubling", ())}
    codes = submission.standards.codelists.get("functional")
    names = list(code_names(codes).values()) if codes else []
    hits = []
    for paragraph in running_text(submission):
        text = paragraph.text
        for match in (*_TWICE.finditer(text), *_CLAUSE_TWICE.finditer(text)):
            printed, once = text[match.start(1) : match.end()], match[1]
            if once in beginnings and re.match(rf"[{HAN}]", text[match.end() : match.end() + 1]):
                continue
            if (
                once.startswith(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"))
                or len(set(once)) == 1
            ):
                continue
            if any(once in level for level in names) or inside(text, match.start(1), "“”"):
                continue
            place = spot(paragraph, match.start(1), match.end())
            message = (
                f"{at(place)}{quoted(clause(text, match.start(1), match.end()))}中{quoted(once)}重复，"
                f"应当删去一个。"
            )
            hits.append(Hit((printed, named(text, match.start(1), match.end())), place, message, once))
    yield from told(check, hits)


def word_misused(submission: Submission, check: Check) -> Iterator[Finding]:
    """Words of the lexicon of wrong forms; one finding per word."""
    words: dict[str, list[tuple[Word, Hit]]] = {}
    seen: set[tuple[int, int]] = set()
    longest_first = sorted(
        submission.standards.lexicons.get("misused", ()), key=lambda word: len(word.word), reverse=True
    )
    for word, paragraph, match in _looked_up(longest_first, running_text(submission)):
        if (id(paragraph), match.start()) in seen:
            continue
        seen.add((id(paragraph), match.start()))
        place = spot(paragraph, *match.span())
        words.setdefault(word.word, []).append((word, Hit((word.word,), place, "", word.instead)))
    for found in words.values():
        word = found[0][0]
        message = f"{quoted(word.word)}应为{quoted(word.instead)}：{word.reason}（{word.source}）。"
        for one in told(check, [hit._replace(message=message) for _, hit in found]):
            one.suggestions = [
                Suggestion(f"改为{quoted(word.instead)}", n, word.instead, "certain")
                for n in range(len(found))
            ]
            yield one
