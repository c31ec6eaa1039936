"""The HTML report: one file, every place marked, nothing of a document alive in it, usable by keyboard."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import Image

from mingzhang import api
from mingzhang.checking.finding import Finding, Location
from mingzhang.documents import Document, Paragraph
from mingzhang.provenance import Place, Segment
from mingzhang.reporting import html
from mingzhang.reporting.pages import pages_of
from mingzhang.reporting.view import View
from mingzhang.writers import write

sys.path.insert(0, str(Path(__file__).parent))
import browser

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"'<!-- ＜"


def checked(*paths: Path) -> api.Report:
    return api.check(paths, keep_documents=True, separate=True)


def page(report: api.Report) -> Any:
    return lxml.html.document_fromstring(html.findings_html(report).decode())


def articles(tree: Any) -> list[Any]:
    return tree.xpath("//article")


@pytest.mark.parametrize("name", ["决算公开.txt", "决算公开.pdf"])
def test_every_place_is_marked_where_it_stands(samples: Path, name: str) -> None:
    report = checked(samples / "flawed" / name)
    tree, found = page(report), sorted(report.findings, key=lambda f: f.id)
    assert sorted(a.get("data-id") for a in articles(tree)) == [f.id for f in found]
    by_id = {finding.id: finding for finding in found}
    for article in articles(tree):
        finding = by_id[article.get("data-id")]
        assert finding.message in article.text_content() or finding.message.startswith("第")
        for number, location in enumerate(finding.locations):
            key = f"{article.get('data-f')}-{number}"
            marks = tree.xpath(f"//*[contains(concat(' ', @data-m, ' '), ' {key} ')]")
            words = [mark.text_content() for mark in marks if mark.tag in ("mark", "td")]
            assert location.quote in "".join(words)
            assert len([m for m in marks if m.tag == "rect"]) >= (
                name.endswith("pdf") and bool(location.quote)
            )


def test_the_page_is_one_file(flawed: Path) -> None:
    data = html.findings_html(checked(flawed.with_suffix(".pdf"))).decode()
    assert set(re.findall(r"https?://[^\s\"'<>)]*", data)) == {"http://www.w3.org/2000/svg"}
    tree = lxml.html.document_fromstring(data)
    assert all(src.startswith("data:image/webp;base64,") for src in tree.xpath("//@src"))
    assert tree.xpath("//@href | //link") == []
    for tag in ("script", "style"):
        (content,) = tree.xpath(f"//{tag}/text()")
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    assert tree.xpath("//@style | //@onclick | //@onerror") == []


def test_the_same_report_is_the_same_page(flawed: Path) -> None:
    first, second = (html.findings_html(checked(flawed.with_suffix(".pdf"))) for _ in range(2))
    assert first == second


def test_any_number_of_jobs_gives_the_same_page(samples: Path) -> None:
    pages = [
        html.findings_html(api.check(samples, keep_documents=True, jobs=jobs, isolated=isolated))
        for jobs, isolated in ((1, False), (2, False), (1, True))
    ]
    assert pages[0] == pages[1] == pages[2]


def test_text_of_documents_stays_text(flawed: Path, tmp_path: Path) -> None:
    text = flawed.read_text(encoding="utf-8")
    evil = tmp_path / "a<b>&'.txt"
    evil.write_text(text.replace("青禾市图书馆", EVIL) + f"\n{EVIL}\n\x08\x1b[31m", encoding="utf-8")
    report = checked(evil)
    report.notes.append(EVIL)
    for finding in report.findings:
        finding.message += EVIL
        finding.explanation = EVIL
    report = api.accept(report, {finding.id: EVIL for finding in report.findings})
    tree = page(report)
    assert len(tree.xpath("//script")) == 1
    assert tree.xpath("//img | //b[not(ancestor::*[@class='places'])] | //@onerror") == []
    assert "alert(1)" in tree.xpath("//section[@id='seen']")[0].text_content()
    assert "\x1b" not in html.findings_html(report).decode()


def test_accepted_findings_are_grey_and_not_counted(flawed: Path) -> None:
    report = checked(flawed)
    first = next(report.findings)
    tree = page(api.accept(report, {first.id: "已说明"}))
    (article,) = [a for a in articles(tree) if a.get("data-id") == first.id]
    assert "accepted" in article.get("class").split()
    assert "已说明" in article.text_content()
    assert "另有1条已认可" in tree.xpath("//header")[0].text_content()
    assert tree.xpath("//*[@id='accepted']")


def test_what_could_not_be_read_is_said(flawed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    tree = page(checked(broken, flawed))
    assert "坏.pdf" in tree.xpath("//*[@class='notes']")[0].text_content()
    assert len(tree.xpath("//*[@class='document']")) == 1


# --- pictures ---------------------------------------------------------------------------------


def test_pages_with_findings_have_pictures_with_boxes(flawed: Path) -> None:
    report = checked(flawed.with_suffix(".pdf"))
    tree = page(report)
    pages = {loc.place.page for finding in report.findings for loc in finding.locations}
    assert {int(re.sub(r"\D", "", alt)) for alt in tree.xpath("//img/@alt")} == pages
    for figure in tree.xpath("//figure"):
        _, _, width, height = map(float, figure.xpath("./svg/@viewBox | ./svg/@viewbox")[0].split())
        for rect in figure.xpath(".//rect"):
            x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
            assert 0 <= x < x + w <= width
            assert 0 <= y < y + h <= height


def test_a_file_from_an_archive_has_pictures(flawed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        archive.write(flawed.with_suffix(".pdf"), "材料/决算公开.pdf")
    assert page(checked(tmp_path / "报送.zip")).xpath("//img")


@pytest.mark.parametrize("change", ["other", "gone"])
def test_a_file_that_changed_has_no_pictures(flawed: Path, clean: Path, tmp_path: Path, change: str) -> None:
    path = shutil.copy(flawed.with_suffix(".pdf"), tmp_path / "a.pdf")
    report = checked(path)
    path.unlink()
    if change == "other":
        shutil.copy(clean.with_suffix(".pdf"), path)
    tree = page(report)
    assert tree.xpath("//img") == []
    assert len(articles(tree)) == len(list(report.findings))


def many_pages(folder: Path, count: int) -> api.Report:
    """A long PDF with a finding on every page."""
    lines = [
        Paragraph(f"第{n}部分　本年支出合计{n}.00万元，" + "用于日常工作。" * 400, Place())
        for n in range(count)
    ]
    write(Document("", "", "txt", [*lines]), folder / "长.pdf")
    report = api.check(folder / "长.pdf", keep_documents=True)
    document = report.files[0].document
    assert document is not None
    places = {block.place.page: block.place for block in document.blocks}
    report.submissions[0].findings = [
        Finding("a.b", "error", "甲" * 500, [Location(0, "subject", place, "工作")], id=f"{number:012d}")
        for number, place in enumerate(places.values())
    ]
    return report


def test_a_long_report_keeps_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = many_pages(tmp_path, 45)
    assert (report.files[0].pages or 0) >= 45
    data = html.findings_html(report)
    assert len(data) <= 3_000_000
    assert data.count(b"<img ") > 40
    for largest in (500_000, 0):
        monkeypatch.setattr(html, "LARGEST", largest)
        smaller = html.findings_html(report)
        assert len(smaller) < len(data)
        assert len(smaller) <= largest or b"<img " not in smaller


# --- personal data ----------------------------------------------------------------------------

PRIVATE = [
    "13800138000",
    "138 0013 8000",
    "110101199003078515",
    "6222021234567890123",
    "１３８００１３８０００",
]
PUBLIC = ["13800.13", "2130000000元", "1,380,013.80", "20221231", "43000022Y000000001", "0731-88880000"]


@pytest.mark.parametrize("number", PRIVATE)
def test_personal_numbers_are_covered(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"某单位2022年度部门决算\n联系人张三，电话：{number}，请来电。\n", encoding="utf-8")
    text = page(checked(path)).text_content()
    assert number not in text
    assert f"电话：{'*' * len(number)}，请来电" in text


@pytest.mark.parametrize("number", PUBLIC)
def test_other_numbers_stay(tmp_path: Path, number: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"某单位2022年度部门决算\n其中：{number}。\n", encoding="utf-8")
    assert number in html.findings_html(checked(path)).decode()


def test_personal_numbers_are_black_in_pictures(tmp_path: Path) -> None:
    write(Document("", "", "txt", [Paragraph("电话：13800138000", Place())]), tmp_path / "a.pdf")
    report = checked(tmp_path / "a.pdf")
    document = report.files[0].document
    assert document is not None
    line = document.blocks[0]
    assert isinstance(line, Paragraph)
    view = View(0, report.files[0], html.Finder(document))
    finding = Finding("a.b", "error", "甲", [Location(0, "subject", line.place, "电话")])
    view.mark("0-0", html.Line(finding, report.submissions[0], None, {}), finding.locations[0])
    view.picture(1_000_000)
    picture = view.pictures[1]
    image = Image.open(io.BytesIO(picture.data)).convert("L")
    (segment, *_) = line.segments or (Segment(0, line.place),)
    assert segment.place.bbox is not None
    x0, top, x1, bottom = (edge * image.width / picture.width for edge in segment.place.bbox)
    middle = image.crop((int(x0 + (x1 - x0) * 0.6), int(top) + 2, int(x1) - 3, int(bottom) - 2))
    assert middle.getextrema()[1] < 60


def test_a_page_that_is_not_there_has_no_picture(flawed: Path) -> None:
    file = checked(flawed.with_suffix(".pdf")).files[0]
    with pages_of(file) as pages:
        assert pages is not None
        assert pages.pictures([0, 999], 10**6) == {}
        assert pages.crop((999, (0, 0, 10, 10))) is None
        assert pages.crop((1, (0, 5000, 10, 5010))) is None


# --- in the browser ---------------------------------------------------------------------------

TELL = """
const tell = [];
const state = () => {
  const one = document.querySelector(".chosen"), at = document.activeElement;
  return [one ? +one.dataset.f : -1, document.querySelectorAll(".on").length > 0,
    document.querySelectorAll("#lines path").length, at.closest(".f") === one,
    [...document.querySelectorAll(".f")].filter((f) => !f.hidden).length];
};
const press = (key, on) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  (on || document.activeElement).dispatchEvent(event);
  tell.push([key, ...state()]);
};
STEPS
document.body.setAttribute("data-told", JSON.stringify(tell));
"""


def told(report: api.Report, folder: Path, steps: str) -> list[list[Any]]:
    """What the page's state was after each step; its policy is taken away so that the steps may run."""
    data = html.findings_html(report).decode()
    data = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", data)
    data = data.replace("</body>", f"<script>{TELL.replace('STEPS', steps)}</script></body>")
    path = folder / "report.html"
    path.write_text(data, encoding="utf-8")
    tree = lxml.html.document_fromstring(browser.run(path, folder / "profile"))
    return json.loads(tree.body.get("data-told"))


