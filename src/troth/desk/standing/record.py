"""Recording a request and what happens to it, with its standing in the same transaction.

Every channel and every step records through these two, so that no list can be behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from troth.desk.standing.fold import standing_of
from troth.ledger import requests
from troth.ledger.request_words import forget_words, keep_words
from troth.ledger.requests import Request, RequestEvent, find_request, read_requests
from troth.ledger.session import Writing
from troth.ledger.standings import Standing, keep_standing, replace_standings


def record_request(writing: Writing, new: Request, *, by: str, at: datetime) -> bool:
    """Record a request; False, and nothing recorded, where its number is known already."""
    if not requests.record_request(writing, new, by=by, at=at):
        return False
    keep_standing(writing, standing_of(new))
    keep_words(writing, [(new.number, new.contact, list(new.names.values()))])
    return True


def record_event(writing: Writing, number: str, event: RequestEvent) -> None:
    """Record what happened to a request; Refused (`unknown-request`, `request-closed`)."""
    requests.record_event(writing, number, event)
    keep_standing(writing, standing_of(find_request(writing, number)))


def rebuild(writing: Writing) -> int:
    """Make the standings and words of all requests anew; how many requests there are."""
    every = read_requests(writing)
    forget_words(writing)
    keep_words(writing, ((one.number, one.contact, list(one.names.values())) for one in every))

    def standings() -> Iterator[Standing]:
        for one in every:
            yield standing_of(one)

    return replace_standings(writing, standings())
