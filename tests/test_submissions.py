"""Which files are checked together, and what that changes."""

from __future__ import annotations

from pathlib import Path

import pytest

import planted
from mingzhang import api
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.identity import Identity
from mingzhang.binding.recognise import Recognition
from mingzhang.checking.finding import Location
from mingzhang.documents import Document, Paragraph, Table
from mingzhang.facts import Fact, FactSet, FormReading
from mingzhang.money import Amount
from mingzhang.provenance import Place
from mingzhang.reporting.model import Checkup, FormSeen
from mingzhang.samples import SAMPLES
from mingzhang.submissions import Group, _submission, group
from mingzhang.writers import write

UNIT = "青禾市图书馆"


def file(path: str, entity: str | None = None, year: int | None = None, forms: str = "") -> Checkup:
    seen = [FormSeen(form, form, 1, Location(0, "context", Place(), "")) for form in forms]
    return Checkup(path, "txt", identity=Identity(entity, year, None), forms=seen, published=bool(forms))


def groups(*files: Checkup, separate: bool = False) -> list[list[int]]:
    return [found.files for found in group(files, separate=separate)]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (UNIT, UNIT, True),
        (UNIT, " 青禾市 图书馆", True),
        (UNIT, f"云岭省{UNIT}", True),
        (UNIT, "图书馆", True),
        (UNIT, f"{UNIT}（本级）", True),
        (f"{UNIT}本级", f"云岭省{UNIT}", True),
        (UNIT, "青禾市博物馆", False),
        (UNIT, f"{UNIT}分馆", False),
        ("医院", "青禾市中心医院", False),
        (UNIT, f"少儿{UNIT}", False),
    ],
)
def test_names(one: str, other: str, together: bool) -> None:
    assert groups(file("a", one, 2022), file("b", other, 2022)) == ([[0, 1]] if together else [[0], [1]])


def test_years_and_separate() -> None:
    files = [file("a", UNIT, 2022), file("b", UNIT, 2023), file("c", UNIT, 2022)]
    assert groups(*files) == [[0, 2], [1]]
    assert groups(*files, separate=True) == [[0], [1], [2]]


def test_a_department_and_its_own_unit_publish_apart() -> None:
    whole, own = file("a", UNIT, 2022, "xyz"), file("b", f"{UNIT}本级", 2022, "xyz")
    assert groups(whole, own) == [[0], [1]]
    assert groups(whole, file("b", f"{UNIT}本级", 2022)) == [[0, 1]]


def test_the_disclosure_comes_first() -> None:
    assert groups(file("a", UNIT, 2022), file("b", UNIT, 2022, "xyz"), file("c", UNIT, 2022, "x")) == [
        [1, 2, 0]
    ]


def test_unknown_files_join_the_only_submission_of_their_folder() -> None:
    known = file("d/a", UNIT, 2022)
    assert groups(known, file("d/b")) == [[0, 1]]
    assert groups(known, file("d/b", None, 2022)) == [[0, 1]]
    assert groups(known, file("d/b", UNIT)) == [[0, 1]]
    for other in (file("e/b"), file("d/b", None, 2023), file("d/b", "青禾市博物馆"), file("d/e/b")):
        assert groups(known, other) == [[0], [1]]
    assert groups(known, file("d/b", "青禾市博物馆", 2022), file("d/c")) == [[0], [1], [2]]
    assert groups(file("d/a"), file("d/b")) == [[0], [1]]


def test_unreadable_files_are_in_no_submission() -> None:
    bad = file("d/b")
    bad.error = "x"
    assert groups(file("d/a", UNIT, 2022), bad) == [[0]]


# --- checked together -------------------------------------------------------------------------


@pytest.fixture
def halves(flawed: Path, tmp_path: Path) -> Path:
    """The flawed sample in two files: five tables, and the others."""
    (whole,) = api.read_documents(flawed)[0]
    blocks = whole.blocks
    starts = [n + 1 for n, block in enumerate(blocks) if isinstance(block, Table)]
    head = [Paragraph(f"{SAMPLES['flawed'].entity}2022年度部门决算", Place())]
    target = tmp_path / "halves"
    target.mkdir()
    for name, part in (("甲.txt", blocks[: starts[4]]), ("乙.txt", blocks[starts[4] :])):
        write(Document("", "", "txt", [*head, *part]), target / name)
    return target


def test_forms_in_any_file_count(halves: Path) -> None:
    report = api.check(halves)
    (submission,) = report.submissions
    apart = api.check(halves, separate=True)
    assert submission.count("passed") > sum(s.count("passed") for s in apart.submissions)
    assert {finding.rule for finding in report.findings} & {"tables.missing"} == set()
    missing = [finding for finding in apart.findings if finding.rule == "tables.missing"]
    assert len(missing) == 9
    assert report.count("error") == planted.ERRORS
    assert len({place.document for finding in report.findings for place in finding.locations}) == 2


