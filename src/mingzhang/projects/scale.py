"""Last year's figures beside this year's: 元 entered for 万元, told only where nothing else explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from mingzhang.binding.asked import label
from mingzhang.checking.finding import WARNING, Finding
from mingzhang.facts import Key
from mingzhang.money import MONEY, Amount, parse, step
from mingzhang.outlines import LAST, PRIOR
from mingzhang.projects.project import Project
from mingzhang.taxonomy import Standards

OFF_SCALE = "project.off_scale"
"""The finding of last year's figures that are some 10,000 times this year's, or this year's last year's."""

_TIMES = 10_000
_ALIKE, _WIDELY = Fraction(2), Fraction(10)
"""How far from 10,000 times the middle of several ratios may be, and any of them."""

_NEARLY = Fraction(21, 20)
"""How far the ratio of a figure that stands alone may be."""

_USUAL = Fraction(20)
"""The other tables are of one scale in both years where no figure is more times the other than this."""

_LEAST = step("万元", 0)
"""A unit that begins or ends has less in one of the years."""


class Pair(NamedTuple):
    """A figure of last year and that of this year."""

    key: Key
    last: Amount
    now: Amount

    @property
    def times(self) -> Fraction:
        """How many times the smaller the greater is."""
        low, high = sorted((self.last.centre, self.now.centre))
        return Fraction(high, low)

    @property
    def is_rising(self) -> bool:
        """Whether this year's is the greater."""
        return self.now.centre > self.last.centre


def off_scale(project: Project, stated: Mapping[Key, str], standards: Standards) -> Finding | None:
    """What is to be said where last year's figures, or those of some tables, are 10,000 times off."""
    pairs = _pairs(project, stated, standards)
    tables: dict[str, list[Pair]] = {}
    for pair in pairs:
        tables.setdefault(pair.key[0], []).append(pair)
    off = pairs if _is_off(pairs) else []
    for table, own in tables.items() if not off else ():
        others = [pair for pair in pairs if pair.key[0] != table]
        usual = bool(others) and all(pair.times <= _USUAL for pair in others)
        if _is_off(own, usual):
            off = [*off, *own]
    return _told(off, project, standards) if off else None


def _is_off(pairs: Sequence[Pair], usual: bool = False) -> bool:
    """Whether nothing but the unit explains the ratios; ``usual`` says that other tables are of one scale."""
    if not pairs or len({pair.is_rising for pair in pairs}) > 1:
        return False
    greatest = max(pairs, key=lambda pair: pair.now.centre)
    if min(greatest.last.centre, greatest.now.centre) < _LEAST:
        return False
    far = _ALIKE if len(pairs) > 1 or usual else _NEARLY
    within = all(_TIMES / _WIDELY <= pair.times <= _TIMES * _WIDELY for pair in pairs)
    return within and _TIMES / far <= median(pair.times for pair in pairs) <= _TIMES * far


def _pairs(project: Project, stated: Mapping[Key, str], standards: Standards) -> list[Pair]:
    """The amounts of last year that are known for this year too; what was nothing in one says nothing."""
    contents = project.contents
    found = []
    for key, text in contents.figures.items():
        if not text or not (key[0].startswith(LAST) or key[2] == PRIOR):
            continue
        own = (key[0].removeprefix(LAST), key[1], "final" if key[2] == PRIOR else key[2])
        said = contents.figures.get(own) or stated.get(own, "")
        last, now = (
            parse(*label(which, standards, contents.year).split(printed))
            for which, printed in ((key, text), (own, said))
        )
        if last and now and {last.unit, now.unit} <= MONEY.keys() and min(last.centre, now.centre) > 0:
            found.append(Pair(key, last, now))
    return found


def _told(off: Sequence[Pair], project: Project, standards: Standards) -> Finding:
    greatest = max(off, key=lambda pair: pair.now.centre)
    named = label(greatest.key, standards, project.contents.year).text
    last, now = (f"{amount.value:,}{amount.unit}" for amount in (greatest.last, greatest.now))
    many = f"等{len(off)}个上年数" if len(off) > 1 else ""
    where = project.sources.get(greatest.key, "归档")
    wrong = "本年数" if greatest.is_rising else "上年数"
    message = (
        f"{named}为{last}，本年为{now}，相差{round(greatest.times):,}倍，{wrong}可能是按元填写的；"
        f"请核对{where}{many}和本年数的单位，都按万元填写。"
    )
    return Finding(OFF_SCALE, WARNING, message, [], subject=(OFF_SCALE, *greatest.key))
