"""The expression language of relations: parsed once, evaluated exactly on intervals.

    for     r in expenditure_by_function[类 款]; c in total basic project
    expect  expenditure_by_function[r, c] = sum(expenditure_by_function[children(r), c])

A reference ``form[rows, columns]`` names cells by row keys and column ids. A row selector is a
list of keys, variables, levels (``类``, ``款``, ``项``, ``码`` for every coded row, ``行`` for every
row) and ``children(r)``. ``sum(...)`` adds the cells it selects; elsewhere a reference names one
cell. Primitives (``ratio``, ``share``, ``change``, ``completion``) have exact monotone end points.
The grammar is settled in docs/adr/0001-expression-language.md.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from mingzhang.facts import Key
from mingzhang.money import SCALE, Interval, Number

LEVELS = ("类", "款", "项", "码", "行")
PRIMITIVES = ("ratio", "completion", "share", "change", "growth")
OPERATORS = ("=", "<=", ">=")
VIRTUAL = ("statement", "restated", "stated", "concept")
"""Forms that no document prints: passages of text, and observations of what stands elsewhere too."""
_TOKEN = re.compile(r"\s*(<=|>=|[=+\-(),\[\]]|[0-9]+\.[0-9]+|[\w…]+(?:\.[\w…]+)*)")
_MAX_TOKENS = 400
_MAX_INSTANCES = 100_000


class ExpressionError(ValueError):
    """An expression that is not of the language; the message says what was expected where."""


class NotEvaluatedError(Exception):
    """An operand is missing or unknown; the message is the reason, for the user."""


class NoBaseError(NotEvaluatedError):
    """The base of a rate is or may be zero; ``absurd`` where what is divided by it surely is not."""

    def __init__(self, absurd: bool = False) -> None:
        super().__init__("基数为零或可能为零，无法计算比率")
        self.absurd = absurd


class Selector(NamedTuple):
    """An atom of a selector: a key, variable or level, or the children of a variable's row."""

    name: str
    children: bool = False


class Reference(NamedTuple):
    """Cells of one form: row atoms × column atoms."""

    form: str
    rows: tuple[Selector, ...]
    columns: tuple[Selector, ...]


class Call(NamedTuple):
    """A primitive on two sums."""

    name: str
    arguments: tuple[tuple[Term, ...], tuple[Term, ...]]


class Term(NamedTuple):
    """``sign`` × operand; ``many`` where the operand is a ``sum`` over the selected cells."""

    sign: int
    operand: Reference | Call | int
    many: bool = False


Sum = tuple[Term, ...]


class Comparison(NamedTuple):
    """``left operator right``."""

    left: Sum
    operator: str
    right: Sum


class Binding(NamedTuple):
    """A quantifier: a variable over the rows of a form, or over listed columns (no form)."""

    variable: str
    form: str | None
    atoms: tuple[Selector, ...]


class Cells(Protocol):
    """What an expression may ask of a submission's observations."""

    def rows(self, form: str, level: str) -> list[str]:
        """The row keys of ``form`` at ``level`` as printed; empty where the form is empty.

        Of ``statement`` the ``level`` is a column: the passages that state it.
        """

    def children(self, form: str, row: str) -> list[str]:
        """The row keys one printed level below ``row``."""

    def interval(self, key: Key) -> Interval:
        """The interval at ``key``; raises NotEvaluatedError where missing or unknown."""


def parse_comparison(text: str) -> Comparison:
    """Parse ``sum operator sum``; raises ExpressionError, also where a cell is named twice."""
    parser = _Parser(text)
    left = parser.sum()
    operator = parser.take(*OPERATORS)
    comparison = Comparison(left, operator, parser.sum())
    parser.end()
    seen: set[Reference] = set()
    for reference in references(comparison):
        if reference in seen:
            raise ExpressionError(f"“{text}”两次用到同一个数，请改用 share、change 等函数")
        seen.add(reference)
    return comparison


