"""Where a request stands, as the holder of its link is shown it; put into the box when it moves."""

from __future__ import annotations

from datetime import timedelta

from troth.law.calendar import day_of
from troth.ledger.ledger import Ledger
from troth.ledger.requests import Request, read_requests, requests_after
from troth.policy.model import Policy
from troth.postbox.box import Postbox
from troth.postbox.content import RIGHTS, Right
from troth.postbox.seal import lock
from troth.postbox.standing import Note, Standing

SHOWN_FOR = timedelta(days=90)
"""How long the page of a request that has ended is shown, and what was noted of preferences."""
_NOTES: dict[str, Note] = {
    "word-added": "word",
    "document-received": "document",
    "identity-accepted": "code",
    "package-sent": "package-sent",
    "package-fetched": "package-fetched",
    "package-expired": "package-expired",
}


def standing_of(request: Request, policy: Policy) -> Standing:
    """What is shown of a request: no name, no address, nobody of the organisation."""
    ended = next((event for event in request.events if event.kind == "closed"), None)
    withdrawn = any(event.kind == "withdrawn" for event in request.events)
    zone = policy.zoneinfo
    notes = tuple(
        (day_of(event.at, zone), _NOTES[event.kind])
        for event in request.events
        if event.kind in _NOTES
    )
    return Standing(
        number=request.number,
        right=right_of(request.right),
        stage="closed" if ended else "received",
        due_on=request.answer_by,
        outcome=None if ended is None else "withdrawn" if withdrawn else "answered",
        ended_on=None if ended is None else day_of(ended.at, zone),
        withdrawn=withdrawn,
        notes=notes,
    )


def right_of(text: str) -> Right | None:
    """A right as the pages know it; None for one that they have no form for."""
    return next((right for right in RIGHTS if right == text), None)


def put_standing(box: Postbox, request: Request, policy: Policy, entry: int = 0) -> None:
    """Shows a request to the holder of its link; without a link nobody can look."""
    if request.link is None:
        return
    found = standing_of(request, policy)
    expires = found.ended_on + SHOWN_FOR if found.ended_on is not None else None
    locked = lock(found.model_dump_json().encode(), request.link)
    box.put(policy.organisation, request.link, locked, entry=entry, expires_on=expires)


def refresh(box: Postbox, ledger: Ledger, policy: Policy) -> int:
    """Shows anew what has moved since the last time, by whomever; how many requests."""
    since = box.answered_until(policy.organisation)
    with ledger.reading(policy.organisation) as reading:
        moved, until = requests_after(reading, since)
        found = read_requests(reading, moved) if moved else ()
    for request in found:
        put_standing(box, request, policy, until)
    return len(found)
