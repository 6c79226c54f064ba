"""What a program can check of PDF/UA-1 (ISO 14289-1), condition by condition of the Matterhorn
Protocol, without Java: what `flaws` yields is a defect for people who listen to a page.

Where the reference implementation (veraPDF) is installed, `by_verapdf` asks it as well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

VERAPDF = shutil.which("verapdf")

_STANDARD = {
    *("Document", "DocumentFragment", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption"),
    *("TOC", "TOCI", "Index", "NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6"),
    *("L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span"),
    *("Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure", "Formula"),
    *("Form", "Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP"),
}
_INSIDE = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "Lbl": {"LI", "Note", "TOCI", "Sect", "P", "Div"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
}
_SHOWS = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"Do"}


def flaws(pdf: bytes) -> list[str]:
    """Every defect, each with the condition that it breaks; empty for a sound file."""
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"].get_object()
    found = [*_document(reader, root)]
    tree = root.get("/StructTreeRoot")
    if tree is None:
        return [*found, "01-005: no structure tree"]
    tree = tree.get_object()
    nodes = list(_nodes(tree, None))
    found += _structure(nodes, {str(k): str(v) for k, v in (tree.get("/RoleMap") or {}).items()})
    known = _parents(tree)
    referred = {id for node, _ in nodes for id in _referred(node)}
    for number, page in enumerate(reader.pages, 1):
        found += [f"page {number}: {flaw}" for flaw in _page(reader, page, known, referred)]
    return found


def _document(reader: PdfReader, root: DictionaryObject) -> Iterator[str]:
    metadata = root.get("/Metadata")
    xmp = metadata.get_object().get_data().decode("utf-8") if metadata is not None else ""
    if not re.search(r"pdfuaid:part(?:>|=\")1", xmp):
        yield "06-002: the metadata does not say that it is PDF/UA"
    if "dc:title" not in xmp:
        yield "06-003: the metadata has no title"
    if not (root.get("/MarkInfo") or {}).get("/Marked"):
        yield "01-004: it is not marked as tagged"
    if not (root.get("/ViewerPreferences") or {}).get("/DisplayDocTitle"):
        yield "07-001: a viewer shows the name of the file, not its title"
    if not str(root.get("/Lang", "")):
        yield "11-006: it has no language"
    if reader.is_encrypted:
        yield "26-001: it is encrypted"
    if not root.get("/Outlines") and len(reader.pages) > 3:
        yield "27-001: a long text without an outline"


def _nodes(node: Any, parent: str | None) -> Iterator[tuple[DictionaryObject, str | None]]:
    """Each structure element below, with the type of what holds it, in reading order."""
    children = node.get("/K", [])
    children = children.get_object() if isinstance(children, IndirectObject) else children
    for child in children if isinstance(children, list) else [children]:
        one = child.get_object() if isinstance(child, IndirectObject) else child
        if isinstance(one, DictionaryObject) and "/S" in one:
            yield one, parent
            yield from _nodes(one, str(one["/S"])[1:])


def _structure(
    nodes: list[tuple[DictionaryObject, str | None]], roles: dict[str, str]
) -> Iterator[str]:
    level = 0
    tags: list[str] = []
    for node, parent in nodes:
        tag = str(node["/S"])[1:]
        tag = roles.get(f"/{tag}", tag).removeprefix("/")
        tags.append(tag)
        if tag not in _STANDARD:
            yield f"02-001: '{tag}' is no standard type and is mapped to none"
        if tag in _INSIDE and parent not in _INSIDE[tag]:
            yield f"09-004: {tag} stands in {parent}"
        if re.fullmatch(r"H[1-6]", tag):
            now = int(tag[1])
            if now > level + 1:
                yield f"14-003: {tag} follows a heading of level {level}"
            level = now
        if tag in ("Figure", "Formula") and not node.get("/Alt") and not node.get("/ActualText"):
            yield f"13-004: a {tag} without a text in its place"
        if tag == "TH" and not _attribute(node, "/Scope") and not node.get("/ID"):
            yield "15-003: a table head that does not say whether it heads a row or a column"
        if tag == "Table" and not any(str(one["/S"]) == "/TH" for one, _ in _nodes(node, tag)):
            yield "15-003: a table without heads"
    if tags.count("H1") != 1:
        yield f"14-002: {tags.count('H1')} headings of the first level"


def _attribute(node: DictionaryObject, name: str) -> Any:
    held = node.get("/A", [])
    held = held.get_object() if isinstance(held, IndirectObject) else held
    for one in held if isinstance(held, list) else [held]:
        one = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(one, DictionaryObject) and name in one:
            return one[name]
    return None


def _parents(tree: DictionaryObject) -> dict[int, Any]:
    """The parent tree: by the number that a page or an annotation bears."""
    found: dict[int, Any] = {}

    def collect(node: DictionaryObject) -> None:
        numbers = node.get("/Nums", [])
        found.update(
            {int(numbers[at]): numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}
        )
        for kid in node.get("/Kids", []):
            collect(kid.get_object())

    if tree.get("/ParentTree") is not None:
        collect(tree["/ParentTree"].get_object())
    return found


def _referred(node: DictionaryObject) -> Iterator[int]:
    """The numbers of objects, such as links, that an element holds."""
    children = node.get("/K", [])
    children = children.get_object() if isinstance(children, IndirectObject) else children
    for child in children if isinstance(children, list) else [children]:
        one = child.get_object() if isinstance(child, IndirectObject) else child
        if isinstance(one, DictionaryObject) and one.get("/Type") == "/OBJR":
            yield one.raw_get("/Obj").idnum


def _page(
    reader: PdfReader, page: DictionaryObject, known: dict[int, Any], referred: set[int]
) -> Iterator[str]:
    mine = known.get(int(page.get("/StructParents", -1)))
    depth: list[str] = []
    for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            depth.append(str(operands[0]))
            properties = operands[1] if len(operands) > 1 else None
            number = properties.get("/MCID") if isinstance(properties, DictionaryObject) else None
            if number is not None and (mine is None or int(number) >= len(mine)):
                yield f"01-006: content {number} belongs to no element"
        elif operator == b"EMC":
            depth.pop()
        elif operator in _SHOWS and not depth:
            yield f"01-005: what {operator.decode()} shows is neither read nor skipped"
            return
    links = page.get("/Annots") or ArrayObject()
    if links and page.get("/Tabs") != "/S":
        yield "28-009: links are not walked through in the order of reading"
    for link in links.get_object() if isinstance(links, IndirectObject) else links:
        one = link.get_object()
        if one.get("/Subtype") == "/Link":
            if isinstance(link, IndirectObject) and link.idnum not in referred:
                yield "28-011: a link is in no element of the structure"
            if not one.get("/Contents"):
                yield "28-012: a link without a description"
    yield from _fonts(page)


def _fonts(page: DictionaryObject) -> Iterator[str]:
    for name, held in (page["/Resources"].get_object().get("/Font") or {}).items():
        font = held.get_object()
        if "/ToUnicode" not in font:
            yield f"10-001: letters of {name} cannot be read out"
        below = [one.get_object() for one in font.get("/DescendantFonts", [])] or [font]
        for one in below:
            described = one.get("/FontDescriptor")
            files = ("/FontFile", "/FontFile2", "/FontFile3")
            if described is not None and not any(f in described.get_object() for f in files):
                yield f"31-009: {name} is not embedded"


def by_verapdf(file: Path) -> str:
    """What veraPDF says of a file against PDF/UA-1; empty where it passes."""
    assert VERAPDF is not None
    command = [VERAPDF, "--flavour", "ua1", "--format", "text", "-v", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return "" if done.stdout.startswith("PASS") else done.stdout + done.stderr
