"""Bars and dots stand to scale, their figures beside them, nothing over anything else."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as some

from drawn import covered, discs, money, outside, overlapping, rectangles, texts
from mingzhang.pictures.bars import Bar, BarRow, Bars
from mingzhang.pictures.dots import Dot, DotRow, Dots
from mingzhang.pictures.drawing import Box

NARROW, WIDE = Box(0, 50, 200, 100), Box(0, 400, 510, 200)
AMOUNT = some.one_of(some.integers(-(10**10), 10**10), some.integers(-300, 300))
LABEL = some.sampled_from(
    ("合计", "公务用车运行维护费", "名称一共有四十个汉字的单位内设机构和所属事业单位的专项业务支出项目")
)


def bars(*rows: tuple[int, ...]) -> Bars:
    return Bars(
        tuple(BarRow("支出", tuple(Bar("本年", money(n), not at) for at, n in enumerate(r))) for r in rows)
    )


@given(some.lists(some.lists(AMOUNT, min_size=1, max_size=2).map(tuple), min_size=1, max_size=4))
@settings(deadline=None)
def test_bars_lie_within_and_apart(rows: list[tuple[int, ...]]) -> None:
    marks = bars(*rows).draw(NARROW)
    assert not outside(marks, NARROW)
    assert not overlapping(marks)
    printed = [text.text for text in texts(marks)]
    assert [f"本年 {money(n).text}" for row in rows for n in row] == [
        t for t in printed if t.startswith("本年 ")
    ]


def test_bars_are_to_scale() -> None:
    long, short, negative = (r.box for r in rectangles(bars((4000, 1000), (-2000,)).draw(WIDE)))
    assert long.width == 4 * short.width == 2 * negative.width
    assert long.x == short.x == negative.right


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.tuples(LABEL, some.lists(some.none() | AMOUNT, min_size=2, max_size=2), some.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_dots_lie_within_and_apart(rows: list[tuple[str, list[int | None], bool]]) -> None:
    made = tuple(
        DotRow(label, tuple(None if n is None else Dot(money(n)) for n in row), inset)
        for label, row, inset in rows
    )
    marks = Dots(("年初预算", "决算"), made, rate="完成率", unit="万元").draw(WIDE)
    assert not outside(marks, WIDE)
    assert not overlapping(marks)
    assert not covered(marks)


def test_dots_are_to_scale() -> None:
    rows = (DotRow("甲", (Dot(money(0)), Dot(money(1000)))), DotRow("乙", (Dot(money(500)), Dot(money(250)))))
    drawn = discs(Dots(("预算", "决算"), rows).draw(WIDE))[2:]
    none, full, half, quarter = (disc.x for disc in drawn)
    assert full - none == 2 * (half - none) == 4 * (quarter - none)


def test_shares_stand_on_a_track_from_none_to_all() -> None:
    rows = (
        DotRow("甲", (Dot(money(1), Fraction(1, 2)), None)),
        DotRow("乙", (None, Dot(money(1), Fraction(0)))),
    )
    half, none = (disc.x for disc in discs(Dots(("执行率", "得分"), rows).draw(WIDE))[2:])
    full = Dots(("执行率",), (DotRow("甲", (Dot(money(1), Fraction(1)),)),))
    assert none < half < discs(full.draw(WIDE))[1].x


def test_scores_keep_their_order_and_are_not_added() -> None:
    rows = [DotRow(f"项目{n}", (Dot(money(n), Fraction(n, 100)),)) for n in range(1, 41)]
    said = [text.text for text in texts(Dots(("得分",), tuple(rows)).draw(WIDE))]
    names = [text for text in said if text.startswith("项目")]
    assert names == [f"项目{n}" for n in range(1, len(names) + 1)]
    assert f"其他{40 - len(names)}项" in said
    assert "—" in said


def test_what_is_not_known_or_has_no_base_is_said() -> None:
    rows = (DotRow("甲", (None, Dot(money(1)))), DotRow("乙", (Dot(money(0)), Dot(money(100)))))
    said = [text.text for text in texts(Dots(("预算", "决算"), rows, rate="完成率").draw(WIDE))]
    assert said.count("—") == 2
    assert "无法计算" in said


def test_rows_without_room_are_gathered_with_their_sum() -> None:
    total = DotRow("合计", (Dot(money(60 * 61)), Dot(money(60 * 61))))
    rows = [DotRow(f"第{n}类", (Dot(money(n)), Dot(money(2 * n)))) for n in range(1, 61)]
    chart = Dots(("预算", "决算"), (total, *rows), rate="完成率", whole=True)
    marks = chart.draw(WIDE)
    assert not outside(marks, WIDE)
    said = [text.text for text in texts(marks)]
    assert said.count("合计") == 1
    assert "第60类" in said
    gathered = next(text for text in said if text.startswith("其他"))
    count = int(gathered.removeprefix("其他").removesuffix("项"))
    assert money(count * (count + 1) // 2).text in said
    assert all(f"第{n}类" in "".join(chart.says()) for n in range(1, 61))
