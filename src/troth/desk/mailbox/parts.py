"""The leaves of a mail's tree of parts, with their content as far as it can be decoded."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Any

from troth.desk.mailbox.limits import DEEPEST, MOST_PARTS


@dataclass(frozen=True)
class Leaf:
    """One part that holds no others: its media type, file name (or none), bytes and charset."""

    media_type: str
    name: str
    attached: bool
    content: bytes
    charset: str

    def text(self) -> str:
        """The content as text: by its charset, else as UTF-8, else as Western European."""
        for charset in (self.charset, "utf-8", "cp1252"):
            try:
                return self.content.decode(charset)
            except (LookupError, ValueError):
                continue
        return self.content.decode("latin-1")


def leaves(message: EmailMessage) -> tuple[Leaf, ...]:
    """The leaves in order, at most `MOST_PARTS`, none deeper than `DEEPEST`.

    A mail within the mail is one leaf: what somebody forwards is not what they write.
    """
    found: list[Leaf] = []
    waiting: list[tuple[Message[Any, Any], int]] = [(message, 0)]
    looked = 0
    while waiting and looked < MOST_PARTS:
        part, depth = waiting.pop()
        looked += 1
        forwarded = depth > 0 and part.get_content_type() == "message/rfc822"
        if part.is_multipart() and not forwarded:
            if depth < DEEPEST:
                waiting += [(one, depth + 1) for one in reversed(_parts(part))]
        else:
            found.append(_leaf(part, depth))
    return tuple(found)


def _parts(part: Message[Any, Any]) -> list[Message[Any, Any]]:
    inside = part.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _leaf(part: Message[Any, Any], depth: int) -> Leaf:
    return Leaf(
        media_type=part.get_content_type(),
        name=_name(part),
        attached=depth > 0 and _disposition(part) == "attachment",
        content=_content(part),
        charset=_charset(part),
    )


def _content(part: Message[Any, Any]) -> bytes:
    if part.is_multipart():  # a forwarded mail
        try:
            return b"".join(one.as_bytes() for one in _parts(part))
        except Exception:  # the generator raises half a dozen kinds on broken headers
            return b""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _name(part: Message[Any, Any]) -> str:
    try:
        return part.get_filename("") or ""
    except Exception:  # broken parameters (RFC 2231) raise TypeError, ValueError, LookupError…
        return "unnamed"


def _charset(part: Message[Any, Any]) -> str:
    try:
        return part.get_content_charset("") or "utf-8"
    except Exception:  # as above
        return "utf-8"


def _disposition(part: Message[Any, Any]) -> str | None:
    try:
        return part.get_content_disposition()
    except Exception:  # as above
        return None
