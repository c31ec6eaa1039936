"""The roll-up as a filled form: written in every format, read again, checked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from filled import filled as generated
from mingzhang import api
from mingzhang.binding.compose_sheets import compose_sheets
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.documents import Document, UnreadableError
from mingzhang.facts import Key
from mingzhang.readers import read_document
from mingzhang.scoring.filling import filled
from mingzhang.scoring.rollup import rollup
from mingzhang.taxonomy import Standards
from mingzhang.writers import SUFFIXES
from units import INDICATORS, PROJECT, WHOLE, Made, entered, sheet, written

COUNT, RATE = "output/quantity/整理档案数量", "output/quality/验收合格率"
EFFECT = "benefit/social/档案利用效果"
quick = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def unit(name: str, budget: str, final: str, count: str, rate: str, score: str) -> dict[Key, str]:
    """A unit's sheet whose figures agree with each other."""
    execution = Decimal(final) / Decimal(budget)
    points = (execution * 10).quantize(Decimal("0.01"))
    indicators = {
        **INDICATORS,
        COUNT: ("≥100卷", f"{count}卷", "30", "30"),
        RATE: ("≥95%", rate, "20", score),
    }
    cells = sheet(WHOLE, name, budget, final, indicators=indicators)
    cells[WHOLE, "funds", "rate"] = f"{execution * 100:.2f}%"
    cells[WHOLE, "funds", "score"] = str(points)
    cells[WHOLE, "total", "score"] = str(points + 30 + int(score) + 27 + 10)
    cells[WHOLE, EFFECT, "reason"] = "部分档案整理质量不高，下年加强抽查。"
    if score != "20":
        cells[WHOLE, RATE, "reason"] = f"{name}新进人员较多，下年加强培训。"
    return cells


