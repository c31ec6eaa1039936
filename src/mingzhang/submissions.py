"""From files to submissions: one file understood, files of one unit and year grouped, a group checked.

The two steps that take time are methods of one tool, so that they can run in other processes; what
is known of a file travels between them packed.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from mingzhang.binding.annexes import announced
from mingzhang.binding.identity import Identity, identify, pick_edition
from mingzhang.binding.narrative import read_text
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.checking.check import check_submission
from mingzhang.checking.finding import Finding, Location
from mingzhang.checking.outcome import Submission, numbered, title_of
from mingzhang.checking.procedures import PROCEDURES
from mingzhang.documents import Document, UnreadableError, squash
from mingzhang.facts import FactSet, FormReading
from mingzhang.plans.files import taken_for_document
from mingzhang.provenance import Place
from mingzhang.readers import file_format, misnamed, read_document
from mingzhang.readers.container import Source
from mingzhang.reporting.model import Checkup, FormSeen, SubmissionReport, tally
from mingzhang.taxonomy import Library, Standards, StandardsError, load

_PART = re.compile(r"(?:\((?:本级|本部|机关|部门|单位|汇总)\)|本级|本部)$")
"""What a name says besides the unit: its scope."""

_ABOVE = re.compile(r"(?:省|市|县|区|州|旗|盟)$")
_SHORTEST = 3
_TOO_MUCH = "处理此文件需要的内存超过限度；请拆分文件后再试。"


class InternalError(Exception):
    """A fault of Mingzhang's own while it worked on a file; the message names the file."""


def usable(edition: str | None, overlay: Path | None) -> Library:
    """The standards, an overlay checked before it is used, ``edition`` known to exist."""
    known = load(overlay)
    if overlay is not None:
        validate(known)
    if edition is not None:
        known.standards(edition)
    return known


def validate(known: Library) -> None:
    """Every rule of every edition can be evaluated; raises StandardsError with all faults, each once."""
    known.validate()
    faults: list[str] = []
    for name in known.editions:
        standards = known.standards(name)
        faults += standards.faults()
        for check_id in standards.checks:
            if check_id not in PROCEDURES:
                faults.append(f"检查“{check_id}”没有对应的程序；本地规则请写成关系。")
    if faults:
        raise StandardsError(*faults)


Packed = bytes | Recognition | None
"""What was recognised in a file, as bytes where it has to wait or to travel."""


class Group(NamedTuple):
    """Numbers of the files of one submission, the one that binds first; whose they are; what to note."""

    files: list[int]
    identity: Identity


