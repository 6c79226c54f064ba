"""A document's bytes to its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from troth.errors import Refused
from troth.reading.documents.encoding import decode
from troth.reading.documents.formats import Format, format_of
from troth.reading.documents.language import language_of
from troth.reading.documents.pieces import Piece, assemble
from troth.reading.documents.plain import plain_pieces
from troth.reading.text import Text

MOST_BYTES = 20 * 1024 * 1024
MOST_CHARACTERS = 400_000  # of the text; the longest policies have some 200,000


def read_text(data: bytes, name: str) -> Text:
    """The text of a document; `name` is its file name, whose ending may tell its format.

    Plain text, Markdown, HTML, PDF and docx, in English or French. The same bytes give the same
    text. Raises Refused where it is empty, too large, damaged, encrypted, a scan without text, no
    document that is read, or in another language.
    """
    if len(data) > MOST_BYTES:
        raise _too_large(name)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise _empty(name)
    pieces = _PIECES[format_of(data, name)](data, name)
    if sum(len(piece.characters) for piece in pieces) > MOST_CHARACTERS:
        raise _too_large(name)
    words = "\n".join(piece.characters for piece in pieces)
    if not any(char.isalpha() for char in words):
        raise _empty(name)
    return assemble(pieces, language_of(words, name))


def _plain(data: bytes, name: str) -> list[Piece]:
    return plain_pieces(_short(decode(data, name), name))


def _markdown(data: bytes, name: str) -> list[Piece]:
    from troth.reading.documents.markdown import markdown_pieces  # as below

    return markdown_pieces(_short(decode(data, name), name))


def _pdf(data: bytes, name: str) -> list[Piece]:
    from troth.reading.documents.pdf import pdf_pieces  # slow to import, and few texts need it

    return pdf_pieces(data, name)


def _docx(data: bytes, name: str) -> list[Piece]:
    from troth.reading.documents.docx import docx_pieces  # as above

    return docx_pieces(data, name)


def _html(data: bytes, name: str) -> list[Piece]:
    from troth.reading.documents.html import html_pieces  # as above

    return html_pieces(decode(data, name, declares=True))


_PIECES: dict[Format, Callable[[bytes, str], Sequence[Piece]]] = {
    Format.PLAIN: _plain,
    Format.MARKDOWN: _markdown,
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.DOCX: _docx,
}


def _short(characters: str, name: str) -> str:
    if len(characters) > MOST_CHARACTERS:
        raise _too_large(name)
    return characters


def _too_large(name: str) -> Refused:
    return Refused(
        "document-too-large",
        f"the document is larger than any policy (at most {MOST_BYTES // 1024 // 1024} MB,"
        f" and {MOST_CHARACTERS:,} characters)",
        place=name,
        help="give the policy alone",
    )


def _empty(name: str) -> Refused:
    return Refused(
        "document-empty",
        "the document has no text",
        place=name,
        help="look whether it is the right file",
    )
