"""The page of the agency: what is late or broken in which organisation, by numbers alone."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.fleet.organisations import Organisations
from troth.desk.fleet.view import Row, rows_of
from troth.web.console.visit import Visit


async def fleet(visit: Visit) -> Response:
    """Every organisation of the server; nobody else's console has this page."""
    organisations = visit.desk.fleet
    if organisations is None:
        return visit.message("missing", 404)

    def rows(of: Organisations) -> list[Row]:
        return list(rows_of(of, visit.now))

    found = await run_in_threadpool(rows, organisations)
    well = sum(row.state == "well" for row in found)
    return visit.page("fleet", visit.w("fleet"), rows=found, well=well)
