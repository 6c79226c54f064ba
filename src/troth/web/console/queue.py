"""What colleagues ask the console for and do not wait for: put in the queue, and worked off.

The queue of an organisation is in its ledger. The console works on it as soon as somebody asks, and
when it starts; where it does not run, the nightly worker does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from troth.desk.nightly.jobs import asked_job
from troth.desk.nightly.office import Office
from troth.desk.nightly.worker import holder_name, run_one
from troth.errors import Transient, TrothError
from troth.ledger.jobs import release_leases
from troth.ledger.works import WorkKind, ask_work, end_work, open_works, wait_again
from troth.logs import logger
from troth.web.console.desks import OpenDesk
from troth.web.console.pages.office import office_at

HOLDER = holder_name()
"""This process, as its leases name it."""
Clock = Callable[[], datetime]


def ask(desk: OpenDesk, kind: WorkKind, subject: str = "", *, by: str, clock: Clock) -> None:
    """Put something in the queue, unless it is there, and see that somebody works on it."""
    with desk.ledger.writing(desk.organisation) as writing:
        ask_work(writing, kind, subject, by=by, at=clock())
    work_on(desk, clock)


def take_up(desk: OpenDesk, clock: Clock) -> None:
    """Go on with what an earlier process left."""
    with desk.ledger.reading(desk.organisation) as reading:
        left = open_works(reading)
    if left:
        work_on(desk, clock)


def work_on(desk: OpenDesk, clock: Clock) -> None:
    """Work the queue off, beside the pages."""
    desk.background.wake(lambda: _turn(desk, clock))


def put_down(desk: OpenDesk) -> None:
    """Let the queue go, as this process ends: the next one takes it up without a wait."""
    if not desk.background.end():
        return
    try:
        with desk.ledger.writing(desk.organisation) as writing:
            if release_leases(writing, HOLDER):
                for work in open_works(writing):
                    if work.state == "running":
                        wait_again(writing, work)
    except TrothError as error:  # then the lease runs out by itself
        logger().error("no-work", organisation=desk.organisation, code=error.code, told=str(error))


def _turn(desk: OpenDesk, clock: Clock) -> bool:
    """Does what waits, where no other process does; whether anything is left."""
    try:
        office = Office(
            desk.project(), desk.ledger, clock, "", desk.settings.folder / "postbox.key"
        )
    except Transient:
        raise
    except TrothError as error:  # files that a person has to mend
        _refuse_all(desk, error, clock())
        return False
    job = asked_job(lambda _: office_at(desk, stores=True))
    run_one(office, job, holder=HOLDER, forced=True)
    with desk.ledger.reading(desk.organisation) as reading:
        return bool(open_works(reading))


def _refuse_all(desk: OpenDesk, error: TrothError, at: datetime) -> None:
    with desk.ledger.writing(desk.organisation) as writing:
        for work in open_works(writing):
            end_work(writing, work, at, failed=error)
