"""Calculations as text writes them out: ``（188.75/250）×100%=75.5%`` read and worked out on intervals.

A chain of sides joined by equals signs is cut out of a paragraph; a side is figures with units and
labels, joined by operators and brackets. What holds words where a figure is due, or anything else
that is not understood, is left alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mingzhang import money
from mingzhang.documents import fold
from mingzhang.money import MONEY, Amount

NUMBER, OPERATOR, EQUALS, BREAK = "number", "operator", "equals", "break"
WORD, LABEL, JUNK = "word", "label", "junk"

_EACH = "人次|人|年|月|日|天|次|户|亩|台|套|件|个|批|期|场|辆|间|平方米|公里"
_PER = rf"(?:/(?:{_EACH}))+(?=\s*(?:[x×*)=＝;,。、]|$))"
_TOKENS = (
    (BREAK, r"[;,。、:!?\n<>≤≥≈]"),
    (EQUALS, r"[=＝]"),
    (
        WORD,
        r"(?:19|20)\d\d\s*年(?:度|末|初|底)?|\d{1,2}\s*月份?|\d{1,2}\s*日|第\s*\d+|[A-Za-wyzA-WYZ][A-Za-z\d]*",
    ),
    (JUNK, r"\d+(?:\.\d+){2,}|\d+,\d+,?\d*(?![\d,])(?<!,\d{3})|\d+\.(?!\d)"),
    (NUMBER, r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
    (OPERATOR, r"[-+*×xX÷/∕()\[\]]"),
    (WORD, r"[一-鿿\"'《》]"),
)
_TOKEN = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_TOKENS)))
_SAME_OPERATOR = {"×": "*", "x": "*", "X": "*", "÷": "/", "∕": "/", "[": "(", "]": ")"}
_LOOSE_BEFORE = re.compile(r"(?:约|近|超过?|逾|突破|不足|每)$")
_LOOSE_AFTER = re.compile(r"余|多|左右|以上|以下|以内|百万|千万|[百千万亿]")
_DOWN = re.compile(r"(?:下降|减少|降低|负增长|节约|节省|压减|压缩|核减)了?")
_LESS = "下降"
"""Marks the text of a figure that words before it say is negative."""
_CONSTANTS = frozenset({"10", "100", "1000", "10000"})
_CORNERS = 10
_WHOLE = Amount(100, 0, "%")

Bounds = tuple[Fraction, Fraction]
Stated = Callable[[str], Amount | None]
"""What the text around a calculation says a name is."""


class Token(NamedTuple):
    """A piece of a calculation, from ``start`` to ``end`` of its paragraph."""

    kind: str
    text: str
    start: int
    end: int
    amount: Amount | None = None


class Side(NamedTuple):
    """One side of an equals sign: its tokens, and where its figures stand."""

    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Where its first token begins."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where its last token ends."""
        return self.tokens[-1].end

    @property
    def figures(self) -> tuple[Token, ...]:
        """Its figures from left to right."""
        return tuple(t for t in self.tokens if t.amount is not None)

    @property
    def calculates(self) -> bool:
        """Whether an operator joins figures."""
        return len(self.figures) > 1


class Wrong(NamedTuple):
    """A calculation whose result does not follow: the right side ought to be ``value`` in its unit."""

    left: Side
    right: Side
    value: Fraction


def wrong(text: str, units: Sequence[str], stated: Stated = lambda _: None) -> Iterator[Wrong]:
    """The first side of each chain of ``text`` that does not follow from the side before it."""
    for chain in _chains(text, tuple(units)):
        unsigned = bool(_DOWN.search("".join(token.text for token in chain[0] if token.kind == WORD)))
        for left, right in itertools.pairwise(chain):
            one, other = _side(left, last=True, stated=stated), _side(right, last=False, stated=stated)
            if one is None or other is None or not (one.calculates or other.calculates):
                continue
            value = _refuted(one, other, unsigned=unsigned)
            if value is not None:
                yield Wrong(one, other, value)
                break


# ── from text to sides ────────────────────────────────────────────────────────────────────────────