def parse_value(text: str) -> Sum:
    """Parse a sum whose operands may also be bare names, which :func:`value` looks up at ``("", name, "")``.

    Raises ExpressionError.
    """
    parser = _Parser(text, names=True)
    terms = parser.sum()
    parser.end()
    return terms


def parse_bindings(text: str) -> tuple[Binding, ...]:
    """Parse ``x in form[rows]; c in column column``."""
    return tuple(_Parser(part).binding() for part in text.split(";") if part.strip())


def references(comparison: Comparison) -> Iterator[Reference]:
    """Every reference of the comparison, in order."""
    pending = [*comparison.left, *comparison.right]
    for term in pending:
        if isinstance(term.operand, Reference):
            yield term.operand
        elif isinstance(term.operand, Call):
            for argument in term.operand.arguments:
                pending.extend(argument)


def readdressed(terms: Sum, form: str, address: str) -> Sum:
    """The sum with every reference to ``form`` made to ``address``, one of several sheets of its kind."""
    return tuple(term._replace(operand=_operand_at(term.operand, form, address)) for term in terms)


def _operand_at(operand: Reference | Call | int, form: str, address: str) -> Reference | Call | int:
    if isinstance(operand, Reference):
        return operand._replace(form=address) if operand.form == form else operand
    if isinstance(operand, Call):
        first, second = (readdressed(argument, form, address) for argument in operand.arguments)
        return operand._replace(arguments=(first, second))
    return operand


class _Parser:
    """Recursive descent over a bounded token list."""

    def __init__(self, text: str, *, names: bool = False) -> None:
        self.text, self.tokens, position, self.names = text, list[str](), 0, names
        stripped = text.rstrip()
        while position < len(stripped):
            match = _TOKEN.match(stripped, position)
            if match is None or len(self.tokens) >= _MAX_TOKENS:
                raise ExpressionError(f"“{text}”从第{position + 1}个字符起无法识别")
            self.tokens.append(match.group(1))
            position = match.end()
        self.position = 0

    def peek(self, ahead: int = 0) -> str:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.peek()
        if not token or (wanted and token not in wanted):
            raise ExpressionError(f"“{self.text}”的“{token}”处应为{'或'.join(wanted) or '更多内容'}")
        self.position += 1
        return token

    def end(self) -> None:
        if self.peek():
            raise ExpressionError(f"“{self.text}”多出了“{self.peek()}”")

    def sum(self) -> Sum:
        sign = -1 if self.peek() == "-" else 1
        if sign < 0:
            self.take("-")
        terms = [self.term(sign)]
        while self.peek() in ("+", "-"):
            terms.append(self.term(1 if self.take() == "+" else -1))
        return tuple(terms)

    def term(self, sign: int) -> Term:
        token = self.peek()
        if token[:1].isdecimal() and self.peek(1) != "[":
            if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", token):
                raise ExpressionError(f"“{self.text}”中的“{token}”不是数")
            number = Fraction(self.take()) * SCALE
            if number.denominator != 1:
                raise ExpressionError(f"“{self.text}”中的“{token}”小数位数过多")
            return Term(sign, number.numerator)
        if token == "sum":
            self.take()
            self.take("(")
            reference = self.reference()
            self.take(")")
            return Term(sign, reference, many=True)
        if token in PRIMITIVES and (not self.names or self.peek(1) == "("):
            self.take()
            self.take("(")
            first = self.sum()
            self.take(",")
            second = self.sum()
            self.take(")")
            return Term(sign, Call(token, (first, second)))
        if self.names and self.peek(1) != "[":
            return Term(sign, Reference("", (Selector(self.name()),), (Selector(""),)))
        reference = self.reference()
        many = reference.rows[0].children or reference.rows[0].name in LEVELS
        if many or len(reference.rows) > 1 or len(reference.columns) > 1:
            raise ExpressionError(f"“{self.text}”中不在 sum() 内的{reference.form}[…]只能指一格")
        return Term(sign, reference)

    def reference(self) -> Reference:
        form = self.name()
        self.take("[")
        rows = self.selector()
        self.take(",")
        columns = self.selector()
        self.take("]")
        return Reference(form, rows, columns)

    def selector(self) -> tuple[Selector, ...]:
        atoms = [self.atom()]
        while self.peek() not in (",", "]", ""):
            atoms.append(self.atom())
        return tuple(atoms)

    def atom(self) -> Selector:
        name = self.name()
        if name == "children" and self.peek() == "(":
            self.take("(")
            name = self.name()
            self.take(")")
            return Selector(name, children=True)
        return Selector(name)

    def name(self) -> str:
        token = self.take()
        if not re.fullmatch(r"[\w…]+(?:\.[\w…]+)*", token):
            raise ExpressionError(f"“{self.text}”的“{token}”处应为名称")
        return token

    def binding(self) -> Binding:
        variable = self.name()
        self.take("in")
        form = None
        if self.peek(1) == "[":
            form = self.name()
            self.take("[")
            atoms = self.selector()
            self.take("]")
        else:
            atoms = self.selector()
        self.end()
        return Binding(variable, form, atoms)


