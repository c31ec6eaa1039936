"""The self-evaluation of a project: what its data files come to is said, read again and found right."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import evaluations
from contents import contents
from mingzhang import api
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.binding.separate import KINDS, documents
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet, Key
from mingzhang.plans.plan import Plan
from mingzhang.projects.evaluation import Evaluated, evaluated
from mingzhang.projects.folder import read_project
from mingzhang.readers import read_document
from mingzhang.samples import YEAR
from mingzhang.scoring.documents import evaluations as scored_places
from mingzhang.submissions import Work
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import write

FORMATS = (".txt", ".docx", ".xlsx", ".html", ".pdf")
SCHEMES = ("department_points", "department_deductions")
REPORTS = ("report", "report.management")
PROJECTS = ("档案数字化项目", "库房维修项目")
NAMES = {
    "head": "张三",
    "preparer": "李四",
    "telephone": "0000-0000000",
    "date": "2023年4月12日",
}
EDITION = "hunan-2022"
EXAMPLES = 8
TOTAL = ("report.conclusion", "self_score", "count")


def source(chance: random.Random, standards: Standards, extreme: str = "plain") -> Contents:
    """A unit with a report, and with reports of the funds of two projects."""
    found = contents(chance, standards, extreme)
    own = {f"{name}/{project}": "按计划完成。" for name in standards.outlines.texts for project in PROJECTS}
    special = {name: text for name, text in own.items() if name.startswith("project_")}
    sent = {"notice_addressees": "中心各科室", "notice_date": "2023年3月10日"}
    texts = {**dict.fromkeys(standards.outlines.texts, "按计划完成。"), **found.texts, **special, **sent}
    report = chance.choice(REPORTS)
    return replace(found, texts=texts, names=NAMES, report=report)


def plans(
    chance: random.Random, folder: Path, scheme: str, unit: str, standards: Standards
) -> dict[str, Plan]:
    """Data files for everything that a unit evaluates."""
    filled = evaluations.indicators(chance, standards.schemes[scheme], evaluations.known(standards))
    whole = {**evaluations.sheet(chance), "funds": {"budget": "999.99"}}
    found = {"indicators.yaml": evaluations.plan(folder, scheme, unit, filled, standards)}
    found["indicators/a.yaml"] = evaluations.plan(folder, "department_sheet", unit, whole, standards)
    for project in PROJECTS:
        own = {**evaluations.sheet(chance, project), "funds": evaluations.money(chance)}
        found[f"indicators/{project}.yaml"] = evaluations.plan(folder, "project_sheet", unit, own, standards)
    return found


def composed(seed: int, scheme: str, folder: Path, standards: Standards, extreme: str = "plain") -> Evaluated:
    chance = random.Random(seed)
    unit = source(chance, standards, extreme)
    return evaluated(unit, plans(chance, folder, scheme, unit.entity, standards), {}, standards)


def facts_of(document: Document, standards: Standards) -> FactSet:
    """Tables, sheets and text of a document."""
    facts = recognise(document, 0, standards).facts
    read_text(document, 0, standards, YEAR, facts)
    return facts


def lost(stated: dict[Key, str], facts: FactSet) -> dict[Key, str]:
    """What was composed and is not found again."""
    found: dict[Key, set[str]] = {}
    for key, printed in zip(facts.keys, facts.printed):
        found.setdefault(key, set()).add(printed)
    return {key: text for key, text in stated.items() if text not in found.get(key, ())}


def findings(document: Document, standards: Standards) -> list[str]:
    work = Work(standards.edition.id, None)
    return [found.message for found in work.findings(document) if found.severity != "rounding"]


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 10**9))
def test_what_is_scored_is_said_and_recomputed(
    scheme: str, seed: int, standards: Standards, tmp_path: Path
) -> None:
    found = composed(seed, scheme, tmp_path, standards)
    assert not found.conflicts
    document, done = disclosure(found.contents, standards)
    assert not done.gaps
    facts = facts_of(document, standards)
    assert not lost(done.stated, facts)
    assert findings(document, standards) == []
    recognition = recognise(document, 0, standards)
    read_text(document, 0, standards, YEAR, recognition.facts)
    readings = {reading.form: reading for reading in (*recognition.readings, *recognition.sheets)}
    places = {one.scheme.id for one in scored_places(standards.schemes.values(), recognition.facts, readings)}
    assert {scheme, "department_sheet", "project_sheet"} <= places


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same_and_raises_nothing(
    suffix: str, scheme: str, standards: Standards, tmp_path: Path
) -> None:
    found = composed(7, scheme, tmp_path, standards)
    document, done = disclosure(found.contents, standards)
    path = tmp_path / f"决算公开{suffix}"
    write(document, path)
    assert not lost(done.stated, facts_of(read_document(path), standards))
    report = api.check([path])
    assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("suffix", FORMATS)
def test_reports_and_notices_stand_alone(
    suffix: str, kind: str, standards: Standards, tmp_path: Path
) -> None:
    found = composed(3, "department_points", tmp_path, standards)
    made = documents(kind, found.contents, standards)
    assert len(made) == (len(PROJECTS) if kind == "special_report" else 1)
    for number, (document, done) in enumerate(made):
        assert not done.gaps
        path = tmp_path / f"{number}{suffix}"
        write(document, path)
        assert done.stated
        assert not lost(done.stated, facts_of(read_document(path), standards))
        report = api.check([path])
        assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []


def test_a_report_of_funds_is_of_one_project(standards: Standards, tmp_path: Path) -> None:
    found = composed(3, "department_points", tmp_path, standards)
    contents_ = replace(found.contents, texts={**found.contents.texts, f"project_use/{PROJECTS[1]}": ""})
    (first, _), (second, done) = documents("special_report", contents_, standards)
    assert first.title == f"2022年度{PROJECTS[0]}专项资金绩效自评报告"
    assert second.title == f"2022年度{PROJECTS[1]}专项资金绩效自评报告"
    assert [gap.key for gap in done.gaps if gap.kind == "text"] == []  # the text without a name stands for it
    names = [facts_of(one, standards).texts for one in (first, second)]
    for project, texts in zip(PROJECTS, names):
        assert {text.text for text in texts if text.concept == "project.name"} == {project}


@pytest.mark.parametrize(
    ("own", "wanted", "lacking"),
    [
        (
            {("funds", "initial"): "100.00", ("funds", "budget"): "117.79", ("funds", "final"): "110.00"},
            "年初预算100.00万元，追加预算17.79万元，实际支出110.00万元，结余资金7.79万元。",
            [],
        ),
        (
            {
                **{("funds", "initial"): "100.00", ("funds", "budget"): "117.79"},
                **{("funds", "final"): "110.00", ("carried", "budget"): "17.79"},
            },
            "年初预算100.00万元，实际支出110.00万元，结余资金【待填写",
            ["carried"],
        ),
        ({}, "年初预算【待填写", ["initial_budget", "carried"]),
    ],
)
def test_a_report_of_funds_takes_its_figures_from_the_sheet(
    own: dict[tuple[str, str], str], wanted: str, lacking: list[str], standards: Standards
) -> None:
    unit = source(random.Random(1), standards)
    sheet = {("project_score_sheet#2", *cell): text for cell, text in own.items()}
    sheet["project_score_sheet#2", "project", "value"] = PROJECTS[0]
    sheet["project_score_sheet#2", "total", "score"] = "93.5"
    sheet["report.projects", PROJECTS[0], "final"] = "110.00"
    unit = replace(unit, figures={**unit.figures, **sheet})
    (document, done), _ = documents("special_report", unit, standards)
    assert wanted in said(document, "专项资金年初预算")
    assert "实际支出110.00万元" in said(document, "专项资金年初预算")
    assert said(document, "自评得分") == "该项目自评得分93.5分。"
    assert [gap.key[2] for gap in done.gaps if gap.key[0] == "special_report.money"] == lacking


def one(
    filled: evaluations.Filled,
    standards: Standards,
    folder: Path,
    scheme: str,
    entered: Mapping[Key, str] | None = None,
) -> Evaluated:
    """A unit whose only data file says ``filled``; ``entered`` are further figures of the project."""
    unit = source(random.Random(1), standards)
    unit = replace(unit, figures={**unit.figures, **(entered or {})})
    plan = evaluations.plan(folder, scheme, unit.entity, filled, standards)
    return evaluated(unit, {"indicators.yaml": plan}, {}, standards)


def said(document: Document, begin: str) -> str:
    return next(b.text for b in document.blocks if isinstance(b, Paragraph) and begin in b.text)


def test_a_paragraph_has_inputs_formula_result_weight_and_score(standards: Standards, tmp_path: Path) -> None:
    filled: evaluations.Filled = {
        "staff_control_rate": {"on_posts": "11", "posts": "12"},
        "management_rules": {"met_1": "是", "met_2": "是", "met_3": "是", "met_4": "否"},
        "building_area_control_rate": {"applies": "不适用"},
        "goals_reasonable": {"points": "2.5", "reason": "目标{设定}有依据。"},
    }
    document, _ = disclosure(one(filled, standards, tmp_path, SCHEMES[0]).contents, standards)
    assert said(document, "③") == (
        "③在职人员控制率（3分）：编制人员12人，实际在职人员11人，在职人员控制率＝11÷12×100%＝91.67%，得分3分。"
    )
    assert said(document, "⑦") == "⑦新建楼堂馆所面积控制率（5分）：没有可评价的事项，得分5分。"
    assert said(document, "①") == "①绩效目标合理性（3分）：得分2.5分，理由是目标{设定}有依据。"
    assert said(document, "⑫").endswith("不符合“制度得到执行”，得分6分。")


def test_what_is_not_known_is_a_gap_with_the_missing_input(standards: Standards, tmp_path: Path) -> None:
    filled: evaluations.Filled = {
        "staff_control_rate": {"posts": "12"},
        "key_tasks_rate": {"done": "9"},
    }
    document, done = disclosure(one(filled, standards, tmp_path, SCHEMES[0]).contents, standards)
    labels = {gap.key: gap.label for gap in done.gaps}
    assert labels["report.conclusion", "in_post", "count"] == (
        "在职人员数，填在“indicators.yaml”的staff_control_rate.on_posts"
    )
    assert labels["report.conclusion", "key_tasks_rate/交办或下达数", "entered"] == (
        "交办或下达数，填在“indicators.yaml”的key_tasks_rate.set"
    )
    assert "没有“交办或下达数”" in labels["report.conclusion", "重点工作完成率", "score"]
    assert ("report.conclusion", "self_score", "count") in labels  # no total, and no grade, of half a scheme
    assert "【待填写：" in said(document, "⑮")
    facts = facts_of(document, standards)
    assert ("report.conclusion", "self_score", "count") not in facts.index


def test_money_comes_from_the_tables_and_never_twice(standards: Standards, tmp_path: Path) -> None:
    budget: evaluations.Filled = {"three_public_control_rate": {"applies": "适用", "spent": "0.07"}}
    found = one(budget, standards, tmp_path, SCHEMES[0])
    (conflict,) = found.conflicts
    table = found.contents.figures["three_public", "final", "total"]
    assert (conflict.used, conflict.other) == (f"{table}万元", "0.07万元")
    assert "《财政拨款“三公”经费支出决算表》" in conflict.where
    assert conflict.elsewhere == "“indicators.yaml”的three_public_control_rate.spent"
    assert found.contents.figures["report.conclusion", "three_public", "final"] == f"{table}万元"
    agreed = one({"three_public_control_rate": {"spent": table}}, standards, tmp_path, SCHEMES[0])
    assert not agreed.conflicts


def test_two_indicators_do_not_say_two_figures(standards: Standards, tmp_path: Path) -> None:
    filled: evaluations.Filled = {
        "budget_completion_rate": {"initial": "500.00"},
        "budget_control_rate": {"initial": "501.00", "added": "3.00"},
    }
    (conflict,) = one(filled, standards, tmp_path, SCHEMES[0]).conflicts
    assert {conflict.where, conflict.elsewhere} == {
        "“indicators.yaml”的budget_completion_rate.initial",
        "“indicators.yaml”的budget_control_rate.initial",
    }


def test_the_score_and_grade_of_the_report_come_from_the_scoring(
    standards: Standards, tmp_path: Path
) -> None:
    chance = random.Random(2)
    scheme = standards.schemes[SCHEMES[0]]
    filled = evaluations.indicators(chance, scheme, evaluations.known(standards))
    found = one(filled, standards, tmp_path, scheme.id)
    total = found.contents.figures[TOTAL]
    assert found.contents.figures["explanation.performance", "self_score", "count"] == total
    document, _ = disclosure(found.contents, standards)
    stated = [b.text for b in document.blocks if isinstance(b, Paragraph) and "综合评分" in b.text]
    assert len(stated) == 2
    assert all(total in text and f"“{found.contents.names['grade']}”" in text for text in stated)
    entered = one(filled, standards, tmp_path, scheme.id, {TOTAL: "99.5分"})
    (conflict,) = entered.conflicts
    assert (conflict.used, conflict.other) == (total, "99.5分")


def test_the_money_of_sheets_comes_from_the_project(standards: Standards, tmp_path: Path) -> None:
    chance = random.Random(4)
    unit = source(chance, standards)
    rows = {
        ("report.projects", PROJECTS[0], "budget"): "100.00",
        ("report.projects", PROJECTS[0], "final"): "96.00",
    }
    unit = replace(unit, figures={**unit.figures, **rows})
    filled = {**evaluations.sheet(chance, PROJECTS[0]), "funds": {"initial": "90", "final": "95.00"}}
    plan = evaluations.plan(tmp_path, "project_sheet", unit.entity, filled, standards)
    found = evaluated(unit, {"indicators/a.yaml": plan}, {}, standards)
    sheet = {k[1:]: t for k, t in found.contents.figures.items() if k[0] == "project_score_sheet"}
    assert (sheet["funds", "budget"], sheet["funds", "final"]) == ("100.00", "96.00")
    assert (sheet["funds", "rate"], sheet["funds", "score"]) == ("96.00%", "9.6")
    assert sheet["grade", "value"]
    (conflict,) = found.conflicts
    assert (conflict.used, conflict.other) == ("96.00万元", "95.00万元")
    assert conflict.elsewhere == "“indicators/a.yaml”的funds.final"


def test_a_sheet_without_scores_is_a_gap(standards: Standards, tmp_path: Path) -> None:
    chance = random.Random(4)
    unit = source(chance, standards)
    filled = evaluations.sheet(chance, PROJECTS[0])
    filled["output_1"].pop("score")
    plan = evaluations.plan(tmp_path, "project_sheet", unit.entity, filled, standards)
    found = evaluated(unit, {"indicators/a.yaml": plan}, {}, standards)
    labels = [gap.label for gap in disclosure(found.contents, standards)[1].gaps]
    title = f"《项目支出绩效自评表》“{PROJECTS[0]}”"
    assert f"{title}预算执行率：没有全年预算数，填在“indicators/a.yaml”" in labels
    assert f"{title}产出指标：“output第1项”没有得分，填在“indicators/a.yaml”" in labels
    assert found.contents.figures["project_score_sheet", "total", "score"] == "【待填写】"


SHEETS = ("base_data", "registration")
OWN_SHEETS = {("base_data", "head", "value"): "张三", ("registration", "person", "value"): "李四"}


def test_sheets_that_are_begun_take_what_the_tables_have(standards: Standards, tmp_path: Path) -> None:
    unit = source(random.Random(7), standards)
    stated = {
        ("report.conclusion", "posts", "count"): "12人",
        ("report.conclusion", "in_post", "count"): "11人",
    }
    found = evaluated(replace(unit, figures={**unit.figures, **stated, **OWN_SHEETS}), {}, {}, standards)
    figures = found.contents.figures
    assert [figures["base_data", "staff", column] for column in ("posts", "on_posts", "rate")] == [
        "12",
        "11",
        "91.67%",
    ]
    assert figures["base_data", "three_public", "final"] == figures["three_public", "final", "total"]
    assert figures["base_data", "three_public", "prior"] == figures["last.three_public", "final", "total"]
    assert (
        figures["registration", "all_expenditures", "basic"]
        == figures["expenditure_by_function", "total", "basic"]
    )
    assert figures["registration", "actual", "value"] == "11"
    document = disclosure(found.contents, standards)[0]
    told = findings(document, standards)
    assert all("没有填写" in message and "名称" not in message for message in told), told
    facts = facts_of(document, standards)
    written = {text.key: text.text for text in facts.texts}
    assert written["registration", "name", "value"] == unit.entity
    own = {k: text for k, text in figures.items() if k[0] in SHEETS and k not in written}
    assert lost(own, facts) == {}


def test_what_is_filled_in_stays_and_other_sheets_are_not_begun(standards: Standards) -> None:
    unit = source(random.Random(7), standards)
    own = ("base_data", "three_public", "final")
    found = evaluated(replace(unit, figures={**unit.figures, own: "0.01"}), {}, {}, standards)
    assert found.contents.figures[own] == "0.01"
    assert not any(key[0] == "registration" for key in found.contents.figures)


def test_a_new_workbook_has_the_blank_sheets_of_its_edition(standards: Standards, tmp_path: Path) -> None:
    api.new_project(tmp_path / "new", "青禾市档案服务中心", YEAR, edition=EDITION)
    workbook = read_document(tmp_path / "new" / "figures.xlsx")
    texts = {block.text for block in workbook.paragraphs()}
    assert {standards.sheets[form].title for form in SHEETS} <= texts
    project = read_project(tmp_path / "new", load())[0]
    assert not any(key[0] in SHEETS for key in project.contents.figures)
