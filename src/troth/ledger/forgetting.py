"""Forgetting facts at their own end: the ledger is personal data too.

The rows go; an entry says what still stands of the entries that had recorded them; and the payload
of an entry of which nothing stands is erased with its salt, so that nobody can be guessed from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from troth.ledger.binding import digest_of, read_groups
from troth.ledger.erasure import erase_payloads_of
from troth.ledger.older import span_of
from troth.ledger.session import Writing

KIND = "facts-forgotten"


def forgotten(
    writing: Writing,
    what: str,
    count: int,
    entries: Mapping[str, Collection[int]],
    *,
    reason: str,
    at: datetime,
) -> None:
    """Say that rows are gone: `entries` are, by kind, the numbers of those that recorded them.

    `what` and `count` are what the journal says of it; nothing is said where no entry is named.
    """
    spans = sorted({span_of(writing, kind, one) for kind, many in entries.items() for one in many})
    if not spans:
        return
    left = [
        (span, list(read_groups(writing.connection, writing.organisation, *span))) for span in spans
    ]
    writing.append_fact(
        KIND,
        at,
        lambda _seq, salt: {
            "what": what,
            "count": count,
            "reason": reason,
            "bound": [[*span, digest_of(salt, groups)] for span, groups in left],
        },
    )
    numbers = {number for many in entries.values() for number in many}
    erase_payloads_of(writing, numbers, reason=reason, at=at)
