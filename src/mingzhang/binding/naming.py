"""Names that the standards do not list, told by the words around a figure.

A *named thing* that money is spent on ends with a head (经费, 项目, 补贴 …); what was *achieved* is
called by the words before its figure, or by the noun after it where those are only a verb.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mingzhang.narratives import Naming

EDGE = re.compile(r"[,;。:!?\n、]")
CONNECTIVE = re.compile(
    r"[\s:]*(?:均|各|共计|合计|总计|总额|金额|分别|为|是|共|计|达到|达|约|数|有|支出|了|的|\(?人民币\)?|累计|(?:19|20)\d\d年?度?|[\s:=])*"
)
_TAIL = re.compile(
    r"(?:均为|各|共计|合计|总计|累计|分别|为|是|共|计|达到|达|至|到|(?<![签合条公履])约|(?<!人)数(?!额)|量为|"
    r"了|的|由|从|:|\s|=|超过|超|近|逾|突破|\()+$"
)
_ORDINAL = re.compile(
    r"^(?:\s|\(?[一二三四五六七八九十]{1,3}[、.)]|[一二三四五六七八九十]是|\(?\d{1,2}[、.)]|[①-⑳]|第[一二三四五六]|\"|-|:)+"
)
_YEAR = re.compile(r"^(?:19|20)\d\d(?:年度?)?|^\d{1,2}月(?:份|底)?")
_CHINESE = re.compile(r"[一-鿿]")
_FOLLOWING = re.compile(r"[ \"“‘]*([一-鿿]{2,12})")
_RATES = ("率", "度", "额", "比例")
_LONGEST, _LONGEST_NAME, _NOUN = 20, 40, 8


class Names:
    """The wording of names in one edition."""

    def __init__(self, naming: Naming, heads: tuple[str, ...]) -> None:
        self.heads = heads
        self.verbs = frozenset(naming.verbs)
        self._long_verbs = tuple(verb for verb in naming.verbs if len(verb) > 1)
        self._verb = _either(self._long_verbs)
        self._starters = _either(naming.starters)
        self._openers = re.compile(f"^(?:{_either(naming.openers).pattern})+")
        self._gains = naming.gains
        self._fillers = _either(naming.fillers)
        self._stops = _either(naming.stops)

    def thing(self, phrase: str) -> str | None:
        """The named thing that money is spent on at the end of ``phrase``."""
        name = self.trim(phrase)
        shorter = name.removesuffix("支出")
        name = shorter if shorter.endswith(self.heads) else name
        if name.startswith(self._gains):
            return None
        if not 2 < len(name) <= _LONGEST_NAME or not name.endswith(self.heads) or name in self.heads:
            return None
        return None if any(c.isdigit() for c in name) or name.count("(") != name.count(")") else name

    def achieved(self, before: str, after: str, *, counted: bool = True) -> tuple[str, int] | None:
        """What was achieved, and how much of ``after`` its name takes.

        A count is one of the noun after it (24名专家); other figures take it where nothing is before.
        """
        name = self.trim(before)
        followed = _FOLLOWING.match(after)
        noun = followed.group(1).removeprefix("的") if followed else ""
        if stop := self._stops.search(noun):
            noun = noun[: stop.start()]
        words = len(_CHINESE.findall(name))
        alone = words < 2 or name in self.verbs or name.endswith(("等", "对", "的"))
        alone = alone or bool(followed and followed.group(1).startswith(("的", "比例")))
        verb = next((v for v in self._long_verbs if name.endswith(v)), "")
        if followed and len(noun) >= 2:
            end = followed.end(1) - len(followed.group(1).removeprefix("的")) + len(noun)
            taken = end if len(noun) <= _NOUN else 0
            next_one = bool(taken) and after[end : end + 1].isdigit()
            apart = not (self._verb.match(noun) or noun.endswith(_RATES) or next_one)
            if alone or (counted and (apart or (verb and not self._verb.match(noun)))):
                return verb + noun[:_NOUN], taken
        if words < 2:
            return None
        return name[-_LONGEST:].lstrip(") "), 0

    def unknown(self, phrase: str) -> bool:
        """Whether ``phrase`` names something that no phrase of the standards knows."""
        return len(_CHINESE.findall(self._fillers.sub("", self.trim(phrase)))) > 1

    def trim(self, phrase: str) -> str:
        """A phrase without what only leads up to the name, or from it to the figure."""
        name = _TAIL.sub("", phrase).strip(' "').lstrip("( ")
        for starter in self._starters.finditer(name):
            if len(name) - starter.end() >= 2:
                start = starter.end()
                rest = name[start:]
                if not self._starters.search(rest):
                    name = rest
                    break
        while True:
            shorter = self._openers.sub("", _YEAR.sub("", _ORDINAL.sub("", name))).strip(' "')
            if shorter == name:
                return name
            if len(shorter) < 2:
                return shorter
            name = shorter


@lru_cache(maxsize=64)
def _either(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(set(words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
