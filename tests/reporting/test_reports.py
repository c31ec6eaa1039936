"""Reports as tables and lists: CSV, workbook, reviewer's list, accepted findings, text."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from rich.console import Console

from mingzhang import api
from mingzhang.checking.finding import Finding, Location
from mingzhang.documents import Cell, Document, Paragraph, Table, UnreadableError
from mingzhang.provenance import Place, Segment
from mingzhang.reporting import checklist_docx, checklist_xlsx
from mingzhang.reporting.accepted import FORMAT, accept, read_accepted
from mingzhang.reporting.checklist import NO, NONE, YES, checklists
from mingzhang.reporting.csv import findings_csv
from mingzhang.reporting.json import findings_json
from mingzhang.reporting.marks import Finder
from mingzhang.reporting.text import print_report
from mingzhang.reporting.wording import harmless, printable
from mingzhang.reporting.xlsx import findings_xlsx
from real import CONTRACT

EVIL = ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]


@pytest.fixture
def report(flawed: Path) -> api.Report:
    return api.check(flawed.with_suffix(".pdf"), keep_documents=True)


def first(report: api.Report) -> Finding:
    return next(report.findings)


def text(report: api.Report, **options: Any) -> str:
    output = io.StringIO()
    print_report(report, Console(file=output, width=10_000), **options)
    return output.getvalue()


# --- csv --------------------------------------------------------------------------------------


def rows(report: api.Report) -> list[dict[str, str]]:
    data = findings_csv(report)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_has_a_line_for_each_finding(report: api.Report) -> None:
    by_id = {finding.id: finding for finding in report.findings}
    found = rows(report)
    assert sorted(row["编号"] for row in found) == sorted(by_id)
    for row in found:
        finding = by_id[row["编号"]]
        assert row["问题"] == finding.message
        assert row["规则"] == finding.rule
        assert row["印出的"] == finding.locations[0].quote
        assert row["文件"].endswith("决算公开.pdf")
    assert {row["级别"] for row in found} <= {"错误", "警告", "提示", "尾差"}


@pytest.mark.parametrize("evil", EVIL)
def test_csv_holds_no_formula(report: api.Report, evil: str) -> None:
    finding = first(report)
    finding.message = finding.explanation = evil
    texts = [cell for row in rows(report) for cell in row.values()]
    cells = [cell for cell in texts if not re.fullmatch(r"[-+][\d.,]+%?", cell)]  # a figure is no formula
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert harmless(evil) == f"'{evil}"


@pytest.mark.parametrize("plain", ["-3.50", "+12%", "-1,234.00", "1.5", "甲=乙", ""])
def test_figures_stay_as_they_are(plain: str) -> None:
    assert harmless(plain) == plain


def test_characters_that_no_file_holds_are_left_out() -> None:
    assert printable("甲\x00\x1b乙\ud800\ufffe\n\t") == "甲乙\n\t"


# --- xlsx -------------------------------------------------------------------------------------


def book(report: api.Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(findings_xlsx(report)))


def columns(sheet: Any) -> dict[str, int]:
    return {cell.value: number for number, cell in enumerate(sheet[1], 1)}


def test_the_workbook_is_complete(report: api.Report) -> None:
    sheets = book(report)
    assert sheets.sheetnames == ["问题", "核对结果", "数字"]
    for sheet in sheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
    submission = report.submissions[0]
    assert submission.facts is not None
    assert sheets["问题"].max_row == 1 + len(submission.findings)
    assert sheets["数字"].max_row == 1 + len(submission.facts)
    outcomes, at = sheets["核对结果"], columns(sheets["核对结果"])
    counts = [outcomes.cell(row, at["次数"]).value for row in range(2, outcomes.max_row + 1)]
    assert sum(counts) == sum(submission.tally.values())


def test_findings_lead_to_their_figures_and_back(report: api.Report) -> None:
    sheets = book(report)
    findings, facts = sheets["问题"], sheets["数字"]
    at, fact_at = columns(findings), columns(facts)
    links = 0
    for row in range(2, findings.max_row + 1):
        cell = findings.cell(row, at["数字1"])
        if cell.hyperlink is None:
            continue
        links += 1
        assert cell.hyperlink.target is None
        target = int(re.fullmatch(r"'数字'!A(\d+)", cell.hyperlink.location)[1])  # type: ignore[index]
        printed = facts.cell(target, fact_at["印出的"]).value
        assert cell.value == printed + facts.cell(target, fact_at["单位"]).value
        back = facts.cell(target, fact_at["问题"]).hyperlink
        assert back.location.startswith("'问题'!A")
    assert links >= 4


def test_the_same_report_gives_the_same_workbook(flawed: Path) -> None:
    one, other = (api.check(flawed, keep_documents=True) for _ in range(2))
    assert findings_xlsx(one) == findings_xlsx(other)


@pytest.mark.parametrize("evil", [*EVIL, "http://a.example/", "x" * 40_000])
def test_the_workbook_holds_no_formula(report: api.Report, evil: str) -> None:
    first(report).message = evil
    sheet = book(report)["问题"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(c.hyperlink is None or c.hyperlink.location.startswith("'数字'!") for c in cells)


def test_without_facts_the_workbook_has_findings(flawed: Path) -> None:
    sheets = book(api.check(flawed))
    assert sheets["问题"].max_row > 1
    assert sheets["数字"].max_row == 1


# --- accepted ---------------------------------------------------------------------------------


def written(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "format: mingzhang.accepted/1\naccepted:\n- id: '123456789012'\n  reason: 已说明\n"),
        ("a.yml", "format: mingzhang.accepted/1\naccepted:\n- {id: 123456789012, reason: 已说明}\n"),
        ("a.csv", "# format: mingzhang.accepted/1\r\n编号,理由\r\n123456789012,已说明\r\n"),
        ("a.csv", '"# format: mingzhang.accepted/1",\nid,reason\n"123456789012","已说明"\n'),
        ("a.txt", "# format: mingzhang.accepted/1\n# 说明\n\n123456789012 已说明\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_accepted_findings_are_read(tmp_path: Path, name: str, content: str, encoding: str) -> None:
    assert read_accepted(written(tmp_path, name, content, encoding)) == {"123456789012": "已说明"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", "format: mingzhang.accepted/2\naccepted: []\n", FORMAT),
        ("a.yaml", "accepted: []\n", FORMAT),
        ("a.yaml", "- 1\n", FORMAT),
        ("a.yaml", "a: [", FORMAT),
        ("a.yaml", "a: &x [1]\nb: *x\n", FORMAT),
        ("a.yaml", "[" * 5000, FORMAT),
        ("a.yaml", f"format: {FORMAT}\naccepted:\n- {{id: abc, reason: x}}\n", "编号“abc”"),
        ("a.yaml", f"format: {FORMAT}\naccepted:\n- {{id: '123456789012', reason: ' '}}\n", "理由"),
        ("a.yaml", f"format: {FORMAT}\naccepted: []\naccepted: []\n", "“accepted”写了两次（第2行和第3行）"),
        ("a.csv", "id,reason\n123456789012,x\n", FORMAT),
        ("a.csv", "", FORMAT),
        ("a.csv", f"# format: {FORMAT}\n1.23E+11,x\n", "编号“1.23E+11”"),
        ("a.txt", f"# format: {FORMAT}\n123456789012\n", "理由"),
        ("a.txt", f"# format: {FORMAT}\n123456789012 甲\n123456789012 乙\n", "两次"),
    ],
)
def test_a_bad_list_says_what_is_wrong(tmp_path: Path, name: str, content: str, said: str) -> None:
    with pytest.raises(UnreadableError, match="认可清单") as caught:
        read_accepted(written(tmp_path, name, content))
    assert said in str(caught.value)


def test_a_list_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00\x81")
    for path in (tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path):
        with pytest.raises(UnreadableError):
            read_accepted(path)


def test_accepted_findings_are_shown_and_not_counted(report: api.Report) -> None:
    finding = first(report)
    before = report.count("error")
    accepted = accept(report, {finding.id: "已说明", "0" * 12: "旧的"})
    assert (accepted.count("error"), accepted.accepted_count) == (before - 1, 1)
    assert [note for note in accepted.notes if "0" * 12 in note]
    shown = text(accepted)
    assert "错误 已认可 " in shown
    assert "认可的理由：已说明" in shown
    assert "另有1条已认可，不计入" in shown
    assert [row["已认可的理由"] for row in rows(accepted) if row["编号"] == finding.id] == ["已说明"]
    data = json.loads(findings_json(accepted))
    assert data["summary"]["findings"]["accepted"] == 1
    assert data["summary"]["findings"]["error"] == before - 1
    assert [f["accepted"] for f in data["findings"] if f["id"] == finding.id] == [{"reason": "已说明"}]
    if CONTRACT.exists():
        jsonschema.validate(data, json.loads(CONTRACT.read_text(encoding="utf-8")))


# --- text -------------------------------------------------------------------------------------


def test_findings_of_one_rule_stand_together(report: api.Report) -> None:
    place = report.submissions[0].findings[0].locations
    report.submissions[0].findings = [
        Finding(rule, severity, f"问题{number}。", place, reference="依据", id=f"{number:012d}")
        for number, (rule, severity) in enumerate(
            [("a.x", "warning"), ("a.y", "error"), ("a.z", "error"), ("a.y", "error"), ("a.x", "warning")]
        )
    ]
    shown = text(report)
    assert re.findall(r"问题(\d)", shown) == ["1", "3", "2", "0", "4"]
    assert shown.count("规则：a.y，共2条") == shown.count("规则：a.x，共2条") == 1
    assert all(f"{number:012d}" in shown for number in range(5))


# --- the reviewer's list ----------------------------------------------------------------------


def test_the_list_says_where_the_problems_are(report: api.Report) -> None:
    (checklist,) = checklists(report, api.library())
    entries = {entry.title: entry for entry in checklist.entries}
    assert entries["公开及时性"].answer == NONE
    assert entries["公开及时性"].note
    assert entries["《收入支出决算总表》"].answer == YES
    wrong = entries["《收入决算表》"]
    assert wrong.answer == NO
    assert "13.56" in wrong.problems[0].text
    assert (wrong.problems[0].picture or b"").startswith(b"\x89PNG")
    listed = sum(len(entry.problems) for entry in checklist.entries)
    assert listed == report.count("error", "warning", "notice")
    assert all((entry.answer == NO) == bool(entry.problems) for entry in checklist.entries)


def test_accepted_findings_are_not_on_the_list(report: api.Report) -> None:
    every = accept(report, {finding.id: "已说明" for finding in report.findings})
    (checklist,) = checklists(every, api.library())
    assert {entry.answer for entry in checklist.entries} <= {YES, NONE}


def test_a_finding_in_the_text_falls_into_its_section(tmp_path: Path) -> None:
    lines = ["某局2022年度部门决算", "第一部分 部门概况", "一、部门职责", "负责公共文化服务。"]
    lines += [
        "二、机构设置",
        "内设三个科室。",
        "第四部分 名词解释",
        "一、财政拨款收入：指财政部门拨付的资金。",
    ]
    report = api.check(written(tmp_path, "a.txt", "\n".join(lines)), keep_documents=True)
    document = report.files[0].document
    assert document is not None
    places = {block.text: block.place for block in document.paragraphs()}
    expected = {
        "负责公共文化服务。": "部门职责",
        "内设三个科室。": "机构设置",
        "某局2022年度部门决算": "封面",
    }
    report.submissions[0].findings = [
        Finding("language.x", "warning", text, [Location(0, "subject", places[text], text)])
        for text in expected
    ]
    (checklist,) = checklists(report, api.library())
    found = {p.text.split("：")[1]: entry.title for entry in checklist.entries for p in entry.problems}
    assert found == expected
    assert {entry.title: entry.answer for entry in checklist.entries}["名词解释"] == YES


@pytest.mark.parametrize("writer", [checklist_xlsx, checklist_docx])
def test_the_list_is_written_with_its_pictures(report: api.Report, writer: Any) -> None:
    first(report).message = "<&\x01>]]>" + "甲" * 10
    lists = checklists(report, api.library())
    data = writer.write(lists)
    assert data == writer.write(lists)
    pictures = sum(problem.picture is not None for entry in lists[0].entries for problem in entry.problems)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        media = {archive.read(name) for name in archive.namelist() if "/media/" in name}
    assert len(media) >= min(pictures, 4) > 0


def test_the_word_list_reads_as_a_table(report: api.Report, tmp_path: Path) -> None:
    lists = checklists(report, api.library())
    (tmp_path / "检查表.docx").write_bytes(checklist_docx.write(lists))
    ((document,), _) = api.read_documents(tmp_path / "检查表.docx")
    (table,) = document.tables()
    texts = [cell.text for cell in table.cells]
    assert [title for entry in lists[0].entries if (title := entry.title) not in texts] == []
    assert texts[:5] == ["序号", "项目", "是否符合要求", "存在问题", "位置截图"]


def test_the_workbook_of_several_units_has_a_sheet_each(samples: Path) -> None:
    report = api.check(samples, keep_documents=True)
    data = checklist_xlsx.write(checklists(report, api.library()))
    assert len(openpyxl.load_workbook(io.BytesIO(data)).sheetnames) == len(report.submissions)
    assert checklist_xlsx.write([])
    assert checklist_docx.write([])


# --- places -----------------------------------------------------------------------------------

LINES = (Segment(0, Place(page=1, bbox=(0, 0, 100, 10))), Segment(10, Place(page=1, bbox=(0, 10, 80, 20))))
BLOCKS = [
    Paragraph("甲乙丙丁戊己庚辛壬癸甲乙丙丁", LINES[0].place, segments=LINES),
    Table(
        (Cell("12.00", 0, 0, Place(page=2, bbox=(0, 0, 50, 9))), Cell("", 0, 1, Place(page=2))), Place(page=2)
    ),
    Paragraph("第三行甲乙", Place(line=3)),
]


@pytest.mark.parametrize(
    ("place", "quote", "expected"),
    [
        (LINES[1].place._replace(offset=0), "甲乙", (0, -1, 10, 12)),
        (LINES[0].place._replace(offset=8), "壬癸甲", (0, -1, 8, 11)),
        (Place(page=1), "丙丁", (0, -1, 2, 4)),
        (BLOCKS[1].cells[0].place, "12.00", (1, 0, 0, 5)),  # type: ignore[union-attr]
        (BLOCKS[1].cells[0].place, "", (1, 0, 0, 5)),  # type: ignore[union-attr]
        (Place(line=3, offset=3), "甲乙", (2, -1, 3, 5)),
        (Place(line=3, offset=99), "甲乙", (2, -1, 3, 5)),
        (Place(line=3), "不在文中", (2, -1, 0, 5)),
        (Place(line=9), "甲乙", None),
    ],
)
def test_places_are_found_again(place: Place, quote: str, expected: tuple[int, ...] | None) -> None:
    spot = Finder(Document("a", "", "pdf", BLOCKS)).spot(Location(0, "subject", place, quote))
    assert (tuple(spot[:4]) if spot else None) == expected


def test_boxes_follow_the_lines() -> None:
    finder = Finder(Document("a", "", "pdf", BLOCKS))
    spot = finder.spot(Location(0, "subject", LINES[0].place._replace(offset=8), "壬癸甲"))
    assert spot is not None
    assert spot.boxes == ((1, (80, 0, 100, 10)), (1, (0, 10, 20, 20)))
