"""The language of relations: its grammar, and intervals that hold every possible value and no other."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.expressions import (
    Binding,
    Call,
    ExpressionError,
    NotEvaluatedError,
    Operand,
    Reference,
    Selector,
    Term,
    change,
    evaluate,
    growth,
    instances,
    parse_bindings,
    parse_comparison,
    ratio,
    references,
    share,
)
from mingzhang.facts import Key
from mingzhang.money import SCALE, Interval, parse

PERCENT = 100 * SCALE


class Cells:
    """Cells given as printed figures; anything else is missing."""

    def __init__(
        self, printed: dict[Key, str] | None = None, exact: dict[Key, Interval] | None = None
    ) -> None:
        self.cells = dict(exact or {})
        for key, text in (printed or {}).items():
            amount = parse(text, "万元")
            assert amount is not None
            self.cells[key] = amount.interval

    def rows(self, form: str, level: str) -> list[str]:
        lengths = {"类": (3,), "款": (5,), "项": (7,), "码": (3, 5, 7)}
        rows = dict.fromkeys(row for known, row, _ in self.cells if known == form)
        return [r for r in rows if level == "行" or (r.isdecimal() and len(r) in lengths[level])]

    def children(self, form: str, row: str) -> list[str]:
        return [r for r in self.rows(form, "码") if r.startswith(row) and len(r) == len(row) + 2]

    def interval(self, key: Key) -> Interval:
        if key not in self.cells:
            raise NotEvaluatedError("没有读到金额")
        return self.cells[key]


TREE = {
    ("t", "total", "a"): "6.00",
    ("t", "201", "a"): "4.00",
    ("t", "20101", "a"): "1.00",
    ("t", "20102", "a"): "3.00",
    ("t", "208", "a"): "2.00",
    ("t", "total", "b"): "1.00",
}


# ── grammar ───────────────────────────────────────────────────────────────────────────────────


def ref(form: str, row: str, column: str) -> Reference:
    return Reference(form, (Selector(row),), (Selector(column),))


def test_a_comparison_in_full() -> None:
    found = parse_comparison(" -t[a,b]+sum(u[children(r) 类 …1, b c]) - 1.5>=share( t[x, b] , 2 + t[y, b] )")
    many = Reference(
        "u", (Selector("r", children=True), Selector("类"), Selector("…1")), (Selector("b"), Selector("c"))
    )
    assert found.left == (Term(-1, ref("t", "a", "b")), Term(1, many, many=True), Term(-1, 3 * SCALE // 2))
    assert found.operator == ">="
    arguments = ((Term(1, ref("t", "x", "b")),), (Term(1, 2 * SCALE), Term(1, ref("t", "y", "b"))))
    assert found.right == (Term(1, Call("share", arguments)),)
    assert set(references(found)) == {ref("t", "a", "b"), many, ref("t", "x", "b"), ref("t", "y", "b")}


def test_row_keys_may_be_codes_and_columns_chinese() -> None:
    assert parse_comparison("表[20805, 决算数] = 0").left == (Term(1, ref("表", "20805", "决算数")),)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "应为"),
        ("t[a, b]", "应为=或<=或>="),
        ("t[a, b] = ", "应为"),
        ("= t[a, b]", "应为"),
        ("t[a, b] == 1", "应为"),
        ("t[a, b] = 1 = 2", "多出了"),
        ("t[a, b] = 1 2", "多出了"),
        ("t[a b] = 1", "应为"),
        ("t[a, b = 1", "应为"),
        ("t[, b] = 1", "应为名称"),
        ("t[a, b, c] = 1", "应为"),
        ("t = 1", "应为["),
        ("sum(1) = 1", "应为["),
        ("sum(t[a, b] + t[c, b]) = 1", "应为)"),
        ("ratio(t[a, b]) = 1", "应为,"),
        ("share(t[a, b], t[c, b], t[d, b]) = 1", "应为)"),
        ("(t[a, b]) = 1", "应为名称"),
        ("t[a, b] * 2 = 1", "个字符起无法识别"),
        ("t[a, b] < 1", "个字符起无法识别"),
        ("t.a = 1", "应为["),
        ("t[a, b] = 'x'", "个字符起无法识别"),
        ("t[a, b] = 0.123456789", "小数位数过多"),
        ("t[children(r, b] = 1", "应为)"),
    ],
)
def test_errors(text: str, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_comparison(text)
    assert part in str(caught.value)
    assert f"“{text}”" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "t[a, b] = t[a, b]",
        "t[a, b] + t[a, b] = 1",
        "ratio(t[a, b], t[a, b]) = 1",
        "t[a, b] = share(t[c, b], 1 + change(t[a, b], t[d, b]))",
        "sum(t[a, b]) = t[a, b]",
    ],
)
def test_a_fact_named_twice_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="两次用到同一个数"):
        parse_comparison(text)


def test_the_number_of_tokens_is_bounded() -> None:
    assert len(parse_comparison("+".join(["1"] * 199) + "=1").left) == 199
    with pytest.raises(ExpressionError, match="从第401个字符起无法识别"):
        parse_comparison("+".join(["1"] * 201) + "=1")
    with pytest.raises(ExpressionError):
        parse_comparison("ratio(" * 100_000)


@given(st.text(alphabet="t[a,b]=<>+-(). sumshrio类…", max_size=40))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        parse_comparison(text)


@pytest.mark.parametrize("number", ["1a", "1e5", "1e999999999", "1_0", "1类", "١", "²"])
def test_a_number_is_digits(number: str) -> None:
    with pytest.raises(ExpressionError):
        parse_comparison(f"t[a, b] = {number}")


def test_bindings() -> None:
    assert parse_bindings("r in t[类 款]; c in a b ;") == (
        Binding("r", "t", (Selector("类"), Selector("款"))),
        Binding("c", None, (Selector("a"), Selector("b"))),
    )
    assert parse_bindings("") == ()
    for wrong in ("r", "r of t[类]", "r in", "r in t[类", "r in t[类] x", "in t[类]"):
        with pytest.raises(ExpressionError):
            parse_bindings(wrong)


# ── evaluation ────────────────────────────────────────────────────────────────────────────────


def test_instances_are_what_the_document_prints() -> None:
    found = list(instances(parse_bindings("r in t[类 款]; c in a b"), Cells(TREE)))
    assert [(v["r"], v["c"]) for v in found] == [
        (row, column) for row in ("201", "208", "20101", "20102") for column in "ab"
    ]
    assert list(instances((), Cells())) == [{}]
    assert list(instances(parse_bindings("r in nowhere[类]"), Cells(TREE))) == []


def test_sums_over_levels_and_children() -> None:
    cells = Cells(TREE)
    found = evaluate(parse_comparison("t[total, a] = sum(t[类, a])"), {}, cells)
    assert found is not None
    assert found.holds("=")
    assert found.right_cells == (Operand(1, ("t", "201", "a")), Operand(1, ("t", "208", "a")))
    assert found.linear
    children = parse_comparison("t[r, a] = sum(t[children(r), a])")
    below = evaluate(children, {"r": "201"}, cells)
    assert below is not None
    assert below.holds("=")
    assert [operand.key[1] for operand in below.right_cells] == ["20101", "20102"]
    assert evaluate(children, {"r": "208"}, cells) is None, "a row without children: does not apply"


def test_one_cell_only_outside_sum_and_missing_is_not_zero() -> None:
    with pytest.raises(ExpressionError, match="只能指一格"):
        evaluate(parse_comparison("t[类, a] = 1"), {}, Cells(TREE))
    with pytest.raises(ExpressionError, match="只能指一格"):
        evaluate(parse_comparison("t[total, a b] = 1"), {}, Cells(TREE))
    with pytest.raises(NotEvaluatedError):
        evaluate(parse_comparison("t[total, a] = t[301, a]"), {}, Cells(TREE))


@pytest.mark.parametrize(
    ("left", "right", "equal", "at_most", "at_least"),
    [
        ("1.00", "1.00", True, True, True),
        ("1.00", "1.01", True, True, True),
        ("1.00", "1.02", False, True, False),
        ("1.02", "1.00", False, False, True),
        ("1.0", "1.05", True, True, True),
        ("1.0", "1.06", False, True, False),
    ],
)
def test_comparisons_allow_what_rounding_allows(
    left: str, right: str, equal: bool, at_most: bool, at_least: bool
) -> None:
    found = evaluate(
        parse_comparison("t[l, a] = t[r, a]"), {}, Cells({("t", "l", "a"): left, ("t", "r", "a"): right})
    )
    assert found is not None
    assert (found.holds("="), found.holds("<="), found.holds(">=")) == (equal, at_most, at_least)


def test_constants_are_exact_in_the_base_unit() -> None:
    found = evaluate(parse_comparison("1.5 - t[total, b] = 0.00000001 + 2"), {}, Cells(TREE))
    assert found is not None
    assert found.constants == (3 * SCALE // 2, 1 + 2 * SCALE)
    assert found.left.high - found.left.low == 100 * SCALE
    assert found.left_cells == (Operand(-1, ("t", "total", "b")),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ratio(t[p, a], t[q, a]) = 0", 25),
        ("completion(t[p, a], t[q, a]) = 0", 25),
        ("share(t[p, a], t[q, a]) = 0", 20),
        ("change(t[p, a], t[q, a]) = 0", -75),
        ("ratio(t[p, a] + t[q, a], t[q, a2]) = 0", 125),
    ],
)
def test_primitives(text: str, value: int) -> None:
    exact = {
        ("t", "p", "a"): Interval(1, 1),
        ("t", "q", "a"): Interval(4, 4),
        ("t", "q", "a2"): Interval(4, 4),
    }
    found = evaluate(parse_comparison(text), {}, Cells(exact=exact))
    assert found is not None
    assert found.left == Interval(value * SCALE, value * SCALE)
    assert not found.linear
    assert len(found.left_cells) in (2, 3)


def test_names_with_dots() -> None:
    found = parse_comparison("explanation.overall[grand_total, change_rate] = 0.5")
    assert found.left[0].operand == Reference(
        "explanation.overall", (Selector("grand_total"),), (Selector("change_rate"),)
    )


def test_growth_from_nothing_is_not_evaluated() -> None:
    with pytest.raises(NotEvaluatedError, match="基数为零"):
        growth(Interval(5, 5), Interval(5, 6))


def test_primitives_without_a_base_are_not_evaluated() -> None:
    cells = Cells({("t", "p", "a"): "1.00", ("t", "z", "a"): "0.00", ("t", "n", "a"): "-2.00"})
    for name in ("ratio", "completion", "change"):
        for base in "zn":
            with pytest.raises(NotEvaluatedError, match="基数为零"):
                evaluate(parse_comparison(f"{name}(t[p, a], t[{base}, a]) = 0"), {}, cells)
    with pytest.raises(NotEvaluatedError, match="基数为零"):
        share(Interval(-1, 1), Interval(-1, 1))
    none = parse_comparison("ratio(sum(t[类, a]), t[p, a]) = 0")
    assert evaluate(none, {}, cells) is None


def test_the_share_of_one_tenth_in_one_and_two_tenths() -> None:
    cells = Cells({("t", "p", "a"): "0.1", ("t", "r", "a"): "0.2"})
    found = evaluate(parse_comparison("share(t[p, a], t[r, a]) = 0"), {}, cells)
    assert found is not None
    assert found.left == Interval(Fraction(PERCENT, 6), Fraction(PERCENT, 2))


def intervals(low: int, high: int) -> st.SearchStrategy[Interval]:
    return st.lists(st.integers(low, high), min_size=2, max_size=2).map(lambda v: Interval(*sorted(v)))


def points(interval: Interval) -> st.SearchStrategy[Fraction]:
    return st.fractions(interval.low, interval.high, max_denominator=1000)


@given(st.data())
def test_a_sum_holds_every_sum_of_points_and_attains_its_ends(data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from([1, -1]), min_size=1, max_size=6))
    known = [data.draw(intervals(-(10**6), 10**6)) for _ in signs]
    constant = data.draw(st.integers(0, 50))
    text = "".join(f"{'+' if s > 0 else '-'} t[r{n}, a] " for n, s in enumerate(signs)).removeprefix("+")
    cells = Cells(exact={("t", f"r{n}", "a"): interval for n, interval in enumerate(known)})
    found = evaluate(parse_comparison(f"{text} - {constant} = 0"), {}, cells)
    assert found is not None
    value = sum(s * data.draw(points(i)) for s, i in zip(signs, known)) - constant * SCALE
    assert found.left.low <= value <= found.left.high
    low = sum(s * (i.low if s > 0 else i.high) for s, i in zip(signs, known)) - constant * SCALE
    high = sum(s * (i.high if s > 0 else i.low) for s, i in zip(signs, known)) - constant * SCALE
    assert found.left == Interval(low, high)


BINARY = {
    "ratio": (ratio, lambda x, y: x / y, intervals(-500, 500), intervals(1, 500)),
    "share": (share, lambda x, y: x / (x + y), intervals(0, 500), intervals(1, 500)),
    "change": (change, lambda x, y: (x - y) / y, intervals(-500, 500), intervals(1, 500)),
    "growth": (growth, lambda x, y: y / (x - y), intervals(0, 500), intervals(-500, -1)),
    "growth of an increase": (growth, lambda x, y: y / (x - y), intervals(501, 900), intervals(-9, 500)),
}


@pytest.mark.parametrize("name", BINARY)
@given(data=st.data())
def test_a_primitive_holds_every_value_and_attains_its_ends(name: str, data: st.DataObject) -> None:
    function, exact, first, second = BINARY[name]
    a, b = data.draw(first), data.draw(second)
    found = function(a, b)
    value = exact(data.draw(points(a)), data.draw(points(b))) * PERCENT
    assert found.low <= value <= found.high
    corners = [exact(Fraction(x), Fraction(y)) * PERCENT for x in a for y in b]
    assert (found.low, found.high) == (min(corners), max(corners))


@given(intervals(-50, 500), intervals(-50, 500))
def test_a_share_is_between_nothing_and_all(part: Interval, rest: Interval) -> None:
    try:
        found = share(part, rest)
    except NotEvaluatedError:
        assert max(part.low, 0) + max(rest.low, 0) == 0
    else:
        assert 0 <= found.low <= found.high <= PERCENT
