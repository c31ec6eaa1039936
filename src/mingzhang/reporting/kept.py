"""Score sheets at rest: one compact file in columns, which a department keeps and rolls up again.

The first line names the format and its number; the rest is MessagePack. Columns of numbers are kept as
32-bit little-endian bytes. A file of an older number is migrated step by step when it is read.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.documents import UnreadableError
from mingzhang.money import MAX_DECIMALS
from mingzhang.provenance import Place
from mingzhang.scoring.sheets import Head, Row, Sheets, Value

NUMBER = 2
"""The number of the format that is written."""

_NAME = b"mingzhang.sheets/"
_LARGEST = 2 << 30
_INTEGER = 1 << 63
_PLACE = tuple[int | None, int | None, int | None, str | None, str | None]

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _with_entity(content: dict[str, Any]) -> dict[str, Any]:
    """From 1 to 2: a head also says whose file it is from."""
    return {**content, "heads": [[*head[:-1], "", head[-1]] for head in content["heads"]]}


MIGRATIONS: dict[int, Migration] = {1: _with_entity}
"""What makes the content of number n + 1 of that of number n."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    tool: str
    heads: list[tuple[str, str, str, str, str, str, int, str, str, _PLACE]]
    rows: list[Row]
    columns: list[str]
    labels: dict[str, str]
    places: list[_PLACE]
    printed: list[str]
    mantissas: list[int | str]
    decimals: bytes
    units: list[str | None]
    starts: bytes
    of_row: bytes
    of_column: bytes
    of_value: bytes
    of_place: bytes


def is_kept(path: Path) -> bool:
    """Whether the file holds sheets at rest."""
    try:
        with path.open("rb") as file:
            return file.read(len(_NAME)) == _NAME
    except OSError:
        return False


def kept(sheets: Sheets, tool: str) -> bytes:
    """The sheets as a file; ``tool`` is the version that writes it."""
    values = sheets.values
    content = _File(
        tool,
        [(*head[:-2], head.entity, _placed(head.place)) for head in sheets.heads],
        sheets.rows,
        sheets.columns,
        sheets.labels,
        [_placed(place) for place in sheets.places],
        values.printed,
        [m if -_INTEGER <= m < _INTEGER else str(m) for m in values.mantissas],
        bytes(values.decimals),
        values.units,
        *(
            _bytes(column)
            for column in (sheets.starts, sheets.of_row, sheets.of_column, sheets.of_value, sheets.of_place)
        ),
    )
    return _NAME + b"%d\n" % NUMBER + msgspec.msgpack.encode(content)


def read_kept(path: Path) -> Sheets:
    """The sheets of a file; raises UnreadableError that says what is wrong with it."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableError(f"汇总数据“{path}”超过{_LARGEST >> 30}GB，请按单位分批保存。")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"无法读取汇总数据“{path}”，请检查路径和权限。") from error
    line, _, body = data.partition(b"\n")
    number = line.removeprefix(_NAME)
    if not number.isdigit() or len(number) > 4 or not 1 <= int(number) <= NUMBER:
        told = number[:20].decode("ascii", "replace")
        raise UnreadableError(
            f"汇总数据“{path}”的格式编号是“{told}”，本程序能读1到{NUMBER}；请更新明账后再读。"
        )
    try:
        return _sheets(_current(body, int(number)))
    except (msgspec.MsgspecError, ValueError, IndexError) as error:
        raise UnreadableError(f"汇总数据“{path}”已损坏或不完整，请用 --save 从原件重新保存。") from error


def _current(body: bytes, number: int) -> _File:
    """The content in the form of today."""
    if number == NUMBER:
        return msgspec.msgpack.decode(body, type=_File)
    content = msgspec.msgpack.decode(body, type=dict[str, Any])
    for step in range(number, NUMBER):
        content = MIGRATIONS[step](content)
    return msgspec.convert(content, _File)


def _sheets(file: _File) -> Sheets:
    """The sheets of a file's content; raises ValueError where it does not hang together."""
    mantissas = [int(m) for m in file.mantissas] if str in set(map(type, file.mantissas)) else file.mantissas
    values = Value(file.printed, mantissas, list(file.decimals), file.units)  # type: ignore[arg-type]
    sheets = Sheets(
        [Head(*head[:-2], _place(head[-1]), head[-2]) for head in file.heads],
        file.rows,
        file.columns,
        [_place(place) for place in file.places],
        values,
        file.labels,
        *(
            _numbers(data)
            for data in (file.starts, file.of_row, file.of_column, file.of_value, file.of_place)
        ),
    )
    counts = len(values.mantissas), len(values.decimals), len(values.units)
    if counts != (len(values.printed),) * 3 or max(values.decimals, default=0) > MAX_DECIMALS:
        raise ValueError("values")
    cells = len(sheets.of_row)
    bounds = (
        (sheets.of_row, len(sheets.rows)),
        (sheets.of_column, len(sheets.columns)),
        (sheets.of_value, len(values.printed)),
        (sheets.of_place, len(sheets.places)),
    )
    for column, size in bounds:
        if len(column) != cells or (cells and not 0 <= min(column) <= max(column) < size):
            raise ValueError("cells")
    starts = sheets.starts.tolist()
    if len(starts) != len(sheets.heads) + 1 or starts != sorted(starts) or starts[0] or starts[-1] != cells:
        raise ValueError("sheets")
    return sheets


def _placed(place: Place) -> _PLACE:
    return place.page, place.line, place.paragraph, place.sheet, place.cell


def _place(place: _PLACE) -> Place:
    page, line, paragraph, sheet, cell = place
    return Place(page, line, None, paragraph, sheet, cell)


def _bytes(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column = array("i", column)
        column.byteswap()
    return column.tobytes()


def _numbers(data: bytes) -> array[int]:
    column = array("i")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column
