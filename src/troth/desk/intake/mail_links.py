"""The links that mails to a person carry: preferences, and unsubscribing in one step (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.law.calendar import day_of
from troth.policy.model import Policy
from troth.postbox.tokens import LASTS, token_for


@dataclass(frozen=True)
class MailLinks:
    """Two addresses, and the headers that let a mail program show its own button."""

    preferences: str
    unsubscribe: str

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of RFC 8058; the mail's DKIM signature must cover both."""
        return (
            ("List-Unsubscribe", f"<{self.unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )


def mail_links(
    policy: Policy, key: bytes, person: Identifier, pages: str, now: datetime
) -> MailLinks:
    """The links for a person; `key` is the desk's private key, `pages` the address of the pages.

    Refused (`not-https`): a mail program presses its button over TLS alone.
    """
    base = pages.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.netloc:
        raise Refused(
            "not-https",
            "the links of a mail need the pages' address over TLS",
            place="--pages",
            help="write it like https://your-data.example",
        )
    expires_on = day_of(now, policy.zoneinfo) + LASTS
    subject = f"{person.namespace}={person.value}"
    token = token_for(subject, key, policy.organisation, expires_on)
    return MailLinks(f"{base}/{policy.languages[0]}/preferences/{token}", f"{base}/u/{token}")
