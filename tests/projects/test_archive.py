"""Closed years: archived once, taken over by the next year, corrected with a reason."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contents import contents
from mingzhang import api
from mingzhang.binding.disclosure import Contents
from mingzhang.disclosures import BANNER
from mingzhang.documents import UnreadableError
from mingzhang.facts import Key
from mingzhang.outlines import LAST
from mingzhang.projects.archive import closed, closed_year_file, encoded, lock_in, read_closed_year
from mingzhang.projects.folder import read_project, write_project
from mingzhang.projects.project import UNIT
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, ENTITY, YEAR
from mingzhang.taxonomy import Standards, load

TOTAL = ("general_budget_expenditure", "total", "total")
LAST_TOTAL = (LAST + TOTAL[0], *TOTAL[1:])
PRIOR = ("explanation.operation", "operation", "prior")


@pytest.fixture(scope="module")
def source(standards: Standards) -> Contents:
    return contents(random.Random(5), standards)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with the sample of the year before."""
    folder = tmp_path / "归档"
    figures = {TOTAL: "400.00", ("explanation.operation", "operation", "final"): "50.00万元"}
    lock_in(folder, closed(ENTITY, "部门", YEAR - 1, EDITION, figures), None, load().standards(EDITION))
    return folder


def project_of(
    folder: Path, source: Contents, standards: Standards, archive: Path, last: Mapping[Key, str]
) -> Path:
    """A project with ``last`` as what it enters of last year's figures."""
    figures = {k: t for k, t in source.figures.items() if not k[0].startswith(LAST) and k[2] != "prior"}
    write_project(folder, replace(source, figures={**figures, **last}), "", standards, archive)
    return folder


def reason_given(folder: Path, key: Key, reason: str) -> None:
    path = folder / UNIT
    text = path.read_text(encoding="utf-8")
    assert "corrections: {}" in text
    path.write_text(
        text.replace("corrections: {}", f"corrections:\n  {'/'.join(key)}: {reason}"), encoding="utf-8"
    )


def test_an_archived_figure_wins_over_a_blank(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {})
    project, _ = read_project(folder, load())
    assert project.contents.figures[LAST_TOTAL] == "400.00"
    assert project.contents.figures[PRIOR] == "50.00万元"
    assert not [*project.corrections, *project.notes]
    printed = "".join(p.text for p in api.compose(folder).document.paragraphs())
    assert "与上年相比" in printed


def test_the_same_with_other_digits_is_no_correction(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {LAST_TOTAL: "400.001234"})
    project, _ = read_project(folder, load())
    assert not project.corrections


def test_another_figure_without_a_reason_is_an_error(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {LAST_TOTAL: "410.00"})
    done = api.compose(folder)
    (found,) = [found for found in done.findings if found.rule == "archive.differs"]
    assert found.severity == "error"
    assert "400.00万元" in found.message
    assert "410.00万元" in found.message
    assert "/".join(LAST_TOTAL) in found.message
    assert done.refused


def test_a_correction_is_used_and_marked(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {LAST_TOTAL: "410.00"})
    reason_given(folder, LAST_TOTAL, "上年漏列一个项目")
    done = api.compose(folder, formats=["txt"], output=tmp_path / "出", as_draft=True)
    assert not [found for found in done.findings if found.rule == "archive.differs"]
    assert done.project.contents.figures[LAST_TOTAL] == "410.00万元"
    (one,) = done.project.corrections
    assert one.message.endswith("归档为400.00万元，本项目更正为410.00万元，理由：上年漏列一个项目")
    if done.refused:
        text = "".join(p.text for p in read_document(done.files[0]).paragraphs())
        assert BANNER in text
        assert one.message in text


def test_a_correction_that_corrects_nothing_is_noted(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {})
    reason_given(folder, LAST_TOTAL, "上年漏列一个项目")
    project, _ = read_project(folder, load())
    assert any("没有用到" in note and "/".join(LAST_TOTAL) in note for note in project.notes)


