"""Fictional disclosures, composed from figures: one right, one with planted table errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from mingzhang.binding.complete import complete, rows_of
from mingzhang.binding.compose import tables
from mingzhang.binding.disclosure import Contents, disclosure
from mingzhang.binding.slots import due
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import Key
from mingzhang.samples.sheets import report_tables, sheets
from mingzhang.samples.stated import LESS, REASON, REASONS, TEXTS, stated
from mingzhang.taxonomy import Library, Standards, level_of
from mingzhang.writers import write

ENTITY = "青禾市档案服务中心"
YEAR = 2022
EDITION = "cn-2022"
FORMATS = (".docx", ".pdf", ".txt", ".xlsx")
_BUDGETS = ("fund", "capital")


class Item(NamedTuple):
    """One 项 of expenditure, in hundredths of 万元: fiscal basic and project money, other money."""

    code: str
    basic: int
    project: int
    other: int = 0


class Balance(NamedTuple):
    """One 项 of a fund or capital budget: brought in, income, basic and project expenditure."""

    code: str
    carry_in: int
    income: int
    basic: int
    project: int

    @property
    def carry_out(self) -> int:
        """What is left at the year's end."""
        return self.carry_in + self.income - self.basic - self.project


class Unit(NamedTuple):
    """The leaf figures of a unit's year, in hundredths of 万元.

    ``economic`` are 款 codes of basic expenditure; what they leave of it goes to ``rest``.
    ``three_public`` is (budget, final) per item; ``carry`` is money of the general public budget
    brought in and carried out; ``fund`` and ``capital`` are the items of the other two budgets.
    """

    items: Sequence[Item]
    economic: Mapping[str, int]
    rest: str
    three_public: Mapping[str, tuple[int, int]]
    carry: tuple[int, int] = (0, 0)
    fund: Sequence[Balance] = ()
    capital: Sequence[Balance] = ()


SAMPLE = Unit(
    items=[
        Item("2010301", 22347, 0),
        Item("2010399", 0, 4963, 118),
        Item("2012604", 6021, 12480),
        Item("2080505", 1536, 0),
        Item("2101101", 742, 0),
        Item("2210201", 1208, 0),
    ],
    economic={
        "30101": 6253, "30102": 2790, "30103": 5471, "30108": 1536, "30110": 742, "30113": 1208,
        "30199": 3187, "30302": 640, "30309": 38, "30201": 601, "30207": 147, "30211": 2147, "30215": 96,
        "30217": 210, "30228": 180, "30231": 395, "30239": 1040, "31002": 320,
    },
    rest="30299",
    three_public={"abroad": (0, 0), "purchase": (0, 0), "running": (600, 482), "reception": (450, 263)},
    carry=(850, 1260),
    fund=[Balance("2296099", 300, 1500, 0, 1650)],
    capital=[Balance("2239999", 0, 420, 0, 420)],
)  # fmt: skip

LIBRARY = SAMPLE._replace(
    items=[
        Item("2070104", 31820, 9640),
        Item("2070199", 0, 2210, 96),
        Item("2080505", 1536, 0),
        Item("2101101", 742, 0),
        Item("2210201", 1208, 0),
    ],
    three_public={"abroad": (0, 0), "purchase": (0, 0), "running": (520, 482), "reception": (380, 291)},
)

PLANTED: dict[Key, str] = {
    ("income_by_function", "2080505", "fiscal"): "13.56",
    ("fiscal_income_expenditure", "210", "general"): "74.20",
    ("basic_expenditure_by_economic", "30211", "amount"): "12.47",
    ("three_public", "final", "running"): "48.2",
}
"""Errors of the flawed sample: transposed, a shifted point, a wrong digit, a shifted point."""


class Slip(NamedTuple):
    """An error planted in running text: the rule that finds it, what stood there, what stands there now."""

    rule: str
    old: str
    new: str


