"""The share of a document's figures that became facts: of its tables and forms, and of its running text.

Outputs, figures known only by the noun beside them, count apart. With ``--list``, what stayed unclaimed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from mingzhang.binding.identity import identify, pick_edition
from mingzhang.binding.narrative import NarrativeReading, read_text
from mingzhang.binding.recognise import Recognition, recognise
from mingzhang.documents import UnreadableError
from mingzhang.facts import FactSet
from mingzhang.readers import FORMATS, file_format, read_document
from mingzhang.taxonomy import Library, load

SHARED = Path(__file__).parents[1].parent / "shared"
DEFAULT = (SHARED / "seeds", SHARED / "documents")
OUTPUT = "output"
_NAME = 36
_LINE = "{:" + str(_NAME) + "}  {:>20}{:>20}{:>10}{:>20}  {}"


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file() and file_format(p) in FORMATS)
        else:
            yield path


def _share(claimed: int, figures: int) -> str:
    return f"{claimed}/{figures} {claimed / figures:>6.1%}" if figures else "–"


def _measure(path: Path, known: Library, listed: bool) -> None:
    try:
        document = read_document(path)
    except UnreadableError as error:
        print(f"{path.name[:_NAME]:{_NAME}}  {error}")
        return
    identity = identify(document, known)
    standards = known.standards(pick_edition(identity, known).id)
    tables = recognise(document, 0, standards)
    facts = FactSet()
    text = read_text(document, 0, standards, identity.year, facts)
    outputs = facts.concepts.count(OUTPUT)
    print(
        _LINE.format(
            path.name[:_NAME],
            _share(tables.claimed, tables.figures),
            _share(text.claimed - outputs, text.figures),
            outputs,
            _share(text.claimed, text.figures),
            standards.edition.id,
        )
    )
    if listed:
        _list(tables, text)


def _list(tables: Recognition, text: NarrativeReading) -> None:
    for place in tables.unrecognised:
        print(f"    {place.describe()}  (table of no form)")
    for reading in (*tables.readings, *tables.sheets):
        for row, column, printed, place in reading.odd:
            print(f"    {place.describe()}  {reading.address} {row} {column}: {printed}")
        if reading.lost:
            print(f"    {reading.place.describe()}  {reading.address}: {reading.lost} in rows of no place")
    for printed, context, place in text.unclaimed:
        print(f"    {place.describe()}  {printed}: {' '.join(context.split())}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", type=Path, help="files and directories; without, the shared ones")
    parser.add_argument("--list", action="store_true", help="list the unclaimed figures with their context")
    arguments = parser.parse_args()
    paths = arguments.paths or [path for path in DEFAULT if path.exists()]
    known = load()
    print(_LINE.format("", "tables and forms", "text, named", "outputs", "text in all", "edition"))
    for path in _files(paths):
        _measure(path, known, arguments.list)
    return 0


if __name__ == "__main__":
    sys.exit(main())