class Work:
    """The two steps, for one choice of standards.

    ``pack`` says that recognitions are given as bytes, ``keep`` that documents and facts are kept in the
    entries.
    """

    def __init__(
        self, edition: str | None, overlay: Path | None, pack: bool = False, keep: bool = False
    ) -> None:
        self.edition, self.pack, self.keep = edition, pack, keep
        self.known = load(overlay)

    def __call__(self, step: str, *arguments: Any) -> Any:
        """``understand`` or ``judge``, for a process that only passes tasks on."""
        if step == "judge":
            return self.judge(*arguments)
        file, recognition = self.understand(*arguments)
        return file, pickle.dumps(recognition, pickle.HIGHEST_PROTOCOL) if self.pack else recognition

    def understand(
        self, number: int, source: Source, edition: str | None = None
    ) -> tuple[Checkup, Recognition | None]:
        """Read a file and recognise what it holds; its entry says what stood in the way."""
        file = Checkup(source.shown, file_format(PurePath(source.shown)), source.container, source.error)
        if file.error is not None:
            return file, None
        try:
            with blaming("读取", source.shown):
                document = read_document(source.path, source.shown)
                if data := taken_for_document(document):
                    document = replace(document, blocks=[], notes=[data])
                recognition = self._recognised(file, document, number, edition)
                file.document = document if self.keep else None
        except UnreadableError as error:
            return replace(file, error=str(error)), None
        except InternalError as error:
            return replace(file, error=str(error), fault=True), None
        return file, recognition

    def _recognised(self, file: Checkup, document: Document, number: int, edition: str | None) -> Recognition:
        """What ``document`` holds; its entry is filled in."""
        identity = identify(document, self.known)
        chosen = edition or self.edition or pick_edition(identity, self.known).id
        standards = self.known.standards(chosen)
        recognition = recognise(document, number, standards)
        text = read_text(document, number, standards, identity.year, recognition.facts)
        announced(document, number, standards, recognition.facts)
        _describe(file, document, identity, recognition, standards)
        file.figures["text"] = text.claimed, text.figures
        file.unclaimed = [Location(number, "context", u.place, u.printed) for u in text.unclaimed]
        return recognition

    def findings(self, document: Document, edition: str | None = None) -> list[Finding]:
        """What is wrong with a document that was composed, by ``edition``, and is in no file yet."""
        file = Checkup(document.title, document.format)
        with blaming("检查", document.title):
            recognition = self._recognised(file, document, 0, edition)
            standards = self.known.standards(file.edition or "")
            group = Group([0], file.identity or Identity(None, None, None))
            return check_submission(_submission([recognition], [file], standards, group)[0]).findings

    def judge(
        self, group: Group, sources: Sequence[Source], files: Sequence[Checkup], packed: Sequence[Packed]
    ) -> tuple[list[Checkup], SubmissionReport]:
        """Check the files of ``group`` together."""
        entries, submission, notes = self.gather(group, sources, files, packed)
        with blaming("检查", "、".join(file.path for file in entries)):
            checked = check_submission(submission)
        standards = submission.standards
        report = SubmissionReport(
            group.files, group.identity, standards.edition, tally(checked), checked.findings, notes
        )
        if self.keep:
            report.facts, report.readings = submission.facts, submission.readings
        return entries, report

    def gather(
        self, group: Group, sources: Sequence[Source], files: Sequence[Checkup], packed: Sequence[Packed]
    ) -> tuple[list[Checkup], Submission, list[str]]:
        """The submission of ``group``; files recognised by another edition are read again."""
        edition = self.edition or pick_edition(group.identity, self.known).id
        standards = self.known.standards(edition)
        entries, found = [], []
        for number, source, file, part in zip(group.files, sources, files, packed):
            recognition = pickle.loads(part) if isinstance(part, bytes) else part
            if file.edition != edition:
                file, recognition = self.understand(number, source, edition)
            entries.append(file)
            if recognition is not None:
                found.append(recognition)
        with blaming("检查", "、".join(file.path for file in entries)):
            submission, notes = _submission(found, entries, standards, group)
        return entries, submission, _edition_notes(group.identity, standards) + notes


@contextmanager
def blaming(work: str, path: str) -> Iterator[None]:
    """Turn a fault of Mingzhang's own into an InternalError that names the file."""
    try:
        yield
    except (UnreadableError, StandardsError):
        raise
    except MemoryError as error:
        raise UnreadableError(_TOO_MUCH) from error
    except Exception as error:
        raise InternalError(f"{work}“{path}”时程序出错：{type(error).__name__}。") from error


def _describe(
    file: Checkup, document: Document, identity: Identity, recognition: Recognition, standards: Standards
) -> None:
    """Fill in what is known of a file that was read."""
    number = recognition.document
    file.format, file.sha256, file.pages = document.format, document.sha256, document.pages
    file.partly, file.identity, file.edition = bool(document.notes), identity, standards.edition.id
    file.facts = len(recognition.facts)
    file.published = bool(recognition.readings)
    file.forms = [_seen(reading, standards) for reading in _all(recognition)]
    file.unrecognised = [_bare(number, place) for place in recognition.unrecognised]
    file.figures = {"tables": (recognition.claimed, recognition.figures)}
    file.notes = [*filter(None, [misnamed(file.path, document.format)]), *document.notes]
    file.notes += [
        f"《{numbered(title_of(standards, reading.form), reading.instance)}》"
        f"有{reading.lost}个数字所在的行或栏未能识别，没有核对。"
        for reading in _all(recognition)
        if reading.lost
    ]


