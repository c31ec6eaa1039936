from __future__ import annotations

import contextlib
import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from mingzhang import samples
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.readers import xls, xlsx
from mingzhang.taxonomy import Standards
from mingzhang.writers import xlsx as writer

OFFICE = shutil.which("soffice")


def read(data: bytes) -> Document:
    return xls.read(Path("a.xls"), data, "0" * 64)


def record(code: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", code, len(data)) + data


def words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def text(value: str, length: str = "<H") -> bytes:
    return struct.pack(length, len(value)) + b"\x01" + value.encode("utf-16-le")


def bof(kind: int) -> bytes:
    return record(0x0809, words(0x0600, kind, 0x0DBB, 0x07CC), bytes(8))


def style(number_format: int, ruled: bool = False) -> bytes:
    border = 0x1111 if ruled else 0
    return record(0x00E0, words(0, number_format, 0, 0, 0, border, 0), bytes(6))


def workbook(cells: list[bytes], name: str = "收入支出决算总表", hidden: int = 0) -> bytes:
    """A minimal workbook of one sheet; styles: 0 General, 1 ``0.00`` ruled, 2 ``#,##0.00;-``, 3 date."""
    font = record(0x0031, words(200, 0, 0x7FFF, 400, 0), bytes(4), text("宋体", "<B"))
    formats = record(0x041E, words(164), text('#,##0.00;-#,##0.00;"-"'))
    styles = style(0) + style(2, True) + style(164) + style(14)
    head = bof(5) + record(0x0042, words(1200)) + font * 4 + formats + styles
    end = record(0x000A)
    start = len(head) + 4 + 6 + 2 + 2 * len(name) + len(end)
    sheet = record(0x0085, struct.pack("<IBB", start, hidden, 0), text(name, "<B"))
    return head + sheet + end + bof(0x10) + b"".join(cells) + end


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x0203, words(row, column, style), struct.pack("<d", value))


def label(row: int, column: int, value: str, style: int = 0) -> bytes:
    return record(0x0204, words(row, column, style), text(value))


CELLS = [
    label(0, 0, "收入支出决算总表"),
    record(0x00E5, words(1, 0, 0, 0, 2)),
    label(2, 0, "项目", 1), label(2, 1, "决算数", 1), label(2, 2, "日期", 1),
    label(3, 0, "本年收入", 1), number(3, 1, 12.3, 1), number(3, 2, 44562, 3),
    label(4, 0, "年初结转", 1), number(4, 1, 0, 2), record(0x0205, words(4, 2, 1), b"\x07\x01"),
    label(5, 0, "上年", 1), record(0x0205, words(5, 1, 1), b"\x01\x00"), record(0x0201, words(5, 2, 1)),
]  # fmt: skip


def test_cells_as_printed() -> None:
    document = read(workbook(CELLS))
    title, table = document.blocks
    assert isinstance(title, Paragraph)
    assert (title.text, title.place.sheet, title.place.cell) == ("收入支出决算总表", "收入支出决算总表", "A1")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows()] == [
        ["项目", "决算数", "日期"],
        ["本年收入", "12.30", "2022/1/1"],
        ["年初结转", "-", "#DIV/0!"],
        ["上年", "TRUE", ""],
    ]
    assert (table.place.cell, table.cells[-1].place.cell) == ("A3", "C6")
    assert (document.format, document.notes) == ("xls", [])


def test_hidden_sheet_and_rows_are_read_and_noted() -> None:
    row = record(0x0208, words(3, 0, 3, 255, 0, 0), struct.pack("<I", 0x120))
    document = read(workbook([*CELLS, row], "底稿", hidden=1))
    assert document.blocks
    assert document.notes[0].startswith("工作表“底稿”是隐藏的，也已读取")
    assert document.notes[1] == "工作表“底稿”有1行是隐藏的，也已读取。"


def test_password() -> None:
    protected = workbook(CELLS).replace(record(0x0042, words(1200)), record(0x002F, bytes(6)))
    with pytest.raises(UnreadableError, match="密码"):
        read(protected)
    with pytest.raises(UnreadableError, match="密码"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), bytes(5000), b"<html>"]
)
def test_no_workbook(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="另存为xlsx"):
        read(data)


def test_damaged_bytes_give_a_document_or_the_remedy() -> None:
    data = workbook(CELLS)
    source = random.Random(1)
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(source.randint(1, 6)):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        end = source.choice([len(damaged), source.randrange(len(damaged))])
        with contextlib.suppress(UnreadableError):
            read(bytes(damaged[:end]))


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_xls_of_an_office_program_reads_like_its_xlsx(tmp_path: Path, standards: Standards) -> None:
    assert OFFICE is not None
    composed = samples.document(samples.SAMPLE, standards)
    source = tmp_path / "a.xlsx"
    source.write_bytes(writer.write(composed))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    document = read((tmp_path / "a.xls").read_bytes())
    expected = xlsx.read(source, source.read_bytes(), "")
    assert document.blocks == expected.blocks
    found, wanted = (recognise(each, 0, standards).facts for each in (document, composed))
    assert [(fact.key, fact.printed) for fact in found] == [(fact.key, fact.printed) for fact in wanted]
