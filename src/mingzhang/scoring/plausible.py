"""What no sheet of scores can say: points beyond their weight, weights that are no whole, negative money."""

from __future__ import annotations

from collections.abc import Iterator

from mingzhang.money import Amount, format_amount
from mingzhang.scoring.sheets import FUNDS, INDICATOR, Sheets

_EXECUTION = "execution"
_WHOLE = Amount(100, 0, "分").centre
_DECIMALS = 2


def faults(sheets: Sheets, number: int) -> Iterator[str]:
    """What sheet ``number`` says that cannot be, each as the end of a sentence that names the sheet."""
    columns: dict[str, dict[int, Amount]] = {"weight": {}, "score": {}}
    for cell in sheets.cells(number):
        row, column = sheets.rows[sheets.of_row[cell]], sheets.columns[sheets.of_column[cell]]
        amount = sheets.values.amount(sheets.of_value[cell])
        if amount is None:
            continue
        if column in columns:
            columns[column].setdefault(sheets.of_row[cell], amount)
        elif row.kind == FUNDS and column == "final" and amount.mantissa < 0:
            where = sheets.places[sheets.of_place[cell]].describe()
            told = f"{where}，{amount.value}{amount.unit}"
            yield f"的“{row.label}”的全年执行数为负数（{told}），仍计入合计；请核对。"
    for row_number, score in columns["score"].items():
        weight = columns["weight"].get(row_number)
        if weight is not None and score.centre > weight.centre:
            label = sheets.rows[row_number].label
            yield f"的“{label}”得分{score.value}分，超过分值{weight.value}分；请核对得分和分值。"
    yield from _weights(sheets, number, columns["weight"])


def _weights(sheets: Sheets, number: int, weights: dict[int, Amount]) -> Iterator[str]:
    """Weights that are not 100 together; the blocks that the sheet has none of are named."""
    rows = {sheets.of_row[cell] for cell in sheets.cells(number)}
    indicators = {n for n in rows if sheets.rows[n].kind == INDICATOR}
    kinds = {(sheets.rows[n].kind, sheets.rows[n].block) for n in weights}
    execution = kinds & {(FUNDS, ""), (INDICATOR, _EXECUTION)}
    whole = sum(weight.centre for weight in weights.values())
    if not indicators or not indicators <= weights.keys() or whole == _WHOLE:
        return
    if not execution and whole < _WHOLE:
        return
    own = {sheets.rows[n].block for n in indicators}
    every = dict.fromkeys(row.block for row in sheets.rows if row.kind == INDICATOR and row.block)
    absent = [sheets.labels.get(f"block:{block}", block) for block in every if block not in own]
    missing = f"，没有{'、'.join(absent)}" if absent and whole < _WHOLE else ""
    text = format_amount(whole, "", _DECIMALS).rstrip("0").rstrip(".")
    yield f"的分值合计为{text}分，应为100分{missing}；请补齐或改正后再汇总。"
