"""What the flawed sample has to give: its planted errors by severity."""

from __future__ import annotations

from collections import Counter

from mingzhang import api
from mingzhang.samples import PLANTED, SLIPS

_SEVERITIES = {rule.id: rule.severity for rule in api.rules()}
COUNTS = Counter(_SEVERITIES[slip.rule] for slip in SLIPS) + Counter(error=len(PLANTED))
ERRORS = COUNTS["error"]
ALL = COUNTS.total()
COUNTED = f"错误{ERRORS}条，警告{COUNTS['warning']}条，提示{COUNTS['notice']}条"
