"""Numbers alone, for whoever may see nothing of a person: a publisher that hosts the desk."""

from __future__ import annotations

from starlette.responses import Response

from troth.ledger.request_numbers import request_numbers
from troth.web.console.visit import Visit


async def numbers(visit: Visit) -> Response:
    """How many requests there are, of which right, and how many of them are late."""
    today = visit.now.astimezone(visit.desk.zone).date()
    found = await visit.reading(request_numbers, today)
    return visit.page("numbers", visit.w("numbers"), found=found)