def _chains(text: str, units: tuple[str, ...]) -> Iterator[list[list[Token]]]:
    """Runs of tokens joined by equals signs, cut where a clause ends."""
    if "=" not in text and "＝" not in text:
        return
    sides: list[list[Token]] = [[]]
    for token in [*_tokens(text, units), Token(BREAK, "", len(text), len(text))]:
        if token.kind == EQUALS:
            sides.append([])
        elif token.kind == BREAK:
            if len(sides) > 1:
                yield sides
            sides = [[]]
        else:
            sides[-1].append(token)


def _tokens(text: str, units: tuple[str, ...]) -> Iterator[Token]:
    folded = fold(text.replace("，", ";"))
    unit_after = unit_pattern(units)
    position = 0
    while position < len(folded):
        if folded[position].isspace() and folded[position] != "\n":
            position += 1
            continue
        match = _TOKEN.match(folded, position)
        if match is None:
            yield Token(BREAK, folded[position], position, position + 1)
            position += 1
            continue
        assert match.lastgroup is not None
        kind, end = _TOKENS[int(match.lastgroup[1:])][0], match.end()
        printed = match.group()
        amount = None
        if kind == NUMBER:
            unit = unit_after.match(folded, end)
            name = unit.group(1) if unit else ""
            amount = money.parse(printed, name)
            end = unit.end() if unit else end
            if amount is None or _LOOSE_AFTER.match(folded, end) or _LOOSE_BEFORE.search(folded[:position]):
                kind, amount = JUNK, None
        elif kind == OPERATOR:
            printed = _SAME_OPERATOR.get(printed, printed)
        yield Token(kind, printed, position, end, amount)
        position = end


@lru_cache(maxsize=8)
def unit_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    """The unit after a figure, in its first group; what an amount is paid for each of stands after it."""
    known = sorted({*MONEY, "%", "个百分点", "分", *map(fold, units)}, key=len, reverse=True)
    return re.compile(rf"\s*({'|'.join(map(re.escape, known))})(?:{_PER})?")


def _side(tokens: Sequence[Token], *, last: bool, stated: Stated) -> Side | None:
    """What stands next to the equals sign: the last calculation of the text before it, or the first after.

    Words before a figure are its label; a name in place of a figure is what the text says it is.
    """
    pieces: list[list[Token]] = [[]]
    depth, closed, less = 0, False, False
    for token in _named(_unexplained(tokens), stated):
        if token.kind == JUNK or (token.kind == WORD and (last or not closed or depth)):
            return None
        if token.kind == WORD:
            break  # what follows the result is no part of it
        if token.kind == LABEL:
            less = bool(_DOWN.search(token.text[-4:]))
            continue
        if closed and (token.kind == NUMBER or token.text == "("):
            if not last or depth:
                break
            pieces.append([])
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0:
            if not last:
                break
            return None
        marked = less and token.kind == NUMBER
        pieces[-1].append(token._replace(text=f"{_LESS}{token.text}") if marked else token)
        closed, less = token.kind == NUMBER or token.text == ")", False
    piece = pieces[-1]
    while last and depth > 0 and piece:  # （其中：12+5=17）: the bracket is not the calculation's
        depth -= piece.pop(0).text == "("
    return Side(tuple(piece)) if piece and closed and _parsed(piece) is not None else None


def _named(tokens: Sequence[Token], stated: Stated) -> Iterator[Token]:
    """The tokens with words joined: labels of what follows, names that stand for a figure, other words."""
    for kind, run in itertools.groupby(tokens, key=lambda token: token.kind):
        group = list(run)
        if kind != WORD:
            yield from group
            continue
        words = Token(WORD, "".join(t.text for t in group), group[0].start, group[-1].end)
        following = tokens[tokens.index(group[-1]) + 1 :][:1]
        if following and (following[0].kind == NUMBER or following[0].text == "("):
            yield words._replace(kind=LABEL)
        elif (amount := stated(words.text)) is not None:
            yield words._replace(kind=NUMBER, amount=amount)
        else:
            yield words