def test_keys_choose_findings(flawed: Path, tmp_path: Path) -> None:
    report = checked(flawed.with_suffix(".pdf"))
    last = len(list(report.findings)) - 1
    steps = "for (const key of ['j', 'ArrowDown', 'k', 'ArrowUp', 'ArrowUp', 'Escape', 'k']) press(key);"
    states = told(report, tmp_path, steps)
    assert [state[1] for state in states] == [0, 1, 0, 0, 0, -1, last]
    assert [state[2] for state in states] == [number >= 0 for number in (0, 1, 0, 0, 0, -1, last)]
    assert all(state[4] for state in states if state[1] >= 0)
    assert states[0][3] >= 1, "compared places are joined"


def test_filters(flawed: Path, tmp_path: Path) -> None:
    report = checked(flawed)
    errors = report.count("error")
    steps = """
    const set = (id, value) => { const e = document.querySelector(id); e.value = value;
      e.dispatchEvent(new Event("input", { bubbles: true })); press("x"); };
    press("/"); press("j", document.activeElement); document.activeElement.blur();
    set("#search", "差旅费"); set("#search", "没有这样的词"); set("#search", "");
    set("#family", document.querySelector("#family option:last-child").value); set("#family", "");
    for (const box of document.querySelectorAll("[name=severity]")) box.checked = box.value === "error";
    set("#family", "");
    """
    states = told(report, tmp_path, steps)
    shown = [state[5] for state in states]
    assert states[1][1] == -1, "letters typed into a field choose nothing"
    assert shown[2] < shown[0]
    assert shown[3] == 0
    assert shown[4] == shown[6] == shown[0]
    assert 1 <= shown[5] < shown[0]
    assert shown[7] == errors


