"""A project written and read again says the same; what is wrong with one is told at its cell."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contents import EXTREMES, contents
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.documents import UnreadableError
from mingzhang.projects.entries import row_entries
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.project import FIGURES, UNIT, ProjectError, address, key_of
from mingzhang.taxonomy import Library, Standards, load


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def written(folder: Path, standards: Standards, extreme: str = "plain", seed: int = 1) -> Contents:
    source = contents(random.Random(seed), standards, extreme)
    write_project(folder, source, "001001", standards)
    return source


@pytest.mark.parametrize("extreme", EXTREMES)
def test_written_and_read(extreme: str, standards: Standards, library: Library, tmp_path: Path) -> None:
    source = written(tmp_path / "p", standards, extreme, EXTREMES.index(extreme))
    project, _ = read_project(tmp_path / "p", library)
    found = project.contents
    assert project.code == "001001"
    assert (found.entity, found.year, found.scope) == (source.entity, source.year, source.scope)
    assert dict(found.texts) == dict(source.texts)
    assert found.reasons == source.reasons
    assert not project.completed
    again, composed = disclosure(found, standards)
    first, wanted = disclosure(source, standards)
    assert again.blocks == first.blocks
    assert composed.stated == wanted.stated


def test_the_same_project_gives_the_same_bytes(standards: Standards, tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(tmp_path / name, standards)
    for file in (UNIT, FIGURES):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_figures_know_their_cells(standards: Standards, library: Library, tmp_path: Path) -> None:
    source = written(tmp_path / "p", standards)
    project, _ = read_project(tmp_path / "p", library)
    book = openpyxl.load_workbook(tmp_path / "p" / FIGURES)
    key = ("expenditure_by_function", "total", "basic")
    sheet, cell = re.findall(r"工作表“(.+?)”([A-Z]+[0-9]+)", project.sources[key])[0]
    assert book[sheet][cell].value == pytest.approx(float(source.figures[key]))


@pytest.mark.parametrize("extreme", ["plain", "sixty items", "huge", "only funds"])
def test_totals_that_are_missing_are_added_up(
    extreme: str, standards: Standards, library: Library, tmp_path: Path
) -> None:
    """Everything but the leaves is taken out of the tables whose totals lie within them."""
    source = contents(random.Random(3), standards, extreme)
    leaves = {
        key: text
        for key, text in source.figures.items()
        if not (key[0] == "expenditure_by_function" and (key[2] == "total" or len(key[1]) != 7))
    }
    write_project(tmp_path / "p", replace(source, figures=leaves), "", standards)
    project, _ = read_project(tmp_path / "p", library)
    taken = {key: text for key, text in source.figures.items() if key not in leaves and float(text)}
    assert {key: project.completed.get(key) for key in taken} == taken
    assert disclosure(project.contents, standards)[1].stated == disclosure(source, standards)[1].stated


def edited(folder: Path, change: Callable[[Any], None]) -> None:
    book = openpyxl.load_workbook(folder / FIGURES)
    change(book)
    book.save(folder / FIGURES)


def cell_of(sheet: Any, text: str, column: str) -> Any:
    """The cell in ``column`` of the first row that begins with ``text``."""
    row = next(row[0].row for row in sheet.iter_rows() if str(row[0].value) == text)
    return sheet[f"{column}{row}"]


def a_word(book: Any) -> None:
    cell_of(book["支出决算表"], "合计", "C").value = "待定"


def a_code_twice(book: Any) -> None:
    sheet = book["支出决算表"]
    coded = [row for row in sheet.iter_rows() if str(row[0].value).isdigit() and len(str(row[0].value)) == 7]
    blank = next(row for row in sheet.iter_rows(min_row=coded[-1][0].row + 1) if row[0].value is None)
    for column, cell in enumerate(coded[0]):
        blank[column].value = cell.value


def no_sheet(book: Any) -> None:
    del book["收入决算表"]


def a_word_beside(book: Any) -> None:
    sheet = book["补充数据"]
    sheet["D6"].value = "三辆"


def no_row_name(book: Any) -> None:
    sheet = book["年初预算数"]
    sheet["A4"].value = None


def no_code(book: Any) -> None:
    for title in ("收入决算表", "支出决算表", "一般公共预算财政拨款支出决算表"):
        row = next(row for row in book[title].iter_rows() if len(str(row[0].value)) == 7)
        row[0].value, row[1].value = None, "某项工作"


def no_entered(book: Any) -> None:
    del book["补充数据"]


def an_unknown_code(book: Any) -> None:
    sheet = book["支出决算表"]
    coded = [row for row in sheet.iter_rows() if str(row[0].value).isdigit()]
    blank = next(row for row in sheet.iter_rows(min_row=coded[-1][0].row + 1) if row[0].value is None)
    blank[0].value, blank[3].value = "本单位自定", 5.0


BASIC = "一般公共预算财政拨款基本支出决算明细表"


def economic(book: Any) -> list[tuple[Any, Any]]:
    """The cells of codes and names beside each other in the table of basic spending."""
    rows = book[BASIC].iter_rows(min_row=5)
    pairs = (pair for row in rows for pair in pairwise(row))
    return [(code, name) for code, name in pairs if str(code.value).isdecimal() and len(str(code.value)) < 6]


def an_unknown_code_alone(book: Any) -> None:
    code, name = economic(book)[-1]
    code.value, name.value = "30188", None


def a_name_of_another_code(book: Any) -> None:
    row = next(row for row in book["支出决算表"].iter_rows() if len(str(row[0].value)) == 7)
    row[0].value, row[1].value = "2010302", "行政运行"


def a_name_unlike(book: Any) -> None:
    next(name for code, name in economic(book) if str(code.value) == "30217").value = "培训费"


def a_name_row_by_row(book: Any) -> None:
    sheet = book["年初预算数"]
    sheet["A4"].value, sheet["B4"].value = "2010302", "行政运行"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (an_unknown_code_alone, [BASIC, "科目表中没有“30188”"]),
        (
            a_name_of_another_code,
            ["支出决算表", "编码2010302的名称是“一般行政管理事务”，B", "写的是“行政运行”"],
        ),
        (a_name_unlike, [BASIC, "编码30217的名称是“公务接待费”", "写的是“培训费”，请核对编码或名称"]),
        (a_name_row_by_row, ["“年初预算数”A4：编码2010302的名称是“一般行政管理事务”，B4写的是“行政运行”"]),
        (a_word, ["支出决算表", "C", "“待定”不是数字"]),
        (a_code_twice, ["支出决算表", "出现两次", "另一处在"]),
        (no_sheet, ["没有《收入决算表》的工作表"]),
        (a_word_beside, ["补充数据", "D6", "“三辆”不是数字"]),
        (no_row_name, ["年初预算数", "这一行没有填写科目编码或项目名称"]),
        (
            no_code,
            [
                f"“{sheet}决算表”C11：这一行（某项工作）没有填写科目编码，请补上"
                for sheet in ("收入", "支出", "一般公共预算财政拨款支出")
            ],
        ),
        (no_entered, ["有1处需要改正", "没有工作表“补充数据”；请用 mingzhang new 在另一个文件夹"]),
        (an_unknown_code, ["支出决算表", "行或栏不认识"]),
    ],
)
def test_faults_are_told_at_their_cell(
    change: Callable[[Any], None], said: list[str], standards: Standards, library: Library, tmp_path: Path
) -> None:
    written(tmp_path / "p", standards)
    edited(tmp_path / "p", change)
    with pytest.raises(ProjectError) as raised:
        read_project(tmp_path / "p", library)
    assert all(text in str(raised.value) for text in said), str(raised.value)


def test_codes_are_enough(standards: Standards, library: Library, tmp_path: Path) -> None:
    def without_names(book: Any) -> None:
        for _, name in economic(book):
            name.value = None

    written(tmp_path / "p", standards)
    before = read_project(tmp_path / "p", library)[0].contents.figures
    edited(tmp_path / "p", without_names)
    assert read_project(tmp_path / "p", library)[0].contents.figures == before


@pytest.mark.parametrize(
    ("code", "name", "wrong"),
    [
        ("2010302", "行政运行", True),
        ("2010302", "一般行政管理", False),  # cut off
        ("2010399", "其他支出", False),  # abbreviated, though it is another code's
        ("30212", "因公出国（境）费用", False),
        ("30207", "电费", True),
        ("30201", "日常办公", False),
        ("30201", "花草", True),
        ("30201", "—", False),
        ("30201", "", False),
        ("30188", "花草", False),
    ],
)
def test_names_beside_codes(code: str, name: str, wrong: bool, standards: Standards) -> None:
    codes = standards.codelists["functional" if code[0] == "2" else "economic"]
    assert codes.is_misnamed(code, name) is wrong


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2022", "year: 二零二二", "“year”应当是整数"),
        ("year: 2022", "year: 22", "应当是四位数的年度"),
        ("edition: cn-2022", "edition: mars-1", "edition“mars-1”不存在，可用："),
        ("scope: 部门", "scope: 科室", "只能是部门或单位"),
        ("format: mingzhang.project/1", "format: other/9", "应为“mingzhang.project/1”"),
        ("code:", "kode:", "没有“kode”这一项"),
        ("  duties:", "  dutys:", "没有“dutys”这一段；最接近的是“duties”（部门职责）"),
        (
            "texts:",
            "texts:\n  additional/explanation.incom: 另有说明",
            "“additional/explanation.incom”不是可以补充文字的一节；最接近的是“additional/explanation.income”",
        ),
        ("reasons:", "reasons:\n  nowhere/a/b: 某个原因", "“nowhere/a/b”不是原因的位置"),
        (
            "reasons:",
            "reasons:\n  explanation.overall/grand_totl/change: 某个原因",
            "不是原因的位置；最接近的是“explanation.overall/grand_total/change”（收入支出决算总体情况说明：",
        ),
        (
            "reasons:",
            "reasons:\n  explanation.overall/grand_total/completion: 某个原因",
            "“explanation.overall/grand_total/completion”不是原因的位置",
        ),
        (
            "reasons:",
            "reasons:\n  explanation.items/2010301/completion: 某个原因",
            "最接近的是“explanation.items/2010301/completion_initial”（",
        ),
        (
            "reasons:",
            "reasons:\n  explanation.items/行政运行/completion_initial: 某个原因",
            "“explanation.items/行政运行/completion_initial”不是原因的位置",
        ),
        ("texts:", "texts: [", "YAML"),
        ("year: 2022", "year: 2022\nyear: 2023", "“year”写了两次（第4行和第5行）"),
        ("texts:", "texts:\n  duties: 甲", "“duties”写了两次（第"),
        ("names: {}", "names: {grade: 优, grade: 良}", "“grade”写了两次（都在第8行）"),
        ("report:", "report: another  #", "report“another”不存在"),
    ],
)
def test_faults_of_the_unit_file(
    old: str, new: str, said: str, standards: Standards, library: Library, tmp_path: Path
) -> None:
    written(tmp_path / "p", standards)
    path = tmp_path / "p" / UNIT
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProjectError, match="需要改正") as raised:
        read_project(tmp_path / "p", library)
    assert said in str(raised.value)


def test_a_folder_without_a_project(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="mingzhang new"):
        read_project(tmp_path, library)


def test_a_broken_workbook(standards: Standards, library: Library, tmp_path: Path) -> None:
    written(tmp_path / "p", standards)
    (tmp_path / "p" / FIGURES).write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(ProjectError, match="无法读取"):
        read_project(tmp_path / "p", library)


def test_figures_in_another_format(standards: Standards, library: Library, tmp_path: Path) -> None:
    written(tmp_path / "p", standards)
    (tmp_path / "p" / FIGURES).write_text("支出决算表\n合计  12.00\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="不是xlsx格式"):
        read_project(tmp_path / "p", library)


def test_a_project_is_never_written_over(standards: Standards, tmp_path: Path) -> None:
    written(tmp_path / "p", standards)
    before = (tmp_path / "p" / FIGURES).read_bytes()
    with pytest.raises(UnreadableError, match="已经存在"):
        write_project(tmp_path / "p", Contents("甲馆", 2022), "", standards)
    assert (tmp_path / "p" / FIGURES).read_bytes() == before


def test_rows_are_asked_for_by_the_outlines(standards: Standards) -> None:
    found = {entry.section: entry for entry in row_entries(["disclosure", "report"], standards)}
    items, projects = found["explanation.items"], found["report.projects"]
    assert (items.form, items.level, items.measures) == (
        "general_budget_expenditure",
        "项",
        ("initial_budget",),
    )
    assert (projects.named, projects.measures) == (True, ("budget", "final"))


def test_addresses() -> None:
    key = ("report.projects", "一期/二期工程", "final")
    assert key_of(address(key)) == key
    assert key_of("nothing") is None


def test_a_score_and_a_count_print_as_they_are_typed(
    standards: Standards, library: Library, tmp_path: Path
) -> None:
    write_project(tmp_path / "new", Contents("青禾市档案服务中心", 2022), "", standards)
    path = tmp_path / "new" / FIGURES
    book = openpyxl.load_workbook(path)
    typed = {"分": 95, "辆": 2, "万元": 3.5}
    cells = {row[2].value: row for row in book["补充数据"].iter_rows(min_row=4) if row[2].value in typed}
    for unit, number in typed.items():
        cells[unit][3].value = number
    book.save(path)
    figures = read_project(tmp_path / "new", library)[0].contents.figures
    printed = {unit: figures[key_of(row[0].value)] for unit, row in cells.items()}
    assert printed == {"分": "95分", "辆": "2辆", "万元": "3.50万元"}
