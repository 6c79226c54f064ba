"""A PDF to its pieces: its characters with their places, by pdfium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium

from troth.errors import Refused
from troth.reading.documents.layout import pieces_of
from troth.reading.documents.pieces import Piece
from troth.reading.documents.segments import Segment

MOST_PAGES = 500
MOST_CHARACTERS = 400_000
_FEWEST_CHARACTERS = 25  # of a document; a scan has none, or those of a stamp
_HYPHENS = (0x02, 0xFFFE, 0xAD)
_BOLD_WEIGHT = 600
_NAME_LENGTH = 128
_STRAIGHT = 0.02  # radians; what is turned more is a watermark or a margin note
_WORD_GAP = 0.2  # of the height, from which a gap is a space
_CELL_GAP = 0.8  # of the height, from which a gap parts two segments
_WRITTEN_GAP = 3.0  # the same where the file has a space there


def pdf_pieces(data: bytes, name: str) -> list[Piece]:
    """The headings, paragraphs, items and rows of a PDF, in reading order.

    Raises Refused: `document-encrypted`, `document-damaged`, `document-too-large`, and
    `document-without-text` for a scan.
    """
    pages: list[list[Segment]] = []
    sizes: list[tuple[float, float]] = []
    characters = 0
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            if len(document) > MOST_PAGES:
                raise _too_large(name)
            for page in document:
                with closing(page), closing(page.get_textpage()) as text:
                    segments = list(_segments(text.raw))
                    characters += sum(len(one.characters) for one in segments)
                    if characters > MOST_CHARACTERS:
                        raise _too_large(name)
                    pages.append(segments)
                    sizes.append(page.get_size())
    except pypdfium2.PdfiumError as error:
        raise _failed(error, name) from error
    if characters < _FEWEST_CHARACTERS:
        raise Refused(
            "document-without-text",
            "the PDF has no text, as a scan has none",
            place=name,
            help="give the document it was made from, or let a text recognition read it first",
        )
    return pieces_of(pages, sizes)


def _segments(page: pdfium.FPDF_TEXTPAGE) -> Iterator[Segment]:
    """The runs of characters on one line that no wide gap parts, in the order of the file."""
    box = pdfium.FS_RECTF()
    current: _Run | None = None
    for at in range(pdfium.FPDFText_CountChars(page)):
        code = pdfium.FPDFText_GetUnicode(page, at)
        if code in (0x0D, 0x0A, 0):
            continue
        if code == 0x20 or code == 0xA0:
            if current is not None:
                current.spaced = True
                current.written |= not pdfium.FPDFText_IsGenerated(page, at)
            continue
        if not pdfium.FPDFText_GetLooseCharBox(page, at, box) or box.top <= box.bottom:
            continue
        if code in _HYPHENS:
            if current is not None:
                current.hyphen = True
            continue
        if current is None or not current.goes_on(box):
            if current is not None:
                yield current.segment()
            if abs(pdfium.FPDFText_GetCharAngle(page, at)) > _STRAIGHT:
                current = None
                continue
            current = _Run(box, _is_bold(page, at))
        current.add(chr(code), box)
    if current is not None:
        yield current.segment()


class _Run:
    """A segment that is still growing."""

    def __init__(self, box: pdfium.FS_RECTF, bold: bool) -> None:
        self.left, self.right, self.bottom, self.top = box.left, box.left, box.bottom, box.top
        self.bold = bold
        self.spaced = self.written = False  # a space, and one that the file has
        self.hyphen = False
        self._last = box.left  # of the last character; those of a ligature share one box
        self._characters: list[str] = []

    def goes_on(self, box: pdfium.FS_RECTF) -> bool:
        """Whether the next character stands on the same line, close behind."""
        height = self.top - self.bottom
        shared = min(self.top, box.top) - max(self.bottom, box.bottom)
        if shared < 0.5 * min(height, box.top - box.bottom) or self.hyphen:
            return False
        widest = (_WRITTEN_GAP if self.written else _CELL_GAP) * height
        return bool(box.left >= self._last - 0.1 * height and box.left - self.right < widest)

    def add(self, character: str, box: pdfium.FS_RECTF) -> None:
        """Takes one character."""
        gap = box.left - self.right > _WORD_GAP * (self.top - self.bottom)
        if self._characters and (self.spaced or gap):
            self._characters.append(" ")
        self.spaced = self.written = False
        self._characters.append(character)
        self._last = box.left
        self.right = max(self.right, box.right)
        self.top, self.bottom = max(self.top, box.top), min(self.bottom, box.bottom)

    def segment(self) -> Segment:
        return Segment(
            "".join(self._characters),
            self.left,
            self.right,
            self.bottom,
            self.top,
            self.bold,
            self.hyphen,
        )


def _is_bold(page: pdfium.FPDF_TEXTPAGE, at: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(page, at) >= _BOLD_WEIGHT:
        return True
    name = ctypes.create_string_buffer(_NAME_LENGTH)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(page, at, name, _NAME_LENGTH, flags)
    written = name.value.lower() if 0 < length <= _NAME_LENGTH else b""
    return b"bold" in written or b"black" in written or b"heavy" in written


def _failed(error: pypdfium2.PdfiumError, name: str) -> Refused:
    if "assword" in str(error):
        return Refused(
            "document-encrypted",
            "the PDF is protected by a password",
            place=name,
            help="save it without a password",
        )
    return Refused(
        "document-damaged",
        "the PDF cannot be opened",
        place=name,
        help="open it in a PDF viewer and print it to a new PDF",
    )


def _too_large(name: str) -> Refused:
    return Refused(
        "document-too-large",
        f"the PDF has more than {MOST_PAGES} pages or {MOST_CHARACTERS:,} characters",
        place=name,
        help="give the pages of the policy alone",
    )
