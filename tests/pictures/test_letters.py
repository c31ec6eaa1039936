"""Text is measured generously, cut where it may be, and shortened visibly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mingzhang.pictures.letters import measured, shortened, wrapped

LETTERS = some.text("决算支出，。；（）“”0123456789.% Wm", max_size=200)


def test_chinese_characters_and_marks_are_one_em_wide() -> None:
    assert measured("决算，“三公”", 10) == 70


def test_no_ascii_letter_is_wider_than_measured() -> None:
    fonts = pytest.importorskip("pylopdf_fonts_zh_cn")
    from PIL import ImageFont

    path = fonts.serif_path().parent / "NotoSansSC-Regular.otf"
    font = ImageFont.truetype(str(path), 1000)
    for letter in map(chr, range(32, 127)):
        assert font.getlength(letter) <= measured(letter, 1000), letter


@given(LETTERS, some.integers(20, 300))
def test_no_line_is_wider_than_the_room_and_nothing_is_lost(text: str, room: int) -> None:
    lines = wrapped(text, room, 10)
    assert all(measured(line, 10) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_figures_stay_whole_and_marks_begin_no_line() -> None:
    assert wrapped("支出决算12345.67万元。", 90, 10) == ["支出决算12345.67", "万元。"]
    assert wrapped("支出决算12345.67万元。", 80, 10) == ["支出决算", "12345.67万元。"]
    assert wrapped("年初预算，支出", 40, 10) == ["年初预", "算，支出"]


def test_what_is_too_long_ends_after_a_clause_and_says_so() -> None:
    text = "收入合计为1.00万元，" * 30 + "主要原因是有调整。"
    lines = shortened(text, 200, 10, 3)
    assert len(lines) <= 3
    assert "".join(lines).endswith("万元……（见情况说明）")


@given(LETTERS, some.integers(1, 4))
def test_there_are_never_more_lines_than_allowed(text: str, most: int) -> None:
    assert len(shortened(text, 120, 10, most)) <= most
