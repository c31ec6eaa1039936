"""Areas are in proportion to amounts; every amount is named or accounted for below."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from drawn import money, outside, overlapping, rectangles, texts
from mingzhang.pictures.drawing import Box
from mingzhang.pictures.treemap import Group, Leaf, Treemap, squarified

BOX = Box(0, 100, 510, 180)
GRID = Fraction(1, 10**20)
AMOUNTS = some.lists(some.integers(1, 10**14), min_size=1, max_size=60).map(
    lambda found: sorted(found, reverse=True)
)


@given(AMOUNTS)
def test_areas_are_in_proportion_and_fill_the_box(amounts: list[int]) -> None:
    boxes = squarified(amounts, BOX)
    whole = BOX.width * BOX.height
    assert sum(box.width * box.height for box in boxes) == whole
    for amount, box in zip(amounts, boxes):
        wanted = Fraction(whole * amount, sum(amounts))
        assert abs(box.width * box.height - wanted) <= GRID * 70 * (BOX.width + BOX.height)


@given(AMOUNTS)
def test_areas_do_not_overlap(amounts: list[int]) -> None:
    boxes = squarified(amounts, BOX)
    assert not [1 for at, one in enumerate(boxes) for other in boxes[at + 1 :] if one.meets(other)]


def test_equal_amounts_are_nearly_square() -> None:
    boxes = squarified([1] * 12, Box(0, 0, 400, 300))
    assert all(box.width == box.height == 100 for box in boxes)


NAMES = some.sampled_from(("行政运行", "其他支出", "机关事业单位基本养老保险缴费支出", "名称很长的项目" * 6))
LEAVES = some.lists(some.tuples(NAMES, some.integers(-(10**10), 10**10)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(some.lists(LEAVES, min_size=1, max_size=12))
def test_labels_lie_within_and_apart(groups: list[list[tuple[str, int]]]) -> None:
    marks = _treemap(groups).draw(BOX)
    assert not outside(marks, BOX)
    assert not overlapping(marks)
    areas = rectangles(marks)
    below = max((area.box.bottom for area in areas), default=BOX.y)
    for text in texts(marks):
        if text.y < below:
            assert any(area.box.holds(text.box) for area in areas), text.text


def _treemap(groups: list[list[tuple[str, int]]]) -> Treemap:
    made = [
        Group(
            f"第{at}类支出",
            tuple(sorted((Leaf(name, money(n)) for name, n in own), key=lambda leaf: -leaf.figure.exact)),
        )
        for at, own in enumerate(groups)
    ]
    return Treemap(tuple(sorted(made, key=lambda group: -group.size)), "没有支出。")


def test_small_amounts_are_gathered_with_their_sum_and_count() -> None:
    marks = _treemap([[("行政运行", 1_000_000), *((f"小项{n}", 10) for n in range(30))]]).draw(BOX)
    said = "".join(text.text for text in texts(marks))
    assert "其他30项" in said
    assert "3.00万元" in said
    assert sum(area.box.width * area.box.height for area in rectangles(marks)) <= BOX.width * BOX.height


def test_a_tiny_amount_alone_does_not_take_the_name_of_a_large_one() -> None:
    marks = _treemap([[("行政运行", 1_000_000), ("小项", 1)]]).draw(BOX)
    said = "".join(text.text for text in texts(marks))
    assert "10000.00万元" in said
    assert "面积太小未标：第0类支出·小项 0.01万元" in said


def test_negative_amounts_are_told_and_not_drawn() -> None:
    marks = _treemap([[("行政运行", 500), ("退回", -300)]]).draw(BOX)
    assert len(rectangles(marks)) == 1
    assert any("负数未画：退回-3.00万元" in text.text for text in texts(marks))


@pytest.mark.parametrize("amounts", [[], [0, 0], [-5]])
def test_nothing_to_draw_is_said(amounts: list[int]) -> None:
    groups = [[("行政运行", amount) for amount in amounts]] if amounts else []
    assert [text.text for text in texts(_treemap(groups).draw(BOX))] == ["没有支出。"]


def test_the_words_hold_every_figure() -> None:
    said = "".join(_treemap([[("行政运行", 500), ("退回", -300)], [("其他", 7)]]).says())
    assert all(figure in said for figure in ("5.00万元", "-3.00万元", "0.07万元", "2.00万元"))
