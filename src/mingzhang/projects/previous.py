"""Last year's texts for this year's project: what has not been written again, with year and name moved on.

Nothing is carried over unseen. A text that was is marked until somebody has read it and written it into
``unit.yaml``; its figures are last year's and stay as they are, for only a person knows what they are now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mingzhang.binding.compose_text import Composed, Gap
from mingzhang.binding.disclosure import Contents
from mingzhang.documents import Document, Paragraph, squash

MARK = "【沿用上年，请核对】"
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年(?!\s*\d{1,2}\s*月))")
"""A year that is no date: 2021年度, 2021年."""
_COMPARED = re.compile(r"[比较与同和]\s*$"), re.compile(r"\s*年度?(?:同期|决算|相比|对比|[增减])")
"""What stands before or after a year that something is compared with."""
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Carried:
    """A text of last year in this year's project: its name, its words, whether it holds figures."""

    name: str
    text: str

    @property
    def has_figures(self) -> bool:
        """Whether figures stand in it besides years: they are last year's."""
        return bool(_FIGURE.search(_YEAR.sub("", self.text)))


def carried(contents: Contents, previous: Contents, composed: Composed) -> list[Carried]:
    """The texts that have to be there, that ``contents`` lacks and that ``previous`` has."""
    due = dict.fromkeys(gap.key[1] for gap in composed.gaps if gap.kind == "text")
    return [
        Carried(name, moved(previous.texts[name], previous, contents))
        for name in due
        if name in previous.texts
    ]


def remarks(
    file: str, previous: Contents, contents: Contents, wanted: Sequence[Gap], found: Sequence[Carried]
) -> Iterator[str]:
    """What makes the ``file`` of last year doubtful: its unit's name, its year, that it lacks every text."""
    if squash(previous.entity) != squash(contents.entity):
        yield f"“{file}”是“{previous.entity}”的，项目是“{contents.entity}”，请核对是不是同一个单位。"
    if previous.year != contents.year - 1:
        yield (
            f"“{file}”是{previous.year}年度的，不是上年（{contents.year - 1}年度）的，请核对有没有给错文件。"
        )
    lacking = dict.fromkeys(gap.key[1] for gap in wanted if gap.kind == "text")
    if lacking and not found:
        yield f"项目还缺{len(lacking)}段文字，“{file}”中一段也没有找到，没有沿用。"


def moved(text: str, previous: Contents, contents: Contents) -> str:
    """A text of ``previous`` with its year and its unit's name as in ``contents``.

    The fiscal year moves on, and the year before it where something is compared with it; any other year, and
    every date, is history or a plan and stays.
    """

    def year(match: re.Match[str]) -> str:
        said = int(match[1])
        before, after = _COMPARED
        compared = before.search(text, 0, match.start()) or after.match(text, match.end())
        moves = said == previous.year or (said == previous.year - 1 and compared)
        return str(said + contents.year - previous.year) if moves else match[1]

    said = _YEAR.sub(year, text)
    if previous.entity and previous.entity != contents.entity:
        said = said.replace(previous.entity, contents.entity)
    return said


def with_carried(contents: Contents, texts: Sequence[Carried]) -> Contents:
    """The contents with last year's texts, every paragraph of them marked."""
    marked = {
        each.name: "\n".join(f"{MARK}{line.strip()}" for line in each.text.splitlines() if line.strip())
        for each in texts
    }
    return replace(contents, texts={**contents.texts, **marked})


def mark(document: Document) -> None:
    """Give the paragraphs that are carried over the look of what somebody still has to see to."""
    document.blocks = [
        replace(block, role="gap") if isinstance(block, Paragraph) and block.text.startswith(MARK) else block
        for block in document.blocks
    ]
