"""``unit.yaml``: whose disclosure it is, the unit's own texts, the reasons of changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.binding.disclosure import REPORT, Contents
from mingzhang.facts import Key
from mingzhang.outlines import FreeText
from mingzhang.projects.outlined import Places
from mingzhang.projects.project import FIGURES, FORMAT, UNIT, ProjectError, is_last, key_of
from mingzhang.projects.reason_keys import ReasonKeys
from mingzhang.taxonomy import Library, Standards, safe_yaml

SCOPES = ("部门", "单位")
_LARGEST = 4_000_000
_PLAIN = re.compile(r"[^\s:#'\"\[\]{}&*!|>%@`,-][^:#\n]*")


class UnitFile(msgspec.Struct, forbid_unknown_fields=True):
    """The fields of the file."""

    format: str
    name: str
    year: int
    edition: str = ""
    code: str = ""
    scope: str = "部门"
    report: str = REPORT
    names: dict[str, str] = {}
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    archive: str = ""
    corrections: dict[str, str] = {}

    def archive_of(self, folder: Path) -> Path | None:
        """The archive that the project in ``folder`` takes last year's figures from."""
        return folder / self.archive if self.archive else None

    def contents(self, figures: Mapping[Key, str]) -> Contents:
        """What a disclosure is composed from, with ``figures``."""
        reasons = {key: text for where, text in self.reasons.items() if (key := key_of(where)) and text}
        return Contents(
            self.name, self.year, self.scope, figures, self.texts, reasons, self.names, self.report
        )


def read_unit(folder: Path, library: Library) -> tuple[UnitFile, Standards]:
    """The file of the project in ``folder`` with its standards; raises ProjectError."""
    path = folder / UNIT
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = f"没有“{UNIT}”，或无法打开；用 mingzhang new 文件夹 可以生成一个新的项目。"
        raise ProjectError(folder, [fault]) from error
    if len(data) > _LARGEST:
        raise ProjectError(folder, [f"“{UNIT}”超过{_LARGEST // 1_000_000}MB，不像是项目文件。"])
    try:
        found = msgspec.convert(_texts(safe_yaml(data)), UnitFile)
    except msgspec.ValidationError as error:
        raise ProjectError(folder, [f"“{UNIT}”：{_told(str(error))}"]) from error
    except ValueError as error:
        raise ProjectError(folder, [f"“{UNIT}”：{error}"]) from error
    if found.format != FORMAT:
        raise ProjectError(folder, [f"“{UNIT}”的 format 是“{found.format}”，应为“{FORMAT}”。"])
    edition = found.edition or library.nearest(found.year, None).id
    if edition not in library.editions:
        known = "、".join(library.editions)
        raise ProjectError(folder, [f"“{UNIT}”的 edition“{edition}”不存在，可用：{known}。"])
    standards = library.standards(edition)
    faults = list(_faults(found, standards))
    if faults:
        raise ProjectError(folder, faults)
    return found, standards


def _texts(content: Any) -> Any:
    """The content with scalars as texts where texts are asked for: a name of digits, a blank text."""
    if not isinstance(content, dict):
        return content
    for field in ("name", "code", "edition", "scope", "report", "format", "archive"):
        if field in content:
            content[field] = "" if content[field] is None else str(content[field])
    for field in ("names", "texts", "reasons", "corrections"):
        if field in content and content[field] is None:
            content[field] = {}
        if isinstance(content.get(field), dict):
            content[field] = {str(k): "" if v is None else str(v) for k, v in content[field].items()}
    return content


_SAYS = (
    (re.compile(r"Object missing required field `(\w+)`"), "缺少“{}”。"),
    (re.compile(r"Object contains unknown field `(\w+)`"), "没有“{}”这一项，请删去或改正。"),
    (re.compile(r"Expected `int`, got `\w+` - at `\$\.(\w+)`"), "“{}”应当是整数。"),
    (re.compile(r"Expected `object`, got `\w+` - at `\$\.(\w+)`"), "“{}”应当是“名称: 文字”的列表。"),
)


def _told(said: str) -> str:
    for pattern, told in _SAYS:
        match = pattern.search(said)
        if match:
            return told.format(match[1])
    return "内容应当是“项目: 值”的列表，可用 mingzhang new 生成一个对照。"


