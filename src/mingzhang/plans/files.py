"""Data files read: what stands at which key, with its place; a workbook and YAML give the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mingzhang.documents import Document, Paragraph, Table, UnreadableError
from mingzhang.plans.blocks import COLUMNS
from mingzhang.plans.entries import FORMAT
from mingzhang.provenance import Place
from mingzhang.readers.sheets import column_letters

SHEET = "填写"
"""The sheet of a workbook that is filled in, as the template names it."""

SCORES, CHOICES = "评分", "选项"
"""Its other sheets: the scores that Excel works out, and the hidden lists of choices."""

DATA = (
    "这是评分数据，不是写成的文件，没有核对；请直接给出这个文件，用 mingzhang score 评分，"
    "加 -o 自评表.xlsx 得到填好的表，再核对这张表。"
)
DAMAGED = (
    f"像是损坏的评分数据：缺少工作表“{SHEET}”，或者其A1格不是“{FORMAT}”（此列是隐藏的）；"
    "请用 mingzhang score template 重新生成模板，把数据填进去。"
)
"""What is said of a data file that is taken for a document."""

KEYS, VALUES = 0, 3
"""Its columns of keys (hidden) and of what is filled in."""

COLUMNS_KEY = "columns"
"""The key of the heading of a table, below which rows have a value in each of ``blocks.COLUMNS``."""

_ANY_FORMAT = FORMAT.partition("/")[0] + "/"
_LARGEST = 4_000_000
_SUFFIXES = (".yaml", ".yml")
_DEPTH = 4
_FIELDS = "indicators"


class Filled(NamedTuple):
    """What stands at a key; ``number`` says that a workbook holds it as a number, ``place`` is in words.

    ``shown`` is a number of a workbook as it prints, empty elsewhere.
    """

    text: str
    place: str
    number: bool | None = None
    percent: bool = False
    shown: str = ""

    @property
    def words(self) -> str:
        """What stands there where a text is asked for: a date or 95% as they print."""
        return self.shown.strip() or self.text


Fields = Mapping[str, Filled]


def fields(path: Path) -> Fields | None:
    """What the data file says by key; None where the file is none. Raises UnreadableError."""
    suffix = path.suffix.lower()
    if suffix not in (*_SUFFIXES, ".xlsx") or not path.is_file():
        return None
    try:
        if path.stat().st_size > _LARGEST:
            return _too_large(path) if suffix in _SUFFIXES else None
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"无法读取“{path}”，请检查路径和权限。") from error
    return _of_yaml(data, path) if suffix in _SUFFIXES else _of_workbook(data, path)


def is_data(path: Path) -> bool:
    """Whether a file is a data file of a scheme, be it with faults."""
    try:
        return fields(path) is not None
    except UnreadableError:
        return False


def taken_for_document(document: Document) -> str:
    """What to say of a workbook that is data and was read as a document; empty where it is none."""
    if document.format != "xlsx":
        return ""
    sheets: set[str | None] = set()
    for block in document.blocks:
        first = block.cells[0].text if isinstance(block, Table) and block.cells else ""
        text = block.text if isinstance(block, Paragraph) else first
        if text.startswith(_ANY_FORMAT):
            return DATA
        sheets.add(block.place.sheet)
    return DAMAGED if {SCORES, CHOICES} <= sheets else ""


def _too_large(path: Path) -> Fields:
    raise UnreadableError(f"评分数据“{path}”超过{_LARGEST // 1_000_000}MB，不像是评分数据，请检查。")


def _of_workbook(data: bytes, path: Path) -> Fields | None:
    from mingzhang.readers.stored import stored

    try:
        sheets = stored(data)
    except UnreadableError:
        return None  # the reader of documents says what is wrong
    first = {name: cells[0, KEYS].text for name, cells in sheets.items() if (0, KEYS) in cells}
    sheet = next((name for name, text in first.items() if text.startswith(_ANY_FORMAT)), None)
    if sheet is None:
        return None
    if first[sheet] != FORMAT:
        raise UnreadableError(
            f"评分数据“{path}”的格式是“{first[sheet]}”，应为“{FORMAT}”；请用 score template 重新生成模板。"
        )
    cells = sheets[sheet]
    found: dict[str, Filled] = {}
    keys = {row: cell.text for (row, column), cell in cells.items() if column == KEYS and cell.text != FORMAT}
    first_row: dict[str, int] = {}
    for row, key in sorted(keys.items()):
        if first_row.setdefault(key, row) != row:
            both = "和".join(_of_sheet(sheet, VALUES, number) for number in (first_row[key], row))
            raise UnreadableError(
                f"评分数据“{path}”的{both}是同一项（A列都是“{key}”），无法判断以哪个为准；请删去一行。"
            )
    heading = next((row for row, key in keys.items() if key == COLUMNS_KEY), None)
    for row, key in keys.items():
        table = heading is not None and row > heading
        names = [f"{key}.{name}" for name in COLUMNS] if table else [key]
        for column, name in enumerate(names, VALUES):
            value = cells.get((row, column))
            place = _of_sheet(sheet, column, row)
            text = value.text.strip() if value else ""
            found[name] = Filled(text, place)
            if value:
                found[name] = Filled(text, place, value.number, value.percent, value.shown)
    found.pop(COLUMNS_KEY, None)
    return found


def _of_sheet(sheet: str, column: int, row: int) -> str:
    """The place of a cell, in words."""
    return Place(sheet=sheet, cell=f"{column_letters(column)}{row + 1}").describe()


def _of_yaml(data: bytes, path: Path) -> Fields:
    import yaml

    try:
        text = data.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CBaseLoader)):
            raise ValueError("alias")
        root = yaml.compose(text, yaml.CBaseLoader)
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else ""
        raise UnreadableError(
            f"评分数据“{path}”{where}不是有效的YAML（UTF-8编码，不用别名），请检查。"
        ) from error
    found: dict[str, Filled] = {}
    if isinstance(root, yaml.MappingNode):
        _collect(root, "", found, path)
    if found.get("format", Filled("", "")).text != FORMAT:
        raise UnreadableError(
            f"“{path}”不是评分数据：第一项应为 format: {FORMAT}；用 score template 生成模板。"
        )
    return found


def _collect(node: object, prefix: str, found: dict[str, Filled], path: Path, depth: int = 1) -> None:
    """The scalars below a mapping, by their keys; those of ``indicators`` without that word."""
    import yaml

    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        name = f"{prefix}{key.value}" if isinstance(key, yaml.ScalarNode) else ""
        place = f"{name}（第{key.start_mark.line + 1}行）"
        if isinstance(value, yaml.ScalarNode) and name:
            own = name.removeprefix(f"{_FIELDS}.")
            if own in found:
                raise UnreadableError(f"评分数据“{path}”的{place}写了两次，请只留一处。")
            found[own] = Filled(value.value.strip(), place)
        elif isinstance(value, yaml.MappingNode) and name and depth < _DEPTH:
            _collect(value, f"{name}.", found, path, depth + 1)
        else:
            raise UnreadableError(f"评分数据“{path}”的{place}写法不对：每一项应为一个值。")
