"""A request that came by letter, by telephone or at the counter, as a colleague writes it down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from troth.desk.standing.record import record_request
from troth.errors import Refused
from troth.law.calendar import day_begins, day_of
from troth.law.deadlines import deadline
from troth.ledger.requests import Channel, Request
from troth.ledger.session import Writing
from troth.policy.answering import answer_terms, holidays_of
from troth.policy.model import Policy
from troth.postbox.content import BEHALVES, LONGEST_ADDRESS, MOST_LETTERS, RIGHTS
from troth.postbox.numbers import number_of

ByHand = Literal["post", "phone", "console"]
BY_HAND: tuple[ByHand, ...] = get_args(ByHand)
"""By letter, by telephone, at the counter."""
MOST_DAYS_LATE = 366  # a letter that lay longer is entered with its own story
_SECRET_BYTES = 16
_NAME_LETTERS = 200


@dataclass(frozen=True)
class Entered:
    """What a colleague wrote down. `email` or `address` is where the answer goes.

    `received_on` is the day on which it came in, in the organisation's zone: the deadline counts
    from it, not from the day on which it was written down.
    """

    right: str
    channel: str
    received_on: date
    language: str
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    reference: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    behalf: str = "self"


def take_in(writing: Writing, policy: Policy, entered: Entered, *, by: str, now: datetime) -> str:
    """Record it as a request; its number.

    Refused: `unknown-right`, `unknown-channel`, `unknown-behalf`, `request-in-the-future`,
    `request-too-old`, `request-without-contact`, `request-too-long`.
    """
    channel = _channel(entered.channel)
    _refuse_unknown(entered)
    received_at = _received_at(entered.received_on, policy, now)
    terms = answer_terms(policy, entered.right)
    names = {"email": entered.email, "name": entered.name, "reference": entered.reference}
    new = Request(
        number=number_of(secrets.token_urlsafe(_SECRET_BYTES)),
        right=entered.right,
        channel=channel,
        received_at=received_at,
        answer_by=deadline(entered.received_on, terms, holidays_of(policy)).due,
        language=entered.language if entered.language in policy.languages else policy.languages[0],
        contact=entered.email or entered.address,
        names={what: value for what, value in names.items() if value},
        words=entered.words,
        behalf=entered.behalf,
    )
    record_request(writing, policy, new, by=by, at=now)
    return new.number


def _channel(text: str) -> Channel:
    for one in BY_HAND:
        if one == text:
            return one
    raise Refused(
        "unknown-channel", "say how the request came", help=f"one of {', '.join(BY_HAND)}"
    )


def _refuse_unknown(entered: Entered) -> None:
    if entered.right not in RIGHTS:
        raise Refused(
            "unknown-right",
            "say what the person asks for",
            help=f"one of {', '.join(RIGHTS)}",
        )
    if entered.behalf not in BEHALVES:
        raise Refused("unknown-behalf", "say for whom it is", help=f"one of {', '.join(BEHALVES)}")
    if not (entered.email or entered.address) or (entered.email and "@" not in entered.email):
        raise Refused(
            "request-without-contact",
            "an answer needs somewhere to go",
            help="write an e-mail address, or a postal address",
        )
    short = (entered.email, entered.name, entered.reference)
    if (
        any(len(text) > max(LONGEST_ADDRESS, _NAME_LETTERS) for text in short)
        or len(entered.words) > MOST_LETTERS
        or len(entered.address) > MOST_LETTERS
    ):
        raise Refused(
            "request-too-long",
            f"a text is longer than {MOST_LETTERS} characters",
            help="write down what is asked, and attach the letter",
        )


def _received_at(day: date, policy: Policy, now: datetime) -> datetime:
    today = day_of(now, policy.zoneinfo)
    if day > today:
        raise Refused(
            "request-in-the-future", "a request cannot have come later than today", help="mend it"
        )
    if (today - day).days > MOST_DAYS_LATE:
        raise Refused(
            "request-too-old",
            f"it would have come more than {MOST_DAYS_LATE} days ago",
            help="look at the year",
        )
    if day == today:
        return now
    return day_begins(day, policy.zoneinfo) + timedelta(hours=12)
