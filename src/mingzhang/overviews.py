"""From a file or a project to its overview on one page."""

from __future__ import annotations

from pathlib import Path

from mingzhang.binding.identity import identify, pick_edition
from mingzhang.binding.overview import overview
from mingzhang.binding.recognise import recognise
from mingzhang.disclosures import Composer, Order, errors_in
from mingzhang.documents import Document, UnreadableError
from mingzhang.projects.figures_file import of_tables
from mingzhang.projects.project import UNIT
from mingzhang.readers import read_document
from mingzhang.submissions import Work, usable

_SCOPES = ("部门", "单位")


def page_from(source: Path, overlay: Path | None = None) -> Document:
    """The overview on one page of a disclosure in a file, or of the project in a folder.

    Raises UnreadableError where the file cannot be read or holds no final accounts.
    """
    if (source / UNIT).exists():
        composer = Composer(Order(overlay=overlay))
        return composer.page(composer.draft(source))
    if source.is_dir():
        raise UnreadableError(
            f"“{source}”不是项目文件夹（没有“{UNIT}”）；请给出一份决算公开文件或一个项目文件夹。"
        )
    document = read_document(source)
    library = usable(None, overlay)
    identity = identify(document, library)
    standards = library.standards(pick_edition(identity, library).id)
    figures, _ = of_tables(recognise(document, 0, standards).facts, standards, source.name)
    if not any(key[0] in standards.forms for key in figures) or identity.year is None:
        raise UnreadableError(f"“{source}”中没有认出决算表或年度，不能画概览；请给出含有决算公开表的文件。")
    text = "".join(paragraph.text for paragraph in document.paragraphs())
    scope = max(_SCOPES, key=lambda scope: text.count(f"年度{scope}决算"))
    names = {"entity": identity.entity or "", "year": str(identity.year), "scope": scope}
    findings = Work(standards.edition.id, overlay).findings(document)
    return overview(document, figures, names, standards, errors_in(findings))
