"""The same data file as YAML: every entry with its key, what it is and what may be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mingzhang.forms import Sheet
from mingzhang.plans.blocks import block_entries
from mingzhang.plans.entries import CHOICE, EDITION, FIGURE, FORMAT, SCHEME, UNIT, YEAR, Entry, entries_of
from mingzhang.schemes import Scheme
from mingzhang.scoring.rules import said
from mingzhang.scoring.score import UNWEIGHED

_HEAD = "评分数据：冒号后填写，没有填的项不按0分计。填好后用 mingzhang score 评分。"


def text(scheme: Scheme, edition: str) -> bytes:
    """The template of a scheme of indicators."""
    return ("\n".join(_lines(scheme, edition)) + "\n").encode()


def _lines(scheme: Scheme, edition: str) -> Iterator[str]:
    yield from _head(scheme, edition)
    for indicator in scheme.indicators:
        weight = f"（{indicator.weight}分）" if indicator.weight is not None else ""
        yield ""
        yield "  " + _comment(f"{indicator.label[0]}{weight}：{said(indicator.rule, indicator.unit)}")
        found = list(entries_of(indicator, scheme))
        yield f"  {indicator.id}:" + ("" if found else " {}")
        yield from (f"    {entry.name}:  {_comment(_hint(entry))}" for entry in found)


def blocks_text(scheme: Scheme, sheet: Sheet, edition: str) -> bytes:
    """The template of a scheme of blocks; the rows of indicators that are not needed stay blank."""
    lines = list(_head(scheme, edition))
    own = ""
    for entry in block_entries(scheme, sheet):
        if entry.indicator != own:
            own = entry.indicator
            lines.append(f"  {own}:")
        lines.append(f"    {entry.name}:  {_comment(_hint(entry))}")
    return ("\n".join(lines) + "\n").encode()


def _head(scheme: Scheme, edition: str) -> Iterator[str]:
    yield _comment(f"{scheme.title}。{_HEAD}")
    if not scheme.weighed:
        yield _comment(f"{UNWEIGHED}，所以只算出各项指标的值，不评得分和总分。")
    yield f"format: {FORMAT}"
    yield f"{SCHEME}: {_quoted(scheme.id)}"
    yield f"{EDITION}: {_quoted(edition)}"
    yield f"{UNIT}:  # 单位名称"
    yield f"{YEAR}:  # 年度，四位数字"
    yield "indicators:"


def _hint(entry: Entry) -> str:
    if entry.kind == CHOICE:
        return f"{entry.label}：{'、'.join(entry.choices)}"
    if entry.kind != FIGURE:
        return entry.label
    most = f"，最多{entry.most}" if entry.most is not None else ""
    return f"{entry.label}（{entry.unit}{most}）"


def _comment(said: str) -> str:
    """A comment of one line, whatever characters the scheme's texts hold."""
    return "# " + "".join(char if char.isprintable() else " " for char in said)


def _quoted(value: str) -> str:
    """A text as a YAML scalar; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)
