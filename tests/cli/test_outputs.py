"""What is written never replaces what was read, nor another result."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from command import run
from mingzhang.taxonomy import Standards
from units import WHOLE, sheet, written


@pytest.fixture
def folder(tmp_path: Path, standards: Standards) -> Path:
    found = tmp_path / "各单位"
    found.mkdir()
    for unit in ("甲档案馆", "乙图书馆"):
        written(found / f"{unit}.docx", sheet(WHOLE, unit, "100.00", "90.00"), standards)
    return found


def refused(*arguments: str | Path) -> str:
    code, out, err = run(*arguments)
    assert (code, out) == (2, ""), err
    return err


def test_an_input_is_not_written_over(clean: Path, folder: Path, tmp_path: Path) -> None:
    unit = folder / "甲档案馆.docx"
    text = tmp_path / "决算公开.txt"
    text.write_bytes(clean.read_bytes())
    link = tmp_path / "同一文件.txt"
    link.symlink_to(text)
    before = unit.read_bytes()
    for command in ("check", "read", "score"):
        err = refused(command, text, "-o", text)
        assert err == f"-o 的“{text}”就是所给的文件，写入会覆盖它；请换一个文件名。\n"
        assert "写入会覆盖它" in refused(command, text, "-o", link)
    assert "扩展名" in refused("rollup", folder, "-o", unit)  # no report is written as docx
    for option in ("--save", "--form"):
        err = refused("rollup", folder, option, unit)
        assert err.startswith(f"{option} 的“{unit}”是文件夹“{folder}”中要读取的文件")
    assert "写入会覆盖它" in refused("rollup", unit, "--form", unit)
    assert unit.read_bytes() == before
    assert text.read_bytes() == clean.read_bytes()


def test_a_list_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    units = tmp_path / "名单.txt"
    units.write_text("甲档案馆\n乙图书馆\n", encoding="utf-8")
    assert "就是所给的文件" in refused("rollup", folder, "--units", units, "-o", units)
    assert "就是所给的文件" in refused("check", folder, "--accepted", units, "-o", units)


def test_two_results_need_two_files(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    err = refused("rollup", folder, "--form", path, "--format", "xlsx", "-o", path)
    assert err == f"-o 和 --form 都要写入“{path}”，只会留下一个；请分别指定文件名。\n"
    assert "都要写入" in refused("rollup", folder, "--save", path, "--form", tmp_path / "." / "结果.xlsx")
    assert not path.exists()


def test_a_new_file_beside_the_inputs_is_written(folder: Path) -> None:
    assert run("rollup", folder, "-o", folder / "汇总.txt")[0] == 0
    assert run("rollup", folder, "--save", folder / "汇总数据")[0] == 0
    assert run("rollup", folder, "--save", folder / "汇总数据")[0] == 0


def test_a_template_never_replaces_a_filled_one(tmp_path: Path) -> None:
    path = tmp_path / "评分数据.xlsx"
    arguments = ("score", "template", "--scheme", "department_points", "-o", path)
    assert run(*arguments)[0] == 0
    book = load_workbook(path)
    book["填写"]["D3"] = "青禾市图书馆"
    book.save(path)
    filled = path.read_bytes()
    assert f"“{path}”已经存在，可能已经填写" in refused(*arguments)
    assert path.read_bytes() == filled
    assert "写入会覆盖它" in refused("score", path, "--format", "xlsx", "-o", path)


def test_a_folder_is_no_file_to_write(clean: Path, tmp_path: Path) -> None:
    for command in ("check", "read", "score"):
        assert refused(command, clean, "-o", tmp_path) == (
            f"无法写入“{tmp_path}”：这是文件夹，请写明其中的文件名。\n"
        )
