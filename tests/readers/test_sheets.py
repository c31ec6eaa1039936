from __future__ import annotations

import pytest

from mingzhang.documents import Block, Paragraph, Table
from mingzhang.readers.number_formats import BUILTIN, format_number, format_text
from mingzhang.readers.sheets import Budget, Sheet, Value, column_letters

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '
BRACKETS = "#,##0.00_);(#,##0.00)"


@pytest.mark.parametrize(
    ("value", "code", "printed"),
    [
        (12.3, "General", "12.3"),
        (0, "General", "0"),
        (-5.5, "General", "-5.5"),
        (1234.5600000001, "General", "1234.56"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678901, "General", "12345678901"),
        (123456789012, "General", "1.23457E+11"),
        (1234567890.5, "General", "1234567891"),
        (1 / 3, "General", "0.333333333"),
        (0.00001, "General", "0.00001"),
        (1.234e-7, "General", "1.234E-07"),
        (12.5, 'G/通用格式"元"', "12.5元"),
        (12.3, "0.00", "12.30"),
        (2.675, "0.00", "2.68"),
        (1.005, "0.00", "1.01"),
        (-2.5, "0", "-3"),
        (0.285, "0.00", "0.29"),
        (99999.999, "#,##0.00", "100,000.00"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (-1234567.891, "#,##0.00", "-1,234,567.89"),
        (1234.5, "#,##0.##", "1,234.5"),
        (0.5, "#.00", ".50"),
        (7, "000", "007"),
        (20201, "0000000", "0020201"),
        (1234567, "000-0000", "123-4567"),
        (12, "???", "12"),
        (-1234.5, BRACKETS, "(1,234.50)"),
        (1234.5, BRACKETS, "1,234.50"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-3.2, ACCOUNTING, "-3.20"),
        (0, ACCOUNTING, "-"),
        (0, BUILTIN[43], "-"),
        (-7.5, BUILTIN[44], "¥-7.50"),
        (0, '0.00;-0.00;"-"', "-"),
        (0, "0.00;-0.00;;@", ""),
        (5, ";;;", ""),
        (-5, "0;[Red]0", "5"),
        (5, '"无"', "无"),
        (0.1234, "0.00%", "12.34%"),
        (0.12345, "0.00%", "12.35%"),
        (-0.05, "0%", "-5%"),
        (123456, "0.00,", "123.46"),
        (1234567.8, "#,##0.00,,", "1.23"),
        (123456, "0!.0,", "12.3"),
        (123456, "0\\.0,", "12.3"),
        (-123456, '0!.0,"万元"', "-12.3万元"),
        (1234567, '0!.0000"万"', "123.4567万"),
        (12345, '[>=10000]0!.0,"万";0', "1.2万"),
        (123, '[>=10000]0!.0,"万";0', "123"),
        (12.5, "[$¥-804]#,##0.00", "¥12.50"),
        (3.14159, "0.00E+00", "3.14E+00"),
        (12345.678, "##0.0E+0", "12.3E+3"),
        (1.5, "# ?/?", "1 1/2"),
        (0.75, "?/?", "3/4"),
        (44562, BUILTIN[14], "2022/1/1"),
        (44562, BUILTIN[31], "2022年1月1日"),
        (44562, BUILTIN[57], "2022年1月"),
        (44562, "yyyy-mm-dd", "2022-01-01"),
        (44562, 'yyyy"年"m"月";@', "2022年1月"),
        (44562, "[$-F800]dddd, mmmm dd, yyyy", "2022年1月1日"),
        (44562, "d-mmm-yy", "1-Jan-22"),
        (44562, "aaaa", "星期六"),
        (44562.5, BUILTIN[22], "2022/1/1 12:00"),
        (44562.75, BUILTIN[55], "下午6时00分"),
        (0.0001, "mm:ss.0", "00:08.6"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (60, "yyyy-m-d", "1900-2-29"),
        (61, "yyyy-m-d", "1900-3-1"),
        (-1, "yyyy-m-d", "-1"),
        (5, "0" + "%" * 900, "5"),
    ],
)
def test_numbers_print_by_their_format(value: float, code: str, printed: str) -> None:
    assert format_number(value, code) == printed


@pytest.mark.parametrize("value", [1e300, -1e300, 5e-324, float("inf"), float("nan")])
@pytest.mark.parametrize("code", ["[h]:mm", "yyyy", "0/0", "0E+0", "/", "E+", "0" + ",,," * 90, "0%" * 150])
def test_no_number_and_no_format_fails(value: float, code: str) -> None:
    assert isinstance(format_number(value, code), str)


def test_dates_from_1904() -> None:
    assert format_number(43100, "yyyy-m-d", True) == "2022-1-1"


@pytest.mark.parametrize(
    ("code", "printed"),
    [("General", "甲"), ("@", "甲"), ("0.00", "甲"), (ACCOUNTING, "甲"), ('@"元"', "甲元"), (";;;", "")],
)
def test_texts_print_by_their_format(code: str, printed: str) -> None:
    assert format_text("甲", code) == printed


def test_column_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


# ── layout ────────────────────────────────────────────────────────────────────────────────────

Line = tuple[str | None, ...]


def sheet(lines: list[Line], name: str = "Sheet1", ruled: tuple[int, ...] = ()) -> Sheet:
    """A sheet of texts by row, None for nothing; the rows in ``ruled`` are ruled in all their columns."""
    made = Sheet(name)
    budget = Budget()
    for row, texts in enumerate(lines):
        for column, text in enumerate(texts):
            if text is not None:
                made.put(row, column, Value(text, row in ruled), budget)
    return made


def blocks(source: Sheet) -> list[Block]:
    return source.blocks(Budget())


def shape(source: Sheet) -> list[str | list[list[str]]]:
    return [
        block.text if isinstance(block, Paragraph) else [[c.text for c in row] for row in block.rows()]
        for block in blocks(source)
    ]


TITLE: list[Line] = [("收入决算表",), (None, None, "公开02表"), ("部门：某局", None, "单位：万元")]
HEADING = ["收入决算表", "公开02表", "部门：某局", "单位：万元"]
BODY: list[Line] = [("项目", "合计", "财政"), ("甲", "1.00", ""), ("乙", "2.00", "3.00")]
GRID = [["项目", "合计", "财政"], ["甲", "1.00", ""], ["乙", "2.00", "3.00"]]
NOTE: Line = ("注：本表反映部门本年度取得的各项收入情况。",)


@pytest.mark.parametrize("ruled", [(), (3, 4, 5), (3, 4, 5, 2), (0, 1, 2, 3, 4, 5)])
def test_heading_table_and_note(ruled: tuple[int, ...]) -> None:
    assert shape(sheet([*TITLE, *BODY, NOTE], ruled=ruled)) == [*HEADING, GRID, NOTE[0]]


def test_heads_without_rules_belong_to_the_ruled_body_below_them() -> None:
    assert shape(sheet([*TITLE, *BODY, NOTE], ruled=(4, 5))) == [*HEADING, GRID, NOTE[0]]
    apart: list[Line] = [*TITLE, BODY[0], (), *BODY[1:]]
    assert shape(sheet(apart, ruled=(5, 6))) == [*HEADING, *GRID[0], GRID[1:]]


def test_places_are_addresses() -> None:
    title, table = blocks(sheet([(), ("", "收入决算表"), (), *[("", *row) for row in BODY]], "一"))
    assert (title.place.sheet, title.place.cell) == ("一", "B2")
    assert isinstance(table, Table)
    assert (table.place.cell, table.cells[0].column, table.cells[-1].place.cell) == ("B4", 0, "D6")


def test_two_tables_one_under_the_other() -> None:
    assert shape(sheet([*TITLE, *BODY, (), (), ("支出决算表",), *BODY])) == [
        *HEADING,
        GRID,
        "支出决算表",
        GRID,
    ]


def test_two_ruled_tables_without_an_empty_row_between() -> None:
    lines = [*TITLE, *BODY, NOTE, ("支出决算表",), *BODY]
    found = shape(sheet(lines, ruled=(3, 4, 5, 8, 9, 10)))
    assert found == [*HEADING, GRID, NOTE[0], "支出决算表", GRID]


def test_a_label_and_its_value_in_two_cells_are_one_line() -> None:
    first = blocks(sheet([("收入决算表",), ("部门：", "某局", "单位：万元"), *BODY]))[1]
    assert isinstance(first, Paragraph)
    assert (first.text, first.place.cell) == ("部门：  某局", "A2")
    assert [(segment.start, segment.place.cell) for segment in first.segments] == [(0, "A2"), (5, "B2")]


def test_a_label_without_figures_stays_in_a_table_without_rules() -> None:
    lines = [*BODY, ("三、上级补助收入",), ("丙", "4.00", "5.00")]
    assert shape(sheet(lines)) == [[*GRID, ["三、上级补助收入", "", ""], ["丙", "4.00", "5.00"]]]


def test_blank_ruled_rows_belong_to_the_table() -> None:
    blank: Line = ("", "", "")
    found = shape(sheet([("表一",), *BODY, blank, ("丙", "4.00", ""), blank], ruled=(1, 2, 3, 4, 5, 6)))
    assert found == ["表一", [*GRID, ["", "", ""], ["丙", "4.00", ""], ["", "", ""]]]


def test_merged_cells() -> None:
    made = sheet([("项目", None, "合计"), ("编码", "名称", "隐藏"), ("201", "甲", "1.00")], ruled=(0, 1, 2))
    made.merges = [(0, 0, 0, 1), (0, 2, 1, 2), (0, 0, 1048575, 16383)]
    table = blocks(made)[-1]
    assert isinstance(table, Table)
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in table.cells] == [
        ("项目", 0, 0, 1, 2), ("合计", 0, 2, 2, 1), ("编码", 1, 0, 1, 1), ("名称", 1, 1, 1, 1),
        ("201", 2, 0, 1, 1), ("甲", 2, 1, 1, 1), ("1.00", 2, 2, 1, 1),
    ]  # fmt: skip


def test_a_remark_beside_the_table_is_no_column() -> None:
    lines: list[Line] = [BODY[0], (*BODY[1], None, None, "请核实"), BODY[2]]
    assert shape(sheet(lines)) == [GRID, "请核实"]


@pytest.mark.parametrize(
    ("name", "lines", "first"),
    [
        ("Z01 收入支出决算总表(财决01表)", BODY, "Z01 收入支出决算总表(财决01表)"),
        ("收入决算", BODY, "收入决算"),
        ("收入决算", [("支出决算表（公开03表）",), *BODY], "支出决算表（公开03表）"),
        ("收入决算", [("一段说明",)], "一段说明"),
    ],
)
def test_the_sheets_name_is_the_title_where_none_is_printed(name: str, lines: list[Line], first: str) -> None:
    found = blocks(sheet(lines, name))
    assert isinstance(found[0], Paragraph)
    assert found[0].text == first


@pytest.mark.parametrize("name", ["Sheet1", "工作表 2", "表3", "sheet"])
def test_the_name_of_an_unnamed_sheet_is_no_title(name: str) -> None:
    assert shape(sheet(BODY, name)) == [GRID]


def test_texts_alone_are_paragraphs() -> None:
    assert shape(sheet([("第一段。",), ("第二段\n第二行。",), (), ("第三段。",)])) == [
        "第一段。",
        "第二段\n第二行。",
        "第三段。",
    ]


def test_the_budget_bounds_what_is_read_and_added() -> None:
    budget = Budget()
    budget.cells = 3
    made = Sheet("一")
    for column in range(5):
        made.put(7, column, Value("甲"), budget)
    assert (len(made.rows[7]), made.cut) == (3, 7)
    wide = sheet([("甲", "乙"), ("丙", "丁")])
    budget.blanks = 0
    wide.put(2, 5, Value("戊"), Budget())
    wide.put(2, 6, Value("己"), Budget())
    table = next(block for block in wide.blocks(budget) if isinstance(block, Table))
    assert all(cell.text for cell in table.cells)
