"""What only an installed LibreOffice opens, and what is said where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.readers import office, read_document
from mingzhang.writers import write

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)
RTF = rb"{\rtf1\ansi\ansicpg936 \u25910?\u20837? 12.50\par second\par}"


def facts(path: Path) -> list[tuple]:
    return sorted((fact.key, fact.printed, fact.amount.unit) for fact in api.read(path))


def test_office_is_there_where_it_is_required() -> None:
    assert os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1" or office.program() is not None


@needs_office
@pytest.mark.parametrize(
    ("name", "written", "binary"),
    [
        ("决算公开.doc", ".docx", "doc"),
        ("决算公开.wps", ".docx", "doc"),
        ("决算公开.xls", ".xlsx", "xls"),
        ("决算公开.et", ".xlsx", "xls"),
    ],
)
def test_a_converted_file_gives_the_facts_of_its_source(
    clean: Path, tmp_path: Path, name: str, written: str, binary: str
) -> None:
    (document,) = api.read_documents(clean)[0]
    source, path = tmp_path / f"a{written}", tmp_path / name
    write(document, source)
    path.write_bytes(office.convert(source.read_bytes(), written, binary))
    converted = read_document(path)
    assert (converted.format, converted.path) == (path.suffix[1:], str(path))
    assert facts(path) == facts(source)
    assert len(facts(path)) > 400


@needs_office
def test_rtf(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RTF)
    document = read_document(tmp_path / "a.rtf")
    assert document.format == "other"
    assert [paragraph.text for paragraph in document.paragraphs()][:2] == ["收入 12.50", "second"]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_what_cannot_be_converted_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "soffice"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(script))
    with pytest.raises(UnreadableError, match="另存为xlsx格式"):
        office.convert(b"", ".xml", "xlsx")


def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    (tmp_path / "a.rtf").write_bytes(RTF)
    with pytest.raises(UnreadableError, match=r"需要本机安装LibreOffice；也可以用WPS或Word另存为docx"):
        read_document(tmp_path / "a.rtf")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_conversion_without_end_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "soffice"
    script.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n")
    script.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(script))
    monkeypatch.setattr(office, "_LIMIT", 1)
    with pytest.raises(UnreadableError, match="超过"):
        office.convert(RTF, ".rtf", "docx")
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split(")")[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child of the conversion is still there")


@needs_office
@pytest.mark.skipif(sys.platform != "linux", reason="the processes are listed as on Linux")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "work"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "work").mkdir()
    office.convert(RTF, ".rtf", "docx")
    assert list((tmp_path / "work").iterdir()) == []
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
    assert str(tmp_path) not in listed