# ── evaluation ────────────────────────────────────────────────────────────────────────────────


class Operand(NamedTuple):
    """``sign`` × the cell at ``key``."""

    sign: int
    key: Key


class Evaluation(NamedTuple):
    """A comparison on one document: both intervals and the cells of the two sides.

    ``linear`` is False where a primitive is involved, so that the sides are not plain sums.
    ``constants`` are the literal parts of the two sides.
    """

    left: Interval
    right: Interval
    left_cells: tuple[Operand, ...]
    right_cells: tuple[Operand, ...]
    constants: tuple[int, int]
    linear: bool

    def holds(self, operator: str) -> bool:
        """Whether the intervals allow the comparison."""
        if operator == "=":
            return self.left.meets(self.right)
        if operator == "<=":
            return self.left.low <= self.right.high
        return self.left.high >= self.right.low


Variables = Mapping[str, str]


def instances(bindings: tuple[Binding, ...], cells: Cells) -> Iterator[dict[str, str]]:
    """Every assignment of the quantified variables that the document offers.

    Raises NotEvaluatedError where they are too many to be meant.
    """
    domains = []
    for binding in bindings:
        if binding.form is None:
            domains.append([atom.name for atom in binding.atoms])
        else:
            domains.append(_rows(binding.form, binding.atoms, {}, cells))
    if math.prod(map(len, domains)) > _MAX_INSTANCES:
        raise NotEvaluatedError("适用的行和栏组合过多")
    names = [binding.variable for binding in bindings]
    for values in itertools.product(*domains):
        yield dict(zip(names, values))


def evaluate(comparison: Comparison, variables: Variables, cells: Cells) -> Evaluation | None:
    """Evaluate on ``cells``; None where a ``sum`` selects nothing, so that the relation does not apply."""
    left = _sum(comparison.left, variables, cells)
    right = _sum(comparison.right, variables, cells)
    if left is None or right is None:
        return None
    (one, one_cells, one_constant, one_linear), (other, other_cells, constant, linear) = left, right
    constants = one_constant, constant
    return Evaluation(one, other, tuple(one_cells), tuple(other_cells), constants, one_linear and linear)


def named(terms: Sum, variables: Variables, cells: Cells) -> list[Key]:
    """The cells that a sum of references names."""
    found: list[Key] = []
    for _, operand, many in terms:
        if isinstance(operand, Reference):
            found += _keys(operand, many, variables, cells)
    return found


def value(terms: Sum, variables: Variables, cells: Cells) -> Interval | None:
    """The value of a sum on ``cells``; None where it adds up nothing. Raises NotEvaluatedError."""
    side = _sum(terms, variables, cells)
    return side[0] if side else None


_Side = tuple[Interval, list[Operand], int, bool]
"""One side of a comparison: interval, cells, literal part, and whether it is a plain sum."""


