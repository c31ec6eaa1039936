"""The standards: chains of editions, overlays that may not do harm, the cache, and validation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.taxonomy import StandardsError, level_of, load

EDITION = "editions:\n  - {{id: {id}, title: 试, year: {year}, jurisdiction: {place}, extends: {extends}}}\n"
RELATION = """\
edition: test-2030
relations:
  - {id: test.r, says: 试, reference: 试, severity: %s, for: "%s", expect: "%s"}
"""


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def edition(folder: Path, id: str = "test-2030", extends: str = "cn-2022", year: int = 2030) -> None:
    put(folder, f"editions/{id}.yaml", EDITION.format(id=id, year=year, place="test", extends=extends))


# ── editions ──────────────────────────────────────────────────────────────────────────────────


def test_a_chain_runs_from_the_base_and_later_editions_override_by_id() -> None:
    library = load()
    assert [e.id for e in library.chain("shanghai-2024")] == ["cn-2022", "cn-2024", "shanghai-2024"]
    national, shanghai = library.standards("cn-2024"), library.standards("shanghai-2024")
    assert list(national.forms) == list(shanghai.forms)
    assert (national.forms["three_public"].number, shanghai.forms["three_public"].number) == (
        "公开09表",
        "公开07表",
    )
    assert national.forms["income_by_function"] is shanghai.forms["income_by_function"]
    ids = [relation.id for relation in shanghai.relations]
    assert len(set(ids)) == len(ids)
    assert {relation.id for relation in national.relations} <= set(ids)
    assert library.standards("cn-2024") is national


def test_an_overlay_overrides_a_relation_and_a_check_by_id_only_in_its_edition(tmp_path: Path) -> None:
    edition(tmp_path)
    put(
        tmp_path,
        "relations/test.yaml",
        "edition: test-2030\nrelations:\n  - {id: income.total_agrees, says: 另一条, reference: 试,"
        " severity: notice,"
        " expect: 'income_expenditure[income, amount] <= income_by_function[total, total]'}\n",
    )
    put(
        tmp_path,
        "checks/test.yaml",
        "edition: test-2030\nchecks:\n"
        "  - {id: tables.missing, says: 另一项, severity: notice, basis: form, reference: 试}\n",
    )
    library = load(tmp_path)
    own, base = library.standards("test-2030"), library.standards("cn-2022")
    own.validate()
    assert [r.id for r in own.relations] == [r.id for r in base.relations]
    assert {r.id: r.source.says for r in own.relations}["income.total_agrees"] == "另一条"
    assert {r.id: r.source.says for r in base.relations}["income.total_agrees"] != "另一条"
    assert (own.checks["tables.missing"].says, base.checks["tables.missing"].severity) == ("另一项", "error")
    assert library.version != load().version


def test_unknown_edition_names_the_known_ones() -> None:
    with pytest.raises(
        StandardsError, match=r"没有版本“atlantis-2024”。可用的版本：.*cn-2022.*shanghai-2024"
    ):
        load().standards("atlantis-2024")


@pytest.mark.parametrize("loop", [["a-1"], ["a-1", "b-1"], ["a-1", "b-1", "c-1"]])
def test_a_cycle_is_told(loop: list[str], tmp_path: Path) -> None:
    for name, parent in zip(loop, [*loop[1:], loop[0]]):
        edition(tmp_path, name, parent)
    with pytest.raises(StandardsError, match=r"“a-1”的继承关系成环"):
        load(tmp_path).standards("a-1")


@pytest.mark.parametrize(
    ("year", "place", "expected"),
    [
        (2022, "cn", "cn-2022"),
        (2024, None, "cn-2024"),
        (2023, None, "cn-2024"),
        (2019, None, "cn-2022"),
        (2030, None, "cn-2024"),
        (None, None, "cn-2024"),
        (2022, "shanghai", "shanghai-2024"),
        (2024, "hunan", "hunan-2022"),
        (2024, "nowhere", "cn-2024"),
    ],
)
def test_the_nearest_edition(year: int | None, place: str | None, expected: str) -> None:
    assert load().nearest(year, place).id == expected


def test_levels() -> None:
    rows = ["201", "20101", "2010101", "…1", "total", "20", "2010"]
    assert [level_of(row) for row in rows] == ["类", "款", "项", "类", None, None, None]


# ── overlays ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("concepts/x.yaml", "concepts: [&a {id: x, label: x}, *a]", "不允许使用YAML别名"),
        ("concepts/x.yaml", "concepts: " + "[" * 40 + "]" * 40, "层次过深"),
        ("concepts/x.yaml", "concepts: " + "[" * 200_000, "层次过深"),
        ("concepts/x.yaml", "concepts: [{id: x, label: x, colour: red}]", "colour"),
        ("concepts/x.yaml", "concepts: [{id: x}]", "label"),
        ("concepts/x.yaml", "concepts: [{id: 3, label: x}]", "concepts的第1项的id：应为文字，现为整数"),
        ("concepts/x.yaml", "concepts:\n- id: x\n  label: x\n  id: y", "“id”写了两次（第2行和第4行）"),
        ("concepts/x.yaml", "", "现为空白"),
        ("concepts/x.yaml", "concepts: [", "不是有效的YAML"),
        ("concepts/x.yaml", b"\xff\xfe\x00", "有误"),
        ("concepts/x.yaml", "concepts: !!python/object/apply:os.system ['true']", "不是有效的YAML"),
        ("codelists/functional.csv", "code,level,name,extra\n201,类,x,y\n", "extra"),
        ("codelists/functional.csv", b"\xff\xff", "有误"),
        ("concepts/x.yaml", b"#" * 4_000_001, "超过4MB"),
    ],
    ids=[
        "alias", "deep", "very deep", "unknown field", "missing field", "wrong type", "key twice", "empty",
        "cut off", "not utf-8", "python tag", "csv column", "csv bytes", "too large",
    ],
)  # fmt: skip
def test_an_unusable_file_is_refused_and_named(
    name: str, text: str | bytes, message: str, tmp_path: Path
) -> None:
    path = put(tmp_path, name, text)
    with pytest.raises(StandardsError) as caught:
        load(tmp_path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(StandardsError, match="不存在"):
        load(Path("/nowhere/standards"))


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(what: str, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/concepts/x.yaml", "concepts: [{id: x, label: x}]")
    overlay = tmp_path / "overlay"
    if what == "folder":
        overlay.mkdir()
        (overlay / "concepts").symlink_to(outside.parent)
    else:
        (overlay / "concepts").mkdir(parents=True)
        (overlay / "concepts" / "x.yaml").symlink_to(outside)
    with pytest.raises(StandardsError, match="指向目录之外"):
        load(overlay)


def test_a_link_inside_the_folder_is_fine(tmp_path: Path) -> None:
    put(tmp_path, "kept/x.yaml", "concepts: [{id: x.y, label: 试}]")
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "x.yaml").symlink_to(tmp_path / "kept" / "x.yaml")
    assert load(tmp_path).concepts["x.y"].label == "试"


# ── cache ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00\xff broken",
        b"\x81\xa1x\x01",
        b"\x80",
    ],
)
def test_the_cache_is_where_it_is_told_to_be_and_may_be_damaged(
    damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay = tmp_path / "overlay"
    put(overlay, "concepts/x.yaml", f"concepts: [{{id: x, label: '{damage.hex()}'}}]")
    monkeypatch.setenv("MINGZHANG_CACHE", str(tmp_path / "cache"))
    first = load(overlay)
    files = list((tmp_path / "cache").iterdir())
    assert [file.name for file in files] == [f"standards-{first.version}.msgpack"]
    whole = files[0].read_bytes()
    files[0].write_bytes(damage or whole[: len(whole) // 2])
    monkeypatch.setattr("mingzhang.taxonomy._LOADED", {})
    again = load(overlay)
    assert again is not first
    assert files[0].read_bytes() == whole, "a damaged cache is written anew"
    assert again.version == first.version
    assert again.concepts["x"].label == damage.hex()
    assert list(again.standards("cn-2022").forms) == list(first.standards("cn-2022").forms)


def test_an_unwritable_cache_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "overlay/concepts/x.yaml", "concepts: [{id: x, label: 无处可存}]")
    monkeypatch.setenv("MINGZHANG_CACHE", str(put(tmp_path, "a-file", "") / "below"))
    assert load(tmp_path / "overlay").concepts["x"].label == "无处可存"


def test_a_changed_overlay_is_not_served_from_the_cache(tmp_path: Path) -> None:
    put(tmp_path, "concepts/x.yaml", "concepts: [{id: x, label: 先}]")
    assert load(tmp_path).concepts["x"].label == "先"
    put(tmp_path, "concepts/x.yaml", "concepts: [{id: x, label: 后}]")
    assert load(tmp_path).concepts["x"].label == "后"


# ── validation ────────────────────────────────────────────────────────────────────────────────


def test_the_built_in_standards_are_valid() -> None:
    library = load()
    for name in library.editions:
        library.standards(name).validate()


@pytest.mark.parametrize(
    ("severity", "quantifiers", "expect", "message"),
    [
        ("error", "", "ghost[total, total] = 0", "表“ghost”不存在"),
        ("error", "", "income_by_function[total, ghost] = 0", r"栏“income_by_function\[…, ghost\]”不存在"),
        ("error", "c in total ghost", "income_by_function[total, c] = 0", "ghost.*不存在"),
        ("error", "", "income_by_function[ghost, total] = 0", r"行“income_by_function\[ghost, …\]”不存在"),
        ("error", "", "ratio(ghost[total, total], 1) = 0", "表“ghost”不存在"),
        ("grave", "", "income_by_function[total, total] = 0", "级别“grave”不存在"),
        ("error", "", "income_by_function[total, total] = ", "test.r.*写法有误"),
        ("error", "", "income_by_function[total, total] = 1e9", "test.r.*写法有误"),
        ("error", "r in ghost[类]", "income_by_function[r, total] = 0", "表“ghost”不存在"),
        ("error", "r in", "income_by_function[total, total] = 0", "test.r.*写法有误"),
    ],
)
def test_validation_says_what_does_not_exist(
    severity: str, quantifiers: str, expect: str, message: str, tmp_path: Path
) -> None:
    edition(tmp_path)
    put(tmp_path, "relations/test.yaml", RELATION % (severity, quantifiers, expect))
    with pytest.raises(StandardsError, match=message):
        load(tmp_path).standards("test-2030").validate()


def test_validation_covers_the_condition(tmp_path: Path) -> None:
    edition(tmp_path)
    text = RELATION % ("error", "", "income_by_function[total, total] = 0")
    put(tmp_path, "relations/test.yaml", text.replace('for: ""', 'when: "ghost[total, total] = 0"'))
    with pytest.raises(StandardsError, match="表“ghost”不存在"):
        load(tmp_path).standards("test-2030").validate()


def test_validation_covers_references_that_name_many_cells(tmp_path: Path) -> None:
    edition(tmp_path)
    put(tmp_path, "relations/test.yaml", RELATION % ("error", "", "income_by_function[类, total] = 0"))
    with pytest.raises(StandardsError, match=r"test\.r"):
        load(tmp_path).standards("test-2030").validate()


BLOCKS = """
edition: {edition}
schemes:
  - id: {id}
    title: 评分表
    reference: 一份文件
    of: [{of}]
    blocks: [{{label: 甲, is: {first}, weight: 60}}, {{label: 乙, is: benefit, weight: 40}}]