def _all(recognition: Recognition) -> list[FormReading]:
    return recognition.readings + recognition.sheets


def _bare(number: int, place: Place) -> Location:
    return Location(number, "context", place, "")


def _seen(reading: FormReading, standards: Standards) -> FormSeen:
    title = title_of(standards, reading.form)
    place, quote = (reading.title.place, reading.title.quote) if reading.title else (reading.place, "")
    return FormSeen(
        reading.form, title, reading.facts, Location(reading.document, "context", place, quote, title)
    )


def _edition_notes(identity: Identity, chosen: Standards) -> list[str]:
    if identity.year is not None and identity.year != chosen.edition.year:
        return [f"没有{identity.year}年度的格式标准，已按“{chosen.edition.title}”核对。"]
    return []


# ── grouping ──────────────────────────────────────────────────────────────────────────────────


def group(files: Sequence[Checkup], *, separate: bool = False) -> list[Group]:
    """The submissions among ``files``, in order of their first file; unreadable files are in none.

    Files of the same year and name belong together; one whose name or year is unknown joins the
    only submission of its folder that it does not contradict.
    """
    usable = [n for n, file in enumerate(files) if file.error is None]
    if separate:
        groups = [[n] for n in usable]
    else:
        groups = []
        for n in (n for n in usable if _complete(files[n])):
            for members in groups:
                if all(_together(files[n], files[m]) for m in members):
                    members.append(n)
                    break
            else:
                groups.append([n])
        known = [list(members) for members in groups]
        for n in (n for n in usable if not _complete(files[n])):
            fitting = [g for g, members in enumerate(known) if _joins(n, members, files)]
            if len(fitting) == 1:
                groups[fitting[0]].append(n)
            else:
                groups.append([n])
    found = []
    for members in sorted(map(sorted, groups)):
        order = sorted(members, key=lambda n: (-_tables(files[n]), n))
        found.append(Group(order, _identity([files[n] for n in order])))
    return found


def _complete(file: Checkup) -> bool:
    return file.identity is not None and None not in (file.identity.entity, file.identity.year)


def _tables(file: Checkup) -> int:
    """How many kinds of forms bind first: the published tables, which a disclosure is known by."""
    return len({form.form for form in file.forms}) if file.published else 0


def _together(one: Checkup, other: Checkup) -> bool:
    """Whether two files of known name and year are of one unit and year."""
    assert one.identity is not None
    assert other.identity is not None
    if one.identity.year != other.identity.year:
        return False
    names = squash(one.identity.entity or ""), squash(other.identity.entity or "")
    if names[0] == names[1]:
        return True
    plain = [without_part(name) for name in names]
    if not _same(*sorted(plain, key=len)):
        return False
    if plain[0] != names[0] or plain[1] != names[1]:  # 部门 and 本级 both publish, each its own tables
        return not {form.form for form in one.forms} & {form.form for form in other.forms}
    return True


def without_part(name: str) -> str:
    """The unit's name, squashed, without what it says of its scope."""
    return _PART.sub("", squash(name))


def _same(short: str, long: str) -> bool:
    """Whether the names differ at most by the place before one of them."""
    before = long.removesuffix(short)
    return before == "" or (before != long and len(short) >= _SHORTEST and bool(_ABOVE.search(before)))


def _joins(number: int, members: Sequence[int], files: Sequence[Checkup]) -> bool:
    """Whether a file of incomplete identity lies beside a submission and does not contradict it."""
    folder = PurePath(files[number].path).parent
    own = files[number].identity or Identity(None, None, None)
    if all(PurePath(files[m].path).parent != folder for m in members):
        return False
    first = _identity([files[m] for m in members])
    if own.year not in (None, first.year):
        return False
    names = sorted((without_part(i.entity or "") for i in (own, first)), key=len)
    return own.entity is None or _same(*names)


