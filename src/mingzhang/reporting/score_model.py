"""What scoring files gave: the report that every reporter of scores prints."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingzhang.binding.identity import Identity
from mingzhang.facts import FactSet
from mingzhang.reporting.model import Checkup
from mingzhang.scoring.documents import Evaluation
from mingzhang.scoring.score import Scored
from mingzhang.taxonomy import Edition, Standards


@dataclass(slots=True)
class ScoredSubmission:
    """The evaluations of one unit and year; ``files`` are numbers of files."""

    files: list[int]
    identity: Identity
    standards: Standards
    evaluations: list[Evaluation]
    facts: FactSet
    titles: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def edition(self) -> Edition:
        """The edition that it was scored by."""
        return self.standards.edition


@dataclass(slots=True)
class ScoredPlan:
    """A data file scored, with the standards that its scheme is from.

    Of a scheme of blocks ``cells`` is the sheet as filled in, by row and column, and ``facts`` its figures.
    """

    path: str
    unit: str
    year: int
    standards: Standards
    evaluation: Evaluation
    facts: FactSet = field(default_factory=FactSet)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def scored(self) -> Scored:
        """The indicators scored, of a scheme that has them."""
        assert self.evaluation.scored is not None
        return self.evaluation.scored


@dataclass(slots=True)
class ScoreReport:
    """What `score` returns: an entry for each document, the evaluations by submission, the data files."""

    standards_version: str
    files: list[Checkup] = field(default_factory=list)
    submissions: list[ScoredSubmission] = field(default_factory=list)
    plans: list[ScoredPlan] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def unreadable(self) -> list[Checkup]:
        """The files that could not be read."""
        return [file for file in self.files if file.error is not None]
