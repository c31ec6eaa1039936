"""A project made from a disclosure says the same again; what it cannot say is told."""

from __future__ import annotations

import random
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from command import run
from contents import EXTREMES, contents, whole
from mingzhang import api
from mingzhang.binding.disclosure import disclosure
from mingzhang.documents import Document, Paragraph
from mingzhang.samples import FORMATS as SAMPLE_FORMATS
from mingzhang.samples import YEAR, write_samples
from mingzhang.takeovers import Taken
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import write

FORMATS = (".txt", ".docx", ".xlsx", ".html", ".pdf")
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]
"""Whole disclosures are too large to be shrunk in a reasonable time."""


def said(document: Document) -> list[str]:
    """The paragraphs outside tables, without those above tables."""
    return [b.text for b in document.blocks if isinstance(b, Paragraph) and b.text and b.role != "label"]


def again(source: Document, folder: Path) -> tuple[Document, Taken]:
    """The disclosure composed from the project that was made from ``source``."""
    path = folder / "决算公开.txt"
    write(source, path)
    taken = api.project_from(folder / "项目", path)
    return api.compose(folder / "项目").document, taken


@settings(max_examples=10, deadline=None, phases=UNSHRUNK)
@given(seed=some.integers(0, 10**9), extreme=some.sampled_from(EXTREMES))
def test_a_disclosure_is_composed_again(seed: int, extreme: str, standards: Standards) -> None:
    source, _ = disclosure(contents(random.Random(seed), standards, extreme), standards)
    with tempfile.TemporaryDirectory() as folder:
        composed, taken = again(source, Path(folder))
    assert not taken.likeness.recomputed
    assert not taken.likeness.missing
    assert not taken.lacks
    assert taken.left == []
    assert said(composed) == said(source)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_can_be_taken_over(suffix: str, standards: Standards, tmp_path: Path) -> None:
    given_ = contents(random.Random(7), standards)
    source, _ = disclosure(given_, standards)
    path = tmp_path / f"决算公开{suffix}"
    write(source, path)
    done = api.project_from(tmp_path / "项目", path)
    assert (done.contents.entity, done.contents.year) == (given_.entity, YEAR)
    assert not done.likeness.recomputed
    assert not done.likeness.missing
    assert not done.lacks
    composed = api.compose(tmp_path / "项目")
    assert not composed.refused
    assert said(composed.document) == said(source)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("示例")
    write_samples(folder, load())
    return folder


@pytest.mark.parametrize("suffix", SAMPLE_FORMATS)
def test_report_and_sheets_come_along(suffix: str, samples: Path, tmp_path: Path) -> None:
    done = api.project_from(tmp_path / "项目", samples / "clean" / f"决算公开{suffix}")
    assert done.contents.report == "report"
    assert done.likeness.same_tables == done.likeness.tables > 800
    assert done.likeness.same_text == done.likeness.text > 140
    assert not done.left
    composed = api.compose(tmp_path / "项目")
    assert not composed.gaps
    assert not composed.findings


def test_what_the_source_has_wrong_is_worked_out(samples: Path, tmp_path: Path) -> None:
    code, out, _ = run("new", tmp_path / "项目", "--from", samples / "flawed" / "决算公开.docx")
    assert code == 0
    assert "青禾市图书馆，2022年度部门决算" in out
    share, project = (
        out.index(f"两处不同：{what}\n")
        for what in ("收入决算情况说明：财政拨款收入占比", "支出决算情况说明：项目支出决算数")
    )
    assert re.match(
        r".*\n    没有采用：第\d+段的98\.81%\n    采用：99\.81%，"
        r"由《收入决算表》：合计财政拨款收入（第\d+段：494\.86）、《收入决算表》：合计本年收入合计（.*）算得\n",
        out[share:],
    )
    assert re.match(
        r".*\n    没有采用：第\d+段的140\.61万元\n    采用：140\.16万元，"
        r"取自《支出决算表》：合计项目支出（第\d+段：140\.16）\n",
        out[project:],
    )
    assert (tmp_path / "项目" / "figures.xlsx").exists()


def test_what_other_figures_give_is_not_stored(samples: Path, tmp_path: Path) -> None:
    """So that a figure may be edited without its total, rate and change becoming stale."""
    done = api.project_from(tmp_path / "项目", samples / "clean" / "决算公开.docx")
    figures = done.contents.figures
    assert not [key for key in figures if key[2].startswith(("change", "share", "completion", "execution"))]
    assert ("explanation.assets", "cars", "count") not in figures
    assert ("explanation.procurement", "procurement", "final") not in figures
    path = tmp_path / "项目" / "figures.xlsx"
    book = openpyxl.load_workbook(path)
    row = next(
        row for row in book["补充数据"].iter_rows() if row[0].value == "explanation.assets/cars_special/count"
    )
    row[3].value += 2
    book.save(path)
    composed = api.compose(tmp_path / "项目")
    before = int(done.composed.stated["explanation.assets", "cars", "count"].removesuffix("辆"))
    assert f"共有车辆{before + 2}辆" in "".join(said(composed.document))
    assert not [found for found in composed.findings if found.rule == "project.values_differ"]


