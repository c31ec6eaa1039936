"""Copies with notes: which files get one, under which name, and what is said where there is none."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from command import run
from marked import comments, copy_of, told
from mingzhang import api, writers
from mingzhang.checking.finding import Suggestion
from mingzhang.documents import Document, Table
from mingzhang.reporting.annotate import Copy
from mingzhang.reporting.annotate.notes import Change, _change


@pytest.fixture
def folder(samples: Path, tmp_path: Path) -> Path:
    """The flawed sample in every format, to be altered."""
    return Path(shutil.copytree(samples / "flawed", tmp_path / "公开"))


def annotated(path: Path, directory: Path, **options: bool) -> list[Copy]:
    report = api.check(path, keep_documents=True, separate=True)
    return api.annotate(report, directory, **options)


def test_each_file_gets_a_copy_or_a_reason(folder: Path, tmp_path: Path) -> None:
    made = {Path(copy.source).suffix: copy for copy in annotated(folder, tmp_path / "out")}
    assert made[".txt"].path is None
    assert "--format html" in made[".txt"].message
    assert not made[".txt"].failed
    written = {copy.path.name for copy in made.values() if copy.path is not None}
    assert written == {f"决算公开（标注）{suffix}" for suffix in (".docx", ".pdf", ".xlsx")}
    assert {path.name for path in (tmp_path / "out").iterdir()} == written
    assert all(copy.notes > 50 for copy in made.values() if copy.path is not None)


def test_a_right_file_gets_none(samples: Path, tmp_path: Path) -> None:
    (copy,) = annotated(samples / "clean" / "决算公开.docx", tmp_path / "out")
    assert (copy.path, copy.failed) == (None, False)
    assert "没有需要标注的问题" in copy.message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("suffix", "told"), [(".docx", False), (".pdf", True), (".xlsx", True)])
def test_where_corrections_are_not_written_is_told(
    samples: Path, tmp_path: Path, suffix: str, told: bool
) -> None:
    path = samples / "flawed" / f"决算公开{suffix}"
    _, _, said = run("check", path, "--annotate", tmp_path, "--apply", "certain")
    assert ("--apply 只在Word（docx）副本中写入修订" in said) == told
    assert "--apply" not in run("check", path, "--annotate", tmp_path)[2]


def test_copies_beside_their_sources_leave_them_alone(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    annotated(folder, folder)
    assert len(list(folder.iterdir())) == len(before) + 3
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_copy_avoids_the_name_of_a_file_that_was_checked(folder: Path) -> None:
    taken = folder / "决算公开（标注）.docx"
    source = folder / "决算公开.docx"
    taken.write_bytes(source.read_bytes())
    with zipfile.ZipFile(taken, "a") as archive:
        archive.writestr("docProps/custom.bin", b"other")
    before = taken.read_bytes()
    report = api.check([source, taken], keep_documents=True, separate=True)
    made = [copy.path.name for copy in api.annotate(report, folder) if copy.path is not None]
    assert made == ["决算公开（标注2）.docx", "决算公开（标注）（标注）.docx"]
    assert taken.read_bytes() == before


def test_files_of_one_name_get_copies_of_two(folder: Path, tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / "源" / name).mkdir(parents=True)
        shutil.copy(folder / "决算公开.docx", tmp_path / "源" / name)
        with zipfile.ZipFile(tmp_path / "源" / name / "决算公开.docx", "a") as archive:
            archive.writestr("docProps/custom.bin", name)
    made = annotated(tmp_path / "源", tmp_path / "out")
    assert [copy.path and copy.path.name for copy in made] == [
        "决算公开（标注）.docx",
        "决算公开（标注2）.docx",
    ]


def test_a_file_that_changed_gets_no_copy(folder: Path, tmp_path: Path) -> None:
    path = folder / "决算公开.docx"
    report = api.check(path, keep_documents=True)
    with path.open("ab") as file:
        file.write(b"\0")
    (copy,) = api.annotate(report, tmp_path / "out")
    assert (copy.path, copy.failed) == (None, True)
    assert "重新核对" in copy.message
    assert not (tmp_path / "out").exists()


def test_members_of_an_archive_get_copies(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "报送.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("决算公开.docx", "决算公开.pdf"):
            archive.write(folder / name, f"内/{name}")
    made = annotated(path, tmp_path / "out")
    assert [copy.path and copy.path.name for copy in made] == [
        "决算公开（标注）.docx",
        "决算公开（标注）.pdf",
    ]
    assert len(comments(tmp_path / "out" / "决算公开（标注）.docx")) == made[0].notes


def test_a_finding_between_files_is_noted_in_each(folder: Path, tmp_path: Path) -> None:
    """It says all at its own place and refers to that from the others."""
    ((document,), _) = api.read_documents(folder / "决算公开.docx")
    texts = [block for block in document.blocks if not isinstance(block, Table)]
    tables = [b for b in document.blocks if isinstance(b, Table) or len(b.text) < 40]
    paths = [tmp_path / "源" / "表.xlsx", tmp_path / "源" / "说明.docx"]
    paths[0].parent.mkdir()
    writers.write(Document("", "", "xlsx", list(tables)), paths[0])
    writers.write(Document("", "", "docx", list(texts)), paths[1])
    report = api.check(paths, keep_documents=True)
    assert len(report.submissions) == 1
    api.annotate(report, tmp_path / "out")
    between = [f for f in told(report) if len({location.document for location in f.locations}) > 1]
    notes = comments(tmp_path / "out" / "说明（标注）.docx")
    assert len(between) > 3
    for finding in between:
        own = [note.text for note in notes if finding.id in note.text]
        full = [text for text in own if f"编号：{finding.id}" in text]
        assert own
        assert len(full) == (finding.locations[0].document == 1)
        assert full or all("详见“表.xlsx”" in text for text in own)


def test_accepted_findings_are_noted_and_never_changed(samples: Path, tmp_path: Path) -> None:
    report = api.check(samples / "flawed" / "决算公开.docx", keep_documents=True)
    accepted = api.accept(report, {f.id: "已说明" for f in told(report)})
    api.annotate(accepted, tmp_path, apply=True)
    notes = comments(tmp_path / "决算公开（标注）.docx")
    assert all("·已认可" in n.text and n.old == n.new for n in notes)
    assert sum("认可的理由：已说明" in n.text for n in notes) == len(told(report))


@pytest.mark.parametrize(
    ("quote", "replacement", "change"),
    [
        ("140.61万元", "140.16", Change(0, 6, "140.16")),
        ("1,406.10", "1461.00", Change(0, 8, "1,461.00")),
        ("0.60万元", "-0.40", None),
        ("10至12万元", "11", None),
        ("社会公众社会公众", "社会公众", Change(4, 8, "")),
        ("（如持平）", "", Change(0, 5, "")),
        ("31万元,", "31万元，", Change(4, 5, "，")),
        ("2021年度", "2022年度", Change(0, 4, "2022")),
        ("上一度", "上一年度", Change(1, 2, "一年")),
    ],
)
def test_the_least_is_changed(quote: str, replacement: str, change: Change | None) -> None:
    assert _change(quote, Suggestion("", 0, replacement, "certain"), 0) == change


# --- the command ------------------------------------------------------------------------------


def test_the_command_writes_copies(folder: Path, tmp_path: Path) -> None:
    code, out, err = run("check", folder, "--annotate", tmp_path / "out", "--apply", "certain", "--separate")
    assert code == 1
    assert f"的标注副本：{tmp_path / 'out' / '决算公开（标注）.docx'}（批注" in err
    assert "没有标注副本" in err
    assert "标注副本" not in out
    assert any("以修订方式改正" in note.text for note in comments(tmp_path / "out" / "决算公开（标注）.docx"))


def test_other_processes_give_the_same_copies(folder: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "a", tmp_path / "b"
    run("check", folder, "--annotate", here, "--separate", "--jobs", "1")
    code, _, _ = run("check", folder, "--annotate", there, "--separate", "--jobs", "2", "--isolated")
    assert code == 1
    assert sorted(path.name for path in here.iterdir()) == sorted(path.name for path in there.iterdir())
    assert all((there / path.name).read_bytes() == path.read_bytes() for path in here.iterdir())


def test_wrong_usage_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    code, _, err = run("check", folder, "--apply", "certain")
    assert (code, "--annotate" in err) == (2, True)
    code, _, err = run("check", folder, "--annotate", folder / "决算公开.txt")
    assert (code, "是文件" in err) == (2, True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    closed = tmp_path / "只读"
    closed.mkdir(mode=0o500)
    code, _, err = run("check", folder / "决算公开.docx", "--annotate", closed)
    assert (code, "写入权限" in err) == (2, True)


def test_a_copy_that_cannot_be_written_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = api.check(folder / "决算公开.docx", keep_documents=True)

    def refused(*_: object) -> None:
        raise OSError(30, "read-only")

    monkeypatch.setattr(writers.os, "replace", refused)
    (copy,) = api.annotate(report, tmp_path / "out")
    assert (copy.path, copy.failed, "写入权限" in copy.message) == (None, True, True)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    report = api.check(folder / "决算公开.docx", keep_documents=True)
    with pytest.raises(api.UnreadableError, match="无法建立文件夹"):
        api.annotate(report, folder / "决算公开.txt" / "out")


def test_a_fault_costs_one_copy(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mingzhang.reporting.annotate import word

    monkeypatch.setattr(word, "annotated", lambda *_: 1 / 0)
    made = {Path(copy.source).suffix: copy for copy in annotated(folder, tmp_path / "out")}
    assert (made[".docx"].path, made[".docx"].fault) == (None, True)
    assert made[".pdf"].path is not None
    assert copy_of(folder / "决算公开.xlsx", tmp_path / "out")[1].is_file()
