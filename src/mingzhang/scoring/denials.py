"""Results in words that deny their target: 不合格 for 合格, 良 for 优, 发生1起 for 不发生事故."""

from __future__ import annotations

import re

_GRADES = (("优秀", "优"), ("良好", "良"), ("中等", "中", "一般", "合格", "及格", "达标"), ("较差", "差"))
"""Grades from the best on; 不合格 and its like deny by their negation."""
_NOT = r"(?:并?[不未没无]|没有|未能|没能|尚未|未有|不能|无法)"
_DEGREE = r"(?:得到|有所|有|稍有|略有|明显|显著|不断|持续|逐步|稳步|进一步|大幅|较大|有效|全面|基本|全部|均)*"
_OPPOSITES = (
    ("提升", "提高", "增强", "增长", "增加", "改善", "优化", "上升"),
    ("下降", "降低", "减弱", "减少", "恶化", "下滑", "倒退"),
)
_NEVER = re.compile(
    r"(?:确保|保证|力争|全年|实现)*(?:不|无|未|零|没有|杜绝|避免|防止)(?:再)?(?:发生|出现)(?P<what>[^\d,。;]{0,16})[。;]?"
)
_HAPPENED = re.compile(
    r"(?:共|累计|全年|年内|本年)*(?:发生|出现)了?(?:(?P<count>\d+)[起次件例人个宗]?)?(?P<what>[^\d,。;]{0,16}?)"
    r"(?P<count2>\d+)?[起次件例人个宗]?[。;]?"
)
_STOPS = "。;"


def denies(result: str, target: str) -> bool:
    """Whether ``result`` says that ``target`` was not reached; both squashed, figures in digits."""
    said, wanted = result.rstrip(_STOPS), target.rstrip(_STOPS)
    return _below(said, wanted) or _negates(said, wanted) or _opposes(said, wanted) or _occurred(said, wanted)


def _rank(grade: str) -> int:
    return next((n for n, names in enumerate(_GRADES) if grade in names), -1)


def _below(said: str, wanted: str) -> bool:
    """Whether both are grades, and the result's is the lower one."""
    return 0 <= _rank(wanted) < _rank(said)


def _core(text: str) -> str:
    """The text without the words of degree before it."""
    return re.sub(f"^{_DEGREE}", "", text)


def _negates(said: str, wanted: str) -> bool:
    """Whether the result is the target's words, perhaps of another degree, with a negation before them."""
    core = _core(wanted)
    return len(core) > 1 and re.fullmatch(f"{_NOT}{_DEGREE}{re.escape(core)}", said) is not None


def _opposes(said: str, wanted: str) -> bool:
    """Whether a change was wanted, and one the other way came about."""
    one, other = _core(wanted), _core(re.sub("^反而", "", said))
    return any(one in ways and other in _OPPOSITES[1 - n] for n, ways in enumerate(_OPPOSITES))


def _occurred(said: str, wanted: str) -> bool:
    """Whether what ought not to happen did; what happened is the same, or is not named."""
    never, happened = _NEVER.fullmatch(wanted), _HAPPENED.fullmatch(said)
    if never is None or happened is None:
        return False
    count = happened["count"] or happened["count2"]
    if count is None:
        return happened["what"] != "" and happened["what"] == never["what"]
    return int(count) > 0 and happened["what"] in ("", never["what"])