def test_findings_over_several_files_name_them(halves: Path) -> None:
    from typer.testing import CliRunner

    from mingzhang.cli import main as cli

    out = CliRunner().invoke(cli.app, ["check", str(halves)]).stdout
    assert f"{halves / '乙.txt'}\n{halves / '甲.txt'}\n  青禾市图书馆，2022年度，按" in out
    assert "“乙.txt”第" in out
    assert "“甲.txt”第" in out


def test_a_file_of_another_edition_is_read_by_that_of_its_submission(halves: Path) -> None:
    path = halves / "乙.txt"
    unsaid = path.read_text(encoding="utf-8").replace("2021年", "").replace("2022年", "")
    path.write_text(unsaid, encoding="utf-8")
    report = api.check(halves)
    (submission,) = report.submissions
    assert [file.edition for file in report.files] == [submission.edition.id] * 2
    forms = api.library().standards(submission.edition.id).forms
    assert sorted(seen.form for file in report.files for seen in file.forms if seen.form in forms) == sorted(
        forms
    )


def test_sheets_of_several_files_are_kept_apart() -> None:
    standards = api.library().standards("hunan-2022")
    sheet, form = next(iter(standards.sheets)), next(iter(standards.forms))
    found = []
    for number in (0, 1):
        facts = FactSet()
        for key in ((sheet, "a", "b"), (form, "a", "b"), (form, str(number), "b")):
            facts.add(Fact(key, "c", {}, Amount(9 * number, 0, "万元"), "", number, Place(), "", ""))
        readings = [FormReading(form, number, Place())]
        found.append(Recognition(number, facts, readings, [FormReading(sheet, number, Place())]))
    files = [file("a.txt"), file("b.txt")]
    whole, notes = _submission(found, files, standards, Group([0, 1], Identity(None, None, None)))
    assert set(whole.readings) == {sheet, f"{sheet}#2", form}
    assert set(whole.facts.index) == {
        (sheet, "a", "b"),
        (f"{sheet}#2", "a", "b"),
        (form, "a", "b"),
        (form, "0", "b"),
    }
    assert [whole.facts.keys[n] for n in whole.facts.repeated] == [(form, "a", "b"), (form, "1", "b")]
    assert whole.readings[form].document == 0
    assert notes == [
        "“b.txt”中的1张表在“a.txt”中也有，其中2个数字不同，已按后者核对；要分别核对，请加 --separate。"
    ]


def test_the_same_text_in_another_format_is_checked_once(samples: Path) -> None:
    together = api.check(samples / "flawed")
    alone = api.check(together.files[together.submissions[0].files[0]].path)
    assert [finding.id for finding in together.findings] == [finding.id for finding in alone.findings]
    more = 1  # that the copies of a sheet agree can be told only of several files
    assert together.submissions[0].count("passed") == alone.submissions[0].count("passed") + more


def test_text_of_any_file_counts(halves: Path) -> None:
    heads = ("statement", "language", "structure")
    (alone,) = api.check(halves / "乙.txt").submissions
    of_text = {f.id for f in alone.findings if f.rule.split(".")[0] in heads and f.severity != "rounding"}
    assert len(of_text) > 10
    assert of_text <= {finding.id for finding in api.check(halves).findings}


def test_a_score_sheet_alone_misses_no_table(tmp_path: Path) -> None:
    path = tmp_path / "评分表.txt"
    path.write_text("项目支出绩效自评评分表\n\n一级指标\t分值\n产出\t50\n", encoding="utf-8")
    report = api.check(path)
    assert list(report.findings) == []
    (submission,) = report.submissions
    reasons = {why for rule, why, _ in submission.not_evaluated() if rule == "tables.missing"}
    assert len(reasons) == 1


def test_approved_goals_in_a_file_of_their_own_bind_the_sheet(tmp_path: Path) -> None:
    """The unit's name stands in the forms only; a target that differs is told once."""
    standards = api.library().standards("cn-2022")
    row = "output/quantity/整理档案数量"
    for name, form, target in (
        ("targets.xlsx", "department_goals", "≥600卷"),
        ("自评表.docx", "department_score_sheet", "≥500卷"),
    ):
        cells = {(form, "name", "value"): "青禾市档案服务中心", (form, row, "level3"): "整理档案数量"}
        cells |= {(form, row, "target"): target}
        if form == "department_score_sheet":
            cells |= {(form, row, "actual"): "620卷", (form, row, "weight"): "50", (form, row, "score"): "50"}
        blocks = [Paragraph("2022年度", Place()), *compose_sheets(cells, standards, 2022)]
        write(Document("", "", "composed", blocks), tmp_path / name)
    report = api.check([tmp_path])
    assert [file.submission for file in report.files] == [0, 0]
    assert [f.rule for f in report.findings if f.severity != "notice"] == ["sheets.indicator_differs"]
