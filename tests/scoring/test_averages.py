"""Laws of sums and weighted means on intervals."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mingzhang.money import Interval
from mingzhang.scoring.averages import mean, ratio, total

numbers = st.integers(-(10**12), 10**12)
positive = st.integers(1, 10**12)


@st.composite
def intervals(draw: st.DrawFn, centres: st.SearchStrategy[int], least: int | None = None) -> Interval:
    centre, half = draw(centres), draw(st.integers(0, 10**6))
    low = centre - half if least is None else max(centre - half, least)
    return Interval(low, centre + half)


pairs = st.lists(st.tuples(intervals(positive, 1), intervals(numbers)), min_size=1, max_size=12)


def inside(interval: Interval, part: Fraction) -> Fraction:
    return Fraction(interval.low) + (Fraction(interval.high) - Fraction(interval.low)) * part


@given(pairs, st.data())
def test_the_mean_contains_every_choice(parts: list[tuple[Interval, Interval]], data: st.DataObject) -> None:
    where = st.fractions(0, 1)
    chosen = [(inside(w, data.draw(where)), inside(v, data.draw(where))) for w, v in parts]
    exact = sum(w * v for w, v in chosen) / sum(w for w, _ in chosen)
    low, high = mean(parts)
    assert low <= exact <= high


@given(pairs)
def test_the_ends_are_reached(parts: list[tuple[Interval, Interval]]) -> None:
    """Each end is the mean of a choice of ends, so that no interval is wider than it must be."""
    parts = parts[:6]
    values = []
    for chosen in range(2 ** len(parts)):
        weights = [Fraction(part[0][chosen >> n & 1]) for n, part in enumerate(parts)]
        values.append(sum(w * p[1].low for w, p in zip(weights, parts)) / sum(weights))
    assert min(values) == mean(parts).low


@given(pairs, st.randoms(use_true_random=False))
def test_order_does_not_matter(parts: list[tuple[Interval, Interval]], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert mean(shuffled) == mean(parts)
    assert total(value for _, value in shuffled) == total(value for _, value in parts)


@given(pairs, st.fractions(0, 1))
def test_a_weight_split_in_two_changes_nothing(
    parts: list[tuple[Interval, Interval]], share: Fraction
) -> None:
    (weight, value), *others = parts
    one = Interval(weight.low * share, weight.high * share)
    other = Interval(weight.low * (1 - share), weight.high * (1 - share))
    assert mean([(one, value), (other, value), *others]) == mean(parts)


@given(intervals(positive, 0), intervals(positive, 1))
def test_a_ratio_contains_its_ends(part: Interval, whole: Interval) -> None:
    low, high = ratio(part, whole)
    for a in part:
        for b in whole:
            assert low <= Fraction(a) / Fraction(b) <= high
