"""What figures mean: points belong to one evaluation, everything else to whoever evaluates."""

from __future__ import annotations

from mingzhang.checking.observations import meaning_of


def test_points_of_two_evaluations_are_two_figures() -> None:
    one, other = ({"evaluation": name, "scope": "total"} for name in ("department", "scheme"))
    assert meaning_of("indicator.score", one) != meaning_of("indicator.score", other)
    assert meaning_of("funds", one) == meaning_of("funds", other)