"""


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"edition": "mars-1"}, "没有版本“mars-1”"),
        ({"id": "''"}, "编号只能用"),
        ({"of": "ghost"}, "“ghost”不存在"),
        ({"of": "report.conclusion"}, "of应当是自评表，可用：.*department_score_sheet"),
        ({"of": ""}, "of应当是自评表"),
        ({"first": "outputs"}, "没有“outputs”这一类，可用：funds、.*output"),
        ({"first": "benefit"}, "两类指标的is相同"),
    ],
)
def test_a_scheme_of_blocks_is_of_a_sheet_that_there_is(
    changed: dict[str, str], message: str, tmp_path: Path
) -> None:
    right = {"edition": "cn-2022", "id": "own", "of": "department_score_sheet", "first": "output"}
    put(tmp_path / "right", "indicators/own.yml", BLOCKS.format(**right))
    assert "own" in api.schemes("cn-2022", standards=tmp_path / "right")
    put(tmp_path / "wrong", "indicators/own.yaml", BLOCKS.format(**right | changed))
    for use in (api.validate, lambda folder: api.score_template("own", standards=folder)):
        with pytest.raises(StandardsError, match=message):
            use(tmp_path / "wrong")


def test_a_scheme_twice_in_a_file_and_a_folder_without_standards(tmp_path: Path) -> None:
    text = BLOCKS.format(edition="cn-2022", id="own", of="department_score_sheet", first="output")
    put(tmp_path / "twice", "indicators/own.yaml", text + text.partition("schemes:\n")[2])
    with pytest.raises(StandardsError, match="“own”在一个文件中写了两次"):
        api.validate(tmp_path / "twice")
    (tmp_path / "none").mkdir()
    with pytest.raises(StandardsError, match="没有标准文件"):
        api.validate(tmp_path / "none")


def test_files_that_stand_where_none_are_read(tmp_path: Path) -> None:
    text = BLOCKS.format(edition="cn-2022", id="own", of="department_score_sheet", first="output")
    put(tmp_path, "indicators/own.yaml", text)
    put(tmp_path, ".git/config.yaml", "a: 1")
    assert all("个指标体系" in line for line in api.validate(tmp_path))
    for name in ("indicator/own.yaml", "own.yaml"):
        stray = put(tmp_path, name, text)
        with pytest.raises(StandardsError, match="没有读取：标准文件应放在这些文件夹中"):
            api.validate(tmp_path)
        stray.unlink()
    with pytest.raises(StandardsError, match="是文件，应给出标准目录"):
        api.validate(tmp_path / "indicators" / "own.yaml")
    put(tmp_path, "indicators/own.yaml", text.encode("gbk"))
    with pytest.raises(StandardsError, match="不是UTF-8编码（可能是GBK）"):
        api.validate(tmp_path)


INPUTS = """
edition: cn-2022
schemes:
  - id: own
    title: 评分表
    reference: 一份文件
    of: [report.conclusion]
    indicators:
      - id: a
        label: [甲]
        within: [一, 二]
        rule: {{kind: proportion}}
        weight: 100
        unit: 万元
        formula: c
        inputs: {{c: {{label: 数, is: ["{cell}"]}}}}
"""


@pytest.mark.parametrize(
    ("cell", "there"),
    [
        ("base_data[staff, rate]", True),
        ("base_data[staff, rates]", False),
        ("base_data[staffing, rate]", False),
        ("report.conclusion[expenditure, final]", True),
        ("report.conclusion[ghost, final]", False),
        ("income_by_function[total, total]", True),
        ("income_by_function[total, ghost]", False),
        ("income_by_function[ghost, total]", False),
    ],
)
def test_the_inputs_of_a_scheme_are_cells_that_there_are(cell: str, there: bool, tmp_path: Path) -> None:
    put(tmp_path, "indicators/own.yaml", INPUTS.format(cell=cell))
    if there:
        assert api.validate(tmp_path)
    else:
        with pytest.raises(StandardsError, match=re.escape(f"没有“{cell}”这一格")):
            api.validate(tmp_path)


def test_outlines_fill_only_cells_that_there_are(tmp_path: Path) -> None:
    text = 'edition: cn-2022\nfilled: {base_data: {staffing: {rate: "three_public[final, total]"}}}\n'
    put(tmp_path, "outlines/own.yaml", text)
    with pytest.raises(StandardsError, match=re.escape("没有“base_data[staffing, rate]”这一格")):
        api.validate(tmp_path)