def _identity(files: Sequence[Checkup]) -> Identity:
    """Whose the files are: what most of them say, the first where they are even."""
    said = [file.identity for file in files if file.identity is not None]
    most = [
        Counter(value for value in values if value is not None).most_common(1)
        for values in ([i.entity for i in said], [i.year for i in said], [i.jurisdiction for i in said])
    ]
    entity, year, jurisdiction = (found[0][0] if found else None for found in most)
    return Identity(entity, year, jurisdiction)  # type: ignore[arg-type]


# ── together ──────────────────────────────────────────────────────────────────────────────────


def _submission(
    found: Sequence[Recognition], files: Sequence[Checkup], standards: Standards, group: Group
) -> tuple[Submission, list[str]]:
    """What is checked, and notes about tables that several files hold."""
    if len(found) == 1:
        (only,) = found
        readings: dict[str, FormReading] = {}
        for reading in _all(only):
            readings.setdefault(reading.address, reading)
        return _whose(
            Submission(only.facts, readings, standards, group.identity.year, only.headings), group
        ), []
    facts, readings, headings = FactSet(), {}, Counter[str]()
    notes = []
    names = {number: Path(file.path).name for number, file in zip(group.files, files)}
    for recognition in found:
        headings.update(recognition.headings)
        copy = _repeats(recognition.facts, facts)
        bound = {a: names[r.document] for a, r in readings.items() if copy or r.form in standards.forms}
        numbered = Counter(r.form for r in readings.values() if not copy and r.form in standards.sheets)
        moved: dict[str, str] = {}
        for reading in _all(recognition):
            own = replace(reading, instance=reading.instance + numbered[reading.form])
            moved[reading.address] = own.address
            if reading.address not in bound:
                readings.setdefault(own.address, own)
        again = list(dict.fromkeys(address for address in moved if address in bound))
        different = _merge(facts, recognition.facts, moved, bound, copy)
        if again:
            told = f"，其中{different}个数字不同" if different else ""
            notes.append(
                f"“{names[recognition.document]}”中的{len(again)}张表在“{bound[again[0]]}”中也有{told}，"
                "已按后者核对；要分别核对，请加 --separate。"
            )
    return _whose(Submission(facts, readings, standards, group.identity.year, headings), group), notes


def _whose(submission: Submission, group: Group) -> Submission:
    return replace(submission, entity=group.identity.entity)


def _merge(into: FactSet, facts: FactSet, moved: dict[str, str], bound: dict[str, str], copy: bool) -> int:
    """Add facts under their addresses in the submission; those of a form bound before only repeat it.

    Of a ``copy`` the running text repeats what was read before as well. Gives the number of facts of forms
    bound before that say something else.
    """
    different, start = 0, len(into)
    for fact in facts:
        form, row, column = fact.key
        first = into.index.get(fact.key)
        number = into.add(fact._replace(key=(moved.get(form, form), row, column)))
        if form in bound or (copy and form not in moved):
            into.copied.add(number)
        if form in bound:
            if first is None:
                del into.index[fact.key]
                into.repeated.append(number)
            same = first is not None and into.intervals[first].meets(into.intervals[number])
            different += not same
    into.texts += [t._replace(key=(moved.get(t.key[0], t.key[0]), *t.key[1:])) for t in facts.texts]
    if not copy:
        into.paragraphs += facts.paragraphs
        into.statements += [
            replace(said, facts={column: n + start for column, n in said.facts.items()})
            for said in facts.statements
        ]
    return different


def _repeats(facts: FactSet, before: FactSet) -> bool:
    """Whether most of the running text has been read from files before: the same in another format."""
    known = {squash(paragraph.text) for paragraph in before.paragraphs}
    texts = [squash(paragraph.text) for paragraph in facts.paragraphs]
    return sum(len(text) for text in texts if text in known) * 2 > sum(map(len, texts))
