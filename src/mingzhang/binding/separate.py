"""The report, the reports of special funds and the notice as documents of their own."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import REPORT, WHOLE, Contents, disclosure, lowered, outlined, sheets_of
from mingzhang.documents import Block, Document, Paragraph, squash
from mingzhang.facts import Key
from mingzhang.forms import VALUE
from mingzhang.money import Amount, format_amount, parse
from mingzhang.outlines import Block as Part
from mingzhang.outlines import Outline
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

SPECIAL, NOTICE = "special_report", "notice"
KINDS = (WHOLE, REPORT, SPECIAL, NOTICE)
"""What a project can be composed into."""

_PROJECT = "project"
_DATE = "date"
_FUNDS, _MONEY, _CONCLUSION = "funds", f"{SPECIAL}.money", f"{SPECIAL}.conclusion"
_STATED = {"initial_budget": "initial", "final": "final"}
_OF_FUNDS = ("fund_usage", "fund_allocation")
"""Tables of special funds that name no project."""


def documents(kind: str, contents: Contents, standards: Standards) -> list[tuple[Document, Composed]]:
    """The documents of ``kind``: of the reports of special funds one for each project."""
    if kind == WHOLE:
        return [disclosure(contents, standards)]
    if kind == SPECIAL:
        names = list(dict.fromkeys(special_projects(contents, standards)))
        return [_special(contents, name, len(names) == 1, standards) for name in names]
    if kind == NOTICE:
        return [_alone(NOTICE, replace(contents, indicators=(), gaps=()), standards, covered=False)]
    return [_alone(contents.report, contents, standards)] if contents.report else []


def special_projects(contents: Contents, standards: Standards) -> Iterator[str]:
    """The projects whose texts are written: ``project_use/…``."""
    texts = set(_texts(standards.outlines.outlines[SPECIAL].body))
    for name in contents.texts:
        text, stroke, project = name.partition("/")
        if stroke and text in texts:
            yield project


def _texts(body: tuple[str | Part, ...]) -> Iterator[str]:
    """The texts of the unit that an outline has."""
    for part in body:
        if isinstance(part, Part):
            yield part.free
            yield from _texts(part.body)


def _special(contents: Contents, project: str, only: bool, standards: Standards) -> tuple[Document, Composed]:
    """The report of one project's funds; what is missing is named with the project."""
    own = _of_project(contents, project, only, standards)
    document, done = _alone(SPECIAL, own, standards)
    done.gaps = [
        gap._replace(key=_of(gap.key, project), enter=_of(gap.enter, project) if gap.enter else None)
        for gap in done.gaps
    ]
    done.twice = {_of(key, project): found for key, found in done.twice.items()}
    return document, done


def _of(key: Key, project: str) -> Key:
    """The address of a project's own text or figure as the unit's project has it."""
    section, row, measure = key
    return (section, f"{row}/{project}", measure) if not section or section.startswith(f"{SPECIAL}.") else key


def _of_project(contents: Contents, project: str, only: bool, standards: Standards) -> Contents:
    """The contents as one project's report has them: its texts, figures and sheets under the plain names."""
    end = f"/{project}"
    named = {
        address
        for (address, row, column), text in contents.figures.items()
        if (row, column) == (_PROJECT, VALUE) and squash(text) == squash(project)
    }
    figures = _elsewhere(contents.figures, project, named, standards)
    for (form, row, column), text in contents.figures.items():
        sheet = form.partition("#")[0]
        if sheet in standards.sheets and not (form in named or (only and sheet in _OF_FUNDS)):
            continue
        if form.startswith(f"{SPECIAL}.") and row.endswith(end):
            row = row.removesuffix(end)
        figures[form, row, column] = text
    written = ((name, text) for name, text in contents.texts.items() if text.strip())
    texts = {name.removesuffix(end): text for name, text in written if name.endswith(end)}
    return replace(
        contents,
        figures=figures,
        texts={**contents.texts, **texts},
        names={**contents.names, _PROJECT: project},
        indicators=(),
        gaps=[gap for gap in contents.gaps if gap.key[0] in named],
    )


def _elsewhere(
    figures: Mapping[Key, str], project: str, sheets: Container[str], standards: Standards
) -> dict[Key, str]:
    """What the project's sheets, or else the report's list of projects, say of its money and its score.

    What was added to the budget follows where nothing was carried over from last year.
    """
    cells: dict[tuple[str, str], Amount] = {}
    for (address, row, column), text in figures.items():
        unit = standards.sheets[address.partition("#")[0]].unit if address in sheets else ""
        amount = parse(text, "分" if column == "score" else unit) if unit else None
        if amount is not None:
            cells.setdefault((row, column), amount)
    funds = {column: amount for (row, column), amount in cells.items() if row == _FUNDS}
    found = {measure: funds[column].centre for measure, column in _STATED.items() if column in funds}
    carried = any(amount.mantissa for (row, _), amount in cells.items() if row == "carried")
    if {"initial", "budget"} <= funds.keys() and not carried:
        found["added"] = funds["budget"].centre - found["initial_budget"]
    decimals = max((amount.decimals for amount in funds.values()), default=0)
    unit = next((amount.unit for amount in funds.values()), "")
    known = {
        (_MONEY, _FUNDS, measure): f"{format_amount(exact, unit, decimals)}{unit}"
        for measure, exact in found.items()
        if exact >= 0
    }
    spent, score = figures.get(("report.projects", project, "final"), ""), cells.get(("total", "score"))
    if spent:
        known.setdefault((_MONEY, _FUNDS, "final"), spent)
    if score is not None:
        known[_CONCLUSION, "self_score", "count"] = f"{score.value}{score.unit}"
    return known


def _alone(
    name: str, contents: Contents, standards: Standards, covered: bool = True
) -> tuple[Document, Composed]:
    """The document of one outline with its title: on a cover with whose it is, or above the text."""
    outline: Outline = standards.outlines.outlines[name]
    put = sheets_of(contents, standards)
    done = outlined(outline, contents, put, standards)
    title = outline.title.format_map(contents.printed_names)
    blocks: list[Block]
    if covered:
        lines = filter(None, (title, contents.entity, contents.names.get(_DATE, "")))
        blocks = [*(Paragraph(line, Place(), role="cover") for line in lines), *done.blocks]
    else:
        blocks = [Paragraph(title, Place(), level=1), *(lowered(block, 1) for block in done.blocks)]
    if name == contents.report:
        blocks += put["sheets"]
    done.gaps += contents.gaps
    document = Document("", "", "composed", blocks, title=title, author=contents.entity)
    return document, done
