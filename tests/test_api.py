"""The public functions: what they accept, return and raise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import mingzhang
import planted
from mingzhang import api, submissions, taxonomy
from mingzhang.api import PathLike
from mingzhang.samples import FORMATS


def overlay(folder: Path, relation: str) -> Path:
    (folder / "relations").mkdir(parents=True)
    text = f"edition: cn-2022\nrelations:\n  - {{id: own.rule, says: 甲, reference: 乙, {relation}}}\n"
    (folder / "relations" / "own.yaml").write_text(text, encoding="utf-8")
    return folder


HOLDS = 'expect: "income_expenditure[total_in, amount] = income_expenditure[total_out, amount]"'


def test_the_package_offers_the_public_functions() -> None:
    assert mingzhang.check is api.check
    assert mingzhang.read is api.read
    assert mingzhang.Report is api.Report
    assert isinstance(mingzhang.__version__, str)
    with pytest.raises(AttributeError):
        mingzhang.nothing  # noqa: B018
    for name in (*mingzhang.__all__, *api.__all__):
        assert getattr(mingzhang if name in mingzhang.__all__ else api, name) is not None


def test_typed_and_documented() -> None:
    assert Path(mingzhang.__file__).with_name("py.typed").exists()
    for name in api.__all__:
        assert getattr(api, name).__doc__, name


def test_check_takes_a_path_a_string_or_several(flawed: Path) -> None:
    for given in (flawed, str(flawed), [flawed], (str(flawed),), iter([flawed])):
        report = api.check(given)
        assert [file.path for file in report.files] == [str(flawed)]
        assert report.count("error") == planted.ERRORS


def test_check_a_directory(samples: Path) -> None:
    report = api.check(samples)
    each = len(FORMATS)
    folders = [Path(f.path).relative_to(samples).parts[0] for f in report.files]
    assert folders == ["clean"] * each + ["flawed"] * each
    assert report.unreadable == []
    together = [sorted(submission.files) for submission in report.submissions]
    assert together == [list(range(each)), list(range(each, 2 * each))]
    counts = Counter(finding.severity for finding in report.findings if finding.severity != "rounding")
    assert counts == planted.COUNTS
    assert api.check(samples, separate=True).count("error") == planted.ERRORS * each


def test_check_keeps_the_order_given(clean: Path, flawed: Path) -> None:
    assert [f.path for f in api.check([flawed, clean]).files] == [str(flawed), str(clean)]


def test_check_nothing() -> None:
    report = api.check([])
    assert (report.files, report.count("error")) == ([], 0)


def paths(*given: PathLike) -> list[str]:
    return [file.path for file in api.check(given).files]


def test_the_same_file_twice_is_one_file(flawed: Path) -> None:
    assert paths(flawed, str(flawed), flawed.parent / "." / flawed.name) == [str(flawed)]
    assert len(paths(flawed.parent, flawed)) == len(FORMATS)


def test_the_same_file_by_another_way_is_one_file(flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(flawed.parent)
    other = flawed.parent.parent / "clean" / ".." / "flawed" / flawed.name
    assert len(paths(flawed, flawed.name)) == 1
    assert len(paths(flawed, other)) == 1


def test_a_directory_is_searched_by_suffix(flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    for number, name in enumerate(("a.TXT", ".hidden.txt", "c.md", "d.png")):
        (tmp_path / name).write_text(f"{text}\n{number}", encoding="utf-8")
    (tmp_path / "folder.pdf").mkdir()
    report = api.check(tmp_path)
    assert {Path(file.path).name for file in report.files} == {"a.TXT", ".hidden.txt"}
    assert report.notes == [f"“{tmp_path}”中另有2个文件不是可检查的格式：c.md、d.png。"]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_symbolic_links(flawed: Path, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(flawed)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "out").symlink_to(flawed.parent, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "within.txt").symlink_to(tmp_path / "b" / "real.txt")
    (tmp_path / "b").mkdir()
    shutil.copy(flawed, tmp_path / "b" / "real.txt")
    report = api.check(tmp_path)
    assert [Path(f.path).name for f in report.files] == ["real.txt"]
    assert report.count("error") == planted.ERRORS
    assert report.notes == [f"“{tmp_path}”中有2个链接指向文件夹之外，没有读取：link.txt、out。"]
    assert api.check(tmp_path / "link.txt").count("error") == planted.ERRORS  # what is named is meant
    for name in ("broken.txt", "self.txt"):
        (file,) = api.check(tmp_path / name).files
        assert file.error is not None
        assert "不存在" in file.error


def test_the_same_content_twice_is_checked_once(flawed: Path, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        shutil.copy(flawed, tmp_path / name)
    report = api.check(tmp_path)
    assert [Path(f.path).name for f in report.files] == ["a.txt"]
    assert report.notes == [f"“{tmp_path / 'b.txt'}”与“{tmp_path / 'a.txt'}”内容相同，只核对一次。"]


def test_unreadable_is_in_its_entry_not_raised(flawed: Path, tmp_path: Path) -> None:
    report = api.check([tmp_path / "none.txt", flawed])
    assert [f.error is None for f in report.files] == [False, True]
    assert report.unreadable == [report.files[0]]
    assert report.count("error") == planted.ERRORS


def test_read_gives_facts(flawed: Path) -> None:
    facts = list(api.read(str(flawed)))
    assert len(facts) > 400
    assert facts[0].printed == "475.66"
    lines = flawed.read_text(encoding="utf-8").split("\n")
    assert facts[0].place.line is not None
    assert lines[facts[0].place.line - 1].startswith("一般公共预算财政拨款收入\t1\t475.66\t")


def test_read_raises_unreadable(tmp_path: Path) -> None:
    with pytest.raises(api.UnreadableError, match="不存在"):
        api.read(tmp_path / "none.txt")


def test_read_document_without_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("没有表格。", encoding="utf-8")
    assert list(api.read(path)) == []


def test_edition_is_fixed_or_told_from_the_document(flawed: Path) -> None:
    for edition, wanted in ((None, "cn-2022"), ("hunan-2022", "hunan-2022"), ("cn-2024", "cn-2024")):
        (file,) = api.check(flawed, edition=edition).files
        assert file.edition == wanted


def test_unknown_edition(flawed: Path) -> None:
    for call in (
        lambda: api.check(flawed, edition="mars-1900"),
        lambda: api.check([], edition="mars-1900"),
        lambda: api.read(flawed, edition="mars-1900"),
        lambda: api.rules("mars-1900"),
    ):
        with pytest.raises(api.StandardsError, match=r"mars-1900.*hunan-2022"):
            call()


def test_another_year_is_said(flawed: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(flawed.read_text(encoding="utf-8").replace("2022年度", "2019年度"), encoding="utf-8")
    (submission,) = api.check(path).submissions
    assert any("没有2019年度的格式标准" in note for note in submission.notes)


def broken(*_: object) -> None:
    raise ZeroDivisionError


def test_internal_error_stays_with_its_file(
    flawed: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("read_document", "check_submission", "recognise"):
        kept = getattr(submissions, name)
        calls = iter([broken, kept])
        with monkeypatch.context() as patch:
            patch.setattr(submissions, name, lambda *a, calls=calls: next(calls)(*a))
            report = api.check([flawed, clean])
        assert [file.fault for file in report.files] == [True, False], name
        error = report.files[0].error or ""
        assert "决算公开.txt" in error
        assert "ZeroDivisionError" in error
        assert [submission.files for submission in report.submissions] == [[1]]


def test_internal_error_of_read_names_the_file(flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "recognise", broken)
    with pytest.raises(api.InternalError, match=r"决算公开\.txt"):
        api.read(flawed)


def test_read_of_a_directory_gives_the_facts_of_all(samples: Path) -> None:
    reading = api.read(samples / "flawed")
    assert [Path(file.path).suffix for file in reading.files] == list(FORMATS)
    by_file = [[fact for fact in reading if fact.document == n] for n in range(len(FORMATS))]
    assert {len(facts) for facts in by_file} == {len(by_file[0])}
    assert len(by_file[0]) > 400
    alone = api.read(reading.files[0].path)
    own = [n for n in reading.repeated if reading.documents[n] == 0]
    assert own == alone.repeated  # what one file says twice, and all that the others say again
    assert len(reading.repeated) == len(own) + sum(map(len, by_file[1:]))


def test_read_documents(samples: Path, tmp_path: Path) -> None:
    documents, unreadable = api.read_documents(samples / "flawed")
    assert [f".{document.format}" for document in documents] == list(FORMATS)
    assert unreadable == []
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(api.UnreadableError, match="空的"):
        api.read_documents(tmp_path)


def test_rules_of_an_edition_and_of_all() -> None:
    every, hunan = api.rules(), api.rules("hunan-2022")
    assert len({rule.id for rule in every}) == len(every)
    assert {rule.id for rule in hunan} <= {rule.id for rule in every}
    assert "income_expenditure.sides_balance" in {rule.id for rule in hunan}
    assert "tables.missing" in {rule.id for rule in hunan}
    labels = [label for label, _ in next(r for r in every if r.expression).lines()]
    assert labels[:3] == ["编号", "规则", "级别"]


def test_overlay_adds_and_replaces_rules(tmp_path: Path, flawed: Path) -> None:
    folder = overlay(tmp_path / "own", HOLDS)
    assert "own.rule" in {rule.id for rule in api.rules("hunan-2022", standards=folder)}
    assert "own.rule" not in {rule.id for rule in api.rules("cn-2024")}
    assert api.check(flawed, standards=folder).count("error") == planted.ERRORS
    assert len(list(api.read(flawed, standards=folder))) == len(list(api.read(flawed)))
    assert api.library(folder).version != api.library().version


def test_validate(tmp_path: Path) -> None:
    assert [line.split("：")[0] for line in api.validate()] == list(api.library().editions)
    assert len(api.validate(overlay(tmp_path / "own", HOLDS))) == len(api.validate())


@pytest.mark.parametrize(
    "relation",
    [
        'expect: "income_expenditure[total_in, amount] = = 3"',
        'expect: "nothing[total_in, amount] = 3"',
        'expect: "income_expenditure[nothing, amount] = 3"',
        'expect: "income_expenditure[total_in, nothing] = 3"',
        f"{HOLDS}, severity: fatal",
        f"{HOLDS}, colour: red",
    ],
)
def test_validate_refuses(tmp_path: Path, relation: str) -> None:
    with pytest.raises(api.StandardsError):
        api.validate(overlay(tmp_path / "own", relation))


@pytest.mark.parametrize(
    "relation", [f"{HOLDS}, basis: rumour", f'{HOLDS}, when: "nothing[total_in, amount] > 0"']
)
def test_validate_refuses_unknown_basis_and_condition(tmp_path: Path, relation: str) -> None:
    with pytest.raises(api.StandardsError):
        api.validate(overlay(tmp_path / "own", relation))


@pytest.mark.parametrize(
    "relation",
    ['expect: "income_expenditure[total_in, amount] = = 3"', 'expect: "nothing[total_in, amount] = 3"'],
)
def test_check_with_broken_standards(tmp_path: Path, flawed: Path, relation: str) -> None:
    with pytest.raises(api.StandardsError, match=r"own\.rule"):
        api.check(flawed, standards=overlay(tmp_path / "own", relation))


def test_missing_standards(tmp_path: Path, flawed: Path) -> None:
    with pytest.raises(api.StandardsError, match="--standards"):
        api.check(flawed, standards=tmp_path / "none")


def test_cache_directory(tmp_path: Path) -> None:
    environment = os.environ | {"MINGZHANG_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", "from mingzhang import api; print(api.library().version)"]
    version = subprocess.check_output(command, env=environment, text=True).strip()
    (cached,) = (tmp_path / "cache").iterdir()
    assert cached.name == f"standards-{version}.msgpack"
    cached.write_bytes(b"damaged")
    assert subprocess.check_output(command, env=environment, text=True).strip() == version
    assert cached.read_bytes() != b"damaged"


def test_cache_that_cannot_be_written_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(taxonomy, "_LOADED", {})
    monkeypatch.setenv("MINGZHANG_CACHE", str(tmp_path / "file" / "below"))
    assert taxonomy.load().editions


def test_empty_cache_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taxonomy, "_LOADED", {})
    monkeypatch.setenv("MINGZHANG_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "xdg"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    taxonomy.load()
    assert list((tmp_path / "work").iterdir()) == []


def test_samples_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(api.UnreadableError, match="无法写入"):
        api.write_samples(tmp_path / "file")
