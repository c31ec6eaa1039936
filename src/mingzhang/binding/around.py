"""What stands around a figure: connectives, clauses, and names that the standards do not list."""

from __future__ import annotations

import re

from mingzhang.binding.naming import CONNECTIVE, EDGE, Names
from mingzhang.binding.sentence import Passage
from mingzhang.binding.statements import Subject, output, plain, project
from mingzhang.figures import MONEY, Figure

_EDGE_OR_BRACKET = re.compile(r"[,;。:!?\n、()]")
_ASIDE = re.compile(r"\([^()]*\)")
_ORGANS = tuple("厅局委部院校中心办处会所站队门位府县市区政级关")
_CHANGED = ("增加", "增长", "减少", "下降")
_OWNER, _BACK = 12, 4
_ANAPHORS = ("该", "此项", "上述", "以上")


class Surroundings:
    """The words around the figures of one passage."""

    def __init__(self, passage: Passage, names: Names) -> None:
        self.passage, self.names, self.text = passage, names, passage.text
        self.named_to = 0

    def adjoins(self, figure: Figure) -> bool:
        """Whether nothing but a connective parts the figure from what was read before it."""
        start = max(self.passage.last_stop, self.passage.said.subject_end)
        return start > figure.start or self.only_connective(start, figure.start)

    def continues(self, figure: Figure) -> bool:
        """Whether the figure follows the one before it: 3批次、20人次."""
        between = self.text[self.passage.last_stop : figure.start]
        return self.passage.last_stop > 0 and bool(CONNECTIVE.fullmatch(between.lstrip("、,;")))

    def goes_on(self) -> bool:
        """Whether a list goes on: a 、 after the last figure."""
        return self.text[self.passage.last_stop : self.passage.last_stop + 1] == "、"

    def only_connective(self, start: int, stop: int) -> bool:
        """Whether nothing but connectives stands from ``start`` to ``stop``."""
        return bool(
            CONNECTIVE.fullmatch(_ASIDE.sub("", self.text[start:stop]).replace('"', "").lstrip(",;("))
        )

    def clause(self, stop: int) -> int:
        """Where the clause that ``stop`` stands in begins, brackets apart."""
        start = max(self.passage.last_stop, self.passage.reason_start)
        open_ = 0
        for edge in _EDGE_OR_BRACKET.finditer(self.text, start, stop):
            sign = edge.group()
            if sign in "()":
                open_ += 1 if sign == "(" else -1
            elif open_ <= 0:
                start, open_ = edge.end(), 0
        return start

    def named_alone(self) -> bool:
        """Whether the subject said stands by itself: no unknown words lead up to it in its clause."""
        start = self.passage.said.subject_start
        owned = self.text[max(0, start - _BACK) : start].rstrip().endswith((*_ORGANS, ")"))
        return owned or self.passage.phrase_end == start or not self.unknown_before(start)

    def full_name(self, subject: Subject) -> Subject:
        """A rate with the words before it that say whose it is: 家属满意度."""
        start = self.passage.said.subject_start
        owner = self.names.trim(self.text[self.clause(start) : start])
        if self.passage.said.subject is None or self.named_alone() or len(owner) > _OWNER:
            return subject
        name = plain(owner + subject.label)
        return subject._replace(dimensions={**subject.dimensions, "name": name}, label=name)

    def unknown_before(self, stop: int) -> bool:
        """Whether the clause names before ``stop`` something that no phrase knows."""
        return stop >= 0 and self.names.unknown(self.text[self.clause(stop) : stop])

    def opens_clause(self, stop: int) -> bool:
        """Whether nothing, or only who does it, stands before ``stop`` in its clause."""
        start = self.clause(stop)
        return self.only_connective(start, stop) or (
            stop - start > 2 and self.text[max(0, stop - _BACK) : stop].rstrip().endswith(_ORGANS)
        )

    def thing(self, figure: Figure) -> Subject | None:
        """A named thing that the standards do not list: the words before the cue, or after it."""
        passage = self.passage
        said = passage.said
        if passage.sentence.each is not None and passage.sentence.each.subjects:
            return None
        longer = self.longer_name()
        if longer is not None:
            said.direction = None
            return longer
        cued = said.cue_start >= passage.last_stop
        stops = [(0, said.cue_start), (said.cue_end, figure.start)] if cued else []
        cue = self.text[said.cue_start : said.cue_end]
        if MONEY not in said.measures and not cue.startswith(_CHANGED):
            stops.append((0, figure.start))
        for begin, stop in stops:
            start = max(begin, self.clause(stop))
            if begin and not self.opens_clause(said.cue_start):
                continue
            if said.subject is not None and self.only_connective(max(said.subject_end, start), stop):
                return None
            name = self.names.thing(self.text[start:stop])
            if name is not None and name.startswith(_ANAPHORS):
                return passage.sentence.subject
            if name is not None:
                if stop == figure.start and begin == 0:
                    said.direction = None
                return output(name, MONEY) if passage.reason_start >= 0 else project(name)
        return None

    def longer_name(self) -> Subject | None:
        """…项目支出: a name that ends with the label of the subject spoken of."""
        said = self.passage.said
        if said.subject is None or said.subject_end <= self.passage.last_stop:
            return None
        known = self.passage.narratives.subjects.get(said.subject.row)
        if known is None or not known.generic:
            return None
        before = self.names.trim(self.text[self.clause(said.subject_start) : said.subject_start])
        if len(before) < 3 or before.endswith(_ORGANS) or any(word in before for word in _CHANGED):
            return None
        name = self.names.thing(before + said.subject.label)
        return project(name) if name is not None and self.passage.phrase_end < said.subject_start else None

    def clause_before(self, stop: int) -> str:
        """The clause that ends before ``stop``, as far as it names what grew (…相比翻番，达到…)."""
        begin = max(self.named_to, self.passage.last_stop)
        begin = max([begin, *(m.end() for m in EDGE.finditer(self.text, begin, stop - 1))])
        return re.split("相比|较|比|同比|与|由", self.text[begin : stop - 1])[0]
