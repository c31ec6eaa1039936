"""Figures and the text that goes with them → the overview on one page, as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from mingzhang import outlines
from mingzhang.binding.narrative import read_text
from mingzhang.binding.values import Values, unit_of
from mingzhang.documents import Document, Picture
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import FactSet, Key
from mingzhang.forms import Sheet
from mingzhang.money import SCALE, format_amount
from mingzhang.outlines import LAST, Compared
from mingzhang.pictures.bars import Bar, BarRow, Bars
from mingzhang.pictures.dots import Dot, DotRow, Dots
from mingzhang.pictures.page import Page, Panel
from mingzhang.pictures.treemap import Group, Leaf, Treemap
from mingzhang.pictures.values import Figure, added
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

_NUMBERED = re.compile(r"^\s*[\d]+[、.．]\s*")
_LEADING_ON = re.compile(r"[，。；]?其中：?$")
_EVALUATION = "绩效自评表"
_PROJECT = ("project", "value")
_PER_CENT = "%"
_WRONG = "核对（mingzhang check）发现错误{}处，图中仍照原来的数字，请更正后再使用。"
_CLASS = 3
"""Digits of the code of a 类."""


def overview(
    document: Document,
    figures: Mapping[Key, str],
    names: Mapping[str, str],
    standards: Standards,
    errors: int = 0,
) -> Document:
    """The overview of a disclosure as a document of one picture; arguments as of :func:`page`."""
    drawn = page(document, figures, names, standards, errors)
    picture = Picture(drawn.svg(), drawn.text(), Place(), whole=True)
    return Document(
        document.path, document.sha256, "composed", [picture], title=drawn.title, author=names["entity"]
    )


def page(
    document: Document,
    figures: Mapping[Key, str],
    names: Mapping[str, str],
    standards: Standards,
    errors: int = 0,
) -> Page:
    """The charts of a disclosure with their sentences.

    ``document`` is the disclosure, whose sentences are taken over; ``figures`` are those of its tables, of
    sheets and of last year; ``names`` say entity, year and scope. Of ``errors`` that checking found in it
    the note at the foot tells.
    """
    outline = standards.outlines.overview
    assert outline is not None, "every edition has the national outlines"
    charts = _Charts(document, figures, int(names["year"]), standards)
    accounts, three_public = charts.accounts(outline.accounts), charts.three_public(outline.three_public)
    use, items, scores = charts.use(outline.use), charts.items(outline.items), charts.scores(outline.scores)
    parts = len(use.chart.groups) if isinstance(use.chart, Treemap) else 0
    return Page(
        outline.title.format_map(names),
        outline.subtitle.format_map(names),
        (
            (27, ((5, accounts), (7, three_public))),
            (34 if parts > 1 else 22 if parts else 10, ((1, use),)),
            (39, ((1, items),) if scores.chart is None else ((4, items), (3, scores))),
        ),
        "蓝色为本年决算数，空心为预算数，灰色为上年数。"
        + charts.derived()
        + (_WRONG.format(errors) if errors else ""),
    )


class _Sheet(NamedTuple):
    """An evaluation: what it is of, its rate of execution, its score of how many points."""

    label: str
    rate: Figure | None
    score: Figure | None
    points: Figure | None
    inset: bool = False


class _Charts:
    """The charts, from what is known."""

    def __init__(
        self, document: Document, figures: Mapping[Key, str], year: int, standards: Standards
    ) -> None:
        self.standards, self.year = standards, year
        self.facts = FactSet()
        read_text(document, 0, standards, year, self.facts)
        stated = {
            key: format_amount(amount.centre, amount.unit, amount.decimals) + amount.unit
            for key, amount in ((key, self.facts.amount(n)) for key, n in self.facts.index.items())
        }
        self.figures = {**stated, **figures}
        self.values = Values(self.figures, standards)
        self.unchanged = {(s.section, s.row) for s in self.facts.statements if s.words.get("same") == "prior"}
        self._derived = False

    def derived(self) -> str:
        """A note on last year's figures that no document states."""
        return "上年数由本年数和情况说明所写的增减额得出。" if self._derived else ""

    # ── the charts ────────────────────────────────────────────────────────────────────────────

    def accounts(self, panel: outlines.Panel) -> Panel:
        """Income and expenditure of two years side by side."""
        rows = []
        for row in panel.rows:
            now, before = self.figure(row.at), self.prior(row)
            bars = [Bar("本年", now)] if now is not None else []
            bars += [Bar("上年", before, now=False)] if before is not None else []
            if bars:
                rows.append(BarRow(row.label, tuple(bars)))
        return self._panel(panel, Bars(tuple(rows)) if rows else None)

    def three_public(self, panel: outlines.Panel) -> Panel:
        """Last year, budget and final accounts by item."""
        rows: list[DotRow] = []
        for row in panel.rows:
            figures = self.prior(row), self.figure(row.budget), self.figure(row.at)
            rows.append(DotRow(row.label, tuple(map(_dot, figures)), inset=bool(rows)))
        known = any(dot is not None for found in rows for dot in found.dots)
        heads: tuple[str, ...] = ("上年决算", "本年预算", "本年决算")
        if all(found.dots[0] is None for found in rows):
            heads = heads[1:]
            rows = [found._replace(dots=found.dots[1:]) for found in rows]
        return self._panel(panel, Dots(heads, tuple(rows), unit="万元", whole=True) if known else None)

    def use(self, panel: outlines.Panel) -> Panel:
        """Expenditure by 类 and 项."""
        form, _, column = panel.rows[0].at
        groups = []
        for head, codes in self._classes(form):
            figures = ((code, self.figure((form, code, column))) for code in codes)
            leaves = [Leaf(self.name(code), figure) for code, figure in figures if figure and figure.exact]
            if leaves:
                leaves.sort(key=lambda leaf: -leaf.figure.exact)
                groups.append(Group(self.name(head), tuple(leaves)))
        groups.sort(key=lambda group: -group.size)
        return self._panel(panel, Treemap(tuple(groups), panel.absent))

    def items(self, panel: outlines.Panel) -> Panel:
        """Initial budget and final accounts by 类 and 项."""
        (total,) = panel.rows
        form, _, column = total.at
        assert total.budget is not None
        section, _, measure = total.budget
        rows: list[DotRow] = []
        brief: list[DotRow] = []
        pairs: dict[str, tuple[Figure | None, Figure | None]] = {}
        for head, codes in self._classes(form, section):
            own = [
                (self.figure((section, code, measure)), self.figure((form, code, column))) for code in codes
            ]
            pairs |= dict(zip(codes, own))
            both = DotRow(
                self.name(head), tuple(map(_dot, (_sum([b for b, _ in own]), _sum([f for _, f in own]))))
            )
            inner = [DotRow(self.name(c), (_dot(b), _dot(f)), inset=True) for c, (b, f) in zip(codes, own)]
            rows += [both, *inner]
            brief.append(both)
        known = [budget for budget, _ in pairs.values() if budget is not None]
        if not known:
            return self._panel(panel, None)
        budget = self.figure(total.budget) or _sum([budget for budget, _ in pairs.values()])
        whole = DotRow(total.label, (_dot(budget), _dot(self.figure(total.at))))
        chart = Dots(
            ("年初预算", "决算"), (whole, *rows), (whole, *brief), rate="完成率", unit="万元", whole=True
        )
        found = self._panel(panel, chart)
        return found._replace(
            sentence=found.sentence + self._farthest(section, measure, pairs, found.sentence)
        )

    def scores(self, panel: outlines.Panel) -> Panel:
        """Rates of execution and scores of the self-evaluation."""
        rows = []
        for sheet in self._sheets():
            rate = None if sheet.rate is None else Dot(sheet.rate, Fraction(sheet.rate.exact) / (100 * SCALE))
            score = None
            if sheet.score is not None and sheet.points is not None and sheet.points.exact:
                score = Dot(sheet.score, Fraction(sheet.score.exact) / sheet.points.exact)
            if rate is not None or score is not None:
                rows.append(DotRow(sheet.label, (rate, score), sheet.inset))
        brief = tuple(row for row in rows if not row.inset)
        return self._panel(panel, Dots(("执行率", "得分"), tuple(rows), brief) if rows else None)

    def _panel(self, panel: outlines.Panel, chart: Bars | Dots | Treemap | None) -> Panel:
        return Panel(panel.title, self._sentence(*panel.says), chart, panel.absent)

    # ── figures ───────────────────────────────────────────────────────────────────────────────

    def figure(self, key: Key | None) -> Figure | None:
        """The figure at ``key``; None where it is unknown."""
        if key is None or (key[0].startswith(LAST) and key not in self.figures):
            return None
        try:
            exact = self.values.interval(key).low
        except (NotEvaluatedError, ValueError):  # unknown, or words where a figure should be
            return None
        text = self.figures.get(key, "")
        if not text:
            return Figure(exact, unit_of(key, self.standards), 2)
        read = self.values.read(key, text)
        return Figure(read.exact, read.unit, read.decimals)

    def prior(self, row: Compared) -> Figure | None:
        """Last year's figure: as entered, else from what the text says it changed by."""
        form, key, column = row.at
        known = self.figure((LAST + form, key, column))
        if known is not None or row.stated is None:
            return known
        now, change = self.figure(row.at), self.figure((*row.stated, "change"))
        if now is None or (change is None and row.stated not in self.unchanged):
            return None
        self._derived = True
        if change is None:
            return now
        return now._replace(exact=now.exact - change.exact, decimals=max(now.decimals, change.decimals))

    def _rate(self, key: Key) -> Figure | None:
        """The rate at ``key`` in per cent, printed with the sign or without."""
        found = self.figure(key)
        if found is None or found.unit == _PER_CENT:
            return found
        read = self.values.read(key, self.figures[key] + _PER_CENT)
        return Figure(read.exact, read.unit, read.decimals)

    def name(self, code: str) -> str:
        """The name of a code in the year's list."""
        return self.standards.codelists["functional"].name(code, self.year) or code

    def _classes(self, *forms: str) -> Iterator[tuple[str, list[str]]]:
        """The 类 of tables with the lowest codes that any has below each."""
        codes = sorted({code for form in forms for code in self.values.rows(form, "码")})
        lowest = [
            code
            for at, code in enumerate(codes)
            if at + 1 == len(codes) or not codes[at + 1].startswith(code)
        ]
        for head, below in groupby(lowest, key=lambda code: code[:_CLASS]):
            yield head, list(below)

    def _sheets(self) -> Iterator[_Sheet]:
        """The score sheets that state a rate or a score, in order; those of no project with their blocks."""
        seen: set[str] = set()
        for address in dict.fromkeys(key[0] for key in self.figures):
            sheet = self.standards.sheets.get(address.partition("#")[0])
            if sheet is None:
                continue
            score, points = (self.figure((address, "total", column)) for column in ("score", "weight"))
            rate = self._rate((address, "funds", "rate"))
            if score is None and rate is None:
                continue
            kind, project = sheet.title.removesuffix(_EVALUATION), self.figures.get((address, *_PROJECT), "")
            named = project or kind
            named = f"{named}（{kind}）" if named in seen else named
            seen.add(named)
            yield _Sheet(named, rate, score, points)
            if not project:
                yield from self._blocks(address, sheet)

    def _blocks(self, address: str, sheet: Sheet) -> Iterator[_Sheet]:
        """The blocks of indicators of a sheet, where the points of each are known."""
        labels = {block: group.label[0] for part in sheet.sections for block, group in part.groups.items()}
        for block, label in labels.items():
            rows = dict.fromkeys(
                row for form, row, _ in self.figures if form == address and row.startswith(f"{block}/")
            )
            score, points = (
                _sum([self.figure((address, row, column)) for row in rows]) for column in ("score", "weight")
            )
            if score is not None and points is not None:
                yield _Sheet(label, None, score, points, inset=True)

    # ── sentences ─────────────────────────────────────────────────────────────────────────────

    def _sentence(self, section: str, subject: str) -> str:
        """The paragraph of the text that states the subject's figure; empty where there is none."""
        for measure in ("final", "count"):
            if (section, subject, measure) in self.facts.index:
                return self._paragraph(section, (section, subject, measure))
        return ""

    def _paragraph(self, section: str, *keys: Key, but: str = "") -> str:
        """The paragraph of ``section`` that prints the figures at ``keys``, other than ``but``."""
        printed = [self.facts.printed[self.facts.index[key]] for key in keys if key in self.facts.index]
        for paragraph in self.facts.paragraphs:
            here = paragraph.section == section and not paragraph.heading
            if here and printed and all(text in paragraph.text for text in printed):
                said = _LEADING_ON.sub("。", _NUMBERED.sub("", paragraph.text.strip()))
                if said != but:
                    return said
        return ""

    def _farthest(
        self, section: str, measure: str, pairs: Mapping[str, tuple[Figure | None, Figure | None]], whole: str
    ) -> str:
        """The paragraph of the item whose final accounts are farthest from the budget, beside ``whole``'s."""
        apart = {
            code: abs(Fraction(final.exact - budget.exact))
            for code, (budget, final) in pairs.items()
            if budget is not None and final is not None and final.exact != budget.exact
        }
        if not apart:
            return ""
        code = max(apart, key=lambda code: apart[code])
        said = self._paragraph(section, (section, code, measure), (section, code, "final"), but=whole)
        return f"差异最大的一项：{said}" if said else ""


def _dot(figure: Figure | None) -> Dot | None:
    return None if figure is None else Dot(figure)


def _sum(figures: Sequence[Figure | None]) -> Figure | None:
    """The sum; unknown where one is."""
    known = [figure for figure in figures if figure is not None]
    return added(known) if known and len(known) == len(figures) else None
