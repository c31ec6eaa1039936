"""Folders and archives: what is found, under which name, and what hostile archives cannot do."""

from __future__ import annotations

import io
import os
import random
import stat
import zipfile
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.readers import SUFFIXES, container, zips
from mingzhang.readers.container import Sources

TEXT = "收入支出决算总表\n".encode()


def packed(members: dict[str, bytes], **options: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return data.getvalue()


def found(*paths: Path) -> tuple[dict[str, str | None], list[str]]:
    """The names shown with their errors, and the notes."""
    with Sources(paths, SUFFIXES) as sources:
        return {s.shown: s.error for s in sources.files}, sources.notes


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "包.zip"


def test_members_have_their_names_and_bytes(target: Path) -> None:
    target.write_bytes(packed({"甲/a.txt": TEXT, "b.txt": b"b", "图.png": b"x"}))
    with Sources([target], SUFFIXES) as sources:
        assert [s.shown for s in sources.files] == [f"{target}/b.txt", f"{target}/甲/a.txt"]
        assert [s.path.read_bytes() for s in sources.files] == [b"b", TEXT]
        assert {s.container for s in sources.files} == {str(target)}
        held = sources.files[0].path
    assert not held.exists()
    assert sources.notes == [f"“{target}”中另有1个文件不是可检查的格式：图.png。"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_their_encoding(target: Path, encoding: str) -> None:
    stored = "决算\\公开.txt".encode(encoding)
    placeholder = b"n" * len(stored)
    data = packed({placeholder.decode() + ".txt": TEXT})
    target.write_bytes(data.replace(placeholder + b".txt", stored + b".txt"))
    assert list(found(target)[0]) == [f"{target}/决算/公开.txt.txt"]


def test_junk_is_passed_over(target: Path) -> None:
    junk = ("__MACOSX/a.txt", "a/.DS_Store", "~$a.docx", "Thumbs.db", "._b.txt")
    target.write_bytes(packed(dict.fromkeys(junk, b"x") | {"a.txt": TEXT}))
    assert found(target) == ({f"{target}/a.txt": None}, [])


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "C:/a.txt", "b/../../a.txt", "..\\a.txt"])
def test_paths_that_leave_the_archive_are_noted(target: Path, name: str) -> None:
    target.write_bytes(packed({name: TEXT, "good.txt": b"good"}))
    files, notes = found(target)
    assert files == {f"{target}/good.txt": None}
    assert len(notes) == 1
    assert "有1个文件的路径指向压缩包之外，没有读取" in notes[0]
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_links_in_an_archive_are_not_followed(target: Path) -> None:
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("good.txt", TEXT)
    files, notes = found(target)
    assert files == {f"{target}/good.txt": None}
    assert "link.txt" in notes[0]


def test_archives_in_archives_are_opened_once(target: Path) -> None:
    deep = packed({"deep.txt": TEXT})
    middle = packed({"middle.txt": b"m", "deep.zip": deep})
    target.write_bytes(packed({"inner.zip": middle, "outer.txt": b"o"}))
    files, notes = found(target)
    assert files == {
        f"{target}/inner.zip/deep.zip": "这是多层嵌套的压缩包，没有打开；请先解压。",
        f"{target}/inner.zip/middle.txt": None,
        f"{target}/outer.txt": None,
    }
    assert notes == []


