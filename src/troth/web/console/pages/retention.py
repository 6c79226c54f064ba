"""Retention: promises as the newest check found them, what falls due, plans that wait for a yes."""

from __future__ import annotations

from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.overview import checked, plans
from troth.desk.overview.applying import refuse_unapproved
from troth.errors import TrothError
from troth.law.calendar import day_of
from troth.ledger.kept_checks import check_history
from troth.ledger.kept_plans import plan_kept
from troth.ledger.session import Reading
from troth.ledger.works import Work, WorkKind, drop_work, newest_work
from troth.project.load import Settings, load_settings
from troth.report.as_json import NO_TABLE
from troth.report.chart import Series, bars, stacked
from troth.report.words import Words as ReportWords
from troth.web.console.pages.office import at_the_desk
from troth.web.console.pages.works import shown_works
from troth.web.console.queue import ask
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
            shown_works(reading, visit.now),
        )

    found, history, waiting, works = await visit.reading(read)
    settings = await run_in_threadpool(_settings, visit)
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
        works=works,
        found=found,
        history=history,
        waiting=waiting,
        chart=chart,
        series=series,
        told=words,
        unseen=NO_TABLE,
        standing=settings.nightly.approved if settings is not None else None,
        today=day_of(visit.now, visit.desk.zone),
    )


def _settings(visit: Visit) -> Settings | None:
    """What troth.yaml says now, which may be later than when the server read it; None if broken."""
    with suppress(TrothError):
        return load_settings(visit.desk.settings.folder, visit.desk.environ)
    return None


async def plan_page(visit: Visit) -> Response:
    """One plan: its steps, why each is taken, and what to know before approving it."""
    digest = visit.request.path_params["digest"]

    def read(reading: Reading) -> tuple[Work | None, bool]:
        return newest_work(reading, "apply", digest), plan_kept(reading, digest) is not None

    work, kept = await visit.reading(read)
    if not kept and work is not None and work.state == "done":  # gone from what waits
        return visit.page("message", visit.w("plan"), text=visit.w(work.said), help="")
    found = await visit.reading(plans.find_plan, digest, visit.now)
    return visit.page(
        "plan",
        visit.w("plan.title", day=visit.w.day(found.plan.day)),
        found=found,
        plan=found.plan,
        works=await visit.reading(shown_works, visit.now, digest),
        told=ReportWords(visit.w.language),
    )


async def works_part(visit: Visit) -> Response:
    """How far the work is, for a page that is open."""
    works = await visit.reading(shown_works, visit.now, visit.request.query_params.get("of", ""))
    return visit.page("works", visit.w("works"), works=works)


async def check_started(visit: Visit) -> Response:
    """Asks for promise and reality to be compared now."""
    return await _asked(visit, "check")


async def plan_started(visit: Visit) -> Response:
    """Asks for a plan of what is due now."""
    return await _asked(visit, "plan")


async def plan_applied(visit: Visit) -> Response:
    """Asks for exactly this plan to be carried out, which somebody else has approved."""
    digest = str(visit.request.path_params["digest"])
    await at_the_desk(visit, lambda office: refuse_unapproved(office, digest, visit.now))
    return await _asked(visit, "apply", digest)


async def work_dropped(visit: Visit) -> Response:
    """Takes something out of the queue that has not begun."""
    number = str(visit.request.path_params["number"])
    if not number.isdecimal():
        return visit.message("missing", 404)
    await visit.writing(drop_work, int(number))
    return visit.to("/retention#work")


async def _asked(visit: Visit, kind: WorkKind, subject: str = "") -> Response:
    desk, by, clock = visit.desk, visit.by, visit.frame.clock
    await run_in_threadpool(ask, desk, kind, subject, by=by, clock=clock)
    return visit.to(f"/retention/plans/{subject}#work" if subject else "/retention#work")


async def plan_approved(visit: Visit) -> Response:
    """Approves exactly this plan, by its digest."""
    digest = visit.request.path_params["digest"]
    await visit.writing(plans.approve, digest, by=visit.by, at=visit.now)
    return visit.to(f"/retention/plans/{digest}")
