"""Rates that do not follow from their amounts: shares, completion, changes in percent.

A rate depends on amounts that stand in other relations as well. It is judged after them: where an
amount was found wrong and the rate fits the corrected one, the rate is one more witness; else the
rate itself is the suspect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mingzhang.checking.finding import ERROR, WARNING, Expected, Finding, Suggestion
from mingzhang.checking.outcome import FAILED, NOTHING, Outcome, Submission
from mingzhang.checking.wording import Wording, expected
from mingzhang.documents import quoted
from mingzhang.expressions import Call, Evaluation, NotEvaluatedError, growth, ratio, share
from mingzhang.money import Amount, Interval, format_amount

_DECIMALS = 2
"""A rate is proposed with at least so many decimals."""

WITNESS = 2.0
"""What one rate adds to the score of a repair."""

_FUNCTIONS = {"share": share, "growth": growth}


class Rates:
    """The failed relations that a rate takes part in."""

    def __init__(self, submission: Submission, outcomes: Sequence[Outcome]) -> None:
        self.facts, self.words = submission.facts, Wording(submission)
        self.repaired: Mapping[int, Amount] = {}
        self.by_subject: dict[tuple[str, ...], Finding] = {}
        rates = [o for o in outcomes if o.evaluation is not None and self._states_a_rate(o.evaluation)]
        self.failed = [o for o in rates if o.status == FAILED]
        self._follows = self._judged(rates, outcomes)
        self._wrong = {self._numbers(outcome)[0] for outcome in self.failed} & self._follows.keys()
        self._of: dict[int, list[Outcome]] = {}
        for outcome in rates:
            for number in self._numbers(outcome)[1]:
                self._of.setdefault(number, []).append(outcome)
        self._explained_by: dict[int, list[str]] = {}

    def _judged(self, rates: Sequence[Outcome], outcomes: Sequence[Outcome]) -> dict[int, Interval]:
        """What rates may be that follow from amounts which nothing else speaks against."""
        doubtful = {
            number
            for outcome in outcomes
            if outcome.status == FAILED and outcome.evaluation is not None and outcome.evaluation.linear
            for cell in (*outcome.evaluation.left_cells, *outcome.evaluation.right_cells)
            if (number := self.facts.index.get(cell.key)) is not None and self.facts.units[number] != "%"
        }
        follows: dict[int, Interval] = {}
        for outcome in rates:
            rate, operands = self._numbers(outcome)
            value = self._following(outcome, operands, {})
            if value is not None and not doubtful.intersection(operands):
                follows[rate] = value
        return follows

    def support(self, repaired: Mapping[int, Amount]) -> float:
        """How many rates more or less would follow from amounts if these were printed instead."""
        score = 0.0
        for outcome in {id(o): o for number in repaired for o in self._of.get(number, ())}.values():
            rate, operands = self._numbers(outcome)
            value = self._following(outcome, operands, repaired)
            holds = value is not None and value.meets(self.facts.intervals[rate])
            score += WITNESS * (holds - (outcome.status != FAILED))
        return score

    def explains(self, outcome: Outcome) -> bool:
        """Whether a sum of rates fails only for a rate that does not follow from its amounts.

        Or for the rounding of the amounts that its rates follow from.
        """
        if outcome.status != FAILED or outcome.evaluation is None or not outcome.evaluation.linear:
            return False
        low, high = 0, 0
        wrong, judged = [], False
        evaluation = outcome.evaluation
        for side, cells in ((1, evaluation.left_cells), (-1, evaluation.right_cells)):
            for cell in cells:
                number = self.facts.index.get(cell.key)
                if number is None:
                    continue
                bounds = self._follows.get(number, self.facts.intervals[number])
                judged = judged or number in self._follows
                wrong += [number] if number in self._wrong else []
                sign = side * cell.sign
                low += sign * (bounds.low if sign > 0 else bounds.high)  # type: ignore[assignment]
                high += sign * (bounds.high if sign > 0 else bounds.low)  # type: ignore[assignment]
        constant = evaluation.constants[0] - evaluation.constants[1]
        if not judged or not low <= -constant <= high:
            return False
        for number in wrong:
            self._explained_by.setdefault(number, []).append(outcome.relation.id)
        return True

    def findings(self, repaired: Mapping[int, Amount], found: Sequence[Finding]) -> list[Finding]:
        """One finding for each wrong rate; a rate that an amount's finding explains is added to that.

        ``repaired`` are the amounts found wrong with what they ought to be, ``found`` their findings.
        """
        self.repaired = repaired
        self.by_subject = {finding.subject: finding for finding in found}
        own: dict[int, Finding] = {}
        for outcome in self.failed:
            rate, operands = self._numbers(outcome)
            if self._explained(outcome, rate, operands):
                continue
            if rate in own:
                own[rate].also.append(outcome.relation.id)
            else:
                own[rate] = self._finding(outcome, rate, operands)
                own[rate].also += self._explained_by.get(rate, [])
        return list(own.values())

    def _states_a_rate(self, evaluation: Evaluation) -> bool:
        """Whether a rate that is printed is compared with what it follows from."""
        cells = (*evaluation.left_cells, *evaluation.right_cells)
        return not evaluation.linear and cells[0].key in self.facts.index

    def _numbers(self, outcome: Outcome) -> tuple[int, list[int]]:
        """The rate and the amounts that it follows from."""
        assert outcome.evaluation is not None
        index = self.facts.index
        first, *others = (*outcome.evaluation.left_cells, *outcome.evaluation.right_cells)
        return index[first.key], [index[cell.key] for cell in others if cell.key in index]

    def _explained(self, outcome: Outcome, rate: int, operands: list[int]) -> bool:
        """Whether the rate fits the amounts as they ought to be."""
        if rate in self.repaired:
            return True
        wrong = [number for number in operands if number in self.repaired]
        if not wrong:
            return False
        right = self._following(outcome, operands, self.repaired)
        if right is None or not right.meets(self.facts.intervals[rate]):
            return False
        for number in wrong:
            finding = self.by_subject.get(self.words.subject("figure", number))
            if finding is not None and outcome.relation.id not in finding.also:
                finding.also.append(outcome.relation.id)
        return True

    def _following(
        self, outcome: Outcome, operands: list[int], repaired: Mapping[int, Amount]
    ) -> Interval | None:
        """The rate that follows from the amounts, those of ``repaired`` as they ought to be."""
        return self._value(
            outcome,
            [repaired[n].interval if n in repaired else self.facts.intervals[n] for n in operands],
        )

    def _value(self, outcome: Outcome, intervals: list[Interval]) -> Interval | None:
        """The rate that follows from amounts with these intervals."""
        call = self._call(outcome)
        if call is None or len(intervals) != 2:
            return None
        try:
            return _FUNCTIONS.get(call.name, ratio)(intervals[0], intervals[1])
        except NotEvaluatedError:
            return None

    @staticmethod
    def _call(outcome: Outcome) -> Call | None:
        operand = outcome.relation.expect.right[0].operand
        return operand if isinstance(operand, Call) else None

    def _finding(self, outcome: Outcome, rate: int, operands: list[int]) -> Finding:
        assert outcome.evaluation is not None
        relation, printed = outcome.relation.source, self.facts.amount(rate)
        words = self.words
        stated = f"{words.place(rate)}为{self.facts.printed[rate].strip()}"
        locations, values = words.shown([rate, *operands])
        right: Expected | None = None
        suggestions = []
        if outcome.evaluation.right is NOTHING:
            base = self.facts.printed[operands[-1]].strip()
            message = f"{stated}，但{words.place(operands[-1])}为{base}，无法计算百分比：{relation.says}。"
            explanation = f"{words.place(operands[-1])}{base}，不能作为除数"
            suggestions.append(Suggestion("改为“无法计算”，或删去这个百分比", 0, None, "likely"))
        elif outcome.relation.expect.operator != "=":
            others = "、".join(f"{words.place(n)}为{self.facts.printed[n].strip()}" for n in operands)
            message, explanation = f"{stated}，{others}：{relation.says}。", f"{stated}，{others}"
        else:
            value = self._centre(outcome, operands)
            shown = format_amount(value, "%", max(printed.decimals, _DECIMALS))
            formula = self._formula(outcome, operands)
            message = f"{stated}，按{formula}计算应为{shown}%：{relation.says}。"
            explanation = f"{formula}＝{shown}%"
            right = expected(shown, outcome.evaluation.right, printed)
            suggestions.append(self._suggestion(shown, printed))
        return Finding(
            rule=relation.id,
            severity=relation.severity if relation.severity in (ERROR, WARNING) else WARNING,
            message=message,
            locations=locations,
            values=values,
            expected=right,
            explanation=explanation,
            suggestions=suggestions,
            reference=relation.reference,
            subject=words.subject("figure", rate),
        )

    @staticmethod
    def _suggestion(shown: str, printed: Amount) -> Suggestion:
        """The percentage to print; where only the direction is wrong the words have to change too."""
        size = shown.lstrip("-")
        if (printed.centre > 0) == (shown != size) and printed.centre:
            words = f"下降{size}%" if shown != size else f"增长{size}%"
            return Suggestion(f"改为{shown}%，或写明{quoted(words)}", 0, None, "likely")
        return Suggestion(f"改为{size}%", 0, size, "likely")

    def _centre(self, outcome: Outcome, operands: list[int]) -> int:
        """The rate of the printed values, in the scale of amounts."""
        exact = [Interval(self.facts.centres[n], self.facts.centres[n]) for n in operands]
        value = self._value(outcome, exact)
        assert outcome.evaluation is not None
        bounds = outcome.evaluation.right
        return int(value.low) if value is not None else int((bounds.low + bounds.high) / 2)

    def _formula(self, outcome: Outcome, operands: list[int]) -> str:
        """The calculation with the figures filled in."""
        call = self._call(outcome)
        printed = [self.facts.printed[n].strip() for n in operands]
        if call is None or len(printed) != 2:
            return "、".join(printed)
        if call.name == "growth":
            added = self.facts.mantissas[operands[1]]
            plain = printed[1].lstrip("+-－＋")
            sign = "－" if added > 0 else "＋"
            lead = "－" if added < 0 else ""
            return f"{lead}{plain}÷（{printed[0]}{sign}{plain}）"
        return f"{printed[0]}÷{printed[1]}"
