"""Where a request stands, as one narrow value: a fold of the request and its events."""

from __future__ import annotations

from troth.ledger.requests import Request
from troth.ledger.standings import CLOSED, Standing


def standing_of(request: Request) -> Standing:
    """Where a request stands by its events."""
    stage = CLOSED if not request.open else "decision" if request.events else "received"
    return Standing(
        number=request.number,
        right=request.right,
        channel=request.channel,
        received_at=request.received_at,
        due_on=request.answer_by,
        stage=stage,
        turn="desk" if request.open else "nobody",
    )
