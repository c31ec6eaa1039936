"""Bad input: a clear message, the right exit code, nothing half-written, the other files still checked."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

import planted
from command import run
from mingzhang import api


@pytest.fixture
def clean_pdf(clean: Path) -> Path:
    """The right sample as PDF."""
    return clean.with_suffix(".pdf")


def scan(pages: int = 1) -> bytes:
    """A PDF of pictures only."""
    data = io.BytesIO()
    canvas = Canvas(data)
    for _ in range(pages):
        canvas.drawInlineImage(Image.new("RGB", (40, 40), "grey"), 50, 50, 400, 600)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def locked(path: Path, user: str) -> bytes:
    data = io.BytesIO()
    with pikepdf.open(path) as pdf:
        pdf.save(data, encryption=pikepdf.Encryption(user=user, owner="owner"))
    return data.getvalue()


def office(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "<x/>")
    return data.getvalue()


def compound(stream: str, flags: int = 0) -> bytes:
    """A compound file with one stream: head, allocation table, directory, the stream's sector."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

    def words(*values: int) -> bytes:
        return b"".join(value.to_bytes(4, "little") for value in values)

    def entry(name: str, kind: int, child: int, start: int) -> bytes:
        stored = name.encode("utf-16-le")
        head = stored.ljust(64, b"\0") + (len(stored) + 2).to_bytes(2, "little") + bytes([kind, 1])
        return (head + words(free, free, child)).ljust(116, b"\0") + words(start, 4096, 0)

    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0"
    head = head.ljust(44, b"\0") + words(1, 1, 0, 4096, end, 0, end, 0, 0) + words(*[free] * 108)
    sectors = [
        words(table, end, *[*range(3, 10), end], *[free] * 118),
        entry("Root Entry", 5, 1, end) + entry(stream, 2, free, 2) + b"\0" * 256,
        (b"\xec\xa5".ljust(10, b"\0") + flags.to_bytes(2, "little")).ljust(4096, b"\0"),
    ]
    return head + b"".join(sectors)


BAD = {
    "empty.txt": (b"", "文件是空的"),
    "empty.pdf": (b"", "文件是空的"),
    "blank.txt": (b" \r\n\t\n", "文件是空的"),
    "wide_blank.txt": ("\ufeff　\n".encode(), "文件是空的"),
    "zeros.txt": (b"\0" * 4096, "文件是空的"),
    "binary.txt": (bytes(range(256)) * 40, "文字编码"),
    "zip.pdf": (office("a.png"), "没有可检查的文件"),
    "half_word.docx": (office("word/document.xml")[:60], "损坏"),
    "slides.pptx": (office("[Content_Types].xml"), "不能核对"),
    "picture.pdf": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "图片或扫描件"),
    "half.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏或不完整"),
    "old.msg": (compound("__substg1.0_1000001F"), "不能核对"),
    "noise.docx": (bytes(range(256)) * 41, "损坏或不完整"),
    "large.txt": ("支出\t1.00\n".encode() * 500_001, "内容过多，未读取；请拆分"),
    "long.html": (b"<html><body>" + b"<p>1" * 100_001, "内容过多，未读取；请拆分"),
    "locked.docx": (compound("EncryptedPackage"), "有密码保护，请先去除密码"),
    "locked.doc": (compound("WordDocument", flags=0x0100), "有密码保护，请先去除密码"),
    "packed.pdf": (b"Rar!\x1a\x07\x00" + b"x" * 100, "解压"),
    "packed.7z": (b"7z\xbc\xaf\x27\x1c" + b"x" * 100, "解压"),
    "only_head.pdf": (b"%PDF-1.7\n", "损坏或不完整"),
    "no_pages.pdf": (b"%PDF-1.7\nnothing\n%%EOF\n", "损坏或不完整"),
    "scan.pdf": (scan(), "没有文字层"),
}


@pytest.mark.parametrize("name", BAD)
def test_unreadable_has_reason_and_remedy(name: str, tmp_path: Path) -> None:
    data, reason = BAD[name]
    path = tmp_path / name
    path.write_bytes(data)
    (file,) = api.check(path).files
    assert file.error is not None
    assert reason in file.error
    assert file.error.endswith("。")
    assert file.sha256 is None
    with pytest.raises(api.UnreadableError, match=reason):
        api.read(path)
    assert path.read_bytes() == data


def test_every_bad_file_at_once_and_a_good_one(tmp_path: Path, flawed: Path) -> None:
    paths = []
    for name, (data, _) in BAD.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    middle = len(paths) // 2
    code, out, err = run("check", *paths[:middle], flawed, *paths[middle:])
    assert (code, err) == (2, "")
    assert f"共{len(BAD) + 1}个文件，{len(BAD)}个无法读取；{planted.COUNTED}" in out
    for path in paths:
        assert f"{path}\n  无法读取：" in out
    assert run("check", *paths[:middle], flawed, *paths[middle:], "--jobs", "2") == (code, out, err)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.95])
