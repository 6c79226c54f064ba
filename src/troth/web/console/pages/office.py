"""The desk at which steps are taken, opened for one call: project, stores, mail, the own key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from troth.apply.opening import mailer_of, opened_setting
from troth.desk.workflow.model import Rules
from troth.desk.workflow.office import Office
from troth.web.console.desks import OpenDesk
from troth.web.console.visit import Visit

T = TypeVar("T")


async def at_the_desk(visit: Visit, work: Callable[[Office], T], *, stores: bool = False) -> T:
    """What some work at the desk comes to, off the event loop; with the stores open, or without."""

    def run() -> T:
        with office_of(visit, stores=stores) as office:
            return work(office)

    return await run_in_threadpool(run)


def office_of(visit: Visit, *, stores: bool) -> AbstractContextManager[Office]:
    """The desk of the organisation that is visited."""
    return office_at(visit.desk, stores=stores)


@contextmanager
def office_at(desk: OpenDesk, *, stores: bool) -> Iterator[Office]:
    """The desk of an organisation, for as long as the block lasts."""
    project = desk.project()
    with ExitStack() as opened:
        setting = None
        if stores:
            compiled = desk.compiled
            setting = opened.enter_context(opened_setting(project, "write", compiled))
        yield Office(
            ledger=desk.ledger,
            policy=project.policy,
            map=project.map,
            key=desk.key,
            rules=Rules(project.desk.two_people, project.desk.package_days),
            setting=setting,
            mailer=mailer_of(project),
            recipients=project.recipients,
            pages=project.pages,
        )
