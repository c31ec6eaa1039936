"""Submission → findings: relations confronted, errors localised, procedures run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mingzhang.checking.finding import (
    ERROR,
    NOTICE,
    ROUNDING,
    WARNING,
    Finding,
    Location,
    Suggestion,
    assign_ids,
)
from mingzhang.checking.localise import Component, Equation, Localiser, Repair, Support
from mingzhang.checking.observations import RESTATED, STATEMENT, Meaning, meaning_of
from mingzhang.checking.outcome import (
    FAILED,
    PASSED,
    CheckOutcome,
    Outcome,
    Submission,
    confront,
)
from mingzhang.checking.patterns import exchanged, missing_row
from mingzhang.checking.points import points_sums
from mingzhang.checking.procedures import run, untold
from mingzhang.checking.procedures.scores import mended, witnessed
from mingzhang.checking.rates import WITNESS, Rates
from mingzhang.checking.wording import LISTED, Wording, expected
from mingzhang.expressions import Evaluation
from mingzhang.facts import FactSet
from mingzhang.money import Amount, Number, format_amount, step

_TIMES, _NEARLY, _SEVERAL = 10_000, 0.01, 2
"""How many times as much a table in 元 says, how far off, and in how many cells at least."""


@dataclass(slots=True)
class Checked:
    """What checking one submission gave."""

    outcomes: list[Outcome]
    checks: list[CheckOutcome]
    findings: list[Finding]

    def count(self, status: str) -> int:
        """How many outcomes have ``status``."""
        return sum(o.status == status for o in self.outcomes) + sum(c.status == status for c in self.checks)


def check_submission(submission: Submission) -> Checked:
    """Confront, localise, run the procedures; findings come sorted by severity and place."""
    outcomes = list(confront(submission))
    rates = Rates(submission, outcomes)
    held, within = witnessed(submission), mended(submission)
    writer = _Writer(
        submission,
        [o for o in outcomes if not rates.explains(o)],
        lambda repaired: rates.support(repaired) + WITNESS * (within(repaired) - len(held & repaired.keys())),
    )
    findings = writer.localised()
    findings += rates.findings(writer.repaired, findings)
    wrong = {finding.subject[1:4] for finding in findings}
    findings += [f for f in writer.advisory() if f.subject[1:4] not in wrong]
    findings += writer.rounding()
    checks, procedural = run(submission)
    findings += untold(procedural, findings)
    findings = exchanged(submission, writer.repaired, writer.held, findings)
    order = {ERROR: 0, WARNING: 1, NOTICE: 2, ROUNDING: 3}
    findings.sort(
        key=lambda f: (
            order[f.severity],
            f.locations[0].document,
            f.locations[0].place.page or f.locations[0].place.line or f.locations[0].place.paragraph or 0,
        )
    )
    assign_ids(findings)
    return Checked(outcomes, checks, findings)


class _Writer:
    """Turns failed outcomes into findings with places, arithmetic and suggestions."""

    def __init__(self, submission: Submission, outcomes: Sequence[Outcome], support: Support) -> None:
        self.submission, self.outcomes, self.support = submission, outcomes, support
        self.facts: FactSet = submission.facts
        self.words = Wording(submission)
        self.repaired: dict[int, Amount] = {}
        self.held: set[int] = set()
        self._lacking: dict[tuple[str, str], Finding] = {}

    # localised errors

    def localised(self) -> list[Finding]:
        """One finding for each wrong figure that the failed relations point to."""
        if not any(outcome.status == FAILED for outcome in self.outcomes):
            return []
        equations = [e for n, o in enumerate(self.outcomes) if (e := self._equation(n, o)) is not None]
        self.held = {n for equation in equations if equation.operator == "=" for _, n in equation.terms}
        found = []
        for component in Localiser(self.facts, equations, self.support).components():
            found += self._component(component)
        return found

    def _equation(self, number: int, outcome: Outcome) -> Equation | None:
        evaluation = outcome.evaluation
        if evaluation is None or not evaluation.linear or outcome.relation.source.severity == NOTICE:
            return None
        operator = outcome.relation.expect.operator
        flip = -1 if operator == ">=" else 1
        terms = [
            (flip * side * operand.sign, fact)
            for side, cells in ((1, evaluation.left_cells), (-1, evaluation.right_cells))
            for operand in cells
            if (fact := self.facts.index.get(operand.key)) is not None
        ]
        constant = flip * (evaluation.constants[0] - evaluation.constants[1])
        operator = "=" if operator == "=" else "<="
        return Equation(number, tuple(terms), constant, operator, outcome.status == FAILED)

    def _component(self, component: Component) -> list[Finding]:
        if (sums := points_sums(self.words, self.outcomes, component)) is not None:
            return sums
        best, confidence = component.best
        if best is None:
            return [self._unsolved(component)]
        if (missing := self._missing_row(component.equations)) is not None:
            return missing
        found = []
        self.repaired |= zip(best.facts, best.proposed)
        for position, fact in enumerate(best.facts):
            broken = [e for e in component.equations if any(n == fact for _, n in e.terms)]
            found.append(
                self._wrong_figure(
                    best, position, broken or component.equations, component.rivals, confidence
                )
            )
        return found

    def _missing_row(self, equations: Sequence[Equation]) -> list[Finding] | None:
        """A finding at the figure above a row that is not printed, once for all of its columns."""
        outcomes = [self.outcomes[equation.outcome] for equation in equations]
        row = missing_row(self.submission, outcomes)
        if row is None:
            return None
        outcome, named = outcomes[0], f"“{row.code} {row.name}”"
        ending = f"，可能漏列了{named}（《{row.elsewhere}》列有）：{outcome.relation.source.says}。"
        found = self._plain(outcome, self._severity(equations[0]), ending)
        found.suggestions.append(Suggestion(f"补列{named}一行", 0, None, "likely"))
        first = self._lacking.setdefault((found.subject[1], row.code), found)
        return [found] if first is found else []

    def _wrong_figure(
        self, repair: Repair, position: int, broken: list[Equation], rivals: list[Repair], confidence: str
    ) -> Finding:
        fact = repair.facts[position]
        proposed, allowed = repair.proposed[position], repair.allowed[position]
        printed = self.facts.amount(fact)
        primary = min(broken, key=lambda e: (e.operator != "=", len(e.terms)))
        outcome = self.outcomes[primary.outcome]
        rules = list(dict.fromkeys(self.outcomes[e.outcome].relation.id for e in broken))
        rules.remove(outcome.relation.id)
        severity = ERROR if any(self._severity(e) == ERROR for e in broken) else WARNING
        difference = abs(printed.centre - proposed.centre)
        shown = format_amount(difference, printed.unit, proposed.decimals)
        right = format_amount(proposed.centre, proposed.unit, proposed.decimals)
        slips = "、".join(repair.reasons[position])
        reason = f"（{slips}）" if slips else ""
        message = (
            f"{self.words.place(fact)}为{self.words.figure(fact)}{printed.unit}，应为{right}{printed.unit}，"
            f"相差{shown}{printed.unit}{reason}：{outcome.relation.source.says}。"
        )
        others = [n for _, n in primary.terms if n != fact and self.facts.mantissas[n]]
        locations, values = self.words.shown([fact, *others])
        suggestions = [Suggestion(f"改为{right}{printed.unit}{reason}", 0, right, confidence)]
        suggestions += [self._alternative(rival, locations) for rival in rivals[:3]]
        explanation = "；".join(self.words.arithmetic(self.outcomes[e.outcome]) for e in broken[:4])
        return Finding(
            rule=outcome.relation.id,
            severity=severity,
            message=message,
            locations=locations,
            values=values,
            also=rules,
            expected=expected(right, allowed, printed),
            difference=shown,
            explanation=explanation,
            suggestions=suggestions,
            reference=outcome.relation.source.reference,
            subject=self.words.subject("figure", fact),
        )

    def _unsolved(self, component: Component) -> Finding:
        """Relations that no change of three figures can mend: shown together at the most involved figure."""
        counts = Counter(n for e in component.equations for _, n in e.terms)
        fact = max(counts, key=lambda n: (counts[n], -n))
        broken = [e for e in component.equations if any(n == fact for _, n in e.terms)]
        outcome = self.outcomes[broken[0].outcome]
        rules = list(dict.fromkeys(self.outcomes[e.outcome].relation.id for e in component.equations))
        rules.remove(outcome.relation.id)
        locations, values = self.words.shown([fact, *(n for n in counts if n != fact)][:LISTED])
        if (of_yuan := self._of_yuan(component)) is not None:
            fact = of_yuan
            locations, values = self.words.shown([fact, *(n for n in counts if n != fact)][:LISTED])
            title = self.submission.standards.forms[self.facts.keys[fact][0]].title
            said = (
                f"《{title}》的金额是其他各表的{_TIMES:,}倍，可能是按元填写的，应按{self.facts.units[fact]}填"
            )
        elif len(component.equations) == 1:
            said = f"{self.words.arithmetic(outcome)}，无法确定是哪个数字有误"
        else:
            number = len(component.equations)
            said = f"{self.words.place(fact)}等处有{number}项勾稽关系不成立，无法确定是哪几个数字有误"
        return Finding(
            rule=outcome.relation.id,
            severity=ERROR if any(self._severity(e) == ERROR for e in component.equations) else WARNING,
            message=f"{said}：{outcome.relation.source.says}。",
            locations=locations,
            values=values,
            also=rules,
            explanation="；".join(
                self.words.arithmetic(self.outcomes[e.outcome]) for e in component.equations[:4]
            ),
            reference=outcome.relation.source.reference,
            subject=self.words.subject("component", fact),
        )

    def _of_yuan(self, component: Component) -> int | None:
        """The first figure of the one table whose figures are all 10,000 times those of other tables."""
        larger = []
        forms = self.submission.standards.forms
        for equation in component.equations:
            within = all(self.facts.keys[number][0] in forms for _, number in equation.terms)
            if within and equation.operator == "=" and len(equation.terms) == 2:
                low, high = sorted((n for _, n in equation.terms), key=lambda n: abs(self.facts.centres[n]))
                least, most = (abs(self.facts.centres[n]) for n in (low, high))
                if least:
                    larger.append((high, abs(most / least / _TIMES - 1) < _NEARLY))
        tables = {self.facts.keys[number][0] for number, _ in larger}
        sure = len(larger) >= _SEVERAL and all(near for _, near in larger) and len(tables) == 1
        return min(number for number, _ in larger) if sure else None

    def _alternative(self, rival: Repair, locations: list[Location]) -> Suggestion:
        parts = []
        for fact, amount in zip(rival.facts, rival.proposed):
            right = format_amount(amount.centre, amount.unit, amount.decimals)
            parts.append(f"{self.words.place(fact)}由{self.words.figure(fact)}改为{right}")
        locations.append(self.words.location(rival.facts[0], "compared"))
        first = rival.proposed[0]
        replacement = format_amount(first.centre, first.unit, first.decimals) if len(parts) == 1 else None
        return Suggestion("也可能是" + "，并".join(parts), len(locations) - 1, replacement, "possible")

    def _severity(self, equation: Equation) -> str:
        return self.outcomes[equation.outcome].relation.source.severity

    # advice and rounding

    def advisory(self) -> list[Finding]:
        """A finding for each failed relation that only advises."""
        return [
            self._plain(outcome, outcome.relation.source.severity, f"：{outcome.relation.source.says}。")
            for outcome in self.outcomes
            if outcome.status == FAILED and outcome.evaluation is not None
            if outcome.relation.source.severity == NOTICE
        ]

    def rounding(self) -> list[Finding]:
        """A hint for each equality that only rounding explains; a wrong copy or carry is a warning."""
        found = []
        for outcome in self.outcomes:
            evaluation = outcome.evaluation
            if outcome.status != PASSED or evaluation is None or outcome.relation.expect.operator != "=":
                continue
            twice = sum(evaluation.left) - sum(evaluation.right)  # a printed value is its interval's middle
            if evaluation.linear and twice:
                if self._copied_wrongly(evaluation):
                    found.append(self._plain(outcome, WARNING, "：与表中的数字不一致，应照表填写。"))
                elif self._only_coarsely(evaluation, twice):
                    found.append(self._plain(outcome, WARNING, "：按所写的数字计算不符，请核对。"))
                else:
                    found.append(self._plain(outcome, ROUNDING, "：尾数差在四舍五入范围内。"))
        return found

    def _copied_wrongly(self, evaluation: Evaluation) -> bool:
        """Whether text restates a table with as many decimals and digits that no table prints."""
        cells = (evaluation.left_cells, evaluation.right_cells)
        if not all(len(side) == 1 for side in cells) or cells[0][0].key[0] != RESTATED:
            return False
        text, table = (self.facts.index[side[0].key] for side in cells)
        forms, facts = self.submission.standards.forms, self.facts
        if not self.words.in_text(text) or facts.keys[table][0] not in forms:
            return False
        if facts.decimals[text] != facts.decimals[table] or facts.units[text] != facts.units[table]:
            return False
        meaning = meaning_of(facts.concepts[table], facts.dimensions[table])
        return facts.centres[text] not in self._printed[meaning]

    @cached_property
    def _printed(self) -> dict[Meaning, set[int]]:
        """What the published tables print, by meaning."""
        facts, forms = self.facts, self.submission.standards.forms
        printed: dict[Meaning, set[int]] = {}
        for n, (form, _, _) in enumerate(facts.keys):
            if form in forms:
                meaning = meaning_of(facts.concepts[n], facts.dimensions[n])
                printed.setdefault(meaning, set()).add(facts.centres[n])
        return printed

    def _only_coarsely(self, evaluation: Evaluation, twice: Number) -> bool:
        """Whether the figures of one passage agree only because some are written with fewer decimals.

        A sentence that says 预算60万元，支出48.75万元 means 60.00. ``twice`` the difference is given.
        """
        cells = [*evaluation.left_cells, *evaluation.right_cells]
        if any(cell.key[0] != STATEMENT for cell in cells):
            return False
        numbers = [self.facts.index[cell.key] for cell in cells]
        finest = min(step(self.facts.units[n], self.facts.decimals[n]) for n in numbers)
        coarse = finest * len(numbers)
        return not -coarse <= twice <= coarse

    def _plain(self, outcome: Outcome, severity: str, ending: str) -> Finding:
        assert outcome.evaluation is not None
        cells = [*outcome.evaluation.left_cells, *outcome.evaluation.right_cells]
        facts = [n for cell in cells if (n := self.facts.index.get(cell.key)) is not None]
        locations, values = self.words.shown([facts[0], *(n for n in facts[1:] if self.facts.mantissas[n])])
        arithmetic = self.words.arithmetic(outcome)
        return Finding(
            rule=outcome.relation.id,
            severity=severity,
            message=f"{arithmetic}{ending}",
            locations=locations,
            values=values,
            explanation=arithmetic,
            reference=outcome.relation.source.reference,
            subject=self.words.subject(f"{severity}:{outcome.relation.id}", facts[0]),
        )
