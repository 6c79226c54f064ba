"""What a person adds to a request by its link: a word, a code, a proof of identity, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.requests import (
    EventKind,
    RequestEvent,
    find_request_of,
    read_requests,
    record_event,
)
from troth.policy.model import Policy
from troth.postbox.box import Letter
from troth.postbox.content import FollowUp
from troth.postbox.numbers import number_of
from troth.postbox.seal import fingerprint

BY = "portal"


class Identity(Protocol):
    """How it is found out who asks."""

    def code(self, number: str, code: str, now: datetime) -> None:
        """A code that somebody typed."""

    def document(self, number: str, content: bytes, now: datetime) -> None:
        """A proof that somebody sent; it is sealed before anything else is done with it."""


@dataclass(frozen=True)
class Follow:
    """What follow-ups are recorded in, and who looks at what proves an identity."""

    ledger: Ledger
    policy: Policy
    identity: Identity | None = None


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
        request = known[0] if known and known[0].link == link else find_request_of(reading, link)
    if request is None:
        return False
    seen = any(event.detail.get("letter") == letter.number for event in request.events)
    if seen or not request.open:
        return True
    match said.step:
        case "word":
            detail = {"letter": letter.number, "words": said.text}
            _note(follow, request.number, "word-added", at, detail)
        case "withdraw":
            _note(follow, request.number, "withdrawn", at, {"letter": letter.number})
        case "code" | "document" if follow.identity is not None:
            try:
                if said.step == "code":
                    follow.identity.code(request.number, said.text, at)
                else:
                    follow.identity.document(request.number, document, at)
            except Refused:
                return True
    return True


def _note(
    follow: Follow, number: str, kind: EventKind, at: datetime, detail: dict[str, str]
) -> None:
    with follow.ledger.writing(follow.policy.organisation) as writing:
        record_event(writing, number, RequestEvent(kind, at, BY, detail))
