"""What has been said: in the sentence so far, and since its last figure."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingzhang.binding.statements import Subject
from mingzhang.binding.vocabulary import Token
from mingzhang.figures import COUNT


@dataclass(slots=True)
class Enumeration:
    """Subjects, stages or years named together, whose figures follow together (分别为…、…)."""

    subjects: tuple[Subject, ...] = ()
    stages: tuple[str, ...] = ()
    years: tuple[int | str | None, ...] = ()
    taken: int = 0

    @property
    def open(self) -> bool:
        """Whether figures of it are still to come."""
        return self.taken < max(len(self.subjects), len(self.stages), len(self.years))


@dataclass(slots=True)
class Said:
    """What was said since the last figure."""

    subject: Subject | None = None
    subject_start: int = 0
    subject_end: int = 0
    names: list[Subject] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    years: list[int | str | None] = field(default_factory=list)
    measures: dict[str, str] = field(default_factory=dict)
    direction: str | None = None
    whole: Subject | None = None
    compared: bool = False
    base_year: int | None = None
    cue_start: int = -1
    cue_end: int = -1

    def cue(self, token: Token) -> None:
        """Note where the cues of the clause begin and end."""
        if self.cue_start < 0:
            self.cue_start = token.start
        self.cue_end = token.end

    def end_clause(self) -> None:
        """Forget the cues at the end of a clause; what was named in it stays."""
        counted = self.measures.get(COUNT)
        self.measures.clear()
        if counted is not None:
            self.measures[COUNT] = counted
        self.direction, self.whole, self.compared = None, None, False
        self.cue_start = self.cue_end = -1


@dataclass(slots=True)
class Sentence:
    """What the sentence said: subject, whole of a list, base of comparison, stage, year.

    ``stated`` are the subjects that it gave amounts of.
    """

    subject: Subject | None = None
    whole: Subject | None = None
    base: str | None = None
    stage: str | None = None
    year: int | str | None = None
    listed: bool = False
    fresh: bool = True
    each: Enumeration | None = None
    stated: tuple[Subject, ...] = ()
