"""Tickets: what a form carries from one page to the next, sealed so that only we can read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from troth.desk.accounts.codes import open_secret, seal_secret

LASTS = timedelta(minutes=15)


def make_ticket(key: bytes, purpose: str, values: Mapping[str, str], now: datetime) -> str:
    """A ticket for one purpose, good for a quarter of an hour."""
    text = json.dumps({**values, "until": (now + LASTS).isoformat()})
    return seal_secret(key, text, purpose).hex()


def open_ticket(key: bytes, purpose: str, ticket: str, now: datetime) -> dict[str, str] | None:
    """What it carries; None where it is no ticket of ours for this, or its time is over."""
    try:
        text = open_secret(key, bytes.fromhex(ticket), purpose)
    except ValueError:
        return None
    if text is None:
        return None
    values: dict[str, str] = json.loads(text)
    until = datetime.fromisoformat(values.pop("until"))
    return values if now <= until else None


def spent_digest(ticket: str) -> str:
    """What is remembered of a ticket that counts once."""
    return sha256(ticket.encode()).hexdigest()