def test_the_page_as_it_is_runs_its_script(flawed: Path, tmp_path: Path) -> None:
    """With its policy: the finding named in the address is chosen, its places numbered."""
    report = checked(flawed.with_suffix(".pdf"))
    finding = next(report.findings)
    path = tmp_path / "report.html"
    path.write_bytes(html.findings_html(report))
    tree = lxml.html.document_fromstring(browser.run(path, tmp_path / "profile", finding.id))
    (chosen,) = tree.xpath("//article[@aria-current='true']")
    assert chosen.get("data-id") == finding.id
    assert chosen.xpath(".//h3/button/@aria-expanded") == ["true"]
    numbers = {mark.get("data-n") for mark in tree.xpath("//*[@data-n]")}
    assert numbers == {str(number) for number in range(1, len(finding.locations) + 1)}


def test_text_of_documents_does_not_run(tmp_path: Path, flawed: Path) -> None:
    evil = tmp_path / "a.txt"
    text = flawed.read_text(encoding="utf-8")
    attack = "<img src=x onerror=\"document.body.setAttribute('data-hit','1')\">"
    attack += "<script>document.title='hit'</script>"
    evil.write_text(text + attack, encoding="utf-8")
    path = tmp_path / "report.html"
    path.write_bytes(html.findings_html(checked(evil)))
    tree = lxml.html.document_fromstring(browser.run(path, tmp_path / "profile"))
    assert tree.body.get("data-hit") is None
    assert tree.xpath("//title/text()") != ["hit"]