def _unexplained(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without words in brackets after a figure."""
    kept: list[Token] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        if token.text == "(" and kept and (kept[-1].kind == NUMBER or kept[-1].text == ")"):
            end = number + 1
            while end < len(tokens) and tokens[end].kind == WORD:
                end += 1
            if end < len(tokens) and tokens[end].text == ")" and end > number + 1:
                number = end + 1
                continue
        kept.append(token)
        number += 1
    return kept


# ── from sides to values ──────────────────────────────────────────────────────────────────────────

Tree = Token | tuple[str, "Tree", "Tree"]
"""A figure, or an operator with its operands; ``0 - x`` has no left operand's figure."""


def _parsed(tokens: Sequence[Token]) -> Tree | None:
    try:
        tree, rest = _sum(list(tokens))
    except (IndexError, ValueError):
        return None
    return tree if not rest else None


def _sum(tokens: list[Token]) -> tuple[Tree, list[Token]]:
    negative = tokens[0].text in ("-", "+")
    if negative:
        zero = Token(NUMBER, "0", tokens[0].start, tokens[0].start)
        tree, sign = (zero, tokens[0].text), tokens[0].text
        right, tokens = _product(tokens[1:])
        left: Tree = (sign, tree[0], right)
    else:
        left, tokens = _product(tokens)
    while tokens and tokens[0].text in ("+", "-"):
        operator = tokens[0].text
        right, tokens = _product(tokens[1:])
        left = (operator, left, right)
    return left, tokens


def _product(tokens: list[Token]) -> tuple[Tree, list[Token]]:
    left, tokens = _factor(tokens)
    while tokens and tokens[0].text in ("*", "/"):
        operator = tokens[0].text
        right, tokens = _factor(tokens[1:])
        left = (operator, left, right)
    return left, tokens


def _factor(tokens: list[Token]) -> tuple[Tree, list[Token]]:
    if tokens[0].text == "(":
        tree, tokens = _sum(tokens[1:])
        if tokens[0].text != ")":
            raise ValueError
        return tree, tokens[1:]
    if tokens[0].amount is None:
        raise ValueError
    return tokens[0], tokens[1:]


class _Scale(NamedTuple):
    """What a figure without a unit is here: ``bare`` of money, or a number."""

    bare: int | None


def _refuted(left: Side, right: Side, *, unsigned: bool) -> Fraction | None:
    """What the right side ought to be in the unit of its result, where no reading makes both sides meet.

    ``unsigned`` says that words call the result a decrease, which may be printed without its sign.
    """
    one, other = _parsed(left.tokens), _parsed(right.tokens)
    assert one is not None
    assert other is not None
    proposed: list[Fraction] = []
    for scale in _scales(left, right):
        ours, theirs = _worked(one, left, scale), _worked(other, right, scale)
        if ours is None or theirs is None:
            continue
        ((low, high), power), ((least, most), due) = ours, theirs
        unit = _result_unit(right, scale)
        loose = unsigned or any(t.text.startswith(_LESS) for t in right.figures)
        signs = (1, -1) if loose else (1,)
        for factor in [f * sign for f in _factors(left, power, due, unit) for sign in signs]:
            ends = sorted((low * factor, high * factor))
            if ends[0] <= most and least <= ends[1]:
                return None
            proposed.append((low + high) / 2 * factor / unit)
    result = right.figures[-1].amount
    assert result is not None
    printed = Fraction(result.mantissa, 10**result.decimals)
    return min(proposed, key=lambda value: abs(abs(value) - abs(printed)), default=None)


def _factors(left: Side, power: int, due: int, unit: Fraction) -> list[Fraction]:
    """By what the left side may be multiplied to stand for the right: units left out, percent or not."""
    if power == due == 0:
        return [Fraction(1), Fraction(100), Fraction(1, 100)]
    if power == due == 1:
        return [Fraction(1)]
    bare = all(t.amount is not None and not t.amount.unit for t in left.figures)
    return [unit, Fraction(1)] if (power, due) == (0, 1) and bare else []


def _scales(left: Side, right: Side) -> Iterator[_Scale]:
    figures = [t.amount for t in (*left.figures, *right.figures) if t.amount is not None]
    yield _Scale(None)
    if any(not amount.unit for amount in figures):
        for unit in dict.fromkeys(a.unit for a in figures if a.unit in MONEY):
            yield _Scale(MONEY[unit])


def _result_unit(right: Side, scale: _Scale) -> Fraction:
    """The size of the unit that the result is printed in."""
    amount = right.figures[-1].amount
    assert amount is not None
    if amount.unit in MONEY:
        return Fraction(MONEY[amount.unit])
    if amount.unit in ("%", "个百分点"):
        return Fraction(1, 100)
    return Fraction(scale.bare or 1) if not amount.unit else Fraction(1)


def _worked(tree: Tree, side: Side, scale: _Scale) -> tuple[Bounds, int] | None:
    """What a side may be, in base units, and whether it is money (1) or a number (0)."""
    figures = {(t.amount, t.text.startswith(_LESS)) for t in side.figures}
    bounds = {figure: _bounds(figure[0], figure[1], side) for figure in figures if figure[0] is not None}
    twice = len(figures) < len(side.figures)
    try:
        power = _power(tree, scale)
        if not twice:
            return _evaluated(tree, bounds, scale), power
        wide = [figure for figure, (low, high) in bounds.items() if low != high]
        if len(wide) > _CORNERS:
            return None
        corners = []
        for ends in itertools.product((0, 1), repeat=len(wide)):
            chosen = dict(zip(wide, ends))
            at = {f: (b[chosen.get(f, 0)],) * 2 for f, b in bounds.items()}
            corners.append(_evaluated(tree, at, scale)[0])
    except (ZeroDivisionError, ValueError):
        return None
    return (min(corners), max(corners)), power


def _bounds(amount: Amount, down: bool, side: Side) -> Bounds:
    """The values that print like this; whole figures beside ones with decimals are meant as written."""
    value = Fraction(amount.mantissa, 10**amount.decimals)
    half = Fraction(1, 2 * 10**amount.decimals)
    if not amount.decimals:
        coarse = all(t.amount is None or not t.amount.decimals for t in side.figures)
        counted = amount.unit not in MONEY and (side.calculates or amount.unit not in ("", "%", "个百分点"))
        if amount == _WHOLE or counted or not coarse:
            half = Fraction(0)
    value = -value if down else value
    return value - half, value + half


def _size(amount: Amount, text: str, scale: _Scale) -> tuple[Fraction, int]:
    """The size of a figure's unit, and whether it is money."""
    if amount.unit in MONEY:
        return Fraction(MONEY[amount.unit]), 1
    if amount.unit in ("%", "个百分点"):
        return Fraction(1, 100), 0
    if not amount.unit and scale.bare is not None and text not in _CONSTANTS:
        return Fraction(scale.bare), 1
    return Fraction(1), 0


def _power(tree: Tree, scale: _Scale) -> int:
    """1 for an amount of money, 0 for a number; ValueError for what is neither."""
    if isinstance(tree, Token):
        return _size(tree.amount, tree.text, scale)[1] if tree.amount is not None else 0
    operator, left, right = tree
    one, other = _power(left, scale), _power(right, scale)
    if operator in "+-":
        signed = isinstance(left, Token) and left.amount is None
        if one != other and not signed:
            raise ValueError
        return other
    return one + other if operator == "*" else one - other


def _evaluated(tree: Tree, bounds: dict[tuple[Amount | None, bool], Bounds], scale: _Scale) -> Bounds:
    if isinstance(tree, Token):
        if tree.amount is None:
            return Fraction(0), Fraction(0)
        low, high = bounds[tree.amount, tree.text.startswith(_LESS)]
        size = _size(tree.amount, tree.text, scale)[0]
        return low * size, high * size
    operator, left, right = tree
    (a, b), (c, d) = _evaluated(left, bounds, scale), _evaluated(right, bounds, scale)
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "/":
        if c <= 0 <= d:
            raise ZeroDivisionError
        c, d = 1 / d, 1 / c
    ends = (a * c, a * d, b * c, b * d)
    return min(ends), max(ends)
