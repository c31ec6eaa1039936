"""What wrong figures have in common is told once: a row that is not printed, lines in each other's place."""

from __future__ import annotations

from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import ERROR, WARNING, Finding
from mingzhang.checking.outcome import Submission
from mingzhang.facts import Key
from mingzhang.taxonomy import Standards


def told(standards: Standards, changes: dict[Key, str | None]) -> list[Finding]:
    """The errors and warnings about the tables with ``changes`` (None: not printed)."""
    document = samples.document(samples.SAMPLE, standards, changes)
    found = recognise(document, 0, standards)
    readings = {reading.address: reading for reading in (*found.readings, *found.sheets)}
    checked = check_submission(Submission(found.facts, readings, standards, samples.YEAR))
    return [f for f in checked.findings if f.severity in (ERROR, WARNING)]


def printed(standards: Standards) -> dict[Key, str]:
    return samples.figures(samples.SAMPLE, standards)


def test_a_row_left_out_is_told_at_the_figure_above(standards: Standards) -> None:
    figures = printed(standards)
    gone = {key: None for key in figures if key[:2] == ("income_by_function", "2010399")}
    (found,) = told(standards, dict(gone))
    assert found.severity == ERROR
    assert found.subject[1:3] == ("income_by_function", "20103")
    assert "可能漏列了“2010399 其他政府办公厅（室）及相关机构事务支出”" in found.message
    assert "列有" in found.message
    assert found.suggestions[0].text.startswith("补列“2010399")


def test_the_only_row_of_its_parent_left_out(standards: Standards) -> None:
    figures = printed(standards)
    gone = {key: None for key in figures if key[:2] == ("general_budget_expenditure", "2101101")}
    (found,) = told(standards, dict(gone))
    assert found.rule == "codes.children_missing"
    assert "21011行政事业单位医疗有金额，但没有列出其下的项级科目" in found.message


def test_a_parent_left_out_is_told_once_for_all_its_children(standards: Standards) -> None:
    figures = printed(standards)
    gone = {key: None for key in figures if key[:2] == ("basic_expenditure_by_economic", "302")}
    (found,) = told(standards, dict(gone))
    assert found.rule == "codes.parent_missing"
    assert len(found.locations) > 5


def test_columns_in_each_others_place_are_one_finding(standards: Standards) -> None:
    figures = printed(standards)
    form = "three_public"
    changes: dict[Key, str | None] = {}
    for row in ("budget", "final"):
        running, reception = (form, row, "running"), (form, row, "reception")
        changes |= {running: figures[reception], reception: figures[running]}
    found = [f for f in told(standards, changes) if f.severity == ERROR]
    assert len(found) == 1
    assert "栏的数字互换了" in found[0].message
    assert {value.printed for value in found[0].values} == {figures[key] for key in changes}
    assert found[0].subject[:2] == ("exchanged", form)
    assert "对调" in found[0].suggestions[0].text