def test_several_units_are_refused(samples: Path, tmp_path: Path) -> None:
    code, _, err = run("new", tmp_path / "项目", "--from", samples)
    assert code == 2
    assert "有2个单位或年度的文件（青禾市档案服务中心2022、青禾市图书馆2022）" in err
    assert not (tmp_path / "项目").exists()


def test_a_blank_project_needs_name_and_year(tmp_path: Path) -> None:
    code, _, err = run("new", tmp_path / "项目", "--name", "青禾市档案馆")
    assert code == 2
    assert "--name" in err
    assert "--from" in err


def changed(source: Path, folder: Path, *changes: tuple[str, str]) -> Taken:
    """A project from the text of ``source`` with ``changes``."""
    text = source.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "改.txt"
    path.write_text(text)
    return api.project_from(folder / "项目", path)


def test_parts_that_are_not_stated_are_nothing_where_the_others_come_to_the_sum(
    samples: Path, tmp_path: Path
) -> None:
    source = samples / "clean" / "决算公开.txt"
    done = changed(source, tmp_path, ("执法执勤用车0辆、", ""))
    assert done.contents.figures["explanation.assets", "cars_enforcement", "count"] == "0辆"
    assert not done.lacks


def test_a_sentence_that_the_outline_has_no_place_for_stays_the_units_own(
    samples: Path, tmp_path: Path
) -> None:
    more = "其中：国内公务接待支出2.45万元。"
    source = samples / "clean" / "决算公开.txt"
    done = changed(
        source,
        tmp_path,
        ("3、公务用车购置及运行维护费支出决算", more + "\n3、公务用车购置及运行维护费支出决算"),
    )
    assert done.contents.texts["additional/explanation.three_public"] == more


def test_none_of_it_in_words_is_nothing(samples: Path, tmp_path: Path) -> None:
    source = samples / "clean" / "决算公开.txt"
    said = "节庆、晚会、论坛、赛事活动支出0.00万元。"
    done = changed(source, tmp_path, ("；" + said, "。无节庆、晚会、论坛、赛事活动开支。"))
    assert done.contents.figures["explanation.general_spending", "festival", "final"] == "0.00万元"
    assert not done.lacks


def test_a_budget_without_spending_counts_in_the_sum(samples: Path, tmp_path: Path) -> None:
    source = samples / "clean" / "决算公开.txt"
    more = "一般公共服务支出（类）档案事务（款）其他档案事务支出（项）。年初预算为3.00万元。"
    after = "六、一般公共预算财政拨款基本支出决算情况说明\n"
    text = source.read_text()
    before, heading, rest = text.rpartition(after)
    path = tmp_path / "改.txt"
    path.write_text(f"{before}{more}\n{heading}{rest}")
    done = api.project_from(tmp_path / "项目", path)
    key = "explanation.items", "2012699", "initial_budget"
    assert done.contents.figures[key] == "3.00万元"
    wrong = {difference.key for difference in done.likeness.recomputed}
    assert ("explanation.items", "general_expenditure", "initial_budget") in wrong


def test_scope_and_code_are_those_of_the_source(samples: Path, tmp_path: Path) -> None:
    source = samples / "clean" / "决算公开.txt"
    done = changed(source, tmp_path, ("年度部门决算", "年度单位决算"), ("目录", "预算编码：106005\n目录"))
    assert done.contents.scope == "单位"
    assert 'code: "106005"' in (tmp_path / "项目" / "unit.yaml").read_text()


def test_another_edition_comes_back_as_it_was(tmp_path: Path) -> None:
    standards = load().standards("shanghai-2024")
    source = whole(contents(random.Random(5), standards), standards)
    texts = {f"spent_on/{key[1]}": "机关日常运转" for key in source.reasons if key[0] == "explanation.items"}
    document, _ = disclosure(replace(source, texts={**source.texts, **texts}), standards)
    path = tmp_path / "决算公开.docx"
    write(document, path)
    taken = api.project_from(tmp_path / "项目", path, edition="shanghai-2024")
    assert texts
    assert texts.items() <= taken.contents.texts.items()
    assert not taken.likeness.recomputed
    assert not taken.likeness.missing
    assert not taken.lacks
    assert said(api.compose(tmp_path / "项目").document) == said(document)
