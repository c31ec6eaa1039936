"""Digits in running text: which are figures, of what kind, and how much they stand for."""

from __future__ import annotations

import pytest

from mingzhang.figures import BARE, COUNT, MONEY, POINTS, RATE, Figure, figures

UNITS = (
    "人次",
    "批次",
    "人",
    "辆",
    "台(套)",
    "台",
    "家",
    "个",
    "项",
    "场",
    "份",
    "分",
    "万亩",
    "亩",
    "公里",
    "天",
)


def found(text: str) -> list[Figure]:
    return list(figures(text, UNITS))


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("支出3,456.78万元", MONEY, "3456.78", "万元"),
        ("支出３４５６．７８万元", MONEY, "3456.78", "万元"),
        ("支出 100 元", MONEY, "100", "元"),
        ("支出８．５０亿元", MONEY, "8.50", "亿元"),
        ("投资3百万元", MONEY, "300", "百万元"),
        ("补助1.2万", MONEY, "1.2", "万"),
        ("占98.50%", RATE, "98.50", "%"),
        ("占９８．５％", RATE, "98.5", "%"),
        ("提高1.8个百分点", RATE, "1.8", "个百分点"),
        ("差异率-20.00%", RATE, "-20.00", "%"),
        ("增长－3.5%", RATE, "-3.5", "%"),
        ("接待86批次", COUNT, "86", "批次"),
        ("设备2台（套）", COUNT, "2", "台(套)"),
        ("惠及2.1万人", COUNT, "2.1", "万人"),
        ("得95.5分", POINTS, "95.5", "分"),
        ("增长3.5，", BARE, "3.5", ""),
    ],
)
def test_figures(text: str, kind: str, value: str, unit: str) -> None:
    figure = found(text)[-1]
    assert (figure.kind, str(figure.amount.value), figure.unit) == (kind, value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "2022年度",
        "2021—2025年",
        "2022.12.31",
        "12月31日",
        "14时30分",
        "第3季度",
        "第32条",
        "附件2",
        "表5-2",
        "12345热线，电话12345678",
        "财预〔2020〕10号",
        "《预算绩效管理办法2022》",
        "“1+3+N”模式",
        "5A级",
        "2×24小时",
        "PM2.5",
        "C919",
        "满意度≥95%",
        "出栏率不低于90%",
        "控制在3.5%以内",
        "95%以上",
        "单价100万元以上",
        "100万元（含）以上",
        "5-7个",
        "邮编410000",
        "1.基础数据表",
        "（2）项目概况",
        "12分钟",
        "1234567890",
    ],
)
def test_digits_that_are_no_figures(text: str) -> None:
    assert [f for f in found(text) if f.kind != BARE] == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("走访180余家", "over"),
        ("走访100多家", "over"),
        ("超过50家", "over"),
        ("50家以上", "over"),
        ("约300人", "about"),
        ("近300人", "about"),
        ("300人左右", "about"),
        ("签约300家", ""),
        ("300人", ""),
    ],
)
def test_bounds(text: str, bound: str) -> None:
    assert [f.bound for f in found(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("每亩200元", True),
        ("人均补助610元", True),
        ("平均补助37.5万元", True),
        ("标准为3,600元/年", True),
        ("补助3元/人/天", True),
        ("持平均为0万元", False),
        ("补助200元", False),
    ],
)
def test_amounts_of_one_unit(text: str, per: bool) -> None:
    assert [f.per for f in found(text)] == [per]


def test_the_span_covers_digits_and_unit() -> None:
    text = "标准为3,600元/人/月，共5人"
    first, second = found(text)
    assert text[first.start : first.end] == "3,600"
    assert text[first.start : first.stop] == "3,600元/人/月"
    assert text[second.start : second.stop] == "5人"


def test_a_full_width_comma_parts_figures() -> None:
    assert [str(f.amount.value) for f in found("车辆5台，100人")] == ["5", "100"]
