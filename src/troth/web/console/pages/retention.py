"""Retention: promises as the newest check found them, what falls due, plans that wait for a yes."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.overview import checked, plans
from troth.ledger.kept_checks import check_history
from troth.ledger.session import Reading
from troth.report.chart import Series, bars, stacked
from troth.report.words import Words as ReportWords
from troth.web.console.visit import Visit

MOST_SERIES = 5  # promises told apart by colour
HISTORY = 30  # checks whose numbers are listed


async def retention_page(visit: Visit) -> Response:
    """The report in short, the months to come, and the plans."""

    def read(reading: Reading) -> tuple[object, ...]:
        return (
            checked.newest(reading),
            check_history(reading, most=HISTORY),
            plans.waiting_plans(reading, visit.now),
        )

    found, history, waiting = await visit.reading(read)
    words = ReportWords(visit.w.language)
    chart = None
    series: tuple[Series, ...] = ()
    if isinstance(found, checked.Checked) and found.forecast is not None:
        every = [Series(words.sentence(one), rows) for one, rows in found.forecast.rows.items()]
        series = stacked(every, MOST_SERIES, words("chart.rest"))
        if series:
            chart = bars(series, found.forecast.months, words, words("chart.title"))
    return visit.page(
        "retention",
        visit.w("retention"),
        found=found,
        history=history,
        waiting=waiting,
        chart=chart,
        series=series,
        told=words,
    )


async def plan_page(visit: Visit) -> Response:
    """One plan: its steps, why each is taken, and what to know before approving it."""
    digest = visit.request.path_params["digest"]
    found = await visit.reading(plans.find_plan, digest, visit.now)
    return visit.page(
        "plan",
        visit.w("plan.title", day=visit.w.day(found.plan.day)),
        found=found,
        plan=found.plan,
        told=ReportWords(visit.w.language),
    )


async def plan_approved(visit: Visit) -> Response:
    """Approves exactly this plan, by its digest."""
    digest = visit.request.path_params["digest"]
    await visit.writing(plans.approve, digest, by=visit.by, at=visit.now)
    return visit.to(f"/retention/plans/{digest}")
