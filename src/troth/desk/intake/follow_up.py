"""What a person adds to a request by its link: a word, a code, a proof of identity, its end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from troth.desk.standing.record import record_event
from troth.desk.workflow.identity import show_code, take_document
from troth.desk.workflow.office import Office
from troth.desk.workflow.scope import withdrawn
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.requests import EventKind, RequestEvent, find_request_of, read_requests
from troth.policy.model import Policy
from troth.postbox.box import Letter
from troth.postbox.content import FollowUp
from troth.postbox.numbers import number_of
from troth.postbox.seal import fingerprint

BY = "portal"


@dataclass(frozen=True)
class Follow:
    """What follow-ups are recorded in; `office` takes what proves an identity (None: nobody)."""

    ledger: Ledger
    policy: Policy
    office: Office | None = None


def take(follow: Follow, letter: Letter, said: FollowUp, document: bytes, now: datetime) -> bool:
    """Records what was added; False where no request has such a link.

    Taken again after a crash it is recorded once. What comes too late, or was not asked for,
    changes nothing.
    """
    at = min(letter.posted_at, now)
    organisation = follow.policy.organisation
    with follow.ledger.reading(organisation) as reading:
        link = fingerprint(said.of)
        known = read_requests(reading, [number_of(said.of)])  # of a form, found by its key
        request = known[0] if known and known[0].page == link else find_request_of(reading, link)
    if request is None:
        return False
    seen = any(event.detail.get("letter") == letter.number for event in request.events)
    if seen or not request.open:
        return True
    match said.step:
        case "word":
            detail = {"letter": letter.number, "words": said.text}
            _note(follow, request.number, "word-added", at, detail)
        case "withdraw" if follow.office is not None:
            detail = {"letter": letter.number}
            withdrawn(follow.office, request.number, detail, by=BY, at=at)
        case "withdraw":
            _note(follow, request.number, "withdrawn", at, {"letter": letter.number})
        case "code" | "document" if follow.office is not None:
            _prove(follow.office, request.number, said, document, at)
    return True


def _prove(office: Office, number: str, said: FollowUp, document: bytes, at: datetime) -> None:
    """A code or a document, as of when it was sent; one that nobody waits for counts nothing."""
    with suppress(Refused):
        if said.step == "code":
            show_code(office, number, said.text, by=BY, now=at)
        else:
            take_document(office, number, document, by=BY, now=at)


def _note(
    follow: Follow, number: str, kind: EventKind, at: datetime, detail: dict[str, str]
) -> None:
    with follow.ledger.writing(follow.policy.organisation) as writing:
        record_event(writing, follow.policy, number, RequestEvent(kind, at, BY, detail))
