"""The samples hold exactly the planted errors, the same in both formats."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from mingzhang import api
from mingzhang.reporting.json import findings_json
from mingzhang.samples import EDITION, FORMATS, PLANTED, SAMPLES, SLIPS, YEAR, figures

SUFFIXES = FORMATS
formats = pytest.mark.parametrize("suffix", SUFFIXES)


@pytest.fixture(scope="module")
def right() -> dict[tuple[str, str, str], str]:
    return figures(SAMPLES["flawed"].unit, api.library().standards(EDITION))


def findings(path: Path) -> list:
    """What is found besides what rounding explains."""
    report = api.check(path)
    assert not report.unreadable
    return [finding for finding in report.findings if finding.severity != "rounding"]


def facts(path: Path) -> list[tuple]:
    return sorted(
        (f.key, f.concept, sorted(f.dimensions.items()), f.printed, f.amount.unit, f.amount.base_value)
        for f in api.read(path)
    )


def test_written_files(tmp_path: Path) -> None:
    written = api.write_samples(tmp_path / "new" / "folder")
    names = sorted(str(p.relative_to(tmp_path / "new" / "folder")) for p in written)
    assert names == [f"{name}/决算公开{suffix}" for name in ("clean", "flawed") for suffix in SUFFIXES]
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == sorted(written)


def test_written_again_they_are_the_same(samples: Path, tmp_path: Path) -> None:
    first = {p.relative_to(tmp_path): p.read_bytes() for p in api.write_samples(tmp_path)}
    second = {p.relative_to(tmp_path): p.read_bytes() for p in api.write_samples(tmp_path)}
    assert first == second
    assert first == {path: (samples / path).read_bytes() for path in first}


@formats
def test_clean_sample_has_no_finding_at_all(samples: Path, suffix: str) -> None:
    assert findings(samples / "clean" / f"决算公开{suffix}") == []


@formats
@pytest.mark.parametrize("name", ["clean", "flawed"])
def test_identity_and_forms(samples: Path, name: str, suffix: str) -> None:
    (file,) = api.check(samples / name / f"决算公开{suffix}").files
    assert file.identity is not None
    assert (file.identity.entity, file.identity.year) == (SAMPLES[name].entity, YEAR)
    assert file.edition == EDITION
    standards = api.library().standards(EDITION)
    seen = {form.form for form in file.forms}
    assert seen >= set(standards.forms)
    assert seen - set(standards.forms) >= {"base_data", "department_score_sheet", "project_score_sheet"}
    assert not file.unrecognised
    assert file.notes == []


def in_tables(found: list) -> list:
    """The findings of the errors planted in tables."""
    return [finding for finding in found if finding.subject[1:4] in PLANTED]


@formats
def test_flawed_sample_has_exactly_the_planted_errors(samples: Path, suffix: str) -> None:
    found = findings(samples / "flawed" / f"决算公开{suffix}")
    tables = in_tables(found)
    assert {f.subject[1:4]: f.subject[4] for f in tables} == PLANTED
    assert len(tables) == len(PLANTED)
    assert all(f.severity == "error" and f.subject[0] == "figure" for f in tables)
    text = [f for f in found if f not in tables]
    assert Counter(f.rule for f in text) == Counter(slip.rule for slip in SLIPS)
    assert len(found) >= 30


@formats
def test_first_suggestion_is_the_right_figure(samples: Path, suffix: str, right: dict) -> None:
    for finding in in_tables(findings(samples / "flawed" / f"决算公开{suffix}")):
        key = finding.subject[1:4]
        first = finding.suggestions[0]
        assert first.replacement == right[key]
        assert finding.locations[first.location].quote == PLANTED[key]
        assert finding.locations[first.location].role == "subject"
        assert finding.expected is not None
        assert finding.expected.printed == right[key]
        assert f"应为{right[key]}" in finding.message
        assert PLANTED[key] in finding.message


def test_a_slip_is_quoted_where_it_stands(flawed: Path) -> None:
    found = findings(flawed)
    lines = flawed.read_text(encoding="utf-8").splitlines()
    for finding in found:
        for location in finding.locations:
            quoted = "".join(location.quote.split())
            near = "".join("".join(lines[(location.place.line or 1) - 1 :][:3]).split())
            assert quoted in near, finding.message


def test_finding_ids_are_the_same_in_both_formats(samples: Path) -> None:
    ids = [[(f.id, f.rule) for f in findings(samples / "flawed" / f"决算公开{s}")] for s in SUFFIXES]
    assert all(sorted(found) == sorted(ids[0]) for found in ids)
    assert len(set(ids[0])) == len(PLANTED) + len(SLIPS)


@pytest.mark.parametrize("name", ["clean", "flawed"])
def test_both_formats_give_equal_facts(samples: Path, name: str) -> None:
    docx, pdf, txt, xlsx = (facts(samples / name / f"决算公开{suffix}") for suffix in FORMATS)
    assert docx == pdf == txt == xlsx


@formats
@pytest.mark.parametrize(("name", "changes"), [("clean", {}), ("flawed", PLANTED)])
def test_every_figure_is_read_back(samples: Path, name: str, changes: dict, suffix: str) -> None:
    standards = api.library().standards(EDITION)
    facts_read = api.read(samples / name / f"决算公开{suffix}")
    read = {fact.key: fact.printed for fact in facts_read if fact.key[0] in standards.forms}
    wanted = figures(SAMPLES[name].unit, standards) | changes
    assert {key: read[key] for key in wanted if key in read} == {k: v for k, v in wanted.items() if k in read}
    assert {key: v for key, v in wanted.items() if key not in read and float(v)} == {}
    assert {key: v for key, v in read.items() if key not in wanted and float(v)} == {}


@formats
def test_places_address_their_format(samples: Path, suffix: str) -> None:
    data = json.loads(findings_json(api.check(samples / "flawed" / f"决算公开{suffix}")))
    for location in (place for finding in data["findings"] for place in finding["locations"]):
        if suffix == ".pdf":
            assert location["page"] >= 1
            assert location["line"] is None
            x0, top, x1, bottom = location["bbox"]
            assert 0 <= x0 < x1
            assert 0 <= top < bottom
            continue
        assert (location["page"], location["bbox"]) == (None, None)
        if suffix == ".txt":
            assert location["line"] >= 1
        elif suffix == ".docx":
            assert location["paragraph"] >= 1
        else:
            assert location["sheet"]
            assert location["cell"]


def ids(text: str, directory: Path) -> set[str]:
    path = directory / "决算公开.txt"
    path.write_text(text, encoding="utf-8")
    return {finding.id for finding in findings(path)}


@pytest.mark.parametrize("seed", range(4))
def test_ids_outlast_unrelated_text(flawed: Path, tmp_path: Path, seed: int) -> None:
    text = flawed.read_text(encoding="utf-8")
    lines, pick = text.split("\n"), random.Random(seed)
    first, last = (max(n for n, line in enumerate(lines) if line.startswith(f"第{x}部分")) for x in "三四")
    for words in ("读者服务热情周到，馆内环境整洁。", "全体职工团结协作，完成了各项任务。"):
        lines.insert(pick.randrange(first + 1, last), words)
    assert ids("\n".join(lines), tmp_path) == ids(text, tmp_path)


def test_ids_outlast_the_other_defects(flawed: Path, tmp_path: Path) -> None:
    """Each slip mended alone takes its own finding away and leaves the ids of all others."""
    text = flawed.read_text(encoding="utf-8")
    before = ids(text, tmp_path)
    for slip in SLIPS:
        assert slip.new in text
        after = ids(text.replace(slip.new, slip.old), tmp_path)
        assert (len(before - after), after - before) == (1, set()), slip