SLIPS = (
    Slip("statement.change_rate_follows", "增加8.12万元，增长1.63%", "增加8.12万元，增长1.36%"),
    Slip("statement.share_follows", "占99.81%", "占98.81%"),
    Slip("observations.agree", "项目支出140.16万元，占28.42%", "项目支出140.61万元，占28.42%"),
    Slip("statement.change_rate_follows", "增加8.10万元，增长1.63%", "增加8.10万元，增长1.36%"),
    Slip("statement.completion_of_initial_budget_follows", "完成年初预算的105.24%", "完成年初预算的100%"),
    Slip("observations.agree", "支出决算为15.36万元，完成", "支出决算为15.63万元，完成"),
    Slip("statements.direction_differs", "105.25%，决算数大于", "105.25%，决算数小于"),
    Slip("observations.agree", "人员经费218.65万元", "人员经费218.56万元"),
    Slip("statement.completion_follows", "完成预算的76.58%", "完成预算的67.58%"),
    Slip("statement.change_rate_follows", "下降3.64%", "增长3.64%"),
    Slip("assets.cars_is_sum_of_parts", "机要通信用车1辆", "机要通信用车2辆"),
    Slip("procurement.procurement_is_sum_of_parts", "政府采购服务支出30.40万元", "政府采购服务支出34.40万元"),
    Slip("statement.share_follows", "占政府采购支出总额的25.00%", "占政府采购支出总额的52.00%"),
    Slip(
        "statement.change_rate_of_initial_budget_follows",
        "比年初预算数减少0.60万元",
        "比年初预算数减少0.90万元",
    ),
    Slip("statement.change_rate_follows", "下降0.88%", "下降8.80%"),
    Slip(
        "observations.agree",
        "基本支出353.06万元，一般公共预算财政拨款项目支出",
        "基本支出353.60万元，一般公共预算财政拨款项目支出",
    ),
    Slip("statement.carried_follows", "结转和结余0.00万元", "结转和结余2.00万元"),
    Slip("statements.listed_without_amount", "主要包括办公费、邮电费、", "主要包括办公费、咨询费、"),
    Slip("language.choice_left", "增加7.54万元", "增加（减少）7.54万元"),
    Slip("language.remark_left", "压减一般性支出。", "压减一般性支出。（如持平作持平表述）"),
    Slip("language.stops_doubled", "没有下属单位。", "没有下属单位。。"),
    Slip("language.unpaired", "指单位取得的除财政拨款收入", "指单位取得的（除财政拨款收入"),
    Slip("language.reason_empty", "增长1.62%，主要原因是新增档案数字化项目。", "增长1.62%，主要原因是。"),
    Slip("language.word_doubled", "为社会公众提供", "为社会公众社会公众提供"),
    Slip("language.word_misused", "截至2022年12月31日，本部门", "截止2022年12月31日，本部门"),
    Slip("language.half_width", "减少0.31万元，下降3.86%", "减少0.31万元,下降3.86%"),
    Slip("structure.numbering", "四、年末结转和结余：", "三、年末结转和结余："),
    Slip(
        "structure.enumerated_twice",
        "负责本市档案资料的收集、整理、保管和利用。",
        "一是负责档案收集，二是负责档案整理，二是负责档案利用。",
    ),
    Slip("years.title", "2022年度青禾市图书馆整体支出", "2021年度青禾市图书馆整体支出"),
)
"""Errors of the flawed sample's text, each in the first paragraph that holds its words."""


class Sample(NamedTuple):
    """A fictional unit's disclosure: whose it is, its leaf figures, its planted errors."""

    entity: str
    unit: Unit
    changes: Mapping[Key, str]
    slips: Sequence[Slip] = ()


SAMPLES = {
    "clean": Sample(ENTITY, SAMPLE, {}),
    "flawed": Sample("青禾市图书馆", LIBRARY, PLANTED, SLIPS),
}


