"""Sheets at rest: what is kept is read back, and a damaged file never is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.documents import UnreadableError
from mingzhang.money import Amount
from mingzhang.provenance import Place
from mingzhang.reporting import kept as at_rest
from mingzhang.reporting.kept import is_kept, kept, read_kept
from mingzhang.scoring.sheets import FUNDS, Gathering, Head, Row, Seen, Sheets
from units import INDICATORS, Made, entered

SHEETS = entered(
    Made("甲馆", "100.00", "90.00"), Made("乙馆", "300.00", "300.00", INDICATORS, "修缮", "基建")
)


def stored(path: Path, sheets: Sheets = SHEETS) -> Path:
    path.write_bytes(kept(sheets, "test"))
    return path


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    path = stored(tmp_path / "a")
    assert is_kept(path)
    assert read_kept(path) == SHEETS
    assert kept(read_kept(path), "test") == path.read_bytes()


@given(st.integers(-(10**24), 10**24), st.integers(0, 6), st.text(max_size=5))
def test_any_amount_is_kept(mantissa: int, decimals: int, printed: str) -> None:
    gathering, place = Gathering(), Place(sheet="表", cell="A1", page=3)
    head = Head("f", "t", "department", "甲馆", "", "", 2022, "a.xlsx", place)
    row = Row(FUNDS, "funds", "", "", "funds", "年度资金总额")
    gathering.enter(head, [Seen(row, "budget", printed, Amount(mantissa, decimals, "万元"), place)])
    content = kept(gathering.sheets, "test").partition(b"\n")[2]
    assert at_rest._sheets(at_rest._current(content, at_rest.NUMBER)) == gathering.sheets


def test_merged_sheets_say_the_same(tmp_path: Path) -> None:
    gathering = Gathering()
    gathering.merge(entered(Made("丙馆", "7.00", "7.00")))
    gathering.merge(SHEETS)
    merged = gathering.sheets
    assert [head.unit for head in merged.heads] == ["丙馆", "甲馆", "乙馆"]
    for number in range(2):
        for one, other in zip(SHEETS.cells(number), merged.cells(number + 1), strict=True):
            assert SHEETS.source(one) == merged.source(other)
            assert SHEETS.rows[SHEETS.of_row[one]] == merged.rows[merged.of_row[other]]
            assert SHEETS.values.amount(SHEETS.of_value[one]) == merged.values.amount(merged.of_value[other])
    assert read_kept(stored(tmp_path / "b", merged)) == merged


def test_a_newer_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "newer"
    path.write_bytes(b"mingzhang.sheets/99\n" + b"\x80")
    with pytest.raises(UnreadableError, match=r"格式编号是“99”.*请更新明账"):
        read_kept(path)
    path.write_bytes(b"mingzhang.sheets/x\n")
    with pytest.raises(UnreadableError, match="格式编号"):
        read_kept(path)


def test_an_older_number_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were there a number after this one that renames what this one calls ``tool``."""
    body = kept(SHEETS, "test").partition(b"\n")[2]
    old = msgspec.msgpack.decode(body)
    old["program"] = old.pop("tool")

    def migrate(content: dict[str, object]) -> dict[str, object]:
        return {"tool": content.pop("program"), **content}

    today = at_rest.NUMBER
    monkeypatch.setattr(at_rest, "NUMBER", today + 1)
    monkeypatch.setitem(at_rest.MIGRATIONS, today, migrate)
    path = tmp_path / "old"
    path.write_bytes(b"mingzhang.sheets/%d\n" % today + msgspec.msgpack.encode(old))
    assert read_kept(path) == SHEETS


def test_the_first_number_is_still_read(tmp_path: Path) -> None:
    """It did not say whose a sheet's file is."""
    old = msgspec.msgpack.decode(kept(SHEETS, "test").partition(b"\n")[2])
    old["heads"] = [[*head[:-2], head[-1]] for head in old["heads"]]
    path = tmp_path / "old"
    path.write_bytes(b"mingzhang.sheets/1\n" + msgspec.msgpack.encode(old))
    assert read_kept(path) == SHEETS


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    whole = kept(SHEETS, "test")
    path = tmp_path / "damaged"
    line = whole.index(b"\n") + 1
    for data in (whole[:-1], whole[: len(whole) // 2], whole[:line], whole[:line] + b"\xc1"):
        path.write_bytes(data)
        with pytest.raises(UnreadableError, match=r"已损坏或不完整.*--save"):
            read_kept(path)


@pytest.mark.parametrize("column", ["of_row", "of_column", "of_value", "of_place", "starts"])
def test_numbers_that_lead_nowhere_are_refused(tmp_path: Path, column: str) -> None:
    for number in (-1, 10**6):
        content = msgspec.msgpack.decode(kept(SHEETS, "test").partition(b"\n")[2])
        content[column] = number.to_bytes(4, "little", signed=True) + content[column][4:]
        path = tmp_path / "wrong"
        path.write_bytes(b"mingzhang.sheets/1\n" + msgspec.msgpack.encode(content))
        with pytest.raises(UnreadableError, match="已损坏"):
            read_kept(path)


def test_other_files_are_not_sheets_at_rest(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(b"PK\x03\x04")
    assert not is_kept(path)
    assert not is_kept(tmp_path / "absent")
    with pytest.raises(UnreadableError, match="请检查路径和权限"):
        read_kept(tmp_path / "absent")
