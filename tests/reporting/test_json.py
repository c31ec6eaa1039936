"""The JSON report: the contract, and what its fields mean."""

from __future__ import annotations

import json
import os
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import planted
from mingzhang import api
from mingzhang.reporting.json import facts_json, findings_json
from mingzhang.samples import FORMATS
from real import CONTRACT, SEEDS


@pytest.fixture(scope="module")
def contract() -> Any:
    if not CONTRACT.exists():
        pytest.skip("the contract findings.schema.json is not at hand")
    schema = json.loads(CONTRACT.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def report(*paths: Path, separate: bool = True, **options: Any) -> dict[str, Any]:
    return json.loads(findings_json(api.check(list(paths), separate=separate, **options)))


def ids(path: Path) -> list[str]:
    return [finding["id"] for finding in report(path)["findings"]]


def locations(data: Any) -> list[dict[str, Any]]:
    """Every object with a quote, anywhere in ``data``."""
    if isinstance(data, dict):
        own = [data] if "quote" in data else []
        return own + [place for value in data.values() for place in locations(value)]
    if isinstance(data, list):
        return [place for value in data for place in locations(value)]
    return []


def numbers(data: Any, path: str = "") -> set[str]:
    """The paths of all JSON numbers in ``data``, list indexes left out."""
    if isinstance(data, dict):
        return {p for key, value in data.items() for p in numbers(value, f"{path}.{key}")}
    if isinstance(data, list):
        return {p for value in data for p in numbers(value, path)}
    return {path} if isinstance(data, int | float) and not isinstance(data, bool) else set()


# --- the contract -----------------------------------------------------------------------------


def test_contract_is_kept(contract: Any, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "a.txt").write_text("没有表格。", encoding="utf-8")
    for paths in ([samples], [samples / "clean"], [tmp_path], [tmp_path / "none.txt", samples], []):
        contract.validate(report(*paths))
        contract.validate(report(*paths, separate=False))


@pytest.mark.skipif(not SEEDS, reason="the shared seeds are not at hand")
def test_contract_is_kept_for_real_documents(contract: Any) -> None:
    data = report(*SEEDS)
    contract.validate(data)
    assert all(document["status"] != "unreadable" for document in data["documents"])


def test_contract_is_kept_with_damage(contract: Any, flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    changed = {
        "no_table": "".join(line + "\n" for line in text.split("\n") if "\t" not in line),
        "no_unit": text.replace("单位：万元", ""),
        "no_entity": text.replace("部门：青禾市档案服务中心", "部门："),
        "unknown_codes": text.replace("2080505", "2080595"),
        "words_for_figures": text.replace("13.56", "待定"),
        "many_errors": text.replace("0.00", "0.37"),
        "missing": text[: len(text) // 2],
    }
    for name, content in changed.items():
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
    data = report(tmp_path)
    contract.validate(data)
    assert len({finding["rule"] for finding in data["findings"]}) > 5
    assert "edition" in data["documents"][0]


# --- meaning ----------------------------------------------------------------------------------


def test_documents(samples: Path) -> None:
    data = report(samples)
    for number, document in enumerate(data["documents"]):
        assert re.fullmatch(r"[0-9a-f]{64}", document["sha256"])
        assert document["format"] == Path(document["path"]).suffix.lstrip(".")
        assert document["status"] == "read"
        assert document["error"] is None
        assert (document["kind"], document["fiscal_year"]) == ("final_accounts", 2022)
        assert (document["pages"] is None) == (document["format"] != "pdf")
        assert len(document["recognised"]) >= 9
        assert (facts := sum(form["facts"] for form in document["recognised"])) > 400
        assert document["figures"]["tables"] == {"claimed": facts, "all": facts}
        assert data["submissions"][document["submission"]]["documents"] == [number]


def test_unreadable_document(tmp_path: Path, flawed: Path) -> None:
    data = report(tmp_path / "none.docx", flawed)
    bad, good = data["documents"]
    assert (bad["status"], bad["sha256"], bad["format"]) == ("unreadable", None, "docx")
    assert bad["error"]
    assert (good["status"], good["submission"]) == ("read", 0)
    assert data["submissions"][0]["documents"] == [1]
    assert {place["document"] for place in locations(data["findings"])} == {1}


def test_summary_counts(samples: Path) -> None:
    data = report(samples)
    for severity, count in data["summary"]["findings"].items():
        assert count == sum(f["severity"] == severity for f in data["findings"])
    assert sum(e["count"] for e in data["not_evaluated"]) == data["summary"]["outcomes"]["not_evaluated"]
    assert data["summary"]["outcomes"]["failed"] > 0
    assert all(entry["reason"] for entry in data["not_evaluated"])


def test_amounts_are_strings(samples: Path) -> None:
    data = report(samples)
    for key in ("documents", "submissions", "summary"):
        data.pop(key)
    assert data["notes"] == []
    assert numbers(data) <= {
        ".findings.locations.document",
        ".findings.locations.line",
        ".findings.locations.paragraph",
        ".findings.locations.page",
        ".findings.locations.bbox",
        ".findings.values.location",
        ".findings.suggestions.location",
        ".not_evaluated.count",
        ".not_evaluated.submission",
    }
    for finding in data["findings"]:
        for value in finding["values"]:
            if value["unit"] == "万元":
                printed = re.sub(r"[,万元\s]", "", value["printed"])
                assert abs(Decimal(value["value"])) == abs(Decimal(printed)) * 10_000  # 减少 is below zero
        if finding["expected"] is None or finding["expected"]["unit"] != "万元":
            continue
        low, printed, high = (Decimal(finding["expected"][key]) for key in ("low", "printed", "high"))
        assert low <= printed <= high
        wrong = Decimal(finding["values"][0]["value"]) / 10_000
        assert abs(wrong - printed) == Decimal(finding["difference"])


def test_amounts_of_facts_are_strings(flawed: Path) -> None:
    data = json.loads(facts_json(api.read(flawed)))
    (document,) = data.pop("documents")
    figures = document["figures"].values()
    assert sum(part["claimed"] for part in figures) <= len(data["facts"])
    assert all(part["claimed"] == part["all"] for part in figures)
    assert numbers(data) == {
        ".facts.decimals",
        *(f".{part}.location.{key}" for part in ("facts", "texts") for key in ("document", "line")),
    }
    assert len(data["facts"]) > 400
    for fact in data["facts"]:
        assert Decimal(fact["value"]).is_finite()
        if fact["unit"] == "万元":
            printed = re.sub(r"[,万元\s]", "", fact["printed"])
            assert abs(Decimal(fact["value"])) == abs(Decimal(printed)) * 10_000


@pytest.mark.parametrize("source", [None, *SEEDS], ids=lambda p: p.stem if p else "sample")
def test_quotes_are_exact_substrings_of_the_line(source: Path | None, flawed: Path) -> None:
    path = source or flawed
    text = path.read_bytes().decode("utf-8-sig")
    lines = re.split(r"\r\n|\r|\n", text)
    data = report(path)
    facts = json.loads(facts_json(api.read(path)))
    found = locations(data) + locations(facts)
    assert found
    for place in found:
        assert 1 <= place["line"] <= len(lines), place
        first, *rest = place["quote"].split("\n")
        assert first in lines[place["line"] - 1], place
        for number, part in enumerate(rest, place["line"]):
            assert part in lines[number], place


def test_quotes_name_the_title_of_each_form(flawed: Path) -> None:
    lines = flawed.read_text(encoding="utf-8").split("\n")
    for form in report(flawed)["documents"][0]["recognised"]:
        (place,) = form["locations"]
        assert place["quote"]
        assert lines[place["line"] - 1] == place["quote"] == form["title"]


def test_indexes_point_into_their_lists(samples: Path) -> None:
    data = report(samples)
    known = {rule.id for rule in api.rules()}
    for finding in data["findings"]:
        places = finding["locations"]
        assert places[0]["role"] == "subject"
        wrong = [place["quote"] for place in places if place["role"] == "subject"]
        assert len(set(wrong)) == 1  # the same words at several places are one defect
        for value in finding["values"]:
            assert places[value["location"]]["quote"] == value["printed"]
        for suggestion in finding["suggestions"]:
            assert 0 <= suggestion["location"] < len(places)
            assert suggestion["confidence"] in {"certain", "likely", "possible"}
        assert {finding["rule"], *finding["also"]} <= known
        assert finding["rule"] not in finding["also"]
        assert len(set(finding["also"])) == len(finding["also"])
        assert {place["document"] for place in places} < set(range(len(data["documents"])))
    assert {entry["rule"] for entry in data["not_evaluated"]} <= known


# --- ids --------------------------------------------------------------------------------------


def test_ids_stay_from_run_to_run(samples: Path, flawed: Path) -> None:
    assert len(set(ids(flawed))) == planted.ALL
    assert ids(flawed) == ids(flawed)
    assert findings_json(api.check(samples)) == findings_json(api.check(samples))


def test_any_number_of_jobs_gives_the_same_report(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    one = findings_json(api.check([samples, tmp_path], jobs=1))
    assert findings_json(api.check([samples, tmp_path], jobs=2)) == one
    assert findings_json(api.check([samples, tmp_path], jobs=2, separate=True)) != one


def test_files_checked_together(samples: Path) -> None:
    data = report(samples, separate=False)
    each = len(FORMATS)
    together = [sorted(s["documents"]) for s in data["submissions"]]
    assert together == [list(range(each)), list(range(each, 2 * each))]
    assert [d["submission"] for d in data["documents"]] == [0] * each + [1] * each
    places = locations([f for f in data["findings"] if f["severity"] != "rounding"])
    assert {place["document"] for place in places} == {data["submissions"][1]["documents"][0]}
    assert all("--separate" in note for s in data["submissions"] for note in s["notes"])


def test_ids_stay_for_a_renamed_copy(flawed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "2022年度公开（终稿）.txt"
    shutil.copy(flawed, copy)
    assert ids(copy) == ids(flawed)


@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_ids_stay_when_unrelated_paragraphs_come(flawed: Path, tmp_path: Path, where: str) -> None:
    text = flawed.read_text(encoding="utf-8")
    extra = "第一部分 部门概况\n\n本单位负责档案的收集和保管，内设三个科室。\n\n"
    changed = {
        "before": extra + text,
        "between": text.replace("\n支出决算表\n", f"\n{extra}支出决算表\n"),
        "after": f"{text}\n{extra}",
    }[where]
    assert changed != text
    (tmp_path / "a.txt").write_text(changed, encoding="utf-8")
    assert ids(tmp_path / "a.txt") == ids(flawed)
    if where == "before":
        moved = [f["locations"][0]["line"] for f in report(tmp_path / "a.txt")["findings"]]
        assert moved == [f["locations"][0]["line"] + 4 for f in report(flawed)["findings"]]


def test_ids_stay_with_other_line_ends_and_encodings(flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        (tmp_path / "a.txt").write_bytes(text.replace("\n", "\r\n").encode(encoding))
        assert ids(tmp_path / "a.txt") == ids(flawed), encoding


def test_ids_differ_between_defects_and_go_with_a_repair(flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_text(text.replace("13.56", "15.36"), encoding="utf-8")
    left = ids(tmp_path / "a.txt")
    assert len(left) == planted.ALL - 1
    assert set(left) < set(ids(flawed))


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode on Windows")
def test_path_that_is_not_utf8(flawed: Path, tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), "决算.txt".encode("gbk"))
    try:
        shutil.copy(flawed, os.fsdecode(path))
    except OSError:
        pytest.skip("the file system allows only UTF-8 names")
    data = report(Path(os.fsdecode(path)))
    assert len(data["findings"]) == planted.ALL
