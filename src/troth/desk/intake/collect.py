"""Emptying the post box: each letter becomes a request in the ledger, once, with a receipt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from troth.desk.intake.due import answer_by
from troth.desk.standing.record import record_request
from troth.ledger.ledger import Ledger
from troth.ledger.requests import Request
from troth.policy.model import Policy
from troth.postbox.box import Letter, Postbox
from troth.postbox.content import Content
from troth.postbox.numbers import number_of
from troth.postbox.seal import SealError, fingerprint, lock, open_seal


@dataclass(frozen=True)
class Collected:
    """How many letters became requests, and the numbers of those that could not be read."""

    taken: int
    unreadable: tuple[str, ...]


def collect(box: Postbox, ledger: Ledger, policy: Policy, key: bytes, now: datetime) -> Collected:
    """Takes every letter that can be read; `key` is the private key.

    The deadline is counted here, from the policy: what the public process says is not relied on.

    A letter leaves the box after its request is durable, so that a crash in between takes it
    again, to no effect. One that cannot be read stays, and is reported.
    """
    taken, unreadable = 0, []
    for letter in box.letters(policy.organisation):
        content = _opened(letter, key)
        if content is None:
            unreadable.append(letter.number)
            continue
        request = _request(letter, content, policy, now)
        with ledger.writing(policy.organisation) as writing:
            record_request(writing, policy, request, by="portal", at=now)
        status = {
            "status": "received",
            "due_on": request.answer_by.isoformat(),
            "right": content.right,
        }
        box.settle(letter, lock(json.dumps(status).encode(), content.secret))
        taken += 1
    return Collected(taken, tuple(unreadable))


def _opened(letter: Letter, key: bytes) -> Content | None:
    """What a letter says; None where it was not written by the public pages."""
    try:
        content = Content.model_validate_json(
            open_seal(letter.sealed, key, f"{letter.organisation} {letter.number}")
        )
    except (SealError, ValidationError):
        return None
    genuine = number_of(content.secret) == letter.number
    return content if genuine and fingerprint(content.secret) == letter.link else None


def _request(letter: Letter, content: Content, policy: Policy, now: datetime) -> Request:
    received_at = min(letter.posted_at, now)
    names = {"email": content.email, "name": content.name, "reference": content.reference}
    return Request(
        number=letter.number,
        right=content.right,
        channel="portal",
        received_at=received_at,
        answer_by=answer_by(policy, content.right, received_at),
        language=content.language,
        contact=content.email,
        names={what: value for what, value in names.items() if value},
        words=content.words,
        behalf=content.behalf,
        link=letter.link,
    )