UNITS = {
    "青禾市档案馆": ("100.00", "90.00", "120", "96%", "20"),
    "青禾市图书馆": ("300.00", "295.55", "101", "92%", "18"),
    "青禾市博物馆": ("51.37", "20.05", "110", "93.5%", "19"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, standards: Standards) -> Path:
    found = tmp_path_factory.mktemp("units")
    for name, about in UNITS.items():
        cells = unit(name, *about)
        for number, project in enumerate(("库房修缮", "数字化"), 1):
            form = PROJECT if number == 1 else f"{PROJECT}#{number}"
            own = sheet(form, f"{name}{project}", "10.00", "10.00", unit=name, parent=project)
            own |= {(form, "funds", "rate"): "100%", (form, "funds", "score"): "10"}
            own |= {(form, "total", "score"): "95", (form, EFFECT, "reason"): "效果尚待检验，下年跟踪。"}
            own[form, RATE, "reason"] = "个别批次返工，下年加强验收。"
            cells |= own
        written(found / f"{name}.docx", cells, standards)
    return found


def facts(result: Recognition) -> dict[Key, tuple[object, ...]]:
    """What a recognised file says: figures with what they mean, texts without white space."""
    figures = {fact.key: (fact.concept, fact.dimensions, fact.amount) for fact in result.facts}
    texts = {text.key: (text.concept, "".join(text.text.split())) for text in result.facts.texts}
    return {**texts, **figures}


def printed(result: Recognition) -> dict[Key, str]:
    """Every cell as printed, without white space."""
    texts = {text.key: text.text for text in result.facts.texts}
    every = texts | {fact.key: fact.printed for fact in result.facts}
    return {key: "".join(text.split()) for key, text in every.items()}


@pytest.mark.parametrize("by", ["unit", "project"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_form_gives_the_same_facts_in_every_format(
    folder: Path, tmp_path: Path, standards: Standards, suffix: str, by: str
) -> None:
    path = tmp_path / f"汇总{suffix}"
    result = api.rollup(folder, by=by, form=path)
    cells = filled(result, standards.sheets).cells
    composed = Document("", "", "composed", compose_sheets(cells, standards, 2022))
    meant = recognise(composed, 0, standards)
    read = recognise(read_document(path), 0, standards)
    assert facts(read) == facts(meant)
    assert printed(read) == {key: "".join(text.split()) for key, text in cells.items()}
    assert read.claimed == read.figures


def said(path: Path) -> list[str]:
    """What a check finds in a file, but for the signatures that nobody has given yet."""
    return [f.message for f in api.check(path).findings if not f.message.startswith("表下的“填表人”")]


@pytest.mark.parametrize("by", ["unit", "project"])
def test_a_check_of_the_form_finds_nothing(folder: Path, tmp_path: Path, by: str) -> None:
    path = tmp_path / "汇总.docx"
    api.rollup(folder, by=by, form=path)
    assert said(folder) == []
    assert said(path) == []


BLOCKS = {
    "output/quantity": ("50", ("整理档案数量", "接待查阅人次", "编研成果数量")),
    "benefit/social": ("30", ("查阅服务覆盖面", "馆藏开放比例")),
    "satisfaction/served": ("10", ("查阅群众满意度", "移交单位满意度")),
}


@st.composite
def departments(draw: st.DrawFn) -> list[dict[Key, str]]:
    """Units that each chose their own indicators, with points that add up, every deduction explained."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        budget = draw(st.integers(1_000, 10**7))
        final = draw(st.integers(1, budget))
        execution = Decimal(final) / budget
        indicators, lost = {}, 0
        for block, (weight, names) in BLOCKS.items():
            chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
            for n, name in enumerate(chosen):
                points = int(weight) // len(chosen) + (int(weight) % len(chosen) if n == 0 else 0)
                less = draw(st.integers(0, points))
                lost += less
                indicators[f"{block}/{name}"] = ("≥90%", "95%", str(points), str(points - less))
        money = [f"{cents // 100}.{cents % 100:02}" for cents in (budget, final)]
        cells = sheet(WHOLE, f"青禾市第{number}馆", *money, indicators=indicators)
        score = (execution * 10).quantize(Decimal("0.01"))
        cells[WHOLE, "funds", "rate"] = f"{execution * 100:.2f}%"
        cells[WHOLE, "funds", "score"] = str(score)
        cells[WHOLE, "total", "score"] = str(score + 90 - lost)
        cells |= {(WHOLE, row, "reason"): "工作质量有待提高，下年加强检查。" for row in indicators}
        made.append(cells)
    return made


@quick
@given(departments())
def test_points_add_up_whatever_the_units_chose(
    standards: Standards, tmp_path_factory: pytest.TempPathFactory, made: list[dict[Key, str]]
) -> None:
    found = tmp_path_factory.mktemp("made")
    for number, cells in enumerate(made):
        written(found / f"{number}.txt", cells, standards)
    path = found / "汇总.txt"
    result = api.rollup(sorted(found.glob("?.txt")), form=path)
    cells = filled(result, standards.sheets).cells
    assert said(path) == []
    total = {column: Decimal(cells[WHOLE, "total", column]) for column in ("weight", "score")}
    assert total["weight"] == 100
    for column, whole in total.items():
        rows = [Decimal(text) for (_, row, c), text in cells.items() if c == column and row.count("/") == 2]
        assert sum(rows) + Decimal(cells[WHOLE, "funds", column]) == whole
        assert min(rows) >= 0
    rolled = result.rolled[0].row("total")
    assert rolled is not None
    assert abs(total["score"] - Decimal(rolled.figures["score"].printed)) <= Decimal("0.5")


def test_figures_have_the_digits_that_are_certain(standards: Standards) -> None:
    """A mean of whole per cents is known to half a per cent; a sum is what the printed figures add up to."""
    made = [
        Made("甲馆", "100.00", "90.00", {RATE: ("≥95%", "96%", "90", "80")}),
        Made("乙馆", "3000000.50", "3000000", {RATE: ("≥95%", "91%", "90", "70")}, money="元"),
    ]
    cells = filled(rollup(entered(*made)), standards.sheets).cells
    assert cells[WHOLE, "funds", "budget"] == "400.000050"
    assert cells[WHOLE, "funds", "rate"] == "97.50%"
    assert cells[WHOLE, RATE, "actual"] == "92%"
    assert cells[WHOLE, RATE, "target"] == "≥95%"
    assert cells[WHOLE, RATE, "score"] == "72.50"
    assert cells[WHOLE, "output", "weight"] == "90"


def test_what_is_not_evaluated_stays_blank_and_is_listed(folder: Path, tmp_path: Path) -> None:
    other = {COUNT: ("≥100卷", "80余卷", "30", "30")}
    made = [Made("甲馆", "1.00", "1.00"), Made("乙馆", "1.00", "1.00", {**INDICATORS, **other})]
    result = rollup(entered(*made))
    standards = api.library().standards("hunan-2022")
    cells, blanks = filled(result, standards.sheets)
    assert (WHOLE, COUNT, "actual") not in cells
    assert cells[WHOLE, COUNT, "target"] == "≥200卷"
    assert cells[WHOLE, EFFECT, "target"] == "效果良好"
    assert "“整理档案数量”的实际完成值" in blanks["《部门整体支出绩效自评表》"]
    path = tmp_path / "汇总.xlsx"
    (note,) = [note for note in api.rollup(folder, form=path).notes if "没有填写" in note]
    assert note == (
        f"“{path}”中的《部门整体支出绩效自评表》有7处没有填写，请补充："
        "部门名称、预期目标、实际完成情况、单位负责人签字、填表人、联系电话、填报日期。"
    )
    (first, second) = [
        note for note in api.rollup(folder, by="project", form=path).notes if "没有填写" in note
    ]
    assert "《项目支出绩效自评表》“库房修缮”" in first
    assert "《项目支出绩效自评表》“数字化”" in second


SCORED = [WHOLE, PROJECT, "fund_score_sheet", "capital_score_sheet", "insurance_score_sheet"]


@pytest.mark.parametrize("form", [*SCORED, "special_funds_goal_sheet"])
@quick
@given(data=st.data())
def test_whatever_the_sheets_hold_the_form_is_read_as_it_was_filled(
    standards: Standards, tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    """Sheets of two units filled at random, most of which cannot be rolled up."""
    found = tmp_path_factory.mktemp("random")
    for number in (1, 2):
        written(found / f"{number}.docx", data.draw(generated(standards.sheets[form])), standards)
    try:
        result = api.rollup(found, by="unit" if form == WHOLE else "project")
    except UnreadableError:
        return
    cells = filled(result, standards.sheets).cells
    composed = Document("", "", "composed", compose_sheets(cells, standards, 2022))
    read = printed(recognise(composed, 0, standards))
    figures = {(address, row) for address, row, column in cells if column in ("weight", "score")}
    for key in [*read, *cells]:  # a row of a plain table is one only with a figure
        if key[1].startswith("plain_indicators/") and key[:2] not in figures:
            read.pop(key, None)
            cells.pop(key, None)
    assert read == {key: "".join(text.split()) for key, text in cells.items()}


def test_another_kind_of_file_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="不支持写出"):
        api.rollup(folder, form=tmp_path / "汇总.json")
