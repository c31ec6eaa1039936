"""Results that deny their target in words, and words that only look so."""

from __future__ import annotations

import pytest

from mingzhang.scoring.comparing import MET, MISSED, NOT_EVALUATED, compare
from mingzhang.scoring.targets import Words, parse_actual, parse_target

WORDS = Words(("起", "次"), ("合格", "提升", "有所", "到位", "下降"))


def came(target: str, actual: str) -> str:
    wanted = parse_target(target, WORDS, 2022)
    return compare(wanted, parse_actual(actual, wanted, WORDS)).status


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("合格", "不合格"),
        ("优", "差"),
        ("优秀", "良好。"),
        ("优", "合格"),
        ("有所提升", "没有提升"),
        ("不断提升", "未明显提升"),
        ("明显提升", "有所下降"),
        ("到位", "未到位"),
        ("不发生事故", "发生1起"),
        ("不发生事故", "发生事故一起"),
        ("杜绝出现安全事故", "共发生2起安全事故"),
        ("零发生", "发生3次"),
    ],
)
def test_the_target_is_missed(target: str, actual: str) -> None:
    assert came(target, actual) == MISSED


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        ("合格", "合格", MET),
        ("良", "优", NOT_EVALUATED),
        ("不合格率下降", "下降", NOT_EVALUATED),
        ("不发生事故", "发生0起", NOT_EVALUATED),
        ("不发生事故", "未发生", NOT_EVALUATED),
        ("不发生重大事故", "发生1起轻微剐蹭", NOT_EVALUATED),
        ("有所提升", "群众安全感不断提升，没有发生事故", NOT_EVALUATED),
    ],
)
def test_other_words_deny_nothing(target: str, actual: str, status: str) -> None:
    assert came(target, actual) == status
