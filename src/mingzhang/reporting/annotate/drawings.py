"""The boxes in which Excel shows comments: shapes in a drawing of their own, which need not be XML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mingzhang.reporting.annotate.parts import Parts

_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout>'
)
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
    'margin-top:5pt;width:280pt;height:150pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left">'
    '</div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left},15,{top},2,{right},15,{bottom},4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_FIRST = 1025
_NUMBER = re.compile(rb"_x0000_s(\d{1,9})\b")
_END = re.compile(rb"</xml\s*>\s*$")


class Boxes:
    """The drawing of one sheet; ``reference`` is set where the sheet has yet to refer to it."""

    def __init__(self, parts: Parts, sheet: str) -> None:
        self._parts = parts
        self.reference: str | None = None
        known = [
            target
            for key, target in parts.related(sheet, "vmlDrawing").items()
            if key in _references(parts, sheet)
        ]
        if known:
            self._name = known[0]
            self._before = parts.package.read(self._name) or b""
        else:
            self._name = parts.free("xl/drawings/vmlDrawing", ".vml")
            self._before = f"{_HEAD}</xml>".encode()
            parts.default("vml", _KIND)
            self.reference = parts.relate(sheet, "vmlDrawing", self._name)

    def add(self, cells: Sequence[tuple[int, int]]) -> None:
        """A box for the comment of each cell (row and column, 0-based)."""
        start = max([_FIRST - 1, *(int(number) for number in _NUMBER.findall(self._before))]) + 1
        shapes = [
            _SHAPE.format(
                number=start + n,
                row=row,
                column=column,
                left=column + 1,
                top=max(row - 1, 0),
                right=column + 5,
                bottom=max(row - 1, 0) + 9,
            )
            for n, (row, column) in enumerate(cells)
        ]
        if b'"_x0000_t202"' not in self._before:
            shapes.insert(0, _TYPE)
        end = _END.search(self._before)
        at = end.start() if end is not None else len(self._before)
        self._parts.put(self._name, self._before[:at] + "".join(shapes).encode() + self._before[at:])


def _references(parts: Parts, sheet: str) -> set[str]:
    """The keys by which the sheet refers to the boxes of its comments."""
    drawing = parts.root(sheet).find("{*}legacyDrawing")
    return {value for _, value in drawing.attrib.items()} if drawing is not None else set()
