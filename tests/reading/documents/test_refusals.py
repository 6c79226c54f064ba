"""What cannot be read ends in one clear word, whatever the bytes are."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from reading.documents import made
from troth.errors import Refused
from troth.reading.documents.load import MOST_BYTES, read_text

PDF = made.as_pdf(made.HARBOUR)
WORD = made.as_docx(made.HARBOUR)
PAGE = made.as_html(made.HARBOUR).encode()


def code(data: bytes, name: str = "policy") -> str:
    with pytest.raises(Refused) as refused:
        read_text(data, name)
    assert refused.value.help
    assert refused.value.place == name
    return refused.value.code


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def scanned() -> bytes:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(width=595, height=842)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def bomb() -> bytes:
    """A docx of some 100 kB that would unpack to 150 MB."""
    written = io.BytesIO(WORD)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/picture.bin", b"\0" * 150_000_000)
    return written.getvalue()


def test_an_empty_document() -> None:
    assert code(b"") == "document-empty"
    assert code(b" \r\n\t\n") == "document-empty"
    assert code(b"<html><body><script>x()</script></body></html>") == "document-empty"
    empty = io.BytesIO()
    docx.Document().save(empty)
    assert code(empty.getvalue()) == "document-empty"


def test_a_document_of_50_megabytes() -> None:
    assert code(b"We keep your data. " * (50 * 1024 * 1024 // 19)) == "document-too-large"
    assert code(b"word " * (MOST_BYTES // 5 - 1)) == "document-too-large"


def test_an_archive_that_unpacks_to_too_much() -> None:
    assert code(bomb()) == "document-too-large"


def test_a_scan_without_text() -> None:
    assert code(scanned()) == "document-without-text"


def test_a_password() -> None:
    assert code(encrypted()) == "document-encrypted"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert code(ole) == "document-encrypted"


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"{\\rtf1 We keep your data.}",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        bytes(range(256)) * 40,
    ],
)
def test_what_is_no_text(data: bytes) -> None:
    assert code(data) == "document-format"


def test_an_archive_of_something_else() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    assert code(written.getvalue()) == "document-format"


@pytest.mark.parametrize(
    "data", [PDF[: len(PDF) // 3], b"%PDF-1.7\nnothing", WORD[: len(WORD) // 2]]
)
def test_a_damaged_document(data: bytes) -> None:
    assert code(data) == "document-damaged"


@pytest.mark.parametrize(
    "words",
    [
        "Wir verarbeiten Ihre Daten nur, wenn Sie es wünschen, und löschen sie nach einem Jahr, "
        "denn der Schutz der Daten ist uns wichtig und das Gesetz verlangt es von uns.",
        "Tratamos sus datos personales con el fin de responder a las preguntas que nos envía por "
        "correo, y los borramos después de un año si no existe otra razón para conservarlos.",
        "Мы храним ваши данные только столько времени, сколько нужно для ответа на ваш вопрос.",
        "我们只在回答您的问题所需的时间内保存您的个人数据，之后会将其删除。",
        "Kişisel verilerinizi yalnızca bize yazdığınız sorulara yanıt vermek için ve bir yıl "
        "süreyle saklarız, daha sonra bu verileri sileriz ve kimseyle paylaşmayız.",
    ],
)
def test_another_language(words: str) -> None:
    assert code(words.encode(), "policy.txt") == "document-language"


def test_english_and_french_are_told_apart() -> None:
    english = "We keep your name for as long as you rent from us, and for one year after that."
    french = "Nous gardons votre nom tant que vous louez chez nous, puis pendant une année."
    assert read_text(english.encode(), "a.txt").language == "en"
    assert read_text(french.encode(), "a.txt").language == "fr"
    cited = "The authority is the Commission nationale de l'informatique et des libertés."
    quoted = f"{english} {english} {cited}"
    assert read_text(quoted.encode(), "a.txt").language == "en"


def unharmed(data: bytes, name: str) -> None:
    """Either a text whose blocks lie in order and hold all of it, or one refusal."""
    try:
        text = read_text(data, name)
    except Refused:
        return
    end = 0
    for position, block in enumerate(text.blocks):
        assert end <= block.start < block.end <= len(text.characters)
        assert not text.characters[end : block.start].strip()
        assert all(above < position for above in block.above)
        assert text.of(block).strip()
        end = block.end
    assert end == len(text.characters)


@given(
    st.binary(max_size=2_000),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "", "x"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes, name: str) -> None:
    unharmed(data, name)


@given(st.text(max_size=800), st.sampled_from(["a.txt", "a.md", "a.html"]))
@settings(max_examples=150, deadline=None)
def test_any_text(words: str, name: str) -> None:
    unharmed(words.encode("utf-8", "surrogatepass"), name)


@given(
    st.sampled_from([PDF, WORD, PAGE]),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12)), max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_documents_with_some_bytes_changed(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    changed = bytearray(data)
    for at, piece in changes:
        at %= len(data)
        changed[at : at + len(piece)] = piece
    unharmed(bytes(changed), "policy")


@pytest.mark.parametrize("tag", ["div", "ul", "table", "b", "blockquote"])
def test_a_page_nested_without_end(tag: str) -> None:
    inner = f"<{tag}>" * 5_000
    unharmed(f"<html><body>{inner}We keep your name for one year.".encode(), "a.html")
    unharmed(("> " * 5_000 + "We keep your name for one year.").encode(), "a.md")
