"""A Word template is followed to the letter: only placeholders change, in their own formatting."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from lxml import etree

from made import W, body, control, everything, paragraph, parts, row, run, saved, table, texts, word
from mingzhang import api
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import UnreadableError
from mingzhang.facts import FactSet
from mingzhang.readers import office, read_document
from mingzhang.taxonomy import Standards

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)


def filled(template: bytes, project: Path, folder: Path, *, draft: bool = True) -> bytes:
    done = api.compose(project, template=saved(folder, template), output=folder / "out", as_draft=draft)
    (path,) = done.files
    return path.read_bytes()


def said(template: bytes, project: Path, folder: Path) -> list[str]:
    return texts(filled(template, project, folder))


def test_a_placeholder_cut_into_runs_takes_the_first_ones_formatting(project: Path, tmp_path: Path) -> None:
    split = paragraph(run("甲{"), run("{单位", "<w:b/>"), run("名", "<w:i/>"), run("称}}乙"))
    data = filled(word(split), project, tmp_path)
    runs = body(data)[0].findall(f"{{{W}}}r")
    words = ["".join(r.itertext()) for r in runs]
    assert words == ["甲青禾市档案服务中心", "", "", "乙"]
    assert [r.find(f"{{{W}}}rPr/{{{W}}}b") is not None for r in runs] == [False, True, False, False]


def test_all_else_stays_byte_for_byte(project: Path, tmp_path: Path) -> None:
    extra = {
        "word/media/image1.png": b"\x89PNG fictional",
        "word/theme/theme1.xml": b"<a:theme xmlns:a='x'/>",
    }
    before = paragraph("不变", properties='<w:ind w:firstLine="640"/>')
    template = word(
        before, paragraph("{{年度}}"), paragraph("后"), more=extra, header=paragraph("{{entity}}")
    )
    data = filled(template, project, tmp_path)
    old, new = parts(template), parts(data)
    assert list(old) == list(new)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"word/document.xml", "word/header1.xml"}
    one = etree.canonicalize(old["word/document.xml"].decode()).replace("{{年度}}", "2022")
    assert one == etree.canonicalize(new["word/document.xml"].decode())
    assert data == filled(template, project, tmp_path / "again")


def test_units_are_not_printed_twice(project: Path, unit: Contents, tmp_path: Path) -> None:
    total = unit.figures["income_expenditure", "total_in", "amount"]
    address = "{{数:explanation.overall/grand_total/final}}"
    found = said(
        word(
            paragraph(f"总计{address}。"),
            paragraph(f"总计{address}万元。"),
            paragraph("总计{{数:收入支出决算总表/total_in/决算数}}万元。"),
            paragraph("占{{收入决算情况说明/财政拨款收入/占比}}。"),
        ),
        project,
        tmp_path,
    )
    assert found[:3] == [f"总计{total}万元。"] * 3
    assert found[3].startswith("占")
    assert found[3].endswith("%。")


def test_content_controls_are_filled_by_their_tag(project: Path, tmp_path: Path) -> None:
    name, other = control("单位名称", "单击此处输入"), control("内部编号", "保留")
    year = control("名称:年度", "年")
    data = filled(word(paragraph(name), paragraph(year), paragraph(other)), project, tmp_path)
    assert texts(data) == ["青禾市档案服务中心", "2022", "保留"]
    first, last = body(data).findall(f".//{{{W}}}sdt")[::2]
    assert first.find(f".//{{{W}}}showingPlcHdr") is None
    assert first.find(f".//{{{W}}}rStyle") is None
    assert last.find(f".//{{{W}}}showingPlcHdr") is not None
    assert api.check_template(saved(tmp_path, word(paragraph(other)))).tags == ["内部编号"]


def test_a_row_is_repeated_in_its_own_formatting(project: Path, unit: Contents, tmp_path: Path) -> None:
    own = "支出决算表"
    template = word(
        table(
            row("编码", "名称", "合计"),
            row(*(f"{{{{行:{own}/{column}}}}}" for column in ("科目编码", "科目名称", "本年支出合计"))),
            row("合计", "", f"{{{{数:{own}/合计/本年支出合计}}}}"),
        ),
        paragraph("后"),
    )
    data = filled(template, project, tmp_path)
    rows = body(data)[0].findall(f"{{{W}}}tr")
    printed = [["".join(cell.itertext()) for cell in r.findall(f"{{{W}}}tc")] for r in rows]
    codes = sorted(
        code for form, code, column in unit.figures if form == "expenditure_by_function"
        and column == "total" and code.isdecimal()
    )  # fmt: skip
    assert len(codes) > 3
    assert [cells[0] for cells in printed] == ["编码", *codes, "合计"]
    for code, cells in zip(codes, printed[1:]):
        assert cells[2] == unit.figures["expenditure_by_function", code, "total"]
    assert {r.find(f"{{{W}}}trPr/{{{W}}}trHeight").get(f"{{{W}}}val") for r in rows} == {"567"}
    assert printed[-1][2] == unit.figures["expenditure_by_function", "total", "total"]


def test_tables_take_the_templates_table_style(project: Path, tmp_path: Path) -> None:
    put = paragraph(run("{{表:支出决算表}}", '<w:sz w:val="18"/>'))
    data = filled(
        word(table(row("页首"), style="Gov"), paragraph("题"), put, paragraph("后")), project, tmp_path
    )
    made = body(data).findall(f"{{{W}}}tbl")[1]
    assert made.find(f"{{{W}}}tblPr/{{{W}}}tblStyle").get(f"{{{W}}}val") == "Gov"
    assert made.find(f"{{{W}}}tblPr/{{{W}}}tblBorders") is None
    assert {s.get(f"{{{W}}}val") for s in made.iter(f"{{{W}}}sz")} == {"18"}
    plain = body(filled(word(paragraph("题"), put, paragraph("后")), project, tmp_path / "plain"))
    assert plain[1].find(f"{{{W}}}tblPr/{{{W}}}tblBorders") is not None
    assert [child.tag.rpartition("}")[2] for child in plain] == ["p", "tbl", "p", "sectPr"]


def test_a_section_keeps_its_break_behind_what_is_put(project: Path, tmp_path: Path) -> None:
    ends = "<w:sectPr><w:pgSz w:w='16838' w:h='11906' w:orient='landscape'/></w:sectPr>"
    for name in ("表:支出决算表", "章节:名词解释"):
        template = word(paragraph(f"{{{{{name}}}}}", properties=ends), paragraph("后"))
        children = list(body(filled(template, project, tmp_path / name.replace(":", ""))))
        broken = [
            n for n, child in enumerate(children) if child.find(f"{{{W}}}pPr/{{{W}}}sectPr") is not None
        ]
        assert broken == [len(children) - 3], name


def test_a_whole_disclosure_says_what_the_outline_says(
    project: Path, unit: Contents, standards: Standards, tmp_path: Path
) -> None:
    template = everything(standards)
    path = saved(tmp_path, template)
    checked = api.check_template(path, project=project)
    assert (checked.faults, checked.lacking, checked.gaps) == ([], [], [])
    done = api.compose(project, template=path, output=tmp_path / "out")
    assert not done.refused
    (file,) = done.files
    report = api.check([file])
    assert [f.message for s in report.submissions for f in s.findings if f.severity != "rounding"] == []
    document = read_document(file)
    tables = {key: text for key, text in unit.figures.items() if key[0] in standards.forms}
    assert {fact.key: fact.printed for fact in recognise(document, 0, standards).facts} == tables
    facts = FactSet()
    read_text(document, 0, standards, unit.year, facts)
    found = set(zip(facts.keys, facts.printed))
    _, composed = disclosure(unit, standards)
    assert [item for item in composed.stated.items() if item not in found] == []
    assert path.read_bytes() == template


def test_what_is_missing_refuses_and_a_draft_says_so(unfinished: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, word(paragraph("{{文字:部门职责}}")))
    done = api.compose(unfinished, template=path, output=tmp_path / "out")
    assert done.refused
    assert not (tmp_path / "out").exists()
    drafted = api.compose(unfinished, template=path, output=tmp_path / "out", as_draft=True)
    first, gap = texts(drafted.files[0].read_bytes())
    assert "草稿" in first
    assert gap == "【待填写：部门职责】"


def test_the_template_is_never_written_over(project: Path, tmp_path: Path) -> None:
    data = word(paragraph("{{单位名称}}"))
    out = tmp_path / "out"
    first = api.compose(project, template=saved(tmp_path, data), output=out)
    path = saved(out, data, first.files[0].name)
    with pytest.raises(UnreadableError, match="就是模板本身"):
        api.compose(project, template=path, output=out)
    assert path.read_bytes() == data


@needs_office
def test_libreoffice_opens_the_result(project: Path, standards: Standards, tmp_path: Path) -> None:
    data = filled(everything(standards), project, tmp_path)
    shutil.rmtree(tmp_path / "out")
    assert office.convert(data, ".docx", "pdf").startswith(b"%PDF")
