"""``mingzhang template`` and ``compose --template``: what they say and their exit codes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from command import run
from contents import contents
from made import everything, paragraph, saved, texts, word
from mingzhang.projects.folder import write_project
from mingzhang.taxonomy import Standards


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    folder = tmp_path_factory.mktemp("project") / "p"
    write_project(folder, contents(random.Random(5), standards), "", standards)
    return folder


def test_a_whole_template_is_filled(project: Path, standards: Standards, tmp_path: Path) -> None:
    path = saved(tmp_path, everything(standards))
    code, out, _ = run("template", "check", path, "--project", project)
    assert code == 0, out
    assert "错误0处，项目缺少0处，提示0处" in out
    code, out, err = run("compose", project, "--template", path, "-o", tmp_path / "out")
    assert code == 0, err
    (file,) = (tmp_path / "out").iterdir()
    assert file.suffix == ".docx"
    assert "已写出" in out
    assert not any("{{" in text for text in texts(file.read_bytes()))


def test_unknown_names_are_told_and_nothing_is_written(project: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, word(paragraph("{{单位名}}")))
    code, out, _ = run("template", "check", path)
    assert code == 1
    assert "正文第1段：没有“单位名”这个名称，是否想写“单位名称”" in out
    assert "模板没有《支出决算表》" in out
    code, _, err = run("compose", project, "--template", path, "-o", tmp_path / "out", "--draft")
    assert code == 2
    assert f"模板“{path}”不能使用" in err
    assert not (tmp_path / "out").exists()


def test_what_the_project_lacks_is_told(standards: Standards, tmp_path: Path) -> None:
    unit = contents(random.Random(5), standards)
    texts = {name: text for name, text in unit.texts.items() if name != "duties"}
    write_project(tmp_path / "p", replace(unit, texts=texts), "", standards)
    path = saved(tmp_path, word(paragraph("{{部门职责}}")))
    code, out, _ = run("template", "check", path, "--project", tmp_path / "p")
    assert code == 1
    assert "缺少：duties（部门职责）" in out


def test_misplaced_ones_are_told(tmp_path: Path) -> None:
    body = paragraph("见{{表:支出决算表}}"), paragraph("{{行:支出决算表/科目编码}}")
    code, out, _ = run("template", "check", saved(tmp_path, word(*body)))
    assert code == 1
    assert "要单独占一段" in out
    assert "只能放在表格的一行里" in out


def test_unusable_ones(project: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "没有.docx", saved(tmp_path, b"text", "a.docx")):
        code, _, err = run("template", "check", path)
        assert code == 2
        assert str(path) in err
    both = run("compose", project, "--template", "a.docx", "--format", "pdf", "-o", tmp_path / "out")
    assert both[0] == 2
    assert "--format" in both[2]


def test_many_projects_in_one_template(project: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, word(paragraph("{{单位名称}}")))
    code, out, err = run("compose", project.parent, "--template", path, "-o", tmp_path / "out", "--jobs", "2")
    assert code == 0, out + err
    assert len(list((tmp_path / "out" / "p").iterdir())) == 1


def test_the_list_names_everything_that_may_be_named() -> None:
    code, out, _ = run("template", "list", "--edition", "hunan-2022")
    assert code == 0
    assert "{{单位名称}}\t单位名称" in out
    assert "{{表:支出决算表}}\t支出决算表" in out
    assert "{{文字:部门职责}}" in out
    assert "{{数:income_expenditure/total_in/amount}}\t《收入支出决算总表》“总计”“决算数”" in out
