"""Which figure is wrong: minimal repairs of a group of failed relations, proved on intervals.

Failed relations that share observations form a component. Its candidates are their observations;
every relation that touches a candidate is a constraint. All sets of one figure, else two, else
three, whose change can make every constraint hold are enumerated and ranked by evidence
(Fellegi and Holt: change as little as possible).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mingzhang.expressions import VIRTUAL
from mingzhang.facts import FactSet
from mingzhang.money import Amount, Interval, Number, step

CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"
_CLEAR = 2
"""By so much more evidence a repair is clearly better than the next."""
MAX_REPAIR = 3
_MAX_PROOFS = 20_000
_ROUNDS = 8
_POINTS = "分"


class Equation(NamedTuple):
    """Σ coefficient × fact + constant ``operator`` 0, with the outcome it came from.

    ``terms`` are (coefficient, fact number); ``constant`` is exact. ``operator`` is ``=`` or ``<=``.
    """

    outcome: int
    terms: tuple[tuple[int, int], ...]
    constant: int
    operator: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Repair:
    """A set of figures whose change makes every constraint hold.

    Per fact: ``allowed`` is the interval of its true value, ``proposed`` the figure to print and
    ``reasons`` the slips that explain what is printed.
    """

    facts: tuple[int, ...]
    allowed: tuple[Interval, ...]
    proposed: tuple[Amount, ...]
    score: float
    reasons: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Component:
    """Failed equations that share facts, with their repairs, best first."""

    equations: list[Equation]
    repairs: list[Repair] = field(default_factory=list)

    @property
    def rivals(self) -> list[Repair]:
        """The repairs of other figures than the best."""
        return [one for one in self.repairs[1:] if set(one.facts) != set(self.repairs[0].facts)]

    @property
    def best(self) -> tuple[Repair | None, str]:
        """The best repair and how sure it is; None where there is none."""
        if not self.repairs:
            return None, POSSIBLE
        best, rivals = self.repairs[0], self.rivals
        clear = bool(rivals) and best.score - rivals[0].score >= _CLEAR
        return best, CERTAIN if not rivals else LIKELY if clear else POSSIBLE


Support = Callable[[Mapping[int, Amount]], float]
"""What speaks for figures as they would be printed, besides the equations; less than 0: against them."""


class Localiser:
    """Finds components and their repairs for one submission."""

    def __init__(
        self, facts: FactSet, equations: Sequence[Equation], support: Support = lambda repaired: 0.0
    ) -> None:
        self.facts, self.support = facts, support
        self.equations = equations
        self.touching: dict[int, list[Equation]] = defaultdict(list)
        for equation in equations:
            for _, number in equation.terms:
                self.touching[number].append(equation)
        self.intervals = facts.intervals
        self.neighbours = _neighbours(facts, equations)
        self.usual = facts.usual_decimals()
        self._proofs = 0

    def components(self) -> list[Component]:
        """Every component of failed equations with its ranked repairs."""
        found = [Component(list(group)) for group in _connected([e for e in self.equations if e.failed])]
        for component in found:
            component.repairs = self._repairs(component.equations)
        solved = [component for component in found if component.repairs]
        for component in self._merged([component for component in found if not component.repairs]):
            solved += self._peeled(component)
        return solved

    def _merged(self, unsolved: list[Component]) -> list[Component]:
        """Components without a repair, those joined that a relation which holds keeps together."""
        groups: list[tuple[set[int], list[Equation]]] = []
        for component in unsolved:
            around = {
                id(e) for equation in component.equations for _, n in equation.terms for e in self.touching[n]
            }
            equations = list(component.equations)
            for group in [g for g in groups if g[0] & around]:
                groups.remove(group)
                around |= group[0]
                equations = group[1] + equations
            groups.append((around, equations))
        merged = [Component(equations) for _, equations in groups]
        for component in merged:
            component.repairs = self._repairs(component.equations) if len(merged) < len(unsolved) else []
        return merged

    def _peeled(self, component: Component) -> list[Component]:
        """A component, or what single figures explain of it and the rest."""
        found: list[Component] = []
        left = component
        while left.equations and not left.repairs:
            best = self._most_explaining(left.equations)
            if best is None:
                break
            repair, explained = best
            found.append(Component(explained, [repair]))
            rest = [e for e in left.equations if e not in explained]
            left = Component(rest, self._repairs(rest) if rest else [])
        return [*found, left] if left.equations else found

    def _most_explaining(self, failed: list[Equation]) -> tuple[Repair, list[Equation]] | None:
        """The one figure whose change mends the most failed relations, at least two, and breaks none."""
        best: tuple[Repair, list[Equation]] | None = None
        for fact in dict.fromkeys(number for equation in failed for _, number in equation.terms):
            explained = [e for e in failed if any(number == fact for _, number in e.terms)]
            if len(explained) < 2 or (best is not None and len(explained) <= len(best[1])):
                continue
            self._proofs = 0
            repair = self._prove((fact,))
            if repair is not None:
                best = (repair, explained)
        return best

    def _repairs(self, failed: list[Equation]) -> list[Repair]:
        self._proofs = 0
        for size in range(1, MAX_REPAIR + 1):
            repairs = [
                repair for facts in _hitting_sets(failed, size) if (repair := self._prove(facts)) is not None
            ]
            if repairs:
                return sorted(repairs, key=lambda repair: (-repair.score, repair.facts))
            if self._proofs > _MAX_PROOFS:
                break
        return []

    def _prove(self, facts: tuple[int, ...]) -> Repair | None:
        """The repair by ``facts`` where interval propagation leaves a value for each, else None."""
        self._proofs += 1
        if self._proofs > _MAX_PROOFS:
            return None
        free: dict[int, tuple[Number | None, Number | None]] = dict.fromkeys(facts, (None, None))
        touched = list({id(e): e for fact in facts for e in self.touching[fact]}.values())
        for _ in range(_ROUNDS if len(facts) > 1 else 1):
            before = dict(free)
            for equation in touched:
                if not self._narrow(equation, free):
                    return None
            if free == before:
                capped = [f for f, (low, high) in free.items() if low is None and high is not None]
                if not capped:
                    break
                for fact in capped:  # an upper limit alone: amounts are not negative
                    high = free[fact][1]
                    free[fact] = (min(0, high or 0), high)
        allowed = []
        for fact in facts:
            low, high = free[fact]
            if low is None or high is None:
                return None
            allowed.append(Interval(low, high))
        return self._rank(facts, tuple(allowed), touched)

    def _narrow(self, equation: Equation, free: dict[int, tuple[Number | None, Number | None]]) -> bool:
        """Tighten the free facts by one equation; False where no value is left."""
        for target_sign, target in equation.terms:
            if target not in free:
                continue
            low: Number | None = equation.constant
            high: Number | None = equation.constant
            for sign, number in equation.terms:
                if number == target:
                    continue
                below, above = free.get(number, self.intervals[number])
                if sign < 0:
                    below, above = above, below
                low = None if low is None or below is None else low + sign * below
                high = None if high is None or above is None else high + sign * above
            # target_sign * x + rest = 0 (or <= 0) with rest in [low, high]
            lower = None if high is None else -high
            upper = None if low is None else -low
            if equation.operator == "<=":
                lower = None
            if target_sign < 0:
                lower, upper = (
                    None if upper is None else -upper,
                    None if lower is None else -lower,
                )
            free[target] = _intersect(free[target], (lower, upper))
            first, last = free[target]
            if first is not None and last is not None and first > last:
                return False
        return True

    def _rank(
        self, facts: tuple[int, ...], allowed: tuple[Interval, ...], touched: Sequence[Equation]
    ) -> Repair | None:
        proposed, reasons, score = [], [], 0.0
        for fact, bounds in zip(facts, allowed):
            printed = self.facts.amount(fact)
            amount = self._proposal(fact, facts, bounds, touched)
            if amount is None:
                return None
            proposed.append(amount)
            slips = []
            witnesses = {e.outcome for e in self.touching[fact] if e.operator == "="}
            score += min(len(witnesses), 6) * 0.5
            if amount.mantissa < 0 <= printed.mantissa:
                score -= 3
            usual = self._usual(fact, printed.decimals)
            if printed.decimals != usual == amount.decimals:
                score += 2
                slips.append("小数位数与本表其他数字不同")
            elif amount.decimals > max(usual, printed.decimals):
                score -= 3
            for weight, reason in _patterns(printed, bounds, amount, self.neighbours[fact]):
                score += weight
                slips.append(reason)
            reasons.append(tuple(slips))
        score += self.support(dict(zip(facts, proposed)))
        return Repair(facts, allowed, tuple(proposed), score, tuple(reasons))

    def _usual(self, fact: int, otherwise: int) -> int:
        """The number of decimals that the table of ``fact`` keeps to; running text keeps to none."""
        if self.facts.places[fact].offset is not None:
            return otherwise
        return self.usual.get(self.facts.keys[fact][0], otherwise)

    def _proposal(
        self, fact: int, facts: tuple[int, ...], bounds: Interval, touched: Sequence[Equation]
    ) -> Amount | None:
        """The figure an accountant would write: the plain result of the tightest equation."""
        printed = self.facts.amount(fact)
        size = step(printed.unit, printed.decimals)
        best: tuple[Number, Amount] | None = None
        for equation in touched:
            sign = next((s for s, number in equation.terms if number == fact), 0)
            others = [(s, number) for s, number in equation.terms if number != fact]
            if not sign or equation.operator != "=" or any(number in facts for _, number in others):
                continue
            centre = -sign * (equation.constant + sum(s * self.facts.centres[n] for s, n in others))
            width = sum(self.intervals[n].high - self.intervals[n].low for _, n in others)
            precise = max([printed.decimals, *(self.facts.decimals[n] for _, n in others)])
            decimals = min(precise, self._usual(fact, precise))
            amount = Amount(_round(centre, step(printed.unit, decimals)), decimals, printed.unit)
            if not amount.interval.meets(bounds):
                amount = Amount(_round(centre, step(printed.unit, precise)), precise, printed.unit)
            if amount.interval.meets(bounds) and (best is None or width < best[0]):
                best = (width, amount)
        if best is not None:
            return best[1]
        nearest = max(bounds.low, min(bounds.high, printed.centre))
        amount = Amount(_round(nearest, size), printed.decimals, printed.unit)
        return amount if amount.interval.meets(bounds) else None


def _round(value: Number | float, size: int) -> int:
    from fractions import Fraction

    exact = Fraction(value)
    return int((exact / size + Fraction(1, 2)).__floor__())


def _intersect(
    a: tuple[Number | None, Number | None], b: tuple[Number | None, Number | None]
) -> tuple[Number | None, Number | None]:
    lows = [x for x in (a[0], b[0]) if x is not None]
    highs = [x for x in (a[1], b[1]) if x is not None]
    return max(lows, default=None), min(highs, default=None)


def _connected(equations: Sequence[Equation]) -> Iterable[list[Equation]]:
    """Groups of equations that share facts, in order of appearance."""
    group_of: dict[int, list[Equation]] = {}
    for equation in equations:
        merged = [equation]
        for group in {id(g): g for _, n in equation.terms if (g := group_of.get(n)) is not None}.values():
            merged = group + merged
        for member in merged:
            for _, number in member.terms:
                group_of[number] = merged
    unique = {id(group): group for group in group_of.values()}
    return unique.values()


def _hitting_sets(failed: Sequence[Equation], size: int) -> Iterable[tuple[int, ...]]:
    """Every set of ``size`` facts that touches each failed equation, once."""
    seen: set[tuple[int, ...]] = set()

    def extend(chosen: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
        missed = [e for e in failed if not any(number in chosen for _, number in e.terms)]
        if not missed:
            if len(chosen) == size and (key := tuple(sorted(chosen))) not in seen:
                seen.add(key)
                yield key
            return
        if len(chosen) == size:
            return
        branch = min(missed, key=lambda e: len(e.terms))
        for _, number in branch.terms:
            yield from extend((*chosen, number))

    return extend(())


def _neighbours(facts: FactSet, equations: Sequence[Equation]) -> dict[int, set[int]]:
    """For each fact of a failed equation the values printed beside, above and below it, but for those that
    ought to be equal."""
    equal = {
        frozenset(number for _, number in equation.terms)
        for equation in equations
        if equation.operator == "=" and len(equation.terms) == 2
    }
    by_row: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_column: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (form, row, column), number in facts.index.items():  # repeated ones are beside nothing
        if form in VIRTUAL or facts.units[number] == _POINTS:  # points are alike from row to row
            continue
        by_row[form, row].append(number)
        by_column[form, column].append(number)
    doubted = {number for equation in equations if equation.failed for _, number in equation.terms}
    found: dict[int, set[int]] = {number: set() for number in doubted}
    for line in itertools.chain(by_row.values(), by_column.values()):
        if doubted.isdisjoint(line):
            continue
        for left, right in itertools.pairwise(line):
            if frozenset((left, right)) in equal:
                continue
            if left in doubted:
                found[left].add(facts.centres[right])
            if right in doubted:
                found[right].add(facts.centres[left])
    return found


def _patterns(
    printed: Amount, bounds: Interval, proposed: Amount, neighbours: set[int]
) -> Iterable[tuple[float, str]]:
    """Known ways to get a figure wrong that explain ``printed``, with their weights."""

    def allowed(centre: int) -> bool:
        half = step(printed.unit, printed.decimals) // 2
        return centre - half <= bounds.high and centre + half >= bounds.low

    centre = printed.centre
    if centre and allowed(-centre):
        yield 4.0, "正负号相反"
    elif (
        centre
        and proposed.centre
        and any(allowed(centre * f) or (centre % f == 0 and allowed(centre // f)) for f in (100, 10_000))
    ):
        yield 4.0, "金额单位疑似弄错"
    elif centre and proposed.centre and proposed.centre in (centre * 10, centre // 10):
        yield 3.5, "小数点疑似错位"
    elif centre in neighbours and centre:
        yield 3.0, "与相邻格数字相同，疑似串行"
    else:
        wrong, right = str(abs(printed.mantissa)), str(abs(proposed.mantissa))
        if len(wrong) == len(right) and _transposed(wrong, right):
            yield 3.0, "数字疑似颠倒"
        elif len(wrong) + 1 == len(right) and _dropped(wrong, right):
            yield 2.5, "疑似漏打一位"
        elif len(wrong) == len(right) + 1 and _dropped(right, wrong):
            yield 2.5, "疑似多打一位"
        elif len(wrong) == len(right) and sum(a != b for a, b in zip(wrong, right)) == 1:
            yield 1.0, "一位数字不同"


def _transposed(a: str, b: str) -> bool:
    different = [i for i in range(len(a)) if a[i] != b[i]]
    return len(different) == 2 and a[different[0]] == b[different[1]] and a[different[1]] == b[different[0]]


def _dropped(short: str, long: str) -> bool:
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
