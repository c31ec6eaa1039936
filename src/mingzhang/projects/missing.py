"""What a project still has to be given: every gap of its document, by the place where it is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mingzhang.binding.asked import coded, label
from mingzhang.binding.compose_text import Gap
from mingzhang.projects.figures_file import ENTERED, sheet_name
from mingzhang.projects.project import FIGURES, UNIT, Project, address
from mingzhang.projects.reason_keys import ReasonKeys
from mingzhang.taxonomy import Standards

_TABLES = f"“{FIGURES}”的各张决算表"
_TEXTS, _REASONS = f"“{UNIT}”的 texts", f"“{UNIT}”的 reasons"
_DATA = "自评数据文件"
_ORDER = ("table", "figure", "text", "reason")
_ALL_BLANK = "没有任何数字，请按表填写；没有发生的留空，合计由程序算出"
_BLANK = "没有任何数字，请按表填写；确实没有数字的，请填0"


class Due(NamedTuple):
    """Something to be filled in: the cell or entry that it goes into, what it is, how it will read."""

    at: str
    what: str
    sentence: str = ""


def missing(gaps: Iterable[Gap], project: Project, standards: Standards) -> Mapping[str, list[Due]]:
    """What is to be filled in, by file and sheet or entry, each once: figures first, the rest needs them."""
    sorting = _Sorting(project, standards)
    found: dict[str, dict[Due, None]] = {}
    for gap in sorted(gaps, key=lambda gap: _ORDER.index(gap.kind)):
        place, due = sorting.of(gap)
        found.setdefault(place, {})[due] = None
    return {place: list(dues) for place, dues in found.items()}


class _Sorting:
    """Finds the place of every gap in one project."""

    def __init__(self, project: Project, standards: Standards) -> None:
        self.project, self.standards = project, standards
        self.year = project.contents.year
        self.reasons = ReasonKeys(standards)

    def of(self, gap: Gap) -> tuple[str, Due]:
        """The place of a gap and what is due there."""
        if gap.kind == "reason":
            return _REASONS, Due(address(gap.key), self.reasons.explains(gap.key, self.year), gap.sentence)
        if gap.kind == "text":
            row = gap.key[1].partition("/")[2]
            of = f"（{coded(row, self.standards, self.year)}）" if row else ""
            return _TEXTS, Due(gap.key[1], f"{gap.label}{of}")
        if gap.kind == "table" and self.project.has_tables:
            sheet = sheet_name(self.standards.forms[gap.key[0]].title)
            return f"“{FIGURES}”工作表“{sheet}”", Due("", _BLANK)
        return self._figure(gap)

    def _figure(self, gap: Gap) -> tuple[str, Due]:
        key = gap.enter or gap.key
        section, row, measure = key
        known = self.standards
        if gap.key in self.project.contents.labels or section.partition("#")[0] in known.sheets:
            return _DATA, Due("", gap.label)
        cell, column = self.project.blanks.get(key), self.project.blanks.get((section, "", measure))
        if not self.project.has_tables and (section in known.forms or (column and not cell)):
            return _TABLES, Due("", _ALL_BLANK)  # which rows there are is not known yet
        asked = label(key, known, self.year)
        what = f"{asked.text}（{asked.unit}）"
        if cell is not None:
            return f"“{FIGURES}”工作表“{cell.sheet}”", Due(cell.cell or "", what)
        if column is not None:
            line = f"增加一行“{coded(row, known, self.year)}”，填写{asked.measure}（{asked.unit}）"
            return f"“{FIGURES}”工作表“{column.sheet}”", Due(f"{column.cell}栏", line)
        line = f"增加一行，编号一栏写“{address(key)}”，单位一栏写“{asked.unit}”：{asked.text}"
        return f"“{FIGURES}”工作表“{ENTERED}”", Due("末尾", line)
