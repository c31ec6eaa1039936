"""A package of parts, some of them changed: every other part stays byte for byte what it was."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree
from lxml.etree import _Element

from mingzhang.readers.package import open_package

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_TYPES = "[Content_Types].xml"
_RELATED = f"{{{_PACKAGE}/relationships}}"
_TYPED = f"{{{_PACKAGE}/content-types}}"
_NEW = f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode()


def parse(data: bytes) -> _Element:
    """The root of a part that a reader has read before, with comments and all."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


class Parts:
    """The parts of a Word or Excel file; what is changed or added is packed with the rest."""

    def __init__(self, data: bytes) -> None:
        self.package = open_package(data)
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name.lower(): name for name in self.package.names()}
        self._open: dict[str, _Element | bytes] = {}
        kinds = (relation.get("Type", "") for relation in self._relations(""))
        main = next((kind for kind in kinds if kind.endswith("/officeDocument")), _OFFICE)
        self._office = main.rpartition("/")[0]

    def root(self, name: str) -> _Element:
        """The tree of a part; what is changed in it is written."""
        name = self._names.get(name.lower(), name)
        known = self._open.get(name)
        if known is None or isinstance(known, bytes):
            known = self._open[name] = parse(known or self.package.read(name) or b"")
        return known

    def put(self, name: str, data: bytes) -> None:
        """Put these bytes in place of a part, or add a part."""
        self._open[self._names.setdefault(name.lower(), name)] = data

    def add(self, name: str, root: _Element, kind: str) -> None:
        """Add a part of a content type."""
        self._open[name] = root
        self._names[name.lower()] = name
        etree.SubElement(self.root(_TYPES), f"{_TYPED}Override", PartName=f"/{name}", ContentType=kind)

    def default(self, suffix: str, kind: str) -> None:
        """Let parts with a suffix be of a content type, where they are of none."""
        types = self.root(_TYPES)
        if all(t.get("Extension", "").lower() != suffix for t in types.iterfind(f"{_TYPED}Default")):
            types.insert(0, etree.Element(f"{_TYPED}Default", Extension=suffix, ContentType=kind))

    def free(self, stem: str, suffix: str) -> str:
        """A name for a part that there is not yet."""
        name, number = f"{stem}{suffix}", 1
        while name.lower() in self._names:
            name, number = f"{stem}{number}{suffix}", number + 1
        return name

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts of a kind that ``part`` refers to, by the key of the reference."""
        folder = posixpath.dirname(part)
        return {
            relation.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, relation.get("Target", ""))
            ).lstrip("/")
            for relation in self._relations(part)
            if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") is None
        }

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let ``part`` refer to another; gives the key of the reference."""
        name = _relations_of(part)
        if name.lower() not in self._names:
            self._open[name] = parse(_NEW)
            self._names[name.lower()] = name
        root = self.root(name)
        taken = {relation.get("Id") for relation in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(
            root, f"{_RELATED}Relationship", Id=f"rId{number}", Type=f"{self._office}/{kind}", Target=path
        )
        return f"rId{number}"

    def relations_space(self) -> str:
        """The namespace of the attributes that name a reference, as the file has it."""
        return f"{{{self._office}}}"

    def packed(self) -> bytes:
        """The file: the members in their order with their own dates, those added at the end."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for info in self._archive.infolist():
                name = info.filename.lstrip("/")
                content = self._archive.read(info)
                if name in self._open and info.filename in (name, f"/{name}"):
                    content = _written(self._open.pop(name))
                archive.writestr(_member(info.filename, info), content)
            for name, root in self._open.items():
                archive.writestr(_member(name), _written(root))
        return data.getvalue()

    def _relations(self, part: str) -> list[_Element]:
        name = _relations_of(part)
        if name.lower() not in self._names:
            return []
        known = self._open.get(self._names[name.lower()])
        root = known if known is not None else self.package.read(name) or b""
        root = parse(root) if isinstance(root, bytes) else root
        return root.findall(f"{_RELATED}Relationship")


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _written(root: _Element | bytes) -> bytes:
    if isinstance(root, bytes):
        return root
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def _member(name: str, like: zipfile.ZipInfo | None = None) -> zipfile.ZipInfo:
    """A member with the date and flags of another, else of 1980."""
    member = zipfile.ZipInfo(name) if like is None else zipfile.ZipInfo(name, like.date_time)
    member.create_system = 0
    member.compress_type = zipfile.ZIP_DEFLATED if like is None else like.compress_type
    return member
