"""Facts as one Parquet table, for data tools; needs pyarrow (the extra ``parquet``)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from mingzhang.documents import UnreadableError
from mingzhang.provenance import Place
from mingzhang.reporting.model import Reading

_ABSENT = '写出Parquet文件需要pyarrow，请先安装：pip install "mingzhang[parquet]"；也可以改用csv或json格式。'
_DIGITS, _DECIMALS = 38, 12


def facts_parquet(reading: Reading) -> bytes:
    """One row a fact: meaning, exact value in the base unit, what is printed, and where."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise UnreadableError(_ABSENT) from error
    places = {
        "page": pyarrow.int32(),
        "line": pyarrow.int32(),
        "paragraph": pyarrow.int32(),
        "sheet": pyarrow.string(),
        "cell": pyarrow.string(),
        "bbox": pyarrow.list_(pyarrow.float64()),
    }
    text = pyarrow.string()
    schema = pyarrow.schema(
        [
            ("concept", text),
            ("dimensions", pyarrow.map_(text, text)),
            ("value", pyarrow.decimal128(_DIGITS, _DECIMALS)),
            ("unit", text),
            ("printed", text),
            ("decimals", pyarrow.int16()),
            ("path", text),
            ("sha256", text),
            *places.items(),
            *((name, text) for name in ("table", "row", "column", "label", "column_label")),
        ]
    )
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for fact in reading:
        file = reading.files[fact.document]
        table, row, column = fact.key
        values = {
            "concept": fact.concept,
            "dimensions": list(fact.dimensions.items()),
            "value": _exact(fact.amount.base_value),
            "unit": fact.amount.unit,
            "printed": fact.printed,
            "decimals": fact.amount.decimals,
            "path": file.path,
            "sha256": file.sha256,
            **_place(fact.place, list(places)),
            "table": table,
            "row": row,
            "column": column,
            "label": fact.label,
            "column_label": fact.column_label,
        }
        for name, value in values.items():
            columns[name].append(value)
    data = io.BytesIO()
    parquet.write_table(pyarrow.table(columns, schema=schema), data)
    return data.getvalue()


def _exact(value: Decimal) -> Decimal | None:
    """The value where the column can hold it, which any real amount is far from exceeding."""
    exponent = value.as_tuple().exponent
    fits = isinstance(exponent, int) and -exponent <= _DECIMALS and value.adjusted() < _DIGITS - _DECIMALS
    return value if fits else None


def _place(place: Place, names: list[str]) -> dict[str, Any]:
    return {name: getattr(place, name) for name in names}
