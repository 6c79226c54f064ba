"""Uses of restricted data that Art. 18(2) allows: by row, for a closed reason, by two persons.

An unlock ends by itself. It is a fact: who asked, who approved, for what and until when.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import insert, select

from troth.errors import Refused
from troth.ledger.binding import bound, fact_text
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import restriction_unlocks

UnlockCode = Literal[
    "consent", "legal-claims", "rights-of-others", "important-public-interest", "legal-obligation"
]
"""Art. 18(2); `legal-obligation`: what a law orders, such as a tax inspection."""

LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Unlock:
    """A use of one restricted row (`position` of its restriction), allowed until `until`."""

    id: str
    restriction: str
    position: int
    code: UnlockCode
    asked_by: str
    approved_by: str
    unlocked_at: datetime
    until: datetime

    def open_at(self, now: datetime) -> bool:
        return self.unlocked_at <= now < self.until


def record_unlocks(
    writing: Writing,
    restriction: str,
    positions: Sequence[int],
    *,
    code: str,
    asked_by: str,
    approved_by: str,
    at: datetime,
    until: datetime,
    allowed: Collection[str] = (),
) -> tuple[Unlock, ...]:
    """Record that rows may be used until `until`; one fact for each.

    `allowed`: the policy's own closed list, where it has one. Refused: `unlock-code`,
    `unlock-two-persons`, `unlock-too-long`.
    """
    codes: tuple[UnlockCode, ...] = get_args(UnlockCode)
    granted = next((each for each in codes if each == code), None)
    if granted is None or (allowed and code not in allowed):
        known = [each for each in codes if not allowed or each in allowed]
        raise Refused(
            "unlock-code",
            f"'{code}' is no reason for which restricted data may be used",
            help=f"Art. 18(2) and the policy allow {', '.join(known)}",
        )
    asked, approved = asked_by.strip(), approved_by.strip()
    if not asked or not approved or asked.casefold() == approved.casefold():
        raise Refused(
            "unlock-two-persons",
            "one person asks for the use and another one approves it",
            help="name the other person with --approved-by",
        )
    if not at < until <= at + LONGEST:
        raise Refused(
            "unlock-too-long",
            f"an unlock ends after now and within {LONGEST.days} days",
            help="ask again when it has ended",
        )
    made = []
    for position in positions:
        id = writing.new_id("unlock")
        row = {
            "id": id,
            "restriction": restriction,
            "position": position,
            "code": granted,
            "asked_by": asked,
            "approved_by": approved,
            "unlocked_at": at,
            "until": until,
        }
        payload = {
            "unlock": id,
            "restriction": restriction,
            "row": position,
            "code": granted,
            "until": until.isoformat(),
        }
        fact = fact_text([(restriction_unlocks, row)])
        entry = writing.append_fact("restriction-unlocked", at, bound(payload, fact))
        writing.connection.execute(
            insert(restriction_unlocks).values(
                organisation=writing.organisation, entry=entry, **row
            )
        )
        made.append(Unlock(id, restriction, position, granted, asked, approved, at, until))
    return tuple(made)


def read_unlocks(reading: Reading, restriction: str) -> tuple[Unlock, ...]:
    """Every unlock of a restriction's rows, oldest first."""
    table = restriction_unlocks.c
    rows = reading.connection.execute(
        select(
            table.id,
            table.restriction,
            table.position,
            table.code,
            table.asked_by,
            table.approved_by,
            table.unlocked_at,
            table.until,
        )
        .where(table.organisation == reading.organisation, table.restriction == restriction)
        .order_by(table.entry)
    )
    return tuple(Unlock(*row) for row in rows)
