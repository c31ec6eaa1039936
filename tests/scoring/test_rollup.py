"""The roll-up: sums, means by funds, what is matched, what is left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.money import SCALE
from mingzhang.scoring.figures import Figure
from mingzhang.scoring.rollup import Listed, Rolled, Rollup, RollupError, rollup
from units import Made, entered

COUNT, RATE = "output/quantity/整理档案数量", "output/quality/验收合格率"


def of(key: str, *texts: str) -> dict[str, tuple[str, ...]]:
    return {key: texts or ("", "", "", "")}


def counted(actual: str, weight: str = "30", score: str = "30", target: str = "100卷") -> dict:
    return {COUNT: (target, actual, weight, score)}


def rated(actual: str, weight: str = "90", score: str = "80", target: str = "≥95%") -> dict:
    return {RATE: (target, actual, weight, score)}


def only(result: Rollup) -> Rolled:
    (rolled,) = result.rolled
    return rolled


def figure(result: Rollup, key: str, column: str) -> Figure:
    row = only(result).row(key)
    assert row is not None
    return row.figures[column]


def shown(result: Rollup, key: str, column: str) -> str:
    found = figure(result, key, column)
    assert not found.reason, found.reason
    return found.printed + found.unit


def whole(*made: Made, **options: object) -> Rollup:
    return rollup(entered(*made), **options)  # type: ignore[arg-type]


# --- laws --------------------------------------------------------------------------------------

budgets = st.integers(100, 10**9).map(lambda n: str(Decimal(n).scaleb(-2)))
rates = st.integers(0, 10_000).map(lambda n: f"{Decimal(n).scaleb(-2)}%")
counts = st.integers(0, 10**6).map(lambda n: f"{n}卷")
points = st.integers(0, 90).map(str)


@st.composite
def departments(draw: st.DrawFn) -> list[Made]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        indicators = {**counted(draw(counts)), **rated(draw(rates), "60", draw(points))}
        found.append(Made(f"青禾市第{number}馆", draw(budgets), draw(budgets), indicators))
    return found


def told(result: Rollup) -> dict[tuple[str, str, str], object]:
    return {
        (row.kind, row.key, column): (f.base, f.centre, f.unit, f.decimals, f.reason, row.count)
        for row in only(result).rows
        for column, f in row.figures.items()
    }


@settings(max_examples=60)
@given(departments(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(made: list[Made], random: object) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(whole(*shuffled)) == told(whole(*made))


@settings(max_examples=60)
@given(departments(), st.integers(1, 99), st.data())
def test_a_unit_split_in_two_with_the_same_rate_changes_nothing(
    made: list[Made], share: int, data: st.DataObject
) -> None:
    first, *others = made
    parts = []
    for text in (first.budget, first.final):
        cents = int(Decimal(text) * 100)
        cut = cents * share // 100
        parts.append([str(Decimal(n).scaleb(-2)) for n in (cut, cents - cut)])
    actual = int(first.indicators[COUNT][1].removesuffix("卷"))
    cut = data.draw(st.integers(0, actual))
    halves = [
        first._replace(
            unit=f"{first.unit}{n}",
            budget=parts[0][n],
            final=parts[1][n],
            indicators={**first.indicators, **counted(f"{value}卷", target=f"{goal}卷")},
        )
        for n, (value, goal) in enumerate(((cut, 40), (actual - cut, 60)))
    ]
    one, two = whole(*made), whole(*halves, *others)
    for key, columns in (
        (COUNT.rpartition("/")[2], ("target", "actual", "score")),
        (RATE.rpartition("/")[2], ("actual", "weight", "score")),
        ("funds", ("budget", "final", "rate", "score")),
        ("total", ("score",)),
    ):
        for column in columns:
            before, after = figure(one, key, column), figure(two, key, column)
            assert before.centre == after.centre, (key, column)
            assert before.base is not None
            assert after.base is not None
            assert after.base.low <= before.base.low  # more printed figures, more roundings
            assert before.base.high <= after.base.high


@settings(max_examples=60)
@given(departments(), st.data())
def test_the_interval_contains_what_the_units_really_had(made: list[Made], data: st.DataObject) -> None:
    """True figures that print as the sheets do give a sum and a mean within the intervals."""
    result = whole(*made)
    near = st.fractions(-1, 1)
    funds = [Fraction(one.budget) + data.draw(near) * Fraction(1, 200) for one in made]
    values = [
        Fraction(one.indicators[RATE][1].rstrip("%")) + data.draw(near) * Fraction(1, 200) for one in made
    ]
    budget = figure(result, "funds", "budget").base
    assert budget is not None
    assert budget.low <= sum(funds) * 10_000 * SCALE <= budget.high
    base = figure(result, "验收合格率", "actual").base
    assert base is not None
    mean = sum(w * v for w, v in zip(funds, values)) / sum(funds)
    assert base.low <= mean * SCALE <= base.high


@given(departments())
def test_every_figure_says_where_it_comes_from(made: list[Made]) -> None:
    result = whole(*made)
    files = {f"{one.unit}.docx" for one in made}
    for row in only(result).rows:
        for found in row.figures.values():
            assert found.cells
            assert {result.sheets.source(cell).file for cell in found.cells} <= files
    cells = figure(result, "整理档案数量", "actual").cells
    sources = [result.sheets.source(cell) for cell in cells]
    assert [source.printed for source in sources] == [one.indicators[COUNT][1] for one in made]
    assert all(source.place.describe() for source in sources)


# --- money and execution -------------------------------------------------------------------------


def test_money_is_added_and_execution_recomputed() -> None:
    result = whole(Made("甲馆", "100.00", "90.00"), Made("乙馆", "300.00", "300.00"))
    assert shown(result, "funds", "budget") == "400.00万元"
    assert shown(result, "funds", "final") == "390.00万元"
    assert shown(result, "funds", "rate") == "97.50%"
    assert shown(result, "funds", "score") == "9.75分"
    assert figure(result, "funds", "rate").how == "rate"


def test_execution_gives_no_more_than_its_points() -> None:
    result = whole(Made("甲馆", "100.00", "120.00"))
    assert shown(result, "funds", "rate") == "120.00%"
    assert shown(result, "funds", "score") == "10.00分"


def test_units_of_money_convert() -> None:
    result = whole(
        Made("甲馆", "100.00", "90.00"),
        Made("乙馆", "3000000.50", "3000000", money="元"),
        Made("丙馆", "1", "1"),
    )
    assert shown(result, "funds", "budget") == "401.000050万元"


def test_without_a_budget_there_is_no_rate() -> None:
    result = whole(Made("甲馆", "0.00", "0.00", rated("95%")), Made("乙馆", "0", "0", rated("90%")))
    assert "没有执行率" in figure(result, "funds", "rate").reason
    assert "没有执行率" in figure(result, "funds", "score").reason
    assert figure(result, "验收合格率", "actual").reason == "全年预算数合计为0，无法按资金加权"
    assert figure(result, "total", "score").printed == ""


def test_a_budget_that_may_be_zero_gives_no_rate() -> None:
    result = whole(Made("甲馆", "0.01", "0.01"), Made("乙馆", "0.00", "0.00"))
    assert "取整范围含0" in figure(result, "funds", "rate").reason


def test_a_blank_amount_is_not_zero() -> None:
    result = whole(Made("甲馆", "100.00", "90.00"), Made("乙馆", "", "300.00"))
    found = figure(result, "funds", "budget")
    assert found.value is None
    assert found.reason == "1张表没有填写“全年预算数”（“乙馆.docx”第1行）"
    assert "无法按资金加权" in figure(result, "验收合格率", "actual").reason


# --- indicators ----------------------------------------------------------------------------------


def test_counts_are_added_and_rates_averaged_by_funds() -> None:
    result = whole(
        Made("甲馆", "100.00", "90.00", {**counted("120卷"), **rated("96%", "60", "60")}),
        Made("乙馆", "300.00", "300.00", {**counted("80卷"), **rated("92%", "60", "40")}),
    )
    assert shown(result, "整理档案数量", "actual") == "200卷"
    assert shown(result, "整理档案数量", "target") == "200卷"
    assert shown(result, "验收合格率", "actual") == "93.00%"
    assert shown(result, "验收合格率", "target") == "≥95%"
    assert shown(result, "验收合格率", "score") == "45.00分"
    assert shown(result, "output", "score") == "75.00分"
    assert shown(result, "total", "score") == "84.75分"
    assert shown(result, "total", "weight") == "100.00分"


def test_units_of_measure_convert() -> None:
    result = whole(
        Made("甲馆", "1.00", "1.00", counted("1.5吨", target="2吨")),
        Made("乙馆", "1.00", "1.00", counted("500公斤", target="1吨")),
        Made("丙馆", "1.00", "1.00", counted("3吨", target="3000千克")),
    )
    assert shown(result, "整理档案数量", "actual") == "5.000吨"
    assert shown(result, "整理档案数量", "target") == "6.000吨"
    money = whole(
        Made("甲馆", "1.00", "1.00", counted("1.50万元")), Made("乙馆", "1.00", "1.00", counted("2500元"))
    )
    assert shown(money, "整理档案数量", "actual") == "1.7500万元"


def test_units_of_measure_that_do_not_convert_are_named() -> None:
    result = whole(
        Made("甲馆", "1.00", "1.00", counted("12家", "90")),
        Made("乙馆", "1.00", "1.00", counted("5个", "90")),
        Made("丙馆", "1.00", "1.00", counted("7个", "90")),
    )
    found = figure(result, "整理档案数量", "actual")
    assert (found.value, found.clash) == (None, True)
    assert found.reason == (
        "计量单位不同，没有相加：“个”2处（“乙馆.docx”第10行），“家”1处（“甲馆.docx”第10行）；请统一计量单位"
    )
    assert [p.kind for p in result.problems] == ["unit_of_measure"]


def test_a_bare_figure_takes_the_unit_of_its_name_or_target() -> None:
    named = {"output/quantity/接待人次(人次)": ("", "12", "30", "30")}
    result = whole(
        Made("甲馆", "1.00", "1.00", named),
        Made("乙馆", "1.00", "1.00", {"output/quantity/接待人次(人次)": ("≥10人次", "30人次", "30", "30")}),
        Made("丙馆", "1.00", "1.00", {"output/quantity/接待人次": ("≥10人次", "8", "30", "30")}),
    )
    assert shown(result, "接待人次", "actual") == "50人次"
    bare = whole(Made("甲馆", "1.00", "1.00", rated("95", target="")))
    assert "没有写计量单位" in figure(bare, "验收合格率", "actual").reason


@pytest.mark.parametrize(
    ("actual", "why"),
    [
        ("3000余卷", "是约数，不能汇总"),
        ("接待12人，培训30人", "不是单个数值"),
        ("≥12卷", "是范围，不能汇总"),
        ("3级", "是级别，不能汇总"),
    ],
)
def test_what_cannot_be_added_says_where_and_why(actual: str, why: str) -> None:
    result = whole(
        Made("甲馆", "1.00", "1.00", counted(actual)), Made("乙馆", "1.00", "1.00", counted("8卷"))
    )
    found = figure(result, "整理档案数量", "actual")
    assert found.value is None
    assert found.reason == f"甲馆的“{actual}”{why}（“甲馆.docx”第10行）；其余1处相加为8卷"


def test_judgements_are_averaged_by_their_scores() -> None:
    key = "benefit/social/利用效果"
    made = [
        Made("甲馆", "100.00", "1.00", of(key, "良好", "全部或基本达成", "30", "30")),
        Made("乙馆", "300.00", "1.00", of(key, "良好", "部分达成", "30", "20")),
    ]
    result = whole(*made)
    assert "定性指标" in figure(result, "利用效果", "actual").reason
    assert shown(result, "利用效果", "score") == "22.50分"
    row = only(result).row("利用效果")
    assert row is not None
    assert row.words["actual"] == {"全部或基本达成": 1, "部分达成": 1}


def test_time_limits_are_neither_added_nor_averaged() -> None:
    made = Made("甲馆", "1.00", "1.00", of("output/time/办结时限", "≤10天", "8天", "10", "10"))
    assert "时限" in figure(whole(made), "办结时限", "actual").reason


def test_indicators_match_by_block_and_unified_name() -> None:
    made = [
        Made("甲馆", "1.00", "1.00", of("output/quantity/整理档案数量(个)", "", "1个", "30", "30")),
        Made("乙馆", "1.00", "1.00", of("output/quality/整理“档案”数量", "", "2个", "30", "30")),
        Made("丙馆", "1.00", "1.00", of("benefit/social/整理档案数量", "", "4个", "30", "30")),
    ]
    rows = [row for row in only(whole(*made)).rows if row.kind == "indicator"]
    assert [(row.block, row.count, row.figures["actual"].printed) for row in rows] == [
        ("output", 2, "3"),
        ("benefit", 1, "4"),
    ]


def test_a_blank_result_is_named() -> None:
    result = whole(Made("甲馆", "1.00", "1.00", counted("")), Made("乙馆", "1.00", "1.00", counted("8卷")))
    found = figure(result, "整理档案数量", "actual")
    assert found.reason == "1张表没有填写完成值（“甲馆.docx”第1行）；其余1处相加为8卷"


def test_a_blank_score_leaves_the_total_open() -> None:
    result = whole(
        Made("甲馆", "1.00", "1.00", counted("1卷", score="")), Made("乙馆", "1.00", "1.00", counted("8卷"))
    )
    assert "“甲馆.docx”第1行“整理档案数量”没有填写" in figure(result, "total", "score").reason
    assert shown(result, "total", "weight") == "40.00分"


def test_two_indicators_of_one_name_are_not_matched() -> None:
    twice = {**counted("1卷"), f"{COUNT}#2": ("", "2卷", "30", "30")}
    result = whole(Made("甲馆", "1.00", "1.00", twice))
    assert "有两个同名指标" in figure(result, "整理档案数量", "actual").reason


def test_the_execution_block_is_recomputed_too() -> None:
    execution = {"execution//预算执行率": ("100%", "90%", "10", "9"), **counted("1卷", "90", "90")}
    result = whole(Made("甲馆", "100.00", "50.00", execution))
    assert only(result).row("预算执行率") is None
    assert shown(result, "total", "score") == "95.00分"


def test_what_reads_the_values_can_be_replaced() -> None:
    from mingzhang.measures import plain

    sheets = entered(Made("甲馆", "1.00", "1.00", counted("共整理档案12卷")))
    result = rollup(sheets, reads=lambda text, unit: plain(text.removeprefix("共整理档案"), unit))
    assert shown(result, "整理档案数量", "actual") == "12卷"


# --- which sheets count --------------------------------------------------------------------------


def kinds(result: Rollup) -> list[str]:
    return [problem.kind for problem in result.problems]


def messages(made: Sequence[Made], **options: object) -> list[str]:
    return [problem.message for problem in whole(*made, **options).problems]


A, B = Made("甲馆", "100.00", "90.00"), Made("乙馆", "300.00", "300.00")


def test_a_sheet_of_another_year_is_left_out() -> None:
    result = whole(A, B, A._replace(unit="丙馆", year=2021))
    assert shown(result, "funds", "budget") == "400.00万元"
    (problem,) = result.problems
    assert (problem.kind, problem.file, problem.place) == ("other_year", "丙馆.docx", "第1行")
    assert problem.message == (
        "“丙馆.docx”第1行丙馆的《部门整体支出绩效自评表》是2021年度的，其他表是2022年度，没有计入；"
        "请改给2022年度的表。"
    )


def test_a_sheet_given_twice_counts_once() -> None:
    result = whole(A, B, A._replace(file="副本.docx"))
    assert shown(result, "funds", "budget") == "400.00万元"
    assert [(p.kind, p.severity, p.file) for p in result.problems] == [
        ("sheet_repeated", "warning", "副本.docx")
    ]
    assert "“甲馆.docx”第1行" in result.problems[0].message


def test_two_sheets_that_differ_are_an_error() -> None:
    result = whole(A, B, A._replace(final="80.00", file="副本.docx"))
    assert result.rolled == []
    (problem,) = result.errors
    assert problem.kind == "sheets_differ"
    assert "“副本.docx”第1行" in problem.message
    assert "“甲馆.docx”第1行" in problem.message
    assert "请只留一张" in problem.message


def test_projects_without_a_name_cannot_be_told_apart() -> None:
    made = [A._replace(evaluation="project"), A._replace(evaluation="project", budget="7.00")]
    (problem,) = rollup(entered(*made), by="project").errors
    assert "请在两张表中填写项目名称" in problem.message


def test_negative_funds_are_an_error() -> None:
    result = whole(A, B._replace(budget="-300.00"))
    assert result.rolled == []
    assert "“乙馆.docx”第1行" in result.errors[0].message
    assert "全年预算数为负数（-300.00万元）" in result.errors[0].message


def test_units_are_held_against_the_list() -> None:
    units = [Listed(name, f"“名单.txt”第{n}行") for n, name in enumerate(("甲馆", "丙馆"), 1)]
    result = whole(A, B, units=units)
    assert shown(result, "funds", "budget") == "100.00万元"
    assert kinds(result) == ["unit_unlisted", "unit_missing"]
    unlisted, missing = (problem.message for problem in result.problems)
    assert "“乙馆.docx”第1行乙馆的" in unlisted
    assert missing.startswith("“名单.txt”第2行：“丙馆”没有单位整体支出绩效自评表")
    assert kinds(whole(A, A._replace(unit="", file="x"), units=units[:1])) == ["unit_unknown"]


def test_a_unit_with_project_sheets_alone_is_missing_its_own() -> None:
    units = [Listed(name, f"“名单.txt”第{n}行") for n, name in enumerate(("甲馆", "乙馆"), 1)]
    made = [A, A._replace(project="修缮"), B._replace(project="修缮")]
    assert kinds(rollup(entered(*made), units=units)) == ["unit_missing"]
    assert kinds(rollup(entered(*made), by="project", units=units)) == []


def test_sheets_without_a_year_and_of_other_budgets_are_noted() -> None:
    result = whole(A, B._replace(year=0), A._replace(project="基金", evaluation="fund"))
    assert shown(result, "funds", "budget") == "400.00万元"
    undated, others = result.notes
    assert undated.startswith("1张表没有写明年度，已一并计入，第一张在“乙馆.docx”第1行")
    assert "--by project" in others


def test_nothing_to_roll_up() -> None:
    with pytest.raises(RollupError, match="没有找到可汇总的自评表"):
        rollup(entered())
    with pytest.raises(RollupError, match="--by project"):
        rollup(entered(A._replace(project="修缮")))
    with pytest.raises(RollupError, match="不能按“year”汇总"):
        rollup(entered(A), by="year")
    with pytest.raises(RollupError, match="--by unit"):
        rollup(entered(A), by="project")


# --- projects ------------------------------------------------------------------------------------


def test_projects_are_grouped_by_their_parent() -> None:
    made = [
        A._replace(project="修缮一期", parent="修缮"),
        A._replace(project="修缮二期", parent="修缮", budget="50.00"),
        B._replace(project="数字化"),
    ]
    result = rollup(entered(*made), by="project")
    found = {rolled.name: (rolled.units, len(rolled.members)) for rolled in result.rolled}
    assert found == {"修缮": (1, 2), "数字化": (1, 1)}
    row = result.rolled[0].row("funds")
    assert row is not None
    assert row.figures["budget"].printed == "150.00"


def test_project_sheets_make_the_row_of_projects() -> None:
    made = [A, A._replace(project="修缮", budget="60.00"), A._replace(project="数字化", budget="40.00")]
    result = rollup(entered(*made))
    whole_, projects = result.rolled
    assert [row.key for row in projects.rows] == ["funds"]
    assert projects.rows[0].figures["budget"].printed == "100.00"
    assert whole_.evaluation == "department"
    assert all(a.severity <= b.severity for a, b in pairwise(result.problems))


def test_a_sheet_without_funds_is_told_once() -> None:
    result = whole(Made("甲馆", "100.00", "90.00"), Made("乙馆", "", ""), Made("丙馆", "0.00", "0.00"))
    (problem,) = result.problems
    assert (problem.kind, problem.severity, problem.file) == ("funds_missing", "warning", "乙馆.docx")
    assert "乙馆的《部门整体支出绩效自评表》没有写明全年预算数" in problem.message


def full(**columns: tuple[str, str]) -> dict:
    """Indicators of 90 points together, with weight and score of the named ones replaced."""
    given = {"count": ("60", "60"), "rate": ("30", "30")} | columns
    return {**counted("120卷", *given["count"]), **rated("96%", *given["rate"])}


def test_what_no_sheet_can_say_is_named_at_the_sheet() -> None:
    good = A._replace(indicators=full())
    assert whole(good).problems == []
    above = whole(good, B._replace(indicators=full(rate=("30", "35"))))
    assert [(p.kind, p.severity, p.file) for p in above.problems] == [("implausible", "warning", "乙馆.docx")]
    assert "“验收合格率”得分35分，超过分值30分" in above.problems[0].message
    (heavy,) = messages([good, B._replace(indicators=full(rate=("38", "30")))])
    assert "的分值合计为108分，应为100分；请补齐或改正" in heavy
    (negative,) = messages([good, B._replace(final="-20.00", indicators=full())])
    assert "“乙馆.docx”第1行" in negative
    assert "全年执行数为负数（第3行，-20.00万元），仍计入合计" in negative


def test_a_block_that_a_sheet_lacks_is_named() -> None:
    most = {"benefit/social/利用人次": ("90人", "90人", "10", "10"), **full(count=("50", "50"))}
    less = {key: value for key, value in most.items() if not key.startswith("benefit")}
    (missing,) = messages([A._replace(indicators=most), B._replace(indicators=less)])
    assert "乙馆的《部门整体支出绩效自评表》的分值合计为90分，应为100分，没有benefit；" in missing
    execution = {"execution//预算执行率": ("100%", "90%", "10", "9"), **full()}
    assert not any("没有execution" in text for text in messages([A._replace(indicators=execution)]))


def test_sheets_without_a_unit_are_told() -> None:
    (note,) = whole(A, B._replace(unit="", file="x.docx")).notes
    assert note == "1张表没有写明单位，已一并计入，第一张在“x.docx”第1行；请在表中填写单位名称。"


def test_a_sheet_that_names_the_unit_of_another_file_is_an_error() -> None:
    wrong = A._replace(file="乙馆.docx", entity="乙馆")
    for made in ((A._replace(entity="甲馆"), wrong), (wrong, A._replace(entity="甲馆"))):
        result = whole(*made)
        (problem,) = result.errors
        assert (problem.kind, problem.file) == ("unit_conflicts", "乙馆.docx")
        assert "文件的单位却是“乙馆”，而“甲馆.docx”第1行中也有“甲馆”的表；请核对" in problem.message
    assert kinds(whole(A._replace(entity="甲馆"), A._replace(entity="甲馆", file="副本.docx"))) == [
        "sheet_repeated"
    ]
