"""What a filled-in project is asked about: figures, reasons and texts that do not fit the rest of it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from contents import EXTREMES, contents
from mingzhang import api
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.disclosures import Draft
from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.projects.folder import write_project
from mingzhang.projects.project import FIGURES, UNIT, Project
from mingzhang.projects.scale import off_scale
from mingzhang.taxonomy import Standards

TOTAL = (f"{LAST}income_expenditure", "total_in", "amount")
FISCAL = (f"{LAST}fiscal_income_expenditure", "total_in", "amount")
GENERAL = (f"{LAST}general_budget_expenditure", "total", "total")
COST = ("explanation.operation", "operation", "prior")


def drafted(folder: Path, source: Contents, standards: Standards) -> Draft:
    write_project(folder, source, "", standards)
    return api.compose(folder)


def rules(draft: Draft) -> set[str]:
    return {found.rule for found in draft.findings}


# ── what is missing ───────────────────────────────────────────────────────────────────────────


def test_a_gap_names_the_cell_that_it_is_filled_into(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(3), standards)
    meetings = "explanation.general_spending", "meeting", "events"
    item = next(key for key in source.figures if key[0] == "explanation.items")
    figures = {key: text for key, text in source.figures.items() if key not in (meetings, item)}
    draft = drafted(tmp_path / "p", replace(source, figures=figures), standards)
    found = draft.missing("figure")
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    (due,) = found["“figures.xlsx”工作表“补充数据”"]
    row = book["补充数据"][int(due.at[1:])]
    assert (row[0].value, row[3].coordinate) == ("/".join(meetings), due.at)
    assert due.what == f"{row[1].value}（次）"
    assert "会议费次数" in due.what
    (due,) = found["“figures.xlsx”工作表“年初预算数”"]
    assert book["年初预算数"][due.at].value is None
    assert book["年初预算数"][f"A{due.at[1:]}"].value == item[1]


def test_a_figure_without_a_row_says_which_row_to_add(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(3), standards)
    write_project(tmp_path / "p", source, "", standards)
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    sheet = book["补充数据"]
    row = next(row[0].row for row in sheet.iter_rows() if str(row[0].value).endswith("meeting/events"))
    sheet.delete_rows(row)
    items = book["年初预算数"]
    code = items["A4"].value
    items.delete_rows(4)
    book.save(tmp_path / "p" / FIGURES)
    found = api.compose(tmp_path / "p").missing("figure")
    (due,) = found["“figures.xlsx”工作表“补充数据”"]
    assert due.at == "末尾"
    assert "编号一栏写“explanation.general_spending/meeting/events”，单位一栏写“次”" in due.what
    (due,) = found["“figures.xlsx”工作表“年初预算数”"]
    assert due.at == "C栏"
    assert f"增加一行“{code} " in due.what


def test_a_slip_in_an_address_is_told(standards: Standards, tmp_path: Path) -> None:
    write_project(tmp_path / "p", contents(random.Random(3), standards), "", standards)
    assert len(api.compose(tmp_path / "p").notes) == 1  # the texts of the report that it has none of
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    sheet = book["补充数据"]
    row = next(row for row in sheet.iter_rows() if str(row[0].value).endswith("meeting/events"))
    row[0].value = "explanation.general_spending/meting/events"
    book.save(tmp_path / "p" / FIGURES)
    draft = api.compose(tmp_path / "p")
    note, _ = draft.notes
    assert (
        f"工作表“补充数据”{row[3].coordinate}：“explanation.general_spending/meting/events”没有用到" in note
    )
    assert "缺少的是“explanation.general_spending/meeting/events”（" in note
    assert draft.refused


def test_blank_tables_are_one_gap_and_come_first(standards: Standards, tmp_path: Path) -> None:
    found = drafted(tmp_path / "p", Contents("青禾市档案馆", 2022), standards).missing()
    assert len(found["“figures.xlsx”的各张决算表"]) == 1
    assert next(iter(found)) == "“figures.xlsx”的各张决算表"
    assert "duties" in [due.at for due in found["“unit.yaml”的 texts"]]


def test_last_years_figures_that_are_missing_name_their_cells(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(3), standards, "no prior year")
    draft = drafted(tmp_path / "p", source, standards)
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    (dues,) = draft.missing_last_year().values()
    assert len(dues) == len(draft.uncompared) > 5
    assert {book["补充数据"][f"A{due.at[1:]}"].value for due in dues} == {
        "/".join(key) for key in draft.uncompared
    }


def test_the_figures_of_a_projects_funds_are_named_with_the_project(
    standards: Standards, tmp_path: Path
) -> None:
    names = [name for name in standards.outlines.texts if name.startswith("project_")]
    source = contents(random.Random(3), standards)
    texts = {f"{name}/档案数字化项目": "按计划完成。" for name in names}
    money = "special_report.money", "funds/档案数字化项目"
    figures = {(*money, "initial_budget"): "10.00", (*money, "added"): "0.00", (*money, "carried"): "9.00"}
    source = replace(source, texts=texts, figures={**source.figures, **figures})
    write_project(tmp_path / "p", source, "", standards)
    draft = api.compose(tmp_path / "p", document="special_report")
    (due,) = draft.missing("figure")["“figures.xlsx”工作表“补充数据”"]
    assert "编号一栏写“special_report.money/funds/档案数字化项目/final”" in due.what
    assert not draft.notes
    source = replace(source, figures={**source.figures, (*money, "final"): "8.00"})
    write_project(tmp_path / "q", source, "", standards)
    draft = api.compose(tmp_path / "q", document="special_report")
    (found,) = [found for found in draft.findings if found.rule == "project.values_differ"]
    assert re.search(
        r"按其他数字算得为2\.00万元，“figures\.xlsx”工作表“补充数据”D\d+为9\.00万元", found.message
    )


# ── figures that contradict one another ───────────────────────────────────────────────────────


def entered(source: Contents, **more: str) -> Contents:
    keys = {
        "change": ("explanation.operation", "operation", "change"),
        "cars": ("explanation.assets", "cars", "count"),
    }
    return replace(source, figures={**source.figures, **{keys[name]: text for name, text in more.items()}})


@pytest.mark.parametrize(("figure", "fits"), [("0.00", False), ("worked out", True)])
def test_an_entered_change_has_to_fit(figure: str, fits: bool, standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(4), standards)
    stated = disclosure(source, standards)[1].stated["explanation.operation", "operation", "change"]
    assert not stated.startswith("0.00")
    text = stated.removesuffix("万元").replace(",", "") if fits else figure
    draft = drafted(tmp_path / "p", entered(source, change=text), standards)
    told = [found.message for found in draft.findings if found.rule == "project.values_differ"]
    assert bool(told) != fits
    assert draft.refused != fits
    if told:
        assert f"机关运行经费增减额：按其他数字算得为{stated}，“figures.xlsx”工作表“补充数据”D" in told[0]
    assert stated.replace(",", "") in "".join(str(block) for block in draft.document.blocks).replace(",", "")


def test_an_entered_sum_has_to_fit(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(4), standards)
    assert "project.values_differ" in rules(drafted(tmp_path / "p", entered(source, cars="99"), standards))


# ── reasons and texts ─────────────────────────────────────────────────────────────────────────


def test_reasons_and_texts_that_nothing_prints_are_told(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(4), standards)
    reasons = {**source.reasons, ("explanation.items", "2010302", "completion_initial"): "张三经办"}
    texts = {
        "duties": "负责档案工作。",
        "assets": "李四经办。",
        "notice_basis": "有关规定。",
        "structure": "本级。",
    }
    texts |= {"performance": "开展了自评。", "additional/explanation.income": "另有说明。"}
    draft = drafted(tmp_path / "p", replace(source, reasons=reasons, texts=texts), standards)
    assert len(draft.notes) == 2
    assert "explanation.items/2010302/completion_initial”（" in draft.notes[0]
    assert "2010302 一般行政管理事务与年初预算数不同的原因" in draft.notes[0]
    assert "有1段没有用到" in draft.notes[1]
    assert "assets（资产管理情况）" in draft.notes[1]


@pytest.mark.parametrize("extreme", EXTREMES)
def test_nothing_is_asked_of_what_fits(extreme: str, standards: Standards, tmp_path: Path) -> None:
    source = replace(contents(random.Random(6), standards, extreme), report="")
    texts = {name: text for name, text in source.texts.items() if name in ("duties", "structure")}
    texts["performance"] = "本单位对全部项目支出开展了绩效自评。"
    draft = drafted(tmp_path / "p", replace(source, texts=texts), standards)
    assert not draft.notes
    assert not {rule for rule in rules(draft) if rule.startswith("project.")}


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("开展了绩效自评，自评报告见附件。", True),
        ("开展了绩效自评，结果随决算一并公开。", False),
        ("开展了绩效自评，详见第三部分。", False),
        ("开展了绩效自评，自评报告见附件。\n附件：自评报告\n得分95分。", False),
    ],
)
def test_an_annex_that_there_is_not(text: str, is_told: bool, standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(4), standards)
    draft = drafted(tmp_path / "p", replace(source, texts={**source.texts, "performance": text}), standards)
    told = [found.message for found in draft.findings if found.rule == "project.no_annex"]
    assert bool(told) == is_told
    assert all(
        "“performance”（预算绩效管理工作开展情况）写“开展了绩效自评，自评报告见附件”" in one for one in told
    )


# ── last year's figures in another unit ───────────────────────────────────────────────────────

NOW = {TOTAL: "523.10", FISCAL: "498.26", GENERAL: "480.00"}


def asked(last: Mapping[Key, str], standards: Standards, now: Mapping[Key, str] = NOW) -> str:
    own = {(key[0].removeprefix(LAST), *key[1:]): text for key, text in now.items()}
    project = Project(Path(), "", "", Contents("青禾市档案馆", 2022, figures={**own, **last}))
    found = off_scale(project, {}, standards)
    return found.message if found is not None else ""


@pytest.mark.parametrize(
    "last",
    [
        {TOTAL: "4600000.00", FISCAL: "4400000.00", GENERAL: "4200000.00"},
        {TOTAL: "5200000.00"},
        {TOTAL: "3900000.00", FISCAL: "480.11", GENERAL: "470.20"},
        {TOTAL: "470.00", FISCAL: "460.11", GENERAL: "6100000.00"},
    ],
)
def test_yuan_for_ten_thousand_yuan(last: Mapping[Key, str], standards: Standards) -> None:
    said = asked(last, standards)
    wrong = max(last, key=lambda key: float(last[key]))
    assert f"{float(last[wrong]):,.2f}万元，本年为{NOW[wrong]}万元" in said
    assert "上年数可能是按元填写的" in said


def test_this_years_in_yuan(standards: Standards) -> None:
    now = {key: f"{float(text) * 10_000:.2f}" for key, text in NOW.items()}
    assert "本年数可能是按元填写的" in asked(
        {TOTAL: "470.00", FISCAL: "450.00", GENERAL: "440.00"}, standards, now
    )


@pytest.mark.parametrize(
    ("last", "now"),
    [
        ({TOTAL: "470.00", FISCAL: "460.00", GENERAL: "450.00"}, NOW),
        ({TOTAL: "0.05", FISCAL: "0.05", GENERAL: "0.05"}, NOW),
        ({TOTAL: "500.00", FISCAL: "500.00", GENERAL: "500.00"}, dict.fromkeys(NOW, "0.05")),
        ({TOTAL: "620000.00", FISCAL: "498.26", GENERAL: "0.00"}, NOW),
        ({TOTAL: "3900000.00"}, NOW),
        ({TOTAL: "52310.00", FISCAL: "49826.00", GENERAL: "48000.00"}, NOW),
        ({TOTAL: "0.00", FISCAL: "", GENERAL: "0.00"}, NOW),
    ],
)
def test_units_that_begin_end_or_grow_are_left_alone(
    last: Mapping[Key, str], now: Mapping[Key, str], standards: Standards
) -> None:
    assert asked(last, standards, now) == ""


def test_the_warning_names_the_cell(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(4), standards)
    yuan = {
        key: f"{float(source.figures[key[0].removeprefix(LAST), key[1], key[2]]) * 10_000:.2f}"
        for key in (TOTAL, FISCAL, GENERAL)
    }
    rest = {key: text for key, text in source.figures.items() if not key[0].startswith(LAST) and key != COST}
    draft = drafted(tmp_path / "p", replace(source, figures={**rest, **yuan}), standards)
    (found,) = [found for found in draft.findings if found.rule == "project.off_scale"]
    assert found.severity == "warning"
    assert re.search(r"核对“figures\.xlsx”工作表“补充数据”D\d+等3个上年数", found.message)


# ── numbers of things ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "said"),
    [(3.5, "会议费次数“3.5”应当是整数（单位：次）"), (-2, "会议费次数“-2”不能是负数（单位：次）"), (3.0, "")],
)
def test_numbers_of_things_are_whole(value: float, said: str, standards: Standards, tmp_path: Path) -> None:
    write_project(tmp_path / "p", contents(random.Random(3), standards), "", standards)
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    row = next(row for row in book["补充数据"].iter_rows() if str(row[0].value).endswith("meeting/events"))
    row[3].value = value
    book.save(tmp_path / "p" / FIGURES)
    if not said:
        assert not api.compose(tmp_path / "p").gaps
        return
    with pytest.raises(api.UnreadableError) as raised:
        api.compose(tmp_path / "p")
    assert f"工作表“补充数据”{row[3].coordinate}：{said}" in str(raised.value)


def test_corrections_without_an_archive_are_told(standards: Standards, tmp_path: Path) -> None:
    write_project(tmp_path / "p", contents(random.Random(3), standards), "", standards)
    path = tmp_path / "p" / UNIT
    text = path.read_text().replace("corrections: {}", f"corrections:\n  {'/'.join(TOTAL)}: 决算批复调整")
    path.write_text(text)
    assert any("corrections 没有用到" in note for note in api.compose(tmp_path / "p").project.notes)
