"""Wrong figures found where they stand: one finding per planted error, with its proof and its pattern."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from mingzhang import samples
from mingzhang.binding.compose import compose
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import Checked, check_submission
from mingzhang.checking.finding import Finding
from mingzhang.checking.outcome import Submission
from mingzhang.facts import Key
from mingzhang.taxonomy import Standards, load

EXPENDITURE, GENERAL, INCOME = "expenditure_by_function", "general_budget_expenditure", "income_by_function"


@pytest.fixture(scope="module")
def figures(standards: Standards) -> dict[Key, str]:
    return samples.figures(samples.SAMPLE, standards)


def checked(standards: Standards, changes: Mapping[Key, str]) -> Checked:
    """The sample's tables alone, with ``changes``."""
    printed = samples.figures(samples.SAMPLE, load().standards(samples.EDITION))
    document = compose({**printed, **changes}, standards, samples.ENTITY, samples.YEAR)
    found = recognise(document, 0, standards)
    assert len(found.readings) == len(standards.forms)
    readings = {reading.form: reading for reading in found.readings}
    return check_submission(Submission(found.facts, readings, standards, samples.YEAR))


def where(finding: Finding) -> tuple[str, ...]:
    return finding.subject[1:4]


def test_the_clean_sample_has_no_finding(standards: Standards) -> None:
    result = checked(standards, {})
    assert result.findings == []
    assert result.count("failed") == 0
    assert result.count("passed") > 300


def test_a_single_error_comes_first_with_its_witnesses(standards: Standards) -> None:
    result = checked(standards, {(EXPENDITURE, "201", "total"): "459.92"})
    (found,) = result.findings
    assert where(found) == (EXPENDITURE, "201", "total")
    assert found.severity == "error"
    assert {found.rule, *found.also} == {
        "expenditure.class_agrees",
        "expenditure_by_function.row_is_sum_of_natures",
        "expenditure_by_function.total_is_sum_of_classes",
        "expenditure_by_function.parent_is_sum_of_children",
    }
    assert result.count("failed") == 4
    first = found.locations[0]
    assert (first.role, first.quote, first.table, first.row, first.column) == (
        "subject",
        "459.92",
        "支出决算表",
        "201 一般公共服务支出",
        "本年支出合计",
    )
    assert [location.role for location in found.locations[1:]] == ["operand"]
    assert [value.printed for value in found.values] == ["459.92", "459.29"]
    assert found.expected is not None
    assert (found.expected.printed, found.expected.low, found.expected.high) == (
        "459.29",
        "459.285",
        "459.295",
    )
    assert found.difference == "0.63"
    assert [(s.replacement, s.confidence, s.location) for s in found.suggestions] == [
        ("459.29", "certain", 0)
    ]
    assert found.id
    assert found.explanation
    assert "459.92 ≠ " in found.explanation


@pytest.mark.parametrize(
    ("key", "printed", "reason"),
    [
        ((EXPENDITURE, "2080505", "basic"), "13.56", "数字疑似颠倒"),
        ((GENERAL, "20103", "basic"), "22.47", "疑似漏打一位"),
        ((GENERAL, "20103", "basic"), "2233.47", "疑似多打一位"),
        ((GENERAL, "20103", "basic"), "-223.47", "正负号相反"),
        ((GENERAL, "2010399", "project"), "496300.00", "金额单位疑似弄错"),
        (("income_expenditure", "201", "amount"), "4592900.00", "金额单位疑似弄错"),
        (("three_public", "final", "running"), "48.20", "小数点疑似错位"),
        (("basic_expenditure_by_economic", "30211", "amount"), "214.70", "小数点疑似错位"),
        ((EXPENDITURE, "2101101", "total"), "12.08", "与相邻格数字相同，疑似串行"),
        ((INCOME, "2012604", "fiscal"), "195.01", "一位数字不同"),
        (("fiscal_income_expenditure", "208", "general"), "99.99", ""),
    ],
)
def test_patterns(standards: Standards, figures: dict[Key, str], key: Key, printed: str, reason: str) -> None:
    (found,) = [f for f in checked(standards, {key: printed}).findings if f.severity != "rounding"]
    assert where(found) == key
    assert found.suggestions[0].replacement == figures[key]
    assert f"改为{figures[key]}万元" in found.suggestions[0].text
    assert reason in found.suggestions[0].text
    assert reason in found.message
    assert f"为{printed}万元，应为{figures[key]}万元" in found.message


def test_independent_errors_give_a_finding_each(standards: Standards) -> None:
    changes = {(EXPENDITURE, "2080505", "basic"): "13.56", ("three_public", "final", "running"): "48.20"}
    found = checked(standards, changes).findings
    assert {where(f) for f in found} == set(changes)
    assert len(found) == 2
    assert len({f.id for f in found}) == 2
    assert all(f.suggestions[0].confidence == "certain" for f in found)


