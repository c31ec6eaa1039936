"""Tables recognised and read as printed: codes in parts, rows and columns in any order, new forms as data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import mingzhang
from grids import sketched
from mingzhang import samples
from mingzhang.binding.recognise import Recognition, identify, pick_edition, recognise
from mingzhang.checking.outcome import Submission, SubmissionCells
from mingzhang.documents import Cell, Document, Paragraph, Table
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import Key
from mingzhang.money import Interval
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import write

NOWHERE = Place()
ROWS = Sequence[Sequence[str]]


def table(rows: ROWS, *, certain: bool = True) -> Table:
    cells = [
        Cell(text, number, column, Place(line=number + 1))
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
    ]
    return Table(tuple(cells), NOWHERE, certain)


def read(standards: Standards, rows: ROWS, *heading: str, certain: bool = True) -> Recognition:
    blocks = [*(Paragraph(text, NOWHERE) for text in heading), table(rows, certain=certain)]
    return recognise(Document("", "", "txt", blocks), 0, standards)


def printed(result: Recognition) -> dict[Key, str]:
    return {fact.key: fact.printed for fact in result.facts}


HEAD = ["科目编码", "科目名称", "小计", "基本支出", "项目支出"]
TITLE = "一般公共预算财政拨款支出决算表"


def test_the_composed_sample_reads_back_cell_for_cell(standards: Standards) -> None:
    result = recognise(samples.document(samples.SAMPLE, standards), 0, standards)
    tables = {key: text for key, text in printed(result).items() if key[0] in standards.forms}
    assert tables == samples.figures(samples.SAMPLE, standards)
    assert result.unrecognised == []
    assert result.claimed == result.figures == len(result.facts)


@pytest.mark.parametrize("certain", [True, False])
def test_codes_in_three_cells(standards: Standards, certain: bool) -> None:
    rows = [
        ["类", "款", "项", "科目名称", "小计", "基本支出", "项目支出"],
        ["栏次", "", "", "", "1", "2", "3"],
        ["合计", "", "", "", "5.00", "3.00", "2.00"],
        ["208", "", "", "社会保障和就业支出", "5.00", "3.00", "2.00"],
        ["208", "05", "", "行政事业单位养老支出", "5.00", "3.00", "2.00"],
        ["208", "05", "05", "机关事业单位基本养老保险缴费支出", "5.00", "3.00", "2.00"],
    ]
    result = read(standards, rows, TITLE, certain=certain)
    (reading,) = result.readings
    assert [(key, seen.label) for key, seen in reading.rows.items()][1:] == [
        ("208", "社会保障和就业支出"),
        ("20805", "行政事业单位养老支出"),
        ("2080505", "机关事业单位基本养老保险缴费支出"),
    ]
    assert len(result.facts) == 12
    assert printed(result)[reading.form, "2080505", "project"] == "2.00"
    assert reading.rows["20805"].place == Place(line=5)


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("last", [True, False])
def test_the_total_first_or_last(standards: Standards, last: bool, certain: bool) -> None:
    total, row = ["合计", "", "5.00", "3.00", "2.00"], ["208", "社会保障和就业支出", "5.00", "3.00", "2.00"]
    result = read(standards, [HEAD, *([row, total] if last else [total, row])], TITLE, certain=certain)
    assert [fact.key[1:] for fact in result.facts if fact.key[2] == "total"] == (
        [("208", "total"), ("total", "total")] if last else [("total", "total"), ("208", "total")]
    )
    assert result.readings[0].odd == []


def test_columns_in_another_order_are_told_by_their_labels(standards: Standards) -> None:
    rows = [
        ["科目编码", "科目名称", "项目支出", "合 计", "基本\n支出"],
        ["合计", "", "2.00", "5.00", "3.00"],
        ["208", "社会保障和就业支出", "2.00", "5.00", "3.00"],
    ]
    found = printed(read(standards, rows, TITLE))
    form = "general_budget_expenditure"
    assert [found[form, "208", column] for column in ("total", "basic", "project")] == [
        "5.00",
        "3.00",
        "2.00",
    ]


def test_blank_is_not_zero_where_the_column_prints_zeros(standards: Standards) -> None:
    rows = [
        HEAD,
        ["合计", "", "5.00", "5.00", ""],
        ["208", "社会保障和就业支出", "5.00", "--", "—"],
        ["210", "卫生健康支出", "0.00", "0.00", ""],
    ]
    result = read(standards, rows, TITLE)
    (reading,) = result.readings
    assert set(reading.blanks) == {
        ("total", "project"), ("208", "basic"), ("208", "project"), ("210", "project"),
    }  # fmt: skip
    assert reading.zeros == {"total", "basic"}
    cells = SubmissionCells(Submission(result.facts, {reading.form: reading}, standards, 2022))
    form = reading.form
    assert cells.interval((form, "210", "project")) == Interval(0, 0)
    assert cells.interval((form, "999", "total")) == Interval(0, 0), "a code that is not printed"
    for key in ((form, "208", "basic"), (form, "elsewhere", "total"), ("three_public", "final", "total")):
        with pytest.raises(NotEvaluatedError):
            cells.interval(key)


def test_a_cell_that_is_no_figure_is_kept_apart(standards: Standards) -> None:
    result = read(standards, [HEAD, ["208", "社会保障和就业支出", "5.00", "3,0", "2.00"]], TITLE)
    assert [(row, column, text) for row, column, text, _ in result.readings[0].odd] == [
        ("208", "basic", "3,0")
    ]
    assert ("general_budget_expenditure", "208", "basic") not in printed(result)


@pytest.mark.parametrize("label", ["……", "二十九、没有列入的支出"])
def test_rows_of_a_class_that_no_list_names(standards: Standards, label: str) -> None:
    rows = [
        ["项目", "行次", "决算数", "项目", "行次", "决算数"],
        ["一、一般公共预算财政拨款收入", "1", "9.00", "一、一般公共服务支出", "3", "7.00"],
        ["本年收入合计", "2", "9.00", label, "4", "2.00"],
        ["", "", "", "……", "5", ""],
        ["", "", "", "本年支出合计", "6", "9.00"],
    ]
    result = read(standards, rows, "收入支出决算总表")
    form = "income_expenditure"
    assert printed(result) == {
        (form, "general", "amount"): "9.00",
        (form, "201", "amount"): "7.00",
        (form, "income", "amount"): "9.00",
        (form, "…1", "amount"): "2.00",
        (form, "expenditure", "amount"): "9.00",
    }
    (reading,) = result.readings
    cells = SubmissionCells(Submission(result.facts, {form: reading}, standards, 2022))
    assert cells.rows(form, "类") == ["201", "…1"]


def test_a_label_printed_twice_names_one_row_after_the_other(standards: Standards) -> None:
    result = recognise(samples.document(samples.SAMPLE, standards), 0, standards)
    places = [
        key[1] for key in printed(result) if key[0] == "fiscal_income_expenditure" and key[2] == "amount"
    ]
    assert {"general", "carry_in_general", "fund", "carry_in_fund"} < set(places)


def test_a_table_without_a_title_is_known_by_its_columns(standards: Standards) -> None:
    columns = [
        "本年收入合计",
        "财政拨款收入",
        "上级补助收入",
        "事业收入",
        "经营收入",
        "附属单位上缴收入",
        "其他收入",
    ]
    row = ["208", "社会保障和就业支出", "5.00", "3.00", "0.00", "0.00", "0.00", "0.00", "2.00"]
    result = read(standards, [["科目编码", "科目名称", *columns], row])
    (reading,) = result.readings
    assert (reading.form, reading.title) == ("income_by_function", None)
    assert printed(result)["income_by_function", "208", "other"] == "2.00"
    other = read(standards, [["科目编码", "科目名称", *columns[:-1]], row[:-1]])
    assert (other.readings, len(other.unrecognised), other.figures) == ([], 1, 6)


def test_the_heading_may_stand_in_the_table_and_in_full_width(standards: Standards) -> None:
    rows = [
        ["一般公共预算财政拨款支出决算表", "", "", "", "公开０５表"],
        ["编制部门：青禾市档案馆", "", "", "", "金额单位：元"],
        HEAD,
        ["合计", "", "50,000.00", "30,000.00", "20,000.00"],
    ]
    (reading,) = read(standards, rows).readings
    assert reading.number is not None
    assert reading.money is not None
    assert reading.entity is not None
    assert (reading.number.value, reading.money.value, reading.entity.value) == (
        "公开05表",
        "元",
        "青禾市档案馆",
    )


# ── a new place and form, as data only ────────────────────────────────────────────────────────

PROVINCE = {
    "jurisdictions/yunling.yaml": "jurisdictions:\n  - {id: yunling, name: 云岭省, places: [云岭, 青禾]}\n",
    "editions/yunling.yaml": """\