def test_encrypted(target: Path) -> None:
    data = bytearray(packed({"a.txt": TEXT}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    target.write_bytes(data)
    assert found(target)[0] == {str(target): "压缩包有密码保护，请先解压再检查。"}


def test_bomb(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "_RATIO_FROM", 100_000)
    target.write_bytes(packed({"a.txt": TEXT, "bomb.txt": b"0" * 5_000_000}))
    assert found(target)[0] == {str(target): "压缩包解压后过大，为安全起见未读取；请解压后分批检查。"}


def test_archives_share_one_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "_MOST_BYTES", 10_000)
    for name in ("a", "b"):
        (tmp_path / f"{name}.zip").write_bytes(packed({f"{name}.txt": os.urandom(6_000)}))
    assert [error is None for error in found(tmp_path)[0].values()] == [True, False]


def test_too_many_members(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target.write_bytes(packed({f"{n}.txt": b"x" for n in range(5_001)}))
    (error,) = found(target)[0].values()
    assert error == "压缩包中的文件超过5000个，未读取；请解压后分批检查。"
    monkeypatch.setattr(container, "_MOST_DIRECTORY", 1_000)
    assert list(found(target)[0].values()) == [error]


def test_other_ways_of_packing_have_a_remedy(target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", TEXT)
    assert found(target)[0] == {f"{target}/a.txt": "压缩方式不支持，请解压或重新打包后再检查。"}


def test_mutated_archives_never_raise(target: Path) -> None:
    whole = packed({"甲/a.txt": os.urandom(300), "inner.zip": packed({"b.txt": TEXT * 9}), "c.txt": TEXT})
    chance = random.Random(4)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        target.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        files, _ = found(target)
        assert all(error is None or error.endswith("。") for error in files.values())


def test_damaged_member(target: Path) -> None:
    data = bytearray(packed({"a.txt": os.urandom(1_000), "b.txt": b"b"}))
    data[200] ^= 0xFF
    target.write_bytes(data)
    files, _ = found(target)
    assert files[f"{target}/b.txt"] is None
    assert files[f"{target}/a.txt"] == "压缩包中的这个文件已损坏，请解压或重新打包后再检查。"


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_truncated(target: Path, cut: float) -> None:
    data = packed({"a.txt": TEXT * 50, "b.txt": b"b"})
    target.write_bytes(data[: int(len(data) * cut)])
    (file,) = api.check(target).files
    assert file.error is not None
    assert "损坏" in file.error


def test_empty_and_useless(target: Path) -> None:
    for members in ({}, {"a.png": b"x"}):
        target.write_bytes(packed(members))
        (error,) = found(target)[0].values()
        assert error is not None
        assert error.startswith("压缩包中没有可检查的文件（.pdf、.docx、")


def test_content_decides_what_is_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(packed({"a.txt": TEXT}))
    (tmp_path / "b.zip").write_bytes(packed({"[Content_Types].xml": b"x", "word/document.xml": b"x"}))
    (tmp_path / "c.zip").write_bytes(TEXT * 2)
    files = found(*(tmp_path / name for name in ("a.docx", "b.zip", "c.zip")))[0]
    assert [Path(name).name for name in files] == ["a.txt", "b.zip", "c.zip"]


def test_a_rar_in_a_folder_is_an_entry_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(b"Rar!\x1a\x07\x00" + b"x" * 50)
    (tmp_path / "b.txt").write_bytes(TEXT)
    files = api.check(tmp_path).files
    assert [file.error is None for file in files] == [False, True]
    assert "解压" in (files[0].error or "")


def test_copies_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.zip").write_bytes(packed({"c.txt": TEXT, "d.txt": TEXT[::-1]}))
    files, notes = found(tmp_path)
    assert list(files) == [str(tmp_path / "a.txt"), f"{tmp_path / 'b.zip'}/d.txt"]
    assert notes == [f"“{tmp_path / 'b.zip'}/c.txt”与“{tmp_path / 'a.txt'}”内容相同，只核对一次。"]


def test_a_folder_given_with_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    for given in ([tmp_path, tmp_path / "a.txt"], [tmp_path / "a.txt", tmp_path]):
        assert found(*given) == ({str(tmp_path / "a.txt"): None}, [])


def test_an_archive_is_checked_like_a_folder(samples: Path, target: Path) -> None:
    files = [path for path in samples.rglob("*") if path.is_file()]
    target.write_bytes(packed({str(p.relative_to(samples)): p.read_bytes() for p in files}))
    report, plain = api.check(target), api.check(samples)
    assert [file.path for file in report.files] == [
        f"{target}/{Path(file.path).relative_to(samples)}" for file in plain.files
    ]
    assert [finding.id for finding in report.findings] == [finding.id for finding in plain.findings]
    assert {file.container for file in report.files} == {str(target)}
    half = len(files) // 2
    assert [sorted(s.files) for s in report.submissions] == [
        list(range(half)),
        list(range(half, len(files))),
    ]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be read")
def test_a_closed_folder_is_noted(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "a.txt").write_bytes(TEXT)
    assert "没有读取权限" in found(tmp_path)[1][0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_bytes(TEXT)
    assert list(found(tmp_path)[0]) == [str(tmp_path / "a.txt")]
    (file,) = api.check(tmp_path / "pipe.txt").files
    assert file.error is not None
    assert "不是普通文件" in file.error
