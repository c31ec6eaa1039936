"""What a passage mentions besides figures: the documents it cites and the days it names."""

from __future__ import annotations

import re

from mingzhang.binding.statements import Ledger
from mingzhang.documents import fold

_CITED = re.compile(
    r"《(?P<title>[^《》\n]{2,80})》\s*(?:[（(]\s*(?P<number>[^（）()\n]{2,30}?\d+\s*号)\s*[）)])?"
    r"|(?P<alone>[一-鿿]{2,10}\s*[〔\[［【(（]\s*(?:19|20)\d\d\s*[〕\]］】)）]\s*第?\s*\d{1,5}\s*号)"
)
_LEADING = re.compile(r"^(?:根据|依据|按照|按|遵照|参照|结合|以及|和|及|与|见|等|的)+")
_DAY = re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")


def note_mentions(ledger: Ledger) -> None:
    """Enter the citations and full dates of the ledger's paragraph."""
    text = ledger.paragraph.text
    if "《" in text or "号" in text:
        for cited in _CITED.finditer(text):
            title = cited.group("title") or ""
            number = "".join((cited.group("number") or cited.group("alone") or "").split())
            number = _LEADING.sub("", number)
            ledger.tell("citation", title or number, "citation", *cited.span(), title=title, number=number)
    if "日" in text:
        for day in _DAY.finditer(fold(text)):
            year, month, date = (int(part) for part in day.groups())
            ledger.tell("date", "", "date", *day.span(), date=f"{year:04}-{month:02}-{date:02}")
