"""Highlights and the index in copies of PDFs, read back by other libraries."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pytest

from marked import copy_of, told
from mingzhang import api
from mingzhang.documents import UnreadableError
from mingzhang.readers import read_document
from mingzhang.reporting.annotate.notes import Note
from mingzhang.reporting.annotate.pdf import annotated
from mingzhang.reporting.marks import Finder


@pytest.fixture
def pdf(samples: Path) -> Path:
    return samples / "flawed" / "决算公开.pdf"


class Mark(NamedTuple):
    """An annotation: its page, text, author, name, corners and the name of what its pop-up belongs to."""

    page: int
    text: str
    author: str
    name: str
    quads: list[float]
    popup: str


def marks(path: Path, kind: str) -> list[Mark]:
    """The annotations of a kind."""
    with pikepdf.open(path) as document:
        return [
            Mark(
                number,
                str(found.get("/Contents", "")),
                str(found.get("/T", "")),
                str(found.get("/NM", "")),
                [float(x) for x in found.get("/QuadPoints", [])],
                str(found.Popup.Parent.NM) if "/Popup" in found else "",
            )
            for number, page in enumerate(document.pages, 1)
            for found in page.get("/Annots", [])
            if found.Subtype == f"/{kind}"
        ]


def covered(path: Path, page: int, quads: list[float], grow: float = 0.5) -> str:
    """The characters on a page whose middle is in one of the quadrilaterals, without blanks."""
    text = pypdfium2.PdfDocument(path)[page - 1].get_textpage()
    found = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        x, y = (left + right) / 2, (bottom + top) / 2
        for at in range(0, len(quads), 8):
            xs, ys = quads[at : at + 8 : 2], quads[at + 1 : at + 8 : 2]
            if min(xs) - grow <= x <= max(xs) + grow and min(ys) - grow <= y <= max(ys) + grow:
                found.append(text.get_text_range(index, 1))
    return "".join("".join(found).split())


def test_every_finding_is_highlighted_at_its_words(pdf: Path, tmp_path: Path) -> None:
    report, copy = copy_of(pdf, tmp_path)
    found: dict[str, list[Mark]] = {}
    for mark in marks(copy, "Highlight"):
        found.setdefault(mark.text, []).append(mark)
    for finding in told(report):
        ((text, own),) = ((t, m) for t, m in found.items() if f"编号：{finding.id}" in t)
        assert finding.message in text
        assert own[0].author == "明账"
        words = "".join(covered(copy, mark.page, mark.quads) for mark in own)
        assert words == "".join(finding.locations[0].quote.split())
        for location in finding.locations[1:]:
            pages = [page for t, m in found.items() if finding.id in t for page in (mark.page for mark in m)]
            assert location.place.page in pages
    assert not any(f.id in t for f in report.findings if f.severity == "rounding" for t in found)


def test_every_highlight_has_its_note(pdf: Path, tmp_path: Path) -> None:
    _, copy = copy_of(pdf, tmp_path)
    highlights, popups = marks(copy, "Highlight"), marks(copy, "Popup")
    assert len(highlights) == len(popups) > 30
    assert all(mark.popup == mark.name for mark in highlights)
    names = [mark.name for mark in highlights]
    assert len(set(names)) == len(names)


def test_the_index_leads_to_every_finding(pdf: Path, tmp_path: Path) -> None:
    report, copy = copy_of(pdf, tmp_path)
    own = report.files[0].pages or 0
    document = pikepdf.open(copy)
    numbers = {page.objgen: n for n, page in enumerate((p.obj for p in document.pages), 1)}
    links = [
        (n, link) for n, page in enumerate(document.pages, 1) for link in page.get("/Annots", [])
        if link.Subtype == "/Link" and n > own
    ]  # fmt: skip
    assert len(links) == len(told(report))
    pages = sorted(numbers[link.Dest[0].objgen] for _, link in links)
    assert pages == sorted(f.locations[0].place.page or 0 for f in told(report))
    text = "".join(
        pypdfium2.PdfDocument(copy)[n].get_textpage().get_text_range()
        for n in range(own, len(document.pages))
    )
    assert "".join(told(report)[0].message.split()) in "".join(text.split())


def test_the_copy_has_the_same_findings(pdf: Path, tmp_path: Path) -> None:
    """The index is none of the document's pages."""
    report, copy = copy_of(pdf, tmp_path)
    again = api.check(copy)
    assert [f.id for f in again.findings] == [f.id for f in report.findings]
    assert [f.message for f in again.findings] == [f.message for f in report.findings]
    assert again.files[0].pages == report.files[0].pages
    assert len(pikepdf.open(copy).pages) > (report.files[0].pages or 0)


