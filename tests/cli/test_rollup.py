"""``mingzhang rollup``: formats, exit codes, messages."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from command import run
from mingzhang.cli import main as cli
from mingzhang.taxonomy import Standards
from units import INDICATORS, WHOLE, sheet, written

EDITION = "hunan-2022"
COUNT = "output/quantity/整理档案数量"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    found = tmp_path_factory.mktemp("units")
    for unit, budget, count in (("甲档案馆", "100.00", "120卷"), ("乙图书馆", "300.00", "80余卷")):
        indicators = {**INDICATORS, COUNT: ("≥100卷", count, "30", "30")}
        cells = sheet(WHOLE, unit, budget, budget, indicators=indicators)
        written(found / f"{unit}.docx", cells, standards)
    return found


def invoke(*arguments: str | Path, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, ["rollup", *map(str, arguments)])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stdout, result.stderr


def test_text(folder: Path) -> None:
    out, err = invoke(folder)
    assert out.startswith("绩效自评汇总，2022年度\n\n《部门整体支出绩效自评表》：由2个单位的2张表汇总\n")
    assert "年度资金总额：年初预算数 400.00万元，全年预算数 400.00万元，全年执行数 400.00万元" in out
    assert "产出指标 验收合格率：年度指标值 ≥95%，实际完成值 96%，分值 20分，得分 18分" in out
    assert "实际完成值未汇总：乙图书馆的“80余卷”是约数，不能汇总（“" in out
    assert "其余1处相加为120卷" in out
    assert "来源：“" in out
    assert err == ""
    assert run("rollup", folder)[:2] == (0, out)


def test_json(folder: Path) -> None:
    data = json.loads(invoke(folder, "--format", "json")[0])
    assert (data["schema"], data["by"], data["year"]) == ("mingzhang.rollup/1", "unit", 2022)
    (rolled,) = data["sheets"]
    rows = {row["key"]: row for row in rolled["rows"]}
    budget = rows["funds"]["figures"]["budget"]
    assert (budget["printed"], budget["unit"], budget["how"]) == ("400.00", "万元", "sum")
    assert (budget["low"], budget["high"]) == ("399.9900", "400.0100")
    assert [source["printed"] for source in budget["sources"]] == ["300.00", "100.00"]
    assert {member["unit"] for member in rolled["members"]} == {"甲档案馆", "乙图书馆"}
    actual = rows["整理档案数量"]["figures"]["actual"]
    assert actual["printed"] is None
    assert "约数" in actual["reason"]


def test_csv_and_workbook(folder: Path, tmp_path: Path) -> None:
    table, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    _, err = invoke(folder, "--format", "csv", "-o", table)
    assert "共汇总" in err
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert {row["数值"] for row in rows if (row["行"], row["栏"]) == ("年度资金总额", "全年预算数")} == {
        "400.00"
    }
    assert all(row["来源"] for row in rows)
    invoke(folder, "--format", "xlsx", "-o", book)
    loaded = load_workbook(book)
    assert loaded.sheetnames == ["汇总", "来源", "问题"]
    assert loaded["汇总"].max_row == len(rows) + 1
    sources = [[cell.value for cell in row] for row in loaded["来源"].iter_rows(min_row=2)]
    assert sum(int(row["来源数"]) for row in rows) == len(sources)
    assert all(row[3] and row[4] for row in sources)


def test_what_is_named_gives_code_one(folder: Path, tmp_path: Path) -> None:
    units = tmp_path / "名单.txt"
    units.write_text("甲档案馆\n乙图书馆\n丙博物馆\n", encoding="utf-8")
    out, _ = invoke(folder, "--units", units, code=1)
    assert f"警告：“{units}”第3行：“丙博物馆”没有单位整体支出绩效自评表" in out
    assert "问题1个" in out


def test_kept_sheets(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "汇总数据"
    first, _ = invoke(folder, "--save", store)
    assert invoke(store)[0] == first


def test_the_form_is_written_and_its_blanks_listed(folder: Path, tmp_path: Path) -> None:
    form = tmp_path / "自评表.docx"
    out, _ = invoke(folder, "--form", form)
    assert (
        f"注意：“{form}”中的《部门整体支出绩效自评表》有8处没有填写，请补充：“整理档案数量”的实际完成值、"
        in out
    )
    assert "年度资金总额" in CliRunner().invoke(cli.app, ["read", str(form)]).stdout
    data = json.loads(invoke(folder, "--form", tmp_path / "b.xlsx", "--format", "json")[0])
    assert "部门名称、" in data["notes"][-1]
    assert (tmp_path / "b.xlsx").exists()


def test_an_error_writes_nothing(folder: Path, tmp_path: Path, standards: Standards) -> None:
    other = written(tmp_path / "副本.docx", sheet(WHOLE, "甲档案馆", "90.00", "80.00"), standards)
    output, store, form = tmp_path / "a.json", tmp_path / "store", tmp_path / "a.docx"
    files = ("-o", output, "--save", store, "--form", form)
    out, err = invoke(folder, other, "--format", "json", *files, code=2)
    assert out == ""
    assert "无法判断以哪张为准；请只留一张" in err
    assert "没有写入任何文件" in err
    assert not output.exists()
    assert not store.exists()
    assert not form.exists()


def test_an_unreadable_file_gives_code_two(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 not a document")
    out, _ = invoke(folder, broken, code=2)
    assert "全年预算数 400.00万元" in out
    assert f"无法读取“{broken}”" in out


def test_what_could_only_fail_is_refused(folder: Path, tmp_path: Path) -> None:
    assert "请用 -o 指定" in invoke(folder, "--format", "xlsx", code=2)[1]
    nowhere = tmp_path / "没有" / "a.json"
    assert "请先建立" in invoke(folder, "--save", nowhere, code=2)[1]
    assert "请先建立" in invoke(folder, "-o", nowhere, code=2)[1]
    assert "请先建立" in invoke(folder, "--form", nowhere.with_suffix(".pdf"), code=2)[1]
    _, err = invoke(folder, "--form", tmp_path / "a.csv", code=2)
    assert err == "自评表不能写成“a.csv”，请把 --form 的文件名改为以.txt、.pdf、.docx、.xlsx、.html结尾。\n"
    assert "无法写入" in invoke(folder, "--save", tmp_path, code=2)[1]
    code, _, err = run("rollup", folder, "--by", "project")
    assert (code, err.strip()) == (
        2,
        "没有找到项目支出绩效自评表；只有单位整体自评表时，请用 --by unit 按单位汇总。",
    )
    code, _, err = run("rollup", tmp_path / "没有的文件.docx")
    assert code == 2
    assert "没有的文件.docx" in err


def test_the_form_keeps_the_decimals_of_execution(tmp_path: Path, standards: Standards) -> None:
    """Whole points of the indicators do not round 9.5 for execution, and 99.5 in all, to wholes."""
    folder = tmp_path / "units"
    folder.mkdir()
    full = {key: (target, actual, weight, weight) for key, (target, actual, weight, _) in INDICATORS.items()}
    for unit in ("甲档案馆", "乙图书馆"):
        cells = sheet(WHOLE, unit, "100.00", "95.00", indicators=full)
        cells |= {(WHOLE, "funds", "score"): "9.5", (WHOLE, "total", "score"): "99.5"}
        written(folder / f"{unit}.docx", cells, standards)
    form = tmp_path / "自评表.xlsx"
    invoke(folder, "--form", form)
    code, out, _ = run("score", form)
    assert code == 0
    assert "＝9.5；所写得分9.5，一致" in out
    assert "总分：99.5；所写得分99.5，一致" in out