def test_truncated_pdf(clean_pdf: Path, tmp_path: Path, cut: float) -> None:
    data = clean_pdf.read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: int(len(data) * cut)])
    code, out, _ = run("check", tmp_path / "a.pdf")
    assert code == 2
    assert "损坏或不完整，请重新导出" in out


def test_encrypted_pdf(clean_pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(clean_pdf, "secret"))
    code, out, _ = run("check", tmp_path / "a.pdf")
    assert code == 2
    assert "文件已加密，请先去除密码" in out


def test_pdf_that_only_forbids_changes_is_read(clean_pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(clean_pdf, ""))
    (file,) = api.check(tmp_path / "a.pdf").files
    assert file.error is None
    assert len(list(api.read(tmp_path / "a.pdf"))) == len(list(api.read(clean_pdf)))


def test_a_scanned_page_among_others_is_said(clean_pdf: Path, tmp_path: Path) -> None:
    with pikepdf.open(clean_pdf) as pdf, pikepdf.open(io.BytesIO(scan())) as picture:
        pages = len(pdf.pages)
        pdf.pages.extend(picture.pages)
        pdf.save(tmp_path / "a.pdf")
    code, out, _ = run("check", tmp_path / "a.pdf", "--format", "json")
    (document,) = json.loads(out)["documents"]
    assert (code, document["status"], document["pages"]) == (0, "read_partly", pages + 1)
    assert any(f"第{pages + 1}页没有文字层" in note for note in document["notes"])


def test_pdf_with_very_many_pages(clean_pdf: Path, tmp_path: Path) -> None:
    with pikepdf.open(clean_pdf) as pdf:
        for _ in range(2100 - len(pdf.pages)):
            pdf.add_blank_page()
        pdf.save(tmp_path / "a.pdf")
    (file,) = api.check(tmp_path / "a.pdf").files
    assert file.error is None
    assert file.notes == ["文件共2100页，超过2000页的部分没有读取。"]
    forms = api.library().standards(str(file.edition)).forms
    assert [seen.form for seen in file.forms if seen.form in forms] == list(forms)


def test_content_decides_not_the_name(clean_pdf: Path, flawed: Path, tmp_path: Path) -> None:
    (tmp_path / "pdf.txt").write_bytes(clean_pdf.read_bytes())
    (tmp_path / "txt.pdf").write_bytes(flawed.read_bytes())
    (tmp_path / "none").write_bytes(flawed.read_bytes())
    report = api.check([tmp_path / name for name in ("pdf.txt", "txt.pdf")])
    assert [file.format for file in report.files] == ["pdf", "txt"]
    assert [file.error for file in report.files] == [None] * 2
    assert not report.files[0].notes
    assert report.files[1].notes[0].startswith("名称以“.pdf”结尾，内容却是纯文本，已按文本读取")
    assert not report.files[1].partly
    assert report.count("error") == planted.ERRORS
    (file,) = api.check(tmp_path / "none").files
    assert file.format == "txt"
    assert not file.notes


