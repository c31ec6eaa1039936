"""What a data file says, once it is valid: the unit, the year, and what is known of each indicator."""

from __future__ import annotations

from typing import NamedTuple

from mingzhang.documents import UnreadableError
from mingzhang.plans.blocks import Filled
from mingzhang.schemes import Scheme
from mingzhang.scoring.blocks import sheet_score
from mingzhang.scoring.documents import Evaluation
from mingzhang.scoring.printed import Printed, printed
from mingzhang.scoring.score import Known, score
from mingzhang.taxonomy import Standards


class Plan(NamedTuple):
    """A valid data file: what is known of the indicators, or of a scheme of blocks the sheet."""

    path: str
    unit: str
    year: int
    scheme: Scheme
    standards: Standards
    known: Known
    sheet: Filled | None = None

    def evaluation(self) -> Evaluation:
        """The data file scored."""
        if self.sheet is None:
            return Evaluation(Printed("", 0), score(self.scheme, self.known))
        facts, address = self.sheet.facts, self.scheme.of[0]
        place = printed(facts, {}).get((address, 0), Printed(address, 0))
        return Evaluation(place, sheet=sheet_score(self.scheme, place, facts))


class PlanError(UnreadableError):
    """A data file with faults, a sentence for each, with the place that it is about."""

    def __init__(self, path: str, faults: list[str]) -> None:
        self.faults = faults
        told = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"“{path}”有{len(faults)}处需要改正，没有评分：\n{told}")
