"""Score sheets of fictional units, written short, as files or as sheets in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.documents import Document
from mingzhang.facts import Key
from mingzhang.money import parse
from mingzhang.provenance import Place
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Gathering, Head, Row, Seen, Sheets
from mingzhang.taxonomy import Standards
from mingzhang.writers import write

Indicators = Mapping[str, Sequence[str]]
"""Target, actual value, weight and score by block/part/name."""

WHOLE, PROJECT = "department_score_sheet", "project_score_sheet"

INDICATORS: Indicators = {
    "output/quantity/整理档案数量": ("≥100卷", "120卷", "30", "30"),
    "output/quality/验收合格率": ("≥95%", "96%", "20", "18"),
    "benefit/social/档案利用效果": ("效果良好", "全部或基本达成预期指标", "30", "27"),
    "satisfaction/served/查阅群众满意度": ("≥90%", "92%", "10", "10"),
}


def sheet(
    form: str,
    name: str,
    budget: str,
    final: str,
    *,
    unit: str = "",
    indicators: Indicators = INDICATORS,
    parent: str = "",
) -> dict[Key, str]:
    """The cells of one sheet; a project's by its ``name``, a unit's by the unit's."""
    kind = form.partition("#")[0]
    cells: dict[Key, str] = {(form, "name" if kind == WHOLE else "project", "value"): name}
    if unit:
        cells[form, "implementer", "value"] = unit
    if parent:
        cells[form, "parent", "value"] = parent
    source = ("general", "project") if kind == WHOLE else ("fiscal",)
    for row in ("funds", *source):
        cells |= {
            (form, row, "initial"): budget,
            (form, row, "budget"): budget,
            (form, row, "final"): final,
        }
    cells |= {(form, "funds", "weight"): "10", (form, "funds", "rate"): "90%", (form, "funds", "score"): "9"}
    for row, (target, actual, weight, score) in indicators.items():
        cells[form, row, "level3"] = row.rpartition("/")[2]
        cells |= {(form, row, "target"): target, (form, row, "actual"): actual}
        cells |= {(form, row, "weight"): weight, (form, row, "score"): score}
    cells[form, "total", "weight"], cells[form, "total", "score"] = "100", "94"
    return cells


def written(path: Path, cells: Mapping[Key, str], standards: Standards, year: int = 2022) -> Path:
    """The sheets as a file in the format of its suffix."""
    write(Document("", "", "docx", compose_sheets(cells, standards, year)), path)
    return path


class Made(NamedTuple):
    """A sheet for :func:`entered`: whose, its money, its indicators (target, actual, weight, score)."""

    unit: str
    budget: str
    final: str
    indicators: Indicators = INDICATORS
    project: str = ""
    parent: str = ""
    year: int = 2022
    money: str = "万元"
    file: str = ""
    evaluation: str = ""
    entity: str = ""


def entered(*made: Made) -> Sheets:
    """Sheets in columns, as they would be read from a file of each unit."""
    gathering = Gathering()
    gathering.name({"block:output": "产出指标", "column:actual": "实际完成值", "column:budget": "全年预算数"})
    for one in made:
        cells = []
        money = Row(FUNDS, "funds", "", "", "funds", "年度资金总额")
        amounts = {"initial": one.budget, "budget": one.budget, "final": one.final, "weight": "10"}
        for number, (column, text) in enumerate(amounts.items()):
            unit = "分" if column == "weight" else one.money
            if text:
                cells.append(Seen(money, column, text, parse(text, unit), Place(line=number + 1)))
        for number, (key, texts) in enumerate(one.indicators.items(), 10):
            block, part, name = key.split("/")
            row = Row(INDICATOR, key, block, part, name.partition("#")[0], name)
            for column, text in zip(("target", "actual", "weight", "score"), texts):
                amount = parse(text, "分") if column in ("weight", "score") else None
                if text:
                    cells.append(Seen(row, column, text, amount, Place(line=number)))
        evaluation = one.evaluation or ("project" if one.project else "department")
        form = PROJECT if evaluation == "project" else WHOLE
        title = "项目支出绩效自评表" if evaluation == "project" else "部门整体支出绩效自评表"
        file = one.file or f"{one.unit}.docx"
        head = Head(form, title, evaluation, one.unit, one.project, one.parent, one.year, file, Place(line=1))
        head = head._replace(entity=one.entity)
        gathering.enter(head, cells)
    return gathering.sheets
