"""``mingzhang compose --document``: data files in a project's folder, reports and notices of their own."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest

import evaluations
from command import run
from contents import contents
from mingzhang import api
from mingzhang.binding.compose_sheets import compose_sheet
from mingzhang.documents import Document
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.project import FIGURES, ProjectError
from mingzhang.taxonomy import Standards, load
from mingzhang.writers.xlsx import write

EDITION = "hunan-2022"


@pytest.fixture
def project(tmp_path: Path, standards: Standards) -> Path:
    """A project with data files; its texts are not written."""
    chance = random.Random(1)
    source = contents(chance, standards)
    folder = tmp_path / "项目"
    write_project(folder, source, "", standards)
    scheme = standards.schemes["department_points"]
    filled = evaluations.indicators(chance, scheme, evaluations.known(standards))
    (folder / "indicators").mkdir()
    data = {
        "indicators.yaml": evaluations.written(scheme.id, source.entity, filled),
        "indicators/整体.yaml": evaluations.written(
            "department_sheet", source.entity, {**evaluations.sheet(chance), "funds": {"budget": "900"}}
        ),
    }
    for name, text in data.items():
        (folder / name).write_text(text, encoding="utf-8")
    unit = folder / "unit.yaml"
    said = unit.read_text(encoding="utf-8").replace("report: ", "report: report", 1)
    unit.write_text(said, encoding="utf-8")
    return folder


def test_a_report_is_written_by_itself(project: Path, tmp_path: Path) -> None:
    code, out, _ = run(
        "compose", project, "--document", "report", "--draft", "--format", "txt", "-o", tmp_path / "out"
    )
    assert code == 0
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "2022年度青禾市档案服务中心整体支出绩效自评报告.txt"
    text = path.read_text(encoding="utf-8")
    assert "③在职人员控制率（3分）：编制人员" in text
    assert "部门整体支出绩效自评表" in text
    assert f"已写出“{path}”。" in out


def test_what_cannot_be_composed_says_what_to_do(project: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    code, _, err = run("compose", project, "--document", "letter", "-o", output)
    assert (code, "不能写“letter”，可用：disclosure、report、special_report、notice" in err) == (2, True)
    code, _, err = run("compose", project, "--document", "special_report", "-o", output)
    assert (code, "没有专项资金的内容" in err) == (2, True)


def test_the_same_figure_twice_refuses(project: Path, tmp_path: Path) -> None:
    data = project / "indicators.yaml"
    before = data.read_text(encoding="utf-8")
    own = '"budget_completion_rate": {'
    data.write_text(before.replace(own, f'{own}"executed": "0.03", '), encoding="utf-8")
    code, out, _ = run("compose", project, "-o", tmp_path / "out")
    assert code == 1
    assert "“indicators.yaml”的budget_completion_rate.executed为0.03万元，两处不同" in out


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("indicators.yaml", '"2022"', '"2021"', "“indicators.yaml”的年度是2021，“unit.yaml”的 year 是2022"),
        ("indicators.yaml", "青禾市档案服务中心", "青禾市图书馆", "的单位是“青禾市图书馆”"),
        ("indicators/整体.yaml", "mingzhang.score/1", "x/1", "整体.yaml”不是评分数据"),
    ],
)
def test_faults_of_data_files(name: str, old: str, new: str, told: str, project: Path) -> None:
    path = project / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProjectError, match="需要改正") as caught:
        api.compose(project)
    assert told in str(caught.value)


def test_one_evaluation_has_one_file(project: Path) -> None:
    text = (project / "indicators.yaml").read_text(encoding="utf-8")
    (project / "indicators" / "又一份.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"“indicators.yaml”和“indicators/又一份.yaml”都是部门整体"):
        api.compose(project)


def test_sheets_of_the_workbook_are_taken_over(project: Path, standards: Standards) -> None:
    """The base data table as a further sheet of figures.xlsx: an input of the indicators comes from it."""
    cells = {("buildings", "approved_area"): "500", ("buildings", "actual_area"): "450"}
    cells |= {("public", "budget"): "80.00", ("public", "final"): "79.00"}
    blocks = compose_sheet(standards.sheets["base_data"], cells, 2022)
    other = project / "other.xlsx"
    other.write_bytes(write(Document("", "", "composed", blocks)))
    book, added = openpyxl.load_workbook(project / FIGURES), openpyxl.load_workbook(other)
    sheet = book.create_sheet("基础数据表")
    for row in added.worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column, cell.value)
    for merged in added.worksheets[0].merged_cells.ranges:
        sheet.merge_cells(merged.coord)
    book.save(project / FIGURES)
    other.unlink()
    found, _ = read_project(project, load())
    assert found.contents.figures["base_data", "public", "budget"] in ("80", "80.00")
    assert "基础数据表" in found.sources["base_data", "public", "budget"]
