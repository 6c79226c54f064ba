"""Bytes of a text to its characters."""

from __future__ import annotations

import codecs
import re

from troth.errors import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MOST_CONTROL = 0.01  # of all characters; more is not a text


def decode(data: bytes, name: str, *, declares: bool = False) -> str:
    """The characters of a text: by its byte order mark, as UTF-8, or as Windows-1252.

    `declares`: a `<meta charset>` counts where the bytes are not UTF-8. Line ends become `\\n`.
    Raises Refused (`document-format`) for bytes that are no text.
    """
    text = _decoded(data, declares)
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise Refused(
            "document-format",
            "the file is not a text",
            place=name,
            help="give the document itself: txt, Markdown, HTML, PDF or docx",
        )
    return re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)


def _decoded(data: bytes, declares: bool) -> str:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, errors="replace")
    wide = _without_mark(data)
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:4096]) if declares else None
    if declared is not None:
        try:
            return data.decode(declared[1].decode("ascii"), errors="replace")
        except (LookupError, UnicodeError):
            pass
    return data.decode("cp1252", errors="replace")


def _without_mark(data: bytes) -> str:
    """UTF-16 that lacks its mark: of Latin letters every second byte is zero."""
    start = data[:2000]
    if len(start) < 4 or b"\0" not in start:
        return ""
    half = len(start) // 2
    if start[1::2].count(0) > 0.7 * half and start[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if start[::2].count(0) > 0.7 * half and start[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""
