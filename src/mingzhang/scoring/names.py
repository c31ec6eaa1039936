"""Names as compared across sheets: of units and of indicators."""

from __future__ import annotations

import re

from mingzhang.documents import squash

_SIGNS = re.compile(r"\((?:个|次|人|%|万元|元|批次|人次|家|项|条|件|份|篇)\)$|[,;.。、:\"'()\[\]<>《》·\-]")
_UNIT = re.compile(r"\((%|[一-鿿㎡]{1,4})\)$")
_AGAIN = re.compile(r"#\d+$")


def unified(indicator: str) -> str:
    """The name of an indicator as compared: without signs, and without a unit after it."""
    return _SIGNS.sub("", squash(_AGAIN.sub("", indicator)))


def unit_of(indicator: str) -> str:
    """The unit of measure that the name ends with, such as 接待人次（人）."""
    found = _UNIT.search(squash(indicator))
    return found[1] if found else ""


def unified_unit(name: str) -> str:
    """The name of a unit as compared."""
    return squash(name)
