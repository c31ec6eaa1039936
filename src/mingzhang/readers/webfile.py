"""Files of web pages: MHTML taken apart, the encoding of a page found, its markup parsed."""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator

from lxml import etree

from mingzhang.documents import UnreadableError

_MOST_CHARACTERS = 60_000_000
_MOST_MARKUP = 2_000_000  # of "<" in one page: what its tree costs in memory
_MOST_PAGES = 500  # of one MHTML file
_MOST_NESTED = 8
_TOO_LARGE = "网页过大，为安全起见未读取；请拆分后再检查。"
_ENCODING_UNKNOWN = "无法识别网页的文字编码，请在浏览器中重新另存为网页（UTF-8）后再检查。"
_DAMAGED = "网页文件已损坏或不完整，请重新保存后再检查。"
_CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")
_OVERLOADED = re.compile(  # a tag of so many attributes that the parser would take hours
    r"""<[a-zA-Z][^\s/>]*+(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+){256}"""
)
_WIDE = "\u2e80"  # Chinese characters and their punctuation begin here


def pages(data: bytes) -> Iterator[tuple[str, bytes, str | None]]:
    """The pages of a file with their names and charsets: one, or of an MHTML frameset all."""
    if not re.match(rb"\s*[\w-]+:", data) or not re.search(rb"(?i)^MIME-Version:", data[:4096], re.MULTILINE):
        yield "", data, None
        return
    first = True
    for number, (headers, body) in enumerate(_messages(data)):
        if not re.match(r"text/html|application/xhtml", headers.get("content-type", ""), re.IGNORECASE):
            continue
        content = _transferred(body, headers.get("content-transfer-encoding", "").strip().lower())
        charset = re.search(r'charset\s*=\s*"?([\w-]+)', headers["content-type"], re.IGNORECASE)
        name = "" if first else headers.get("content-location", str(number))
        yield name, content, charset and charset[1]
        if (first and not re.search(rb"(?i)<frameset", content)) or number > _MOST_PAGES:
            return
        first = False


def _messages(data: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """The parts of a MIME message that are not made of parts themselves."""
    waiting = [(data.replace(b"\r\n", b"\n"), 0)]
    while waiting:
        message, depth = waiting.pop()
        head, _, body = message.lstrip().partition(b"\n\n")
        lines = re.sub(r"\n[ \t]+", " ", head.decode("utf-8", "replace")).splitlines()
        headers = {key.strip().lower(): value.strip() for key, _, value in (s.partition(":") for s in lines)}
        kind = headers.get("content-type", "")
        boundary = re.search(r'boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))', kind, re.IGNORECASE)
        if kind.lower().startswith("multipart/") and boundary and depth < _MOST_NESTED:
            pieces = body.split(b"--" + (boundary[1] or boundary[2]).encode())[1:]
            waiting += [(piece, depth + 1) for piece in reversed(pieces) if not piece.startswith(b"--")]
        else:
            yield headers, body


def _transferred(body: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error as error:
            raise UnreadableError(_DAMAGED) from error
    return body


def decoded(data: bytes, charset: str | None) -> tuple[str, int]:
    """The text of a page and how many places of it are damaged."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            text = data[len(mark) :].decode(name, "replace")
            return text, text.count("�")
    declared = re.search(rb"(?i)(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", data[:8192])
    names = ["utf-8", "gb18030"]
    for given in (declared and declared[1].decode(), charset):
        known = _charset(given) if given else None
        if known:
            names.insert(0, known)
    try:
        text = data.decode("utf-8")
        if names[0] == "utf-8" or max(text, default="") >= _WIDE:
            return text, 0
    except UnicodeDecodeError:
        pass
    for name in names:
        try:
            return data.decode(name), 0
        except UnicodeDecodeError:
            continue
    texts = [data.decode(name, "replace") for name in dict.fromkeys(names)]
    text = min(texts, key=lambda text: text.count("�"))
    holes = text.count("�")
    if holes * 10 > len(text):
        raise UnreadableError(_ENCODING_UNKNOWN)
    return text, holes


def _charset(name: str) -> str | None:
    """The codec of a declared charset; UTF-16 needs a mark, and Western ones are declared by mistake."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = "gb18030" if "gb" in name.lower() else ""
    if known in ("gb2312", "gbk", "hz"):
        return "gb18030"
    return known if known.startswith(("utf-8", "gb", "big5", "cp950")) else None


def parsed(text: str) -> tuple[etree._Element | None, bool]:
    """The tree of a page, and whether the parser went through to the end."""
    if len(text) > _MOST_CHARACTERS or text.count("<") > _MOST_MARKUP or _OVERLOADED.search(text):
        raise UnreadableError(_TOO_LARGE)
    # huge_tree allows 2048 levels instead of 256: unclosed <font> and <span> tags do pile up
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(_CONTROL.sub("", text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    limited = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return root, not limited
