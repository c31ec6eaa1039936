"""Last year's texts in this year's disclosure: moved on in time, marked, never without being told."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from command import run
from contents import contents
from mingzhang import api
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.disclosures import Draft
from mingzhang.documents import Paragraph
from mingzhang.projects.folder import write_project
from mingzhang.projects.previous import MARK, moved
from mingzhang.samples import YEAR
from mingzhang.taxonomy import Standards
from mingzhang.writers import write

BEFORE = Contents("青禾市档案馆", 2021)
NOW = Contents("青禾市档案服务中心", 2022)
DUTIES = "青禾市档案服务中心2021年接待查档1260人次，比2020年增加。\n2020年成立，2021年3月15日搬入新馆。"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2021年度工作", "2022年度工作"),
        ("2021年，本单位", "2022年，本单位"),
        ("青禾市档案馆负责", "青禾市档案服务中心负责"),
        ("比2020年减少，与2020年度相比", "比2021年减少，与2021年度相比"),
        ("2020年成立", "2020年成立"),
        ("2021年3月15日搬入新馆", "2021年3月15日搬入新馆"),
        ("到2023年建成，1998年起", "到2023年建成，1998年起"),
        ("根据青办发〔2021〕3号", "根据青办发〔2021〕3号"),
        ("接待2021人次", "接待2021人次"),
    ],
)
def test_year_and_name_move_on(text: str, wanted: str) -> None:
    assert moved(text, BEFORE, NOW) == wanted


@pytest.fixture
def project(standards: Standards, tmp_path: Path) -> tuple[Path, Path]:
    """A project without the text of its duties, and last year's disclosure that has one."""
    source = contents(random.Random(11), standards)
    last = replace(source, year=YEAR - 1, texts={**source.texts, "duties": DUTIES})
    document, _ = disclosure(last, standards)
    write(document, tmp_path / "上年.docx")
    texts = {name: text for name, text in source.texts.items() if name != "duties"}
    write_project(tmp_path / "项目", replace(source, texts=texts), "", standards)
    return tmp_path / "项目", tmp_path / "上年.docx"


def test_a_missing_text_is_carried_over_and_refused(project: tuple[Path, Path], tmp_path: Path) -> None:
    folder, before = project
    done = api.compose(folder, output=tmp_path / "公开", previous=before)
    assert not done.gaps
    [each] = done.carried
    assert each.name == "duties"
    assert each.has_figures
    assert each.text.startswith("青禾市档案服务中心2022年接待查档1260人次，比2021年增加。")
    assert done.refused
    assert not done.files


def test_in_a_draft_every_paragraph_is_marked(project: tuple[Path, Path], tmp_path: Path) -> None:
    folder, before = project
    done = api.compose(folder, output=tmp_path / "草稿", previous=before, as_draft=True)
    marked = [b for b in done.document.blocks if isinstance(b, Paragraph) and b.text.startswith(MARK)]
    assert [block.role for block in marked] == ["gap", "gap"]
    assert done.files


def test_what_the_project_has_is_not_carried_over(project: tuple[Path, Path]) -> None:
    folder, before = project
    unit = folder / "unit.yaml"
    said = unit.read_text().replace("  duties:", "  duties: 负责本市档案资料的收集和保管。")
    unit.write_text(said)
    done = api.compose(folder, previous=before)
    assert not done.carried
    assert not done.refused


@pytest.mark.parametrize(
    ("entity", "year", "said"),
    [
        (None, YEAR - 1, []),
        (None, YEAR - 2, [f"是{YEAR - 2}年度的，不是上年（{YEAR - 1}年度）的"]),
        ("{}机关服务中心", YEAR - 1, ["”的，项目是“"]),
        ("{}（本级）", YEAR, ["”的，项目是“", f"是{YEAR}年度的，不是上年"]),
    ],
)
def test_a_doubtful_file_of_last_year_is_told(
    entity: str | None, year: int, said: list[str], standards: Standards, tmp_path: Path
) -> None:
    done = _composed(entity or "{}", year, standards, tmp_path)
    notes = [note for note in done.notes if "上年.docx" in note]
    assert [part in note for part, note in zip(said, notes, strict=True)] == [True] * len(said)
    assert done.carried


def test_the_file_of_another_unit_is_refused(standards: Standards, tmp_path: Path) -> None:
    with pytest.raises(
        api.UnreadableError, match=r"是“红河县气象局”的，项目是“.+”，不是同一个单位"
    ) as caught:
        _composed("红河县气象局", YEAR - 1, standards, tmp_path)
    assert str(tmp_path / "上年.docx") in str(caught.value)


def test_another_scope_of_the_unit_is_not_another_unit(standards: Standards, tmp_path: Path) -> None:
    assert _composed("{}（汇总）", YEAR - 1, standards, tmp_path, "{}（本级）").carried


def test_a_file_with_no_text_that_is_due_is_told(project: tuple[Path, Path], tmp_path: Path) -> None:
    folder, _ = project
    (tmp_path / "假.docx").write_text("hello", encoding="utf-8")
    done = api.compose(folder, previous=tmp_path / "假.docx")
    misread, empty, *_ = done.notes
    assert misread.startswith("“假.docx”的名称以“.docx”结尾，内容却是纯文本")
    assert empty == "项目还缺1段文字，“假.docx”中一段也没有找到，没有沿用。"


def _composed(entity: str, year: int, standards: Standards, tmp_path: Path, own: str = "{}") -> Draft:
    """A project without its duties, with the file of a year in which the unit was called otherwise."""
    source = contents(random.Random(11), standards)
    named = replace(source, entity=own.format(source.entity))
    last = replace(source, entity=entity.format(source.entity), year=year)
    write(disclosure(last, standards)[0], tmp_path / "上年.docx")
    texts = {name: text for name, text in source.texts.items() if name != "duties"}
    write_project(tmp_path / "项目", replace(named, texts=texts), "", standards)
    return api.compose(tmp_path / "项目", previous=tmp_path / "上年.docx")


def test_the_terminal_lists_what_is_carried_over(project: tuple[Path, Path], tmp_path: Path) -> None:
    folder, before = project
    code, out, _ = run("compose", folder, "--output", tmp_path / "公开", "--previous", before)
    assert code == 1
    assert "沿用上年的文字，请核对后写入 unit.yaml 的 texts：duties，其中的数字是上年的" in out
    assert "青禾市档案服务中心2022年接待查档" in out
