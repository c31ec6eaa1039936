"""The running text of the fictional disclosures, worded from the same figures as their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from mingzhang.binding.compose import paragraph
from mingzhang.documents import Paragraph
from mingzhang.facts import Key
from mingzhang.samples.sheets import PROJECTS, by_project
from mingzhang.taxonomy import Standards

Figures = Mapping[Key, str]
_CENT = Decimal("0.01")
_NUMERALS = "一二三四五六七八九十"

PARTS = ("概况", "部门决算表", "部门决算情况说明", "名词解释", "附件")
SECTIONS = (
    "收入支出决算总体情况说明",
    "收入决算情况说明",
    "支出决算情况说明",
    "财政拨款收入支出决算总体情况说明",
    "一般公共预算财政拨款支出决算情况说明",
    "一般公共预算财政拨款基本支出决算情况说明",
    "财政拨款“三公”经费支出决算情况说明",
    "政府性基金预算收入支出决算情况",
    "国有资本经营预算支出决算情况",
    "机关运行经费支出说明",
    "一般性支出情况说明",
    "政府采购支出说明",
    "国有资产占用情况说明",
)
TERMS = {
    "财政拨款收入": "单位从同级财政部门取得的财政预算资金",
    "其他收入": "单位取得的除财政拨款收入、事业收入、经营收入等以外的各项收入",
    "基本支出": "为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出",
    "项目支出": "在基本支出之外为完成特定任务和事业发展目标所发生的支出",
    "机关运行经费": "为保障单位运行用于购买货物和服务的各项资金",
}


class Text:
    """The text of one unit's disclosure."""

    def __init__(self, figures: Figures, standards: Standards, entity: str, year: int) -> None:
        self.figures, self.standards = figures, standards
        self.entity, self.year = entity, year

    def before_tables(self) -> list[Paragraph]:
        """Cover, contents and the overview; then the title of the tables' part."""
        cover = [paragraph(line, "cover") for line in (self.entity, f"{self.year}年度部门决算")]
        return [
            *cover,
            paragraph("目录", "contents"),
            paragraph(f"第一部分 {self.entity}概况", level=1),
            paragraph("一、部门职责", level=2),
            paragraph("负责本市档案资料的收集、整理、保管和利用，为社会公众提供查阅服务。"),
            paragraph("二、机构设置及决算单位构成", level=2),
            paragraph(f"纳入{self.year}年度部门决算编制范围的只有{self.entity}本级，没有下属单位。"),
            paragraph(f"第二部分 {self.year}年度部门决算表", level=1),
        ]

    def after_tables(self) -> list[Paragraph]:
        """The explanation and the glossary."""
        bodies = (
            self._overall, self._income, self._expenditure, self._fiscal, self._general, self._basic,
            self._three_public, self._fund, self._capital, self._operation, self._spending,
            self._procurement, self._assets,
        )  # fmt: skip
        blocks = [paragraph("", "break"), paragraph(f"第三部分 {self.year}年度部门决算情况说明", level=1)]
        for number, (title, body) in enumerate(zip(SECTIONS, bodies)):
            blocks.append(paragraph(f"{_ordinal(number)}、{title}", level=2))
            blocks += [_line(line) for line in body()]
        blocks.append(paragraph("第四部分 名词解释", level=1))
        terms = enumerate(TERMS.items())
        blocks += [paragraph(f"{_ordinal(n)}、{term}：指{says}。") for n, (term, says) in terms]
        blocks.append(paragraph("第五部分 附件", level=1))
        blocks.append(paragraph(f"{self.year}年度{self.entity}整体支出绩效自评报告"))
        return [*blocks, *map(_line, self._report())]

    # ── the sections ──────────────────────────────────────────────────────────────────────────

    def _overall(self) -> Iterator[str]:
        total = self._of("income_expenditure", "total_in", "amount")
        yield (
            f"{self.year}年度收、支总计均为{total}万元。与上年相比，"
            f"{self._more(total, '8.36')}，主要原因是新增档案数字化项目。"
        )

    def _income(self) -> Iterator[str]:
        form = "income_by_function"
        total = self._of(form, "total", "total")
        parts = [("财政拨款收入", "fiscal"), ("其他收入", "other")]
        yield f"{self.year}年度收入合计{total}万元，其中：{self._parts(form, parts, total)}。"

    def _expenditure(self) -> Iterator[str]:
        form = "expenditure_by_function"
        total = self._of(form, "total", "total")
        parts = [("基本支出", "basic"), ("项目支出", "project")]
        yield f"{self.year}年度支出合计{total}万元，其中：{self._parts(form, parts, total)}。"

    def _fiscal(self) -> Iterator[str]:
        total = self._of("fiscal_income_expenditure", "total_in", "amount")
        yield (
            f"{self.year}年度财政拨款收、支总计均为{total}万元。与上年相比，"
            f"{self._more(total, '7.15')}，主要原因是新增档案数字化项目。"
        )

    def _general(self) -> Iterator[str]:
        form = "general_budget_expenditure"
        total = self._of(form, "total", "total")
        whole = self._of("expenditure_by_function", "total", "total")
        yield "（一）一般公共预算财政拨款支出决算总体情况"
        yield (
            f"{self.year}年度一般公共预算财政拨款支出{total}万元，占本年支出合计的{_share(total, whole)}%。"
            f"与上年相比，一般公共预算财政拨款支出{self._more(total, '6.48')}，主要原因是新增档案数字化项目。"
        )
        yield "（二）一般公共预算财政拨款支出决算结构情况"
        classes = [
            f"{self._name(code)}（类）{amount}万元，占{_share(amount, total)}%"
            for code, amount in self._codes(form, 3)
        ]
        yield (
            f"{self.year}年度一般公共预算财政拨款支出{total}万元，主要用于以下方面：{'；'.join(classes)}。"
        )
        yield "（三）一般公共预算财政拨款支出决算具体情况"
        items = list(self._codes(form, 7))
        budgets = [_times(amount, "0.95") for _, amount in items]
        budget = sum(budgets, Decimal(0))
        yield (
            f"{self.year}年度一般公共预算财政拨款支出年初预算数为{budget}万元，支出决算数为{total}万元，"
            f"完成年初预算的{_share(total, budget)}%，其中："
        )
        for number, ((code, amount), initial) in enumerate(zip(items, budgets), 1):
            name = f"{self._name(code[:3])}（类）{self._name(code[:5])}（款）{self._name(code)}（项）"
            yield (
                f"{number}、{name}。年初预算为{initial}万元，支出决算为{amount}万元，"
                f"完成年初预算的{_share(amount, initial)}%，{_against(amount, initial, '年初预算')}。"
            )

    def _basic(self) -> Iterator[str]:
        total = self._of("general_budget_expenditure", "total", "basic")
        people = self._of("basic_expenditure_by_economic", "personnel", "amount")
        public = self._of("basic_expenditure_by_economic", "public", "amount")
        yield (
            f"{self.year}年度一般公共预算财政拨款基本支出{total}万元，其中：人员经费{people}万元，"
            f"占基本支出的{_share(people, total)}%，主要包括{self._main('301', '303')}等；"
            f"公用经费{public}万元，"
            f"占基本支出的{_share(public, total)}%，主要包括{self._main('302')}等。"
        )

    def _main(self, *classes: str) -> str:
        """The largest items of these 类 of basic expenditure, by name."""
        spent = [
            (Decimal(printed), row)
            for (form, row, _), printed in self.figures.items()
            if form == "basic_expenditure_by_economic" and row.startswith(classes) and len(row) == _KUAN
        ]
        codes = self.standards.codelists["economic"]
        largest = sorted(spent, key=lambda item: (-item[0], item[1]))[:4]
        return "、".join(codes.name(code, self.year) or code for _, code in largest)

    def _three_public(self) -> Iterator[str]:
        final = {c: self._of("three_public", "final", c) for c in _ITEMS}
        budget = {c: self._of("three_public", "budget", c) for c in _ITEMS}
        yield "（一）“三公”经费财政拨款支出决算总体情况说明"
        for column, name in _ITEMS.items():
            if column == "vehicles" or not budget[column]:
                continue
            end = "其中：" if column == "total" else ""
            yield (
                f"{name}支出预算为{budget[column]}万元，支出决算为{final[column]}万元，"
                f"完成预算的{_share(final[column], budget[column])}%，"
                f"{_against(final[column], budget[column], '预算')}。"
                f"{self._than_before(column, final[column])}{end}"
            )
        if budget["total"]:
            rate = _share(final["total"], budget["total"])
            yield f"{self.year}年“三公”经费支出{final['total']}万元，预算执行率为{rate}%。"
        yield "（二）“三公”经费财政拨款支出决算具体情况说明"
        shares = "，".join(
            f"{_ITEMS[c]}支出决算{final[c]}万元，占{_share(final[c], final['total'])}%"
            for c in ("reception", "abroad", "vehicles")
        )
        yield f"{self.year}年度“三公”经费财政拨款支出决算中，{shares}。其中："
        yield (
            f"1、因公出国（境）费支出决算为{final['abroad']}万元，全年安排因公出国（境）团组0个，累计0人次。"
        )
        yield f"2、公务接待费支出决算为{final['reception']}万元，全年共接待来访团组36个、来宾284人次。"
        yield (
            f"3、公务用车购置及运行维护费支出决算为{final['vehicles']}万元，其中：公务用车购置费"
            f"{final['purchase']}万元，更新公务用车0辆；公务用车运行维护费{final['running']}万元。"
            f"截至{self.year}年12月31日，开支财政拨款的公务用车保有量为2辆。"
        )

    def _than_before(self, column: str, final: Decimal) -> str:
        if column not in LESS:
            return "与上年持平。"
        return f"与上年相比，{self._less(final, LESS[column])}，主要原因是厉行节约。"

    def _fund(self) -> Iterator[str]:
        spent = self._of("fund_budget", "total", "total")
        if spent:
            yield f"{self.year}年度政府性基金预算财政拨款支出{spent}万元，全部为项目支出。"
        else:
            yield f"{self.year}年度本部门无政府性基金收支。"

    def _capital(self) -> Iterator[str]:
        spent = self._of("capital_budget", "total", "total")
        if spent:
            yield f"{self.year}年度国有资本经营预算财政拨款支出{spent}万元，全部为项目支出。"
        else:
            yield f"{self.year}年度本部门无国有资本经营收支。"

    def _operation(self) -> Iterator[str]:
        cost = self._of("basic_expenditure_by_economic", "public", "amount")
        yield (
            f"本部门{self.year}年度机关运行经费支出{cost}万元，比年初预算数{self._less(cost, '0.60')}，"
            f"比上年决算数{self._less(cost, '1.20')}。主要原因是厉行节约，压减一般性支出。"
        )

    def _spending(self) -> Iterator[str]:
        meetings = self._of("basic_expenditure_by_economic", "30215", "amount") + Decimal("0.50")
        budget = meetings + Decimal("0.40")
        yield (
            f"{self.year}年本部门会议费年初预算{budget}万元，支出决算{meetings}万元，比年初预算减少0.40万元，"
            f"下降{_share(Decimal('0.40'), budget)}%，召开会议6次；培训费支出0.80万元，开展培训4次。"
        )

    def _procurement(self) -> Iterator[str]:
        yield (
            f"本部门{self.year}年度政府采购支出总额48.60万元，其中：政府采购货物支出18.20万元、"
            "政府采购工程支出0万元、政府采购服务支出30.40万元。授予中小企业合同金额36.45万元，"
            "占政府采购支出总额的75%，其中：授予小微企业合同金额12.15万元，占政府采购支出总额的25%。"
        )

    def _assets(self) -> Iterator[str]:
        yield (
            f"截至{self.year}年12月31日，本单位共有车辆3辆，其中，主要领导干部用车0辆，机要通信用车1辆、"
            "应急保障用车2辆；单位价值50万元以上通用设备1台（套）；单位价值100万元以上专用设备0台（套）。"
        )

    def _report(self) -> Iterator[str]:
        total = self._of("expenditure_by_function", "total", "total")
        project = self._of("expenditure_by_function", "total", "project")
        basic = self._of("expenditure_by_function", "total", "basic")
        spent = by_project(project)[0]
        yield "一、部门基本情况"
        yield f"{self.entity}负责本市档案资料的收集、整理、保管和利用。"
        yield "二、部门整体支出情况"
        yield f"{self.year}年度支出合计{total}万元，其中：基本支出{basic}万元，项目支出{project}万元。"
        yield "三、项目支出情况"
        yield (
            f"“{PROJECTS[0]}”预算金额{spent}万元，实际支出{spent}万元，结余结转0.00万元，"
            "主要用于馆藏档案的整理和扫描。"
        )
        yield "四、综合评价情况"
        yield f"{self.year}年度部门整体绩效自评综合评分为98分。"

    # ── figures and names ─────────────────────────────────────────────────────────────────────

    def _of(self, form: str, row: str, column: str) -> Decimal:
        return Decimal(self.figures.get((form, row, column), "0.00"))

    def _codes(self, form: str, length: int) -> Iterator[tuple[str, Decimal]]:
        for (known, row, column), printed in self.figures.items():
            if known == form and column == "total" and row.isdecimal() and len(row) == length:
                yield row, Decimal(printed)

    def _name(self, code: str) -> str:
        return self.standards.codelists["functional"].name(code, self.year) or code

    def _parts(self, form: str, parts: list[tuple[str, str]], total: Decimal) -> str:
        amounts = [(name, self._of(form, "total", column)) for name, column in parts]
        return "；".join(f"{name}{amount}万元，占{_share(amount, total)}%" for name, amount in amounts)

    def _more(self, current: Decimal, added: str) -> str:
        rate = _share(Decimal(added), current - Decimal(added))
        return f"增加{added}万元，增长{rate}%"

    def _less(self, current: Decimal, lost: str) -> str:
        rate = _share(Decimal(lost), current + Decimal(lost))
        return f"减少{lost}万元，下降{rate}%"


