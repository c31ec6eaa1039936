"""From files to the department: written, read, gathered, rolled up, kept and rolled up again."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from mingzhang import api
from mingzhang.departments import read_units
from mingzhang.documents import UnreadableError
from mingzhang.reporting.rolled import rolled_json
from mingzhang.scoring.rollup import Rollup
from mingzhang.taxonomy import Standards
from units import INDICATORS, PROJECT, WHOLE, sheet, written

EDITION = "hunan-2022"
UNITS = {
    "青禾市档案馆": ("100.00", "90.00", "120卷", "96%"),
    "青禾市图书馆": ("300.00", "300.00", "80卷", "92%"),
    "青禾市博物馆": ("50.00", "20.00", "1.2万卷", "90%"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    """A file of each unit, its own sheet and two projects', as Word files and workbooks."""
    found = tmp_path_factory.mktemp("units")
    for number, (unit, (budget, final, count, rate)) in enumerate(UNITS.items()):
        indicators = {
            **INDICATORS,
            "output/quantity/整理档案数量": ("≥100卷", count, "30", "30"),
            "output/quality/验收合格率": ("≥95%", rate, "20", "20"),
        }
        cells = sheet(WHOLE, unit, budget, final, indicators=indicators)
        half = f"{float(budget) / 2:.2f}"
        cells |= sheet(PROJECT, "修缮一期", half, half, unit=unit, indicators=indicators, parent="库房修缮")
        cells |= sheet(f"{PROJECT}#2", "数字化", half, half, unit=unit, indicators=indicators)
        written(found / f"{unit}{'.xlsx' if number == 1 else '.docx'}", cells, standards)
    return found


def printed(result: Rollup, key: str, column: str, sheet: int = 0) -> str:
    row = result.rolled[sheet].row(key)
    assert row is not None
    figure = row.figures[column]
    return figure.reason or f"{figure.printed}{figure.unit}"


def test_units_are_rolled_up(folder: Path) -> None:
    result = api.rollup(folder)
    assert (result.year, result.problems, result.unreadable) == (2022, [], [])
    assert printed(result, "funds", "budget") == "450.00万元"
    assert printed(result, "project", "final") == "410.00万元"
    assert printed(result, "funds", "rate") == "91.11%"
    assert printed(result, "整理档案数量", "actual") == "12200卷"
    assert printed(result, "验收合格率", "actual") == "92.67%"
    assert printed(result, "档案利用效果", "score") == "27分"
    assert printed(result, "total", "score") == "96.11分"
    assert printed(result, "funds", "budget", 1) == "450.00万元"
    assert {head.unit for head in result.sheets.heads} == set(UNITS)
    figure = result.rolled[0].row("整理档案数量").figures["actual"]  # type: ignore[union-attr]
    sources = {source.file: source for source in map(result.sheets.source, figure.cells)}
    assert {Path(file).name: source.printed for file, source in sources.items()} == {
        "青禾市档案馆.docx": "120卷",
        "青禾市图书馆.xlsx": "80卷",
        "青禾市博物馆.docx": "1.2万卷",
    }
    assert all(source.place.describe() for source in sources.values())


def test_projects_are_rolled_up(folder: Path) -> None:
    result = api.rollup(folder, by="project")
    assert {rolled.name: rolled.units for rolled in result.rolled} == {"库房修缮": 3, "数字化": 3}
    assert printed(result, "funds", "budget") == "225.00万元"
    assert printed(result, "整理档案数量", "actual", 1) == "12200卷"


def test_any_order_and_any_number_of_processes(folder: Path) -> None:
    def told(result: Rollup) -> list[tuple[str, str, str]]:
        return sorted(
            (row.key, column, figure.printed)
            for rolled in result.rolled
            for row in rolled.rows
            for column, figure in row.figures.items()
        )

    files = sorted(folder.iterdir())
    one, two = api.rollup(files, jobs=1), api.rollup(files, jobs=2)
    assert rolled_json(one) == rolled_json(two)
    assert told(api.rollup(files[::-1])) == told(one)


def test_kept_sheets_roll_up_to_the_same(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "部门.汇总数据"
    for by in ("unit", "project"):
        first = api.rollup(folder, by=by, save=store)
        again = api.rollup(store, by=by)
        assert rolled_json(first) == rolled_json(again)


def test_kept_sheets_and_files_together(folder: Path, tmp_path: Path, standards: Standards) -> None:
    store = tmp_path / "store"
    files = sorted(folder.iterdir())
    api.rollup(files[:2], save=store)
    result = api.rollup([store, files[2]])
    assert printed(result, "funds", "budget") == "450.00万元"
    twice = api.rollup([store, *files])
    assert {problem.kind for problem in twice.problems} == {"sheet_repeated"}
    assert printed(twice, "funds", "budget") == "450.00万元"


def test_an_archive_of_units(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "报送.zip"
    with ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert printed(api.rollup(path), "funds", "budget") == "450.00万元"


def test_an_unreadable_file_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 not a document")
    result = api.rollup([*folder.iterdir(), broken])
    assert [path for path, _ in result.unreadable] == [str(broken)]
    assert printed(result, "funds", "budget") == "450.00万元"
    with pytest.raises(UnreadableError, match=r"没有找到可汇总的自评表.*无法读取“.*坏\.docx”"):
        api.rollup(broken)


def test_another_year_and_unit_of_money(folder: Path, tmp_path: Path, standards: Standards) -> None:
    older = sheet(WHOLE, "青禾市文化馆", "10.00", "10.00")
    path = written(tmp_path / "文化馆.docx", older, standards, 2021)
    result = api.rollup([folder, path])
    (problem,) = result.problems
    assert (problem.kind, problem.file) == ("other_year", str(path))


def test_nothing_is_saved_where_sheets_contradict(folder: Path, tmp_path: Path, standards: Standards) -> None:
    other = written(tmp_path / "副本.docx", sheet(WHOLE, "青禾市档案馆", "100.00", "80.00"), standards)
    result = api.rollup([folder, other], save=tmp_path / "store")
    assert [problem.kind for problem in result.errors] == ["sheets_differ"]
    assert not (tmp_path / "store").exists()


def test_the_units_of_a_list(tmp_path: Path, folder: Path) -> None:
    text = tmp_path / "名单.txt"
    text.write_text("# 所属单位\n青禾市档案馆\n\n青禾市图书馆\n青禾市美术馆\n", encoding="gb18030")
    result = api.rollup(folder, units=text)
    assert sorted({problem.kind for problem in result.problems}) == ["unit_missing", "unit_unlisted"]
    missing = next(p.message for p in result.problems if p.kind == "unit_missing")
    assert missing.startswith(f"“{text}”第5行：“青禾市美术馆”没有单位整体支出绩效自评表")
    assert printed(result, "funds", "budget") == "400.00万元"
    table = tmp_path / "名单.csv"
    table.write_text("序号,单位名称\n1,青禾市档案馆\n2,青禾市图书馆\n", encoding="utf-8-sig")
    assert [unit.name for unit in read_units(table)] == ["青禾市档案馆", "青禾市图书馆"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "没有单位"),
        ("单位名称\n# 甲\n", "没有单位"),
        ("甲馆\n甲馆\n", r"第2行的“甲馆”与.*第1行重复"),
        (b"\xff\xff\xff", "编码无法识别"),
    ],
)
def test_a_list_that_is_no_list(tmp_path: Path, content: str | bytes, why: str) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnreadableError, match=why):
        read_units(path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="请检查路径和权限"):
        read_units(tmp_path / "没有.txt")
