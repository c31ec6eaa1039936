"""The overview of a file or a project, as the commands write it."""

from __future__ import annotations

import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from contents import contents
from mingzhang import api
from mingzhang.binding.disclosure import disclosure
from mingzhang.cli.main import app
from mingzhang.disclosures import BANNER
from mingzhang.documents import Paragraph
from mingzhang.projects.folder import write_project
from mingzhang.samples import EDITION
from mingzhang.taxonomy import Standards
from mingzhang.writers import write
from reporting.browser import chromium

NAME = "青禾市档案服务中心2022年度部门决算一页概览"


@pytest.fixture
def project(tmp_path: Path, standards: Standards) -> Path:
    folder = tmp_path / "档案服务中心"
    write_project(folder, contents(random.Random(11), standards), "", standards)
    return folder


def text_of(path: Path) -> str:
    file = pypdfium2.PdfDocument(path)
    assert len(file) == 1
    return str(file[0].get_textpage().get_text_range())


def test_compose_writes_it_beside_the_disclosure(project: Path, tmp_path: Path) -> None:
    output = tmp_path / "公开"
    done = api.compose(project, formats=["txt"], output=output, with_overview=True)
    names = {path.name for path in done.files}
    assert names == {"青禾市档案服务中心2022年度部门决算.txt", f"{NAME}.pdf", f"{NAME}.html"}
    assert "收入与支出" in text_of(output / f"{NAME}.pdf")


def test_compose_writes_none_unasked(project: Path, tmp_path: Path) -> None:
    done = api.compose(project, formats=["txt"], output=tmp_path / "公开")
    assert [path.suffix for path in done.files] == [".txt"]


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".html"])
def test_a_disclosure_in_a_file_gives_the_same_figures(
    suffix: str, tmp_path: Path, standards: Standards
) -> None:
    source = replace(contents(random.Random(11), standards), report="")
    document, _ = disclosure(source, standards)
    file = tmp_path / f"决算{suffix}"
    write(document, file)
    api.overview(file, tmp_path / "一.txt")
    said = (tmp_path / "一.txt").read_text(encoding="utf-8")
    assert said.startswith(NAME)
    total = source.figures["income_expenditure", "total_in", "amount"]
    before = source.figures["last.income_expenditure", "total_in", "amount"]
    assert f"收、支总计：本年{total}万元，上年{before}万元。" in said


def test_the_note_tells_of_errors_in_a_file(tmp_path: Path, standards: Standards) -> None:
    source = replace(contents(random.Random(11), standards), report="")
    document, _ = disclosure(source, standards)
    right = source.figures["expenditure_by_function", "total", "total"]
    file, notes = tmp_path / "决算.txt", []
    for total in (right, "7.77"):
        blocks = [
            replace(b, text=b.text.replace(f"支出合计{right}", f"支出合计{total}"))
            if isinstance(b, Paragraph)
            else b
            for b in document.blocks
        ]
        write(replace(document, blocks=blocks), file)
        api.overview(file, tmp_path / "概览.txt")
        notes.append((tmp_path / "概览.txt").read_text(encoding="utf-8"))
    assert ["发现错误" in note for note in notes] == [False, True]
    assert sum(f.severity == "error" for s in api.check([file]).submissions for f in s.findings) == 1
    assert notes[1].count("发现错误1处") == 1


def test_the_command_draws_a_project(project: Path, tmp_path: Path) -> None:
    output = tmp_path / "概览.pdf"
    shown = CliRunner().invoke(app, ["overview", str(project), "--output", str(output)])
    assert shown.exit_code == 0, shown.output
    assert str(output) in shown.output
    assert "钱花在哪里" in text_of(output)


def test_a_draft_says_so(tmp_path: Path, standards: Standards) -> None:
    folder = tmp_path / "草稿"
    source = contents(random.Random(11), standards)
    write_project(folder, replace(source, reasons={}), "", standards)
    page = api.overview(folder, tmp_path / "概览.pdf")
    assert page.banner == BANNER
    assert BANNER in text_of(tmp_path / "概览.pdf")


def test_what_cannot_be_drawn_is_told_with_the_remedy(tmp_path: Path) -> None:
    letter = tmp_path / "信.txt"
    letter.write_text("张三：请于2022年度结束前报送材料。", encoding="utf-8")
    with pytest.raises(api.UnreadableError, match="没有认出决算表"):
        api.overview(letter, tmp_path / "概览.pdf")
    with pytest.raises(api.UnreadableError, match=r"unit\.yaml"):
        api.overview(tmp_path, tmp_path / "概览.pdf")
    assert not (tmp_path / "概览.pdf").exists()


def test_other_formats_are_refused(project: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["overview", str(project), "--output", str(tmp_path / "概览.png")])
    assert shown.exit_code == 2
    assert "pdf" in shown.output


def test_the_web_page_prints_on_one_page(tmp_path: Path, standards: Standards) -> None:
    browser = chromium()
    source = contents(random.Random(12), standards, "sixty items")
    document, _ = disclosure(source, api.library().standards(EDITION))
    file, page, printed = tmp_path / "决算.docx", tmp_path / "概览.html", tmp_path / "概览.pdf"
    write(document, file)
    api.overview(file, page)
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    assert "年初预算与决算" in text_of(printed)
