"""Calculations as text writes them out, ``（188.75/250）×100%=75.5%``: from text to operators and figures.

A chain of sides joined by equals signs is cut out of a paragraph; a side is figures with units and
labels, joined by operators and brackets. What holds words where a figure is due, or anything else
that is not understood, is left alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
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
DOWN = re.compile(r"(?:下降|减少|降低|负增长|节约|节省|压减|压缩|核减)了?")
LESS = "下降"
"""Marks the text of a figure that words before it say is negative."""
_LONGEST = 300

Stated = Callable[[str], Amount | None]
"""What the text around a calculation says a name is."""


class Token(NamedTuple):
    """A piece of a calculation, from ``start`` to ``end`` of its paragraph."""

    kind: str
    text: str
    start: int
    end: int
    amount: Amount | None = None


Tree = Token | tuple[str, "Tree", "Tree"]
"""A figure, or an operator with its operands; ``0 - x`` has no left operand's figure."""


class Side(NamedTuple):
    """One side of an equals sign: its tokens, and what they calculate."""

    tokens: tuple[Token, ...]
    tree: Tree

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


def chains(text: str, units: tuple[str, ...]) -> Iterator[list[list[Token]]]:
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
            if (
                amount is None
                or _LOOSE_AFTER.match(folded, end)
                or _LOOSE_BEFORE.search(folded[max(0, position - 4) : position])
            ):
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


def side_of(tokens: Sequence[Token], *, last: bool, stated: Stated) -> Side | None:
    """What stands next to the equals sign: the last calculation of the text before it, or the first after.

    Words before a figure are its label; a name in place of a figure is what the text says it is.
    """
    if len(tokens) > _LONGEST:
        return None
    pieces: list[list[Token]] = [[]]
    depth, closed, less = 0, False, False
    for token in _named(_unexplained(tokens), stated):
        if token.kind == JUNK or (token.kind == WORD and (last or not closed or depth)):
            return None
        if token.kind == WORD:
            break  # what follows the result is no part of it
        if token.kind == LABEL:
            less = bool(DOWN.search(token.text[-4:]))
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
        pieces[-1].append(token._replace(text=f"{LESS}{token.text}") if marked else token)
        closed, less = token.kind == NUMBER or token.text == ")", False
    piece = pieces[-1]
    while last and depth > 0 and piece:  # （其中：12+5=17）: the bracket is not the calculation's
        depth -= piece.pop(0).text == "("
    tree = _parsed(piece) if closed else None
    return Side(tuple(piece), tree) if tree is not None else None


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


def _parsed(tokens: Sequence[Token]) -> Tree | None:
    try:
        tree, rest = _sum(list(tokens))
    except (IndexError, ValueError):
        return None
    return tree if not rest else None


def _sum(tokens: list[Token]) -> tuple[Tree, list[Token]]:
    left: Tree
    if tokens[0].text in ("-", "+"):
        zero = Token(NUMBER, "0", tokens[0].start, tokens[0].start)
        right, rest = _product(tokens[1:])
        left, tokens = (tokens[0].text, zero, right), rest
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