editions:
  - {id: yunling-2031, title: 云岭省公开格式, extends: cn-2024, year: 2031, jurisdiction: yunling}
""",
    "forms/yunling.yaml": """\
edition: yunling-2031
forms:
  - id: reserve_fund
    title: 应急储备金收支决算表
    number: 公开10表
    reference: 云岭省2031年度部门决算公开模板
    layout: codes
    unit: 千元
    blocks:
      - codes: {list: functional}
        rows: {total: {label: 合计}}
        columns:
          carry_in: {label: 年初储备}
          income: {label: 本年转入}
          used: {label: [本年动用, 本年使用]}
          carry_out: {label: 年末储备}
  - id: vehicles
    title: 车辆及租金情况表
    reference: 云岭省2031年度部门决算公开模板
    layout: lines
    blocks:
      - columns: {amount: {label: 金额}}
        rows: {rent: {label: 租金收入}, all: {label: 收入总计}}
""",
    "relations/yunling.yaml": """\
edition: yunling-2031
relations:
  - id: reserve_fund.carry_out_follows
    for: r in reserve_fund[行]
    expect: reserve_fund[r, carry_out] = sum(reserve_fund[r, carry_in income]) - reserve_fund[r, used]
    says: 年末储备应等于年初储备加本年转入减本年动用
    reference: 云岭省2031年度部门决算公开模板
  - id: reserve_fund.total_is_sum_of_classes
    for: c in carry_in income used carry_out
    expect: reserve_fund[total, c] = sum(reserve_fund[类, c])
    says: 合计应等于各类级科目之和
    reference: 云岭省2031年度部门决算公开模板
  - id: reserve_fund.rent_goes_in
    expect: reserve_fund[total, income] >= vehicles[rent, amount]
    says: 本年转入不应小于租金收入
    reference: 云岭省2031年度部门决算公开模板
