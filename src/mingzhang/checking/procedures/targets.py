"""Indicators of score sheets held against their own targets: met or missed, explained, measurable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mingzhang.checking.finding import Finding, Location, Value
from mingzhang.checking.outcome import Submission, Unevaluated, called
from mingzhang.checking.procedures.tables import finding
from mingzhang.checking.wording import Wording
from mingzhang.documents import quoted, squash
from mingzhang.expressions import NotEvaluatedError
from mingzhang.facts import TextFact
from mingzhang.measures import COMPARATORS
from mingzhang.money import MONEY, SCALE, format_amount
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
from mingzhang.scoring.targets import Quantity, Sentence, Words, parse_actual, parse_target
from mingzhang.taxonomy import Check, Standards

_COST = ("cost", "output_cost")
_EXECUTION = "execution"
_COLUMNS = ("name", "sign", "target", "unit", "actual", "reason")
_SHEET_WIDE = ("form.deviation", "form.improvement")
_NOTHING = ("无", "无。", "没有", "无偏差", "不适用", "暂无", "-", "—", "/", "0", "")
_FEW = 4
"""Of fewer indicators it may be chance that all results are the targets."""
_SHOWN = 40


class Row(NamedTuple):
    """An indicator of a sheet: its texts, and the numbers of its facts."""

    address: str
    row: str
    target: TextFact | None
    actual: TextFact | None
    reason: TextFact | None
    weight: int | None
    score: int | None
    around: tuple[str, str] = ("", "")

    @property
    def wanted(self) -> str:
        """The target with the comparator and the unit that stand in columns of their own."""
        text = "".join(self.target.text.split()) if self.target else ""
        before, after = self.around
        return f"{before}{text}{after if text[-1:].isdigit() else ''}" if text[:1].isdigit() else text

    @property
    def name(self) -> str:
        """What the indicator is called."""
        text = self.target or self.actual or self.reason
        return text.label if text else self.row.rpartition("/")[2]

    @property
    def explained(self) -> bool:
        """Whether a reason is written."""
        return self.reason is not None and squash(self.reason.text) not in _NOTHING


class Judged(NamedTuple):
    """An indicator with what came of its comparison."""

    row: Row
    target: TextFact
    actual: TextFact
    came: Comparison


def deviation_unexplained(submission: Submission, check: Check) -> Iterator[Finding | Unevaluated]:
    """Targets missed, or exceeded by 30 % or more, without a reason, where the sheet asks for one."""
    explained = {text.key[0] for text in submission.facts.texts if text.concept in _SHEET_WIDE}
    for judged in _judged(submission):
        row, came = judged.row, judged.came
        if not _asked(submission, row) or row.explained or row.address in explained:
            continue
        if came.status == NOT_EVALUATED:
            said = f"《{called(submission, row.address)}》{quoted(_short(row.name))}"
            yield Unevaluated(f"{said}的目标值{quoted(_short(row.wanted))}：{came.reason}")
        elif came.status != MET and not _full(submission, judged):
            told = "没有达到目标值" if came.status == MISSED else f"超过目标值30%及以上{_rate(came)}"
            yield _finding(submission, check, judged, f"{told}，没有写明原因", "写明偏差原因和改进措施")


def missed_with_full_score(submission: Submission, check: Check) -> Iterator[Finding]:
    """Targets that were missed and have all their points."""
    for judged in _judged(submission):
        if _full(submission, judged):
            points = submission.facts.printed[judged.row.score or 0].strip()
            said = f"没有达到目标值，却得满分{points}分"
            yield _finding(submission, check, judged, said, "按实际完成情况评分，并写明原因")


def deduction_unexplained(submission: Submission, check: Check) -> Iterator[Finding]:
    """Points taken off without a reason though the target was met, once for each sheet."""
    centres, printed = submission.facts.centres, submission.facts.printed
    found: dict[str, list[tuple[Judged, int, int]]] = {}
    for judged in _judged(submission):
        row = judged.row
        if judged.came.status not in (MET, EXCEEDED) or not _asked(submission, row) or row.explained:
            continue
        if row.weight is not None and row.score is not None and centres[row.score] < centres[row.weight]:
            found.setdefault(row.address, []).append((judged, row.score, row.weight))
    words = Wording(submission)
    for address, several in found.items():
        judged, score, weight = several[0]
        more = f"，这样的指标共{len(several)}项" if len(several) > 1 else ""
        message = (
            f"《{called(submission, address)}》{quoted(_short(judged.row.name))}达到目标值，"
            f"却被扣分（分值{printed[weight].strip()}分，得{printed[score].strip()}分），没有写明原因"
            f"{more}：{check.says}。"
        )
        places = [words.location(n, "context" if k else "subject") for k, (_, n, _) in enumerate(several)]
        places.append(_at(submission, judged.actual, "operand"))
        about = judged.target.dimensions.get("project", "")
        subject = [address.partition("#")[0], about, *(one.row.row for one, _, _ in several)]
        result = finding(check, message, places, subject, "写明扣分的原因，或者改正得分")
        result.values = [words.value(n, k) for k, (_, n, _) in enumerate(several)]
        yield result


def target_missing(submission: Submission, check: Check) -> Iterator[Finding]:
    """Indicators with points and without a target, in sheets that have targets."""
    rows = _rows(submission)
    having = {row.address for row in rows.values() if row.target is not None}
    if not having:
        raise NotEvaluatedError("文件中没有列出目标值的自评表")
    words = Wording(submission)
    for row in rows.values():
        if row.target is not None or row.weight is None or row.address not in having:
            continue
        reading = submission.readings[row.address]
        if (row.row, "target") not in reading.blanks or row.row.startswith(f"{_EXECUTION}/"):
            continue
        name = reading.rows[row.row].label if row.row in reading.rows else row.name
        if not squash(name):
            continue
        title = called(submission, row.address)
        at = Location(
            reading.document, "subject", reading.blanks[row.row, "target"], name[:_SHOWN], title, name
        )
        message = f"《{title}》{quoted(_short(name))}有分值，没有目标值：{check.says}。"
        places = [at, words.location(row.weight, "context")]
        yield finding(check, message, places, [row.address, row.row], "填写目标值")


def target_unmeasurable(submission: Submission, check: Check) -> Iterator[Finding]:
    """Targets that are sentences beside results that are percentages, once for each document."""
    words, year = _words(submission.standards), submission.year
    found: dict[int, list[tuple[TextFact, TextFact]]] = {}
    for _, target, actual in _compared(submission):
        result = parse_target(actual.text, words, year)
        if not isinstance(result, Quantity) or result.amount.unit != "%" or result.noun:
            continue
        if isinstance(parse_target(target.text, words, year), Sentence):
            found.setdefault(target.document, []).append((target, actual))
    for pairs in found.values():
        target, actual = pairs[0]
        listed = f"{quoted(_short(target.text))}是一句话，完成值却是{quoted(squash(actual.text))}"
        more = f"，这样的指标共{len(pairs)}项" if len(pairs) > 1 else ""
        title = called(submission, target.key[0])
        message = f"《{title}》{quoted(_short(target.label))}的目标值{listed}{more}：{check.says}。"
        places = [_at(submission, one, "context" if n else "subject") for n, (one, _) in enumerate(pairs)]
        yield finding(check, message, places, [p.text for p, _ in pairs], "把目标值写成可以衡量的数")


def results_equal_targets(submission: Submission, check: Check) -> Iterator[Finding]:
    """Sheets whose every result is its target, word for word."""
    by_sheet: dict[str, list[tuple[TextFact, TextFact]]] = {}
    for row, target, actual in _compared(submission):
        by_sheet.setdefault(row.address, []).append((target, actual))
    for address, pairs in by_sheet.items():
        if len(pairs) < _FEW or any(squash(one.text) != squash(two.text) for one, two in pairs):
            continue
        title = called(submission, address)
        message = f"《{title}》全部{len(pairs)}项指标的完成值都与目标值相同：{check.says}。"
        places = [_at(submission, two, "context" if n else "subject") for n, (_, two) in enumerate(pairs)]
        yield finding(check, message, places, [address, *(one.label for one, _ in pairs)], "核对实际完成值")


# ── the indicators of a submission ────────────────────────────────────────────────────────────


def _rows(submission: Submission) -> dict[tuple[str, str], Row]:
    """The indicators of all sheets, by address and row; raises NotEvaluatedError where there are none."""
    facts, sheets = submission.facts, submission.standards.sheets
    texts: dict[tuple[str, str], dict[str, TextFact]] = {}
    for text in facts.texts:
        concept, _, column = text.concept.partition(".")
        if concept == "indicator" and column in _COLUMNS:
            reading = submission.readings.get(text.key[0])
            if reading is not None and reading.form in sheets and reading.document == text.document:
                texts.setdefault(text.key[:2], {}).setdefault(column, text)
    if not texts:
        raise NotEvaluatedError("文件中没有列出指标的自评表")
    index = facts.index
    return {
        (address, row): Row(
            address,
            row,
            target=found.get("target"),
            actual=found.get("actual"),
            reason=found.get("reason"),
            weight=index.get((address, row, "weight")),
            score=index.get((address, row, "score")),
            around=(_sign(found), squash(found["unit"].text) if "unit" in found else ""),
        )
        for (address, row), found in texts.items()
    }


def _sign(found: Mapping[str, TextFact]) -> str:
    """The comparator in a column of its own; 定性 is none."""
    sign = squash(found["sign"].text) if "sign" in found else ""
    return sign if sign in COMPARATORS else ""


def _compared(submission: Submission) -> list[tuple[Row, TextFact, TextFact]]:
    """The indicators with target and result; raises NotEvaluatedError where there are none."""
    rows = _rows(submission).values()
    found = [(row, row.target, row.actual) for row in rows if row.target and row.actual]
    if not found:
        raise NotEvaluatedError("自评表中没有同时写明目标值和完成值的指标")
    return found


def _judged(submission: Submission) -> Iterator[Judged]:
    """Every indicator with target and result, compared."""
    words = _words(submission.standards)
    for row, wanted, reached in _compared(submission):
        target = parse_target(row.wanted, words, submission.year)
        actual = parse_actual(reached.text, target, words)
        came = compare(target, actual, _better(submission.standards, wanted, target))
        yield Judged(row, wanted, reached, came)


def _better(standards: Standards, text: TextFact, target: object) -> str:
    """Which way a bare figure of the indicator is the better."""
    named = squash(text.label + text.text)
    if any(word in named for word in _lexicon(standards, "greater")):
        return MORE
    if {text.dimensions.get("block"), text.dimensions.get("part")} & set(_COST):
        return LESS if isinstance(target, Quantity) and target.amount.unit in MONEY else UNKNOWN
    return UNKNOWN if any(word in named for word in _lexicon(standards, "lesser")) else MORE


def _asked(submission: Submission, row: Row) -> bool:
    """Whether the sheet has a place for the reason."""
    return row.reason is not None or (row.row, "reason") in submission.readings[row.address].blanks


def _full(submission: Submission, judged: Judged) -> bool:
    """Whether a missed target has all its points."""
    centres, (weight, score) = submission.facts.centres, (judged.row.weight, judged.row.score)
    missed = judged.came.status == MISSED and weight is not None and score is not None
    return missed and 0 < centres[weight or 0] <= centres[score or 0]


@lru_cache(maxsize=8)
def _words(standards: Standards) -> Words:
    return Words(tuple(standards.narratives.units), _lexicon(standards, "qualities"))


@lru_cache(maxsize=32)
def _lexicon(standards: Standards, name: str) -> tuple[str, ...]:
    return tuple(word.word for word in standards.lexicons.get(name, ()))


# ── what is told ──────────────────────────────────────────────────────────────────────────────


def _rate(came: Comparison) -> str:
    if came.ratio is None or came.ratio.low is None or came.ratio.high is None:
        return ""
    middle = (came.ratio.low + came.ratio.high) / 2
    return f"（为目标值的{format_amount(middle * 100 * SCALE, '%', 0)}%）"


def _short(text: str) -> str:
    plain = "".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _at(submission: Submission, text: TextFact, role: str) -> Location:
    title = called(submission, text.key[0])
    return Location(text.document, role, text.place, text.text.strip(), title, text.label, text.column_label)


def _finding(submission: Submission, check: Check, judged: Judged, said: str, fix: str) -> Finding:
    """A finding at a result, with its target."""
    row, facts = judged.row, submission.facts
    title = called(submission, row.address)
    target, actual = _short(row.wanted), _short(judged.actual.text)
    message = (
        f"《{title}》{quoted(_short(row.name))}的目标值为{quoted(target)}，"
        f"完成值为{quoted(actual)}，{said}：{check.says}。"
    )
    places = [_at(submission, judged.actual, "subject"), _at(submission, judged.target, "operand")]
    if row.score is not None:
        places.append(Wording(submission).location(row.score, "context"))
    about = judged.target.dimensions.get("project", "")
    found = finding(check, message, places, [row.address.partition("#")[0], about, row.row], fix)
    for n, text in enumerate((judged.actual, judged.target)):
        number = facts.index.get(text.key)
        amount = facts.amount(number) if number is not None else None
        found.values.append(Value(f"《{title}》{quoted(row.name)}{text.column_label}", text.text, amount, n))
    return found
