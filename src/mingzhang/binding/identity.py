"""Whose document it is: unit, fiscal year, place — and the edition of the standards that follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mingzhang.binding.slots import label_key
from mingzhang.documents import Document, Paragraph, Table, fold, squash
from mingzhang.taxonomy import Edition, Library

ENTITY = re.compile(
    r"(?:编制部门|公开部门|部门名称|(?:部门|单位)\((?:部门|单位)\)名称|部门|编制单位|单位名称|单位)"
    r"(?:\((?:盖章|公章|签章)\))?\s*:\s*(?!人民币|万元|亿元|千元|元)(.*?)\s*"
    r"(?=(?:20\d\d\s*年度?\s*)?(?:公开\s*\d+\s*表|(?:金额)?单位\s*:|$))"
)
"""A heading line that names the unit, after folding."""

_LABEL = re.compile(
    r"(?:[省市州县区]级)?(?:预算|项目|具体|资金使用|填报|编报|编制)?(?:实施)?(?:部门|单位|主体)"
    r"(?:\((?:部门|单位)\))?(?:名称)?(?:\((?:公章|盖章|签章)\))?:?"
)
"""A cell of a form that stands before the unit's name; a 主管部门 is another's."""
_NAME = re.compile(r"(?:\d[\d-]{2,}[-:]?)?([^\d,。;:-][^\d,。;:]{3,39})")
"""A name, before it perhaps the unit's budget code."""

_YEAR = re.compile(r"(20\d\d)\s*年度")
_COVER = re.compile(
    r"^(?:第一部分)?(?:20\d\d年度?)?([^,。:第]{4,40}?)"
    r"(?:20\d\d年度?(?:部门|单位)决算|(?:部门|单位)?概况$"
    r"|(?:20\d\d年度?)?(?:部门|单位)?整体支出绩效(?:自评|评价)?报告$)"
)


_HEAD_CELLS = 24


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose document it is: unit, fiscal year and the place's jurisdiction, where they can be told."""

    entity: str | None
    year: int | None
    jurisdiction: str | None


def identify(document: Document, library: Library) -> Identity:
    """Tell unit, year and place from the cover, the headings and the tables' headings."""
    years: Counter[int] = Counter()
    places: Counter[str] = Counter()
    entities: Counter[str] = Counter()
    for order, text in enumerate(_texts(document)):
        folded = fold(text)
        weight = 5 if order < 8 else 1
        for year in _YEAR.findall(folded):
            years[int(year)] += weight
        for name in library.place_names.findall(text):
            places[library.places[name]] += weight
        if len(folded) < 200 and (found := _entity(folded)):
            entities[found] += 3
        elif (match := _COVER.search(squash(text))) and label_key(text) == squash(text):
            entities[match.group(1)] += 1
    for name in _named(document):
        entities[name] += 2
    jurisdiction = max(places, key=places.__getitem__, default=None)
    fiscal_year = years.most_common(1)[0][0] if years else None
    entity = entities.most_common(1)[0][0] if entities else None
    return Identity(entity, fiscal_year, jurisdiction)


def _texts(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif isinstance(block, Table):
            texts += [cell.text for cell in block.cells[:_HEAD_CELLS]]
    return texts


def _named(document: Document) -> Iterator[str]:
    """The names beside a label for the unit in the first rows of the tables."""
    for table in document.tables():
        cells = table.cells[:_HEAD_CELLS]
        for label, value in pairwise(cells):
            same = label.row == value.row and _LABEL.fullmatch(squash(label.text))
            name = _NAME.fullmatch(squash(value.text)) if same else None
            if name is not None and not _LABEL.fullmatch(squash(value.text)):
                yield name[1]


def _entity(text: str) -> str | None:
    match = ENTITY.search(text) if ":" in text else None
    found = match.group(1).strip() if match else ""
    return found if len(found) > 2 and not found.startswith("(") else None


def pick_edition(identity: Identity, library: Library) -> Edition:
    """The edition nearest to the document's year and place."""
    return library.nearest(identity.year, identity.jurisdiction)
