"""What is asked of a project once it is composed: figures that contradict others, words left unprinted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from fractions import Fraction

from mingzhang.binding.asked import coded, label
from mingzhang.binding.compose_text import Composed
from mingzhang.binding.disclosure import Contents
from mingzhang.binding.separate import NOTICE, SPECIAL
from mingzhang.checking.finding import WARNING, Finding
from mingzhang.money import parse
from mingzhang.narratives import spelt
from mingzhang.outlines import PRIOR
from mingzhang.projects.outlined import Places
from mingzhang.projects.project import FIGURES, UNIT, Conflict, Project, address
from mingzhang.projects.reason_keys import ReasonKeys
from mingzhang.taxonomy import Standards

NO_ANNEX = "project.no_annex"
"""The finding of an annex that a text speaks of and the disclosure does not have."""

_ALMOST = 0.85
"""How much alike two addresses are of which one is a slip of the other."""

_SENTENCE = re.compile(r"[^。；;\n]+")
_ANNEX = re.compile(r"\s*附件\s*\d*\s*[:：]")


def contradicted(project: Project, composed: Composed, standards: Standards) -> Iterator[Conflict]:
    """Entered figures that others work out to something else."""
    contents, known = project.contents, {conflict.key for conflict in project.conflicts}
    for key, found in composed.twice.items():
        asked = label(key, standards, contents.year)
        given = parse(*asked.split(found.entered))
        if given is None or key in known:
            continue
        printed = given._replace(mantissa=abs(given.mantissa)).interval
        worked_out = (abs(Fraction(one.exact)) for one in (found.exact, found.seen))
        if not any(printed.low <= value <= printed.high for value in worked_out):
            where = project.sources.get(key, f"“{FIGURES}”")
            yield Conflict(key, asked.text, found.exact.printed, "按其他数字算得", found.entered, where)


def misaddressed(project: Project, composed: Composed, standards: Standards) -> Iterator[str]:
    """Entered figures of no known subject or measure, where one with almost the same address is missing."""
    missing = {address(gap.enter or gap.key): gap for gap in composed.gaps if gap.kind == "figure"}
    narratives = standards.narratives
    for key, where in project.sources.items():
        section, row, measure = key
        is_known = row in narratives.subjects and measure in (*narratives.measures, PRIOR, "count")
        if section not in narratives.sections or is_known or key in (*composed.asked, *composed.parts):
            continue
        for nearest in get_close_matches(address(key), missing, 1, _ALMOST):
            gap = missing[nearest]
            called = label(gap.enter or gap.key, standards, project.contents.year).text
            yield f"{where}：“{address(key)}”没有用到，编号可能写错；缺少的是“{nearest}”（{called}）。"


def unused(contents: Contents, composed: Composed, standards: Standards) -> Iterator[str]:
    """The reasons and texts of the unit that no sentence of its disclosure prints."""
    keys = ReasonKeys(standards)
    for key, text in contents.reasons.items():
        if text.strip() and key not in composed.used:
            yield (
                f"“{UNIT}”的 reasons 中“{address(key)}”（{keys.explains(key, contents.year)}）没有用到："
                "正文没有说明这一差异的句子（没有差异、没有比较的数，或没有这一科目），请核对，不需要的删去。"
            )
    outlines = standards.outlines
    separate = [Places(outlines.outlines[name], outlines.frames) for name in (SPECIAL, NOTICE)]
    elsewhere = {free.name for place in separate for free in place.free}
    told = []
    for name, text in contents.texts.items():
        plain, _, row = name.partition("/")
        if text.strip() and ("", name, "") not in composed.used and plain not in elsewhere:
            of = f"，{coded(row, standards, contents.year)}" if row else ""
            told.append(f"{name}（{outlines.texts[plain].label}{of}）")
    if told:
        why = "所用的提纲没有这一段，或没有这一行"
        why = why if contents.report else f"{why}；report 是空的，没有自评报告"
        listed = "、".join(told)
        yield f"“{UNIT}”的 texts 中有{len(told)}段没有用到（{why}）：{listed}；请核对，不需要的删去。"


def without_annex(contents: Contents, composed: Composed, standards: Standards) -> Iterator[Finding]:
    """Texts that speak of an annex although the disclosure has none, for there is no report."""
    if contents.report:
        return
    words = [word for word in spelt(standards.narratives.attached_after) if "附" in word]
    said = re.compile("|".join(map(re.escape, words)))
    for name, text in contents.texts.items():
        own = any(_ANNEX.match(line) for line in text.splitlines())
        found = next((match[0] for match in _SENTENCE.finditer(text) if said.search(match[0])), "")
        if found and not own and ("", name, "") in composed.used:
            plain = standards.outlines.texts[name.partition("/")[0]].label
            message = (
                f"“{UNIT}”的 texts 中“{name}”（{plain}）写“{found.strip()}”，而 report 是空的，"
                f"成文没有附件；有自评报告的，写明 report，没有的，改写这句话。"
            )
            yield Finding(NO_ANNEX, WARNING, message, [], subject=(NO_ANNEX, name))