def _faults(file: UnitFile, standards: Standards) -> Iterator[str]:
    if not file.name.strip():
        yield f"“{UNIT}”的 name 是空的，请填写单位名称。"
    if not 2000 <= file.year <= 2100:
        yield f"“{UNIT}”的 year 是“{file.year}”，应当是四位数的年度。"
    if file.scope not in SCOPES:
        yield f"“{UNIT}”的 scope 是“{file.scope}”，只能是{'或'.join(SCOPES)}。"
    if file.report and file.report not in standards.outlines.outlines:
        can = "、".join(name for name in standards.outlines.outlines if name.startswith(REPORT))
        yield f"“{UNIT}”的 report“{file.report}”不存在，可用：{can}；没有自评报告的，写空。"
    yield from _text_faults(file, standards)
    if file.reasons:
        reasons = ReasonKeys(standards)
        faults = (reasons.fault(where, file.year) for where in file.reasons)
        yield from (f"“{UNIT}”的 reasons 中{fault}" for fault in faults if fault)
    for where in file.corrections:
        key = key_of(where)
        if key is None or not is_last(key):
            yield (
                f"“{UNIT}”的 corrections 中“{where}”不是上年数的编号；编号见 {FIGURES} 的“补充数据”，"
                "以“last.”开头或以“/prior”结尾。"
            )


def _text_faults(file: UnitFile, standards: Standards) -> Iterator[str]:
    """Names of texts that no outline has, and further texts of sections that take none."""
    known, outlines = standards.outlines.texts, standards.outlines
    places = (
        [Places(outline, outlines.frames) for outline in outlines.outlines.values()] if file.texts else []
    )
    further = {name for place in places for name in place.more.values()}
    sectioned = {name.partition("/")[0] for name in further}
    for name in file.texts:
        plain = name.partition("/")[0]
        if plain not in known:
            nearest = get_close_matches(plain, known, 1)
            hint = f"最接近的是“{nearest[0]}”（{known[nearest[0]].label}）；" if nearest else ""
            yield f"“{UNIT}”的 texts 中没有“{name}”这一段；{hint}可用：{'、'.join(known)}。"
        elif plain in sectioned and name not in further:
            nearest = get_close_matches(name, further, 1)
            hint = f"；最接近的是“{nearest[0]}”" if nearest else ""
            yield f"“{UNIT}”的 texts 中“{name}”不是可以补充文字的一节{hint}。"


def write_unit(file: UnitFile, texts: Mapping[str, FreeText], notes: Mapping[str, str]) -> bytes:
    """The file as YAML that a person goes on with: every text in its place, every reason with its sentence.

    ``texts`` are the ones to be listed, ``notes`` the sentences by the reason's address.
    """
    lines = [
        f"format: {FORMAT}",
        f"name: {_scalar(file.name)}",
        f"code: {_scalar(file.code)}",
        f"year: {file.year}",
        f"edition: {file.edition}",
        f"scope: {file.scope}  # 部门或单位",
        f"report: {file.report}  # 自评报告的提纲；没有自评报告的，留空",
    ]
    lines += _mapping("names", file.names, {})
    labels = {name: text.label + ("（可以不写）" if text.optional else "") for name, text in texts.items()}
    lines += ["", "# 由单位自己写的文字；每行一段。"]
    lines += _mapping("texts", {**dict.fromkeys(texts, ""), **file.texts}, labels)
    lines += ["", "# 增减和预决算差异的原因；注释是成文后的句子。"]
    lines += _mapping("reasons", {**dict.fromkeys(notes, ""), **file.reasons}, notes)
    lines += ["", "# 上年决算数取自这个归档文件夹；没有归档的，留空，在 figures.xlsx 中填写。"]
    lines += [f"archive: {_scalar(file.archive)}".rstrip()]
    lines += ["# 与归档不同的上年数要写明理由：“编号: 理由”，数字填在 figures.xlsx 中。"]
    lines += _mapping("corrections", file.corrections, {})
    return ("\n".join(lines) + "\n").encode()


def _mapping(field: str, values: Mapping[str, str], notes: Mapping[str, str]) -> Iterator[str]:
    if not values:
        yield f"{field}: {{}}"
        return
    yield f"{field}:"
    for name, text in values.items():
        if name in notes:
            yield f"  # {notes[name]}"
        if "\n" in text:
            yield f"  {_scalar(name)}: |-"
            yield from (f"    {line.strip()}" for line in text.strip().splitlines())
        else:
            yield f"  {_scalar(name)}: {_scalar(text)}".rstrip()


def _scalar(text: str) -> str:
    """A text on one line, quoted where YAML could take it for something else."""
    safe = _PLAIN.fullmatch(text) and not text[:1].isdigit() and text.strip() == text
    if not text or (safe and text.lower() not in _WORDS):
        return text
    return msgspec.json.encode(text).decode()


_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "~")
