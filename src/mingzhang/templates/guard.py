"""What no template may hold: anything that runs, fetches or links, however it is written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml.etree import _Element

from mingzhang.documents import UnreadableError, quoted
from mingzhang.readers.kinds import kind_of, package_kind
from mingzhang.readers.package import Package, open_package

MOST_BYTES = 20_000_000
MOST_ELEMENTS = 400_000
_FIELDS = {
    *(
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "TOC",
        "TC",
        "REF",
        "PAGEREF",
        "NOTEREF",
        "SEQ",
        "STYLEREF",
    ),
    *("HYPERLINK", "TITLE", "SUBJECT", "AUTHOR", "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "EQ"),
    *("SYMBOL", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "LISTNUM", "ADVANCE", "XE", "INDEX", "QUOTE"),
}
"""Fields of Word that print what stands in the document itself."""

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_PARTS = (
    ("vbaproject", "宏"),
    ("vbadata", "宏"),
    ("macrosheets/", "宏"),
    ("dialogsheets/", "宏"),
    ("activex/", "ActiveX控件"),
    ("externallinks/", "外部链接"),
    ("connections.xml", "外部数据连接"),
    ("querytables/", "外部数据连接"),
    ("oleobject", "嵌入的对象"),
    ("afchunk", "嵌入的文件"),
)
_FETCHING = re.compile(
    r"\b(?:WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE|SQL\.REQUEST|IMAGE|IMPORTDATA)\s*\(",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"\[\d+\]|\[[^\]]*\.xl\w+\]|\|")
_STRINGS = re.compile(r'"[^"]*"')
_KINDS = {
    "ole": "旧格式（doc、xls）或加密的文件不能作模板；请在Word、WPS或Excel中去除密码，另存为docx或xlsx。",
}
_OTHER = "模板只能是Word（docx）或Excel（xlsx）文件；请另存为这两种格式之一。"


def opened(data: bytes) -> tuple[str, Package]:
    """The kind of a template, docx or xlsx, and its parts; raises UnreadableError for everything else."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"模板超过{MOST_BYTES // 1_000_000}MB，未读取；请删去其中的大图片再试。")
    kind = kind_of(data)
    if kind != "zip":
        raise UnreadableError(_KINDS.get(kind, _OTHER))
    package = open_package(data)
    kind = package_kind(package.names())
    if kind not in ("docx", "xlsx"):
        raise UnreadableError(_OTHER)
    return kind, package


def faults(kind: str, package: Package) -> Iterator[str]:
    """Everything in the package that is refused, each with place and remedy; raises UnreadableError."""
    for word, what in _PARTS:
        if any(word in name.lower() for name in package.names()):
            yield f"模板中有{what}，不能使用；请删去{what}，另存为不含它的{kind}文件。"
    elements = 0
    for name in package.names():
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        root = package.xml(name)
        assert root is not None
        elements += sum(1 for _ in root.iter())
        if elements > MOST_ELEMENTS:
            raise UnreadableError(f"模板的内容过多（超过{MOST_ELEMENTS}个元素），未读取；请精简后再试。")
        if name.lower().endswith(".rels"):
            yield from _links(name, root)
        elif name == "[Content_Types].xml":
            yield from _macros(root, kind)
        elif kind == "docx":
            yield from _fields(root)
        elif kind == "xlsx":
            yield from _formulas(root)


def _macros(root: _Element, kind: str) -> Iterator[str]:
    if any("macroenabled" in each.get("ContentType", "").lower() for each in root):
        yield f"模板是带宏的文件（docm、xlsm等），不能使用；请另存为不带宏的{kind}文件。"


def _links(name: str, root: _Element) -> Iterator[str]:
    for link in root.iterfind("{*}Relationship"):
        kind, target = link.get("Type", "").rpartition("/")[2], link.get("Target", "")
        if link.get("TargetMode", "").lower() == "external":
            if kind == "hyperlink" and _SAFE_LINK.match(target):
                continue
            part = posixpath.basename(name).removesuffix(".rels")
            what = "附加的模板" if kind == "attachedTemplate" else f"外部链接（{kind}）"
            yield f"模板的“{part}”中有{what}{quoted(target[:60])}，不能使用；请断开链接后另存。"
        elif kind in ("aFChunk", "subDocument"):
            yield "模板中嵌有另一个文件，不能使用；请把它的内容直接放进模板。"


def _fields(root: _Element) -> Iterator[str]:
    """Fields that fetch or run; the code of one may be cut over many runs and stand inside another."""
    space = str(root.tag).partition("}")[0] + "}"
    codes = [node.get(f"{space}instr", "") for node in root.iter(f"{space}fldSimple")]
    stack: list[list[str]] = []
    for node in root.iter(f"{space}fldChar", f"{space}instrText", f"{space}delInstrText"):
        kind = node.get(f"{space}fldCharType")
        if node.tag != f"{space}fldChar":
            (stack[-1] if stack else codes).append(node.text or "")
        elif kind == "begin":
            stack.append([])
        elif kind in ("separate", "end") and stack:
            code = "".join(stack[-1])
            if kind == "end":
                stack.pop()
            codes.append(code)
    codes += ["".join(code) for code in stack]
    for code in dict.fromkeys(codes):
        word = (code.split() or [""])[0].upper().lstrip("\\")
        target = _STRINGS.search(code) if word == "HYPERLINK" else None
        outside = target is not None and "\\l" not in code and not _SAFE_LINK.match(target[0][1:])
        if word and (word not in _FIELDS or outside):
            shown = quoted(code.strip()[:40])
            yield f"模板中的域{shown}会取用模板以外的内容，或不能识别，不能使用；请删去或改为普通文字。"
    if any(True for _ in root.iter(f"{space}altChunk", f"{space}subDoc", f"{space}mailMerge")):
        yield "模板中嵌有另一个文件或邮件合并的数据源，不能使用；请删去。"


def _formulas(root: _Element) -> Iterator[str]:
    for node in root.iter("{*}f", "{*}formula", "{*}formula1", "{*}formula2", "{*}definedName"):
        text = _STRINGS.sub("", node.text or "")
        if _FETCHING.search(text) or _OUTSIDE.search(text):
            yield f"模板中的公式{quoted((node.text or '')[:40])}会取用模板以外的内容，不能使用；请删去。"
    if any(True for _ in root.iter("{*}ddeLink", "{*}oleLink", "{*}oleObject")):
        yield "模板中有DDE或对象链接，不能使用；请删去。"
