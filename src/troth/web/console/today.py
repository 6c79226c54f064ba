"""The first page: what is due, late, broken or unknown today."""

from __future__ import annotations

from starlette.responses import Response

from troth.web.console.visit import Visit


async def today(visit: Visit) -> Response:
    """The day, and who is at the desk."""
    return visit.page("today", visit.w("today"), day=visit.now.astimezone(visit.desk.zone).date())
