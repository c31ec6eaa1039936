"""Indicators in the text of a report: weight, inputs, result, score and deduction, in many wordings."""

from __future__ import annotations

import pytest

from mingzhang.binding.narrative import read_text
from mingzhang.documents import Document, Paragraph
from mingzhang.facts import FactSet
from mingzhang.provenance import Place
from mingzhang.taxonomy import Standards

EDITION = "hunan-2022"
HEAD = ["青禾市档案馆部门整体支出绩效自评报告", "七、综合评价情况及评价结论"]


def stated(standards: Standards, *lines: str) -> list[tuple[str, str, str]]:
    """Row, column and print of every figure, and of the words that stand for one."""
    paragraphs = [Paragraph(line, Place(line=n)) for n, line in enumerate([*HEAD, *lines], 1)]
    facts = FactSet()
    reading = read_text(Document("", "", "composed", list(paragraphs)), 0, standards, 2022, facts)
    assert not reading.unclaimed
    return [(*fact.key[1:], fact.printed) for fact in facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "①在职人员控制率（3分）：本单位编制人数为17人，实际在职人员为9人，"
            "在职人员控制率＝（在职人员数÷编制数）×100%＝52.94%，根据评价标准该项指标得分2分。",
            "在职人员控制率 weight 3分|posts count 17人|in_post count 9人|staff_control_rate rate 52.94%"
            "|在职人员控制率 score 2分",
        ),
        (
            "1.在职人员控制率（5分）。2022年编制数20人，在职人员数18人，控制率90%，得5分。",
            "在职人员控制率 weight 5分|posts count 20人|in_post count 18人|staff_control_rate rate 90%"
            "|在职人员控制率 score 5分",
        ),
        (
            "（1）在职人员控制率：编制20人，在职22人，控制率110%，扣2分。",
            "posts count 20人|in_post count 22人|staff_control_rate rate 110%|在职人员控制率 deduction 2分",
        ),
        (
            "①公用经费控制率：本年实际支出公用经费45.00万元，预算安排公用经费50.00万元，"
            "公用经费控制率为90%，该项指标不扣分。",
            "public final 45.00万元|public budget 50.00万元|public_control_rate rate 90%"
            "|公用经费控制率 deduction 不扣分",
        ),
        (
            "②政府采购执行率（满分6分）：实际采购金额20万元，采购预算30万元，政府采购执行率为66.67%，"
            "扣1分，得5分。",
            "政府采购执行率 weight 6分|procurement final 20万元|procurement budget 30万元"
            "|procurement_rate rate 66.67%|政府采购执行率 deduction 1分|政府采购执行率 score 5分",
        ),
        (
            "③管理制度健全性，分值8分，自评得分8分。",
            "管理制度健全性 weight 8分|管理制度健全性 score 8分",
        ),
        (
            "（4）资金使用合规性（6分），资金使用合规，自评得满分。",
            "资金使用合规性 weight 6分|资金使用合规性 score 得满分",
        ),
        (
            "①绩效目标合理性（3分）：目标合理。根据评价标准该项得满分3分。",
            "绩效目标合理性 weight 3分|绩效目标合理性 score 3分",
        ),
        (
            "⑥重点工作完成率（8分，得分8分）：全部完成。",
            "重点工作完成率 weight 8分|重点工作完成率 score 8分",
        ),
        ("⑦经济效益（得分6分）：群众受益。", "经济效益 score 6分"),
        (
            "②“三公经费”变动率（4分）：“三公经费”支出为8万元，上年支出10万元，扣1分。",
            "三公经费变动率 weight 4分|three_public final 8万元|three_public final.prior 10万元"
            "|三公经费变动率 deduction 1分",
        ),
        (
            "在职人员控制率110%，扣2分；公用经费控制率90%，不扣分。",
            "staff_control_rate rate 110%|在职人员控制率 deduction 2分|public_control_rate rate 90%"
            "|公用经费控制率 deduction 不扣分",
        ),
    ],
)
def test_an_indicator(standards: Standards, text: str, expected: str) -> None:
    found = stated(standards, text)
    assert "|".join(" ".join(cell) for cell in found) == expected


def test_the_score_may_stand_in_a_later_paragraph(standards: Standards) -> None:
    found = stated(standards, "①经济效益（6分）：群众受益。", "效果明显。", "因此，该项指标得分5分。")
    assert found == [("经济效益", "weight", "6分"), ("经济效益", "score", "5分")]


def test_the_whole_is_no_indicator(standards: Standards) -> None:
    lines = ["①经济效益（6分）：群众受益，得分6分。", "综上，本部门自评得分95分，扣5分，评价等级为“优”。"]
    assert stated(standards, *lines)[2:] == [("self_score", "count", "95分"), ("deductions", "count", "5分")]
    found = stated(standards, lines[0], "根据评分标准，共扣3分，自评综合得分97分。")
    assert found[2:] == [("deductions", "count", "3分"), ("self_score", "count", "97分")]


def test_full_marks_without_a_weight_state_no_points(standards: Standards) -> None:
    assert stated(standards, "在职人员控制率90%，得满分。") == [("staff_control_rate", "rate", "90%")]


def test_a_rate_below_zero_may_follow_an_equals_sign(standards: Standards) -> None:
    found = stated(standards, "“三公经费”变动率＝（8.00－10.00）÷10.00×100%＝-20.00%，不扣分。")
    assert found[0] == ("three_public_change_rate", "rate", "-20.00%")
