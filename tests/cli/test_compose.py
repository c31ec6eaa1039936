"""``mingzhang new``, ``compose`` and ``reasons``: files, exit codes, messages."""

from __future__ import annotations

import random
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from command import run
from contents import contents
from mingzhang import api
from mingzhang.cli import main as cli
from mingzhang.disclosures import BANNER, FORMATS
from mingzhang.projects.folder import write_project
from mingzhang.taxonomy import Standards

TITLE = "青禾市档案服务中心2022年度部门决算"


def invoke(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    folder = tmp_path_factory.mktemp("project") / "p"
    write_project(folder, contents(random.Random(5), standards), "", standards)
    return folder


@pytest.fixture(scope="module")
def unreasoned(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    folder = tmp_path_factory.mktemp("unreasoned") / "p"
    write_project(folder, replace(contents(random.Random(5), standards), reasons={}), "", standards)
    return folder


def test_a_blank_project(tmp_path: Path) -> None:
    said = invoke("new", tmp_path / "p", "--name", "青禾市档案馆", "--year", "2022")
    assert "figures.xlsx" in said
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["figures.xlsx", "unit.yaml"]
    said = invoke("compose", tmp_path / "p", "-o", tmp_path / "out", code=1)
    assert "没有生成" in said
    assert not (tmp_path / "out").exists()
    again, _, told = run("new", tmp_path / "p", "--name", "青禾市档案馆", "--year", "2022")
    assert again == 2
    assert "已经存在" in told


def test_every_format(project: Path, tmp_path: Path) -> None:
    invoke("compose", project, "-o", tmp_path, "--format", ",".join(FORMATS))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{TITLE}.{name}" for name in FORMATS)
    report = api.check(tmp_path / f"{TITLE}.docx")
    assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []


def test_the_same_project_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        invoke("compose", project, "-o", tmp_path / name, "--format", ",".join(FORMATS))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_what_is_incomplete_is_refused_or_a_draft(unreasoned: Path, tmp_path: Path) -> None:
    said = invoke("compose", unreasoned, "-o", tmp_path / "out", code=1)
    assert "请填写“unit.yaml”的 reasons（" in said
    assert "收入支出决算总体情况说明：收、支总计与上年决算数不同的原因" in said
    assert "没有生成" in said
    assert not (tmp_path / "out").exists()
    invoke("compose", unreasoned, "-o", tmp_path / "out", "--draft")
    with zipfile.ZipFile(tmp_path / "out" / f"{TITLE}（草稿）.docx") as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    assert any(BANNER in text for name, text in parts.items() if "header" in name)
    assert "【待填写：原因】" in parts["word/document.xml"]


def test_reasons_that_are_missing(unreasoned: Path, project: Path) -> None:
    said = invoke("reasons", unreasoned, code=1)
    assert "explanation.overall/grand_total/change" in said
    assert "主要原因是【待填写：原因】" in said
    assert "原因都写了" in invoke("reasons", project)


def test_no_reasons_before_there_are_figures(tmp_path: Path) -> None:
    invoke("new", tmp_path / "p", "--name", "青禾市档案馆", "--year", "2022")
    said = invoke("reasons", tmp_path / "p", code=1)
    assert "各张决算表还没有数字" in said
    assert "原因都写了" not in said


def test_reasons_of_several_projects(project: Path, unreasoned: Path, tmp_path: Path) -> None:
    for name, source in (("一", project), ("二", unreasoned)):
        shutil.copytree(source, tmp_path / name)
    (tmp_path / "三").mkdir()
    (tmp_path / "三" / "unit.yaml").write_text("name: [", encoding="utf-8")
    said = invoke("reasons", tmp_path, code=1)
    first, second = (said.index(f"“{tmp_path / name}”：") for name in ("一", "二"))
    assert first < said.index("原因都写了")
    assert second < said.index("请填写“unit.yaml”的 reasons（")
    assert "YAML" in said


def test_every_gap_is_told_with_its_place(tmp_path: Path) -> None:
    invoke("new", tmp_path / "p", "--name", "青禾市档案馆", "--year", "2022")
    said = invoke("compose", tmp_path / "p", "-o", tmp_path / "out", code=1)
    assert "请填写“figures.xlsx”的各张决算表（1处）：" in said
    assert re.search(r"    D\d+：三公经费支出决算情况说明：公务接待费批次（个）\n", said)
    assert "    duties：部门职责\n" in said
    assert "explanation." not in said
    assert "另有" not in said


def test_totals_that_were_worked_out_are_named(standards: Standards, tmp_path: Path) -> None:
    source = contents(random.Random(5), standards)
    total = ("expenditure_by_function", "total", "total")
    text = source.figures[total]
    figures = {key: value for key, value in source.figures.items() if key != total}
    write_project(tmp_path / "p", replace(source, figures=figures), "", standards)
    said = invoke("compose", tmp_path / "p", "-o", tmp_path / "out")
    assert f"合计已算出：《支出决算表》：合计本年支出合计 = {text}万元" in said


def test_only_the_figures_of_last_year_that_are_missing_are_told(
    standards: Standards, tmp_path: Path
) -> None:
    source = contents(random.Random(5), standards)
    reception = "last.three_public", "final", "reception"
    figures = {key: value for key, value in source.figures.items() if key != reception}
    assert len(figures) == len(source.figures) - 1
    write_project(tmp_path / "p", replace(source, figures=figures), "", standards)
    said = invoke("compose", tmp_path / "p", "-o", tmp_path / "out")
    assert "注意：有1个上年数没有填写，正文没有与上年比较这1项；上年没有的请填0。" in said


def test_many_projects(project: Path, unreasoned: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    for name, source in (("一", project), ("二", unreasoned)):
        for path in source.iterdir():
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / path.name).write_bytes(path.read_bytes())
    (folder / "三").mkdir()
    (folder / "三" / "unit.yaml").write_text("name: [", encoding="utf-8")
    said = invoke("compose", folder, "-o", tmp_path / "out", "--jobs", "2", code=1)
    assert "3个项目，生成1个" in said
    assert "二”没有生成：缺" in said
    assert "YAML" in said
    assert [path.name for path in (tmp_path / "out").iterdir() if any(path.iterdir())] == ["一"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "doc"], "不能写“doc”格式，可用：docx、pdf"),
        (["--format", ","], "可用：docx"),
    ],
)
def test_formats_that_there_are_not(project: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    assert said in invoke("compose", project, "-o", tmp_path, *arguments, code=2)


def test_targets_that_cannot_be_written(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("。", encoding="utf-8")
    assert "是文件，不是文件夹" in invoke("compose", project, "-o", tmp_path / "file", code=2)
    code, _, said = run("compose", project, "-o", tmp_path / "file" / "below")
    assert code == 2
    assert "无法写入" in said


def test_no_project(tmp_path: Path) -> None:
    code, _, said = run("compose", tmp_path, "-o", tmp_path / "out")
    assert code == 2
    assert "mingzhang new" in said


def test_a_character_that_the_pdf_cannot_show_is_told(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "p")
    unit = tmp_path / "p" / "unit.yaml"
    unit.write_text(unit.read_text(encoding="utf-8").replace("负责", "李\U00020bb7负责", 1), encoding="utf-8")
    code, _, said = run("compose", tmp_path / "p", "-o", tmp_path / "out", "--format", "docx,pdf")
    assert code == 0
    assert said.count("PDF所带的字体没有“\U00020bb7”字") == 1
    assert "李\U00020bb7负责" in said
    assert "字体没有" not in run("compose", tmp_path / "p", "-o", tmp_path / "out")[2]


def test_the_project_is_left_as_it_is(project: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    invoke("compose", project, "-o", tmp_path)
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before
