"""Writes HTML: one self-contained page that browsers show and print, and Word and WPS open.

Output is deterministic, carries no script and loads nothing. Automatic numbers are marked the way
Word marks them, so that readers can tell them from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from mingzhang.documents import Document, Paragraph, Picture, Table

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACED = re.compile(r"^[ \t]|[ \t]$|[ \t][ \t]|\t")
_NUMBER = re.compile(r"\s*[-+]?[0-9][0-9,]*(\.[0-9]+)?%?\s*")
_KEPT = ' style="white-space:pre-wrap"'
_TITLE = "决算公开"
_TITLE_LENGTH = 80

_HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 60em; margin: 2em auto; padding: 0 1em; font-family: "SimSun", "Songti SC", serif; \
line-height: 1.7; }}
h1 {{ text-align: center; }}
p {{ margin: 0.4em 0; }}
table {{ border-collapse: collapse; width: 100%; margin: 0.6em 0 1.2em; font-size: 0.9em; line-height: 1.4; }}
td {{ border: 1px solid #000; padding: 0.2em 0.4em; overflow-wrap: anywhere; }}
td.n {{ text-align: right; white-space: nowrap; }}
@media print {{ body {{ max-width: none; margin: 0; }} tr {{ break-inside: avoid; }} }}
</style>
</head>
<body>
"""
_TAIL = "</body>\n</html>\n"


def write(document: Document) -> bytes:
    """The document as an HTML page in UTF-8."""
    parts = [_HEAD.format(title=_title(document))]
    for block in document.blocks:
        if isinstance(block, Picture):
            block = Paragraph(block.text, block.place)
        parts += [_paragraph(block)] if isinstance(block, Paragraph) else _table(block)
    parts.append(_TAIL)
    return "".join(parts).encode("utf-8", "replace")


def _title(document: Document) -> str:
    texts = (_printed(paragraph.text).strip() for paragraph in document.paragraphs())
    return escape(_LINE_END.sub(" ", next((text for text in texts if text), _TITLE))[:_TITLE_LENGTH])


def _printed(text: str) -> str:
    return _UNPRINTABLE.sub("", _LINE_END.sub("\n", text))


def _content(text: str) -> tuple[str, str]:
    """The attribute that keeps the white space of a text, where it needs one, and the escaped text."""
    text = _printed(text)
    lines = text.split("\n")
    kept = _KEPT if any(_SPACED.search(line) for line in lines) else ""
    return kept, "<br>".join(escape(line) for line in lines)


def _paragraph(paragraph: Paragraph) -> str:
    tag = f"h{paragraph.level}" if 0 < paragraph.level < 7 else "p"
    kept, text = _content(paragraph.text)
    marker = escape(_printed(paragraph.marker))
    number = f'<span style="mso-list:Ignore">{marker}</span>' if marker else ""
    return f"<{tag}{kept}>{number}{text}</{tag}>\n"


def _table(table: Table) -> Iterator[str]:
    """The rows of a table; places that no cell covers are filled, so that the others keep theirs."""
    if not table.cells:
        return
    rows = table.rows()
    rows += [[] for _ in range(max(cell.row + cell.rowspan for cell in table.cells) - len(rows))]
    free: dict[int, int] = {}  # for each column the row from which on it is free
    yield '<table style="border:1px solid #000">\n'
    for index, row in enumerate(rows):
        yield "<tr>"
        column = 0
        for cell in sorted(row, key=lambda cell: cell.column):
            while column < cell.column:
                if free.get(column, 0) <= index:
                    yield "<td></td>"
                column += 1
            spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            kind = ' class="n"' if _NUMBER.fullmatch(cell.text) else ""
            kept, text = _content(cell.text)
            yield f"<td{kind}{spans}{kept}>{text}</td>"
            for covered in range(cell.column, cell.column + cell.colspan):
                free[covered] = index + cell.rowspan
            column = max(column, cell.column + cell.colspan)
        yield "</tr>\n"
    yield "</table>\n"