def test_errors_that_share_a_relation_give_a_finding_each(
    standards: Standards, figures: dict[Key, str]
) -> None:
    changes = {(EXPENDITURE, "201", "basic"): "238.68", (EXPENDITURE, "201", "project"): "715.61"}
    result = checked(standards, changes)
    assert {where(f): f.suggestions[0].replacement for f in result.findings} == {
        key: figures[key] for key in changes
    }


def test_the_planted_errors_of_the_flawed_sample(standards: Standards, figures: dict[Key, str]) -> None:
    found = checked(standards, samples.PLANTED).findings
    wrong = {where(f): f.suggestions[0].replacement for f in found if f.severity == "error"}
    assert wrong == {key: figures[key] for key in samples.PLANTED}


def test_what_no_three_figures_mend_is_told_once(standards: Standards) -> None:
    rows = [
        "general",
        "fund",
        "capital",
        "other",
        "income",
        "carry_in",
        "total_in",
        "expenditure",
        "carry_out",
    ]
    changes = {("income_expenditure", row, "amount"): f"{n}7{n}.{n}1" for n, row in enumerate(rows, 1)}
    (found,) = checked(standards, changes).findings
    assert "无法确定是哪几个数字有误" in found.message
    assert found.severity == "error"
    assert found.suggestions == []
    assert found.expected is None
    assert len(found.also) > 5
    assert len(found.locations) == 8
    assert where(found)[0] == "income_expenditure"


def test_a_table_in_yuan_is_named(standards: Standards, figures: dict[Key, str]) -> None:
    own = {key: f"{Decimal(text) * 10_000:.2f}" for key, text in figures.items() if key[0] == INCOME}
    (found,) = [f for f in checked(standards, own).findings if f.severity == "error"]
    assert "《收入决算表》的金额是其他各表的10,000倍，可能是按元填写的" in found.message
    assert where(found)[0] == INCOME


def test_a_last_digit_is_only_a_hint(standards: Standards) -> None:
    found = checked(standards, {(GENERAL, "2080505", "basic"): "15.37"}).findings
    assert {f.severity for f in found} == {"rounding"}
    assert {f.rule for f in found} == {
        "general_budget_expenditure.row_is_basic_plus_project",
        "general_budget_expenditure.parent_is_sum_of_children",
    }
    assert all("四舍五入" in f.message and not f.suggestions for f in found)


def test_a_sum_of_more_figures_allows_more(standards: Standards) -> None:
    within = checked(standards, {("fiscal_income_expenditure", "total_in", "amount"): "527.78"})
    assert {f.severity for f in within.findings} == {"rounding"}
    beyond = checked(standards, {("fiscal_income_expenditure", "total_in", "amount"): "527.81"})
    assert [f.severity for f in beyond.findings if f.severity != "rounding"] == ["error"]


def test_advice_is_a_notice_and_no_constraint(standards: Standards) -> None:
    changes = {
        ("three_public", "final", "reception"): "5.63",
        ("three_public", "final", "total"): "10.45",
    }
    (found,) = checked(standards, changes).findings
    assert (found.severity, found.rule) == ("notice", "three_public.final_within_budget")
    assert "5.63 ＞ " in found.message


def test_ids_last(standards: Standards) -> None:
    one = checked(standards, {(EXPENDITURE, "2080505", "basic"): "13.56"}).findings
    both = checked(
        standards,
        {(EXPENDITURE, "2080505", "basic"): "13.56", ("income_expenditure", "201", "amount"): "1.00"},
    ).findings
    assert {f.id for f in one} < {f.id for f in both}


def with_relation(folder: Path, expect: str, severity: str = "error") -> Checked:
    (folder / "relations").mkdir()
    (folder / "relations" / "x.yaml").write_text(
        f"edition: {samples.EDITION}\nrelations:\n"
        f'  - {{id: x.y, says: 试, reference: 试, severity: {severity}, expect: "{expect}"}}\n',
        encoding="utf-8",
    )
    return checked(load(folder).standards(samples.EDITION), {})


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_a_failed_ratio_is_told(severity: str, tmp_path: Path) -> None:
    expect = "ratio(income_by_function[total, fiscal], income_by_function[total, total]) = 2"
    result = with_relation(tmp_path, expect, severity)
    assert result.count("failed") == 1
    (found,) = result.findings
    assert (found.rule, found.severity) == ("x.y", severity)


def test_the_arithmetic_shows_constants(tmp_path: Path) -> None:
    (found,) = with_relation(tmp_path, "income_by_function[total, total] >= 99999999", "notice").findings
    assert "＜ 0" not in found.message


def test_a_cell_selected_twice_is_no_error_or_refused(tmp_path: Path) -> None:
    total = "sum(income_by_function[类 201, total]) = income_by_function[total, total]"
    for found in with_relation(tmp_path, total).findings:
        assert found.difference != "0.00"
