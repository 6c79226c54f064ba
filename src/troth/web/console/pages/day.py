"""The first page: what is late, due, waiting, broken or unknown today."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from troth.desk.overview.today import COMING_DAYS, today
from troth.law.calendar import day_of
from troth.ledger.breaches import read_breaches
from troth.ledger.session import Reading
from troth.web.console.visit import Visit


async def morning(visit: Visit) -> Response:
    """The day, by numbers alone: it names nobody."""
    day = day_of(visit.now, visit.desk.zone)
    found = await visit.reading(today, day, visit.now)
    breaches = await visit.reading(_open_breaches) if visit.may("breaches") else 0
    return visit.page(
        "day",
        visit.w("today"),
        day=day,
        yesterday=day - timedelta(days=1),
        tomorrow=day + timedelta(days=1),
        week=day + timedelta(days=COMING_DAYS),
        found=found,
        breaches=breaches,
    )


def _open_breaches(reading: Reading) -> int:
    return sum(one.open for one in read_breaches(reading))
