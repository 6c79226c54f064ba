"""What a document's bytes are: told by how they begin; for text also by the name's ending."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath

from troth.errors import Refused

READ = "txt, Markdown, HTML, PDF and docx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_TEXT_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}


class Format(StrEnum):
    """A format that can be read."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


def format_of(data: bytes, name: str) -> Format:
    """The format of a document.

    Raises Refused (`document-format`) where it is none that is read, `document-encrypted` for an
    Office file under a password.
    """
    start = data[:1024]
    if b"%PDF-" in start:
        return Format.PDF
    if start.startswith(b"PK\x03\x04"):
        return _zipped(data, name)
    if start.startswith(_OLE):
        raise _of_office(data, name)
    if start.startswith(b"{\\rtf"):
        raise _unread(name, "is in RTF")
    if start.startswith(_PICTURES):
        raise _unread(name, "is a picture", "a picture has no text; look for the document itself")
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _HTML.match(start.replace(b"\0", b"")[3 * (start[:3] == b"\xef\xbb\xbf") + 2 * wide :]):
        return Format.HTML
    ending = PurePosixPath(name.lower()).suffix
    return Format(_TEXT_ENDINGS.get(ending, "plain"))


def _zipped(data: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Refused(
            "document-damaged",
            "the file is a damaged archive",
            place=name,
            help="open it in the program that made it and save it again",
        ) from error
    if "word/document.xml" in inside:
        return Format.DOCX
    if "content.xml" in inside:
        raise _unread(name, "is in OpenDocument format")
    raise _unread(name, "is an archive")


def _of_office(data: bytes, name: str) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused(
            "document-encrypted",
            "the file is protected by a password",
            place=name,
            help="save it without a password",
        )
    return _unread(name, "is in an old format of Office")


def _unread(name: str, what: str, help: str = "") -> Refused:
    return Refused(
        "document-format",
        f"the file {what}, which is not read",
        place=name,
        help=help or f"save it as one of {READ}",
    )
