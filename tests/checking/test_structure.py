"""Parts, headings, numbers, years and days of the running text: what is due, what counts as a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mingzhang.checking.finding import Finding
from mingzhang.checking.ordinals import ordinal, value_of
from mingzhang.expressions import NotEvaluatedError
from mingzhang.provenance import Place

Told = Callable[..., list[Finding]]


def test_what_is_due_in_a_disclosure_is_not_asked_of_a_report(told: Told) -> None:
    for rule in ("structure.part_missing", "structure.section_missing"):
        with pytest.raises(NotEvaluatedError, match="不是完整的决算公开"):
            told(rule, ["整体支出绩效自评报告"])
    with pytest.raises(NotEvaluatedError, match="只有决算表"):
        told("structure.part_missing", ["收入支出决算总表"], disclosure=True)


def test_years_are_not_judged_without_a_fiscal_year(told: Told) -> None:
    for rule in ("years.title", "years.comparison", "years.holdings", "years.part_of_year"):
        with pytest.raises(NotEvaluatedError):
            told(rule, ["2021年度部门决算"], year=None)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("第三部分 决算情况说明", ("part", 3)),
        ("十一、政府采购支出", ("一、", 11)),
        ("- 七、政府性基金", ("一、", 7)),
        ("（二）结构情况", ("（一）", 2)),
        ("(3) 具体情况", ("（1）", 3)),
        ("12、其他支出", ("1、", 12)),
        ("1. 主要职能", ("1.", 1)),
        ("1.5万元", None),
        ("③其他", ("①", 3)),
        ("2022年度", None),
        ("一般公共预算", None),
    ],
)
def test_ordinal(printed: str, number: tuple[str, int] | None) -> None:
    found = ordinal(printed)
    assert (found[:2] if found else None) == number


def test_values_of_ordinals() -> None:
    assert [value_of(n) for n in ("一", "十", "十五", "二十", "三十二", "⑮", "7", "一二")] == [
        1,
        10,
        15,
        20,
        32,
        15,
        7,
        0,
    ]


def test_automatic_numbers_count(told: Told) -> None:
    printed = [
        {"text": "办公室负责文电", "marker": "（一）"},
        {"text": "财务科负责核算", "marker": "（二）"},
        {"text": "业务科负责接收", "marker": "（二）"},
    ]
    (found,) = told("structure.numbering", printed)
    assert "序号“（二）”" in found.message


def test_numbers_within_a_line_count(told: Told) -> None:
    printed = ["① 办公室 12.00万元　② 财务科 3.00万元", "③ 业务科 2.00万元"]
    assert told("structure.numbering", printed) == []
    assert len(told("structure.numbering", ["① 办公室 12.00万元", "③ 业务科 2.00万元"])) == 1


def test_a_gap_beside_a_table_or_unnumbered_headings_is_none(told: Told) -> None:
    def lines(*places: tuple[int, str]) -> list[dict[str, Any]]:
        return [{"text": text, "place": Place(line=line)} for line, text in places]

    assert (
        len(told("structure.numbering", lines((1, "一、收入情况"), (2, "收入增加。"), (3, "三、资产情况"))))
        == 1
    )
    assert told("structure.numbering", lines((1, "一、收入情况"), (2, "见表。"), (30, "三、资产情况"))) == []
    assert told("structure.numbering", lines((1, "一、收入情况"), (2, "支出情况"), (3, "三、资产情况"))) == []


def test_a_heading_above_a_table_is_not_empty(told: Told) -> None:
    texts = ["（一）收入", "收入增加。", "（二）支出", "（三）结余", "结余减少。", "二、其他"]
    near = [{"text": text, "place": Place(line=n)} for n, text in enumerate(texts)]
    assert len(told("structure.heading_empty", near)) == 1
    far = [{"text": text, "place": Place(line=n if n < 3 else n + 40)} for n, text in enumerate(texts)]
    assert told("structure.heading_empty", far) == []


def test_one_year_left_over_gives_its_correction(told: Told) -> None:
    (found,) = told("years.comparison", ["与2020年相比增加1.00万元。"], part="explanation")
    assert found.locations[0].quote == "2020年相比"
    assert found.suggestions[0].replacement == "2021年相比"


def test_a_heading_closed_by_the_next_section_is_empty(told: Told) -> None:
    before = ["五、支出情况", "（二）成本控制情况", "1、会议支出", "全年会议费0万元。"]
    after = ["六、结论", "1、目标", "目标已经完成。"]
    (found,) = told("structure.heading_empty", [*before, "（三）支出的可持续性分析", *after])
    assert "标题“（三）支出的可持续性分析”下面没有内容" in found.message
    filled = [*before, "（三）支出的可持续性分析", "各项支出可以持续。", *after]
    assert told("structure.heading_empty", filled) == []
    listed = ["五、职责", "（一）管理档案", "（二）提供查阅", "（三）完成其他任务", *after]
    assert told("structure.heading_empty", listed) == []