def test_the_copy_is_always_the_same(pdf: Path, tmp_path: Path) -> None:
    copies = [copy_of(pdf, tmp_path / name)[1].read_bytes() for name in ("甲", "乙")]
    assert copies[0] == copies[1]


# --- pages of other shapes --------------------------------------------------------------------


def altered(pdf: Path, path: Path, alter: Any, **saving: Any) -> Path:
    """The sample with every page altered; the copies of notes are compared by what they cover."""
    with pikepdf.open(pdf) as document:
        for page in document.pages:
            alter(page)
        document.save(path, **saving)
    return path


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_rotated_pages(pdf: Path, tmp_path: Path, angle: int) -> None:
    """The words that a page shows upright: turned by its own coordinates and back by its rotation."""

    def turn(page: Any) -> None:
        width, height = (float(page.mediabox[n]) for n in (2, 3))
        way = {90: f"0 1 -1 0 {height} 0", 180: f"-1 0 0 -1 {width} {height}", 270: f"0 -1 1 0 0 {width}"}
        page.contents_add(f"q {way[angle]} cm".encode(), prepend=True)
        page.contents_add(b"Q")
        if angle != 180:
            page.mediabox = [0, 0, height, width]
        page.Rotate = angle

    path = altered(pdf, tmp_path / "决算公开.pdf", turn)
    at_its_words(path, tmp_path)


def test_cropped_pages(pdf: Path, tmp_path: Path) -> None:
    def crop(page: Any) -> None:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        page.mediabox = [left - 30, bottom - 50, right + 10, top + 70]
        page.cropbox = [left + 20, bottom + 10, right - 5, top - 15]

    path = altered(pdf, tmp_path / "决算公开.pdf", crop)
    at_its_words(path, tmp_path)


def at_its_words(path: Path, folder: Path) -> None:
    report, copy = copy_of(path, folder / "out")
    found = {mark.text: (mark.page, mark.quads) for mark in marks(copy, "Highlight")}
    single = [f for f in told(report) if f.locations[0].quote and f.severity == "error"]
    right = 0
    for finding in single:
        text = next(t for t in found if f"编号：{finding.id}" in t)
        right += covered(copy, *found[text]) == "".join(finding.locations[0].quote.split())
    assert right == len(single) > 10


def test_annotations_that_are_there_stay(pdf: Path, tmp_path: Path) -> None:
    def link(page: Any) -> None:
        page.Annots = pikepdf.Array([pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], NM="旧",
        )])  # fmt: skip

    path = altered(pdf, tmp_path / "决算公开.pdf", link)
    report, copy = copy_of(path, tmp_path / "out")
    old = [mark.page for mark in marks(copy, "Link") if mark.name == "旧"]
    assert old == list(range(1, (report.files[0].pages or 0) + 1))


def test_what_may_not_be_annotated_is_told(pdf: Path, tmp_path: Path) -> None:
    forbidden = pikepdf.Permissions(modify_annotation=False)
    lock = pikepdf.Encryption(owner="geheim", user="", allow=forbidden)
    path = altered(pdf, tmp_path / "决算公开.pdf", lambda page: None, encryption=lock)
    (copy,) = api.annotate(api.check(path, keep_documents=True), tmp_path / "out")
    assert (copy.path, copy.failed) == (None, False)
    assert "权限" in copy.message


def test_an_open_lock_is_no_hindrance(pdf: Path, tmp_path: Path) -> None:
    lock = pikepdf.Encryption(owner="geheim", user="")
    path = altered(pdf, tmp_path / "决算公开.pdf", lambda page: None, encryption=lock)
    report, copy = copy_of(path, tmp_path / "out")
    assert len({mark.text for mark in marks(copy, "Highlight")}) > 30
    assert [f.id for f in api.check(copy).findings] == [f.id for f in report.findings]


def test_a_file_that_cannot_be_repaired_is_told(pdf: Path) -> None:
    document = read_document(pdf)
    blocks = [*document.blocks, *document.furniture]
    note = Note("a", "error", "甲", "甲", None, True)
    with pytest.raises(UnreadableError, match="重新导出"):
        annotated(b"%PDF-1.4\n%%EOF", blocks, [note])


def test_a_note_without_a_box_stands_on_its_page(pdf: Path) -> None:
    document = read_document(pdf)
    blocks = [*document.blocks, *document.furniture]
    assert Finder(document).blocks == blocks
    note = Note("a", "warning", "全文缺少一章", "缺少", None, True)
    with pikepdf.open(io.BytesIO(annotated(pdf.read_bytes(), blocks, [note]))) as copy:
        (mark, popup) = copy.pages[0].Annots
        assert (mark.Subtype, str(mark.Contents)) == ("/Text", "全文缺少一章")
        assert popup.Subtype == "/Popup"
