"""One disclosure in every format: written, read back and recognised, the facts are the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import recognise
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet
from mingzhang.provenance import Place
from mingzhang.readers import read_document
from mingzhang.samples import EDITION, SAMPLE, YEAR, Balance, Item, Unit, document
from mingzhang.taxonomy import Standards, load
from mingzhang.writers import write

SUFFIXES = (".txt", ".pdf", ".docx", ".xlsx", ".html")
WITH_TEXT = (".txt", ".pdf", ".docx", ".html")

EXPLANATION = """第三部分 2022年度部门决算情况说明
一、收入支出决算总体情况说明
2022年度收、支总计均为{total}万元。与上年相比，增加{more}万元，增长{rate}%，主要原因是新增馆藏数字化项目，人员经费也有所增加，设备更新、库房改造和服务外包等方面的支出都比往年多，全年共开展档案整理活动16批次。
二、收入决算情况说明
2022年度收入合计{income}万元，其中：财政拨款收入{fiscal}万元，占{share}%；其他收入{other}万元。
五、一般公共预算财政拨款支出决算情况说明
（三）一般公共预算财政拨款支出决算具体情况
1、一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）。
年初预算为{initial}万元，支出决算为{final}万元，完成年初预算的{completion}%。
七、财政拨款“三公”经费支出决算情况说明
公务接待费支出决算为{reception}万元，全年共接待来访团组{groups}个、来宾{guests}人次。
十三、国有资产占用情况说明
截至2022年12月31日，本单位共有车辆{cars}辆；单位价值50万元以上通用设备{sets}台（套）。
"""


def unit(chance: random.Random) -> Unit:
    """A unit with figures of its own, consistent in its tables."""
    items = [
        Item(item.code, chance.randrange(20_000, 40_000), chance.choice((0, chance.randrange(9_000))))
        for item in SAMPLE.items
    ]
    three_public = {column: (chance.randrange(900), chance.randrange(900)) for column in SAMPLE.three_public}
    fund = [
        Balance("2296099", chance.randrange(400), chance.randrange(2_000, 3_000), 0, chance.randrange(900))
    ]
    carry = (chance.randrange(900), chance.randrange(2_000))
    return SAMPLE._replace(items=items, three_public=three_public, fund=fund, carry=carry)


def text(chance: random.Random) -> list[Paragraph]:
    """An explanation with figures of its own."""
    amounts = ("total", "more", "income", "fiscal", "other", "initial", "final", "reception")
    rates = ("rate", "share", "completion")
    counts = ("groups", "guests", "cars", "sets")
    values = {name: f"{chance.randrange(1, 99_999) / 100:.2f}" for name in amounts}
    values |= {name: f"{chance.randrange(1, 9_999) / 100:.2f}" for name in rates}
    values |= {name: str(chance.randrange(1, 300)) for name in counts}
    return [Paragraph(line, Place()) for line in EXPLANATION.format(**values).splitlines()]


@pytest.fixture(scope="module")
def standards() -> Standards:
    return load().standards(EDITION)


def tables(read: Document, standards: Standards) -> list[tuple[object, ...]]:
    facts = recognise(read, 0, standards).facts
    return sorted((f.key, f.concept, f.amount) for f in facts if f.key[0] in standards.forms)


def sentences(read: Document, standards: Standards) -> list[tuple[object, ...]]:
    facts = FactSet()
    read_text(read, 0, standards, YEAR, facts)
    return sorted((f.key, f.concept, tuple(sorted(f.dimensions.items())), f.amount) for f in facts)


@pytest.mark.parametrize("seed", range(6))
def test_same_facts_in_every_format(seed: int, tmp_path: Path, standards: Standards) -> None:
    chance = random.Random(seed)
    source = document(unit(chance), standards)
    source.blocks += text(chance)
    in_tables, in_text = tables(source, standards), sentences(source, standards)
    assert len(in_tables) > 150
    assert len(in_text) == 16
    for suffix in SUFFIXES:
        path = tmp_path / f"决算公开{suffix}"
        write(source, path)
        read = read_document(path)
        assert tables(read, standards) == in_tables, suffix
        if suffix in WITH_TEXT:
            assert sentences(read, standards) == in_text, suffix