def _rows(form: str, atoms: tuple[Selector, ...], variables: Variables, cells: Cells) -> list[str]:
    found: list[str] = []
    for name, children in atoms:
        if children:
            found += cells.children(form, variables.get(name, name))
        elif name in LEVELS or (form == "statement" and name not in variables):
            found += cells.rows(form, name)
        else:
            found.append(variables.get(name, name))
    return found


def _keys(reference: Reference, many: bool, variables: Variables, cells: Cells) -> list[Key]:
    """The cells that ``reference`` names, each once; only a ``sum`` may name ``many``."""
    form, row_atoms, column_atoms = reference
    if not many:
        (row, _), (column, _) = row_atoms[0], column_atoms[0]
        return [(form, variables.get(row, row), variables.get(column, column))]
    rows = dict.fromkeys(_rows(form, row_atoms, variables, cells))
    columns = dict.fromkeys([variables.get(name, name) for name, _ in column_atoms])
    return [(form, row, column) for row in rows for column in columns]


def _sum(terms: Sum, variables: Variables, cells: Cells) -> _Side | None:
    low: Number = 0
    high: Number = 0
    operands: list[Operand] = []
    constant, linear = 0, True
    for sign, operand, many in terms:
        parts: Iterable[Interval]
        if isinstance(operand, Reference):
            keys = _keys(operand, many, variables, cells)
            if not keys:
                return None
            parts = map(cells.interval, keys)
            operands += [Operand(sign, key) for key in keys]
        elif isinstance(operand, Call):
            value = _call(operand, variables, cells)
            if value is None:
                return None
            parts = [value[0]]
            operands += value[1]
            linear = False
        else:
            constant += sign * operand
            parts = [Interval(operand, operand)]
        for below, above in parts:
            low += below if sign > 0 else -above
            high += above if sign > 0 else -below
    return Interval(low, high), operands, constant, linear


def _call(call: Call, variables: Variables, cells: Cells) -> tuple[Interval, list[Operand]] | None:
    first = _sum(call.arguments[0], variables, cells)
    second = _sum(call.arguments[1], variables, cells)
    if first is None or second is None:
        return None
    function = _FUNCTIONS.get(call.name, ratio)
    return function(first[0], second[0]), first[1] + second[1]


def _percent(numerator: Number, denominator: Number) -> Fraction:
    return Fraction(numerator * 100 * SCALE, denominator)


def _positive(base: Interval, part: Interval) -> None:
    if base.low <= 0:
        raise NoBaseError(absurd=base.low + base.high <= 0 < base.high and not part.low <= 0 <= part.high)


def ratio(part: Interval, base: Interval) -> Interval:
    """``part / base`` in percent points for independent operands; the base must be positive."""
    _positive(base, part)
    ends = [_percent(p, b) for p in part for b in base]
    return Interval(min(ends), max(ends))


def share(part: Interval, rest: Interval) -> Interval:
    """``part / (part + rest)`` in percent points for ``part, rest ≥ 0``: exact end points."""
    low, high = max(part.low, 0), max(part.high, 0)
    rest = Interval(max(rest.low, 0), max(rest.high, 0))
    if low + rest.low <= 0:
        raise NoBaseError
    return Interval(_percent(low, low + rest.high), _percent(high, high + rest.low))


def change(current: Interval, prior: Interval) -> Interval:
    """``(current − prior) / prior`` in percent points; the prior value must be positive."""
    bounds = ratio(current, prior)
    return Interval(bounds.low - 100 * SCALE, bounds.high - 100 * SCALE)


def growth(current: Interval, added: Interval) -> Interval:
    """``added / (current − added)`` in percent points: the rate of a change stated beside its result.

    The value before the change must be positive.
    """
    _positive(Interval(current.low - added.high, current.high - added.low), added)
    ends = [_percent(more, value - more) for value in current for more in added]
    return Interval(min(ends), max(ends))


_FUNCTIONS = {"share": share, "change": change, "growth": growth}
