"""The report as one page that works from disk: the documents as read beside what was found in them.

Everything of a document is text that was escaped; the page loads nothing, and its policy lets no
script run but its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from mingzhang.checking.finding import SEVERITIES, Location
from mingzhang.reporting.marks import Finder, Spot
from mingzhang.reporting.model import Report
from mingzhang.reporting.view import View, pictures
from mingzhang.reporting.wording import (
    ROLE,
    SEVERITY,
    STATUS,
    Line,
    cell_of,
    lines,
    printable,
    totals,
    where,
    whose,
)

LARGEST = 2_900_000
"""Bytes of a report with pictures; a report whose text alone is larger has none."""

_LOOKS = {"建议": " class=fix", "编号": " class=id"}
_ASSETS = Path(__file__).parent / "assets"
_FAMILIES = {
    "tables": "决算表的完整和规范",
    "codes": "科目编码和名称",
    "annexes": "附件",
    "structure": "结构",
    "language": "文字",
    "privacy": "个人信息",
}


def findings_html(report: Report) -> bytes:
    """The page; documents are shown where the check was asked to keep them."""
    found = list(lines(report))
    views = _views(report, found)
    pictures(views, LARGEST - len(_page(report, found, views)))
    return _page(report, found, views)


def _page(report: Report, found: Sequence[Line], views: Sequence[View]) -> bytes:
    style, script = (_asset(name) for name in ("report.css", "report.js"))
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}"
    looks = any(view.pictures for view in views)
    parts = [
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{_text(_title(report))}</title>\n<style>{style}</style>\n</head>\n",
        f"<body{' class=pictures' if looks else ''}>\n",
        *_head(report, found, looks),
        '<main>\n<section id="seen" tabindex="0" aria-label="文件内容"><div id="sheet">',
        '<svg id="lines" aria-hidden="true"></svg>\n',
        *(part for view in views for part in view.html()),
        '</div></section>\n<section id="found" aria-label="问题清单">\n',
        *_findings(report, found, views),
        "</section>\n</main>\n",
        f'<div id="say" aria-live="polite"></div>\n<script>{script}</script>\n</body>\n</html>\n',
    ]
    return "".join(parts).encode("utf-8", "replace")


def _views(report: Report, found: Sequence[Line]) -> list[View]:
    """A view of every document that was kept, its places marked; those with findings come first."""
    views = {
        number: View(number, file, Finder(file.document))
        for number, file in enumerate(report.files)
        if file.document is not None
    }
    for number, line in enumerate(found):
        for index, location in enumerate(line.finding.locations):
            if location.document in views:
                views[location.document].mark(f"{number}-{index}", line, location)
    return sorted(views.values(), key=lambda view: not view.spots)


def _title(report: Report) -> str:
    if len(report.submissions) == 1:
        return f"{whose(report.submissions[0])}核对报告"
    return f"决算核对报告（{len(report.files)}个文件）"


def _head(report: Report, found: Sequence[Line], looks: bool) -> Iterator[str]:
    yield f'<header>\n<h1>{_text(_title(report))}</h1><span class="total">{totals(report)}</span>\n'
    notes = list(_notes(report))
    if notes:
        yield f'<div class="notes" tabindex="0" aria-label="说明"><ul>{"".join(notes)}</ul></div>\n'
    yield '<div class="bar" role="search" aria-label="筛选"><fieldset><legend>级别</legend>'
    for severity in SEVERITIES:
        count = sum(line.finding.severity == severity for line in found)
        if count:
            on = "" if severity == SEVERITIES[-1] else " checked"
            yield (
                f'<label class="{severity[0]}"><input type="checkbox" name="severity" value="{severity}"{on}>'
                f" {SEVERITY[severity]} {count}</label>"
            )
    yield '</fieldset><label>规则 <select id="family"><option value="">全部</option>'
    titles = {form.form: form.title for file in report.files for form in file.forms}
    for family in dict.fromkeys(_family(line) for line in found):
        label = _FAMILIES.get(family) or titles.get(family) or family
        yield f'<option value="{_text(family)}">{_text(label)}</option>'
    yield '</select></label><label>查找 <input type="search" id="search" placeholder="文字、编号"></label>'
    if any(line.reason for line in found):
        yield '<label class="accepted"><input type="checkbox" id="accepted" checked> 已认可的</label>'
    if looks:
        yield '<button type="button" id="looks" aria-pressed="true">显示原版页面</button>'
    yield '<span id="count" aria-live="polite"></span>'
    keys = "<kbd>j</kbd> <kbd>k</kbd> 上下选择问题，<kbd>h</kbd> <kbd>l</kbd> 切换位置，<kbd>/</kbd> 查找"
    yield f'<span class="keys">{keys}</span></div>\n</header>\n'


def _notes(report: Report) -> Iterator[str]:
    for file in report.files:
        if file.error is not None:
            failed = "未能检查" if file.fault else "无法读取"
            yield f"<li>{failed}“{_text(file.path)}”：{_text(file.error)}</li>"
        yield from (f"<li>{_text(file.path)}：{_text(note)}</li>" for note in file.notes)
    for submission in report.submissions:
        counts = "，".join(f"{word}{submission.count(status)}项" for status, word in STATUS.items())
        who = f"{whose(submission)}，按“{submission.edition.title}”核对："
        yield f"<li>{_text(who)}{counts}。</li>"
        yield from (f"<li>{_text(note)}</li>" for note in submission.notes)
    yield from (f"<li>{_text(note)}</li>" for note in report.notes)


def _findings(report: Report, found: Sequence[Line], views: Sequence[View]) -> Iterator[str]:
    spots = {key: spot for view in views for key, spot in view.spots.items()}
    for number, line in enumerate(found):
        finding = line.finding
        several = len(report.submissions) > 1
        who = f"{whose(line.submission)} " if several else ""
        look = f"{finding.severity[0]} accepted" if line.reason else finding.severity[0]
        tag = f"{line.severity}·已认可" if line.reason else line.severity
        yield (
            f'<article class="f {look}" data-f="{number}" data-id="{_text(finding.id)}" '
            f'data-s="{finding.severity}" data-r="{_text(_family(line))}">'
            f'<h3><button type="button" aria-expanded="false" aria-controls="b{number}">'
            f'<span class="tag">{tag}</span><span class="where">{_text(who + line.ahead)}</span>'
            f'{_text(finding.message)}</button></h3>\n<div class="body" id="b{number}"><dl>'
        )
        yield from (
            f"<dt>{label}</dt><dd{_LOOKS.get(label, '')}>{_text(text)}</dd>" for label, text in line.told()
        )
        yield '</dl><ol class="places" aria-label="位置">'
        for index, location in enumerate(finding.locations):
            yield _place(index, location, line, spots.get(f"{number}-{index}"))
        yield "</ol></div></article>\n"
    empty = "没有符合条件的问题。" if found else "没有发现问题。"
    yield f'<p id="none"{" hidden" if found else ""}>{empty}</p>\n'


def _place(index: int, location: Location, line: Line, spot: Spot | None) -> str:
    quote = f"：{location.quote}" if location.quote else ""
    text = _text(f"{ROLE.get(location.role, '')} {where(location, line.names)} {cell_of(location)}{quote}")
    number = f"<b>{index + 1}</b>"
    if spot is None:
        return f'<li class="absent">{number}{text}</li>'
    return f'<li><button type="button" data-p="{index}">{number}{text}</button></li>'


def _family(line: Line) -> str:
    return line.finding.rule.split(".")[0]


def _text(text: str) -> str:
    return escape(printable(text))


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8").strip()


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