def test_control_characters_in_text(flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    noisy = (
        text.replace("青禾市", "\x1b[31m青\x07禾\x08市")
        .replace("合计", "合\x0b计\x0c")
        .replace("\t497", "\t\x01497")
    )
    (tmp_path / "a.txt").write_text(noisy, encoding="utf-8")
    code, out, _ = run("check", tmp_path / "a.txt")
    assert code == 1
    assert planted.COUNTED in out
    assert not set(out) & {chr(n) for n in (*range(9), *range(11, 32), 127)}


def test_missing_file() -> None:
    code, out, _ = run("check", "没有这个文件.pdf")
    assert code == 2
    assert "没有这个文件.pdf\n  无法读取：文件不存在或无法打开，请检查路径和权限。" in out


def test_directory_without_documents(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    code, out, _ = run("check", tmp_path)
    assert code == 2
    assert f"{tmp_path}\n  无法读取：文件夹中没有可检查的文件（.pdf、.docx、" in out
    assert f"注意：“{tmp_path}”中另有1个文件不是可检查的格式：a.png。" in out
    (file,) = api.check(tmp_path).files
    assert file.format == "other"


def test_read_of_a_directory(tmp_path: Path) -> None:
    code, out, err = run("read", tmp_path)
    assert (code, out) == (2, "")
    assert "无法读取" in err


def test_file_beyond_the_bound_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.pdf").open("wb") as file:
        file.truncate(500_000_001)
    (entry,) = api.check(tmp_path / "a.pdf").files
    assert entry.error == "文件超过500MB，未读取；请拆分后再检查。"


def test_read_of_a_folder_with_an_unreadable_file(tmp_path: Path, flawed: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(flawed.read_bytes())
    for options in ([], ["--document"]):
        code, out, err = run("read", tmp_path, *options)
        assert code == 2
        assert "475.66" in out
        assert err == f"无法读取“{tmp_path / 'a.txt'}”：文件是空的，没有可检查的内容。\n"


def test_read_says_what_was_left_out(tmp_path: Path, clean_pdf: Path, flawed: Path) -> None:
    (tmp_path / "a.txt").write_bytes(flawed.read_bytes())
    (tmp_path / "b.png").write_bytes(b"x")
    code, _, err = run("read", tmp_path)
    assert (code, err) == (0, f"注意：“{tmp_path}”中另有1个文件不是可检查的格式：b.png。\n")
    with pikepdf.open(clean_pdf) as pages, pikepdf.open(io.BytesIO(scan())) as picture:
        pages.pages.extend(picture.pages)
        pages.save(tmp_path / "c.pdf")
    for options in ([], ["--document"]):
        code, _, err = run("read", tmp_path / "c.pdf", *options)
        assert code == 0
        assert err.startswith(f"注意：“{tmp_path / 'c.pdf'}”：第")
        assert "没有文字层" in err


def test_an_archive_too_deep_to_open_is_not_read(tmp_path: Path) -> None:
    for depth in range(3):
        with zipfile.ZipFile(tmp_path / f"{depth}.zip", "w") as archive:
            archive.write(*((tmp_path / f"{depth - 1}.zip", "a.zip") if depth else (__file__, "a.txt")))
    code, out, _ = run("check", tmp_path / "2.zip")
    assert code == 2
    assert "多层嵌套的压缩包，没有打开；请先解压。" in out


def test_two_units_in_one_folder(samples: Path, tmp_path: Path) -> None:
    for name in ("clean", "flawed"):
        (tmp_path / f"{name}.txt").write_bytes((samples / name / "决算公开.txt").read_bytes())
    report = api.check(tmp_path)
    assert [submission.files for submission in report.submissions] == [[0], [1]]
    counted = [[f for f in s.findings if f.severity != "rounding"] for s in report.submissions]
    assert [len(findings) for findings in counted] == [0, planted.ALL]


def test_read_names_the_unreadable_file() -> None:
    code, out, err = run("read", "没有这个文件.pdf")
    assert (code, out) == (2, "")
    assert "没有这个文件.pdf" in err


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_broken_symbolic_link(tmp_path: Path, flawed: Path) -> None:
    (tmp_path / "broken.pdf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.txt").symlink_to(flawed)
    code, out, _ = run("check", tmp_path / "broken.pdf", tmp_path / "good.txt")
    assert code == 2
    assert "无法读取：文件不存在" in out
    assert planted.COUNTED in out


def test_the_same_file_twice(flawed: Path) -> None:
    assert run("check", flawed, flawed) == run("check", flawed)


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--format", "json"], ["read"], ["read", "--format", "csv"]]
)
def test_output_where_no_folder_is(tmp_path: Path, flawed: Path, command: list[str]) -> None:
    target = tmp_path / "none" / "report.txt"
    code, out, err = run(*command, flawed, "--output", target)
    assert (code, out) == (2, "")
    assert str(target) in err
    assert "无法写入" in err
    assert list(tmp_path.iterdir()) == []


def test_output_onto_a_folder_leaves_nothing(tmp_path: Path, flawed: Path) -> None:
    (tmp_path / "folder").mkdir()
    code, _, err = run("check", flawed, "-o", tmp_path / "folder")
    assert code == 2
    assert "无法写入" in err
    assert [p.name for p in tmp_path.rglob("*")] == ["folder"]


def test_output_is_replaced_whole_and_alone(tmp_path: Path, flawed: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("x" * 1_000_000)
    assert run("check", flawed, "--format", "json", "-o", target)[:2] == (1, "")
    assert len(json.loads(target.read_text(encoding="utf-8"))["findings"]) == planted.ALL
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name == "nt", reason="permissions are not those of POSIX")
def test_output_has_the_permissions_of_a_new_file(tmp_path: Path, flawed: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    run("check", flawed, "-o", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_output_follows_a_link(tmp_path: Path, flawed: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    run("check", flawed, "-o", tmp_path / "link.txt")
    assert (tmp_path / "link.txt").is_symlink()
    assert planted.COUNTED in (tmp_path / "real.txt").read_text(encoding="utf-8")


def test_samples_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, out, err = run("samples", tmp_path / "file")
    assert (code, out) == (2, "")
    assert "无法写入" in err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
