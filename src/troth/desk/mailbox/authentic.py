"""Whether our own mail server vouches for the sender (RFC 8601: DMARC, or aligned DKIM or SPF)."""

from __future__ import annotations

import re

from troth.desk.mailbox.mail import Mail
from troth.desk.mailbox.parse import headers

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*(\w+)(.*)$", re.I | re.S)
_PROPERTY = re.compile(r"(header\.(?:from|d|i)|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.I)


def authentic(mail: Mail, server: str | None) -> bool:
    """Whether `server`, our own, found that the mail is from the domain of its sender.

    Only the topmost result of that server counts (it takes away those that others forged in its
    name, RFC 8601 5); without a server nothing does.
    """
    if server is None or not mail.sender:
        return False
    domain = mail.sender.rpartition("@")[2]
    for value in headers(mail.message, "Authentication-Results"):
        name, _, results = _COMMENT.sub(" ", value).partition(";")
        if name.split()[:1] == [server] or name.strip().lower() == server.lower():
            return any(_vouches(result, domain) for result in results.split(";"))
    return False


def _vouches(result: str, domain: str) -> bool:
    found = _RESULT.match(result)
    if found is None or found[2].lower() != "pass":
        return False
    said = {name.lower(): value.lower() for name, value in _PROPERTY.findall(found[3])}
    named = {
        "dmarc": [said.get("header.from", "")],
        "dkim": [said.get("header.d", ""), said.get("header.i", "").rpartition("@")[2]],
        "spf": [said.get("smtp.mailfrom", "").rpartition("@")[2]],
    }[found[1].lower()]
    return any(_aligned(one, domain, exact=found[1].lower() == "spf") for one in named)


def _aligned(said: str, domain: str, *, exact: bool) -> bool:
    """The same domain, or one above it that signs for it; a top-level domain signs for nobody."""
    if not said or "." not in said:
        return False
    return said == domain or (not exact and domain.endswith(f".{said}"))