_KUAN = 5

LESS = {"total": "0.31", "running": "0.20", "reception": "0.11"}
"""By how much the three public expenses went down, by item, in 万元."""

_ITEMS = {
    "total": "“三公”经费财政拨款",
    "abroad": "因公出国（境）费",
    "reception": "公务接待费",
    "purchase": "公务用车购置费",
    "running": "公务用车运行维护费",
    "vehicles": "公务用车购置及运行维护费",
}


def _line(text: str) -> Paragraph:
    """A line of text: a heading below those of the sections, or body text."""
    is_heading = not text.endswith(("。", "：")) and not text[:1].isdecimal()
    return paragraph(text, level=3 if is_heading else 0)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    """``part`` in percent of ``whole``, as printed."""
    return (part * 100 / whole).quantize(_CENT, ROUND_HALF_UP) if whole else Decimal("0.00")


_REASONS = {"大于": "年中追加预算", "小于": "厉行节约"}


def _against(final: Decimal, budget: Decimal, name: str) -> str:
    """How the final accounts compare with the budget ``name``, with the reason for a difference."""
    if final == budget:
        return f"决算数与{name}数持平"
    word = "大于" if final > budget else "小于"
    return f"决算数{word}{name}数的主要原因是{_REASONS[word]}"


def _times(amount: Decimal, factor: str) -> Decimal:
    return (amount * Decimal(factor)).quantize(_CENT, ROUND_HALF_UP)


def _ordinal(number: int) -> str:
    """一、二、… 十一: the numeral of the ``number``-th item, from 0 on."""
    tens, ones = divmod(number + 1, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return lead + (_NUMERALS[ones - 1] if ones else "")