def figures(unit: Unit, standards: Standards) -> dict[Key, str]:
    """All printed figures of the nine tables for ``unit``: the leaves, and what the relations add up."""
    values: dict[Key, int] = {}
    carried = unit.carry[1] - unit.carry[0]
    for index, item in enumerate(unit.items):
        values["expenditure_by_function", item.code, "basic"] = item.basic
        values["expenditure_by_function", item.code, "project"] = item.project + item.other
        values["general_budget_expenditure", item.code, "basic"] = item.basic
        values["general_budget_expenditure", item.code, "project"] = item.project
        fiscal = item.basic + item.project + (carried if index == 0 else 0)
        values["income_by_function", item.code, "fiscal"] = fiscal
        values["income_by_function", item.code, "other"] = item.other
    for code, amount in unit.economic.items():
        values["basic_expenditure_by_economic", code, "amount"] = amount
    left = sum(item.basic for item in unit.items) - sum(unit.economic.values())
    values["basic_expenditure_by_economic", unit.rest, "amount"] = left
    for column, (budget, final) in unit.three_public.items():
        values["three_public", "budget", column] = budget
        values["three_public", "final", column] = final
    for row in ("balance_used", "distribution"):
        values["income_expenditure", row, "amount"] = 0
    for budget_id, balances in (("fund", unit.fund), ("capital", unit.capital)):
        values |= _budget(budget_id, balances, standards)
    brought = sum(balance.carry_in for balance in (*unit.fund, *unit.capital))
    values["income_expenditure", "carry_in", "amount"] = unit.carry[0] + brought
    values["fiscal_income_expenditure", "carry_in_general", "amount"] = unit.carry[0]
    values["fiscal_income_expenditure", "carry_out", "general"] = unit.carry[1]
    rows = _rows(unit, standards)
    for form_id in ("income_by_function", "expenditure_by_function"):
        for row in rows.get(form_id, ()):
            if level_of(row) == "项":
                for column in due(standards.forms[form_id].blocks[0].columns):
                    if column != "total":
                        values.setdefault((form_id, row, column), 0)
    complete(values, rows, standards)
    return {
        key: f"{value / 100:.2f}" for key, value in sorted(values.items(), key=lambda item: _order(item[0]))
    }


def _budget(budget: str, balances: Sequence[Balance], standards: Standards) -> dict[Key, int]:
    """The leaves of a fund or capital budget, in its own table and in the tables of all money."""
    form = standards.forms[f"{budget}_budget"]
    values: dict[Key, int] = {}
    for balance in balances:
        own = balance._asdict() | {"carry_out": balance.carry_out}
        for column in form.blocks[0].columns:
            if column in own:
                values[form.id, balance.code, column] = int(own[column])
        for column in ("basic", "project"):
            values["expenditure_by_function", balance.code, column] = int(own[column])
        values["income_by_function", balance.code, "fiscal"] = balance.income
    whole = "fiscal_income_expenditure"
    values[whole, budget, "amount"] = sum(balance.income for balance in balances)
    values[whole, f"carry_in_{budget}", "amount"] = sum(balance.carry_in for balance in balances)
    values[whole, "carry_out", budget] = sum(balance.carry_out for balance in balances)
    return values


def _order(key: Key) -> tuple[str, bool, str]:
    return key[0], key[1].isdecimal(), key[1] if key[1].isdecimal() else ""


def _rows(unit: Unit, standards: Standards) -> dict[str, list[str]]:
    budgets = {"fund_budget": [b.code for b in unit.fund], "capital_budget": [b.code for b in unit.capital]}
    general = [item.code for item in unit.items]
    codes = [*general, *budgets["fund_budget"], *budgets["capital_budget"]]
    economic = [*unit.economic, unit.rest]
    classes = sorted(
        code
        for code in standards.codelists["functional"].class_by_name.values()
        if standards.codelists["functional"].name(code, YEAR)
    )
    rows = {}
    for form in standards.forms.values():
        own = economic if form.layout == "entries" else codes
        own = general if form.id == "general_budget_expenditure" else budgets.get(form.id, own)
        if own:
            rows[form.id] = rows_of(form, own, sorted(set(classes)))
    return rows


