"""A template held against a project: what its placeholders stand for, what it lacks, and the filled file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.compose_text import Gap
from mingzhang.binding.disclosure import Contents
from mingzhang.documents import Document, UnreadableError, quoted, squash
from mingzhang.taxonomy import Standards
from mingzhang.templates.answers import Answer, Answers, Column, Said
from mingzhang.templates.apart import Apart
from mingzhang.templates.found import Found
from mingzhang.templates.guard import MOST_BYTES
from mingzhang.templates.names import CHAPTER, FIGURE, FREE, ROW, SENTENCE, TABLE, Catalogue, Name, NameFault

_NAMELESS = "其中没有占位名称，照原样写出不是这个单位的文件；用 mingzhang template list 查看名称。"
_MISSING = "无法读取模板“{}”，请检查路径和权限。"


class TemplateError(UnreadableError):
    """A template that cannot be filled as it is; the message names every fault with its place."""


@dataclass(slots=True)
class Checked:
    """What is wrong with a template (``faults``), what the edition requires and it lacks (``lacking``), what
    the project does not give (``gaps``), and controls whose tags are no names (``tags``)."""

    names: list[Name] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


class Filled(NamedTuple):
    """The filled file with its suffix, the same as a draft, read back, and what it lacks."""

    data: bytes
    draft: bytes
    suffix: str
    document: Document
    gaps: Sequence[Gap]


def check(path: Path, standards: Standards, year: int, contents: Contents | None) -> Checked:
    """What is to be said of the template at ``path``; raises UnreadableError for one that is not usable."""
    data = read_bytes(path)
    answers = Answers(contents or Contents("", year), standards)
    catalogue = answers.catalogue if contents is not None else Catalogue(standards, year)
    with Apart() as apart:
        try:
            found, names, faults = _examined(apart, data, catalogue)
        except UnreadableError as error:
            raise TemplateError(_named(path, [str(error)])) from error
        checked = Checked(list(dict.fromkeys(names.values())), faults, tags=found.tags)
        if contents is not None:
            given = {text: answers.of(name) for text, name in names.items()}
            checked.gaps = list(answers.gaps.values())
        else:
            given = {text: _sample(name, answers) for text, name in names.items()}
        try:
            if not faults:
                apart.filled(data, _tags(catalogue), given, "")
        except UnreadableError as error:
            faults.append(str(error))
    checked.lacking = list(_lacking(found, checked.names, catalogue))
    return checked


def _sample(name: Name, answers: Answers) -> Answer:
    """What takes as much room as any unit's answer does at least: a table, a row repeated once."""
    if name.kind == TABLE:
        return answers.of(name)
    return Column(name.key[0], ("", ""), False) if name.kind == ROW else Said(("",))


def _examined(apart: Apart, data: bytes, catalogue: Catalogue) -> tuple[Found, dict[str, Name], list[str]]:
    """The placeholders, what each names, and why the template cannot be filled; raises UnreadableError."""
    found = apart.found(data, _tags(catalogue))
    faults = list(found.faults)
    names = _names(found, catalogue, faults)
    faults += _misplaced(found, names)
    return found, names, faults if faults or names else [_NAMELESS]


def fill(path: Path, contents: Contents, standards: Standards, title: str, banner: str) -> Filled:
    """The template at ``path`` filled from ``contents``; raises UnreadableError where it cannot be filled."""
    data = read_bytes(path)
    answers = Answers(contents, standards)
    known = _tags(answers.catalogue)
    with Apart() as apart:
        try:
            found, names, faults = _examined(apart, data, answers.catalogue)
            if faults:
                raise UnreadableError("\n".join(faults))
            given: Mapping[str, Answer] = {text: answers.of(name) for text, name in names.items()}
            made = apart.filled(data, known, given, "")
            marked = apart.filled(data, known, given, banner)
        except UnreadableError as error:
            raise TemplateError(_named(path, str(error).split("\n"))) from error
        document = _read_back(apart, made, found.kind, title)
    return Filled(made, marked, f".{found.kind}", document, list(answers.gaps.values()))


def _read_back(apart: Apart, data: bytes, kind: str, title: str) -> Document:
    with tempfile.TemporaryDirectory(prefix="mingzhang-") as folder:
        file = Path(folder) / f"filled.{kind}"
        file.write_bytes(data)
        document = apart.document(file, f"{title}.{kind}")
    document.title = title
    return document


