"""The page of the agency: what is late or broken in which organisation, by numbers alone."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.fleet.view import rows_soon
from troth.web.console.visit import Visit

PATIENCE_SECONDS = 1.0  # for organisations that are not open yet


async def fleet(visit: Visit) -> Response:
    """Every organisation of the server; nobody else's console has this page."""
    organisations = visit.desk.fleet
    if organisations is None:
        return visit.message("missing", 404)

    found = await run_in_threadpool(rows_soon, organisations, visit.now, PATIENCE_SECONDS)
    states = [row.state for row in found]
    well, opening = states.count("well"), states.count("opening")
    return visit.page("fleet", visit.w("fleet"), rows=found, well=well, opening=opening)
