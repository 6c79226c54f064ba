"""The desk at which steps are taken, opened for one call: project, stores, mail, the own key."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from troth.desk.workflow.office import Office
from troth.desk.workflow.opening import opened_office
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


def office_at(desk: OpenDesk, *, stores: bool) -> AbstractContextManager[Office]:
    """The desk of an organisation, for as long as the block lasts."""
    project, compiled = desk.project(), desk.compiled
    return opened_office(project, desk.ledger, desk.key, stores=stores, compiled=compiled)
