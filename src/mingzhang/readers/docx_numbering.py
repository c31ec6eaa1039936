"""What Word prints by itself: heading levels of styles and the markers of numbered paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
_LEVELS = 9
_LONGEST = 31  # characters of a marker's pattern in Word itself
_MOST_WORDED = 9999  # greater numbers are printed in digits
_HEADING = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
_Format = Callable[[int], str]
_REFERENCE = re.compile(r"%([1-9])")

_WINGDINGS = dict(zip("lmnoqtuvwx{|}~", "●❍■□❑⧫◆❖⬥⌧❀✿❝❞")) | {
    "\x9f": "•", "¡": "○", "¢": "🞆", "¤": "◉", "§": "▪", "¨": "□", "Ø": "➢", "à": "→", "ü": "✓", "û": "✗",
    "ý": "☒", "þ": "☑",
}  # fmt: skip
_SYMBOLS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": dict(zip("OPQRSTU£¤¢", "✕✓☒☑☒☒⊗□□■")),
    "symbol": dict(zip("-\xb7\xb4\xb8\xb1\xb3\xa3\xb9\xbb\xb0\xa5\xd6\xe5", "−•×÷±≥≤≠≈°∞√∑"))
    | {chr(code): chr(code) for code in range(0x20, 0x40) if chr(code) not in "\"$'*-"},
}


def symbol(character: str, font: str) -> str:
    """What ``character`` of a symbol font looks like; U+FFFD for a private one that is not known."""
    private = 0xF000 <= ord(character) <= 0xF0FF
    known = _SYMBOLS.get(font.lower())
    if known is None:
        return "\ufffd" if private else character
    plain = chr(ord(character) - 0xF000) if private else character
    return known.get(plain, " " if plain == " " else "\ufffd")


def is_on(element: _Element | None) -> bool:
    """Whether a switch such as ``w:vanish`` is there and on."""
    return element is not None and element.get(VAL, "1") not in {"0", "false", "off"}


def number(element: _Element | None, least: int = 0, most: int = 0x7FFFFFFF) -> int | None:
    """The ``w:val`` of an element as a number within bounds, None where there is none."""
    value = element.get(VAL, "") if element is not None else ""
    if not re.fullmatch(r"-?[0-9]{1,10}", value):
        return None
    return min(max(int(value), least), most)


class Style(NamedTuple):
    """What a style says, inherited things included.

    ``outline`` is the 0-based outline level, ``list_id`` the numbering with the style that
    brought it in, ``depth`` the level in it.
    """

    outline: int | None = None
    list_id: str | None = None
    list_style: str = ""
    depth: int | None = None
    hidden: bool = False


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: _Element | None) -> None:
        self._elements: dict[str, _Element] = {}
        self._resolved: dict[str, Style] = {}
        self.default = ""
        for element in root.iterfind(f"{W}style") if root is not None else ():
            style_id = element.get(f"{W}styleId", "")
            self._elements.setdefault(style_id, element)
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in {"1", "true", "on"}:
                self.default = style_id

    def __getitem__(self, style_id: str) -> Style:
        known = self._resolved.get(style_id)
        return known if known is not None else self._resolve(style_id)

    def _resolve(self, style_id: str) -> Style:
        chain: dict[str, _Element | None] = {}
        while style_id not in chain and style_id not in self._resolved:
            element = chain[style_id] = self._elements.get(style_id)
            base = element.find(f"{W}basedOn") if element is not None else None
            if base is None:
                break
            style_id = base.get(VAL, "")
        style = self._resolved.get(style_id, Style())
        for name, element in reversed(chain.items()):
            style = self._resolved[name] = _derived(name, element, style)
        return style


def _derived(style_id: str, element: _Element | None, base: Style) -> Style:
    if element is None:
        heading = _HEADING.fullmatch(style_id)
        return base._replace(outline=int(heading[1]) - 1) if heading else base
    name = element.find(f"{W}name")
    heading = _HEADING.fullmatch(name.get(VAL, "")) if name is not None else None
    outline = number(element.find(f"{W}pPr/{W}outlineLvl"))
    if outline is None:
        outline = int(heading[1]) - 1 if heading else base.outline
    style = base._replace(outline=outline)
    vanish = element.find(f"{W}rPr/{W}vanish")
    if vanish is not None:
        style = style._replace(hidden=is_on(vanish))
    numbering = element.find(f"{W}pPr/{W}numPr")
    if numbering is not None:
        num_id = numbering.find(f"{W}numId")
        if num_id is not None:
            style = style._replace(list_id=num_id.get(VAL), list_style=style_id, depth=None)
        depth = number(numbering.find(f"{W}ilvl"))
        style = style if depth is None else style._replace(depth=depth)
    return style


# --- lists ------------------------------------------------------------------------------------


class _Level(NamedTuple):
    """One level of a list as its definition says."""

    start: int
    format: str
    text: str
    suffix: str
    decimal: bool
    restart: int | None
    style: str

    @classmethod
    def of(cls, element: _Element) -> _Level:
        def value(name: str) -> str | None:
            found = element.find(f"{W}{name}")
            return found.get(VAL) if found is not None else None

        numbered = element.find(f".//{W}numFmt")  # may stand in an alternative
        format_ = numbered.get(VAL, "decimal") if numbered is not None else "decimal"
        text = value("lvlText") or ""
        if format_ == "bullet":
            fonts = element.find(f"{W}rPr/{W}rFonts")
            font = fonts.get(f"{W}ascii", "") if fonts is not None else ""
            text = "".join(symbol(character, font) for character in text)
        return cls(
            number(element.find(f"{W}start")) or 0,
            format_,
            text[:_LONGEST],
            {"space": " ", "nothing": ""}.get(value("suff") or "", "\t"),
            is_on(element.find(f"{W}isLgl")),
            number(element.find(f"{W}lvlRestart")),
            value("pStyle") or "",
        )


class Marker(NamedTuple):
    """A printed number and what Word prints between it and the text."""

    text: str
    suffix: str


_NONE = Marker("", "")


@dataclass(slots=True)
class _List:
    """A ``w:num``: what it counts (shared by all of one definition), its levels, where it starts anew."""

    counts: list[int | None]
    levels: dict[int, _Level]

    def count(self, depth: int) -> Marker:
        """Count one paragraph at ``depth``."""
        level = self.levels[depth]
        before = self.counts[depth]
        self.counts[depth] = level.start if before is None else before + 1
        for deeper in range(depth + 1, _LEVELS):
            restart = self.levels[deeper].restart if deeper in self.levels else None
            if restart is None or depth < restart:
                self.counts[deeper] = None

        def printed(reference: re.Match[str]) -> str:
            at = int(reference[1]) - 1
            if at > depth or at not in self.levels:
                return ""
            count = self.counts[at]
            value = self.levels[at].start if count is None else count
            return formatted(value, "decimal" if level.decimal else self.levels[at].format)

        text = level.text if level.format == "bullet" else _REFERENCE.sub(printed, level.text)
        return Marker(text, level.suffix) if text else _NONE


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._definitions: dict[str, _Element] = {}
        self._links: dict[str, str] = {}
        self._instances: dict[str, _Element] = {}
        self._lists: dict[str, _List | None] = {}
        self._counted: dict[str, tuple[list[int | None], dict[int, _Level]]] = {}
        for element in root if root is not None else ():
            if element.tag == f"{W}abstractNum":
                definition = element.get(f"{W}abstractNumId", "")
                self._definitions[definition] = element
                link = element.find(f"{W}numStyleLink")
                if link is not None:
                    self._links[definition] = link.get(VAL, "")
            elif element.tag == f"{W}num":
                self._instances[element.get(f"{W}numId", "")] = element

    def marker(self, properties: _Element | None, style: Style) -> Marker:
        """Count a paragraph with this ``w:numPr`` and style, and say what is printed before it."""
        list_id, depth = style.list_id, style.depth
        if properties is not None:
            own = properties.find(f"{W}numId")
            if own is not None:
                list_id, depth = own.get(VAL), 0
            own_depth = number(properties.find(f"{W}ilvl"))
            depth = depth if own_depth is None else own_depth
        if list_id is None or list_id not in self._instances:
            return _NONE
        if list_id not in self._lists:
            self._lists[list_id] = self._list(list_id)
        counting = self._lists[list_id]
        if counting is None:
            return _NONE
        if depth is None:
            of_style = (at for at, level in counting.levels.items() if level.style == style.list_style)
            depth = next(of_style, 0)
        return counting.count(depth) if depth in counting.levels else _NONE

    def _list(self, list_id: str) -> _List | None:
        """The list of this id, about to count its first paragraph."""
        definition = self._definition(list_id)
        if definition is None:
            return None
        if definition not in self._counted:
            levels = _levels(self._definitions[definition])
            self._counted[definition] = [None] * _LEVELS, levels
        counts, levels = self._counted[definition]
        levels = dict(levels)
        for override in self._instances[list_id].iterfind(f"{W}lvlOverride"):
            levels |= _levels(override)
            depth, start = _depth(override), number(override.find(f"{W}startOverride"))
            if start is not None and depth in levels:
                levels[depth] = levels[depth]._replace(start=start)
                counts[depth] = None
        return _List(counts, levels)

    def _definition(self, list_id: str) -> str | None:
        """The id of the definition behind a list; it may refer to another by a numbering style."""
        for _ in range(_LEVELS):
            instance = self._instances.get(list_id)
            reference = instance.find(f"{W}abstractNumId") if instance is not None else None
            definition = reference.get(VAL, "") if reference is not None else ""
            if definition not in self._definitions:
                return None
            if definition not in self._links:
                return definition
            list_id = self._styles[self._links[definition]].list_id or ""
        return None


def _levels(parent: _Element) -> dict[int, _Level]:
    levels = ((_depth(element), _Level.of(element)) for element in parent.iterfind(f"{W}lvl"))
    return {depth: level for depth, level in levels if 0 <= depth < _LEVELS}


def _depth(element: _Element) -> int:
    value = element.get(f"{W}ilvl", "")
    return int(value) if re.fullmatch("[0-8]", value) else -1


# --- number formats ---------------------------------------------------------------------------

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def formatted(value: int, format_: str) -> str:
    """``value`` as the number format of Word named ``format_`` prints it, in digits if it cannot."""
    if format_ == "none":
        return ""
    write = _FORMATS.get(format_)
    if write is None or not 0 <= value <= _MOST_WORDED:
        return str(value)
    return write(value) or str(value)


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


def _letters(value: int) -> str:
    """a … z, aa … zz, aaa … as far as Word goes."""
    return chr(0x61 + (value - 1) % 26) * ((value - 1) // 26 + 1) if 1 <= value <= 780 else ""


def _counted(value: int, digits: str = _DIGITS, units: Sequence[str] = _UNITS) -> str:
    """一百零一: each digit with its unit, one zero for a gap."""
    text, gap = "", False
    printed = str(value)
    for place, digit in zip(range(len(printed) - 1, -1, -1), printed):
        if digit == "0":
            gap = True
        else:
            text += (digits[0] if gap and text else "") + digits[int(digit)] + units[place]
            gap = False
    return text or digits[0]


def _counting(value: int) -> str:
    return _counted(value).removeprefix("一") if 10 <= value < 20 else _counted(value)


def _japanese(value: int) -> str:
    return re.sub("一(?=[十百千])", "", _counted(value)).replace("零", "") or "〇"


def _in_digits(digits: str) -> _Format:
    table = str.maketrans("0123456789", digits)
    return lambda value: str(value).translate(table)


def _from(series: str) -> _Format:
    """The characters of a series; beyond its end there are none."""
    return lambda value: series[value - 1 : value] if value else ""


def _cycle(series: str) -> _Format:
    return lambda value: series[(value - 1) % len(series)] if value else ""


def _run(first: str, count: int) -> str:
    return "".join(chr(ord(first) + index) for index in range(count))


def _short(value: int) -> str:
    return _counting(value) if value < 100 else _in_digits("〇一二三四五六七八九")(value)


_FORMATS: dict[str, _Format] = {
    "decimalZero": "{:02d}".format,
    "upperRoman": lambda value: _roman(value).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _short,
    "taiwaneseCounting": _short,
    "chineseCountingThousand": _counting,
    "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _japanese,
    "ideographDigital": _in_digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _in_digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _in_digits("○一二三四五六七八九"),
    "chineseLegalSimplified": lambda value: _counted(value, "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")),
    "ideographLegalTraditional": lambda value: _counted(
        value, "零壹貳參肆伍陸柒捌玖", ("", "拾", "佰", "仟")
    ),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from(_run("㊀", 10)),
    "decimalEnclosedCircle": _from(_run("①", 20)),
    "decimalEnclosedCircleChinese": _from(_run("①", 20)),
    "decimalEnclosedFullstop": _from(_run("⒈", 20)),
    "decimalEnclosedParen": _from(_run("⑴", 20)),
    "decimalFullWidth": _in_digits("０１２３４５６７８９"),
    "decimalFullWidth2": _in_digits("０１２３４５６７８９"),
    "numberInDash": "- {} -".format,
}
