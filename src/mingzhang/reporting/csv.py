"""Facts as CSV that spreadsheet programs open: UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io

from mingzhang.reporting.model import Reading


def facts_csv(reading: Reading) -> bytes:
    """One line a fact; a label that a spreadsheet would take for a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            "concept",
            "dimensions",
            "value",
            "printed",
            "unit",
            "table",
            "row",
            "column",
            "label",
            "place",
            "file",
        ]
    )
    for fact in reading:
        form, row, column = fact.key
        dimensions = ";".join(f"{key}={value}" for key, value in fact.dimensions.items())
        label = f"'{fact.label}" if fact.label[:1] in "=+-@" else fact.label
        path = reading.files[fact.document].path if reading.files else ""
        row_cells = [form, row, column, label, fact.place.describe(), path]
        figure = [str(fact.amount.base_value), fact.printed, fact.amount.unit]
        writer.writerow([fact.concept, dimensions, *figure, *row_cells])
    return text.getvalue().encode("utf-8-sig")