""",
}


@pytest.fixture
def province(tmp_path: Path) -> Path:
    assert sum(text.count("\n") for text in PROVINCE.values()) < 60
    for name, text in PROVINCE.items():
        path = tmp_path / "standards" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "standards"


def disclosure(path: Path, carry_out: str = "1,200.0", rent: str = "45.00") -> Path:
    rows = [
        ["科目编码", "科目名称", "年初储备", "本年转入", "本年使用", "年末储备"],
        ["224", "灾害防治及应急管理支出", "1,000.0", "500.0", "300.0", "1,200.0"],
        ["合计", "", "1,000.0", "500.0", "300.0", carry_out],
    ]
    lines = [["项目", "行次", "金额"], ["租金收入", "1", rent], ["收入总计", "2", rent]]
    head = ["云岭省青禾市应急管理局2031年度部门决算", "应急储备金收支决算表", "公开10表"]
    head += ["部门：青禾市应急管理局", "单位：千元"]
    blocks = [Paragraph(text, NOWHERE) for text in head] + [table(rows)]
    blocks += [
        Paragraph(text, NOWHERE) for text in ("车辆及租金情况表", "部门：青禾市应急管理局", "单位：万元")
    ]
    blocks += [table(lines)]
    write(Document("", "", "composed", blocks), path)
    return path


@pytest.mark.parametrize("suffix", [".txt", ".pdf"])
def test_a_new_form_needs_no_code(province: Path, tmp_path: Path, suffix: str) -> None:
    path = disclosure(tmp_path / f"决算{suffix}")
    report = mingzhang.check(path, standards=province)
    (submission,) = report.submissions
    assert submission.edition.id == "yunling-2031"
    assert (submission.notes, report.files[0].notes) == ([], [])
    outcomes = {
        (rule, status): count
        for (rule, status, _), count in submission.tally.items()
        if status != "not_evaluated" and rule.startswith("reserve_fund.")
    }
    assert outcomes == {
        ("reserve_fund.carry_out_follows", "passed"): 2,
        ("reserve_fund.total_is_sum_of_classes", "passed"): 4,
        ("reserve_fund.rent_goes_in", "passed"): 1,
    }
    assert submission.findings == []
    facts = mingzhang.read(path, standards=province)
    fact = next(f for f in facts if f.key == ("reserve_fund", "224", "used"))
    assert (fact.printed, fact.amount.unit, fact.dimensions) == ("300.0", "千元", {"function": "224"})
    assert "reserve_fund" not in {fact.key[0] for fact in mingzhang.read(path)}


def test_a_relation_over_the_new_form_fails(province: Path, tmp_path: Path) -> None:
    report = mingzhang.check(disclosure(tmp_path / "决算.txt", carry_out="1,020.0"), standards=province)
    (found,) = report.findings
    assert found.severity == "error"
    assert {found.rule, *found.also} == {
        "reserve_fund.carry_out_follows",
        "reserve_fund.total_is_sum_of_classes",
    }
    assert found.locations[0].quote == "1,020.0"
    assert found.suggestions[0].replacement == "1200.0"
    assert found.reference == "云岭省2031年度部门决算公开模板"


def test_units_are_converted_between_the_new_forms(province: Path, tmp_path: Path) -> None:
    report = mingzhang.check(disclosure(tmp_path / "决算.txt", rent="51.00"), standards=province)
    assert "reserve_fund.rent_goes_in" in {finding.rule for finding in report.findings}


def test_the_edition_follows_place_and_year(standards: Standards) -> None:
    library = load()

    def edition(*texts: str) -> str:
        document = Document("", "", "txt", [Paragraph(text, NOWHERE) for text in texts])
        return pick_edition(identify(document, library), library).id

    assert edition("长沙市青禾区档案馆2022年度部门决算") == "hunan-2022"
    assert edition("上海市青禾区档案馆2024年度部门决算") == "shanghai-2024"
    assert edition("青禾市档案馆2022年度部门决算") == "cn-2022"
    assert edition("青禾市档案馆２０２３年度部门决算") == "cn-2024"
    assert edition("无名") == "cn-2024"
    document = samples.document(samples.SAMPLE, standards)
    identity = identify(document, library)
    assert (identity.entity, identity.year, identity.jurisdiction) == (samples.ENTITY, samples.YEAR, None)


@pytest.mark.parametrize(
    ("label", "name", "entity"),
    [
        ("资金使用单位", "青禾市图书馆", "青禾市图书馆"),
        ("项目单位：", "青禾市图书馆", "青禾市图书馆"),
        ("填报单位（盖章）", "211001青禾市图书馆", "青禾市图书馆"),
        ("项目实施主体", "211001-青禾市图书馆", "青禾市图书馆"),
        ("主管部门", "青禾市文化局", None),
        ("单位负责人", "张三李四", None),
    ],
)
def test_a_form_names_its_unit_beside_a_label(label: str, name: str, entity: str | None) -> None:
    assert identify(sketched(f"{label} | {name}\n目标 | 结果"), load()).entity == entity
