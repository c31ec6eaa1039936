"""Targets and results of indicators: composed ones parse back, comparators are monotone, nothing raises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.measures import COMPARATORS
from mingzhang.scoring.comparing import (
    EXCEEDED,
    LESS,
    MET,
    MISSED,
    MORE,
    NOT_EVALUATED,
    UNKNOWN,
    Comparison,
    compare,
)
from mingzhang.scoring.numerals import arabic, value
from mingzhang.scoring.targets import (
    Deadline,
    Quality,
    Quantity,
    Sentence,
    Words,
    parse_actual,
    parse_target,
)
from mingzhang.taxonomy import load

YEAR = 2022
STANDARDS = load().standards("cn-2022")
WORDS = Words(tuple(STANDARDS.narratives.units), tuple(word.word for word in STANDARDS.lexicons["qualities"]))
UNITS = ["个", "批次", "人次", "家", "%", "万元", "亿元", "篇", "万人次", "公里"]
SIGNS = [sign for sign in COMPARATORS if COMPARATORS[sign] != "~"]

amounts = st.tuples(st.integers(0, 10**7), st.integers(0, 2))
figures = amounts.map(lambda pair: f"{Decimal(pair[0]).scaleb(-pair[1])}")


def held(target: str, actual: str, better: str = MORE) -> Comparison:
    parsed = parse_target(target, WORDS, YEAR)
    return compare(parsed, parse_actual(actual, parsed, WORDS), better)


# ── parsing ───────────────────────────────────────────────────────────────────────────────────


@given(st.sampled_from(["", *SIGNS]), figures, st.sampled_from(UNITS), st.sampled_from(["", "整理档案"]))
def test_a_composed_quantity_parses_back(sign: str, figure: str, unit: str, noun: str) -> None:
    target = parse_target(f"{noun}{sign}{figure}{unit}", WORDS)
    assert isinstance(target, Quantity)
    assert target.sign == COMPARATORS.get(sign, "")
    assert target.amount.value == Decimal(figure)
    assert target.amount.unit == unit
    assert target.noun == noun


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(UNITS), st.sampled_from("-~～至"))
def test_a_composed_range_parses_back(one: int, other: int, unit: str, dash: str) -> None:
    least, most = sorted((one, other))
    target = parse_target(f"{least}{dash}{most}{unit}", WORDS)
    assert isinstance(target, Quantity)
    assert target.most is not None
    assert (target.amount.value, target.most.value) == (least, most)
    assert target.amount.unit == target.most.unit == unit


@given(st.dates(date(2010, 1, 1), date(2039, 12, 31)), st.sampled_from(["前", "之前", "前完成", ""]))
def test_a_composed_day_parses_back(day: date, end: str) -> None:
    assert parse_target(f"{day.year}年{day.month}月{day.day}日{end}", WORDS) == Deadline(day, True)


@given(st.text(max_size=80))
def test_bad_text_never_raises(text: str) -> None:
    for target in (
        parse_target(text, WORDS, YEAR),
        parse_target("≥5个", WORDS),
        parse_target("年底前", WORDS, YEAR),
    ):
        compare(target, parse_actual(text, target, WORDS))


@given(
    st.text(
        alphabet="一二三四五六七八九十百千万零两点分之年月日前底≥≤<>＞0123456789.,-~%个次万亿元余约第",
        max_size=30,
    )
)
def test_garbled_figures_never_raise(text: str) -> None:
    target = parse_target(text, WORDS, YEAR)
    compare(target, parse_actual(text, target, WORDS))


@pytest.mark.parametrize(
    ("text", "sign", "figure", "unit", "noun"),
    [
        ("≥5个", ">=", "5", "个", ""),
        ("≧ 95％", ">=", "95", "%", ""),
        ("查阅人次＞400人", ">", "400", "人", "查阅人次"),
        ("投诉率不高于百分之五", "<=", "5", "%", "投诉率"),
        ("20天以内", "<=", "20", "天", ""),
        ("100篇以上", ">=", "100", "篇", ""),
        ("1000余人", ">=", "1000", "人", ""),
        ("约50家", "~", "50", "家", ""),
        ("1.2亿", "", "1.2", "亿元", ""),
        ("126.25 万元", "", "126.25", "万元", ""),
        ("两次", "", "2", "次", ""),
        ("2022年完成十二次", "", "12", "次", "完成"),
        ("走访3家企业", "", "3", "家", "走访企业"),
        ("100", "", "100", "", ""),
    ],
)
def test_quantities(text: str, sign: str, figure: str, unit: str, noun: str) -> None:
    target = parse_target(text, WORDS)
    assert isinstance(target, Quantity)
    assert (target.sign, str(target.amount.value), target.amount.unit, target.noun) == (
        sign,
        figure,
        unit,
        noun,
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022年12月31日前", date(2022, 12, 31)),
        ("年底前", date(2022, 12, 31)),
        ("12月前", date(2022, 12, 31)),
        ("十一月底前完成", date(2022, 11, 30)),
        ("2022-06-30", date(2022, 6, 30)),
        ("2023年2月", date(2023, 2, 28)),
        ("于当年6月30日前完成支付", date(2022, 6, 30)),
    ],
)
def test_days(text: str, day: date) -> None:
    target = parse_target(text, WORDS, YEAR)
    assert isinstance(target, Deadline)
    assert target.day == day


@pytest.mark.parametrize("text", ["不断提升", "显著", "有效改善", "持续增强", "按时完成"])
def test_qualities(text: str) -> None:
    assert parse_target(text, WORDS) == Quality(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "≥",
        "查阅服务得到开展",
        "认真落实有关要求，严格执行相关规定",
        "整理300卷、数字化1400件",
        "第3季度",
        "2022年13月",
    ],
)
def test_sentences(text: str) -> None:
    target = parse_target(text, WORDS, YEAR)
    assert isinstance(target, Sentence)
    assert target.reason


# ── comparison ────────────────────────────────────────────────────────────────────────────────

ORDER = {MISSED: 0, NOT_EVALUATED: 1, MET: 2, EXCEEDED: 3}


@given(
    st.sampled_from(["≥", "＞", "≤", "＜", ""]),
    st.integers(0, 10**4),
    st.integers(0, 10**5),
    st.integers(0, 10**5),
    st.sampled_from(["个", "%", "万元"]),
)
def test_comparators_are_monotone(sign: str, limit: int, one: int, other: int, unit: str) -> None:
    target = f"{sign}{limit or 1}{unit}"
    low, high = sorted((one, other))
    less, more = (ORDER[held(target, f"{figure}{unit}").status] for figure in (low, high))
    assert less >= more if sign in ("≤", "＜") else less <= more


@given(st.integers(1, 10**4), st.integers(0, 10**5))
def test_the_ratio_holds_the_exact_one(limit: int, reached: int) -> None:
    for unit in ("个", "%", "万元"):
        ratio = held(f"≥{limit}{unit}", f"{reached}{unit}").ratio
        assert ratio is not None
        assert ratio.low is not None
        assert ratio.high is not None
        assert ratio.low <= Fraction(reached, limit) <= ratio.high


@given(st.integers(1, 10**4), st.integers(0, 10**5))
def test_a_count_is_exceeded_from_thirty_percent_on(limit: int, reached: int) -> None:
    exceeded = held(f"≥{limit}个", f"{reached}个").status == EXCEEDED
    assert exceeded is (reached * 10 >= limit * 13)


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        ("≥5个", "现已完成项目6个", MET),
        ("≥5个", "7个", EXCEEDED),
        ("≥5个", "4个", MISSED),
        ("≥5", "6个", MET),
        ("≥5个", "6", MET),
        ("50批次", "65批次", EXCEEDED),
        ("信息＞100条", "上报信息，全年共计120条，定向吸纳33人", MET),
        ("≥500卷", "全年整理档案520卷，其中文书档案300卷", MET),
        ("≥1000人次", "上半年700人次，下半年720人次", NOT_EVALUATED),
        ("≥500人次", "上半年510人次，下半年600人次", MET),
        ("人次＞400人", "服务160余人次；对接486人次。", NOT_EVALUATED),
        ("≥95%", "满意度98%，比上年提高3个百分点", MET),
        ("≥95%", "同比增长5%", NOT_EVALUATED),
        ("≥95%", "94%", MISSED),
        ("＞95%", "95%", NOT_EVALUATED),
        ("＞95条", "95条", MISSED),
        ("≥95%", "96", MET),
        ("≥95%", "90", MISSED),
        ("≥95%", "0.98", NOT_EVALUATED),
        ("≥90", "0.95", NOT_EVALUATED),
        ("≥0.9", "95", NOT_EVALUATED),
        ("≥0.9", "0.95", MET),
        ("≥90", "9", MISSED),
        ("95％±2％", "96%", MET),
        ("95±2%", "90%", MISSED),
        ("95%±2个百分点", "93%", MET),
        ("95%±2%", "99%", NOT_EVALUATED),
        ("100±5个", "94个", MISSED),
        ("100个±5%", "94个", NOT_EVALUATED),
        ("≥100百分比", "100", MET),
        ("≤90万元", "90", MET),
        ("≤90万元", "899740", NOT_EVALUATED),
        ("﹦100%", "100", MET),
        ("≥50", "45个", MISSED),
        ("每月1期", "12期", NOT_EVALUATED),
        ("每周2次", "每周2次", MET),
        ("每年4次", "4次", MET),
        ("4次/年", "4次", MET),
        ("≤550元/人", "30万元", NOT_EVALUATED),
        ("15台（套）", "15台", MET),
        ("≥1000人次", "0.12万人次", MET),
        ("≥1亿元", "投资额达1.2亿", MET),
        ("≥2000万元", "0.19亿元", MISSED),
        ("≤5%", "3%", MET),
        ("≤5%", "8%", MISSED),
        ("0次", "0次", MET),
        ("0次", "3次", MISSED),
        ("80%-90%", "85%", MET),
        ("80%-90%", "75%", MISSED),
        ("≥5个", "约4个", NOT_EVALUATED),
        ("≥5个", "4个以上", NOT_EVALUATED),
        ("≥5个", "5个以上", MET),
        ("约5个", "4个", NOT_EVALUATED),
        ("≥5个", "", NOT_EVALUATED),
        ("≥5个", "已完成", NOT_EVALUATED),
        ("2022年12月31日前", "2022年12月31日前", MET),
        ("年底前", "2022年12月20日", MET),
        ("2022年12月31日前", "2023年1月3日", MISSED),
        ("2022年12月31日前", "2023年1月31日前", NOT_EVALUATED),
        ("2022年6月30日前", "2022年", NOT_EVALUATED),
        ("2022年12月31日前", "已按时完成", MET),
        ("2022年12月31日前", "100%", NOT_EVALUATED),
        ("不断提升", "不断提升", MET),
        ("不断提升", "达成预期目标", MET),
        ("不断提升", "85%", MET),
        ("不断提升", "部分达成", MISSED),
        ("不断提升", "未达成", MISSED),
        ("不断提升", "接待群众340批次", NOT_EVALUATED),
        ("查阅服务得到开展", "查阅服务稳步开展", NOT_EVALUATED),
        ("严格执行有关规定", "达成预期指标", MET),
        ("严格执行有关规定", "部分达成预期指标并具有一定效果", MISSED),
        ("严格执行有关规定", "未达成预期指标且效果较差", MISSED),
        ("严格执行有关规定", "100%", NOT_EVALUATED),
        ("不断提升", "完成了部分工作", NOT_EVALUATED),
    ],
)  # fmt: skip
def test_results(target: str, actual: str, status: str) -> None:
    came = held(target, actual)
    assert came.status == status
    assert bool(came.reason) is (status == NOT_EVALUATED)


def test_tiers_are_told() -> None:
    tiers = [held("有效改善", f"{percent}%").tier for percent in (80, 79, 60, 59)]
    assert tiers == ["达成", "部分达成", "部分达成", "未达成"]


def test_the_better_side_of_a_bare_figure() -> None:
    assert held("20万元", "15万元").status == MISSED
    assert held("20万元", "15万元", LESS).status == MET
    assert held("20万元", "25万元", LESS).status == MISSED
    assert held("20万元", "15万元", UNKNOWN).status == NOT_EVALUATED
    assert held("20万元", "20万元", UNKNOWN).status == MET
    assert held("≥20万元", "15万元", LESS).status == MISSED


def test_all_candidates_are_kept() -> None:
    target = parse_target("≥100人次", WORDS)
    actual = parse_actual("上半年70人次，下半年80余人次", target, WORDS)
    assert [candidate.printed for candidate in actual.candidates] == ["70人次", "80人次"]


# ── numerals ──────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 99_999))
def test_a_numeral_is_read_back(number: int) -> None:
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千", "万"]
    printed = "".join(
        f"{digits[int(d)]}{units[len(str(number)) - n - 1] if d != '0' else ''}"
        for n, d in enumerate(str(number))
    )
    while "零零" in printed:
        printed = printed.replace("零零", "零")
    assert value(printed.rstrip("零")) == number


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("一次", "1次"), ("两次", "2次"), ("十二个", "12个"), ("三百五十人次", "350人次"),
        ("百分之九十五", "95%"), ("百分之九十九点五", "99.5%"), ("十二月", "12月"),
        ("统一个标准", "统一个标准"), ("第一次", "第一次"), ("一般", "一般"), ("万人次", "万人次"),
    ],
)  # fmt: skip
def test_numerals_of_counts_and_rates(text: str, read: str) -> None:
    assert arabic(text, WORDS.units) == read
