"""The PDF: tagged, titled, in its language, and the same for the same notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

import pdf_ua
from notice.conftest import example
from notice.media import MADE, said, text_of_pdf
from troth.errors import Refused
from troth.language import LANGUAGES, Language
from troth.notice.pdf import as_pdf


@pytest.fixture(scope="module")
def french() -> bytes:
    return as_pdf(said(example("mast"), "fr"), MADE)


def _tags(node: Any) -> Iterator[str]:
    """The structure types below a node, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from _tags(child)
    elif isinstance(node, list):
        for child in node:
            yield from _tags(child)


def test_it_says_that_it_is_pdf_ua(french: bytes) -> None:
    reader = PdfReader(BytesIO(french))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part>1<" in metadata or 'pdfuaid:part="1"' in metadata


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_a_title_and_a_language(language: Language) -> None:
    one = said(example("mast"), language)
    reader = PdfReader(BytesIO(as_pdf(one, MADE)))
    root = reader.trailer["/Root"]
    assert str(root["/Lang"]) == language
    assert reader.metadata is not None
    assert reader.metadata.title == one.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_its_structure_has_headings_tables_with_heads_and_links(french: bytes) -> None:
    root = PdfReader(BytesIO(french)).trailer["/Root"]
    tags = list(_tags(root["/StructTreeRoot"]["/K"]))
    one = said(example("mast"), "fr")
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == len(one.chapters) + 4  # the draft, the brief, the table, the whole
    assert tags.count("/H3") == sum(len(chapter.cards) for chapter in one.chapters)
    assert tags.count("/Table") >= 1
    assert tags.count("/TH") >= 3
    assert "/Link" in tags


def test_its_outline_names_the_chapters(french: bytes) -> None:
    reader = PdfReader(BytesIO(french))

    def titles(entries: list[Any]) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield str(entry.title)

    found = list(titles(reader.outline))
    for chapter in said(example("mast"), "fr").chapters:
        assert any(title.startswith(f"{chapter.number}. ") for title in found)


@pytest.mark.clause("SMA-0-4")
def test_addresses_are_spelt_out(french: bytes) -> None:
    policy = example("mast")
    text = text_of_pdf(french)
    found = [
        one for contact in policy.contacts.values() for one in (contact.email, contact.url) if one
    ]
    found += [one.url for one in policy.authorities.values() if one.url]
    assert found
    for address in found:
        assert address in text


def test_the_same_notice_gives_the_same_bytes(french: bytes) -> None:
    assert as_pdf(said(example("mast"), "fr"), MADE) == french


def test_letters_that_no_font_has_are_refused_in_one_line() -> None:
    policy = example("mast").model_copy(update={"title": "Title \U000e0041\U0001f9ff\u0378"})
    with pytest.raises(Refused) as caught:
        as_pdf(said(policy, "en"), MADE)
    assert caught.value.code == "pdf-letters"


@pytest.mark.parametrize("name", ["mast", "collectif-m"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_pdf_ua_is_broken(name: str, language: Language) -> None:
    assert pdf_ua.flaws(as_pdf(said(example(name), language), MADE)) == []


@pytest.mark.skipif(pdf_ua.VERAPDF is None, reason="veraPDF is not installed (it needs Java)")
def test_verapdf_finds_nothing_either(french: bytes, tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(french)
    assert pdf_ua.by_verapdf(file) == ""


def _elements(writer: PdfWriter, tag: str) -> list[DictionaryObject]:
    """The structure elements of one type."""
    return [
        one
        for held in writer._objects  # pypdf has no public list of objects
        if isinstance(one := held, DictionaryObject) and one.get("/S") == tag
    ]


def _without_scope(writer: PdfWriter) -> None:
    for one in _elements(writer, "/TH"):
        one.pop("/A", None)
        one.pop("/ID", None)


def _without_tabs(writer: PdfWriter) -> None:
    for page in writer.pages:
        page.pop("/Tabs", None)


def _without_contents(writer: PdfWriter) -> None:
    for page in writer.pages:
        for link in page.get("/Annots", []):
            link.get_object().pop("/Contents", None)


def _skipping_a_level(writer: PdfWriter) -> None:
    for one in _elements(writer, "/H2"):
        one[NameObject("/S")] = NameObject("/H3")


def _untagged(writer: PdfWriter) -> None:
    page = writer.pages[0]
    content = page["/Contents"].get_object().get_data()
    stream = StreamObject()
    stream.set_data(content + b"\n0 0 10 10 re f\n")
    page[NameObject("/Contents")] = writer._add_object(stream)


def _orphaned(writer: PdfWriter) -> None:
    for page in writer.pages:
        page.pop("/StructParents", None)


def _of(*path: str) -> Callable[[PdfWriter], None]:
    """Takes an entry of the catalogue out."""

    def change(writer: PdfWriter) -> None:
        inside: DictionaryObject = writer._root_object
        for step in path[:-1]:
            inside = inside[step].get_object()
        del inside[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        (_without_scope, "15-003"),
        (_without_tabs, "28-009"),
        (_without_contents, "28-012"),
        (_skipping_a_level, "14-003"),
        (_untagged, "01-005"),
        (_orphaned, "01-006"),
        (_of("/StructTreeRoot"), "01-005"),
        (_of("/MarkInfo"), "01-004"),
        (_of("/Lang"), "11-006"),
        (_of("/ViewerPreferences", "/DisplayDocTitle"), "07-001"),
        (_of("/Metadata"), "06-002"),
        (_of("/Outlines"), "27-001"),
    ],
)
def test_a_broken_pdf_is_known_as_such(
    french: bytes, change: Callable[[PdfWriter], None], condition: str
) -> None:
    writer = PdfWriter(clone_from=BytesIO(french))
    change(writer)
    made = BytesIO()
    writer.write(made)
    found = pdf_ua.flaws(made.getvalue())
    assert any(condition in flaw for flaw in found), found
