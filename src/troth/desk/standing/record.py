"""Recording a request and what happens to it, with its standing in the same transaction.

Every channel and every step records through these two, so that no list can be behind.
"""

from __future__ import annotations

from datetime import datetime

from troth.desk.standing.fold import standing_of
from troth.ledger import requests
from troth.ledger.request_words import forget_words, keep_words
from troth.ledger.requests import Request, RequestEvent, find_request, read_requests
from troth.ledger.session import Writing
from troth.ledger.standings import keep_standing, lacks_standings, replace_standings
from troth.policy.model import Policy


def record_request(
    writing: Writing, policy: Policy, new: Request, *, by: str, at: datetime
) -> bool:
    """Record a request; False, and nothing recorded, where its number is known already."""
    if not requests.record_request(writing, new, by=by, at=at):
        return False
    keep_standing(writing, standing_of(new, policy, at))
    keep_words(writing, [(new.number, new.contact, list(new.names.values()))])
    return True


def record_event(writing: Writing, policy: Policy, number: str, event: RequestEvent) -> None:
    """Record what happened to a request; Refused (`unknown-request`, `request-closed`)."""
    requests.record_event(writing, number, event)
    keep_standing(writing, standing_of(find_request(writing, number), policy, event.at))


def assign(
    writing: Writing, policy: Policy, number: str, to: str, *, by: str, at: datetime
) -> None:
    """Give a request to an account to work on; an empty name takes it back."""
    detail = {"to": to} if to else {}
    record_event(writing, policy, number, RequestEvent("assigned", at, by, detail))


def catch_up(writing: Writing, policy: Policy, now: datetime) -> int:
    """Make the standings anew where some request has none: an older version recorded it.

    How many requests there are then; 0 where nothing was missing.
    """
    return rebuild(writing, policy, now) if lacks_standings(writing) else 0


def rebuild(writing: Writing, policy: Policy, now: datetime) -> int:
    """Make the standings and words of all requests anew; how many requests there are."""
    every = read_requests(writing)
    forget_words(writing)
    keep_words(writing, ((one.number, one.contact, list(one.names.values())) for one in every))
    return replace_standings(writing, (standing_of(one, policy, now) for one in every))
