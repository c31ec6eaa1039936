"""Comments and tracked changes in copies of Word files, read back from the XML and by LibreOffice."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from marked import W, comments, copy_of, parts, told
from mingzhang import api
from mingzhang.documents import Document
from mingzhang.readers import office, read_document
from mingzhang.reporting.annotate.notes import Change, Note
from mingzhang.reporting.annotate.word import annotated
from mingzhang.reporting.marks import Spot

needs_office = pytest.mark.skipif(
    office.program() is None and os.environ.get("MINGZHANG_REQUIRE_OFFICE") != "1",
    reason="LibreOffice is not installed",
)
SPACES = (
    f'xmlns:w="{W[1:-1]}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COMMENT = f'<w:comment {SPACES} w:id="7" w:author="张三"><w:p><w:r><w:t>旧批注</w:t></w:r></w:p></w:comment>'


@pytest.fixture
def word(samples: Path) -> Path:
    return samples / "flawed" / "决算公开.docx"


def docx(path: Path, body: str, **related: str) -> Path:
    """A Word file with this body and parts such as ``header=…``."""
    links = "".join(
        f'<Relationship Id="r{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>' for kind in related
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
        **{f"word/{kind}.xml": content for kind, content in related.items()},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def note(document: Document, words: str, change: str | None = None) -> Note:
    """A note at the first place of these words, with what they are to become."""
    blocks = [*document.blocks, *document.furniture]
    for number, block in enumerate(blocks):
        for cell, text in enumerate(
            [block.text] if hasattr(block, "text") else [c.text for c in block.cells]
        ):
            at = text.find(words)
            if at >= 0:
                spot = Spot(number, -1 if hasattr(block, "text") else cell, at, at + len(words))
                made = None if change is None else Change(at, at + len(words), change)
                return Note("a", "error", f"说{words}", words, spot, True, made)
    raise AssertionError(words)


def marked(path: Path, *words: str, **changes: str) -> tuple[Path, bytes]:
    """The copy of a file with notes at these words, and at those of ``changes`` with a correction."""
    document = read_document(path)
    notes = [note(document, each) for each in words]
    notes += [note(document, old, new) for old, new in changes.items()]
    data = annotated(path.read_bytes(), [*document.blocks, *document.furniture], notes, bool(changes))
    copy = path.with_name("copy.docx")
    copy.write_bytes(data)
    return copy, parts(copy)["word/document.xml"]


def text(xml: bytes) -> str:
    return "".join(t.text or "" for t in etree.fromstring(xml).iter(f"{W}t", f"{W}delText"))


# --- the flawed sample ------------------------------------------------------------------------


def test_every_finding_has_a_comment_at_its_exact_words(word: Path, tmp_path: Path) -> None:
    report, copy = copy_of(word, tmp_path)
    found = comments(copy)
    for finding in told(report):
        first = [c for c in found if f"编号：{finding.id}" in c.text]
        assert [c.old for c in first] == [finding.locations[0].quote]
        assert finding.message in first[0].text
        assert all(s.text in first[0].text for s in finding.suggestions)
        assert finding.explanation is None or finding.explanation in first[0].text
        others = {location.quote for location in finding.locations[1:]}
        assert {c.old for c in found if f"编号{finding.id}。" in c.text} >= others - {first[0].old}
    assert not any(f.id in c.text for f in report.findings if f.severity == "rounding" for c in found)


def test_a_figure_is_marked_in_its_own_cell(word: Path, tmp_path: Path) -> None:
    """13.56 also stands inside other figures of the table; the comment is at the cell of the row."""
    report, copy = copy_of(word, tmp_path)
    root = etree.fromstring(parts(copy)["word/document.xml"])
    finding = next(f for f in told(report) if f.rule == "income_by_function.parent_is_sum_of_children")
    number = next(c.number for c in comments(copy) if f"编号：{finding.id}" in c.text)
    start = next(e for e in root.iter(f"{W}commentRangeStart") if e.get(f"{W}id") == number)
    row = next(start.iterancestors(f"{W}tr"))
    assert finding.locations[0].row is not None
    assert finding.locations[0].row.split()[0] in "".join(row.itertext())


def test_nothing_else_is_touched(word: Path, tmp_path: Path) -> None:
    _, copy = copy_of(word, tmp_path)
    before, after = parts(word), parts(copy)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"}
    assert after.keys() - before.keys() == {"word/comments.xml"}
    assert text(before["word/document.xml"]) == text(after["word/document.xml"])


def test_the_copy_is_always_the_same(word: Path, tmp_path: Path) -> None:
    copies = [copy_of(word, tmp_path / name)[1].read_bytes() for name in ("甲", "乙")]
    assert copies[0] == copies[1]


def test_the_copy_has_the_same_findings(word: Path, tmp_path: Path) -> None:
    report, copy = copy_of(word, tmp_path)
    again = api.check(copy)
    assert [f.id for f in again.findings] == [f.id for f in report.findings]
    assert [f.message for f in again.findings] == [f.message for f in report.findings]


def test_certain_corrections_are_tracked_changes(word: Path, tmp_path: Path) -> None:
    report, copy = copy_of(word, tmp_path, apply=True)
    found = {c.text: c for c in comments(copy)}
    applied = {text: c for text, c in found.items() if "以修订方式改正" in text}
    assert len(applied) > 10
    certain = 0
    for finding in told(report):
        own = next(c for text, c in found.items() if f"编号：{finding.id}" in text)
        right = [s for s in finding.suggestions if s.confidence == "certain" and s.replacement is not None]
        if right and own.text in applied:
            certain += 1
            assert own.old == finding.locations[0].quote
            assert right[0].replacement is not None
            assert own.new.startswith(right[0].replacement)
        elif not right:
            assert own.old == own.new
    assert certain == sum("编号：" in text for text in applied)  # the others are at further places
    assert text(parts(word)["word/document.xml"]) == "".join(
        e.text or ""
        for e in etree.fromstring(parts(copy)["word/document.xml"]).iter(f"{W}t", f"{W}delText")
        if not any(a.tag == f"{W}ins" for a in e.iterancestors())
    )
    left = {f.id for f in api.check(copy).findings}
    mended = {f.id for f in told(report) if any(f.id in text for text in applied)}
    assert not left & mended
    assert left <= {f.id for f in report.findings}


@needs_office
def test_libreoffice_sees_every_comment_and_change(word: Path, tmp_path: Path) -> None:
    _, copy = copy_of(word, tmp_path, apply=True)
    flat = office.convert(copy.read_bytes(), ".docx", "fodt").decode()
    assert flat.count("<office:annotation ") == len(comments(copy))
    root = etree.fromstring(parts(copy)["word/document.xml"])
    changes = sum(1 for _ in root.iter(f"{W}ins", f"{W}del"))
    assert flat.count("<text:changed-region") == changes > 20
    assert flat.count("<dc:creator>明账</dc:creator>") == len(comments(copy)) + changes


# --- small documents --------------------------------------------------------------------------


def test_runs_are_cut_and_keep_their_properties(tmp_path: Path) -> None:
    body = f"<w:p>{run('收入共', '<w:b/>')}{run('12.50万元。', '<w:i/>')}</w:p>"
    copy, xml = marked(docx(tmp_path / "a.docx", body), "共12.50")
    assert [c.old for c in comments(copy)] == ["共12.50"]
    runs = [(("b" if e.find(f"{W}rPr/{W}b") is not None else "i"), "".join(e.itertext()))
            for e in etree.fromstring(xml).iter(f"{W}r") if e.find(f"{W}t") is not None]  # fmt: skip
    assert runs == [("b", "收入"), ("b", "共"), ("i", "12.50"), ("i", "万元。")]


def test_notes_that_overlap_and_touch(tmp_path: Path) -> None:
    body = f"<w:p>{run('甲乙丙丁戊')}</w:p>"
    words = ("甲乙丙", "乙丙丁", "甲乙丙丁戊", "丁", "戊")
    copy, _ = marked(docx(tmp_path / "a.docx", body), *words)
    assert [c.old for c in comments(copy)] == list(words)


def test_blanks_that_word_drops_stay_dropped(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>  收入 12.50 </w:t></w:r><w:r><w:tab/><w:t>万元</w:t><w:br/></w:r></w:p>"
    path = docx(tmp_path / "a.docx", body)
    copy, xml = marked(path, "12.50", "万元")
    assert [c.old for c in comments(copy)] == ["12.50", "万元"]
    assert [p.text for p in read_document(copy).paragraphs()] == [
        p.text for p in read_document(path).paragraphs()
    ]
    assert (xml.count(b"<w:tab/>"), xml.count(b"<w:br/>")) == (1, 1)


def test_comments_that_are_there_stay(tmp_path: Path) -> None:
    body = (
        f'<w:p><w:commentRangeStart w:id="7"/>{run("收入")}<w:commentRangeEnd w:id="7"/>'
        f'<w:r><w:commentReference w:id="7"/></w:r>{run("12.50")}</w:p>'
    )
    path = docx(tmp_path / "a.docx", body, comments=f"<w:comments {SPACES}>{COMMENT}</w:comments>")
    copy, _ = marked(path, "收入12")
    assert [(c.text, c.old) for c in comments(copy)] == [("旧批注", "收入"), ("说收入12", "收入12")]
    ids = re.findall(rb'w:comment [^>]*w:id="(\d+)"', parts(copy)["word/comments.xml"])
    assert ids == [b"7", b"8"]


def test_a_text_box_is_noted_where_it_is_anchored(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('框中12.50')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run('正文')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    copy, xml = marked(docx(tmp_path / "a.docx", body), "12.50")
    start = next(etree.fromstring(xml).iter(f"{W}commentRangeStart"))
    assert start.getnext().find(f".//{W}drawing") is not None
    assert len(comments(copy)) == 1


def test_headers_and_notes_fall_back_to_the_text(tmp_path: Path) -> None:
    header = f"<w:hdr {SPACES}><w:p>{run('页眉2021年')}</w:p></w:hdr>"
    notes = f'<w:footnotes {SPACES}><w:footnote w:id="2"><w:p>{run("脚注")}</w:p></w:footnote></w:footnotes>'
    body = f'<w:p>{run("第一段")}</w:p><w:p>{run("第二段")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    path = docx(tmp_path / "a.docx", body, header=header, footnotes=notes)
    before = parts(path)
    copy, _ = marked(path, "页眉2021年", "脚注")
    assert [(c.text, c.old) for c in comments(copy)] == [("说页眉2021年", "第二段"), ("说脚注", "第二段")]
    assert parts(copy)["word/header.xml"] == before["word/header.xml"]


def test_strict_documents_stay_strict(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    path = docx(tmp_path / "a.docx", f"<w:p>{run('收入12.50')}</w:p>")
    files = {
        name: content.replace(W[1:-1].encode(), strict.encode()) for name, content in parts(path).items()
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    _, xml = marked(path, "12.50")
    assert W[1:-1].encode() not in xml
    assert etree.fromstring(xml).find(f".//{{{strict}}}commentRangeStart") is not None


def test_a_change_inside_another_is_left(tmp_path: Path) -> None:
    body = f'<w:p>{run("收入")}<w:ins w:id="3" w:author="李四">{run("12.50")}</w:ins>{run("万元3.00")}</w:p>'
    copy, xml = marked(docx(tmp_path / "a.docx", body), **{"12.50": "21.50", "3.00": "30.00"})
    found = comments(copy)
    assert [("以修订方式改正" in c.text, c.old, c.new) for c in found] == [
        (False, "", "12.50"), (True, "3.00", "30.00"),
    ]  # fmt: skip
    assert xml.count(b"<w:ins ") == 2


def test_a_change_keeps_the_look_of_the_old_words(tmp_path: Path) -> None:
    body = f"<w:p>{run('共12', '<w:b/>')}{run('.50元', '<w:i/>')}</w:p>"
    _, xml = marked(docx(tmp_path / "a.docx", body), **{"12.50": "21.50"})
    root = etree.fromstring(xml)
    assert ["".join(e.itertext()) for e in root.iter(f"{W}del")] == ["12", ".50"]
    (added,) = root.iter(f"{W}ins")
    assert "".join(added.itertext()) == "21.50"
    assert added.find(f"{W}r/{W}rPr/{W}b") is not None


def test_a_document_with_macros_keeps_them(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", f"<w:p>{run('12.50')}</w:p>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\0macro")
    copy, _ = marked(path, "12.50")
    assert parts(copy)["word/vbaProject.bin"] == b"\0macro"
    assert zipfile.ZipFile(io.BytesIO(copy.read_bytes())).testzip() is None
