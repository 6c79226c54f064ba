"""Which files of a mail are kept: not too many, not too large, and what they say they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troth.desk.mailbox.limits import (
    LONGEST_NAME,
    MOST_ATTACHED_BYTES,
    MOST_ATTACHMENT_BYTES,
    MOST_ATTACHMENTS,
)
from troth.desk.mailbox.mail import Attachment
from troth.desk.mailbox.parts import Leaf

_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
_BEGINS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF8",),
    "image/webp": (b"RIFF",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
    "image/heic": (b"",),
    "application/msword": _OLE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _ZIP,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _ZIP,
    "application/vnd.oasis.opendocument.text": _ZIP,
    "application/vnd.oasis.opendocument.spreadsheet": _ZIP,
    "application/rtf": (b"{\\rtf",),
    "text/plain": (b"",),
    "text/csv": (b"",),
    "message/rfc822": (b"",),
}
"""Media types that are kept, and how their content begins."""

_BY_ENDING = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "heic": "image/heic",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
}
_UNNAMEABLE = re.compile(r"[^\w .()+,@=-]+")


def attachments_of(found: Sequence[Leaf]) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """What is kept, and for each file that is not, why: too many, too large, or of another type."""
    kept: list[Attachment] = []
    left_out: list[str] = []
    total = 0
    for leaf in found:
        if not _is_file(leaf):
            continue
        media_type = _media_type(leaf)
        if len(kept) >= MOST_ATTACHMENTS:
            left_out.append("too many")
        elif (
            len(leaf.content) > MOST_ATTACHMENT_BYTES
            or total + len(leaf.content) > MOST_ATTACHED_BYTES
        ):
            left_out.append("too large")
        elif media_type is None:
            left_out.append("another type")
        elif not leaf.content:
            left_out.append("unreadable")
        else:
            total += len(leaf.content)
            kept.append(Attachment(_name(leaf, len(kept) + 1), media_type, leaf.content))
    return tuple(kept), tuple(left_out)


def _is_file(leaf: Leaf) -> bool:
    if leaf.attached or leaf.name:
        return True
    return leaf.media_type not in ("text/plain", "text/html") and bool(leaf.content)


def _media_type(leaf: Leaf) -> str | None:
    """The type of a file whose content begins accordingly; by its ending where it says none."""
    said = leaf.media_type
    if said == "application/octet-stream":
        said = _BY_ENDING.get(leaf.name.rpartition(".")[2].lower(), said)
    begins = _BEGINS.get(said)
    if begins is None or not leaf.content.startswith(begins):
        return None
    if said in ("text/plain", "text/csv") and b"\x00" in leaf.content:
        return None
    return said


def _name(leaf: Leaf, position: int) -> str:
    """A name without folders and odd signs."""
    last = re.split(r"[\\/]", leaf.name)[-1]
    name = _UNNAMEABLE.sub("_", last).strip(" ._")[-LONGEST_NAME:]
    return name or f"attachment-{position}"
