"""What SoftFil's ledger knows before the demo begins: consents, and a legal hold."""

from __future__ import annotations

from datetime import datetime

from troth.demo.history import History
from troth.ledger.consents import record_consents
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger

BY = "troth demo"


def record(ledger: Ledger, organisation: str, history: History, at: datetime) -> None:
    """Writes the history's facts at the instant `at` (aware, UTC)."""
    with ledger.writing(organisation) as writing:
        known = [fact for fact in history.consents if fact.at <= at]
        record_consents(writing, known, by=BY, at=at)
        for hold in history.holds:
            add_hold(
                writing,
                case=hold.case,
                reason=hold.reason,
                by=BY,
                at=at,
                rows=[(store, table, (key,)) for store, table, key in hold.rows],
            )