def read_bytes(path: Path) -> bytes:
    """The template as it is on the disk; raises UnreadableError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TemplateError(
                _named(path, [f"文件超过{MOST_BYTES // 1_000_000}MB，请删去其中的大图片再试。"])
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise TemplateError(_MISSING.format(path)) from error


def _named(path: Path, faults: Sequence[str]) -> str:
    told = "\n".join(f"  {fault}" for fault in faults)
    return f"模板“{path}”不能使用：\n{told}"


def _tags(catalogue: Catalogue) -> frozenset[str]:
    """The tags of content controls that are names without saying of which kind."""
    texts = catalogue.standards.outlines.texts
    return frozenset(
        (*catalogue.plain, *catalogue.plain.values(), *texts, *(text.label for text in texts.values()))
    )


def _names(found: Found, catalogue: Catalogue, faults: list[str]) -> dict[str, Name]:
    """What each placeholder names, by its words; the unknown ones are faults."""
    names: dict[str, Name] = {}
    unknown: dict[str, str] = {}
    for spot in found.spots:
        if spot.text in names:
            continue
        if spot.text not in unknown:
            try:
                names[spot.text] = catalogue.find(spot.text)
                continue
            except NameFault as fault:
                unknown[spot.text] = str(fault)
        faults.append(f"{spot.where}：{unknown[spot.text]}")
    return names


def _misplaced(found: Found, names: Mapping[str, Name]) -> Iterator[str]:
    """Placeholders that stand where they cannot be filled."""
    tables: dict[str, str] = {}
    puts: set[str] = set()
    for spot in found.spots:
        name = names.get(spot.text)
        shown = quoted("{{" + spot.text + "}}")
        if name is None:
            continue
        if name.kind in (TABLE, CHAPTER):
            if not spot.alone:
                yield f"{spot.where}{shown}要单独占一段（一个单元格），前后不能有其他文字。"
            elif name.kind == TABLE and found.kind == "docx" and (spot.row or not spot.block):
                yield f"{spot.where}{shown}是整张表，要放在正文中，不能放在表格、页眉、页脚或脚注里。"
            elif found.kind == "xlsx" and name.kind == TABLE:
                if spot.row in puts or spot.row in tables:
                    yield f"{spot.where}{shown}：同一行只能放一张表，也不能与“行:”放在同一行。"
                puts.add(spot.row)
        elif name.kind == ROW:
            if not spot.row:
                yield f"{spot.where}{shown}是逐行重复的内容，只能放在表格的一行里。"
            elif tables.setdefault(spot.row, name.key[0]) != name.key[0]:
                yield f"{spot.where}{shown}：同一行里只能重复同一张表的内容。"
            elif spot.row in puts:
                yield f"{spot.where}{shown}：“行:”不能与“表:”放在同一行。"


def _lacking(found: Found, names: Sequence[Name], catalogue: Catalogue) -> Iterator[str]:
    """Tables and headings that the edition's disclosure has and the template neither names nor writes."""
    standards, words = catalogue.standards, squash(found.words)
    used = {name.key[0] for name in names if name.kind in (TABLE, ROW, FIGURE)}
    chosen = [chapter for name in names if name.kind == CHAPTER for chapter in catalogue.chosen(name)]
    all_tables = any(_holds_tables(chapter.block.body) for chapter in chosen)
    for form in standards.forms.values():
        if form.id not in used and not all_tables and not any(squash(t) in words for t in form.titles):
            yield f"没有《{form.title}》，可以写{{{{表:{form.title}}}}}。"
    if found.kind == "docx":
        yield from _lacking_chapters(words, names, catalogue)


def _lacking_chapters(words: str, names: Sequence[Name], catalogue: Catalogue) -> Iterator[str]:
    """The headings of the disclosure of which nothing is there, the highest of them."""
    spoken_of = {name.key[0] for name in names if name.kind == FIGURE}
    spoken_of |= {name.key[1] for name in names if name.kind == SENTENCE}
    free = {name.key[0] for name in names if name.kind == FREE}
    chosen = [c for name in names if name.kind == CHAPTER for c in catalogue.chosen(name)]
    own = [chapter for chapter in catalogue.chapters if chapter.outline == catalogue.outlines[0]]
    there = {
        chapter.path
        for chapter in own
        if any(chapter.path[: len(c.path)] == c.path for c in chosen if c.outline == chapter.outline)
        or (chapter.block.section and chapter.block.section in spoken_of)
        or any(getattr(block, "free", "") in free for block in chapter.block.body)
        or any(squash(text) in words for text in chapter.labels())
    }
    told: set[tuple[int, ...]] = set()
    for chapter in own:
        path = chapter.path
        above = any(path[:number] in told for number in range(len(path)))
        begun = any(other[: len(path)] == path for other in there)
        if not (above or begun or chapter.block.when or _holds_tables(chapter.block.body)):
            told.add(path)
            text = next(chapter.labels())
            yield f"没有{quoted(text)}一节，可以写{{{{章节:{text}}}}}。"


def _holds_tables(body: Sequence[object]) -> bool:
    return any(getattr(block, "put", "") == "tables" for block in body)
