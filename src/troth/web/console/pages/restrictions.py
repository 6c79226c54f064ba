"""What is set aside and used by nobody, by the number of its request."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.overview.restricted import SHOWN, set_aside
from troth.law.calendar import day_of
from troth.web.console.visit import Visit


async def restrictions_page(visit: Visit) -> Response:
    """Every restriction in force: since when, why, how many rows, and how near its end is."""
    found = await visit.reading(set_aside, visit.desk.policy, visit.now)
    return visit.page(
        "restrictions",
        visit.w("restrictions"),
        found=found,
        more=len(found) == SHOWN,
        day=day_of(visit.now, visit.desk.zone),
    )
