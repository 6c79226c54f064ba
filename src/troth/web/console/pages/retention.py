"""Retention: promises as the newest check found them, what falls due, plans that wait for a yes."""

from __future__ import annotations

from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.nightly.office import Office
from troth.desk.nightly.retention import look
from troth.desk.overview import checked, plans
from troth.desk.overview.applying import apply_kept, refuse_unapproved
from troth.errors import TrothError
from troth.law.calendar import day_of
from troth.ledger.kept_checks import check_history
from troth.ledger.kept_plans import plan_kept
from troth.ledger.session import Reading
from troth.project.load import Settings, load_settings
from troth.report.chart import Series, bars, stacked
from troth.report.words import Words as ReportWords
from troth.web.console.pages.office import at_the_desk, office_of
from troth.web.console.visit import Visit

CHECK, PLAN = "check", "plan"
"""What runs beside the pages, by name."""
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
        checking=visit.desk.background.of(CHECK),
        found=found,
        history=history,
        waiting=waiting,
        chart=chart,
        series=series,
        told=words,
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
    work = visit.desk.background.of(f"{PLAN} {digest}")
    if work is not None and work.ended_at is not None and not work.failed:
        kept = await visit.reading(plan_kept, digest)
        if kept is None:  # it is done, and gone from what waits
            return visit.page("message", visit.w("plan"), text=visit.w(work.said), help="")
    found = await visit.reading(plans.find_plan, digest, visit.now)
    return visit.page(
        "plan",
        visit.w("plan.title", day=visit.w.day(found.plan.day)),
        found=found,
        plan=found.plan,
        work=visit.desk.background.of(f"{PLAN} {digest}"),
        told=ReportWords(visit.w.language),
    )


async def check_started(visit: Visit) -> Response:
    """Compares promise and reality now; the page shows it once it is done."""

    def work() -> str:
        project = visit.desk.project()
        folder = project.folder
        look(Office(project, visit.desk.ledger, visit.frame.clock, "", folder))
        return "checks.done"

    visit.desk.background.start(CHECK, visit.by, visit.frame.clock, work)
    return visit.to("/retention")


async def plan_applied(visit: Visit) -> Response:
    """Carries out exactly this plan, which somebody else has approved."""
    digest = str(visit.request.path_params["digest"])
    by, clock = visit.by, visit.frame.clock
    await at_the_desk(visit, lambda office: refuse_unapproved(office, digest, visit.now))

    def work() -> str:
        with office_of(visit, stores=True) as office:
            outcome = apply_kept(office, digest, by=by, clock=clock)
        return "plan.applied" if outcome.clean else "plan.remains"

    visit.desk.background.start(f"{PLAN} {digest}", by, clock, work)
    return visit.to(f"/retention/plans/{digest}")


async def plan_approved(visit: Visit) -> Response:
    """Approves exactly this plan, by its digest."""
    digest = visit.request.path_params["digest"]
    await visit.writing(plans.approve, digest, by=visit.by, at=visit.now)
    return visit.to(f"/retention/plans/{digest}")