def document(
    unit: Unit,
    standards: Standards,
    changes: Mapping[Key, str | None] | None = None,
    entity: str = ENTITY,
) -> Document:
    """The disclosure of ``unit`` with text and tables; ``changes`` are made to printed figures of tables
    (None: not printed)."""
    printed = figures(unit, standards)
    contents = _contents(printed, entity)
    _, draft = disclosure(contents, standards)
    reasons = {gap.key: REASONS.get(gap.key[0], REASON) for gap in draft.gaps if gap.kind == "reason"}
    whole, _ = disclosure(replace(contents, reasons=reasons), standards)
    if changes:
        altered = {key: text for key, text in {**printed, **changes}.items() if text is not None}
        _exchange(whole, standards, entity, printed, altered)
    return whole


def _exchange(
    whole: Document,
    standards: Standards,
    entity: str,
    before: Mapping[Key, str],
    after: Mapping[Key, str],
) -> None:
    """Puts other figures into the tables of a composed document; the text keeps its own."""
    old, new = (tables(figures, standards, entity, YEAR) for figures in (before, after))
    start = whole.blocks.index(old[0])
    whole.blocks[start : start + len(old)] = new


def _contents(printed: Mapping[Key, str], entity: str) -> Contents:
    """What the disclosure of a unit with these tables is composed from."""
    names = {"entity": entity, "year": str(YEAR)}
    texts = {name: text.format_map(names) for name, text in TEXTS.items()}
    everything = {**printed, **_self_evaluation(printed), **stated(printed)}
    return Contents(entity, YEAR, figures=everything, texts=texts)


def _self_evaluation(printed: Mapping[Key, str]) -> dict[Key, str]:
    """The cells of the forms of the self-evaluation that belong to the tables."""

    def amount(form: str, row: str, column: str) -> Decimal:
        return Decimal(printed.get((form, row, column), "0.00"))

    form = "expenditure_by_function"
    basic, project = amount(form, "total", "basic"), amount(form, "total", "project")
    people = amount("basic_expenditure_by_economic", "personnel", "amount")
    items = {}
    for row in ("three_public", "vehicles", "purchase", "running", "abroad", "reception"):
        column = "total" if row == "three_public" else row
        final = amount("three_public", "final", column)
        less = Decimal(LESS.get("running" if row == "vehicles" else column, "0.00"))
        items[row] = (final + less, amount("three_public", "budget", column), final)
    spent = {f"{budget}_score_sheet": amount(f"{budget}_budget", "total", "total") for budget in _BUDGETS}
    spent = {form: total for form, total in spent.items() if total}
    general, general_project = (
        amount("general_budget_expenditure", "total", column) for column in ("total", "project")
    )
    own = sheets(basic, project, (general, general_project), items, spent)
    return {**own, **report_tables(basic, people, general_project)}


def slipped(document: Document, slips: Sequence[Slip]) -> Document:
    """``document`` with the errors ``slips`` in its text; raises ValueError where one has no place."""
    blocks = list(document.blocks)
    for slip in slips:
        for number, block in enumerate(blocks):
            if isinstance(block, Paragraph) and slip.old in block.text:
                blocks[number] = replace(block, text=block.text.replace(slip.old, slip.new, 1))
                break
        else:
            raise ValueError(f"no paragraph holds {slip.old!r}")
    return replace(document, blocks=blocks)


def write_samples(directory: Path, library: Library) -> list[Path]:
    """Write the clean and the flawed sample in every one of ``FORMATS`` below ``directory``."""
    standards = library.standards(EDITION)
    written = []
    for name, sample in SAMPLES.items():
        content = slipped(document(sample.unit, standards, sample.changes, sample.entity), sample.slips)
        for suffix in FORMATS:
            path = directory / name / f"决算公开{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            write(content, path)
            written.append(path)
    return written
