"""The page of the agency: what is late or broken in which organisation, by numbers alone."""

from __future__ import annotations

from collections import Counter

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.fleet.view import State, rows_soon
from troth.web.console.desks import origin_of
from troth.web.console.visit import Visit

PATIENCE_SECONDS = 1.0  # for organisations that are not open yet
WORST_FIRST: tuple[State, ...] = ("late", "broken", "unreachable", "waiting", "opening", "well")


async def fleet(visit: Visit) -> Response:
    """Every organisation of the server, the worst first; nobody else's console has this page."""
    organisations = visit.desk.fleet
    if organisations is None:
        return visit.message("missing", 404)

    found = await run_in_threadpool(rows_soon, organisations, visit.now, PATIENCE_SECONDS)
    consoles = {
        one.name: f"{origin_of(one.console)}/"
        for one in organisations.server.organisations
        if one.console is not None
    }
    return visit.page(
        "fleet",
        visit.w("fleet"),
        rows=sorted(found, key=lambda row: WORST_FIRST.index(row.state)),
        states=Counter(row.state for row in found),
        order=WORST_FIRST,
        consoles=consoles,
    )
