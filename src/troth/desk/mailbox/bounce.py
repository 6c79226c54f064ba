"""What a delivery report says: which addresses fail, for good or for now (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from troth.desk.mailbox.mail import Mail
from troth.desk.mailbox.parse import address_of, headers
from troth.desk.mailbox.parts import leaves

_FIELD = re.compile(r"^(final-recipient|original-recipient|action|status)\s*:\s*(.*)$", re.I)
_ID = re.compile(r"^message-id\s*:\s*(<[^<>\s]{1,900}>)", re.I | re.M)
_MOST_REPORTED = 50  # addresses of one report


@dataclass(frozen=True)
class Bounce:
    """Addresses that failed for good, and the Message-IDs of what came back."""

    failed: tuple[str, ...]
    returned: tuple[str, ...]


def bounce_of(mail: Mail) -> Bounce:
    """What a bounce reports; a report of a delay, or one that names no address, marks nobody."""
    failed: list[str] = []
    for text in _reports(mail):
        for group in re.split(r"\n\s*\n", text):
            failed += _failed(group)
    named = [
        address_of(part)
        for value in headers(mail.message, "X-Failed-Recipients")
        for part in value.split(",")
    ]
    failed += [address for address in named if address]
    return Bounce(tuple(dict.fromkeys(failed))[:_MOST_REPORTED], _returned(mail))


def _failed(group: str) -> list[str]:
    fields: dict[str, str] = {}
    for line in group.split("\n"):
        found = _FIELD.match(line.strip())
        if found:
            fields.setdefault(found[1].lower(), found[2].strip())
    for_good = fields.get("action", "").lower() == "failed" and fields.get(
        "status", "5"
    ).startswith("5")
    address = address_of(fields.get("final-recipient", "").rpartition(";")[2].strip(" <>"))
    return [address] if for_good and address else []


def _reports(mail: Mail) -> list[str]:
    """The delivery-status parts; the library splits them into mails of their own."""
    found = []
    for part in mail.message.walk() if mail.message.is_multipart() else ():
        if part.get_content_type() == "message/delivery-status":
            inside = part.get_payload()
            groups = inside if isinstance(inside, list) else [part]
            lines = [
                "\n".join(f"{name}: {value}" for name, value in group.raw_items())
                for group in groups
                if hasattr(group, "raw_items")
            ]
            found.append("\n\n".join(lines))
    return found


def _returned(mail: Mail) -> tuple[str, ...]:
    inside = [
        leaf.content[:64_000].decode("latin-1")
        for leaf in leaves(mail.message)
        if leaf.media_type in ("message/rfc822", "text/rfc822-headers", "message/global")
    ]
    ids = [found for text in inside for found in _ID.findall(text)]
    return tuple(dict.fromkeys([*ids, *mail.answers]))