def test_another_address_is_no_correction(
    source: Contents, standards: Standards, archive: Path, tmp_path: Path
) -> None:
    folder = project_of(tmp_path / "项目", source, standards, archive, {})
    reason_given(folder, TOTAL, "上年漏列一个项目")
    with pytest.raises(UnreadableError, match="不是上年数的编号"):
        read_project(folder, load())


def test_a_year_that_is_not_there_is_noted(source: Contents, standards: Standards, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    folder = project_of(tmp_path / "项目", source, standards, tmp_path / "空", {LAST_TOTAL: "1.00"})
    project, _ = read_project(folder, load())
    assert project.contents.figures[LAST_TOTAL] == "1.00万元"
    assert any(f"{YEAR - 1}年度" in note for note in project.notes)
    shutil.rmtree(tmp_path / "空")
    with pytest.raises(UnreadableError, match="不存在"):
        read_project(folder, load())


# ── the archive itself ────────────────────────────────────────────────────────────────────────


def test_a_disclosure_and_its_project_give_the_same_year(
    source: Contents, standards: Standards, tmp_path: Path
) -> None:
    folder = tmp_path / "项目"
    write_project(folder, source, "", standards)
    done = api.compose(folder, formats=["docx"], output=tmp_path / "出")
    assert done.files, [*done.gaps, *done.findings]
    first = api.archive_year(folder, tmp_path / "归档")
    assert first.is_new
    assert "explanation.operation/operation/final" in first.closed.figures
    tables = {"/".join(k): text for k, text in source.figures.items() if k[0] in standards.forms}
    assert tables.items() <= first.closed.figures.items()
    again = api.archive_year(done.files[0], tmp_path / "归档")
    assert not again.is_new
    assert again.closed.figures == first.closed.figures
    years, faults = api.archived_years(tmp_path / "归档")
    assert [(one.name, one.year) for one in years] == [(source.entity, YEAR)]
    assert not faults


def test_a_locked_year_changes_only_for_a_reason(archive: Path, standards: Standards) -> None:
    path = closed_year_file(archive, ENTITY, "部门", YEAR - 1)
    before = path.read_bytes()
    other = closed(ENTITY, "部门", YEAR - 1, EDITION, {TOTAL: "410.00"})
    with pytest.raises(UnreadableError, match=r"《.*》：合计小计归档为400\.00，现为410\.00"):
        lock_in(archive, other, None, standards)
    assert path.read_bytes() == before
    _, changed = lock_in(archive, other, "财政局批复调整", standards)
    found = read_closed_year(path)
    assert found.figures == {"/".join(TOTAL): "410.00"}
    assert changed["/".join(TOTAL)] == ("400.00", "410.00")
    assert [one.reason for one in found.replaced] == ["财政局批复调整"]


def test_an_archived_year_is_the_same_bytes_line_by_line() -> None:
    figures = {TOTAL: "400.00", ("capital_budget", "total", "total"): "1.00"}
    data = encoded(closed(ENTITY, "部门", YEAR, EDITION, figures))
    backwards = dict(reversed(figures.items()))
    assert data == encoded(closed(ENTITY, "部门", YEAR, EDITION, backwards))
    assert sum(b"/total/total" in line for line in data.splitlines()) == 2


_ODD = '{"format": "mingzhang.archive/%d", "name": "x", "scope": "", "year": 1, "edition": "", "figures": {}}'


@pytest.mark.parametrize(
    ("content", "said"), [("{", "已损坏"), (_ODD % 9, "请升级"), (_ODD % 1, "与文件名不符")]
)
def test_files_that_are_no_archived_year(content: str, said: str, archive: Path) -> None:
    closed_year_file(archive, ENTITY, "部门", YEAR - 1).write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableError, match=said):
        api.archived_year(archive, ENTITY, YEAR - 1)


def test_what_has_errors_is_not_archived(flawed: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="有错误，没有归档"):
        api.archive_year(flawed, tmp_path / "归档")
    assert not (tmp_path / "归档").exists()
