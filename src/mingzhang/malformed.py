"""What is wrong with a data file that a person wrote, in Chinese: its YAML, its records."""

from __future__ import annotations

import re
from typing import Any

_KINDS = {
    "str": "文字", "int": "整数", "float": "数", "bool": "true或false", "array": "列表（每项前加“- ”）",
    "object": "若干行“键: 值”", "null": "空白", "decimal": "数字", "Decimal": "数字",
}  # fmt: skip
_AT = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_EXPECTED = re.compile(r"Expected `(.+)`, got `(.+)`")
_VALUE = re.compile(r"Invalid (?:enum )?value '?(.+?)'?")
_DECIMAL = "Invalid decimal string"
_YAML = {
    "mapping values are not allowed": "冒号的位置不对，或上一行少了冒号",
    "could not find expected ':'": "少了冒号",
    "cannot start any token": "有不能用的字符，例如用于缩进的制表符",
    "unexpected end of stream": "引号没有成对",
    "did not find expected": "括号没有成对，或缩进不齐",
    "could not determine a constructor": "有不能用的标记（!）",
}
_ODD = "请检查缩进、冒号和引号"


def yaml_fault(error: Exception) -> str:
    """What the YAML parser stumbles over, with its line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or ""
    where = f"第{mark.line + 1}行" if mark is not None else ""
    why = next((said for words, said in _YAML.items() if words in problem), _ODD)
    return f"{where}不是有效的YAML：{why}"


def key_twice(node: Any) -> str:
    """The first key that stands twice in a mapping of composed YAML, which would keep only its last value."""
    import yaml

    children = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and key.value in first:
                before = first[key.value]
                lines = f"都在第{line}行" if before == line else f"第{before}行和第{line}行"
                return f"“{key.value}”写了两次（{lines}），请合并，或删去一处"
            if isinstance(key, yaml.ScalarNode):
                first[key.value] = line
            children.append(value)
    return next(filter(None, map(key_twice, children)), "")


def record_fault(error: Exception, data: Any) -> str:
    """What does not fit the record, with its place in ``data`` by names where it has any."""
    text = str(error)
    at = _AT.search(text)
    place = _place(at[1], data) if at else ""
    plain = text[: at.start()] if at else text
    return (f"{place}：" if place else "") + _said(plain)


def _said(plain: str) -> str:
    if match := _MISSING.fullmatch(plain):
        return f"缺少“{match[1]}”，请补上"
    if match := _UNKNOWN.fullmatch(plain):
        return f"没有“{match[1]}”这一项，请检查拼写或删去"
    if match := _EXPECTED.fullmatch(plain):
        wanted, got = (_kinds(kinds) for kinds in match.groups())
        return f"应为{wanted}，现为{got}"
    if match := _VALUE.fullmatch(plain):
        return f"不能写“{match[1]}”，请检查拼写"
    return "应为数字" if plain == _DECIMAL else "写法不对，请对照自带的标准文件改正"


def _kinds(names: str) -> str:
    return "或".join(_KINDS.get(name, name) for name in names.split(" | "))


def _place(path: str, data: Any) -> str:
    """A path such as ``.schemes[0].weight`` in words; an item of a list by its id, else its number."""
    parts = []
    for name, number in _STEP.findall(path):
        if name:
            data = data.get(name) if isinstance(data, dict) else None
            parts.append(name)
        elif number.isdecimal():
            known = isinstance(data, list) and int(number) < len(data)
            data = data[int(number)] if known else None
            own = data.get("id") if isinstance(data, dict) else None
            parts.append(f"“{own}”" if isinstance(own, str) else f"第{int(number) + 1}项")
        else:
            data = None
            parts.append("其中一项")
    return "的".join(parts)
